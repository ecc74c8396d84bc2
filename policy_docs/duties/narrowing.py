"""What a reader chooses among the duties of a unit: page, table, count and search narrow their rows alike."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from policy_docs.opinions.models import ClauseText

from .selectors import Row

FACETS = {"roles": "role", "levels": "level", "reaches": "reach", "states": "state", "documents": "key", "validity": "in_force", "turns": "turn"}


@dataclass(frozen=True, slots=True)
class Filters:
    """Choices of the reader; empty means all. ``validity`` holds "in_force" and "past"; ``texts`` the ids of the texts that hold the words,
    where they have been looked up; ``topics`` addresses of topics, ``clauses`` the ids of the clauses that have them (``unit_topics`` looks them up)."""

    roles: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    reaches: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()  # public keys
    validity: frozenset[str] = field(default_factory=lambda: frozenset({"in_force"}))
    words: str = ""
    texts: frozenset[int] | None = None
    topics: frozenset[str] = frozenset()
    clauses: frozenset[int] | None = None
    turns: frozenset[str] = frozenset()

    @property
    def is_ready(self) -> bool:
        """Topics were looked up for a reader, if any are chosen."""
        return not self.topics or self.clauses is not None


def _value(row: Row, facet: str) -> object:
    if facet == "validity":
        return "in_force" if row.in_force else "past"
    return getattr(row, FACETS[facet])


def apply(rows: Iterable[Row], filters: Filters) -> list[Row]:
    """Return the rows that meet the filters."""
    return _chosen(_with_words(rows, filters), filters)


def looked_up(filters: Filters, rows: Iterable[Row]) -> Filters:
    """Return the filters with the words sought once, in the texts of rows that stand on the day."""
    if not filters.words:
        return filters
    found = ClauseText.objects.filter(pk__in={row.text for row in rows}, text__icontains=filters.words)
    return replace(filters, texts=frozenset(found.values_list("pk", flat=True)))


def _chosen(rows: Sequence[Row], filters: Filters, *, skip: str = "") -> list[Row]:
    kept = list(rows)
    for facet in FACETS:
        chosen = getattr(filters, facet)
        if facet != skip and chosen:
            kept = [row for row in kept if _value(row, facet) in chosen]
    return kept


def _with_words(rows: Iterable[Row], filters: Filters) -> list[Row]:
    if not filters.is_ready:
        raise ValueError("topics are looked up by unit_topics first: what they have depends on who reads")
    kept = [row for row in rows if filters.clauses is None or row.clause in filters.clauses]
    texts = filters.texts if filters.texts is not None else looked_up(filters, kept).texts
    return kept if texts is None else [row for row in kept if row.text in texts]


def facet_counts(rows: Sequence[Row], filters: Filters) -> dict[str, dict[object, int]]:
    """Count the values of each facet under the choices of all others."""
    within = _with_words(rows, filters)
    return {facet: dict(Counter(_value(row, facet) for row in _chosen(within, filters, skip=facet))) for facet in FACETS}
