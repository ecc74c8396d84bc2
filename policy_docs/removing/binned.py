"""The trash of the coordination office: what lies there, bringing it back, asking that it be removed for good."""

from collections.abc import Mapping
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cms.accounts.handed_back import hand_back
from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from policy_docs.duties.choices import address, typed, whole_number
from policy_docs.duties.models import Duty
from policy_docs.duties.workbench import office_only
from policy_docs.opinions.models import Clause, OpinionVersion
from policy_docs.opinions.numbers import normalise
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.removing import ask_purge, due_on, why_kept
from policy_docs.opinions.trash import RemovalRefused, clashes, free_slug, restore, slug_holder
from policy_docs.opinions.trashed import RemovalRequest, Trashed, TrashedQuerySet
from policy_docs.units.models import Body

from .leaving import REASON_LIMIT
from .leaving import typed as written

PER_PAGE = 20
KINDS = {"live": True, "draft": False}


@require_GET
def trash(request: HttpRequest) -> HttpResponse:
    """List what lies in the trash, the newest first."""
    office_only(request)
    viewer = viewer_of(request.user)
    words, who, kind = typed(request.GET, "q"), request.GET.get("by", ""), request.GET.get("kind", "")
    everything = Trashed.objects.visible_to(viewer)
    found = _chosen(everything, words, who, kind)
    rows = found.select_related("opinion__jurisdiction", "trashed_by", "approved_by").defer("opinion__body")
    pages = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    people = User.objects.filter(pk__in=everything.order_by().values("trashed_by")).order_by("display_name", "username")
    context = {
        "pages": pages, "words": words, "who": who, "kind": kind, "people": people, "query": address(request.GET), "filtered": bool(words or who or kind),
        "waiting": RemovalRequest.objects.visible_to(viewer).open().count(),
    }  # fmt: skip
    return render(request, "policy_docs/removing/trash.html", context)


def _chosen(found: TrashedQuerySet, words: str, who: str, kind: str) -> TrashedQuerySet:
    if words:
        found = found.filter(Q(title__icontains=words) | Q(opinion__number_key__icontains=normalise(words)) | Q(opinion__issuer__icontains=words))
    if (user := whole_number(who)) > 0:
        found = found.filter(trashed_by=user)
    return found.filter(was_live=KINDS[kind]) if kind in KINDS else found


@require_http_methods(["GET", "POST"])
def trashed(request: HttpRequest, key: str) -> HttpResponse:
    """Show a document in the trash and what would stand in the way of bringing it back; bring it back, or ask that it be removed for good."""
    office_only(request)
    found = Trashed.objects.visible_to(viewer_of(request.user)).select_related("opinion__jurisdiction", "trashed_by", "approved_by", "parent")
    entry = found.defer("opinion__body").filter(opinion__public_key=key).first()
    if entry is None:
        return _gone_back(request, key)
    refused: RemovalRefused | None = None
    if request.method == "POST":
        try:
            return _act(request, entry, cast(User, request.user))
        except RemovalRefused as refusal:
            refused = refusal
    return render(request, "policy_docs/removing/trashed.html", _shown(request, entry, refused), status=409 if refused else 200)


def _gone_back(request: HttpRequest, key: str) -> HttpResponse:
    """Lead to a document that a colleague has restored meanwhile, and say so."""
    page = OpinionPage.objects.visible_to(viewer_of(request.user)).filter(public_key=key).defer("body").first()
    if page is None:
        raise Http404
    if request.method == "POST":
        messages.warning(request, _("《%s》刚才已由他人恢复，没有再办理。") % page.title)
        hand_back(request, {_("理由"): written(request, "reason")})
    return redirect("policy_docs:opinion", key)


def _act(request: HttpRequest, entry: Trashed, actor: User) -> HttpResponse:
    if request.POST.get("verb") == "purge":
        row = ask_purge(entry, actor=actor, reason=written(request, "reason"))
        messages.success(request, _("已申请彻底删除《%s》，等系统管理员批准。") % entry.title)
        return redirect("policy_docs:removal", row.pk)
    page = restore(entry, actor=actor, slug=request.POST.get("slug", "").replace("\x00", "").strip()[:255])
    messages.success(request, _("已恢复《%s》，并重新公开。") % page.title if page.live else _("已恢复《%s》，没有公开。") % page.title)
    return redirect("policy_docs:opinion", page.public_key)


def _shown(request: HttpRequest, entry: Trashed, refused: RemovalRefused | None) -> Mapping[str, Any]:
    old = str(entry.held["slug"])
    holder = slug_holder(entry, old)
    return {
        "entry": entry, "page": entry.opinion, "refused": refused, "clashes": clashes(entry), "holder": holder, "old_slug": old,
        "slug": free_slug(entry) if holder else old, "held": _held(entry), "kept": why_kept(entry, entry.opinion, on=timezone.localdate()),
        "due": due_on(entry), "reason": written(request, "reason"), "limit": REASON_LIMIT,
        "waiting": RemovalRequest.objects.visible_to(viewer_of(request.user)).open().filter(opinion=entry.opinion_id).first(),
    }  # fmt: skip


def _held(entry: Trashed) -> list[tuple[str, int]]:
    """Return what is kept with the document, by number."""
    opinion = entry.opinion_id
    decided = Duty.with_trash.filter(opinion=opinion, state__in=[Duty.State.CONFIRMED, Duty.State.TO_CHECK])
    numbers = [
        (_("条款"), Clause.with_trash.filter(opinion=opinion).count()),
        (_("已核对的职责"), decided.count()),
        (_("版本"), OpinionVersion.with_trash.filter(opinion=opinion).count()),
        (_("议事协调机构"), Body.with_trash.filter(opinion=opinion).count()),
        (_("引用页"), entry.aliases.count()),
    ]
    return [(words, number) for words, number in numbers if number]
