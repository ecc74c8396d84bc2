"""The text of an opinion as a page shows it: lines in the order of the document, parts one inside the other, the outline beside them."""

from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from policy_docs.opinions.citing import run_in_head, without_heading
from policy_docs.opinions.labels import gap_after
from policy_docs.opinions.texts import Text
from policy_docs.opinions.types import BlockKind

from .finding import Needle
from .marks import Mark
from .quotes import Link, Quote, annotated, annotated_cells, quotes_of

_SHOWN = 6  # duties beside a clause; more of them are folded
_ENTRIES = 160  # of an outline that lists clauses too; a longer one keeps to the headings
_HEAD_WORDS = 14  # characters that stand for a clause without a head of its own
_LONG = 45  # lines from which on what is far from the screen is not laid out: a phone takes long for them
_SIZES = (40, 80, 140, 220, 340)  # signs of a clause, by which its height is told before it is laid out
_LEAF = 99  # a level below all
_NONE = SafeString()
_HEADS = frozenset({BlockKind.HEADING.value, BlockKind.ATTACHMENT.value})
_SHAPES = {
    BlockKind.TABLE.value: "row",
    BlockKind.FRONT.value: "front",
    BlockKind.BACK.value: "sign",
    BlockKind.TITLE.value: "front",
    BlockKind.NOTICE.value: "clause",
}


@dataclass(slots=True)
class Line:
    """One block. ``shape``: part (a heading that opens a part), clause, row (of a table), front, sign. ``place`` names it in citations,
    ``short`` in the margin. ``duties`` and ``more`` are list items, the second ones folded. ``closes`` holds the ends of the parts that end before it; ``opens`` and ``ends`` say that a run of its shape begins or ends, ``run`` at its
    beginning how long it is. ``size`` is a class of length, ``beside`` how many duties are shown beside it. ``hits`` counts the words looked for, the label's too (``label_hit``)."""

    shape: str
    key: str
    label: str
    html: SafeString
    place: str = ""
    short: str = ""
    level: int = 0
    duties: SafeString = _NONE
    more: SafeString = _NONE
    more_words: str = ""
    topics: SafeString = _NONE
    sums: str = ""
    mine: bool = False
    cells: list[SafeString] = field(default_factory=list)
    closes: SafeString = _NONE
    opens: bool = False
    run: int = 0
    ends: bool = False
    has_duties: bool = False
    hits: int = 0
    label_hit: bool = False
    size: int = 0
    beside: int = 0

    @property
    def gap(self) -> str:
        """What stands between label and words where the label is a word itself (第八条　……)."""
        return gap_after(self.label)

    @property
    def tag(self) -> str:
        """The element of a heading."""
        return f"h{min(max(self.level, 1) + 1, 5)}"  # 0: an editor has left it open; the title alone is h1


@dataclass(slots=True)
class Entry:
    """A line of the outline."""

    key: str
    words: str
    mine: bool
    below: list["Entry"] = field(default_factory=list)


@dataclass(slots=True)
class Layout:
    """A whole text. ``tail`` ends the parts that are open at its end; ``badges`` and ``mine`` count duties."""

    lines: list[Line]
    outline: list[Entry]
    left_out: list[str]
    tail: SafeString
    parts: int
    clauses: int
    marks: list[Mark]

    def sums(self, *, mine: bool = False) -> list[tuple[str, str, int]]:
        """Return (class, role, number) of the duties that name a unit, strongest first."""
        found = Counter((mark.css, mark.words) for mark in self.marks if not mark.is_group and (mark.mine or not mine))
        order = list(dict.fromkeys((mark.css, mark.words) for mark in sorted(self.marks, key=lambda mark: ("lead", "resp", "coop").index(mark.css))))
        return [(css, words, found[css, words]) for css, words in order if found[css, words]]

    @property
    def is_long(self) -> bool:
        """Whether a phone would take long to lay out all of it."""
        return len(self.lines) > _LONG

    @property
    def found(self) -> list[Line]:
        """The lines that hold the words looked for."""
        return [line for line in self.lines if line.hits]

    @property
    def hits(self) -> int:
        """How often the words stand in the text."""
        return sum(line.hits for line in self.lines)

    @property
    def hits_in_front(self) -> bool:
        """Whether the folded lines before the text hold the words looked for."""
        return any(line.hits for line in self.lines if line.shape == "front")

    @property
    def mine(self) -> int:
        """Number of duties that bind the reader's unit."""
        return sum(mark.mine for mark in self.marks)

    @property
    def named(self) -> int:
        """Number of duties that name a unit."""
        return sum(not mark.is_group for mark in self.marks)

    @property
    def shared(self) -> int:
        """Number of duties laid on a group."""
        return len(self.marks) - self.named


def lay_out(
    rows: Sequence[Text], marks: Mapping[int, list[Mark]], links: Mapping[int, list[Link]], *, title: str, own_words: str, needle: Needle | None = None
) -> Layout:
    """Return the layout of the rows of one version; ``own_words``: how the unit is called whose duties are ``mine``; ``needle``: words looked for."""
    shown = [row for row in rows if row.kind != BlockKind.LEFT_OUT.value and not (row.kind == BlockKind.TITLE.value and _same(row.text, title))]
    lines = [_line(row, marks.get(row.clause, ()), links.get(row.clause, ()), own_words, needle) for row in shown]
    tail = _close_parts(lines)
    _join_runs(lines)
    return Layout(
        lines=lines,
        outline=_outline(shown, lines),
        left_out=[row.text for row in rows if row.kind == BlockKind.LEFT_OUT.value],
        tail=tail,
        parts=sum(row.kind == BlockKind.HEADING.value and row.level <= 1 for row in shown),
        clauses=sum(row.kind == BlockKind.CLAUSE.value and bool(row.label) for row in shown),
        marks=[mark for row in shown for mark in marks.get(row.clause, ())],
    )


def _same(text: str, title: str) -> bool:
    return "".join(text.split()) == "".join(title.split())


def _line(row: Text, marks: Sequence[Mark], links: Sequence[Link], own_words: str, needle: Needle | None) -> Line:
    spans = [(proof.start, proof.end, mark.mine) for mark in marks for proof in mark.proofs if row.text[proof.start : proof.end] == proof.quote]
    quotes = quotes_of(spans, row.key) if spans else []
    place = row.place
    line = Line("part" if row.kind in _HEADS else _SHAPES.get(row.kind, "clause"), row.key, row.label, SafeString(), place, without_heading(place), row.level)
    hits = needle.hits(row.text) if needle else []
    line.size, line.beside = bisect(_SIZES, len(row.text)), min(len(marks), _SHOWN)
    line.label_hit = needle is not None and needle.in_label(row.label)
    line.hits = len(hits) + line.label_hit
    if line.shape == "row":
        line.cells = annotated_cells(row.text, quotes, links, hits=hits)
    else:
        head = run_in_head(row.text) if row.label and line.shape == "clause" else 0
        line.html = annotated(row.text, quotes, links, head=head, hits=hits)
    if marks:
        _set_badges(line, marks, quotes, own_words)
    return line


def _set_badges(line: Line, marks: Sequence[Mark], quotes: Sequence[Quote], own_words: str) -> None:
    line.mine = any(mark.mine for mark in marks)
    shown, folded = list(marks), []
    if len(marks) > _SHOWN:  # the reader's own unit is never folded away
        order = sorted(range(len(marks)), key=lambda at: not marks[at].mine)
        kept = frozenset(order[: max(_SHOWN - 1, sum(mark.mine for mark in marks))])
        shown = [mark for at, mark in enumerate(marks) if at in kept]
        folded = [mark for at, mark in enumerate(marks) if at not in kept]
        line.more_words = _("其他 %d 个单位") % len(folded)
    line.duties = mark_safe("".join(_item(mark, _number(mark, quotes), own_words) for mark in shown))  # noqa: S308 - _item escapes
    line.more = mark_safe("".join(_item(mark, _number(mark, quotes), own_words) for mark in folded))  # noqa: S308 - _item escapes
    counts = Counter(mark.words for mark in marks)
    line.sums = "，".join(f"{role} {number}" for role, number in counts.items()) + (f"（{_('含')}{own_words}）" if line.mine else "")


def _item(mark: Mark, number: int, own_words: str) -> str:
    """A duty as a list item. Made here and not by a template: a law has thousands of them."""
    lights = f' data-q="{number}"' if number else ""
    name = f'<a class="dref{" me" if mark.mine else ""}"{lights} href="{escape(mark.href)}">{escape(mark.name)}</a>'
    own = f'<span class="own">{escape(own_words)}</span>' if mark.mine else ""
    note = f"<small>{escape(mark.note)}</small>" if mark.note else ""
    tag = f' <span class="tag tag--warn">{escape(mark.tag)}</span>' if mark.tag else ""
    told = f"<span>{name}{own}{tag}{note}</span>" if own or tag or note else name
    return f'<li><span class="dot dot--{mark.css}">{escape(mark.words)}</span>{told}</li>'


def _number(mark: Mark, quotes: Sequence[Quote]) -> int:
    """The number of the quote that a duty lights, 0 for none."""
    start = mark.proofs[0].start if mark.proofs else -1
    return next((quote.number for quote in quotes if quote.start <= start < quote.end), 0)


def _close_parts(lines: Iterable[Line]) -> SafeString:
    """Nest the parts: a heading ends those of its own level and below; what follows the outline ends all."""
    open_levels: list[int] = []
    for line in lines:
        level = {"part": line.level, "sign": 0, "front": 0}.get(line.shape, _LEAF)
        ended = [other for other in open_levels if other >= level]
        if ended:
            line.closes = mark_safe("</section>" * len(ended))  # noqa: S308 - no text
            del open_levels[-len(ended) :]
        if line.shape == "part":
            open_levels.append(line.level)
    return mark_safe("</section>" * len(open_levels))  # noqa: S308 - no text


def _join_runs(lines: Sequence[Line]) -> None:
    """Tell where tables, front matter and signatures begin and end; the first row of a table is its head."""
    start = 0
    for number, line in enumerate(lines):
        line.opens = number == 0 or lines[number - 1].shape != line.shape or bool(line.closes)
        if line.opens:
            start = number
        line.ends = number + 1 == len(lines) or lines[number + 1].shape != line.shape or bool(lines[number + 1].closes)
        if line.ends:
            lines[start].run = number + 1 - start
        if line.shape == "row" and line.ends:
            table = lines[start : number + 1]
            has_duties = any(row.duties for row in table)
            for row in table:
                row.has_duties = has_duties


def _outline(rows: Sequence[Text], lines: Sequence[Line]) -> list[Entry]:
    with_clauses = sum(_is_entry(row) for row in rows) <= _ENTRIES
    top: list[Entry] = []
    stack: list[tuple[int, Entry]] = []
    for row, line in zip(rows, lines, strict=True):
        is_entry = _is_entry(row) if with_clauses else row.kind in _HEADS
        while stack and (stack[-1][0] >= row.level if is_entry or row.label else stack[-1][0] > row.level):
            stack.pop()
        if is_entry or (row.kind == BlockKind.PREAMBLE.value and not top):
            entry = Entry(line.key, _entry_words(row), mine=False)
            (stack[-1][1].below if stack else top).append(entry)
            stack.append((row.level if is_entry else _LEAF, entry))
        if line.mine:
            for _level, entry in stack:
                entry.mine = True
    return top


def _is_entry(row: Text) -> bool:
    """Headings, and the numbered clauses right below them (articles run through chapters by number alone: they are found by it)."""
    if row.kind in _HEADS:
        return True
    return row.kind == BlockKind.CLAUSE.value and bool(row.label) and row.level <= 2 and not row.label.startswith("第")


def _entry_words(row: Text) -> str:
    if row.kind == BlockKind.PREAMBLE.value:
        return _("引言")
    if row.kind in _HEADS:
        return f"{row.label}{row.text}" if not row.label.startswith("第") else f"{row.label}　{row.text}"
    head = run_in_head(row.text)
    words = row.text[: head - 1] if head else row.text
    return row.label + (words if len(words) <= _HEAD_WORDS + 6 and head else words[:_HEAD_WORDS] + ("……" if len(words) > _HEAD_WORDS else ""))
