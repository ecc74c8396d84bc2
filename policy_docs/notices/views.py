"""The page on which a member unit learns what has changed for it."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.accounts.forms_only import takes_forms
from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from policy_docs.duties.choices import address, whole_number
from policy_docs.duties.empty import Asked, empty
from policy_docs.duties.selectors import own_unit
from policy_docs.units.naming import name_at

from .actions import mark_read, mark_unread
from .reading import Bound, bound, items, may_read, readable

PER_PAGE = 20


def _reader(request: HttpRequest) -> User:
    if not may_read(viewer_of(request.user)):
        raise PermissionDenied
    return cast(User, request.user)


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """List what has changed for the reader's unit, newest first; who sees all and has no unit gets every notice."""
    user, viewer = _reader(request), viewer_of(request.user)
    whole = viewer.sees_all and "all" in request.GET
    unit = None if whole else own_unit(viewer, on=timezone.localdate())
    touching: Bound = bound(unit, viewer) if unit else {}
    waiting = set(bound(unit, viewer, unread_by=user)) if unit else set()
    only_unread = unit is not None and request.GET.get("state") == "unread"
    found = readable(viewer).select_related("opinion", "opinion__jurisdiction").defer("opinion__body")
    if unit is not None:
        found = found.filter(pk__in=waiting if only_unread else touching)
    elif not viewer.sees_all:
        found = found.none()
    pages = Paginator(found.order_by("-pk"), PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "unit": unit, "name": name_at(unit.vocabulary, unit.kind.key, unit.place.code) if unit else "", "viewer": viewer, "pages": pages,
        "items": items(list(pages), user=user, unit=unit, touching=touching), "waiting": len(waiting), "total": len(touching) if unit else pages.paginator.count,
        "only_unread": only_unread, "whole": whole, "query": address(request.GET), "newest": max(waiting, default=0),
        "empty": empty([Asked(_("未读"), address(request.GET, state=None), lambda: len(touching))], clear="", whole=lambda: 0) if only_unread and not waiting else None,
    }  # fmt: skip
    return render(request, "policy_docs/notices/list.html", context)


@takes_forms("policy_docs:notices")
def settle(request: HttpRequest) -> HttpResponse:
    """Mark one notice read or unread, or all that were shown to be unread; what came since stays unread."""
    user, viewer = _reader(request), viewer_of(request.user)
    unit = own_unit(viewer, on=timezone.localdate())
    mine = bound(unit, viewer) if unit else {}
    asked = {pk for word in request.POST.getlist("notice") if (pk := whole_number(word, None)) is not None}
    deed = request.POST.get("deed", "")
    if deed == "all":
        until = whole_number(request.POST.get("until"))
        count = mark_read((pk for pk in bound(unit, viewer, unread_by=user) if pk <= until), actor=user) if unit else 0
        messages.success(request, _("已标为已读 %d 条。") % count)
    elif deed == "unread":
        mark_unread(asked & set(mine), actor=user)
    else:
        mark_read(asked & set(mine), actor=user)
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    back = request.POST.get("back", "")
    here = reverse("policy_docs:notices")
    return back if back.startswith(here) and url_has_allowed_host_and_scheme(back, None) else here
