"""What a person enters of a reform, as values, and the same as an event keeps it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from policy_docs.units.successions import FUNCTION, WHOLE
from policy_docs.units.types import Level


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit kind that a reform brings: ``names`` are patterns with {p} for the place; ``aliases`` what texts write besides.

    A former unit that it sets apart is ``read_as`` the kind to which the ways of writing ``written`` belong (``units.former``)."""

    name: str
    short: str = ""
    names: Mapping[Level, str] | None = None
    aliases: tuple[str, ...] = ()
    read_as: str = ""
    written: tuple[str, ...] = ()

    @property
    def patterns(self) -> dict[Level, str]:
        """Names by level."""
        return dict(self.names or {})


@dataclass(frozen=True, slots=True)
class Step:
    """Who gives to whom: the keys of kinds, or "+0" for the first new unit of the entry. Without ``words`` all duties move.

    ``dates`` and ``basis`` are those of the event unless they are given (what came with the product differs in places)."""

    giver: str
    taker: str
    words: tuple[str, ...] = ()
    dates: Mapping[Level, str] | None = None
    basis: str = ""

    @property
    def scope(self) -> str:
        """Whether all moves or a function."""
        return FUNCTION if self.words else WHOLE


@dataclass(frozen=True, slots=True)
class Entry:
    """A reform as entered; ``place`` "" for everywhere, ``dates`` ISO by level."""

    kind: str
    title: str
    basis: str
    place: str
    dates: Mapping[Level, str]
    units: tuple[NewUnit, ...]
    steps: tuple[Step, ...]


def new_ref(number: int) -> str:
    """Return how steps name the new unit of a number."""
    return f"+{number}"


def as_json(entry: Entry) -> dict[str, Any]:
    """Return units and steps as an event keeps them; the rest are its columns."""
    units = [
        {
            "name": unit.name,
            "short": unit.short,
            "names": _plain(unit.names),
            "aliases": list(unit.aliases),
            "read_as": unit.read_as,
            "written": list(unit.written),
        }
        for unit in entry.units
    ]
    lines = [
        {"from": step.giver, "to": step.taker, "scope": step.scope, "words": list(step.words), "dates": _plain(step.dates), "basis": step.basis}
        for step in entry.steps
    ]
    return {"units": units, "lines": lines}


def _plain(table: Mapping[Level, str] | None) -> dict[str, str]:
    return {level.value: words for level, words in (table or {}).items()}


def _by_level(table: Mapping[str, str]) -> dict[Level, str]:
    return {Level(level): words for level, words in table.items()}


def units_in(kept: Mapping[str, Any]) -> tuple[NewUnit, ...]:
    """Return the new units that an event keeps."""
    return tuple(
        NewUnit(unit["name"], unit["short"], _by_level(unit["names"]), tuple(unit["aliases"]), unit.get("read_as", ""), tuple(unit.get("written", ())))
        for unit in kept.get("units", ())
    )


def steps_in(kept: Mapping[str, Any]) -> tuple[Step, ...]:
    """Return the steps that an event keeps."""
    return tuple(
        Step(line["from"], line["to"], tuple(line["words"]), _by_level(line.get("dates") or {}) or None, line.get("basis", ""))
        for line in kept.get("lines", ())
    )
