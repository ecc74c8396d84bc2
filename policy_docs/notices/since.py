"""What is different on the page of a unit since somebody looked at it: by what units were told, and by the days that have come since."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils import timezone

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from policy_docs.duties.binding import Section
from policy_docs.duties.models import Duty
from policy_docs.duties.selectors import Row, Unit, load_unit
from policy_docs.opinions.models import Clause
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.validity import Dates, Standing, standing
from policy_docs.ports import Changes

from .difference import Turn, net
from .models import BACK, GONE, Notice, NoticeTouch
from .reading import Bound, Item, bound, items, readable

Deed = Notice.Deed
_CAME = (Deed.ADDED, *BACK, Deed.REVIVED)  # the document as a whole
_WENT = (*GONE, Deed.REPEALED)
_TEXT = (Deed.AMENDED, Deed.CORRECTED, Deed.BEGUN)
_SHOWN = 30  # notices listed; the page of notices has all

Seat = tuple[str, str, str]  # clause by its public key, kind, reach


class Event(NamedTuple):
    """What one notice told one addressee."""

    opinion: int
    deed: str
    kind: str
    reach: str
    gone: int
    details: list[dict[str, Any]]


class Day(NamedTuple):
    """A document that has begun or ceased to hold by its own dates, with the number of duties."""

    title: str
    key: str
    number: int
    begins: bool


def changes_since(unit: Unit, rows: Sequence[Row], *, user: User, at: datetime.datetime) -> Changes:
    """Return what is different for a unit since a moment, of the duties that its page counts.

    A document counts by what it was then and is now: one that came and was corrected is new, one that went and came back is as it was. Three
    queries where nothing was told; up to nine where something was.
    """
    touching = bound(unit, viewer_of(user), since=at)
    events = _events(touching)
    counted = [row for row in rows if row.section is Section.DIRECT]
    held = _Then.read(events, {row.opinion for row in counted}, timezone.localdate(at))
    kinds = load_unit(unit.kind.key, unit.place.code, on=held.day, vocabulary=unit.vocabulary).kinds
    seats = _net(event for event in events if event.deed in _TEXT and held.of(event.opinion))
    clauses = dict(Clause.objects.filter(public_key__in={seat[0] for seat in seats}).values_list("pk", "public_key")) if seats else {}
    by_hand = set(Duty.objects.filter(by_hand=True, created_at__gt=at, kind__in=unit.kinds).values_list("pk", flat=True))
    turns: dict[int, str] = {}
    for row in counted:
        turn = seats.get((clauses.get(row.clause, ""), row.kind, row.reach))
        if row.in_force and (not held.of(row.opinion) or row.kind not in kinds or row.duty in by_hand):
            turns[row.duty] = Turn.ADDED
        elif row.in_force and turn in (Turn.ADDED, Turn.CHANGED):
            turns[row.duty] = turn
    lapsed = [row for row in counted if not row.in_force and held.of(row.opinion)]
    gone = len(lapsed) + held.gone(events, but={row.opinion for row in counted}) + sum(turn is Turn.GONE for turn in seats.values())
    return Changes(turns, gone, _told(touching, user, unit), _days(counted, held))


def _events(touching: Bound) -> list[Event]:
    """Return what the notices told on duties that the page counts, as it happened."""
    direct = [pk for touches in touching.values() for pk, section in touches.items() if section is Section.DIRECT]
    if not direct:
        return []
    found = NoticeTouch.with_trash.filter(pk__in=direct, notice__opinion__isnull=False).order_by("notice_id", "pk")
    return [Event(*facts) for facts in found.values_list("notice__opinion_id", "notice__deed", "kind", "reach", "gone", "details")]


class _Then(NamedTuple):
    """Which documents held on the day of the look: by the first that was told of each since, else by its dates."""

    day: datetime.date
    first: Mapping[int, str]
    last: Mapping[int, str]
    dates: Mapping[int, Dates]

    @classmethod
    def read(cls, events: Sequence[Event], opinions: Iterable[int], day: datetime.date) -> "_Then":
        whole = [event for event in events if event.deed in (*_CAME, *_WENT)]
        first = {event.opinion: event.deed for event in reversed(whole)}
        last = {event.opinion: event.deed for event in whole}
        wanted = {*opinions, *(event.opinion for event in events)}
        found = OpinionPage.objects.filter(pk__in=wanted).values_list("pk", *Dates._fields)
        return cls(day, first, last, {pk: Dates._make(days) for pk, *days in found})

    def of(self, opinion: int) -> bool:
        """Whether the document held."""
        if opinion in self.first:
            return self.first[opinion] in _WENT
        return opinion in self.dates and standing(self.dates[opinion], self.day) is Standing.IN_FORCE

    def gone(self, events: Sequence[Event], *, but: set[int]) -> int:
        """How many duties went with whole documents that the page lists no more, and with what a notice counts and does not word."""
        went = {opinion for opinion, deed in self.last.items() if deed in _WENT and self.of(opinion) and opinion not in but}
        whole = {opinion: [event for event in events if event.opinion == opinion and event.deed == self.last[opinion]] for opinion in went}
        unworded = [event.gone - sum(item["turn"] == Turn.GONE for item in event.details) for event in events if event.deed in _TEXT and self.of(event.opinion)]
        return sum(event.gone for told in whole.values() for event in told) + sum(unworded)


def _net(events: Iterable[Event]) -> dict[Seat, Turn]:
    """Return what became of each duty over several texts."""
    turns: dict[Seat, list[Turn]] = defaultdict(list)
    for event in events:
        for item in event.details:
            turns[item["key"], event.kind, event.reach].append(Turn(item["turn"]))
    found = {seat: net(told) for seat, told in turns.items()}
    return {seat: turn for seat, turn in found.items() if turn is not None}


def _told(touching: Bound, user: User, unit: Unit) -> list[Item]:
    if not touching:
        return []
    shown = readable(viewer_of(user)).filter(pk__in=touching).select_related("opinion").defer("opinion__body").order_by("-pk")[:_SHOWN]
    return items(list(shown), user=user, unit=unit, touching=touching)


def _days(counted: Iterable[Row], held: _Then) -> list[Day]:
    by_document: dict[int, list[Row]] = defaultdict(list)
    for row in counted:
        if row.opinion not in held.first and row.in_force != held.of(row.opinion):
            by_document[row.opinion].append(row)
    return [Day(found[0].title, found[0].key, len(found), found[0].in_force) for found in by_document.values()]
