"""The texts of a document that a viewer may read, and one of them as plain rows: a law has some thousands of clauses."""

from typing import TYPE_CHECKING, NamedTuple

from cms.accounts.viewer import Viewer

from .citing import outline_words
from .models import ClauseText, OpinionVersion

if TYPE_CHECKING:
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
    if viewer.sees_all:
        return list(found)
    known = found.exclude(state=OpinionVersion.State.DRAFT)
    return [item for item in known if viewer.is_staff_reader or item.facts.get("disclosure", page.Disclosure.OPEN) == page.Disclosure.OPEN]
