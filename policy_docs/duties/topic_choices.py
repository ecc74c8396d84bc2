"""What the reader of a topic page has chosen, as words, addresses and ways back. The address holds everything."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from policy_docs.topics.forest import Forest
from policy_docs.units.models import LevelChoices
from policy_docs.units.vocabulary import Vocabulary

from . import topic_rows
from .catalogue import Condition, Value
from .choices import address, typed
from .topic_rows import Filters, Row

PARAMS = {"topic": "topics", "level": "levels", "place": "places", "unit": "units", "state": "states", "valid": "validity", "doc": "documents"}
_KNOWN = {"levels": set(LevelChoices.values), "states": {"confirmed", "waiting"}, "validity": {"in_force", "past"}}
_MOST = 30  # values of a parameter
_SHOWN = 8  # values of a filter before the others are folded


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen condition, the address without it, and how many clauses there would be then."""

    label: str
    address: str
    number: int


def read_filters(params: QueryDict) -> Filters:
    """Return the filters that an address says; what it does not know is passed over."""
    chosen: dict[str, Any] = {}
    for name, field in PARAMS.items():
        values = frozenset(value for value in params.getlist(name)[:_MOST] if value and len(value) <= 100)
        chosen[field] = values & _KNOWN[field] if field in _KNOWN else values
    chosen["validity"] = chosen["validity"] or frozenset({"in_force"})
    return Filters(**chosen, words=typed(params, "q"))


def _labels(vocabulary: Vocabulary, forest: Forest, titles: dict[str, str]) -> dict[str, dict[str, str]]:
    return {
        "level": {str(value): str(label) for value, label in LevelChoices.choices},
        "place": {code: place.name for code, place in vocabulary.places_by_code.items()},
        "unit": {kind.key: kind.name for kind in vocabulary.kinds},
        "state": {"confirmed": _("已核对"), "waiting": _("待核对")},
        "valid": {"in_force": _("现行有效"), "past": _("已失效、已废止、尚未生效")},
        "topic": {node.slug: node.name for node in forest.nodes.values()},
        "doc": titles,
    }


def _names() -> dict[str, str]:
    return {"unit": _("承担单位"), "level": _("文件层级"), "place": _("地方（含下级）"), "valid": _("效力"), "state": _("核对状态")}


def facets(rows: Sequence[Row], filters: Filters, forest: Forest, vocabulary: Vocabulary) -> list[Condition]:
    """Return the filters with their counts; those with one value only are left out, but for what holds."""
    counts = topic_rows.facet_counts(rows, filters, forest)
    labels = _labels(vocabulary, forest, {})
    found = []
    for name, words in _names().items():
        counted, chosen = counts[PARAMS[name]], getattr(filters, PARAMS[name])
        fixed = name in ("level", "valid", "state")
        order = list(labels[name]) if fixed else sorted({*counted, *chosen}, key=lambda value: (-counted[value], value) if name == "unit" else (0, value))  # noqa: B023
        values = [Value(value, labels[name].get(value, value), counted[value], value in chosen) for value in order]
        values = [value for value in values if value.number or value.chosen or name == "valid"]
        if values and (len(values) > 1 or values[0].chosen):
            first = values if len(values) <= _SHOWN + 1 else [value for at, value in enumerate(values) if at < _SHOWN or value.chosen]
            found.append(Condition(name, words, first, [value for value in values if value not in first]))
    return found


def chips(params: QueryDict, rows: Sequence[Row], filters: Filters, forest: Forest, vocabulary: Vocabulary) -> list[Chip]:
    """Return what was chosen, each with the address and the number of clauses without it."""
    labels = _labels(vocabulary, forest, {row.key: row.title for row in rows})
    found = []
    for name, field in PARAMS.items():
        chosen = getattr(filters, field)
        for value in sorted(chosen):
            if name == "valid" and chosen == {"in_force"}:
                continue
            left = chosen - {value}
            change: dict[str, Any] = {field: left or (frozenset({"in_force"}) if name == "valid" else frozenset())}
            without = replace(filters, **change)
            found.append(Chip(labels[name].get(value, value), address(params, **{name: sorted(left) or None}), len(topic_rows.apply(rows, without, forest))))
    if filters.words:
        found.append(Chip(f"“{filters.words}”", address(params, q=None), len(topic_rows.apply(rows, replace(filters, words=""), forest))))
    return found
