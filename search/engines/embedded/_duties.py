"""Counting the duties that found clauses lay."""

from collections.abc import Collection, Sequence
from typing import Any

import tantivy

from search.engines import keywords
from search.types import Facet, FacetCounts, Filters, Grant, SearchPlan, Validity

from ._calls import guarded
from ._compiler import Compiler
from ._counts import ranged, ranges, terms


class DutyCounts:
    """Counts duties for one plan and one reader."""

    def __init__(self, searcher: tantivy.Searcher, compiler: Compiler, plan: SearchPlan, grant: Grant) -> None:
        self._searcher, self._compiler, self._plan, self._grant = searcher, compiler, plan, grant
        self._units, self._roles = plan.filters.values(Facet.UNIT), plan.filters.values(Facet.ROLE)
        self._plain, self._field = keywords.laid_field(grant.duties), keywords.counted_field(plan.filters, self._units, grant.duties)

    def total(self) -> int:
        """Return the number of duties."""
        return keywords.laid_total(self._ask(self._compiler.compile(self._plan), keywords.laid_counts(self._plan, self._grant)), self._plan)

    def facets(self, facets: Collection[Facet]) -> FacetCounts:
        """Count the duties under each value of each facet, under all choices but the facet's own."""
        counts: FacetCounts = {}
        if Facet.UNIT in facets or Facet.ROLE in facets:
            every = self._laid(self._query(self._plan.filters.without(Facet.UNIT).without(Facet.ROLE)), self._plain)
            # of one unit its own duties alone, or there would be too many sorts of them
            own = every if self._field == self._plain else self._laid(self._query(self._plan.filters.without(Facet.ROLE)), self._field)
            of_duties = {Facet.UNIT: every.by_unit(self._roles), Facet.ROLE: own.by_role(self._units)}
            counts |= {facet: of_duties[facet] for facet in of_duties if facet in facets}
        rounds: dict[Filters, list[Facet]] = {}
        for facet in facets:
            if facet not in counts:
                rounds.setdefault(self._plan.filters.without(facet), []).append(facet)
        for filters, some in rounds.items():
            counts |= self._under(self._query(filters), some)
        return counts

    def _query(self, filters: Filters) -> tantivy.Query:
        return self._compiler.compile(self._plan, filters)

    def _laid(self, query: tantivy.Query, field: str) -> keywords.Laid:
        return keywords.read_laid(self._ask(query, {"laid": terms(field)})["laid"], self._plan.filters)

    def _under(self, query: tantivy.Query, facets: Sequence[Facet]) -> FacetCounts:
        """Count the duties under the values of facets: the numbers of each clause added up, or where units are chosen, their keywords."""
        inner = [keywords.laid_counts(self._plan, self._grant)]
        if self._units:
            inner = [{"laid": terms(self._field, include=portion)} for portion in self._laid(query, self._field).values(self._units, self._roles)]
        found: dict[Facet, dict[str, int]] = {facet: dict.fromkeys(Validity, 0) if facet is Facet.VALIDITY else {} for facet in facets}
        for counted in inner:
            answer = self._ask(query, {facet.value: self._wanted(facet, counted) for facet in facets})
            for facet in facets:
                for value, bucket in self._buckets(facet, answer[facet.value]).items():
                    number = keywords.laid_total(bucket, self._plan)
                    if number:
                        found[facet][value] = found[facet].get(value, 0) + number
        return {facet: keywords.picked(facet, values, self._plan, self._grant) for facet, values in found.items()}

    def _wanted(self, facet: Facet, counted: dict[str, Any]) -> dict[str, Any]:
        return ranges(self._plan.filters.on, counted) if facet is Facet.VALIDITY else {**terms(keywords.field_of(facet)), "aggs": counted}

    def _buckets(self, facet: Facet, answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
        return ranged(answer) if facet is Facet.VALIDITY else {str(bucket["key"]): bucket for bucket in answer["buckets"]}

    def _ask(self, query: tantivy.Query, wanted: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = guarded(self._searcher.aggregate, query, wanted)
        return answer
