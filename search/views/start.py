"""What the result page shows before anything is looked for: what there is to find, from what the reader may read."""

import datetime
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from cms.accounts.viewer import Viewer
from policy_docs.duties import selectors, topic_rows
from policy_docs.opinions.pages import OpinionPage
from policy_docs.topics.forest import load_forest

_EACH = 8  # examples of a kind
_NUMBERS = 3
NEWEST = 5


class Example(NamedTuple):
    """Words that something is found by, and the address that shows it."""

    words: str
    address: str


def start(viewer: Viewer, *, on: datetime.date) -> dict[str, object]:
    """Return examples of what can be looked for, and the newest documents. Five queries."""
    readable = OpinionPage.objects.visible_to(viewer).filter(live=True)
    newest = list(readable.select_related("jurisdiction").defer("body").order_by("-issue_date", "-pk")[:NEWEST])
    units = [kind.name for kind, _number in selectors.kinds_with_counts(viewer, on=on)[:_EACH]]
    numbers = [page.document_number for page in newest if page.document_number][:_NUMBERS]
    return {"newest": newest, "total": readable.count(), "of_units": _examples(units), "of_topics": _topics(viewer, on), "of_numbers": _examples(numbers)}


def _topics(viewer: Viewer, on: datetime.date) -> list[Example]:
    """Return the topics with most clauses, those that hold others aside, by their pages: a text need not write the name of its topic."""
    forest = load_forest()
    every = [node for _depth, node in forest.in_order()]
    rows = [row for row in topic_rows.rows_for(forest, every, viewer=viewer, on=on, with_units=False) if row.in_force]
    counted = topic_rows.numbers(rows, forest)
    leaves = [node for node in every if counted[node.pk] and not forest.children(node.pk)]
    most = sorted(leaves, key=lambda node: -counted[node.pk])[:_EACH]
    return [Example(node.name, reverse("policy_docs:topic", args=[node.slug])) for node in most]


def _examples(found: Iterable[str]) -> list[Example]:
    return [Example(words, f"{reverse('search:results')}?{urlencode({'q': words})}") for words in found]
