"""Wagtail's choosers: that of pages is for those who work on pages, since it lists drafts, new titles and restricted pages; those of units and
places, which Wagtail gives no search because their rows are in no index, ask the rows themselves."""

from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.auth import require_admin_access
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.views import chooser
from wagtail.permissions import page_permission_policy
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet

from .searching import cleaned


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


class _FindForm(BaseFilterForm):
    """One box over the fields that the list of the same rows is searched by."""

    q = forms.CharField(label=_("名称"), widget=forms.TextInput(attrs={"placeholder": _("输入名称的一部分")}), required=False)

    def filter(self, objects: QuerySet[Model]) -> QuerySet[Model]:
        """Keep the rows that hold every word."""
        words = cleaned(self.cleaned_data["q"])
        if words:
            fields = objects.model.snippet_viewset.search_fields  # type: ignore[attr-defined]
            for word in words.split():
                objects = objects.filter(reduce(or_, [Q(**{f"{field}__icontains": word}) for field in fields]))
            self.is_searching, self.search_query = True, words
        return objects


class _ChooseView(ChooseView):
    filter_form_class = _FindForm


class _ChooseResultsView(ChooseResultsView):
    filter_form_class = _FindForm


class FindingChooser(SnippetChooserViewSet):
    """The chooser of a snippet with a box to find rows by their names."""

    choose_view_class = _ChooseView
    choose_results_view_class = _ChooseResultsView
