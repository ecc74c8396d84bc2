"""What binds a unit (design decision 5). Pure: one function answers page, export, command and search."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from policy_docs.units.types import Level, Reach


class Section(StrEnum):
    """Where a duty stands on the page of a unit; only DIRECT is counted."""

    DIRECT = "direct"
    GROUP = "group"  # laid on a group that the unit may belong to
    OFFICE = "office"  # laid on the office of a standing group that is set in the unit
    TRANSFER = "transfer"  # laid on a unit whose function has moved here
    ABOVE = "above"  # laid on the same kind one level above
    MENTION = "mention"


@dataclass(frozen=True, slots=True)
class Seat:
    """A unit's place: code, level, the codes of the places above it from the country down, the level of the one directly above."""

    code: str
    level: Level
    above: tuple[str, ...]
    level_above: Level | None = None

    @property
    def parent(self) -> str:
        """Code of the place one level above, "" for the country."""
        return self.above[-1] if self.above else ""


@dataclass(frozen=True, slots=True)
class Laid:
    """On whom the words of a document of ``document_code`` lay a duty; ``levels`` as stored (",county,prefecture," or "")."""

    document_code: str
    reach: str
    levels: str = ""
    place: str = ""

    def names_level(self, level: Level) -> bool:
        """Say whether a lower level is meant: no level named means all below."""
        return not self.levels or f",{level.value}," in self.levels


def speaks_of(quote: str, words: Sequence[str], names: Sequence[str]) -> bool:
    """Say whether a quote speaks of a function that moved; a name of the successor that holds the word (自然资源和规划 for 规划) does not count."""
    rest = quote
    for name in sorted(names, key=len, reverse=True):
        rest = rest.replace(name, "")
    return any(word in rest for word in words)


def binds(laid: Laid, seat: Seat) -> bool:
    """Say whether the duty binds the unit that sits there."""
    if laid.document_code != seat.code and laid.document_code not in seat.above:
        return False
    if laid.reach == Reach.OWN:
        return laid.document_code == seat.code
    if laid.reach == Reach.LOWER:
        return laid.document_code != seat.code and laid.names_level(seat.level)
    if laid.reach == Reach.NAMED:
        return laid.place == seat.code
    return True


def kept_under(laid: Laid) -> tuple[str, ...]:
    """Return the keywords under which a duty is kept in an index: it binds the units whose ``sought_by`` holds one of them, the rule of ``binds``."""
    code = laid.document_code
    if not code:
        return ()
    if laid.reach == Reach.OWN:
        return (f"own/{code}",)
    if laid.reach == Reach.NAMED:
        return (f"named/{code}/{laid.place}",)
    if laid.reach == Reach.LOWER:
        levels = [level for level in laid.levels.split(",") if level]
        return tuple(f"lower/{code}/{level}" for level in levels) or (f"lower/{code}/",)
    return (f"any/{code}",)


def sought_by(seat: Seat) -> tuple[str, ...]:
    """Return the keywords of all duties that bind a unit which sits there."""
    found = [f"own/{seat.code}"]
    for code in (*seat.above, seat.code):
        found += [f"any/{code}", f"named/{code}/{seat.code}"]
        found += [f"lower/{code}/", f"lower/{code}/{seat.level.value}"] if code != seat.code else []
    return tuple(found)


def is_above(laid: Laid, seat: Seat) -> bool:
    """Say whether the duty binds the unit one level above and not the one that sits here."""
    if seat.level_above is None:
        return False
    return binds(laid, Seat(seat.parent, seat.level_above, seat.above[:-1])) and not binds(laid, seat)


def binds_some(laid: Laid, level: Level, *, level_of: Callable[[str], Level], lineage: Callable[[str], Sequence[str]], within: str = "") -> bool:
    """Say whether the duty binds a unit of some place of a level, or of those of them that lie ``within`` a place (the place itself
    included). Each place is taken to have places of every level below its own."""
    document = level_of(laid.document_code)
    if within and within not in lineage(laid.document_code) and laid.document_code not in lineage(within):
        return False
    if laid.reach == Reach.NAMED:
        return level_of(laid.place) is level and laid.document_code in lineage(laid.place) and (not within or within in lineage(laid.place))
    if within and level.depth < level_of(within).depth:
        return False
    if laid.reach == Reach.OWN:
        return document is level and (not within or within in lineage(laid.document_code))
    if laid.reach == Reach.LOWER:
        return document.depth < level.depth and laid.names_level(level)
    return document.depth <= level.depth
