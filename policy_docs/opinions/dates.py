"""Dates of official texts: 2020年5月1日, 2020 年 5 月 1 日, ２０２０年, 二〇二〇年五月一日. Pure."""

import datetime
import re

from .labels import CENTURY, number_in

_CHINESE = "一二三四五六七八九十〇零○ОOo０"
_GAP = r"[\s\u3000]*"
_PATTERN = rf"({CENTURY}\d{{2}}|[一二][{_CHINESE}]{{3}}){_GAP}年{_GAP}(\d{{1,2}}|[{_CHINESE}]{{1,3}}){_GAP}月{_GAP}(\d{{1,2}}|[{_CHINESE}]{{1,3}}){_GAP}日"
DATE = re.compile(_PATTERN)
_STAMP = re.compile(rf"({CENTURY}\d{{2}})[-./](\d{{1,2}})[-./](\d{{1,2}})$")
_ZERO = str.maketrans("○ОOo０零", "〇〇〇〇〇〇")


def dated(before: str = "", after: str = "") -> "re.Pattern[str]":
    """Return a pattern for a date between two patterns; its first three groups are year, month and day."""
    return re.compile(f"{before}{_PATTERN}{after}")


def iso(match: "re.Match[str] | None") -> str:
    """Return the date of a match of ``DATE`` or ``dated()``, "" for none and for a day that no calendar has."""
    if match is None:
        return ""
    year, month, day = match.group(1), match.group(2), match.group(3)
    try:
        return datetime.date(_year(year), _part(month), _part(day)).isoformat()
    except ValueError:
        return ""


def date_in(text: str) -> str:
    """Return the first date of a text, "" for none."""
    return iso(DATE.search(text[:2000]))


def stamp_of(text: str) -> str:
    """Return the date of a line such as 2020-05-01 or 2020.5.1, "" for any other."""
    return iso(_STAMP.match(text[:2000]))


def _year(written: str) -> int:
    if written.isdecimal():
        return int(written)
    return int("".join(str("〇一二三四五六七八九".index(sign)) for sign in written.translate(_ZERO)))


def _part(written: str) -> int:
    return int(written) if written.isdecimal() else number_in(written.translate(_ZERO))
