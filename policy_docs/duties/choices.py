"""What the reader of a unit's page has chosen, as words, addresses and ways back. The address holds everything."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, overload

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from policy_docs.opinions.validity import written
from policy_docs.units.models import LevelChoices

from . import report
from .models import Duty, ReachChoices, RoleChoices
from .narrowing import Filters, facet_counts
from .selectors import Row, Unit
from .unit_topics import Tagged

PARAMS = {"role": "roles", "level": "levels", "to": "reaches", "state": "states", "valid": "validity", "doc": "documents", "topic": "topics", "turn": "turns"}
_MOST = 30  # topics or documents of an address
VALIDITY = (("in_force", _("现行有效")), ("past", _("已失效、已废止、尚未生效")))
STATES = tuple(choice for choice in Duty.State.choices if choice[0] != Duty.State.REJECTED)
TURNS = (("added", _("上次查看以后新增")), ("changed", _("上次查看以后改动")))
WORDS_LIMIT = 80
LARGEST = 2**63 - 1  # that a key of a row can be
_KNOWN = {
    "roles": set(RoleChoices.values), "levels": set(LevelChoices.values), "reaches": set(ReachChoices.values), "states": set(Duty.State.values),
    "validity": {"in_force", "past"}, "turns": {value for value, _words in TURNS},
}  # fmt: skip
_DROPPED_FROM_ADDRESS = ("page", "print", "aside", "all")


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition that was chosen, and the address without it; ``number`` is how many duties it would then be."""

    label: str
    address: str
    number: int = 0


def read_filters(params: QueryDict, *, looked: bool = False) -> Filters:
    """Return the filters that an address says; what it does not know is passed over. ``looked``: it is known when the reader looked before, so it
    can be asked what has come since."""
    chosen: dict[str, Any] = {name: frozenset(params.getlist(key)) & _KNOWN[name] for key, name in PARAMS.items() if name in _KNOWN}
    chosen["turns"] = chosen["turns"] if looked else frozenset()
    chosen["validity"] = chosen["validity"] or frozenset({"in_force"})
    documents, topics = (frozenset(value for value in params.getlist(name)[:_MOST] if value and len(value) <= 100) for name in ("doc", "topic"))
    return Filters(**chosen, documents=documents, topics=topics, words=typed(params, "q"))


def day_of(params: QueryDict) -> datetime.date:
    """Return the day asked, today where none is, or none that is a day."""
    try:
        return datetime.date.fromisoformat(params.get("on", ""))
    except ValueError:
        return timezone.localdate()


def typed(params: QueryDict, name: str) -> str:
    """Return what the reader typed into a field, cut to ``WORDS_LIMIT`` signs; NUL, which a database refuses, left out."""
    return params.get(name, "").replace("\x00", "").strip()[:WORDS_LIMIT]


@overload
def whole_number(words: str | None, otherwise: int = 0, *, most: int = ...) -> int: ...
@overload
def whole_number(words: str | None, otherwise: None, *, most: int = ...) -> int | None: ...
def whole_number(words: str | None, otherwise: int | None = 0, *, most: int = LARGEST) -> int | None:
    """Return the whole number from 0 to ``most`` that a form or an address holds, ``otherwise`` where it holds none. One that a database column
    cannot hold, or that takes long to read, is none."""
    found = (words or "").strip()
    number = int(found) if found.isdecimal() and len(found) <= len(str(LARGEST)) else None
    return number if number is not None and number <= most else otherwise


def address(params: QueryDict, **changes: str | Sequence[str] | None) -> str:
    """Return the query string with some parameters set anew (None takes one away); the place in the list starts over."""
    query = params.copy()
    for name in _DROPPED_FROM_ADDRESS:
        query.pop(name, None)
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query.setlist(name, [value] if isinstance(value, str) else list(value))
    for name in [name for name in query if not any(query.getlist(name))]:
        query.pop(name)  # empty fields of the form say nothing
    return query.urlencode()


def labels(titles: dict[str, str], topics: dict[str, str] | None = None) -> dict[str, dict[str, Any]]:
    """Return the words for each value of each parameter; ``titles``: documents by public key; ``topics``: topics by address."""
    return {
        "role": dict(RoleChoices.choices), "level": dict(LevelChoices.choices), "to": dict(ReachChoices.choices), "state": dict(STATES),
        "valid": dict(VALIDITY), "doc": titles, "topic": topics or {}, "turn": dict(TURNS),
    }  # fmt: skip


def chips(params: QueryDict, rows: Sequence[Row], titles: dict[str, str], filters: Filters, held: Tagged) -> list[Chip]:
    """Return what was chosen, each with the address and the number of duties without it."""
    found = []
    for name, words in labels(titles, held.names(filters.topics)).items():
        values = params.getlist(name) if name != "turn" or filters.turns else []
        for value in values:
            if value and (value in words or name in ("doc", "topic")) and not (name == "valid" and values == ["in_force"]):
                found.append(_chip(params, rows, filters, str(words.get(value, value)), name, [other for other in values if other != value], held))
    searched = typed(params, "q")
    if searched:
        found.append(_chip(params, rows, filters, f"“{searched}”", "q", [], held))
    return found


def day_chip(params: QueryDict, on: datetime.date) -> list[Chip]:
    """Return the condition that another day than today is, with the address without it; its number is for the page to count."""
    return [] if on == timezone.localdate() else [Chip(str(_("%s有效")) % written(on), address(params, on=None))]


def _chip(params: QueryDict, rows: Sequence[Row], filters: Filters, label: str, name: str, left: list[str], held: Tagged) -> Chip:
    without = address(params, **{name: left or None})
    return Chip(label, without, len(report.counted(rows, held.narrow(_without(filters, name, left)))))


def _without(filters: Filters, name: str, left: list[str]) -> Filters:
    """Return the filters with less chosen; words that were looked up are not looked up again."""
    if name == "q":
        return replace(filters, words="", texts=None)
    field = PARAMS[name]
    kept = frozenset(left) & _KNOWN.get(field, frozenset(left))
    changes: dict[str, Any] = {field: kept or frozenset({"in_force"} if name == "valid" else ())}
    return replace(filters, **changes)


def facets(rows: Sequence[Row], filters: Filters, unit: Unit) -> list[dict[str, Any]]:
    """Return the filter groups with the counts that each value would have under all other choices."""
    counts = facet_counts(report.countable(rows, filters), filters)
    counts["roles"] = facet_counts(report.countable(rows, filters, mentions=True), filters)["roles"]
    level_names = {place.level.value: place.name for code in (*unit.seat.above, unit.seat.code) if (place := unit.vocabulary.places_by_code[code])}
    shape: list[tuple[str, Any, Sequence[tuple[str, Any]]]] = [
        ("role", _("角色"), RoleChoices.choices),
        (
            "level",
            _("文件层级"),
            [(value, label if value == "country" else level_names[value]) for value, label in LevelChoices.choices if value in level_names],
        ),
        ("to", _("原文对象"), ReachChoices.choices),
        ("valid", _("效力"), VALIDITY),
        ("state", _("核对状态"), STATES),
    ]
    return [
        {
            "key": key,
            "name": name,
            "values": [(value, label, counts[PARAMS[key]].get(value, 0), value in getattr(filters, PARAMS[key])) for value, label in values],
        }
        for key, name, values in shape
    ]
