"""Values that cross the boundary of name matching. Pure: imports no framework."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """Levels of jurisdiction, highest first (GB/T 2260: two digits province, two prefecture, two county)."""

    COUNTRY = "country"
    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWNSHIP = "township"

    @property
    def depth(self) -> int:
        """0 for the country … 4 for the township."""
        return list(Level).index(self)


class Reach(StrEnum):
    """On which level the words lay a duty (addressee)."""

    GENERIC = "generic"  # 公安机关: every level inside the document's jurisdiction
    OWN = "own"  # 州发改委 in a document of the prefecture: the level of the document only
    LOWER = "lower"  # 各县市, 下级法院: below the document's level only
    NAMED = "named"  # 楚雄银监分局, 省高院 in a document of a prefecture: one place


@dataclass(frozen=True, slots=True)
class Addressee:
    """Level and place that the words lay a duty on.

    ``levels`` narrows LOWER (empty: all below); ``place`` is the code of the place for NAMED (GB/T 2260), else "".
    """

    reach: Reach = Reach.GENERIC
    levels: tuple[Level, ...] = ()
    place: str = ""

    @property
    def levels_key(self) -> str:
        """The levels as rows hold them: ",county,prefecture,", "" for none."""
        return f",{','.join(sorted(self.levels))}," if self.levels else ""


@dataclass(frozen=True, slots=True)
class Place:
    """A jurisdiction: GB/T 2260 code of six digits, full name, short names as written in texts, level, code of the parent ("" for 100000)."""

    code: str
    name: str
    short_names: tuple[str, ...]
    level: Level
    parent: str


@dataclass(frozen=True, slots=True)
class Context:
    """What the document is: its jurisdiction (code, level) and date, needed to read 州公安局, 本市, 省高院.

    ``code`` "" and ``level`` None where the text does not tell. ``date`` is ISO (YYYY-MM-DD) or "".
    """

    code: str = ""
    level: Level | None = None
    date: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """One occurrence of a unit's name. ``start``/``end`` are offsets in the text; ``written`` is the reader's full form of the occurrence
    (for 由州公安局、司法局牵头 the second one is written 司法局, with the prefix 州 carried in ``addressee``)."""

    start: int
    end: int
    kind: str  # key of the unit kind; groups begin with "@"
    written: str
    addressee: Addressee
    alias: str = ""  # the alias that matched
    enumeration: int | None = None  # names of one list (公安、民政、住建等部门) share a number, unique in the text
    open_list: bool = False  # the list ends with 等: it may name more
    internal: bool = False  # an internal organ standing for its unit (法院内部…监察部门 → court)
    person: bool = False  # a person in charge standing for the unit (院长)
    short: bool = False  # a short form that a list with a shared tail makes a name (公安 in 公安、民政等部门)


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A noun group that ends like an organ and that no alias covers."""

    start: int
    end: int
    written: str


@dataclass(frozen=True, slots=True)
class Matched:
    """Names (in order, not overlapping) and unknown names of one text."""

    names: tuple[Name, ...]
    unknown: tuple[UnknownName, ...]
