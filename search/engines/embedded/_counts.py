"""Counting clauses and documents: one round over the hits for all that shares its conditions, none of them scored."""

from collections.abc import Collection
from typing import Any

import tantivy

from search.engines import keywords
from search.types import Facet, FacetCounts, Filters, Grant, SearchPlan, Validity

from ._calls import both, guarded
from ._compiler import Compiler

_RANGES = "ranges"  # what is not past, by its beginning


def number(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    """Return the number of hits. Hits in the order of a field need no score."""
    return int(guarded(searcher.search, query, limit=1, order_by_field="newest").count)


def terms(field: str, **more: Any) -> dict[str, Any]:
    """Return the aggregation that counts the values of a field."""
    return {"terms": {"field": field, "size": keywords.BUCKETS, **more}}


def ranges(on: int, inner: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the aggregation that counts what is in force, past and coming on a day, with ``inner`` counted of each."""
    begun = {"range": {"field": "starts", "ranges": [{"key": Validity.IN_FORCE.value, "to": on + 1}, {"key": Validity.COMING.value, "from": on + 1}]}}
    inner = inner or {}
    return {
        "range": {"field": "ends", "ranges": [{"key": Validity.PAST.value, "to": on}, {"key": _RANGES, "from": on}]},
        "aggs": {_RANGES: {**begun, "aggs": inner}, **inner},
    }


def ranged(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the buckets of ``ranges`` by validity; an index without entries has none."""
    ended = {str(bucket["key"]): bucket for bucket in answer["buckets"]}
    rest = ended.pop(_RANGES, None)
    return ended | ({str(bucket["key"]): bucket for bucket in rest[_RANGES]["buckets"]} if rest else {})


class Counts:
    """Counts for one plan and one reader. What a facet counts leaves its own choice out, so each facet with one has a round of its own."""

    def __init__(self, searcher: tantivy.Searcher, compiler: Compiler, plan: SearchPlan, grant: Grant) -> None:
        self._searcher, self._compiler, self._plan, self._grant = searcher, compiler, plan, grant
        self._units, self._roles = plan.filters.values(Facet.UNIT), plan.filters.values(Facet.ROLE)
        self._one_by_one = len(self._units) > 1 or plan.filters.binding(self._units) is not None  # no keyword stands for what is chosen and a role

    def of(self, facets: Collection[Facet], *, duties: bool) -> tuple[FacetCounts, int, int]:
        """Return the counts of the facets, the number of hits, and if asked that of the duties that they lay."""
        rounds: dict[Filters, list[Facet]] = {self._plan.filters: []}
        for facet in facets:
            chosen = self._plan.filters.values(facet)
            rounds.setdefault(self._plan.filters.without(facet) if chosen else self._plan.filters, []).append(facet)
        counts: FacetCounts = {}
        whole: dict[str, Any] = {}
        for filters, some in rounds.items():
            query = self._compiler.compile(self._plan, filters)
            wanted = {name: each for facet in some for name, each in self._wanted(facet).items()}
            if filters is self._plan.filters:
                wanted |= {"number": {"value_count": {"field": "newest"}}, **(keywords.laid_counts(self._plan, self._grant) if duties else {})}
            answer = guarded(self._searcher.aggregate, query, wanted) if wanted else {}
            counts |= {facet: self._read(facet, answer, query) for facet in some}
            whole = whole or answer
        return {facet: counts[facet] for facet in facets}, int(whole["number"]["value"]), keywords.laid_total(whole, self._plan) if duties else 0

    def _wanted(self, facet: Facet) -> dict[str, Any]:
        if facet is Facet.VALIDITY:
            return {facet.value: ranges(self._plan.filters.on)}
        if facet is Facet.ROLE:
            return {} if self._one_by_one else {facet.value: terms("duty", include=list(self._role_values()))}
        return {facet.value: terms(keywords.field_of(facet))}

    def _read(self, facet: Facet, answer: dict[str, Any], query: tantivy.Query) -> dict[str, int]:
        if facet is Facet.VALIDITY:
            found = ranged(answer[facet.value])
            return {value.value: int(found[value.value]["doc_count"]) if value in found else 0 for value in Validity}
        if facet is Facet.ROLE and self._one_by_one:  # what has a duty of two of the units counts once
            return {role: number(self._searcher, both(query, self._compiler.role_filter(self._plan.filters, self._units, role))) for role in keywords.ROLES}
        buckets = {str(bucket["key"]): int(bucket["doc_count"]) for bucket in answer[facet.value]["buckets"]}
        if facet is Facet.ROLE:
            return {role: buckets.get(value, 0) for value, role in self._role_values().items()}
        return keywords.picked(facet, buckets, self._plan, self._grant)

    def _role_values(self) -> dict[str, str]:
        """Return the keyword of each role, of the unit that is chosen."""
        unit = "".join(self._units)
        return {keywords.duty_value(self._grant.duties, unit, keywords.mask((role,))): role for role in keywords.ROLES}
