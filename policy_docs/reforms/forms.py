"""The plain questions that each kind of reform asks, and the entry that the answers give."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policy_docs.duties.actions import DutyRefused
from policy_docs.duties.choices import whole_number
from policy_docs.duties.panes import kind_of
from policy_docs.units.aliases import LEVELS, current_vocabulary
from policy_docs.units.events import ReformEvent
from policy_docs.units.former import former_unit, known_former
from policy_docs.units.models import LevelChoices
from policy_docs.units.places import named
from policy_docs.units.types import Level

from .entry import Entry, NewUnit, Step, new_ref

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Kind = ReformEvent.Kind
MOST = 12  # units on one side of a reform
_PARTS = 2  # of a split at least
_SPLIT_WORDS = re.compile(r"[\s、，,；;]+")
_LEVEL_LABELS = {level: LevelChoices(level.value).label for level in LEVELS}


@dataclass(frozen=True, slots=True)
class Shape:
    """How many units give and take, whether functions are asked for, and in which words the screen asks."""

    label: "StrOrPromise"
    explains: "StrOrPromise"
    asks_givers: "StrOrPromise"
    asks_takers: "StrOrPromise"
    many_givers: bool = False
    many_takers: bool = False
    giver_words: bool = False  # functions are named beside each giver
    words_needed: bool = False
    givers_needed: bool = True
    new_only: bool = False  # the taker is always a new unit


SHAPES: dict[str, Shape] = {
    Kind.MERGE: Shape(
        gettext_lazy("合并"), gettext_lazy("一个或几个单位并入另一个单位，或者合并组建新单位，职责全部转移。"),
        gettext_lazy("哪些单位被合并"), gettext_lazy("合并到哪个单位"), many_givers=True,
    ),
    Kind.SPLIT: Shape(
        gettext_lazy("分设"), gettext_lazy("一个单位分成几个单位，各承接一部分职能，其余职责可以由其中一个承接。"),
        gettext_lazy("哪个单位被分设"), gettext_lazy("分成哪些单位"), many_takers=True,
    ),
    Kind.RENAME: Shape(
        gettext_lazy("更名"), gettext_lazy("单位换了名称，职责不变。"), gettext_lazy("哪个单位更名"), gettext_lazy("更名后叫什么"), new_only=True
    ),
    Kind.TRANSFER: Shape(
        gettext_lazy("职能划转"), gettext_lazy("原单位仍在，其中的某些职能划给另一个单位。"),
        gettext_lazy("从哪些单位划出什么职能"), gettext_lazy("划给哪个单位"), many_givers=True, giver_words=True, words_needed=True,
    ),
    Kind.NEW: Shape(
        gettext_lazy("新组建"), gettext_lazy("成立一个新单位，可以写明职能从哪些单位划入。"),
        gettext_lazy("职能从哪些单位划入"), gettext_lazy("新单位叫什么"), many_givers=True, giver_words=True, givers_needed=False, new_only=True,
    ),
}  # fmt: skip


def _kind(words: str) -> str:
    """Return the key of the unit kind that was typed; groups and open categories are no units."""
    vocabulary = current_vocabulary()
    try:
        key = kind_of(words.strip()[:60], vocabulary)
    except DutyRefused as refusal:
        raise ValidationError(str(refusal).replace(_("没有办理："), "")) from refusal
    if key and (vocabulary.kinds_by_key[key].is_group or vocabulary.kinds_by_key[key].is_open):
        raise ValidationError(_("“%s”不是一个单位，不能登记机构改革。") % words)
    return key


def _words(typed: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in _SPLIT_WORDS.split(typed) if word))


class FactsForm(forms.Form):
    """What holds for the whole reform."""

    title = forms.CharField(label=gettext_lazy("改革名称"), max_length=80)
    basis = forms.CharField(label=gettext_lazy("依据文件（可以不填）"), max_length=200, required=False)
    place = forms.CharField(label=gettext_lazy("只在哪个地方实行（可以不填）"), max_length=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for level in LEVELS:
            self.fields[f"{level.value}_on"] = forms.DateField(
                label=_LEVEL_LABELS[level], required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
                error_messages={"invalid": _("日期不对，请按年、月、日填写。")},
            )  # fmt: skip
        self.fields["title"].error_messages["required"] = _("请填写改革名称，例如“2018年机构改革”。")

    def clean_title(self) -> str:
        """Return the title on one line."""
        return " ".join(self.cleaned_data["title"].split())

    def clean_place(self) -> str:
        """Return the code of the place, "" for everywhere."""
        words = "".join(self.cleaned_data["place"].split())
        if not words:
            return ""
        found = named(words, current_vocabulary().places)
        if not found:
            raise ValidationError(_("没有找到“%s”。请填写省、市州或县区的名称；全国的改革不填。") % words)
        if len(found) > 1:
            choices = "、".join(f"{place.name}（{place.code}）" for place in found[:4])
            raise ValidationError(_("同名的地方不止一个，请填写代码：%s。") % choices)
        return found[0].code

    @property
    def dates(self) -> dict[Level, str]:
        """The days by level, of a valid form."""
        return {level: day.isoformat() for level in LEVELS if (day := self.cleaned_data[f"{level.value}_on"])}

    @property
    def levels(self) -> list[forms.BoundField]:
        """The fields of the days."""
        return [self[f"{level.value}_on"] for level in LEVELS]

    def clean(self) -> None:
        """At least one day."""
        if not any(self.cleaned_data.get(f"{level.value}_on") or f"{level.value}_on" in self.errors for level in LEVELS):
            self.add_error("country_on", _("请至少填写一个层级的日期：职责从哪一天起由新单位承担。"))


class GiverForm(forms.Form):
    """A unit that gives, and the functions where they are asked for."""

    unit = forms.CharField(label=gettext_lazy("单位"), max_length=60, required=False)
    words = forms.CharField(label=gettext_lazy("职能用语"), max_length=200, required=False)

    def clean_unit(self) -> str:
        """Return the key of the unit."""
        return _kind(self.cleaned_data["unit"])

    def clean_words(self) -> tuple[str, ...]:
        """Return the words."""
        return _words(self.cleaned_data["words"])


class TakerForm(forms.Form):
    """A unit that takes: one that exists, or a new one with its names; with its functions where the giver is split."""

    mode = forms.ChoiceField(label=gettext_lazy("承接单位"), choices=(("known", gettext_lazy("已有的单位")), ("new", gettext_lazy("新单位"))), required=False)
    unit = forms.CharField(label=gettext_lazy("单位"), max_length=60, required=False)
    name = forms.CharField(label=gettext_lazy("新单位的类别名称"), max_length=60, required=False)
    short = forms.CharField(label=gettext_lazy("简称（用于列举，可以不填）"), max_length=30, required=False)
    aliases = forms.CharField(label=gettext_lazy("文件中的其他写法（可以不填）"), max_length=300, required=False)
    words = forms.CharField(label=gettext_lazy("承接哪些职能"), max_length=200, required=False)
    rest = forms.BooleanField(label=gettext_lazy("承接其余全部职责"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for level in LEVELS:
            self.fields[level.value] = forms.CharField(label=_LEVEL_LABELS[level], max_length=60, required=False)

    @property
    def levels(self) -> list[forms.BoundField]:
        """The fields of the names by level."""
        return [self[level.value] for level in LEVELS]

    @property
    def is_new(self) -> bool:
        """Whether a new unit was chosen."""
        return bool(self["mode"].value() == "new")

    def clean_unit(self) -> str:
        """Return the key of the unit, "" where a new one is entered."""
        return _kind(self.cleaned_data["unit"]) if self.cleaned_data.get("mode") != "new" else ""

    def clean_words(self) -> tuple[str, ...]:
        """Return the words."""
        return _words(self.cleaned_data["words"])

    def new_unit(self) -> NewUnit:
        """Return the new unit that a valid form describes; names below the country stand behind that of the place."""
        held = self.cleaned_data
        names = {level: "".join(held[level.value].split()) for level in LEVELS if held[level.value].strip()}
        patterns = {level: name if "{p}" in name or level is Level.COUNTRY else f"{{p}}{name}" for level, name in names.items()}
        return NewUnit("".join(held["name"].split()), "".join(held["short"].split()), patterns, _words(held["aliases"]))


class ReformForms:
    """All that one screen asks for a kind of reform. Rows without any word are passed over."""

    def __init__(self, kind: str, data: QueryDict | None = None, *, initial: Entry | None = None) -> None:
        self.kind, self.shape = kind, SHAPES[kind]
        bound = data is not None
        facts, givers, takers = _initial(initial) if initial and not bound else ({}, [{}], [{}])
        self.facts = FactsForm(data, initial=facts)
        giver_count = self._count(data, "givers", len(givers), many=self.shape.many_givers)
        taker_count = self._count(data, "takers", len(takers), many=self.shape.many_takers, least=_PARTS if self.shape.many_takers else 1)
        self.givers = [GiverForm(data, prefix=f"g{number}", initial=_at(givers, number)) for number in range(giver_count)]
        self.takers = [TakerForm(data, prefix=f"t{number}", initial=_at(takers, number)) for number in range(taker_count)]
        self.said: list[str] = []
        self.notes: list[str] = []  # what is left out of the entry, and why

    @staticmethod
    def _count(data: QueryDict | None, name: str, given: int, *, many: bool, least: int = 1) -> int:
        if not many:
            return 1
        if data is None:
            return min(MOST, max(least, given))
        number = whole_number(data.get(name), least, most=999)
        return min(MOST, max(least, number + (data.get("verb") == f"more-{name}")))

    @property
    def every(self) -> list[forms.Form]:
        """All forms."""
        return [self.facts, *self.givers, *self.takers]

    def entry(self) -> Entry | None:
        """Return the entry, or None after noting what is missing at its field."""
        is_valid = all(form.is_valid() for form in self.every)
        takers, units = self._takers()
        givers = list(self._givers({taker for taker, _words in takers}, units))
        if not is_valid or any(form.errors for form in self.every) or self.said:
            return None
        facts = self.facts.cleaned_data
        steps = self._steps(givers, takers)
        return Entry(self.kind, facts["title"], facts["basis"].strip(), facts["place"], self.facts.dates, tuple(units), tuple(steps))

    def _givers(self, takers: Collection[str], units: list[NewUnit]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield who gives what; a former unit that is set apart is one of ``units``."""
        sound = [form for form in self.givers if form.is_valid()]
        filled = [form for form in sound if form.cleaned_data["unit"] or form.cleaned_data["words"]]
        if not filled and len(sound) == len(self.givers) and self.shape.givers_needed:
            self.givers[0].add_error("unit", _("请填写单位。"))
        seen = set()
        for form in filled:
            held = form.cleaned_data
            words = held["words"] if self.shape.giver_words else ()
            unit = _giver(held["unit"], _written(form), takers, units) if held["unit"] else ""
            if not held["unit"]:
                form.add_error("unit", _("请填写这些职能原来属于哪个单位。"))
            elif (unit, words) in seen:
                form.add_error("unit", _("这个单位填了两次：“%s”和前面填的是同一个单位。") % _written(form))
            elif self.shape.words_needed and not words:
                form.add_error("words", _("请填写职能用语，例如“规划”：职责的原文中写有这个词，才会列为可能承接。"))
            else:
                seen.add((unit, words))
                yield unit, words

    def _takers(self) -> tuple[list[tuple[str, tuple[str, ...]]], list[NewUnit]]:
        found: list[tuple[str, tuple[str, ...]]] = []
        units: list[NewUnit] = []
        sound = [form for form in self.takers if form.is_valid()]
        for form in sound:
            held = dict(form.cleaned_data)
            is_new = self.shape.new_only or held["mode"] == "new"
            if self.shape.many_takers and not (held["unit"] or held["name"] or held["words"] or held["rest"]):
                continue
            if not (held["name"].strip() if is_new else held["unit"]):
                form.add_error("name" if is_new else "unit", _("请填写新单位的名称。") if is_new else _("请填写单位，或者选“新单位”。"))
                continue
            if self.shape.many_takers and bool(held["words"]) == held["rest"]:
                form.add_error("words", _("请填写承接哪些职能，或者勾选“承接其余全部职责”，二者选一。"))
            known = self._known_by_givers(held["name"]) if is_new else held["unit"]
            if is_new and known:
                facts = {"name": held["name"].strip(), "unit": current_vocabulary().kinds_by_key[known].name}
                self.notes.append(_("“%(name)s”已在本库的单位类别中（%(unit)s），不另建单位。") % facts)
            elif is_new:
                units.append(form.new_unit())
            found.append((known or new_ref(len(units) - 1), held["words"] if self.shape.many_takers else ()))
        if self.shape.many_takers:
            if len(found) < _PARTS and not any(form.errors for form in self.takers):
                self.said.append(_("分设至少填写两个单位；只划出一部分职能的，请按“职能划转”登记。"))
            if sum(form.cleaned_data["rest"] for form in sound) > 1:
                self.said.append(_("“承接其余全部职责”只能选一个单位。"))
        return found, units

    def _known_by_givers(self, name: str) -> str:
        """Return the unit that bears the name of a new one and that the names of those that give are read as too, "" where there is none."""
        known = _known("".join(name.split()))
        return known if known and any(form.is_valid() and form.cleaned_data["unit"] == known for form in self.givers) else ""

    def _steps(self, givers: list[tuple[str, tuple[str, ...]]], takers: list[tuple[str, tuple[str, ...]]]) -> Iterator[Step]:
        for giver, given in givers:
            for taker, taken in takers:
                yield Step(giver, taker, given or taken)


def _written(form: forms.Form) -> str:
    """Return the name of the unit as it was typed."""
    return "".join(str(form.data.get(form.add_prefix("unit"), "")).split())


def _known(name: str) -> str:
    """Return the key of the unit that bears a name, "" where none does."""
    try:
        return kind_of(name, current_vocabulary())
    except DutyRefused:
        return ""


def _giver(kind: str, typed: str, takers: Collection[str], units: list[NewUnit]) -> str:
    """Return who gives: a former unit where the name is read as the unit that takes; it joins ``units`` unless it stands apart already. Else the kind:
    林业局 that is merged into another unit is the whole organ of today."""
    vocabulary = current_vocabulary()
    known = known_former(vocabulary, kind, typed)
    found = None if known or kind not in takers else former_unit(vocabulary, kind, typed)
    if found is None:
        return known or kind
    number = next((number for number, unit in enumerate(units) if (unit.name, unit.read_as) == (found.name, kind)), len(units))
    if number == len(units):
        units.append(NewUnit(found.name, found.short, found.names, read_as=kind, written=found.written))
    return new_ref(number)


def _at(rows: list[dict[str, Any]], number: int) -> dict[str, Any]:
    return rows[number] if number < len(rows) else {}


def _initial(entry: Entry) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    """Return an entry as the answers that give it."""
    names = {key: kind.name for key, kind in current_vocabulary().kinds_by_key.items()}
    names |= {new_ref(number): unit.name for number, unit in enumerate(entry.units) if unit.read_as}
    facts: dict[str, Any] = {
        "title": entry.title,
        "basis": entry.basis,
        "place": entry.place,
        **{f"{level.value}_on": day for level, day in entry.dates.items()},
    }
    in_parts = SHAPES[entry.kind].many_takers
    givers = {step.giver + "".join(step.words) * (not in_parts): step for step in entry.steps}
    takers = {step.taker: step for step in entry.steps} or {new_ref(number): Step("", new_ref(number)) for number in range(len(entry.units))}
    return (
        facts,
        [{"unit": names.get(step.giver, ""), "words": "、".join(step.words)} for step in givers.values()] or [{}],
        [_taker(entry, step, names, in_parts=in_parts) for step in takers.values()],
    )


def _taker(entry: Entry, step: Step, names: dict[str, str], *, in_parts: bool) -> dict[str, Any]:
    held: dict[str, Any] = {"words": "、".join(step.words), "rest": not step.words} if in_parts else {}
    if not step.taker.startswith("+"):
        return {**held, "mode": "known", "unit": names.get(step.taker, "")}
    unit = entry.units[int(step.taker[1:])]
    patterns = {level.value: pattern.removeprefix("{p}") for level, pattern in unit.patterns.items()}
    return {**held, "mode": "new", "name": unit.name, "short": unit.short, "aliases": "、".join(unit.aliases), **patterns}
