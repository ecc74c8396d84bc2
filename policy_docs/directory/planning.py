"""What a table of contacts would change: row by row, before anything is stored. The same rows against the same directory give the same plan."""

import datetime
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policy_docs.opinions.validity import written
from policy_docs.units.aliases import guess_units
from policy_docs.units.naming import name_at
from policy_docs.units.vocabulary import Vocabulary

from . import phones
from .actions import person_of
from .models import Contact, entries_of
from .people import Change, Kin, Pair, Person, Step, Wanted, compare, paired
from .seats import full_name
from .selectors import resolved
from .sheet import Row

ERROR, HELD, JOINS = "error", "held", "joins"
_ROLES = {"责任领导": "leader", "分管领导": "leader", "领导": "leader", "联络员": "liaison", "联系人": "liaison"}
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月?)")
_WHY = {
    Kin.TYPING: gettext_lazy("按更正姓名办理：号码没有变，“%(old)s”和“%(new)s”只差一个字。"),
    Kin.SAME_NUMBER: gettext_lazy("按换人办理：“%(old)s”和“%(new)s”是两个姓名，%(old)s记为今天离任；表中的手机号还是%(old)s的，不带给%(new)s。"),
    Kin.ONLY: gettext_lazy("按换人办理：表中没有“%(old)s”，同一身份新出现“%(new)s”，不像同一个人写错；%(old)s记为今天离任。"),
}
_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffffA-Za-z·•.\s()（）]{1,40}")
Seat = tuple[str, str]  # kind, code


class Bad(ValueError):
    """A cell that cannot be used; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the dry run. ``number``: of the row in the table, 0 for a person who is missing there."""

    number: int
    step: str
    unit: str
    role: str = ""
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    words: str = ""
    seat: Seat = ("", "")


@dataclass(frozen=True, slots=True)
class Told:
    """A row as understood: whose it is and what it says of a person (None: only the unit is named)."""

    number: int
    seat: Seat
    person: Person | None
    left: datetime.date | None


@dataclass(frozen=True, slots=True)
class Plan:
    """The lines to be shown and, by unit, what would be done."""

    lines: list[Line]
    wanted: dict[Seat, list[Wanted]]

    def counts(self) -> dict[str, int]:
        """Lines by step."""
        return dict(Counter(line.step for line in self.lines))

    def as_json(self) -> list[dict[str, Any]]:
        """Return the lines as they are kept and compared."""
        return [asdict(line) | {"fields": list(line.fields), "seat": list(line.seat)} for line in self.lines]


class Planner:
    """Reads rows against the directory of a day. Four queries, however many rows."""

    def __init__(self, vocabulary: Vocabulary, today: datetime.date) -> None:
        self._vocabulary, self._today = vocabulary, today
        self._kinds = {kind.name: kind.key for kind in vocabulary.kinds if not (kind.is_group or kind.is_open)}
        self._places: dict[str, set[str]] = defaultdict(set)
        for place in vocabulary.places:
            for name in (place.name, *place.short_names):
                self._places[name].add(place.code)
        self._guessed: dict[tuple[str, str], str] = {}

    def plan(self, rows: Sequence[Row]) -> Plan:
        """Return what the rows would change. Where one row of a unit is wrong, nothing of the unit is changed."""
        told: list[Told] = []
        lines: list[Line] = []
        for number, cells in rows:
            seat, words = ("", ""), cells.get("单位", "") or cells.get("单位类别", "")
            try:
                seat = self._seat(cells)
                told.append(self._told(number, seat, cells))
            except Bad as bad:
                lines.append(Line(number, ERROR, self._name(seat) or words, words=str(bad), after=_said(cells), seat=seat))
        standing_for = resolved({seat for seat in (*(item.seat for item in told), *(line.seat for line in lines)) if seat[0]}, self._vocabulary, self._today)
        lines = [replace(line, seat=standing_for.get(line.seat, line.seat)) for line in lines]
        told = [replace(item, seat=standing_for[item.seat]) for item in told]
        lines += _twice(told, self._name)
        wrong = {line.seat for line in lines if line.seat[0]}
        lines += [_line(item, HELD, self._name(item.seat), words=_("同一单位另有行有误，整个单位没有导入。")) for item in told if item.seat in wrong]
        good = [item for item in told if item.seat not in wrong]
        wanted = self._compared(good, lines)
        return Plan(sorted(lines, key=lambda line: (line.number or 1 << 30, line.unit, line.role, str(line.before))), wanted)

    def _compared(self, good: Sequence[Told], lines: list[Line]) -> dict[Seat, list[Wanted]]:
        by_seat: dict[Seat, list[Told]] = defaultdict(list)
        for item in good:
            by_seat[item.seat].append(item)
        entries = {(entry.kind_id, entry.jurisdiction_id): entry for entry in entries_of(by_seat)}
        standing: dict[int, list[Contact]] = defaultdict(list)
        for row in Contact.objects.standing(self._today).filter(entry__in=list(entries.values())).order_by("pk"):
            standing[row.entry_id].append(row)
        found = {}
        for seat, items in by_seat.items():
            entry = entries.get(seat)
            if entry is None or entry.left_on is not None:
                lines.append(Line(items[0].number, JOINS, self._name(seat), words=_("单位将加入通讯录。"), seat=seat))
            rows = standing[entry.pk] if entry else []
            found[seat] = self._unit(items, rows, lines)
        return found

    def _unit(self, items: Sequence[Told], rows: Sequence[Contact], lines: list[Line]) -> list[Wanted]:
        """One unit: rows are matched by role and name; whom the table does not name in a role that it speaks of has left."""
        now = {row.pk: person_of(row) for row in rows}
        keys = {(person.role, person.name): pk for pk, person in now.items()}
        wanted: list[Wanted] = []
        numbers: list[int] = []
        why: dict[int, Pair] = {}
        for item in items:
            if item.person is None:
                continue
            pk = keys.pop((item.person.role, item.person.name), None)
            if pk is None and item.left is not None:
                lines.append(_line(item, Step.SAME, self._name(item.seat), words=_("已离任，也没有登记过。")))
                continue
            wanted.append(Wanted(item.person, pk, item.left))
            numbers.append(item.number)
        spoken = {item.person.role for item in items if item.person is not None}
        gone = {pk: now[pk] for (role, _n), pk in keys.items() if role in spoken}
        for pair in paired({at: line.person for at, line in enumerate(wanted) if line.contact is None}, gone):
            person = wanted[pair.came].person
            wanted[pair.came] = Wanted(person, pair.went, self._today if pair.other else None, other=pair.other, keeps_office=pair.why is Kin.ONLY)
            why[pair.came] = pair
            del gone[pair.went]
        wanted += [Wanted(now[pk], pk, self._today) for pk in gone]
        numbers += [0] * len(gone)
        for at, (number, change) in enumerate(zip(numbers, compare(now, wanted), strict=True)):
            lines.append(self._change(number, change, items[0].seat, now, why.get(at)))
        return wanted

    def _change(self, number: int, change: Change, seat: Seat, now: Mapping[int, Person], pair: Pair | None) -> Line:
        before = _written(now[change.contact]) if change.contact is not None else {}
        after = {} if change.step is Step.ENDED else _written(change.person)
        words = _WHY[pair.why] % {"old": before["name"], "new": change.person.name} if pair else ""
        if change.step is Step.ENDED and change.left is not None:
            words = _("%s离任。") % written(change.left) if number else _("表中没有这个人，将记为今天离任。")
        return Line(number, change.step.value, self._name(seat), change.person.role, before, after, change.fields, words, seat)

    def _name(self, seat: Seat) -> str:
        return full_name(self._vocabulary, seat, self._today) if seat[0] else ""

    def _seat(self, cells: Mapping[str, str]) -> Seat:
        code = cells.get("行政区划代码", "") or self._code(cells.get("行政区划", ""))
        if code not in self._vocabulary.places_by_code:
            raise Bad(_("行政区划代码“%s”不存在，请核对。") % code)
        kind = cells.get("单位类别", "")
        if kind:
            if kind not in self._kinds:
                raise Bad(_("单位类别“%s”不存在。请从模板的“单位类别”表中选择。") % kind)
            return self._kinds[kind], code
        return self._kind_named(cells.get("单位", ""), code), code

    def _code(self, name: str) -> str:
        codes = self._places.get(name, set())
        if len(codes) > 1:
            raise Bad(_("有 %(number)d 个地方叫“%(name)s”，请填写行政区划代码。") % {"number": len(codes), "name": name})
        if not codes:
            raise Bad(_("行政区划“%s”不存在，请写全称或填写代码。") % name if name else _("请填写行政区划。"))
        return next(iter(codes))

    def _kind_named(self, name: str, code: str) -> str:
        if not name:
            raise Bad(_("请填写单位类别或单位名称。"))
        if (name, code) not in self._guessed:
            members = self._vocabulary.members_by_seat
            exact = [kind for (kind, at), own in members.items() if at == code and own == name]
            exact += [kind for kind in self._kinds.values() if name_at(self._vocabulary, kind, code) == name]
            if not exact:
                exact = [guess.kind for guess in guess_units(name) if guess.rank <= 1 and guess.place in ("", code) and guess.kind in self._kinds.values()]
            self._guessed[name, code] = exact[0] if len(set(exact)) == 1 else ""
        if not self._guessed[name, code]:
            raise Bad(_("没有认出单位“%s”。请填写单位类别。") % name)
        return self._guessed[name, code]

    def _told(self, number: int, seat: Seat, cells: Mapping[str, str]) -> Told:
        name, role = cells.get("姓名", ""), cells.get("身份", "")
        if not name and not role and not any(cells.get(key) for key in ("职务", "办公电话", "手机")):
            return Told(number, seat, None, None)
        if role not in _ROLES:
            raise Bad(_("身份应为“责任领导”或“联络员”。"))
        plain = name if name.isascii() else "".join(name.split())
        if not _NAME.fullmatch(plain):
            raise Bad(_("请填写姓名。") if not name else _("姓名“%s”不像人名，请核对。") % name)
        try:
            office, mobile = phones.office(cells.get("办公电话", "")), phones.mobile(cells.get("手机", ""))
        except phones.BadPhone as bad:
            raise Bad(str(bad)) from bad
        since, left = _day(cells.get("任职日期", ""), "任职日期"), _day(cells.get("离任日期", ""), "离任日期")
        if left is not None and (left > self._today or (since is not None and left < since)):
            raise Bad(_("离任日期不能晚于今天，也不能早于任职日期。"))
        return Told(number, seat, Person(_ROLES[role], plain, cells.get("职务", "")[:80], office, mobile, since), left)


def _day(words: str, column: str) -> datetime.date | None:
    if not words:
        return None
    found = _DAY.fullmatch("".join(words.split()))
    try:
        return datetime.date(*(int(part or 1) for part in found.groups())) if found else datetime.date.fromisoformat(words)
    except ValueError as error:
        raise Bad(_("%(column)s“%(words)s”应写成 2024-03-01。") % {"column": column, "words": words}) from error


def _written(person: Person) -> dict[str, str]:
    return {**{name: getattr(person, name) for name in ("name", "post", "office_phone", "mobile")}, "since": person.since.isoformat() if person.since else ""}


def _said(cells: Mapping[str, str]) -> dict[str, str]:
    names = {"name": "姓名", "post": "职务", "office_phone": "办公电话", "mobile": "手机", "since": "任职日期"}
    return {name: cells.get(column, "") for name, column in names.items()}


def _line(item: Told, step: str, unit: str, *, words: str) -> Line:
    role, after = (item.person.role, _written(item.person)) if item.person else ("", {})
    return Line(item.number, str(step), unit, role, {}, after, (), words, item.seat)


def _twice(told: list[Told], name: Any) -> list[Line]:
    """Take rows that say the same person again out of ``told`` and return them as errors."""
    seen: dict[tuple[Seat, str, str], int] = {}
    again = []
    for item in list(told):
        if item.person is None:
            continue
        key = (item.seat, item.person.role, item.person.name)
        if key in seen:
            told.remove(item)
            again.append(_line(item, ERROR, name(item.seat), words=_("与第 %d 行重复。") % seen[key]))
        else:
            seen[key] = item.number
    return again
