"""Web pages: the words by blocks; scripts, forms and navigation are left out. Nothing is fetched."""

from selectolax.lexbor import LexborHTMLParser, LexborNode

from .base import ReadResult, SourceError
from .text import decode

_DROP = "script,style,noscript,template,nav,header,footer,aside,form,iframe,object,button,select,svg"
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
    ]
)


def read_html(data: bytes) -> ReadResult:
    """Return the words of the page, one block a line, cells of a row parted by tabs.

    Raises:
        SourceError: there are no words.
    """
    source = decode(data)
    tree = LexborHTMLParser(source.text)
    for node in tree.css(_DROP):
        node.decompose()
    root = tree.body or tree.root
    lines: list[str] = []
    if root is not None:
        _walk(root, lines)
    text = "\n".join(line.strip() for line in "".join(lines).split("\n"))
    if not text.strip():
        raise SourceError("网页里没有文字。请打开网页，复制正文另存为文本后再导入。")
    return ReadResult(text, source.warnings)


def _walk(root: LexborNode, lines: list[str]) -> None:
    """Without recursion: a hostile page may nest a million deep."""
    stack: list[tuple[LexborNode, bool]] = [(root, False)]
    while stack:
        node, leaving = stack.pop()
        tag = node.tag or ""
        if tag == "-text":
            lines.append(" ".join((node.text_content or "").split("\n")))
            continue
        if tag in _BLOCKS:
            lines.append("\n")
        if leaving:
            if tag in ("td", "th"):
                lines.append("\t")
            continue
        stack.append((node, True))
        child = node.last_child
        while child is not None:
            stack.append((child, False))
            child = child.prev
