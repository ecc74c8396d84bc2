"""Who answers for whose duties after reforms: dates by level, local reforms by place, chains; and what cannot be true at once. Pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from .types import Level
from .vocabulary import Succession, Vocabulary

WHOLE, FUNCTION = "whole", "function"
Lineage = Callable[[str], Sequence[str]]


def dated(level: Level) -> Level:
    """Return the level whose date holds: reforms name none for townships, which follow their county."""
    return Level.COUNTY if level is Level.TOWNSHIP else level


def begun(reforms: Iterable[Succession], *, level: Level, codes: Sequence[str], on: str) -> list[Succession]:
    """Return the successions that hold on a level by a day (ISO) at a place; ``codes``: the place and all above it. A local one holds in its
    place and below."""
    at = dated(level)
    return [item for item in reforms if "" < item.dates.get(at, "") <= on and (not item.place or item.place in codes)]


def taken_over(key: str, held: Iterable[Succession]) -> set[str]:
    """Return the kind and those whose duties have moved to it whole, through any number of steps."""
    whole = [(item.predecessor, item.successor) for item in held if item.scope == WHOLE]
    kinds, grown = {key}, True
    while grown:  # a predecessor may have predecessors of its own
        before = len(kinds)
        kinds |= {old for old, new in whole if new in kinds}
        grown = len(kinds) > before
    return kinds


def moved(kinds: set[str], held: Sequence[Succession], *, level: Level) -> dict[str, tuple[str, ...]]:
    """Return by kind the words of the functions that have come from it to ``kinds``. What the giver had taken over by then gives them too: a text
    may write the name of before."""
    words: dict[str, tuple[str, ...]] = {}
    at = dated(level)
    for item in held:
        if item.scope != FUNCTION or item.successor not in kinds or item.predecessor in kinds:
            continue
        before = [other for other in held if other.dates[at] <= item.dates[at]]
        for giver in sorted(taken_over(item.predecessor, before) - kinds):
            words[giver] = tuple(dict.fromkeys((*words.get(giver, ()), *item.words)))
    return words


def heirs(key: str, held: Sequence[Succession]) -> tuple[str, ...]:
    """Return the kinds that have taken a kind over in the end: itself where none has, several where its duties went to several whole."""
    ends: set[str] = set()
    waiting, seen = {key}, set[str]()
    while waiting:
        kind = waiting.pop()
        seen.add(kind)
        following = {item.successor for item in held if item.scope == WHOLE and item.predecessor == kind}
        ends |= set() if following else {kind}
        waiting |= following - seen
    return tuple(sorted(ends)) or (key,)


def heir_at(vocabulary: Vocabulary, key: str, code: str, on: str) -> str:
    """Return the one kind that answers for a kind's duties at a place on a day (ISO): the kind itself where none or several do."""
    place = vocabulary.places_by_code.get(code)
    if place is None:
        return key
    found = heirs(key, begun(vocabulary.reforms, level=place.level, codes=vocabulary.lineage(code), on=on))
    return found[0] if len(found) == 1 else key


def of_one_unit(vocabulary: Vocabulary, key: str, code: str, on: str) -> frozenset[str]:
    """Return the kinds that are one unit with a kind at a place on a day (ISO): the one that answers, and all whose duties it has taken over."""
    place = vocabulary.places_by_code.get(code)
    if place is None:
        return frozenset({key})
    heir = heir_at(vocabulary, key, code, on)
    held = begun(vocabulary.reforms, level=place.level, codes=vocabulary.lineage(code), on=on)
    return frozenset(kind for kind in taken_over(heir, held) if heir_at(vocabulary, kind, code, on) == heir)


@dataclass(frozen=True)
class Later:
    """For each kind those that have taken it over whole on any level by a day (ISO), theirs included. A local reform counts for documents of its
    place and of those below it. Made for one batch or request: it keeps what it has worked out."""

    vocabulary: Vocabulary
    on: str
    _tables: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)

    @cached_property
    def _local(self) -> frozenset[str]:
        return frozenset(item.place for item in self.vocabulary.reforms) - {""}

    def of(self, kind: str, code: str) -> tuple[str, ...]:
        """Return the successors of a kind as a document of a place names it."""
        code = code if self._local else ""
        table = self._tables.get(code)
        if table is None:
            table = self._tables[code] = self._table(self._local.intersection(self.vocabulary.lineage(code)))
        return table.get(kind, ())

    def _table(self, places: frozenset[str]) -> dict[str, tuple[str, ...]]:
        steps: dict[str, set[str]] = {}
        for item in self.vocabulary.reforms:
            if item.scope == WHOLE and any(day <= self.on for day in item.dates.values()) and (not item.place or item.place in places):
                steps.setdefault(item.predecessor, set()).add(item.successor)
        return {start: tuple(sorted(_reached(start, steps) - {start})) for start in steps}


def _reached(start: str, steps: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = {start}
    while waiting:
        waiting = {new for old in waiting for new in steps.get(old, ())} - reached
        reached |= waiting
    return reached


class Fault(StrEnum):
    """Why a succession cannot be entered beside what is held."""

    SELF = "self"  # a unit that succeeds itself
    TWICE = "twice"  # the same succession again
    CYCLE = "cycle"  # the successor's duties have moved to the predecessor
    HAS_HEIR = "has_heir"  # the predecessor's duties have moved whole to somebody else
    GIVER_GONE = "giver_gone"  # the predecessor had been taken over before the day
    TAKER_GONE = "taker_gone"  # the successor had been taken over before the day
    STILL_USED = "still_used"  # the unit that ends gives or takes later, by what is held


@dataclass(frozen=True, slots=True)
class Problem:
    """A succession that cannot be entered, and the one that stands against it."""

    fault: Fault
    item: Succession
    other: Succession | None = None


def problems(new: Sequence[Succession], held: Sequence[Succession], lineage: Lineage) -> list[Problem]:
    """Return what cannot be true at once: within ``new``, and between ``new`` and what is held. ``lineage``: a place's code → its codes from the top."""
    found = [Problem(Fault.SELF, item) for item in new if item.predecessor == item.successor]
    others = [item for item in new if item.predecessor != item.successor]
    for number, item in enumerate(others):
        if item.scope == WHOLE and _closes(item, new, held, lineage):
            found.append(Problem(Fault.CYCLE, item))
            continue
        for other in (*held, *others[:number]):
            fault = _clash(item, other) if _meet(item, other, lineage) else None
            found += [Problem(fault, item, other)] if fault else []
    return found


def _meet(one: Succession, other: Succession, lineage: Lineage) -> bool:
    """Whether two successions hold somewhere on the same level and place."""
    if not one.dates.keys() & other.dates.keys():
        return False
    return not one.place or not other.place or one.place in lineage(other.place) or other.place in lineage(one.place)


def _clash(new: Succession, held: Succession) -> Fault | None:
    levels = new.dates.keys() & held.dates.keys()
    earlier = any(held.dates[level] < new.dates[level] for level in levels)
    later = any(held.dates[level] > new.dates[level] for level in levels)
    not_later = any(held.dates[level] <= new.dates[level] for level in levels)
    not_earlier = any(held.dates[level] >= new.dates[level] for level in levels)
    pair = (new.predecessor, new.successor) == (held.predecessor, held.successor)
    if pair and new.scope == held.scope and (new.scope == WHOLE or set(new.words) & set(held.words)):
        return Fault.TWICE
    if held.scope == WHOLE and held.predecessor == new.predecessor:
        return Fault.HAS_HEIR if new.scope == WHOLE else Fault.GIVER_GONE if earlier else None
    if held.scope == WHOLE and held.predecessor == new.successor and not_later:
        return Fault.TAKER_GONE
    if new.scope == WHOLE and held.scope == FUNCTION and held.predecessor == new.predecessor and later:
        return Fault.STILL_USED
    if new.scope == WHOLE and held.successor == new.predecessor and not_earlier:
        return Fault.STILL_USED
    return None


def _closes(item: Succession, new: Sequence[Succession], held: Sequence[Succession], lineage: Lineage) -> bool:
    """Whether the successor's duties come back to the predecessor on some level, by the others."""
    others = [other for other in (*held, *new) if other is not item and other.scope == WHOLE and _meet(item, other, lineage)]
    for level in item.dates:
        steps: dict[str, set[str]] = {}
        for other in others:
            if level in other.dates:
                steps.setdefault(other.predecessor, set()).add(other.successor)
        if item.predecessor in _reached(item.successor, steps):
            return True
    return False


def out_of_order(dates: dict[Level, str]) -> Iterator[tuple[Level, Level]]:
    """Yield (level, the higher one) where a level has a date before that of a higher level: unusual, and worth a second look."""
    held = [level for level in Level if level in dates]
    for higher, level in zip(held, held[1:], strict=False):
        if dates[level] < dates[higher]:
            yield level, higher
