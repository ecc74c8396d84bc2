"""Values that cross the boundaries of search. Pure: imports no framework and no engine."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Item(StrEnum):
    """What is found. The index holds documents and clauses; duties are found through the clauses that lay them: a plan for duties gives clauses
    with a duty as hits, and counts duties."""

    OPINION = "opinion"
    CLAUSE = "clause"
    DUTY = "duty"

    @property
    def entry(self) -> "Item":
        """Kind of the entries that are searched for it."""
        return Item.CLAUSE if self is Item.DUTY else self


class Sort(StrEnum):
    """Orders of a result list."""

    RELEVANCE = "rel"
    NEWEST = "new"


class Validity(StrEnum):
    """Is the document in force on the day asked?"""

    IN_FORCE = "in_force"
    PAST = "past"
    COMING = "coming"


class Scope(StrEnum):
    """Which duties a reader may see."""

    CONFIRMED = "confirmed"
    ALL = "all"  # suggestions too


class Facet(StrEnum):
    """Conditions with counts. The values: level of ``units.types.Level``; code of the place (it stands for all below it too); year as
    "2018", "" where the text has no date; one of the organs that issued it; 文种; ``Validity``; key of the unit kind, or one unit as
    ``public_security@532300``: what binds it, whoever issued it (no count is given for these); role; address of the topic (it stands for all below it
    too)."""

    LEVEL = "level"
    PLACE = "place"
    YEAR = "year"
    ISSUER = "issuer"
    KIND = "kind"
    VALIDITY = "valid"
    UNIT = "unit"
    ROLE = "role"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True)
class Grant:
    """What the reader may find: the label that documents must carry, and the duties and topics that may be used for finding and counting."""

    audience: str
    duties: Scope


@dataclass(frozen=True, slots=True)
class DutyKey:
    """A duty as the index knows it: unit kind, role, confirmed or not."""

    unit: str
    role: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class LaidKey:
    """One duty of a clause, for counting: the unit kinds that it counts for (its own and those that have taken it over), its role, confirmed or not.
    Two duties of a clause may be alike in all of it. ``binding`` says on whom its words lay it, as keywords: kind as written, slash, a keyword of
    ``duties.binding.kept_under``."""

    units: tuple[str, ...]
    role: str
    confirmed: bool
    binding: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BoundKey:
    """One keyword of whom a duty binds, with the role of the duty, confirmed or not."""

    keyword: str
    role: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class TopicKey:
    """A topic as the index knows it: its address, confirmed or not. Those above it are keys of their own."""

    slug: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Document:
    """An entry of the index, analysed: ``words`` are dictionary words, ``grams`` two-character grams in text order.

    ``key`` is "c:" or "o:" and the public key. ``duties`` are what it is found by, ``laid`` the duties of a clause one by one, none left out. ``version`` grows with each reading of the rows: a lower one never replaces a higher one.
    Dates are YYYYMMDD as numbers; ``starts`` 0 and ``ends`` 99999999 where the text sets no bound. ``weight`` multiplies the score.
    """

    key: str
    item: Item
    opinion: str
    version: int
    digest: str
    part: str
    weight: float
    order: int
    words: tuple[str, ...]
    grams: tuple[str, ...]
    head: tuple[str, ...]
    title: tuple[str, ...]
    numbers: tuple[str, ...]
    cites: tuple[str, ...]
    audiences: tuple[str, ...]
    level: str
    places: tuple[str, ...]
    issued: int
    starts: int
    ends: int
    kind: str
    issuers: tuple[str, ...]
    duties: tuple[DutyKey, ...]
    topics: tuple[TopicKey, ...] = ()
    laid: tuple[LaidKey, ...] = ()
    bound: tuple[BoundKey, ...] = ()


class Field(StrEnum):
    """Fields that a plan may name."""

    WORDS = "words"
    GRAMS = "grams"
    HEAD = "head"
    TITLE = "title"
    NUMBER = "number"
    CITES = "cites"
    PLACE = "place"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Term:
    """One token in a field. ``fixed`` gives ``boost`` itself as score instead of its share of BM25."""

    field: Field
    value: str
    boost: float = 1.0
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens of a field, one after the other. ``fixed`` as in ``Term``."""

    field: Field
    values: tuple[str, ...]
    boost: float = 1.0
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Prefix:
    """Any token of a field that begins so."""

    field: Field
    value: str
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class UnitTerm:
    """Clauses that lay a duty on a unit kind, as far as the reader may see duties; ``boost`` is the score."""

    unit: str
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Together:
    """All of the leaves."""

    leaves: tuple["Leaf", ...]
    boost: float = 1.0


Leaf = Term | Phrase | Prefix | UnitTerm | Together


@dataclass(frozen=True, slots=True)
class Group:
    """One idea of the query: any of the leaves; the best one counts, the others a little."""

    leaves: tuple[Leaf, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Filters:
    """Choices of the reader by facet; empty means all. ``parts`` are kinds of blocks, "" for opinions. ``on`` is the day as YYYYMMDD.
    ``seats``: for each unit among the choices the keywords (``LaidKey.binding``) of what binds it; one without any is bound by nothing."""

    on: int
    chosen: tuple[tuple[Facet, tuple[str, ...]], ...] = ()
    item: Item | None = None
    parts: tuple[str, ...] = ()
    seats: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def values(self, facet: Facet) -> tuple[str, ...]:
        """Return the choices of one facet."""
        return dict(self.chosen).get(facet, ())

    def without(self, facet: Facet) -> "Filters":
        """Return the same choices but for one facet."""
        return replace(self, chosen=tuple(pair for pair in self.chosen if pair[0] is not facet))

    def choosing(self, facet: Facet, value: str) -> "Filters":
        """Return the same choices with this one alone of a facet."""
        return replace(self, chosen=(*self.without(facet).chosen, (facet, (value,))))

    def of(self, item: Item) -> "Filters":
        """Return the same choices for another kind of item."""
        return replace(self, item=item)

    def kinds(self, units: Iterable[str]) -> tuple[str, ...]:
        """Return those of some choices of units that are kinds."""
        known = dict(self.seats)
        return tuple(unit for unit in units if unit not in known)

    def binding(self, units: Iterable[str]) -> tuple[str, ...] | None:
        """Return the keywords of what binds those of some choices that are one unit each; None where none is."""
        known = dict(self.seats)
        seated = [unit for unit in units if unit in known]
        return tuple(dict.fromkeys(keyword for unit in seated for keyword in known[unit])) if seated else None


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """What an engine is to find. At least ``minimum`` of ``groups`` and all of ``required`` must match, none of ``excluded``;
    ``extra`` only moves hits up. Without groups and requirements everything inside the filters is found."""

    filters: Filters
    groups: tuple[Group, ...] = ()
    minimum: int = 0
    required: tuple[Group, ...] = ()
    excluded: tuple[Group, ...] = ()
    extra: tuple[Group, ...] = ()
    sort: Sort = Sort.RELEVANCE
    offset: int = 0
    limit: int = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """A found entry of the index. ``place`` orders by date, newest highest, and within a document by its order."""

    key: str
    item: Item
    score: float
    place: int


@dataclass(frozen=True, slots=True)
class Found:
    """Hits of the page asked, and how many there are in all; for a plan of duties the hits are clauses and the number is that of their duties."""

    hits: tuple[Hit, ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index says of one document, for comparing it with the database."""

    key: str
    version: int
    digest: str


@dataclass(frozen=True, slots=True)
class EngineState:
    """``ready`` is False where there is no index or one of another format: it asks for a rebuild."""

    ready: bool
    documents: int = 0
    reason: str = ""


FacetCounts = dict[Facet, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be told of a plan besides the number of its hits: the hits of the page, counts of facets, the number of duties that the clauses lay.
    With ``enough`` the number need not be exact once it has reached it."""

    plan: SearchPlan
    hits: bool = False
    facets: tuple[Facet, ...] = ()
    duties: bool = False
    enough: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question."""

    found: Found
    facets: FacetCounts = field(default_factory=dict)
    duties: int = 0


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What the reader asked: the words as typed, the choices, the page. ``item`` None asks for clauses and the best documents above them; ``as_typed``
    leaves words that may be mistyped as they are."""

    text: str = ""
    item: Item | None = Item.CLAUSE
    chosen: tuple[tuple[Facet, tuple[str, ...]], ...] = ()
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    size: int = 10
    parts: tuple[str, ...] = field(default=())
    as_typed: bool = False
