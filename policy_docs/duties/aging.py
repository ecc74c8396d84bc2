"""Documents that nobody has looked at for long, or that end soon: how many, where, whose. The list that mends it is the list of documents.

有效期: documents of this sort (规范性文件) hold five years where they say nothing else, and are gone through (清理) before they end.
"""

from collections import Counter
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.viewer import viewer_of
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.validity import written

from . import housekeeping
from .catalogue import Listed, conditions_of, listed_for, narrowed
from .workbench import office_only

FIRST = 10  # documents shown; the rest are in the list
_BY = ("level", "place", "issuer")


@dataclass(frozen=True, slots=True)
class Age:
    """An age with the number of its documents."""

    key: str
    words: str
    number: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Old:
    """A document of an age, with the day that counts."""

    page: OpinionPage
    said: str
    is_leaving: bool  # somebody has asked to delete it


def aging(request: HttpRequest) -> HttpResponse:
    """Show how many documents have each age, and of one age by place and issuer."""
    office_only(request)
    viewer, today = viewer_of(request.user), timezone.localdate()
    listed = listed_for(viewer, QueryDict("sort=unconfirmed"), today)
    counts = Counter(value for kept in listed.office.values() for value in kept.values["aging"])
    labels = housekeeping.aging_labels()
    of = request.GET.get("of", "")
    of = of if of in labels else next((key for key in labels if counts[key]), next(iter(labels)))
    chosen = narrowed(listed, "aging", of)
    tables = [condition for condition in conditions_of(chosen, viewer) if condition.name in _BY]
    context = {
        "ages": [Age(key, words, counts[key], key == of) for key, words in labels.items()], "of": of, "words": labels[of], "total": len(chosen.keys),
        "tables": [(table, [value for value in (*table.first, *table.more) if value.number]) for table in tables], "first": _first(chosen, of),
        "meaning": _meanings()[of.partition("-")[0]], "query": f"aging={of}&sort=unconfirmed",
    }  # fmt: skip
    return render(request, "policy_docs/duties/aging.html", context)


def _first(listed: Listed, of: str) -> list[Old]:
    keys = listed.keys
    pages = OpinionPage.objects.filter(pk__in=keys).defer("body")
    order = {"confirmed": "validity_confirmed_on", "ending": "effective_until", "issued": "issue_date", "reviewed": "reviewed_at"}[of.partition("-")[0]]
    shown = pages.order_by(order, "issue_date", "pk") if order != "validity_confirmed_on" else pages.filter(pk__in=keys[:FIRST])
    held = sorted(shown, key=lambda page: keys.index(page.pk)) if order == "validity_confirmed_on" else list(shown[:FIRST])
    return [Old(page, _said(page, of), "removal" in listed.office[page.pk].values["state"]) for page in held]


def _said(page: OpinionPage, of: str) -> str:
    if of == "ending" and page.effective_until:
        return _("有效期至%s") % written(page.effective_until)
    if of.startswith("reviewed") and page.reviewed_at:
        return _("职责核对完成于%s") % written(timezone.localtime(page.reviewed_at).date())
    if of.startswith("issued") and page.issue_date:
        return _("成文于%s") % written(page.issue_date)
    return _("上次确认有效：%s") % written(page.validity_confirmed_on) if page.validity_confirmed_on else _("没有确认过有效")


def _meanings() -> dict[str, str]:
    return {
        "confirmed": _("现行有效的文件中，成文、换文或者上次确认有效已满这一年限的。核实后在文件列表中成批确认，或者登记废止、失效。"),
        "ending": _("现行有效的文件中，有效期将在期限内届满的。需要继续执行的，提请制定机关延长有效期或者重新发布；到期不办的，自动失效。"),
        "issued": _("现行有效的文件中，成文已满这一年限的，供清理时参考。"),
        "reviewed": _("现行有效的文件中，职责核对完成后已满这一年限的。机构改革、上级文件变化以后，宜重新核对。"),
    }
