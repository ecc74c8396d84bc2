"""What people asked and did not find, for the coordination office."""

import datetime
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.accounts.viewer import viewer_of
from search.asked.models import Asked, AskedDay
from search.asked.noting import DAYS, KEPT_DAYS

_PAGE = 50
_SPAN = 30  # days of the figures at the head


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """List the questions without hits, or the most frequent ones, with the way to mend them."""
    if not viewer_of(request.user).sees_all:
        raise PermissionDenied
    on = timezone.localdate()
    everything = request.GET.get("all") == "1"
    rows = Asked.objects.exclude(text="").order_by("-times", "-last_day", "pk")
    page = Paginator(rows if everything else rows.filter(hits=0), _PAGE).get_page(request.GET.get("page"))
    spans = AskedDay.objects.filter(day__gt=on - datetime.timedelta(days=_SPAN)).aggregate(times=Sum("times"), missed=Sum("missed"))
    context = {
        "page": page,
        "everything": everything,
        "tabs": [(_("没有结果的"), "?", not everything, rows.filter(hits=0).count()), (_("全部"), "?all=1", everything, rows.count())],
        "rows": [(row, f"{reverse('search:results')}?{urlencode({'q': row.text})}", _add(row)) for row in page],
        "span": _SPAN,
        "times": spans["times"] or 0,
        "missed": spans["missed"] or 0,
        "days": DAYS,
        "kept": KEPT_DAYS,
    }
    return render(request, "search/asked.html", context)


def _add(row: Asked) -> str:
    return f"{reverse('wagtailsnippets_search_everydayword:add')}?{urlencode({'word': row.text[:20]})}"
