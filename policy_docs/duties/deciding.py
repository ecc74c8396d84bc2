"""Decisions of the workbench, one clause at a time: what the form asks for, what became of it, and what is to be done next."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from cms.accounts.forms_only import takes_forms
from cms.accounts.models import User
from cms.audit.models import AuditEntry
from policy_docs.opinions.citing import outline_words
from policy_docs.opinions.context import context_of
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.aliases import current_vocabulary

from . import additions, batches, bench, notes, panes
from .actions import ClauseGone, DutyRefused, QuoteLost, stamp_of
from .choices import typed, whole_number
from .models import Duty
from .proofs import standing_texts
from .review import REASONS
from .types import Role
from .workbench import office_only, opinion, shown

_LONGEST_REASON = 200
_KEPT = {
    "verb": 20,
    "reason": 20,
    "reason_more": _LONGEST_REASON,
    "kind": 60,
    "to": 60,
    "to_clause": 20,
    "quote": 2_000,
    "near": 9,
    "sentence": 9,
}  # field → signs


@takes_forms("policy_docs:workbench_clause")
def decide(request: HttpRequest, key: str, clause_key: str) -> HttpResponse:
    """Take the decision that the form asks for; answer with the clause as it then is."""
    office_only(request)
    page = opinion(key)
    verb = request.POST.get("verb", "")
    act = _VERBS.get(verb, _change)
    try:
        at, said = act(request, cast(User, request.user), clause_key)
    except DutyRefused as refusal:
        at, said = _duty(request), {"refused": str(refusal), "keep_form": True}
    return answer(request, page, clause_key, at=at, said=said)


def answer(request: HttpRequest, page: OpinionPage, clause_key: str, *, at: int | None, said: dict[str, Any]) -> HttpResponse:
    """Answer a decision: for htmx with the clause, else by leading back to it."""
    if request.htmx:  # type: ignore[attr-defined]
        return shown(request, page, clause_key, at=at, said=said, form=request.POST if said.get("keep_form") else None)
    if said.get("preview"):  # a preview is an answer and no deed: shown at once, without scripts too
        return shown(request, page, clause_key, at=at, said=said, form=request.POST)
    for words in (said.get("words"), said.get("refused"), said.get("stale_words")):
        if words:
            messages.info(request, words)
    query = request.GET.copy()
    if at is not None:
        query["duty"] = str(at)
    elif said.get("after"):
        query["after"] = str(said["after"])
    return redirect(f"{reverse('policy_docs:workbench_clause', args=[page.public_key, clause_key])}?{query.urlencode()}")


def _duty(request: HttpRequest) -> int | None:
    return whole_number(request.POST.get("duty", "").partition(":")[0], None)


def _seen(request: HttpRequest) -> tuple[int, dict[int, str]]:
    pk, stamp = _duty(request), request.POST.get("duty", "").partition(":")[2].partition(":")[0]
    if pk is None or not stamp:
        raise DutyRefused(_("没有办理：请先选择一条候选职责。"))
    return pk, {pk: stamp}


def _accept(request: HttpRequest, actor: User, clause_key: str) -> tuple[int | None, dict[str, Any]]:
    pk, seen = _seen(request)
    return _done(
        request, pk, clause_key, batches.decide_many(seen, state=Duty.State.CONFIRMED, actor=actor), lambda unit, role: _("已接受：%s，%s") % (unit, role)
    )


def _reject(request: HttpRequest, actor: User, clause_key: str) -> tuple[int | None, dict[str, Any]]:
    pk, seen = _seen(request)
    value = request.POST.get("reason", "")
    reason, more = str(REASONS.get(value, "")), typed(request.POST, "reason_more")[:_LONGEST_REASON]
    if not reason or (value == "other" and not more):
        raise DutyRefused(_("没有驳回：请选择原因；选“其他”的请写明。"))
    if value == "mention":  # what is named is kept: it is a mention and no duty
        batch = batches.change_many(seen, actor=actor, role=Role.MENTION)
        return _done(request, pk, clause_key, batch, lambda unit, _role: _("已标为提及：%s") % unit)
    batch = batches.decide_many(seen, state=Duty.State.REJECTED, actor=actor, reason=f"{reason}：{more}" if more else reason)
    return _done(request, pk, clause_key, batch, lambda unit, _role: _("已驳回：%s") % unit)


def _change(request: HttpRequest, actor: User, clause_key: str) -> tuple[int | None, dict[str, Any]]:
    """A role (``verb`` is one of 1 to 5's values), or another unit or addressee (``verb`` is «change»)."""
    pk, seen = _seen(request)
    verb = request.POST.get("verb", "")
    asked: dict[str, Any] = {}
    if verb in dict(bench.CHOICES):
        if _is_already(pk, verb):
            return _accept(request, actor, clause_key)
        asked = dict(bench.by_choice(verb))
    elif verb == "change":
        vocabulary = current_vocabulary()
        asked = {"kind": panes.kind_of(typed(request.POST, "kind"), vocabulary) or None, "to": bench.to_of(request.POST.get("to", ""), vocabulary)}
    batch = batches.change_many(seen, actor=actor, **asked)
    if batch.refused:
        raise DutyRefused(_("没有修改：本条已有该单位同一承担层级的职责，请直接修改那一条。"))
    return _done(request, pk, clause_key, batch, lambda unit, role: _("已改为：%s，%s") % (unit, role))


def _move(request: HttpRequest, actor: User, clause_key: str) -> tuple[int | None, dict[str, Any]]:
    """A duty whose words are gone goes on by others: of another clause where its own is gone, else of its own."""
    pk, seen = _seen(request)
    page, text = additions.read(request.POST.get("to_clause", ""))
    quote, near = panes.chosen_words(request.POST, text.text)
    batch = batches.rest(seen, text, quote=quote, near=near, context=context_of(page, current_vocabulary()), actor=actor)
    place = outline_words(text.kind, text.path, text.para, text.text) or _("正文")
    if text.clause.public_key == clause_key:
        return _done(request, pk, clause_key, batch, lambda unit, role: _("已重新选定依据句并接受：%s，%s") % (unit, role))
    return _done(request, pk, clause_key, batch, lambda unit, _role: _("已改到%(place)s：%(unit)s") % {"place": place, "unit": unit})


def _end(request: HttpRequest, actor: User, clause_key: str) -> tuple[int | None, dict[str, Any]]:
    """A duty ends with its clause, which is gone."""
    pk, seen = _seen(request)
    return _done(request, pk, clause_key, batches.end_with_clauses(seen, actor=actor), lambda unit, _role: _("已随条款失效：%s") % unit)


def _is_already(pk: int, choice: str) -> bool:
    """What is chosen is what was found: that is accepting it, and no change by hand."""
    duty = Duty.objects.filter(pk=pk).prefetch_related("spans").first()
    return duty is not None and bench.choice_of(duty) == choice


def _undo(request: HttpRequest, actor: User, clause_key: str) -> tuple[int | None, dict[str, Any]]:
    batch = batches.undo(request.POST.get("batch", "")[:40], actor=actor)
    if batch.stale:
        raise DutyRefused(_("没有撤销：这一条在您办理以后又有变化。"))
    return _duty(request), {"words": _("已撤销，恢复为原来的状态。"), "undone": batch.key}


def _take_back(request: HttpRequest, actor: User, clause_key: str) -> tuple[int | None, dict[str, Any]]:
    pk, seen = _seen(request)
    batches.take_back(pk, seen[pk], actor=actor)
    return pk, {"words": _("已撤销，恢复为原来的状态。")}


def _note_add(request: HttpRequest, actor: User, clause_key: str) -> tuple[int | None, dict[str, Any]]:
    """A note on the candidate's unit, or on the whole clause."""
    _page, text = additions.read(clause_key)
    pk = _duty(request) if request.POST.get("about") == "candidate" else None
    duty = Duty.objects.filter(pk=pk or 0, clause=text.clause_id).first()
    notes.write(text.clause, text=request.POST.get("note_text", ""), kind=duty.kind_id if duty else None, actor=actor)
    return _duty(request), {"words": _("已保存批注，同事在核对这一条时会看到。")}


def _note_edit(request: HttpRequest, actor: User, _clause_key: str) -> tuple[int | None, dict[str, Any]]:
    pk, _colon, seen = request.POST.get("note", "").partition(":")
    notes.correct(whole_number(pk), text=request.POST.get("note_text", ""), seen=seen, actor=actor)
    return _duty(request), {"words": _("已保存批注。")}


def _note_withdraw(request: HttpRequest, actor: User, _clause_key: str) -> tuple[int | None, dict[str, Any]]:
    note = notes.withdraw(whole_number(request.POST.get("note", "").partition(":")[0]), actor=actor)
    return _duty(request), {"words": _("已撤回批注。"), "note_back": note.pk, "duty": _duty(request)}


def _note_restore(request: HttpRequest, actor: User, _clause_key: str) -> tuple[int | None, dict[str, Any]]:
    notes.put_back(whole_number(request.POST.get("note", "")), actor=actor)
    return _duty(request), {"words": _("已恢复批注。")}


_VERBS: dict[str, Callable[[HttpRequest, User, str], tuple[int | None, dict[str, Any]]]] = {
    "confirmed": _accept,
    "rejected": _reject,
    "undo": _undo,
    "take_back": _take_back,
    "rest": _move,
    "ended": _end,
    "add": additions.add_duty,
    "preview": additions.preview_name,
    "name": additions.enter_name,
    "ignore": additions.ignore_name,
    "note_add": _note_add,
    "note_edit": _note_edit,
    "note_withdraw": _note_withdraw,
    "note_restore": _note_restore,
}


def _done(request: HttpRequest, pk: int, clause_key: str, batch: batches.Batch, words: Callable[[str, str], str]) -> tuple[int | None, dict[str, Any]]:
    """Say what became of a decision on one duty; ``after``: the next candidate that waits is looked at then."""
    if batch.gone:
        return _read_anew(request, clause_key)
    if batch.stale:
        agreed = _agreed(request, batch.stale[0])
        return (None, {"after": pk, "words": agreed}) if agreed else (pk, _stale(request, batch.stale[0]))
    if batch.unproved:
        raise QuoteLost if standing_texts(batch.unproved) else ClauseGone
    duty = Duty.objects.select_related("kind").prefetch_related("spans").get(pk=pk)
    unit = _unit(duty)
    if not batch.done:
        return None, {"after": pk, "words": _("没有变化：%s 本来就是这样。") % unit}
    return None, {"after": pk, "words": words(unit, str(dict(bench.CHOICES)[bench.choice_of(duty)])), "batch": batch.key, "duty": pk}


def opinion_code(duty: Duty) -> str:
    """Return the code of the place of a duty's document."""
    return OpinionPage.objects.filter(pk=duty.opinion_id).values_list("jurisdiction_id", flat=True).first() or ""


def _read_anew(request: HttpRequest, clause_key: str) -> tuple[int | None, dict[str, Any]]:
    """A reading has replaced the suggestion that was seen: the choice is offered for the same find of the new reading; where there is none, what was
    written is shown."""
    key = request.POST.get("duty", "").split(":", 2)[2:]
    facts = dict(zip(("kind", "reach", "levels", "place"), "".join(key).split("|"), strict=False))
    heir = Duty.objects.filter(clause__public_key=clause_key, **facts).select_related("kind").prefetch_related("spans").first() if "place" in facts else None
    if heir is not None:
        return heir.pk, _stale(request, heir, done=_("原文或单位写法刚有变动，本条已重新识别"))
    written = "，".join(words for name in ("reason_more", "kind", "quote") if (words := _kept(request).get(name)))
    return None, {"refused": _("没有办理：原文或单位写法有变，本条已重新识别。请按新的候选核对。"), "written": written}


def _kept(request: HttpRequest) -> dict[str, str]:
    """What was sent, as far as a choice can be carried through by it."""
    return {name: value for name, signs in _KEPT.items() if (value := request.POST.get(name, "")[:signs])}


def _stale(request: HttpRequest, duty: Duty, *, done: str = "") -> dict[str, Any]:
    """What somebody else has made of the duty meanwhile (``done``: in words, where the trail does not say so), beside what was asked for: both are
    shown, and the choice can still be carried through."""
    kept = _kept(request)
    return {
        "stale": kept,
        "stale_words": done or _done_since(duty),
        "stale_choice": _asked(kept),
        "stale_duty": bench.sent_of(duty, stamp_of(duty)),
        "stale_unit": _unit(duty),
    }


def _unit(duty: Duty) -> str:
    """The unit of a duty by the name that the list shows."""
    return bench.Names(opinion_code(duty), current_vocabulary()).unit(duty)


def _agreed(request: HttpRequest, duty: Duty) -> str:
    """What to say where somebody else has just decided the same; "" where they have not, or where more was asked for than a decision."""
    verb = request.POST.get("verb", "")
    entry = AuditEntry.objects.filter(target=f"{Duty._meta.label_lower}:{duty.pk}").order_by("-pk").first()
    if entry is None:
        return ""
    accepted, rejected = entry.action == "duty.confirmed", duty.state == Duty.State.REJECTED
    if duty.state == Duty.State.CONFIRMED and verb in dict(bench.CHOICES) and bench.choice_of(duty) == verb:
        same = _("已接受") if accepted else _("已改为“%s”") % dict(bench.CHOICES)[verb]
    elif duty.state == Duty.State.CONFIRMED and accepted and verb == Duty.State.CONFIRMED:
        same = _("已接受")
    elif rejected and verb == Duty.State.REJECTED and request.POST.get("reason") != "mention" and not typed(request.POST, "reason_more"):
        same = _("已驳回")
    else:
        return ""
    return _("%(who)s%(ago)s%(same)s，与您的选择相同：%(unit)s") % {"who": entry.actor, "ago": _ago(duty.decided_at), "same": same, "unit": _unit(duty)}


def _done_since(duty: Duty) -> str:
    """Who has done what to a duty last, as the trail tells it."""
    entry = AuditEntry.objects.filter(target=f"{Duty._meta.label_lower}:{duty.pk}").order_by("-pk").first()
    if entry is None or duty.state == Duty.State.TO_CHECK:
        return _("这一条的原文有变，需要重新核对")
    said = {
        "duty.confirmed": _("%(who)s%(ago)s已接受这一条，角色是“%(role)s”"), "duty.rejected": _("%(who)s%(ago)s已驳回这一条"),
        "duty.ended": _("%(who)s%(ago)s已让这一条随条款失效"), "duty.undo": _("%(who)s%(ago)s已撤销对这一条的办理"), "duty.add": _("%(who)s%(ago)s已补入这一条"),
    }  # fmt: skip
    words = said.get(entry.action, _("%(who)s%(ago)s已把这一条改为“%(role)s”"))
    at = entry.at if entry.action == "duty.undo" else duty.decided_at
    return words % {"who": entry.actor, "ago": _ago(at), "role": dict(bench.CHOICES)[bench.choice_of(duty)]}


def _ago(moment: datetime.datetime | None) -> str:
    """How long ago, in words that follow a name."""
    if moment is None:
        return ""
    if timezone.now() - moment < datetime.timedelta(minutes=1):
        return _("刚才")
    return _(" %s前") % timesince(moment, timezone.now(), depth=1).replace("\xa0", " ")


def _asked(kept: Mapping[str, str]) -> str:
    """The choice that was not saved, in words."""
    verb = kept.get("verb", "")
    if verb == Duty.State.CONFIRMED:
        return _("接受")
    if verb == Duty.State.REJECTED:
        return _("驳回")
    if verb == "ended":
        return _("随条款失效")
    if verb in dict(bench.CHOICES):
        return str(dict(bench.CHOICES)[verb])
    return kept.get("kind") or _("修改承担层级")
