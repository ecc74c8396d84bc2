"""Input into a document that lies in the trash by now: kept, and found again when the document is restored."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.views.pages.edit import EditView

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from policy_docs.opinions.drafts import InTrash, read_start
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.setaside import set_aside

from .editing import facts_handler
from .sections import cut, section_handler


def answer(view: EditView, request: HttpRequest, key: int) -> HttpResponse:
    """Answer a form of a document in the trash: keep what it brings, and lead to where the document is."""
    if view.expects_json_response:
        refused: HttpResponse = view.json_error_response("in_trash", str(InTrash()))
        return refused
    if request.method == "POST" and _keep(request, key):
        messages.error(request, _("没有保存：这份文件刚被移入回收站。您填写的内容已经留着，恢复文件后打开编辑页就能合并。"))
    else:
        messages.warning(request, _("这份文件在回收站里，只能在那里恢复。"))
    return redirect("policy_docs:trash")


def _keep(request: HttpRequest, key: int) -> bool:
    words = request.POST.get("started_from", "")
    row = OpinionPage.with_trash.filter(pk=key).first() if words else None
    if row is None or not isinstance(request.user, User) or not viewer_of(request.user).sees_all:
        return False
    page, start = row.get_latest_revision_as_object(), read_start(words)
    if start.part:
        page, handler = cut(page, "", start), section_handler()
    else:
        handler = OpinionPage.get_edit_handler() if "body-count" in request.POST else facts_handler()
    form = handler.get_form_class()(request.POST, instance=page, parent_page=page.get_parent(), for_user=request.user)
    if not form.is_valid() or start.holds(form.instance):
        return False
    blocks = list(form.entered) if start.part else list(form.instance.body.raw_data) if "body" in form.fields else None
    set_aside(form.instance, start, blocks=blocks, actor=request.user)
    return True
