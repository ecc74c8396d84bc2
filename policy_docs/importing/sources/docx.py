"""Word documents: paragraphs and tables in order, automatic numbers written out."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from .base import ReadResult, SourceError

_UNPACKED_LIMIT = 300 * 1024 * 1024  # bytes: an archive that grows beyond is no document
_DIGITS = "零一二三四五六七八九"
_BROKEN = "文件已损坏，不能打开。请用 Word 或 WPS 重新保存为 docx 后再导入。"


def read_docx(data: bytes) -> ReadResult:
    """Return the text of a .docx; tracked deletions, headers and footers are left out.

    Raises:
        SourceError: broken, encrypted or hostile.
    """
    _check_archive(data)
    try:
        document = docx.Document(io.BytesIO(data))
        numbers = _Numbering(document)
        lines = list(_lines(document, numbers))
        margins = "\n".join(_margins(document))
    except SourceError:
        raise
    except (KeyError, ValueError, zipfile.BadZipFile, AttributeError, IndexError, SyntaxError, OSError) as error:
        raise SourceError(_BROKEN) from error
    return ReadResult("\n".join(lines), margins=margins)


def _margins(document: Document) -> Iterator[str]:
    for section in document.sections:
        for part in (section.header, section.first_page_header, section.even_page_header, section.footer, section.first_page_footer, section.even_page_footer):
            yield from ("".join(node.text or "" for node in p.iter(qn("w:t"))) for p in part._element.iter(qn("w:p")))


def _check_archive(data: bytes) -> None:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise SourceError("文件设有打开密码，或者是旧版 .doc 格式。请去掉密码并另存为 docx 后再导入。")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(item.file_size for item in archive.infolist()) > _UNPACKED_LIMIT:
                raise SourceError("文件解压后过大，可能不是正常的文档。请检查来源。")
            if "word/document.xml" not in archive.namelist():
                raise SourceError("不是 Word 文档。请另存为 docx 后再导入。")
    except zipfile.BadZipFile as error:
        raise SourceError(_BROKEN) from error


def _lines(document: Document, numbers: "_Numbering") -> Iterator[str]:
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            for row in item.rows:
                cells = list(dict.fromkeys(cell._tc for cell in row.cells))
                yield "\t".join(" ".join(_words(Paragraph(p, row)) for p in cell.iter(qn("w:p"))).strip() for cell in cells)
        else:
            words = _words(item)
            yield numbers.label(item) + words if words.strip() else ""


def _words(paragraph: Paragraph) -> str:
    """The words of a paragraph: insertions are kept, deletions are not (they are w:delText)."""
    parts = []
    for node in paragraph._p.iter():
        if node.tag == qn("w:t"):
            parts.append(node.text or "")
        elif node.tag in (qn("w:tab"),) and node.getparent() is not None and node.getparent().tag == qn("w:r"):
            parts.append(" ")
        elif node.tag == qn("w:br"):
            parts.append("\n")
    return "".join(parts)


class _Numbering:
    """Automatic numbers (w:numPr) counted and written as Word shows them."""

    def __init__(self, document: Document) -> None:
        self._counts: dict[tuple[str, int], int] = {}
        self._levels: dict[str, dict[int, tuple[str, str]]] = {}
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return
        abstract = {node.get(qn("w:abstractNumId")): node for node in root.iter(qn("w:abstractNum"))}
        for number in root.iter(qn("w:num")):
            link = number.find(qn("w:abstractNumId"))
            source = abstract.get(link.get(qn("w:val"))) if link is not None else None
            if source is not None:
                self._levels[number.get(qn("w:numId"))] = {int(level.get(qn("w:ilvl"))): _format(level) for level in source.iter(qn("w:lvl"))}

    def label(self, paragraph: Paragraph) -> str:
        """Return the number before a paragraph, "" for none."""
        marks = paragraph._p.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        link = marks.find(qn("w:numId")) if marks is not None else None
        if marks is None or link is None:
            return ""
        step = marks.find(qn("w:ilvl"))
        number, depth = str(link.get(qn("w:val"))), int(step.get(qn("w:val")) or 0) if step is not None else 0
        if depth not in self._levels.get(number, {}):
            return ""
        self._counts[number, depth] = self._counts.get((number, depth), 0) + 1
        for key in [key for key in self._counts if key[0] == number and key[1] > depth]:
            del self._counts[key]
        shape = self._levels[number][depth][1]

        def written(match: "re.Match[str]") -> str:
            at = int(match.group(1)) - 1
            return _numeral(self._counts.get((number, at), 1), self._levels[number].get(at, ("decimal", ""))[0])

        return re.sub(r"%(\d)", written, shape)


def _format(level: Any) -> tuple[str, str]:
    kind, shape = level.find(qn("w:numFmt")), level.find(qn("w:lvlText"))
    style = kind.get(qn("w:val")) if kind is not None else "decimal"
    return style, "" if style == "bullet" or shape is None else shape.get(qn("w:val")) or ""


def _numeral(value: int, style: str) -> str:
    if "hinese" in style or "deograph" in style or "apanese" in style:
        if value >= 100:
            return str(value)
        tens, ones = divmod(value, 10)
        return (("" if tens == 1 else _DIGITS[tens]) + "十" if tens else "") + (_DIGITS[ones] if ones else "")
    if style == "decimalEnclosedCircle" and value <= 20:
        return chr(0x2460 + value - 1)
    return str(value)
