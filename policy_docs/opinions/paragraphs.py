"""The lines of a text → its paragraphs: a page or line end inside a sentence joins two lines. Pure; only white space is given up."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from . import lines
from .labels import HEADS, Labelled, Style, article_without_gap, label_of, standard_head

_EDGE = " \t\r\n\f\v\u3000\ufeff\u200b\xa0"
_WRAPPED_HEAD = 12  # signs of a chapter's name, from which on it may be broken over two lines
_OPEN_LIMIT = 400  # signs: a bracket left open so long ago is a slip


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph: its words, its label, whether a blank line stood before it."""

    text: str
    label: Labelled | None
    blank: bool

    @property
    def body(self) -> str:
        """The words without the label."""
        return self.label.rest if self.label else self.text

    @property
    def is_finished(self) -> bool:
        """Whether it ends where a sentence or a list item may end."""
        return lines.is_finished(self.text)


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    label: Labelled | None
    blank: bool
    indented: bool


def paragraphs(text: str) -> list[Para]:
    """Return the paragraphs of a text, labels read."""
    found = _lines(text)
    made: list[_Open] = []
    at_head = True  # no sentence and no label yet: what stands there is titles
    for at, line in enumerate(found):
        after = found[at + 1] if at + 1 < len(found) else None
        if made and line.label is None and _continues(made[-1], line, after, at_head=at_head):
            made[-1].add(line.text)
        else:
            at_head = at_head and (not made or (made[-1].label is None and not lines.is_finished(made[-1].end)))
            made.append(_Open(line))
    paras = [item.closed() for item in made]
    return _with_heads_of_standards(_with_close_articles(paras))


class _Open:
    """A paragraph being put together; the words are joined once, so that a text of a million short lines costs no more than it must."""

    def __init__(self, line: _Line) -> None:
        self._line = line
        self._parts = [line.text]
        self.label = line.label
        self.length = len(line.text)
        self.end = line.text  # the last words, enough to see how it ends
        self.open = _opens(line.text)

    def add(self, words: str) -> None:
        self._parts.append(words)
        self.length += len(words)
        self.end = (self.end[-100:] + words) if len(words) < 100 else words
        self.open += _opens(words)

    @property
    def body(self) -> str:
        """The words without the label, as far as they are needed to tell a sentence from a heading."""
        text = "".join(self._parts[:4])
        return text[len(text) - len(self.label.rest) :] if self.label and len(self._parts) == 1 else text

    def closed(self) -> Para:
        text = "".join(self._parts)
        label = self.label
        if label is not None:
            label = replace(label, rest=label.rest + "".join(self._parts[1:]))
        return Para(text, label, self._line.blank)


def _opens(words: str) -> int:
    """How many brackets are left open (《 and （ alike)."""
    return max(0, words.count("《") - words.count("》")) + max(0, words.count("（") - words.count("）") - words.count(")"))


def _lines(text: str) -> list[_Line]:
    found = []
    blank = False
    for raw in text.splitlines():
        line = raw.strip(_EDGE)
        if not line or line.isspace():
            blank = True
            continue
        found.append(_Line(line, label_of(line), blank, raw.startswith(("\u3000", "    "))))  # an indented line begins a paragraph
        blank = False
    return found


def _continues(para: _Open, line: _Line, after: _Line | None, *, at_head: bool) -> bool:
    if para.label is not None and para.label.style in HEADS:
        return _wraps_head(para, line.text, after)
    if line.indented:
        return False
    if at_head and para.length <= len(para.end) and _is_head_line(para.end) and not lines.GOES_ON.match(line.text):
        return False
    return _goes_on(para, line.text)


def _is_head_line(text: str) -> bool:
    """Whether a line at the head of a text is complete as it is, although its words might be those of a sentence (…应诉…的规定)."""
    return len(text) < 140 and bool(lines.TITLE.search(text)) and not text.startswith(("为", "根据"))


def _goes_on(para: _Open, line: str) -> bool:
    """Whether a line without a label continues the paragraph that a page or line end has cut."""
    if lines.is_finished(para.end) or "\t" in line or "\t" in para.end or line.startswith("|") or para.end.startswith("|"):
        return False
    whole = para.length <= len(para.end)
    if lines.stands_alone(line) or article_without_gap(line) or (whole and not para.open and lines.stands_alone(para.end)):
        return False
    if lines.GOES_ON.match(line) or (para.end[-1:].isdigit() and line[:1] in "年月日号"):
        return True
    if para.open > 0:
        return para.length < _OPEN_LIMIT
    if para.label is not None and para.label.style > Style.ARTICLE and line.endswith(("；", ";")) and len(line) < 200:
        return True  # an item of a list, cut before its end
    return lines.is_sentence(para.body) if para.body else False


def _wraps_head(para: _Open, line: str, after: _Line | None) -> bool:
    """The name of a chapter over two lines: the second is short and numbering follows."""
    if lines.GOES_ON.match(line) and not lines.is_finished(para.end):
        return True
    long = len(para.body) >= _WRAPPED_HEAD and len(line) <= 40 and not lines.is_finished(line) and not lines.stands_alone(line)
    return long and after is not None and after.label is not None and "，" not in line


def _with_close_articles(paras: Sequence[Para]) -> list[Para]:
    """第三条为了…, without a gap behind the label: an article where it continues the sequence and the paragraph before is finished."""
    found = [(at, label) for at, para in enumerate(paras) if para.label is None and (label := article_without_gap(para.text))]
    if not found:
        return list(paras)
    close = dict(found)
    begins = {at for (at, label), (_next, following) in zip(found, found[1:], strict=False) if (label.number, following.number) == (1, 2)}
    last, made = 0, []
    for at, para in enumerate(paras):
        label = close.get(at)
        if para.label is not None and para.label.style is Style.ARTICLE:
            last = para.label.number
        elif label is not None and (at in begins or (last and label.number == last + 1 and _ends(paras[at - 1]))):
            para, last = replace(para, label=label), label.number
        made.append(para)
    return made


def _ends(para: Para) -> bool:
    return para.is_finished or para.label is not None


def _with_heads_of_standards(paras: list[Para]) -> list[Para]:
    """«5 分级» above «5.1 …» is a heading with a label; elsewhere a line may begin with a number by chance."""
    below = {para.label.number for para in paras if para.label is not None and para.label.style in (Style.DECIMAL, Style.DECIMAL_DEEP)}
    if not below:
        return paras
    made = []
    for para in paras:
        label = standard_head(para.text) if para.label is None and not para.is_finished else None
        made.append(replace(para, label=label) if label is not None and label.number in below else para)
    return made
