"""Pages on rules: how far each may be trusted, and accepting the rest of one at once after it has been listed."""

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.aliases import current_vocabulary

from . import batches, bench, trust
from .actions import DutyRefused
from .choices import typed
from .extract import RULES, STRUCTURAL
from .review import passages, say_left_alone, seen_of, suggested_by_rule, undoable
from .workbench import office_only

_UNDO = "rule_batch"


@dataclass(frozen=True, slots=True)
class Row:
    """A rule of the list: what waits, and what people have decided on it one by one."""

    rule: str
    words: str
    version: int
    waiting: int
    alone: int  # of these, what no other rule has found: its page lists them
    held: trust.Trust


def rules(request: HttpRequest) -> HttpResponse:
    """List the rules with what each has waiting and how far it may be trusted, those with most to do first."""
    office_only(request)
    waiting, alone = suggested_by_rule(), trust.waiting_by_rule()
    held = trust.trust()
    rows = [
        Row(rule.id, rule.pattern, rule.version, waiting.get(rule.id, 0), alone.get(rule.id, 0), held.get(rule.id, trust.Trust()))
        for rule in (*RULES, *STRUCTURAL)
    ]
    kept = sorted((row for row in rows if row.waiting or row.held.singles), key=lambda row: (-row.waiting, row.rule))
    return render(request, "policy_docs/duties/rules.html", {"rows": kept, "needed": trust.NEEDED})


def rule(request: HttpRequest, rule_id: str) -> HttpResponse:
    """List what a rule has waiting, of one document or of all, and accept what is ticked of it at once."""
    office_only(request)
    if rule_id not in bench.PATTERNS:
        raise Http404(_("没有这条识别规则。"))
    document = typed(request.GET, "doc")
    if request.method == "POST":
        _act(request, rule_id)
        return redirect(reverse("policy_docs:review_rule", args=[rule_id]) + (f"?doc={document}" if document else ""))
    page = OpinionPage.objects.filter(public_key=document).defer("body").first() if document else None
    if document and page is None:
        raise Http404(_("没有这份文件。"))
    found = trust.waiting(rule_id, document=document)
    shown = list(found[: batches.AT_ONCE])
    context: dict[str, Any] = {
        "rule": rule_id, "words": bench.PATTERNS[rule_id], "page": page, "held": trust.trust(rule_id)[rule_id], "needed": trust.NEEDED, "total": found.count(),
        "shown": len(shown), "passages": passages(shown, current_vocabulary()), "undo": undoable(request, _UNDO), "at_once": batches.AT_ONCE,
    }  # fmt: skip
    return render(request, "policy_docs/duties/rule.html", context)


def _act(request: HttpRequest, rule_id: str) -> None:
    actor = cast(User, request.user)
    try:
        if request.POST.get("verb") == "undo":
            batch = batches.undo(request.POST.get("batch", "")[:40], actor=actor)
            request.session.pop(_UNDO, None)
            messages.success(request, _("已撤销 %d 条。") % batch.done)
        else:
            batch = trust.accept_shown(seen_of(request), rule=rule_id, actor=actor)
    except DutyRefused as refusal:
        messages.warning(request, str(refusal))
        return
    say_left_alone(request, batch)
    if batch.done and request.POST.get("verb") != "undo":
        words = _("已接受 %d 条职责。") % batch.done
        request.session[_UNDO] = {"batch": batch.key, "words": words, "until": (timezone.now() + batches.UNDO_WITHIN).isoformat()}
