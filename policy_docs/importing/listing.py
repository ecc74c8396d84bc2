"""Bringing files in: the list of imports, uploading, pasting, the original."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_safe

from cms.accounts.forms_only import takes_forms
from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from cms.audit.record import record
from policy_docs.duties.choices import address, whole_number

from . import originals
from .actions import ImportRefused, discard, resume
from .archive import is_archive
from .intake import receive, receive_archive, refuse
from .limits import SizeLimit
from .models import ImportFile
from .names import clean_name
from .prepare import Secret
from .sources.base import LIMIT
from .sources.detect import TOO_LARGE
from .sources.others import KINDS, LEFT_BEHIND, OTHER

PER_PAGE = 20
SEEN = "X-Seen"  # header of a look by the script: what the page shows already
_SETTLES = ("discard", "resume")
_CALLED = 60  # signs of the name of a pasted text
_NO_PATH = re.compile(r"[\\/:\x00-\x1f]+")
State = ImportFile.State
FILTERS = {
    "open": (gettext_lazy("待核对"), (*ImportFile.UNDER_WAY, State.READY, State.FAILED)),
    "saved": (gettext_lazy("已保存"), (State.SAVED,)),
    "refused": (gettext_lazy("没有收录"), (State.REFUSED, State.SAME)),
    "discarded": (gettext_lazy("已放弃"), (State.DISCARDED, State.JOINED)),
}
_TAGS = {State.READY: "warn", State.FAILED: "warn", State.REFUSED: "gone", State.SAME: "same", State.DISCARDED: "gone", State.JOINED: "gone"}


@dataclass(frozen=True, slots=True)
class Line:
    """One import of the list."""

    row: ImportFile
    title: str
    tag: str
    way: str  # where its name leads, "" for nowhere
    why: str


def check_viewer(request: HttpRequest) -> None:
    """Refuse whoever may not import."""
    if not viewer_of(request.user).sees_all:
        raise PermissionDenied


@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """List the imports, newest first."""
    check_viewer(request)
    viewer = viewer_of(request.user)
    chosen = request.GET.get("state", "")
    mine = request.GET.get("mine") == "1"
    found = ImportFile.objects.visible_to(viewer)
    rows = (
        found.light()
        .select_related("uploaded_by", "changed_by", "opinion", "twin")
        .defer("opinion__body", "twin__source", "twin__draft", "twin__undo", "twin__sketch", "twin__parted")
    )
    if chosen in FILTERS:
        rows = rows.filter(state__in=FILTERS[chosen][1])
    if mine:
        rows = rows.filter(uploaded_by=viewer.user_id)
    pages = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    lines = [_line(row) for row in pages]
    mark = _mark(lines, pages.paginator.count)
    if request.headers.get(SEEN) == mark:
        return HttpResponse(status=204)  # left as it is: a link under the pointer or the focus would be another one after each look
    context = {
        "pages": pages, "lines": lines, "mark": mark, "seen": SEEN, "query": address(request.GET), "chosen": chosen, "mine": mine,
        "busy": any(row.state in ImportFile.UNDER_WAY for row in pages), "limit": LIMIT, "limit_words": TOO_LARGE,
        "kinds": [{"name": kind.name, "endings": kind.endings, "advice": kind.advice} for kind in (*KINDS, OTHER)], "left_behind": LEFT_BEHIND,
        "filters": [("", _("全部"), address(request.GET, state=None)), *((key, words, address(request.GET, state=key)) for key, (words, _s) in FILTERS.items())],
        "mine_way": address(request.GET, mine=None if mine else "1"),
    }  # fmt: skip
    return render(request, "policy_docs/importing/list.html", context)


def _mark(lines: Sequence[Line], total: int) -> str:
    told = [(line.row.pk, line.row.state, line.row.revision, line.why, line.way) for line in lines]
    return hashlib.blake2b(repr((total, told)).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _line(row: ImportFile) -> Line:
    title, way, why = "", "", row.message
    if row.state == State.READY:
        way = reverse("policy_docs:import", args=[row.public_key])
    elif row.opinion is not None:
        title, way = row.opinion.title, reverse("policy_docs:opinion", args=[row.opinion.public_key])
    elif row.twin is not None:
        way = reverse("policy_docs:import", args=[row.twin.public_key])
        why = _of_twin(row.twin) or why
    return Line(row, title, _TAGS.get(State(row.state), ""), way, why)


def _of_twin(twin: ImportFile) -> str:
    """What has become meanwhile of the import whose text a file repeats; "" while somebody is still at it."""
    if twin.state == State.SAVED:
        return _("与“%s”文字相同，那一份已经保存，没有重复保存。") % twin.name
    if twin.state == State.DISCARDED:
        return _("与“%s”文字相同，那一份已经放弃。要收录的，请恢复那一份。") % twin.name
    return ""


@csrf_exempt  # the token is asked for below: looking for it here would read the upload before the limit is set
@takes_forms("policy_docs:imports")
def add(request: HttpRequest) -> HttpResponse:
    """Take in the files of a form, one or many."""
    check_viewer(request)
    limit = SizeLimit(request)
    request.upload_handlers.insert(0, limit)
    return cast(HttpResponse, _add(request, limit))


@csrf_protect
def _add(request: HttpRequest, limit: SizeLimit) -> HttpResponse:
    actor = cast(User, request.user)
    folder = request.POST.get("folder", "")
    answers: list[dict[str, Any]] = []
    for number, upload in enumerate(request.FILES.getlist("file"), 1):
        path = f"{folder}/{upload.name}" if folder else upload.name or ""
        answers += _taken(upload.read(), path, number, actor)
    for name in limit.too_large:
        shown, inside = clean_name(f"{folder}/{name}")
        try:
            answers.append(_answer(refuse(ImportFile(name=shown, folder=inside, uploaded_by=actor), TOO_LARGE, actor=actor)))
        except Secret as secret:
            answers.append(_answer(secret, len(answers) + 1))
    return _said(request, answers or [{"state": State.REFUSED.value, "words": _("没有选择文件"), "message": _("没有上传：请先选择文件。")}])


def _taken(data: bytes, path: str, number: int, actor: User) -> list[dict[str, Any]]:
    if is_archive(path):
        return [_answer(row, at) for at, row in enumerate(receive_archive(data, path=path, actor=actor), 1)]
    try:
        return [_answer(receive(data, path=path, actor=actor))]
    except Secret as secret:
        return [_answer(secret, number)]


def _answer(row: ImportFile | Secret, number: int = 0) -> dict[str, Any]:
    if isinstance(row, Secret):  # neither name nor words of the file go anywhere
        return {"state": "secret", "words": _("不能导入"), "message": str(row), "number": number}
    return {"state": row.state, "words": row.get_state_display(), "message": row.message, "name": row.name, "origin": row.origin}


def _said(request: HttpRequest, answers: list[dict[str, Any]]) -> HttpResponse:
    """Answer the script of the page, or a form sent without it."""
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"files": answers})
    taken = sum(answer["state"] == State.WAITING for answer in answers)
    if taken:
        messages.success(request, _("已上传 %d 个文件，正在识别。") % taken)
    for answer in answers:
        if answer["message"]:
            name = answer.get("name") or (_("第 %d 个文件") % answer["number"] if "number" in answer else "")
            messages.warning(request, f"{name}：{answer['message']}" if name else answer["message"])
    return redirect("policy_docs:imports")


@takes_forms("policy_docs:imports")
def paste(request: HttpRequest) -> HttpResponse:
    """Take in a text that was copied from Word or a web page."""
    check_viewer(request)
    words = request.POST.get("words", "").replace("\r\n", "\n").replace("\x00", "")
    if not words.strip():
        messages.warning(request, _("没有导入：请先把文字粘贴到框里。"))
        return redirect("policy_docs:imports")
    called = request.POST.get("called", "").strip() or next(line.strip() for line in words.split("\n") if line.strip())
    name = _NO_PATH.sub(" ", called)[:_CALLED].strip(" .") or _("粘贴的文字")
    try:
        row = receive(words.encode("utf-8", "replace"), path=f"{name}.txt", actor=cast(User, request.user), origin=ImportFile.Origin.PASTE)
    except Secret as secret:
        messages.error(request, str(secret))
        return redirect("policy_docs:imports")
    return redirect("policy_docs:import", row.public_key)


@takes_forms("policy_docs:imports")
def settle(request: HttpRequest) -> HttpResponse:
    """Give an import of the list up, bring it back, or have it split again."""
    check_viewer(request)
    actor, key, verb = cast(User, request.user), request.POST.get("key", ""), request.POST.get("verb", "")
    try:
        if not ImportFile.objects.visible_to(viewer_of(request.user)).filter(public_key=key).exists() or verb not in _SETTLES:
            messages.warning(request, _("没有办理：没有说明是哪一份文件，或者它已经不在列表里。请在下面找到它再办理。"))
        elif verb == "discard":
            messages.success(request, _("已放弃导入“%s”，可以在列表中恢复。") % discard(key, seen=whole_number(request.POST.get("seen"), 0), actor=actor))
        else:
            messages.success(request, _("已恢复“%s”。") % resume(key, actor=actor))
    except ImportRefused as refusal:
        messages.warning(request, str(refusal))
    back = request.POST.get("back", "")[:500]
    return redirect(f"{reverse('policy_docs:imports')}{f'?{back}' if back else ''}")


@require_safe
def original(request: HttpRequest, key: str) -> HttpResponseBase:
    """Hand out the file as it was uploaded; each time is noted in the audit trail."""
    check_viewer(request)
    row = ImportFile.objects.visible_to(viewer_of(request.user)).light().filter(public_key=key).exclude(original="").first()
    if row is None:
        raise Http404
    try:
        data = originals.opened(row.original)
    except FileNotFoundError as gone:
        raise Http404 from gone
    record(actor=cast(User, request.user), action="import.download", target=row, details={"sha256": row.sha256})
    answer = FileResponse(data, as_attachment=True, filename=row.name, content_type="application/octet-stream")
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
