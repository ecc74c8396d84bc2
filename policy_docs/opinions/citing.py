"""Citation forms: the path of a clause in words. Pure."""

import re
from collections.abc import Sequence

from .lines import is_addressees
from .types import BlockKind

_ARTICLE = re.compile(r"第[一二三四五六七八九十百千零〇\d]+条(?:之[一二三四五六七八九十]+)?$")
_HEAD = re.compile(r"第\s*[一二三四五六七八九十百千零〇\d]+\s*(?:编|章|节|分编)$")
_ANNEX = re.compile(r"附件\s*(?:\d+|[一二三四五六七八九十]+)?")
_RUN_IN = re.compile(r"[^。，；：！？\t|]{2,16}。(?=\S)")
_NUMBERED = re.compile(r"\s*(\d{1,4})[.．、]?\s*[\t|]")
_CHINESE = "零一二三四五六七八九十"


def path_words(path: Sequence[str], para: int, row: str = "") -> str:
    """Return where a clause stands: ("二、", "（三）") → 第二部分第（三）项; ("第二章", "第八条") para 2 → 第八条第二款. Of a row of a table (``row``: its
    words) the number that it bears in its first column, else which row it is.

    Chapters are left out before an article (articles are numbered through); "" for what stands outside the outline.
    """
    article = next((at for at, label in enumerate(path) if _ARTICLE.match(label)), None)
    labels = path[article:] if article is not None else path
    words = "".join(_one(label, outermost=at == 0) for at, label in enumerate(labels))
    if row and words:
        numbered = _NUMBERED.match(row)
        return words + (f"序号{numbered.group(1)}" if numbered else f"第{para}行")
    if para > 1 and words:
        words += f"第{_number(para)}款" if article is not None and len(labels) == 1 else f"第{_number(para)}段"
    return words


def _one(label: str, *, outermost: bool) -> str:
    plain = "".join(label.split())
    if _ARTICLE.match(plain) or _HEAD.match(plain):
        return plain
    match = re.fullmatch(r"([一二三四五六七八九十百]+)[、．.]", plain)
    if match:
        return f"第{match.group(1)}部分" if outermost else f"第{match.group(1)}项"
    match = re.fullmatch(r"[（(〔](.+?)[）)〕][、.．]?", plain)
    if match:
        return f"第（{match.group(1)}）项"
    match = re.fullmatch(r"(\d+)[.．、]", plain)
    if match:
        return f"第{match.group(1)}项"
    annex = _ANNEX.match(plain)
    if annex:
        return annex.group()
    return f"“{label}”" if len(plain) > 2 else plain


def _number(value: int) -> str:
    if value <= 10:
        return _CHINESE[value]
    tens, ones = divmod(value, 10)
    return (("" if tens == 1 else _CHINESE[tens]) + "十" + (_CHINESE[ones] if ones else "")) if value < 100 else str(value)


def cite(title: str, number: str, path: Sequence[str], para: int, row: str = "") -> str:
    """Return 《题名》（文号）第二部分第（三）项."""
    return f"《{title}》" + (f"（{number}）" if number else "") + path_words(path, para, row)


def run_in_head(text: str) -> int:
    """Return the length of the head that a clause begins with (加强组织领导。市委政法委……), 0 where it has none."""
    match = _RUN_IN.match(text)
    return match.end() if match else 0


def outline_words(kind: str, path: Sequence[str], para: int, text: str = "") -> str:
    """Return where any block stands, those outside the numbered outline included; its text tells the 主送 from the rest of a notice."""
    names = {BlockKind.PREAMBLE: "引言", BlockKind.NOTICE: "主送机关" if is_addressees(text.strip()) else "印发通知"}
    return path_words(path, para, text if kind == BlockKind.TABLE else "") or names.get(BlockKind(kind), "")


def without_heading(words: str) -> str:
    """Return the part of a path that fits a margin: an unnumbered heading, which gives its whole text, is left out."""
    rest = re.sub(r"^“[^”]*”(?=.)", "", words)
    return rest if len(rest) <= 20 else f"{rest[:18]}……"
