"""What this app adds to Wagtail's admin; the parts themselves are in ``policy_docs.admin``."""

from collections.abc import Iterator

from django.templatetags.static import static
from django.urls import URLPattern, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets.button import Button
from wagtail.models import AbstractPage, Page
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from policy_docs.admin import inline, pages, publishing, removal, urls
from policy_docs.admin.editing import OpinionViewSet, offer_review
from policy_docs.admin.guarded_pages import GuardedPageViewSet
from policy_docs.admin.menu import (
    DirectoryMenuItem,
    ImportsMenuItem,
    NoticesMenuItem,
    OfficeMenuItem,
    RemovalsMenuItem,
    ReviewMenuItem,
    leave_out,
    leave_out_of_summary,
)
from policy_docs.admin.policies import FoundRowsPolicy
from policy_docs.admin.units import UnitsGroup
from policy_docs.duties.models import UnknownUnitName

inline.install()
register_permission_policy(UnknownUnitName, FoundRowsPolicy(UnknownUnitName))  # before anything looks one up
register_snippet(UnitsGroup)
register_permission_policy(AbstractPage, pages.TreePolicy())
for _deed in ("edit", "copy", "move", "unpublish", "delete"):
    hooks.register(f"before_{_deed}_page", pages.leave_trash_alone, order=-1)
hooks.register("before_copy_page", pages.before_copy)
hooks.register("before_delete_page", pages.before_delete)
hooks.register("before_publish_page", publishing.before_publish)
hooks.register("before_unpublish_page", pages.before_unpublish)
hooks.register("before_bulk_action", pages.before_bulk)
hooks.register("before_delete_snippet", removal.before_delete)
hooks.register("construct_page_action_menu", offer_review)
for _menu in ("main", "settings", "reports", "help"):
    hooks.register(f"construct_{_menu}_menu", leave_out)
hooks.register("construct_homepage_summary_items", leave_out_of_summary, order=1)


@hooks.register("insert_global_admin_css")
def admin_css() -> str:
    """Give the administration the colours and the measures of the product."""
    return format_html('<link rel="stylesheet" href="{}">', static("liandong/admin.css"))


@hooks.register("insert_global_admin_js")
def admin_js() -> str:
    """Let forms that were opened before somebody signed in again be saved; mend what keyboard and screen reader do not reach."""
    names = ("sent", "admin_sent", "admin")
    return format_html_join("", '<script src="{}"></script>', [(static(f"liandong/{name}.js"),) for name in names])


@hooks.register("register_admin_menu_item")
def desk_menu_item() -> MenuItem:
    """Lead back to where the day's work lies."""
    return MenuItem(_("工作台"), reverse("desk"), name="desk", icon_name="list-ul", order=10)


@hooks.register("register_admin_menu_item")
def notices_menu_item() -> NoticesMenuItem:
    """Offer what changed for units."""
    return NoticesMenuItem(_("通知"), reverse("policy_docs:notices"), name="notices", icon_name="mail", order=20)


@hooks.register("register_admin_menu_item")
def opinions_menu_item() -> OfficeMenuItem:
    """Offer the list of documents with its filters, beside the tree of pages."""
    return OfficeMenuItem(_("政策文件"), reverse("policy_docs:opinions"), name="opinions", icon_name="doc-full", order=30)


@hooks.register("register_admin_menu_item")
def directory_menu_item() -> DirectoryMenuItem:
    """Offer the contacts of the member units."""
    return DirectoryMenuItem(_("通讯录"), reverse("policy_docs:directory"), name="directory", icon_name="user", order=112)


@hooks.register("register_help_menu_item")
def help_menu_item() -> MenuItem:
    """Offer the guide to editing."""
    return MenuItem(_("使用说明"), reverse("admin_help"), name="guide", icon_name="help", order=10)


@hooks.register("register_admin_menu_item")
def review_menu_item() -> ReviewMenuItem:
    """Offer the list beside Wagtail's own entries."""
    return ReviewMenuItem(_("核对职责"), reverse("policy_docs:review"), name="review-duties", icon_name="tasks", order=110)


@hooks.register("register_admin_menu_item")
def topics_menu_item() -> OfficeMenuItem:
    """Offer the tree of topics beside it."""
    return OfficeMenuItem(_("主题"), reverse("topic_tree"), name="topics", icon_name="tag", order=113)


@hooks.register("register_page_header_buttons")
def outline_button(page: Page, user: object, next_url: str | None = None, view_name: str = "") -> Iterator[Button]:
    """Lead from a document to its outline."""
    if page.cached_content_type.model == "opinionpage" and page.alias_of_id is None and page.permissions_for_user(user).can_edit():
        yield Button(_("目录与分节编辑"), reverse("opinion_outline", args=[page.pk]), icon_name="list-ul", priority=11)


@hooks.register("register_admin_menu_item")
def trash_menu_item() -> OfficeMenuItem:
    """Offer the trash beside Wagtail's own entries."""
    return OfficeMenuItem(_("回收站"), reverse("policy_docs:trash"), name="trash", icon_name="bin", order=113)


@hooks.register("register_admin_menu_item")
def removals_menu_item() -> RemovalsMenuItem:
    """Offer what waits for a second person."""
    return RemovalsMenuItem(_("待批准的删除"), reverse("policy_docs:removals"), name="removals", icon_name="circle-check", order=114)


@hooks.register("register_admin_viewset")
def opinion_viewset() -> ViewSet:
    """Write the drafts of opinions by our own views."""
    return OpinionViewSet("opinions")


@hooks.register("register_admin_viewset", order=1)  # behind Wagtail's own for all pages, which it replaces
def page_viewset() -> ViewSet:
    """Write the drafts of all other pages by guarded views."""
    return GuardedPageViewSet("pages")


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """Our own pages of the administration, behind its sign-in."""
    return urls.urlpatterns


@hooks.register("register_admin_menu_item")
def imports_menu_item() -> ImportsMenuItem:
    """Offer the import beside Wagtail's own entries."""
    return ImportsMenuItem(_("导入文件"), reverse("policy_docs:imports"), name="imports", icon_name="upload", order=105)


@hooks.register("register_admin_menu_item")
def completeness_menu_item() -> OfficeMenuItem:
    """Offer what the store may lack beside it."""
    return OfficeMenuItem(_("查漏补缺"), reverse("policy_docs:completeness"), name="completeness", icon_name="warning", order=111)


@hooks.register("register_admin_menu_item")
def reforms_menu_item() -> OfficeMenuItem:
    """Offer the reforms beside units and places: they are entered as events, not as rows."""
    return OfficeMenuItem(_("机构改革"), reverse("policy_docs:reforms"), name="reforms", icon_name="redirect", order=112)
