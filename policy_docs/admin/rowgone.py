"""What the views of rows say of a colleague who was quicker: who has changed the row, who has deleted it."""

from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import registry as log_registry
from wagtail.models import ModelLogEntry


def who_changed(row: Model) -> str:
    """Say who has changed a row last, and when."""
    last = log_registry.get_logs_for_instance(row).select_related("user").first()
    if last is None:
        return _("其他人")
    return _("%(who)s于 %(when)s") % {"who": last.user_display_name, "when": timezone.localtime(last.timestamp).strftime("%H:%M")}


class OfRowThatMayBeGone:
    """A view of one row that takes note where a form comes back for a row that is no more (``gone``)."""

    gone = False
    model: type[Model]
    kwargs: dict[str, Any]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Look for the row."""
        try:
            super().setup(request, *args, **kwargs)  # type: ignore[misc]
        except Http404:
            if request.method != "POST":
                raise
            self.gone = True

    def who_deleted(self) -> str:
        """Say who has deleted the row."""
        of_row = ModelLogEntry.objects.filter(content_type__model=self.model._meta.model_name, object_id=str(self.kwargs["pk"]), action="wagtail.delete")
        last = of_row.select_related("user").order_by("-pk").first()
        return last.user_display_name if last else _("他人")
