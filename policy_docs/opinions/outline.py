"""Paths of blocks from their levels. Pure.

One rule for the segmenter, the editor's projection and the exports: a labelled block (or an unnumbered heading, which gives its text)
replaces everything on the stack from its level down; an unlabelled block belongs to what stands at its level and is numbered there.
"""

from collections.abc import Iterable
from dataclasses import replace

from .types import Block, BlockKind

_OUTSIDE = frozenset({BlockKind.TITLE, BlockKind.FRONT, BlockKind.NOTICE, BlockKind.PREAMBLE, BlockKind.BACK, BlockKind.LEFT_OUT})


def place(blocks: Iterable[Block]) -> list[Block]:
    """Return the blocks with ``path`` and ``para`` set.

    ``para`` is 1 for a labelled clause, 2, 3 … for its later paragraphs; 1, 2 … for paragraphs directly under a heading; 0 for headings
    and for what stands outside the outline.
    """
    stack: list[tuple[int, str]] = []
    paras: dict[tuple[str, ...], int] = {}
    placed = []
    for block in blocks:
        if block.kind in _OUTSIDE and not block.level:
            placed.append(replace(block, path=(), para=0))
            continue
        if block.label or block.kind in (BlockKind.HEADING, BlockKind.ATTACHMENT):
            while stack and stack[-1][0] >= block.level:
                stack.pop()
            stack.append((block.level, block.label or block.text))
            path = tuple(label for _, label in stack)
            para = 1 if block.label and block.kind is BlockKind.CLAUSE else 0
        else:
            while stack and stack[-1][0] > block.level:
                stack.pop()
            path = tuple(label for _, label in stack)
            para = paras.get(path, 0) + 1
        paras[path] = para
        placed.append(replace(block, path=path, para=para))
    return placed
