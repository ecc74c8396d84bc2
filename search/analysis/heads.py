"""The headings above each text of a document. Pure."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from policy_docs.opinions.types import BlockKind


class _Placed(Protocol):
    """A text of a document, as far as its place matters here."""

    @property
    def kind(self) -> str: ...
    @property
    def level(self) -> int: ...
    @property
    def label(self) -> str: ...
    @property
    def text(self) -> str: ...


T = TypeVar("T", bound=_Placed)


def with_heads(texts: Iterable[T]) -> Iterator[tuple[T, tuple[str, ...]]]:
    """Yield each text with the headings above it; ``texts`` of one document in their order, all headings among them."""
    stack: list[tuple[int, str]] = []
    for text in texts:
        if text.kind == BlockKind.HEADING:
            stack = [pair for pair in stack if pair[0] < text.level]
        yield text, tuple(words for level, words in stack if level < (text.level or 99) or not text.label)
        if text.kind == BlockKind.HEADING:
            stack.append((text.level, text.text))
