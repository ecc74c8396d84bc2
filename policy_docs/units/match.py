"""Names of units in a text: longest match on the vocabulary, lists with a shared prefix and tail, levels, unknown names. Pure.

White space is taken out before matching (a page break may stand inside a name) and width of signs is folded; all offsets are those of the
text that was given.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import ahocorasick

from . import addressee as levels
from . import wording
from .confusions import MADE_ANOTHER, MAKES_ANOTHER
from .joined import KINDS_OF_SIGNS, around_places, trio
from .offices import OFFICE, with_offices
from .places import Gazetteer
from .told import TOLD
from .types import Addressee, Context, Matched, Name, Reach, UnknownName
from .vocabulary import Vocabulary

_NONE: Mapping[str, tuple[str, ...]] = MappingProxyType({})
_FOLD = str.maketrans("(),:;[]", "（），：；〔〕")


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
        self._offices = OFFICE in vocabulary.kinds_by_key  # a store in use has them from its next update of the vocabulary on
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
            text: forms["short"][0] for text, forms in table.items() if "short" in forms and len(text) > 1 and forms["short"][0] not in wording.NO_DEPARTMENT
        }
        parts = "|".join(sorted(map(re.escape, self._shorts), key=len, reverse=True))
        self._part = re.compile(parts)
        self._merged = re.compile(rf"(?:{parts})(?:和?(?:{parts})){{1,5}}(?:局|委员会|委)(?![员托])") if parts else None

    def match(self, text: str, context: Context, bodies: Sequence[str] = (), defined: Mapping[str, tuple[str, ...]] = _NONE) -> Matched:
        """Return the names in ``text`` in order, not overlapping, and the names that look like organs and are not known.

        ``bodies`` are standing groups that the document sets up; they are not unknown. ``defined`` are short names that the document gives,
        with the kinds that each stands for (see ``defined.find_defined``).
        """
        plain, offsets = _plain(text)
        names = self._names(plain, context, defined, seated=bool(bodies))
        unknown = _unknown(plain, names, bodies)
        return Matched(
            tuple(
                replace(name, start=offsets[name.start], end=offsets[name.end - 1] + 1, written=text[offsets[name.start] : offsets[name.end - 1] + 1])
                for name in names
            ),
            tuple(UnknownName(offsets[start], offsets[end - 1] + 1, text[offsets[start] : offsets[end - 1] + 1]) for start, end in unknown),
        )

    def _names(self, plain: str, context: Context, defined: Mapping[str, tuple[str, ...]], *, seated: bool) -> list[Name]:
        hits = self._longest(plain)
        starts = {hit.start: hit for hit in hits}
        kept = [hit for hit in hits if self._stands(plain, hit, starts)]
        names = _without_swallowed(self._located(plain, kept, context))
        merged = list(self._merged_names(plain, context))
        names = [name for name in names if not _overlaps(merged, name)] + merged
        signs = list(trio(plain))
        names = [name for name in names if not _overlaps(signs, name)] + signs
        for name in around_places(plain, context, self.gazetteer):
            if not any(other.start <= name.start and name.end <= other.end for other in names):
                names = [other for other in names if not _overlaps([other], name)] + [name]
        told = [_told(found, kind, noun) for pattern, kind, noun, needs in TOLD if any(word in plain for word in needs) for found in pattern.finditer(plain)]
        for name in told:
            if not _overlaps(names, name):
                names.append(name)
        for found in wording.EVERYBODY.finditer(plain):  # with 个人, units of every sort are meant, not the departments
            if any(name.start < found.start() < name.end for name in names):
                continue  # 有关部门和单位、个人
            everybody = _told(found, "enterprises", "单位")
            names = [name for name in names if not _overlaps([everybody], name)] + [everybody]
        for name in self._defined_names(plain, context, defined):
            longer = [other for other in names if _overlaps([other], name) and (other.start < name.start or other.end > name.end)]
            if not longer:
                names = [other for other in names if not _overlaps([other], name) or other.alias == name.alias] + [name]
        names.sort(key=lambda name: name.start)
        if self._offices:
            names = with_offices(plain, names, context, self.gazetteer, seated=seated)
        return _enumerate(plain, _inherit(plain, names))

    def _merged_in(self, plain: str) -> Iterator[re.Match[str]]:
        return self._merged.finditer(plain) if self._merged else iter(())

    def _merged_names(self, plain: str, context: Context) -> Iterator[Name]:
        """县工业信息化商务科技局: a bureau that is the organ of several kinds at once gives a name of each, all over the same words."""
        hits = [(hit, tuple(dict.fromkeys(map(self._shorts.__getitem__, self._part.findall(hit.group()))))) for hit in self._merged_in(plain)]
        hits += [(hit, kinds) for pattern, kinds in wording.SEVERAL for hit in pattern.finditer(plain)]
        for hit, kinds in hits:
            if len(kinds) > 1:
                yield from self._each(plain, hit, kinds, context)

    def _each(self, plain: str, hit: re.Match[str], kinds: Sequence[str], context: Context) -> Iterator[Name]:
        """A name of each kind over the same words."""
        start, to = levels.read(plain, hit.start(), hit.group(), context, self.gazetteer)
        return (Name(start, hit.end(), kind, plain[start : hit.end()], to, alias=hit.group()) for kind in kinds)

    def _defined_names(self, plain: str, context: Context, defined: Mapping[str, tuple[str, ...]]) -> Iterator[Name]:
        """公共信用主管部门, where the document says whom it calls so; the definition itself aside."""
        for found in re.finditer("|".join(map(re.escape, sorted(defined, key=len, reverse=True))), plain) if defined else ():
            if not wording.DEFINING.search(plain, max(0, found.start() - 8), found.start()):
                yield from self._each(plain, found, defined[found.group()], context)

    def _longest(self, plain: str) -> list[_Hit]:
        """Leftmost longest matches outside titles; a form that may stand alone goes before a short one."""
        blocked = [found.span() for found in wording.TITLES.finditer(plain)]
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
        if hit.alias in wording.BARE and wording.SPECIFIC.search(plain, max(0, hit.start - 6), hit.start):
            return False  # 市政设施主管部门: one certain department, not any
        if hit.form == "group" and wording.LIST_BEFORE.search(plain, max(0, hit.start - 14), hit.start):
            return False  # 文化、宗教等有关单位: the tail of a list
        if hit.alias in wording.BODIES_OF_PEOPLE and plain[hit.start - 1 : hit.start] == "等":
            return False  # 工会、妇联等群团组织
        if hit.alias.endswith("委") and plain.startswith("员", hit.end):
            return False  # 住房公积金管理委员会: another body, or its name is known in full
        if wording.NUMBER_NEXT.match(plain, hit.end):
            return False  # 国办发〔2018〕5号
        if hit.alias in ("政府", "人民政府") and plain[hit.start - 1 : hit.start] == "等":
            return False  # 教育、公安等政府有关部门
        if hit.alias in wording.PLACE_WORDS and (hit.end in starts or wording.ORGAN_NEXT.match(plain, hit.end)):
            return False  # 县（市、区）公安局: level words of the next name
        platform = None if hit.alias.endswith((*wording.ORGAN_TAIL, "局", "委")) else wording.PLATFORM.match(plain, hit.end)
        if (
            platform
            and hit.form != "group"
            and not wording.FIRM.search(plain, hit.end, platform.end())
            and not re.search(r"^等|[应要将与、由为]|提供|推送|通报|反馈|报送|移送|告知", platform.group())
        ):
            return False
        return hit.form != "short" or self._in_list(plain, hit, starts)

    def _in_list(self, plain: str, hit: _Hit, starts: dict[int, _Hit]) -> bool:
        """A short form counts only in a list whose tail noun makes it a list of organs (or, for trades, of those who ply them)."""
        if wording.VERBAL.search(plain, max(0, hit.start - 3), hit.start):
            return False
        if wording.WEAK.fullmatch(hit.alias) and not wording.MAY_BEGIN.search(plain, max(0, hit.start - 2), hit.start):
            return False
        at, strange, closed = hit.end, 0, False
        trade = hit.kind in wording.TRADES or hit.alias in wording.TRADE_WORDS
        for _step in range(60):
            if wording.TAIL.match(plain, at):
                return True
            if wording.TRADE_TAIL.match(plain, at):
                return trade
            sep = wording.SEP.match(plain, at)
            if sep is None:
                return closed or bool(
                    hit.alias in wording.JUDICIAL_SHORT and wording.JUDICIAL_LAST.search(plain, 0, hit.start) and wording.ACTS_NEXT.match(plain, at)
                )
            at = sep.end()
            following = starts.get(at) or starts.get(at + 1)
            if following is not None and not _goes_on(plain, following):
                following = None  # 互联网信息服务, 住房保障房屋管理: more than the name that it begins with
            if following is not None:
                closed = following.alias in wording.JUDICIAL and hit.alias in wording.JUDICIAL_SHORT  # 公安、检察、法院: no noun is needed behind
                if following.form != "short" and following.alias.endswith(wording.ORGAN_TAIL):
                    return following.kind not in wording.OPEN  # 建设、施工单位: parties, not organs
                at = following.end
                continue
            element = wording.ELEMENT.match(plain, at)
            strange += 1
            if element is None or strange > 8 or (not trade and wording.TRADE_ELEMENT.search(element.group())):
                return False
            at = element.end()
        return False

    def _located(self, plain: str, hits: Sequence[_Hit], context: Context) -> Iterator[Name]:
        for hit in hits:
            start, to = levels.read(plain, hit.start, hit.alias, context, self.gazetteer)
            end = hit.end
            behind = (
                self.gazetteer.beginning_at(plain, end, context)
                if hit.kind in {"pboc", "tax", "financial_regulation", "securities_regulation", "court"}
                else None
            )
            if behind:
                branch = wording.BRANCH_OFFICE.match(plain, behind[0])
                if branch:
                    end, to = branch.end(), Addressee(Reach.OWN) if behind[1] == context.code else Addressee(Reach.NAMED, place=behind[1])
            branch_of = wording.BRANCH.match(plain, end)
            end = branch_of.end() if branch_of else end
            inside_of = wording.INSIDE[hit.kind].match(plain, end) if hit.kind in wording.INSIDE else None
            end = inside_of.end() if inside_of else end
            person = bool(wording.PERSON.match(plain, end))
            inside = hit.kind in {"organization", "discipline"} and bool(wording.INTERNAL.search(plain, 0, start))
            kind = "court" if inside else hit.kind
            if hit.alias == "行业协会" and not wording.LEGAL.search(plain):
                kind = "public"  # other trades' associations are social organisations
            if hit.form == "short" and hit.alias in (*wording.TRADE_WORDS, *wording.SUPERVISORS):
                table = wording.SUPERVISORS if wording.SUPERVISORS_TAIL.match(plain, end) else wording.TRADE_WORDS
                kind = table.get(hit.alias, kind)
            yield Name(start, end, kind, plain[start:end], to, alias=hit.alias, person=person, internal=inside or hit.form == "sub", short=hit.form == "short")


def _told(found: re.Match[str], kind: str, noun: str) -> Name:
    """A name by what the words say, at no level of its own."""
    return Name(found.start(), found.end(), kind, found.group(), Addressee(), alias=noun)


def _goes_on(plain: str, hit: _Hit) -> bool:
    """Whether an element of a list ends where the name does."""
    return hit.form != "short" or any(sign.match(plain, hit.end) for sign in (wording.TAIL, wording.TRADE_TAIL, wording.SEP))


def _inside_longer(best: Mapping[int, tuple[int, str, Mapping[str, object]]], start: int, end: int) -> bool:
    """Whether a full name that begins inside a short form reaches farther than it."""
    return any(best[at][0] > end and "organ" in best[at][2] for at in range(start + 1, end) if at in best)


def _derived(table: dict[str, dict[str, tuple[str, str]]]) -> dict[str, dict[str, tuple[str, str]]]:
    """教育 in lists gives 教育行政主管部门 and the like, so that no law's wording has to be written out; what is written out goes before."""
    made: dict[str, dict[str, tuple[str, str]]] = {}
    for text, forms in table.items():
        if "short" not in forms or len(text) < 2 or forms["short"][0] in wording.NO_DEPARTMENT:
            continue
        for tail in (*wording.DEPARTMENTS, *(() if wording.WEAK.fullmatch(text) else wording.BUREAUS)):
            if text + tail not in table:
                made[text + tail] = {"organ": (forms["short"][0], "organ")}
    return made


def _plain(text: str) -> tuple[str, list[int]]:
    """The text without white space, and where each sign of it stood. A tab parts the cells of a table: no name reaches over it."""
    if not any(char.isspace() for char in text):
        return text.translate(_FOLD), list(range(len(text) + 1))
    offsets = [index for index, char in enumerate(text) if char == "\t" or not char.isspace()]
    return "".join("；" if text[index] == "\t" else text[index] for index in offsets).translate(_FOLD), offsets


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
        if done and done[-1].end == name.start and done[-1].kind == name.kind and name.addressee == Addressee():
            name = replace(name, addressee=done[-1].addressee)  # 州中级人民法院执行局
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
        if index + 1 < len(names) and names[index + 1].start == name.end and not _of_trio(name, names[index + 1]):
            if reach < 0:
                reach = name.start
            alone.append(name)
            continue
        between = wording.ASIDE.sub("", plain[groups[-1][-1].end : name.start if reach < 0 else reach]) if groups else None
        reach = -1
        if between is not None and (
            wording.SEP.fullmatch(between)
            or (not between and _of_trio(groups[-1][-1], name))
            or ((name.kind not in wording.BEARERS or groups[-1][-1].kind in wording.MASS) and wording.GOES_ON.fullmatch(between))
            or _with_strangers(between)
        ):
            groups[-1].append(name)
        else:
            groups.append([name])
    numbered = []
    for number, group in enumerate(groups):
        is_open = plain.startswith("等", group[-1].end)
        numbered += [replace(name, enumeration=number, open_list=is_open) for name in group]
    return sorted([*numbered, *alone], key=lambda name: name.start)


def _of_trio(first: Name, second: Name) -> bool:
    """公检法, written without signs between them."""
    return first.alias in KINDS_OF_SIGNS and second.alias in KINDS_OF_SIGNS


def _with_strangers(between: str) -> bool:
    """Elements of a list that are no names (口岸、…) part two names but not the list; nor do words that qualify the next (、配备校车的学校)."""
    return bool(wording.QUALIFIED.fullmatch(between)) or (
        len(between) <= 24 and between[:1] == "、" and between[-1:] in "、和与及" and all(1 < len(part) <= 12 for part in between.strip("、和与及").split("、"))
    )


def _unknown(plain: str, names: Sequence[Name], bodies: Sequence[str]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    blocked = [match.span() for match in wording.TITLES.finditer(plain)]
    for match in (
        *wording.ORGAN.finditer(plain),
        *wording.DEPARTMENT.finditer(plain),
        *wording.BUREAU.finditer(plain),
        *wording.CENTRE.finditer(plain),
        *wording.ACTING_DEPARTMENT.finditer(plain),
        *wording.LISTED_OFFICE.finditer(plain),
    ):
        start, end = match.span(1)
        lead = wording.LEAD_IN.match(plain[start:end])
        start += lead.end() if lead else 0
        word = plain[start:end]
        if (
            any(low <= start < high for low, high in blocked)
            or wording.GENERIC.search(word)
            or any(body.endswith(word) or word.endswith(body) for body in bodies)
        ):
            continue
        if any(name.start < end and start < name.end for name in names):
            continue
        if start < end and not any(low < end and start < high for low, high in found):
            found.append((start, end))
    return sorted(found)
