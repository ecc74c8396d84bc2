"""What is done to duties: store findings, confirm, reject, change. One function per verb; each writes its audit row and its outbox row."""

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.audit.record import record
from policy_docs.opinions.holding import hold_documents
from policy_docs.opinions.models import Change, Clause, ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.rows import insert
from policy_docs.units.types import Addressee

from .models import Duty, DutySpan, UnknownUnitName
from .past import first_days
from .proofs import SPAN_COLUMNS, is_lost, keep_what_stands, move_span, place_of, span_values, spans_of, standing_texts, with_spans
from .types import Act, ClauseFindings, Finding, Role

_BATCH = 500

Key = tuple[str, str, str, str]  # kind, reach, levels, place


class DutyRefused(Exception):
    """The change of a duty is refused; the message says why and what to do."""


class Unproved(DutyRefused):
    """A duty cannot be accepted without words of the text that prove it."""


class QuoteLost(Unproved):
    """None of its words stands in its clause."""

    def __init__(self) -> None:
        super().__init__(_("没有接受：原文修改后，依据句已找不到。请在“逐条核对”中为它重新选定依据句，或者驳回。"))


class ClauseGone(Unproved):
    """A duty cannot be accepted on a clause that the text has no more: nobody would find it there."""

    def __init__(self) -> None:
        super().__init__(_("没有接受：这一条款在现行文本中已删去。请在“逐条核对”中把职责改到别的条款，或者选“随条款失效”。"))


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


def found_key(duty: Duty) -> Key:
    """Return the key under which extraction found a duty, whatever a person made of it since."""
    if not duty.found_as:
        return duty_key(duty)
    kind, reach, levels, place = duty.found_as.split("|")
    return kind, reach, levels, place


@transaction.atomic
def store_findings(page: OpinionPage, texts: Sequence[ClauseText], found: Iterable[ClauseFindings]) -> Stored:
    """Store what extraction found in ``texts`` (the order that the blocks were given in).

    Replaces only suggestions that nobody has touched; what was confirmed keeps its state while its quotes stand in the text and is *to be
    checked* when one is gone; what was rejected stays rejected while its text stays. A duty whose unit or addressee a person has corrected
    stands for what it was found as, too.
    """
    hold_documents([page.pk])
    by_clause = {texts[item.block].clause_id: item for item in found}
    words = {row.clause_id: row for row in texts}
    existing: dict[int, list[Duty]] = defaultdict(list)
    # locked, so that a decision taken meanwhile is not deleted with the suggestion that it was
    for duty in with_spans(Duty.of_all_days.select_for_update(of=("self",)).filter(opinion=page).select_related("clause")):
        existing[duty.clause_id].append(duty)
    new: list[tuple[int, Finding, ClauseText]] = []
    dropped: list[int] = []
    to_check = 0
    for clause_id in dict.fromkeys((*by_clause, *existing)):  # in the order of the text, and so the new rows
        row = words.get(clause_id)
        item = by_clause.get(clause_id)
        findings = {finding_key(finding): finding for finding in item.findings} if item else {}
        for duty in existing.get(clause_id, ()):
            keys = {duty_key(duty), found_key(duty)}
            if duty.ended_on is not None:
                if row is not None and duty.text_hash == row.text_hash:
                    for key in keys:
                        findings.pop(key, None)  # a person has let it end with the text before: these words do not bring it back
            elif untouched(duty):
                dropped.append(duty.pk)
            elif keep(duty, row):
                for key in keys:
                    findings.pop(key, None)
                to_check += duty.state == Duty.State.TO_CHECK
            elif keys & findings.keys():
                dropped.append(duty.pk)  # rejected for another text: it is a new suggestion
        if row is not None:
            new += [(clause_id, finding, row) for finding in findings.values()]
    Duty.objects.filter(pk__in=dropped).delete()
    _create(page, new)
    _store_unknown(page, by_clause)
    reopen([page.pk])
    Change.objects.create(item=Change.Item.OPINION, key=page.public_key)
    return Stored(len(new), len(dropped), to_check)


def untouched(duty: Duty) -> bool:
    """Say whether a duty is what a reading made of it: the next one replaces it."""
    return duty.state == Duty.State.SUGGESTED and not duty.by_hand and duty.decided_by_id is None


def keep(duty: Duty, row: ClauseText | None) -> bool:
    """Say whether a touched duty stays as it is; one whose quotes are gone stays too, but is to be checked."""
    same = row is not None and duty.text_hash == row.text_hash
    if duty.state == Duty.State.REJECTED:
        return row is None or same
    spans = spans_of(duty)
    moved = [place_of(span, row.text) for span in spans] if row is not None else []
    if row is not None and (same or (spans and all(moved))):
        for span, place in zip(spans, moved, strict=True):
            if place is not None:
                move_span(span, row.text, place)
        _settle(duty, row, same=same)
    elif duty.state != Duty.State.TO_CHECK and not _settled_since_gone(duty, row):
        duty.state = Duty.State.TO_CHECK
        duty.save(update_fields=["state"])
    return True


def _settled_since_gone(duty: Duty, row: ClauseText | None) -> bool:
    """A person has decided after the clause left the text: that holds, however often the text is read."""
    gone = duty.clause.retired_at
    return row is None and gone is not None and duty.decided_at is not None and duty.decided_at > gone


def _settle(duty: Duty, row: ClauseText, *, same: bool) -> None:
    if duty.state == Duty.State.TO_CHECK:
        if same:  # the very words that were confirmed are back
            duty.state = Duty.State.CONFIRMED
            duty.save(update_fields=["state"])
    elif not same:
        duty.text_hash = row.text_hash
        duty.save(update_fields=["text_hash"])


_DUTY_COLUMNS = (
    "opinion_id", "clause_id", "kind_id", "reach", "levels", "place", "role", "implicit", "state", "by_hand", "text_hash", "found_as", "singly", "created_at",
    "began_on",
)  # fmt: skip


def _create(page: OpinionPage, new: Sequence[tuple[int, Finding, ClauseText]]) -> None:
    now = timezone.now()
    began = first_days({text.clause_id: text for _clause_id, _finding, text in new}.values())
    keys = [(clause_id, *finding_key(finding)) for clause_id, finding, _text in new]
    insert(
        Duty,
        _DUTY_COLUMNS,
        [
            (page.pk, *key, finding.role.value, finding.implicit, Duty.State.SUGGESTED.value, False, text.text_hash, "", False, now, began.get(clause_id))
            for key, (clause_id, finding, text) in zip(keys, new, strict=True)
        ],
    )
    made = Duty.objects.filter(opinion=page).values_list("clause_id", "kind_id", "reach", "levels", "place", "pk")
    ids = {(clause_id, kind, reach, levels, place): pk for clause_id, kind, reach, levels, place, pk in made}
    insert(
        DutySpan,
        SPAN_COLUMNS,
        [span_values(ids[key], span, text.text) for key, (_clause_id, finding, text) in zip(keys, new, strict=True) for span in finding.spans],
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


def facts_of(duty: Duty) -> dict[str, str | bool | int | None]:
    """Return what a decision changes of a duty, as the audit trail keeps it: enough to tell whether it is still so, and to put it back."""
    return {
        "role": duty.role, "kind_id": duty.kind_id, "reach": duty.reach, "levels": duty.levels, "place": duty.place, "state": duty.state,
        "by_hand": duty.by_hand, "decided_by_id": duty.decided_by_id, "decided_at": duty.decided_at.isoformat() if duty.decided_at else None,
        "text_hash": duty.text_hash, "singly": duty.singly, "clause_id": duty.clause_id,
    }  # fmt: skip


def stamp_of(duty: Duty) -> str:
    """Return a short mark of what a person sees of a duty; another mark means that it has changed since."""
    return stamp_of_facts(facts_of(duty))


def stamp_of_facts(facts: Mapping[str, str | bool | int | None]) -> str:
    """Return the mark of ``facts_of``, in its order."""
    return hashlib.blake2b(repr(dict(facts)).encode(), digest_size=6).hexdigest()


@transaction.atomic
def decide(duties: Iterable[Duty], *, state: Duty.State, actor: User, now: datetime.datetime | None = None, batch: str = "", reason: str = "") -> int:
    """Confirm or reject duties; return how many changed. ``batch`` joins the audit rows of one deed; ``reason`` says why they were rejected.

    Raises:
        DutyRefused: the state is not a decision.
        Unproved: of one of those to be confirmed neither clause nor words stand.
    """
    if state not in (Duty.State.CONFIRMED, Duty.State.REJECTED):
        raise DutyRefused(_("只能确认或者驳回职责。"))
    keys = [duty.pk for duty in duties]
    hold_documents(documents_of(keys))
    locked = Duty.objects.select_for_update(of=("self",)).filter(pk__in=keys).exclude(state=state)
    rows = list(locked.select_related("clause", "kind").prefetch_related("spans"))
    words = standing_texts(rows)
    if state == Duty.State.CONFIRMED:
        for row in rows:
            _check_proved(row, words.get(row.clause_id))
    hashes = {clause: text.text_hash for clause, text in words.items()}
    befores = [facts_of(row) for row in rows]
    proofs = {row.pk: keep_what_stands(row, words[row.clause_id].text) for row in rows} if state == Duty.State.CONFIRMED else {}
    for row in rows:
        row.state = state
        row.decided_by = actor
        row.decided_at = now or timezone.now()
        row.text_hash = hashes.get(row.clause_id, row.text_hash)
        row.singly = len(keys) == 1
        row.save(update_fields=["state", "decided_by", "decided_at", "text_hash", "singly"])
    announce({row.clause for row in rows})
    _note_reviewed({row.clause.opinion_id for row in rows})
    for row, before in zip(rows, befores, strict=True):  # the trail is locked to the end of the transaction: last, or two writers wait for each other
        _record(row, f"duty.{state}", before, actor=actor, batch=batch, reason=reason, proofs=proofs.get(row.pk))
    return len(rows)


@transaction.atomic
def change(
    duty: Duty,
    *,
    actor: User,
    role: Role | None = None,
    act: Act | None = None,
    kind: str | None = None,
    to: Addressee | None = None,
    batch: str = "",
    singly: bool = True,
) -> Duty:
    """Change the role, the unit or the addressee of a duty by hand; it counts as confirmed. Role ``mention`` with act ``counterpart`` makes it 对象.
    What is asked for may be what was found: then it is accepted, and nothing was changed by hand.

    Raises:
        DutyRefused: another duty of the clause already has that unit and addressee.
        Unproved: neither its clause nor its words stand.
    """
    hold_documents([duty.opinion_id])
    row = Duty.objects.select_for_update(of=("self",)).select_related("clause").get(pk=duty.pk)
    words = standing_texts([row])
    _check_proved(row, words.get(row.clause_id))
    before, old = facts_of(row), duty_key(row)
    if to is not None:
        row.reach, row.levels, row.place = to.reach.value, to.levels_key, to.place
    row.kind_id = kind or row.kind_id
    if Duty.objects.filter(clause=row.clause, kind_id=row.kind_id, reach=row.reach, levels=row.levels, place=row.place).exclude(pk=row.pk).exists():
        raise DutyRefused(_("这一条款已有该单位的职责，请直接修改那一条。"))
    if duty_key(row) != old:
        row.found_as = row.found_as or "|".join(old)
    proofs = keep_what_stands(row, words[row.clause_id].text)
    acts: dict[str, list[str]] = {}
    if role is not None:
        row.role = role.value
        acts = _proves(row, role, act)
    is_other = bool(acts) or (row.role, *duty_key(row)) != (before["role"], *old)
    row.by_hand = row.by_hand or is_other
    row.state = Duty.State.CONFIRMED
    row.decided_by = actor
    row.decided_at = timezone.now()
    row.text_hash = words[row.clause_id].text_hash
    row.singly = singly
    row.save()
    announce({row.clause})
    _note_reviewed({row.clause.opinion_id})
    said = "duty.change" if is_other else "duty.confirmed"
    _record(row, said, before, actor=actor, batch=batch, acts=acts, act=act if is_other else None, proofs=proofs)
    return row


def _check_proved(row: Duty, text: ClauseText | None) -> None:
    if text is None:
        raise ClauseGone
    if is_lost(row, text.text):
        raise QuoteLost


def _proves(row: Duty, role: Role, act: Act | None) -> dict[str, list[str]]:
    """Let the spans prove what the duty now is: its words are those of somebody who is only named, or of somebody who acts. Returns what was
    (act, role by id) where it has changed."""
    spans = list(row.spans.all())
    if role is Role.MENTION:
        act = act or Act.MENTION
    elif any(span.act == Act.DUTY for span in spans):
        return {}
    else:
        act = Act.DUTY
    was = {str(span.pk): [span.act, span.role] for span in spans if span.act != act or (role is Role.MENTION and span.role != role)}
    row.spans.filter(pk__in=was).update(act=act.value, role=role.value)
    return was


def finish(
    row: Duty, action: str, before: dict[str, str | bool | int | None], *, actor: User, batch: str, proofs: list[dict[str, object]] | None = None
) -> None:
    """Close what other modules do to a duty: whether its document is checked, and the trail. ``proofs``: its spans before, where others took their place."""
    _note_reviewed({row.opinion_id})
    _record(row, action, before, actor=actor, batch=batch, proofs=proofs)


def _record(
    row: Duty,
    action: str,
    before: dict[str, str | bool | int | None],
    *,
    actor: User,
    batch: str,
    reason: str = "",
    act: Act | None = None,
    acts: dict[str, list[str]] | None = None,
    proofs: list[dict[str, object]] | None = None,
) -> None:
    details = {"clause": row.clause.public_key, "by": actor.pk, "batch": batch, "before": before, "after": facts_of(row)}
    more = {"reason": reason, "act": act.value if act else "", "acts": acts, "proofs": proofs}
    record(actor=actor, action=action, target=row, details={**details, **{name: value for name, value in more.items() if value}})


def open_duties(opinions: Iterable[int]) -> QuerySet[Duty]:
    """Duties of documents that nobody has decided on, or whose text has changed since."""
    found = Duty.objects.filter(opinion__in=set(opinions), state__in=[Duty.State.SUGGESTED, Duty.State.TO_CHECK])
    return found.exclude(role=Role.MENTION.value)


def documents_of(duties: Iterable[int]) -> set[int]:
    """Return the ids of the documents that duties belong to."""
    return set(Duty.objects.filter(pk__in=list(duties)).values_list("opinion_id", flat=True))


def reopen(opinions: Iterable[int]) -> None:
    """A document with duties that wait is not checked, whatever it was before."""
    waiting = open_duties(opinions).values("opinion_id")
    OpinionPage.objects.filter(pk__in=waiting, reviewed_at__isnull=False).update(reviewed_at=None)


def _note_reviewed(opinions: Iterable[int]) -> None:
    """A document counts as checked from the day on which its last open duty was decided."""
    waiting = set(open_duties(opinions).values_list("opinion_id", flat=True).distinct())
    OpinionPage.objects.filter(pk__in=set(opinions) - waiting, reviewed_at=None).update(reviewed_at=timezone.now())


def announce(clauses: Iterable[Clause]) -> None:
    """Tell the index that clauses are to be read again."""
    for clause in clauses:  # one by one: the indexer hears of each row's creation
        Change.objects.create(item=Change.Item.CLAUSE, key=clause.public_key)
