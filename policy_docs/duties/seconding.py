"""The page on which a finished document is handed to a second person, who looks through every decision and accepts them or sends them back."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.accounts.handed_back import hand_back
from cms.accounts.models import User
from policy_docs.opinions.citing import outline_words
from policy_docs.opinions.models import ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.aliases import current_vocabulary

from . import agenda, second
from .bench import CHOICES, Names, choice_of
from .choices import address
from .marks import CLASSES
from .models import ClauseNote, Duty, SecondReview
from .notes import standing
from .types import Role
from .workbench import office_only, opinion

PER_PAGE = 40  # clauses
_WHOLE = 0.8  # of a clause
_COUNTED = ~Q(role=Role.MENTION.value)
_PARTS = {"": _COUNTED, "by_hand": _COUNTED & Q(by_hand=True), "rejected": _COUNTED & Q(state=Duty.State.REJECTED)}


@dataclass(frozen=True, slots=True)
class Decided:
    """A duty as the second person reads it."""

    duty: Duty
    unit: str
    to: str
    words: str
    css: str
    quote: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause with what was decided in it and what colleagues have noted."""

    text: ClauseText
    place: str
    duties: tuple[Decided, ...]
    notes: tuple[ClauseNote, ...]


@require_http_methods(["GET", "POST"])
def second_review(request: HttpRequest, key: str) -> HttpResponse:
    """Show how far the second review of a document is; hand it over, answer it, or take it back."""
    actor, page = office_only(request), opinion(key)
    refused = None
    if request.method == "POST":
        try:
            messages.success(request, _carried_out(request, page, actor))
            return redirect("policy_docs:second_review", page.public_key)
        except second.SecondRefused as refusal:
            refused = str(refusal)
    return render(request, "policy_docs/duties/second.html", _shown(request, page, actor, refused), status=409 if refused else 200)


def _carried_out(request: HttpRequest, page: OpinionPage, actor: User) -> str:
    verb, words = request.POST.get("verb", ""), request.POST.get("words", "")
    if verb == "submit":
        asked = next((user for user in second.colleagues(actor) if str(user.pk) == request.POST.get("asked_of")), None)
        if request.POST.get("asked_of") and asked is None:
            raise second.SecondRefused(_("没有提交：复核人应是协调机构的另一人。"))
        second.submit(page, actor=actor, asked_of=asked, words=words)
        return _("已提交复核。复核人会在工作台看到。")
    row = SecondReview.objects.filter(opinion=page, state=SecondReview.State.OPEN).first()
    if row is None:
        raise second.SecondRefused(_("没有办理：这次复核已经办理或者撤回。"))
    if verb == "accept":
        second.accept(row.pk, seen=request.POST.get("seen", ""), actor=actor, words=words)
        return _("已复核通过。")
    if verb == "return":
        second.send_back(row.pk, actor=actor, reason=words)
        return _("已退回，提交人会在工作台看到您的意见。")
    second.take_back(row.pk, actor=actor)
    return _("已撤回提交。")


def _shown(request: HttpRequest, page: OpinionPage, actor: User, refused: str | None) -> dict[str, Any]:
    history = list(SecondReview.objects.filter(opinion=page).select_related("submitted_by", "asked_of", "answered_by")[:20])
    current = next((row for row in history if row.state != SecondReview.State.TAKEN_BACK), None)
    is_open = current is not None and current.state == SecondReview.State.OPEN
    facts, now = second.facts(page.pk), second.mark(page.pk)
    late = _COUNTED & Q(decided_at__gt=current.submitted_at) if current is not None and is_open else None
    facts["late"] = Duty.objects.filter(late, opinion=page).count() if late else 0
    ways = _ways(request, facts)
    part = next((name for name, _words, _way, _number, here in ways if here), "")
    texts = _texts(page, part, late)
    pages = Paginator(texts, PER_PAGE).get_page(request.GET.get("page"))
    is_own = current is not None and current.submitted_by_id == actor.pk
    can_submit = not is_open and not facts["waiting"] and page.reviewed_at is not None and not (current and current.mark == now and current.mark)
    words, sent = request.POST.get("words", ""), request.POST.get("verb", "")
    if refused and not (can_submit if sent == "submit" else is_open and not is_own):  # a colleague was quicker: the form that was sent is gone
        hand_back(request, {_("意见"): words})
        words = ""
    return {
        "page": page, "current": current, "is_open": is_open, "is_own": is_own, "facts": facts, "mark": now, "refused": refused, "words": words,
        "can_submit": can_submit, "is_stale": bool(current and current.mark and current.mark != now), "earlier": [row for row in history if row is not current],
        "colleagues": second.colleagues(actor) if can_submit else [], "asked_of": request.POST.get("asked_of", ""), "limit": second.LONGEST,
        "clauses": _clauses(page, list(pages)), "pages": pages, "query": address(request.GET), "ways": ways, "part": part,
    }  # fmt: skip


def _ways(request: HttpRequest, facts: dict[str, int]) -> list[tuple[str, str, str, int, bool]]:
    """The parts of the list: name, words, address, number, whether it is the one shown; those with nothing in them are left out."""
    named = {"": _("全部职责"), "by_hand": _("人工改过"), "rejected": _("已驳回"), "notes": _("有批注"), "late": _("提交后办理")}
    numbers = {**facts, "": facts["duties"]}
    asked = part if (part := request.GET.get("part", "")) in named and numbers[part] else ""
    return [(name, words, address(request.GET, part=name or None), numbers[name], name == asked) for name, words in named.items() if numbers[name] or not name]


def _texts(page: OpinionPage, part: str, late: Q | None) -> QuerySet[ClauseText]:
    noted = standing().filter(opinion=page).values("at")
    decided = Duty.objects.filter(late if part == "late" and late is not None else _PARTS.get(part, _COUNTED), opinion=page).values("clause_id")
    held = {"notes": Q(clause__in=noted), "": Q(clause__in=noted) | Q(clause__in=decided)}.get(part, Q(clause__in=decided))
    return ClauseText.objects.filter(held, version=agenda.version_of(page)).select_related("clause").order_by("order")


def _clauses(page: OpinionPage, rows: Sequence[ClauseText]) -> list[Clause]:
    """What is shown of the clauses of a page of the list. Three queries."""
    keys = [row.clause_id for row in rows]
    duties: dict[int, list[Duty]] = defaultdict(list)
    for duty in Duty.objects.filter(_COUNTED, clause__in=keys).select_related("kind", "decided_by").prefetch_related("spans").order_by("pk"):
        duties[duty.clause_id].append(duty)
    notes: dict[int, list[ClauseNote]] = defaultdict(list)
    for note in standing().filter(at__in=keys).select_related("kind"):
        notes[note.at].append(note)
    names = Names(page.jurisdiction_id or "", current_vocabulary())
    return [Clause(row, _place(row), _decided(duties[row.clause_id], row.text, names), tuple(notes[row.clause_id])) for row in rows]


def _place(row: ClauseText) -> str:
    return outline_words(row.kind, row.path, row.para, row.text) or str(_("正文"))


def _decided(duties: Sequence[Duty], text: str, names: Names) -> tuple[Decided, ...]:
    words = dict(CHOICES)
    found = [Decided(duty, names.unit(duty), names.addressee(duty), str(words[choice_of(duty)]), CLASSES[duty.role], _quote(duty, text)) for duty in duties]
    return tuple(sorted(found, key=lambda item: Role(item.duty.role).rank))


def _quote(duty: Duty, text: str) -> str:
    """The words that prove a duty; none where they are nearly the whole clause, which stands above."""
    quote = next((span.quote for span in duty.spans.all() if span.quote), "")
    return quote if len(quote) < _WHOLE * len(text) else ""
