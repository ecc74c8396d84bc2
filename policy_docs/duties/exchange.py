"""What people have settled, as lines for programs and other stores; and such lines as decisions, tried before they are taken."""

import json
from typing import Any, cast
from urllib.parse import quote

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User

from . import batches
from .actions import DutyRefused
from .choices import typed
from .exports import sources
from .gold import Taken, gold_rows, take_lines
from .lines import LinesRefused, parse
from .review import undoable
from .workbench import office_only

LARGEST = 1_000_000  # bytes of a file: what a form sends back must stay below Django's limit
_UNDO = "gold_batch"
_SHOWN = 50


def gold(request: HttpRequest) -> StreamingHttpResponse:
    """Give what people have settled as lines for programs, of one document (``doc``: its public key) or of all."""
    office_only(request)
    document = typed(request.GET, "doc")
    names = {name for name, version in sources() if not document or version.opinion.public_key == document}
    if document and not names:
        raise Http404(_("没有这份文件。"))
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in gold_rows(names))
    answer = StreamingHttpResponse(lines, content_type="application/x-ndjson; charset=utf-8")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(_('核对结果'))}.jsonl"
    return answer


def exchange(request: HttpRequest) -> HttpResponse:
    """Take a file of lines: what would become of it is told first, then it is done; it can be taken back in one step."""
    office_only(request)
    context: dict[str, Any] = {"undo": undoable(request, _UNDO), "largest": LARGEST // 1_000_000}
    if request.method == "POST":
        actor = cast(User, request.user)
        try:
            if request.POST.get("verb") == "undo":
                return _undo(request, actor)
            text = _text(request)
            is_trial = request.POST.get("verb") != "take"
            taken = take_lines(parse(text), actor=actor, dry_run=is_trial)
        except (LinesRefused, DutyRefused) as refusal:
            context["refused"] = str(refusal)
        else:
            if not is_trial:
                return _taken(request, taken)
            context |= {"lines": text, "trial": _words(taken), "unmatched": taken.unmatched[:_SHOWN], "kept": taken.kept[:_SHOWN], "taken": taken}
    return render(request, "policy_docs/duties/exchange.html", context)


def _text(request: HttpRequest) -> str:
    """The lines of the file, or those that a trial has sent back."""
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        text = request.POST.get("lines", "")
        if not text.strip():
            raise LinesRefused(_("没有办理：请选择文件。"))
        return text
    if (file.size or 0) > LARGEST:
        raise LinesRefused(_("没有办理：文件超过 %d MB，请按文件分开。") % (LARGEST // 1_000_000))
    try:
        return file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LinesRefused(_("没有办理：这不是本系统导出的核对结果，或者打开后另存过。请选择导出的原文件。")) from error


def _words(taken: Taken) -> str:
    words = {
        "confirmed": _("接受 %d 条"),
        "changed": _("修改角色 %d 条"),
        "readdressed": _("改承担层级 %d 条"),
        "mention": _("标为提及 %d 条"),
        "rejected": _("驳回 %d 条"),
        "added": _("补入 %d 条"),
    }
    return "，".join(words[name] % count for name, count in taken.done.items()) or _("没有变化")


def _taken(request: HttpRequest, taken: Taken) -> HttpResponse:
    if taken.done:
        until = (timezone.now() + batches.UNDO_WITHIN).isoformat()
        request.session[_UNDO] = {"batch": taken.batch, "words": _("已办理：%s。") % _words(taken), "until": until}
    else:
        messages.info(request, _("没有变化：所选文件中的结果与本库一致，或者本库没有这些条款。"))
    return redirect("policy_docs:review_exchange")


def _undo(request: HttpRequest, actor: User) -> HttpResponse:
    batch = batches.undo(request.POST.get("batch", "")[:40], actor=actor)
    request.session.pop(_UNDO, None)
    messages.success(request, _("已撤销 %d 条。") % batch.done)
    if batch.stale:
        messages.warning(request, _("%d 条没有撤销：此后又有变化。") % len(batch.stale))
    return redirect("policy_docs:review_exchange")
