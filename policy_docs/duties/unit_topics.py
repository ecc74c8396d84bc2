"""Topics of the duties of a unit: those of their clauses, as far as the reader may see them. Narrows the page of the unit, its table and what is saved of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from cms.accounts.viewer import Viewer
from policy_docs.topics.addresses import meant
from policy_docs.topics.forest import Forest, load_forest
from policy_docs.topics.models import ClauseTopic

from .narrowing import Filters
from .selectors import Row
from .topic_marks import states_for


@dataclass(frozen=True, slots=True)
class Tagged:
    """The topics of clauses by clause id, with those above them."""

    forest: Forest
    by_clause: dict[int, frozenset[int]]

    def narrow(self, filters: Filters) -> Filters:
        """Return the filters with the clauses of their topics: those of a branch, those of several together. One that is out of use has none."""
        if not filters.topics:
            return replace(filters, clauses=None)
        wanted = {node.pk for node in meant(filters.topics, self.forest).values() if node is not None}
        return replace(filters, clauses=frozenset(clause for clause, topics in self.by_clause.items() if topics & wanted))

    def counts(self, rows: Iterable[Row]) -> Counter[int]:
        """Return how many rows each topic has with what lies below it."""
        counted: Counter[int] = Counter()
        for row in rows:
            counted.update(self.by_clause.get(row.clause, ()))
        return counted

    def names(self, slugs: Iterable[str]) -> dict[str, str]:
        """Return the names of topics by address, those that are out of use too."""
        known = self.forest.by_slug
        return {slug: known[slug].name for slug in slugs if slug in known}


def tagged(rows: Sequence[Row], viewer: Viewer) -> Tagged:
    """Return the topics of the clauses of rows. Two queries."""
    forest = load_forest()
    found = ClauseTopic.objects.filter(opinion__in={row.opinion for row in rows}, state__in=states_for(viewer))
    held: dict[int, set[int]] = defaultdict(set)
    ends: dict[int, tuple[int, ...]] = {}
    for clause, topic in found.values_list("content_object_id", "tag_id"):
        if topic not in ends:
            node = forest.standing(topic)
            ends[topic] = (node.pk, *(one.pk for one in forest.trail(node.pk))) if node is not None else ()
        held[clause].update(ends[topic])
    return Tagged(forest, {clause: frozenset(topics) for clause, topics in held.items()})


@dataclass(frozen=True, slots=True)
class Choice:
    """A topic to choose: its address, its name set in by its depth, how many duties there would be."""

    slug: str
    words: str
    number: int
    chosen: bool


def choices_of(rows: Sequence[Row], filters: Filters, held: Tagged) -> list[Choice]:
    """Return the topics that rows (already narrowed by everything else) have, in the order of the tree; what is chosen is there with 0 too."""
    counted = held.counts(rows)
    return [
        Choice(node.slug, f"{'　' * depth}{node.name}", counted[node.pk], node.slug in filters.topics)
        for depth, node in held.forest.in_order()
        if counted[node.pk] or node.slug in filters.topics
    ]
