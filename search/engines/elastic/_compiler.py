"""Plan → query of Elasticsearch. Built, never parsed: nothing that people type reaches a query language."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from search.engines.keywords import NEVER, TIE, duty_filter, duty_value, field_of, mask, topic_value
from search.types import Facet, Field, Filters, Grant, Group, Item, Leaf, Phrase, Prefix, SearchPlan, Term, Together, UnitTerm, Validity

Query = dict[str, Any]
# Lucene leaves the constant factor k1 + 1 out of BM25, tantivy keeps it: with it the shares of words and of fixed scores are those of the other engine.
_SCALE = 2.2
_NOTHING: Query = {"match_none": {}}
_TERMS = (Facet.LEVEL, Facet.PLACE, Facet.YEAR, Facet.KIND, Facet.ISSUER)


class Compiler:
    """Compiles for one reader."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant

    @property
    def scope(self) -> str:
        """The duties and topics that count for this reader."""
        return self._grant.duties.value

    def compile(self, plan: SearchPlan, filters: Filters | None = None) -> Query:
        """Return the query of a plan, with other filters where given."""
        found: Query = {"filter": self.filter(filters or plan.filters)}
        if plan.groups:
            minimum = max(1, min(plan.minimum, len(plan.groups)))
            found["must"] = [{"bool": {"should": [self.group(group) for group in plan.groups], "minimum_should_match": minimum}}]
        found["must"] = found.get("must", []) + [self.group(group) for group in plan.required]
        found["must_not"] = [self.group(group) for group in plan.excluded]
        found["should"] = [self.group(group) for group in plan.extra]
        found["minimum_should_match"] = 0
        return {"bool": {name: value for name, value in found.items() if value != []}}

    def filter(self, filters: Filters) -> list[Query]:
        """Return what every hit must meet and what gives no score: the reader's label first."""
        must = [_term("audience", self._grant.audience)]
        if filters.item is not None:
            must.append(_term("item", filters.item.entry.value))
        if filters.parts:
            must.append(_any("part", filters.parts))
        return (
            must + [self.choice(facet, filters) for facet, values in filters.chosen if values and facet not in (Facet.UNIT, Facet.ROLE)] + self._duties(filters)
        )

    def choice(self, facet: Facet, filters: Filters) -> Query:
        """Return the filter for the choices of one facet; unit and role are one, since both must belong to one duty."""
        values = filters.values(facet)
        if facet in _TERMS:
            return _any(field_of(facet), values)
        if facet is Facet.TOPIC:
            return _any("topic", [topic_value(self._grant.duties, slug) for slug in values])
        return _either([self.validity(Validity(value), filters.on) for value in values])

    def choices(self, filters: Filters, facets: Collection[Facet]) -> list[Query]:
        """Return the filters for the choices of some facets, units and roles aside."""
        return [self.choice(facet, filters) for facet, values in filters.chosen if values and facet in facets and facet not in (Facet.UNIT, Facet.ROLE)]

    def duty(self, filters: Filters, units: Sequence[str], roles: Sequence[str]) -> Query:
        """Return what has a duty of one of the units (any, if none) in one of the roles; ``filters`` know which units are single ones."""
        return _one_of([_any(name, values) for name, values in duty_filter(filters, self._grant.duties, units, roles).items()])

    def _duties(self, filters: Filters) -> list[Query]:
        units, roles = filters.values(Facet.UNIT), filters.values(Facet.ROLE)
        return [self.duty(filters, units, roles)] if units or roles or filters.item is Item.DUTY else []

    def validity(self, value: Validity, on: int) -> Query:
        """Return the documents in force, past or coming on a day."""
        if value is Validity.PAST:
            return _range("ends", 0, on - 1)
        begun = _range("starts", 0, on) if value is Validity.IN_FORCE else _range("starts", on + 1, NEVER)
        return {"bool": {"filter": [begun, _range("ends", on, NEVER)]}}

    def group(self, group: Group) -> Query:
        """Return one idea."""
        queries = [self._leaf(leaf) for leaf in group.leaves]
        if not queries:
            return _NOTHING
        return queries[0] if len(queries) == 1 else {"dis_max": {"queries": queries, "tie_breaker": TIE}}

    def _leaf(self, leaf: Leaf) -> Query:
        match leaf:
            case Term(field, value, boost, fixed):
                return _fixed(_term(field.value, value), boost) if fixed else _term(field.value, value, boost * _SCALE)
            case Phrase(field, values, boost, fixed):
                return _fixed(_phrase(field, values), boost) if fixed else _phrase(field, values, boost * _SCALE)
            case Prefix(field, value, boost):
                return _fixed({"prefix": {field.value: {"value": value}}}, boost)
            case UnitTerm(unit, boost):
                return _fixed(_any("duty", [duty_value(self._grant.duties, unit, mask(()))]), boost)
            case Together(leaves, boost):
                return {"bool": {"must": [self._leaf(inner) for inner in leaves], "boost": boost}} if leaves else _NOTHING


def _phrase(field: Field, values: tuple[str, ...], boost: float = 1.0) -> Query:
    if not values:
        return _NOTHING
    if len(values) == 1:
        return _term(field.value, values[0], boost)
    return {"match_phrase": {field.value: {"query": " ".join(values), "analyzer": "whitespace", "boost": boost}}}


def _term(name: str, value: str, boost: float = 1.0) -> Query:
    return {"term": {name: {"value": value, "boost": boost}}}


def _fixed(query: Query, boost: float) -> Query:
    return {"constant_score": {"filter": query, "boost": boost}}


def _any(name: str, values: Iterable[str]) -> Query:
    return {"terms": {name: list(values)}}


def _range(name: str, lower: int, upper: int) -> Query:
    return {"range": {name: {"gte": lower, "lte": upper}}}


def _one_of(queries: Sequence[Query]) -> Query:
    return queries[0] if len(queries) == 1 else _either(queries)


def _either(queries: Sequence[Query]) -> Query:
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}
