"""Clauses by topic for people: one selector behind tree, page and table, so that they give one number."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import QuerySet

from cms.accounts.viewer import Viewer
from policy_docs.opinions.models import ClauseText, OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.validity import Dates, Standing, standing, stands
from policy_docs.topics.forest import Forest, Node
from policy_docs.topics.models import ClauseTopic
from policy_docs.units.places import COUNTRY
from policy_docs.units.types import Level

from .models import Duty
from .selectors import readable_duties
from .topic_marks import states_for
from .types import Role

State = ClauseTopic.State


@dataclass(frozen=True, slots=True)
class Row:
    """A clause with its topics of a branch. ``state`` is that of the best one of them; ``units`` the kinds that its duties bind."""

    clause: int
    opinion: int
    topics: tuple[int, ...]
    state: str
    level: str
    places: frozenset[str]
    in_force: bool
    issued: int
    key: str
    title: str
    text: int
    order: int
    units: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Document:
    key: str
    title: str
    level: str
    places: frozenset[str]
    issued: int
    in_force: bool
    version: int


@dataclass(frozen=True, slots=True)
class Filters:
    """Choices of the reader; empty means all. ``topics``: topics of the branch with what lies below them."""

    topics: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()
    validity: frozenset[str] = field(default_factory=lambda: frozenset({"in_force"}))
    words: str = ""


#: facet → the values that a row has
VALUES: dict[str, Callable[[Row], Iterable[str]]] = {
    "levels": lambda row: (row.level,),
    "places": lambda row: row.places,
    "units": lambda row: row.units,
    "states": lambda row: ("confirmed" if row.state == State.CONFIRMED else "waiting",),
    "documents": lambda row: (row.key,),
    "validity": lambda row: ("in_force" if row.in_force else "past",),
}


def rows_for(forest: Forest, branch: Sequence[Node], *, viewer: Viewer, on: datetime.date, with_units: bool = True) -> list[Row]:
    """Return the clauses of a branch in the text that stands on a day, by level from the country down, newest document first.

    Permission lies in the documents. Three queries at most, however many clauses.
    """
    sources = forest.sources([node.pk for node in branch])
    tagged = ClauseTopic.objects.filter(tag__in=sources, state__in=states_for(viewer))
    documents = _documents(tagged.values("opinion"), viewer, on)
    topics: dict[int, dict[int, str]] = defaultdict(dict)
    where: dict[int, tuple[int, int, int]] = {}
    columns = (
        "content_object_id",
        "opinion_id",
        "tag_id",
        "state",
        "content_object__texts__version_id",
        "content_object__texts__order",
        "content_object__texts__pk",
    )
    for clause, opinion, tag, state, version, order, text in tagged.filter(opinion__in=list(documents)).values_list(*columns):
        if documents[opinion].version == version:
            held = topics[clause].get(sources[tag])
            topics[clause][sources[tag]] = held if held == State.CONFIRMED else state
            where[clause] = opinion, order, text
    units = _units(tagged.values("content_object"), viewer) if with_units and where else {}
    at = {node.pk: number for number, node in enumerate(branch)}
    rows = []
    for clause, (opinion, order, text) in where.items():
        found, document = topics[clause], documents[opinion]
        state = State.CONFIRMED.value if State.CONFIRMED in found.values() else next(iter(found.values()))
        rows.append(
            Row(
                clause, opinion, tuple(sorted(found, key=at.__getitem__)), state, document.level, document.places, document.in_force, document.issued,
                document.key, document.title, text, order, units.get(clause, frozenset()),
            )
        )  # fmt: skip
    return sorted(rows, key=lambda row: (_depth(row.level), -row.issued, row.opinion, row.order))


def _depth(level: str) -> int:
    return Level(level).depth if level else 9


def _documents(tagged: QuerySet[Any, Any], viewer: Viewer, on: datetime.date) -> dict[int, _Document]:
    found = OpinionPage.objects.visible_to(viewer).filter(live=True, pk__in=tagged, versions__state=OpinionVersion.State.PUBLISHED)
    columns = ("pk", "public_key", "title", "jurisdiction__level", "jurisdiction__lineage", "versions__pk", "versions__number", "versions__in_force_from")
    documents: dict[int, _Document] = {}
    for pk, key, title, level, lineage, version, number, since, *days in found.order_by("versions__number").values_list(*columns, *Dates._fields):
        if stands(number, since, on):  # the newest that does comes last
            dates = Dates._make(days)
            places = frozenset(code for code in (lineage or "").split("/") if code and code != COUNTRY)
            issued = dates.issue_date.toordinal() if dates.issue_date else 0
            documents[pk] = _Document(key, title, level or "", places, issued, standing(dates, on) is Standing.IN_FORCE, version)
    return documents


def _units(clauses: QuerySet[Any, Any], viewer: Viewer) -> dict[int, frozenset[str]]:
    table: dict[int, set[str]] = defaultdict(set)
    for clause, kind in duties_of(viewer).filter(clause__in=clauses).values_list("clause_id", "kind_id"):
        table[clause].add(kind)
    return {clause: frozenset(kinds) for clause, kinds in table.items()}


def duties_of(viewer: Viewer) -> QuerySet[Duty]:
    """Return the duties that a reader may see, mentions aside."""
    return readable_duties(viewer).exclude(role=Role.MENTION.value)


def apply(rows: Iterable[Row], filters: Filters, forest: Forest, *, skip: str = "") -> list[Row]:
    """Return the rows that meet the filters (but for the facet ``skip``)."""
    kept = list(rows)
    for facet, values_of in VALUES.items():
        chosen = getattr(filters, facet)
        if chosen and facet != skip:
            kept = [row for row in kept if chosen.intersection(values_of(row))]
    if filters.topics and skip != "topics":
        wanted = {node.pk for slug in filters.topics if (one := forest.by_slug.get(slug)) for node in forest.branch(one.pk)}
        kept = [row for row in kept if wanted.intersection(row.topics)]
    if filters.words:
        holding = set(ClauseText.objects.filter(pk__in=[row.text for row in kept], text__icontains=filters.words).values_list("pk", flat=True))
        kept = [row for row in kept if row.text in holding]
    return kept


def facet_counts(rows: Sequence[Row], filters: Filters, forest: Forest) -> dict[str, Counter[str]]:
    """Count the values of each facet under the choices of all others."""
    within = (
        apply(rows, replace(Filters(validity=frozenset()), words=filters.words, topics=filters.topics), forest) if filters.words or filters.topics else rows
    )
    bare = replace(filters, words="", topics=frozenset())
    return {facet: Counter(value for row in apply(within, bare, forest, skip=facet) for value in values_of(row)) for facet, values_of in VALUES.items()}


def numbers(rows: Iterable[Row], forest: Forest) -> Counter[int]:
    """Return how many clauses each topic has with what lies below it."""
    counted: Counter[int] = Counter()
    above = {pk: [node.pk for node in forest.trail(pk)] for pk in forest.nodes}
    for row in rows:
        counted.update({one for topic in row.topics for one in (topic, *above[topic])})
    return counted


def duties_by_clause(clauses: Iterable[int], viewer: Viewer) -> dict[int, list[Duty]]:
    """Return the duties of clauses with their unit kinds, strongest first. One query (and one for private sections)."""
    table: dict[int, list[Duty]] = defaultdict(list)
    for duty in duties_of(viewer).filter(clause__in=list(clauses)).select_related("kind").order_by("pk"):
        table[duty.clause_id].append(duty)
    for duties in table.values():
        duties.sort(key=lambda duty: (Role(duty.role).rank, duty.pk))
    return table
