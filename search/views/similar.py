"""The page of what other documents say in nearly the same words as a clause."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.accounts.viewer import viewer_of
from policy_docs.duties.kin import Kin, with_own_marked
from policy_docs.duties.selectors import versions_on
from policy_docs.opinions.citing import cite, path_words
from policy_docs.opinions.models import Clause, ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.validity import Standing, label, standing
from search.engines.registry import engine
from search.query.similar import similar


@require_safe
def similar_clauses(request: HttpRequest, key: str, clause_key: str) -> HttpResponseBase:
    """Show a clause beside those of other documents that say the same."""
    viewer, today = viewer_of(request.user), timezone.localdate()
    readable = OpinionPage.objects.visible_to(viewer).filter(live=True)
    page = get_object_or_404(readable.select_related("jurisdiction").defer("body"), public_key=key)
    clause = get_object_or_404(Clause, opinion=page, public_key=clause_key)
    text = ClauseText.objects.filter(clause=clause, version__in=versions_on(today, [page.pk])).select_related("clause").first()
    if text is None:
        return redirect("policy_docs:clause", key, clause_key)  # says what has become of it
    found = similar(text, viewer=viewer, engine=engine(), on=today)
    kin = [_kin(row, text) for row in found.found]
    places = dict.fromkeys(one.page.jurisdiction.name for one in kin if one.page.jurisdiction and one.page.jurisdiction_id != page.jurisdiction_id)
    context = {
        "page": page, "clause": clause, "text": text, "place": path_words(text.path, text.para, text.row) or _("正文"), "on": today, "found": found, "kin": kin,
        "citation": cite(page.title, page.document_number, text.path, text.para, text.row), "places": list(places),
        "searched": readable.exclude(pk=page.pk).count(),
    }  # fmt: skip
    return render(request, "search/similar.html", context)


def _kin(row: ClauseText, text: ClauseText) -> Kin:
    page = row.clause.opinion
    stands = standing(page, timezone.localdate())
    place = path_words(row.path, row.para, row.row) or _("正文")
    citation = cite(page.title, page.document_number, row.path, row.para, row.row)
    html = with_own_marked(row.text, text.text)
    return Kin(page, label(stands), stands is Standing.IN_FORCE, row.clause.public_key, place, row.label, citation, html)
