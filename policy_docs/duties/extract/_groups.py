"""Names of one list as one group, with the words before and behind it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from policy_docs.units.types import Name

_PIECE_END = re.compile(r"[。；;！？\n]")
_SEGMENT_START = re.compile(r"[。；;！？，,：:（(\n]")
_TAIL = re.compile(r"(?:\s*等)?(?:其他)?(?:有关|相关|政法|职能|主管|行政主管|管理|行政|监管)?(?:部门和单位|部门、机构|部门|机关|单位|机构|系统)?")
_LONGER = re.compile(r"、[^，。；]{2,80}?等(?:有关|相关|业务)?(?:经营者|单位|企业|部门|机构)(?:、[\u4e00-\u9fa5]{2,8}者)?")
_EXTENT = re.compile(
    r"^(?:全[省市州县区国]|本[省市州县区级]|我[省市州县区]|各|两级|三级|四级|有管辖权的|有关|相关|同时|并|必要时|其中|所有|地方|一般|严格|但|对此)+"
)
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
    def opens(self) -> bool:
        """Whether the group begins its part of the sentence (words of extent before it do not count)."""
        return not _EXTENT.sub("", self.pre)


def groups_of(text: str, names: Sequence[Name]) -> list[Group]:
    """Return the groups of a text in order."""
    runs: list[list[Name]] = []
    for name in names:
        if runs and name.enumeration is not None and runs[-1][-1].enumeration == name.enumeration:
            runs[-1].append(name)
        else:
            runs.append([name])
    starts = {name.start for name in names}
    groups = []
    for number, run in enumerate(runs):
        before = runs[number - 1] if number else None
        touched = before is not None and before[-1].end == run[0].start
        groups.append(_group(text, run, starts, opening=before[0].start if before is not None and touched else run[0].start))
    return groups


def _group(text: str, run: Sequence[Name], starts: set[int], *, opening: int) -> Group:
    """``opening``: where the words that belong to the group begin, the name that only qualifies it (县级以上人民政府教育部门) included."""
    start, end = opening, run[-1].end
    tail = _TAIL.match(text, end)
    if tail and not run[-1].alias.startswith("各") and tail.group():
        end = tail.end()
    appended = _LONGER.match(text, end) or _APPENDED.match(text, end)
    if appended:
        end = appended.end()
    piece_start = _last(_PIECE_END, text, start)
    found = _PIECE_END.search(text, end)
    piece_end = found.start() if found else len(text)
    segment = max(_last(_SEGMENT_START, text, start), piece_start)
    brackets = text.rfind("（", 0, start), text.rfind("(", 0, start)
    bracket = ""
    if max(brackets) >= 0:
        close = next((at for at in range(max(brackets), len(text)) if text[at] in "）)"), -1)
        if close > end - 1:
            bracket = text[max(brackets) + 1 : close]
            piece_end = min(piece_end, close)
    return Group(
        tuple(run), start, end, _squeeze(text[segment:start]), _squeeze(text[end:piece_end]), _squeeze(text[piece_start:start]),
        piece_start, piece_end, bracket, touches_next=run[-1].end in starts,
    )  # fmt: skip


def _last(pattern: re.Pattern[str], text: str, end: int) -> int:
    at = 0
    for found in pattern.finditer(text, 0, end):
        at = found.end()
    return at


def _squeeze(words: str) -> str:
    return "".join(words.split()).replace(",", "，").replace("(", "（").replace(")", "）").replace(":", "：")
