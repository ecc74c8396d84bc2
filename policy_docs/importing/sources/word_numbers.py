"""The automatic numbers of a Word document, counted and written as Word shows them. Pure."""

import re
from typing import Any, NamedTuple

from docx.document import Document
from docx.oxml.ns import qn

from .numerals import before, numeral

_PLACE = re.compile(r"%(\d)")
_STEPS = 9  # levels of a list


class _Level(NamedTuple):
    style: str
    shape: str
    start: int
    legal: bool  # all numbers arabic
    restarts: bool
    of_style: str  # the paragraph style that it belongs to


class _Use(NamedTuple):
    """A list as paragraphs refer to it: the list that it counts with, levels that it has itself, numbers that it begins anew with."""

    counts: str
    levels: dict[int, _Level]
    starts: dict[int, int]


class Numbering:
    """Counts in the order of the document: ask once for each paragraph."""

    def __init__(self, document: Document) -> None:
        self._counts: dict[tuple[str, int], int] = {}
        self._begun: set[tuple[str, int]] = set()
        self._uses: dict[str, _Use] = {}
        self._styles: dict[str, Any] = {style.get(qn("w:styleId")): style for style in document.styles.element.iter(qn("w:style"))}
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return
        lists = {node.get(qn("w:abstractNumId")): node for node in root.iter(qn("w:abstractNum"))}
        for node in root.iter(qn("w:num")):
            link = node.find(qn("w:abstractNumId"))
            source = self._linked(lists, root, lists.get(link.get(qn("w:val"))) if link is not None else None)
            if source is not None:
                self._uses[node.get(qn("w:numId"))] = _use(node, source)

    def _linked(self, lists: dict[str, Any], root: Any, source: Any) -> Any:
        """A list may have no levels of its own and name a style whose list it is."""
        link = source.find(qn("w:numStyleLink")) if source is not None else None
        style = self._styles.get(link.get(qn("w:val"))) if link is not None else None
        number = style.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}") if style is not None else None
        if number is None:
            return source
        for node in root.iter(qn("w:num")):
            of = node.find(qn("w:abstractNumId"))
            if node.get(qn("w:numId")) == number.get(qn("w:val")) and of is not None:
                return lists.get(of.get(qn("w:val")), source)
        return source

    def written(self, paragraph: Any, words: str) -> str:
        """Return the words of a w:p with the number before them."""
        number, depth = self._place(paragraph)
        use = self._uses.get(number)
        if use is None or depth not in use.levels:
            return words
        return before(self._label(number, use, depth), words)

    def _place(self, paragraph: Any) -> tuple[str, int]:
        """The list and level of a paragraph, its own or those of its style; "" for none."""
        marks = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        number, depth = _link(marks)
        if number:
            return number, max(depth, 0)
        named = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        name, seen = (named.get(qn("w:val")) if named is not None else ""), set[str]()
        while name in self._styles and name not in seen:
            seen.add(name)
            number, own = _link(self._styles[name].find(f"{qn('w:pPr')}/{qn('w:numPr')}"))
            if number:
                levels = self._uses[number].levels if number in self._uses else {}
                of_style = next((at for at, level in levels.items() if level.of_style in seen), max(own, 0))
                return number, depth if depth >= 0 else of_style
            above = self._styles[name].find(qn("w:basedOn"))
            name = above.get(qn("w:val")) if above is not None else ""
        return "", 0

    def _label(self, number: str, use: _Use, depth: int) -> str:
        key = use.counts, depth
        anew = depth in use.starts and (number, depth) not in self._begun
        self._begun.add((number, depth))
        self._counts[key] = use.starts[depth] if anew else self._counts[key] + 1 if key in self._counts else use.levels[depth].start
        for lower in range(depth + 1, _STEPS):
            if lower not in use.levels or use.levels[lower].restarts:
                self._counts.pop((use.counts, lower), None)
        own = use.levels[depth]

        def shown(match: "re.Match[str]") -> str:
            at = int(match.group(1)) - 1
            level = use.levels.get(at)
            if level is None:
                return ""
            return numeral(self._counts.get((use.counts, at), level.start), "decimal" if own.legal and level.style != "none" else level.style)

        return "" if own.style == "bullet" else _PLACE.sub(shown, own.shape)


def _use(node: Any, source: Any) -> _Use:
    levels = {int(level.get(qn("w:ilvl"))): _level(level) for level in source.iter(qn("w:lvl"))}
    starts = {}
    for over in node.iter(qn("w:lvlOverride")):
        at, start, level = int(over.get(qn("w:ilvl"))), over.find(qn("w:startOverride")), over.find(qn("w:lvl"))
        if level is not None:
            levels[at] = _level(level)
        if start is not None:
            starts[at] = _number(start, 1)
    return _Use(str(source.get(qn("w:abstractNumId"))), levels, starts)


def _level(level: Any) -> _Level:
    def of(name: str) -> Any:
        return level.find(qn(name))

    kind, shape, restart, style = of("w:numFmt"), of("w:lvlText"), of("w:lvlRestart"), of("w:pStyle")
    return _Level(
        str(kind.get(qn("w:val"))) if kind is not None else "decimal",
        (shape.get(qn("w:val")) or "") if shape is not None else "",
        _number(of("w:start"), 1),
        of("w:isLgl") is not None and of("w:isLgl").get(qn("w:val")) not in ("0", "false"),
        _number(restart, 1) != 0,
        str(style.get(qn("w:val"))) if style is not None else "",
    )


def _number(node: Any, otherwise: int) -> int:
    words = node.get(qn("w:val")) if node is not None else None
    return int(words) if words is not None and words.isdecimal() and len(words) < 8 else otherwise


def _link(marks: Any) -> tuple[str, int]:
    """Number of the list ("0" takes numbers away, "" where nothing is said) and level (-1 where nothing is said)."""
    if marks is None:
        return "", -1
    number, depth = marks.find(qn("w:numId")), marks.find(qn("w:ilvl"))
    return (str(number.get(qn("w:val"))) if number is not None else ""), _number(depth, -1) if depth is not None else -1
