"""Requests to delete a document: the list of those that wait, and the page on which a second person answers."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cms.accounts.handed_back import hand_back
from cms.accounts.models import Role, User
from cms.accounts.viewer import Viewer, viewer_of
from policy_docs.duties.choices import address
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.removing import approve, mark, marks, may_answer, note_answer, refuse, take_back_request
from policy_docs.opinions.trash import RemovalRefused
from policy_docs.opinions.trashed import RemovalRequest, Trashed

from .impact import Deed
from .leaving import REASON_LIMIT, impact, typed

PER_PAGE = 20


def answers_requests(viewer: Viewer) -> bool:
    """Say whether a person has to do with requests: the coordination office, and the administrator who removes for good."""
    return viewer.sees_all or viewer.role == Role.SYSTEM_ADMIN


def _check(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request.user)
    if not answers_requests(viewer):
        raise PermissionDenied
    return viewer


@require_GET
def removals(request: HttpRequest) -> HttpResponse:
    """List the requests that wait, or those that were answered."""
    viewer = _check(request)
    settled = request.GET.get("state") == "settled"
    everything = RemovalRequest.objects.visible_to(viewer)
    found = everything.exclude(state=RemovalRequest.State.OPEN) if settled else everything.open()
    rows = found.select_related("asked_by", "answered_by", "opinion").defer("opinion__body")
    pages = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    waiting = everything.open().count() if settled else pages.paginator.count
    now = {} if settled else marks([row.opinion for row in pages if row.opinion])
    changed = {row.pk for row in pages if not settled and now.get(row.opinion_id or 0) != row.seen}
    news = set(everything.news_for(viewer).values_list("pk", flat=True)) if settled else set()
    context = {"news": news, "pages": pages, "settled": settled, "waiting": waiting, "changed": changed, "query": address(request.GET), "viewer": viewer}
    return render(request, "policy_docs/removing/removals.html", context)


@require_http_methods(["GET", "POST"])
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one request with what hangs on the document; approve it, refuse it, or take one's own back."""
    viewer, actor = _check(request), cast(User, request.user)
    found = RemovalRequest.objects.visible_to(viewer).select_related("asked_by", "answered_by")
    row = get_object_or_404(found, pk=pk)
    refused: RemovalRefused | None = None
    if request.method == "POST":
        try:
            return _answer(request, row, actor)
        except RemovalRefused as refusal:
            refused = refusal
            row = get_object_or_404(found, pk=pk)
    return render(request, "policy_docs/removing/removal.html", _shown(request, row, actor, refused), status=409 if refused else 200)


def _answer(request: HttpRequest, row: RemovalRequest, actor: User) -> HttpResponse:
    verb, answer = request.POST.get("verb", ""), typed(request, "answer")
    if verb == "note":
        note_answer(row.pk, actor=actor)
    elif verb == "take_back":
        take_back_request(row.pk, actor=actor)
        messages.success(request, _("已撤回删除《%s》的申请。") % row.title)
    elif verb == "refuse":
        refuse(row.pk, actor=actor, answer=answer)
        messages.success(request, _("没有批准删除《%s》。申请人会在首页“待我处理”里看到您的答复。") % row.title)
    elif verb == "approve":
        if row.kind == RemovalRequest.Kind.PURGE and request.POST.get("sure") != "1":
            raise RemovalRefused(_("没有删除：彻底删除后不能恢复，请先勾选确认。"))
        approve(row.pk, actor=actor, answer=answer)
        purged = row.kind == RemovalRequest.Kind.PURGE
        messages.success(request, (_("已彻底删除《%s》。") if purged else _("已批准，《%s》已移入回收站。")) % row.title)
    return redirect("policy_docs:removals")


def _shown(request: HttpRequest, row: RemovalRequest, actor: User, refused: RemovalRefused | None) -> dict[str, Any]:
    page = OpinionPage.with_trash.filter(pk=row.opinion_id).select_related("jurisdiction").first()
    open_, purge = row.state == RemovalRequest.State.OPEN, row.kind == RemovalRequest.Kind.PURGE
    if refused and not open_:  # answered or taken back meanwhile: the form is gone from the page
        hand_back(request, {_("答复"): typed(request, "answer")})
    context: dict[str, Any] = {
        "row": row, "page": page, "refused": refused, "open": open_, "purge": purge, "own": row.asked_by_id == actor.pk, "may_answer": may_answer(row, actor),
        "changed": open_ and (page is None or mark(page) != row.seen), "answer": typed(request, "answer"), "limit": REASON_LIMIT, "opened": "",
        "is_news": RemovalRequest.objects.news_for(viewer_of(actor)).filter(pk=row.pk).exists(),
        "entry": Trashed.objects.filter(opinion=row.opinion_id).first() if row.opinion_id else None,
    }  # fmt: skip
    if open_ and not purge and page is not None:
        context |= impact(request, page, Deed.TRASH)
    return context
