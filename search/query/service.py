"""From what a reader typed to what the reader sees: parse, plan, engine, rows of the database. The viewer is always asked for."""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import structlog
from django.db.models import QuerySet

from cms.accounts.viewer import Viewer
from policy_docs.duties.models import Duty
from policy_docs.duties.selectors import readable_duties, versions_on
from policy_docs.duties.types import Role
from policy_docs.opinions.models import Clause, ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.types import BlockKind
from policy_docs.opinions.validity import Standing, standing
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.successions import Later
from search.analysis import tokens
from search.analysis.heads import with_heads
from search.analysis.passages import Piece, marks_pattern, passage
from search.engines.base import Engine, EngineDown, EngineError, EngineNotReady
from search.types import Facet, FacetCounts, Filters, Found, Grant, Hit, Item, Scope, SearchPlan, SearchQuery, Validity
from search.words.table import Words

from . import plan as plans
from .parse import InvalidQuery, Parsed, parse, without_exclusions, without_quotes
from .standin import Database

log = structlog.get_logger(__name__)
ENOUGH = 10  # hits that meet every idea; with fewer, those that meet some are shown below them
_SHOWN_DUTIES = 6
FACETS = (Facet.LEVEL, Facet.PLACE, Facet.YEAR, Facet.ISSUER, Facet.KIND, Facet.VALIDITY, Facet.UNIT, Facet.ROLE, Facet.TOPIC)
BEST = 3  # documents above the clauses where both are asked for
# blocks that say something by themselves; title, heading, front and back matter are found with their opinion
BODY_PARTS = ("clause", "table", "attachment", "notice", "preamble", "heading")


class Why(StrEnum):
    """Why the database answers."""

    DOWN = "down"
    NOT_READY = "not_ready"


@dataclass(frozen=True, slots=True)
class Row:
    """A hit with its rows. ``text`` is None for an opinion, whose pieces are only its lead; ``duties`` are the first of those the reader may see.

    For telling why it was found: ``heads`` are the headings above, ``units`` all unit kinds with a duty and those that have taken them over.
    """

    hit: Hit
    opinion: OpinionPage
    pieces: tuple[Piece, ...]
    title: tuple[Piece, ...]
    validity: Validity
    clause: Clause | None = None
    text: ClauseText | None = None
    duties: tuple[Duty, ...] = ()
    heads: tuple[str, ...] = ()
    units: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Results:
    """Everything a result page says. ``exact`` is the number of hits that meet every idea, ``total`` that of all shown; ``best`` are documents above
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
    stands_in: Why | None = None  # the database answered and not the index

    @property
    def count(self) -> int:
        """Number of everything found: clauses and documents, or one of them."""
        return sum(self.tabs.values()) if self.query.item is None else self.total


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
        return search(query, viewer=viewer, engine=engine, on=on)
    except EngineNotReady as error:
        log.warning("search_stands_in", error=str(error))
        return from_database(query, viewer=viewer, on=on, why=Why.NOT_READY)
    except EngineDown as error:
        log.warning("search_stands_in", error=str(error))
        return from_database(query, viewer=viewer, on=on, why=Why.DOWN)
    except EngineError:
        log.exception("search_stands_in")
        return from_database(query, viewer=viewer, on=on, why=Why.DOWN)


def from_database(query: SearchQuery, *, viewer: Viewer, on: datetime.date, why: Why) -> Results:
    """Answer without the index: complete for what is written word for word, without counts of facets."""
    parsed = parse(query.text)
    database = Database(parsed, query, viewer=viewer, on=on)
    item = query.item or Item.CLAUSE
    other = Item.OPINION if item is Item.CLAUSE else Item.CLAUSE
    found = database.find(item, offset=(query.page - 1) * query.size, limit=query.size)
    beside = database.find(other, limit=BEST if query.item is None and query.page == 1 else 0)
    rows = rows_of([*beside.hits, *found.hits], parsed, viewer=viewer, on=on)
    return Results(
        query, parsed, on, found.total, found.exact,
        rows=tuple(row for row in rows if row.hit.item is item), best=tuple(row for row in rows if row.hit.item is not item),
        tabs={item: found.total, other: beside.total}, stands_in=why,
    )  # fmt: skip


def search(query: SearchQuery, *, viewer: Viewer, engine: Engine, on: datetime.date, counts: bool = True, words: Words | None = None) -> Results:
    """Answer a query. ``counts`` False leaves tabs and facets out (a command needs none); ``words`` are everyday words to be tried out.

    Raises ``InvalidQuery`` with a message for people, ``EngineError`` where the index cannot answer.
    """
    parsed = parse(query.text, words)
    asked = _Asked(engine, grant_of(viewer), parsed, query, int(on.strftime("%Y%m%d")))
    item = query.item or Item.CLAUSE
    plan, exact = asked.plan(item)
    plan = replace(plan, offset=(query.page - 1) * query.size, limit=query.size)
    found = engine.search(plan, asked.grant)
    if not counts:
        return Results(query, parsed, on, found.total, min(exact, found.total), rows_of(found.hits, parsed, viewer=viewer, on=on))
    other = Item.OPINION if item is Item.CLAUSE else Item.CLAUSE
    beside = replace(asked.plan(other)[0], limit=BEST)
    both = query.item is None
    best = engine.search(beside, asked.grant) if both and query.page == 1 else Found(total=engine.count(beside, asked.grant))
    rows = rows_of([*best.hits, *found.hits], parsed, viewer=viewer, on=on)
    results = Results(
        query, parsed, on, found.total, min(exact, found.total),
        rows=tuple(row for row in rows if row.hit.item is item), best=tuple(row for row in rows if row.hit.item is not item),
        tabs={item: found.total, other: best.total}, facets=asked.facets([plan, beside] if both else [plan]),
    )  # fmt: skip
    if results.count:
        return results
    return replace(results, without=asked.without([plan, beside] if both else [plan]), loosened=asked.loosened(item))


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question to one engine."""

    engine: Engine
    grant: Grant
    parsed: Parsed
    query: SearchQuery
    on: int

    def plan(self, item: Item) -> tuple[SearchPlan, int]:
        """Return the plan with as many ideas as can be demanded for enough hits, and the number of hits that meet them all.

        What can be demanded is decided without the reader's choices: else a choice would bring in hits that were not there before it.
        """
        filters = Filters(self.on, self.query.chosen, item, self.query.parts if item is Item.CLAUSE else ())
        bare = replace(filters, chosen=())
        ideas = plans.ideas_of(self.parsed)
        strict = plans.build(self.parsed, filters, sort=self.query.sort)
        if not ideas or self.engine.count(replace(strict, filters=bare), self.grant) >= ENOUGH:
            return strict, self.engine.count(strict, self.grant)
        exact = self.engine.count(strict, self.grant)
        for minimum in sorted({ideas - 1, (ideas + 1) // 2, 1} - {0, ideas}, reverse=True):
            wider = plans.build(self.parsed, filters, minimum=minimum, sort=self.query.sort)
            if self.engine.count(replace(wider, filters=bare), self.grant) >= ENOUGH:
                return wider, exact
        return plans.build(self.parsed, filters, minimum=1, loose=True, sort=self.query.sort), exact

    def facets(self, asked: Sequence[SearchPlan]) -> FacetCounts:
        """Return the counts over all plans: an entry of the index is found by one of them alone."""
        counts: FacetCounts = {facet: {} for facet in FACETS}
        for plan in asked:
            for facet, found in self.engine.facets(plan, self.grant, FACETS).items():
                for value, number in found.items():
                    counts[facet][value] = counts[facet].get(value, 0) + number
        return counts

    def loosened(self, item: Item) -> tuple[tuple[str, int], ...]:
        """Return other words for the same question that do find something: without quotation marks, without what was excluded."""
        found = []
        for text in dict.fromkeys((without_quotes(self.query.text), without_exclusions(self.query.text))):
            if text and text != self.query.text:
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


def _pattern(parsed: Parsed) -> re.Pattern[str] | None:
    words = [*parsed.phrases, *parsed.titles, *parsed.numbers]
    for idea in parsed.ideas:
        words += [idea.word, *(part for word in idea.synonyms for part in word.split("+")), *(idea.names if idea.unit else tokens.parts(idea.word))]
    return marks_pattern(word for word in words if len(word) > 1 or not tokens.is_han(word) or len(words) == 1)


def rows_of(hits: Sequence[Hit], parsed: Parsed, *, viewer: Viewer, on: datetime.date) -> tuple[Row, ...]:
    """Read the rows of hits as the viewer may see them: what the index shows too much of is left out here, and logged."""
    pattern = _pattern(parsed)
    keys = {hit.key.partition(":")[2] for hit in hits}
    opinions = {page.public_key: page for page in _opinions(viewer).filter(public_key__in=keys)}
    texts = _texts(keys, viewer=viewer, on=on)
    duties = _duties([text.clause_id for text in texts.values()], viewer=viewer, on=on)
    heads = _heads(texts.values())
    later = Later(current_vocabulary(), on.isoformat())
    leads = _leads([page.pk for page in opinions.values()], pattern, on=on)
    rows = []
    for hit in hits:
        key = hit.key.partition(":")[2]
        text = texts.get(key) if hit.item is Item.CLAUSE else None
        if text is not None:
            page = text.clause.opinion
            laid = duties.get(text.clause_id, ())
            units = frozenset(unit for duty in laid for unit in (duty.kind_id, *later.of(duty.kind_id, page.jurisdiction_id or "")))
            rows.append(Row(
                hit, page, passage(text.text, pattern), (Piece(page.title),), _validity(page, on), text.clause, text,
                laid[:_SHOWN_DUTIES], heads.get(text.pk, ()), units,
            ))  # fmt: skip
        elif key in opinions:
            page = opinions[key]
            rows.append(Row(hit, page, leads.get(page.pk, ()), passage(page.title, pattern, width=300), _validity(page, on)))
    if len(rows) < len(hits):
        log.warning("search_drift", found=len(hits), readable=len(rows))
    return tuple(rows)


def _validity(page: OpinionPage, on: datetime.date) -> Validity:
    return {Standing.IN_FORCE: Validity.IN_FORCE, Standing.COMING: Validity.COMING}.get(standing(page, on), Validity.PAST)


def _opinions(viewer: Viewer) -> QuerySet[OpinionPage]:
    return OpinionPage.objects.visible_to(viewer).filter(live=True).select_related("jurisdiction").defer("body")


def _texts(keys: set[str], *, viewer: Viewer, on: datetime.date) -> dict[str, ClauseText]:
    opinions = set(Clause.objects.filter(public_key__in=keys, opinion__in=_readable(viewer)).values_list("opinion_id", flat=True))
    found = (
        ClauseText.objects.filter(clause__public_key__in=keys, version__in=versions_on(on, opinions))
        .select_related("clause__opinion__jurisdiction", "version")
        .defer("clause__opinion__body")
    )
    return {text.clause.public_key: text for text in found}


def _readable(viewer: Viewer) -> QuerySet[OpinionPage]:
    return OpinionPage.objects.visible_to(viewer).filter(live=True).values("pk")


def _duties(clauses: Sequence[int], *, viewer: Viewer, on: datetime.date) -> dict[int, tuple[Duty, ...]]:
    table: dict[int, dict[str, Duty]] = {}
    found = readable_duties(viewer, on=on).filter(clause__in=clauses).exclude(role=Role.MENTION.value).select_related("kind")
    for duty in sorted(found, key=lambda duty: (Role(duty.role).rank, duty.pk)):
        table.setdefault(duty.clause_id, {}).setdefault(duty.kind_id, duty)
    return {clause: tuple(kinds.values()) for clause, kinds in table.items()}


def _heads(texts: Iterable[ClauseText]) -> dict[int, tuple[str, ...]]:
    """Return the headings above each text, by its id."""
    asked: dict[int, dict[int, ClauseText]] = {}
    for text in texts:
        asked.setdefault(text.version_id, {})[text.pk] = text
    for heading in ClauseText.objects.filter(version__in=asked, kind=BlockKind.HEADING.value):
        asked[heading.version_id].setdefault(heading.pk, heading)
    return {text.pk: heads for table in asked.values() for text, heads in with_heads(sorted(table.values(), key=lambda text: text.order))}


def _leads(opinions: Sequence[int], pattern: re.Pattern[str] | None, *, on: datetime.date) -> dict[int, tuple[Piece, ...]]:
    """Return for each opinion the passage of the clause that says most of what was sought."""
    best: dict[int, tuple[int, ClauseText]] = {}
    texts = ClauseText.objects.filter(version__in=versions_on(on, opinions), kind__in=("clause", "preamble", "notice", "table"))
    for text in texts.select_related("clause").order_by("order"):
        said = len({match.group() for match in pattern.finditer(text.text)}) if pattern else 0
        held = best.get(text.clause.opinion_id)
        if held is None or said > held[0]:
            best[text.clause.opinion_id] = (said, text)
    return {opinion: passage(text.text, pattern, width=160) for opinion, (_said, text) in best.items()}
