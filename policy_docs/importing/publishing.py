"""The page before an import is published as the new text of a document: what becomes of each duty that it touches."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from policy_docs.duties.touched import chosen_in, fresh_words, grouped

from . import actions
from .checking import told
from .draft import from_json
from .listing import check_viewer
from .models import ImportFile
from .touching import touched_by


@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: HttpRequest, key: str) -> HttpResponse:
    """Ask what becomes of the duties, and publish."""
    check_viewer(request)
    row = ImportFile.objects.visible_to(viewer_of(request.user)).filter(public_key=key).first()
    if row is None:
        raise Http404
    error, missing, status = "", frozenset[int](), 200
    if request.method == "POST" and request.POST.get("deed") == "publish":
        seen = int(word) if (word := request.POST.get("seen", "")).isdecimal() and len(word) < 10 else -1
        choices = actions.Choices(chosen_in(request.POST), request.POST.get("mark", ""))
        try:
            return told(request, actions.save(key, seen=seen, actor=cast(User, request.user), live=True, choices=choices))
        except actions.ChoicesNeeded as needed:
            error, missing, status = str(needed), needed.duties, 409 if needed.changed else 422
        except actions.ImportRefused as refused:  # changed, stored or given up by somebody else, or something to fill in: the page before shows it
            messages.warning(request, str(refused))
            return redirect("policy_docs:import", key)
    return _shown(request, row, missing, error, status)


def _shown(request: HttpRequest, row: ImportFile, missing: frozenset[int], error: str, status: int) -> HttpResponse:
    touched = None
    if row.state == ImportFile.State.READY:
        prepared, known = actions.prepared_for(row, from_json(row.draft))
        touched = touched_by(prepared, known)
    if touched is None:
        messages.info(request, _("没有需要先选定的职责。"))
        return redirect("policy_docs:import", row.public_key)
    code, deed = touched.page.jurisdiction_id or "", request.POST.get("deed", "")
    groups = grouped(touched.plan, touched.duties, code=code, chosen=chosen_in(request.POST), all_of=deed, missing=missing)
    context: dict[str, Any] = {
        "row": row, "page": touched.page, "mark": touched.mark, "groups": groups, "fresh": fresh_words(touched.fresh), "dropped": touched.dropped,
        "waiting": sum(not touch.held.confirmed for touch in touched.plan.touches), "asked": sum(group.asked and len(group.rows) for group in groups), "error": error,
    }  # fmt: skip
    return render(request, "policy_docs/importing/publish.html", context, status=status)
