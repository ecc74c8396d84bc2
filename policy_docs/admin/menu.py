"""Entries of the admin's menu that lead to our own pages."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.menu import MenuItem, SubmenuMenuItem

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from policy_docs.notices.reading import gets_notices, unread
from policy_docs.removing.requests import answers_requests


class OfficeMenuItem(MenuItem):
    """The way to a page of the coordination office."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Only for those who may work there."""
        return viewer_of(request.user).sees_all


class ReviewMenuItem(OfficeMenuItem):
    """The way to the list in which duties are checked."""


class ImportsMenuItem(OfficeMenuItem):
    """The way to the files that are brought in."""


class RemovalsMenuItem(MenuItem):
    """The way to the requests to delete a document."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Also for the administrator, who approves what is removed for good."""
        return answers_requests(viewer_of(request.user))


class NoticesMenuItem(MenuItem):
    """The way to the notices, with how many are not read; for those who get any."""

    def is_shown(self, request: HttpRequest) -> bool:
        """For the office, and for who works in a unit."""
        return gets_notices(request.user)

    def render_component(self, request: HttpRequest) -> Any:
        """Say the number."""
        component = super().render_component(request)
        waiting = unread(request.user, on=timezone.localdate()) if isinstance(request.user, User) else 0
        if waiting:
            component.label = _("%(label)s（%(number)d 条未读）") % {"label": self.label, "number": waiting}
        return component


class DirectoryMenuItem(MenuItem):
    """The way to the directory of contacts."""

    def is_shown(self, request: HttpRequest) -> bool:
        """For those who work with it."""
        return viewer_of(request.user).reads_directory


#: nothing in this product holds pictures or files of Wagtail's, which collections sort; there is one site; its own list of old pages is another one than ours
_UNUSED = frozenset({"images", "documents", "collections", "sites", "aging-pages", "page-types-usage", "editor-guide"})


def leave_out(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Take out of a menu what nobody here can use, and what speaks of Wagtail."""
    menu_items[:] = [_plain(item) for item in menu_items if item.name not in _UNUSED and not item.name.startswith("whats-new-in-wagtail")]


def _plain(item: MenuItem) -> MenuItem:
    """Return Wagtail's settings without the line that names its version."""
    if item.name != "settings" or not isinstance(item, SubmenuMenuItem):
        return item
    return SubmenuMenuItem(item.label, item.menu, name=item.name, icon_name=item.icon_name, order=item.order)


def leave_out_of_summary(request: HttpRequest, summary_items: list[Any]) -> None:
    """Count on the first page what this product holds: Wagtail's pages, but neither pictures nor files."""
    summary_items[:] = [item for item in summary_items if type(item).__module__.startswith("wagtail.admin")]
