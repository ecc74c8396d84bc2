"""Wagtail's page chooser lists drafts, new titles and restricted pages to whoever enters the administration: only who works on pages may choose one."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views import chooser
from wagtail.permissions import page_permission_policy


def _guarded(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    def choose(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not page_permission_policy.user_has_any_permission(request.user, {"add", "change", "publish"}):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    guarded: Callable[..., HttpResponseBase] = require_admin_access(choose)
    return guarded


# in front of Wagtail's own, under the same names
urlpatterns = [
    path("choose-page/", _guarded(chooser.BrowseView.as_view()), name="wagtailadmin_choose_page"),
    path("choose-page/<int:parent_page_id>/", _guarded(chooser.BrowseView.as_view()), name="wagtailadmin_choose_page_child"),
    path("choose-page/search/", _guarded(chooser.SearchView.as_view()), name="wagtailadmin_choose_page_search"),
    path("choose-page/chosen-multiple/", _guarded(chooser.ChosenMultipleView.as_view()), name="wagtailadmin_choose_page_chosen_multiple"),
]
