"""What people asked and did not find, for the coordination office: as it was counted, and as people told it."""

import datetime
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.accounts.forms_only import signed_in, takes_forms
from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from search.asked.models import Asked, AskedDay, Missed
from search.asked.noting import DAYS, KEPT_DAYS
from search.asked.telling import NothingToTell, settle, tell

_PAGE = 50
_SPAN = 30  # days of the figures at the head


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """List the questions without hits, the most frequent ones, or what people told to be missing, with the way to mend them."""
    if not viewer_of(request.user).sees_all:
        raise PermissionDenied
    on = timezone.localdate()
    everything, told = request.GET.get("all") == "1", request.GET.get("told") == "1"
    open_ones = Missed.objects.filter(settled_at=None).select_related("sent_by").order_by("-sent_at", "-pk")
    rows = Asked.objects.exclude(text="").order_by("-times", "-last_day", "pk")
    listed: QuerySet[Any] = open_ones if told else rows if everything else rows.filter(hits=0)
    page = Paginator(listed, _PAGE).get_page(request.GET.get("page"))
    spans = AskedDay.objects.filter(day__gt=on - datetime.timedelta(days=_SPAN)).aggregate(times=Sum("times"), missed=Sum("missed"))
    context = {
        "page": page,
        "everything": everything,
        "told": told,
        "tabs": [
            (_("没有结果的"), "?", not everything and not told, rows.filter(hits=0).count()),
            (_("有人反映的"), "?told=1", told, open_ones.count()),
            (_("全部"), "?all=1", everything and not told, rows.count()),
        ],
        "rows": [(row, f"{reverse('search:results')}?{urlencode({'q': row.text})}", _add(row.text)) for row in page],
        "span": _SPAN,
        "times": spans["times"] or 0,
        "missed": spans["missed"] or 0,
        "days": DAYS,
        "kept": KEPT_DAYS,
    }
    return render(request, "search/asked.html", context)


@signed_in
@takes_forms("search:results")
def missed(request: HttpRequest) -> HttpResponse:
    """Tell the office that something is missing, and go back to the question."""
    text = request.POST.get("q", "")[:200]
    try:
        new = tell(text, actor=cast(User, request.user))
    except NothingToTell:
        messages.warning(request, _("没有发送：请写 40 字以内的查找内容；您反映的内容办结之前最多保留 50 条。"))
    else:
        messages.success(request, _("已告诉文件管理员，只附查找内容和您的姓名。") if new else _("这项内容您已经反映过，文件管理员还没有办结。"))
    return redirect(f"{reverse('search:results')}?{urlencode({'q': text})}")


@signed_in
@takes_forms("search:asked")
def settled(request: HttpRequest) -> HttpResponse:
    """Take what was told off the list."""
    row = settle(int(number) if (number := request.POST.get("row", "")).isdecimal() and len(number) < 10 else 0, actor=cast(User, request.user))
    if row is None:
        messages.warning(request, _("这一条已经办结。"))
    else:
        messages.success(request, _("已办结“%s”。") % row.text)
    return redirect(f"{reverse('search:asked')}?told=1")


def _add(text: str) -> str:
    return f"{reverse('wagtailsnippets_search_everydayword:add')}?{urlencode({'word': text[:20]})}"
