"""Names of one list as one group, with the words before and behind it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from policy_docs.units.types import Name

from ._patterns import BEARERS
from ._words import holds_verb

_REACH = 1000  # characters: no sentence of an official text is longer; a hostile one must not cost the square of its length
_PIECE_END = re.compile(r"[。；;！？\n]")
_SEGMENT_START = re.compile(r"[。；;！？，,：:（(\n]")
_TAIL = re.compile(
    r"(?:\s*等)?(?:(?:其他)?(?:有关|相关)?(?:政法|职能|主管|行政主管|行政管理|行政执法|监督管理|管理|行政|监管|执法|业务主管)?(?:部门和单位|部门、机构|部门|机关|单位|机构|系统))?"
)
_LONG_TAIL = re.compile(r"等[^的、，。；应由向会要须]{1,12}?(?:部门|机关)")  # 等相关行业主管部门
_AS_MEMBERS = re.compile(r"等[\u4e00-\u9fa5]{0,10}?(?:成员单位|联动单位|责任单位|协作单位|协助单位)")  # 公安局、民政局等联动机制成员单位应当…
# 用人单位（以下简称单位）应当…, 领导小组办公室（设在市委政法委）负责…: what a bracket calls the name does not part it from its verb
_CALLED = re.compile(r"^(?:（(?:以下|下称|简称|统称|下同|含|包括[^（）]{1,30}下同|(?:办公室)?设[在于])[^（）]{0,40}）)+")
# 市纪委（市监察局）负责…: another name of the same
_OTHERWISE = re.compile(r"^（(?![^）]{0,12}(?:牵头|负责|配合|责任|参加|包括|含))[\u4e00-\u9fa5]{2,12}）(?=[\u4e00-\u9fa5：])")
_BETWEEN = re.compile(r"^之间(?=不得|应当|应|要)")  # 投标者之间不得…
# 企业、单位和个体工商户应当…: a list goes on with words that are no names, up to the verb that holds for all
_GOES_ON = re.compile(
    r"^(?:(?:、|和|或者|或|以及|及其|及|与)(?:其他|有关|相关)?[\u4e00-\u9fa5]{1,12}?(?:等)?){1,5}(?=(?:均|都|也)?(?:应当|不得|应该|必须|应|须|可以|负责|有权)(?![求急对变]))"
)
# 消防大队、县急救站到场保障: an organ without a key of its own
_STRANGER = re.compile(
    r"^(?:(?:、|和|及|与)[省市州县区盟旗]?(?:[\u4e00-\u9fa5]{1,8}?(?:站|所|大队|支队|中心|医院|公司|协会|委员会)|(?<=[省市州县区盟旗])[\u4e00-\u9fa5]{2,10}?局|[\u4e00-\u9fa5]{2,18}?办公室)){1,4}(?![的、和与及])"
)
# 企业的法定代表人、主要负责人: persons in charge count as their unit (gold guidelines)
_IN_CHARGE = re.compile(
    r"^的?(?:(?:法定代表人|主要负责人|主要负责同志|负责人|负责同志|主要领导|园长|校长|院长|局长|检察长)(?:和|、|及|及其|以及|或者)?)+(?=[^，。；的]{0,12}(?:应当|要|应|须|必须|负责|对|为|是))"
)
# 教育、卫生等部门，以及车站、码头的经营单位，应当…: the list goes on behind a comma
_AND_OTHERS = re.compile(r"^，以及[^，。；应]{2,80}?(?:单位|部门|机构|组织|企业|者)，?(?=应当|应|要|必须|不得)")
_LONGER = re.compile(r"[、和及与][^，。；]{2,80}?等(?:有关|相关|业务)?(?:经营者|单位|企业|部门|机构|团体|组织|场所)(?:、[\u4e00-\u9fa5]{2,8}者)?")
_EXTENT = re.compile(
    r"^(?:全[省市州县区国]|[省市州县区盟旗]级|辖内|辖区|本[省市州县区级]|我[省市州县区]|各|两级|三级|四级|有管辖权的|有关|相关|同时|并|必要时|其中|所有|地方|一般|严格|但|对此|国家|地级以上市?|[\u4e00-\u9fa5]{2,4}流域|[\u4e00-\u9fa5]{2}沿线|沿[海江河湖线]|城市|主管|原(?:批准|审批|发证|决定|许可)[^，。；]{0,8}的|一审|二审|再审|原审|[省市州县区]和)+"
)
_MOST_QUALIFIED = 12
_STRANGERS = re.compile(
    r"^(?!健全|建立|完善|加强|推动|推进|促进|组织|督促|指导|协调|支持|鼓励|引导|会同|联合|配合|协助|对|向|由|与)(?:[\u4e00-\u9fa5]{2,8}、){1,6}$"
)  # 人民防空、经济和信息化等部门: a list that begins with what is no name
_PUTS = re.compile(r"动员|调动|吸引|组织|鼓励|支持|引导|督促|促进|[对向给由把将被按依与和及为使让在从以的所经可应要未不无便）、]")
_APPENDED = re.compile(r"(?:和|与|及|以及|、)[\u4e00-\u9fa5]{2,24}?(?:机构|部门|单位|小组|中心)(?=[应要须可按依在分共负对]|根据)")


@dataclass(frozen=True, slots=True)
class Group:
    """``names`` of one list. ``pre``: words from the last sign to the group; ``post``: words from behind it to the end of the half-sentence;
    ``piece_start``/``piece_end``: the half-sentence (between 。；), in offsets of the text. White space is taken out of pre and post."""

    names: tuple[Name, ...]
    start: int
    end: int
    pre: str
    post: str
    before: str  # everything before the group in its half-sentence
    piece_start: int
    piece_end: int
    bracket: str = ""  # content of the bracket that the group stands in
    touches_next: bool = False  # another name follows without a sign: this one only qualifies it

    @property
    def kinds(self) -> set[str]:
        """Keys of the unit kinds named."""
        return {name.kind for name in self.names}

    @property
    def opens(self) -> bool:
        """Whether the group begins its part of the sentence; words of extent before it do not count, nor what only tells parties apart
        (重大会展活动举办单位)."""
        before = _STRANGERS.sub("", _EXTENT.sub("", self.pre))
        return not before or (self.kinds <= BEARERS and len(before) <= _MOST_QUALIFIED and not _PUTS.search(before) and not holds_verb(before))


def groups_of(text: str, names: Sequence[Name]) -> list[Group]:
    """Return the groups of a text in order."""
    runs: dict[int, list[Name]] = {}
    before: dict[int, Name] = {}
    for index, name in enumerate(names):
        key = name.enumeration if name.enumeration is not None else -1 - index  # what only qualifies the next name stands alone
        runs.setdefault(key, []).append(name)
        if index and names[index - 1].end == name.start:
            before.setdefault(name.start, names[index - 1])
    starts = {name.start for name in names}
    groups = [_group(text, run, starts, opening=before[run[0].start].start if run[0].start in before else run[0].start) for run in runs.values()]
    groups.sort(key=lambda group: (group.start, group.end))
    return groups


def _group(text: str, run: Sequence[Name], starts: set[int], *, opening: int) -> Group:
    """``opening``: where the words that belong to the group begin, the name that only qualifies it (县级以上人民政府教育部门) included."""
    start, end = opening, run[-1].end
    tail = _AS_MEMBERS.match(text, end) or _LONG_TAIL.match(text, end) or _TAIL.match(text, end)
    if tail and not run[-1].alias.startswith("各") and tail.group():
        end = tail.end()
    appended = _LONGER.match(text, end) or _APPENDED.match(text, end)
    if appended:
        end = appended.end()
    low, high = max(0, start - _REACH), min(len(text), end + _REACH)
    piece_start = _last(_PIECE_END, text, low, start)
    found = _PIECE_END.search(text, end, high)
    piece_end = found.start() if found else high
    segment = max(_last(_SEGMENT_START, text, low, start), piece_start)
    brackets = text.rfind("（", low, start), text.rfind("(", low, start)
    bracket = ""
    if max(brackets) >= 0:
        close = next((at for at in range(max(brackets), high) if text[at] in "）)"), -1)
        if close > end - 1:
            bracket = text[max(brackets) + 1 : close]
            piece_end = min(piece_end, close)
    return Group(
        tuple(run), start, end, _squeeze(text[segment:start]), _behind(_squeeze(text[end:piece_end])), _squeeze(text[piece_start:start]),
        piece_start, piece_end, bracket, touches_next=run[-1].end in starts,
    )  # fmt: skip


def _behind(post: str) -> str:
    """The words behind a group, without what only belongs to its name."""
    post = _OTHERWISE.sub("", _CALLED.sub("", post))
    post = _IN_CHARGE.sub("", _BETWEEN.sub("", post))
    post = _STRANGER.sub("", post)
    post = _AND_OTHERS.sub("", post)
    goes_on = _GOES_ON.match(post)
    return post[goes_on.end() :] if goes_on and "的" not in goes_on.group() else post


def _last(pattern: re.Pattern[str], text: str, low: int, end: int) -> int:
    at = low
    for found in pattern.finditer(text, low, end):
        at = found.end()
    return at


def _squeeze(words: str) -> str:
    return "".join(words.split()).replace(",", "，").replace("(", "（").replace(")", "）").replace(":", "：")
