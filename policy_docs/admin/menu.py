"""Entries of the admin's menu that lead to our own pages."""

from django.http import HttpRequest
from wagtail.admin.menu import MenuItem

from cms.accounts.viewer import viewer_of


class ReviewMenuItem(MenuItem):
    """The way to the list in which duties are checked."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Only for those who may check."""
        return viewer_of(request.user).sees_all
