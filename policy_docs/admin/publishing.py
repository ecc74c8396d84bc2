"""The page before a text is published: what it is, and what becomes of each duty that it touches."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.admin.views.pages.workflow import WorkflowActionView
from wagtail.models import Page

from policy_docs.duties.bench import Names
from policy_docs.duties.models import Duty, RoleChoices
from policy_docs.duties.plan import Choice, Fate, Touch
from policy_docs.duties.publishing import ChoicesMissing, MannerMissing, PlanChanged, Ready, publish, ready
from policy_docs.opinions.comparison import Piece, marked
from policy_docs.opinions.drafts import newest
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.publication import Manner, Publication
from policy_docs.opinions.releasing import DayImpossible, Unsettled, check_settled
from policy_docs.opinions.setaside import DraftLocked
from policy_docs.opinions.validity import written
from policy_docs.units.aliases import current_vocabulary

FATES = {
    Fate.CHANGED: gettext_lazy("引文有改动"),
    Fate.LOST: gettext_lazy("条款还在，已没有这句话"),
    Fate.GONE: gettext_lazy("条款已删去"),
    Fate.FOLLOWED: gettext_lazy("引文移到了别的条款"),
    Fate.AROUND: gettext_lazy("引文未变，条款其他文字有改动"),
    Fate.MOVED: gettext_lazy("只有位置或者序号变动"),
    Fate.SAME: gettext_lazy("没有变化"),
}
CHOICES = {
    Choice.KEEP: gettext_lazy("仍然有效，引文不变"),
    Choice.FOLLOW: gettext_lazy("仍然有效，随引文移到新条款"),
    Choice.ADOPT: gettext_lazy("仍然有效，改用新引文"),
    Choice.CHECK: gettext_lazy("转为待核对"),
    Choice.END: gettext_lazy("随条款失效"),
}
_BASIS = 80  # signs of a document number


@dataclass(frozen=True, slots=True)
class Row:
    """A duty of the table: unit, role before and after, where it stood and stands, its words with what differs marked, what may be chosen."""

    touch: Touch
    unit: str
    role: str
    new_role: str
    was_place: str
    place: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]
    chosen: str
    choices: tuple[tuple[str, str], ...]
    missing: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The duties of one fate."""

    fate: Fate
    words: str
    rows: list[Row]
    asked: bool
    choices: tuple[tuple[str, str], ...]


@require_http_methods(["GET", "POST"])
def opinion_publish(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show what has to be said before a draft is published, and publish it."""
    get_object_or_404(OpinionPage.objects.defer("body"), pk=page_id)
    user: Any = request.user
    error, field, missing, status = "", "", frozenset[int](), 200
    if request.method == "POST" and request.POST.get("deed") == "publish":
        try:
            said = _said(request)
            waiting = publish(page_id, said, seen=request.POST.get("seen", ""), actor=user)
            return _done(request, page_id, said if waiting else None)
        except ChoicesMissing as refused:
            error, missing, status = str(refused), refused.duties, 422
        except DayImpossible as refused:
            error, field, status = str(refused), refused.field, 422
        except MannerMissing as refused:
            error, field, status = str(refused), "manner", 422
        except PlanChanged as refused:
            error, status = str(refused), 409
        except DraftLocked as refused:
            messages.error(request, str(refused))
            return redirect("opinion_outline", page_id)
    try:
        found = ready(page_id, actor=user)
    except DraftLocked as refused:
        messages.error(request, str(refused))
        return redirect("opinion_outline", page_id)
    if found.standing is not None and not found.page.has_unpublished_changes and not found.in_review:
        messages.info(request, _("没有待发布的修改。"))
        return redirect("opinion_outline", page_id)
    context = _context(request, found, missing) | {"error": error, "field": field}
    return render(request, "policy_docs/admin/publish.html", context, status=status)


def _said(request: HttpRequest) -> Publication:
    manner = request.POST.get("manner", "")
    amends = manner == Manner.AMENDMENT
    return Publication(
        Manner(manner) if manner in (Manner.CORRECTION, Manner.AMENDMENT) else Manner.FIRST,
        _day(request, "starts") if amends else None, _day(request, "until") if amends else None,
        request.POST.get("basis", "").strip()[:_BASIS] if amends else "", _chosen(request.POST),
    )  # fmt: skip


def _day(request: HttpRequest, name: str) -> datetime.date | None:
    words = request.POST.get(name, "").strip()
    try:
        return datetime.date.fromisoformat(words) if words else None
    except ValueError as error:
        raise DayImpossible(name, _("没有发布：日期不对，请从日历中选择。")) from error


def _chosen(data: Mapping[str, Any]) -> dict[int, str]:
    names = ((key.removeprefix("d-"), str(value)) for key, value in data.items() if key.startswith("d-"))
    return {int(name): value for name, value in names if name.isdecimal() and len(name) < 18}


def _done(request: HttpRequest, page_id: int, waits: Publication | None) -> HttpResponse:
    page = OpinionPage.objects.defer("body").get(pk=page_id)
    address = reverse("policy_docs:opinion", args=[page.public_key])
    button = messages.button(address, _("查看文件"))
    if waits is not None and waits.starts is not None:
        day = written(waits.starts)
        messages.success(request, _("已存为待施行的文字，自%s起自动启用；在此之前现行文字和职责不变。") % day, buttons=[button])
    else:
        messages.success(request, _("已发布《%s》。") % page.title, buttons=[button])
    return redirect("opinion_outline", page_id)


def _context(request: HttpRequest, found: Ready, missing: Collection[int]) -> dict[str, Any]:
    chosen = _chosen(request.POST)
    fate, _colon, choice = request.POST.get("deed", "").removeprefix("all:").partition(":")
    names = Names(found.page.jurisdiction_id or "", current_vocabulary())
    groups = []
    for key, words in FATES.items():
        touches = [touch for touch in found.plan.touches if touch.fate is key and touch.held.confirmed]
        if key.value == fate and choice in CHOICES:
            chosen |= {touch.held.duty: choice for touch in touches if choice in touch.choices}
        rows = [_row(touch, found.duties[touch.held.duty], names, chosen, missing) for touch in touches]
        if rows:
            groups.append(Group(key, str(words), rows, touches[0].asked, rows[0].choices))
    kinds = current_vocabulary().kinds_by_key
    fresh = [(kinds[item.kind].name if item.kind in kinds else item.kind, str(RoleChoices(item.role).label), item) for item in found.fresh]
    values = {name: request.POST.get(name, "") for name in ("manner", "starts", "until", "basis")}
    return {
        "page": found.page, "found": found, "groups": groups, "fresh": fresh, "waiting": sum(not touch.held.confirmed for touch in found.plan.touches),
        "asked": sum(group.asked and len(group.rows) for group in groups), "today": timezone.localdate(), "scheduled": _scheduled(found.page), **values,
    }  # fmt: skip


def _scheduled(page: OpinionPage) -> datetime.datetime | None:
    """When Wagtail would publish it, where that was set in the form."""
    at: datetime.datetime | None = page.go_live_at
    return at if at is not None and at > timezone.now() else None


def _row(touch: Touch, duty: Duty, names: Names, chosen: Mapping[int, str], missing: Collection[int]) -> Row:
    old, new = "……".join(proof.quote for proof in touch.held.proofs), "……".join(touch.new_quotes)
    if touch.fate is Fate.AROUND and touch.old and touch.target:
        old, new = touch.old.text, touch.target.text
    elif touch.fate is Fate.LOST and touch.target:
        new = touch.target.text
    same = touch.fate not in (Fate.CHANGED, Fate.AROUND)  # what has nothing in common reads worse with marks
    before, after = ((Piece(old),), (Piece(new),) if new else ()) if same else marked(old, new)
    preset = "" if touch.asked and touch.fate is not Fate.FOLLOWED else touch.choices[0].value
    value = chosen.get(duty.pk, preset)
    return Row(
        touch, names.unit(duty), duty.get_role_display(), str(RoleChoices(touch.role).label) if touch.role else "",
        touch.old.place if touch.old else "", touch.target.place if touch.target else "", before, after,
        value if value in touch.choices else preset, tuple((item.value, str(CHOICES[item])) for item in touch.choices), duty.pk in missing,
    )  # fmt: skip


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
