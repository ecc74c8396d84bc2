"""Correcting how a text was split. Pure: blocks in, blocks out; no sign of the text is added, changed or lost, only where one block ends."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import StrEnum

from policy_docs.opinions import lines
from policy_docs.opinions.labels import label_of
from policy_docs.opinions.outline import place
from policy_docs.opinions.types import Block, BlockKind

DEEPEST = 12
HEADING_LIMIT = 60
_INSIDE_SENTENCE = ("，", ",", "、", "；", ";")
#: kinds that have a place in the outline
INSIDE = frozenset({BlockKind.HEADING, BlockKind.CLAUSE, BlockKind.TABLE, BlockKind.ATTACHMENT})


class Verb(StrEnum):
    """What can be done to a block."""

    JOIN = "join"  # with the block before
    DIVIDE = "divide"
    UP = "up"
    DOWN = "down"
    KIND = "kind"
    LABEL = "label"  # the number becomes a part of the text, or what the text begins with becomes the number


class CannotCorrect(Exception):
    """A correction that does not apply; the message says why."""


def correct(blocks: Sequence[Block], verb: Verb, at: int, words: str = "") -> list[Block]:
    """Return the blocks after one correction of the block with index ``at``; ``words`` are the divided text or the new kind.

    Raises:
        CannotCorrect: it does not apply there.
    """
    if not 0 <= at < len(blocks):
        raise CannotCorrect("没有修改：这一段已经不在了，请重新载入本页。")
    changed = _VERBS[verb](list(blocks), at, words)
    return place(changed)


def _join(blocks: list[Block], at: int, _words: str) -> list[Block]:
    if at == 0:
        raise CannotCorrect("没有修改：前面没有可以并入的段落。")
    before, block = blocks[at - 1], blocks[at]
    between = "\n" if BlockKind.TABLE in (before.kind, block.kind) else ""
    text = f"{before.text}{between}{block.label}{block.text}"
    kind = block.kind if before.kind is BlockKind.HEADING and block.kind is BlockKind.CLAUSE else before.kind
    return [*blocks[: at - 1], replace(before, kind=kind, text=text), *blocks[at + 1 :]]


def _divide(blocks: list[Block], at: int, words: str) -> list[Block]:
    block = blocks[at]
    parts = [line.strip() for line in words.replace("\r\n", "\n").split("\n") if line.strip()]
    if "".join("".join(parts).split()) != "".join(block.text.split()):
        raise CannotCorrect("没有拆开：只能在文字中换行，不能增减文字。原文未作改动，请重新换行。")
    if len(parts) < 2:
        raise CannotCorrect("没有拆开：请把光标放在要分开的地方，按回车换行，再点“拆开”。")
    first = replace(block, text=parts[0], kind=_kind(block, parts[0], labelled=bool(block.label)))
    made = [first]
    for part in parts[1:]:
        made.append(_piece(blocks, at, first, part))
    return [*blocks[:at], *made, *blocks[at + 1 :]]


def _kind(block: Block, text: str, *, labelled: bool) -> BlockKind:
    """A numbered line without an end that was cut off from a clause is its heading."""
    if block.kind is BlockKind.CLAUSE and labelled and not lines.is_finished(text) and not text.endswith(_INSIDE_SENTENCE) and len(text) <= HEADING_LIMIT:
        return BlockKind.HEADING
    return block.kind


def _piece(blocks: Sequence[Block], at: int, first: Block, text: str) -> Block:
    found = label_of(text) if first.kind in INSIDE - {BlockKind.TABLE} else None
    if found is None:
        kind = BlockKind.CLAUSE if first.kind in (BlockKind.HEADING, BlockKind.ATTACHMENT) else first.kind
        return Block(kind, "", text, first.level)
    alike = (other.level for other in _nearest(blocks, at) if other.label and (known := label_of(f"{other.label} ")) and known.style is found.style)
    level = next(alike, first.level + 1 if first.kind is BlockKind.HEADING else first.level or 1)
    return Block(BlockKind.CLAUSE, found.label, found.rest, level)


def _nearest(blocks: Sequence[Block], at: int) -> list[Block]:
    """The blocks around one, the nearest first."""
    around = sorted(range(max(0, at - 200), min(len(blocks), at + 200)), key=lambda index: abs(index - at))
    return [blocks[index] for index in around]


def _below(blocks: Sequence[Block], at: int) -> int:
    """The index behind a block and all that belongs to it."""
    end = at + 1
    opens = bool(blocks[at].label) or blocks[at].kind in (BlockKind.HEADING, BlockKind.ATTACHMENT)
    while opens and end < len(blocks) and blocks[end].kind in INSIDE:
        other = blocks[end]
        starts = bool(other.label) or other.kind in (BlockKind.HEADING, BlockKind.ATTACHMENT)
        if other.level < blocks[at].level or (starts and other.level == blocks[at].level):
            break
        end += 1
    return end


def _shift(by: int) -> Callable[[list[Block], int, str], list[Block]]:
    def shifted(blocks: list[Block], at: int, _words: str) -> list[Block]:
        if blocks[at].kind not in INSIDE:
            raise CannotCorrect("没有修改：这一段不在正文的层次里，请先改为小标题或条款。")
        end = _below(blocks, at)
        levels = [block.level + by for block in blocks[at:end]]
        if levels[0] < 1 or max(levels) > DEEPEST:
            raise CannotCorrect("没有修改：已经是最高一级。" if by < 0 else "没有修改：层次已经太深。")
        return [*blocks[:at], *(replace(block, level=level) for block, level in zip(blocks[at:end], levels, strict=True)), *blocks[end:]]

    return shifted


def _retype(blocks: list[Block], at: int, words: str) -> list[Block]:
    if words not in BlockKind._value2member_map_:
        raise CannotCorrect("没有修改：请选择这一段是什么。")
    kind, block = BlockKind(words), blocks[at]
    if kind in INSIDE:
        above = next((other.level for other in reversed(blocks[:at]) if other.kind in INSIDE and other.level), 1)
        return [*blocks[:at], replace(block, kind=kind, level=block.level or above), *blocks[at + 1 :]]
    text = f"{block.label}{block.text}"  # what stands outside the outline has no number of its own
    return [*blocks[:at], replace(block, kind=kind, label="", text=text, level=0), *blocks[at + 1 :]]


def _relabel(blocks: list[Block], at: int, _words: str) -> list[Block]:
    block = blocks[at]
    if block.label:
        return [*blocks[:at], replace(block, label="", text=f"{block.label}{block.text}"), *blocks[at + 1 :]]
    found = label_of(block.text) if block.kind in INSIDE else None
    if found is None:
        raise CannotCorrect("没有修改：这一段开头没有序号。")
    return [*blocks[:at], replace(block, label=found.label, text=found.rest), *blocks[at + 1 :]]


_VERBS: dict[Verb, Callable[[list[Block], int, str], list[Block]]] = {
    Verb.JOIN: _join, Verb.DIVIDE: _divide, Verb.UP: _shift(-1), Verb.DOWN: _shift(1), Verb.KIND: _retype, Verb.LABEL: _relabel,
}  # fmt: skip


def splice(old: Sequence[Block], new: Sequence[Block]) -> tuple[int, int, int]:
    """Return what parts two lists: where they begin to differ, how many blocks of the old one and of the new one do."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return start, len(old) - start - end, len(new) - start - end
