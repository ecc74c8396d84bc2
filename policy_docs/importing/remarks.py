"""What somebody should look at before an import becomes a document: what must be settled, what is only said. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from policy_docs.opinions import lines
from policy_docs.opinions.labels import Style, label_of
from policy_docs.opinions.types import Block, BlockKind

_STEPPED = frozenset({Style.ARTICLE, Style.CHINESE, Style.CHINESE_BRACKET, Style.CHAPTER, Style.SECTION, Style.ARABIC, Style.ARABIC_BRACKET})
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
                f"second:{written}", f"从“{written}”起可能是另一份文件", "一次只能保存一份文件。请把另一份的文字复制后用“粘贴文字”单独导入，这里多出的段落改为“不属于正文”。",
                block=index,
            )  # fmt: skip
        numbers.add(written)


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
