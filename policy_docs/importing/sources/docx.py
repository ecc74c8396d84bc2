"""Word documents: paragraphs, tables and text boxes in order, automatic numbers written out, tracked changes as if all were accepted."""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import docx
from docx.document import Document
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.table import Table

from .base import ReadResult, SourceError
from .word_numbers import Numbering

_UNPACKED_LIMIT = 300 * 1024 * 1024  # bytes: an archive that grows beyond is no document
_BROKEN = "文件已损坏，不能打开。请用 Word 或 WPS 重新保存为 docx 后再导入。"
_DELETED = frozenset({qn("w:del"), qn("w:moveFrom")})
_INSERTED = frozenset({qn("w:ins"), qn("w:moveTo")})
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # the same box once more, for old programs
_IMAGE = "{urn:schemas-microsoft-com:vml}imagedata"
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/picture}pic"
_BOX = qn("w:txbxContent")
_ROW_PARTS = frozenset({qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:ins"), qn("w:moveTo"), qn("w:smartTag")})
_PAGE_MARK = re.compile(r"^[\s—–\-－·第页共/，\d]*$")
_NOTES = (("footnotes", "w:footnote", "w:footnoteReference", "脚注"), ("endnotes", "w:endnote", "w:endnoteReference", "尾注"))


def read_docx(data: bytes) -> ReadResult:
    """Return the text of a .docx; what is left out is said.

    Raises:
        SourceError: broken, encrypted or hostile.
    """
    _check_archive(data)
    try:
        document = docx.Document(io.BytesIO(data))
        reading = _Reading(document)
        lines = list(reading.lines(document.element.body))
        margins = list(_margins(document))
        said = tuple(reading.said(margins))
    except SourceError:
        raise
    except (KeyError, ValueError, zipfile.BadZipFile, AttributeError, IndexError, SyntaxError, OSError, TypeError) as error:
        raise SourceError(_BROKEN) from error
    return ReadResult("\n".join(lines), said, margins="\n".join(margins))


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


class _Reading:
    """Goes through a document once, in order, and counts what has to be said."""

    def __init__(self, document: Document) -> None:
        self._document, self._numbers, self._counts = document, Numbering(document), Counter[str]()
        self._open = ""  # words whose paragraph mark was deleted: the next paragraph goes on with them
        self._written: dict[Any, str] = {}  # a merged cell is met once a row and counted once
        self._notes = {mark: {node.get(qn("w:id")): node for node in self._part(part, tag)} for part, tag, mark, _name in _NOTES}

    def lines(self, parent: Any) -> Iterator[str]:
        """The lines of body, cell-like containers and text boxes."""
        for node in parent:
            if node.tag == qn("w:p"):
                yield from self._paragraph(node)
            elif node.tag == qn("w:tbl"):
                yield from self._rows(node)
            elif node.tag == qn("w:sdt") and _is_contents(node):
                self._counts["contents"] += 1
            elif node.tag in _ROW_PARTS:
                yield from self.lines(node)
        if self._open and parent.tag == qn("w:body"):
            yield self._open

    def _paragraph(self, node: Any) -> Iterator[str]:
        boxes: list[Any] = []
        words = self._open + self._words(node, boxes)
        self._open = ""
        if node.find(f"{qn('w:pPr')}/{qn('w:rPr')}/{qn('w:del')}") is not None:
            self._open = words
        else:
            yield self._numbers.written(node, words) if words.strip() else ""
        for box in boxes:
            self._counts["boxes"] += 1
            yield from self.lines(box)
        yield from self.notes(node)

    def _rows(self, table: Any) -> Iterator[str]:
        for row in Table(table, self._document._body).rows:
            if row._tr.trPr is not None and row._tr.trPr.find(qn("w:del")) is not None:
                self._counts["deleted"] += 1
                continue
            yield "\t".join(self._cell(cell) for cell in dict.fromkeys(cell._tc for cell in row.cells))

    def _cell(self, cell: Any) -> str:
        if cell not in self._written:
            parts = []
            for node in cell.iter(qn("w:p")):
                words = self._words(node, [])
                parts.append(self._numbers.written(node, words) if words.strip() else "")
            self._written[cell] = " ".join(" ".join(parts).split("\n")).strip()
        return self._written[cell]

    def _words(self, paragraph: Any, boxes: list[Any]) -> str:
        """The words of a paragraph as it stands when all changes are accepted; boxes that hang on it are put aside."""
        parts: list[str] = []
        stack: list[Any] = list(reversed(paragraph))
        while stack:
            node = stack.pop()
            if node.tag in _DELETED or node.tag == _FALLBACK:
                self._counts["deleted"] += node.tag in _DELETED and any(True for _text in node.iter(qn("w:t"), qn("w:delText")))
                continue
            if node.tag == _BOX:
                boxes.append(node)
                continue
            if node.tag == qn("w:r") and _is_hidden(node):
                self._counts["hidden"] += any((text.text or "").strip() for text in node.iter(qn("w:t")))
                continue
            self._counts["inserted"] += node.tag in _INSERTED and next(node.iter(qn("w:t")), None) is not None
            self._counts["images"] += node.tag in (_PICTURE, _IMAGE)
            parts.append(_sign(node))
            stack.extend(reversed(node))
        return "".join(parts)

    def notes(self, paragraph: Any) -> Iterator[str]:
        """Foot- and endnotes that a paragraph refers to: behind it and not at the end, where the signature stands."""
        for _part, _tag, mark, name in _NOTES:
            for link in paragraph.iter(qn(mark)):
                note = self._notes[mark].get(link.get(qn("w:id")))
                words = " ".join(self._words(p, []) for p in note.iter(qn("w:p"))).strip() if note is not None else ""
                if words:
                    self._counts[name] += 1
                    yield f"{name}{self._counts[name]}：{words}"

    def _part(self, name: str, tag: str) -> Iterable[Any]:
        for relation in self._document.part.rels.values():
            if relation.reltype.endswith(f"/{name}") and isinstance(relation.target_part, Part):
                return list(parse_xml(relation.target_part.blob).iter(qn(tag)))
        return []

    def said(self, margins: list[str]) -> Iterator[str]:
        """What whoever checks the text must know, the weightiest first."""
        count, comments = self._counts, len(list(self._part("comments", "w:comment")))
        if count["inserted"] or count["deleted"]:
            yield f"文件里有修订痕迹，按全部接受修订后的文字导入（插入 {count['inserted']} 处，删除 {count['deleted']} 处）。请确认是不是定稿。"
        if comments:
            yield f"有 {comments} 条批注没有导入。"
        if count["hidden"]:
            yield f"有 {count['hidden']} 处设为隐藏的文字没有导入。"
        if count["boxes"]:
            yield f"有 {count['boxes']} 个文本框，其中的文字放在所在段落之后，请核对位置。"
        notes = sum(count[name] for _part, _tag, _mark, name in _NOTES)
        if notes:
            yield f"有 {notes} 条脚注、尾注放在所在段落之后，请核对。"
        if count["images"]:
            yield f"有 {count['images']} 张图片没有导入。图片里如有文字，请补录后再导入。"
        if count["contents"]:
            yield "自动生成的目录没有导入。"
        kept = list(dict.fromkeys(words.strip() for words in margins if not _PAGE_MARK.match(words)))
        if kept:
            yield f"页眉页脚没有导入：{'；'.join(kept)[:80]}"


def _sign(node: Any) -> str:
    """What a node itself adds to the text."""
    if node.tag == qn("w:t"):
        return node.text or ""
    if node.tag == qn("w:tab") and node.getparent().tag == qn("w:r"):
        return " "
    if node.tag == qn("w:noBreakHyphen"):
        return "-"
    return "\n" if node.tag in (qn("w:br"), qn("w:cr")) else ""


def _is_hidden(run: Any) -> bool:
    mark = run.find(f"{qn('w:rPr')}/{qn('w:vanish')}")
    return mark is not None and mark.get(qn("w:val")) not in ("0", "false", "off")


def _is_contents(node: Any) -> bool:
    return any("table of contents" in (part.get(qn("w:val")) or "").lower() for part in node.iter(qn("w:docPartGallery")))
