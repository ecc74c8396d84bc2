"""The page on which a document is taken as the start of another."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of

from .pages import OpinionPage
from .starting import MARK, StartRefused, copied, start_from

_TITLE_LIMIT = 255


@require_http_methods(["GET", "POST"])
def opinion_start(request: HttpRequest, key: str) -> HttpResponse:
    """Say what goes along and what does not; make the draft and open it."""
    viewer = viewer_of(request.user)
    page = get_object_or_404(OpinionPage.objects.visible_to(viewer).select_related("jurisdiction"), public_key=key)
    if not viewer.sees_all:
        raise PermissionDenied
    title, error = MARK + page.title, ""
    if request.method == "POST":
        title = request.POST.get("title", "").replace("\x00", "").strip()[:_TITLE_LIMIT]
        try:
            made = start_from(page, title=title, actor=cast(User, request.user))
        except StartRefused as refused:
            error = str(refused)
        else:
            messages.success(request, _("已以《%s》为起点新建草稿。请填写文号、发文机关和日期，修改文字后再发布。") % page.title)
            return redirect("opinion_outline", made.pk)
    text = page if page.live else page.get_latest_revision_as_object()
    context = {
        "page": page, "title": title[:_TITLE_LIMIT], "error": error, "mark": MARK, "blocks": len(copied(list(text.body.raw_data))),
        "left": len(text.body.raw_data) - len(copied(list(text.body.raw_data))), "limit": _TITLE_LIMIT,
    }  # fmt: skip
    return render(request, "policy_docs/opinions/start.html", context, status=400 if error else 200)
