"""What was confirmed is found on the days of the text that it was confirmed in, with the words, clause and role that it had then, whatever a later
text makes of it (design decision 2)."""

import datetime
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db.models import QuerySet

from policy_docs.opinions.holding import hold_documents
from policy_docs.opinions.models import ClauseText, OpinionVersion
from policy_docs.opinions.pages import OpinionPage

from .models import Duty, DutySpan
from .proofs import SPAN_COLUMNS

_SEAT = ("clause_id", "kind_id", "reach", "levels", "place", "role", "implicit", "state")
_PROOF = SPAN_COLUMNS[1:]  # all of a span but whose it is


@dataclass(frozen=True, slots=True)
class _Was:
    duty: Duty
    said: tuple[object, ...]

    @classmethod
    def of(cls, duty: Duty) -> "_Was":
        spans = tuple(sorted(tuple(getattr(span, name) for name in _PROOF) for span in duty.spans.all()))
        return cls(duty, (*(getattr(duty, name) for name in _SEAT), spans))


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
    before = [_Was.of(duty) for duty in confirmed.select_related("clause").prefetch_related("spans")]
    yield
    if before:
        _keep(before, version, starts)


def _keep(before: list[_Was], version: OpinionVersion, starts: datetime.date) -> None:
    now = {duty.pk: _Was.of(duty) for duty in Duty.of_all_days.filter(pk__in=[was.duty.pk for was in before]).prefetch_related("spans")}
    changed = [was for was in before if (duty := now.get(was.duty.pk)) is None or (duty.duty.ended_on is None and duty.said != was.said)]
    if not changed:
        return
    earlier = _earlier(version)
    stood = set(ClauseText.objects.filter(version__in=earlier, clause__in={was.duty.clause_id for was in changed}).values_list("clause_id", flat=True))
    last = last_day_before(version)
    for was in changed:
        if was.duty.clause_id in stood and last is not None and (was.duty.began_on is None or was.duty.began_on <= last):
            _end(was.duty, last, goes_on=was.duty.pk in now)
    Duty.objects.filter(pk__in=[was.duty.pk for was in changed]).update(began_on=starts)


def _end(duty: Duty, last: datetime.date, *, goes_on: bool) -> None:
    """Store a duty as it was, up to a day. Its decision is one of the duty as it is now: it proves no rule twice, and bars no suggestion."""
    spans = list(duty.spans.all())
    ended = Duty(
        clause=duty.clause, kind_id=duty.kind_id, reach=duty.reach, levels=duty.levels, place=duty.place, role=duty.role, implicit=duty.implicit,
        state=duty.state, by_hand=duty.by_hand, found_as=duty.found_as, decided_by_id=duty.decided_by_id, decided_at=duty.decided_at,
        began_on=duty.began_on, ended_on=last, goes_on_as_id=duty.pk if goes_on else None,
    )  # fmt: skip
    ended.save()
    DutySpan.objects.bulk_create([DutySpan(duty=ended, **{name: getattr(span, name) for name in _PROOF}) for span in spans])


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
