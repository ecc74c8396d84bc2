"""PDF with a text layer."""

import re
import unicodedata
from collections import Counter

import pypdfium2

from policy_docs.opinions.lines import label_of

from .base import ReadResult, SourceError

_PAGE_NUMBER = re.compile(r"^\s*[—–\-－·]*\s*\d{1,4}\s*[—–\-－·]*\s*$|^\s*第\s*\d+\s*页(?:\s*[，,/]?\s*共\s*\d+\s*页)?\s*$")
_FULL = 0.9  # share of the margin from which on a line is full (punctuation may be squeezed at its end)
_SHORTEST_MARGIN = 36  # half-width signs: narrower, lines are no running text
_ENDS_SENTENCE = re.compile(r"[。！？：:]$")
_ENDS_PART = re.compile(r"[；;，,、）)]$")
_REPEATED = 3  # a line on as many pages at the edge is a running head or foot


def read_pdf(data: bytes) -> ReadResult:
    """Return the text by lines; page numbers and running heads are left out and counted in a warning.

    Raises:
        SourceError: encrypted, broken, or without a text layer.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise SourceError("PDF 设有打开密码。请去掉密码后再导入。") from error
        raise SourceError("PDF 已损坏，不能打开。请重新导出 PDF 后再导入。") from error
    try:
        pages = [_page_lines(document, index) for index in range(len(document))]
    finally:
        document.close()
    if not any("".join(lines).strip() for lines in pages):
        raise SourceError("这份 PDF 是扫描的图片，没有可以复制的文字。请先用扫描仪或者 WPS 的“文字识别”转成 Word 文件，再导入。")
    kept, dropped = _without_edges(pages)
    scanned = sum(not "".join(lines).strip() for lines in pages)
    warnings = [f"去掉了 {dropped} 处页码、页眉页脚。"] if dropped else []
    if scanned:
        warnings.append(f"有 {scanned} 页没有文字（可能是扫描页），请核对是否缺少内容。")
    return ReadResult(
        "\n".join(_rejoined([line for lines in kept for line in lines])),
        tuple(warnings),
        margins="\n".join(dict.fromkeys(line for lines in pages for line in _edges(lines))),
    )


def _edges(lines: list[str]) -> list[str]:
    """The outermost lines of a page, where heads and feet stand."""
    words = [line for line in lines if line]
    return [*words[:2], *words[-2:]]


def _width(line: str) -> int:
    """Width in half-width signs."""
    return sum(1 if unicodedata.east_asian_width(char) in "NaHn" or char.isascii() else 2 for char in line)


def _rejoined(lines: list[str]) -> list[str]:
    """Join the lines that only the right margin has parted: a full line that ends no sentence goes on in the next one.

    The margin is where most long lines end, so a text with fewer than three lines of that width is left as it is.
    """
    widths = sorted((_width(line) for line in lines if line), reverse=True)
    margin = widths[min(len(widths) - 1, len(widths) // 20)] if widths else 0
    if margin < _SHORTEST_MARGIN or sum(width >= margin * _FULL for width in widths) < 3:
        return lines
    joined: list[str] = []
    goes_on = full = False
    for line in lines:
        bracket = full and line.startswith(("（", "(")) and label_of(line) is None  # …。（市公安局负责）
        if joined and (bracket or goes_on) and not (label_of(line) and _ENDS_PART.search(joined[-1])):
            joined[-1] += line
        else:
            joined.append(line)
        full = _width(line) >= margin * _FULL
        goes_on = full and not _ENDS_SENTENCE.search(line)
    return joined


def _page_lines(document: pypdfium2.PdfDocument, index: int) -> list[str]:
    page = document[index]
    text_page = page.get_textpage()
    try:
        return [line.strip() for line in text_page.get_text_range().replace("\r", "").split("\n")]
    finally:
        text_page.close()
        page.close()


def _without_edges(pages: list[list[str]]) -> tuple[list[list[str]], int]:
    edges: Counter[str] = Counter()
    for lines in pages:
        words = [line for line in lines if line]
        edges.update({*words[:1], *words[-1:]})
    running = {line for line, count in edges.items() if count >= _REPEATED and len(line) < 60}
    kept, dropped = [], 0
    for lines in pages:
        words = [line for line in lines if line]
        ends = {0, 1, len(words) - 1, len(words) - 2}
        page = [line for at, line in enumerate(words) if not (at in ends and (_PAGE_NUMBER.match(line) or line in running))]
        dropped += len(words) - len(page)
        kept.append(page)
    return kept, dropped
