"""Wagtail's editor for opinions: a stale save or publish changes nothing, keeps what was entered and leads to the page that shows both."""

import json
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.action_menu import ActionMenuItem, WorkflowMenuItem
from wagtail.admin.panels import HelpPanel, ObjectList, TabbedInterface
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.views.pages.preview import PreviewOnEditView
from wagtail.admin.views.pages.revisions import RevisionsRevertView
from wagtail.admin.viewsets.pages import PageViewSet

from cms.accounts.models import User
from policy_docs.opinions.citation_rows import hold_to_publish
from policy_docs.opinions.drafts import StaleDraft, hold, newest, read_start, start_of
from policy_docs.opinions.editing import settle_identity
from policy_docs.opinions.forms import OpinionForm
from policy_docs.opinions.merging import Raw
from policy_docs.opinions.models import SetAside
from policy_docs.opinions.needed import facts_of, needed
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.releasing import Incomplete, Unsettled, lacking
from policy_docs.opinions.reviewing import ReviewLock
from policy_docs.opinions.sections import is_long
from policy_docs.opinions.setaside import open_inputs, set_aside
from policy_docs.opinions.starting import MARK, is_marked
from policy_docs.opinions.types import Block, BlockKind

from .guarded_pages import OwnDraft
from .pages import OpinionUnpublishView
from .publishing import OpinionWorkflowActionView


def tell_of_inputs(request: HttpRequest, key: int) -> None:
    """Say where an input of this person into a document waits."""
    for kept in open_inputs(key, request.user.pk or 0)[:1]:
        begun = kept.why == SetAside.Why.BEGUN
        words = _("待施行的文字已经启用。您没有发布的修改没有随之生效，还留着。") if begun else _("您对这份文件有一份修改没能保存，还留着。")
        messages.warning(request, format_html('{} <a href="{}">{}</a>', words, reverse("opinion_conflict", args=[kept.pk]), _("查看并合并")))


class StaleGuard(OwnDraft):
    """What every form on the draft of an opinion does: lock before it loads, refuse what is stale, keep it.

    One transaction from loading to publishing: Wagtail has none around it, and two savers would each load the text before the other's.
    """

    def dispatch(self, request: HttpRequest, page_id: int, **kwargs: Any) -> HttpResponseBase:
        """Lock the row before the draft is loaded; set aside what is stale after everything was rolled back."""
        if request.method != "POST":
            return super().dispatch(request, page_id, **kwargs)
        try:
            with transaction.atomic():
                self._hold(request, page_id)
                return super().dispatch(request, page_id, **kwargs)
        except StaleDraft:
            return self.refuse_stale()

    @staticmethod
    def _hold(request: HttpRequest, page_id: int) -> None:
        """Lock the document; who publishes it needs those too that it will repeal, in the order of everybody else."""
        if {"action-publish", "action-workflow-action"}.isdisjoint(request.POST) or not OpinionPage.objects.filter(pk=page_id).exists():
            hold(page_id)
            return
        texts = [text for name, text in request.POST.items() if name.startswith("body-") and name.endswith("-text")]
        hold_to_publish(newest(page_id), entered=[Block(BlockKind.CLAUSE, "", str(text), 0) for text in texts])

    @cached_property
    def is_out_of_date(self) -> bool:
        """Wagtail's question before an autosave: by what the form showed, since a first draft has no revision to compare."""
        return not read_start(self.request.POST.get("started_from", "")).holds(self.newest_page)

    @cached_property
    def newest_page(self) -> OpinionPage:
        """The draft as it stands."""
        page: OpinionPage = self.real_page_record.get_latest_revision_as_object()
        return page

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Save, or answer the review."""
        if isinstance(self.lock, ReviewLock) and request.POST.get("action-workflow-action") and self.workflow_action_is_valid():
            return self.review()
        if self._comes_too_late():
            words = self.workflow_state.get_status_display() if self.workflow_state else ""
            messages.error(request, _("没有办理：这次审核刚才已经有了结果（%s）。") % words if words else _("没有办理：现在没有在审核。"))
            return redirect("opinion_outline", self.page.pk)
        if self.expects_json_response and self.is_out_of_date:
            return self.refuse_stale()
        self._keep_as_draft()
        return super().post(request, *args, **kwargs)

    def _keep_as_draft(self) -> None:
        """Save without publishing or submitting what still bears the title of a draft begun from another document."""
        asked = [name for name in ("action-publish", "action-submit", "action-restart-workflow") if name in self.request.POST]
        if not asked or not is_marked(self.request.POST.get("title", self.page.title)):
            return
        data: Any = self.request.POST.copy()
        for name in asked:
            data.pop(name)
        self.request.POST = data
        messages.warning(self.request, _("标题还带着“%s”，只存为草稿。请先改好标题再发布或提交审核。") % MARK)

    def review(self) -> HttpResponse:
        """Approve or send back what is in review. Wagtail would save the form first, which the lock forbids."""
        task, state = self.page.current_workflow_task, self.page.current_workflow_task_state
        extra = json.loads(self.request.POST.get("workflow-action-extra-data", "") or "{}")
        try:
            task.on_action(state, self.request.user, self.workflow_action, **extra)
        except Unsettled as refused:
            messages.warning(self.request, str(refused))
            return redirect("opinion_publish", self.page.pk)
        done = _("已通过审核。") if self.workflow_action == "approve" else _("已退回修改。")
        messages.success(self.request, done)
        return redirect("opinion_outline", self.page.pk)

    def _comes_too_late(self) -> bool:
        """Say whether an answer to a review finds none: Wagtail would save the form instead, and say that it did."""
        answers = bool(self.request.POST.get("action-workflow-action")) and not self.workflow_action_is_valid()
        cancels = bool(self.request.POST.get("action-cancel-workflow"))
        return answers or (cancels and not (self.is_cancelling_workflow and self.workflow_state.is_active))

    def form_invalid(self, form: Any) -> HttpResponseBase:
        """Show the errors; what was entered into a draft that has been locked or submitted meanwhile is kept, as Wagtail would show it once and forget it."""
        start = read_start(self.request.POST.get("started_from", ""))
        if self.expects_json_response or not self.locked_for_user or self.is_cancelling_workflow or not form.is_valid() or start.holds(form.instance):
            return super().form_invalid(form)
        messages.error(self.request, _("没有保存：草稿现在不能修改。您填写的内容还留着，可以修改以后在这里合并。"))
        return self.refuse_stale()

    def refuse_stale(self) -> HttpResponse:
        """Keep what the form held and lead to the page that shows both."""
        if self.expects_json_response:
            return self.json_error_response("invalid_revision", _("已有更新的草稿。请点“保存”，两边的修改都会留着，由您合并。"))
        page, user = self.form.instance, self.request.user
        assert isinstance(user, User)
        start = read_start(self.request.POST.get("started_from", ""))
        kept = set_aside(page, start, blocks=self.entered_blocks(), actor=user)
        return redirect("opinion_conflict", kept.pk)

    def entered_blocks(self) -> list[Raw] | None:
        """Return the blocks that the form held; None where it showed no body."""
        return list(self.form.instance.body.raw_data) if "body" in self.form.fields else None

    def form_valid(self, form: Any) -> HttpResponseBase:
        """Save; what was typed anew gets the identity that it deserves. Not in an autosave: the open form would not hear of it."""
        if not self.expects_json_response:
            settle_identity(form.instance)
        if self.action_name in ("submit", "restart_workflow") and (lacks := lacking(form.instance)):
            messages.warning(self.request, str(Incomplete(form.instance.title, lacks)))
            self.action_name_and_method = ("save", self.save_action)
        return super().form_valid(form)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the form, and say where an input of this person waits."""
        tell_of_inputs(request, self.page.pk)
        return super().get(request, *args, **kwargs)


class LongGuard(StaleGuard):
    """A form of the whole page leaves the body out where it is too long for one: that is edited by section."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the form."""
        self._shorten()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Save the form. One that was opened with its body is taken with it, however long the draft has grown since; one that was sent before its
        body stood on the page is not."""
        if "body-count" not in request.POST:
            self._shorten()
        if "body" in self.form_class.base_fields and not _is_whole(request.POST):
            words = _("没有保存：页面还没有载入完整就提交了。请等正文显示出来以后再保存。")
            if self.expects_json_response:
                return self.json_error_response("incomplete", words)
            messages.error(request, words)
            return redirect(request.get_full_path())
        return super().post(request, *args, **kwargs)

    def _shorten(self) -> None:
        if is_long(self.page.body.raw_data):
            self.edit_handler = facts_handler()
            self.form_class = self.edit_handler.get_form_class()


def _is_whole(data: QueryDict) -> bool:
    """Say whether a form holds each of the blocks that it counts."""
    count = data.get("body-count", "")
    return count.isdecimal() and len(count) < 7 and all(f"body-{at}-type" in data for at in range(int(count)))


class OpinionCreateView(CreateView):
    """The form of a new page: published or submitted at once, it is asked for what the form of a draft is asked for, and kept as a draft without it.
    Wagtail would store a page that is published with its row live, before anybody can ask."""

    def form_valid(self, form: Any) -> HttpResponseBase:
        """Save."""
        lacks = needed(facts_of(form.instance)) if self.action_name in ("publish", "submit") else {}
        if lacks:
            messages.warning(self.request, str(Incomplete(form.instance.title, lacks, deed=self.action_name)))
            self.action_name_and_method = ("save", self.save_action)
        return super().form_valid(form)


class OpinionEditView(LongGuard):
    """The form of the whole page."""


class OpinionRevertView(LongGuard, RevisionsRevertView):
    """An earlier revision put back, body and all. It begins from the draft that it replaces, not from the revision that it shows."""

    def get_object(self) -> OpinionPage:
        """Return the earlier revision."""
        page: OpinionPage = super().get_object()
        page.started_from = start_of(self.newest_page)
        return page

    def entered_blocks(self) -> list[Raw]:
        """Return the blocks of the earlier revision, also where the form did not show them."""
        return list(self.form.instance.body.raw_data)


def facts_handler() -> Any:
    """Return the panels of a page whose body is edited by section."""
    content = [panel for panel in OpinionPage.content_panels if getattr(panel, "field_name", "") != "body"]
    content.append(HelpPanel(template="policy_docs/admin/long_body.html", heading=_("正文")))
    tabs = [(content, _("内容")), (OpinionPage.promote_panels, _("推广")), (OpinionPage.settings_panels, _("设置"))]
    handler = TabbedInterface([ObjectList(panels, heading=heading) for panels, heading in tabs if panels], base_form_class=OpinionForm)
    return handler.bind_to_model(OpinionPage)


class OpinionPreview(PreviewOnEditView):
    """The preview of the whole page; the form of a long one holds no body."""

    def get_form(self, query_dict: Any) -> Any:
        """Return the form that the preview is made from."""
        if "body-count" in query_dict or not is_long(self.object.body.raw_data):
            return super().get_form(query_dict)
        form_class = facts_handler().get_form_class()
        values = {"instance": self.object, "parent_page": self.object.get_parent().specific, "for_user": self.request.user}
        return form_class(query_dict, **values) if query_dict else form_class(**values)


class OpinionViewSet(PageViewSet):
    """Wagtail's views for opinions, with our own where the draft is written."""

    model = OpinionPage
    add_view_class = OpinionCreateView
    edit_view_class = OpinionEditView
    revisions_revert_view_class = OpinionRevertView
    preview_on_edit_view_class = OpinionPreview
    workflow_action_view_class = OpinionWorkflowActionView
    unpublish_view_class = OpinionUnpublishView


def offer_review(menu_items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]) -> None:
    """Offer the reviewer's actions: Wagtail hides them where the page is locked, and in review it is locked for everybody."""
    page = context.get("page")
    if not isinstance(page, OpinionPage) or context.get("view") != "edit" or not isinstance(context.get("lock"), ReviewLock):
        return
    words = {"approve": (_("通过并发布"), "success"), "reject": (_("退回修改"), "edit")}
    actions = page.current_workflow_task.get_actions(page, request.user)
    # with a comment where Wagtail asks for one; approving without is the plain one of two
    chosen = {name: (name, *words[name], modal) for name, _label, modal in reversed(actions) if name in words}
    offered = [WorkflowMenuItem(name, label, modal, icon_name=icon) for name, label, icon, modal in chosen.values()]
    menu_items[:0] = sorted(offered, key=lambda item: item.name)
