"""The texts of a document that a viewer may read, and one of them as plain rows: a law has some thousands of clauses."""

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from cms.accounts.viewer import Viewer

from .citing import outline_words
from .models import ClauseText, OpinionVersion

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from .pages import OpinionPage


class Text(NamedTuple):
    """A clause in one version."""

    clause: int
    key: str
    kind: str
    level: int
    path: list[str]
    label: str
    para: int
    text: str

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        return outline_words(self.kind, self.path, self.para, self.text)


def texts_of(version: OpinionVersion | None) -> list[Text]:
    """Return the rows of a version in the order of the document. One query."""
    found = ClauseText.objects.filter(version=version).order_by("order")
    return [Text._make(row) for row in found.values_list("clause_id", "clause__public_key", "kind", "level", "path", "label", "para", "text")]


def versions_for(page: "OpinionPage", viewer: Viewer) -> list[OpinionVersion]:
    """Return the texts that a viewer may read, in order: the published ones and those that wait for their day; the draft (number 0) for the
    coordination office alone, and a text that will not be open on its day for those alone who may read it then."""
    found = page.versions.order_by("number")
    return list(found) if viewer.sees_all else _open(found.exclude(state=OpinionVersion.State.DRAFT), page.Disclosure.OPEN, viewer)


def _open(versions: Iterable[OpinionVersion], disclosure: str, viewer: Viewer) -> list[OpinionVersion]:
    return [item for item in versions if viewer.is_staff_reader or item.facts.get("disclosure", disclosure) == disclosure]


def coming_by(on: datetime.date, pages: "QuerySet[OpinionPage]", viewer: Viewer) -> list[OpinionVersion]:
    """Return the texts that wait for their day and will have begun by a day, of documents that a viewer may read; each with its document. One query."""
    found = OpinionVersion.objects.filter(state=OpinionVersion.State.COMING, in_force_from__lte=on, opinion__in=pages)
    waiting = found.select_related("opinion").defer("opinion__body").order_by("in_force_from", "pk")
    return _open(waiting, pages.model.Disclosure.OPEN, viewer)
