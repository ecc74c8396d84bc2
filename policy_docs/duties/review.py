"""The list in which the coordination office checks duties, many at once. What is shown and why; decisions are taken in ``batches``."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from policy_docs.opinions.citing import outline_words
from policy_docs.opinions.models import ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.naming import name_at, unfamiliar
from policy_docs.units.types import Addressee, Reach
from policy_docs.units.vocabulary import Vocabulary

from . import batches
from .actions import DutyRefused, stamp_of
from .choices import address, typed, whole_number
from .empty import Asked, Empty, empty
from .extract import RULES, STRUCTURAL
from .marks import CLASSES
from .models import Duty, DutySpan, ReachChoices, RoleChoices
from .proofs import standing_texts
from .quotes import numbered
from .tidy import tidy_address
from .types import BY_HAND, Act, Role

PER_PAGE = 50
REASONS = {
    "unit": gettext_lazy("单位认错了"), "mention": gettext_lazy("不是职责，只是提到"), "twice": gettext_lazy("与另一条重复"), "other": gettext_lazy("其他"),
}  # fmt: skip
_PATTERNS = {**{rule.id: rule.pattern for rule in (*RULES, *STRUCTURAL)}, BY_HAND: gettext_lazy("人工添加")}
_REACHES = tuple(choice for choice in ReachChoices.choices if choice[0] != Reach.NAMED)  # a named unit needs its place: not for many at once
_UNDO = "review_batch"
_Duties = QuerySet[Duty]

_NARROW: dict[str, Callable[[_Duties, str], _Duties]] = {
    "doc": lambda found, value: found.filter(clause__opinion__public_key=value),
    "kind": lambda found, value: found.filter(kind=value),
    "state": lambda found, value: found.filter(state=value),
    "rule": lambda found, value: found.filter(pk__in=DutySpan.objects.filter(rule=value).exclude(act=Act.MENTION.value).values("duty")),
    "q": lambda found, value: found.filter(clause__in=ClauseText.objects.filter(text__icontains=value).values("clause")),
}


@dataclass(frozen=True, slots=True)
class Item:
    """A duty of the list: its number in the clause, the unit in words, the rules that found it, what the person sees (``stamp``)."""

    duty: Duty
    number: int
    css: str
    unit: str
    written: str
    rules: str
    stamp: str
    lost: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A clause with the duties of the page that it holds, its quotes numbered like them."""

    opinion: OpinionPage
    key: str
    place: str
    html: SafeString
    items: list[Item]
    is_gone: bool = False  # the text has it no more: these are its last words


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a filter with the number of duties under all other choices."""

    value: str
    words: str
    number: int


@tidy_address("policy_docs:review")
def review(request: HttpRequest) -> HttpResponse:
    """Show duties filtered by document, unit, state, rule and words; confirm, reject or change the chosen ones."""
    if not viewer_of(request.user).sees_all:
        raise PermissionDenied
    if request.method != "POST":
        return _list(request, request.GET)
    stale = _act(request, cast(User, request.user))
    back = QueryDict(request.POST.get("back", "")[:1000])
    if stale:
        return _list(request, back, left=[duty.pk for duty in stale], status=409)
    return redirect(f"{reverse('policy_docs:review')}{f'?{back.urlencode()}' if back else ''}")


def _list(request: HttpRequest, params: QueryDict, *, left: Sequence[int] = (), status: int = 200) -> HttpResponse:
    """Show the duties of an address; or those alone that somebody else had decided on meanwhile (``left``), ticked, with what was chosen for them."""
    chosen = {name: typed(params, name) for name in _NARROW}
    everything = Duty.objects.exclude(role=Role.MENTION.value)
    listed = everything.filter(pk__in=left) if left else _narrowed(everything, chosen)
    pages = Paginator(listed.order_by("-clause__opinion_id", "clause_id", "pk"), len(left) or PER_PAGE).get_page(params.get("page") if not left else 1)
    vocabulary = current_vocabulary()
    choices = _choices(everything, chosen, vocabulary)
    states = {choice.value: choice.number for choice in choices["state"]}
    context = {
        "passages": passages(list(pages), vocabulary), "pages": pages, "chosen": chosen, "choices": choices, "query": address(params),
        "back": params.urlencode(), "said": request.POST if left else {}, "left_alone": len(left), "roles": RoleChoices.choices[:3], "reaches": _REACHES, "reasons": REASONS.items(), "at_once": batches.AT_ONCE,
        "kinds": sorted(((kind.key, kind.name) for kind in vocabulary.kinds), key=lambda pair: pair[1]), "chips": _chips(params, chosen, choices), "empty": None if left or pages.paginator.count else _empty(everything, params, chosen, choices),
        "decided": states.get(Duty.State.CONFIRMED, 0) + states.get(Duty.State.REJECTED, 0), "known": sum(states.values()), "left": states.get(Duty.State.SUGGESTED, 0) + states.get(Duty.State.TO_CHECK, 0),
        "document": chosen["doc"] if any(choice.value == chosen["doc"] for choice in choices["doc"]) else "",
        "all_ticked": bool(left) or "all" in params, "tick_all": address(params) + "&all=1", "undo": undoable(request, _UNDO), "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "policy_docs/duties/review.html", context, status=status)


def count(params: QueryDict) -> int:
    """Return how many duties an address of the list finds. One query."""
    return _narrowed(Duty.objects.exclude(role=Role.MENTION.value), {name: typed(params, name) for name in _NARROW}).count()


def suggested_by_rule() -> dict[str, int]:
    """Return how many suggestions the list has of each rule, others having found them too or not. One query."""
    found = _narrowed(Duty.objects.exclude(role=Role.MENTION.value), {"state": Duty.State.SUGGESTED})
    return _numbers_by_rule(found)


def _numbers_by_rule(found: _Duties) -> dict[str, int]:
    proofs = DutySpan.objects.exclude(act=Act.MENTION.value).filter(duty__in=found.values("pk"))
    return dict(proofs.order_by().values_list("rule").annotate(number=Count("duty", distinct=True)))


def _narrowed(found: _Duties, chosen: Mapping[str, str], *, skip: str = "") -> _Duties:
    for name, value in chosen.items():
        if value and name != skip:
            found = _NARROW[name](found, value)
    return found


def _choices(everything: _Duties, chosen: Mapping[str, str], vocabulary: Vocabulary) -> dict[str, list[Choice]]:
    """Return the values of each filter with their counts. Four queries."""
    by_state, by_kind, by_rule, by_document = (_narrowed(everything, chosen, skip=name).order_by() for name in ("state", "kind", "rule", "doc"))
    states = dict(by_state.values_list("state").annotate(number=Count("pk")))
    kinds = by_kind.values_list("kind_id").annotate(number=Count("pk"))
    rules = _numbers_by_rule(by_rule).items()
    where = "clause__opinion__"
    documents = by_document.values_list(where + "public_key", where + "document_number", where + "title").annotate(number=Count("pk"))
    return {
        "state": [Choice(str(value), str(words), states.get(value, 0)) for value, words in Duty.State.choices],
        "kind": sorted((Choice(key, _kind_name(key, vocabulary), number) for key, number in kinds), key=lambda choice: choice.words),
        "rule": sorted((Choice(rule, str(_PATTERNS.get(rule, rule)), number) for rule, number in rules), key=lambda choice: -choice.number),
        "doc": sorted((Choice(key, f"{number} {title}".strip(), count) for key, number, title, count in documents), key=lambda choice: choice.words),
    }


def _kind_name(key: str, vocabulary: Vocabulary) -> str:
    known = vocabulary.kinds_by_key.get(key)
    return known.name if known else key


def _empty(everything: _Duties, params: QueryDict, chosen: Mapping[str, str], choices: Mapping[str, Sequence[Choice]]) -> Empty:
    """What to say where the conditions leave no duty. One query for each condition, one for all."""
    names = [name for name, value in chosen.items() if value]
    conditions = [
        Asked(words, way, _narrowed(everything, chosen, skip=name).count) for name, (words, way) in zip(names, _chips(params, chosen, choices), strict=True)
    ]
    return empty(conditions, clear=address(params, **dict.fromkeys(_NARROW)), whole=everything.count)


def _chips(params: QueryDict, chosen: Mapping[str, str], choices: Mapping[str, Sequence[Choice]]) -> list[tuple[str, str]]:
    """Return (words, address without it) of what was chosen."""
    words = {name: {choice.value: choice.words for choice in found} for name, found in choices.items()}
    return [
        (f"“{value}”" if name == "q" else words[name].get(value, value), address(params, **{name: None, "all": None}))
        for name, value in chosen.items()
        if value
    ]


def passages(duties: Sequence[Duty], vocabulary: Vocabulary) -> list[Passage]:
    """Return the duties of a page by clause. Five queries."""
    keys = [duty.pk for duty in duties]
    full = {
        duty.pk: duty
        for duty in Duty.objects.filter(pk__in=keys).select_related("kind", "decided_by", "clause__opinion__jurisdiction").defer("clause__opinion__body")
    }
    texts: dict[int, ClauseText] = {
        text.clause_id: text
        for text in ClauseText.objects.filter(clause__in=[duty.clause_id for duty in duties])
        .exclude(version__state="coming")
        .order_by("version__number")  # a draft is 0
    }
    spans: dict[int, list[DutySpan]] = {}
    for span in DutySpan.objects.filter(duty__in=keys).exclude(act=Act.MENTION.value).order_by("start"):
        spans.setdefault(span.duty_id, []).append(span)
    by_clause: dict[int, list[Duty]] = {}
    for key in keys:
        if key in full:
            by_clause.setdefault(full[key].clause_id, []).append(full[key])
    standing = standing_texts(full.values())
    return [_passage(found, texts.get(clause), spans, vocabulary, is_gone=clause not in standing) for clause, found in by_clause.items()]


def _passage(duties: Sequence[Duty], text: ClauseText | None, spans: Mapping[int, Sequence[DutySpan]], vocabulary: Vocabulary, *, is_gone: bool) -> Passage:
    words = text.text if text else ""
    standing_of = {duty.pk: [span for span in spans.get(duty.pk, ()) if words[span.start : span.end] == span.quote] for duty in duties}
    in_order = sorted(duties, key=lambda duty: min((span.start for span in standing_of[duty.pk]), default=len(words)))
    runs = []
    items = []
    for number, duty in enumerate(in_order, 1):
        own, standing = spans.get(duty.pk, ()), standing_of[duty.pk]
        runs += [(span.start, span.end, number) for span in standing]
        items.append(_item(duty, number, own, lost="" if standing or not own else own[0].quote, vocabulary=vocabulary))
    clause = duties[0].clause
    place = outline_words(text.kind, text.path, text.para, text.text) if text else ""
    return Passage(clause.opinion, clause.public_key, place or _("正文"), numbered(words, runs), items, is_gone)


def _item(duty: Duty, number: int, spans: Sequence[DutySpan], *, lost: str, vocabulary: Vocabulary) -> Item:
    at = (duty.place if duty.reach == Reach.NAMED else "") or duty.clause.opinion.jurisdiction_id or ""
    is_one = duty.reach in (Reach.OWN, Reach.NAMED) and at in vocabulary.places_by_code and not duty.kind.is_group and not duty.kind.is_open
    unit = name_at(vocabulary, duty.kind_id, at) if is_one else duty.kind.name
    written = unfamiliar((span.name_written for span in spans), duty.kind.name, duty.kind.short, unit)
    rules = "；".join(
        dict.fromkeys(
            _("“%(pattern)s”，第 %(version)d 版") % {"pattern": _PATTERNS.get(span.rule, span.rule), "version": span.rule_version}
            for span in spans
            if span.rule != BY_HAND
        )
    )
    return Item(duty, number, CLASSES[duty.role], unit, written, rules or _("人工添加"), stamp_of(duty), lost)


def _act(request: HttpRequest, actor: User) -> Sequence[Duty]:
    """Take the decision that the form asks for and say what became of it; return the duties that somebody else had decided on meanwhile."""
    verb = request.POST.get("verb", "")
    try:
        if verb == "undo":
            batch = batches.undo(request.POST.get("batch", "")[:40], actor=actor)
            request.session.pop(_UNDO, None)
            messages.success(request, _("已撤销 %d 条。") % batch.done)
        else:
            batch = _decide(request, verb, actor)
    except DutyRefused as refusal:
        messages.warning(request, str(refusal))
        return ()
    say_left_alone(request, batch)
    if batch.refused:
        messages.warning(request, _("%d 条没有修改：同一条款已有该单位的职责，请直接修改那一条。") % len(batch.refused))
    return batch.stale if verb != "undo" else ()


def say_left_alone(request: HttpRequest, batch: batches.Batch) -> None:
    """Say which duties of a batch were left alone, and why."""
    if batch.stale:
        messages.warning(
            request, _("%(number)d 条没有办理：您打开列表以后已被改过。%(what)s") % {"number": len(batch.stale), "what": what_changed(batch.stale)}
        )
    if batch.unproved:
        messages.warning(
            request,
            _("%d 条没有接受：条款在现行文本中已删去，或者原文修改后依据句已找不到。请点“逐条核对”，改到别的条款、重新选定依据句，或者选“随条款失效”。")
            % len(batch.unproved),
        )
    if batch.gone:
        messages.warning(request, _("%d 条没有办理：原文已重新识别，请刷新后再核对。") % batch.gone)


def seen_of(request: HttpRequest) -> dict[int, str]:
    """Return the ticked duties of a form: id → stamp of what the person saw.

    Raises:
        DutyRefused: none is ticked.
    """
    ticked = (value.partition(":") for value in request.POST.getlist("duty"))
    seen = {pk: stamp for words, _colon, stamp in ticked if stamp and (pk := whole_number(words, None)) is not None}
    if not seen:
        raise DutyRefused(_("没有办理：请先勾选职责。"))
    return seen


def _decide(request: HttpRequest, verb: str, actor: User) -> batches.Batch:
    seen = seen_of(request)
    if verb in (Duty.State.CONFIRMED, Duty.State.REJECTED):
        reason = str(REASONS.get(request.POST.get("reason", ""), "")) if verb == Duty.State.REJECTED else ""
        batch = batches.decide_many(seen, state=Duty.State(verb), actor=actor, reason=reason)
        words = (_("已接受 %d 条职责。") if verb == Duty.State.CONFIRMED else _("已驳回 %d 条职责。")) % batch.done
    else:
        role, kind, reach = (request.POST.get(name, "") for name in ("role", "kind", "reach"))
        batch = batches.change_many(
            seen,
            actor=actor,
            role=Role(role) if role in RoleChoices.values else None,
            kind=kind if kind in current_vocabulary().kinds_by_key else None,
            to=Addressee(Reach(reach)) if reach in dict(_REACHES) else None,
        )
        words = _("已修改 %d 条职责。") % batch.done
    if batch.done:
        request.session[_UNDO] = {"batch": batch.key, "words": words, "until": (timezone.now() + batches.UNDO_WITHIN).isoformat()}
    elif batch.again:
        messages.info(request, _("所选的 %d 条您刚才已经办理，没有重复办理。") % batch.again)
    elif not (batch.stale or batch.refused or batch.gone or batch.unproved):
        messages.info(request, _("没有变化：所选职责本来就是这样。"))
    return batch


def what_changed(duties: Sequence[Duty]) -> str:
    """Say of the first few duties that have changed who changed them and to what."""
    said = []
    for duty in duties[:3]:
        who, when = str(duty.decided_by or _("系统")), _when(duty.decided_at) if duty.decided_at else ""
        said.append(
            _("%(unit)s：%(who)s %(when)s 已改为“%(role)s，%(state)s”")
            % {"unit": duty.kind.name, "who": who, "when": when, "role": duty.get_role_display(), "state": duty.get_state_display()}
        )
    return "；".join(said) + "。"


def _when(moment: datetime.datetime) -> str:
    local = timezone.localtime(moment)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def undoable(request: HttpRequest, name: str) -> dict[str, str] | None:
    """Return the last decision of this person, kept in the session under ``name``, while it may be taken back."""
    held = request.session.get(name)
    if held and held["until"] > timezone.now().isoformat():
        return cast(dict[str, str], held)
    return None
