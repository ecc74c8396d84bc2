"""Who hands which information to whom: one selector behind matrix, list and table, so that each number opens what it counts."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict

from cms.accounts.viewer import Viewer
from policy_docs.duties.choices import typed
from policy_docs.duties.models import Duty, Handover
from policy_docs.duties.topic_marks import states_for
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.querysets import in_force_q, visible_q
from policy_docs.topics.forest import load_forest
from policy_docs.topics.models import ClauseTopic
from policy_docs.units.models import LevelChoices
from policy_docs.units.successions import heir_at
from policy_docs.units.vocabulary import Vocabulary

UNCLEAR = "-"  # in an address: the words do not tell who
State = Duty.State
_MOST_DOCUMENTS = 30
_LARGEST_KEY = 100


@dataclass(frozen=True, slots=True)
class Scope:
    """What a reader has chosen; empty means all. ``documents`` are public keys, ``about`` words of their titles and numbers; ``unit`` gives or receives."""

    documents: tuple[str, ...] = ()
    about: str = ""
    place: str = ""
    level: str = ""
    topic: str = ""
    unit: str = ""
    words: str = ""
    giver: str = ""
    receiver: str = ""


def read_scope(params: QueryDict, vocabulary: Vocabulary) -> Scope:
    """Return what an address chooses; what it does not know is passed over."""

    def known(name: str, among: Iterable[str]) -> str:
        value = typed(params, name)
        return value if value in among else ""

    kinds = vocabulary.kinds_by_key
    return Scope(
        documents=tuple(key for key in dict.fromkeys(params.getlist("doc")[:_MOST_DOCUMENTS]) if 0 < len(key) <= _LARGEST_KEY and "\x00" not in key),
        about=typed(params, "about"),
        place=known("place", vocabulary.places_by_code),
        level=known("level", LevelChoices.values),
        topic=known("topic", load_forest().by_slug),
        unit=known("unit", kinds),
        words=typed(params, "q"),
        giver=known("giver", {*kinds, UNCLEAR}),
        receiver=known("receiver", {*kinds, UNCLEAR}),
    )


def documents(scope: Scope, *, viewer: Viewer, on: datetime.date, vocabulary: Vocabulary) -> QuerySet[OpinionPage]:
    """Return the documents in force that the choices leave and the viewer may read."""
    found = OpinionPage.objects.visible_to(viewer).in_force(on).filter(live=True)
    if scope.documents:
        found = found.filter(public_key__in=scope.documents)
    if scope.about:
        found = found.about(scope.about)
    if scope.level:
        found = found.filter(jurisdiction__level=scope.level)
    if scope.place:
        found = found.filter(jurisdiction__lineage__startswith=f"/{'/'.join(vocabulary.lineage(scope.place))}/")
    return found


def readable(viewer: Viewer, *, on: datetime.date) -> QuerySet[Handover]:
    """Return the handovers of documents in force that a viewer may read, as they may read the duties: the public those whose giver is confirmed, staff
    what is suggested too; nobody where the duty of a side was rejected. Where the words do not tell who gives, the receiver's state decides."""
    ended = Q(giver__ended_on__isnull=True, receiver__ended_on__isnull=True)
    rejected = Q(giver__state=State.REJECTED) | Q(receiver__state=State.REJECTED)
    found = Handover.objects.filter(in_force_q(on, "opinion__"), visible_q(viewer, "opinion__"), ended, opinion__live=True).exclude(rejected)
    if viewer.sees_suggestions:
        return found
    alone = Q(giver__isnull=True, giver_kind="", receiver__state=State.CONFIRMED)
    return found.filter(Q(giver__state=State.CONFIRMED) | alone)


def narrowed(scope: Scope, *, viewer: Viewer, on: datetime.date, vocabulary: Vocabulary) -> QuerySet[Any]:
    """Return the readable handovers that the choices leave, but for those of units (``listed``), with the kinds as they are stored."""
    found = readable(viewer, on=on).annotate(
        gives=Coalesce(F("giver__kind_id"), F("giver_kind"), Value("")), receives=Coalesce(F("receiver__kind_id"), F("receiver_kind"), Value(""))
    )
    if scope.documents or scope.about or scope.level or scope.place:
        found = found.filter(opinion__in=documents(scope, viewer=viewer, on=on, vocabulary=vocabulary).values("pk"))
    if scope.topic:
        forest = load_forest()
        tags = forest.sources([node.pk for node in forest.branch(forest.by_slug[scope.topic].pk)])
        found = found.filter(clause__in=ClauseTopic.objects.filter(tag__in=tags, state__in=states_for(viewer)).values("content_object"))
    if scope.words:
        found = found.filter(Q(information__icontains=scope.words) | Q(quote__icontains=scope.words))
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """A unit that gives, with its numbers by receiver. ``key`` is ``UNCLEAR`` where the words do not tell who gives."""

    key: str
    name: str
    is_group: bool
    counts: dict[str, int]

    @property
    def total(self) -> int:
        """All that it gives."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Receiver:
    """A column: a unit that receives."""

    key: str
    name: str
    total: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Who gives whom how many kinds of information. ``heirs``: the unit that a stored kind is today at a place, of all that the choices leave."""

    lines: tuple[Line, ...]
    receivers: tuple[Receiver, ...]
    heirs: dict[tuple[str, str], str] = field(repr=False)

    @property
    def total(self) -> int:
        """All handovers."""
        return sum(line.total for line in self.lines)

    @property
    def unclear(self) -> int:
        """Those of which the words do not tell who gives."""
        return sum(line.total for line in self.lines if line.key == UNCLEAR)


def matrix(scope: Scope, *, viewer: Viewer, on: datetime.date, vocabulary: Vocabulary) -> Matrix:
    """Return the numbers of all pairs of units, those who give most first, what is unclear last. A kind that a reform has ended at the place of a document
    is that which has taken it over. One query: the database counts."""
    rows = narrowed(scope, viewer=viewer, on=on, vocabulary=vocabulary).order_by().values_list("gives", "receives", "opinion__jurisdiction_id")
    heirs: dict[tuple[str, str], str] = {}

    def heir(kind: str, place: str) -> str:
        if (kind, place) not in heirs:
            heirs[kind, place] = heir_at(vocabulary, kind, place, on.isoformat()) if kind else UNCLEAR
        return heirs[kind, place]

    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for gives, receives, place, number in rows.annotate(number=Count("pk")):
        pair = heir(gives, place or ""), heir(receives, place or "")
        if _is_chosen(pair, scope):
            counts[pair[0]][pair[1]] += number
    return Matrix(_lines(counts, vocabulary), _receivers(counts, vocabulary), heirs)


def _is_chosen(pair: tuple[str, str], scope: Scope) -> bool:
    gives, receives = pair
    return (not scope.unit or scope.unit in pair) and scope.giver in ("", gives) and scope.receiver in ("", receives)


def _name(key: str, vocabulary: Vocabulary) -> str:
    kind = vocabulary.kinds_by_key.get(key)
    return kind.name if kind else key


def _lines(counts: dict[str, dict[str, int]], vocabulary: Vocabulary) -> tuple[Line, ...]:
    groups = {kind.key for kind in vocabulary.kinds if kind.is_group}
    lines = [Line(key, _name(key, vocabulary), key in groups, dict(numbers)) for key, numbers in counts.items()]
    return tuple(sorted(lines, key=lambda line: (line.key == UNCLEAR, line.is_group, -line.total, line.name)))


def _receivers(counts: dict[str, dict[str, int]], vocabulary: Vocabulary) -> tuple[Receiver, ...]:
    totals: dict[str, int] = defaultdict(int)
    for numbers in counts.values():
        for key, number in numbers.items():
            totals[key] += number
    found = [Receiver(key, _name(key, vocabulary), number) for key, number in totals.items()]
    return tuple(sorted(found, key=lambda receiver: (receiver.key == UNCLEAR, -receiver.total, receiver.name)))


def listed(scope: Scope, held: Matrix, *, viewer: Viewer, on: datetime.date, vocabulary: Vocabulary) -> QuerySet[Handover]:
    """Return the handovers that a matrix of the same choices counts, from the country down, newest document first."""
    found = narrowed(scope, viewer=viewer, on=on, vocabulary=vocabulary)
    if scope.giver:
        found = found.filter(_is("gives", scope.giver, held))
    if scope.receiver:
        found = found.filter(_is("receives", scope.receiver, held))
    if scope.unit:
        found = found.filter(_is("gives", scope.unit, held) | _is("receives", scope.unit, held))
    lineage, issued = F("opinion__jurisdiction__lineage"), F("opinion__issue_date")
    return found.order_by(lineage.asc(nulls_last=True), issued.desc(nulls_last=True), "opinion", "pk")


def _is(side: str, unit: str, held: Matrix) -> Q:
    """Handovers on whose side stands a unit: kinds that are it everywhere, and such as are it at some places only."""
    here: dict[str, set[str]] = defaultdict(set)
    elsewhere: set[str] = set()
    for (kind, place), heir in held.heirs.items():
        if heir == unit:
            here[kind].add(place)
        else:
            elsewhere.add(kind)
    wanted = Q(**{f"{side}__in": [kind for kind in here if kind not in elsewhere]})
    for kind in here.keys() & elsewhere:
        at = Q(opinion__jurisdiction__in=here[kind] - {""})
        wanted |= Q(**{side: kind}) & (at | Q(opinion__jurisdiction__isnull=True) if "" in here[kind] else at)
    return wanted


def kind_of(one: Handover, side: str, held: Matrix, place: str) -> str:
    """Return the unit on a side ("giver", "receiver") of a handover as it is today, ``UNCLEAR`` where the words do not tell it."""
    duty: Duty | None = getattr(one, side)
    kind = duty.kind_id if duty is not None else str(getattr(one, f"{side}_kind"))
    return held.heirs.get((kind, place), kind) or UNCLEAR
