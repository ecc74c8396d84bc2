"""Pages on who hands which information to whom: the matrix, the clauses behind a number, and the table."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cms.accounts.viewer import Viewer, viewer_of
from policy_docs.duties import tables
from policy_docs.duties.choices import address, whole_number
from policy_docs.duties.models import Duty, Handover
from policy_docs.duties.selectors import standing_versions
from policy_docs.duties.tidy import tidy_address
from policy_docs.opinions.citing import cite, path_words
from policy_docs.opinions.models import ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.topics.forest import load_forest
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.models import LevelChoices
from policy_docs.units.vocabulary import Vocabulary

from . import columns, handovers
from .handovers import UNCLEAR, Line, Matrix, Receiver, Scope, listed, matrix, read_scope
from .said import said_of_handovers

_T = TypeVar("_T")
PER_PAGE = 30
ROWS, COLUMNS = 40, 10  # of the matrix on a page
HEAD = ("序号", "提供单位", "接收单位", "提供的信息", "原文", "条款", "文件", "发文字号", "成文日期", "文件层级", "核对状态", "条款地址")
_WIDTHS = (6, 20, 20, 40, 60, 24, 40, 22, 12, 8, 12, 30)
_FILTERS = ("doc", "about", "place", "level", "topic", "unit", "q")


@dataclass(frozen=True, slots=True)
class Entry:
    """A handover ready to be shown. ``waits``: nobody has confirmed the duty of the one who gives."""

    row: Handover
    opinion: OpinionPage
    key: str
    path: str
    citation: str
    giver: str
    receiver: str
    quote: SafeString | str
    state: str
    waits: bool

    @property
    def is_unclear(self) -> bool:
        """The words do not tell who gives."""
        return self.row.giver_id is None and not self.row.giver_kind


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen condition and the address without it."""

    label: str
    address: str


@tidy_address("policy_docs:handovers")
def handover_matrix(request: HttpRequest) -> HttpResponse:
    """Show how many kinds of information each unit gives each other one."""
    viewer, on, vocabulary = viewer_of(request.user), timezone.localdate(), current_vocabulary()
    scope = read_scope(request.GET, vocabulary)
    held = matrix(scope, viewer=viewer, on=on, vocabulary=vocabulary)
    whole = "print" in request.GET
    rows, row_page, row_pages = _paged(held.lines, request.GET, "page", len(held.lines) if whole else ROWS)
    receivers, column_page, column_pages = _paged(held.receivers, request.GET, "cols", len(held.receivers) if whole else COLUMNS)
    query = address(request.GET, cols=None)
    context = {
        **_choices(request.GET, scope, viewer=viewer, on=on, vocabulary=vocabulary), "held": held, "receivers": [(one, _to_list(query, receiver=one.key)) for one in receivers],
        "rows": [_row(line, receivers, query) for line in rows], "number": row_page, "pages": row_pages, "query": address(request.GET), "whole": whole,
        "column_number": column_page, "column_pages": column_pages, "before": address(request.GET, cols=str(column_page - 1)), "after": address(request.GET, cols=str(column_page + 1)),
        "list_query": query, "for_print": address(request.GET) + "&print=1", "said": said_of_handovers(scope, held, viewer=viewer, on=on, vocabulary=vocabulary),
    }  # fmt: skip
    return render(request, "policy_docs/comparison/handovers.html", context)


@tidy_address("policy_docs:handover_list")
def handover_list(request: HttpRequest) -> HttpResponse:
    """Show the clauses behind a number: who gives whom what, with the words."""
    viewer, on, vocabulary = viewer_of(request.user), timezone.localdate(), current_vocabulary()
    scope = read_scope(request.GET, vocabulary)
    held = matrix(scope, viewer=viewer, on=on, vocabulary=vocabulary)
    whole = "print" in request.GET
    pages = 1 if whole else max(1, -(-held.total // PER_PAGE))
    number = min(max(1, whole_number(request.GET.get("page"), 1)), pages)
    found = listed(scope, held, viewer=viewer, on=on, vocabulary=vocabulary)
    shown = found if whole else found[(number - 1) * PER_PAGE : number * PER_PAGE]
    context = {
        **_choices(request.GET, scope, viewer=viewer, on=on, vocabulary=vocabulary), "held": held, "entries": list(entries(shown, held, on=on, vocabulary=vocabulary)),
        "giver": _named(scope.giver, vocabulary), "receiver": _named(scope.receiver, vocabulary), "number": number, "pages": pages, "query": address(request.GET), "whole": whole,
        "back": address(request.GET, giver=None, receiver=None), "for_print": address(request.GET) + "&print=1",
        "said": said_of_handovers(scope, held, viewer=viewer, on=on, vocabulary=vocabulary),
    }  # fmt: skip
    return render(request, "policy_docs/comparison/handover_list.html", context)


def handovers_xlsx(request: HttpRequest) -> HttpResponse:
    """Give all handovers that the choices leave as a table."""
    viewer, on, vocabulary = viewer_of(request.user), timezone.localdate(), current_vocabulary()
    scope = read_scope(request.GET, vocabulary)
    held = matrix(scope, viewer=viewer, on=on, vocabulary=vocabulary)
    found = listed(scope, held, viewer=viewer, on=on, vocabulary=vocabulary)
    title = _("信息提供关系：%d 项") % held.total
    said = said_of_handovers(scope, held, viewer=viewer, on=on, vocabulary=vocabulary)
    data = tables.xlsx_of(title, said.lines, HEAD, _table(entries(found, held, on=on, vocabulary=vocabulary)), widths=_WIDTHS, sheet="清单")
    return tables.attached(data, title, "xlsx")


def _table(found: Iterable[Entry]) -> Iterator[tuple[str, ...]]:
    for number, entry in enumerate(found, start=1):
        page = entry.opinion
        yield (
            str(number), entry.giver, entry.receiver, entry.row.information or _("原文没有写明"), entry.row.quote, entry.path, page.title, page.document_number,
            page.issue_date.isoformat() if page.issue_date else "", page.jurisdiction.get_level_display() if page.jurisdiction else "", entry.state,
            reverse("policy_docs:clause", args=[page.public_key, entry.key]),
        )  # fmt: skip


def entries(found: Iterable[Handover], held: Matrix, *, on: datetime.date, vocabulary: Vocabulary) -> Iterator[Entry]:
    """Yield handovers ready to be shown. Four queries, however many; permission lies in the query that found them."""
    rows = list(found.select_related("giver", "receiver", "clause")) if hasattr(found, "select_related") else list(found)
    opinions = OpinionPage.objects.select_related("jurisdiction").defer("body").in_bulk({row.opinion_id for row in rows})
    versions = standing_versions(on, opinions)
    texts = {text.clause_id: text for text in ClauseText.objects.filter(version__in=versions.values(), clause__in={row.clause_id for row in rows})}
    for row in rows:
        page, text = opinions.get(row.opinion_id), texts.get(row.clause_id)
        if page is None:
            continue  # withdrawn since it was counted
        place = page.jurisdiction_id or ""
        giver, receiver = (_named(handovers.kind_of(row, side, held, place), vocabulary) for side in ("giver", "receiver"))
        path = (path_words(text.path, text.para, text.row) if text else "") or _("正文")
        citation = cite(page.title, page.document_number, text.path, text.para, text.row) if text else page.title
        state = row.giver or row.receiver
        waits = state is None or state.state != Duty.State.CONFIRMED
        words = state.get_state_display() if state is not None else _("待核对")
        yield Entry(row, page, row.clause.public_key, path, citation, giver, receiver, _lit(row), words, waits)


def _lit(row: Handover) -> SafeString | str:
    """The quote with what is handed over marked, where it stands there in one piece."""
    before, information, after = row.quote.partition(row.information) if row.information else (row.quote, "", "")
    return format_html("{}<mark>{}</mark>{}", before, information, after) if information else row.quote


def _named(key: str, vocabulary: Vocabulary) -> str:
    kind = vocabulary.kinds_by_key.get(key)
    return kind.name if kind else _("未能判定由谁提供") if key == UNCLEAR else key


def _row(line: Line, receivers: Sequence[Receiver], query: str) -> tuple[Line, str, list[tuple[Receiver, int, str]]]:
    cells = [(one, line.counts.get(one.key, 0), _to_list(query, giver=line.key, receiver=one.key)) for one in receivers]
    return line, _to_list(query, giver=line.key), cells


def _to_list(query: str, **units: str) -> str:
    return f"{reverse('policy_docs:handover_list')}?{address(QueryDict(query), **units)}"


def _paged(rows: Sequence[_T], params: QueryDict, name: str, size: int) -> tuple[Sequence[_T], int, int]:
    """Return the part of rows that an address asks for, its number and the number of parts."""
    size = max(1, size)
    pages = max(1, -(-len(rows) // size))
    number = min(max(1, whole_number(params.get(name), 1)), pages)
    return rows[(number - 1) * size : number * size], number, pages


def _choices(params: QueryDict, scope: Scope, *, viewer: Viewer, on: datetime.date, vocabulary: Vocabulary) -> dict[str, object]:
    """Return what the form offers, and what was chosen with the ways back."""
    forest = load_forest()
    titles = dict(OpinionPage.objects.visible_to(viewer).filter(public_key__in=scope.documents).values_list("public_key", "title")) if scope.documents else {}
    places = [(place.pk, place.name) for place, _number in columns.places_with_documents(viewer, on)]
    kept = {key: [one for one in scope.documents if one != key] for key in titles}
    chips = [Chip(f"《{title}》", address(params, doc=kept[key] or None)) for key, title in titles.items()]
    words = {
        "about": scope.about, "place": vocabulary.places_by_code[scope.place].name if scope.place else "", "level": str(LevelChoices(scope.level).label) if scope.level else "",
        "topic": forest.by_slug[scope.topic].name if scope.topic else "", "unit": _named(scope.unit, vocabulary) if scope.unit else "", "q": f"“{scope.words}”" if scope.words else "",
    }  # fmt: skip
    chips += [Chip(label, address(params, **{name: None})) for name, label in words.items() if label]
    return {
        "viewer": viewer, "scope": scope, "chips": chips, "clear": address(params, **dict.fromkeys(_FILTERS)), "places": places, "levels": LevelChoices.choices,
        "topics": [(node.slug, "　" * depth + node.name) for depth, node in forest.in_order()], "units": sorted(((kind.key, kind.name) for kind in vocabulary.kinds), key=lambda pair: pair[1]),
    }  # fmt: skip
