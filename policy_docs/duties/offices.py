"""Duties laid on the office of a standing group (联席会议办公室): the unit in which the office is set does them, in the name of the office.

Which group is meant, and where its office is, is worked out when it is read: both change without the document that lays the duty, by another document, by
a person who names the host, and by a reform.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet

from cms.accounts.viewer import Viewer
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.models import Body, Membership
from policy_docs.units.offices import WHOSE, Group, group_of, resolve
from policy_docs.units.types import Reach
from policy_docs.units.vocabulary import Vocabulary

from .binding import Laid, Seat, binds
from .models import DutySpan
from .types import Act


def bodies_for(viewer: Viewer) -> QuerySet[Body]:
    """Return the bodies that documents which the viewer may read have set up, to staff those too that have been entered without a document."""
    read = Q(opinion__in=OpinionPage.objects.visible_to(viewer))
    return Body.objects.filter(read | Q(opinion__isnull=True)) if viewer.is_staff_reader else Body.objects.filter(read)


def at_q(codes: Iterable[str]) -> Q:
    """Bodies of places."""
    places = set(codes)
    return Q(opinion__jurisdiction__in=places) | Q(opinion__isnull=True, place__in=places)


def bodies_at(found: QuerySet[Body], on: datetime.date) -> QuerySet[Body]:
    """Those that stand on a day."""
    return found.exclude(ended_on__lt=on).exclude(since__gt=on).exclude(opinion__issue_date__gt=on)


@dataclass(frozen=True, slots=True)
class Named:
    """An office as a document names it: on which level and place the words lay the duty, as duties keep it."""

    opinion: int
    code: str  # of the document's place
    reach: str
    place: str
    written: tuple[str, ...] = ()

    def seat(self, asked: str = "") -> str:
        """Return the place of the office: the one named, that of the document; for those of lower levels and of every level the one ``asked`` for."""
        if self.reach == Reach.NAMED:
            return self.place
        return asked if asked and self.reach in (Reach.LOWER, Reach.GENERIC) else self.code


class Offices:
    """Standing groups of some places, to tell which one an office is of."""

    def __init__(self, bodies: QuerySet[Body], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        rows = bodies.select_related("opinion").only("name", "place", "host_kind", "host_written", "opinion", "opinion__jurisdiction")
        self._bodies = {body.pk: body for body in rows.order_by("pk")}

    def of(self, named: Named, *, asked: str = "") -> Body | None:
        """Return the group; None where none is known or several may be meant."""
        at = named.seat(asked)
        for written in named.written:
            found = self._resolved(written, named, at)
            if found is not None:
                return found
        return None

    def _resolved(self, written: str, named: Named, at: str) -> Body | None:
        own = [Group(body.pk, body.name, own=True) for body in self._bodies.values() if body.opinion_id == named.opinion]
        there = [Group(body.pk, body.name) for body in self._bodies.values() if body.area == at and body.opinion_id != named.opinion]
        if at != named.code:  # 各县市领导小组办公室: those of the groups there that are for what this document's own is for
            key = resolve(written, own, self._names(named.code))
            written, own = (self._bodies[key].name if key is not None else written), []
            written = self._without_place(written, named.code)
        key = resolve(written, [*own, *there], self._names(at))
        return self._bodies[key] if key is not None else None

    def _names(self, code: str) -> list[str]:
        place = self._vocabulary.places_by_code.get(code)
        return [place.name, *place.short_names] if place else []

    def _without_place(self, written: str, code: str) -> str:
        place = next((name for name in self._names(code) if written.startswith(name)), "")
        return written.removeprefix(place)


def with_names(named: Mapping[int, Named]) -> dict[int, Named]:
    """Return the offices (by duty) with the ways in which the proofs write them. What a list passes down to its items is not named there: the office
    that the document names elsewhere is meant, where it names one. One query."""
    found: dict[int, dict[str, None]] = defaultdict(dict)
    of_document: dict[int, dict[str, None]] = defaultdict(dict)
    spans = DutySpan.objects.filter(duty__in=named).exclude(act=Act.MENTION.value).exclude(name_written="").order_by("duty_id", "start")
    for duty, written in spans.values_list("duty_id", "name_written"):
        found[duty][written] = None
        of_document[named[duty].opinion][written] = None
    done = {}
    for duty, item in named.items():
        names = tuple(found[duty] if duty in found else of_document[item.opinion])
        is_one = duty in found or len({group_of(name) for name in names}) == 1
        done[duty] = replace(item, written=names if is_one else ())
    return done


def in_the_name_of(named: Mapping[int, Named], *, code: str, kinds: Iterable[str], bodies: QuerySet[Body], vocabulary: Vocabulary) -> dict[int, Body]:
    """Return by duty the group in whose name a unit (of ``kinds`` at ``code``) does it; those of other units' offices are left out. One query."""
    opinions = {item.opinion for item in named.values()}
    known = Offices(bodies.filter(at_q({code, *(item.code for item in named.values())}) | Q(opinion__in=opinions)), vocabulary)
    own = set(kinds)
    found = {duty: known.of(item, asked=code) for duty, item in named.items()}
    return {duty: body for duty, body in found.items() if body is not None and body.host_kind_id in own and body.area == code}


def hosted(laid_on: Mapping[int, Named], *, code: str, kinds: Collection[str], on: datetime.date, viewer: Viewer, vocabulary: Vocabulary) -> dict[int, Body]:
    """Return the same on a day, as far as a reader may know of the groups; ``laid_on`` without the names, which are looked up. One query for a unit that
    hosts no office, none where nothing is laid on one."""
    bodies = bodies_at(bodies_for(viewer), on)
    if not laid_on or not bodies.filter(at_q([code]), host_kind__in=kinds).exists():
        return {}
    return in_the_name_of(with_names(laid_on), code=code, kinds=kinds, bodies=bodies, vocabulary=vocabulary)


def seated_elsewhere(duties: Mapping[int, int], *, seat: Seat, kinds: Iterable[str], on: datetime.date, viewer: Viewer, vocabulary: Vocabulary) -> set[int]:
    """Return those of the duties of members (duty → document) that name a group on whose list a unit stands, where another document or a person has set
    the list down. One query; three where a group is named."""
    spans = DutySpan.objects.filter(duty__in=duties, name_written__regex=WHOSE).exclude(act=Act.MENTION.value)
    facts = spans.values_list("duty_id", "duty__opinion_id", "duty__opinion__jurisdiction_id", "name_written")
    named = {duty: Named(opinion, code or "", Reach.OWN.value, "", (written,)) for duty, opinion, code, written in facts}
    if not named:
        return set()
    bodies = bodies_at(bodies_for(viewer), on)
    known = Offices(bodies.filter(at_q(item.code for item in named.values()) | Q(opinion__in={item.opinion for item in named.values()})), vocabulary)
    groups = {duty: body for duty, item in named.items() if (body := known.of(item)) is not None}
    lines = Membership.objects.standing(on).filter(body__in={body.pk for body in groups.values()}, kind__in=set(kinds))
    areas = {body.pk: body.area for body in groups.values()}
    seats = lines.values_list("body_id", "reach", "levels", "place")
    listed = {body for body, reach, levels, place in seats if binds(Laid(areas[body], reach, levels, place), seat)}
    return {duty for duty, body in groups.items() if body.pk in listed}
