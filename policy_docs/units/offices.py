"""Offices of standing groups (联席会议办公室, 领导小组办公室): where a text names one, and of which group it is. Pure.

An office is no unit of its own: the unit in which it is set does what is laid on it (see ``duties.offices``). It is named by its group, in as many
ways as there are groups, so no vocabulary can list them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from . import addressee as levels
from .places import Gazetteer
from .types import Addressee, Context, Level, Name, Reach
from .wording import LEADS

OFFICE = "@office"
MEMBERS = "@members"
NOUNS = ("领导小组", "协调小组", "工作小组", "联席会议", "工作专班", "指挥部")
_NOUN = f"(?:{'|'.join(NOUNS)})"
_ITSELF = r"办(?:公室|(?![公理事案法结学]))"
_NAMED = re.compile(rf"([\u4e00-\u9fa5]{{0,30}}?)(?:{_NOUN}|联席(?=办)){_ITSELF}")
# in a document that sets up a group: 办公室负责日常工作
_BARE = re.compile(r"(?:^|(?<=[，。；]))办公室(?=(?:具体|主要)?负责|应当|[要须应](?![求急])|(?:具体)?承担|牵头|定期|及时|按照|每[年月季半])")
# 联席会议各成员单位, 市执行联动工作领导小组的成员单位
_WHOSE = re.compile(rf"([\u4e00-\u9fa5]{{0,30}}?{_NOUN})的?$")
_WHOLE = re.compile(rf"^[\u4e00-\u9fa5]*?(?:{_NOUN}|联席(?=办))")
WHOSE = f"{_NOUN}.*成员单位$"  # a name of members that says of which group they are, for databases too
_MOST = 40  # signs before a name that may belong to it
_SETS_UP = re.compile(r".*(?:建立|组建|健全|完善|调整|充实|召开|承担|履行|接受|配合|协助|支持|(?:牵头|召集|参加|组成)的)(?:健全|完善)?")
_LEADS = re.compile(rf"(?:.*(?:{LEADS}|{_NOUN}(?:和|及)))?(?:以及|或者|[和及或])?")  # 防范和处置非法集资工作领导小组: the conjunction is part of the name
_ONLY_LEVELS = re.compile(r"各?[省市州县区旗盟、（）]+")
_OF = frozenset({"government", "party_committee"})  # 县级以上人民政府污染源普查领导小组办公室: of the level of the government
_LEVEL = re.compile(r"^(?:全|本|各)?[省市州县区旗盟]")
_PARTY = re.compile(r"^(?:委员?会?|人民政府|政府)")


@dataclass(frozen=True, slots=True)
class Group:
    """A standing group that an office may be of; ``own``: the document that names the office has set it up."""

    key: int
    name: str
    own: bool = False


def with_offices(plain: str, names: Sequence[Name], context: Context, gazetteer: Gazetteer, *, seated: bool) -> list[Name]:
    """Return the names with the offices that words without white space name among them, and members with the words that say of which group they are.
    A unit that is known by such a name goes before. ``seated``: the document sets up a group."""
    ends = [0, *(name.end for name in names)]
    found = [_with_group(plain, name, end) for name, end in zip(names, ends, strict=False)]
    for hit in _NAMED.finditer(plain) if "办" in plain else ():
        start, end = hit.span()
        if any(name.start < end and name.end > hit.end(1) for name in names):
            continue  # 防汛抗旱指挥部 is one of the units
        start = max([start, *(name.end for name in found if name.start < end and name.end > start)])
        own = next((name for name in found if name.end == start and _ONLY_LEVELS.fullmatch(plain, name.start, name.end)), None)
        if own is not None:  # 各县市: governments, but for what follows
            found.remove(own)
        office = _office(plain, own.start if own else _without_lead(plain, start, end), end, context, gazetteer)
        of = next((name for name in found if name.end == office.start and name.kind in _OF), None)
        found.append(replace(office, addressee=of.addressee) if of else office)
    for bare in _BARE.finditer(plain) if seated else ():
        found.append(Name(bare.start(), bare.end(), OFFICE, bare.group(), Addressee(Reach.OWN), alias="办公室"))
    return sorted(found, key=lambda name: name.start)


def _office(plain: str, start: int, end: int, context: Context, gazetteer: Gazetteer) -> Name:
    """An office of no level is that of the document's own: 联席会议办公室 in a document of the city is no office of a county. A law of the country speaks
    of every level."""
    to = Addressee() if context.level in (None, Level.COUNTRY) else Addressee(Reach.OWN)
    for at in range(start + 1, min(start + 14, end)):
        begin, read = levels.read(plain, at, "办公室", context, gazetteer)
        if begin == start and read != Addressee():
            to = read
    if plain.startswith(("各级", "各地"), start):
        to = Addressee()
    return Name(start, end, OFFICE, plain[start:end], to, alias="办公室")


def _without_lead(plain: str, start: int, end: int) -> int:
    """Where a name begins behind what leads to it; the words are tried as those of an unknown name are."""
    for lead in (_SETS_UP, _LEADS):
        found = lead.match(plain[start:end])
        if found and _WHOLE.match(plain[start + found.end() : end]):
            start += found.end()
    return start


def _with_group(plain: str, name: Name, before: int) -> Name:
    """A name of members with the words that say of which group; ``before``: where the name before it ends."""
    if name.kind != MEMBERS or not name.alias.endswith("成员单位"):
        return name
    found = _WHOSE.search(plain, max(before, name.start - _MOST), name.start)
    return replace(name, start=_without_lead(plain, found.start(1), name.start)) if found else name


def named_group(words: str) -> str:
    """Return a group as a sentence names it, without what leads to it: 市执行联动工作领导小组 of 成立市执行联动工作领导小组."""
    return words[_without_lead(words, 0, len(words)) :]


def group_of(written: str) -> str:
    """Return the name of the group in that of its office or of its members: 市执行联动工作领导小组 of 市执行联动工作领导小组办公室."""
    words = "".join(written.split()).replace("联席办", "联席会议办")
    found = _WHOLE.match(words)
    return found.group() if found else ""


def offices_in(words: str) -> list[str]:
    """Return the names of offices in words of a text, as ``resolve`` takes them."""
    plain = "".join(words.split())
    return [plain[_without_lead(plain, *found.span()) : found.end()] for found in _NAMED.finditer(plain)] or (["办公室"] if _BARE.search(plain) else [])


def resolve(written: str, groups: Iterable[Group], places: Sequence[str] = ()) -> int | None:
    """Return the key of the group that is meant by the name of an office or of members, None where none fits or several do.

    ``places`` are the names of the places that may stand before it. 领导小组 alone is that of the document; a full name is looked for in the document,
    then among the others.
    """
    words = group_of(written)
    known = list(groups)
    own = [group for group in known if group.own]
    if not words:
        return own[0].key if len(own) == 1 and written == "办公室" else None
    noun = next(noun for noun in NOUNS if words.endswith(noun))
    same = [group for group in own if group.name.endswith(noun)]
    topic = _topic(words, noun, places)
    if not topic:
        return same[0].key if len(same) == 1 else None
    for fitting in (
        [group for group in same if _topic(group.name, noun, places) == topic],
        [group for group in same if _within(topic, _topic(group.name, noun, places))],
        [group for group in known if group.name.endswith(noun) and _ends_alike(topic, _topic(group.name, noun, places))],
    ):
        if fitting:
            return fitting[0].key if len({group.name for group in fitting}) == 1 else None
    return None


def _topic(name: str, noun: str, places: Sequence[str]) -> str:
    """What a group is for: 执行联动 of 楚雄州执行联动工作领导小组."""
    words = "".join(name.split()).removesuffix(noun).removesuffix("工作")
    place = next((place for place in sorted(places, key=len, reverse=True) if words.startswith(place)), "")
    if place:
        words = words.removeprefix(place)
    elif level := _LEVEL.match(words):
        words = words[level.end() :]
    return _PARTY.sub("", words)


def _ends_alike(one: str, other: str) -> bool:
    return bool(one and other) and (one.endswith(other) or other.endswith(one))


def _within(one: str, other: str) -> bool:
    """Whether the signs of the shorter stand in the longer in their order: 执行 in 综合治理执行难."""
    short, long = sorted((one, other), key=len)
    rest = iter(long)
    return bool(short) and all(sign in rest for sign in short)
