"""How many clauses each topic has: what people see beside names, and what a merge would move."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from .forest import Forest
from .models import ClauseTopic, TopicName

State = ClauseTopic.State
_WAITING = (State.SUGGESTED.value, State.TO_CHECK.value)


@dataclass(frozen=True, slots=True)
class Number:
    """Topics of clauses in a branch, each clause once for each topic: confirmed, waiting."""

    confirmed: int = 0
    waiting: int = 0


Pair = tuple[int, int]  # clause, topic that stands


def _in_use() -> QuerySet[ClauseTopic]:
    """Rows of published documents whose clauses stand, rejected ones aside."""
    return ClauseTopic.objects.filter(opinion__live=True, content_object__retired_at__isnull=True).exclude(state=State.REJECTED)


def numbers(forest: Forest) -> dict[int, Number]:
    """Return the numbers of all topics that stand with what lies below them. One query."""
    counted: dict[int, Counter[bool]] = defaultdict(Counter)
    for (_clause, topic), is_confirmed in _pairs(forest, _in_use().values_list("content_object_id", "tag_id", "state")).items():
        for one in [*forest.trail(topic), forest.nodes[topic]]:
            counted[one.pk][is_confirmed] += 1
    return {topic: Number(found[True], found[False]) for topic, found in counted.items()}


def _pairs(forest: Forest, rows: Iterable[tuple[int, int, str]]) -> dict[Pair, bool]:
    """Return whether each clause's topic is confirmed; rows of merged topics are one with those of the topic that they stand for."""
    found: dict[Pair, bool] = {}
    for clause, topic, state in rows:
        node = forest.standing(topic)
        if node is not None:
            found[clause, node.pk] = found.get((clause, node.pk), False) or state == State.CONFIRMED
    return found


def waiting(forest: Forest, branch: Iterable[int], *, document: str = "") -> list[int]:
    """Return the ids of the rows that wait in a branch, one for each clause and topic, newest document first: as many as ``numbers`` says. One query."""
    rows = _in_use().filter(tag__in=forest.sources(branch))
    if document:
        rows = rows.filter(opinion__public_key=document)
    facts = list(rows.order_by("-opinion_id", "content_object_id", "pk").values_list("pk", "content_object_id", "tag_id", "state"))
    confirmed = _pairs(forest, [(clause, topic, state) for _pk, clause, topic, state in facts])
    first: dict[Pair, int] = {}
    for pk, clause, topic, _state in facts:
        node = forest.standing(topic)
        if node is not None and not confirmed[clause, node.pk]:
            first.setdefault((clause, node.pk), pk)
    return list(first.values())


@dataclass(frozen=True, slots=True)
class Moved:
    """What counts for another topic after a merge: clauses by state, those that both have, documents, topics below, names with addresses."""

    confirmed: int
    waiting: int
    both: int
    documents: int
    below: tuple[str, ...]
    names: tuple[str, ...]


def preview(forest: Forest, topic: int, into: int | None) -> Moved:
    """Return what merging a topic would move; ``into`` None: what hangs on it at all. Three queries."""
    branch = forest.branch(topic)
    rows = list(
        ClauseTopic.objects.filter(tag__in=forest.sources([node.pk for node in branch]))
        .exclude(state=State.REJECTED)
        .values_list("content_object_id", "opinion_id", "state")
    )
    states: dict[int, str] = {}
    for clause, _opinion, state in rows:
        states[clause] = state if states.get(clause) != State.CONFIRMED else State.CONFIRMED.value
    counted = Counter(states.values())
    number = Number(counted[State.CONFIRMED.value], sum(counted[state] for state in _WAITING))
    target = [] if into is None else forest.sources([into])
    both = ClauseTopic.objects.filter(tag__in=target, content_object__in=states).values("content_object").distinct().count() if states else 0
    former = TopicName.objects.filter(topic=topic).values_list("name", flat=True)
    names = tuple(dict.fromkeys([forest.nodes[topic].name, *former]))
    return Moved(number.confirmed, number.waiting, both, len({opinion for _clause, opinion, _state in rows}), tuple(node.name for node in branch[1:]), names)
