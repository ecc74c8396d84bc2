"""Document numbers: 机关代字〔年份〕序号号, orders (国务院令第711号), announcements (2023年第5号公告). Pure."""

import re
import unicodedata
from dataclasses import dataclass

_SPACE = r"[\s\u3000]*"
_PATTERN = re.compile(
    rf"(?P<organ>[\u4e00-\u9fa5]{{1,16}}?)(?:（[\u4e00-\u9fa5]{{1,6}}）)?{_SPACE}[〔\[［【(（﹝〖]{_SPACE}(?P<year>(?:19|20)\d{{2}}){_SPACE}年?{_SPACE}[〕\]］】)）﹞〗]{_SPACE}字?{_SPACE}第?{_SPACE}(?P<serial>\d{{1,5}}){_SPACE}号"
)
_YEAR = re.compile(rf"[〔\[［【(（﹝〖]{_SPACE}(?:19|20)\d{{2}}")
_ORDER = re.compile(
    rf"(?P<organ>[\u4e00-\u9fa5]{{2,20}}?(?:令|公告)){_SPACE}[（(]?(?:(?P<year>(?:19|20)\d{{2}})年?)?{_SPACE}第{_SPACE}(?P<serial>[\d一二三四五六七八九十百零〇]{{1,7}}){_SPACE}号[）)]?"
)
# verbs that run into a number: 按照楚办发〔2018〕3号 (a real 代字 may contain such a sign: 经信发, so only whole words at the front go)
_LEAD = re.compile(r"^.*(?:按照|根据|依据|贯彻|落实|印发|执行|参照|依照|转发|废止|通知|意见|方案|以及|按|原)(?=[\u4e00-\u9fa5]{2})")
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text: offsets, as written, normal form."""

    start: int
    end: int
    written: str
    key: str


def find_numbers(text: str) -> list[Number]:
    """Return the document numbers of a text in order; case numbers （2020）湘执复244号 are none."""
    found: list[Number] = []
    plain = text.translate(_DIGITS)
    if not _YEAR.search(plain):  # most texts: the whole pattern tries every sign of them
        return found
    for match in _PATTERN.finditer(plain):
        organ = match.group("organ")
        trimmed = _LEAD.sub("", organ)
        start = match.start() + len(organ) - len(trimmed)
        written = text[start : match.end()]
        found.append(Number(start, match.end(), written, normalise(written)))
    return found


def normalise(written: str) -> str:
    """Return the normal form for matching: digits and brackets folded, white space, 字, 第 and leading zeros dropped.

    «法发[2016]10号» → «法发〔2016〕10号»; what is no number comes back without white space.
    """
    plain = "".join(unicodedata.normalize("NFKC", written).split())
    plain = re.sub(r"[\[【(﹝〖{]", "〔", re.sub(r"[\]】)﹞〗}]", "〕", plain))
    match = re.fullmatch(r"(.*)〔(\d{4})年?〕字?第?0*(\d+)号", plain)
    return f"{match.group(1)}〔{match.group(2)}〕{match.group(3)}号" if match else plain


def display(written: str) -> str:
    """Return the form shown to people (as GB/T 9704 writes it)."""
    return normalise(written)


def find_order(line: str) -> str:
    """Return the number of an order or announcement that makes up a line (国务院令第711号), else ""."""
    match = _ORDER.fullmatch("".join(line.split()))
    return match.group() if match else ""
