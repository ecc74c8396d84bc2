"""Who hands which information to whom: rules on the words of a clause in which duties were found. Pure.

A rule answers with the list of those on the other side, the words that say what is handed over, and where. Who gives is the doer of that place, as the
duties tell; where they do not tell it, nobody is made up (``giver`` is None). What a text only presupposes (人民法院移送的案件) is no handover.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from policy_docs.duties.types import Finding, Handed, Handing
from policy_docs.units.types import Addressee

from . import _handing as h
from ._sentence import Party, Spot, Words

COURT = Party("court", Addressee())


@dataclass(frozen=True, slots=True)
class _Found:
    """What a rule sees: who receives, what, at which place; who gives, where the rule itself tells that."""

    receivers: Sequence[Party]
    what: str
    at: int
    givers: Sequence[Party] | None = None
    both: bool = False  # each side gives


Test = Callable[[Spot], _Found | None]


@dataclass(frozen=True, slots=True)
class UnnamedRule:
    """A rule on words that name nobody as receiver. ``of_court``: where nobody else is named, they are for the court that enforces."""

    id: str
    version: int
    pattern: str
    words: re.Pattern[str]
    of_court: bool


@dataclass(frozen=True, slots=True)
class HandingRule:
    """A rule: id, version, the pattern of official language, its test on one list of names."""

    id: str
    version: int
    pattern: str
    test: Test


def handed(text: str, findings: Sequence[Finding]) -> tuple[Handed, ...]:
    """Return the handovers that a clause orders, each once."""
    if not h.SPEAKS.search(text):
        return ()
    found: dict[tuple[object, ...], Handed] = {}
    for one in _seen(Words(text, findings)):
        found.setdefault((one.giver, one.receiver, one.information), one)
    pairs = {(one.giver, one.receiver) for one in found.values() if one.information}
    # the same pair once with what is handed over and once without says no more
    return tuple(one for one in found.values() if one.information or (one.giver, one.receiver) not in pairs)


def _seen(words: Words) -> Iterator[Handed]:
    for spot in words.spots():
        for rule in HANDING:
            seen = rule.test(spot)
            if seen is not None and seen.receivers:
                yield from _each(words, seen, spot.doers() if seen.givers is None else seen.givers, rule)
                break
    for unnamed in UNNAMED:
        for act in unnamed.words.finditer(words.plain):
            yield from _unnamed(words, act, unnamed)


def _each(words: Words, seen: _Found, givers: Sequence[Party], rule: "HandingRule | UnnamedRule") -> Iterator[Handed]:
    low, high = words.sentence(seen.at)
    start, end = words.back(low, high)
    for receiver in seen.receivers:
        others: Sequence[Party | None] = [giver for giver in givers if giver != receiver or giver.kind.startswith("@")]
        if givers and not others and any(receiver in names.parties for names in words.subjects(low, seen.at)):
            continue  # they are named as doer and receiver: the words tell of something else
        for giver in others or [None]:
            yield Handed(_side(giver), _side(receiver), _clean(seen.what), start, end, rule.id, rule.version)
            if seen.both:
                yield Handed(_side(receiver), _side(giver), _clean(seen.what), start, end, rule.id, rule.version)


def _unnamed(words: Words, act: re.Match[str], rule: "UnnamedRule") -> Iterator[Handed]:
    """Who is given to is not named beside the verb: it is the one who was named last as helped or asking."""
    low, _high = words.sentence(act.start())
    givers = words.doers(act.start("what"))
    before = [names for names in words.between(0, act.start()) if not set(names.parties) & set(givers)]
    near = [names for names in before if names.start >= low] or [names for names in before if words.plain[: names.start].endswith(("协助", "配合"))]
    is_court = rule.of_court and h.COURT_WORDS.search(words.plain) and COURT not in givers
    receivers = near[-1].parties if near else (COURT,) if is_court else ()
    yield from _each(words, _Found(receivers, act.group("what"), act.start()), givers, rule)


def _side(party: Party | None) -> Handing | None:
    return Handing(party.kind, party.addressee) if party else None


def _clean(what: str) -> str:
    """Return what is handed over in few words."""
    what = h.SERVICE.sub("", what) or what
    what = h.LEADING.sub("", what)
    return h.TRAILING.sub("", h.BY_WAY_OF.sub("", what))


def _told(spot: Spot) -> _Found | None:
    """将案件情况通报其所属人大常委会, 移送公安机关, 报送国务院办公厅."""
    verb = h.TELLS.search(spot.before)
    if verb is None or h.ATTRIBUTE.match(spot.behind) or h.BANNED.search(spot.before[: verb.start()]):
        return None
    if verb.group().startswith(("报", "上报", "提交")) and h.APPROVAL.match(spot.behind):
        return None
    if h.CASE.search(re.split("[，。；]", spot.behind)[0]) and "，" in spot.behind:
        return None
    return _Found(spot.names.parties, _thing_before(spot, verb.start()), spot.low + verb.start())


def _thing_before(spot: Spot, until: int) -> str:
    """What is handed over, where it stands before the verb: 将…, 发现…的，, 对…的案件, or the last thing that is named."""
    before = spot.before[:until]
    for pattern in (h.OBJECT, h.OBJECT_TOLD, h.FOUND):
        taken = pattern.search(before)
        if taken is not None:
            return taken.group("what")
    things = [thing.group("what") for thing in h.THING.finditer(before[min(spot.behind_last_name(), until) :])]
    return things[-1] if things else ""


def _toward(spot: Spot) -> _Found | None:
    """向人民法院提供婚姻登记信息, 向各级人大报告执行工作, 将执行情况向公安机关报告."""
    to, act = h.TOWARD.search(spot.before), h.GIVES.match(spot.behind)
    if to is None or act is None or act.group("what").startswith("的") or h.BANNED.search(spot.before[: to.start()]):
        return None
    what = act.group("what")
    if h.CASE.search(what) and not h.ENDS_AS_DATA.search(what) and spot.behind[act.end() : act.end() + 1] == "，":
        return None
    if act.group("verb") == "提供" and not h.IS_DATA.search(what):
        return None
    return _Found(spot.names.parties, h.VAGUE_FIRST.sub("", what) or _thing_before(spot, to.start()), spot.low + to.start())


def _for(spot: Spot) -> _Found | None:
    """为人民法院提供被执行人身份等信息的查询."""
    act = h.PROVIDES.match(spot.behind)
    if act is None or not h.FOR.search(spot.before) or not h.IS_DATA.search(act.group("what")):
        return None
    return _Found(spot.names.parties, act.group("what"), spot.at)


def _helps_look(spot: Spot) -> _Found | None:
    """协助人民法院查询被执行人的开户信息: whoever helps lets it know."""
    act = h.LOOKS_AT.match(spot.behind) if h.HELPS.search(spot.before) else None
    if act is None or not h.IS_DATA.search(act.group("what")) or act.group("what").startswith(("的", "活动", "工作")):
        return None
    return _Found(spot.names.parties, act.group("what"), spot.at)


def _linked(spot: Spot) -> _Found | None:
    """人民法院执行查控网络与税务部门之间的网络连接，实现对纳税情况的在线查询."""
    if not h.LINKED_WITH.search(spot.before) or not h.LINKED.match(spot.behind):
        return None
    what = next((found.group("what") for pattern in h.LOOKED_AT if (found := pattern.search(spot.behind))), "")
    if not what:
        return None  # linked for business: 冻结, 过户
    courts = [names.parties for names in spot.names_before() if names.parties[0].kind == COURT.kind]
    receivers = courts[-1] if courts else (COURT,) if h.NETWORK.search(spot.before) else spot.doers()
    return _Found([party for party in receivers if party not in spot.names.parties], what, spot.at, givers=spot.names.parties)


def _asked_by(spot: Spot) -> _Found | None:
    """州国土局要与人民法院建立被执行人不动产登记信息的网络查询机制."""
    act = h.ASKS.match(spot.behind) if h.WITH.search(spot.before) else None
    return _Found(spot.names.parties, act.group("what"), spot.at) if act and h.KNOWN.search(act.group("what")) else None


def _shared(spot: Spot) -> _Found | None:
    """推进失信被执行人信息与公安、民政等部门实现信息资源共享."""
    what = h.SHARED_WHAT.search(spot.before)
    if what is None or not h.IS_DATA.search(what.group("what")) or not h.SHARED.match(spot.behind):
        return None
    return _Found(spot.names.parties, what.group("what"), spot.low + what.start())


def _exchanged(spot: Spot) -> _Found | None:
    """公安机关与人民银行加强信息共享: each gives."""
    shares = h.EXCHANGED.match(spot.behind) if h.WITH.search(spot.before) else None
    others = spot.doers() if shares else ()
    return _Found(spot.names.parties, shares.group("what"), spot.at, givers=others, both=True) if shares and others else None


def _heard(spot: Spot) -> _Found | None:
    """党委要听取人民法院关于执行工作的汇报: whoever is heard gives."""
    act = h.HEARD.match(spot.behind) if h.HEARS.search(spot.before) else None
    return _Found(spot.doers(), act.group("what"), spot.at, givers=spot.names.parties) if act else None


HANDING: tuple[HandingRule, ...] = (
    HandingRule("told", 2, "将案件情况通报X、移送X、报送X", _told),
    HandingRule("toward", 1, "向X提供信息、向X通报情况", _toward),
    HandingRule("for", 1, "为X提供信息的查询", _for),
    HandingRule("helps_look", 1, "协助X查询信息", _helps_look),
    HandingRule("net", 2, "查控网络与X之间的网络连接，实现对信息的查询", _linked),
    HandingRule("asked_by", 1, "与X建立信息的查询机制", _asked_by),
    HandingRule("shared_with", 1, "信息与X等部门共享", _shared),
    HandingRule("exchanged", 1, "与X加强信息共享：双方互相提供", _exchanged),
    HandingRule("heard", 1, "听取X关于某事的汇报：X提供", _heard),
)
UNNAMED: tuple[UnnamedRule, ...] = (
    UnnamedRule("looks_for", 1, "协助查询信息（没有写明协助谁）", h.LOOKS_FOR, of_court=True),
    UnnamedRule("provides", 1, "根据X的要求，提供信息", h.PROVIDES_ASKED, of_court=False),
)
