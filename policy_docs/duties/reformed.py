"""What reforms have made of a unit, for its page: who came, what functions came and went, who answers for its duties now. No query."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from policy_docs.units.naming import name_at
from policy_docs.units.successions import FUNCTION, WHOLE, dated, heirs
from policy_docs.units.vocabulary import Succession

from .selectors import Unit


@dataclass(frozen=True, slots=True)
class Change:
    """One succession as the unit's page tells it. ``url`` leads to the other unit: to its page of the day before where it has ended."""

    day: datetime.date
    other: str
    url: str
    words: tuple[str, ...]
    basis: str
    event: str
    is_coming: bool


@dataclass(frozen=True, slots=True)
class Reformed:
    """Everything: units that came whole, functions that came, functions that went, who has taken the unit over, or will; and the former units that still
    stood apart on the day, whose duties this one has taken over since."""

    joined: tuple[Change, ...]
    received: tuple[Change, ...]
    given: tuple[Change, ...]
    ended: tuple[Change, ...]
    apart: tuple[Change, ...] = ()

    @property
    def any(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.joined or self.received or self.given or self.ended or self.apart)


def reformed(unit: Unit) -> Reformed:
    """Return what reforms have made of a unit by the day asked, and what is to come of what it gives up."""
    out = [item for item in unit.vocabulary.reforms if item.predecessor == unit.kind.key and _here(unit, item)]
    read_as = {key for key in unit.apart - unit.kinds if unit.vocabulary.kinds_by_key[key].read_as == unit.kind.key}
    apart = [item for item in unit.vocabulary.reforms if item.scope == WHOLE and _here(unit, item) and (item.predecessor in read_as or _comes(unit, item))]
    came = [item for item in unit.held if item.successor in unit.kinds and item.predecessor != unit.kind.key]
    return Reformed(
        tuple(_sorted(_change(unit, item, item.predecessor, before=True) for item in came if item.scope == WHOLE)),
        tuple(_sorted(_change(unit, item, item.predecessor) for item in came if item.scope == FUNCTION)),
        tuple(_sorted(_change(unit, item, item.successor) for item in out if item.scope == FUNCTION)),
        tuple(_sorted(_change(unit, item, _end(unit, item)) for item in out if item.scope == WHOLE)),
        tuple(_sorted(_change(unit, item, item.predecessor, as_of=unit.on) for item in apart)),
    )


def _here(unit: Unit, item: Succession) -> bool:
    return dated(unit.seat.level) in item.dates and (not item.place or item.place in (*unit.seat.above, unit.seat.code))


def _comes(unit: Unit, item: Succession) -> bool:
    """Whether a unit has come whole to this one since the day asked."""
    return item.successor == unit.kind.key and item.predecessor not in unit.kinds and item not in unit.held


def _end(unit: Unit, item: Succession) -> str:
    """Who answers for the duties on the day: the successor of the successor, where that has ended too."""
    ends = heirs(item.successor, unit.held)
    return ends[0] if len(ends) == 1 else item.successor


def _change(unit: Unit, item: Succession, other: str, *, before: bool = False, as_of: datetime.date | None = None) -> Change:
    day = datetime.date.fromisoformat(item.dates[dated(unit.seat.level)])
    asked = as_of or (day - datetime.timedelta(days=1) if before else max(day, unit.on))
    query = "" if not before and day <= unit.on else f"?on={asked.isoformat()}"
    url = reverse("policy_docs:unit", args=[other, unit.place.code]) + query
    return Change(day, name_at(unit.vocabulary, other, unit.place.code), url, item.words, item.basis.partition("：")[0], item.event, day > unit.on)


def _sorted(found: Iterator[Change]) -> list[Change]:
    return sorted(found, key=lambda change: change.day)
