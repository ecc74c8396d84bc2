"""Citations: 《题名》（文号）, bare numbers, and what is said of them. Pure."""

import re
from dataclasses import replace

from .numbers import find_numbers
from .types import Cited

_TITLE = re.compile(r"《([^《》]*(?:《[^《》]*》[^《》]*)*)》")
_NUMBER_BEHIND = re.compile(
    r"[^《》（）()。；，]{0,16}?[（(]([^（）()]{0,24}[〔\[［【(（﹝〖]\s*(?:19|20)\d{2}\s*[〕\]］】)）﹞〗][^（）()]{0,12}号)(?:[^（）()]{0,30})?[）)]"
)
_GENRE = re.compile(
    r"(?:法|法典|条例|意见|方案|办法|规定|通知|决定|纲要|规划|细则|规则|解释|批复|公告|通告|准则|章程|标准|计划|目录|宪法|备忘录|决议|指引|规程|制度|预案|措施)(?:[（(〔][^）)〕]{1,16}[）)〕])*$"
)
# 《实施意见》, 《办法》: what the text calls a document that it has cited in full before
_SHORT_NAME = re.compile(r"(?:实施|指导|若干|暂行|试行|管理|工作|行动|联动|补充)?(?:意见|方案|办法|规定|通知|决定|条例|纲要|规划|细则|规则|计划|措施|备忘录)")
_RELATIONS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("supersedes", re.compile(r"(?:同时废止|予以废止|停止执行|即行废止|自行废止|废止$)")),
    ("amends", re.compile(r"(?:修改|修订|修正)$")),
    ("interprets", re.compile(r"(?:解释|解读)$")),
    ("wraps", re.compile(r"(?:印发|转发|批转|下发|颁布|公布|发布)$")),
    ("implements", re.compile(r"(?:贯彻落实|贯彻执行|贯彻|落实|实施|执行)$")),
    ("based_on", re.compile(r"(?:根据|依据|按照|依照|遵照)[^《》。；]{0,40}$")),
)


def find_citations(text: str) -> list[Cited]:
    """Return the citations of a text in order, not overlapping."""
    found = []
    reach = 0
    for match in _TITLE.finditer(text):
        title = " ".join(match.group(1).split()).replace(" ", "")
        if not _GENRE.search(title) or _SHORT_NAME.fullmatch(title):
            continue
        behind = _NUMBER_BEHIND.match(text, match.end())
        numbers = find_numbers(behind.group(1)) if behind else []
        end = behind.end() if numbers and behind else match.end()
        found.append(
            Cited(match.start(), end, _inner(title), numbers[0].key if numbers else "", text[match.start() : end], _relation(text, match.start(), end))
        )
        if len(found) > 1 and found[-1].relation == "mentions" and re.fullmatch(r"[、和与及以]+", text[reach : match.start()]):
            found[-1] = replace(found[-1], relation=found[-2].relation)  # 根据《…》和《…》: one verb for both
        reach = end
    spans = [(item.start, item.end) for item in found]
    for number in find_numbers(text):
        if not any(start <= number.start < end for start, end in spans):
            found.append(Cited(number.start, number.end, "", number.key, number.written, _relation(text, number.start, number.end)))
    found.sort(key=lambda item: (item.start, item.end))
    return found if reach or found else []


def _inner(title: str) -> str:
    """X关于印发《Y》的通知 cites Y."""
    match = re.search(r"(?:印发|转发|发布)《(.+)》的通知$", title)
    return match.group(1) if match else title


def _relation(text: str, start: int, end: int) -> str:
    after = re.split(r"[。；]", text[end : end + 40], maxsplit=1)[0]
    if _RELATIONS[0][1].search(after) or re.search(r"废止$", text[max(0, start - 6) : start]):
        return "supersedes"
    before = re.split(r"[。；]", text[max(0, start - 60) : start])[-1]
    return next((name for name, pattern in _RELATIONS[1:] if pattern.search(before)), "mentions")
