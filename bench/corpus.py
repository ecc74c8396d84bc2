"""Generated documents, for benches and tests: made from a seed, so that two runs read the same words, and each with what its words lay on whom.

Every sentence is put together here. The places and the patterns of names are those of the product's own data; the truth beside each clause is
written from the form that was chosen, not read back by the product.
"""

import datetime
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.corpus_words import (
    ACTS,
    ENDS,
    FUNCTIONS,
    GENERIC,
    GENRES,
    HEADS,
    OLD_NAMES,
    REFORMED,
    SHORT,
    THINGS,
    TOPICS,
)  # fmt: skip
from policy_docs.units.types import Level, Place
from policy_docs.units.vocabulary import Vocabulary, load_default

NUMERALS = "一二三四五六七八九十"
_LEVELS = (Level.COUNTRY, Level.PROVINCE, Level.PREFECTURE, Level.COUNTY)
_STRENGTH = ("lead", "responsible", "cooperate")
_LIKE_VERBS = ("会同", "和")  # 会同县 in a text of its own city reads like a verb


@dataclass(frozen=True, slots=True)
class Said:
    """What a clause lays on one addressee: unit kind, reach, levels (sorted), code of a named place, role, the name as written."""

    kind: str
    reach: str
    levels: tuple[str, ...]
    place: str
    role: str
    written: str


@dataclass(frozen=True, slots=True)
class Part:
    """A clause of a generated document."""

    label: str
    text: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A generated document: its text and what is true of it. ``listed`` are the unit kinds on its list of members."""

    name: str
    text: str
    place: Place
    issued: datetime.date
    number: str
    title: str
    starts: datetime.date | None
    repeals: str  # number of the document that this one repeals
    is_open: bool
    listed: tuple[str, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class _Who:
    words: str
    kinds: tuple[str, ...]
    reach: str = "generic"
    levels: tuple[str, ...] = ()
    place: str = ""

    def said(self, role: str) -> list[Said]:
        return [Said(kind, self.reach, self.levels, self.place, role, self.words) for kind in self.kinds]


class Writer:
    """Writes documents of a handful of whole lineages: the country, ``provinces`` provinces, cities and counties below them.

    ``extra`` gives kinds further names, without level words, that the reading side has to know; ``kinds`` narrows whom the words speak of;
    ``tail`` gives each clause up to so many sentences more, as long ones have.
    """

    def __init__(
        self,
        seed: int,
        *,
        provinces: int = 2,
        vocabulary: Vocabulary | None = None,
        extra: Mapping[str, Sequence[str]] | None = None,
        kinds: Sequence[str] = tuple(GENERIC),
        tail: int = 0,
    ) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - a corpus, no secret
        self._vocabulary = vocabulary or load_default()
        self._extra = extra or {}
        self._tail = tail
        self._known = sorted(kinds)
        self._old = sorted(kind for kind in OLD_NAMES if kind in kinds or kind in REFORMED)
        self.places = self._lineages(provinces)
        self._codes = {place.code: place for place in self.places}
        self._numbers: list[tuple[str, str]] = []  # number and title of documents that may be repealed

    def documents(self, count: int, *, clauses: int, stamp: str = "g", first: int = 1) -> Iterator[Made]:
        """Yield documents one by one, with so many clauses each; ``first`` is the serial of the first number."""
        for serial in range(first, first + count):
            yield self.document(serial, clauses=clauses, name=f"{stamp}{serial:06}")

    def document(self, serial: int, *, clauses: int, name: str) -> Made:
        """Return one document; ``serial`` makes its number and its words its own."""
        chance = self._chance
        place = chance.choice(self.places)
        issued = datetime.date(chance.randint(2014, 2026), chance.randint(1, 12), chance.randint(1, 28))
        genre, topic = chance.choice(GENRES), chance.choice(TOPICS)
        title, number = f"关于{topic}的{genre}", f"{_sign_of_issuer(place)}〔{issued.year}〕{serial}号"
        listed = self._kinds(chance.randint(4, 8)) if chance.random() < 0.3 else ()
        starts = issued + datetime.timedelta(days=chance.randint(10, 300)) if chance.random() < 0.2 else None
        old_number, old_title = chance.choice(self._numbers[-40:]) if self._numbers and chance.random() < 0.08 else ("", "")
        parts = self._parts(place, issued, serial, clauses)
        if listed:
            members = "、".join(f"{self._sign(place)}{self._organ(kind, place.level)}" for kind in listed)
            parts.insert(0, ("plain", Part("", f"成立{topic}工作领导小组，成员单位由{members}组成。", ())))
        last = "；".join(
            [*([f"本{genre[-2:]}自{_day(starts)}起施行"] if starts else []), *([f"《{old_title}》（{old_number}）同时废止"] if old_number else [])]
        )
        if last:
            parts.append(("item", Part("", f"{last}。", ())))
        is_open = chance.random() < 0.6
        text, done = _laid_out(number, self._issuer(place), title, topic, genre, issued, parts, is_open=is_open)
        self._numbers.append((number, title))
        return Made(name, text, place, issued, number, title, starts, old_number, is_open, listed, done)

    # what the clauses say

    def _parts(self, place: Place, issued: datetime.date, serial: int, clauses: int) -> list[tuple[str, Part]]:
        parts: list[tuple[str, Part]] = []
        for at in range(clauses):
            if at % 12 == 0:
                parts.append(("head", Part("", self._chance.choice(HEADS), ())))
            text, said = self._clause(place, issued, f"{serial}-{at + 1}")
            if self._tail:
                text += "".join(f"{end}。" for end in self._chance.sample(ENDS, self._chance.randint(0, self._tail)))
            parts.append(("item", Part("", text, _merged(said))))
        return parts

    def _clause(self, place: Place, issued: datetime.date, mark: str) -> tuple[str, list[Said]]:
        chance = self._chance
        roll = chance.random()
        act = self._act(mark)
        if roll < 0.10:
            group = chance.choice(("各成员单位", "各有关部门"))
            return f"{group}应当{act}。", _Who(group, ("@members",)).said("responsible")
        if roll < 0.24:
            first, second = self._who(place, issued), self._who(place, issued)
            if set(first.kinds) & set(second.kinds):
                return f"{first.words}应当{act}。", first.said("responsible")
            return f"由{first.words}牵头，会同{second.words}{act}。", first.said("lead") + second.said("cooperate")
        if roll < 0.34:
            who = self._list(place)
            return f"{who.words}要{act}。", who.said("responsible")
        if roll < 0.42:
            kind, words = chance.choice(FUNCTIONS)
            who = self._one(kind, place, issued)
            return f"{who.words}应当{act}。{chance.choice(words)}事项一并登记造册，第{mark}号备查。", who.said("responsible")
        if roll < 0.52:
            first, second = self._who(place, issued), self._who(place, issued)
            said = first.said("responsible") + second.said("responsible")
            return f"{first.words}应当{act}；{second.words}负责{self._act(mark + '乙')}。", said
        who = self._who(place, issued)
        ending = f"{chance.choice(ENDS)}。" if chance.random() < 0.5 else ""
        return f"{who.words}{chance.choice(('应当', '要', '负责'))}{act}。{ending}", who.said("responsible")

    def _act(self, mark: str) -> str:
        chance = self._chance
        day = chance.choice((f"在{chance.randint(2, 30)}个工作日内", f"于每月{chance.randint(1, 28)}日前", "按季度", "逐件"))
        return f"{day}{chance.choice(ACTS)}{chance.choice(THINGS)}和{chance.choice(THINGS)}的第{mark}号清单"

    def _kinds(self, count: int) -> tuple[str, ...]:
        return tuple(self._chance.sample(self._known, min(count, len(self._known))))

    def _who(self, place: Place, issued: datetime.date) -> _Who:
        kind = self._chance.choice(self._known)
        if issued.year < 2019 and self._chance.random() < 0.4:
            kind = self._chance.choice(self._old)
        return self._one(kind, place, issued)

    def _one(self, kind: str, place: Place, issued: datetime.date) -> _Who:
        """Choose a form for one unit: generic, own level, lower levels, a named unit, an old name."""
        chance = self._chance
        if kind in self._extra and chance.random() < 0.5:
            return _Who(chance.choice(self._extra[kind]), (kind,))
        old = OLD_NAMES.get(kind)
        if old and (kind in REFORMED or (issued.year < 2019 and chance.random() < 0.6)):
            words = chance.choice(old)
            if place.level is Level.COUNTRY:
                return _Who(words, (kind,))
            return _Who(f"{self._sign(place)}{words}", (kind,), "own")
        forms = [self._generic]
        if place.level is not Level.COUNTRY:
            forms += [self._own, self._own, self._named_above]
        if place.level in (Level.PROVINCE, Level.PREFECTURE):
            forms += [self._lower, self._named_below]
        return chance.choice(forms)(kind, place)

    def _generic(self, kind: str, place: Place) -> _Who:
        return _Who(GENERIC[kind], (kind,))

    def _own(self, kind: str, place: Place) -> _Who:
        if self._chance.random() < 0.2:
            return _Who(f"{_short(place)}{self._organ(kind, place.level)}", (kind,), "own")
        return _Who(f"{self._sign(place)}{self._organ(kind, place.level)}", (kind,), "own")

    def _lower(self, kind: str, place: Place) -> _Who:
        if self._chance.random() < 0.3:
            return _Who(f"下级{GENERIC[kind]}", (kind,), "lower")
        if place.level is Level.PROVINCE:
            return _Who(f"各市州{self._organ(kind, Level.PREFECTURE)}", (kind,), "lower", ("prefecture",))
        return _Who(f"各{self._chance.choice(('县市', '县（市、区）', '县'))}{self._organ(kind, Level.COUNTY)}", (kind,), "lower", ("county",))

    def _named_above(self, kind: str, place: Place) -> _Who:
        above = self._codes[place.parent]
        if above.level is Level.COUNTRY or (above.level is Level.PREFECTURE and above.name[-1] == place.name[-1]):
            return self._own(kind, place)  # 市 in a document of a 市 is its own level
        return _Who(f"{self._sign(above)}{self._organ(kind, above.level)}", (kind,), "named", (), above.code)

    def _named_below(self, kind: str, place: Place) -> _Who:
        below = [child for child in self.places if child.parent == place.code]
        if not below:
            return self._own(kind, place)
        child = self._chance.choice(below)
        return _Who(f"{child.name}{self._organ(kind, child.level)}", (kind,), "named", (), child.code)

    def _list(self, place: Place) -> _Who:
        """公安、民政、财政等部门, or 由州公安局、民政局、财政局 with the level word before the first only."""
        kinds = self._kinds(3)
        organs = [self._organ(kind, place.level) for kind in kinds]
        if place.level is not Level.COUNTRY and self._chance.random() < 0.5 and all(organ.endswith(("局", "委", "厅")) for organ in organs):
            return _Who(f"{self._sign(place)}{'、'.join(organs)}", kinds, "own")
        return _Who(f"{'、'.join(SHORT[kind] for kind in kinds)}等部门", kinds)

    # names and places

    def _organ(self, kind: str, level: Level) -> str:
        return self._vocabulary.kinds_by_key[kind].names[level].replace("{p}", "")

    def _sign(self, place: Place) -> str:
        return place.name[-1] if place.name[-1] in "省市州县区" else _short(place)[-1]

    def _issuer(self, place: Place) -> str:
        """Name the issuer, with the city before a district whose name others bear too (鼓楼区)."""
        if place.level is Level.COUNTRY:
            return "国务院办公厅"
        shared = sum(other.name == place.name for other in self._vocabulary.places) > 1
        return f"中共{self._codes[place.parent].name if shared else ''}{_short(place)}委政法委员会"

    def _lineages(self, provinces: int) -> list[Place]:
        """Choose provinces, two cities or prefectures of each and two counties of each of those."""
        chance, vocabulary = self._chance, self._vocabulary
        children: dict[str, list[Place]] = {}
        for place in vocabulary.places:
            children.setdefault(place.parent, []).append(place)
        chosen = [vocabulary.places_by_code["100000"]]
        fit = [place for place in children["100000"] if place.name.endswith("省") and len(_pick(children, place, "市州")) >= 2]
        for province in chance.sample(fit, provinces):
            chosen.append(province)
            for city in chance.sample(_pick(children, province, "市州"), 2):
                counties = _pick(children, city, "县市区")
                chosen += [city, *chance.sample(counties, min(2, len(counties)))]
        return chosen


def _pick(children: dict[str, list[Place]], parent: Place, signs: str) -> list[Place]:
    """Children whose full name is a plain one: 3 to 5 signs, with the sign of its level at the end."""
    return [
        place for place in children.get(parent.code, []) if place.name[-1] in signs and 3 <= len(place.name) <= 8 and not place.name.startswith(_LIKE_VERBS)
    ]


def _short(place: Place) -> str:
    return place.short_names[0] if place.short_names and place.short_names[0][-1] in "州县省市区" else place.name


def _sign_of_issuer(place: Place) -> str:
    return "国办发" if place.level is Level.COUNTRY else f"{place.name[0]}{place.code[-4:-2]}政法发".translate(_NO_DIGITS)


_NO_DIGITS = str.maketrans("0123456789", "甲乙丙丁戊己庚辛壬癸")


def _day(day: datetime.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _merged(said: Sequence[Said]) -> tuple[Said, ...]:
    """One entry for each kind and addressee, with the strongest role."""
    best: dict[tuple[str, str, tuple[str, ...], str], Said] = {}
    for one in said:
        key = (one.kind, one.reach, one.levels, one.place)
        if key not in best or _STRENGTH.index(one.role) < _STRENGTH.index(best[key].role):
            best[key] = one
    return tuple(best.values())


def _laid_out(
    number: str, issuer: str, title: str, topic: str, genre: str, issued: datetime.date, parts: Sequence[tuple[str, Part]], *, is_open: bool
) -> tuple[str, tuple[Part, ...]]:
    """Return the text with headings and items numbered, and the clauses with their labels."""
    lines = [number, issuer, title, f"为做好{topic}，提高办理质量，制定本{genre[-2:]}。"]
    done: list[Part] = []
    heads = items = 0
    for shape, part in parts:
        if shape == "head":
            heads, items = heads + 1, 0
            lines.append(f"{_numeral(heads)}、{part.text}")
            continue
        label = ""
        if shape == "item":
            items += 1
            label = f"（{_numeral(items)}）"
        lines.append(f"{label}{part.text}")
        done.append(Part(label, part.text, part.said))
    lines += [issuer, _day(issued)]
    if is_open:
        lines.append("（此件公开发布）")
    return "\n".join(lines) + "\n", tuple(done)


def _numeral(value: int) -> str:
    if value <= 10:
        return NUMERALS[value - 1]
    tens, ones = divmod(value, 10)
    return ("" if tens == 1 else NUMERALS[tens - 1]) + "十" + (NUMERALS[ones - 1] if ones else "")
