"""The list of opinions: conditions with counts, what each document holds. The address says everything."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.viewer import Viewer, viewer_of
from policy_docs.opinions.models import ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.querysets import OpinionQuerySet
from policy_docs.opinions.types import BlockKind
from policy_docs.opinions.validity import Dates, Standing, label, standing
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.models import LevelChoices
from policy_docs.units.places import COUNTRY
from policy_docs.units.vocabulary import Vocabulary

from .binding import Laid
from .choices import address, typed
from .selectors import binds_itself, own_unit, readable_duties, versions_on
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


_OF: dict[str, Callable[[Fact], Iterable[str]]] = {
    "level": lambda fact: (fact.level,),
    "place": lambda fact: fact.places,
    "year": lambda fact: (fact.year,),
    "kind": lambda fact: (fact.kind,),
    "valid": lambda fact: (fact.valid,),
}


def opinion_list(request: HttpRequest) -> HttpResponse:
    """List the opinions that the reader may see, narrowed by what the address says."""
    viewer, today = viewer_of(request.user), timezone.localdate()
    words = typed(request.GET, "q")
    readable = OpinionPage.objects.visible_to(viewer)
    facts = _facts(readable, words, today)
    chosen = {name: frozenset(filter(None, request.GET.getlist(name))) for name in _OF}
    kept = _ordered(_kept(facts, chosen), request.GET.get("sort", ""))
    vocabulary = current_vocabulary()
    labels = _labels(facts, vocabulary)
    pages = Paginator([fact.pk for fact in kept], PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": _rows(readable.filter(pk__in=list(pages)), list(pages), viewer, today), "pages": pages, "words": words, "conditions": _conditions(facts, chosen, labels), "total": len(kept),
        "chips": _chips(request.GET, facts, chosen, labels), "query": address(request.GET), "sort": request.GET.get("sort", ""), "viewer": viewer,
        "sorts": [(name, by, address(request.GET, sort=by or None)) for by, name in (("", _("新的在前")), ("level", _("按层级")))],
        "without_words": address(request.GET, q=None), "all_words": len(_kept(_facts(readable, "", today), chosen)) if words and not kept else 0,
    }  # fmt: skip
    return render(request, "policy_docs/opinions/index.html", context)


def _facts(readable: OpinionQuerySet, words: str, on: datetime.date) -> list[Fact]:
    """Read what the conditions look at for all documents that hold the words. One query."""
    facts = []
    for pk, kind, level, lineage, *days in readable.about(words).values_list("pk", "kind", "jurisdiction__level", "jurisdiction__lineage", *Dates._fields):
        dates = Dates._make(days)
        places = frozenset(code for code in (lineage or "").split("/") if code and code != COUNTRY)
        stands = standing(dates, on)
        valid = _PAST if stands in (Standing.REPEALED, Standing.EXPIRED) else stands.value
        facts.append(Fact(pk, level or NONE, places, str(dates.issue_date.year) if dates.issue_date else NONE, kind or NONE, valid, dates.issue_date))
    return facts


def _kept(facts: Iterable[Fact], chosen: dict[str, frozenset[str]], *, skip: str = "") -> list[Fact]:
    asked = [(_OF[name], values) for name, values in chosen.items() if values and name != skip]
    return [fact for fact in facts if all(values & frozenset(values_of(fact)) for values_of, values in asked)]


def _ordered(facts: Iterable[Fact], sort: str) -> list[Fact]:
    newest = sorted(facts, key=lambda fact: (fact.issued or datetime.date.min, fact.pk), reverse=True)
    return sorted(newest, key=lambda fact: _LEVELS.index(fact.level)) if sort == "level" else newest


def _labels(facts: Sequence[Fact], vocabulary: Vocabulary) -> dict[str, dict[str, str]]:
    """Return the words for each value that the documents have, in the order in which they are listed."""
    unknown = {NONE: _("不详")}
    codes = sorted({code for fact in facts for code in fact.places})  # codes put a place under the one it belongs to
    years = sorted({fact.year for fact in facts} - {NONE}, reverse=True)
    kinds = [kind for kind, _number in Counter(fact.kind for fact in facts).most_common() if kind != NONE]
    return {
        "level": {str(value): str(words) for value, words in LevelChoices.choices} | unknown,
        "place": {code: vocabulary.places_by_code[code].name for code in codes if code in vocabulary.places_by_code},
        "year": {year: _("%s年") % year for year in years} | unknown,
        "kind": {kind: kind for kind in kinds} | unknown,
        "valid": {Standing.IN_FORCE.value: label(Standing.IN_FORCE), _PAST: _("已失效、已废止"), Standing.COMING.value: label(Standing.COMING)},
    }


def _names() -> dict[str, str]:
    return {"level": _("文件层级"), "place": _("地方（含下级）"), "year": _("成文年份"), "kind": _("文种"), "valid": _("效力")}


def _conditions(facts: Sequence[Fact], chosen: dict[str, frozenset[str]], labels: dict[str, dict[str, str]]) -> list[Condition]:
    """Return each condition with the counts of its values under the choices of all others."""
    found = []
    for name, words in _names().items():
        counts = Counter(value for fact in _kept(facts, chosen, skip=name) for value in _OF[name](fact))
        values = [Value(value, said, counts[value], value in chosen[name]) for value, said in labels[name].items()]
        values = [
            value
            for value in values
            if value.number or value.chosen or name in ("level", "valid") and value.value in (*LevelChoices.values[:4], "in_force", _PAST)
        ]
        first = values if len(values) <= _SHOWN + 1 else [value for at, value in enumerate(values) if at < _SHOWN or value.chosen]
        found.append(Condition(name, words, first, [value for value in values if value not in first]))
    return [condition for condition in found if condition.first]


def _chips(params: QueryDict, facts: Sequence[Fact], chosen: dict[str, frozenset[str]], labels: dict[str, dict[str, str]]) -> list[Chip]:
    chips = []
    for name, values in chosen.items():
        for value in sorted(values):
            left = values - {value}
            number = len(_kept(facts, {**chosen, name: left}))
            chips.append(Chip(labels[name].get(value, value), address(params, **{name: sorted(left) or None}), number))
    return chips


def _rows(found: OpinionQuerySet, keys: Sequence[int], viewer: Viewer, on: datetime.date) -> list[Row]:
    """Return the documents of a page with their numbers. Four queries (and one for private sections)."""
    pages = found.select_related("jurisdiction").defer("body").in_bulk()
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
    found = readable_duties(viewer).filter(opinion__in=keys, clause__texts__version__in=versions).exclude(role=Role.MENTION.value)
    facts = found.order_by().values_list("opinion_id", "opinion__jurisdiction_id", "kind_id", "kind__is_group", "reach", "levels", "place")
    for opinion, code, kind, is_group, reach, levels, place in facts:
        if not is_group:
            units[opinion].add(kind)
        if unit is not None and binds_itself(unit, Laid(code or "", reach, levels, place), kind=kind):
            mine[opinion] += 1
    return units, mine
