"""The list of opinions: conditions with counts, what each document holds. The address says everything."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple, cast

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.accounts.viewer import Viewer, viewer_of
from policy_docs.opinions import bulk
from policy_docs.opinions.models import ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.querysets import OpinionQuerySet
from policy_docs.opinions.types import BlockKind
from policy_docs.opinions.validity import Dates, Standing, label, standing
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.models import LevelChoices
from policy_docs.units.places import COUNTRY
from policy_docs.units.vocabulary import Vocabulary

from . import housekeeping
from .binding import Laid
from .choices import address, typed
from .empty import Asked, Empty, empty
from .selectors import binds_itself, own_unit, readable_duties, versions_on
from .tidy import tidy_address
from .types import Role

PER_PAGE = 20
NONE = "none"  # in addresses: the text does not tell
_SHOWN = 8  # values of a condition before the others are folded
_PAST = "past"
_LEVELS = [*LevelChoices.values, NONE]


@dataclass(frozen=True, slots=True)
class Fact:
    """What the conditions look at."""

    pk: int
    level: str
    places: frozenset[str]
    year: str
    kind: str
    valid: str
    issued: datetime.date | None
    issuer: str = NONE
    more: Mapping[str, frozenset[str]] = field(default_factory=dict)  # what only the office asks


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a condition as the page shows it."""

    value: str
    words: str
    number: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition: name in the address, words, values; the later ones are folded."""

    name: str
    words: str
    first: list[Value]
    more: list[Value] = field(default_factory=list)

    @property
    def all(self) -> int:
        """Number of values."""
        return len(self.first) + len(self.more)


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen value with the address without it, and how many documents there would be then."""

    words: str
    address: str
    number: int


@dataclass(frozen=True, slots=True)
class Row:
    """A document of the list: its validity in words, numbered clauses, units with duties, duties of the reader's own unit."""

    page: OpinionPage
    in_force: bool
    validity: str
    clauses: int
    units: int
    mine: int
    touched: housekeeping.Touch | None = None
    state: frozenset[str] = frozenset()  # as the office's condition has it


@dataclass(frozen=True, slots=True)
class Listed:
    """What an address asks for: all that could be chosen, what is chosen, the documents that are kept, in order."""

    facts: list[Fact]
    chosen: dict[str, frozenset[str]]
    keys: list[int]
    office: dict[int, housekeeping.Kept] = field(default_factory=dict)


_OF: dict[str, Callable[[Fact], Iterable[str]]] = {
    "level": lambda fact: (fact.level,),
    "place": lambda fact: fact.places,
    "year": lambda fact: (fact.year,),
    "kind": lambda fact: (fact.kind,),
    "valid": lambda fact: (fact.valid,),
    "issuer": lambda fact: (fact.issuer,),
}


@tidy_address("policy_docs:opinions")
def opinion_list(request: HttpRequest) -> HttpResponse:
    """List the opinions that the reader may see, narrowed by what the address says; the coordination office picks some to do something to."""
    viewer, today, params = viewer_of(request.user), timezone.localdate(), request.GET
    words, sort = typed(params, "q"), params.get("sort", "")
    listed = listed_for(viewer, params, today)
    labels = _labels(listed, current_vocabulary(), viewer)
    pages = Paginator(listed.keys, PER_PAGE).get_page(params.get("page"))
    rows = _rows(list(pages), viewer, today)
    if viewer.sees_all:
        rows = _marked(rows, listed, cast(User, request.user))
    context = {
        "rows": rows, "pages": pages, "words": words, "conditions": _conditions(listed, labels, viewer), "total": len(listed.keys), "on": today,
        "chips": _chips(params, listed, labels), "query": address(params), "back": params.urlencode(), "sort": sort, "viewer": viewer,
        "sorts": [(name, by, address(params, sort=by or None)) for by, name in _sorts(viewer)], "limit": bulk.LIMIT, "office": viewer.sees_all, "lately": bulk.lately(cast(User, request.user)) if viewer.sees_all else [],
        "disclosures": OpinionPage.Disclosure.choices[1:], "all_ticked": "all" in params, "tick_all": address(params, all="1", page=params.get("page")),
        "without_words": address(params, q=None), "empty": None if listed.keys else _empty(params, listed, labels, viewer),
    }  # fmt: skip
    return render(request, "policy_docs/opinions/index.html", context)


def listed_for(viewer: Viewer, params: QueryDict, on: datetime.date) -> Listed:
    """Return what an address asks for, as a reader may see it. One query; for the office those of ``housekeeping`` besides."""
    readable = OpinionPage.objects.visible_to(viewer).about(typed(params, "q"))
    office = housekeeping.kept_facts(OpinionPage.objects.all(), on) if viewer.sees_all else {}
    facts = _facts(readable, on, office)
    chosen = {name: frozenset(filter(None, params.getlist(name))) for name in _condition_names(viewer)}
    return Listed(facts, chosen, _ordered(_kept(facts, chosen), params.get("sort", ""), office), office)


class Found(NamedTuple):
    """What an address finds today: how many documents; the chosen values that no document has any more; the conditions that this list has not."""

    number: int
    gone: list[str]
    strange: list[str]


def counts(asked: Mapping[int, QueryDict], viewer: Viewer, on: datetime.date) -> dict[int, Found]:
    """Return what each of several addresses finds. The queries of one list, and one for each address with words."""
    if not asked:
        return {}
    readable = OpinionPage.objects.visible_to(viewer)
    office = housekeeping.kept_facts(OpinionPage.objects.all(), on) if viewer.sees_all else {}
    everything = _facts(readable, on, office)
    labels = _labels(Listed(everything, {}, [], office), current_vocabulary(), viewer)
    found = {}
    for key, params in asked.items():
        words = typed(params, "q")
        facts = _facts(readable.about(words), on, office) if words else everything
        chosen = {name: frozenset(filter(None, params.getlist(name))) for name in _condition_names(viewer)}
        gone = [value for name, values in chosen.items() for value in sorted(values) if value not in labels[name]]
        found[key] = Found(len(_kept(facts, chosen)), gone, [name for name in params if name not in chosen and name not in ("q", "sort")])
    return found


def narrowed(listed: Listed, name: str, value: str) -> Listed:
    """Return the documents of a list that have a value, in its order."""
    chosen = {**listed.chosen, name: frozenset({value})}
    kept = {fact.pk for fact in _kept(listed.facts, chosen)}
    return replace(listed, chosen=chosen, keys=[key for key in listed.keys if key in kept])


def conditions_of(listed: Listed, viewer: Viewer) -> list[Condition]:
    """Return the conditions of a list with their counts."""
    return _conditions(listed, _labels(listed, current_vocabulary(), viewer), viewer)


def _condition_names(viewer: Viewer) -> list[str]:
    return [*_OF, *(housekeeping.names() if viewer.sees_all else ())]


def _sorts(viewer: Viewer) -> list[tuple[str, str]]:
    office = (("changed", _("最近修改")), ("unconfirmed", _("久未确认"))) if viewer.sees_all else ()
    return [("", _("新的在前")), ("level", _("按层级")), *office]


def _empty(params: QueryDict, listed: Listed, labels: dict[str, dict[str, str]], viewer: Viewer) -> Empty:
    """What to say where the conditions leave no document. One query where words were looked for."""
    words = typed(params, "q")
    everything = _facts(OpinionPage.objects.visible_to(viewer), timezone.localdate(), listed.office) if words else listed.facts
    conditions = [Asked(chip.words, chip.address, partial(int, chip.number)) for chip in _chips(params, listed, labels)]
    if words:
        conditions.insert(0, Asked(words, address(params, q=None), lambda: len(_kept(everything, listed.chosen))))
    clear = address(params, q=None, **dict.fromkeys(_condition_names(viewer)))
    return empty(conditions, clear=clear, whole=lambda: len(everything), measure=_("份"))


def _marked(rows: Sequence[Row], listed: Listed, user: User) -> list[Row]:
    """Say of each document its state, and who else has changed it lately."""
    known = [(row, listed.office.get(row.page.pk)) for row in rows]
    return [replace(row, touched=housekeeping.by_others(kept.touches, user), state=kept.values["state"]) if kept else row for row, kept in known]


def _facts(readable: OpinionQuerySet, on: datetime.date, office: Mapping[int, housekeeping.Kept]) -> list[Fact]:
    """Read what the conditions look at. One query."""
    facts = []
    for pk, kind, issuer, level, lineage, *days in readable.values_list("pk", "kind", "issuer", "jurisdiction__level", "jurisdiction__lineage", *Dates._fields):
        dates = Dates._make(days)
        places = frozenset(code for code in (lineage or "").split("/") if code and code != COUNTRY)
        stands = standing(dates, on)
        valid = _PAST if stands in (Standing.REPEALED, Standing.EXPIRED) else stands.value
        facts.append(
            Fact(
                pk,
                level or NONE,
                places,
                str(dates.issue_date.year) if dates.issue_date else NONE,
                kind or NONE,
                valid,
                dates.issue_date,
                issuer or NONE,
                office[pk].values if pk in office else {},
            )
        )
    return facts


def _values(fact: Fact, name: str) -> Iterable[str]:
    return _OF[name](fact) if name in _OF else fact.more.get(name, ())


def _kept(facts: Iterable[Fact], chosen: dict[str, frozenset[str]], *, skip: str = "") -> list[Fact]:
    asked = [(name, values) for name, values in chosen.items() if values and name != skip]
    return [fact for fact in facts if all(values & frozenset(_values(fact, name)) for name, values in asked)]


def _ordered(facts: Iterable[Fact], sort: str, office: Mapping[int, housekeeping.Kept]) -> list[int]:
    newest = sorted(facts, key=lambda fact: (fact.issued or datetime.date.min, fact.pk), reverse=True)
    if sort == "level":
        newest.sort(key=lambda fact: _LEVELS.index(fact.level))
    keys = [fact.pk for fact in newest]
    if office and sort == "changed":
        keys.sort(key=lambda pk: -office[pk].touches[0].at.timestamp() if office[pk].touches else 0)
    elif office and sort == "unconfirmed":
        keys = housekeeping.unconfirmed_first(keys)
    return keys


def _labels(listed: Listed, vocabulary: Vocabulary, viewer: Viewer) -> dict[str, dict[str, str]]:
    """Return the words for each value that the documents have, in the order in which they are listed."""
    facts = listed.facts
    unknown = {NONE: _("不详")}
    codes = sorted({code for fact in facts for code in fact.places})  # codes put a place under the one it belongs to
    years = sorted({fact.year for fact in facts} - {NONE}, reverse=True)
    kinds = [kind for kind, _number in Counter(fact.kind for fact in facts).most_common() if kind != NONE]
    issuers = [issuer for issuer, _number in Counter(fact.issuer for fact in facts).most_common() if issuer != NONE]
    return {
        "level": {str(value): str(words) for value, words in LevelChoices.choices} | unknown,
        "place": {code: vocabulary.places_by_code[code].name for code in codes if code in vocabulary.places_by_code},
        "year": {year: _("%s年") % year for year in years} | unknown,
        "kind": {kind: kind for kind in kinds} | unknown,
        "valid": {Standing.IN_FORCE.value: label(Standing.IN_FORCE), _PAST: _("已失效、已废止"), Standing.COMING.value: label(Standing.COMING)},
        "issuer": {issuer: issuer for issuer in issuers} | unknown,
        **(housekeeping.labels(listed.office) if viewer.sees_all else {}),
    }


def _names(viewer: Viewer) -> dict[str, str]:
    office = housekeeping.names() if viewer.sees_all else {}
    return {
        **office,
        "level": _("文件层级"),
        "place": _("地方（含下级）"),
        "year": _("成文年份"),
        "kind": _("文种"),
        "valid": _("效力"),
        "issuer": _("发文机关"),
    }


def _conditions(listed: Listed, labels: dict[str, dict[str, str]], viewer: Viewer) -> list[Condition]:
    """Return each condition with the counts of its values under the choices of all others."""
    found = []
    facts, chosen = listed.facts, listed.chosen
    for name, words in _names(viewer).items():
        counts = Counter(value for fact in _kept(facts, chosen, skip=name) for value in _values(fact, name))
        values = [Value(value, said, counts[value], value in chosen[name]) for value, said in labels[name].items()]
        values = [
            value
            for value in values
            if value.number or value.chosen or name in ("level", "valid") and value.value in (*LevelChoices.values[:4], "in_force", _PAST)
        ]
        first = values if len(values) <= _SHOWN + 1 else [value for at, value in enumerate(values) if at < _SHOWN or value.chosen]
        found.append(Condition(name, words, first, [value for value in values if value not in first]))
    return [condition for condition in found if condition.first]


def _chips(params: QueryDict, listed: Listed, labels: dict[str, dict[str, str]]) -> list[Chip]:
    chips, facts, chosen = [], listed.facts, listed.chosen
    for name, values in chosen.items():
        for value in sorted(values):
            left = values - {value}
            number = len(_kept(facts, {**chosen, name: left}))
            chips.append(Chip(labels[name].get(value, value), address(params, **{name: sorted(left) or None}), number))
    return chips


def _rows(keys: Sequence[int], viewer: Viewer, on: datetime.date) -> list[Row]:
    """Return the documents of a page with their numbers. Four queries (and one for private sections)."""
    pages = OpinionPage.objects.visible_to(viewer).filter(pk__in=keys).select_related("jurisdiction").defer("body").in_bulk()
    versions = versions_on(on, keys)
    numbered = ClauseText.objects.filter(version__in=versions, kind=BlockKind.CLAUSE.value).exclude(label="")
    clauses = dict(numbered.values_list("version__opinion_id").annotate(number=Count("pk")).order_by())
    units, mine = _duties(keys, versions, viewer, on)
    rows = []
    for page in (pages[key] for key in keys if key in pages):  # one may have been withdrawn since the list was counted
        key, stands = page.pk, standing(page, on)
        rows.append(Row(page, stands is Standing.IN_FORCE, label(stands), clauses.get(key, 0), len(units[key]), mine[key]))
    return rows


def _duties(keys: Sequence[int], versions: Sequence[int], viewer: Viewer, on: datetime.date) -> tuple[dict[int, set[str]], Counter[int]]:
    """Return the unit kinds with duties by document, and how many duties the reader's own unit has there."""
    unit = own_unit(viewer, on=on)
    units: dict[int, set[str]] = defaultdict(set)
    mine: Counter[int] = Counter()
    found = readable_duties(viewer, on=on).filter(opinion__in=keys, clause__texts__version__in=versions).exclude(role=Role.MENTION.value)
    facts = found.order_by().values_list("opinion_id", "opinion__jurisdiction_id", "kind_id", "kind__is_group", "reach", "levels", "place")
    for opinion, code, kind, is_group, reach, levels, place in facts:
        if not is_group:
            units[opinion].add(kind)
        if unit is not None and binds_itself(unit, Laid(code or "", reach, levels, place), kind=kind):
            mine[opinion] += 1
    return units, mine
