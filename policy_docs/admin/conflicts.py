"""The page that shows an input that could not be saved beside the draft, and puts both together."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from policy_docs.opinions.comparison import Piece, marked
from policy_docs.opinions.drafts import StaleDraft, read_start
from policy_docs.opinions.merging import Difference, Raw
from policy_docs.opinions.models import SetAside
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.sections import is_long, section_of
from policy_docs.opinions.setaside import ChoiceMissing, Conflict, DraftLocked, conflict, drop, put_together, take_up

Pieces = tuple[Piece, ...]


class Row(NamedTuple):
    """A difference as the page shows it."""

    key: str
    label: str
    mine: Pieces | None
    theirs: Pieces | None
    mine_label: str
    theirs_label: str
    chosen: str
    both: bool


@require_http_methods(["GET", "POST"])
def opinion_conflict(request: HttpRequest, pk: int) -> HttpResponse:
    """Show both sides; put them together as chosen, give the input up, or take it up again."""
    kept = get_object_or_404(SetAside.objects.select_related("opinion", "user"), pk=pk, user=request.user)
    if not kept.opinion.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    error = ""
    if request.method == "POST":
        try:
            return _answer(request, kept)
        except (StaleDraft, ChoiceMissing, DraftLocked) as refused:
            error = _("您查看期间草稿又改过，下面已换成最新的草稿，请再选一次。") if isinstance(refused, StaleDraft) else str(refused)
    found = conflict(kept)
    lock = found.page.get_lock()
    context = {
        "kept": kept, "page": found.page, "rows": _rows(found, request.POST), "open": found.open, "start": found.start.dump(), "error": error,
        "latest": found.page.latest_revision, "settled": kept.outcome != SetAside.Outcome.OPEN,
        "closed": lock.get_message(request.user) if lock is not None and lock.for_user(request.user) else "", "back": _way_back(kept, found.page, found.blocks),
    }  # fmt: skip
    return render(request, "policy_docs/admin/conflict.html", context, status=409 if error else 200)


def _answer(request: HttpRequest, kept: SetAside) -> HttpResponse:
    user: Any = request.user
    deed = request.POST.get("deed", "")
    if deed == "drop":
        drop(kept, actor=user)
        messages.success(request, _("已放弃这份修改。它还留着，需要时可以在本页恢复。"))
        return redirect("opinion_conflict", kept.pk)
    if deed == "take_up":
        take_up(kept, actor=user)
        return redirect("opinion_conflict", kept.pk)
    if kept.outcome != SetAside.Outcome.OPEN:
        return redirect("opinion_conflict", kept.pk)
    chosen = {key.removeprefix("side-"): value for key, value in request.POST.items() if key.startswith("side-")}
    differences = conflict(kept).blocks
    page = put_together(kept, {key: str(value) for key, value in chosen.items()}, seen=read_start(request.POST.get("started_from", "")), actor=user)
    messages.success(request, _("已把两边的修改合并，保存为草稿。"))
    return redirect(_way_back(kept, page, differences))


def _way_back(kept: SetAside, page: OpinionPage, differences: Sequence[Difference]) -> str:
    """Return the address of the form that shows what the input is about: the form of a long document shows no body."""
    body = list(page.body.raw_data)
    start = read_start(json.dumps(kept.started_from))
    if kept.blocks is None or not (start.part or is_long(body)):
        return reverse("wagtailadmin_pages:edit", args=[page.pk])
    wanted = [*(item.block_id for item in differences), *(block["id"] for block in kept.blocks), *(block_id for block_id, _words in start.blocks or ())]
    section = next((found for block_id in wanted if (found := section_of(body, block_id))), None) if start.part or differences else None
    return reverse("opinion_section", args=[page.pk, section.key]) if section else reverse("opinion_outline", args=[page.pk])


def _rows(found: Conflict, chosen: Any) -> list[Row]:
    rows = []
    for field in found.fields:
        mine, theirs = marked(field.mine, field.theirs)
        rows.append(Row(field.name, field.label, mine, theirs, "", "", chosen.get(f"side-{field.name}", field.chosen or ""), both=False))
    return [*rows, *(_block_row(item, chosen) for item in found.blocks)]


def _block_row(item: Difference, chosen: Any) -> Row:
    mine, theirs = marked(_words(item.mine), _words(item.theirs))
    label = _label(item.theirs) or _label(item.mine) or _("没有序号的一段")
    return Row(
        item.block_id, label, mine if item.mine else None, theirs if item.theirs else None, _level(item.mine, item.theirs), _level(item.theirs, item.mine),
        chosen.get(f"side-{item.block_id}", item.chosen or ""), both=bool(item.mine and item.theirs),
    )  # fmt: skip


def _label(block: Raw | None) -> str:
    return (block["value"].get("label") or "") if block else ""


def _words(block: Raw | None) -> str:
    return f"{block['value'].get('label') or ''}{block['value'].get('text') or ''}" if block else ""


def _level(block: Raw | None, other: Raw | None) -> str:
    """Say what differs beside the words."""
    if not block or not other:
        return ""
    told = []
    if (block["value"].get("level") or 0) != (other["value"].get("level") or 0):
        told.append(_("层次 %d") % (block["value"].get("level") or 0))
    if block["type"] != other["type"]:
        told.append(_("改了类型"))
    return "，".join(told)
