"""Plan → tantivy query. Built, never parsed: nothing that people type reaches a query language."""

from collections.abc import Iterable, Sequence

import tantivy
from tantivy import Occur, Query

from search.engines.keywords import NEVER, TIE, duty_filter, duty_value, mask, topic_value
from search.types import Facet, Field, Filters, Grant, Group, Item, Leaf, Phrase, Prefix, SearchPlan, Term, Together, UnitTerm, Validity


class Compiler:
    """Compiles for one schema and one reader."""

    def __init__(self, schema: tantivy.Schema, grant: Grant) -> None:
        self._schema = schema
        self._grant = grant

    def compile(self, plan: SearchPlan, filters: Filters | None = None) -> Query:
        """Return the query of a plan, with other filters where given."""
        filters = filters or plan.filters
        parts = [(Occur.Must, Query.const_score_query(self._filter(filters), 0.0))]
        if plan.groups:
            minimum = max(1, min(plan.minimum, len(plan.groups)))
            parts.append((Occur.Must, Query.boolean_query([(Occur.Should, self._group(group)) for group in plan.groups], minimum)))
        parts += [(Occur.Must, self._group(group)) for group in plan.required]
        parts += [(Occur.MustNot, self._group(group)) for group in plan.excluded]
        parts += [(Occur.Should, self._group(group)) for group in plan.extra]
        return Query.boolean_query(parts)

    def role_filter(self, filters: Filters, units: Sequence[str], role: str) -> Query:
        """Return what has a duty of one role, of one of the units."""
        return self._duty(filters, units, (role,))

    def _filter(self, filters: Filters) -> Query:
        must = [self._term("audience", self._grant.audience)]
        if filters.item is not None:
            must.append(self._term("item", filters.item.entry.value))
        if filters.parts:
            must.append(self._any("part", filters.parts))
        for facet, values in filters.chosen:
            if values and facet in (Facet.LEVEL, Facet.PLACE, Facet.YEAR, Facet.KIND, Facet.ISSUER):
                must.append(self._any(facet.value, values))
            elif values and facet is Facet.TOPIC:
                must.append(self._any("topic", [topic_value(self._grant.duties, slug) for slug in values]))
            elif values and facet is Facet.VALIDITY:
                must.append(_either([self.validity(Validity(value), filters.on) for value in values]))
        units, roles = filters.values(Facet.UNIT), filters.values(Facet.ROLE)
        if units or roles or filters.item is Item.DUTY:
            must.append(self._duty(filters, units, roles))
        return Query.boolean_query([(Occur.Must, query) for query in must])

    def _duty(self, filters: Filters, units: Sequence[str], roles: Sequence[str]) -> Query:
        ways = [self._any(name, values) for name, values in duty_filter(filters, self._grant.duties, units, roles).items()]
        return ways[0] if len(ways) == 1 else _either(ways)

    def validity(self, value: Validity, on: int) -> Query:
        """Return the documents in force, past or coming on a day."""
        if value is Validity.PAST:
            return self._range("ends", 0, on - 1)
        begun = self._range("starts", 0, on) if value is Validity.IN_FORCE else self._range("starts", on + 1, NEVER)
        return Query.boolean_query([(Occur.Must, begun), (Occur.Must, self._range("ends", on, NEVER))])

    def _group(self, group: Group) -> Query:
        queries = [self._leaf(leaf) for leaf in group.leaves]
        if not queries:
            return Query.empty_query()
        return queries[0] if len(queries) == 1 else Query.disjunction_max_query(queries, TIE)

    def _leaf(self, leaf: Leaf) -> Query:
        match leaf:
            case Term(field, value, boost, fixed):
                found = self._term(field.value, value, scored=not fixed)
                return Query.const_score_query(found, boost) if fixed else Query.boost_query(found, boost)
            case Phrase(field, values, boost, fixed):
                found = self._phrase(field, values)
                return Query.const_score_query(found, boost) if fixed else Query.boost_query(found, boost)
            case Prefix(field, value, boost):
                return Query.const_score_query(Query.regex_query(self._schema, field.value, f"{value}.?"), boost)
            case UnitTerm(unit, boost):
                return Query.const_score_query(self._term("duty", duty_value(self._grant.duties, unit, mask(()))), boost)
            case Together(leaves, boost):
                return Query.boost_query(Query.boolean_query([(Occur.Must, self._leaf(inner)) for inner in leaves]), boost)

    def _phrase(self, field: Field, values: tuple[str, ...]) -> Query:
        if not values:
            return Query.empty_query()
        if len(values) == 1:  # a phrase of one word panics in tantivy
            return self._term(field.value, values[0], scored=True)
        return Query.phrase_query(self._schema, field.value, list(values))

    def _term(self, name: str, value: str, *, scored: bool = False) -> Query:
        return Query.term_query(self._schema, name, value, "freq" if scored else "basic")

    def _any(self, name: str, values: Iterable[str]) -> Query:
        found = list(values)
        if len(found) == 1:  # a set walks through all terms of the field
            return self._term(name, found[0])
        return Query.term_set_query(self._schema, name, found)

    def _range(self, name: str, lower: int, upper: int) -> Query:
        return Query.range_query(self._schema, name, tantivy.FieldType.Unsigned, lower, upper)


def _either(queries: Sequence[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, query) for query in queries], 1)
