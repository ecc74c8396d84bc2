"""What becomes of stored duties when a text is published: shown before, and done in the transaction of the publication (design decision 11)."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cms.accounts.models import User
from policy_docs.opinions.citing import outline_words
from policy_docs.opinions.context import context_of
from policy_docs.opinions.models import Clause, ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.projection import text_hash
from policy_docs.opinions.publication import published
from policy_docs.opinions.types import Block
from policy_docs.units.aliases import current_matcher, current_vocabulary

from .actions import duty_key, finding_key, found_key, untouched
from .models import Duty, DutySpan
from .past import last_day_before
from .plan import Before, Choice, Fate, Found, Held, Plan, Proof, Range, Standing, Touch, above_each, plan
from .proofs import SPAN_COLUMNS, move_span, place_of, span_values, spans_of, with_spans
from .readings import read
from .types import Act, ClauseFindings, Finding, Role


@dataclass(frozen=True, slots=True)
class Reading:
    """A text clause by clause, and what a reading finds in it (``ClauseFindings.block`` counts the rows)."""

    rows: tuple[Standing, ...]
    found: tuple[ClauseFindings, ...]


def reading_of(page: OpinionPage) -> Reading:
    """Read the text that a page object holds, saved or not."""
    parts = page.parts
    found = read(parts, current_matcher(), context_of(page, current_vocabulary()))
    return Reading(rows_of(page, [str(block["id"]) for block in page.body.raw_data], parts), found)


def rows_of(page: OpinionPage, ids: Sequence[str], blocks: Sequence[Block]) -> tuple[Standing, ...]:
    """Return blocks as the clauses that they are or will be; one that is none yet has a number below zero."""
    clauses = {str(block_id): (pk, origin or 0) for pk, block_id, origin in Clause.objects.filter(opinion=page).values_list("pk", "block_id", "split_from_id")}
    merged = _merged(page)
    rows = []
    above = above_each((block.level, block.text) for block in blocks)
    for at, (block_id, block) in enumerate(zip(ids, blocks, strict=True)):
        pk, origin = clauses.get(block_id, (-1 - at, 0))
        place = outline_words(block.kind.value, block.path, block.para, block.text)
        rows.append(Standing(pk, place, block.text, text_hash(block), origin, merged.get(pk, frozenset()), above[at]))
    return tuple(rows)


def stored_rows(page: OpinionPage, texts: Sequence[ClauseText], above: Mapping[int, tuple[str, ...]] | None = None) -> tuple[Standing, ...]:
    """Return the rows of a stored text; ``above`` says what each clause hangs on where these are not all of its rows."""
    if above is None:
        above = _above((row.clause_id, row.level, row.text) for row in texts)
    origins = dict(Clause.objects.filter(opinion=page, split_from__isnull=False).values_list("pk", "split_from_id"))
    merged = _merged(page)
    return tuple(
        Standing(
            row.clause_id, outline_words(row.kind, row.path, row.para, row.text), row.text, row.text_hash, origins.get(row.clause_id) or 0,
            merged.get(row.clause_id, frozenset()), above.get(row.clause_id, ()),
        )
        for row in texts
    )  # fmt: skip


def _above(rows: Iterable[tuple[int, int, str]]) -> dict[int, tuple[str, ...]]:
    rows = list(rows)
    return dict(zip((clause for clause, _level, _text in rows), above_each((level, text) for _clause, level, text in rows), strict=True))


def _merged(page: OpinionPage) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for pk, heir in Clause.objects.filter(opinion=page, succeeded_by__isnull=False).values_list("pk", "succeeded_by_id"):
        found[heir or 0].add(pk)
    return {heir: frozenset(clauses) for heir, clauses in found.items()}


def decided(page: OpinionPage, *, among: Q | None = None) -> list[Duty]:
    """Duties on which a person has decided and that may still hold: rejected ones and mentions have nothing to lose."""
    found = Duty.objects.filter(among or Q(), opinion=page).exclude(role=Role.MENTION.value).exclude(state=Duty.State.REJECTED)
    touched = found.exclude(state=Duty.State.SUGGESTED, by_hand=False, decided_by__isnull=True)
    rows = with_spans(touched.select_related("clause", "kind").order_by("pk"))
    return [duty for duty in rows if not _left_before(duty)]


def preview(page: OpinionPage) -> Plan:
    """Return what becomes of the duties of a document when the text that a page object holds is published."""
    duties = decided(page)
    return plan_of(duties, before(page), reading_of(page)) if duties else plan([], Before(), (), ())


@dataclass(frozen=True, slots=True)
class Fresh:
    """A suggestion that the new text brings."""

    kind: str
    role: str
    place: str
    words: str


def beside(page: OpinionPage, found: Plan, reading: Reading) -> tuple[list[Fresh], int]:
    """Return the suggestions that a new text brings, and how many that nobody has decided on it drops."""
    known = Duty.objects.filter(opinion=page).exclude(role=Role.MENTION.value)
    seats = {
        (clause, (kind, reach, levels, place)) for clause, kind, reach, levels, place in known.values_list("clause_id", "kind", "reach", "levels", "place")
    }
    rows = {row.clause: row for row in reading.rows}
    fresh = [
        Fresh(item.key[0], item.role, rows[item.clause].place, "……".join(rows[item.clause].text[start:end] for start, end in item.quotes))
        for item in found.fresh
        if (item.clause, item.key) not in seats
    ]
    now = {(item.clause, item.key) for item in found.fresh}
    open_ones = known.filter(state=Duty.State.SUGGESTED, by_hand=False, decided_by__isnull=True)
    left = {
        (clause, (kind, reach, levels, place)) for clause, kind, reach, levels, place in open_ones.values_list("clause_id", "kind", "reach", "levels", "place")
    }
    return fresh, len(left - now)


def before(page: OpinionPage) -> Before:
    """Return the published text as the plan needs it. Four queries, however long the text."""
    version = published(page)
    if version is None:
        return Before()
    above = _above(ClauseText.objects.filter(version=version).order_by("order").values_list("clause_id", "level", "text"))
    texts = ClauseText.objects.filter(version=version, clause__in=Duty.objects.filter(opinion=page).exclude(state=Duty.State.REJECTED).values("clause"))
    return Before(stored_rows(page, list(texts), above), frozenset(above))


def plan_of(duties: Iterable[Duty], old: Before, reading: Reading) -> Plan:
    """Return what becomes of duties when the text ``old`` gives place to another one."""
    found = [
        Found(
            reading.rows[item.block].clause, finding_key(finding), finding.role.value, tuple((span.start, span.end) for span in _acts(finding)), _names(finding)
        )
        for item in reading.found
        for finding in item.findings
        if finding.role is not Role.MENTION
    ]
    return plan([_held(duty) for duty in duties], old, reading.rows, found)


def _names(finding: Finding) -> tuple[Range, ...]:
    return tuple((span.name_start, span.name_end) for span in _acts(finding) if span.name_written)


def _acts(finding: Finding) -> list[Any]:
    return [span for span in finding.spans if span.act is Act.DUTY] or list(finding.spans)


def _held(duty: Duty) -> Held:
    proofs = [
        Proof(span.act, span.start, span.end, span.quote, span.prefix, span.suffix, span.name_written, span.name_start)
        if span.quote
        else Proof(span.act, span.name_start, span.name_end, span.name_written)
        for span in _proving(duty)
    ]
    keys = frozenset({duty_key(duty), found_key(duty)})
    return Held(duty.pk, duty.clause_id, keys, duty.role, duty.state == Duty.State.CONFIRMED, duty.text_hash, tuple(proofs), duty.by_hand, _is_carried(duty))


def _is_carried(duty: Duty) -> bool:
    return not duty.by_hand and (duty.implicit or not any(span.name_written for span in spans_of(duty)))


def _carried_q() -> Q:
    """``_is_carried`` as a question to the database."""
    naming = DutySpan.objects.filter(duty=OuterRef("pk")).exclude(name_written="")
    return Q(Q(implicit=True) | ~Exists(naming), by_hand=False)


def _left_before(duty: Duty) -> bool:
    """The clause went with an earlier text, and a person has settled that."""
    gone = duty.clause.retired_at
    return gone is not None and duty.decided_at is not None and duty.decided_at > gone


def apply(
    page: OpinionPage, texts: Sequence[ClauseText], findings: Sequence[ClauseFindings], *, old: Before, choices: Mapping[int, str], actor: User | None
) -> None:  # fmt: skip
    """Do what was chosen for duties, before a reading of the new text is stored. What has no choice, or one that does not apply, is left to the
    reading, which sets it to be checked where its words are gone; what nobody was asked about and another sentence lays on somebody else is to be
    checked too, and the reading cannot tell. In the caller's transaction, who notes the choices in the audit trail."""
    duties = {duty.pk: duty for duty in decided(page, among=Q(pk__in=list(choices)) | _carried_q()) if duty.pk in choices or _is_carried(duty)}
    if not duties:
        return
    found = plan_of(duties.values(), old, Reading(stored_rows(page, texts), tuple(findings)))
    rows = {row.clause_id: row for row in texts}
    by_clause = {texts[item.block].clause_id: item.findings for item in findings}
    # what follows its words comes last: by then the duties of the clause that takes them are what they become
    for touch in sorted(found.touches, key=lambda touch: choices.get(touch.held.duty) == Choice.FOLLOW):
        duty, chosen = duties[touch.held.duty], choices.get(touch.held.duty)
        if touch.fate is Fate.UNLED and touch.asked:
            chosen = chosen if chosen in touch.choices else Choice.CHECK
            if chosen == Choice.CHECK:
                duty.text_hash = ""  # its own words stand: they would settle it again
            elif chosen == Choice.KEEP:  # a person says whose it is, whatever is read
                duty.by_hand = True
                duty.save(update_fields=["by_hand"])
        if chosen is None or chosen not in touch.choices:
            continue
        choice = Choice(chosen)
        if choice is Choice.GIVE and touch.heir is not None:
            target = rows[touch.heir.clause]
            if not _give(duty, target, next((item for item in by_clause.get(target.clause_id, ()) if finding_key(item) == touch.heir.key), None)):
                choice = Choice.CHECK
        if choice in (Choice.ADOPT, Choice.FOLLOW) and touch.target is not None:
            target = rows[touch.target.clause]
            twin = _in_the_way(duty, target) if choice is Choice.FOLLOW else None
            if twin is not None:
                _join(duty, twin, target, touch.ranges)
            else:
                _stand(duty, target, touch, by_clause.get(target.clause_id, ()))
        _settle(duty, choice, rows.get(duty.clause_id), actor=actor)


def _give(duty: Duty, target: ClauseText, finding: Finding | None) -> bool:
    """Let a duty be that of the unit that its words name now, as a reading finds it; say whether it could be done. What it was stays for the days before
    (``past``), with the way to what it has become."""
    was = duty_key(duty)
    if finding is None:
        return False
    duty.kind_id, duty.reach, duty.levels, duty.place = finding_key(finding)
    if _in_the_way(duty, target) is not None:  # somebody has decided on it meanwhile
        duty.kind_id, duty.reach, duty.levels, duty.place = was
        return False
    _prove(duty, target, finding)
    duty.role, duty.implicit, duty.found_as, duty.by_hand = finding.role.value, finding.implicit, "", False
    duty.text_hash = target.text_hash
    duty.save(update_fields=["kind", "reach", "levels", "place", "role", "implicit", "found_as", "by_hand", "text_hash"])
    return True


def _prove(duty: Duty, target: ClauseText, finding: Finding) -> None:
    duty.spans.all().delete()
    rows = [dict(zip(SPAN_COLUMNS, span_values(duty.pk, span, target.text), strict=True)) for span in finding.spans]
    DutySpan.objects.bulk_create([DutySpan(**row) for row in rows])


def _in_the_way(duty: Duty, target: ClauseText) -> Duty | None:
    """Return the duty of the same unit and addressee that a clause has by decision; a suggestion, or one that was rejected for the words before, gives
    way."""
    twin = Duty.objects.filter(clause=target.clause_id, kind=duty.kind_id, reach=duty.reach, levels=duty.levels, place=duty.place).exclude(pk=duty.pk).first()
    if twin is not None and (twin.state == Duty.State.REJECTED or untouched(twin)):
        twin.delete()
        return None
    return twin


def _join(duty: Duty, twin: Duty, target: ClauseText, ranges: Sequence[Range | None]) -> None:
    """Let a duty go on as the one that the clause of its words has already, which takes these over and keeps its state. What it was stays for the days
    before, and bars no suggestion: it has not ended."""
    known = {(span.act, place_of(span, target.text)) for span in twin.spans.all()}
    for span, place in zip(_proving(duty), ranges, strict=True):
        if place is not None and (span.act, place) not in known:
            copied = DutySpan.objects.create(duty=twin, **{name: getattr(span, name) for name in SPAN_COLUMNS[1:]})
            _let_stand(copied, target.text, place)
    twin.role = min(twin.role, duty.role, key=lambda role: Role(role).rank)
    twin.implicit, twin.by_hand = twin.implicit and duty.implicit, twin.by_hand or duty.by_hand
    twin.save(update_fields=["role", "implicit", "by_hand"])
    last = last_day_before(target.version, duty.clause_id)
    # a correction of the only text leaves no day on which it stood alone: it is kept for its address
    duty.ended_on = last or (target.version.in_force_from or timezone.localdate()) - datetime.timedelta(days=1)
    duty.goes_on_as, duty.text_hash = twin, ""
    duty.save(update_fields=["ended_on", "goes_on_as", "text_hash"])


def _stand(duty: Duty, target: ClauseText, touch: Touch, findings: Iterable[Finding]) -> None:
    """Let a duty stand by the words of a clause of the new text."""
    finding = next((item for item in findings if finding_key(item) in touch.held.keys), None) if touch.found else None
    if finding is not None:
        _prove(duty, target, finding)
        duty.implicit, duty.role = finding.implicit, touch.role or duty.role
    else:
        _move_spans(duty, target, touch.ranges)
    duty.clause_id = target.clause_id
    duty.clause = target.clause
    duty.text_hash = target.text_hash
    duty.save(update_fields=["clause", "text_hash", "implicit", "role"])


def _move_spans(duty: Duty, target: ClauseText, ranges: Sequence[Range | None]) -> None:
    """Let each span stand where its words are now; one of which nothing is left is no proof any more."""
    for span, place in zip(_proving(duty), ranges, strict=True):
        if place is None:
            span.delete()
        else:
            _let_stand(span, target.text, place)


def _let_stand(span: DutySpan, text: str, place: Range) -> None:
    if span.quote:
        move_span(span, text, place)
    else:  # known by the name alone
        span.start = span.end = span.name_start = place[0]
        span.name_end = place[1]
        span.save(update_fields=["start", "end", "name_start", "name_end"])


def _proving(duty: Duty) -> list[DutySpan]:
    return [span for span in spans_of(duty) if span.quote or span.name_written]


def _settle(duty: Duty, choice: Choice, own: ClauseText | None, *, actor: User | None) -> None:
    """Set the state that a choice gives; ``own`` is its clause in the new text. A duty that ends stays confirmed: it held while its words did, and
    is found on those days. Where the clause goes on, the last day of the text before is its last; where no text held it before, it never did."""
    if choice is Choice.CHECK:
        duty.state = Duty.State.TO_CHECK
    elif choice is Choice.END and own is not None:
        duty.ended_on, duty.text_hash = last_day_before(own.version, own.clause_id), own.text_hash
        if duty.ended_on is None:
            duty.state = Duty.State.REJECTED
    if choice is not Choice.KEEP:
        duty.decided_by, duty.decided_at, duty.singly = actor, timezone.now(), False
        duty.save(update_fields=["state", "text_hash", "ended_on", "decided_by", "decided_at", "singly"])
