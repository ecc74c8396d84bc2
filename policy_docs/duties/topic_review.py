"""Checking the topics of clauses: by topic, many at once after ten single decisions, and all of one clause."""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cms.accounts.models import User
from policy_docs.opinions.citing import cite, outline_words
from policy_docs.opinions.models import Clause, ClauseText, OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.topics import counts, tagging
from policy_docs.topics.forest import Forest, Node, load_forest
from policy_docs.topics.models import ClauseTopic

from .choices import typed, whole_number
from .quotes import highlighted
from .review import undoable
from .workbench import office_only

PER_PAGE = 50
_UNDO = "topic_batch"
State = ClauseTopic.State


@dataclass(frozen=True, slots=True)
class Line:
    """A topic of the list, indented, with its clauses and those below it."""

    node: Node
    depth: int
    number: counts.Number


@dataclass(frozen=True, slots=True)
class Item:
    """A topic of a clause as people decide on it."""

    row: ClauseTopic
    topic: Node
    why: str
    stamp: str
    trusted: bool = False  # enough single decisions on its topic: it may be ticked with others


@dataclass(frozen=True, slots=True)
class Passage:
    """A clause with the words that speak for the topic lit."""

    opinion: OpinionPage
    key: str
    place: str
    html: SafeString
    item: Item


def review_topics(request: HttpRequest) -> HttpResponse:
    """List the topics with what waits in each."""
    office_only(request)
    forest = load_forest()
    numbers = counts.numbers(forest)
    lines = [Line(node, depth, numbers.get(node.pk, counts.Number())) for depth, node in forest.in_order()]
    waiting = sum(line.number.waiting for line in lines if not line.depth)
    return render(request, "policy_docs/duties/topic_list.html", {"lines": lines, "waiting": waiting, "needed": tagging.NEEDED})


def review_topic(request: HttpRequest, slug: str) -> HttpResponse:
    """List what waits of a topic and of those below it, and decide on one of it or on those that are ticked."""
    office_only(request)
    forest = load_forest()
    node = forest.by_slug.get(slug)
    if node is None or forest.standing(node.pk) != node:
        raise Http404(_("没有这个主题，或者它已停用、已并入别的主题。"))
    if request.method == "POST":
        _act(request, cast(User, request.user))
        return redirect(f"{reverse('policy_docs:review_topic', args=[slug])}?{QueryDict(request.POST.get('back', '')[:300]).urlencode()}".rstrip("?"))
    branch = [one.pk for one in forest.branch(node.pk)]
    document = typed(request.GET, "doc")
    pages = Paginator(counts.waiting(forest, branch, document=document), PER_PAGE).get_page(request.GET.get("page"))
    singles = tagging.singles(forest, branch)
    passages = _passages(list(pages), forest, {topic for topic, number in singles.items() if number >= tagging.NEEDED})
    context = {
        "node": node, "trail": forest.trail(node.pk), "pages": pages, "passages": passages, "singles": singles[node.pk], "needed": tagging.NEEDED,
        "missing": max(0, tagging.NEEDED - singles[node.pk]), "any_trusted": any(passage.item.trusted for passage in passages), "is_branch": len(branch) > 1, "undo": undoable(request, _UNDO), "query": f"doc={document}" if document else "", "document": document,
        "back": request.GET.urlencode(), "at_once": tagging.AT_ONCE, "below": forest.children(node.pk),
    }  # fmt: skip
    return render(request, "policy_docs/duties/topic_review.html", context)


def _passages(keys: Sequence[int], forest: Forest, trusted: Container[int]) -> list[Passage]:
    """Return rows with their clauses. Three queries."""
    full = ClauseTopic.objects.select_related("decided_by", "content_object").in_bulk(keys)
    rows = [full[key] for key in keys if key in full]
    opinions = OpinionPage.objects.select_related("jurisdiction").defer("body").in_bulk({row.opinion_id for row in rows})
    texts = _texts([row.content_object_id for row in rows])
    return [
        _passage(row, opinions[row.opinion_id], texts.get(row.content_object_id), item_of(row, forest, trusted)) for row in rows if row.opinion_id in opinions
    ]


def _texts(clauses: Iterable[int]) -> dict[int, ClauseText]:
    """Return the newest published text of clauses. One query."""
    found = ClauseText.objects.filter(clause__in=list(clauses), version__state=OpinionVersion.State.PUBLISHED).order_by("version__number")
    return {text.clause_id: text for text in found}


def _passage(row: ClauseTopic, opinion: OpinionPage, text: ClauseText | None, item: Item) -> Passage:
    words = text.text if text else ""
    place = outline_words(text.kind, text.path, text.para, text.text) if text else ""
    return Passage(opinion, row.content_object.public_key, place or _("正文"), lit(words, [row]), item)


def lit(words: str, rows: Iterable[ClauseTopic]) -> SafeString:
    """Return a text with the words lit that speak for topics, where they still stand there."""
    spans = [(row.start, row.start + len(row.quote), 0, 0) for row in rows if row.quote and words[row.start : row.start + len(row.quote)] == row.quote]
    return highlighted(words, spans)


def item_of(row: ClauseTopic, forest: Forest, trusted: Container[int] = ()) -> Item:
    """Return a row ready to be decided on."""
    node = forest.standing(row.tag_id) or forest.nodes[row.tag_id]
    return Item(row, node, why(row), tagging.stamp_of(row), node.pk in trusted)


def why(row: ClauseTopic) -> str:
    """Say where a topic comes from."""
    if row.origin == ClauseTopic.Origin.PERSON:
        return _("人工添加")
    if row.origin == ClauseTopic.Origin.CARRIED:
        return _("合并或拆分前的条款有这个主题")
    return _("标题“%s”") % row.heading if row.heading else _("原文“%s”") % row.quote


def _seen(values: Iterable[str]) -> dict[int, str]:
    parts = (value.partition(":") for value in values)
    seen = {pk: stamp for words, _colon, stamp in parts if stamp and (pk := whole_number(words, None)) is not None}
    if not seen:
        raise tagging.TaggingRefused(_("没有办理：请先勾选。"))
    return seen


def _act(request: HttpRequest, actor: User) -> None:
    """Take the decision that the form asks for and say what became of it."""
    verb, _bar, one = request.POST.get("verb", "").partition("|")
    try:
        if verb == "undo":
            batch = tagging.undo(request.POST.get("batch", "")[:40], actor=actor)
            request.session.pop(_UNDO, None)
            messages.success(request, _("已撤销 %d 条。") % batch.done)
        elif verb in (State.CONFIRMED, State.REJECTED):
            batch = tagging.decide_many(_seen([one] if one else request.POST.getlist("duty")), state=State(verb), actor=actor)
        else:
            return
    except tagging.TaggingRefused as refusal:
        messages.warning(request, str(refusal))
        return
    _say(request, batch, "" if verb == "undo" else verb)


def _say(request: HttpRequest, batch: tagging.Batch, verb: str) -> None:
    if batch.stale:
        messages.warning(request, _("%(number)d 条没有办理：您打开以后已被改过。%(what)s") % {"number": len(batch.stale), "what": _what_changed(batch.stale)})
    if batch.gone:
        messages.warning(request, _("%d 条没有办理：原文已重新识别，请刷新后再核对。") % batch.gone)
    if batch.done and verb:
        words = (_("已接受 %d 条主题。") if verb == State.CONFIRMED else _("已驳回 %d 条主题。")) % batch.done
        request.session[_UNDO] = {"batch": batch.key, "words": words, "until": (timezone.now() + tagging.UNDO_WITHIN).isoformat()}


def _what_changed(rows: Sequence[ClauseTopic]) -> str:
    said = [_("%(who)s 已改为“%(state)s”") % {"who": row.decided_by or _("系统"), "state": row.get_state_display()} for row in rows[:3]]
    return "；".join(said) + "。"


def clause_topics(request: HttpRequest, key: str, clause_key: str) -> HttpResponse:
    """Show one clause with its topics; confirm, reject and add them."""
    office_only(request)
    page = get_object_or_404(OpinionPage.objects.filter(alias_of__isnull=True).defer("body"), public_key=key)
    clause = get_object_or_404(Clause, opinion=page, public_key=clause_key)
    if request.method == "POST":
        _ON_CLAUSE.get(request.POST.get("verb", "").partition("|")[0], _decide)(request, clause, cast(User, request.user))
        return redirect("policy_docs:clause_topics", key, clause_key)
    forest = load_forest()
    text = _texts([clause.pk]).get(clause.pk)
    rows = list(ClauseTopic.objects.filter(content_object=clause).select_related("decided_by").order_by("tag__path"))
    shown = [row for row in rows if forest.standing(row.tag_id) is not None]
    taken = {forest.nodes[row.tag_id].pk for row in shown if row.state == State.CONFIRMED}
    words = text.text if text else ""
    context: dict[str, Any] = {
        "page": page, "clause": clause, "text": text, "place": (outline_words(text.kind, text.path, text.para, text.text) if text else "") or _("正文"),
        "citation": cite(page.title, page.document_number, text.path if text else [], text.para if text else 0, text.row if text else ""), "html": lit(words, [row for row in shown if row.state != State.REJECTED]),
        "items": [item_of(row, forest) for row in shown], "options": [("　" * depth + node.name, node.pk) for depth, node in forest.in_order() if node.pk not in taken],
        "undo": undoable(request, _UNDO),
    }  # fmt: skip
    return render(request, "policy_docs/duties/clause_topics.html", context)


def _decide(request: HttpRequest, clause: Clause, actor: User) -> None:
    _act(request, actor)


def _add(request: HttpRequest, clause: Clause, actor: User) -> None:
    value = request.POST.get("topic", "")
    batch = tagging.new_batch()
    try:
        row = tagging.add(clause, whole_number(value), actor=actor, batch=batch)
    except tagging.TaggingRefused as refusal:
        messages.warning(request, str(refusal))
        return
    words = _("已添加主题“%s”。") % row.tag.name
    request.session[_UNDO] = {"batch": batch, "words": words, "until": (timezone.now() + tagging.UNDO_WITHIN).isoformat()}


_ON_CLAUSE: dict[str, Callable[[HttpRequest, Clause, User], None]] = {"add": _add}
