"""Forms whose address carries a mark of what they showed: accounts, groups, and the question before a row is deleted.

The second of two people is told and keeps what was entered; sent once more, it is saved over what has been seen by then.
"""

import hashlib
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.utils import set_query_params
from wagtail.models import GroupCollectionPermission, GroupPagePermission
from wagtail.snippets.views.snippets import DeleteView
from wagtail.users.views import groups

from .rowgone import OfRowThatMayBeGone, who_changed

_SEEN = "seen"
_PASSING = frozenset({"last_login"})  # not written by a form


def stamp_of(row: Model) -> str:
    """Return a short mark of what a form shows of a row as it stands in the database: its columns, what it is joined with, and the rights of a group."""
    fresh = type(row)._default_manager.get(pk=row.pk)
    told: list[Any] = [(field.attname, str(field.value_from_object(fresh))) for field in fresh._meta.concrete_fields if field.name not in _PASSING]
    told += [(field.name, sorted(getattr(fresh, field.name).values_list("pk", flat=True))) for field in fresh._meta.many_to_many]
    if isinstance(fresh, Group):
        told.append(sorted(GroupPagePermission.objects.filter(group=fresh).values_list("page", "permission")))
        told.append(sorted(GroupCollectionPermission.objects.filter(group=fresh).values_list("collection", "permission")))
    return hashlib.blake2b(repr(told).encode(), digest_size=8).hexdigest()


class StampedEdit:
    """Saves a row only as long as it is the one that the form showed."""

    model: type[Model]
    object: Any
    request: Any
    kwargs: dict[str, Any]
    produced_error_message: str

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Compare and save under the lock of the row."""
        if request.method != "POST":
            return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        with transaction.atomic():
            self.model._default_manager.select_for_update().filter(pk=self.kwargs["pk"]).values_list("pk").first()
            return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def is_valid(self, form: Any) -> bool:
        """Say whether the form may be saved."""
        if not super().is_valid(form):  # type: ignore[misc]
            return False
        if self.request.GET.get(_SEEN) == stamp_of(self.object):
            return True
        words = _("没有保存：您打开以后，%s改过这里的内容。您填写的内容还在，请到另一窗口看过现在的内容，再决定是否保存。")
        self.produced_error_message = words % who_changed(self.object)
        return False

    def get_context_data(self, **kwargs: Any) -> Any:
        """Let the form carry what it shows."""
        context = super().get_context_data(**kwargs)  # type: ignore[misc]
        context["action_url"] = set_query_params(context["action_url"], {_SEEN: stamp_of(self.object)})
        return context


class GroupEditView(StampedEdit, groups.EditView):
    """The form of a group, with its rights."""


class GroupViewSet(groups.GroupViewSet):
    """Wagtail's views of groups, with ours where one is changed."""

    model = Group
    edit_view_class = GroupEditView


class StampedDeleteView(OfRowThatMayBeGone, DeleteView):
    """Deletes a row only as long as it is the one that was there when the question was asked."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say so."""
        if self.gone:
            messages.warning(request, _("这一条已由%s删除，没有再办理。") % self.who_deleted())
            return redirect(self.index_url_name)
        return super().dispatch(request, *args, **kwargs)

    def get_delete_url(self) -> str:
        """Let the question carry what it was asked of."""
        return str(set_query_params(super().get_delete_url(), {_SEEN: stamp_of(self.object)}))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Delete it, or ask again."""
        with transaction.atomic():
            self.model._default_manager.select_for_update().filter(pk=self.object.pk).values_list("pk").first()
            if request.GET.get(_SEEN) == stamp_of(self.object):
                return super().post(request, *args, **kwargs)
        messages.error(request, _("没有删除：您打开以后，%s改过这一条。请看过现在的内容，再决定是否删除。") % who_changed(self.object))
        answer: HttpResponse = self.get(request, *args, **kwargs)
        answer.status_code = 409
        return answer
