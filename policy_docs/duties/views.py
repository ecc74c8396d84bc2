"""The page of a unit and the way to it."""

import datetime
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.viewer import Viewer, viewer_of
from policy_docs.opinions.pages import OpinionPage
from policy_docs.signals import unit_shown
from policy_docs.topics.addresses import renewed
from policy_docs.units.models import LevelChoices
from policy_docs.units.naming import name_at

from . import choices, looks, narrowing, reformed, report, selectors, tables, unit_topics
from .binding import Section
from .empty import Asked, Empty, empty
from .marks import CLASSES
from .meaning import units_meant, where
from .models import Duty
from .tidy import tidy_address

PER_PAGE = 20
SUGGESTED = 8
ASIDE = 10  # shown of each part beside the count, until all are asked for


def picker(request: HttpRequest) -> HttpResponse:
    """Choose a department by name, old name, short form or initials, and a place."""
    query, place_query = choices.typed(request.GET, "q"), choices.typed(request.GET, "place")
    viewer = viewer_of(request.user)
    places, default = where(place_query, viewer)
    found = units_meant(query, default)
    context = {
        "q": query, "place": place_query, "found": found, "places": places, "default": default, "kinds": selectors.kinds_with_counts(viewer, on=timezone.localdate()),
        "place_is_unknown": bool(place_query) and not places, "viewer": viewer,
    }  # fmt: skip
    return render(request, "policy_docs/duties/picker.html", context)


def suggest(request: HttpRequest) -> JsonResponse:
    """The units that what has been typed so far may mean, for the list below the field."""
    _places_found, default = where(choices.typed(request.GET, "place"), viewer_of(request.user))
    found = units_meant(choices.typed(request.GET, "q"), default)[:SUGGESTED]
    rows = [{"name": match.name, "why": match.hint, "href": match.address} for match in found]
    return JsonResponse({"rows": rows})


@tidy_address("policy_docs:unit")
def department(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Show all that binds a unit, grouped by document, with what may be missing."""
    if (now := renewed(request.GET)) is not None:
        return redirect(f"{request.path}?{now.urlencode()}")
    unit = _unit(kind, code, on=choices.day_of(request.GET))
    viewer = viewer_of(request.user)
    rows, since = looks.marked(request, unit, selectors.rows_for(unit, viewer=viewer), is_look=True)
    held = unit_topics.tagged(rows, viewer)
    filters = narrowing.looked_up(held.narrow(choices.read_filters(request.GET, looked=since is not None)), rows)
    kept = report.ordered(report.counted(rows, filters), request.GET.get("by", ""))
    whole = "print" in request.GET
    shown, page = report.page_of(kept, request.GET.get("page"), per_page=len(kept) + 1 if whole else PER_PAGE)
    about = [row for row in rows if not filters.documents or row.key in filters.documents]  # other conditions never hide what may bind
    beside = _beside(about, whole=whole or "aside" in request.GET)
    entries = {entry.row.duty: entry for entry in report.entries([*shown, *(row for part in beside for row in part.rows)], unit, viewer=viewer)}
    context = {
        "unit": unit, "name": name_at(unit.vocabulary, kind, code), "viewer": viewer, "filters": filters, "total": len(kept), "documents": page.paginator.count,
        "groups": report.grouped(entries[row.duty] for row in shown if row.duty in entries), "waiting": sum(row.state != Duty.State.CONFIRMED for row in kept),
        "inferred": sum(part.total for part in beside if part.kind == "group"), "beside": [(part, [entries[row.duty] for row in part.rows if row.duty in entries]) for part in beside], "whole": whole,
        "page_number": page.number, "pages": page.paginator.num_pages, "facets": choices.facets(rows, filters, unit),
        **_completeness(rows, unit, viewer), **_ways(request, rows, kept, unit, filters, held), "topics": _topics(rows, filters, held),
        "reformed": reformed.reformed(unit), "since": since, "turns": _turns(request.GET, rows, filters) if since else [],
    }  # fmt: skip
    if unit.on == timezone.localdate():
        unit_shown.send(sender=None, kind=unit.kind.key, code=unit.place.code)
    return render(request, "policy_docs/duties/department.html", context)


def _turns(params: QueryDict, rows: list[selectors.Row], filters: narrowing.Filters) -> list[tuple[str, int, str]]:
    """What has come since the reader looked before, under all other conditions: words, number, address."""
    counts = narrowing.facet_counts(report.countable(rows, filters), filters)["turns"]
    return [(label, counts.get(turn, 0), choices.address(params, turn=turn)) for turn, label in (("added", _("新增")), ("changed", _("改动")))]


def _completeness(rows: list[selectors.Row], unit: selectors.Unit, viewer: Viewer) -> dict[str, Any]:
    complete = report.completeness(rows, unit, viewer=viewer)
    own = {str(label) for value, label in LevelChoices.choices if value == unit.seat.level}
    is_empty = not own & {level for level, _number in complete.documents}
    return {"complete": complete, "said": report.lines(complete), "own_level_is_empty": is_empty, "other_day": unit.on != timezone.localdate()}


def _titles_of(keys: frozenset[str], viewer: Viewer) -> dict[str, str]:
    """Return the titles of chosen documents that lay nothing on the unit, as far as the viewer may know them."""
    if not keys:
        return {}
    known = dict(OpinionPage.objects.visible_to(viewer).filter(public_key__in=keys).values_list("public_key", "title"))
    return {key: known.get(key, _("查不到的文件")) for key in keys}


def _ways(
    request: HttpRequest, rows: list[selectors.Row], kept: list[selectors.Row], unit: selectors.Unit, filters: narrowing.Filters, held: unit_topics.Tagged
) -> dict[str, Any]:
    """Return the addresses that lead on from here: chosen conditions, summaries as filters, orders, print."""
    params = request.GET
    titles, written = report.sources(rows, unit)
    chosen = choices.chips(params, rows, titles | _titles_of(filters.documents - titles.keys(), viewer_of(request.user)), filters, held)
    by_role = Counter(row.role for row in kept)
    by_level = Counter(row.level for row in kept)
    words = choices.labels(titles)
    return {
        "chips": [*chosen, *choices.day_chip(params, unit.on)], "empty": None if kept else _empty(params, rows, chosen, unit, viewer_of(request.user)), "titles": titles, "written": written, "query": choices.address(params), "clear": choices.address(params, **dict.fromkeys((*choices.PARAMS, "q", "on"))), "to_today": choices.address(params, on=None),
        "orders": [(label, choices.address(params, by=by), (params.get("by") or None) == by) for by, label in ((None, _("按文件，新的在前")), ("level", _("按层级")))],
        "role_sums": [(CLASSES[role], words["role"][role], by_role[role], choices.address(params, role=role)) for role in ("lead", "responsible", "cooperate")],
        "level_sums": [(words["level"][level], by_level[level], choices.address(params, level=level)) for level in words["level"] if by_level[level]],
        "to_check": choices.address(params, state=[Duty.State.SUGGESTED, Duty.State.TO_CHECK]), "for_print": choices.address(params) + "&print=1",
        "with_aside": choices.address(params) + "&aside=1", "ladder": _ladder(unit), "below": _below(unit),
    }  # fmt: skip


def _empty(params: QueryDict, rows: list[selectors.Row], chosen: list[choices.Chip], unit: selectors.Unit, viewer: Viewer) -> Empty:
    """What to say where the conditions leave no duty. Another day than today is one of them, which costs the rows of today."""
    today = timezone.localdate()
    asked = [Asked(chip.label, chip.address, partial(int, chip.number)) for chip in chosen]

    @cache
    def held() -> list[selectors.Row]:
        here = selectors.load_unit(unit.kind.key, unit.place.code, on=today, vocabulary=unit.vocabulary)
        return rows if unit.on == today else selectors.rows_for(here, viewer=viewer)

    def number(filters: narrowing.Filters) -> int:
        return len(report.counted(held(), unit_topics.tagged(held(), viewer).narrow(filters)))

    for day in choices.day_chip(params, unit.on):
        asked.append(Asked(day.label, day.address, lambda: number(choices.read_filters(params))))
    clear = choices.address(params, on=None, **dict.fromkeys((*choices.PARAMS, "q")))
    return empty(asked, clear=clear, whole=lambda: len(report.counted(held(), narrowing.Filters())))


def _topics(rows: list[selectors.Row], filters: narrowing.Filters, held: unit_topics.Tagged) -> list[unit_topics.Choice]:
    """The topics to choose from, with their numbers under all other conditions."""
    others = report.counted(rows, replace(filters, topics=frozenset(), clauses=None))
    return unit_topics.choices_of(others, filters, held)


@dataclass(frozen=True, slots=True)
class Beside:
    """Rows beside the counted ones: anchor, heading, how they are marked, how many there are, those to be shown."""

    anchor: str
    title: str
    kind: str
    total: int
    rows: list[selectors.Row]


def _beside(rows: list[selectors.Row], *, whole: bool) -> list[Beside]:
    """Return what stands beside the count (in the name of an office, inferred by tier, possibly moved, the level above), the first of each unless all are asked for."""
    shape = [("office", _("以办公室名义承担的职责"), "office", Section.OFFICE, 0)]
    shape += [(f"infer-{tier}", label, "group", Section.GROUP, tier) for tier, label in report.TIERS.items()]
    shape += [("moved", _("职能划转，可能承接"), "move", Section.TRANSFER, 0), ("upper", _("上级对口部门的职责"), "above", Section.ABOVE, 0)]
    found = [
        (anchor, label, kind, [row for row in rows if row.section is section and row.tier == tier and row.in_force])
        for anchor, label, kind, section, tier in shape
    ]
    return [Beside(anchor, str(label), kind, len(part), part if whole else part[:ASIDE]) for anchor, label, kind, part in found if part]


def export(request: HttpRequest, kind: str, code: str, form: str) -> HttpResponse:
    """Give the whole filtered list as a table."""
    unit = _unit(kind, code, on=choices.day_of(request.GET))
    viewer = viewer_of(request.user)
    rows, since = looks.marked(request, unit, selectors.rows_for(unit, viewer=viewer), is_look=False)
    params = renewed(request.GET) or request.GET
    kept = report.counted(rows, unit_topics.tagged(rows, viewer).narrow(choices.read_filters(params, looked=since is not None)))
    found = report.entries(kept, unit, viewer=viewer)
    said = report.lines(report.completeness(rows, unit, viewer=viewer))
    title = report.heading(unit, len(found))
    data = tables.as_xlsx(title, said, found) if form == "xlsx" else tables.as_csv(title, said, found)
    return tables.attached(data, title, form)


def _unit(kind: str, code: str, *, on: datetime.date) -> selectors.Unit:
    try:
        return selectors.load_unit(kind, code, on=on)
    except selectors.UnitNotFound as error:
        raise Http404(_("没有这个单位。请从“单位职责”重新选择。")) from error


def _ladder(unit: selectors.Unit) -> list[tuple[str, str, bool]]:
    """The same kind above and here: (name, code, is here)."""
    return [(name_at(unit.vocabulary, unit.kind.key, code), code, code == unit.seat.code) for code in (*unit.seat.above, unit.seat.code)]


def _below(unit: selectors.Unit) -> list[tuple[str, str]]:
    """The same kind one level down: (name, code)."""
    codes = [place.code for place in unit.vocabulary.places if place.parent == unit.seat.code]
    return [(name_at(unit.vocabulary, unit.kind.key, code), code) for code in codes]


def switch(request: HttpRequest, kind: str) -> HttpResponse:
    """Lead from the list of places on a unit's page to the unit there; the chosen filters stay."""
    code = request.GET.get("place", "")
    _unit(kind, code, on=choices.day_of(request.GET))
    query = choices.address(request.GET, place=None)
    return redirect(reverse("policy_docs:unit", args=[kind, code]) + (f"?{query}" if query else ""))
