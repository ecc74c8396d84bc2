"""How sure the identity of a text is, field by field, and where it was read. Pure; words for people, never a percentage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from policy_docs.opinions import lines, term
from policy_docs.opinions.dates import date_in
from policy_docs.opinions.identity import outer
from policy_docs.opinions.numbers import find_numbers, find_order, normalise
from policy_docs.opinions.types import Block, BlockKind, Identity

OK, MID, LOW = "ok", "mid", "low"
WORDS = {OK: "把握高", MID: "请核对", LOW: "请填写"}
BY_HAND = "人工填写"
#: without these a text is not published
NEEDED = ("title", "place", "disclosure")
_CUT = 40  # signs of what was read that are quoted
FORM = "发文字号应写成“澜政法发〔2021〕7号”，请核对年份和括号"


@dataclass(frozen=True, slots=True)
class Sure:
    """How sure a field is: the class of the stylesheet, the words, a hint below the field."""

    grade: str
    words: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates that a text gives for its issue: at its head (notice or below the title) and at its end. Number, issuer and date of a document in a
    notice are those of the notice; ``inner`` is the date that the document inside bears itself."""

    head: str = ""
    back: str = ""
    inner: str = ""

    @property
    def differ(self) -> bool:
        """Whether a person has to choose."""
        return bool(self.head and self.back and self.head != self.back)


def _sure(grade: str, where: str = "", hint: str = "") -> Sure:
    return Sure(grade, WORDS[grade] + (f"，{where}" if where else ""), hint)


def dates_of(blocks: Sequence[Block]) -> Dates:
    """Return the dates that stand on lines of their own."""

    def first(*kinds: BlockKind) -> str:
        return next((date_in(block.text) for block in blocks if block.kind in kinds and lines.is_date(block.text.strip())), "")

    notice = first(BlockKind.NOTICE)
    return Dates(notice, inner=first(BlockKind.BACK)) if notice else Dates(first(BlockKind.FRONT), first(BlockKind.BACK))


def assess(identity: Identity, blocks: Sequence[Block], *, typed: Mapping[str, str], read: Mapping[str, str], day_chosen: bool = False) -> dict[str, Sure]:
    """Return how sure each field is, given what the form holds (``typed``) and what was read from the text; what a person has written needs no check.
    ``day_chosen``: of two dates a person has chosen one, be it the one that was read."""
    found = {
        "title": _title(identity, blocks),
        "number": _number(identity, typed.get("number", ""), blocks),
        "kind": _sure(OK, "标题") if identity.kind else _sure(MID, hint="标题里没有写明文种"),
        "issuer": _issuer(identity, blocks),
        "issue_date": _issue_date(identity, dates_of(blocks)),
        "place": _place(identity),
        "effective_date": _effective(identity, blocks),
        "expiry_date": _expiry(identity, blocks),
        "addressees": _sure(OK, "正文开头") if identity.addressees else _sure(OK, "原文没有主送机关"),
        "disclosure": _sure(OK, "落款") if read.get("disclosure") else _sure(LOW, hint="原文没有注明，发布前必须选择"),
    }
    if day_chosen:
        found["issue_date"] = Sure(OK, BY_HAND)
    return {name: _by_hand(name, sure, typed.get(name), read.get(name, "")) for name, sure in found.items()}


def _by_hand(name: str, sure: Sure, typed: str | None, read: str) -> Sure:
    """How sure a field is that a person may have changed: where it was read from says nothing of what stands there now."""
    if typed is None or typed == read or (name == "number" and sure.hint == FORM):
        return sure
    if typed.strip():
        return Sure(OK, BY_HAND)
    hint = "发布前必须选择" if name == "disclosure" else f"原文写有“{read[:_CUT]}{'…' if len(read) > _CUT else ''}”，现在没有填"
    return _sure(LOW if name in NEEDED else MID, hint=hint)


def _title(identity: Identity, blocks: Sequence[Block]) -> Sure:
    if not identity.title:
        return _sure(LOW, hint="原文没有找到标题，将以文件名为题")
    titles = [block for block in blocks if block.kind is BlockKind.TITLE]
    if len(titles) == 1:
        return _sure(OK, "正文标题")
    return _sure(MID, hint="标题可能不止一行，请对照原文" if titles else "取自印发通知")


def _number(identity: Identity, typed: str, blocks: Sequence[Block]) -> Sure:
    if typed and typed != identity.number and not (find_numbers(typed) or find_order(typed)):
        return _sure(MID, hint=FORM)
    if not identity.number:
        return _sure(MID, hint="原文没有找到发文字号；没有的可以不填")
    heads = {normalise(number.written) for block in blocks if block.kind is BlockKind.FRONT for number in find_numbers(block.text)}
    if len(heads) > 1:
        return _sure(MID, hint="版头有几个文号，请核对")
    return _sure(OK, "版头" if heads else "标题旁")


def _issuer(identity: Identity, blocks: Sequence[Block]) -> Sure:
    if not identity.issuer:
        return _sure(LOW, hint="原文没有写明发文机关")
    names = identity.issuer.split("、")

    def names_stand(*kinds: BlockKind) -> bool:
        words = "".join("".join(block.text.split()) for block in blocks if block.kind in kinds)
        return all("".join(name.split()) in words for name in names)

    where = [words for words, kinds in (("版头", (BlockKind.FRONT,)), ("落款", (BlockKind.BACK, BlockKind.NOTICE))) if names_stand(*kinds)]
    if not where:
        return _sure(MID, hint="从标题或网页说明推出")
    signs = outer(blocks) if identity.notice_date else [block for block in blocks if block.kind in (BlockKind.BACK, BlockKind.FRONT)]
    others = [name for block in signs if (name := lines.organ_of(block.text)) and not _holds(names, name)]
    if others:
        return _sure(MID, hint=f"版头或落款还有“{others[0]}”，联合发文请补全，用顿号隔开")
    return Sure(OK, _sure(OK, "、".join(where)).words, f"联合发文，主办：{names[0]}" if len(names) > 1 else "")


def _holds(names: Sequence[str], line: str) -> bool:
    """Whether a line names no other organs than these (several may stand side by side)."""
    known = {"".join(name.split()) for name in names}
    return "".join(line.split()) in known or all(part in known for part in line.replace("、", " ").split())


def _issue_date(identity: Identity, dates: Dates) -> Sure:
    if dates.differ:
        return Sure(LOW, "请选定", "版头和落款不一致，请选定")
    if not identity.issue_date:
        return _sure(LOW, hint="原文没有写明成文日期")
    if identity.issue_date in (dates.head, dates.back):
        return _sure(OK, "通知落款" if identity.notice_date else "落款" if identity.issue_date == dates.back else "版头")
    return _sure(MID, hint="取自题注或网页说明")


def _place(identity: Identity) -> Sure:
    if not identity.code:
        return _sure(LOW, hint="职责按行政区划对应到单位，发布前必须填写")
    stem = identity.jurisdiction.rstrip("省市县区州旗盟")
    if identity.jurisdiction == "中华人民共和国" or (stem and stem in identity.issuer + identity.title):
        return _sure(OK, "发文机关")
    return _sure(MID, hint="从正文推出")


def _effective(identity: Identity, blocks: Sequence[Block]) -> Sure:
    if not identity.effective_date:
        return _sure(OK, "原文没有写施行日期")
    said = term.effective(blocks, identity.issue_date)
    hint = f"依据“{said.words}”" if said.words and said.day == identity.effective_date else ""
    return _sure(OK, "正文", hint) if hint and said.day == date_in(said.words) else _sure(MID, hint=hint)


def _expiry(identity: Identity, blocks: Sequence[Block]) -> Sure:
    """Read, told in words that were not read, or not told: only the last may be left empty without a look."""
    if not identity.expiry_date:
        unread = term.unread_end(blocks)
        return _sure(MID, hint=f"原文写有“{unread}”，没有读出截止日期，请核对") if unread else _sure(OK, "原文没有写有效期")
    said = term.expiry(blocks, identity.effective_date, identity.issue_date)
    return _sure(OK, "正文", f"依据“{said.words}”" if said.words and said.day == identity.expiry_date else "")
