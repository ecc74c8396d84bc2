"""Headings that name a unit and nothing else: what stands below them is for it to do. Pure."""

import re
from collections.abc import Mapping, Sequence

from policy_docs.units.types import Addressee, Name

from ._patterns import LOOSE

Doers = list[tuple[str, Addressee]]
_BETWEEN = re.compile(r"[、和及与，]|以及")
_WORDS = re.compile(
    r"(?:等?(?:有关|相关|成员|责任)?(?:部门|单位|机关))?的?(?:主要|工作|具体|岗位)?(?:职责|任务|责任|分工|职能)?(?:分工|任务|要求|清单)?[：:。]?"
)


def doers_of_head(text: str, names: Sequence[Name]) -> Doers:
    """Return whom a heading names, where it says no more than that these are their tasks: 公安机关工作职责; 加强公安机关协作 names a topic."""
    at, rest = 0, ""
    for name in sorted(names, key=lambda name: name.start):
        rest, at = rest + text[at : max(at, name.start)], max(at, name.end)
    rest = _BETWEEN.sub("", "".join((rest + text[at:]).split()))
    if not names or not _WORDS.fullmatch(rest) or all(name.kind in LOOSE for name in names):
        return []
    return list(dict.fromkeys((name.kind, name.addressee) for name in names))


def doers_above(path: tuple[str, ...], heads: Mapping[tuple[str, ...], Doers]) -> Doers:
    """Return whom the nearest heading above names; none where that is about something else."""
    for depth in range(len(path), 0, -1):
        if path[:depth] in heads:
            return heads[path[:depth]]
    return []
