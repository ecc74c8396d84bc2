"""The tree of topics for the coordination office: adding, renaming, moving, merging, retiring, restoring; and having all texts read for topics anew."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from cms.accounts.handed_back import hand_back
from cms.accounts.models import User
from policy_docs.duties.choices import whole_number
from policy_docs.duties.topic_review import Line
from policy_docs.duties.workbench import office_only
from policy_docs.importing import retopic
from policy_docs.topics import actions, counts
from policy_docs.topics.forest import Forest, Node, load_forest
from policy_docs.topics.models import Topic
from policy_docs.topics.storing import outdated


@dataclass(frozen=True, slots=True)
class Out:
    """A topic that is out of use: what it was merged into, None where it was retired."""

    node: Node
    into: Node | None


_LAST = 9999  # a place after all others


@dataclass(frozen=True, slots=True)
class Option:
    """A topic to be chosen as the one above, or to merge into."""

    pk: int
    words: str
    here: bool = False


@dataclass(slots=True)
class Form:
    """What a person entered, kept where it was refused."""

    name: str = ""
    note: str = ""
    words: str = ""
    error: str = ""
    values: dict[str, str] = field(default_factory=dict)
    theirs: dict[str, str] = field(default_factory=dict)  # field → what is said beside it of what somebody else has changed
    opened: str = ""  # what the form showed, as it came back
    under: int | None = None  # where it was to be moved
    place: int = 0


@require_http_methods(["GET", "POST"])
def topic_tree(request: HttpRequest) -> HttpResponse:
    """List the tree with its numbers; add a topic, restore one, have the texts read anew."""
    actor = office_only(request)
    form = Form()
    if request.method == "POST":
        try:
            _ON_TREE.get(request.POST.get("verb", ""), _nothing)(request, actor)
            return redirect("topic_tree")
        except actions.TopicRefused as refusal:
            form = _entered(request, str(refusal))
    forest = load_forest()
    numbers = counts.numbers(forest)
    context = {
        "lines": [Line(node, depth, numbers.get(node.pk, counts.Number())) for depth, node in forest.in_order()],
        "out": _out(forest), "form": form, "options": _options(forest), "job": retopic.last(), "outdated": outdated(forest), "chosen": request.POST.get("under", ""),
    }  # fmt: skip
    return render(request, "policy_docs/admin/topics.html", context)


def _out(forest: Forest) -> list[Out]:
    nodes = [node for node in forest.nodes.values() if not node.stands]
    return [Out(node, forest.nodes[node.merged] if node.merged is not None else None) for node in sorted(nodes, key=lambda node: node.path)]


def _options(forest: Forest, *, without: int | None = None, here: int | None = None) -> list[Option]:
    """Return all that stand, indented; ``without`` a topic with all below it."""
    left_out = {node.pk for node in forest.branch(without)} if without is not None else set()
    return [Option(node.pk, "　" * depth + node.name, node.pk == here) for depth, node in forest.in_order() if node.pk not in left_out]


def _entered(request: HttpRequest, error: str = "") -> Form:
    post = request.POST
    values = {"into": post.get("into", "")[:20]}
    return Form(post.get("name", "")[:200], post.get("note", "")[:400], post.get("words", "")[:2000], error, values, opened=post.get("opened", "")[:8000])


def _words(form: Form) -> list[str]:
    return [line for line in form.words.replace("、", "\n").splitlines() if line.strip()]


def _pk(request: HttpRequest, name: str) -> int | None:
    return whole_number(request.POST.get(name), None)


def _add(request: HttpRequest, actor: User) -> None:
    form = _entered(request)
    made = actions.add(form.name, under=_pk(request, "under"), note=form.note, words=_words(form), actor=actor)
    messages.success(request, _("已添加主题“%s”。") % made.name)


def _restore(request: HttpRequest, actor: User) -> None:
    made = actions.restore(_pk(request, "topic") or 0, actor=actor)
    messages.success(request, _("已恢复主题“%s”，正在后台重新识别。") % made.name)


@transaction.atomic
def _again(request: HttpRequest, actor: User) -> None:
    retopic.ask(actor=actor)
    messages.success(request, _("已交给后台重新识别全部文件的主题。您可以先做别的事。"))


def _nothing(request: HttpRequest, actor: User) -> None:
    """A verb that nobody offers."""


_ON_TREE: dict[str, Callable[[HttpRequest, User], None]] = {"add": _add, "restore": _restore, "again": _again}


@require_http_methods(["GET", "POST"])
def topic_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one topic. Merging and retiring are shown first, with what they move, and done when they are confirmed."""
    actor = office_only(request)
    topic = Topic.objects.filter(pk=pk).first()
    if topic is None:
        raise Http404(_("没有这个主题。"))
    form, sure, status = Form(topic.name, topic.note, "\n".join(topic.words)), "", 200
    if request.method == "POST":
        verb = request.POST.get("verb", "")
        if verb in ("ask_merge", "ask_retire"):
            sure, form.values = verb.removeprefix("ask_"), {"into": request.POST.get("into", "")}
        else:
            try:
                _ON_TOPIC.get(verb, lambda *_args: None)(request, pk, actor)
                return redirect("topic_tree")
            except actions.TopicRefused as refusal:
                topic = Topic.objects.get(pk=pk)
                form, sure = _refused(request, topic, verb, refusal)
                status = 409 if isinstance(refusal, actions.TopicStale) else 200
    return render(request, "policy_docs/admin/topic.html", _topic_context(topic, form, sure), status=status)


def _refused(request: HttpRequest, topic: Topic, verb: str, refusal: actions.TopicRefused) -> tuple[Form, str]:
    """Return the form after a refusal with what was entered or chosen, and what is still asked to be confirmed."""
    stands = load_forest().nodes[topic.pk].stands
    if verb == "change":
        form = _entered(request, str(refusal))
        if isinstance(refusal, actions.TopicStale):
            _together(form, topic)
        if not stands:  # the page of a topic that is out of use has no form
            hand_back(request, _written(request))
        return form, ""
    form = Form(topic.name, topic.note, "\n".join(topic.words), str(refusal), {"into": request.POST.get("into", "")[:20]})
    if verb == "move":
        form.under, form.place = _pk(request, "under"), whole_number(request.POST.get("place"), 0, most=_LAST)
    return form, verb if verb in ("merge", "retire") and stands and isinstance(refusal, actions.TopicStale) else ""


def _written(request: HttpRequest) -> dict[str, str]:
    """Return by label what was written anew into the form of a topic."""
    labels, shown = {"name": _("名称"), "note": _("范围说明"), "words": _("识别用语")}, _opened(request.POST.get("opened", ""))
    typed = {name: request.POST.get(name, "").replace("\r\n", "\n") for name in labels}
    return {labels[name]: words for name, words in typed.items() if words != shown.get(name)}


def _together(form: Form, topic: Topic) -> None:
    """Put what this person has entered on top of what somebody else has saved meanwhile, and say field by field what that was."""
    before, now = _opened(form.opened), _shown(topic)
    for name, theirs in now.items():
        mine = getattr(form, name).replace("\r\n", "\n").strip()
        words = theirs.replace("\n", "、") or _("没有填")
        if theirs == before.get(name, theirs) or mine == theirs:
            continue
        if mine == before.get(name):
            setattr(form, name, theirs)
            form.theirs[name] = _("他人已改为“%s”，已经替您更新。") % words
        else:
            form.theirs[name] = _("他人已改为“%s”。这里是您填写的内容；再次保存将以您填写的为准。") % words


def _shown(topic: Topic) -> dict[str, str]:
    return {"name": topic.name, "note": topic.note, "words": "\n".join(topic.words)}


def _opened(words: str) -> dict[str, str]:
    """Return what a form showed; one that does not say so showed nothing, so that all that stands is told."""
    try:
        found = json.loads(words)
    except ValueError:
        found = None
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else dict.fromkeys(("name", "note", "words"), "")


def _topic_context(topic: Topic, form: Form, sure: str) -> dict[str, Any]:
    forest = load_forest()
    above = forest.above[topic.pk]
    beside = [node.pk for node in forest.children(above)]
    into = whole_number(form.values.get("into"), None)
    target = forest.standing(into) if into in forest.nodes else None
    if sure == "merge" and target is None:
        sure, form.error = "", _("没有合并：请选择要并入的主题。")
    return {
        "topic": topic, "node": forest.nodes[topic.pk], "form": form, "stamp": actions.stamp_of(topic), "opened": json.dumps(_shown(topic), ensure_ascii=False), "former": list(topic.former_names.all()), "sure": sure, "target": target,
        "moved": counts.preview(forest, topic.pk, target.pk if target else None), "trail": forest.trail(topic.pk), "above": above,
        "place": form.place or (beside.index(topic.pk) + 1 if topic.pk in beside else 1), "beside": len(beside),
        "options": _options(forest, without=topic.pk, here=form.under if form.place else above), "into": into,
        "address": reverse("topic_edit", args=[topic.pk]),
    }  # fmt: skip


def _seen(request: HttpRequest) -> str:
    return request.POST.get("seen", "")[:20]


def _change(request: HttpRequest, pk: int, actor: User) -> None:
    form = _entered(request)
    topic = actions.change(pk, seen=_seen(request), name=form.name, note=form.note, words=_words(form), actor=actor)
    messages.success(request, _("已保存主题“%s”。") % topic.name)


def _move(request: HttpRequest, pk: int, actor: User) -> None:
    topic = actions.move(pk, seen=_seen(request), under=_pk(request, "under"), place=whole_number(request.POST.get("place"), _LAST, most=_LAST), actor=actor)
    messages.success(request, _("已移动主题“%s”。") % topic.name)


def _merge(request: HttpRequest, pk: int, actor: User) -> None:
    topic = actions.merge(pk, seen=_seen(request), into=_pk(request, "into") or 0, actor=actor)
    words = {"name": topic.name, "into": topic.merged_into.name if topic.merged_into else ""}
    messages.success(request, _("已把“%(name)s”并入“%(into)s”。要恢复，请到本页最下面的“停用和合并的主题”。") % words)


def _retire(request: HttpRequest, pk: int, actor: User) -> None:
    topic = actions.retire(pk, seen=_seen(request), actor=actor)
    messages.success(request, _("已停用主题“%s”。要恢复，请到本页最下面的“停用和合并的主题”。") % topic.name)


_ON_TOPIC: dict[str, Callable[[HttpRequest, int, User], None]] = {"change": _change, "move": _move, "merge": _merge, "retire": _retire}
