"""How duties, topics and dates of a document become keywords and numbers, the same in every engine.

A duty is one keyword per reader's scope, unit and set of roles: a filter is one term, a count one bucket, and no engine needs nested documents.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from search.engines.base import EngineError
from search.types import BoundKey, Document, DutyKey, Facet, Filters, Grant, LaidKey, Scope, SearchPlan, TopicKey

ROLES = ("lead", "responsible", "cooperate")
TIE = 0.2  # share of the weaker ways in which one idea was met
NEVER = 10**9  # later than any day as YYYYMMDD
BUCKETS = 5_000  # values of a facet that are counted
# kinds of duties counted by one question under each value of a facet: both engines refuse more than some 65,000 counts in an answer
LAID_AT_ONCE = 10
_LAST = 99_999


def mask(roles: Iterable[str]) -> int:
    """Return the bits of a set of roles; all of them for the empty set (no choice)."""
    chosen = set(roles)
    return sum(1 << ROLES.index(role) for role in chosen if role in ROLES) if chosen else (1 << len(ROLES)) - 1


def duty_value(scope: Scope, unit: str, bits: int) -> str:
    """Return the keyword for «has a duty of this unit (any, if "") in one of these roles that a reader of the scope may see»."""
    return f"{scope.value}|{unit}|{bits}"


def duty_values(duties: tuple[DutyKey, ...]) -> set[str]:
    """Return the keywords of a document's duties: one for each unit and each set of roles that it meets, so that a count of units
    under several chosen roles is one bucket and no sum (a document with two roles would be counted twice)."""
    found: set[str] = set()
    return found.union(*map(_values_of, duties))


@lru_cache(maxsize=10_000)  # some hundred units in three roles: an index repeats them a million times
def _values_of(duty: DutyKey) -> frozenset[str]:
    if duty.role not in ROLES:
        return frozenset()
    bit = 1 << ROLES.index(duty.role)
    scopes = (Scope.ALL, Scope.CONFIRMED) if duty.confirmed else (Scope.ALL,)
    masks = [bits for bits in range(1, 1 << len(ROLES)) if bits & bit]
    return frozenset(duty_value(scope, unit, bits) for scope in scopes for unit in (duty.unit, "") for bits in masks)


def duty_filter(filters: Filters, scope: Scope, units: Sequence[str], roles: Sequence[str]) -> dict[str, list[str]]:
    """Return by field the keywords of which an entry needs one: it has a duty of one of the units (any, if none) in one of the roles (any, if none)."""
    kinds, binding = filters.kinds(units), filters.binding(units)
    wanted = {} if units and not kinds else {"duty": [duty_value(scope, unit, mask(roles)) for unit in kinds or ("",)]}
    return wanted if binding is None else wanted | {"bound": [_bound_value(scope, role, keyword) for role in roles or ROLES for keyword in binding]}


def bound_values(bound: Iterable[BoundKey]) -> set[str]:
    """Return the keywords of whom the duties of a document bind."""
    return {_bound_value(scope, key.role, key.keyword) for key in bound for scope in Scope if key.role in ROLES and (key.confirmed or scope is Scope.ALL)}


def _bound_value(scope: Scope, role: str, keyword: str) -> str:
    return f"{scope.value}|{role}|{keyword}"


def topic_value(scope: Scope, slug: str) -> str:
    """Return the keyword for «has this topic, as far as a reader of the scope may see»."""
    return f"{scope.value}|{slug}"


def topic_values(topics: tuple[TopicKey, ...]) -> set[str]:
    """Return the keywords of a document's topics."""
    found = {topic_value(Scope.ALL, topic.slug) for topic in topics}
    return found | {topic_value(Scope.CONFIRMED, topic.slug) for topic in topics if topic.confirmed}


def newest(document: Document) -> int:
    """Return the number that orders by date, newest highest, and within a document by its order."""
    return document.issued * (_LAST + 1) + _LAST - min(document.order, _LAST)


def year(document: Document) -> str:
    """Return the year of a document, "" where it has no date."""
    return str(document.issued // 10_000) if document.issued else ""


def field_of(facet: Facet) -> str:
    """Return the keyword field that a facet counts."""
    return "duty" if facet is Facet.UNIT else facet.value


def picked(facet: Facet, buckets: Mapping[str, int], plan: SearchPlan, grant: Grant) -> dict[str, int]:
    """Return the counts of a facet's own values out of the counts of its keywords: those of the reader's scope and the chosen roles."""
    if facet is Facet.UNIT:
        return _units(buckets, plan, grant)
    if facet is Facet.TOPIC:
        mine = f"{grant.duties.value}|"
        return {value.removeprefix(mine): count for value, count in buckets.items() if value.startswith(mine)}
    return dict(buckets)


def _units(buckets: Mapping[str, int], plan: SearchPlan, grant: Grant) -> dict[str, int]:
    bits = str(mask(plan.filters.values(Facet.ROLE)))
    counts = {}
    for value, count in buckets.items():
        scope, unit, found = value.split("|")
        if scope == grant.duties.value and unit and found == bits:
            counts[unit] = count
    return counts


def laid_field(scope: Scope) -> str:
    """Return the field that holds the duties of a clause one by one, as far as a reader of the scope may see them."""
    return f"laid_{scope.value}"


def tied_field(scope: Scope) -> str:
    """Return the field that holds the same with the words of whom each duty binds. They differ from place to place, so it is counted only under one unit."""
    return f"tied_{scope.value}"


def number_field(scope: Scope, role: str) -> str:
    """Return the field that holds the number of a clause's duties in a role."""
    return f"{role}_{scope.value}"


def laid_fields(laid: Iterable[LaidKey]) -> dict[str, list[str]]:
    """Return the duties of a clause as keywords by field: units, role and a number that sets alike ones apart, so that the duties of many clauses are the sum
    over their keywords, whatever units and roles are chosen."""
    kept = [key for key in laid if key.role in ROLES]
    found: dict[str, list[str]] = {}
    for scope in Scope:
        seen = [key for key in kept if _within(key, scope)]
        found[laid_field(scope)] = _told_apart([f"{'+'.join(key.units)}|{key.role}" for key in seen])
        found[tied_field(scope)] = _told_apart([f"{'+'.join(key.units)}|{key.role}|{'+'.join(key.binding)}" for key in seen])
    return found


def laid_numbers(laid: Sequence[LaidKey]) -> dict[str, int]:
    """Return the number of a clause's duties in each role by field; fields of none are left out."""
    return dict(Counter(number_field(scope, key.role) for key in laid if key.role in ROLES for scope in Scope if _within(key, scope)))


def _told_apart(values: Sequence[str]) -> list[str]:
    if len(set(values)) == len(values):
        return [f"{value}|1" for value in values]
    return [f"{value}|{values[: at + 1].count(value)}" for at, value in enumerate(values)]


def _within(key: LaidKey, scope: Scope) -> bool:
    return key.confirmed or scope is Scope.ALL


class Laid:
    """Counts of the keywords of duties: what of them the chosen units and roles leave. Where one of the units is a single one they are those of
    ``tied_field``."""

    def __init__(self, counts: Mapping[str, int], filters: Filters) -> None:
        self._counts = [(value, *_parts(value), count) for value, count in counts.items()]
        self._filters = filters

    def values(self, units: Iterable[str], roles: Iterable[str]) -> list[list[str]]:
        """Return the keywords of the chosen units and roles, in portions for one question each."""
        found = sorted(value for value, _count in self._fitting(units, roles))
        return [found[at : at + LAID_AT_ONCE] for at in range(0, len(found), LAID_AT_ONCE)]

    def total(self, units: Iterable[str], roles: Iterable[str]) -> int:
        """Return the number of duties of the chosen units (any, if none) in the chosen roles."""
        return sum(count for _value, count in self._fitting(units, roles))

    def by_unit(self, roles: Iterable[str]) -> dict[str, int]:
        """Return the number of duties of each unit in the chosen roles; one that counts for two units is counted under both."""
        kept = set(roles) or set(ROLES)
        found: Counter[str] = Counter()
        for _value, units, role, _binding, count in self._counts:
            if role in kept:
                found.update(dict.fromkeys(units, count))
        return dict(found)

    def by_role(self, units: Iterable[str]) -> dict[str, int]:
        """Return the number of duties of the chosen units in each role."""
        chosen = list(units)
        return {role: self.total(chosen, (role,)) for role in ROLES}

    def _fitting(self, units: Iterable[str], roles: Iterable[str]) -> Iterator[tuple[str, int]]:
        chosen, kept = list(units), set(roles) or set(ROLES)
        kinds, keywords = set(self._filters.kinds(chosen)), set(self._filters.binding(chosen) or ())
        for value, of, role, binding, count in self._counts:
            if role in kept and (not chosen or kinds & of or keywords & binding):
                yield value, count


def read_laid(counted: Mapping[str, Any], filters: Filters) -> Laid:
    """Return the duties that an engine has counted by keyword.

    Raises ``EngineError`` where it had more of them than it counts: a number that is too small is never shown.
    """
    if counted.get("sum_other_doc_count"):
        raise EngineError(f"more than {BUCKETS} sorts of duties")
    return Laid({str(bucket["key"]): int(bucket["doc_count"]) for bucket in counted["buckets"]}, filters)


def _parts(value: str) -> tuple[frozenset[str], str, frozenset[str]]:
    units, role, *rest = value.split("|")
    return frozenset(units.split("+")), role, frozenset(rest[0].split("+")) if len(rest) > 1 else frozenset()


def counted_field(filters: Filters, units: Iterable[str], scope: Scope) -> str:
    """Return the field whose keywords tell the duties of the units apart."""
    return laid_field(scope) if filters.binding(units) is None else tied_field(scope)


def laid_counts(plan: SearchPlan, grant: Grant) -> dict[str, Any]:
    """Return the counts, in the form that both engines take, that tell the number of the chosen duties: the numbers of each clause, or where units are chosen,
    their keywords."""
    units, roles = plan.filters.values(Facet.UNIT), plan.filters.values(Facet.ROLE)
    if units:
        return {"laid": {"terms": {"field": counted_field(plan.filters, units, grant.duties), "size": BUCKETS}}}
    return {role: {"sum": {"field": number_field(grant.duties, role)}} for role in roles or ROLES}


def laid_total(bucket: Mapping[str, Any], plan: SearchPlan) -> int:
    """Return the number that ``laid_counts`` tell."""
    units, roles = plan.filters.values(Facet.UNIT), plan.filters.values(Facet.ROLE)
    if units:
        return read_laid(bucket["laid"], plan.filters).total(units, roles)
    return sum(int(bucket[role]["value"] or 0) for role in roles or ROLES)
