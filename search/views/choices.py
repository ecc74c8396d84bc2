"""Conditions of a result page: values with counts, chosen ones, page numbers."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from policy_docs.duties.models import RoleChoices
from policy_docs.topics.forest import load_forest
from policy_docs.units.models import LevelChoices
from policy_docs.units.naming import name_at
from policy_docs.units.vocabulary import Vocabulary
from search.query import forms
from search.query.seats import is_seat, parted
from search.query.service import Results
from search.types import Facet, SearchQuery, Validity

_SHOWN = 8  # values of a facet before «全部»
_COUNTRY = "100000"  # as a place it stands for everything


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a facet as the page shows it. ``value`` is that of the address."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A facet: the values shown at once, the others folded."""

    name: str
    label: str
    first: tuple[Value, ...]
    more: tuple[Value, ...] = ()

    @property
    def all_count(self) -> int:
        """Number of values."""
        return len(self.first) + len(self.more)


def facets(found: Results, vocabulary: Vocabulary) -> list[Group]:
    """Return the facets with their counts; a chosen value is shown even where it counts 0."""
    chosen = dict(found.query.chosen)
    groups = []
    for facet, counts in found.facets.items():
        values = set(counts) | set(chosen.get(facet, ()))
        if facet is Facet.PLACE:
            values -= {_COUNTRY}
        names = labels(facet, values, vocabulary)
        rows = [Value(value or forms.NONE, names[value], counts.get(value, 0), value in chosen.get(facet, ())) for value in _ordered(facet, values, counts)]
        rows = [row for row in rows if row.count or row.chosen or facet in (Facet.VALIDITY, Facet.ROLE)]
        if facet is Facet.VALIDITY:
            rows = [row for row in rows if row.count or row.chosen or row.value != Validity.COMING]
        if rows:
            first = rows if len(rows) <= _SHOWN + 1 else [row for number, row in enumerate(rows) if number < _SHOWN or row.chosen]
            groups.append(Group(facet.value, _names()[facet], tuple(first), tuple(row for row in rows if row not in first)))
    order = list(_names())
    return sorted(groups, key=lambda group: order.index(Facet(group.name)))


def _ordered(facet: Facet, values: set[str], counts: dict[str, int]) -> list[str]:
    fixed = {Facet.LEVEL: LevelChoices.values, Facet.ROLE: RoleChoices.values, Facet.VALIDITY: [value.value for value in Validity]}
    if facet in fixed:
        return [value for value in fixed[facet] if value in values] + ([""] if "" in values else [])
    if facet is Facet.YEAR:
        return sorted(values, reverse=True)
    if facet is Facet.PLACE:
        return sorted(values)  # codes put a place under the one it belongs to
    return sorted(values, key=lambda value: (-counts.get(value, 0), value))


def _names() -> dict[Facet, str]:
    return {
        Facet.LEVEL: _("文件层级"),
        Facet.PLACE: _("地方"),
        Facet.ISSUER: _("发文机关"),
        Facet.UNIT: _("职责单位"),
        Facet.ROLE: _("角色"),
        Facet.TOPIC: _("主题"),
        Facet.YEAR: _("成文年份"),
        Facet.KIND: _("文种"),
        Facet.VALIDITY: _("效力"),
    }


def facet_name(facet: Facet) -> str:
    """Return the name of a facet."""
    return _names()[facet]


def labels(facet: Facet, values: set[str], vocabulary: Vocabulary) -> dict[str, str]:
    """Return value → words."""
    unknown = {"": _("不详")}
    if facet is Facet.LEVEL:
        known: dict[str, str] = {str(value): str(label) for value, label in LevelChoices.choices}
    elif facet is Facet.ROLE:
        known = {str(value): str(label) for value, label in RoleChoices.choices}
    elif facet is Facet.VALIDITY:
        known = {Validity.IN_FORCE.value: _("现行有效"), Validity.PAST.value: _("已失效、已废止"), Validity.COMING.value: _("尚未生效")}
    elif facet is Facet.PLACE:
        places = vocabulary.places_by_code
        known = {code: places[code].name for code in values if code in places}
    elif facet is Facet.UNIT:
        kinds = vocabulary.kinds_by_key
        known = {key: kinds[key].name for key in values if key in kinds}
        for value in filter(is_seat, values):
            key, code = parted(value)
            if key in kinds and code in vocabulary.places_by_code:
                known[value] = _("%s（含上级文件）") % name_at(vocabulary, key, code)
    elif facet is Facet.TOPIC:
        forest = load_forest()
        known = {slug: forest.by_slug[slug].name for slug in values if slug in forest.by_slug}
    elif facet is Facet.YEAR:
        known = {value: _("%s年") % value for value in values if value}
    else:
        known = {}
    return {value: (known | unknown).get(value, value) for value in values}


def chips(found: Results, address: QueryDict, vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """Return (words, address without it) of each chosen value."""
    rows = []
    for facet, values in found.query.chosen:
        names = labels(facet, set(values), vocabulary)
        for value in values:
            params = address.copy()
            params.pop("page", None)
            params.setlist(facet.value, [kept for kept in params.getlist(facet.value) if kept != (value or forms.NONE)])
            rows.append((names[value], f"?{params.urlencode()}"))
    return rows


@dataclass(frozen=True, slots=True)
class Pages:
    """Page numbers around the current one, with addresses; "" where there is none."""

    number: int
    count: int
    near: tuple[tuple[int, str], ...]
    before: str
    after: str
    first: str


def pages(total: int, query: SearchQuery, address: QueryDict) -> Pages:
    """Return the page numbers of a list."""
    count = min(-(-total // query.size), forms.LAST_PAGE)

    def url(number: int) -> str:
        params = address.copy()
        params["page"] = str(number)
        if number == 1:
            params.pop("page")
        return f"?{params.urlencode()}"

    near = [number for number in range(query.page - 2, query.page + 3) if 1 <= number <= count]
    before = url(query.page - 1) if 1 < query.page <= count + 1 else ""
    return Pages(query.page, count, tuple((number, url(number)) for number in near), before, url(query.page + 1) if query.page < count else "", url(1))
