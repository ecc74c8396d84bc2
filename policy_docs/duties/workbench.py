"""The workbench: one document, clause by clause, its suggestions decided on one by one. What is shown; ``deciding`` takes the decisions."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from policy_docs.opinions.models import OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.querysets import about_q
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.models import UnitAlias
from policy_docs.units.vocabulary import Vocabulary

from . import agenda, bench, notes, panes, second, trust
from .choices import address, typed, whole_number
from .empty import Asked, Empty, empty
from .journal import journal, with_notes
from .models import Duty
from .review import REASONS
from .tidy import tidy_address
from .types import Role

PER_PAGE = 30
STAGES = {
    "": gettext_lazy("全部"),
    "mine": gettext_lazy("待我办理"),
    "open": gettext_lazy("待复核"),
    "returned": gettext_lazy("已退回"),
    "accepted": gettext_lazy("复核通过"),
}


@tidy_address("policy_docs:review_documents")
def documents(request: HttpRequest) -> HttpResponse:
    """List documents with how far each is checked, those with most to do first."""
    office_only(request)
    user_id = viewer_of(request.user).user_id
    words, stage = typed(request.GET, "q"), asked if (asked := request.GET.get("second", "")) in STAGES else ""
    found = agenda.in_order_of_work()
    if words:
        found = found.filter(about_q(words))
    if stage:
        found = found.filter(pk__in=second.at_stage(stage, user_id).values("opinion_id"))
    pages, numbers = Paginator(found, PER_PAGE).get_page(request.GET.get("page")), second.numbers(user_id)
    ways = [(said, address(request.GET, second=name or None), name == stage, numbers.get(name, 0)) for name, said in STAGES.items()]
    context = {
        "documents": agenda.documents(list(pages)), "pages": pages, "q": words, "stage": stage, "query": address(request.GET), "ways": ways,
        "empty": None if pages.paginator.count else _empty(request, words, stage, numbers),
    }  # fmt: skip
    return render(request, "policy_docs/duties/documents.html", context)


def _empty(request: HttpRequest, words: str, stage: str, numbers: Mapping[str, int]) -> Empty:
    """What to say where the conditions leave no document. Two queries at most."""
    every, conditions = agenda.in_order_of_work(), []
    if words:
        conditions.append(Asked(words, address(request.GET, q=None), lambda: numbers.get(stage, 0) if stage else every.count()))
    if stage:
        found = every.filter(about_q(words)) if words else every
        conditions.append(Asked(str(STAGES[stage]), address(request.GET, second=None), found.count))
    return empty(conditions, clear=address(request.GET, q=None, second=None), whole=every.count, measure=_("份"))


def document(request: HttpRequest, key: str, clause_key: str = "") -> HttpResponse:
    """Show the workbench of a document at a clause; without one where work begins. For htmx the clause alone."""
    office_only(request)
    page = opinion(key)
    after = whole_number(request.GET.get("after"), None)
    return shown(request, page, clause_key, at=whole_number(request.GET.get("duty"), None), said={"after": after} if after else None)


def office_only(request: HttpRequest) -> User:
    """Return the account of the coordination office that asks; raise ``PermissionDenied`` for everybody else."""
    if not viewer_of(request.user).sees_all:
        raise PermissionDenied
    return cast(User, request.user)


def opinion(key: str) -> OpinionPage:
    """Return a document of the workbench; aliases are read where their original is."""
    found: OpinionPage = get_object_or_404(OpinionPage.objects.filter(alias_of__isnull=True).select_related("jurisdiction").defer("body"), public_key=key)
    return found


def shown(
    request: HttpRequest, page: OpinionPage, clause_key: str, *, at: int | None = None, said: dict[str, Any] | None = None, form: QueryDict | None = None
) -> HttpResponse:
    """Answer with the workbench at a clause: the whole page, or for htmx the clause with what it changes beside it. ``said``: what has just
    been done, or why it was not. ``form``: what was sent, where the pane is to keep it."""
    vocabulary = current_vocabulary()
    version = agenda.version_of(page)
    params = request.GET
    chosen = agenda.chosen_of(params)
    listed = agenda.agenda(page, version, chosen)
    line = _line(listed, clause_key)
    context = {
        "page": page, "agenda": listed, "chosen": chosen, "is_filtered": any(chosen.values()), "said": said or {}, "sent": form or {}, "reasons": REASONS.items(), "choices": bench.CHOICES,
        "query": "&".join(part for part in _without(params, "duty", "after", "why", *panes.PARAMS).split("&") if part), "why": "why" in params, "line": line, "handed": second.last_of(page.pk),
        **(_clause(page, version, line.key if line else clause_key, vocabulary, listed, at, (said or {}).get("after"), form or params, viewer_of(request.user).user_id) if line or clause_key else {}),
    }  # fmt: skip
    if request.htmx and not request.htmx.history_restore_request:  # type: ignore[attr-defined]
        return render(request, "policy_docs/duties/bench.html", context)
    context |= {"kinds": sorted({kind.name for kind in vocabulary.kinds}), "filters": _filters(page, vocabulary)}
    return render(request, "policy_docs/duties/workbench.html", context)


def _without(params: QueryDict, *names: str) -> str:
    left = params.copy()
    for name in [name for name in left if name in names or not any(left.getlist(name))]:
        left.pop(name)
    return left.urlencode()


def _line(listed: agenda.Agenda, clause_key: str) -> agenda.Line | None:
    if not clause_key:
        return listed.first()
    at = listed.at(clause_key)
    return listed.clauses[at] if at is not None else None


def _clause(
    page: OpinionPage,
    version: OpinionVersion | None,
    key: str,
    vocabulary: Vocabulary,
    listed: agenda.Agenda,
    at: int | None,
    after: int | None,
    form: QueryDict,
    user_id: int | None,
) -> dict[str, Any]:
    text, is_gone = agenda.text_of(page, version, key)
    if text is None:
        raise Http404(_("本文件现行文本中没有这一条款。请从条款列表重新选择。"))
    found = bench.bench(page, text, vocabulary, at=at, after=after)
    if is_gone:  # nothing is to be added to words that hold no more
        found = replace(found, unknown=(), missed=())
    number = listed.at(key)
    clauses = listed.clauses
    current = found.current
    return {
        "pane": panes.pane_of_gone(form, page, version, found) if is_gone else panes.pane_of_lost(form, found) or panes.pane(form, page, text, vocabulary), "is_gone": is_gone, "bench": found, "current": current, "number": None if number is None else number + 1, "count": len(clauses),
        "before": clauses[number - 1] if number else None, "after": clauses[number + 1] if number is not None and number + 1 < len(clauses) else None,
        "next": listed.following(key), "to_here": reverse("policy_docs:workbench_clause", args=[page.public_key, key]),
        **_record(page, found, vocabulary, user_id, form),
        "share": trust.share(rule, page.pk) if (rule := _rule(current)) else None, "rule": rule, "held": trust.trust(rule)[rule] if rule else None,
        "why_this": _why(current) if current else [], "addressees": bench.addressees(page, vocabulary, current.to_value) if current else [],
    }  # fmt: skip


def _record(page: OpinionPage, found: bench.Bench, vocabulary: Vocabulary, user_id: int | None, form: QueryDict) -> dict[str, Any]:
    """What was done to the candidate and what colleagues have noted; what was typed of a note that was refused."""
    current, held = found.current, notes.of_clause(found.text.clause_id)
    kinds = [candidate.duty.kind_id for candidate in found.candidates]
    shown = notes.beside(held, kind=current.duty.kind_id if current else "", others=kinds, user_id=user_id)
    deeds = journal(current.duty, page.jurisdiction_id or "", vocabulary) if current else []
    noted = {kind: sum(note.kind_id == kind for note in held) for kind in kinds}
    return {
        "deeds": with_notes(deeds, shown), "noted": noted, "note_text": form.get("note_text", ""), "note_about": form.get("about", ""),
        "note_edited": form.get("note", "").partition(":")[0], "note_limit": notes.LONGEST,
    }  # fmt: skip


def _rule(current: bench.Candidate | None) -> str:
    """The rule whose other finds may be accepted with this one: the only one that found it."""
    rules = current.rules if current and current.duty.role != Role.MENTION else ()
    return rules[0][0] if len(rules) == 1 else ""


def _why(current: bench.Candidate) -> list[tuple[str, str]]:
    """The ways of writing that lead from the words to this unit, each with its reason; only where the words do not say it themselves."""
    if not current.written:
        return []
    names = {span.name_written for span in current.duty.spans.all() if span.name_written}
    held = UnitAlias.objects.filter(kind=current.duty.kind_id).values_list("text", "note")
    return sorted({(text, note) for text, note in held if any(text in name for name in names)}, key=lambda pair: -len(pair[0]))[:1]


def _filters(page: OpinionPage, vocabulary: Vocabulary) -> dict[str, list[tuple[str, str]]]:
    """Units and rules that occur in the document, and the states."""
    kinds = set(Duty.objects.filter(opinion=page).values_list("kind_id", flat=True))
    rules = set(Duty.objects.filter(opinion=page, spans__act="duty").values_list("spans__rule", flat=True))
    return {
        "kind": sorted(((key, vocabulary.kinds_by_key[key].name) for key in kinds if key in vocabulary.kinds_by_key), key=lambda pair: pair[1]),
        "rule": sorted(((rule, str(bench.PATTERNS.get(rule, rule))) for rule in rules if rule in bench.PATTERNS), key=lambda pair: pair[1]),
        "state": [(str(value), str(words)) for value, words in Duty.State.choices],
    }
