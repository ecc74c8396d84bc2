"""Standing groups that a document sets up: name, members, where the office is. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .match import Matcher
from .types import Context, Name

SETS_UP = re.compile(r"(?:成立|设立|建立|组建)([\u4e00-\u9fa5]{2,40}?(?:领导小组|协调小组|工作小组|联席会议|工作专班|指挥部))")
_MENTIONED = re.compile(r"([\u4e00-\u9fa5]{4,40}?(?:领导小组|协调小组|联席会议))")
_LIST = re.compile(r"成员单位(?:由|包括|有|为|[：:])|由[^。；]{4,400}?组成")
_OFFICE = re.compile(r"办公室设在([^，。；]{2,40})")


@dataclass(frozen=True, slots=True)
class FoundBody:
    """A standing group; ``members`` with the number of the text that lists them."""

    name: str
    members: tuple[tuple[int, Name], ...]
    office_written: str
    office_kind: str


def find_bodies(texts: Sequence[str], matcher: Matcher, context: Context) -> list[FoundBody]:
    """Return the group whose members the texts list; empty where there is no list."""
    name = next((found.group(1) for text in texts if (found := SETS_UP.search("".join(text.split())))), "")
    name = name or next((found.group(1) for text in texts[:12] if (found := _MENTIONED.search("".join(text.split())))), "")
    members = [
        (number, unit)
        for number, text in enumerate(texts)
        if _LIST.search(text) and ("成员单位" in text or "组成" in text)
        for unit in matcher.match(text, context).names
        if not unit.kind.startswith("@")
    ]
    if len(members) < 3:
        return []
    office = next((found.group(1) for text in texts if (found := _OFFICE.search(text))), "")
    hosts = matcher.match(office, context).names if office else ()
    return [FoundBody(name or "成员单位", tuple(members), office, hosts[0].kind if hosts else "")]
