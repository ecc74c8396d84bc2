"""Decisions of people as lines that programs read (one clause each, as ``scoring`` takes them), and such lines as decisions."""

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from policy_docs.opinions.context import context_of
from policy_docs.opinions.models import ClauseText, OpinionVersion
from policy_docs.opinions.types import Block, BlockKind
from policy_docs.units.aliases import current_matcher, current_vocabulary
from policy_docs.units.types import Addressee

from . import actions
from .actions import DutyRefused
from .adding import add
from .agenda import OPEN
from .bench import to_of, to_value, value_of
from .exports import pooled, sources
from .extract import extract
from .models import Duty, RoleChoices
from .notes import standing
from .scoring import plain
from .types import Act, Finding, Role

_FIELDS = ("unit", "role", "to", "implicit", "evidence")


def gold_rows(docs: Collection[str] | None = None) -> Iterator[dict[str, Any]]:
    """Yield the clauses that people have settled: all of a document that is checked to its end, else those with a decision in which nothing waits.

    What nobody has missed in a clause cannot be told from what is not there: such lines measure what the rules find better than what they miss.
    """
    for name, version in sources():
        if docs is not None and name not in docs:
            continue
        duties, noted = _by_clause(version), _notes(version)
        is_checked = version.opinion.reviewed_at is not None
        for row in ClauseText.objects.filter(version=version).order_by("order"):
            own = duties.get(row.clause_id, [])
            decided = any(duty.decided_at is not None for duty in own)
            waits = any(duty.state in OPEN and duty.role != Role.MENTION for duty in own)
            if waits or not (decided or is_checked):
                continue
            found, mentions = pooled([duty for duty in own if duty.state != Duty.State.REJECTED])
            kept = [{key: item[key] for key in _FIELDS} for item in found]
            more = {"notes": noted[row.clause_id]} if row.clause_id in noted else {}
            yield {"doc": name, "path": "/".join(row.path), "text": row.label + row.text, "duties": kept, "mentions": mentions, **more}


def _notes(version: OpinionVersion) -> dict[int, list[dict[str, str]]]:
    """What colleagues have noted on the clauses, with the unit that each is about ("" for the whole clause)."""
    table: dict[int, list[dict[str, str]]] = defaultdict(list)
    for note in standing().filter(opinion=version.opinion_id):
        told = {"unit": note.kind_id or "", "by": note.author_name, "at": timezone.localtime(note.made_at).isoformat(timespec="minutes"), "text": note.text}
        table[note.at].append(told)
    return table


def _by_clause(version: OpinionVersion) -> dict[int, list[Duty]]:
    table: dict[int, list[Duty]] = defaultdict(list)
    for duty in Duty.objects.filter(clause__texts__version=version).order_by("pk").prefetch_related("spans"):
        table[duty.clause_id].append(duty)
    return table


def found_rows(doc: str | None = None) -> Iterator[dict[str, Any]]:
    """Yield what the rules of today find in the texts that stand, whatever people have made of it: each duty with the rules that found it."""
    vocabulary, matcher = current_vocabulary(), current_matcher()
    for name, version in sources(doc):
        texts = list(ClauseText.objects.filter(version=version).order_by("order"))
        blocks = [Block(BlockKind(row.kind), row.label, row.text, row.level, tuple(row.path), row.para) for row in texts]
        read = {item.block: item.findings for item in extract(blocks, matcher, context_of(version.opinion, vocabulary))}
        for at, row in enumerate(texts):
            duties, mentions = _pooled_findings(read.get(at, ()))
            yield {"doc": name, "text": row.label + row.text, "duties": duties, "mentions": mentions}


def _pooled_findings(findings: Sequence[Finding]) -> tuple[list[dict[str, Any]], list[str]]:
    """The strongest role of each unit kind with its addressees and the rules behind it; kinds that are only named."""
    strongest: dict[str, Finding] = {}
    addressees: dict[str, list[str]] = defaultdict(list)
    for finding in sorted(findings, key=lambda finding: finding.role.rank):
        if finding.role is not Role.MENTION and (value := value_of(finding.addressee)) not in addressees[finding.kind]:
            addressees[finding.kind].append(value)
    for finding in findings:
        held = strongest.get(finding.kind)
        if held is None or finding.role.rank < held.role.rank:
            strongest[finding.kind] = finding
    duties = [
        {
            "unit": kind,
            "role": item.role.value,
            "to": addressees[kind],
            "implicit": item.implicit,
            "rules": sorted({span.rule for span in item.spans if span.role is not Role.MENTION}),
        }
        for kind, item in strongest.items()
        if item.role is not Role.MENTION
    ]
    return duties, [kind for kind, item in strongest.items() if item.role is Role.MENTION]


@dataclass(slots=True)
class Taken:
    """What became of lines: decisions by sort, lines whose clause is not in the store, decisions of people that say otherwise and were left."""

    batch: str
    done: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    unmatched: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


class _Undone(Exception):
    """Ends a trial: everything is taken back."""


def take_lines(lines: Iterable[Mapping[str, Any]], *, actor: User, dry_run: bool = False) -> Taken:
    """Decide as lines say, document by document, each in one transaction and all in one batch that can be taken back.

    What people have decided on otherwise stays and is told. A duty that was not found is added by its evidence, on the addressees that the line says,
    on every level where it says none.
    """
    taken = Taken(secrets.token_hex(8))
    by_doc: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for line in lines:
        by_doc[str(line.get("doc", ""))].append(line)
    known = dict(sources())
    for doc, own in by_doc.items():
        version = known.get(doc)
        if version is None:
            taken.unmatched += [f"{doc}\t{str(line.get('text', ''))[:40]}" for line in own]
            continue
        try:
            with transaction.atomic():
                _take_document(taken, version, own, actor)
                if dry_run:
                    raise _Undone
        except _Undone:
            pass
    return taken


def _take_document(taken: Taken, version: OpinionVersion, lines: Sequence[Mapping[str, Any]], actor: User) -> None:
    actions.hold_documents([version.opinion_id])
    texts: dict[str, list[ClauseText]] = defaultdict(list)
    for row in ClauseText.objects.filter(version=version).select_related("clause").order_by("order"):
        texts[plain(row.label + row.text)].append(row)
    duties = _by_clause(version)
    for line in lines:
        waiting = texts.get(plain(str(line.get("text", ""))))
        if not waiting:
            taken.unmatched.append(f"{line.get('doc', '')}\t{str(line.get('text', ''))[:40]}")
            continue
        text = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        _take_clause(taken, text, duties.get(text.clause_id, []), line, actor)


def _take_clause(taken: Taken, text: ClauseText, own: Sequence[Duty], line: Mapping[str, Any], actor: User) -> None:
    told = {str(item["unit"]): item for item in line.get("duties", ()) if item.get("role") in RoleChoices.values}
    mentions = set(line.get("mentions", ()))
    for kind, item in told.items():
        same, wanted = [duty for duty in own if duty.kind_id == kind], _wanted(taken, text, item)
        if same and wanted:
            same = _lay(taken, text, same, item, wanted, actor)
        elif not same:
            for to in wanted or [Addressee()]:
                _add(taken, text, kind, item, to, actor)
        if same:
            _settle(taken, same, Role(item["role"]), actor)
    for duty in own:
        if duty.kind_id in told or duty.role == Role.MENTION or duty.state == Duty.State.REJECTED:
            continue
        if duty.decided_at is not None:
            taken.kept.append(f"{line.get('doc', '')}\t{duty.kind_id}\t{text.text[:40]}")
        elif duty.kind_id in mentions:
            actions.change(duty, actor=actor, role=Role.MENTION, batch=taken.batch, singly=False)
            taken.done["mention"] += 1
        else:
            actions.decide([duty], state=Duty.State.REJECTED, actor=actor, batch=taken.batch, reason=_("导入的核对结果中没有"))
            taken.done["rejected"] += 1


def _wanted(taken: Taken, text: ClauseText, item: Mapping[str, Any]) -> list[Addressee]:
    """The addressees that a line says; [] for a line that says none, as those of other houses do."""
    said, vocabulary = item.get("to") or (), current_vocabulary()
    values = [said] if isinstance(said, str) else [str(value) for value in said]
    found = [to for value in values if (to := to_of(value, vocabulary)) is not None]
    if len(found) < len(values):
        taken.unmatched.append(f"{item['unit']}\t{'、'.join(values)}\t{text.text[:40]}")
    return found


def _lay(taken: Taken, text: ClauseText, same: Sequence[Duty], item: Mapping[str, Any], wanted: Sequence[Addressee], actor: User) -> list[Duty]:
    """Let the duties of a unit lie on the addressees of the line; return those that lay there before. One that nobody has decided on takes an addressee
    that is missing, else it is rejected; what is still missing is added."""
    values = {value_of(to): to for to in wanted}
    there = [duty for duty in same if to_value(duty) in values]
    missing = [to for value, to in values.items() if value not in {to_value(duty) for duty in there}]
    for duty in same:
        if duty in there or duty.role == Role.MENTION or duty.state == Duty.State.REJECTED:
            continue
        if duty.decided_at is not None:
            taken.kept.append(f"{duty.kind_id}\t{to_value(duty)}")
        elif missing:
            actions.change(duty, actor=actor, role=Role(item["role"]), to=missing.pop(0), batch=taken.batch, singly=False)
            taken.done["readdressed"] += 1
        else:
            actions.decide([duty], state=Duty.State.REJECTED, actor=actor, batch=taken.batch, reason=_("导入的核对结果中没有"))
            taken.done["rejected"] += 1
    for to in missing:
        _add(taken, text, str(item["unit"]), item, to, actor)
    return there


def _settle(taken: Taken, same: Sequence[Duty], role: Role, actor: User) -> None:
    """Confirm the duties of a unit; the strongest of them has the role of the line."""
    first, *others = sorted(same, key=lambda duty: Role(duty.role).rank)
    for duty in others:
        if duty.role != Role.MENTION and duty.decided_at is None:
            actions.decide([duty], state=Duty.State.CONFIRMED, actor=actor, batch=taken.batch)
            taken.done["confirmed"] += 1
    if first.decided_at is not None:
        if first.role != role or first.state == Duty.State.REJECTED:
            taken.kept.append(f"{first.kind_id}\t{first.get_role_display()}，{first.get_state_display()}")
    elif first.role == role:
        actions.decide([first], state=Duty.State.CONFIRMED, actor=actor, batch=taken.batch)
        taken.done["confirmed"] += 1
    else:
        actions.change(first, actor=actor, role=role, batch=taken.batch, singly=False)
        taken.done["changed"] += 1


def _add(taken: Taken, text: ClauseText, kind: str, item: Mapping[str, Any], to: Addressee, actor: User) -> None:
    vocabulary = current_vocabulary()
    if kind not in vocabulary.kinds_by_key:
        taken.unmatched.append(f"{kind}\t{text.text[:40]}")
        return
    quote = str(item.get("evidence") or "")
    if quote not in text.text or not quote:
        quote = text.text
    page = text.clause.opinion
    try:
        add(
            text.clause, text, quote=quote, near=0, kind=kind, to=to, role=Role(item["role"]), act=Act.DUTY, context=context_of(page, vocabulary),
            actor=actor, batch=taken.batch,
        )  # fmt: skip
        taken.done["added"] += 1
    except DutyRefused as refusal:
        taken.kept.append(f"{kind}\t{refusal}")
