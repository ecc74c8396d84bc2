"""What somebody should look at before an import becomes a document: what must be settled, what is only said. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from policy_docs.opinions import lines
from policy_docs.opinions.labels import Style, label_of
from policy_docs.opinions.types import Block, BlockKind

_STEPPED = frozenset({Style.ARTICLE, Style.CHINESE, Style.CHINESE_BRACKET, Style.CHAPTER, Style.SECTION, Style.ARABIC, Style.ARABIC_BRACKET})
_HEAD = 6  # lines of organs above a document number
_CUT = 30  # signs of a text that are quoted


@dataclass(frozen=True, slots=True)
class Remark:
    """One line of the list. ``code`` names it for as long as the text stands; ``block`` is where it belongs, -1 for none; ``field`` what to fill in."""

    code: str
    title: str
    detail: str
    must: bool = False
    block: int = -1
    field: str = ""
    choices: tuple[tuple[str, str], ...] = ()  # what the button says to do, its words
    beside: str = ""  # key of a document to be looked at side by side
    other: str = ""  # key of another import to be looked at
    ask: str = ""  # what is asked before the choice is done, and what is said beside it
    ask_words: str = ""

    @property
    def stays(self) -> bool:
        """Whether it is no answer to say that one knows."""
        return self.must or self.code.partition(":")[0] in ("known", "part", "whole")


def outline_remarks(blocks: Sequence[Block]) -> list[Remark]:
    """Return what looks wrong in a split: numbers that jump, paragraphs that look like the rest of a sentence."""
    return [*_second(blocks), *_jumps(blocks), *_rests(blocks)]


def _second(blocks: Sequence[Block]) -> Iterable[Remark]:
    """A line that is a document number and no more, behind clauses: a second document begins."""
    numbers: set[str] = set()
    begun = False
    for index, block in enumerate(blocks):
        begun = begun or (block.kind is BlockKind.CLAUSE and bool(block.label))
        if block.label or not lines.is_number(block.text.strip()):
            continue
        written = "".join(block.text.split())
        if begun and written not in numbers:
            yield Remark(
                f"second:{written}", f"从“{written}”起可能是另一份文件", "一次只能保存一份文件。可以从这里分开，后面的文字另行识别、核对，两份都保留原来的文件。",
                block=index, choices=((f"part:{_head(blocks, index)}", "从此处分为两份文件"),),
            )  # fmt: skip
        numbers.add(written)


def _head(blocks: Sequence[Block], number: int) -> int:
    """The block with which the head of a document begins whose number stands at an index: organs and the line «…文件» stand before it."""
    at = number
    while at > 1 and number - at < _HEAD and not blocks[at - 1].label and _is_head(blocks[at - 1].text.strip()):
        at -= 1
    return at


def _is_head(text: str) -> bool:
    return bool(lines.MARK.match(text) or lines.ORGAN.match(text))


def _jumps(blocks: Sequence[Block]) -> Iterable[Remark]:
    last: dict[int, tuple[Style, int, str]] = {}
    for index, block in enumerate(blocks):
        if not (block.label or block.kind in (BlockKind.HEADING, BlockKind.ATTACHMENT)):
            continue
        found = label_of(f"{block.label} ") if block.label else None
        before = last.get(block.level)
        for level in [level for level, (style, _number, _label) in last.items() if level > block.level and style is not Style.ARTICLE]:
            del last[level]  # articles count through chapters, other numbers begin anew
        if found is None or found.style not in _STEPPED:
            last.pop(block.level, None)
            continue
        if before and before[0] is found.style and found.number not in (0, 1, before[1], before[1] + 1):
            where = "".join(block.path[:-1])[:_CUT]
            title = f"从{before[2].rstrip('、')}跳到{block.label.rstrip('、')}"
            yield Remark(f"jump:{index}:{block.label}", f"“{where}”下面{title}" if where else title, "换页处可能丢失或认错一段，也可能原文如此。", block=index)
        last[block.level] = (found.style, found.number, block.label)


def _rests(blocks: Sequence[Block]) -> Iterable[Remark]:
    for index, (before, block) in enumerate(zip(blocks, blocks[1:], strict=False), 1):
        both = before.kind is BlockKind.CLAUSE and block.kind is BlockKind.CLAUSE and not block.label
        if both and not lines.is_finished(before.text) and (lines.GOES_ON.match(block.text) or lines.is_sentence(before.text)):
            title = f"“…{before.text[-10:]}”后面可能接着“{block.text[:10]}…”"
            yield Remark(f"rest:{index}:{block.text[:12]}", title, "可能是换页断开的一句话。如果是，请并入上一段。", block=index)
