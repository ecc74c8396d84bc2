"""Numbers of a body that are not in their order: repeated, left out, put back. Pure; a warning, since the original may read so."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .labels import Style
from .merging import Raw
from .numbering import number_of, runs_throughout, style_of, with_number
from .shaping import label, level
from .types import BlockKind

_HEADS = frozenset({BlockKind.HEADING.value, BlockKind.ATTACHMENT.value})
_COUNTED = frozenset({*_HEADS, BlockKind.CLAUSE.value, BlockKind.TABLE.value})
_ANYWHERE = 0  # the level of numbers that run through the whole text


@dataclass(frozen=True, slots=True)
class Odd:
    """A number that does not follow the one before: the block, and what is odd in words."""

    block_id: str
    words: str


def odd_numbers(body: Sequence[Raw]) -> list[Odd]:
    """Return the numbers that do not follow, in the order of the text.

    第三条之一 is not counted; a numbering that begins anew with its first number is right, as it does in each part of many texts.
    """
    last: dict[tuple[int, Style], tuple[int, str]] = {}
    found = []
    for block in body:
        if block["type"] not in _COUNTED or not (label(block) or block["type"] in _HEADS):
            continue
        whole = block["type"] == BlockKind.ATTACHMENT.value
        for key in [key for key in last if whole or (key[0] > level(block) and key[0] != _ANYWHERE)]:
            del last[key]
        style, number = style_of(label(block)), number_of(label(block))
        if style is None or not number or "之" in label(block):
            continue
        key = (_ANYWHERE if runs_throughout(style) else level(block), style)
        said = _said(last.get(key), number, label(block), anywhere=key[0] == _ANYWHERE)
        if said:
            found.append(Odd(block["id"], said))
        last[key] = (number, label(block))
    return found


def _said(before: tuple[int, str] | None, number: int, marked: str, *, anywhere: bool) -> str:
    if before is None:
        return "" if number == 1 or anywhere else _("这一组从“%s”开始") % _plain(marked)
    known, old = before
    names = {"old": _plain(old), "new": _plain(marked), "missing": _plain(with_number(old, known + 1) or "")}
    if number in (1, known + 1) and number != known:
        return ""
    if number == known:
        return _("“%(new)s”有两个") % names
    if number < known:
        return _("“%(old)s”后面是“%(new)s”，顺序颠倒") % names
    return _("“%(old)s”后面是“%(new)s”，缺少“%(missing)s”") % names


def _plain(marked: str) -> str:
    return marked.strip().rstrip("、.．")
