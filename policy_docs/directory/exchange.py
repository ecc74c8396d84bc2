"""The directory as a table: handed out, and taken back after a dry run."""

from dataclasses import replace
from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_safe

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from cms.audit.record import record
from policy_docs.duties import tables as duty_tables
from policy_docs.duties.choices import address, typed
from policy_docs.duties.workbench import office_only
from policy_docs.importing.limits import SizeLimit
from policy_docs.importing.sources.base import SourceError
from policy_docs.opinions.validity import written
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.models import Jurisdiction

from . import selectors, sheet, tables, uploading
from .actions import DirectoryRefused
from .models import Contact, DirectoryUpload
from .views import chosen_place, found_entries, reader

PER_PAGE = 100
STEPS = {
    "new": gettext_lazy("新增"), "changed": gettext_lazy("更改"), "replaced": gettext_lazy("换人"), "ended": gettext_lazy("离任"), "joins": gettext_lazy("加入单位"),
    "error": gettext_lazy("有误"), "held": gettext_lazy("暂不导入"), "same": gettext_lazy("不变"),
}  # fmt: skip
_LABELS = {name: Contact._meta.get_field(name).verbose_name for name in ("name", "post", "office_phone", "mobile", "since")}  # type: ignore[union-attr]


def _file(data: bytes, name: str) -> HttpResponse:
    answer = duty_tables.attached(data, name, "xlsx")
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Give what the list shows, all pages of it, with numbers; that it was handed out is noted."""
    viewer, vocabulary = reader(request), current_vocabulary()
    code, words = chosen_place(request, viewer, vocabulary), typed(request.GET, "q")
    found, _below = found_entries(request, viewer, code, words)
    today, actor = timezone.localdate(), cast(User, request.user)
    lines = selectors.lines(selectors.with_contacts(found.select_related("kind"), today), vocabulary, today)
    place = vocabulary.places_by_code[code].name
    details = {"by": actor.pk, "entries": [line.entry.pk for line in lines]}
    record(actor=actor, action="directory.export", target=Jurisdiction(code=code, name=place), details=details)
    title = _("%(place)s成员单位通讯录") % {"place": place}
    said = [
        _("%(title)s，%(day)s由%(who)s导出，%(number)d 个单位。含个人信息，只用于工作联系，请勿外传。")
        % {"title": title, "day": written(today), "who": actor, "number": len(lines)}
    ]
    return _file(tables.as_xlsx(tables.contact_rows(lines), said), title)


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """Give the empty table, with the units of a place where one is named."""
    viewer, vocabulary = viewer_of(office_only(request)), current_vocabulary()
    code = chosen_place(request, viewer, vocabulary)
    entries = selectors.entries_for(viewer).filter(jurisdiction=code).select_related("kind").order_by("kind__initials")
    lines = selectors.lines(selectors.with_contacts(entries, timezone.localdate()), vocabulary, timezone.localdate())
    rows = [(*row[:4], *[""] * 8) for row in tables.contact_rows(replace(line, leaders=[], liaisons=[]) for line in lines)]
    return _file(tables.as_xlsx(rows, [_("成员单位通讯录填报模板")], vocabulary=vocabulary), _("成员单位通讯录填报模板"))


@never_cache
@csrf_exempt  # the token is asked for below: looking for it here would read the upload before the limit is set
def uploads(request: HttpRequest) -> HttpResponse:
    """Show the way in, and take a table."""
    office_only(request)
    if request.method == "POST":
        limit = SizeLimit(request, sheet.LIMIT)
        request.upload_handlers.insert(0, limit)
        return cast(HttpResponse, _taken(request, limit))
    return _offered(request)


def _offered(request: HttpRequest, said: str = "", status: int = 200) -> HttpResponse:
    viewer, vocabulary = viewer_of(request.user), current_vocabulary()
    uploading.forget_old()
    earlier = DirectoryUpload.objects.defer("rows", "plan").select_related("uploaded_by")
    pages = Paginator(earlier, 20).get_page(request.GET.get("page"))
    place = vocabulary.places_by_code[chosen_place(request, viewer, vocabulary)]
    context = {"said": said, "pages": pages, "query": address(request.GET), "place": place, "mega": sheet.LIMIT // 1024 // 1024, "most": sheet.ROWS}
    return render(request, "policy_docs/directory/import.html", context, status=status)


@csrf_protect
def _taken(request: HttpRequest, limit: SizeLimit) -> HttpResponse:
    sent = request.FILES.get("file")
    if sent is None:
        return _offered(request, sheet.TOO_LARGE if limit.too_large else _("没有上传：请先选择文件。"), 422)
    try:
        upload = uploading.receive(sent.read(), name=sent.name or "", actor=cast(User, request.user))
    except SourceError as error:
        return _offered(request, f"{sent.name}：{error}", 422)
    return redirect("policy_docs:directory_upload", upload.public_key)


@never_cache
def upload(request: HttpRequest, key: str) -> HttpResponse:
    """Show row by row what a table would change; do it, or give it up."""
    actor = office_only(request)
    sent = DirectoryUpload.objects.select_related("uploaded_by").filter(public_key=key).first()
    if sent is None:
        raise Http404
    if request.method == "POST":
        return _settled(request, sent, actor)
    return _shown(request, sent)


def _settled(request: HttpRequest, sent: DirectoryUpload, actor: User) -> HttpResponse:
    try:
        if request.POST.get("verb") == "confirm":
            number = uploading.confirm(sent, seen=request.POST.get("seen", ""), actor=actor)
            messages.success(request, _("已导入 %d 处更改。") % number)
            return redirect("policy_docs:directory_uploads")
        uploading.give_up(sent, actor=actor)
        messages.success(request, _("已放弃导入“%s”，通讯录没有变化。") % sent)
        return redirect("policy_docs:directory_uploads")
    except uploading.Differs as refusal:
        sent.refresh_from_db()
        return _shown(request, sent, str(refusal), 409)
    except DirectoryRefused as refusal:
        messages.warning(request, str(refusal))
        return redirect("policy_docs:directory_uploads")


def _shown(request: HttpRequest, sent: DirectoryUpload, said: str = "", status: int = 200) -> HttpResponse:
    step = request.GET.get("step", "")
    rows = [row for row in sent.plan if (row["step"] == step if step in STEPS else row["step"] != "same")]
    pages = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    doing = sum(sent.counts.get(name, 0) for name in ("new", "changed", "replaced", "ended", "joins"))
    context = {
        "sent": sent, "said": said, "pages": pages, "rows": [_row(row) for row in pages], "query": address(request.GET), "seen": uploading.mark(sent), "step": step,
        "doing": doing, "wrong": sent.counts.get("error", 0), "open": sent.state == DirectoryUpload.State.SHOWN,
        "sums": [(key, words, sent.counts[key]) for key, words in STEPS.items() if sent.counts.get(key)],
    }  # fmt: skip
    return render(request, "policy_docs/directory/upload.html", context, status=status)


def _row(row: dict[str, object]) -> dict[str, object]:
    """A row of the plan with its words: what differs as old and new."""
    before, after = cast(dict[str, str], row["before"]), cast(dict[str, str], row["after"])
    step = str(row["step"])
    differing = [(_LABELS[name], before.get(name, ""), after.get(name, "")) for name in cast(list[str], row["fields"]) if name in _LABELS]
    facts = [value for name, value in (before if step == "ended" else after).items() if value and name != "name"]
    role = Contact.Role(str(row["role"])).label if row["role"] else ""
    return {**row, "label": STEPS[step], "role": role, "name": (after or before).get("name", ""), "differing": differing, "facts": "，".join(facts)}
