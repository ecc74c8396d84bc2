"""The page before a text is published: what it is, and what becomes of each duty that it touches."""

import datetime
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.admin.views.pages.workflow import WorkflowActionView
from wagtail.models import Page, PageLogEntry

from cms.accounts.forms_only import takes_forms
from cms.accounts.handed_back import hand_back
from policy_docs.duties.choices import whole_number
from policy_docs.duties.publishing import ChoicesMissing, FactsMissing, MannerMissing, PlanChanged, Ready, publish, ready
from policy_docs.duties.touched import chosen_in, fresh_words, grouped
from policy_docs.opinions.carrying import Carry
from policy_docs.opinions.citation_rows import repealing
from policy_docs.opinions.counting import odd_numbers
from policy_docs.opinions.drafts import newest
from policy_docs.opinions.merging import Raw
from policy_docs.opinions.models import OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.publication import Manner, Publication, recall
from policy_docs.opinions.releasing import DayImpossible, NotCalledBack, Unsettled, brings_nothing, call_back, check_settled
from policy_docs.opinions.setaside import DraftLocked
from policy_docs.opinions.shaping import words
from policy_docs.opinions.validity import written

_BASIS = 80  # signs of a document number


@require_http_methods(["GET", "POST"])
def opinion_publish(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show what has to be said before a draft is published, and publish it."""
    get_object_or_404(OpinionPage.objects.defer("body"), pk=page_id)
    user: Any = request.user
    error, field, missing, status = "", "", frozenset[int](), 200
    if request.method == "POST" and request.POST.get("deed") == "publish":
        try:
            said = _said(request)
            waiting = publish(page_id, said, seen=request.POST.get("seen", ""), actor=user, carry=bool(request.POST.get("carry")))
            return _done(request, page_id, said if waiting else None)
        except ChoicesMissing as refused:
            error, missing, status = str(refused), refused.duties, 422
        except DayImpossible as refused:
            error, field, status = str(refused), refused.field, 422
        except FactsMissing as refused:
            error, field, status = str(refused), "facts", 422
        except MannerMissing as refused:
            error, field, status = str(refused), "manner", 422
        except PlanChanged as refused:
            error, status = str(refused), 409
        except DraftLocked as refused:
            return _nothing_to_ask(request, page_id, str(refused))
    try:
        found = ready(page_id, actor=user)
    except DraftLocked as refused:
        return _nothing_to_ask(request, page_id, str(refused))
    if found.standing is not None and not found.in_review and brings_nothing(found.page):
        return _nothing_to_ask(request, page_id, published=found.page)
    context = _context(request, found, missing) | {"error": error, "field": field}
    return render(request, "policy_docs/admin/publish.html", context, status=status)


def _nothing_to_ask(request: HttpRequest, page_id: int, refused: str = "", *, published: OpinionPage | None = None) -> HttpResponse:
    """Lead to the outline where there is nothing to be published, or nobody may now: a colleague has published it meanwhile, or handed it to a review.
    What was written beside the choices is handed back."""
    if published is None:
        messages.error(request, refused)
    elif request.method == "POST":
        messages.warning(request, _("没有再发布：%s刚才已经发布了这份草稿。下面是已发布的文字。") % _publisher(published))
    else:
        messages.info(request, _("没有未发布的修改：草稿和已发布的文字、文件信息相同。"))
    if request.method == "POST":
        labels = {"starts": _("施行日期"), "until": _("原文字有效的最后一天"), "basis": _("修订依据的发文字号")}
        hand_back(request, {label: request.POST.get(name, "") for name, label in labels.items()})
    return redirect("opinion_outline", page_id)


def _publisher(page: OpinionPage) -> str:
    last = PageLogEntry.objects.filter(page=page.pk, action="wagtail.publish").select_related("user").order_by("-pk").first()
    return str(last.user) if last is not None and last.user is not None else _("他人")


def _said(request: HttpRequest) -> Publication:
    manner = request.POST.get("manner", "")
    amends = manner == Manner.AMENDMENT
    return Publication(
        Manner(manner) if manner in (Manner.CORRECTION, Manner.AMENDMENT) else Manner.FIRST,
        _day(request, "starts") if amends else None, _day(request, "until") if amends else None,
        request.POST.get("basis", "").strip()[:_BASIS] if amends else "", chosen_in(request.POST),
    )  # fmt: skip


def _day(request: HttpRequest, name: str) -> datetime.date | None:
    words = request.POST.get(name, "").strip()
    try:
        return datetime.date.fromisoformat(words) if words else None
    except ValueError as error:
        raise DayImpossible(name, _("没有发布：日期不对，请从日历中选择。")) from error


def _done(request: HttpRequest, page_id: int, waits: Publication | None) -> HttpResponse:
    page = OpinionPage.objects.defer("body").get(pk=page_id)
    address = reverse("policy_docs:opinion", args=[page.public_key])
    button = messages.button(address, _("查看文件"))
    if page.current_workflow_task is not None:
        messages.success(request, _("已通过这一步审核，转入下一步；您的选择会保留给下一位审核人。"))
    elif waits is not None and waits.starts is not None:
        day = written(waits.starts)
        messages.success(request, _("已存为待施行的文字，自%s起自动启用；在此之前现行文字和职责不变。") % day, buttons=[button])
    else:
        messages.success(request, _("已发布《%s》。") % page.title, buttons=[button])
    return redirect("opinion_outline", page_id)


def _context(request: HttpRequest, found: Ready, missing: Collection[int]) -> dict[str, Any]:
    said = recall(found.page) if request.method != "POST" else None  # by who approved before, or set a day for it
    chosen = said.choices if said else chosen_in(request.POST)
    groups = grouped(found.plan, found.duties, code=found.page.jurisdiction_id or "", chosen=chosen, all_of=request.POST.get("deed", ""), missing=missing)
    fresh = fresh_words(found.fresh)
    kept = said.dump() if said else request.POST
    values = {name: kept.get(name, "") for name in ("manner", "starts", "until", "basis")}
    return {
        "page": found.page, "odd": odd_numbers(found.page.body.raw_data), "found": found, "groups": groups, "fresh": fresh, "waiting": sum(not touch.held.confirmed for touch in found.plan.touches),
        "asked": sum(group.asked and len(group.rows) for group in groups), "today": timezone.localdate(), "scheduled": _scheduled(found.page),
        "carries": [_carry(item) for item in found.carries], "carry": request.method != "POST" or bool(request.POST.get("carry")), "repealing": repealing(found.page), **values,
    }  # fmt: skip


class Waiting(NamedTuple):
    """A text to come with what a correction would change in it, and what stays as it says: (words there, words of the correction)."""

    version: OpinionVersion
    changes: list[tuple[str, str]]
    conflicts: list[tuple[str, str]]


def _carry(item: Carry) -> Waiting:
    changes, conflicts = ([(_text(found.theirs), _text(found.mine)) for found in group] for group in (item.changes, item.conflicts))
    return Waiting(item.version, changes, conflicts)


def _text(block: Raw | None) -> str:
    return words(block) if block else ""


def _scheduled(page: OpinionPage) -> datetime.datetime | None:
    """When Wagtail would publish it, where that was set in the form."""
    at: datetime.datetime | None = page.go_live_at
    return at if at is not None and at > timezone.now() else None


@takes_forms("opinion_outline")
def opinion_call_back(request: HttpRequest, page_id: int) -> HttpResponse:
    """Make a text that waits for its day the draft again."""
    get_object_or_404(OpinionPage.objects.defer("body"), pk=page_id)
    user: Any = request.user
    number = whole_number(request.POST.get("number"))
    try:
        call_back(page_id, number, actor=user)
    except (NotCalledBack, DraftLocked) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("已撤回到草稿，不再自动施行。改好后请重新发布。"))
    return redirect("opinion_outline", page_id)


def before_publish(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Lead from Wagtail's «publish», which has saved the draft by now, to the page that asks; only where there is something to ask."""
    if not isinstance(page, OpinionPage):
        return None
    try:
        check_settled(newest(page.pk))
    except Unsettled:
        messages.info(request, _("草稿已保存。发布以前，请核对下面各项。"))
        return redirect("opinion_publish", page.pk)
    return None


def refuse_bulk(pages: Iterable[Page]) -> None:
    """Raise ``Unsettled`` where one of the pages has to be published by itself."""
    for page in pages:
        if isinstance(page, OpinionPage):
            check_settled(newest(page.pk))


class OpinionWorkflowActionView(WorkflowActionView):
    """Wagtail's approving and sending back, from any of its lists; what has to be asked before approval is asked on the page for it."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Approve or send back."""
        try:
            answer: HttpResponse = super().post(request, *args, **kwargs)
        except Unsettled as refused:
            messages.warning(request, str(refused))
            self.redirect_url = reverse("opinion_publish", args=[refused.page.pk])
            if request.headers.get("x-requested-with") == "XMLHttpRequest":
                return self.render_modal_json(request, {"step": "success", "redirect": self.redirect_url})
            return redirect(self.redirect_url)
        return answer
