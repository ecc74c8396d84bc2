"""What was confirmed is found on the days of the text that it was confirmed in, with the words, clause and role that it had then, whatever a later
text makes of it (design decision 2)."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db.models import QuerySet

from policy_docs.opinions.holding import hold_documents
from policy_docs.opinions.models import ClauseText, OpinionVersion
from policy_docs.opinions.pages import OpinionPage

from .models import Duty, DutySpan
from .proofs import SPAN_COLUMNS

_BATCH = 200
_SEAT = ("clause_id", "kind_id", "reach", "levels", "place", "role", "implicit", "state")
_KEPT = ("by_hand", "found_as", "decided_by_id", "decided_at", "began_on", "ended_on")  # with the seat: what a duty that has ended keeps
_PROOF = SPAN_COLUMNS[1:]  # all of a span but whose it is


@dataclass(frozen=True, slots=True)
class _Was:
    """A duty as it stands, in values: a law has thousands, of which a text changes few."""

    seat: dict[str, object]
    spans: tuple[tuple[object, ...], ...]

    @property
    def said(self) -> tuple[object, ...]:
        """What later words may change of it."""
        return (*(self.seat[name] for name in _SEAT), self.spans)

    def had_begun(self, day: datetime.date) -> bool:
        """Whether it held on a day or before."""
        began = self.seat["began_on"]
        return not isinstance(began, datetime.date) or began <= day


def _as_they_stand(duties: QuerySet[Duty]) -> dict[int, _Was]:
    """Return duties by id. Two queries."""
    spans: dict[int, list[tuple[object, ...]]] = defaultdict(list)
    for duty, *proof in DutySpan.objects.filter(duty__in=duties.values("pk")).values_list("duty_id", *_PROOF):
        spans[duty].append(tuple(proof))
    return {row["pk"]: _Was(row, tuple(sorted(spans[row["pk"]]))) for row in duties.values("pk", *_SEAT, *_KEPT)}


@contextmanager
def past_kept(page: OpinionPage, version: OpinionVersion | None) -> Iterator[None]:
    """Keep what the reading of a text within changes of confirmed duties, for the days before that text begins: each as a duty of its own that ends
    there. In the caller's transaction. The first text has stood on all days, so it changes them for all."""
    starts = version.in_force_from if version is not None and version.state == OpinionVersion.State.PUBLISHED and version.number > 1 else None
    if version is None or starts is None:
        yield
        return
    hold_documents([page.pk])
    confirmed = Duty.objects.filter(opinion=page, state=Duty.State.CONFIRMED).exclude(began_on__gte=starts)
    before = _as_they_stand(confirmed)
    yield
    if before:
        _keep(before, version, starts)


def _keep(before: dict[int, _Was], version: OpinionVersion, starts: datetime.date) -> None:
    now = _as_they_stand(Duty.of_all_days.filter(opinion=version.opinion_id))
    changed = {pk: was for pk, was in before.items() if (is_now := now.get(pk)) is None or (is_now.seat["ended_on"] is None and is_now.said != was.said)}
    if not changed:
        return
    earlier = _earlier(version)
    clauses = {was.seat["clause_id"] for was in changed.values()}
    stood = set(ClauseText.objects.filter(version__in=earlier, clause__in=clauses).values_list("clause_id", flat=True))
    last = last_day_before(version)
    ended = [(was, pk if pk in now else None) for pk, was in changed.items() if was.seat["clause_id"] in stood and last is not None and was.had_begun(last)]
    if last is not None:
        _end(ended, last, opinion=version.opinion_id)
    Duty.objects.filter(pk__in=list(changed)).update(began_on=starts)


def _end(ended: Sequence[tuple[_Was, int | None]], last: datetime.date, *, opinion: int) -> None:
    """Store duties as they were, up to a day; with each, which one it is now. Its decision is one of the duty as it is now: it proves no rule twice, and
    bars no suggestion."""
    rows = [Duty(**{**was.seat, "pk": None, "opinion_id": opinion, "ended_on": last, "goes_on_as_id": now}) for was, now in ended]
    made = zip(Duty.objects.bulk_create(rows, batch_size=_BATCH), ended, strict=True)
    spans = [DutySpan(duty=duty, **dict(zip(_PROOF, span, strict=True))) for duty, (was, _now) in made for span in was.spans]
    DutySpan.objects.bulk_create(spans, batch_size=_BATCH)


def first_days(texts: Collection[ClauseText]) -> dict[int, datetime.date | None]:
    """Return by clause, of clauses of one text, the first day of their words, where an earlier text has them with others: what is found in these has not
    been there before. One query."""
    version = next((text.version for text in texts), None)
    if version is None or version.state != OpinionVersion.State.PUBLISHED:
        return {}
    words = {text.clause_id: text.text_hash for text in texts}
    starts: dict[int, datetime.date | None] = dict.fromkeys(words, version.in_force_from)
    found: dict[int, datetime.date | None] = {}
    earlier = ClauseText.objects.filter(version__in=_earlier(version), clause__in=words).order_by("-version__number")
    for clause, said, since in earlier.values_list("clause_id", "text_hash", "version__in_force_from"):
        if clause in found:
            continue
        if said == words[clause]:
            starts[clause] = since
        else:
            found[clause] = starts[clause]
    return found


def last_day_before(version: OpinionVersion, clause: int | None = None) -> datetime.date | None:
    """Return the last day of the text before, of that which had a clause where one is given; None where there is none."""
    earlier = _earlier(version)
    if clause is not None:
        earlier = earlier.filter(texts__clause=clause)
    found = earlier.order_by("-number").first()
    eve = version.in_force_from - datetime.timedelta(days=1) if version.in_force_from else None
    days = [day for day in (found.in_force_until, eve) if day is not None] if found is not None else []
    return min(days, default=None)


def _earlier(version: OpinionVersion) -> QuerySet[OpinionVersion]:
    return OpinionVersion.objects.filter(opinion=version.opinion_id, state=OpinionVersion.State.PUBLISHED, number__lt=version.number)
