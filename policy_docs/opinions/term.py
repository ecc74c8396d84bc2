"""From which day and to which day a text says that it holds, with the words that say so. Pure; what is not read stays empty."""

import calendar
import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from . import lines
from .dates import dated, iso
from .labels import number_in
from .types import Block, BlockKind

_STARTS = r"起?\s*(?:开始)?(?:施行|实施|执行|生效|试行)"
_DAY = r"[^，。；自至到]{6,16}日"  # a date that is only passed over
_EFFECTIVE = dated(before="自", after=_STARTS)
_NOTED = dated(after=_STARTS)  # 2021年1月1日 施行: a note below the title
_FROM_TO = dated(before="自", after=rf"起?(?:至|到){_DAY}止?(?:施行|实施|执行|有效|试行)")
_FROM_ISSUE = re.compile(r"自(?:发布|印发|公布|颁布|下发|发文)之日起(?:开始)?(?:施行|实施|执行|生效|试行)")
_FROM_TERM = dated(before=r"有效期(?:限)?(?:为|：)?自", after=r"起?(?:，)?(?:至|到)")
# the clause speaks of its own document, not of a permit or a project
_OWN = re.compile(
    r"本[\u4e00-\u9fa5]{0,6}(?:意见|方案|办法|规定|通知|决定|条例|细则|规则|规程|制度|措施|通告|公告|指引|计划|规划|标准|规范|文件|机制|预案|安排|要点|工作)(?:（[^（）]{2,6}）)?"
    r"[\u4e00-\u9fa5]{0,4}(?:自|有效|试行|执行|施行|实施|从|[一二两三四五\d])"
    r"|起(?:开始)?(?:施行|实施|执行|生效|试行)|^(?:有效期|试行期)"
)
_HOLDS = r"(?:有效期?|试行期?|施行期?|实施期?|执行期?|暂行期?)(?:限|间)?"
_UNTIL = (
    dated(before=rf"{_HOLDS}(?:暂?定)?(?:为|：)?，?(?:(?:自|从){_DAY}(?:起|开始)?，?)?(?:截|暂定|延长|延续|持续)?(?:至|到)"),
    dated(before=rf"自{_DAY}起?(?:至|到)", after=r"止?(?:施行|实施|执行|有效|试行)"),
)
_ENDS = dated(
    before=r"起(?:开始)?(?:施行|实施|执行|生效|试行)，(?:并)?[自于在]?", after=r"(?P<since>起)?(?:自动|自行|即行)?(?:废止|失效|终止|停止(?:执行|施行|实施))"
)
_LASTS = re.compile(
    rf"{_HOLDS}(?:为|：)?(?P<since>自(?:发布|印发|公布|颁布|下发)之日起|自(?:施行|实施|执行|生效)之日起，?)?(?:暂|初)?(?:设?定)?(?:为|：)?"
    r"(?P<number>\d{1,2}|[一二两三四五六七八九十]{1,3})个?(?P<unit>年|月)(?!半|以?来|后|内|前|的|间|\d)"
)
# what speaks of an end: where none of it was read, a person has to look
_HINT = re.compile(r"(?<![证书可照])有效期|试行期|执行期限|试行[一二两三四五六七八九十\d]|日止|底止|为止|截止|自[动行](?:失效|废止)")
_NAMES = re.compile(r"《[^《》]*》")
_SENTENCE = re.compile(r"[^。；]+")
_LAST = 10  # clauses at the end of a text in which its end is told
_AROUND = 20  # signs on either side of what is quoted
_BODY = (BlockKind.CLAUSE, BlockKind.NOTICE, BlockKind.PREAMBLE)


@dataclass(frozen=True, slots=True)
class Said:
    """A day and the words that give it; both empty where the text gives none."""

    day: str = ""
    words: str = ""


def effective(blocks: Sequence[Block], issue_date: str) -> Said:
    """Return the first day in force: 自2021年3月1日起施行, 自印发之日起施行, a note below the title."""
    for block in reversed(blocks):
        if block.kind is not BlockKind.CLAUSE:
            continue
        if "起" in block.text and re.search(r"本[\u4e00-\u9fa5]{1,6}|^自", block.text):
            found = _EFFECTIVE.search(block.text)
            if found:
                return _said(block.text, found, iso(found))
            issued = _FROM_ISSUE.search(block.text)
            if issued:
                return _said(block.text, issued, issue_date)
    for block in (block for block in blocks if block.kind is BlockKind.NOTICE):  # 现印发给你们，自2025年3月1日起施行
        found, issued = _EFFECTIVE.search(block.text), _FROM_ISSUE.search(block.text)
        if found or issued:
            return _said(block.text, found or issued, iso(found) if found else issue_date)
    for block, start, sentence in _sentences(blocks):
        found = _FROM_TO.search(sentence) or _FROM_TERM.search(sentence)
        if found and _OWN.search(sentence):
            return _said(block.text, found, iso(found), start)
    noted = [(block, found) for block in blocks if block.kind is BlockKind.FRONT and lines.is_note(block.text) and (found := _NOTED.search(block.text))]
    return _said(noted[-1][0].text, noted[-1][1], iso(noted[-1][1])) if noted else Said()


def expiry(blocks: Sequence[Block], start: str, issue_date: str) -> Said:
    """Return the last day in force: 有效期至2025年4月30日, 有效期5年 (from ``start``, to the day before its anniversary)."""
    for block, at, sentence in _sentences(blocks):
        if not _OWN.search(sentence):
            continue
        until = next((found for pattern in _UNTIL if (found := pattern.search(sentence))), None)
        if until:
            return _said(block.text, until, iso(until), at)
        ends = _ENDS.search(sentence)
        if ends:
            return _said(block.text, ends, _day_before(iso(ends)) if ends.group("since") else iso(ends), at)
        lasts = _LASTS.search(sentence)
        if lasts:
            first = issue_date if "布" in (lasts.group("since") or "") or "发" in (lasts.group("since") or "") else start
            return _said(block.text, lasts, _anniversary(first, number_in(lasts.group("number").replace("两", "二")), lasts.group("unit")), at)
    return Said()


def unread_end(blocks: Sequence[Block]) -> str:
    """Return words near the end that may say how long the text holds; for where ``expiry`` has read nothing."""
    body = [block for block in blocks if block.kind in _BODY or block.kind is BlockKind.BACK]
    for block in reversed(body[-_LAST:] + [block for block in body[:-_LAST] if block.kind is BlockKind.NOTICE]):
        found = _HINT.search(_NAMES.sub(lambda name: "　" * len(name.group()), block.text))
        if found:
            return _said(block.text, found, "").words
    return ""


def _sentences(blocks: Sequence[Block]) -> Iterator[tuple[Block, int, str]]:
    """The sentences of the body that name a term or an end, the last block first: block, offset, words."""
    for block in reversed(blocks):
        if block.kind in _BODY and re.search(r"效|行|止", block.text):
            for found in _SENTENCE.finditer(block.text):
                yield block, found.start(), found.group()


def _said(text: str, found: "re.Match[str] | None", day: str, at: int = 0) -> Said:
    """The day with the part of the sentence that gives it."""
    if found is None:
        return Said(day)
    low, high = at + found.start(), at + found.end()
    start = max(text.rfind(sign, 0, low) + 1 for sign in "，。；")
    stop = min([at for sign in "，。；" if (at := text.find(sign, high)) >= 0], default=len(text))
    return Said(day, text[max(start, low - _AROUND) : min(stop, high + _AROUND)].strip())


def _day_before(day: str) -> str:
    return (datetime.date.fromisoformat(day) - datetime.timedelta(days=1)).isoformat() if day else ""


def _anniversary(first: str, number: int, unit: str) -> str:
    if not first or not number:
        return ""
    day = datetime.date.fromisoformat(first)
    months = day.year * 12 + day.month - 1 + number * (12 if unit == "年" else 1)
    year, month = divmod(months, 12)
    if not datetime.MINYEAR <= year <= datetime.MAXYEAR:
        return ""
    same = datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
    return _day_before(same.isoformat())
