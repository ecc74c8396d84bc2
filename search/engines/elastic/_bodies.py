"""Question → bodies of searches, and their answers → what they tell.

A list by relevance is found in two phases where that saves work: the first decides the set, in which nothing but the words, the units and what has a fixed
share counts for the order; the second scores the best of it in full (phrases, headings, titles, neighbours). What lies beyond them keeps the order of the first.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from search.engines import keywords
from search.types import Answer, Facet, FacetCounts, Field, Found, Grant, Group, Hit, Item, Leaf, Question, SearchPlan, Sort, Term, UnitTerm, Validity

from ._compiler import Compiler, Query

Body = dict[str, Any]
WINDOW = 200  # hits that are scored in full
_TIES = 50  # hits read beyond the page, so that equal scores are ordered by date over its edge: the second phase knows no other order than the score
_MORE_TIES = 2_000  # where so many were too few
_FIRST = 1e-6  # share of the first phase: it orders what the second does not see, below that
_DIGITS = 6  # of a score that tell


class Posed:
    """A question to the server. ``bodies`` are searches to be sent; ``again`` is one more to be sent for what they left open."""

    def __init__(self, question: Question, grant: Grant) -> None:
        self._question, self._plan, self._grant = question, question.plan, grant
        self._compiler = Compiler(grant)
        self._phased = question.hits and in_phases(question.plan)
        self._apart = any(self._plan.filters.values(facet) for facet in question.facets)

    def bodies(self) -> list[Body]:
        """Return the search for the hits and their number, with the counts in it; apart, where the choices of the reader set them apart."""
        main = self._hits(_TIES) if self._question.hits else {"query": self._compiler.compile(self._plan), "size": 0}
        main["track_total_hits"] = self._question.enough or True
        counted = keywords.laid_counts(self._plan, self._grant) if self._question.duties or self._plan.filters.item is Item.DUTY else {}
        if self._question.facets and self._plan.filters.item is not Item.DUTY:
            if self._apart:
                bare = self._plan.filters
                for facet in self._question.facets:
                    bare = bare.without(facet)
                facets = {"query": self._compiler.compile(self._plan, bare), "size": 0, "track_total_hits": False, "aggs": self._facets()}
                return [{**main, **({"aggs": counted} if counted else {})}, facets]
            counted |= self._facets()
        return [{**main, **({"aggs": counted} if counted else {})}]

    def again(self, answers: Sequence[dict[str, Any]]) -> Body | None:
        """Return the search for more hits, where equal scores go on beyond those that were read."""
        hits = answers[0]["hits"]["hits"]
        wanted = self._plan.offset + self._plan.limit
        if not self._phased or len(hits) < wanted + _TIES or _score(hits[-1]) < _score(hits[wanted - 1]):
            return None
        return {**self._hits(_MORE_TIES), "track_total_hits": False}

    def answer(self, answers: Sequence[dict[str, Any]], more: dict[str, Any] | None) -> Answer:
        """Return what the answers tell. Facets of duties are not among it."""
        counted = answers[0].get("aggregations", {})
        duties = keywords.laid_total(counted, self._plan) if self._question.duties or self._plan.filters.item is Item.DUTY else 0
        total = duties if self._plan.filters.item is Item.DUTY else int(answers[0]["hits"]["total"]["value"])
        facets: FacetCounts = {}
        if self._plan.filters.item is not Item.DUTY:
            facets = {facet: _read(facet, answers[-1]["aggregations"][facet.value]["of"], self._plan, self._grant) for facet in self._question.facets}
        return Answer(Found(self._listed((more or answers[0])["hits"]["hits"]), total), facets, duties)

    def _listed(self, hits: Sequence[dict[str, Any]]) -> tuple[Hit, ...]:
        found = [_hit(hit) for hit in hits]
        if not self._phased:
            return tuple(found)
        found.sort(key=lambda hit: (-hit.score, -hit.place, hit.key))
        return tuple(found[self._plan.offset : self._plan.offset + self._plan.limit])

    def _hits(self, ties: int) -> Body:
        plan = self._plan
        read: Body = {"stored_fields": "_none_", "docvalue_fields": ["newest", "key"]}
        if self._phased:
            return {**phases(plan, self._compiler), **read, "size": plan.offset + plan.limit + ties}
        order: list[dict[str, str]] = [{"newest": "desc"}, {"key": "asc"}]
        query = self._compiler.compile(plan)
        if plan.sort is not Sort.NEWEST:
            order, query = [{"_score": "desc"}, *order], _weighted(query)
        return {"query": query, "sort": order, **read, "from": plan.offset, "size": plan.limit}

    def _facets(self) -> dict[str, Any]:
        return {facet.value: self._counted(facet) for facet in self._question.facets}

    def _counted(self, facet: Facet) -> dict[str, Any]:
        """Return the count of a facet: what all share is the query, the choices of the others are a filter around it."""
        others = self._plan.filters.without(facet)
        kept = self._compiler.choices(others, self._question.facets) if self._apart else []
        units, roles = others.values(Facet.UNIT), others.values(Facet.ROLE)
        if (units or roles) and facet is not Facet.ROLE:
            kept.append(self._compiler.duty(others, units, roles))
        if facet is Facet.ROLE:
            filters: dict[str, Query] = {role: self._compiler.duty(others, units, (role,)) for role in keywords.ROLES}
            inner: dict[str, Any] = {"filters": {"filters": filters}}
        elif facet is Facet.VALIDITY:
            inner = {"filters": {"filters": {value.value: self._compiler.validity(value, self._plan.filters.on) for value in Validity}}}
        else:
            inner = {"terms": {"field": keywords.field_of(facet), "size": keywords.BUCKETS, **_only(facet, self._plan, self._compiler.scope)}}
        return {"filter": {"bool": {"filter": kept}}, "aggs": {"of": inner}}


def in_phases(plan: SearchPlan) -> bool:
    """Say whether two phases save work and tell the best apart: each idea has a cheap way to be met, and there are dear ones."""
    if plan.sort is Sort.NEWEST or plan.required or not all(any(map(_is_cheap, group.leaves)) for group in plan.groups):
        return False
    return bool(plan.groups) and (bool(plan.extra) or not all(_is_cheap(leaf) for group in plan.groups for leaf in group.leaves))


def phases(plan: SearchPlan, compiler: Compiler) -> Body:
    """Return query and second phase of a plan."""
    cheap = [Group(tuple(filter(_is_cheap, group.leaves))) for group in plan.groups]
    found = compiler.compile(replace(plan, extra=()))
    first = {"bool": {"filter": [found], "should": [compiler.group(group) for group in cheap], "minimum_should_match": 0}}
    full = {**compiler.compile(plan)["bool"]}
    scored = {"bool": {name: full[name] for name in ("must", "should", "minimum_should_match") if name in full}}
    second = {"rescore_query": _weighted(scored), "query_weight": _FIRST, "rescore_query_weight": 1.0}
    return {"query": _weighted(first), "rescore": {"window_size": WINDOW, "query": second}}


def _is_cheap(leaf: Leaf) -> bool:
    return isinstance(leaf, UnitTerm) or (isinstance(leaf, Term) and (leaf.fixed or leaf.field is Field.WORDS))


def _weighted(query: Query) -> Query:
    return {"function_score": {"query": query, "field_value_factor": {"field": "weight"}, "boost_mode": "multiply"}}


def _score(hit: dict[str, Any]) -> float:
    return float(f"{hit['_score'] or 0.0:.{_DIGITS}g}")


def _hit(hit: dict[str, Any]) -> Hit:
    key = str(hit["fields"]["key"][0])
    return Hit(key, Item.OPINION if key.startswith("o:") else Item.CLAUSE, _score(hit), int(hit["fields"]["newest"][0]))


def _read(facet: Facet, answer: dict[str, Any], plan: SearchPlan, grant: Grant) -> dict[str, int]:
    buckets = answer["buckets"]
    if isinstance(buckets, dict):
        return {value: int(bucket["doc_count"]) for value, bucket in buckets.items()}
    return keywords.picked(facet, {str(bucket["key"]): int(bucket["doc_count"]) for bucket in buckets}, plan, grant)


def _only(facet: Facet, plan: SearchPlan, scope: str) -> dict[str, str]:
    """Leave the keywords of other scopes and sets of roles out of the count, by a pattern of Lucene. No word of a reader is in it."""
    if facet is Facet.UNIT:
        return {"include": rf"{scope}\|.+\|{keywords.mask(plan.filters.values(Facet.ROLE))}"}
    return {"include": rf"{scope}\|.+"} if facet is Facet.TOPIC else {}
