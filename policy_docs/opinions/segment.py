"""A text → its blocks. Pure, and lossless: label and text of all blocks in order are the source, white space aside.

Paragraphs are made of lines first (a page break inside a sentence joins two lines); then what stands before the outline is read as
front, notice, title and preamble, what follows as headings and clauses, and the end as signature, notes and page noise.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from . import lines
from .lines import Labelled, Style, label_of
from .outline import place
from .types import Block, BlockKind

_EDGE = " \t\r\n\f\v\u3000\ufeff\u200b\xa0"
_TITLE_LIMIT = 140
_HEADING_LIMIT = 60
_SHORT_HEADING = 12  # characters: shorter than any title with its subject


@dataclass(slots=True)
class _Para:
    """A paragraph: its words, its label, whether a blank line stood before it."""

    text: str
    label: Labelled | None
    blank: bool

    @property
    def body(self) -> str:
        return self.label.rest if self.label else self.text

    @property
    def is_finished(self) -> bool:
        return lines.is_finished(self.text)


def segment(text: str) -> list[Block]:
    """Return the placed blocks of a plain text. Never raises; any text gives blocks that hold all of it."""
    paras = _paragraphs(text)
    if not paras:
        return []
    start = _outline_start(paras)
    end = _outline_end(paras, start)
    blocks = [*_head(paras[:start], headless=start == 0), *_Outline(paras[start:end]).blocks(), *_tail(paras[end:])]
    return place(blocks)


# lines → paragraphs


def _paragraphs(text: str) -> list[_Para]:
    paras: list[_Para] = []
    blank = False
    for raw in text.splitlines():
        line = raw.strip(_EDGE)
        if not "".join(line.split()):
            blank = True
            continue
        label = label_of(line)
        indented = raw.startswith(("\u3000", "    "))  # an indented line begins a paragraph
        if paras and label is None and not indented and _goes_on(paras[-1], line):
            paras[-1] = _joined(paras[-1], line)
        else:
            paras.append(_Para(line, label, blank))
        blank = False
    return paras


def _joined(para: _Para, line: str) -> _Para:
    text = para.text + line
    label = para.label
    if label is not None:
        label = Labelled(label.style, label.label, label.rest + line)
    return _Para(text, label, para.blank)


def _goes_on(para: _Para, line: str) -> bool:
    """Whether a line without a label continues the paragraph that a page or line end has cut."""
    before = para.text
    if para.is_finished or "\t" in line or "\t" in before or line.startswith("|") or before.startswith("|"):
        return False
    if _stands_alone(line) or _stands_alone(before):
        return False
    if lines.GOES_ON.match(line):
        return True
    if para.label is not None and para.label.style in lines.HEADS:
        return False
    if before.count("《") > before.count("》") or before.count("（") > before.count("）"):
        return len(before) < 400
    return lines.is_sentence(para.body) if para.body else False


def _stands_alone(line: str) -> bool:
    return bool(
        lines.DATE.match(line) or lines.NUMBER.match(line) or lines.MARK.match(line) or lines.WEB.search(line[:80])
        or lines.CONTENTS.match(line) or lines.BACK.search(line[:40]) or (len(line) < 70 and lines.ATTACHMENT.match(line))
        or _is_signature(line)
    )  # fmt: skip


def _is_signature(line: str) -> bool:
    return len(line) <= 40 and bool(lines.ORGAN.match(line)) and "、" not in line


# where the outline begins and ends


def _outline_start(paras: Sequence[_Para]) -> int:
    """Index of the first paragraph of the outline: the first label behind a table of contents, or the first unnumbered heading."""
    skip = _contents_end(paras)
    first = next((index for index in range(skip, len(paras)) if _opens(paras, index)), None)
    if first is None:
        return _prose_start(paras)
    label = paras[first].label
    if label is not None and label.style >= Style.CHINESE_BRACKET and not _only_list(paras, first):
        for index in range(skip, first):
            if index and _is_bare_heading(paras, index):
                return index
    if label is not None and label.style == Style.ARTICLE and first and lines.FOREWORD.match(paras[first - 1].text):
        return first - 1
    return first


def _opens(paras: Sequence[_Para], index: int) -> bool:
    """A label opens the outline unless it numbers the orders of a wrapping notice (a signature date and a new beginning follow)."""
    label = paras[index].label
    if label is None:
        return False
    if label.style is Style.ARTICLE or label.style in lines.HEADS:
        return True
    if index == 0 or not label.is_first:
        return True
    return not _belongs_to_notice(paras, index)


def _belongs_to_notice(paras: Sequence[_Para], index: int) -> bool:
    if not any(lines.WRAPPER.search(para.text) and len(para.text) < _TITLE_LIMIT for para in paras[:index]):
        return False
    if any(lines.DATE.match(para.text) for para in paras[2:index]):
        return False
    date = next((at for at in range(index, len(paras)) if lines.DATE.match(paras[at].text)), None)
    if date is None:
        return False
    rest = paras[date + 1 :]
    return any(para.label is not None and para.label.is_first for para in rest) and len(rest) > date - index


def _only_list(paras: Sequence[_Para], first: int) -> bool:
    return first > 0 and paras[first - 1].text.endswith(("：", ":"))


def _contents_end(paras: Sequence[_Para]) -> int:
    """Index behind a table of contents (目录 …, until its first entry comes again), 0 where there is none."""
    for index, para in enumerate(paras[:40]):
        if lines.CONTENTS.match(para.text):
            entries = paras[index + 1 :]
            if not entries or entries[0].label is None:
                return index + 1
            entry = entries[0]
            assert entry.label is not None
            again = next((at for at in range(index + 2, len(paras)) if _same_label(paras[at], entry)), None)
            return again if again is not None else index + 1
    return 0


def _same_label(para: _Para, entry: _Para) -> bool:
    return para.label is not None and entry.label is not None and "".join(para.text.split())[:12] == "".join(entry.text.split())[:12]


def _prose_start(paras: Sequence[_Para]) -> int:
    """Without any label: the text begins with the first sentence behind the title."""
    for index, para in enumerate(paras):
        if index and para.is_finished and not lines.ADDRESSEES.match(para.text) and not lines.NOTE.match(para.text):
            return index - 1 if index > 1 and _is_bare_heading(paras, index - 1) else index
    return len(paras) if len(paras) == 1 else 1


def _is_bare_heading(paras: Sequence[_Para], index: int) -> bool:
    """A short line without number or end, behind a finished paragraph and before text."""
    para = paras[index]
    if para.label is not None or para.is_finished or len(para.text) > _HEADING_LIMIT or "\t" in para.text or _stands_alone(para.text):
        return False
    before, after = paras[index - 1], paras[index + 1] if index + 1 < len(paras) else None
    if lines.TITLE.search(para.text) and not (len(para.text) <= _SHORT_HEADING and any(_is_title(other) for other in paras[:index])):
        return False  # 总体安排 below the title is a heading, although titles end so too
    return before.is_finished and after is not None and (after.is_finished or after.label is not None)


def _is_title(para: _Para) -> bool:
    return para.label is None and not para.is_finished and len(para.text) > _SHORT_HEADING and bool(lines.TITLE.search(para.text))


def _outline_end(paras: Sequence[_Para], start: int) -> int:
    """Index behind the last paragraph of the outline; what follows is signature, notes and noise."""
    end = len(paras)
    marked = False
    while end > start:
        para = paras[end - 1]
        if para.label is not None and para.label.style is Style.ARTICLE:
            break
        if lines.DATE.match(para.text) or lines.BACK.search(para.text[:60]) or lines.WEB.search(para.text[:80]):
            marked = True
        elif not (marked and para.label is None and _is_signature(para.text)):
            break
        end -= 1
    return end


# before the outline


def _head(paras: Sequence[_Para], *, headless: bool) -> list[Block]:
    if headless or not paras:
        return []
    merged = _merge_titles(paras)
    title = _title_index(merged)
    wrapped = _notice_end(merged, title)
    blocks = []
    for index, para in enumerate(merged):
        if index < title:
            kind = BlockKind.FRONT if _is_front(para) else BlockKind.LEFT_OUT
        elif index < wrapped:
            kind = BlockKind.NOTICE
        else:
            kind = _head_kind(para, is_title=(index == title) or (wrapped > title and bool(lines.TITLE.search(para.text)) and len(para.text) < _TITLE_LIMIT))
        label = para.label.label if para.label and kind is BlockKind.NOTICE else ""
        blocks.append(Block(kind, label, para.body if label else para.text))
    return blocks


def _merge_titles(paras: Sequence[_Para]) -> list[_Para]:
    """Join the lines of a title that is broken over several (first line unfinished, no blank line between, the last one ends like a title)."""
    merged: list[_Para] = []
    index = 0
    while index < len(paras):
        para = paras[index]
        text, reach = para.text, index
        for at in range(index + 1, min(index + 4, len(paras))):
            if paras[at].blank or paras[at].label or _stands_alone(paras[at].text) or paras[at].is_finished or not _title_like(para) or _ends_title(text):
                break
            text, reach = text + paras[at].text, at
        if reach > index and _ends_title(text):
            merged.append(_Para(text, None, para.blank))
            index = reach + 1
        else:
            merged.append(para)
            index += 1
    return merged


def _ends_title(text: str) -> bool:
    return bool(lines.TITLE.search("".join(text.split())))  # 意 见: a title may be spaced out


def _title_like(para: _Para) -> bool:
    return para.label is None and not para.is_finished and not _stands_alone(para.text) and ("关于" in para.text or "《" in para.text)


def _title_index(paras: Sequence[_Para]) -> int:
    """Index of the title: the first line that ends like one, else the first that is neither organ, number, date nor note."""
    for index, para in enumerate(paras):
        if para.label is None and not para.is_finished and len(para.text) < _TITLE_LIMIT and _ends_title(para.text) and not lines.NOTE.match(para.text):
            return index
    return next((index for index, para in enumerate(paras) if not _is_front(para)), 0)


def _is_front(para: _Para) -> bool:
    text = para.text
    patterns = (lines.NUMBER, lines.MARK, lines.DATE, lines.NOTE, lines.CONTENTS)
    return any(pattern.match(text) for pattern in patterns) or _is_signature(text) or para.label is not None


def _notice_end(paras: Sequence[_Para], title: int) -> int:
    """Index behind the wrapping notice (its date, or the organ below it); ``title`` where there is none."""
    if title >= len(paras) or not lines.WRAPPER.search(paras[title].text):
        return title
    dates = [index for index in range(title + 2, len(paras)) if lines.DATE.match(paras[index].text)]
    if not dates:
        return title
    end = dates[0] + 1
    if end < len(paras) and _is_signature(paras[end].text):
        end += 1
    return end


def _head_kind(para: _Para, *, is_title: bool) -> BlockKind:
    if is_title:
        return BlockKind.TITLE
    if _is_front(para):
        return BlockKind.FRONT
    if lines.ADDRESSEES.match(para.text) and re.search(r"[各省市县、：]", para.text) and len(para.text) < 200 and ("，" not in para.text or "各" in para.text):
        return BlockKind.NOTICE
    if lines.WEB.search(para.text[:80]):
        return BlockKind.LEFT_OUT
    return BlockKind.PREAMBLE if para.is_finished or len(para.text) > _HEADING_LIMIT else BlockKind.FRONT


# the outline


class _Outline:
    """Headings and clauses with their levels: a stack of numbering styles, outermost first."""

    def __init__(self, paras: Sequence[_Para]) -> None:
        self._paras = paras
        self._stack: list[float] = []  # ranks of the styles that are open
        self._article = 0  # level of the open article, 0 for none
        self._chinese_above_articles = self._finds_chinese_above_articles()
        self._bare = self._top_style() >= Style.CHINESE_BRACKET

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

    def _rank(self, style: Style) -> float:
        return Style.ARTICLE - 0.5 if style is Style.CHINESE and self._chinese_above_articles else float(style)

    def _push(self, rank: float) -> int:
        while self._stack and self._stack[-1] > rank:
            self._stack.pop()
        if not self._stack or self._stack[-1] < rank:
            self._stack.append(rank)
        return len(self._stack)

    def _block(self, index: int, para: _Para) -> Block:
        if para.label is not None:
            return self._labelled(index, para, para.label)
        text = para.text
        if len(text) < 70 and lines.ATTACHMENT.match(text) and not para.text.endswith("。"):
            self._stack, self._article = [-1.0], 0
            return Block(BlockKind.ATTACHMENT, "", text, 1)
        if "\t" in text or text.startswith("|"):
            return Block(BlockKind.TABLE, "", text, len(self._stack))
        if self._is_heading(index, para):
            return Block(BlockKind.HEADING, "", text, self._heading_level(index))
        level = self._article or len(self._stack)
        return Block(BlockKind.CLAUSE, "", text, level)

    def _labelled(self, index: int, para: _Para, label: Labelled) -> Block:
        level = self._push(self._rank(label.style))
        if label.style is Style.ARTICLE:
            self._article = level
        elif level <= self._article:
            self._article = 0
        is_head = label.style in lines.HEADS or (label.style is not Style.ARTICLE and self._heads(index, para))
        return Block(BlockKind.HEADING if is_head else BlockKind.CLAUSE, label.label, label.rest, level)

    def _heads(self, index: int, para: _Para) -> bool:
        """A numbered line is a heading if it has no end, is short, and text or a deeper numbering follows."""
        if para.is_finished or len(para.body) > _HEADING_LIMIT or not para.body or "\t" in para.text:
            return False
        after = self._after(index)
        if after is None:
            return False
        if after.label is not None:
            return para.label is not None and self._rank(after.label.style) > self._rank(para.label.style)
        return not _stands_alone(after.text)

    def _after(self, index: int) -> _Para | None:
        return self._paras[index + 1] if index + 1 < len(self._paras) else None

    def _is_heading(self, index: int, para: _Para) -> bool:
        if lines.FOREWORD.match(para.text):
            return True
        if not self._bare or para.is_finished or len(para.text) > _HEADING_LIMIT or _stands_alone(para.text):
            return False
        after = self._after(index)
        before = self._paras[index - 1] if index else None
        return after is not None and (before is None or before.is_finished) and (after.is_finished or bool(after.label and after.label.is_first))

    def _heading_level(self, index: int) -> int:
        """An unnumbered heading stands above the numbering that begins behind it."""
        self._stack, self._article = [0.5], 0
        return 1


# behind the outline


def _tail(paras: Sequence[_Para]) -> list[Block]:
    return [
        Block(BlockKind.LEFT_OUT if lines.WEB.search(para.text[:80]) and not para.text.startswith("【来源") else BlockKind.BACK, "", para.text)
        for para in paras
    ]
