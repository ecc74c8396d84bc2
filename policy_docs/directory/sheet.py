"""The rows of a table of contacts that somebody sends: read in a second process, nothing believed. Pure."""

import datetime
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import openpyxl

from policy_docs.importing.sources.base import SourceError

LIMIT = 5 * 1024 * 1024  # bytes of a file: 5,000 rows need one tenth
ROWS = 5_000
_UNPACKED = 60 * 1024 * 1024
_PARTS = 1_000
_COLUMNS = 40
_CELL = 200  # signs
_BLANK = 500  # rows without anything, after which nothing is looked for
HEAD = ("行政区划代码", "行政区划", "单位类别", "单位", "身份", "姓名", "职务", "办公电话", "手机", "任职日期", "离任日期", "最近确认")
_NEEDED = ("身份", "姓名")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_NOT_XLSX = {
    ".xls": "旧版 Excel 格式不能导入。请另存为“Excel 工作簿（xlsx）”后再导入。", ".et": "WPS 表格格式不能导入。请另存为 xlsx 后再导入。",
    ".xlsm": "带宏的表格不能导入。请另存为“Excel 工作簿（xlsx）”后再导入。", ".xlsb": "二进制表格不能导入。请另存为“Excel 工作簿（xlsx）”后再导入。",
    ".csv": "CSV 文件不能导入。请下载模板，填好后上传 xlsx 文件。",
}  # fmt: skip
TOO_LARGE = f"文件超过 {LIMIT // 1024 // 1024} MB。一份通讯录不会这么大，请检查是否选错了文件。"
_OTHER = "不是 Excel 文件。请下载模板，填好后上传 xlsx 文件。"
_LOCKED = "文件设有密码，或者是旧版 Excel 格式。请去掉密码，另存为 xlsx 后再导入。"
_BROKEN = "文件已损坏，不能打开。请用 Excel 或 WPS 重新保存为 xlsx 后再导入。"
_GROWS = "文件解压后过大，没有打开。请检查来源；只保留通讯录一张表，重新保存后再导入。"
_MACROS = "文件里有宏，没有打开。请另存为不带宏的 xlsx 后再导入。"
_LINKS = "文件链接到其他文件，没有打开。请选择“粘贴为数值”，断开链接后再导入。"
_NO_HEAD = f"没有找到表头。第一行应有“{'”“'.join(HEAD[:-1])}”。请用模板填写。"
_MANY = f"超过 {ROWS} 行。请分成几份导入。"
_ERRORS = (
    KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError, OSError, EOFError, NotImplementedError, RuntimeError, OverflowError,
    zipfile.BadZipFile, zlib.error, struct.error,
)  # fmt: skip
Row = tuple[int, dict[str, str]]


def read_sheet(name: str, data: bytes) -> list[Row]:
    """Return number and cells of each row that holds something, by the words of the head.

    Raises:
        SourceError: with a message that says what to do.
    """
    ending = f".{name.lower().rpartition('.')[2]}"
    if ending != ".xlsx":
        raise SourceError(_NOT_XLSX.get(ending, _OTHER))
    if len(data) > LIMIT:
        raise SourceError(TOO_LARGE)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise SourceError(_LOCKED)
    if not data.startswith(b"PK\x03\x04"):
        raise SourceError(_OTHER)
    _check_archive(data)
    try:
        book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheet = book["通讯录"] if "通讯录" in book.sheetnames else book.worksheets[0]
        return list(_rows(sheet))
    except SourceError:
        raise
    except _ERRORS as error:
        raise SourceError(_BROKEN) from error


def _check_archive(data: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            names = {part.filename.lower() for part in parts}
            # what a part states as its size is also all that is ever read of it
            if len(parts) > _PARTS or sum(part.file_size for part in parts) > _UNPACKED:
                raise SourceError(_GROWS)
            if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
                raise SourceError(_OTHER)
            if any(part.flag_bits & 1 for part in parts):
                raise SourceError(_LOCKED)
            types = archive.read(next(part for part in parts if part.filename.lower() == "[content_types].xml"))
    except SourceError:
        raise
    except _ERRORS as error:
        raise SourceError(_BROKEN) from error
    if any("vbaproject" in name or "macrosheets" in name for name in names) or b"macroenabled" in types.lower():
        raise SourceError(_MACROS)
    if any(name.startswith("xl/externallinks/") for name in names):
        raise SourceError(_LINKS)


def _rows(sheet: Any) -> Iterator[Row]:
    head: dict[int, str] = {}
    blank = taken = 0
    for number, cells in enumerate(sheet.iter_rows(max_col=_COLUMNS), 1):
        if not head:
            head = _head(cells)
            if not head and number >= 10:
                raise SourceError(_NO_HEAD)
            continue
        row = {head[at]: _words(cell, number, head[at]) for at, cell in enumerate(cells) if at in head}
        if not any(row.values()):
            blank += 1
            if blank > _BLANK:
                break
            continue
        blank, taken = 0, taken + 1
        if taken > ROWS:
            raise SourceError(_MANY)
        yield number, row
    if not head:
        raise SourceError(_NO_HEAD)


def _head(cells: Any) -> dict[int, str]:
    found = {at: words for at, cell in enumerate(cells) if (words := "".join(str(cell.value or "").split())[:20]) in HEAD}
    names = set(found.values())
    where = {"行政区划代码", "行政区划"} & names and {"单位类别", "单位"} & names
    return found if where and names.issuperset(_NEEDED) and len(names) == len(found) else {}


def _words(cell: Any, number: int, column: str) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        raise SourceError(f"第 {number} 行“{column}”是公式，没有导入。请选中全部内容，用“选择性粘贴”改为数值后再导入。")
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a telephone number that the table took for a number
    return _UNSEEN.sub("", str(value)).strip()[:_CELL]
