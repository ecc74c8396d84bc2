"""The page of saved filters, what the start page shows of them, and the forms that keep and change them."""

from typing import NamedTuple, cast

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.accounts.forms_only import signed_in, takes_forms
from cms.accounts.handed_back import hand_back
from cms.accounts.models import User
from cms.accounts.viewer import Viewer, viewer_of
from policy_docs.duties.choices import whole_number
from policy_docs.duties.review import undoable

from . import actions, alerting, digest, reading
from .actions import SavingRefused
from .finding import WATCHED, Entry, shown
from .models import AlertFinding, SavedAlert, SavedListing

AT_HOME = 6
PER_PAGE = 50
NEWS_PER_PAGE, LISTED = 10, 50  # comparisons of a page, entries listed of each kind
_UNDO = "saved_undo"


@signed_in
def saved(request: HttpRequest) -> HttpResponse:
    """List one's own filters, with what each finds today, and those that others share; rename, share, order, remove.

    Those of others are not counted here: there can be hundreds, and most counts are queries of their own.
    """
    actor = cast(User, request.user)
    if request.method == "POST":
        _act(request, actor)
        return redirect("policy_docs:saved")
    viewer = viewer_of(actor)
    rows = list(SavedListing.objects.visible_to(viewer).select_related("owner"))
    own = sorted((row for row in rows if row.owner_id == actor.pk), key=lambda row: (row.order, row.pk))
    pages = Paginator([row for row in rows if row.owner_id != actor.pk], PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "own": reading.shown(own, viewer=viewer, on=timezone.localdate()),
        "others": reading.listed(list(pages), viewer=viewer), "pages": pages,
        "choices": _shares(actor), "most": actions.MOST, "undo": undoable(request, _UNDO), "alerts": alerting.of(actor),
        "rates": SavedAlert.Rate.choices, "watched": WATCHED, "mails": settings.SENDS_MAIL, "has_mail": bool(actor.email),
    }  # fmt: skip
    return render(request, "policy_docs/saved/page.html", context)


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Answer with the first filters and what they find, for the start page, which does not wait for the numbers."""
    viewer = viewer_of(request.user)
    rows = SavedListing.objects.first_of(viewer, AT_HOME)
    return render(request, "policy_docs/saved/_home.html", {"saved": reading.shown(rows, viewer=viewer, on=timezone.localdate()), "counted": True})


@signed_in
@takes_forms("policy_docs:saved")
def add(request: HttpRequest) -> HttpResponse:
    """Keep the filter of the list that the form stands on, and go back there."""
    actor, address = cast(User, request.user), request.POST.get("address", "")[:2000]
    try:
        row = actions.save_listing(address, name=request.POST.get("name", ""), shared=request.POST.get("shared", ""), actor=actor)
        alike = actions.others_alike(row)
        also = _("同样的筛选您还保存为“%s”，不用的可以删除。") % "”“".join(alike) if alike else ""
        messages.success(request, _("已保存筛选“%s”，可以在首页打开；在“保存的筛选”中可以设置有新结果时提醒。") % row.name + also)
    except SavingRefused as refusal:
        messages.warning(request, str(refusal))
        hand_back(request, {_("名称"): request.POST.get("name", "")})
    return redirect(address if address.startswith("/") and actions.list_at(address) else reverse("policy_docs:saved"))


@signed_in
@require_safe
def news(request: HttpRequest, key: int) -> HttpResponse:
    """What one of one's own filters has newly found, comparison by comparison; looking at it marks it read."""
    actor, now = cast(User, request.user), timezone.now()
    alert = get_object_or_404(SavedAlert.objects.select_related("listing"), listing=key, listing__owner=actor, listing__removed_at=None)
    pages = Paginator(alert.findings.all(), NEWS_PER_PAGE).get_page(request.GET.get("page"))
    rounds = _rounds(list(pages), viewer_of(actor))
    alerting.mark_read(alert, now=now)
    context = {"alert": alert, "address": reading.address(alert.listing), "rounds": rounds, "pages": pages}
    return render(request, "policy_docs/saved/news.html", context)


class Round(NamedTuple):
    """What one comparison found different, as far as it can still be seen; ``unseen`` entries cannot, ``rest`` are more than are listed."""

    finding: AlertFinding
    counted: str
    fresh: list[Entry]
    changed: list[Entry]
    unseen: int
    rest: int


def _rounds(findings: list[AlertFinding], viewer: Viewer) -> list[Round]:
    listed = {finding.pk: (finding.fresh[:LISTED], finding.changed[:LISTED]) for finding in findings}
    entries = shown((key for both in listed.values() for keys in both for key in keys), viewer=viewer, on=timezone.localdate())
    rounds = []
    for finding in findings:
        fresh, changed = ([entries[key] for key in keys if key in entries] for keys in listed[finding.pk])
        number = sum(map(len, listed[finding.pk]))
        rest = len(finding.fresh) + len(finding.changed) - number
        rounds.append(Round(finding, digest.counted(finding), fresh, changed, number - len(fresh) - len(changed), rest))
    return rounds


def _act(request: HttpRequest, actor: User) -> None:
    verb, key = request.POST.get("verb", ""), whole_number(request.POST.get("key"))
    try:
        if verb == "change":
            seen, shared = request.POST.get("seen", ""), request.POST.get("shared", "")
            row = actions.change_listing(key, name=request.POST.get("name", ""), shared=shared, seen=seen, actor=actor)
            messages.success(request, _("已保存“%s”。") % row.name)
        elif verb == "alert":
            held = alerting.set_alert(key, rate=request.POST.get("rate", ""), mail=settings.SENDS_MAIL and "mail" in request.POST, actor=actor)
            messages.success(request, _said_of(held))
        elif verb == "up":
            actions.move_listing(key, actor=actor)
        elif verb == "remove":
            row = actions.remove_listing(key, actor=actor)
            request.session[_UNDO] = {"key": str(row.pk), "words": _("已删除“%s”。") % row.name, "until": (timezone.now() + actions.UNDO_WITHIN).isoformat()}
        elif verb == "undo":
            row = actions.put_back_listing(key, actor=actor)
            request.session.pop(_UNDO, None)
            messages.success(request, _("已恢复“%s”。") % row.name)
    except SavingRefused as refusal:
        messages.warning(request, str(refusal))
        hand_back(request, {_("名称"): request.POST.get("name", "")})


def _said_of(held: SavedAlert | None) -> str:
    if held is None:
        return _("这个筛选不再提醒。")
    how = _("在工作台和这里提醒您，并发邮件") if held.mail else _("在工作台和这里提醒您")
    return _("已设置“%(rate)s”：有新结果时%(how)s。现有的结果不提醒。") % {"rate": held.get_rate_display(), "how": how}


def _shares(user: User) -> list[tuple[str, str]]:
    """Return with whom a person may share."""
    has_unit = bool(user.unit_kind and user.place)
    return [(value, str(words)) for value, words in SavedListing.Shared.choices if has_unit or value != SavedListing.Shared.UNIT]
