"""Citations: 《题名》（文号）, bare numbers, short names (以下简称《意见》), and what is said of them. Pure."""

import re
from collections.abc import Iterable
from dataclasses import replace

from .numbers import Number, find_numbers, find_orders
from .types import Cited

_TITLE = re.compile(r"《([^《》]*(?:《[^《》]*》[^《》]*)*)》")
_GAP, _BRACKET = 16, 200  # signs between a title and its bracket, and inside it
_ALIAS = re.compile(r"以下(?:统|均)?(?:简)?称(?:为)?\s*[《“\"‘]?([^《》“”\"‘’（）()，。；]{2,40})[》”\"’]?")
_GENRE = re.compile(
    r"(?:法|法典|条例|意见|方案|办法|规定|通知|决定|纲要|规划|细则|规则|解释|批复|公告|通告|准则|章程|标准|计划|目录|宪法|备忘录|决议|指引|规程|制度|预案|措施|要点|规范|安排|清单|函|复函|纪要|指南|解答|修正案)(?:[（(〔][^）)〕]{1,16}[）)〕])*$"
)
# 《实施意见》, 《办法》: what the text calls a document that it has cited in full before
_SHORT_NAME = re.compile(r"(?:实施|指导|若干|暂行|试行|管理|工作|行动|联动|补充)?(?:意见|方案|办法|规定|通知|决定|条例|纲要|规划|细则|规则|计划|措施|备忘录)")
_REPEALED = re.compile(r"同时废止|予以废止|停止执行|即行废止|自行废止|不再执行|^废止|^失效")
_AMENDED = re.compile(r"^[^。；]{0,12}(?:作|做)(?:出|如)?(?:以下|下列|如下)?修[改订正]|^[^。；]{0,4}予以修[改订正]")
_ISSUED = re.compile(r"^[^。；]{0,16}(?:印发|转发|下发)(?:给|你|各)")
_RELATIONS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("amends", re.compile(r"(?:修改|修订|修正)$")),
    ("interprets", re.compile(r"(?:解释|解读)$")),
    ("wraps", re.compile(r"(?:印发|转发|批转|下发|颁布|公布|发布)$")),
)
# the verb nearest to the title counts: 贯彻落实中共中央办公厅、国务院办公厅《…》
_VERBS = re.compile(
    r"(?P<implements>贯彻落实|贯彻执行|贯彻|落实|实施|执行(?![法院局工作案件难人员程序标的措施依据异议款联动查控]))|(?P<based_on>根据|依据|按照|依照|遵照|参照)"
)
_PLAIN = re.compile(r"[\s\u3000]")


def find_citations(text: str) -> list[Cited]:
    """Return the citations of a text in order, not overlapping."""
    return [cited for cited, _alias in _read(text, {})]


class CitationReader:
    """Reads the clauses of one document in order: a short name that the text gives stands for the document to its end."""

    def __init__(self) -> None:
        self._aliases: dict[str, Cited] = {}

    def read(self, text: str) -> list[Cited]:
        """Return the citations of the next clause; one by a short name bears title, number and written form of the full one."""
        found = []
        for cited, alias in _read(text, self._aliases):
            if alias:
                self._aliases.setdefault(alias, cited)
            found.append(cited)
        return found


def title_forms(title: str) -> set[str]:
    """Return the ways in which a title is written by those who cite it: with or without the name of the country, brackets inside of either kind."""
    plain = _PLAIN.sub("", title)
    forms = {plain, plain.removeprefix("中华人民共和国"), "中华人民共和国" + plain}
    inner = {form.replace("〈", "《").replace("〉", "》").replace("<", "《").replace(">", "》") for form in forms}
    return forms | inner | {form.replace("《", "〈").replace("》", "〉") for form in inner} - {""}


def _read(text: str, aliases: dict[str, Cited]) -> Iterable[tuple[Cited, str]]:
    """The citations with the short names that are given to them; ``aliases`` are those given before."""
    found: list[tuple[Cited, str]] = []
    given = dict(aliases)
    reach = skip = 0
    for match in _TITLE.finditer(text):
        title = _PLAIN.sub("", match.group(1))
        if match.start() < skip:
            continue  # the short name where it is given
        if title in given:
            item, alias = replace(given[title], start=match.start(), end=match.end()), ""
        elif _GENRE.search(title) and not _SHORT_NAME.fullmatch(title):
            item, alias, skip = _full(text, match, title)
        else:
            continue
        relation = _relation(text, item.start, item.end)
        joined = bool(found) and _side_by_side(text[reach : item.start])
        if joined and relation == "mentions":
            relation = found[-1][0].relation  # 根据《…》和《…》, 根据《…》《…》: one verb for all
        item = replace(item, relation=relation)
        found.append((item, alias))
        if relation == "supersedes" and joined:
            _spread_back(found, text)
        if alias:
            given.setdefault(alias, item)
        reach = max(item.end, skip)
    spans = [(item.start, item.end) for item, _alias in found]
    for number in _bare(text):
        if not any(start < number.end and number.start < end for start, end in spans):
            found.append((Cited(number.start, number.end, "", number.key, number.written, _relation(text, number.start, number.end)), ""))
            spans.append((number.start, number.end))
    return sorted(found, key=lambda pair: (pair[0].start, pair[0].end))


def _full(text: str, match: "re.Match[str]", title: str) -> tuple[Cited, str, int]:
    """The citation with what the bracket behind the title says: number, short name; and where that bracket ends."""
    end, key, alias = match.end(), "", ""
    opens, closes = _bracket(text, match.end())
    inside = text[opens + 1 : closes - 1]
    numbers = find_numbers(inside) or find_orders(inside)
    name = _ALIAS.search(inside) if numbers or opens == match.end() else None
    if numbers:
        end, key = closes, numbers[0].key
    if name:
        alias = _PLAIN.sub("", name.group(1))
    return Cited(match.start(), end, _inner(title), key, text[match.start() : end], "mentions"), alias, closes if numbers or name else end


def _bracket(text: str, end: int) -> tuple[int, int]:
    """Start and end of the bracket that follows within a few signs; (end, end) where there is none."""
    opens = next((at for at in range(end, min(end + _GAP, len(text))) if text[at] in "（("), -1)
    if opens < 0 or re.search(r"[《》。；，]", text[end:opens]):
        return end, end
    depth = 0
    for at in range(opens, min(opens + _BRACKET, len(text))):
        depth += (text[at] in "（(") - (text[at] in "）)")
        if depth == 0:
            return opens, at + 1
    return end, end


def _bare(text: str) -> list[Number]:
    return [*find_numbers(text), *find_orders(text)]


def _side_by_side(between: str) -> bool:
    """Whether two titles stand in one list: nothing but 、 or 和 between them, a bracket of the first aside (…法》（2020年修正）《…)."""
    return bool(re.fullmatch(r"(?:[（(][^（）()《》。；]{1,60}[）)])?[、和与及以\s]*", between))


def _spread_back(found: list[tuple[Cited, str]], text: str) -> None:
    """《A》、《B》同时废止 speaks of both."""
    for at in range(len(found) - 2, -1, -1):
        item, alias = found[at]
        if item.relation != "mentions" or not _side_by_side(text[item.end : found[at + 1][0].start]):
            return
        found[at] = (replace(item, relation="supersedes"), alias)


def _inner(title: str) -> str:
    """X关于印发《Y》的通知 cites Y."""
    match = re.search(r"(?:印发|转发|发布)[《〈](.+)[》〉]的通知$", title)
    return match.group(1) if match else title


def _relation(text: str, start: int, end: int) -> str:
    after = re.split(r"[。；]", text[end : end + 40], maxsplit=1)[0]
    if _REPEALED.search(after) or re.search(r"废止$", text[max(0, start - 6) : start]):
        return "supersedes"
    if _AMENDED.search(after):
        return "amends"
    if _ISSUED.search(after):
        return "wraps"
    before = re.split(r"[。；，,：:]", text[max(0, start - 60) : start])[-1]
    direct = next((name for name, pattern in _RELATIONS if pattern.search(before)), "")
    if direct:
        return direct
    verbs = list(_VERBS.finditer(before))
    return verbs[-1].lastgroup or "mentions" if verbs and "》" not in before[verbs[-1].end() :] else "mentions"
