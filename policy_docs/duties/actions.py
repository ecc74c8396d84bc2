"""What is done to duties: store findings, confirm, reject, change. One function per verb; each writes its audit row and its outbox row."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.audit.record import record
from policy_docs.opinions.models import Change, Clause, ClauseText
from policy_docs.opinions.pages import OpinionPage

from .models import Duty, DutySpan, UnknownUnitName
from .types import ClauseFindings, Finding, Role, Span

_CONTEXT = 16  # characters of prefix and suffix kept beside a quote
_BATCH = 500

Key = tuple[str, str, str, str]  # kind, reach, levels, place


class DutyRefused(Exception):
    """The change of a duty is refused; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Stored:
    """How many duties a run of extraction added, dropped and set to be checked again."""

    added: int = 0
    dropped: int = 0
    to_check: int = 0


def finding_key(finding: Finding) -> Key:
    """Return the identity of a finding within its clause."""
    addressee = finding.addressee
    return finding.kind, addressee.reach.value, addressee.levels_key, addressee.place


def duty_key(duty: Duty) -> Key:
    """Return the identity of a duty within its clause."""
    return duty.kind_id, duty.reach, duty.levels, duty.place


@transaction.atomic
def store_findings(page: OpinionPage, texts: Sequence[ClauseText], found: Iterable[ClauseFindings]) -> Stored:
    """Store what extraction found in ``texts`` (the order that the blocks were given in).

    Replaces only suggestions that nobody has touched; what was confirmed keeps its state while its quotes stand in the text and is *to be
    checked* when one is gone; what was rejected stays rejected while its text stays.
    """
    by_clause = {texts[item.block].clause_id: item for item in found}
    words = {row.clause_id: row for row in texts}
    existing: dict[int, list[Duty]] = defaultdict(list)
    for duty in Duty.objects.filter(clause__opinion=page).prefetch_related("spans"):
        existing[duty.clause_id].append(duty)
    new: list[tuple[Duty, Finding, str]] = []
    dropped: list[int] = []
    to_check = 0
    for clause_id in {*by_clause, *existing}:
        row = words.get(clause_id)
        item = by_clause.get(clause_id)
        findings = {finding_key(finding): finding for finding in item.findings} if item else {}
        for duty in existing.get(clause_id, ()):
            finding = findings.get(duty_key(duty))
            if _untouched(duty):
                dropped.append(duty.pk)
            elif _keep(duty, row):
                findings.pop(duty_key(duty), None)
                to_check += duty.state == Duty.State.TO_CHECK
            elif finding is not None:
                dropped.append(duty.pk)  # rejected for another text: it is a new suggestion
        for key, finding in findings.items():
            if row is not None:
                new.append((_row(clause_id, key, finding, row.text_hash), finding, row.text))
    Duty.objects.filter(pk__in=dropped).delete()
    _create(new)
    _store_unknown(page, by_clause)
    Change.objects.create(item=Change.Item.OPINION, key=page.public_key)
    return Stored(len(new), len(dropped), to_check)


def _untouched(duty: Duty) -> bool:
    return duty.state == Duty.State.SUGGESTED and not duty.by_hand and duty.decided_by_id is None


def _keep(duty: Duty, row: ClauseText | None) -> bool:
    """Say whether a touched duty stays as it is; one whose quotes are gone stays too, but is to be checked."""
    if row is not None and duty.text_hash == row.text_hash:
        return True
    if duty.state == Duty.State.REJECTED:
        return row is None
    spans = list(duty.spans.all())
    if row is not None and all(span.quote in row.text for span in spans):
        for span in spans:
            shift = row.text.index(span.quote) - span.start
            if shift:
                DutySpan.objects.filter(pk=span.pk).update(
                    start=span.start + shift, end=span.end + shift, name_start=max(0, span.name_start + shift), name_end=max(0, span.name_end + shift)
                )
        Duty.objects.filter(pk=duty.pk).update(text_hash=row.text_hash)
    elif duty.state != Duty.State.TO_CHECK:
        duty.state = Duty.State.TO_CHECK
        duty.save(update_fields=["state"])
    return True


def _row(clause_id: int, key: Key, finding: Finding, text_hash: str) -> Duty:
    kind, reach, levels, place = key
    return Duty(
        clause_id=clause_id, kind_id=kind, reach=reach, levels=levels, place=place, role=finding.role.value, implicit=finding.implicit, text_hash=text_hash
    )


def _create(new: Sequence[tuple[Duty, Finding, str]]) -> None:
    Duty.objects.bulk_create([duty for duty, _finding, _text in new], batch_size=_BATCH)
    spans = [_span(duty, span, text) for duty, finding, text in new for span in finding.spans]
    DutySpan.objects.bulk_create(spans, batch_size=_BATCH)


def _span(duty: Duty, span: Span, text: str) -> DutySpan:
    return DutySpan(
        duty=duty,
        act=span.act.value,
        role=span.role.value,
        start=span.start,
        end=span.end,
        quote=text[span.start : span.end],
        prefix=text[max(0, span.start - _CONTEXT) : span.start],
        suffix=text[span.end : span.end + _CONTEXT],
        name_start=span.name_start,
        name_end=span.name_end,
        name_written=span.name_written[:80],
        rule=span.rule,
        rule_version=span.rule_version,
        condition=span.condition[:300],
        time_words=span.time_words[:100],
        of_kind=span.of,
    )


def _store_unknown(page: OpinionPage, by_clause: dict[int, ClauseFindings]) -> None:
    ignored = set(UnknownUnitName.objects.filter(clause__opinion=page, ignored=True).values_list("clause_id", "written"))
    UnknownUnitName.objects.filter(clause__opinion=page).delete()
    UnknownUnitName.objects.bulk_create(
        [
            UnknownUnitName(clause_id=clause_id, written=name.written[:80], start=name.start, end=name.end, ignored=(clause_id, name.written[:80]) in ignored)
            for clause_id, item in by_clause.items()
            for name in item.unknown
        ],
        batch_size=_BATCH,
    )


@transaction.atomic
def decide(duties: Iterable[Duty], *, state: Duty.State, actor: User, now: datetime.datetime | None = None) -> int:
    """Confirm or reject duties; return how many changed.

    Raises:
        DutyRefused: the state is not a decision.
    """
    if state not in (Duty.State.CONFIRMED, Duty.State.REJECTED):
        raise DutyRefused(_("只能确认或者驳回职责。"))
    locked = Duty.objects.select_for_update(of=("self",)).filter(pk__in=[duty.pk for duty in duties]).exclude(state=state)
    rows = list(locked.select_related("clause", "kind"))
    hashes = _current_hashes([row.clause_id for row in rows])
    for row in rows:
        before = row.state
        row.state = state
        row.decided_by = actor
        row.decided_at = now or timezone.now()
        row.text_hash = hashes.get(row.clause_id, row.text_hash)
        row.save(update_fields=["state", "decided_by", "decided_at", "text_hash"])
        record(actor=actor, action=f"duty.{state}", target=row, details={"kind": row.kind_id, "clause": row.clause.public_key, "before": before})
    _announce({row.clause for row in rows})
    _note_reviewed({row.clause.opinion_id for row in rows})
    return len(rows)


@transaction.atomic
def change(duty: Duty, *, actor: User, role: Role | None = None, kind: str | None = None) -> Duty:
    """Change the role or the unit of a duty by hand; it counts as confirmed.

    Raises:
        DutyRefused: another duty of the clause already has that unit and addressee.
    """
    row = Duty.objects.select_for_update(of=("self",)).select_related("clause").get(pk=duty.pk)
    before = {"role": row.role, "kind": row.kind_id}
    if kind is not None and kind != row.kind_id:
        if Duty.objects.filter(clause=row.clause, kind_id=kind, reach=row.reach, levels=row.levels, place=row.place).exists():
            raise DutyRefused(_("这一条款已有该单位的职责，请直接修改那一条。"))
        row.kind_id = kind
    if role is not None:
        row.role = role.value
    row.by_hand = True
    row.state = Duty.State.CONFIRMED
    row.decided_by = actor
    row.decided_at = timezone.now()
    row.save()
    record(actor=actor, action="duty.change", target=row, details={"before": before, "after": {"role": row.role, "kind": row.kind_id}})
    _announce({row.clause})
    _note_reviewed({row.clause.opinion_id})
    return row


def _note_reviewed(opinions: Iterable[int]) -> None:
    """A document counts as checked from the day on which its last open duty was decided."""
    open_duties = Duty.objects.filter(clause__opinion__in=set(opinions), state__in=[Duty.State.SUGGESTED, Duty.State.TO_CHECK]).exclude(role=Role.MENTION.value)
    waiting = set(open_duties.values_list("clause__opinion_id", flat=True))
    OpinionPage.objects.filter(pk__in=set(opinions) - waiting, reviewed_at=None).update(reviewed_at=timezone.now())


def _current_hashes(clause_ids: Sequence[int]) -> dict[int, str]:
    rows = ClauseText.objects.filter(clause_id__in=clause_ids, version__state="published").order_by("version__number")
    return dict(rows.values_list("clause_id", "text_hash"))


def _announce(clauses: Iterable[Clause]) -> None:
    for clause in clauses:  # one by one: the indexer hears of each row's creation
        Change.objects.create(item=Change.Item.CLAUSE, key=clause.public_key)
