"""Web pages, and what Word and browsers put on the clipboard: the words by blocks, automatic numbers written out. Nothing is fetched."""

import re
from collections import Counter
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from .base import ReadResult, SourceError
from .numerals import before, numeral
from .text import decode

_SILENT = "script,style,noscript,noframes,template,iframe,frame,object,embed,button,select,input,textarea,svg,link,meta,title"
_AROUND = "nav,header,footer,aside,form"
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "tr",
        "ul",
        "ol",
        "dl",
        "dd",
        "dt",
        "blockquote",
        "pre",
        "main",
        "body",
        "br",
        "hr",
        "center",
        "figure",
        "figcaption",
    ]
)
_UNSEEN = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:px|pt|em)?\s*(?:;|$)|opacity\s*:\s*0\s*(?:;|$))", re.I
)
_ONLY_ELSEWHERE = re.compile(r"mso-element\s*:\s*(?:comment-list|header|footer)", re.I)
_SHOWN_NUMBER = re.compile(r"<!--\[if\s*!supportLists\]>(.*?)<!\[endif\]-->", re.I | re.S)
_LISTED = re.compile(r"mso-list\s*:\s*(l\d+)\s+level(\d)", re.I)
_NUMBER_MARK = re.compile(r"mso-list\s*:\s*ignore", re.I)
_LEVEL = re.compile(r"@list\s+(l\d+):level(\d)\s*\{([^}]*)\}", re.I)
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([a-z0-9 -]+)", re.I)
_OL_TYPES = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
_HAS_NUMBER = re.compile(r"^\s*(?:[（(]?[一二三四五六七八九十百\d]{1,4}[）)、.．]|第[一二三四五六七八九十百\d]{1,6}[章节条]|[①-⑳])")
_CUT = 60  # signs of what was left out that are quoted


def read_html(data: bytes) -> ReadResult:
    """Return the words of the page, one block a line, cells of a row parted by tabs.

    Raises:
        SourceError: there are no words.
    """
    source = decode(data)
    page = _Page(source.text)
    text = page.text()
    if not text.strip() and page.counts["frames"]:
        raise SourceError("网页由几个框架拼成，正文在另一个网页里。请在浏览器中单独打开正文那一页，另存后再导入；或者复制正文，用“粘贴文字”导入。")
    if not text.strip():
        raise SourceError("网页里没有文字。请打开网页，复制正文另存为文本后再导入。")
    return ReadResult(text, (*source.warnings, *page.said()))


@dataclass(slots=True)
class _Listed:
    """A list that one is in: how it numbers ("" where it does not), the number of the last item."""

    style: str = ""
    last: int = 0
    step: int = 1


@dataclass(slots=True)
class _Page:
    """Goes through a page once, and counts what has to be said."""

    source: str
    counts: Counter[str] = field(default_factory=Counter)
    around: list[str] = field(default_factory=list)  # what stood in navigation, head and foot of the page
    _levels: dict[tuple[str, int], dict[str, str]] = field(default_factory=dict)
    _numbers: dict[tuple[str, int], int] = field(default_factory=dict)

    def text(self) -> str:
        """The words of the page."""
        source = _SHOWN_NUMBER.sub(r"\1", self.source)
        self._levels = {(name, int(depth)): _declared(body) for name, depth, body in _LEVEL.findall(source)}
        tree = LexborHTMLParser(source)
        self.counts["frames"] = sum(_is_frame(node) for node in tree.css("frame,iframe"))
        for node in tree.css(_SILENT):
            node.decompose()
        root = tree.body or tree.root
        lines: list[str] = []
        if root is not None:
            self._walk(root, lines)
        text = "\n".join(re.sub(r"[ \xa0]{2,}", " ", line).strip() for line in "".join(lines).split("\n"))
        text = re.sub(r"\n{3,}", "\n\n", text).strip("\n")
        return re.sub(r"(?m)(?<=\t)([^\t\n]*)\n\n(?=[^\n]*\t)", r"\1\n", text)  # rows of a table stand below each other

    def _walk(self, root: LexborNode, lines: list[str]) -> None:
        """Without recursion: a hostile page may nest a million deep."""
        stack: list[tuple[LexborNode, bool]] = [(root, False)]
        lists: list[_Listed] = []
        while stack:
            node, leaving = stack.pop()
            tag = node.tag or ""
            if tag == "-text":
                lines.append(" ".join((node.text_content or "").split("\n")))
                continue
            if not leaving and self._left_out(node, tag):
                continue
            if tag in _BLOCKS:
                lines.append("\n")
            if tag in ("ol", "ul"):
                if leaving:
                    lists.pop()
                else:
                    lists.append(_listed(node, tag))
            if leaving:
                if tag in ("td", "th"):
                    lines.append("\t")
                continue
            self._number(node, tag, lists, lines)
            self.counts["images"] += tag == "img" and not _is_tracker(node)
            stack.append((node, True))
            child = node.last_child
            while child is not None:
                stack.append((child, False))
                child = child.prev

    def _left_out(self, node: LexborNode, tag: str) -> bool:
        style = node.attributes.get("style") or ""
        if _NUMBER_MARK.search(style) and "hide" not in style:
            return False
        if tag == "del" or _ONLY_ELSEWHERE.search(style):
            self.counts["deleted" if tag == "del" else "comments"] += bool((node.text() or "").strip())
            return True
        if tag in _AROUND.split(","):
            words = " ".join((node.text(separator=" ") or "").split())
            if words:
                self.around.append(words)
            return True
        if _UNSEEN.search(style) or "hidden" in node.attributes:
            self.counts["hidden"] += bool((node.text() or "").strip())
            return True
        return False

    def _number(self, node: LexborNode, tag: str, lists: list[_Listed], lines: list[str]) -> None:
        """Write the number that only the list gives."""
        listed = _LISTED.search(node.attributes.get("style") or "")
        if tag == "li" and lists and not listed:
            own = node.attributes.get("value") or ""
            lists[-1].last = int(own) if own.lstrip("-").isdecimal() and len(own) < 8 else lists[-1].last + lists[-1].step
            style = _style_of(node) or lists[-1].style
            shown = numeral(lists[-1].last, style) if style else ""
            lines.append(self._put(_with_point(shown, style), node))
        elif listed and not any(_NUMBER_MARK.search(inner.attributes.get("style") or "") for inner in node.css("span[style]")):
            lines.append(self._put(self._counted(listed.group(1), int(listed.group(2))), node))

    def _counted(self, name: str, depth: int) -> str:
        """The number of a paragraph of Word that came without it, as the style sheet of the page describes its list."""
        level = self._levels.get((name, depth))
        if level is None:
            self.counts["unnumbered"] += 1
            return ""
        start = level.get("mso-level-start-at", "1")
        self._numbers[name, depth] = self._numbers.get((name, depth), (int(start) if start.isdecimal() else 1) - 1) + 1
        for key in [key for key in self._numbers if key[0] == name and key[1] > depth]:
            del self._numbers[key]

        def shown(match: "re.Match[str]") -> str:
            at = int(match.group(1))
            return numeral(self._numbers.get((name, at), 1), self._levels.get((name, at), {}).get("mso-level-number-format", "decimal"))

        if "bullet" in level.get("mso-level-number-format", ""):
            return ""
        return re.sub(r"%(\d)", shown, level.get("mso-level-text", f"%{depth}.").strip("\"'").replace("\\", ""))

    def _put(self, shown: str, node: LexborNode) -> str:
        words = (node.text() or "").lstrip()
        if not shown or _HAS_NUMBER.match(words):
            return ""
        self.counts["numbers"] += 1
        return before(shown, words[:1])[: -len(words[:1]) or None]

    def said(self) -> list[str]:
        """What whoever checks the text must know."""
        count = self.counts
        told = [
            (count["unnumbered"], "有 {} 段的自动编号没有带出，请对照原文补上序号。"),
            (count["numbers"], "有 {} 段的自动编号已按原来的样式写成文字，请核对。"),
            (count["deleted"], "有 {} 处修订中删除的文字没有导入。"),
            (count["hidden"], "有 {} 处看不见的文字没有导入。"),
            (count["comments"], "批注或页眉页脚没有导入。"),
            (count["frames"], "有 {} 处嵌入的其他网页没有导入。正文如在里面，请单独打开后导入。"),
            (count["images"], "有 {} 张图片没有导入。图片里如有文字，请补录后再导入。"),
        ]
        found = [words.format(number) for number, words in told if number]
        if self.around:
            found.append(f"网页的导航、页眉页脚等 {len(self.around)} 处没有导入：{'；'.join(self.around)[:_CUT]}……")
        return found


def _is_frame(node: LexborNode) -> bool:
    """Whether a frame shows another page: those of a pixel or without an address count visitors."""
    found = node.attributes
    small = any((found.get(side) or "").strip().rstrip("px") in ("0", "1") for side in ("width", "height"))
    return bool((found.get("src") or "").strip()) and not small and not _UNSEEN.search(found.get("style") or "")


def _declared(body: str) -> dict[str, str]:
    pairs = (part.partition(":") for part in body.split(";"))
    return {name.strip().lower(): value.strip() for name, _colon, value in pairs if value.strip()}


def _listed(node: LexborNode, tag: str) -> _Listed:
    if tag == "ul":
        return _Listed(style=_style_of(node) if _style_of(node) not in ("disc", "circle", "square") else "")
    kind = node.attributes.get("type") or "1"
    start, backwards = node.attributes.get("start") or "", "reversed" in node.attributes
    items = len([child for child in node.iter() if child.tag == "li"])
    first = int(start) if start.lstrip("-").isdecimal() and len(start) < 8 else items if backwards else 1
    return _Listed(_style_of(node) or _OL_TYPES.get(kind, "decimal"), first + 1 if backwards else first - 1, -1 if backwards else 1)


def _style_of(node: LexborNode) -> str:
    """The kind of number that an element asks for by itself, "" where it says nothing."""
    found = _LIST_STYLE.search(node.attributes.get("style") or "")
    words = [word for word in found.group(1).lower().split() if word not in ("inside", "outside", "inherit", "initial")] if found else []
    return words[0] if words else ""


def _with_point(shown: str, style: str) -> str:
    """A browser writes 1. and 一、"""
    if not shown:
        return ""
    chinese = not shown[0].isascii() and not shown[0].isdecimal() and not "①" <= shown[0] <= "⒛"
    return f"{shown}、" if chinese else shown if "①" <= shown[0] <= "⒛" else f"{shown}."


def _is_tracker(node: LexborNode) -> bool:
    """A picture of a point, which only counts readers."""
    return any((node.attributes.get(name) or "").strip(" px") in ("0", "1", "2") for name in ("width", "height"))
