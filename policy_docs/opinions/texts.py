"""The text of a version as plain rows, for pages that show it: a law has some thousands of clauses."""

from typing import NamedTuple

from .citing import outline_words
from .models import ClauseText, OpinionVersion


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
        return outline_words(self.kind, self.path, self.para)


def texts_of(version: OpinionVersion | None) -> list[Text]:
    """Return the rows of a version in the order of the document. One query."""
    found = ClauseText.objects.filter(version=version).order_by("order")
    return [Text._make(row) for row in found.values_list("clause_id", "clause__public_key", "kind", "level", "path", "label", "para", "text")]
