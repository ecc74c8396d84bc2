"""From what a reader typed to what the reader sees: parse, plan, engine, rows of the database. The viewer is always asked for."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import structlog

from cms.accounts.viewer import Viewer
from search.engines.base import Engine, EngineDown, EngineError, EngineNotReady
from search.types import Facet, FacetCounts, Grant, Hit, Item, Scope, SearchQuery
from search.words.store import current_words
from search.words.table import Words

from .asking import BEST, Asked, Told, shows_best, tabs, together, window
from .correct import Corrected, correct
from .duty_rows import duty_rows
from .names import Names, known_names
from .offered import finding_of
from .parse import InvalidQuery, Parsed, less, parse, without_exclusions, without_quotes
from .rows import Row, rows_of
from .seats import chosen_seats, seats_in
from .standin import Database

log = structlog.get_logger(__name__)
_LOOSENED = 6  # other words that are offered where nothing was found
# blocks that say something by themselves; title, heading, front and back matter are found with their opinion
BODY_PARTS = ("clause", "table", "attachment", "notice", "preamble", "heading")


class Why(StrEnum):
    """Why the database answers."""

    DOWN = "down"
    NOT_READY = "not_ready"
    DRIFT = "drift"  # what the index gives for a unit is not what its page lists


@dataclass(frozen=True, slots=True)
class Results:
    """Everything a result page says. ``parsed`` is what was searched: what was ``corrected``, where something was mistyped. ``exact`` is the number of hits that meet every idea, ``total`` that of all shown; ``best`` are documents above
    a list of clauses. Without hits: ``without`` says what dropping all choices of a facet would give, ``loosened`` what other words would."""

    query: SearchQuery
    parsed: Parsed
    on: datetime.date
    total: int = 0
    exact: int = 0
    rows: tuple[Row, ...] = ()
    best: tuple[Row, ...] = ()
    tabs: dict[Item, int] = field(default_factory=dict)
    facets: FacetCounts = field(default_factory=dict)
    without: tuple[tuple[Facet, int], ...] = ()
    loosened: tuple[tuple[str, int], ...] = ()
    corrected: Corrected | None = None
    stands_in: Why | None = None  # the database answered and not the index

    @property
    def count(self) -> int:
        """Number of everything found: clauses and documents, or one kind of hits. Duties are in their clauses."""
        return sum(self.tabs.get(item, 0) for item in (Item.CLAUSE, Item.OPINION)) if self.query.item is None else self.total

    @property
    def text(self) -> str:
        """The words that were searched."""
        return self.corrected.text if self.corrected else self.query.text


def grant_of(viewer: Viewer) -> Grant:
    """Return what a reader may find: one label that documents must carry, and whose duties count."""
    scope = Scope.ALL if viewer.sees_suggestions else Scope.CONFIRMED
    if viewer.sees_all:
        return Grant("coordination", scope)
    return Grant("staff" if viewer.is_staff_reader else "public", scope)


def answer(query: SearchQuery, *, viewer: Viewer, engine: Engine, on: datetime.date) -> Results:
    """Answer people: by the index, or by the database where the index cannot.

    Raises ``InvalidQuery`` with a message for people.
    """
    try:
        found = search(query, viewer=viewer, engine=engine, on=on)
        return from_database(query, viewer=viewer, on=on, why=Why.DRIFT) if drifted(found, viewer=viewer) else found
    except EngineNotReady as error:
        log.warning("search_stands_in", error=str(error))
        return from_database(query, viewer=viewer, on=on, why=Why.NOT_READY)
    except EngineDown as error:
        log.warning("search_stands_in", error=str(error))
        return from_database(query, viewer=viewer, on=on, why=Why.DOWN)
    except EngineError:
        log.exception("search_stands_in")
        return from_database(query, viewer=viewer, on=on, why=Why.DOWN)


def drifted(found: Results, *, viewer: Viewer) -> bool:
    """Say whether the index gives other numbers than the database for what binds a unit; only where that is all that was asked."""
    units = chosen_seats(found.query.chosen)
    if not units or found.parsed != Parsed():
        return False
    database = Database(found.parsed, found.query, viewer=viewer, on=found.on)
    wanted = {item: database.find(item, limit=0).total for item in found.tabs}
    if wanted == found.tabs:
        return False
    log.warning("search_drift_shown", units=units, index=found.tabs, database=wanted)
    return True


def from_database(query: SearchQuery, *, viewer: Viewer, on: datetime.date, why: Why) -> Results:
    """Answer without the index: complete for what is written word for word, without counts of facets."""
    corrected = None if query.as_typed else _corrected_by_database(query, viewer=viewer, on=on)
    parsed = parse(corrected.text if corrected else query.text)
    database = Database(parsed, query, viewer=viewer, on=on)
    item = query.item or Item.CLAUSE
    offset, limit = window(query, item)
    found = database.find(item, offset=offset, limit=limit)
    beside = {other: database.find(other, limit=BEST if shows_best(query, other) else 0) for other in Item if other is not item}
    best = beside[Item.OPINION].hits if item is not Item.OPINION else ()
    rows, best_rows = _rows(found.hits, best, parsed, query, viewer=viewer, on=on)
    tabs = {item: found.total} | {other: counted.total for other, counted in beside.items()}
    return Results(query, parsed, on, found.total, found.exact, rows=rows, best=best_rows, tabs=tabs, corrected=corrected, stands_in=why)


def _corrected_by_database(query: SearchQuery, *, viewer: Viewer, on: datetime.date) -> Corrected | None:
    def count(parsed: Parsed) -> int:
        database = Database(parsed, SearchQuery(), viewer=viewer, on=on)
        return next((found.exact for item in (Item.CLAUSE, Item.OPINION) if (found := database.find(item, limit=0)).exact), 0)

    words, names = current_words(), known_names()
    parsed = parse(query.text, words, names)
    finding = finding_of(
        viewer,
        grant_of(viewer).audience,
        words,
        names,
        stands=lambda word: bool(count(Parsed(phrases=(word,)))),
        finds=lambda word: count(parse(word, words, names)),
    )
    return correct(query.text, words, names, finding, unmet=lambda: not count(parsed))


def _rows(
    found: Sequence[Hit], best: Sequence[Hit], parsed: Parsed, query: SearchQuery, *, viewer: Viewer, on: datetime.date
) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Return the rows of the page, and of the documents above them."""
    if query.item is Item.DUTY:
        return duty_rows(found, parsed, query, viewer=viewer, on=on), ()
    rows, above = rows_of([*best, *found], parsed, viewer=viewer, on=on), {hit.key for hit in best}
    return tuple(row for row in rows if row.hit.key not in above), tuple(row for row in rows if row.hit.key in above)


def search(query: SearchQuery, *, viewer: Viewer, engine: Engine, on: datetime.date, counts: bool = True, words: Words | None = None) -> Results:
    """Answer a query. ``counts`` False leaves tabs and facets out (a command needs none); ``words`` are everyday words to be tried out.

    Raises ``InvalidQuery`` with a message for people, ``EngineError`` where the index cannot answer.
    """
    words, names = current_words() if words is None else words, known_names()
    asked = Asked(engine, grant_of(viewer), parse(query.text, words, names), query, int(on.strftime("%Y%m%d")), seats_in(query.chosen, on))
    told = asked.told(counts=counts)
    corrected = None if query.as_typed else _corrected(asked, told, viewer, words, names)
    if corrected:
        asked = replace(asked, parsed=parse(corrected.text, words, names))
        told = asked.told(counts=counts)
    item, parsed = query.item or Item.CLAUSE, asked.parsed
    found, best = told[item].answer.found, told[Item.OPINION].answer.found.hits if Item.OPINION in told and item is not Item.OPINION else ()
    rows, best_rows = _rows(found.hits, best, parsed, query, viewer=viewer, on=on)
    if not counts:
        return Results(query, parsed, on, found.total, told[item].exact, rows, corrected=corrected)
    counted = [told[item], told[Item.OPINION]] if query.item is None else [told[item]]
    facets = together(one.answer.facets for one in counted)
    facets[Facet.UNIT] |= asked.seated([one.shown for one in counted])
    results = Results(
        query, parsed, on, found.total, told[item].exact, rows=rows, best=best_rows, tabs=tabs(told), facets=facets, corrected=corrected,
    )  # fmt: skip
    if results.count:
        return results
    return replace(results, without=asked.without([one.shown for one in counted]), loosened=_loosened(asked))


def _corrected(asked: Asked, told: Mapping[Item, Told], viewer: Viewer, words: Words, names: Names) -> Corrected | None:
    """Return what was meant, where something was mistyped."""
    finding = finding_of(viewer, asked.grant.audience, words, names, stands=asked.stands, finds=lambda word: asked.meets(parse(word, words, names)))
    return correct(asked.query.text, words, names, finding, unmet=lambda: not any(one.exact for one in told.values()) and not asked.meets(asked.parsed))


def _loosened(asked: Asked) -> tuple[tuple[str, int], ...]:
    """Return other words for the same question that do find something: without quotation marks, without what was excluded, without one condition each."""
    typed = asked.query.text
    found: list[tuple[str, int]] = []
    for text in dict.fromkeys((without_quotes(typed), without_exclusions(typed), *less(typed))):
        if text and text != typed and len(found) < _LOOSENED:
            try:
                number = replace(asked, parsed=parse(text)).number()
            except InvalidQuery:
                continue
            found += [(text, number)] if number else []
    return tuple(found)
