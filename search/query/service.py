"""From what a reader typed to what the reader sees: parse, plan, engine, rows of the database. The viewer is always asked for."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial

import structlog

from cms.accounts.viewer import Viewer
from search.engines.base import Engine, EngineDown, EngineError, EngineNotReady
from search.types import Facet, FacetCounts, Filters, Found, Grant, Hit, Item, Scope, SearchPlan, SearchQuery
from search.words.store import current_words
from search.words.table import Words

from . import plan as plans
from .correct import Corrected, correct
from .duty_rows import duty_rows
from .offered import finding_of
from .parse import InvalidQuery, Names, Parsed, known_names, less, parse, without_exclusions, without_quotes
from .rows import Row, rows_of
from .seats import seats_in
from .standin import Database

log = structlog.get_logger(__name__)
ENOUGH = 10  # hits that meet every idea; with fewer, those that meet some are shown below them
FACETS = (Facet.LEVEL, Facet.PLACE, Facet.YEAR, Facet.ISSUER, Facet.KIND, Facet.VALIDITY, Facet.UNIT, Facet.ROLE, Facet.TOPIC)
_LOOSENED = 6  # other words that are offered where nothing was found
BEST = 3  # documents above the clauses where both are asked for
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
    if not seats_in(found.query.chosen, found.on) or found.parsed != Parsed():
        return False
    database = Database(found.parsed, found.query, viewer=viewer, on=found.on)
    wanted = {item: database.find(item, limit=0).total for item in found.tabs}
    if wanted == found.tabs:
        return False
    log.warning("search_drift_shown", units=dict(found.query.chosen)[Facet.UNIT], index=found.tabs, database=wanted)
    return True


def from_database(query: SearchQuery, *, viewer: Viewer, on: datetime.date, why: Why) -> Results:
    """Answer without the index: complete for what is written word for word, without counts of facets."""
    corrected = None if query.as_typed else _corrected_by_database(query, viewer=viewer, on=on)
    parsed = parse(corrected.text if corrected else query.text)
    database = Database(parsed, query, viewer=viewer, on=on)
    item = query.item or Item.CLAUSE
    offset, limit = _window(query, item)
    found = database.find(item, offset=offset, limit=limit)
    beside = {other: database.find(other, limit=BEST if _shows_best(query, other) else 0) for other in Item if other is not item}
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


def _window(query: SearchQuery, item: Item) -> tuple[int, int]:
    """Return (offset, limit): where the page lies in the list of hits. A page of duties is counted from the first clause on, since each has its own number of them; each
    has one at least, so more clauses are not needed."""
    if item is Item.DUTY:
        return 0, query.page * query.size
    return (query.page - 1) * query.size, query.size


def _rows(
    found: Sequence[Hit], best: Sequence[Hit], parsed: Parsed, query: SearchQuery, *, viewer: Viewer, on: datetime.date
) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Return the rows of the page, and of the documents above them."""
    if query.item is Item.DUTY:
        return duty_rows(found, parsed, query, viewer=viewer, on=on), ()
    rows, above = rows_of([*best, *found], parsed, viewer=viewer, on=on), {hit.key for hit in best}
    return tuple(row for row in rows if row.hit.key not in above), tuple(row for row in rows if row.hit.key in above)


def _shows_best(query: SearchQuery, item: Item) -> bool:
    return query.item is None and query.page == 1 and item is Item.OPINION


def search(query: SearchQuery, *, viewer: Viewer, engine: Engine, on: datetime.date, counts: bool = True, words: Words | None = None) -> Results:
    """Answer a query. ``counts`` False leaves tabs and facets out (a command needs none); ``words`` are everyday words to be tried out.

    Raises ``InvalidQuery`` with a message for people, ``EngineError`` where the index cannot answer.
    """
    words, names = current_words() if words is None else words, known_names()
    asked = _Asked(engine, grant_of(viewer), parse(query.text, words, names), query, int(on.strftime("%Y%m%d")), seats_in(query.chosen, on))
    corrected = None if query.as_typed else asked.corrected(viewer, words, names)
    if corrected:
        asked = replace(asked, parsed=parse(corrected.text, words, names))
    item, parsed = query.item or Item.CLAUSE, asked.parsed
    shown, strict = asked.plan(item)
    offset, limit = _window(query, item)
    plan = replace(shown, offset=offset, limit=limit)
    found = engine.search(plan, asked.grant)
    exact = found.total if shown is strict else engine.count(strict, asked.grant)
    if not counts:
        return Results(query, parsed, on, found.total, exact, _rows(found.hits, (), parsed, query, viewer=viewer, on=on)[0], corrected=corrected)
    beside = asked.beside(plan, item)
    best = engine.search(beside[Item.OPINION], asked.grant) if _shows_best(query, Item.OPINION) else Found()
    tabs = {item: found.total} | {other: engine.count(wanted, asked.grant) for other, wanted in beside.items() if not best.total or other is not Item.OPINION}
    if best.total:
        tabs[Item.OPINION] = best.total
    rows, best_rows = _rows(found.hits, best.hits, parsed, query, viewer=viewer, on=on)
    counted = [plan, beside[Item.OPINION]] if query.item is None else [plan]
    results = Results(
        query, parsed, on, found.total, exact, rows=rows, best=best_rows, tabs=tabs, facets=asked.facets(counted), corrected=corrected,
    )  # fmt: skip
    if results.count:
        return results
    return replace(results, without=asked.without(counted), loosened=asked.loosened(item))


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question to one engine."""

    engine: Engine
    grant: Grant
    parsed: Parsed
    query: SearchQuery
    on: int
    seats: tuple[tuple[str, tuple[str, ...]], ...]  # as ``Filters`` takes them

    def plan(self, item: Item) -> tuple[SearchPlan, SearchPlan]:
        """Return the plan with as many ideas as can be demanded for enough hits, and the one that demands them all (the same, where that can be).

        What can be demanded is decided without the reader's choices: else a choice would bring in hits that were not there before it. For duties it is
        decided by the clauses: they are those of the clauses found.
        """
        filters = Filters(self.on, self.query.chosen, item, () if item is Item.OPINION else self.query.parts, self.seats)
        bare = replace(filters, chosen=(), item=item.entry)
        ideas = plans.ideas_of(self.parsed)
        strict = plans.build(self.parsed, filters, sort=self.query.sort)
        if not ideas or self.engine.count(replace(strict, filters=bare), self.grant) >= ENOUGH:
            return strict, strict
        for minimum in sorted({ideas - 1, (ideas + 1) // 2, 1} - {0, ideas}, reverse=True):
            wider = plans.build(self.parsed, filters, minimum=minimum, sort=self.query.sort)
            if self.engine.count(replace(wider, filters=bare), self.grant) >= ENOUGH:
                return wider, strict
        return plans.build(self.parsed, filters, minimum=1, loose=True, sort=self.query.sort), strict

    def corrected(self, viewer: Viewer, words: Words, names: Names) -> Corrected | None:
        """Return what was meant, where something was mistyped."""
        finding = finding_of(viewer, self.grant.audience, words, names, stands=self._stands, finds=partial(self._finds, words, names))
        return correct(self.query.text, words, names, finding, unmet=lambda: not self._meets(self.parsed))

    def _stands(self, word: str) -> bool:
        return self.engine.count(plans.standing(word, self.on), self.grant) > 0

    def _finds(self, words: Words, names: Names, word: str) -> int:
        return self._meets(parse(word, words, names))

    def _meets(self, parsed: Parsed) -> int:
        """Return the number of entries that have all of a query, whatever the reader has chosen."""
        return self.engine.count(plans.build(parsed, Filters(self.on)), self.grant)

    def beside(self, shown: SearchPlan, item: Item) -> dict[Item, SearchPlan]:
        """Return the plans of the other tabs. Clauses and duties share one: the duties are those of the clauses."""
        others = {Item.OPINION: self.plan(Item.OPINION)[0]} if item is not Item.OPINION else {Item.CLAUSE: self.plan(Item.CLAUSE)[0]}
        clauses = others.get(Item.CLAUSE, shown)
        others |= {other: replace(clauses, filters=clauses.filters.of(other)) for other in (Item.CLAUSE, Item.DUTY) if other is not item}
        return {other: replace(wanted, offset=0, limit=BEST) for other, wanted in others.items()}

    def facets(self, asked: Sequence[SearchPlan]) -> FacetCounts:
        """Return the counts over all plans: an entry of the index is found by one of them alone."""
        counts: FacetCounts = {facet: {} for facet in FACETS}
        for plan in asked:
            for facet, found in self.engine.facets(plan, self.grant, FACETS).items():
                for value, number in found.items():
                    counts[facet][value] = counts[facet].get(value, 0) + number
        for value, _keywords in self.seats:  # no engine counts single units beside the kinds
            counts[Facet.UNIT][value] = sum(self.engine.count(replace(plan, filters=plan.filters.choosing(Facet.UNIT, value)), self.grant) for plan in asked)
        return counts

    def loosened(self, item: Item) -> tuple[tuple[str, int], ...]:
        """Return other words for the same question that do find something: without quotation marks, without what was excluded, without one condition each."""
        found: list[tuple[str, int]] = []
        for text in dict.fromkeys((without_quotes(self.query.text), without_exclusions(self.query.text), *less(self.query.text))):
            if text and text != self.query.text and len(found) < _LOOSENED:
                try:
                    again = replace(self, parsed=parse(text))
                except InvalidQuery:
                    continue
                number = self.engine.count(again.plan(item)[0], self.grant)
                found += [(text, number)] if number else []
        return tuple(found)

    def without(self, asked: Sequence[SearchPlan]) -> tuple[tuple[Facet, int], ...]:
        """Return, for each facet with choices, the hits that dropping them would give."""
        chosen = [facet for facet, values in self.query.chosen if values]
        tried = [(facet, sum(self.engine.count(replace(plan, filters=plan.filters.without(facet)), self.grant) for plan in asked)) for facet in chosen]
        return tuple(pair for pair in tried if pair[1])
