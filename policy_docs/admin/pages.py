"""What Wagtail's page views have to respect: opinions are withdrawn and deleted on our own pages, with reason, second person and trash."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.views.pages.unpublish import UnpublishView
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from cms.accounts.models import User
from policy_docs.opinions.citation_rows import hold_to_publish
from policy_docs.opinions.drafts import newest
from policy_docs.opinions.holding import hold_documents
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.releasing import Unsettled
from policy_docs.opinions.starting import is_marked
from policy_docs.opinions.trash import ROOT_SLUG, RemovalRefused, in_trash_tree, trash, was_published
from policy_docs.opinions.trashed import Trashed

from .publishing import refuse_bulk

_TRASH = "policy_docs:trash"


class TreePolicy(PagePermissionPolicy):
    """Permissions on the site's tree. The trash is a second tree, which Wagtail does not expect of a superuser: without this rule the explorer
    would find no common root, and lists would show what lies there. Others have no permission there anyhow."""

    def _base_queryset_for_user(self, user: User) -> Any:
        found = super()._base_queryset_for_user(user)
        if found is None or not user.is_superuser:
            return found
        return found.exclude(pk__in=Trashed.objects.values("opinion")).exclude(depth=1, slug=ROOT_SLUG)

    def instances_with_direct_explore_permission(self, user: User) -> Any:
        """A superuser begins at the root of the site's tree."""
        return [Page.get_first_root_node()] if user.is_superuser else super().instances_with_direct_explore_permission(user)


class OpinionUnpublishView(UnpublishView):
    """Withdrawing asks for a reason and shows what hangs on the document: our own page does."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Lead there."""
        return redirect("policy_docs:opinion_withdraw", self.object.public_key)


def leave_trash_alone(request: HttpRequest, page: Page, *others: Page) -> HttpResponse | None:
    """Send who wants to edit, copy, move, withdraw or delete what lies in the trash to the trash: a superuser's permissions end nowhere."""
    if not any(in_trash_tree(item) for item in (page, *others)):
        return None
    messages.warning(request, _("这份文件在回收站里，只能在那里恢复。"))
    return redirect(_TRASH)


def before_copy(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Lead to our page for an opinion: Wagtail's copy would take number, issuer and dates along, and may be published at once."""
    page = page.specific
    return redirect("policy_docs:opinion_start", page.public_key) if isinstance(page, OpinionPage) else None


def before_delete(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Lead to our page for an opinion; say why a page stays below which opinions are."""
    page = page.specific
    if isinstance(page, OpinionPage):
        return redirect("policy_docs:opinion_delete", page.public_key)
    below = _below(page)
    if below:
        messages.error(request, below)
        parent = page.get_parent()
        return redirect("wagtailadmin_explore", parent.pk if parent else page.pk)
    return None


def before_unpublish(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Wagtail withdraws what is below a page with it if asked to: opinions it does not."""
    if not request.POST.get("include_descendants") or not _live_below(page):
        return None
    messages.error(request, _("下面有公开的政策文件。撤回政策文件要写明理由，请先逐份撤回。"))
    return redirect("wagtailadmin_explore", page.pk)


def before_bulk(request: HttpRequest, action_type: str, objects: Iterable[object], view: object) -> HttpResponse | None:
    """Put drafts of opinions into the trash where many pages are deleted; where one has to stay or needs a reason, nothing is done."""
    if action_type == "publish":
        return _before_bulk_publish(request, objects, view)
    if action_type not in ("delete", "unpublish"):
        return None
    pages = [page.specific for page in objects if isinstance(page, Page)]
    opinions = [page for page in pages if isinstance(page, OpinionPage)]
    kept = _why_not_unpublish(request, pages, opinions) if action_type == "unpublish" else _why_not_delete(pages, opinions)
    if not kept and (action_type == "unpublish" or not opinions):
        return None
    if not kept:
        kept = _trash_all(request, opinions)
    if kept:
        messages.error(request, kept)
    return redirect(getattr(view, "next_url", "wagtailadmin_explore_root"))


def _why_not_unpublish(request: HttpRequest, pages: list[Page], opinions: list[OpinionPage]) -> str:
    if opinions or (request.POST.get("include_descendants") and any(_live_below(page) for page in pages)):
        return _("没有撤回：撤回政策文件要写明理由，请逐份撤回。")
    return ""


def _why_not_delete(pages: list[Page], opinions: list[OpinionPage]) -> str:
    if not opinions:
        return next((words for page in pages if (words := _below(page))), "")
    if len(opinions) < len(pages):
        return _("没有删除：政策文件不能和其他页面一起删除，请分开选择。")
    published = [page for page in opinions if was_published(page)]
    if published:
        return _("没有删除：《%s》发布过，删除要写明理由并由另一人批准，请逐份申请。") % "》《".join(page.title for page in published[:5])
    return ""


def _trash_all(request: HttpRequest, opinions: list[OpinionPage]) -> str:
    """Called in Wagtail's transaction: what was checked before holds."""
    assert isinstance(request.user, User)
    try:
        with transaction.atomic():
            hold_documents(page.pk for page in opinions)
            for page in opinions:
                trash(page, actor=request.user)
    except RemovalRefused as refused:
        return str(refused)
    messages.success(request, _("已将 %d 份草稿移入回收站。") % len(opinions))
    return ""


def _before_bulk_publish(request: HttpRequest, objects: Iterable[object], view: object) -> HttpResponse | None:
    """A text about which something has to be said is published by itself."""
    chosen = [page for page in objects if isinstance(page, Page)]
    marked = next((page for page in chosen if is_marked(page.draft_title)), None)
    if marked is not None:
        messages.error(request, _("没有发布：“%s”的标题还没有改好。") % marked.draft_title)
        return redirect(getattr(view, "next_url", "wagtailadmin_explore_root"))
    below = [page for one in chosen for page in one.get_descendants().not_live().specific()] if "include_descendants" in request.POST else []
    pages = [*(page.specific for page in chosen), *below]
    hold_to_publish(*(newest(page.pk) for page in pages if isinstance(page, OpinionPage)))  # in Wagtail's transaction
    try:
        refuse_bulk(pages)
    except Unsettled as refused:
        messages.error(request, str(refused))
        return redirect("opinion_publish", refused.page.pk)
    return None


def _live_below(page: Page) -> bool:
    return bool(OpinionPage.objects.descendant_of(page).live().exists())


def _below(page: Page) -> str:
    below = OpinionPage.objects.descendant_of(page).count()
    return _("“%(title)s”下面有 %(count)d 份政策文件，不能一并删除。") % {"title": page.title, "count": below} if below else ""
