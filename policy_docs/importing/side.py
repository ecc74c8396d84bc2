"""The page on which an import and a document stand side by side."""

from collections import Counter

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cms.accounts.viewer import viewer_of
from policy_docs.duties.choices import address
from policy_docs.opinions.comparison import Change
from policy_docs.opinions.pages import OpinionPage

from .comparing import compare_split, text_of
from .draft import from_json
from .listing import check_viewer
from .models import ImportFile

PER_PAGE = 100


@require_safe
def beside(request: HttpRequest, key: str, other: str) -> HttpResponse:
    """Show the clauses of both, those that differ or all."""
    check_viewer(request)
    viewer = viewer_of(request.user)
    row = ImportFile.objects.visible_to(viewer).defer("source", "undo").filter(public_key=key).first()
    page = OpinionPage.objects.visible_to(viewer).filter(public_key=other).first()
    if row is None or page is None or not row.draft.get("blocks"):
        raise Http404
    pairs = compare_split(text_of(page), from_json(row.draft).blocks)
    counts = Counter(pair.change for pair in pairs)
    everything = request.GET.get("all") == "1"
    shown = pairs if everything else [pair for pair in pairs if pair.change is not Change.SAME]
    context = {
        "row": row, "other": page, "pages": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")), "everything": everything,
        "query": address(request.GET), "same": counts[Change.SAME], "changed": len(pairs) - counts[Change.SAME],
        "sums": [(change.value, counts[change]) for change in Change if change is not Change.SAME],
    }  # fmt: skip
    return render(request, "policy_docs/importing/compare.html", context)
