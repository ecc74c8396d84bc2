"""What stands before the outline: noise of a web page, red head, title, wrapping notice, table of contents, preamble. Pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from . import lines
from .labels import CENTURY, HEADS, Style
from .paragraphs import Para
from .types import Block, BlockKind

TITLE_LIMIT = 140
HEADING_LIMIT = 60
_SHORT_HEADING = 12  # characters: shorter than any title with its subject
_NUMBER_BEHIND = re.compile(rf"[（(]?[\u4e00-\u9fa5]{{1,12}}[〔\[［【(（]{CENTURY}\d{{2}}[〕\]］】)）]第?\d{{1,5}}号[）)]?$")
_TITLE_LINES = 5
_LONG_LINE = 10  # characters: the first line of a broken title that names no subject is at least as long
_SEARCHED = 120  # paragraphs in which titles may stand
_CONTENTS_WITHIN = 60


def ends_title(text: str) -> bool:
    """Whether a line ends as titles do (意 见: a title may be spaced out; its number may stand behind it)."""
    return len(text) < TITLE_LIMIT and bool(lines.TITLE.search(_NUMBER_BEHIND.sub("", "".join(text.split()).strip("*_"))))


def is_title(para: Para) -> bool:
    """Whether a paragraph may be a title."""
    text = para.text
    return (
        para.label is None and not para.is_finished and ends_title(text)
        and not (lines.is_note(text) or lines.is_table(text) or lines.is_web(text) or lines.is_number(text) or lines.meta(text) or lines.CONTENTS.match(text))
    )  # fmt: skip


def is_bare_heading(paras: Sequence[Para], index: int) -> bool:
    """A short line without number or end, behind a finished paragraph and before text."""
    para = paras[index]
    if para.label is not None or para.is_finished or len(para.text) > HEADING_LIMIT or lines.is_table(para.text) or lines.stands_alone(para.text):
        return False
    before, after = paras[index - 1], paras[index + 1] if index + 1 < len(paras) else None
    if lines.TITLE.search(para.text) and not (
        len(para.text) <= _SHORT_HEADING and any(len(other.text) > _SHORT_HEADING and is_title(other) for other in paras[:index])
    ):
        return False  # 总体安排 below the title is a heading, although titles end so too
    return before.is_finished and after is not None and (after.is_finished or after.label is not None)


def merge_titles(paras: Sequence[Para]) -> list[Para]:
    """Join the lines of a title that is broken over several; a notice names the title of the document that it wraps."""
    merged = _joined(paras, _title_reach)
    wrapper = next((para for para in merged[:_SEARCHED] if is_title(para) and lines.WRAPPER.search(para.text)), None)
    name = _wrapped_name(wrapper.text) if wrapper else ""
    return _joined(merged, lambda found, index: _name_reach(found, index, name)) if name else merged


def _joined(paras: Sequence[Para], reach_of: Callable[[Sequence[Para], int], int]) -> list[Para]:
    joined: list[Para] = []
    index = 0
    while index < len(paras):
        reach = reach_of(paras, index) if index < _SEARCHED else index
        text = paras[index] if reach == index else Para("".join(para.text for para in paras[index : reach + 1]), None, paras[index].blank)
        joined.append(text)
        index = reach + 1
    return joined


def _title_reach(paras: Sequence[Para], index: int) -> int:
    """Index of the last line of the title that begins at ``index``; ``index`` itself where nothing is to be joined."""
    first = paras[index]
    if not _may_be_line(first) or ends_title(first.text):
        return index
    named = "关于" in first.text or "《" in first.text or "印发" in first.text
    text = first.text
    for at in range(index + 1, min(index + _TITLE_LINES, len(paras))):
        para = paras[at]
        if not _may_be_line(para) or (not named and (len(first.text) < _LONG_LINE or para.blank or para.text.startswith("关于"))):
            return index
        text += para.text
        if ends_title(text):
            return at
    return index


def _name_reach(paras: Sequence[Para], index: int, name: str) -> int:
    text = ""
    for at in range(index, min(index + _TITLE_LINES, len(paras))):
        if not _may_be_line(paras[at]):
            return index
        text += _PLAIN.sub("", paras[at].text)
        if text == name:
            return at
        if not name.startswith(text):
            return index
    return index


def _may_be_line(para: Para) -> bool:
    """Whether a paragraph may be one line of a title."""
    text = para.text
    return not (
        para.label is not None or para.is_finished or len(text) > HEADING_LIMIT or lines.is_table(text) or lines.is_note(text)
        or lines.stands_alone(text) or lines.meta(text) is not None
    )  # fmt: skip


# the wrapping notice


@dataclass(frozen=True, slots=True)
class _Notice:
    """A notice that wraps a document: where its title stands, and index behind its end (equal where there is none)."""

    title: int = 0
    end: int = 0


def _notice(paras: Sequence[Para]) -> _Notice:
    title = next((at for at, para in enumerate(paras[:_SEARCHED]) if is_title(para) and lines.WRAPPER.search(para.text)), None)
    if title is None:
        return _Notice()
    inner = _inner_title(paras, title)
    if inner:
        return _Notice(title, inner)
    first = next((at for at in range(title + 1, len(paras)) if paras[at].label is not None), len(paras))
    date = next((at for at in range(title + 2, len(paras)) if lines.is_date(paras[at].text)), None)
    if date is None or not any(para.is_finished for para in paras[title + 1 : date]):
        return _Notice(title, title)
    end = date + 1
    while end < len(paras) and (lines.is_signature(paras[end].text) or lines.OPEN_NOTE.match(paras[end].text)):
        end += 1
    rest = paras[end:]
    if date < first and rest:
        return _Notice(title, end)
    follows = any(para.label is not None and para.label.is_first for para in rest) and len(rest) > date - first
    return _Notice(title, end if follows and not lines.is_attachment(rest[0].text) else title)


_PLAIN = re.compile(r"[\s\u3000《》〈〉<>“”\"（）()的、，,]")


def _wrapped_name(title: str) -> str:
    """The name of the document that a notice wraps, brackets and commas aside; "" where its title gives none."""
    words = "".join(title.split())
    found = re.search(r"[《<〈](.+)[》>〉]", words) or re.search(r"(?:印发|转发|批转)(.+)的(?:通知|函)$", words)
    name = _PLAIN.sub("", found.group(1)) if found else ""
    return name if len(name) >= 4 else ""


def _inner_title(paras: Sequence[Para], title: int) -> int:
    """Index of the title of the wrapped document, which the notice's own title names; 0 where it does not come again."""
    name = _wrapped_name(paras[title].text)
    if not name:
        return 0
    for at in range(title + 1, len(paras)):
        para = paras[at]
        plain = _PLAIN.sub("", para.text) if para.label is None and not para.is_finished and len(para.text) < TITLE_LIMIT else ""
        if len(plain) >= 4 and (
            plain == name or (plain.endswith(name) or name.endswith(plain)) and min(len(plain), len(name)) >= 0.6 * max(len(plain), len(name))
        ):
            return at if not lines.is_attachment(para.text) else 0
    return 0


# where the outline begins


def outline_start(paras: Sequence[Para]) -> int:
    """Index of the first paragraph of the outline: the first label behind a table of contents, or the first unnumbered heading."""
    notice = _notice(paras)
    skip = max(_contents_end(paras), notice.end if notice.end > notice.title else 0)
    first = next((index for index in range(skip, len(paras)) if _opens(paras, index)), None)
    if first is None:
        return _prose_start(paras, skip)
    label = paras[first].label
    title = next((index for index in range(skip, first) if is_title(paras[index])), skip)
    if (label is None or label.style >= Style.CHINESE) and not _only_list(paras, first):
        bare = label is None or label.style >= Style.CHINESE_BRACKET
        for index in range(title, first):
            if index and (index > title and _is_first_heading(paras, index) or bare and is_bare_heading(paras, index)):
                return index
    if label is not None and label.style == Style.ARTICLE and first and lines.FOREWORD.match(paras[first - 1].text):
        return first - 1
    return first


def _opens(paras: Sequence[Para], index: int) -> bool:
    para = paras[index]
    if para.label is None:
        if lines.BRACKET_HEAD.match(para.text):
            return True
        after = paras[index + 1].text if index + 1 < len(paras) else ""
        return lines.is_table(para.text) and lines.is_table(after) and not lines.meta(para.text) and not lines.meta(after)
    return para.label.style is Style.ARTICLE or para.label.style in HEADS or index == 0 or para.label.is_first or not lines.is_note(para.text)


def _only_list(paras: Sequence[Para], first: int) -> bool:
    return first > 0 and paras[first - 1].text.endswith(("：", ":"))


def _contents_end(paras: Sequence[Para]) -> int:
    """Index behind a table of contents (目录 …, until its first entry comes again), 0 where there is none."""
    for index, para in enumerate(paras[:_CONTENTS_WITHIN]):
        if lines.CONTENTS.match(para.text):
            entries = paras[index + 1 :]
            if not entries or entries[0].label is None:
                return index + 1
            entry = _entry(entries[0])
            again = next((at for at in range(index + 2, len(paras)) if paras[at].label is not None and _entry(paras[at]) == entry), None)
            return again if again is not None else index + 1
    return 0


def _entry(para: Para) -> str:
    """An entry of a table of contents without its dots and page."""
    return re.sub(r"[.…·．\s\u3000\d]+$", "", "".join(para.text.split())[:60])[:12]


def _prose_start(paras: Sequence[Para], skip: int) -> int:
    """Without any label: the text begins with the first sentence behind the title."""
    for index in range(skip, len(paras)):
        para = paras[index]
        text = para.text
        if not para.is_finished or lines.is_addressees(text) or lines.is_note(text) or lines.meta(text) or lines.is_web(text):
            continue
        if index and text.endswith(("：", ":")) and any(other.is_finished for other in paras[index + 1 :]):
            continue  # 现将有关问题解释如下：
        start = index
        while start > max(skip, 1) and (is_bare_heading(paras, start - 1) or _is_first_heading(paras, start - 1)):
            start -= 1
        return start
    rest = range(max(skip, 1), len(paras))
    return next((at for at in rest if not is_front(paras[at]) and not lines.is_addressees(paras[at].text)), len(paras))


def _is_first_heading(paras: Sequence[Para], index: int) -> bool:
    """基本案情 right below the title: a few signs with a sentence behind them."""
    para, after = paras[index], paras[index + 1] if index + 1 < len(paras) else None
    plain = para.label is None and re.fullmatch(r"[\u4e00-\u9fa5]{2,12}", para.text) and not lines.stands_alone(para.text) and not ends_title(para.text)
    return bool(plain) and index > 0 and after is not None and after.label is None and after.is_finished and not lines.is_addressees(after.text)


# its blocks


def head_blocks(paras: Sequence[Para], whole: Sequence[Para]) -> list[Block]:
    """Return the blocks of what stands before the outline; ``whole`` is the text that it is the beginning of."""
    if not paras:
        return []
    notice = _notice(whole)
    wrapped = notice.end if notice.end > notice.title and notice.end <= len(paras) else 0
    title = notice.title if wrapped else _title_index(paras)
    inner = _inner_or_above(paras, title, wrapped) if wrapped else title
    news = any(para.is_finished and not lines.is_note(para.text) for para in paras[: max(title, 0)])
    blocks = []
    matter = _front_matter_end(paras)
    value = ""  # what the portal's fact on the line before asks for
    for index, para in enumerate(paras):
        if index < matter:
            kind = BlockKind.LEFT_OUT
        elif index == inner:
            kind = BlockKind.TITLE
        else:
            kind = _kind(para, value, before_title=index < title, in_notice=title <= index < wrapped, news=news)
        fact = lines.meta(para.text)
        value = fact[0] if fact and not fact[1] else ""
        label = para.label.label if para.label and kind is BlockKind.NOTICE else ""
        blocks.append(Block(kind, label, para.body if label else para.text))
    return blocks


def _inner_or_above(paras: Sequence[Para], title: int, wrapped: int) -> int | None:
    """Index of the title of the wrapped document: behind the notice, else above it (a page may head the notice with it)."""
    below = next((at for at in range(wrapped, len(paras)) if is_title(paras[at])), None)
    name = _wrapped_name(paras[title].text)
    return below if below is not None else next((at for at in range(title) if name and _PLAIN.sub("", paras[at].text) == name), None)


def _kind(para: Para, value: str, *, before_title: bool, in_notice: bool, news: bool) -> BlockKind:
    text = para.text
    fact = lines.meta(text)
    if value or (fact and not in_notice):
        return BlockKind.FRONT if lines.is_kept_meta(value or (fact[0] if fact else "")) else BlockKind.LEFT_OUT
    if lines.is_number(text):
        return BlockKind.FRONT
    if in_notice:
        return BlockKind.NOTICE
    if is_front(para):
        return BlockKind.FRONT
    if before_title:
        return BlockKind.LEFT_OUT if news or lines.is_web(text) or lines.STAMP.match(text) else BlockKind.FRONT
    if lines.is_addressees(text):
        return BlockKind.NOTICE
    if lines.is_web(text) or lines.STAMP.match(text):
        return BlockKind.LEFT_OUT
    return BlockKind.PREAMBLE if para.is_finished or len(text) > HEADING_LIMIT else BlockKind.FRONT


def is_front(para: Para) -> bool:
    """Whether a paragraph belongs to the red head or stands below the title: number, mark, date, note, contents, organ."""
    text = para.text
    return (
        lines.is_number(text) or lines.is_mark(text) or lines.is_date(text) or lines.is_note(text) or bool(lines.CONTENTS.match(text))
        or lines.is_signature(text) or para.label is not None
    )  # fmt: skip


def _title_index(paras: Sequence[Para]) -> int:
    """Index of the title: the first line that ends like one, else the first short line that is neither organ, number, date nor noise; -1 for none."""
    found = next((index for index, para in enumerate(paras) if is_title(para)), None)
    if found is not None:
        return found
    return next((index for index, para in enumerate(paras) if _may_be_title(para)), -1)


def _may_be_title(para: Para) -> bool:
    text = para.text
    return not (is_front(para) or para.is_finished or len(text) > TITLE_LIMIT or lines.is_web(text) or lines.meta(text) or not re.search(r"\w", text))


def _front_matter_end(paras: Sequence[Para]) -> int:
    """Index behind the facts that Markdown files bear between two lines of dashes."""
    if paras[0].text != "---":
        return 0
    return next((at + 1 for at in range(1, min(len(paras), 40)) if paras[at].text == "---"), 0)
