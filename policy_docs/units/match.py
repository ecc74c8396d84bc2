"""Names of units in a text: longest match on the vocabulary, lists with a shared prefix and tail, levels, unknown names. Pure.

White space is taken out before matching (a page break may stand inside a name) and width of signs is folded; all offsets are those of the
text that was given.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import ahocorasick

from . import addressee as levels
from .confusions import MADE_ANOTHER, MAKES_ANOTHER
from .places import Gazetteer
from .types import Addressee, Context, Matched, Name, Reach, UnknownName
from .vocabulary import Vocabulary

_FOLD = str.maketrans("(),:;[]", "（），：；〔〕")
_SEP = re.compile(r"(?:、|，(?=[^，。；]{1,8}[、等])|和|与|及|以及|或者|或|及其|暨)+")
_TAIL = re.compile(
    r"等?(?:其他)?(?:有关|相关|政法|职能|主管|行政主管|行政管理|管理|行政|监管|执法)?(?:部门|机关|单位|机构|(?<=等)系统)(?!规章|联动)"
    r"|等[^的、，。；]{1,12}?(?:部门|机关)"  # 等相关行业主管部门
)
_DEPARTMENTS = (
    "部门",
    "主管部门",
    "行政部门",
    "行政主管部门",
    "行政管理部门",
    "管理部门",
    "管理机构",
    "监督管理部门",
    "监管部门",
    "执法部门",
    "行政执法部门",
    "监督管理机构",
    "主管机关",
    "行政管理机关",
    "行政机关",
)
_BUREAUS = ("局", "厅", "委")
# kinds whose short form is no part of the name of a department of the government
_NO_DEPARTMENT = frozenset({"media", "internet_companies", "telecom", "government", "party_committee", "organization", "court", "npc", "cppcc"})
_TRADE_TAIL = re.compile(r"等?(?:业务)?(?:经营者|服务提供者|经营单位|企业(?![和、]))")
_TRADES = frozenset({"internet_companies", "telecom", "media"})
_BEARERS = frozenset({"enterprises", "public"})  # named behind the departments (…等部门以及有关企业), they are no departments
_OPEN = frozenset({"enterprises", "public", "media", "schools", "villages"})
# 金融、电信等业务经营者 are the trades, 金融、电信等部门 those who supervise them
_TRADE_WORDS = {"金融": "financial_institutions"}
_SUPERVISORS = {"电信": "communications"}
_SUPERVISORS_TAIL = re.compile(r"[^，。；应要由向对]{0,40}?(?:部门|机关)")
_ORGAN_TAIL = ("部门", "机关", "单位", "机构")
# short forms that are everyday words too: they name an organ only where a list may begin or go on (督促建设、…等部门, not 能力建设、…等部门)
_WEAK = re.compile(
    r"(?:建设|住房|房屋|土地|数据|价格|计划|电力|煤炭|人事|劳动|绿化|园林|电影|信息化|快递|港口|公路|航运|文明|应急|商标|专利|版权|海洋|测绘|规划"
    r"|市政|燃气|供热|节能|组织|宣传|政法|安全生产|应急救援|草原|水产|人力资源|社会保险|社会保障|社会信用|房地产|物业管理|城市建设|城市规划|国有资产|平安建设|综合治理|旅游|文化|卫生|教育|金融)"
)
_MAY_BEGIN = re.compile(r"(?:^|[^\u4e00-\u9fa5]|[由向与和同及或经报院府省市县区州盟旗级各请促调织导托知商合对]|有关|相关)$")
# 建设、施工、监理等单位: the parties of a building site and other trades, not the organs that supervise them
_TRADE_ELEMENT = re.compile(r"(?:施工|监理|勘察|设计|生产|经营|使用|销售|运输|维护|检测|制造|仓储|维修|餐饮|住宿|医疗)$")
_ELEMENT = re.compile(r"[\u4e00-\u9fa5]{2,9}?(?=[、和与及等]|部门|机关|单位|机构)")
_PLATFORM = re.compile(
    r"[\u4e00-\u9fa5“”\"+＋\-0-9]{0,10}?(?:平台|系统|信息网|公开网|数据库|网站|指挥中心|(?:政务|执行|信用|数据)云|应用程序|客户端|公报|(?<![通汇上申举填呈申])报(?=[，。；》]))"
)
_FIRM = re.compile(r"查控|办案系统|等(?:部门|单位)")
_TITLES = re.compile(r"《[^《》]*(?:《[^《》]*》[^《》]*)*》|〈[^〉]*〉")
_TRIO = re.compile(r"公、?检、?法(?:、?司)?(?:、?安)?(?!律|院|规|制|治|定|人|官)")
_TRIO_KINDS = {"公": "public_security", "检": "procuratorate", "法": "court", "司": "justice", "安": "state_security"}
# a list goes on behind its tail, and with words of extent: …、金融监管等部门以及各金融机构、相关行业协会
_GOES_ON = re.compile(rf"(?:{_TAIL.pattern})?{_SEP.pattern}(?:各类|各|有关|相关|其他|所在地?|同级|本级|当地)?")
_JUDICIAL = re.compile(r"司法机关")
_JUDICIAL_KINDS = ("court", "procuratorate")
# 负责关键信息基础设施安全保护工作的部门: told by its task alone, whoever has it is meant
_BY_TASK = re.compile(
    r"(?:负责|负有|承担|履行|具有|行使)[^，。；、：应要由]{2,30}?(?:职责|职能|工作|管理|监管|监督)的(?:行政)?(?:主管|管理|监督管理|行政管理|监管)?(?:部门、单位|部门和单位|部门|机关|机构)|法律、(?:行政)?法规规定的(?:部门|机关|机构)"
)
_BRANCH_OFFICE = re.compile(r"(?:中心支行|支行|分行|监管分局|监管局|分局|税务局)")
_BRANCH = re.compile(r"及?其?的?(?:派出机构|派驻机构|分支机构)")
_LEGAL = re.compile(r"律师|公证|仲裁|调解")
_BARE = frozenset({"主管部门", "行政主管部门", "监管部门"})
_SPECIFIC = re.compile(
    r"(?<!有关)(?<!相关)(?<!各级)(?<!上级)(?<!下级)(?<!行业)(?<!业务)(?<!其他)(?<!同级)(?<!当地)(?<!地方)(?<!人民政府)(?<!所在地)(?<!国务院)(?<!政府)(?<![各其由向经报和与及或同的、是为对省市县区州该从受被等照据请到凡])(?<=[\u4e00-\u9fa5])$"
)
_NUMBER_NEXT = re.compile(r"(?:办?[发函通字电]|办)?[〔\[【﹝][12]\d{3}[〕\]】﹞]|办?[发函]（[12]\d{3}）")
_PLACE_WORDS = frozenset({"省（区、市）", "市（地、州、盟）", "县（市、区、旗）", "县（市、区）", "市（州）"})
_EVERYBODY = re.compile(
    r"(?:任何|有关|相关|其他)?单位(?=(?:和|、|或者|或|、组织和|、组织或者)个人)|(?<=个人或者)单位|(?<=个人、)单位|(?<=[，。；]对)单位(?=处|并处|可以处|给予)|(?:^|(?<=[。；，]))单位(?=[^，。；、]{1,20}的，应当)"
)
_INTERNAL = re.compile(r"(?:人民)?法院内部")
_PERSON = re.compile(r"(?:党组)?(?:书记、)?(?:院长|局长|检察长|主要负责人|党组书记|主任|部长)")

_VERBAL = re.compile(r"(?:委托|依|公证|仲裁|教育引|可|经|进行)$")

_ORGAN = re.compile(
    r"(?<![\u4e00-\u9fa5])([\u4e00-\u9fa5]{2,14}?(?:领导小组|协调小组|工作小组|工作专班|联席会议|指挥部|处置组|查控组|支队|大队|(?:管理|服务|指挥|登记|交易|查控|救助|调解|协调|监控|信息|事务|监测|处置|保障|执法|征信|治理|搜救|急救)中心|委员会|办公室|领导机构|办事机构|管理局|监督局|总站|服务站|专员办))(?![\u4e00-\u9fa5]*(?:中心|小组))"
)
_DEPARTMENT = re.compile(r"(?:^|(?<=[，。；、（由向经报和与及或同府院市县区省州]))([\u4e00-\u9fa5]{2,8}?(?:行政主管部门|主管部门|行政管理部门))")
_LEAD_IN = re.compile(
    r"(?:.*(?:第[一二三四五六七八九十百]+条|由|会同|应当向|向|报|明确|负责|协调|指导|组织|督促|设立|成立|支持培育|下设|按照|根据|征求|移交|选举产生|置于|送|经(?![济贸营信])|由|与|和|及|或者|或))?"
)
_GENERIC = re.compile(
    r"^(?:以|为|将|在|把|从|向|对|按|经(?![济贸营信])|据|其|该|本|这|各|有关|相关|联席会议$|领导小组$|^[\u4e00-\u9fa5]{2}中心$|同志|主任|组长|(?:法院|检察院|局|委)[\u4e00-\u9fa5]{0,8}(?:中心|支队|大队)$|建立|建设|推进|加强|完善|成立|设立|坚持|围绕|发挥|强化|健全|突出|统筹|依托|充分)|的|是|不动产登记中心$|中心环节|重心|^委员会$|^办公室$|(?:业主|审判|检察|评标|债权人|选举|清算)委员会$"
)


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    alias: str
    kind: str
    form: str


class Matcher:
    """Matches names with one vocabulary. Immutable after it is built: share it between threads."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.gazetteer = Gazetteer(vocabulary.places)
        self._automaton = ahocorasick.Automaton()
        table: dict[str, dict[str, tuple[str, str]]] = {}
        for alias in vocabulary.aliases:
            table.setdefault(alias.text.translate(_FOLD), {})[alias.form] = (alias.kind, alias.form)
        for text, forms in _derived(table).items():
            table.setdefault(text, {}).update({form: value for form, value in forms.items() if form not in table.get(text, {})})
        for text, forms in table.items():
            self._automaton.add_word(text, (text, forms))
        self._automaton.make_automaton()
        self._shorts = {
            text: forms["short"][0] for text, forms in table.items() if "short" in forms and len(text) > 1 and forms["short"][0] not in _NO_DEPARTMENT
        }
        parts = "|".join(sorted(map(re.escape, self._shorts), key=len, reverse=True))
        self._part = re.compile(parts)
        self._merged = re.compile(rf"(?:{parts})(?:和?(?:{parts})){{1,5}}(?:局|委员会|委)(?![员托])") if parts else None

    def match(self, text: str, context: Context, bodies: Sequence[str] = ()) -> Matched:
        """Return the names in ``text`` in order, not overlapping, and the names that look like organs and are not known.

        ``bodies`` are standing groups that the document sets up; they are not unknown.
        """
        plain, offsets = _plain(text)
        names = self._names(plain, context)
        unknown = _unknown(plain, names, bodies)
        return Matched(
            tuple(
                replace(name, start=offsets[name.start], end=offsets[name.end - 1] + 1, written=text[offsets[name.start] : offsets[name.end - 1] + 1])
                for name in names
            ),
            tuple(UnknownName(offsets[start], offsets[end - 1] + 1, text[offsets[start] : offsets[end - 1] + 1]) for start, end in unknown),
        )

    def _names(self, plain: str, context: Context) -> list[Name]:
        hits = self._longest(plain)
        starts = {hit.start: hit for hit in hits}
        kept = [hit for hit in hits if self._stands(plain, hit, starts)]
        names = _without_swallowed(self._located(plain, kept, context))
        merged = list(self._merged_names(plain, context))
        names = [name for name in names if not _overlaps(merged, name)] + merged
        names += [name for name in _trio(plain) if not _overlaps(names, name)]
        told = (Name(found.start(), found.end(), "@members", found.group(), Addressee(), alias="部门") for found in _BY_TASK.finditer(plain))
        names += [name for name in told if not _overlaps(names, name)]
        for found in _EVERYBODY.finditer(plain):  # with 个人, units of every sort are meant, not the departments
            if any(name.start < found.start() < name.end for name in names):
                continue  # 有关部门和单位、个人
            everybody = Name(found.start(), found.end(), "enterprises", found.group(), Addressee(), alias="单位")
            names = [name for name in names if not _overlaps([everybody], name)] + [everybody]
        names.sort(key=lambda name: name.start)
        return _enumerate(plain, _inherit(plain, names))

    def _merged_names(self, plain: str, context: Context) -> Iterator[Name]:
        """县工业信息化商务科技局: a bureau that is the organ of several kinds at once gives a name of each, all over the same words."""
        found = (
            [(hit, tuple(dict.fromkeys(self._shorts[part] for part in self._part.findall(hit.group())))) for hit in self._merged.finditer(plain)]
            if self._merged
            else []
        )
        for hit, kinds in (*found, *((hit, _JUDICIAL_KINDS) for hit in _JUDICIAL.finditer(plain))):
            if len(kinds) > 1:
                start, to = levels.read(plain, hit.start(), hit.group(), context, self.gazetteer)
                yield from (Name(start, hit.end(), kind, plain[start : hit.end()], to, alias=hit.group()) for kind in kinds)

    def _longest(self, plain: str) -> list[_Hit]:
        """Leftmost longest matches outside titles; a form that may stand alone goes before a short one."""
        blocked = [found.span() for found in _TITLES.finditer(plain)]
        best: dict[int, tuple[int, str, dict[str, tuple[str, str]]]] = {}
        for last, (text, forms) in self._automaton.iter(plain):
            start = last - len(text) + 1
            if start not in best or best[start][0] < last + 1:
                best[start] = (last + 1, text, forms)
        hits, reach = [], 0
        for start in sorted(best):
            end, text, forms = best[start]
            if start < reach or any(low <= start < high for low, high in blocked):
                continue
            if text[0] == "各" and any(best[at][0] > end for at in range(start + 1, end) if at in best):
                continue  # 各县市场监管局: 各县市 ends inside the name
            kind, form = next(forms[name] for name in ("organ", "full", "sub", "group", "short") if name in forms)
            if form == "short" and _inside_longer(best, start, end):
                continue  # 市政府法制办: not 市政, but 政府法制办
            after = MAKES_ANOTHER.get(text)
            if after and after.match(plain, end):
                continue  # 拒不执行法院判决: the name inside may stand
            hits.append(_Hit(start, end, text, kind, form))
            reach = end
        return hits

    def _stands(self, plain: str, hit: _Hit, starts: dict[int, _Hit]) -> bool:
        before = MADE_ANOTHER.get(hit.alias)
        if before and before.search(plain, max(0, hit.start - 6), hit.start):
            return False
        if hit.alias in _BARE and _SPECIFIC.search(plain, max(0, hit.start - 6), hit.start):
            return False  # 市政设施主管部门: one certain department, not any
        if hit.form == "group" and plain[hit.start - 1 : hit.start] == "等":
            return False  # 文化、宗教等有关单位: the tail of a list
        if _NUMBER_NEXT.match(plain, hit.end):
            return False  # 国办发〔2018〕5号
        if hit.alias in _PLACE_WORDS and hit.end in starts:
            return False  # 县（市、区）公安局: level words of the next name
        platform = None if hit.alias.endswith((*_ORGAN_TAIL, "局", "委")) else _PLATFORM.match(plain, hit.end)
        if platform and hit.form != "group" and not _FIRM.search(plain, hit.end, platform.end()) and not re.search(r"^等|[应要将与、由为]", platform.group()):
            return False
        return hit.form != "short" or self._in_list(plain, hit, starts)

    def _in_list(self, plain: str, hit: _Hit, starts: dict[int, _Hit]) -> bool:
        """A short form counts only in a list whose tail noun makes it a list of organs (or, for trades, of those who ply them)."""
        if _VERBAL.search(plain, max(0, hit.start - 3), hit.start):
            return False
        if _WEAK.fullmatch(hit.alias) and not _MAY_BEGIN.search(plain, max(0, hit.start - 2), hit.start):
            return False
        at, strange = hit.end, 0
        trade = hit.kind in _TRADES or hit.alias in _TRADE_WORDS
        for _step in range(60):
            if _TAIL.match(plain, at):
                return True
            if _TRADE_TAIL.match(plain, at):
                return trade
            sep = _SEP.match(plain, at)
            if sep is None:
                return False
            at = sep.end()
            following = starts.get(at) or starts.get(at + 1)
            if following is not None and not _goes_on(plain, following):
                following = None  # 互联网信息服务, 住房保障房屋管理: more than the name that it begins with
            if following is not None:
                if following.form != "short" and following.alias.endswith(_ORGAN_TAIL):
                    return following.kind not in _OPEN  # 建设、施工单位: parties, not organs
                at = following.end
                continue
            element = _ELEMENT.match(plain, at)
            strange += 1
            if element is None or strange > 8 or (not trade and _TRADE_ELEMENT.search(element.group())):
                return False
            at = element.end()
        return False

    def _located(self, plain: str, hits: Sequence[_Hit], context: Context) -> Iterator[Name]:
        for hit in hits:
            start, to = levels.read(plain, hit.start, hit.alias, context, self.gazetteer)
            end = hit.end
            behind = self.gazetteer.beginning_at(plain, end, context) if hit.kind in {"pboc", "tax", "financial_regulation", "court"} else None
            if behind:
                branch = _BRANCH_OFFICE.match(plain, behind[0])
                if branch:
                    end, to = branch.end(), Addressee(Reach.OWN) if behind[1] == context.code else Addressee(Reach.NAMED, place=behind[1])
            branch_of = _BRANCH.match(plain, end)
            end = branch_of.end() if branch_of else end
            person = bool(_PERSON.match(plain, end))
            inside = hit.kind in {"organization", "discipline"} and bool(_INTERNAL.search(plain, 0, start))
            kind = "court" if inside else hit.kind
            if hit.alias == "行业协会" and not _LEGAL.search(plain):
                kind = "public"  # other trades' associations are social organisations
            if hit.form == "short" and hit.alias in (*_TRADE_WORDS, *_SUPERVISORS):
                supervises = bool(_SUPERVISORS_TAIL.match(plain, end))
                kind = kind if supervises else _TRADE_WORDS.get(hit.alias, kind)
                kind = _SUPERVISORS.get(hit.alias, kind) if supervises else kind
            yield Name(start, end, kind, plain[start:end], to, alias=hit.alias, person=person, internal=inside or hit.form == "sub", short=hit.form == "short")


def _goes_on(plain: str, hit: _Hit) -> bool:
    """Whether an element of a list ends where the name does."""
    return hit.form != "short" or any(sign.match(plain, hit.end) for sign in (_TAIL, _TRADE_TAIL, _SEP))


def _inside_longer(best: Mapping[int, tuple[int, str, Mapping[str, object]]], start: int, end: int) -> bool:
    """Whether a full name that begins inside a short form reaches farther than it."""
    return any(best[at][0] > end and "organ" in best[at][2] for at in range(start + 1, end) if at in best)


def _derived(table: dict[str, dict[str, tuple[str, str]]]) -> dict[str, dict[str, tuple[str, str]]]:
    """教育 in lists gives 教育行政主管部门 and the like, so that no law's wording has to be written out; what is written out goes before."""
    made: dict[str, dict[str, tuple[str, str]]] = {}
    for text, forms in table.items():
        if "short" not in forms or len(text) < 2 or forms["short"][0] in _NO_DEPARTMENT:
            continue
        for tail in (*_DEPARTMENTS, *(() if _WEAK.fullmatch(text) else _BUREAUS)):
            if text + tail not in table:
                made[text + tail] = {"organ": (forms["short"][0], "organ")}
    return made


def _plain(text: str) -> tuple[str, list[int]]:
    """The text without white space, and where each sign of it stood. A tab parts the cells of a table: no name reaches over it."""
    if not any(char.isspace() for char in text):
        return text.translate(_FOLD), list(range(len(text) + 1))
    offsets = [index for index, char in enumerate(text) if char == "\t" or not char.isspace()]
    return "".join("；" if text[index] == "\t" else text[index] for index in offsets).translate(_FOLD), offsets


def _trio(plain: str) -> Iterator[Name]:
    """公、检、法: one sign each."""
    for found in _TRIO.finditer(plain):
        if found.start() and "\u4e00" <= plain[found.start() - 1] <= "\u9fa5" and plain[found.start() - 1] not in "与和由对向强":
            continue
        for offset, sign in enumerate(found.group()):
            if sign in _TRIO_KINDS:
                at = found.start() + offset
                yield Name(at, at + 1, _TRIO_KINDS[sign], sign, Addressee(), alias=sign)


def _without_swallowed(names: Iterator[Name]) -> list[Name]:
    """国务院财政部门: 国务院 belongs to the name behind it."""
    kept: list[Name] = []
    for name in names:
        if kept and kept[-1].end >= name.end:
            continue  # 人民银行楚雄州中心支行 holds 楚雄州中心支行
        while kept and kept[-1].end > name.start:
            kept.pop()
        kept.append(name)
    return kept


def _overlaps(names: Sequence[Name], name: Name) -> bool:
    return any(other.start < name.end and name.start < other.end for other in names)


def _inherit(plain: str, names: Sequence[Name]) -> list[Name]:
    """由州公安局、司法局牵头, 各县市公安、民政等部门: the level before the first name holds for the bare names that follow in the list."""
    done: list[Name] = []
    carried: Name | None = None
    for name in names:
        if carried and plain[done[-1].end : name.start] not in {"、", "和", "及", "与"}:
            carried = None
        if name.addressee != Addressee() and not plain.startswith(name.alias, name.start):
            carried = name
        elif carried and name.addressee == Addressee() and _same_style(carried, name):
            name = replace(name, addressee=carried.addressee)
        else:
            carried = None
        done.append(name)
    return done


def _same_style(first: Name, name: Name) -> bool:
    """Bureaus after a bureau, short forms after a short form: 州公安局和人民法院 are not of one level because they stand side by side."""
    if first.short or name.short:
        return first.short and name.short
    return name.alias.endswith(("局", "委", "办", "厅")) and first.alias.endswith(("局", "委", "办", "厅", "部"))


def _enumerate(plain: str, names: Sequence[Name]) -> list[Name]:
    """Give the names of one list a common number; note whether the list is open (等). A name that only qualifies the next stands alone."""
    alone: list[Name] = []
    groups: list[list[Name]] = []
    reach = -1  # end of the last group, the names that only qualify the next one passed over
    for index, name in enumerate(names):
        if groups and groups[-1][-1].start == name.start:
            groups[-1].append(name)  # the other kinds of a merged bureau
            continue
        qualifies = index + 1 < len(names) and names[index + 1].start == name.end
        between = plain[groups[-1][-1].end : name.start] if groups else None
        if qualifies:
            if reach < 0:
                reach = name.start
            alone.append(name)
            continue
        if reach >= 0 and groups:
            between = plain[groups[-1][-1].end : reach]
        reach = -1
        if between is not None and (_SEP.fullmatch(between) or (name.kind not in _BEARERS and _GOES_ON.fullmatch(between)) or _with_strangers(between)):
            groups[-1].append(name)
        else:
            groups.append([name])
    numbered = []
    for number, group in enumerate(groups):
        is_open = plain.startswith("等", group[-1].end)
        numbered += [replace(name, enumeration=number, open_list=is_open) for name in group]
    return sorted([*numbered, *alone], key=lambda name: name.start)


def _with_strangers(between: str) -> bool:
    """Elements of a list that are no names (口岸、…) part two names but not the list."""
    return (
        len(between) <= 24 and between[:1] == "、" and between[-1:] in "、和与及" and all(1 < len(part) <= 12 for part in between.strip("、和与及").split("、"))
    )


def _unknown(plain: str, names: Sequence[Name], bodies: Sequence[str]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    blocked = [match.span() for match in _TITLES.finditer(plain)]
    for match in (*_ORGAN.finditer(plain), *_DEPARTMENT.finditer(plain)):
        start, end = match.span(1)
        lead = _LEAD_IN.match(plain[start:end])
        start += lead.end() if lead else 0
        word = plain[start:end]
        if any(low <= start < high for low, high in blocked) or _GENERIC.search(word) or any(body.endswith(word) or word.endswith(body) for body in bodies):
            continue
        if any(name.start < end and start < name.end for name in names):
            continue
        if start < end and not any(low < end and start < high for low, high in found):
            found.append((start, end))
    return sorted(found)
