"""The outline of a draft: the way into its sections, and where blocks are inserted, split, merged, moved and numbered anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from wagtail.admin import messages

from cms.accounts.forms_only import takes_forms
from policy_docs.duties.publishing import may_publish
from policy_docs.opinions.blocks import kind_words
from policy_docs.opinions.counting import odd_numbers
from policy_docs.opinions.drafts import StaleDraft, newest
from policy_docs.opinions.editing import Done, ShapeImpossible, reshape, take_back
from policy_docs.opinions.merging import Raw
from policy_docs.opinions.models import OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.releasing import brings_nothing
from policy_docs.opinions.sections import Section, is_long, sections, title
from policy_docs.opinions.setaside import DraftLocked
from policy_docs.opinions.shaping import label, level, words
from policy_docs.opinions.types import BlockKind

from .deeds import DEEDS, Deed
from .editing import tell_of_inputs

_EXCERPT = 60  # signs of a block


class Line(NamedTuple):
    """A block as the outline shows it."""

    block_id: str
    label: str
    words: str
    kind: str
    level: int
    is_head: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A section with its lines; none where it is folded."""

    section: Section
    lines: list[Line]


def _draft(request: HttpRequest, page_id: int) -> OpinionPage:
    get_object_or_404(OpinionPage.objects.defer("body"), pk=page_id)
    page = newest(page_id)
    if page.alias_of_id is not None or not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    return page


@require_GET
def opinion_outline(request: HttpRequest, page_id: int) -> HttpResponse:
    """List the sections of the draft; a short one shows all its blocks, a long one those of the section that the address opens."""
    page = _draft(request, page_id)
    tell_of_inputs(request, page_id)
    body = [dict(block) for block in page.body.raw_data]
    found = sections(body)
    asked = request.GET.get("open", "")
    long = is_long(body)
    chosen = next((item for item in found if any(block["id"] == asked for block in body[item.start : item.end])), None)
    parts = [Part(item, _lines(body[item.start : item.end]) if not long or item == chosen else []) for item in found]
    lock = page.get_lock()
    same = brings_nothing(page) and page.current_workflow_task is None
    context = {
        "page": page, "parts": parts, "odd": odd_numbers(body), "count": len(body), "long": long, "deeds": DEEDS.values(), "asked": asked,
        "locked": lock is not None and lock.for_user(request.user), "lock_words": lock.get_message(request.user) if lock else "",
        "changed": page.has_unpublished_changes and not same, "may_publish": not same and may_publish(page, request.user), "coming": list(page.versions.filter(state=OpinionVersion.State.COMING)), "comments": page.wagtail_admin_comments.filter(resolved_at__isnull=True).count(),
    }  # fmt: skip
    return render(request, "policy_docs/admin/outline.html", context)


def _lines(blocks: Sequence[Raw]) -> list[Line]:
    heads = (BlockKind.HEADING.value, BlockKind.ATTACHMENT.value)
    return [
        Line(
            block["id"],
            label(block),
            _excerpt(words(block)),
            kind_words(BlockKind(block["type"]), block["value"].get("text", "")),
            level(block),
            block["type"] in heads,
        )
        for block in blocks
    ]


def _excerpt(text: str) -> str:
    plain = " ".join(text[: _EXCERPT * 3].split())
    return plain if len(plain) <= _EXCERPT else f"{plain[:_EXCERPT]}…"


@require_http_methods(["GET", "POST"])
def opinion_shape(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show what a deed on a block would do, and do it."""
    page = _draft(request, page_id)
    data = request.POST if request.method == "POST" else request.GET
    deed, block_id = DEEDS.get(data.get("do", "")), data.get("block", "")
    body = [dict(block) for block in page.body.raw_data]
    if deed is None or not any(block["id"] == block_id for block in body):
        messages.warning(request, _("请先选定一段，再选择要做什么。") if not block_id else _("这一段已经不在草稿里了，可能刚被别人删除或者合并。"))
        return redirect("opinion_outline", page_id)
    error = ""
    if request.method == "POST":
        try:
            return _do(request, page_id, deed, block_id)
        except (StaleDraft, ShapeImpossible, DraftLocked) as refused:
            error = _("您打开之后，这一段已经有人改过。下面是现在的文字，请再看一遍；您填写的内容还在。") if isinstance(refused, StaleDraft) else str(refused)
    context = {"page": page, "deed": deed, "key": block_id, "error": error, "title": title(next(item for item in body if item["id"] == block_id))}
    context |= deed.shown(page, body, block_id, data)
    return render(request, "policy_docs/admin/shape.html", context, status=409 if error else 200)


def _do(request: HttpRequest, page_id: int, deed: Deed, block_id: str) -> HttpResponse:
    user: Any = request.user
    seen = request.POST.getlist("seen")
    touched = dict(item.split("=", 1) for item in seen if "=" in item)
    done = reshape(page_id, deed.change(block_id, request.POST), touched=touched, deed=deed.key, actor=user)
    _tell(request, deed, done)
    return redirect(f"{reverse('opinion_outline', args=[page_id])}?open={done.at}#b-{done.at}")


def _tell(request: HttpRequest, deed: Deed, done: Done) -> None:
    request.session["opinion_deed"] = {"page": done.page.pk, "made": done.made, "before": done.before}
    also = _("，%d 处序号随之改变") % done.relabelled if done.relabelled and deed.key != "renumber" else ""
    words_done = (_("已重新编号 %d 处") % done.relabelled) if deed.key == "renumber" else deed.done
    undo = format_html('<button class="button button-small button-secondary" form="ed-undo">{}</button>', _("撤销"))
    messages.success(request, format_html("{}{}。{}", words_done, also, undo))


@takes_forms("opinion_outline")
def opinion_undo(request: HttpRequest, page_id: int) -> HttpResponse:
    """Take the newest deed of this person back, where nobody has saved since."""
    _draft(request, page_id)
    user: Any = request.user
    told = request.session.pop("opinion_deed", None)
    if told is None or told["page"] != page_id:
        messages.warning(request, _("没有可以撤销的操作。"))
        return redirect("opinion_outline", page_id)
    try:
        take_back(page_id, made=told["made"], before=told["before"], actor=user)
    except StaleDraft:
        messages.error(request, _("没有撤销：之后已有人保存过。需要时请在“历史”中恢复以前的草稿。"))
    except DraftLocked as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("已撤销。"))
    return redirect("opinion_outline", page_id)
