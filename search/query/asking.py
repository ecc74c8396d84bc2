"""What an engine is asked for one query, in as few rounds as the answers allow."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from search.engines.base import Engine
from search.types import Answer, Facet, FacetCounts, Filters, Grant, Item, Question, SearchPlan, SearchQuery

from . import plan as plans
from .parse import Parsed

ENOUGH = 10  # hits that meet every idea; with fewer, those that meet some are shown below them
FACETS = (Facet.LEVEL, Facet.PLACE, Facet.YEAR, Facet.ISSUER, Facet.KIND, Facet.VALIDITY, Facet.UNIT, Facet.ROLE, Facet.TOPIC)
BEST = 3  # documents above the clauses where both are asked for


@dataclass(frozen=True, slots=True)
class Told:
    """What is shown of one kind: its plan, the answer to it, and the number of those that meet every idea."""

    shown: SearchPlan
    answer: Answer
    exact: int


def window(query: SearchQuery, item: Item) -> tuple[int, int]:
    """Return (offset, limit): where the page lies in the list of hits. A page of duties is counted from the first clause on, since each has its own number of them; each
    has one at least, so more clauses are not needed."""
    if item is Item.DUTY:
        return 0, query.page * query.size
    return (query.page - 1) * query.size, query.size


def shows_best(query: SearchQuery, item: Item) -> bool:
    """Say whether the best documents stand above the page."""
    return query.item is None and query.page == 1 and item is Item.OPINION


def tabs(told: dict[Item, Told]) -> dict[Item, int]:
    """Return the number of each kind. Duties are those of the clauses."""
    found = {item: one.answer.found.total for item, one in told.items()}
    return found if Item.DUTY in found else found | {Item.DUTY: told[Item.CLAUSE].answer.duties}


def together(counted: Iterable[FacetCounts]) -> FacetCounts:
    """Return the counts over several kinds: an entry of the index is of one of them alone."""
    counts: FacetCounts = {facet: {} for facet in FACETS}
    for one in counted:
        for facet, found in one.items():
            for value, number in found.items():
                counts[facet][value] = counts[facet].get(value, 0) + number
    return counts


@dataclass(frozen=True, slots=True)
class Asked:
    """One query to one engine."""

    engine: Engine
    grant: Grant
    parsed: Parsed
    query: SearchQuery
    on: int
    seats: tuple[tuple[str, tuple[str, ...]], ...] = ()  # as ``Filters`` takes them

    def told(self, *, counts: bool) -> dict[Item, Told]:
        """Return what a page says of each kind, with ``counts`` False of the kind of its list alone.

        As many ideas are demanded as leave enough hits, where that can be. It is decided without the reader's choices: else a choice would bring in hits
        that were not there before it. For duties it is decided by the clauses: they are those of the clauses found.
        """
        main = self.query.item or Item.CLAUSE
        entries = [main.entry, *(entry for entry in (Item.CLAUSE, Item.OPINION) if counts and entry is not main.entry)]
        strict = {entry: self._plan(entry) for entry in entries}
        met, first = self._pages(strict, counts=counts, probing=True)
        shown = {entry: self._wider(entry) for entry in entries if plans.ideas_of(self.parsed) and met[entry] < ENOUGH}
        _met, second = self._pages(shown, counts=counts) if shown else ({}, {})
        return {item: replace(second.get(item, one), exact=one.exact) for item, one in first.items()}

    def number(self) -> int:
        """Return the number of hits that the list has."""
        return self.told(counts=False)[self.query.item or Item.CLAUSE].answer.found.total

    def stands(self, word: str) -> bool:
        """Say whether some characters stand side by side somewhere."""
        return self._number(plans.standing(word, self.on), enough=1) > 0

    def meets(self, parsed: Parsed) -> int:
        """Return the number of entries that have all of a query, whatever the reader has chosen."""
        return self._number(plans.build(parsed, Filters(self.on)))

    def without(self, asked: Sequence[SearchPlan]) -> tuple[tuple[Facet, int], ...]:
        """Return, for each facet with choices, the hits that dropping them would give."""
        chosen = [facet for facet, values in self.query.chosen if values]
        questions = [Question(replace(plan, filters=plan.filters.without(facet))) for facet in chosen for plan in asked]
        answers = self.engine.ask(questions, self.grant)
        tried = [(facet, sum(next(answers).found.total for _plan in asked)) for facet in chosen]
        return tuple(pair for pair in tried if pair[1])

    def seated(self, asked: Sequence[SearchPlan]) -> dict[str, int]:
        """Return the hits that each single unit among the choices would give alone: no engine counts these beside the kinds."""
        questions = [Question(replace(plan, filters=plan.filters.choosing(Facet.UNIT, value))) for value, _keywords in self.seats for plan in asked]
        answers = self.engine.ask(questions, self.grant) if questions else iter(())
        return {value: sum(next(answers).found.total for _plan in asked) for value, _keywords in self.seats}

    def _plan(self, entry: Item, *, minimum: int | None = None, loose: bool = False) -> SearchPlan:
        filters = Filters(self.on, self.query.chosen, entry, () if entry is Item.OPINION else self.query.parts, self.seats)
        return plans.build(self.parsed, filters, minimum=minimum, loose=loose, sort=self.query.sort)

    def _pages(self, chosen: dict[Item, SearchPlan], *, counts: bool, probing: bool = False) -> tuple[dict[Item, int], dict[Item, Told]]:
        """Ask for all that the page says of these kinds of entries; when ``probing`` for their numbers without the reader's choices too."""
        questions = [question for plan in chosen.values() for question in self._questions(plan, counts=counts)]
        asked = {question.plan.filters.item for question in questions}
        probes = [entry for entry in chosen if probing and plans.ideas_of(self.parsed) and (self.query.chosen or entry not in asked)]
        answers = self.engine.ask([*questions, *(Question(_bare(chosen[entry]), enough=ENOUGH) for entry in probes)], self.grant)
        told = {}
        for question in questions:
            answer = next(answers)
            told[question.plan.filters.item or Item.CLAUSE] = Told(question.plan, answer, answer.found.total)
        met = {entry: next(answers).found.total for entry in probes}
        return {entry: met.get(entry, told[entry].exact if entry in told else 0) for entry in chosen}, told

    def _questions(self, plan: SearchPlan, *, counts: bool) -> list[Question]:
        """Return what the page says of one kind of entries: of its list, beside it, or of duties."""
        entry, main = plan.filters.item, self.query.item or Item.CLAUSE
        facets = FACETS if counts and (main.entry is entry or self.query.item is None) else ()
        if main is entry:
            offset, limit = window(self.query, main)
            return [Question(replace(plan, offset=offset, limit=limit), hits=True, facets=facets, duties=counts and entry is Item.CLAUSE)]
        if main.entry is entry:  # duties: those of the clauses found
            offset, limit = window(self.query, main)
            laid = Question(replace(plan, filters=plan.filters.of(main), offset=offset, limit=limit), hits=True, facets=facets)
            return [laid, Question(plan)] if counts else [laid]
        best = shows_best(self.query, Item.OPINION) and entry is Item.OPINION
        return [Question(replace(plan, offset=0, limit=BEST), hits=best, facets=facets, duties=entry is Item.CLAUSE)]

    def _wider(self, entry: Item) -> SearchPlan:
        """Return the plan with as many ideas as leave enough hits."""
        ideas = plans.ideas_of(self.parsed)
        tried = [self._plan(entry, minimum=minimum) for minimum in sorted({ideas - 1, (ideas + 1) // 2, 1} - {0, ideas}, reverse=True)]
        answers = self.engine.ask([Question(_bare(plan), enough=ENOUGH) for plan in tried], self.grant) if tried else iter(())
        for plan, answer in zip(tried, answers, strict=False):
            if answer.found.total >= ENOUGH:
                return plan
        return self._plan(entry, minimum=1, loose=True)

    def _number(self, plan: SearchPlan, *, enough: int = 0) -> int:
        return next(self.engine.ask([Question(plan, enough=enough)], self.grant)).found.total


def _bare(plan: SearchPlan) -> SearchPlan:
    """Return the plan without the reader's choices."""
    return replace(plan, filters=replace(plan.filters, chosen=()))
