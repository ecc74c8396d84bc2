"""Reading: the list of opinions, one opinion, permanent addresses of clauses."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.viewer import viewer_of
from policy_docs.opinions.citing import cite, path_words
from policy_docs.opinions.models import Clause, ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.querysets import in_force_q
from policy_docs.opinions.types import BlockKind
from policy_docs.units.models import LevelChoices

from .marks import Mark, badges

PER_PAGE = 20


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
        found = found.filter(Q(title__icontains=chosen["q"]) | Q(document_number__icontains=chosen["q"]) | Q(issuer__icontains=chosen["q"]))
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


@dataclass(slots=True)
class Line:
    """One block as the page shows it."""

    row: ClauseText
    key: str
    words: str
    citation: str
    marks: list[Mark] = field(default_factory=list)


def opinion_detail(request: HttpRequest, key: str) -> HttpResponse:
    """Permanent address of an opinion: shown from its clause rows (quicker than the stream, and in the version that is published)."""
    viewer = viewer_of(request.user)
    shown = get_object_or_404(OpinionPage.objects.visible_to(viewer).select_related("jurisdiction", "repealed_by"), public_key=key)
    version = shown.current_version or shown.versions.first()
    rows = list(ClauseText.objects.filter(version=version).select_related("clause").order_by("order")) if version else []
    marks = badges(shown, viewer=viewer)
    lines = [
        Line(
            row,
            row.clause.public_key,
            path_words(row.path, row.para),
            cite(shown.title, shown.document_number, row.path, row.para),
            marks.get(row.clause_id, []),
        )
        for row in rows
    ]
    readable = OpinionPage.objects.visible_to(viewer)
    cited = list(shown.citations.exclude(relation="wraps").select_related("target"))
    may_see = set(readable.filter(pk__in=[citation.target_id for citation in cited if citation.target_id]).values_list("pk", flat=True))
    citations = [(citation, citation.target if citation.target_id in may_see else None) for citation in cited]
    outside = {BlockKind.TITLE.value, BlockKind.LEFT_OUT.value}
    context: dict[str, Any] = {
        "page": shown,
        "version": version,
        "versions": shown.versions.filter(state="published"),
        "lines": [line for line in lines if line.row.kind not in outside],
        "left_out": [line for line in lines if line.row.kind == BlockKind.LEFT_OUT.value] if viewer.is_staff_reader else [],
        "outline": [line for line in lines if line.row.kind in (BlockKind.HEADING.value, BlockKind.ATTACHMENT.value)],
        "validity": validity(shown, today()),
        "citations": citations,
        "cited_by": readable.filter(citations__target=shown).distinct().order_by("-issue_date"),
        "duty_count": sum(len(line.marks) for line in lines),
    }
    return render(request, "policy_docs/opinions/page.html", context)


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
