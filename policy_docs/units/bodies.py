"""Standing groups that a document sets up: name, members, where the office is. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .match import Matcher
from .offices import NOUNS, Group, named_group, resolve
from .types import Context, Name, Reach

SETS_UP = re.compile(r"(?:成立|设立|建立|组建)([\u4e00-\u9fa5]{2,40}?(?:领导小组|协调小组|工作小组|联席会议|工作专班|指挥部))")
_MENTIONED = re.compile(r"([\u4e00-\u9fa5]{4,40}?(?:领导小组|协调小组|联席会议))")
_LIST = re.compile(r"成员单位(?:由|包括|有|为|[：:])|由[^。；]{4,400}?组成")
# 联系人：州民政局张三: whom to ask, on the list or not
_CONTACT = re.compile(r"(?:联系人|联络人|联络员|联系方式|联系电话)(?:[：:]|[为是])[^。；）)\n]*")
_HOST = r"(?P<host>[^，。；（）()]{2,40})"
_GROUP = rf"(?P<group>[\u4e00-\u9fa5]{{0,40}}?(?:{'|'.join(NOUNS)}))?"
# where the office is: 领导小组办公室设在…, 办公室（设在…）, 在…设立联席会议办公室, 联席会议日常工作由…承担
_SEATS = tuple(
    re.compile(words)
    for words in (
        rf"{_GROUP}办公室设(?:立)?[在于]{_HOST}",
        rf"{_GROUP}办公室[（(](?:办公室)?(?:设(?:立)?[在于])?{_HOST}[）)]",
        rf"{_GROUP}下设办公室，?(?:办公室)?(?:设(?:立)?)?[在于]{_HOST}",
        rf"在(?P<host>[^，。；（）]{{2,30}}?)设立?{_GROUP}办公室",
        rf"{_GROUP}(?:办公室)?(?:的)?(?:日常)?工作由(?P<host>[^，。；]{{2,40}}?)(?:具体)?(?:承担|负责)",
        rf"(?:由|^|(?<=[。；，]))(?P<host>[^，。；由]{{2,30}}?)(?:承担|履行){_GROUP}办公室(?:的)?(?:日常)?(?:工作|职责|职能)",
    )
)


@dataclass(frozen=True, slots=True)
class FoundBody:
    """A standing group; ``members`` with the number of the text that lists them."""

    name: str
    members: tuple[tuple[int, Name], ...]
    office_written: str
    office_kind: str


@dataclass(frozen=True, slots=True)
class _Seat:
    """Where the office of a group is: the group as written there ("" for none), the host as written and its kind."""

    group: str
    written: str
    kind: str


def find_bodies(texts: Sequence[str], matcher: Matcher, context: Context) -> list[FoundBody]:
    """Return the group whose members the texts list, and the groups of which they say only where the office is set."""
    name = next((found.group(1) for text in texts if (found := SETS_UP.search("".join(text.split())))), "")
    name = name or next((found.group(1) for text in texts[:12] if (found := _MENTIONED.search("".join(text.split())))), "")
    members = [
        (number, unit)
        for number, text in enumerate(texts)
        if _LIST.search(text) and ("成员单位" in text or "组成" in text)
        for unit in matcher.match(text, context).names
        if not unit.kind.startswith("@") and not any(found.start() < unit.start < found.end() for found in _CONTACT.finditer(text))
    ]
    seats = list(_seats(texts, matcher, context))
    bodies: list[FoundBody] = []
    if len(members) >= 3:
        own = next((seat for seat in seats if not seat.group or not name or resolve(seat.group, [Group(0, name, own=True)]) == 0), None)
        name = name or (own.group if own else "")
        bodies.append(FoundBody(name or "成员单位", tuple(members), own.written if own else "", own.kind if own else ""))
        name = ""
    for seat in seats:
        known = [Group(number, body.name, own=True) for number, body in enumerate(bodies)]
        if resolve(seat.group or "办公室", known) is None and (words := _name_of(seat, named_group(name))):
            bodies.append(FoundBody(words, (), seat.written, seat.kind))
    return bodies


def _name_of(seat: _Seat, name: str) -> str:
    """The name of a group whose office is told: as written there, or as the document calls the only one that it may be."""
    return name if name.endswith(seat.group) and (not seat.group or seat.group in NOUNS) else seat.group


def _seats(texts: Sequence[str], matcher: Matcher, context: Context) -> Iterator[_Seat]:
    """Where the texts say that an office is; that of another place than the document's is no matter of it."""
    for text in texts:
        plain = "".join(text.split())
        for pattern in _SEATS if "办公室" in plain or "日常工作" in plain else ():
            for found in pattern.finditer(plain):
                hosts = [host for host in matcher.match(found.group("host"), context).names if not host.kind.startswith("@")]
                if hosts and hosts[0].addressee.reach in (Reach.GENERIC, Reach.OWN):
                    yield _Seat(named_group(found.group("group") or ""), found.group("host"), hosts[0].kind)
