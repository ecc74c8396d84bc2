"""The start page."""

import datetime
from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from cms.accounts.viewer import Viewer, viewer_of
from policy_docs.directory import asking
from policy_docs.duties import agenda, narrowing, report, selectors
from policy_docs.duties.models import Duty
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.scheduled import overdue
from policy_docs.opinions.trashed import RemovalRequest
from policy_docs.removing.requests import answers_requests
from policy_docs.saved import reading
from policy_docs.saved.models import SavedListing
from policy_docs.saved.views import AT_HOME
from policy_docs.units.naming import name_at

NEWEST = 8
NEWS = 5  # answers that the start page shows


def home(request: HttpRequest) -> HttpResponse:
    """Show the search box, the kinds with their counts, the reader's own unit and the newest documents."""
    viewer = viewer_of(request.user)
    newest = OpinionPage.objects.visible_to(viewer).select_related("jurisdiction").order_by("-issue_date", "-pk")
    context = {
        "newest": newest[:NEWEST],
        "total": newest.count(),
        "kinds": selectors.kinds_with_counts(viewer, on=timezone.localdate()),
        "viewer": viewer,
        "saved": reading.listed(SavedListing.objects.first_of(viewer, AT_HOME), viewer=viewer) if viewer.user_id else [],
        "task": asking.own_task(viewer),
        "rounds": asking.open_rounds(viewer),
        "removals": _removals(viewer),
        "late": overdue(timezone.now()).count() if viewer.sees_all else 0,
        "unchecked": agenda.waiting_duties().count() if viewer.sees_all else 0,
        "today": timezone.localdate(),
        **_own_unit(viewer, on=timezone.localdate()),
    }
    return render(request, "home/home.html", context)


def _removals(viewer: Viewer) -> dict[str, Any]:
    """Return what a person has to do with requests to delete: answers to one's own, and how many of others wait for an answer."""
    if not answers_requests(viewer):
        return {}
    everything = RemovalRequest.objects.all()
    return {"news": everything.news_for(viewer)[:NEWS], "waiting": everything.for_answer(viewer).count()}


def _own_unit(viewer: Viewer, *, on: datetime.date) -> dict[str, Any]:
    """Return name and numbers of the reader's own unit, by the selector of its page; {} where the account has none."""
    unit = selectors.own_unit(viewer, on=on)
    if unit is None:
        return {}
    rows = report.counted(selectors.rows_for(unit, viewer=viewer), narrowing.Filters())
    roles = Counter(row.role for row in rows)
    return {
        "own": unit,
        "own_name": name_at(unit.vocabulary, unit.kind.key, unit.place.code),
        "own_total": len(rows),
        "own_roles": [(css, label, role, roles[role]) for css, label, role in report.COUNTED_ROLES],
        "own_waiting": sum(row.state != Duty.State.CONFIRMED for row in rows),
    }
