"""The list in which the coordination office checks duties, many at once."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from policy_docs.opinions.citing import path_words
from policy_docs.opinions.models import ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.models import UnitKind

from . import actions
from .extract import RULES, STRUCTURAL
from .models import Duty, DutySpan, RoleChoices
from .quotes import highlighted
from .types import Role

PER_PAGE = 50
_PATTERNS = {rule.id: rule.pattern for rule in (*RULES, *STRUCTURAL)}
AT_ONCE = 200


def review(request: HttpRequest) -> HttpResponse:
    """Show duties filtered by document, unit, state and rule; confirm, reject or change the chosen ones."""
    if not viewer_of(request.user).sees_all:
        raise PermissionDenied
    if request.method == "POST":
        _decide(request, cast(User, request.user))
        return redirect(f"{reverse('policy_docs:review')}?{request.POST.get('back', '')[:500]}")
    chosen = {key: request.GET.get(key, "").replace("\x00", "")[:80] for key in ("doc", "kind", "state", "rule")}
    found = Duty.objects.exclude(role=Role.MENTION.value).select_related("kind", "clause__opinion").order_by("clause__opinion_id", "clause_id", "pk")
    if chosen["doc"]:
        found = found.filter(clause__opinion__public_key=chosen["doc"])
    if chosen["kind"]:
        found = found.filter(kind=chosen["kind"])
    if chosen["state"]:
        found = found.filter(state=chosen["state"])
    if chosen["rule"]:
        found = found.filter(spans__rule=chosen["rule"]).distinct()
    pages = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "rows": _rows(list(pages)), "pages": pages, "chosen": chosen, "query": query.urlencode(), "back": request.GET.urlencode(), "states": Duty.State.choices,
        "roles": RoleChoices.choices[:3], "kinds": UnitKind.objects.order_by("name"), "documents": OpinionPage.objects.order_by("-pk")[:300],
        "rules": [(rule, _PATTERNS.get(rule, rule)) for rule in sorted(set(DutySpan.objects.order_by().values_list("rule", flat=True).distinct()))],
    }  # fmt: skip
    return render(request, "policy_docs/duties/review.html", context)


def _rows(duties: list[Duty]) -> list[tuple[Duty, str, SafeString, str]]:
    texts = {
        text.clause_id: text
        for text in ClauseText.objects.filter(clause__in=[duty.clause_id for duty in duties], version__state="published").order_by("version__number")
    }
    spans: dict[int, list[DutySpan]] = {}
    for span in DutySpan.objects.filter(duty__in=duties):
        spans.setdefault(span.duty_id, []).append(span)
    rows = []
    for duty in duties:
        text, own = texts.get(duty.clause_id), spans.get(duty.pk, [])
        words = text.text if text else ""
        marked = highlighted(words, [(span.start, span.end, span.name_start, span.name_end) for span in own])
        rules = "；".join(_PATTERNS.get(rule, rule) for rule in sorted({span.rule for span in own}))
        rows.append((duty, path_words(text.path, text.para) if text else "", marked, rules))
    return rows


def _decide(request: HttpRequest, actor: User) -> None:
    ids = [int(value) for value in request.POST.getlist("duty") if value.isdecimal()][: AT_ONCE + 1]
    if not ids:
        messages.warning(request, _("没有办理：请先勾选职责。"))
        return
    if len(ids) > AT_ONCE:
        messages.warning(request, _("没有办理：一次最多处理 %d 条。") % AT_ONCE)
        return
    duties = list(Duty.objects.filter(pk__in=ids))
    verb = request.POST.get("verb", "")
    if verb in ("confirmed", "rejected"):
        number = actions.decide(duties, state=Duty.State(verb), actor=actor)
        messages.success(request, (_("已接受 %d 条职责。") if verb == "confirmed" else _("已驳回 %d 条职责。")) % number)
        return
    role, kind = request.POST.get("role", ""), request.POST.get("kind", "")
    done, refused = 0, 0
    for duty in duties:
        try:
            actions.change(
                duty, actor=actor, role=Role(role) if role in RoleChoices.values else None, kind=kind if UnitKind.objects.filter(pk=kind).exists() else None
            )
            done += 1
        except actions.DutyRefused:
            refused += 1
    messages.success(request, _("已修改 %(done)d 条职责。") % {"done": done})
    if refused:
        messages.warning(request, _("%d 条没有修改：同一条款已有该单位的职责，请直接修改那一条。") % refused)
