"""Counting the duties that found clauses lay."""

from collections.abc import Collection, Sequence
from typing import Any

import tantivy

from search.engines import keywords
from search.types import Facet, FacetCounts, Filters, Grant, SearchPlan, Validity

from ._calls import both, guarded
from ._compiler import Compiler


class DutyCounts:
    """Counts duties for one plan and one reader."""

    def __init__(self, searcher: tantivy.Searcher, compiler: Compiler, plan: SearchPlan, grant: Grant) -> None:
        self._searcher, self._compiler, self._plan, self._grant = searcher, compiler, plan, grant
        self._units, self._roles = plan.filters.values(Facet.UNIT), plan.filters.values(Facet.ROLE)
        self._plain, self._field = keywords.laid_field(grant.duties), keywords.counted_field(plan.filters, self._units, grant.duties)

    def total(self) -> int:
        """Return the number of duties."""
        return self._total(self._compiler.compile(self._plan))

    def facets(self, facets: Collection[Facet]) -> FacetCounts:
        """Count the duties under each value of each facet, under all choices but the facet's own."""
        counts: FacetCounts = {}
        if Facet.UNIT in facets or Facet.ROLE in facets:
            every = self._laid(self._query(self._plan.filters.without(Facet.UNIT).without(Facet.ROLE)), self._plain)
            # of one unit its own duties alone, or there would be too many sorts of them
            own = every if self._field == self._plain else self._laid(self._query(self._plan.filters.without(Facet.ROLE)), self._field)
            of_duties = {Facet.UNIT: every.by_unit(self._roles), Facet.ROLE: own.by_role(self._units)}
            counts |= {facet: of_duties[facet] for facet in of_duties if facet in facets}
        free = [facet for facet in facets if facet not in (Facet.UNIT, Facet.ROLE, Facet.VALIDITY) and not self._plan.filters.values(facet)]
        for facet in facets:
            if facet is Facet.VALIDITY:
                base = self._query(self._plan.filters.without(facet))
                counts[facet] = {value.value: self._total(both(base, self._compiler.validity(value, self._plan.filters.on))) for value in Validity}
            elif facet not in free and facet not in counts:
                counts |= self._under(self._query(self._plan.filters.without(facet)), [facet])
        return counts | (self._under(self._query(self._plan.filters), free) if free else {})

    def _query(self, filters: Filters) -> tantivy.Query:
        return self._compiler.compile(self._plan, filters)

    def _total(self, query: tantivy.Query) -> int:
        if self._units:
            return self._laid(query, self._field).total(self._units, self._roles)
        return _sum(self._ask(query, self._numbers()))

    def _laid(self, query: tantivy.Query, field: str) -> keywords.Laid:
        answer = self._ask(query, {"laid": {"terms": {"field": field, "size": keywords.BUCKETS}}})
        return keywords.read_laid(answer["laid"], self._plan.filters)

    def _under(self, query: tantivy.Query, facets: Sequence[Facet]) -> FacetCounts:
        """Count the duties under the values of facets: the numbers of each clause added up, or where units are chosen, their keywords."""
        inner = [self._numbers()]
        if self._units:
            portions = self._laid(query, self._field).values(self._units, self._roles)
            inner = [{"laid": {"terms": {"field": self._field, "size": keywords.BUCKETS, "include": portion}}} for portion in portions]
        found: dict[Facet, dict[str, int]] = {facet: {} for facet in facets}
        for counted in inner:
            wanted = {facet.value: {"terms": {"field": keywords.field_of(facet), "size": keywords.BUCKETS}, "aggs": counted} for facet in facets}
            answer = self._ask(query, wanted)
            for facet in facets:
                for bucket in answer[facet.value]["buckets"]:
                    number = sum(int(part["doc_count"]) for part in bucket["laid"]["buckets"]) if self._units else _sum(bucket, counted)
                    if number:
                        found[facet][str(bucket["key"])] = found[facet].get(str(bucket["key"]), 0) + number
        return {facet: keywords.picked(facet, values, self._plan, self._grant) for facet, values in found.items()}

    def _numbers(self) -> dict[str, Any]:
        return {role: {"sum": {"field": keywords.number_field(self._grant.duties, role)}} for role in self._roles or keywords.ROLES}

    def _ask(self, query: tantivy.Query, wanted: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = guarded(self._searcher.aggregate, query, wanted)
        return answer


def _sum(bucket: dict[str, Any], counted: Collection[str] = keywords.ROLES) -> int:
    return sum(int(bucket[role]["value"] or 0) for role in counted if role in bucket)
