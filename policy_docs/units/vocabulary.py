"""Unit kinds, aliases, places and reforms as values, and the data files they come from at first. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from .types import Level, Place

_DATA = Path(__file__).parent / "data"
_LEVELS = (Level.COUNTRY, Level.PROVINCE, Level.PREFECTURE, Level.COUNTY)


@dataclass(frozen=True, slots=True)
class Kind:
    """A unit kind. ``names`` are patterns with {p} for the place, by level.

    A former unit (工商行政管理部门) is ``read_as`` the kind that has taken it over: texts that write one of its names (``written``) lay their duties on
    that kind, and its page tells them apart by those names.
    """

    key: str
    name: str
    short: str
    is_group: bool
    is_open: bool
    is_vertical: bool
    names: dict[Level, str]
    read_as: str = ""
    written: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alias:
    """A way of writing a kind: ``form`` is organ, short (in lists only), group or sub (a part that stands for the whole)."""

    kind: str
    text: str
    form: str


@dataclass(frozen=True, slots=True)
class Succession:
    """One succession of a reform; ``dates`` are ISO by level, missing where the level has none. ``place`` is the code of the place that a local
    reform holds for, "" for everywhere; ``event`` the key of the reform that holds it, "" in the data files."""

    predecessor: str
    successor: str
    scope: str
    words: tuple[str, ...]
    dates: dict[Level, str]
    basis: str
    place: str = ""
    event: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """Everything the matcher is built from."""

    kinds: tuple[Kind, ...]
    aliases: tuple[Alias, ...]
    places: tuple[Place, ...]
    reforms: tuple[Succession, ...]
    members: tuple[tuple[str, str, str], ...] = ()  # kind, code, name of units whose name the pattern of the kind does not give
    former: tuple[Kind, ...] = ()  # units that are read as one of the kinds: no text is read by them, nobody chooses them for a duty

    @cached_property
    def kinds_by_key(self) -> dict[str, Kind]:
        """Kinds by key, former units too."""
        return {kind.key: kind for kind in (*self.kinds, *self.former)}

    @cached_property
    def places_by_code(self) -> dict[str, Place]:
        """Places by code."""
        return {place.code: place for place in self.places}

    @cached_property
    def members_by_seat(self) -> dict[tuple[str, str], str]:
        """Names entered for single units, by kind and code."""
        return {(kind, code): name for kind, code, name in self.members}

    @cached_property
    def ways_by_kind(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """Ways of writing by kind, as ``units.former`` has worked them out once."""
        return {}

    def lineage(self, code: str) -> tuple[str, ...]:
        """Codes from the country down to the place, the place included."""
        found: list[str] = []
        while code in self.places_by_code and code not in found:
            found.insert(0, code)
            code = self.places_by_code[code].parent
        return tuple(found)


def _rows(name: str) -> Iterator[dict[str, str]]:
    lines = [line for line in (_DATA / name).read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    head = lines[0].split("\t")
    for line in lines[1:]:
        cells = line.split("\t")
        yield dict(zip(head, cells + [""] * (len(head) - len(cells)), strict=False))


def _words(cell: str) -> tuple[str, ...]:
    return tuple(word for word in cell.split() if word != "-")


@cache
def load_default() -> Vocabulary:
    """Return the vocabulary of the data files (what a new database begins with)."""
    kinds, aliases = [], []
    for row in _rows("kinds.tsv"):
        flags, short = row["flags"], _words(row["short"])
        names = _patterns(row["levels"])
        kinds.append(Kind(row["key"], row["name"], short[0] if short else "", flags == "group", flags == "open", flags == "vertical", names))
        form = "group" if flags == "group" else "organ"
        aliases += [Alias(row["key"], word, form) for word in _words(row["organ"])]
        aliases += [Alias(row["key"], word, "short") for word in short]
        aliases += [Alias(row["key"], word, "sub") for word in _words(row["sub"])]
    return Vocabulary(tuple(kinds), tuple(dict.fromkeys(aliases)), tuple(_places()), tuple(_reforms()))


def _places() -> Iterator[Place]:
    for row in _rows("places.tsv"):
        yield Place(row["code"], row["name"], _words(row["short_names"]), Level(row["level"]), row["parent"])


def _reforms() -> Iterator[Succession]:
    for row in _rows("reforms.tsv"):
        dates = {level: row[level.value] for level in _LEVELS if row.get(level.value)}
        yield Succession(row["predecessor"], row["successor"], row["scope"], _words(row["function_words"]), dates, row["basis"])


@dataclass(frozen=True, slots=True)
class Listed:
    """An organ of former times that the data files list: its names, the words that make a way of writing its own, and those that make it another."""

    name: str
    short: str
    names: dict[Level, str]
    words: tuple[str, ...]
    others: tuple[str, ...]


@cache
def former_units(kind: str) -> tuple[Listed, ...]:
    """Return the listed organs whose names are read as a kind, in the order in which they claim its ways of writing."""
    return tuple(
        Listed(row["name"], row["short"], _patterns(row["levels"]), _words(row["words"]), _words(row["not"]))
        for row in _rows("former.tsv")
        if row["read_as"] == kind
    )


def _patterns(cell: str) -> dict[Level, str]:
    """Return the names by level of a cell "country|province|prefecture|county"."""
    return {level: pattern for level, pattern in zip(_LEVELS, (cell.split("|") + ["-"] * 4)[:4], strict=True) if pattern != "-"}
