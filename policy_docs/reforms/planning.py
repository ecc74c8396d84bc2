"""What an entry would make: unit kinds, ways of writing and successions, and the vocabulary with them; or why it cannot be made."""

import datetime
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from policy_docs.duties.naming import new_key
from policy_docs.units.events import ReformEvent
from policy_docs.units.models import LevelChoices
from policy_docs.units.successions import out_of_order, problems
from policy_docs.units.types import Level
from policy_docs.units.vocabulary import Alias, Kind, Succession, Vocabulary

from .entry import Entry, NewUnit, Step, new_ref
from .refusals import ReformRefused, name_taken, told, way_taken

_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be made. ``keys`` are those of the new units by reference, ``kept`` ways of writing that a giver has already: they stay with it and
    so come to its successor. ``remarks`` tell what is unusual."""

    entry: Entry
    before: Vocabulary
    after: Vocabulary
    successions: tuple[Succession, ...]
    kinds: tuple[Kind, ...]
    aliases: tuple[Alias, ...]
    keys: Mapping[str, str]
    kept: tuple[Alias, ...]
    remarks: tuple[str, ...]


def plan(entry: Entry, vocabulary: Vocabulary, *, today: datetime.date, standing: Mapping[str, str] | None = None) -> Plan:
    """Return what an entry would make. ``standing``: new units of the entry that are there still, since something used them when it was taken back.

    Raises:
        ReformRefused: it cannot be made.
    """
    faults = list(_missing(entry, vocabulary))
    if faults:
        raise ReformRefused(*faults)
    keys = {ref: key for ref, key in (standing or {}).items() if key in vocabulary.kinds_by_key}
    made = _new_units(entry, vocabulary, keys)
    kinds, aliases = made.kinds, made.aliases
    if made.faults:
        raise ReformRefused(*dict.fromkeys(made.faults))
    names = {kind.key: kind.name for kind in (*vocabulary.kinds_by_key.values(), *kinds)}
    successions = tuple(_succession(entry, step, keys, names) for step in entry.steps)
    now, former = ([kind for kind in kinds if bool(kind.read_as) is is_former] for is_former in (False, True))
    after = replace(
        vocabulary, kinds=(*vocabulary.kinds, *now), aliases=(*vocabulary.aliases, *aliases), reforms=(*vocabulary.reforms, *successions),
        former=(*vocabulary.former, *former),
    )  # fmt: skip
    titles = dict(ReformEvent.objects.values_list("public_key", "title"))
    faults = [told(problem, after, titles) for problem in problems(successions, vocabulary.reforms, vocabulary.lineage)]
    if faults:
        raise ReformRefused(*dict.fromkeys(faults))
    return Plan(entry, vocabulary, after, successions, tuple(kinds), tuple(aliases), keys, tuple(made.kept), tuple(_remarks(entry, today)))


@dataclass(slots=True)
class _Made:
    kinds: list[Kind] = field(default_factory=list)
    aliases: list[Alias] = field(default_factory=list)
    kept: list[Alias] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def _new_units(entry: Entry, vocabulary: Vocabulary, keys: dict[str, str]) -> _Made:
    """Return the units that the entry brings, with keys of their own in ``keys``."""
    made, givers = _Made(), {step.giver for step in entry.steps}
    for number, unit in enumerate(entry.units):
        if new_ref(number) in keys:
            continue
        if any(kind.name == unit.name for kind in (*vocabulary.kinds_by_key.values(), *made.kinds)):
            made.faults.append(name_taken(unit))
            continue
        key = keys[new_ref(number)] = _free_key(unit.name, {kind.key for kind in made.kinds})
        made.kinds.append(
            Kind(key, unit.name, unit.short, is_group=False, is_open=False, is_vertical=False, names=unit.patterns, read_as=unit.read_as, written=unit.written)
        )
        for alias in _ways(key, unit):
            holder = _holder(alias, (*vocabulary.aliases, *made.aliases))
            if holder is None:
                made.aliases.append(alias)
            elif holder in givers:
                made.kept.append(replace(alias, kind=holder))
            else:
                made.faults.append(way_taken(alias.text, vocabulary.kinds_by_key[holder].name if holder in vocabulary.kinds_by_key else unit.name))
    return made


def _missing(entry: Entry, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield what the entry needs and lacks."""
    if not entry.title:
        yield _("请填写改革名称，例如“2018年机构改革”。")
    if not entry.dates and not all(step.dates for step in entry.steps):
        yield _("请至少填写一个层级的日期：职责从哪一天起由新单位承担。")
    if entry.place and entry.place not in vocabulary.places_by_code:
        yield _("所填的地方已不在区划表中，请重新填写。")
    if not entry.steps and not entry.units:
        yield _("请填写哪些单位的职责转到哪个单位。")
    for unit in entry.units:
        if unit.read_as and unit.read_as not in vocabulary.kinds_by_key:
            yield _("单位“%s”已不在单位类别中，请重新选择。") % unit.read_as
    known = {*vocabulary.kinds_by_key, *(new_ref(number) for number in range(len(entry.units)))}
    for key in dict.fromkeys(key for step in entry.steps for key in (step.giver, step.taker) if key not in known):
        yield _("单位“%s”已不在单位类别中，请重新选择。") % key
    for unit in entry.units:
        if len(unit.name) < _SHORTEST:
            yield _("新单位的名称至少两个字。")


def _free_key(name: str, taken: Collection[str]) -> str:
    key = new_key(name)
    while key in taken:
        key += "_x"
    return key


def _ways(key: str, unit: NewUnit) -> list[Alias]:
    """Return how texts write a new unit: its name, its names by level without the place, its short form, what else was entered; nothing for a former
    unit, whose names stay those of the kind that they are read as."""
    if unit.read_as:
        return []
    full = [unit.name, *(pattern.replace("{p}", "").strip() for pattern in unit.patterns.values()), *unit.aliases]
    found = [Alias(key, text, "organ") for text in full if len(text) >= _SHORTEST]
    if len(unit.short) >= _SHORTEST:
        found.append(Alias(key, unit.short, "short"))
    return list(dict.fromkeys(found))


def _holder(alias: Alias, held: Sequence[Alias]) -> str | None:
    return next((other.kind for other in held if (other.text, other.form) == (alias.text, alias.form)), None)


def _succession(entry: Entry, step: Step, keys: Mapping[str, str], names: Mapping[str, str]) -> Succession:
    giver, taker = keys.get(step.giver, step.giver), keys.get(step.taker, step.taker)
    basis = step.basis or _basis(entry.title, step, names[giver], names[taker])
    return Succession(giver, taker, step.scope, step.words, dict(step.dates or entry.dates), basis, entry.place)


def _basis(title: str, step: Step, giver: str, taker: str) -> str:
    facts = {"title": title, "words": "、".join(step.words), "giver": giver, "taker": taker}
    sentence = _("%(title)s：%(giver)s的%(words)s职责划入%(taker)s") if step.words else _("%(title)s：%(giver)s的职责由%(taker)s承接")
    return (sentence % facts)[:200]


def _remarks(entry: Entry, today: datetime.date) -> Iterator[str]:
    """Yield what is unusual and may be right all the same."""
    labels = {Level(value): label for value, label in LevelChoices.choices}
    for level, higher in out_of_order(dict(entry.dates)):
        yield _("%(level)s的日期早于%(higher)s的日期，通常上级先改。请核对，确认无误可以继续。") % {"level": labels[level], "higher": labels[higher]}
    for level, day in entry.dates.items():
        if day > today.isoformat():
            yield _("%(level)s的日期还没有到（%(day)s），到那一天才转移。") % {"level": labels[level], "day": day}
    if entry.dates:
        for number, unit in enumerate(entry.units):
            if unit.read_as:
                continue
            bare = [str(labels[level]) for level in entry.dates if level not in unit.patterns]
            if bare:
                facts = {"unit": unit.name or str(number + 1), "levels": "、".join(bare)}
                yield _("“%(unit)s”没有填写%(levels)s的名称，这些层级的页面上显示为“地名 + 单位类别名称”。") % facts
