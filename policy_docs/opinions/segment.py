"""A text → its blocks. Pure, and lossless: label and text of all blocks in order are the source, white space aside.

Paragraphs are made of lines first (a page break inside a sentence joins two lines); then what stands before the outline is read as
front, notice, title and preamble, what follows as headings and clauses, and the end as signature, notes and page noise.
"""

import re
from collections.abc import Sequence

from . import lines
from .closing import inner_closings, outline_end, tail_blocks
from .head import HEADING_LIMIT, head_blocks, merge_titles, outline_start
from .labels import HEADS, Labelled, Style
from .outline import place
from .paragraphs import Para, paragraphs
from .types import Block, BlockKind

_BARE_HEADS = 3  # so many lines that look like unnumbered headings are no chance
_SHORT_HEAD = re.compile(r"[\u4e00-\u9fa5]{2,12}")
_CHAPTER_NAME = 30  # signs of an unnumbered heading between articles


def segment(text: str) -> list[Block]:
    """Return the placed blocks of a plain text. Never raises; any text gives blocks that hold all of it."""
    paras = merge_titles(paragraphs(text))
    if not paras:
        return []
    start = outline_start(paras)
    end = outline_end(paras, start)
    blocks = [*head_blocks(paras[:start], paras), *_Outline(paras[start:end], paras[:start]).blocks(), *tail_blocks(paras[end:])]
    return place(blocks)


class _Outline:
    """Headings and clauses with their levels: a stack of numbering styles with their ranks, outermost first."""

    def __init__(self, paras: Sequence[Para], head: Sequence[Para]) -> None:
        self._paras = paras
        self._stack: list[tuple[Style | None, float]] = []  # None: an unnumbered heading or an attachment
        self._article = 0  # level of the open article, 0 for none
        self._attached = False  # an attachment has begun, its title may follow
        self._chinese_above_articles = self._finds_chinese_above_articles()
        self._bare = self._top_style() >= Style.CHINESE_BRACKET or (self._top_style() == Style.CHINESE and self._bare_heads() >= _BARE_HEADS)
        self._back, self._titles = inner_closings(paras, 0)
        self._chapters = [(at, para.label.number) for at, para in enumerate(paras) if para.label and para.label.style is Style.CHAPTER]

    def blocks(self) -> list[Block]:
        """Return the blocks of the outline."""
        return [self._block(index, para) for index, para in enumerate(self._paras)]

    def _finds_chinese_above_articles(self) -> bool:
        styles = [para.label.style for para in self._paras if para.label]
        if Style.ARTICLE not in styles or Style.CHINESE not in styles:
            return False
        first = styles.index(Style.CHINESE)
        return first < styles.index(Style.ARTICLE) and styles[first + 1] is Style.ARTICLE

    def _top_style(self) -> int:
        return min((para.label.style for para in self._paras if para.label), default=Style.CHINESE_BRACKET)

    def _bare_heads(self) -> int:
        return sum(
            para.label is None and bool(_SHORT_HEAD.fullmatch(para.text)) and (not at or self._paras[at - 1].is_finished) and not lines.stands_alone(para.text)
            and (after := self._after(at)) is not None and (after.is_finished or bool(after.label and after.label.is_first))
            for at, para in enumerate(self._paras)
        )  # fmt: skip

    def _rank(self, style: Style) -> float:
        return Style.ARTICLE - 0.5 if style is Style.CHINESE and self._chinese_above_articles else float(style)

    def _push(self, style: Style, *, leads_in: bool = False) -> int:
        """Open the level of a style; return its depth. Behind «…：» a new style is a list below, whatever its rank."""
        rank = self._rank(style)
        known = style in (entry for entry, _rank in self._stack)
        if known:
            while self._stack[-1][0] is not style:
                self._stack.pop()
            return len(self._stack)
        if leads_in and self._stack and style > Style.ARTICLE:
            rank = max(rank, self._stack[-1][1])
        else:
            while self._stack and self._stack[-1][1] > rank:
                self._stack.pop()
        self._stack.append((style, rank))
        return len(self._stack)

    def _restart(self, rank: float) -> int:
        self._stack, self._article = [(None, rank)], 0
        return 1

    def _block(self, index: int, para: Para) -> Block:
        text = para.text
        attached, self._attached = self._attached, False
        if index in self._back:
            return Block(BlockKind.BACK, "", text)
        if para.label is not None:
            return self._labelled(index, para, para.label)
        if lines.is_attachment(text) or index in self._titles:
            self._attached = index not in self._titles
            return Block(BlockKind.ATTACHMENT, "", text, self._restart(-1.0))
        if lines.is_table(text):
            return Block(BlockKind.TABLE, "", text, len(self._stack))
        if attached and self._is_attached_title(index, para):
            self._stack.append((None, -0.5))
            return Block(BlockKind.HEADING, "", text, len(self._stack))
        level = self._heading_level(index, para)
        if level:
            return Block(BlockKind.HEADING, "", text, level)
        return Block(BlockKind.CLAUSE, "", text, self._article or len(self._stack))

    def _is_attached_title(self, index: int, para: Para) -> bool:
        text = para.text
        short = not para.is_finished and len(text) <= HEADING_LIMIT and self._after(index) is not None
        return short and not (lines.is_note(text) or lines.is_signature(text) or lines.is_number(text))

    def _labelled(self, index: int, para: Para, label: Labelled) -> Block:
        before = self._paras[index - 1] if index else None
        leads_in = label.is_first and before is not None and before.text.endswith(("：", ":"))
        level = self._push(label.style, leads_in=leads_in)
        if label.style is Style.ARTICLE:
            self._article = level
        elif level <= self._article:
            self._article = 0
        is_head = label.style in HEADS or (label.style is not Style.ARTICLE and self._heads(index, para))
        return Block(BlockKind.HEADING if is_head else BlockKind.CLAUSE, label.label, label.rest, level)

    def _heads(self, index: int, para: Para) -> bool:
        """A numbered line is a heading if it has no end, is short, and text or a deeper numbering follows."""
        if para.is_finished or len(para.body) > HEADING_LIMIT or not para.body or "\t" in para.text:
            return False
        after = self._after(index)
        if after is None:
            return False
        if after.label is not None:
            return para.label is not None and self._rank(after.label.style) > self._rank(para.label.style)
        return not lines.stands_alone(after.text) or bool(lines.BRACKET_HEAD.match(after.text))

    def _after(self, index: int) -> Para | None:
        return self._paras[index + 1] if index + 1 < len(self._paras) else None

    def _heading_level(self, index: int, para: Para) -> int:
        """Return the level of an unnumbered heading, 0 for a paragraph that is none."""
        text = para.text
        if lines.FOREWORD.match(text):
            return self._restart(0.5)
        if lines.BRACKET_HEAD.match(text):
            return self._push_bracket_head()
        if self._is_chapter(index, para):
            return self._chapter_level(index)
        return self._restart(0.5) if self._is_bare_heading(index, para) else 0

    def _push_bracket_head(self) -> int:
        if not any(style is Style.BRACKET_HEAD for style, _rank in self._stack):
            self._stack.append((Style.BRACKET_HEAD, self._stack[-1][1] if self._stack else 0.5))
            return len(self._stack)
        return self._push(Style.BRACKET_HEAD)

    def _is_bare_heading(self, index: int, para: Para) -> bool:
        if not self._bare or para.is_finished or len(para.text) > HEADING_LIMIT or lines.stands_alone(para.text):
            return False
        after = self._after(index)
        before = self._paras[index - 1] if index else None
        return after is not None and (before is None or before.is_finished) and (after.is_finished or bool(after.label and after.label.is_first))

    def _is_chapter(self, index: int, para: Para) -> bool:
        """法律责任 between two articles: the name of a chapter that has lost its number, or of a section that never had one."""
        before = self._paras[index - 1] if index else None
        ends = before is None or before.is_finished or (before.label is not None and before.label.style in HEADS) or self._is_chapter_name(before)
        if self._bare or not ends or not self._is_chapter_name(para):
            return False
        after = self._after(index)
        if after is not None and self._is_chapter_name(after):
            after = self._after(index + 1)  # a chapter and its first section
        return after is not None and after.label is not None and after.label.style in (Style.ARTICLE, Style.SECTION)

    def _is_chapter_name(self, para: Para) -> bool:
        text = para.text
        named = para.label is None and not para.is_finished and len(text) <= _CHAPTER_NAME and not re.search(r"[，＝=×：:\d（）()]", text)
        return named and not lines.stands_alone(text)

    def _chapter_level(self, index: int) -> int:
        before = [number for at, number in self._chapters if at < index]
        after = [number for at, number in self._chapters if at > index]
        inside = bool(before and after and after[0] == before[-1] + 1)
        style = Style.SECTION if inside else Style.CHAPTER
        self._article = 0
        return self._push(style)
