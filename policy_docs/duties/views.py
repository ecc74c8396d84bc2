"""The page of a unit and the way to it."""

import datetime
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.viewer import viewer_of
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.aliases import current_vocabulary, guess_units
from policy_docs.units.models import Jurisdiction, LevelChoices, UnitKind
from policy_docs.units.naming import name_at

from . import report, selectors, tables
from .binding import Section
from .models import Duty, ReachChoices, RoleChoices

PER_PAGE = 20
ASIDE = 10  # shown of each part beside the count, until all are asked for
_PARAMS = {"role": "roles", "level": "levels", "to": "reaches", "state": "states"}
_WORDS_LIMIT = 60


def picker(request: HttpRequest) -> HttpResponse:
    """Choose a department by name, old name, short form or initials, and a place."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:_WORDS_LIMIT]
    place_query = request.GET.get("place", "").replace("\x00", "").strip()[:_WORDS_LIMIT]
    viewer = viewer_of(request.user)
    places = _places(place_query) if place_query else []
    default = places[0] if places else Jurisdiction.objects.filter(pk=viewer.place or "100000").first()
    kinds = {kind.key: kind for kind in UnitKind.objects.all()}
    vocabulary = current_vocabulary()
    found = []
    for guess in guess_units(query):
        place = Jurisdiction.objects.filter(pk=guess.place).first() if guess.place else default
        if place is not None and guess.kind in kinds:
            found.append({"kind": kinds[guess.kind], "place": place, "name": name_at(vocabulary, guess.kind, place.pk), "why": guess.why})
    context = {"q": query, "place": place_query, "found": found, "places": places, "default": default, "kinds": selectors.kinds_with_counts(viewer)}
    return render(request, "policy_docs/duties/picker.html", context)


def _places(words: str) -> list[Jurisdiction]:
    """Return the places that words may mean: by name, short name or code, else by the beginning of a name."""
    known = current_vocabulary().places
    codes = [place.code for place in known if words in (place.name, place.code, *place.short_names)]
    codes = codes or [place.code for place in known if place.name.startswith(words) or any(name.startswith(words) for name in place.short_names)][:20]
    return list(Jurisdiction.objects.filter(pk__in=codes).order_by("lineage"))


def _on(request: HttpRequest) -> datetime.date:
    try:
        return datetime.date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return timezone.localdate()


def read_filters(params: QueryDict) -> selectors.Filters:
    """Return the filters that an address says; what it does not know is passed over."""
    known = {
        "roles": set(RoleChoices.values), "levels": set(LevelChoices.values), "reaches": set(ReachChoices.values), "states": set(Duty.State.values),
    }  # fmt: skip
    chosen: dict[str, Any] = {name: frozenset(params.getlist(key)) & known[name] for key, name in _PARAMS.items()}
    keys = params.getlist("doc")
    opinions = frozenset(OpinionPage.objects.filter(public_key__in=keys).values_list("pk", flat=True)) if keys else frozenset()
    validity = frozenset(params.getlist("valid")) & {"in_force", "past"}
    words = params.get("q", "").replace("\x00", "").strip()[:_WORDS_LIMIT]
    return selectors.Filters(**chosen, opinions=opinions, validity=validity or frozenset({"in_force"}), words=words)


def department(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Show all that binds a unit, grouped by document, with what may be missing."""
    unit = _unit(kind, code, on=_on(request))
    viewer = viewer_of(request.user)
    rows = selectors.rows_for(unit, viewer=viewer)
    filters = read_filters(request.GET)
    direct = [row for row in rows if row.section is Section.DIRECT]
    kept = report.counted(rows, filters)
    number = max(1, int(page)) if (page := request.GET.get("page", "1")).isdecimal() and len(page) < 6 else 1
    shown, documents = report.page_of(kept, page=number, per_page=PER_PAGE)
    beside = _beside(rows, whole="aside" in request.GET)
    entries = {entry.row.duty: entry for entry in report.entries([*shown, *(row for part in beside for row in part.rows)], unit, viewer=viewer)}
    groups = report.grouped(entries[row.duty] for row in shown if row.duty in entries)
    aside = [(part, [entries[row.duty] for row in part.rows if row.duty in entries]) for part in beside]
    complete = report.completeness(rows, unit, viewer=viewer)
    facets = selectors.facet_counts(direct, filters)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "unit": unit, "name": name_at(unit.vocabulary, kind, code), "total": len(kept), "documents": documents, "groups": groups, "filters": filters,
        "facets": _facets(facets, filters), "roles": [(value, label, facets["roles"].get(value, 0)) for value, label in RoleChoices.choices[:3]],
        "aside": aside, "whole_aside": "aside" in request.GET,
        "complete": complete, "complete_lines": report.lines(complete), "query": query.urlencode(), "page_number": number, "pages": -(-documents // PER_PAGE) or 1,
        "ladder": _ladder(unit), "waiting": sum(row.state != Duty.State.CONFIRMED for row in kept),
        "written": sorted({entry.written for group in groups for entry in group.entries if entry.written}),
        "mentions": sum(row.section is Section.MENTION and row.in_force for row in rows),
    }  # fmt: skip
    return render(request, "policy_docs/duties/department.html", context)


@dataclass(frozen=True, slots=True)
class Beside:
    """Rows beside the counted ones: heading, how they are marked, how many there are, those to be shown."""

    title: str
    kind: str
    total: int
    rows: list[selectors.Row]


def _beside(rows: list[selectors.Row], *, whole: bool) -> list[Beside]:
    """Return what stands beside the count (inferred by tier, possibly moved, the level above), the first of each unless all are asked for."""
    shape = [(label, "group", Section.GROUP, tier) for tier, label in report.TIERS.items()]
    shape += [(_("职能划转，可能承接"), "move", Section.TRANSFER, 0), (_("上级对口部门的职责"), "above", Section.ABOVE, 0)]
    parts = [(label, kind, [row for row in rows if row.section is section and row.tier == tier and row.in_force]) for label, kind, section, tier in shape]
    return [Beside(str(label), kind, len(found), found if whole else found[:ASIDE]) for label, kind, found in parts if found]


def export(request: HttpRequest, kind: str, code: str, form: str) -> HttpResponse:
    """Give the whole filtered list as a table."""
    unit = _unit(kind, code, on=_on(request))
    viewer = viewer_of(request.user)
    rows = selectors.rows_for(unit, viewer=viewer)
    kept = report.counted(rows, read_filters(request.GET))
    found = report.entries(kept, unit, viewer=viewer)
    said = report.lines(report.completeness(rows, unit, viewer=viewer))
    title = _("%(name)s的职责，共 %(number)d 条") % {"name": name_at(unit.vocabulary, kind, code), "number": len(found)}
    if form == "xlsx":
        data, mime = tables.as_xlsx(title, said, found), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    else:
        data, mime = tables.as_csv(title, said, found), "text/csv; charset=utf-8"
    answer = HttpResponse(data, content_type=mime)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(title)}.{form}"
    return answer


def _unit(kind: str, code: str, *, on: datetime.date) -> selectors.Unit:
    try:
        return selectors.load_unit(kind, code, on=on)
    except selectors.UnitNotFound as error:
        raise Http404(_("没有这个单位。请从“单位职责”重新选择。")) from error


def _facets(counts: dict[str, dict[object, int]], filters: selectors.Filters) -> list[dict[str, Any]]:
    shape: list[tuple[str, str, str, list[tuple[str, Any]]]] = [
        ("role", _("角色"), "roles", list(RoleChoices.choices[:3])),
        ("level", _("文件层级"), "levels", LevelChoices.choices[:4]),
        ("to", _("原文对象"), "reaches", ReachChoices.choices),
        ("valid", _("效力"), "validity", [("in_force", _("现行有效")), ("past", _("已失效、已废止"))]),
        ("state", _("核对状态"), "states", [choice for choice in Duty.State.choices if choice[0] != Duty.State.REJECTED]),
    ]
    return [
        {"key": key, "name": name, "values": [(value, label, counts[field].get(value, 0), value in getattr(filters, field)) for value, label in choices]}
        for key, name, field, choices in shape
    ]


def _ladder(unit: selectors.Unit) -> list[tuple[str, str, bool]]:
    """The same kind above, here and below: (name, code, is here)."""
    codes = [*unit.seat.above, unit.seat.code]
    codes += [place.code for place in unit.vocabulary.places if place.parent == unit.seat.code][:60]
    return [(name_at(unit.vocabulary, unit.kind.key, code), code, code == unit.seat.code) for code in codes]
