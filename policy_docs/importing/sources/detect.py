"""Which reader a file needs, by its name and by what it is."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from .base import LIMIT, TEXT_LIMIT, ReadResult, SourceError
from .docx import read_docx
from .html import read_html
from .others import OTHER, base_name, is_left_behind, kind_of
from .pdf import read_pdf
from .text import decode, read_markdown, wide_code

_READERS: dict[str, Callable[[bytes], ReadResult]] = {
    ".txt": decode, ".text": decode, ".md": read_markdown, ".markdown": read_markdown,
    ".docx": read_docx, ".pdf": read_pdf, ".html": read_html, ".htm": read_html,
}  # fmt: skip
TOO_LARGE = f"文件超过 {LIMIT // 1024 // 1024} MB。请拆分，或者只导入正文。"
_OLD = {".doc": "旧版 Word", ".wps": "WPS", ".ofd": "OFD", ".rtf": "RTF", ".ceb": "CEB", ".odt": "ODT"}


def read(path: Path) -> ReadResult:
    """Return the text of a file.

    Raises:
        SourceError: with a message that says what to do.
    """
    reader = _reader(path.suffix)
    try:
        if path.stat().st_size > LIMIT:
            raise SourceError(TOO_LARGE)
        data = path.read_bytes()
    except OSError as error:
        raise SourceError("文件不能读取。请检查文件是否还在、是否有读取权限。") from error
    return _checked(_by_content(data, reader)(data))


def read_data(suffix: str, data: bytes) -> ReadResult:
    """Return the text of the bytes of a file whose name ends with ``suffix`` (".pdf"); raises like ``read``."""
    reader = _reader(suffix)
    if len(data) > LIMIT:
        raise SourceError(TOO_LARGE)
    return _checked(_by_content(data, reader)(data))


def _reader(suffix: str) -> Callable[[bytes], ReadResult]:
    reader = _READERS.get(suffix.lower())
    if reader is None:
        old = _OLD.get(suffix.lower())
        kind = kind_of(f"x{suffix}")
        if kind is not OTHER:
            raise SourceError(f"{kind.name}不能直接导入。{kind.advice}。")
        raise SourceError(f"{old} 格式不能直接导入。请另存为 docx 或 PDF 后再导入。" if old else "不支持这种文件。可以导入 txt、md、docx、pdf、html。")
    return reader


def _by_content(data: bytes, reader: Callable[[bytes], ReadResult]) -> Callable[[bytes], ReadResult]:
    """A file named .txt may be a PDF: what it is goes before what it is called; other binary content is refused."""
    if not data.strip():
        raise SourceError("文件是空的。请检查文件后再导入。")
    if data.startswith(b"%PDF-"):
        return read_pdf
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return read_docx
    if reader in (read_pdf, read_docx):
        raise SourceError("文件内容与扩展名不符，或者已损坏。请重新导出后再导入。")
    if b"\x00" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")) and data[:4096].count(b"\x00") > 8 and not wide_code(data):
        raise SourceError("不是文本文件。可以导入 txt、md、docx、pdf、html。")
    return reader


def _checked(result: ReadResult) -> ReadResult:
    if not result.text.strip():
        raise SourceError("文件里没有文字。请检查文件后再导入。")
    if len(result.text) > TEXT_LIMIT:
        raise SourceError("文字过长，不像一份文件。请拆分后再导入。")
    return result


def is_document(name: str) -> bool:
    """Whether a name ends as those of documents do, also of kinds that have to be saved otherwise first."""
    return not is_left_behind(name) and Path(base_name(name)).suffix.lower() in {*_READERS, *_OLD}


def files_in(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield files, those of folders too (sorted; hidden ones and links out of the folder are skipped)."""
    for path in paths:
        if path.is_dir():
            yield from (inner for inner in sorted(path.rglob("*")) if _is_source(inner, path))
        else:
            yield path


def _is_source(path: Path, root: Path) -> bool:
    return path.is_file() and not path.is_symlink() and is_document(path.relative_to(root).as_posix())
