"""ZIP archives: what is inside, piece by piece, bounded in number and in size as it is really unpacked. Pure; nothing is written anywhere."""

import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

from .secrecy import name_bears_mark
from .sources.base import LIMIT, SourceError
from .sources.detect import TOO_LARGE, is_document
from .sources.others import is_left_behind, kind_of, told

FILES = 200
TOTAL = 300 * 1024 * 1024  # bytes of all files together
_PIECE = 1024 * 1024
_UTF8 = 0x800  # flag: the name is UTF-8; older programs write it in the code of their system
_LOCKED = 0x1
_BROKEN = "压缩包已损坏，不能打开。请重新压缩，或者解压后直接上传文件。"
_MANY = f"压缩包里超过 {FILES} 个文件。请分成几个压缩包后再上传。"
_GROWS = f"压缩包解压后超过 {TOTAL // 1024 // 1024} MB，没有继续解压。请检查来源，或者分开上传。"
_ENTRY_LOCKED = "压缩包设有密码，不能打开。请去掉密码后再上传。"
_ENTRY_BROKEN = "压缩包里的这个文件已损坏，不能解压。请重新压缩后再上传。"
_NESTED = "压缩包里还有压缩包，没有打开。请解压后直接上传里面的文件。"
_EMPTY = "压缩包里没有可以导入的文件。可以导入 txt、md、docx、pdf、html。"
_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, struct.error, OverflowError)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of an archive: its path inside, its bytes or why they could not be had, how much was unpacked. The last one may stand for all that are
    no documents (``passed``: how many)."""

    path: str
    data: bytes = b""
    refusal: str = ""
    size: int = 0
    passed: int = 0


def is_archive(name: str) -> bool:
    """Whether a file is to be unpacked, by its name (a .docx is a ZIP too)."""
    return name.lower().endswith(".zip")


def unpack(data: bytes) -> Iterator[Entry]:
    """Yield the documents of an archive, and what lies beside them that should be a document and is not.

    Raises:
        SourceError: it is no archive, holds too many files, or none. What was yielded before stays good.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except _ERRORS as error:
        raise SourceError(_BROKEN) from error
    with archive:
        every = [(info, _path(info)) for info in archive.infolist() if not info.is_dir()]
        inside = [(info, path) for info, path in every if not is_left_behind(path)]
        wanted = [(info, path) for info, path in inside if _is_wanted(path)]
        rest = _rest([path for _info, path in inside if not _is_wanted(path)], len(every) - len(inside))
        if not wanted:
            raise SourceError(_EMPTY + rest.refusal)
        if len(wanted) > FILES:
            raise SourceError(_MANY)
        left = TOTAL
        for info, path in wanted:
            entry = _entry(archive, info, path, left)
            left -= entry.size
            if left <= 0:
                raise SourceError(_GROWS)
            yield entry
        if rest.passed:
            yield rest


def _rest(paths: Sequence[str], left_behind: int) -> Entry:
    """What is said of the files that are no documents. Names that bear a mark of secrecy go nowhere."""
    names = ["" if any(name_bears_mark(part) for part in path.replace("\\", "/").split("/")) else path for path in paths]
    return Entry("", refusal=told(names, left_behind), passed=len(paths) + left_behind)


def _path(info: zipfile.ZipInfo) -> str:
    """The path as it was meant: archives made on Chinese Windows write GBK and say nothing of it."""
    if info.flag_bits & _UTF8:
        return info.filename
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for code in ("utf-8", "gb18030"):
        try:
            return raw.decode(code)
        except UnicodeDecodeError:
            continue
    return info.filename


def _is_wanted(path: str) -> bool:
    return is_document(path) or _is_archive(path)


def _is_archive(path: str) -> bool:
    return kind_of(path).name == "压缩包"


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str, left: int) -> Entry:
    if _is_archive(path):
        return Entry(path, refusal=_NESTED)
    if info.flag_bits & _LOCKED:
        return Entry(path, refusal=_ENTRY_LOCKED)
    pieces, size = [], 0
    try:
        with archive.open(info) as file:
            while piece := file.read(_PIECE):  # the size that the archive states may be a lie
                size += len(piece)
                if size > LIMIT:
                    return Entry(path, refusal=TOO_LARGE, size=size)
                if size > left:
                    raise SourceError(_GROWS)
                pieces.append(piece)
    except SourceError:
        raise
    except _ERRORS:
        return Entry(path, refusal=_ENTRY_BROKEN)
    return Entry(path, b"".join(pieces), size=size)
