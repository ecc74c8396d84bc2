"""What a text says of itself: title, number, issuer, date, place. Pure. What the text lacks stays empty; nothing is guessed."""

import re
from collections.abc import Iterator, Sequence

from policy_docs.units.places import COUNTRY
from policy_docs.units.types import Place

from . import lines, term
from .dates import DATE, date_in, dated, iso, stamp_of
from .numbers import display, find_numbers, find_order, normalise
from .types import Block, BlockKind, Identity

_KINDS = re.compile(
    r"(实施意见|指导意见|实施方案|工作方案|行动计划|若干意见|若干措施|实施办法|管理办法|实施细则|工作规则|工作要点|工作纲要|备忘录|倡议书|意见|方案|办法|规定|条例|细则|规则|规程|制度|纲要|规划|要点|决定|决议|通知|通报|通告|公告|公报|批复|复函|函|纪要|预案|解释|法典|(?<![做用方看想说写手算疗语书])法|令|请示|报告|指引|准则|章程|标准|计划|规范|修正案|安排|措施|解答|答复|案例)"
    r"(?:[（(](?:(试行|暂行|草案|征求意见稿|修订稿|讨论稿|修订|修正)|[^）)]{1,12})[）)])?$"
)
_SIDE_BY_SIDE = re.compile(r"([\u4e00-\u9fa5（）]{4,40}?)\s+(\d{4}年\d{1,2}月\d{1,2}日)(?:印发)?$")
_PASSED = dated(after=r"[^，。；]{0,80}?(?:通过|公布|发布|批准|颁布|印发|制定)")
# 现就建立上蔡县执行联动机制提出以下意见: whose mechanism it is
_SAYS_WHAT = re.compile(r"现就([^。；]{4,60}?)(?:提出|制定|作出)")
_PLACE_NAME = re.compile(r"(?<=[立善推强进化实在对])([\u4e00-\u9fa5]{2,6}?[省市州盟县区旗])")
_SHORT_ORGAN = re.compile(r"(?:^|，|。)([\u4e00-\u9fa5]{2,30}(?:委员会|办公厅|办公室|人民政府|法院|检察院|厅|局|委))(?:印发|出台|制定|发布|下发)(?:了)?《")
_NOTED_ORGAN = re.compile(r"日\s*([\u4e00-\u9fa5]{0,24}(?:人民代表大会|人民代表大会常务委员会|国务院|人民政府|委员会|部|署|局))(?:第|令|公布|发布|通过)")
_CENTRAL = re.compile(
    r"^(?:最高人民|国务院|中共中央|中央|(?:第[一二三四五六七八九十]{1,3}届)?全国(?:人民代表大会|人大|政协)|中华人民共和国|国家|中国人民银行|[^省市县区州旗委]{2,7}部(?:$|、|关于)|[^省市县区州旗委]{2,8}总[局署])"
)


_HEAD = (BlockKind.TITLE, BlockKind.FRONT, BlockKind.NOTICE)


def identify(blocks: Sequence[Block], places: Sequence[Place]) -> Identity:
    """Return the identity block of a segmented text."""
    head = [block for block in blocks if block.kind in _HEAD]
    notice = next((block.text for block in blocks if block.kind is BlockKind.NOTICE and lines.WRAPPER.search(block.text)), "")
    title = _title(blocks, notice)
    written, number = _number(blocks)
    issuer = _issuer(blocks, next((block.text for block in blocks if block.kind is BlockKind.TITLE), title))
    notice_date = _dates([block for block in blocks if block.kind is BlockKind.NOTICE])
    back = _dates([block for block in blocks if block.kind is BlockKind.BACK])
    issue_date = notice_date or back or date_in(_red_head(blocks)[1]) or _passed(head) or date_in(_fact(blocks, "成文日期", "发文日期", "印发日期", "签发日期"))
    place = _place(blocks, places, title=title, issuer=issuer, number=number)
    kind = _KINDS.search(title)
    effective = term.effective(blocks, issue_date).day
    return Identity(
        title=title,
        number=number,
        number_key=normalise(number) if number else "",
        number_written=written,
        issuer=issuer,
        issue_date=issue_date,
        jurisdiction=place.name if place else "",
        code=place.code if place else "",
        kind=(kind.group(1) + (f"（{kind.group(2)}）" if kind.group(2) else "")) if kind else "",
        addressees=next((block.text.rstrip("：:") for block in blocks if block.kind is BlockKind.NOTICE and lines.is_addressees(block.text)), ""),
        notice_title=_joined(notice),
        notice_issuer=issuer if notice else "",
        notice_date=notice_date if notice else "",
        effective_date=effective,
        expiry_date=term.expiry(blocks, effective, issue_date).day,
        text_date=_text_date(head, effective),
    )


def _joined(text: str) -> str:
    """A title without the white space of page breaks (between Chinese signs)."""
    return re.sub(r"(?<=[\u4e00-\u9fa5“”《》（）〈〉、，])\s+|\s+(?=[\u4e00-\u9fa5“”《》（）〈〉、，])", "", text).strip()


def _title(blocks: Sequence[Block], notice: str) -> str:
    titles = [_without_number(_joined(block.text)) for block in blocks if block.kind is BlockKind.TITLE]
    if titles:
        return titles[0]
    inner = re.search(r"《(.+)》", _joined(notice))
    return inner.group(1) if inner else _without_number(_joined(notice))


def _without_number(title: str) -> str:
    """A title without the number that stands on its line."""
    for number in find_numbers(title):
        if number.start == 0:
            return title[number.end :].strip()
        if number.end == len(title.rstrip("）)")):
            return title[: number.start].rstrip("（( ")
    return title


def _number(blocks: Sequence[Block]) -> tuple[str, str]:
    """Number as written and in display form: a line of its own, else the end of the note below the title, else what stands on the title's line."""
    heads = [block for block in blocks if block.kind in _HEAD]
    for block in heads:
        text = re.split(r"\s*签发人", block.text.strip())[0].strip("（）() ")
        if lines.is_number(text):
            found = find_numbers(text)
            if found and found[0].start == 0 and found[0].end == len(text):
                return text, display(text)
            order = find_order(text)
            if order:
                return text, order
    fact = _fact(blocks, "发文字号", "文号", "发文号")
    for text in (*(block.text for block in heads if block.kind is BlockKind.FRONT and lines.is_note(block.text) and "《" not in block.text), fact):
        found = find_numbers(text)
        if len(found) == 1:
            return found[0].written, display(found[0].written)
    for block in heads:
        found = find_numbers(block.text) if block.kind is BlockKind.TITLE or (block.kind is BlockKind.NOTICE and lines.WRAPPER.search(block.text)) else []
        if found and _without_number(block.text.strip()) != block.text.strip():
            return found[0].written, display(found[0].written)
    return "", ""


def _fact(blocks: Sequence[Block], *keys: str) -> str:
    """A fact of the table that a portal sets before the text: on the line of its key, or on the next."""
    waits = False
    for block in blocks:
        if block.kind not in _HEAD and block.kind is not BlockKind.LEFT_OUT:
            break
        if waits:
            return block.text
        fact = lines.meta(block.text)
        if fact and fact[0] in keys:
            if fact[1]:
                return fact[1]
            waits = True
    return ""


def _dates(blocks: Sequence[Block]) -> str:
    """The date of the signature: a line of its own; in figures alone (2020-05-01) it counts right below the organ that signs."""
    for before, block in zip([None, *blocks], blocks, strict=False):
        text = block.text.strip()
        if lines.is_date(text):
            return date_in(text)
        stamp = stamp_of(text)
        if stamp and before is not None and lines.is_signature(before.text):
            return stamp
    return ""


def _passed(head: Sequence[Block]) -> str:
    """The first date of the note below the title (通过, 公布): later ones are amendments."""
    for block in head:
        if block.kind is BlockKind.FRONT:
            if lines.is_date(block.text.strip()):
                return date_in(block.text)
            found = _PASSED.search(block.text[:2000])
            if found:
                return iso(found)
    return ""


def _text_date(head: Sequence[Block], effective: str) -> str:
    """The last day that the notes below the title name, where the text has been amended since it entered into force."""
    noted = [iso(found) for block in head if block.kind is BlockKind.FRONT and lines.is_note(block.text) for found in DATE.finditer(block.text[:4000])]
    latest = max(noted, default="")
    return latest if latest > effective else effective


def _organs(line: str) -> str:
    """Organs that issue together stand side by side on one line; a name that is spaced out is one."""
    parts = line.split()
    return "、".join(parts) if len(parts) > 1 and all(lines.ORGAN.match(part) and len(part) > 2 for part in parts) else _joined(line)


def _signed(blocks: Sequence[Block], kind: BlockKind) -> str:
    """The organs that stand on lines of their own in one part of the text: the first run of such lines."""
    names: list[str] = []
    for block in blocks:
        name = lines.organ_of(block.text) if block.kind is kind else ""
        if name:
            names.append(_organs(name))
        elif names:
            break
    return "、".join(dict.fromkeys(names))


def outer(blocks: Sequence[Block]) -> list[Block]:
    """Return what stands before the end of the notice that wraps a document: organs and dates behind it are those of the document inside. All blocks
    where there is no such notice."""
    dated = [index for index, block in enumerate(blocks) if block.kind is BlockKind.NOTICE and lines.is_date(block.text.strip())]
    return list(blocks[: dated[-1] + 1]) if dated else list(blocks)


def _red_head(blocks: Sequence[Block]) -> tuple[str, str]:
    """Organ and date side by side below the name of a series, as minutes bear them: 州人民政府办公室　　2021年3月5日."""
    for block in blocks:
        found = _SIDE_BY_SIDE.match(block.text.strip()) if block.kind is BlockKind.FRONT else None
        if found and (organ := lines.organ_of(found.group(1))):
            return _organs(organ), found.group(2)
    return "", ""


def _issuer(blocks: Sequence[Block], title: str) -> str:
    """The mark above the number, the organ between number and title, the signature, the organ that a title begins with."""
    blocks = outer(blocks)
    for block in blocks:
        if block.kind is BlockKind.FRONT and lines.MARK.match(block.text) and (mark := re.search(r"文\s*件$", block.text)):
            return _organs(block.text[: mark.start()])
    signed = next((found for kind in (BlockKind.FRONT, BlockKind.NOTICE, BlockKind.BACK) if (found := _signed(blocks, kind))), "")
    signed = signed or _red_head(blocks)[0]
    if signed:
        return signed
    before = re.match(r"([\u4e00-\u9fa5、 \u3000]{2,60}?)\s*(?:印发|关于|转发|批转)", title)
    if before and lines.ORGAN.match(before.group(1)):
        return _organs(before.group(1))
    fact = _fact(blocks, "发文机关", "发文机构", "制定机关", "发布部门", "发布机关")
    if lines.organ_of(fact) and not re.search("网|平台|中心$", fact):
        return _organs(fact)
    return _issuer_told(blocks)


def _issuer_told(blocks: Sequence[Block]) -> str:
    """The organ that a page's report or the note below the title names."""
    for block in blocks:
        told = _SHORT_ORGAN.search(block.text.replace(",", "，")) if block.kind is BlockKind.LEFT_OUT else None
        note = _NOTED_ORGAN.search(block.text[:2000]) if block.kind is BlockKind.FRONT else None
        if told or note:
            return told.group(1) if told else note.group(1) if note else ""
    return ""


def _place(blocks: Sequence[Block], places: Sequence[Place], *, title: str, issuer: str, number: str) -> Place | None:
    by_code = {place.code: place for place in places}
    head = " ".join(block.text for block in blocks if block.kind in (BlockKind.TITLE, BlockKind.FRONT, BlockKind.NOTICE))[:600]
    body = "".join("".join(block.text.split()) for block in blocks if block.kind in (BlockKind.PREAMBLE, BlockKind.CLAUSE))[:6000]
    for text in (issuer, title, head):
        found = _named(text, places)
        if found:
            return _only(found, by_code, around="".join(head.split()) + body)
        if text and _CENTRAL.search(text) and "分局" not in text:
            return by_code.get(COUNTRY)
    own = re.search(r"(?:结合|推进|符合)([\u4e00-\u9fa5]{2,10}?[省市州盟县区旗])(?:工作)?实际", body)
    if own:
        return _only(_named(own.group(1), places), by_code, around=body)
    said = _SAYS_WHAT.search(body[:1500])
    named = [_only(_named(name, places), by_code, around=body) for name in _PLACE_NAME.findall(said.group(1))] if said else []
    meant = {place.code: place for place in named if place}
    return meant.popitem()[1] if len(meant) == 1 else None


def _only(found: Sequence[Place], by_code: dict[str, Place], *, around: str) -> Place | None:
    """The one place meant: where several bear the name (鼓楼区), the one whose city or province the text names too; none is guessed."""
    if len(found) > 1:
        found = [place for place in found if any(name in around for name in _names_above(place, by_code))]
    return found[0] if len(found) == 1 else None


def _names_above(place: Place, by_code: dict[str, Place]) -> Iterator[str]:
    above = by_code.get(place.parent)
    while above is not None and above.code != COUNTRY:
        yield from (above.name, *above.short_names)
        above = by_code.get(above.parent)


def _named(text: str, places: Sequence[Place]) -> list[Place]:
    """The places that a text begins with or names as the seat of an organ: those of the longest name, of the lowest level inside it."""
    plain = "".join(text.split())
    best: dict[tuple[int, int], list[Place]] = {}
    for place in places:
        if place.code == COUNTRY:
            continue
        for name in (place.name, *place.short_names):
            at = plain.find(name)
            if at >= 0 and (at <= 2 or plain[at - 1] in "共、（(" or plain.startswith("中共") and at <= 14 or re.search(r"[省州市]$", plain[:at])):
                best.setdefault((place.level.depth, len(name)), []).append(place)
    return best[max(best)] if best else []
