"""The start page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cms.accounts.viewer import viewer_of
from policy_docs.duties.selectors import kinds_with_counts
from policy_docs.opinions.pages import OpinionPage


def home(request: HttpRequest) -> HttpResponse:
    """Show the unit picker, the kinds with their counts and the newest documents."""
    viewer = viewer_of(request.user)
    newest = OpinionPage.objects.visible_to(viewer).select_related("jurisdiction").order_by("-issue_date", "-pk")
    return render(request, "home/home.html", {"newest": newest[:8], "total": newest.count(), "kinds": kinds_with_counts(viewer)})
