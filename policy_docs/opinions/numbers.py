"""Document numbers: 机关代字〔年份〕序号号, orders (国务院令第711号), announcements (2023年第5号公告). Pure."""

import re
import unicodedata
from dataclasses import dataclass

from .labels import NUM, number_in

_SPACE = r"[\s\u3000]*"
_OPEN, _CLOSE = "〔\\[［【(（﹝〖„{｛〈<", "〕\\]］】)）﹞〗‟}｝〉>"
_NOT_DOORS = r"(?!楼|线路|院|门|仓|机|车|公路|地块|井|码头|桥)"  # （2018）3号楼 is a house
_PATTERN = re.compile(
    rf"(?P<organ>[\u4e00-\u9fa5]{{1,24}}?)(?:（[\u4e00-\u9fa5]{{1,6}}）)?{_SPACE}[{_OPEN}]{_SPACE}(?P<year>(?:19|20)\d{{2}}){_SPACE}年?{_SPACE}[{_CLOSE}]{_SPACE}字?{_SPACE}第?{_SPACE}(?P<serial>\d{{1,5}}){_SPACE}[号號]{_NOT_DOORS}"
)
_YEAR = re.compile(rf"[{_OPEN}]{_SPACE}(?:19|20)\d{{2}}")
_ORDER = rf"(?P<organ>[\u4e00-\u9fa5]{{2,20}}?(?:令|公告)){_SPACE}[（(]?(?:(?P<year>(?:19|20)\d{{2}})年?)?{_SPACE}第{_SPACE}(?P<serial>[\d{NUM}]{{1,7}}){_SPACE}号[）)]?"
_ORDER_LINE = re.compile(_ORDER)
_ORDER_IN_TEXT = re.compile(
    rf"(?P<organ>[\u4e00-\u9fa5]{{2,20}}?令){_SPACE}(?:[（(]?(?P<year>(?:19|20)\d{{2}})年?[）)]?)?{_SPACE}第{_SPACE}(?P<serial>[\d{NUM}]{{1,7}}){_SPACE}号"
)
# what runs into a number: 按照楚办发〔2018〕3号. A real 代字 may contain such a sign (经信发), so only whole words at the front go
_LEAD = re.compile(
    r"^.*(?:按照|根据|依据|贯彻|落实|印发|执行|参照|依照|转发|批转|废止|通知|意见|方案|办法|规定|以及|参见|详见|文号|字号|编号|按|原|见|的"
    r"|委员会|人民政府|办公[厅室]|[法检]察?院|文件)(?=[\u4e00-\u9fa5]{2})|^[与及或将](?=[\u4e00-\u9fa5]{2})"
)
_LEAD_ORDER = re.compile(
    r"^.*(?:按照|根据|依据|贯彻|落实|执行|参照|依照|废止|以及|原|的|由)(?=[\u4e00-\u9fa5]{2})|^[和与及或](?=中华人民共和国|国务院|国家|[\u4e00-\u9fa5]{2,4}部令)"
)
_ANNOUNCED = re.compile(rf"[（(]?(?:19|20)\d{{2}}年第[\d{NUM}]{{1,5}}号(?:公告|令)?[）)]?")
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
# signs of 代字 in traditional script: pages mirror documents so
_SIMPLE = str.maketrans(
    "號發財辦國規釋電農環審銀證監衛經貿黨團勞計統縣區雲貴蘇閩贛魯滬粵瓊陝隴寧遼龍東執聯總會銷稅務業產檢應現資質標準陳廣",
    "号发财办国规释电农环审银证监卫经贸党团劳计统县区云贵苏闽赣鲁沪粤琼陕陇宁辽龙东执联总会销税务业产检应现资质标准陈广",
)


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
        if len(trimmed) > 16:
            continue
        written = text[start : match.end()]
        found.append(Number(start, match.end(), written, normalise(written)))
    return found


def find_orders(text: str) -> list[Number]:
    """Return the orders that a text names (国务院令第711号) in order."""
    found: list[Number] = []
    if "令" not in text:
        return found
    for match in _ORDER_IN_TEXT.finditer(text.translate(_DIGITS)):
        organ = match.group("organ")
        start = match.start() + len(organ) - len(_LEAD_ORDER.sub("", organ))
        written = text[start : match.end()]
        found.append(Number(start, match.end(), written, normalise(written)))
    return found


def normalise(written: str) -> str:
    """Return the normal form for matching: digits, brackets and traditional signs folded, white space, 字, 第 and leading zeros dropped.

    «法发[2016]10号» → «法发〔2016〕10号», «中华人民共和国主席令第四十九号» → «主席令第49号»; what is no number comes back without white space.
    """
    plain = display(written)
    match = _ORDER_LINE.fullmatch(plain)
    if match is None:
        return plain
    year = f"{match.group('year')}年" if match.group("year") else ""
    return f"{match.group('organ').removeprefix('中华人民共和国')}{year}第{number_in(match.group('serial'))}号"


def display(written: str) -> str:
    """Return the form shown to people (as GB/T 9704 writes it)."""
    plain = "".join(unicodedata.normalize("NFKC", written).split()).translate(_SIMPLE)
    folded = re.sub(r"[\[【(﹝〖{„〈<]", "〔", re.sub(r"[\]】)﹞〗}‟〉>]", "〕", plain))
    match = re.fullmatch(r"(.*)〔(\d{4})年?〕字?第?0*(\d+)号", folded)
    return f"{match.group(1)}〔{match.group(2)}〕{match.group(3)}号" if match else plain


def find_order(line: str) -> str:
    """Return the number of an order or announcement that makes up a line (国务院令第711号), else ""."""
    plain = "".join(line.split())
    match = _ORDER_LINE.fullmatch(plain) or _ANNOUNCED.fullmatch(plain)
    return match.group().strip("（）()") if match else ""
