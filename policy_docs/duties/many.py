"""What the coordination office does to many documents of the list: the page that lists what will happen, the run, taking it back. Also the tables."""

from collections import Counter
from collections.abc import Iterator, Sequence
from urllib.parse import unquote_plus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.forms_only import takes_forms
from cms.accounts.models import User
from cms.accounts.viewer import Viewer, viewer_of
from policy_docs.jobs import Job
from policy_docs.opinions import bulk, many
from policy_docs.opinions.many import Order, Planned, Verb
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.validity import label, standing, written

from .catalogue import listed_for
from .choices import address
from .tables import attached, csv_of, xlsx_of
from .workbench import office_only

_BACK = 1000  # signs of an address that is carried along
_KEY = 16
_HEAD = ("序号", "题名", "发文字号", "发文机关", "成文日期", "文件层级", "行政区划", "文种", "效力", "有效期至", "地址")
_WIDTHS = (6, 50, 22, 26, 12, 8, 14, 10, 10, 12, 30)
_OFFICE_HEAD = ("状态", "公开属性", "职责核对", "上次确认有效")
_OFFICE_WIDTHS = (10, 10, 10, 14)


@takes_forms("policy_docs:opinions")
def ask(request: HttpRequest) -> HttpResponse:
    """Show what the deed that a list asks for would do to which document, and what is left alone and why."""
    actor, back = office_only(request), QueryDict(request.POST.get("back", "")[:_BACK])
    verb, _colon, value = request.POST.get("do", "").partition(":")
    try:
        keys = _chosen(request, actor, back)
        if verb == "export":
            return _file(viewer_of(actor), keys, "xlsx", [_("只列出勾选的文件。")])
        order = Order(*many.check_order(verb, value), actor, timezone.localdate())
    except many.ManyRefused as refusal:
        messages.warning(request, str(refusal))
        return redirect(_list(back))
    found = OpinionPage.objects.visible_to(viewer_of(actor)).filter(public_key__in=keys)
    rank = {key: at for at, key in enumerate(keys)}
    planned = sorted(many.plan(found, order), key=lambda item: rank[item.key])
    return render(request, "policy_docs/opinions/many.html", {**_asked(planned, order, back), "asked": len(keys)})


def _asked(planned: Sequence[Planned], order: Order, back: QueryDict) -> dict[str, object]:
    doing, left = [item for item in planned if not item.why], [item for item in planned if item.why]
    return {
        "doing": doing, "left": left, "reasons": Counter(item.why for item in left).most_common(), "verb": order.verb.value, "value": order.value,
        "words": words_of(order.verb, order.value), "question": _question(order, len(doing)), "seen": " ".join(f"{item.key}:{item.stamp}" for item in doing), "key": bulk.new_key(), "back": back.urlencode(),
        "by_worker": len(doing) > bulk.AT_ONCE,
    }  # fmt: skip


def words_of(verb: Verb, value: str) -> str:
    """Return what is done, as buttons and headings say it."""
    if verb is Verb.DISCLOSURE:
        return _("公开属性设为“%s”") % OpinionPage.Disclosure(value).label
    return _("确认现行有效") if verb is Verb.VALIDITY else _("提交审核")


def _question(order: Order, number: int) -> str:
    if order.verb is Verb.DISCLOSURE:
        return _("将 %(number)d 份文件设为“%(value)s”？") % {"number": number, "value": OpinionPage.Disclosure(order.value).label}
    return (_("确认 %d 份文件现行有效？") if order.verb is Verb.VALIDITY else _("将 %d 份文件提交审核？")) % number


def _chosen(request: HttpRequest, actor: User, back: QueryDict) -> list[str]:
    """Return the public keys of the ticked documents, or of all that the list holds.

    Raises:
        ManyRefused: none, or too many.
    """
    if request.POST.get("scope") == "all":
        pks = listed_for(viewer_of(actor), back, timezone.localdate()).keys
        if len(pks) > bulk.LIMIT:
            raise many.ManyRefused(
                _("没有办理：符合条件的有 %(number)d 份，一次最多办理 %(limit)d 份，请缩小筛选范围。") % {"number": len(pks), "limit": bulk.LIMIT}
            )
        by_pk = dict(OpinionPage.objects.filter(pk__in=pks).values_list("pk", "public_key"))
        keys = [by_pk[pk] for pk in pks if pk in by_pk]
    else:
        keys = list(dict.fromkeys(request.POST.getlist("key")))[: bulk.LIMIT]
    if not keys:
        raise many.ManyRefused(_("没有办理：请先勾选文件。"))
    return keys


@takes_forms("policy_docs:opinions")
def do(request: HttpRequest) -> HttpResponse:
    """Do what the confirmation showed."""
    actor, back = office_only(request), QueryDict(request.POST.get("back", "")[:_BACK])
    pairs = (item.partition(":") for item in request.POST.get("seen", "").split())
    seen = [(key[:12], stamp) for key, _colon, stamp in pairs if stamp]
    try:
        verb, value = many.check_order(request.POST.get("verb", ""), request.POST.get("value", ""))
        job, is_new = bulk.ask(request.POST.get("token", "")[:_KEY] or bulk.new_key(), seen, verb=verb, value=value, actor=actor)
    except many.ManyRefused as refusal:
        messages.warning(request, str(refusal))
        return redirect(_list(back))
    if not is_new:
        messages.info(request, _("这次办理已经提交过，没有重复办理。"))
    return redirect(_run(job, back))


def run(request: HttpRequest, key: str) -> HttpResponse:
    """Show how far a deed is and what became of each document; take it back."""
    actor = office_only(request)
    job = get_object_or_404(Job.objects.select_related("actor"), key=key, kind__in=bulk.KINDS)
    back = QueryDict((request.POST if request.method == "POST" else request.GET).get("back", "")[:_BACK])
    if request.method == "POST":
        try:
            job, _is_new = bulk.ask_back(job, actor=actor)
        except many.ManyRefused as refusal:
            messages.warning(request, str(refusal))
        return redirect(_run(job, back))
    undoing = bulk.undone(job) if job.kind == bulk.JOB else None
    context = {
        "job": job, "is_undo": job.kind == bulk.UNDO, "words": words_of(Verb(job.result["verb"]), job.result["value"]), "done": job.result.get("done", []),
        "left": job.result.get("left", []), "under_way": job.state in (Job.State.WAITING, Job.State.RUNNING), "failed": job.state == Job.State.FAILED,
        "can_undo": undoing is None and bulk.can_go_back(job, actor), "undoing": undoing, "back": back.urlencode(), "list": _list(back),
    }  # fmt: skip
    return render(request, "policy_docs/opinions/run.html", context)


def _list(back: QueryDict) -> str:
    query = back.urlencode()
    return f"{reverse('policy_docs:opinions')}{f'?{query}' if query else ''}"


def _run(job: Job, back: QueryDict) -> str:
    query = QueryDict(mutable=True)
    query["back"] = back.urlencode()
    return f"{reverse('policy_docs:many_run', args=[job.key])}{f'?{query.urlencode()}' if back else ''}"


def export(request: HttpRequest, form: str) -> HttpResponse:
    """Return all documents that the conditions of the address leave as a table."""
    viewer = viewer_of(request.user)
    keys = listed_for(viewer, request.GET, timezone.localdate()).keys
    by_pk = dict(OpinionPage.objects.visible_to(viewer).values_list("pk", "public_key"))
    lines = [_("筛选：%s") % "；".join(unquote_plus(part) for part in address(request.GET).split("&"))] if address(request.GET) else []
    return _file(viewer, [by_pk[pk] for pk in keys if pk in by_pk], form, lines)


def _file(viewer: Viewer, keys: Sequence[str], form: str, lines: Sequence[str]) -> HttpResponse:
    today = timezone.localdate()
    found = OpinionPage.objects.visible_to(viewer).select_related("jurisdiction").defer("body")
    pages = {page.public_key: page for page in found.filter(public_key__in=keys)}
    kept = [pages[key] for key in keys if key in pages]
    title, said = _("政策文件清单，共 %d 份") % len(kept), [_("截至%s，您有权查看的文件。") % written(today), *lines]
    head, widths = (*_HEAD, *(_OFFICE_HEAD if viewer.sees_all else ())), (*_WIDTHS, *(_OFFICE_WIDTHS if viewer.sees_all else ()))
    rows = _table(kept, viewer)
    body = csv_of(title, said, head, rows) if form == "csv" else xlsx_of(title, said, head, rows, widths=widths, sheet="文件")
    return attached(body, _("文件清单-%s") % today.isoformat(), form)


def _table(pages: Sequence[OpinionPage], viewer: Viewer) -> Iterator[tuple[str, ...]]:
    today = timezone.localdate()
    for number, page in enumerate(pages, start=1):
        place = page.jurisdiction
        plain = (
            str(number), page.title, page.document_number, page.issuer, page.issue_date.isoformat() if page.issue_date else "",
            place.get_level_display() if place else "", place.name if place else "", page.kind, label(standing(page, today)),
            page.effective_until.isoformat() if page.effective_until else "", reverse("policy_docs:opinion", args=[page.public_key]),
        )  # fmt: skip
        office = (
            (_("有未发布的修改") if page.has_unpublished_changes else _("已发布")) if page.live else _("没有公开"), str(page.get_disclosure_display()),
            _("已核对完") if page.reviewed_at else _("没有核对完"), page.validity_confirmed_on.isoformat() if page.validity_confirmed_on else "",
        )  # fmt: skip
        yield (*plain, *office) if viewer.sees_all else plain
