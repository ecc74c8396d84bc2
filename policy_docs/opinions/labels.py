"""Labels: the numbering that a line begins with. Pure."""

import re
from dataclasses import dataclass
from enum import IntEnum

SPACE = "\\s\u3000\ufeff\u200b"
NUM = "一二三四五六七八九十百千零〇"
CENTURY = "(?:[1１][9９]|[2２][0０])"  # \\d takes wide digits (２０１８年), what is written out does not


class Style(IntEnum):
    """Styles of numbering, from the outermost in (编 章 节 条; 一、（一）1.（1）①). 款 has no number: it is a paragraph."""

    BOOK = 0
    SUBBOOK = 1
    PART = 2
    CHAPTER = 3
    SECTION = 4
    ARTICLE = 5
    CHINESE = 6  # 一、
    CHINESE_BRACKET = 7  # （一）
    ARABIC = 8  # 1.
    DECIMAL = 9  # 1.1
    DECIMAL_DEEP = 10  # 1.1.1
    ARABIC_BRACKET = 11  # （1）
    ARABIC_PAREN = 12  # 1）
    CIRCLED = 13  # ①
    LETTER = 14  # a)
    BRACKET_HEAD = 15  # 【…】: no label, but the level of one


HEADS = frozenset({Style.BOOK, Style.SUBBOOK, Style.PART, Style.CHAPTER, Style.SECTION})
_GAP = rf"[{SPACE}]{{0,3}}"
_LONGEST = 40  # a label must fit its column
_NTH = rf"(第{_GAP}[{NUM}\d]{{1,9}}{_GAP}"
_RUN_IN = rf"(?=[{SPACE}]|$|[^{SPACE}的规所中和与及或至、，。；：:）)][^{SPACE}，。；：:]{{1,23}}$)"  # 第六章法律责任 alone on its line

_LABELS: tuple[tuple[Style, re.Pattern[str]], ...] = (
    # what follows 第X条 must part it from the text: 第十条规定的 begins a sentence
    (
        Style.ARTICLE,
        re.compile(rf"(第{_GAP}[{NUM}\d]{{1,9}}(?:[{SPACE}]{{1,2}}[{NUM}]{{1,4}}){{0,6}}{_GAP}条(?:之[一二三四五六七八九十]{{1,4}})?)(?=[{SPACE}：:【（(]|$)"),
    ),
    (Style.SUBBOOK, re.compile(rf"{_NTH}分编){_RUN_IN}")),
    (Style.BOOK, re.compile(rf"{_NTH}编){_RUN_IN}")),
    (Style.CHAPTER, re.compile(rf"{_NTH}章){_RUN_IN}")),
    (Style.SECTION, re.compile(rf"{_NTH}节){_RUN_IN}")),
    (Style.PART, re.compile(rf"{_NTH}部分)(?=[{SPACE}：:、]|$)")),
    (Style.CHINESE, re.compile(rf"([{NUM}]{{1,4}}{_GAP}[、．.])")),
    (Style.CHINESE_BRACKET, re.compile(rf"([（(〔]{_GAP}[{NUM}]{{1,4}}{_GAP}[）)〕][、．.]?|[㈠-㈩])")),
    (Style.DECIMAL_DEEP, re.compile(rf"(\d{{1,2}}(?:[.．]\d{{1,2}}){{2,4}})(?=[{SPACE}])")),
    (Style.DECIMAL, re.compile(rf"(\d{{1,2}}[.．]\d{{1,2}})(?=[{SPACE}]+[^{SPACE}%％‰°亿万元米吨公平])")),
    (Style.ARABIC, re.compile(rf"([\d０-９]{{1,3}}{_GAP}\\?[.．、](?:(?![\d０-９])|(?={CENTURY}\d\d{_GAP}年))|[⒈-⒛])")),
    (Style.ARABIC_BRACKET, re.compile(r"([（(][\d０-９]{1,3}[）)][、.．]?|[⑴-⒇])")),
    (Style.ARABIC_PAREN, re.compile(r"([\d０-９]{1,2}[）)][、.．]?)")),
    (Style.CIRCLED, re.compile(r"([①-⑳])")),
    (Style.LETTER, re.compile(r"([a-zA-Z][）)]|[（(][a-zA-Z][）)])")),
)
_STARTS = re.compile(rf"[第（(〔①-⑳㈠-㈩⑴-⒇⒈-⒛\d０-９{NUM}]|[a-zA-Z][）)]")
_MARKS = re.compile(r"(?:[-*+•●·][ \u3000]{1,3})?(\*\*|__)?(?=[第（(〔①-⑳㈠-㈩⑴-⒇⒈-⒛\d０-９零〇一二三四五六七八九十百千])")
_FIRST = re.compile(rf"^[-*+•●·_第（(〔{SPACE}]*(?:(?:一|1|１|a|A)(?![十百\d０-９])|[①㈠⑴⒈])")
_CLOSE_ARTICLE = re.compile(rf"(第{_GAP}[{NUM}\d]{{1,9}}(?:[{SPACE}]{{1,2}}[{NUM}]{{1,4}}){{0,6}}{_GAP}条)(?![第的规和与及或至所之款项])(?=[\u4e00-\u9fa5“《])")
_STANDARD_HEAD = re.compile(rf"(\d{{1,2}})[{SPACE}]+(?=[\u4e00-\u9fa5])")


def gap_after(label: str) -> str:
    """Return what stands between label and words where the label is a word itself (第八条　……)."""
    return "\u3000" if label.startswith("第") else ""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label as written, its style, the rest of the line."""

    style: Style
    label: str
    rest: str

    @property
    def is_first(self) -> bool:
        """Whether a numbering begins here."""
        return bool(_FIRST.match(self.label))

    @property
    def number(self) -> int:
        """The number that the label bears, 0 for none."""
        return number_in(self.label)


def label_of(line: str) -> Labelled | None:
    """Return the label that a line begins with, or None. Marks of Markdown before it (- **一、**) are a part of the label: no sign is given up."""
    if not _STARTS.match(line):
        return _behind_marks(line)
    for style, pattern in _LABELS:
        found = pattern.match(line)
        if found and len(found.group(1)) <= _LONGEST:
            return Labelled(style, found.group(1), line[found.end() :].strip())
    return None


def _behind_marks(line: str) -> Labelled | None:
    marks = _MARKS.match(line)
    if marks is None or not marks.end():
        return None
    bold, body = marks.group(1) or "", line[marks.end() :]
    inner = label_of(body.replace(bold, "", 1) if bold else body)
    if inner is None or not body.startswith(inner.label):
        return None
    end = len(inner.label)
    if bold and body.startswith(bold, end):
        end += len(bold)
    label = line[: marks.end() + end]
    return Labelled(inner.style, label, body[end:].strip()) if len(label) <= _LONGEST else None


def article_without_gap(line: str) -> Labelled | None:
    """Return the label of 第一条为了…: only the sequence tells it from a sentence that begins with the name of an article."""
    found = _CLOSE_ARTICLE.match(line)
    return Labelled(Style.ARTICLE, found.group(1), line[found.end(1) :].strip()) if found else None


def standard_head(line: str) -> Labelled | None:
    """Return the label of «5 分级»: only a later «5.1 …» tells it from any line that begins with a number."""
    found = _STANDARD_HEAD.match(line)
    return Labelled(Style.ARABIC, found.group(1), line[found.end() :].strip()) if found else None


_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0}
_UNITS = {"十": 10, "百": 100, "千": 1000}


def number_in(text: str) -> int:
    """Return the first number of a text, in Chinese or Arabic numerals; 0 for none."""
    plain = "".join(text.split())
    found = re.search(rf"[{NUM}]+|[\d０-９]+", plain)
    if found is None:
        return 0
    written = found.group()
    if written[0] not in NUM:
        return int(written)
    total = digit = 0
    for sign in written:
        if sign in _UNITS:
            total += (digit or 1) * _UNITS[sign]
            digit = 0
        else:
            digit = _DIGITS[sign]
    return total + digit
