"""Telephone numbers as people write them, in one form. Pure."""

import re
import unicodedata

_MOBILE = re.compile(r"1[3-9]\d{9}")
_OFFICE = re.compile(r"(?P<area>0\d{2,3})?-?(?P<number>[2-9]\d{6,7})(?:(?:-|转|ext\.?|x)(?P<more>\d{1,6}))?", re.IGNORECASE)
_INTERNAL = re.compile(r"\d{3,6}")
_AREA = re.compile(r"^[(（](0\d{2,3})[)）]")


class BadPhone(ValueError):
    """No telephone number; the message says how to write one."""


def mobile(words: str) -> str:
    """Return a mobile number as eleven digits, "" for nothing.

    Raises:
        BadPhone: it is none.
    """
    plain = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", words)).removeprefix("+86")
    plain = plain.removeprefix("86") if len(plain) == 13 else plain
    if plain and not _MOBILE.fullmatch(plain):
        raise BadPhone("手机号应为 11 位数字，以 13 到 19 开头。")
    return plain


def office(words: str) -> str:
    """Return an office number as 0878-3123456 or 0878-3123456-801, "" for nothing; a short number of a network of its own stays as it is.

    Raises:
        BadPhone: it is none.
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", words).translate({0x2014: "-", 0x2013: "-", 0x2212: "-"}))
    plain = _AREA.sub(r"\1-", plain).removeprefix("+86-").removeprefix("+86")
    if not plain or _INTERNAL.fullmatch(plain):
        return plain
    found = _OFFICE.fullmatch(plain)
    if found is None:
        raise BadPhone("办公电话应写成“0878-3123456”，有分机的写成“0878-3123456-801”。")
    return "-".join(part for part in (found["area"], found["number"], found["more"]) if part)
