"""The pages before a document is withdrawn or deleted: what hangs on it, the reason, and the request for a second person."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.accounts.handed_back import hand_back
from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.removing import Changed, ask, mark, withdraw
from policy_docs.opinions.trash import RemovalRefused, was_published
from policy_docs.opinions.trashed import RemovalRequest, Trashed

from .impact import Deed, parts

REASON_LIMIT = 500
_TEMPLATE = "policy_docs/removing/leaving.html"


def typed(request: HttpRequest, name: str) -> str:
    """Return what was written into a field of several lines, cut to ``REASON_LIMIT`` signs; NUL, which a database refuses, left out."""
    return request.POST.get(name, "").replace("\x00", "").strip()[:REASON_LIMIT]


def _page(request: HttpRequest, key: str) -> OpinionPage:
    viewer = viewer_of(request.user)
    page: OpinionPage = get_object_or_404(OpinionPage.objects.visible_to(viewer).select_related("jurisdiction"), public_key=key)
    if not viewer.sees_all:
        raise PermissionDenied
    return page


@require_http_methods(["GET", "POST"])
def opinion_withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """Show what hangs on a published document; withdraw it with a reason."""
    page, actor = _page(request, key), cast(User, request.user)
    refused: RemovalRefused | None = None
    if request.method == "POST":
        try:
            withdraw(page, actor=actor, reason=typed(request, "reason"), seen=request.POST.get("seen", "")[:64])
        except RemovalRefused as refusal:
            refused = refusal
            page = _page(request, key)
        else:
            messages.success(request, _("已撤回《%s》，只有协调机构看得到。") % page.title)
            return redirect("policy_docs:opinion", page.public_key)
    return _shown(request, page, Deed.WITHDRAW, refused, possible=page.live)


@require_http_methods(["GET", "POST"])
def opinion_delete(request: HttpRequest, key: str) -> HttpResponse:
    """Show what hangs on a document; put a draft into the trash, or ask a second person to approve."""
    page, actor = _page(request, key), cast(User, request.user)
    refused: RemovalRefused | None = None
    if request.method == "POST":
        try:
            done = ask(page, actor=actor, reason=typed(request, "reason"), seen=request.POST.get("seen", "")[:64])
        except RemovalRefused as refusal:
            refused = refusal
            page = _page(request, key)
        else:
            if isinstance(done, Trashed):
                messages.success(request, _("已将《%s》移入回收站，可以随时恢复。") % page.title)
                return redirect("policy_docs:trash")
            messages.success(request, _("已申请删除《%s》，等另一人批准。批准以前它照常显示。") % page.title)
            return redirect("policy_docs:removal", done.pk)
    return _shown(request, page, Deed.TRASH, refused, possible=True)


def _shown(request: HttpRequest, page: OpinionPage, deed: Deed, refused: RemovalRefused | None, *, possible: bool) -> HttpResponse:
    waiting = RemovalRequest.objects.visible_to(viewer_of(request.user)).open().filter(opinion=page).select_related("asked_by").first()
    published = was_published(page)
    offered = possible and not (waiting and deed is Deed.TRASH)
    if refused and not offered:  # the form is gone from the page
        hand_back(request, {_("理由"): typed(request, "reason")})
    context: dict[str, Any] = {
        **impact(request, page, deed), "deed": deed.value, "refused": refused, "changed": isinstance(refused, Changed), "waiting": waiting,
        "published": published, "possible": offered, "needs_reason": published or deed is Deed.WITHDRAW,
        "reason": typed(request, "reason"), "limit": REASON_LIMIT, "seen": mark(page),
    }  # fmt: skip
    return render(request, _TEMPLATE, context, status=409 if refused else 200)


def impact(request: HttpRequest, page: OpinionPage, deed: Deed) -> dict[str, Any]:
    """Return what the lists of a page need; the address says which one is opened."""
    opened = request.GET.get("of", "")
    found = parts(page, deed, actor=cast(User, request.user), opened=opened, number=request.GET.get("page"))
    return {"page": page, "parts": found, "opened": opened}
