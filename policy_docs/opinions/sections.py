"""The body in sections that an editor can hold: by its headings, and where these are far apart by number. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from .merging import Raw
from .shaping import label, level, words
from .types import BlockKind

WHOLE = 150  # blocks that Wagtail's form shows at once: ready in 3.5 s (500 take 10 s, 1,260 a minute)
_PARTED = 30  # blocks from which a section is parted at its headings
_LIMIT = 60  # blocks of a section without headings: ready in about a second
_HEADS = frozenset({BlockKind.HEADING.value, BlockKind.ATTACHMENT.value})
_SHOWN = 40  # signs of a title


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks ``start`` to ``end`` of a body, known by the id of the first; ``level`` is that of its heading, 0 for what stands before any."""

    key: str
    title: str
    level: int
    start: int
    end: int

    @property
    def count(self) -> int:
        """How many blocks it holds."""
        return self.end - self.start


def is_long(body: Sequence[Raw]) -> bool:
    """Say whether a body is edited by section."""
    return len(body) > WHOLE


def sections(body: Sequence[Raw]) -> list[Section]:
    """Return the sections of a body, in order; together they hold all of it."""
    return _cut(body, 0, len(body)) if body else []


def _cut(body: Sequence[Raw], start: int, end: int) -> list[Section]:
    if end - start <= _PARTED:
        return [_section(body, start, end)]
    heads = [at for at in range(start + 1, end) if body[at]["type"] in _HEADS]
    if not heads:
        return [_section(body, at, min(at + _LIMIT, end)) for at in range(start, end, _LIMIT)]
    top = min(level(body[at]) for at in heads)
    bounds = [start, *(at for at in heads if level(body[at]) == top), end]
    return [section for low, high in zip(bounds, bounds[1:], strict=False) for section in _cut(body, low, high)]


def _section(body: Sequence[Raw], start: int, end: int) -> Section:
    first = body[start]
    return Section(first["id"], title(first), level(first) if first["type"] in _HEADS else 0, start, end)


def title(block: Raw) -> str:
    """Return what tells a block from others: its label and its first words."""
    return f"{label(block)}{' ' if label(block) else ''}{' '.join(words(block)[: _SHOWN * 2].split())[:_SHOWN]}"


def section_of(body: Sequence[Raw], block_id: str) -> Section | None:
    """Return the section that holds a block."""
    return next((section for section in sections(body) if any(block["id"] == block_id for block in body[section.start : section.end])), None)


def stretch(body: Sequence[Raw], ids: Sequence[str]) -> tuple[int, int] | None:
    """Return where the blocks of an edit stand now, first to last; None where none of them does. What others have put among them is in it."""
    wanted = set(ids)
    found = [at for at, block in enumerate(body) if block["id"] in wanted]
    return (found[0], found[-1] + 1) if found else None
