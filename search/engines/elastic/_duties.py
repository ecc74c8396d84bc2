"""Counting the duties that found clauses lay."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from search.engines import keywords
from search.types import Facet, FacetCounts, Grant, SearchPlan, Validity

from ._compiler import Compiler, Query

_OF_DUTIES = (Facet.UNIT, Facet.ROLE)


class DutyCounts:
    """Counts duties for one plan and one reader. ``ask`` puts a question with counts to the server."""

    def __init__(self, ask: Callable[..., dict[str, Any]], plan: SearchPlan, grant: Grant) -> None:
        self._ask, self._plan, self._grant, self._compiler = ask, plan, grant, Compiler(grant)
        self._units, self._roles = plan.filters.values(Facet.UNIT), plan.filters.values(Facet.ROLE)
        self._field = keywords.counted_field(plan.filters, self._units, grant.duties)

    def facets(self, facets: Collection[Facet]) -> FacetCounts:
        """Count the duties under each value of each facet by one question, by some more where units are chosen."""
        bare = self._plan.filters
        for facet in facets:
            bare = bare.without(facet)
        query = self._compiler.compile(self._plan, bare)
        others = [facet for facet in facets if facet not in _OF_DUTIES]
        counts: FacetCounts = {facet: dict.fromkeys(Validity, 0) if facet is Facet.VALIDITY else {} for facet in others}
        for inner in self._portions(query) if others else ():
            answer = self._ask(query, {facet.value: self._under(facet, facets, inner) for facet in others})
            for facet in others:
                for value, number in self._read(facet, answer[facet.value]["of"]):
                    counts[facet][value] = counts[facet].get(value, 0) + number
        counts = {facet: keywords.picked(facet, counts[facet], self._plan, self._grant) for facet in others}
        if len(others) < len(facets):
            counts |= self._of_duties(query, facets)
        return counts

    def _of_duties(self, query: Query, facets: Collection[Facet]) -> FacetCounts:
        kept = self._compiler.choices(self._plan.filters, facets)
        plain = keywords.laid_field(self._grant.duties)
        every = self._all_laid(query, plain, kept)
        # of one unit its own duties alone, or there would be too many sorts of them
        own = every if self._field == plain else self._all_laid(query, self._field, [*kept, self._of_units()])
        of_duties = {Facet.UNIT: every.by_unit(self._roles), Facet.ROLE: own.by_role(self._units)}
        return {facet: of_duties[facet] for facet in _OF_DUTIES if facet in facets}

    def _portions(self, query: Query) -> Sequence[dict[str, Any]]:
        """Return what is counted under each value: the numbers of each clause, or where units are chosen, their keywords, so many at once."""
        if not self._units:
            return [keywords.laid_counts(self._plan, self._grant)]
        keys = self._all_laid(query, self._field, [self._of_units()])
        terms = {"field": self._field, "size": keywords.BUCKETS}
        return [{"laid": {"terms": {**terms, "include": portion}}} for portion in keys.values(self._units, self._roles)]

    def _under(self, facet: Facet, asked: Collection[Facet], inner: dict[str, Any]) -> dict[str, Any]:
        others = self._plan.filters.without(facet)
        kept = self._compiler.choices(others, asked)
        if self._units or self._roles:
            kept.append(self._compiler.duty(self._plan.filters, self._units, self._roles))
        if facet is Facet.VALIDITY:
            of: dict[str, Any] = {"filters": {"filters": {value.value: self._compiler.validity(value, self._plan.filters.on) for value in Validity}}}
        else:
            only = {"include": rf"{self._grant.duties.value}\|.+"} if facet is Facet.TOPIC else {}
            of = {"terms": {"field": keywords.field_of(facet), "size": keywords.BUCKETS, **only}}
        return {"filter": {"bool": {"filter": kept}}, "aggs": {"of": {**of, "aggs": inner}}}

    def _read(self, facet: Facet, answer: dict[str, Any]) -> Iterator[tuple[str, int]]:
        buckets = answer["buckets"]
        pairs = buckets.items() if isinstance(buckets, dict) else ((str(bucket["key"]), bucket) for bucket in buckets)
        for value, bucket in pairs:
            number = keywords.laid_total(bucket, self._plan)
            if number or facet is Facet.VALIDITY:
                yield value, number

    def _of_units(self) -> Query:
        return self._compiler.duty(self._plan.filters, self._units, ())

    def _all_laid(self, query: Query, field: str, kept: Sequence[Query]) -> keywords.Laid:
        counted = {"laid": {"terms": {"field": field, "size": keywords.BUCKETS}}}
        of = self._ask(query, {"of": {"filter": {"bool": {"filter": list(kept)}}, "aggs": counted}})["of"]
        return keywords.read_laid(of["laid"], self._plan.filters)
