"""Entries of the admin's menu that lead to our own pages."""

from django.http import HttpRequest
from wagtail.admin.menu import MenuItem

from cms.accounts.viewer import viewer_of
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
