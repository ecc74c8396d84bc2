"""The tree of topics as it holds now: what is merged stands for what it was merged into, what lies below a retired topic is retired.

Read in one query: a house has some hundred topics. Nothing is moved by a merge, so whoever reads rows of topics asks here what they stand for.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .models import Topic

_STEP = Topic.steplen


@dataclass(frozen=True, slots=True)
class Node:
    """A topic. ``merged``: id of the one that it was merged into."""

    pk: int
    path: str
    key: str
    name: str
    slug: str
    note: str = ""
    words: tuple[str, ...] = ()
    bases: tuple[Mapping[str, str], ...] = ()
    merged: int | None = None
    retired: bool = False

    @property
    def stands(self) -> bool:
        """Whether it is neither merged nor retired itself."""
        return self.merged is None and not self.retired


@dataclass(slots=True)
class Forest:
    """All topics. ``above`` maps a topic to the one that it stands below, merges considered (None for a root)."""

    nodes: dict[int, Node]
    above: dict[int, int | None] = field(init=False)
    below: dict[int | None, list[int]] = field(init=False)
    by_slug: dict[str, Node] = field(init=False)
    by_key: dict[str, Node] = field(init=False)

    def __post_init__(self) -> None:
        by_path = {node.path: node.pk for node in self.nodes.values()}
        self.above, self.below = {}, {}
        for node in sorted(self.nodes.values(), key=lambda one: one.path):
            holder = by_path.get(node.path[:-_STEP]) if len(node.path) > _STEP else None
            self.above[node.pk] = self._end(holder) if holder is not None else None
            if node.merged is None:
                self.below.setdefault(self.above[node.pk], []).append(node.pk)
        self.by_slug = {node.slug: node for node in self.nodes.values()}
        self.by_key = {node.key: node for node in self.nodes.values() if node.key}

    def _end(self, pk: int) -> int:
        """Follow merges; a ring ends where it began."""
        seen: set[int] = set()
        while (into := self.nodes[pk].merged) is not None and pk not in seen:
            seen.add(pk)
            pk = into
        return pk

    def trail(self, pk: int) -> list[Node]:
        """Return the topics above one, from the root down, without itself."""
        found: list[Node] = []
        seen = {pk}
        at = self.above[pk]
        while at is not None and at not in seen:
            seen.add(at)
            found.insert(0, self.nodes[at])
            at = self.above[at]
        return found

    def standing(self, pk: int) -> Node | None:
        """Return the topic that one stands for; None where that is retired or lies below a retired one."""
        node = self.nodes[self._end(pk)]
        return node if node.stands and all(one.stands for one in self.trail(node.pk)) else None

    def children(self, pk: int | None) -> list[Node]:
        """Return the topics right below one (None: the roots) that stand, in the order of the tree."""
        return [self.nodes[one] for one in self.below.get(pk, ()) if self.nodes[one].stands]

    def branch(self, pk: int) -> list[Node]:
        """Return a topic and all that stand below it, in the order of the tree."""
        return [self.nodes[pk], *(node for child in self.children(pk) for node in self.branch(child.pk))]

    def in_order(self) -> Iterator[tuple[int, Node]]:
        """Yield (depth, topic) of all that stand."""

        def walk(pk: int | None, depth: int) -> Iterator[tuple[int, Node]]:
            for node in self.children(pk):
                yield depth, node
                yield from walk(node.pk, depth + 1)

        return walk(None, 0)

    def sources(self, topics: Iterable[int]) -> dict[int, int]:
        """Return the topics whose rows count for ``topics``, each with the one that it stands for: themselves and what was merged into them."""
        wanted = set(topics)
        return {pk: end for pk in self.nodes if (end := self._end(pk)) in wanted}

    def has_ring(self) -> bool:
        """Whether a topic would stand below itself."""
        for pk in self.nodes:
            seen: set[int] = set()
            at: int | None = self._end(pk)
            if at is not None and self.nodes[at].merged is not None:
                return True
            while at is not None:
                if at in seen:
                    return True
                seen.add(at)
                at = self.above[at]
        return False

    def with_node(self, pk: int, **changes: Any) -> "Forest":
        """Return the tree as it would be with one topic changed."""
        return Forest({**self.nodes, pk: replace(self.nodes[pk], **changes)})


_COLUMNS = ("pk", "path", "key", "name", "slug", "note", "words", "bases", "merged_into_id", "retired_at")


def load_forest() -> Forest:
    """Read the tree. One query."""
    rows = Topic.objects.order_by("path").values_list(*_COLUMNS)
    return Forest(
        {
            pk: Node(pk, path, key or "", name, slug, note, tuple(words), tuple(bases), merged, retired is not None)
            for pk, path, key, name, slug, note, words, bases, merged, retired in rows
        }
    )
