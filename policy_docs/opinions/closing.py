"""What closes a text: lists of attachments, signature, date, notes, 抄送, noise of a web page; also before attachments that follow. Pure."""

from collections.abc import Sequence

from . import lines
from .head import is_title
from .labels import Style
from .paragraphs import Para
from .types import Block, BlockKind

_LISTED = 100  # signs of the name of an attachment


def outline_end(paras: Sequence[Para], start: int) -> int:
    """Index behind the last paragraph of the outline; what follows is signature, notes and noise."""
    end = len(paras)
    marked = False
    while end > start:
        para = paras[end - 1]
        if para.label is not None and para.label.style is Style.ARTICLE:
            break
        if lines.is_date(para.text) or lines.is_back(para.text) or lines.is_web(para.text) or lines.STAMP.match(para.text):
            marked = True
        elif not (marked and para.label is None and lines.is_signature(para.text)):
            break
        end -= 1
    return end


def tail_blocks(paras: Sequence[Para]) -> list[Block]:
    """Return the blocks of what stands behind the outline."""
    return [Block(BlockKind.LEFT_OUT if _is_noise(paras, at) else BlockKind.BACK, "", para.text) for at, para in enumerate(paras)]


def _is_noise(paras: Sequence[Para], at: int) -> bool:
    text = paras[at].text
    if lines.STAMP.match(text):
        return not at or not lines.is_signature(paras[at - 1].text)  # a date in figures signs only below an organ
    return lines.is_web(text) and not text.startswith("【来源")


def inner_closings(paras: Sequence[Para], start: int) -> tuple[set[int], set[int]]:
    """Return the indices of paragraphs inside the outline that close a text before its attachments, and of titles of what follows without a mark."""
    back: set[int] = set()
    titles: set[int] = set()
    told = start  # index behind the last run of dates and notes: its first date decides for them all
    for at in range(start, len(paras)):
        para = paras[at]
        if para.label is not None:
            continue
        if lines.ATTACHED_LIST.match(para.text) and len(para.text) <= _LISTED:
            end = _list_end(paras, at)
            if end == len(paras) or _closes(paras[end]):
                back.update(range(at, end))
        elif at >= told and lines.is_date(para.text):
            end = told = _notes_end(paras, at + 1)
            if end == len(paras) or lines.is_attachment(paras[end].text) or is_title(paras[end]):
                back.update(range(_signature_start(paras, at, start), end))
                if end < len(paras) and not lines.is_attachment(paras[end].text):
                    titles.add(end)
    return back, titles


def _list_end(paras: Sequence[Para], at: int) -> int:
    """Index behind the names of attachments listed from ``at`` on (附件：1.… 2.…)."""
    end = at + 1
    while end < len(paras):
        para = paras[end]
        if para.label is None or para.text.endswith("。") or len(para.text) > _LISTED or para.label.style not in (Style.ARABIC, Style.CHINESE):
            break
        end += 1
    return end


def _closes(para: Para) -> bool:
    text = para.text
    return para.label is None and (lines.is_signature(text) or lines.is_date(text) or lines.is_attachment(text) or lines.is_back(text))


def _notes_end(paras: Sequence[Para], at: int) -> int:
    while at < len(paras) and paras[at].label is None and (lines.OPEN_NOTE.match(paras[at].text) or _is_note(paras[at].text)):
        at += 1
    return at


def _is_note(text: str) -> bool:
    return (lines.is_back(text) and not lines.is_attachment(text)) or lines.is_date(text)


def _signature_start(paras: Sequence[Para], date: int, start: int) -> int:
    at = date
    while at > start and paras[at - 1].label is None and (lines.is_signature(paras[at - 1].text) or _is_note(paras[at - 1].text)):
        at -= 1
    return at
