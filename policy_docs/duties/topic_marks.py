"""Topics beside the clauses of a document, as the reader may see them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cms.accounts.viewer import Viewer
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.texts import Text
from policy_docs.topics.forest import Forest, load_forest
from policy_docs.topics.models import ClauseTopic

from .layout import Line

State = ClauseTopic.State


@dataclass(frozen=True, slots=True)
class TopicMark:
    """A topic of a clause; ``waits``: nobody has checked it."""

    name: str
    href: str
    waits: bool


def states_for(viewer: Viewer) -> list[str]:
    """Return the states that a reader may see: the public what is confirmed, staff suggestions too; nobody what was rejected."""
    return [State.CONFIRMED.value, State.SUGGESTED.value, State.TO_CHECK.value] if viewer.sees_suggestions else [State.CONFIRMED.value]


def topic_marks(page: OpinionPage, *, viewer: Viewer) -> dict[int, list[TopicMark]]:
    """Return the topics of an opinion's clauses by clause id, in the order of the tree. Two queries."""
    forest = load_forest()
    found = ClauseTopic.objects.filter(opinion=page, state__in=states_for(viewer)).values_list("content_object_id", "tag_id", "state")
    states: dict[int, dict[int, bool]] = defaultdict(dict)
    for clause, topic, state in found:
        node = forest.standing(topic)
        if node is not None:
            states[clause][node.pk] = states[clause].get(node.pk, True) and state != State.CONFIRMED
    order = {node.pk: at for at, (_depth, node) in enumerate(forest.in_order())}
    made = _Maker(forest)
    return {clause: [made.mark(pk, waits) for pk, waits in sorted(topics.items(), key=lambda pair: order[pair[0]])] for clause, topics in states.items()}


class _Maker:
    """Makes each mark once: a law has thousands."""

    def __init__(self, forest: Forest) -> None:
        self._forest = forest
        self._made: dict[tuple[int, bool], TopicMark] = {}

    def mark(self, pk: int, waits: bool) -> TopicMark:
        found = self._made.get((pk, waits))
        if found is None:
            node = self._forest.nodes[pk]
            found = self._made[pk, waits] = TopicMark(node.name, reverse("policy_docs:topic", args=[node.slug]), waits)
        return found


def put_topics(lines: Iterable[Line], rows: Sequence[Text], marks: dict[int, list[TopicMark]]) -> None:
    """Set the topics of the lines of a document as list items. Made here and not by a template: a law has thousands of them."""
    clauses = {row.key: row.clause for row in rows if row.clause in marks}
    tag = f" <small>{escape(_('待核对'))}</small>"
    made: dict[TopicMark, str] = {}
    for line in lines:
        for mark in marks[clauses[line.key]] if line.key in clauses else ():
            if mark not in made:
                made[mark] = f'<li><a href="{escape(mark.href)}">{escape(mark.name)}</a>{tag if mark.waits else ""}</li>'
            line.topics = SafeString(mark_safe(line.topics + made[mark]))  # noqa: S308 - escaped above
