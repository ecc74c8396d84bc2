"""Reads of reforms for people."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.accounts.viewer import Viewer
from cms.audit.models import AuditEntry
from policy_docs.opinions.numbers import normalise
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.aliases import LEVELS, current_vocabulary
from policy_docs.units.events import ReformEvent
from policy_docs.units.models import LevelChoices
from policy_docs.units.types import Level
from policy_docs.units.vocabulary import Vocabulary

from .entry import new_ref, steps_in, units_in

DEEDS = {"reform.entered": gettext_lazy("登记"), "reform.undone": gettext_lazy("撤销登记"), "reform.entered_again": gettext_lazy("重新登记")}


@dataclass(frozen=True, slots=True)
class Line:
    """A succession of an event in words; ``days`` only where they differ from those of the event."""

    giver: str
    taker: str
    words: tuple[str, ...]
    days: tuple[tuple[str, datetime.date], ...] = ()


@dataclass(frozen=True, slots=True)
class Deed:
    """Who did what with a reform, and when."""

    at: datetime.datetime
    who: str
    what: str
    more: str = ""


def readable(viewer: Viewer) -> QuerySet[ReformEvent]:
    """Reforms that a viewer may read: staff all of them, the public none (what they change is seen on the pages of units)."""
    found = ReformEvent.objects.select_related("place", "entered_by")
    return found if viewer.is_staff_reader else found.none()


def about(found: QuerySet[ReformEvent], words: str) -> QuerySet[ReformEvent]:
    """Return those that name something: title, basis, place, or a unit that gives or takes."""
    vocabulary = current_vocabulary()
    for word in words.split()[:6]:
        kinds = [kind.key for kind in vocabulary.kinds_by_key.values() if word in kind.name or word in kind.written]
        q = Q(title__icontains=word) | Q(basis__icontains=word) | Q(place__name__icontains=word)
        found = found.filter(q | Q(successions__predecessor__in=kinds) | Q(successions__successor__in=kinds))
    return found.distinct()


def newest_first(found: QuerySet[ReformEvent]) -> QuerySet[ReformEvent]:
    """Order by the day on which the reform began."""
    return found.annotate(begins=Coalesce("country_on", "province_on", "prefecture_on", "county_on", "entered_at__date")).order_by("-begins", "-pk")


def lines(event: ReformEvent, vocabulary: Vocabulary) -> list[Line]:
    """Return the successions of an event in words, as entered, whether it is in effect or not. No query."""
    names: dict[str, str] = {kind.key: kind.name for kind in vocabulary.kinds_by_key.values()}
    names |= {new_ref(number): unit.name for number, unit in enumerate(units_in(event.entry))}
    own = {level: getattr(event, f"{level.value}_on") for level in LEVELS}
    usual = {level: day.isoformat() for level, day in own.items() if day}
    found = []
    for step in steps_in(event.entry):
        apart = dict(step.dates) if step.dates and dict(step.dates) != usual else {}
        found.append(Line(names.get(step.giver, step.giver), names.get(step.taker, step.taker), step.words, tuple(_days(apart))))
    return found


def _days(dates: Mapping[Level, str]) -> Iterator[tuple[str, datetime.date]]:
    for level in LEVELS:
        if level in dates:
            yield str(LevelChoices(level.value).label), datetime.date.fromisoformat(dates[level])


def dates(event: ReformEvent) -> list[tuple[str, datetime.date | None]]:
    """Return the level names with the days of an event; of a local one those from its place down."""
    top = Level(event.place.level) if event.place else Level.COUNTRY
    return [(str(LevelChoices(level.value).label), getattr(event, f"{level.value}_on")) for level in LEVELS if level.depth >= top.depth]


def history(event: ReformEvent) -> list[Deed]:
    """Return who entered it, took it back, entered it again. One query."""
    found = AuditEntry.objects.filter(target=f"{ReformEvent._meta.label_lower}:{event.pk}", action__in=DEEDS).order_by("pk")
    return [Deed(row.at, row.actor, str(DEEDS[row.action]), _kept(row)) for row in found]


def _kept(row: AuditEntry) -> str:
    kept = row.details.get("kept") or []
    return _("保留了%s：已有人用到") % "、".join(kept) if kept else ""


def basis_page(event: ReformEvent, viewer: Viewer) -> OpinionPage | None:
    """Return the document that the basis names, by number or title, where the store has it and the viewer may read it."""
    words = event.basis.strip("《》 ")
    if not words:
        return None
    found = OpinionPage.objects.visible_to(viewer).filter(Q(number_key=normalise(words)) | Q(title=words)).defer("body")
    return found.first()
