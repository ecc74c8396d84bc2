"""Reading: the list of opinions, one opinion, permanent addresses of clauses."""

import datetime
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cms.accounts.viewer import Viewer, viewer_of
from policy_docs.opinions.citing import cite, path_words
from policy_docs.opinions.models import Citation, Clause, ClauseText, OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.querysets import in_force_q
from policy_docs.opinions.types import BlockKind
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.models import LevelChoices
from policy_docs.units.naming import name_at

from .marks import Mark, badges
from .quotes import Quote, annotated, quotes_of

PER_PAGE = 20
_BRACKETS = str.maketrans("[]()（）【】［］", "〔〕〔〕〔〕〔〕〔〕")


def today() -> datetime.date:
    """The day in Shanghai."""
    return timezone.localdate()


def validity(page: OpinionPage, on: datetime.date) -> str:
    """Return the validity as people read it."""
    if page.repealed_on is not None and page.repealed_on <= on:
        return _("已废止")
    if page.effective_until is not None and page.effective_until < on:
        return _("已失效")
    if page.effective_from is not None and page.effective_from > on:
        return _("尚未施行")
    return _("现行有效")


def opinion_list(request: HttpRequest) -> HttpResponse:
    """List the opinions that the reader may see, filtered by what the address says."""
    found = OpinionPage.objects.visible_to(viewer_of(request.user)).select_related("jurisdiction")
    chosen = {key: request.GET.get(key, "").replace("\x00", "").strip()[:100] for key in ("q", "level", "place", "year", "kind", "valid")}
    years = sorted({day.year for day in found.exclude(issue_date=None).values_list("issue_date", flat=True)}, reverse=True)
    kinds = sorted(set(found.exclude(kind="").values_list("kind", flat=True)))
    if chosen["q"]:
        number = chosen["q"].translate(_BRACKETS)  # 〔2016〕, [2016] and （2016） are one number
        found = found.filter(Q(title__icontains=chosen["q"]) | Q(document_number__icontains=number) | Q(issuer__icontains=chosen["q"]))
    if chosen["level"]:
        found = found.filter(jurisdiction__level=chosen["level"])
    if chosen["place"]:
        found = found.filter(Q(jurisdiction__name__icontains=chosen["place"]) | Q(jurisdiction__code=chosen["place"]))
    if chosen["year"].isdecimal() and len(chosen["year"]) == 4:
        found = found.filter(issue_date__year=int(chosen["year"]))
    if chosen["kind"]:
        found = found.filter(kind=chosen["kind"])
    if chosen["valid"] == "in_force":
        found = found.filter(in_force_q(today()))
    elif chosen["valid"] == "past":
        found = found.exclude(in_force_q(today()))
    pages = Paginator(found.order_by("-issue_date", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(page, validity(page, today())) for page in pages]
    query = request.GET.copy()
    query.pop("page", None)
    context = {"rows": rows, "pages": pages, "chosen": chosen, "levels": LevelChoices.choices[:4], "years": years, "kinds": kinds, "query": query.urlencode()}
    return render(request, "policy_docs/opinions/index.html", context)


@dataclass(frozen=True, slots=True)
class Line:
    """One block as the page shows it. ``cells``: of a row of a table; ``opens``/``closes``: first and last row of one."""

    row: ClauseText
    key: str
    words: str
    citation: str
    html: SafeString
    marks: list[tuple[Mark, Quote | None]]
    mine: bool
    cells: list[str]
    opens: bool = False
    closes: bool = False


def opinion_detail(request: HttpRequest, key: str) -> HttpResponse:
    """Permanent address of an opinion: shown from its clause rows (quicker than the stream, and in the version that is published)."""
    viewer = viewer_of(request.user)
    shown = get_object_or_404(OpinionPage.objects.visible_to(viewer).select_related("jurisdiction", "repealed_by"), public_key=key)
    versions = list(shown.versions.order_by("number"))
    version = _version(versions, request.GET.get("version", "")) or shown.current_version or (versions[-1] if versions else None)
    rows = list(ClauseText.objects.filter(version=version).select_related("clause").order_by("order")) if version else []
    is_current = version is None or shown.current_version is None or version.pk == shown.current_version.pk
    marks = badges(shown, viewer=viewer) if is_current else {}  # duties are those of the text in force
    citations = _citations(shown, viewer)
    lines = _lines(shown, rows, marks, citations)
    outside = {BlockKind.TITLE.value, BlockKind.LEFT_OUT.value}
    mine = [mark for line in lines for mark, _quote in line.marks if mark.mine]
    context: dict[str, Any] = {
        "page": shown,
        "version": version,
        "is_current": is_current,
        "versions": [item for item in versions if item.state == OpinionVersion.State.PUBLISHED],
        "lines": [line for line in lines if line.row.kind not in outside],
        "left_out": [line for line in lines if line.row.kind == BlockKind.LEFT_OUT.value] if viewer.is_staff_reader else [],
        "outline": [line for line in lines if line.row.kind in (BlockKind.HEADING.value, BlockKind.ATTACHMENT.value)],
        "validity": validity(shown, today()),
        "citations": citations,
        "cited_by": OpinionPage.objects.visible_to(viewer).filter(citations__target=shown).distinct().order_by("-issue_date"),
        "sums": Counter((mark.css, mark.role) for line in lines for mark, _quote in line.marks).items(),
        "my_unit": name_at(current_vocabulary(), viewer.unit_kind, viewer.place) if mine and viewer.place else "",
        "my_sums": Counter(mark.role for mark in mine).items(),
        "my_total": len(mine),
        "viewer": viewer,
        "today": today(),
    }
    return render(request, "policy_docs/opinions/page.html", context)


def _version(versions: list[OpinionVersion], number: str) -> OpinionVersion | None:
    """The published version that an address asks for."""
    return next((item for item in versions if str(item.number) == number and item.state == OpinionVersion.State.PUBLISHED), None)


def _citations(shown: OpinionPage, viewer: Viewer) -> list[tuple[Citation, OpinionPage | None]]:
    """Return the citations with their targets where the viewer may read those."""
    cited = list(shown.citations.exclude(relation="wraps").select_related("target"))
    targets = [citation.target_id for citation in cited if citation.target_id]
    may_see = set(OpinionPage.objects.visible_to(viewer).filter(pk__in=targets).values_list("pk", flat=True)) if targets else set()
    return [(citation, citation.target if citation.target_id in may_see else None) for citation in cited]


def _lines(shown: OpinionPage, rows: list[ClauseText], marks: dict[int, list[Mark]], citations: list[tuple[Citation, OpinionPage | None]]) -> list[Line]:
    links: dict[int | None, list[tuple[int, int, str]]] = {}
    for citation, target in citations:
        if target is not None:
            links.setdefault(citation.clause_id, []).append((citation.start, citation.end, reverse("policy_docs:opinion", args=[target.public_key])))
    lines = []
    for number, row in enumerate(rows):
        own = marks.get(row.clause_id, [])
        quotes = quotes_of([(start, end, mark.mine) for mark in own for start, end in mark.spans], row.clause.public_key)
        is_table = row.kind == BlockKind.TABLE.value
        lines.append(
            Line(
                row,
                row.clause.public_key,
                path_words(row.path, row.para),
                cite(shown.title, shown.document_number, row.path, row.para),
                annotated(row.text, quotes, links.get(row.clause_id, [])),
                [(mark, next((quote for quote in quotes if mark.spans and quote.start <= mark.spans[0][0] < quote.end), None)) for mark in own],
                any(mark.mine for mark in own),
                [cell.strip() for cell in row.text.strip("|").replace("|", "\t").split("\t")] if is_table else [],
                is_table and (number == 0 or rows[number - 1].kind != row.kind),
                is_table and (number + 1 == len(rows) or rows[number + 1].kind != row.kind),
            )
        )
    return lines


def clause_address(request: HttpRequest, key: str, clause_key: str) -> HttpResponseBase:
    """Permanent address of a clause: leads to its place; a retired one to its successor, or to a page that says so."""
    page = get_object_or_404(OpinionPage.objects.visible_to(viewer_of(request.user)), public_key=key)
    clause = get_object_or_404(Clause.objects.select_related("succeeded_by"), opinion=page, public_key=clause_key)
    while clause.retired_at is not None and clause.succeeded_by is not None:
        clause = clause.succeeded_by
    if clause.retired_at is not None:
        last = clause.texts.select_related("version").order_by("-version__number").first()
        return render(request, "policy_docs/opinions/retired.html", {"page": page, "last": last}, status=410)
    return redirect(f"{reverse('policy_docs:opinion', args=[page.public_key])}#c-{clause.public_key}")
