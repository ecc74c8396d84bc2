"""The result page."""

import datetime
import re
from dataclasses import dataclass
from urllib.parse import urlencode

import structlog
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from cms.accounts.viewer import Viewer, viewer_of
from policy_docs.duties import selectors
from policy_docs.duties.binding import Section
from policy_docs.opinions.citing import path_words
from policy_docs.opinions.models import Clause
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.aliases import guess_units
from policy_docs.units.models import Jurisdiction, UnitKind
from policy_docs.units.naming import name_at
from search.engines.base import EngineError
from search.engines.registry import engine
from search.index.indexer import waiting
from search.query import forms
from search.query.parse import InvalidQuery
from search.query.service import Results, Row, search
from search.types import Item, SearchQuery

from .choices import chips, facet_name, facets, pages

log = structlog.get_logger(__name__)
_ANSWERS = 2
_QUOTES = re.compile('[“”"„「」]')


@dataclass(frozen=True, slots=True)
class Answer:
    """A unit that the query names, with the way to its page. ``duties`` None where no place is known."""

    name: str
    url: str
    duties: int | None = None
    documents: int = 0


def results(request: HttpRequest) -> HttpResponse:
    """Show what was found, how it was understood, and how to narrow it."""
    query = forms.read(request.GET)
    viewer = viewer_of(request.user)
    on = timezone.localdate()
    context = {"query": query, "address": request.GET, "waiting": waiting() if viewer.is_staff_reader else 0, "units": _units(query, viewer)}
    if not query.text and not query.chosen:
        return render(request, "search/results.html", context)
    status = 200
    try:
        found = search(query, viewer=viewer, engine=engine(), on=on)
        context |= _shown(found, request.GET, viewer=viewer, on=on)
    except InvalidQuery as error:
        context["refusal"], status = str(error), 400
    except EngineError:
        log.exception("search_failed")
        context["down"], status = True, 503
    return render(request, "search/results.html", context, status=status)


def _shown(found: Results, address: QueryDict, *, viewer: Viewer, on: datetime.date) -> dict[str, object]:
    query = found.query
    return {
        "found": found,
        "hits": [(row, _heading(row), _url(row)) for row in found.rows],
        "tabs": [(item, label, found.tabs.get(item, 0), _with(address, {"in": value})) for item, label, value in _tabs()],
        "sorts": [(value, label, value == query.sort, _with(address, {"sort": value if value != "rel" else ""})) for value, label in _sorts()],
        "facets": facets(found),
        "chips": chips(found, address),
        "clear": _with(address, dict.fromkeys([facet.value for facet, _values in query.chosen], "")),
        "pages": pages(found.total, query, address),
        "answers": _answers(found, viewer=viewer, on=on),
        "without": [(facet_name(facet), count, _with(address, {facet.value: ""})) for facet, count in found.without],
        "asked": Truncator(_QUOTES.sub("", query.text)).chars(60),
        "store": _store(viewer) if not found.total else None,
    }


def _tabs() -> list[tuple[Item, str, str]]:
    return [(Item.CLAUSE, _("条款"), ""), (Item.OPINION, _("文件"), Item.OPINION.value)]


def _sorts() -> list[tuple[str, str]]:
    return [("rel", _("最相关")), ("new", _("新的在前"))]


def _with(address: QueryDict, values: dict[str, str]) -> str:
    """Return the address with other values ("" drops the key); the page number never goes along."""
    params = address.copy()
    params.pop("page", None)
    for key, value in values.items():
        params.pop(key, None)
        if value:
            params[key] = value
    return f"?{params.urlencode()}"


def _heading(row: Row) -> str:
    """Return where a clause stands, in words."""
    if row.text is None:
        return row.opinion.title
    return path_words(row.text.path, row.text.para) or _("正文")


def _url(row: Row) -> str:
    if row.clause is None:
        return reverse("policy_docs:opinion", args=[row.opinion.public_key])
    return reverse("policy_docs:clause", args=[row.opinion.public_key, row.clause.public_key])


def _units(query: SearchQuery, viewer: Viewer) -> list[tuple[str, str, bool]]:
    """Return the choices of the unit select: the reader's own unit first."""
    chosen = {value for facet, values in query.chosen if facet.value == "unit" for value in values}
    kinds = UnitKind.objects.filter(is_group=False, is_open=False).order_by("name")
    rows = [(kind.key, kind.name, kind.key in chosen) for kind in kinds]
    return sorted(rows, key=lambda row: row[0] != viewer.unit_kind)


def _answers(found: Results, *, viewer: Viewer, on: datetime.date) -> list[Answer]:
    """Return the units that the query names: their page says all, the hits below only what fits the words."""
    places = [code for idea in found.parsed.ideas if len(idea.places) == 1 for code in idea.places]
    answers = []
    for word, kind in found.parsed.units[:_ANSWERS]:
        guess = next((guess for guess in guess_units(word) if guess.kind == kind), None)
        code = (guess.place if guess else "") or (places[0] if places else "") or viewer.place
        answers.append(_answer(word, kind, code, viewer=viewer, on=on))
    return answers


def _answer(word: str, kind: str, code: str, *, viewer: Viewer, on: datetime.date) -> Answer:
    try:
        unit = selectors.load_unit(kind, code, on=on)
    except selectors.UnitNotFound:
        name = UnitKind.objects.filter(pk=kind).values_list("name", flat=True).first() or word
        return Answer(name, f"{reverse('policy_docs:units')}?{urlencode({'q': word})}")
    rows = [row for row in selectors.rows_for(unit, viewer=viewer) if row.section is Section.DIRECT and row.in_force]
    return Answer(name_at(unit.vocabulary, kind, code), reverse("policy_docs:unit", args=[kind, code]), len(rows), len({row.opinion for row in rows}))


def _store(viewer: Viewer) -> dict[str, int]:
    """Return what was searched, for a list without hits."""
    readable = OpinionPage.objects.visible_to(viewer).filter(live=True)
    return {
        "opinions": readable.count(),
        "clauses": Clause.objects.filter(opinion__in=readable.values("pk"), retired_at__isnull=True).count(),
        "places": Jurisdiction.objects.filter(opinions__in=readable.values("pk")).distinct().count(),
    }
