"""Pages that two people edit at once, of every type without an editor of its own: guarded as the rows are (``guarded``).

Wagtail asks for a newer draft only before it saves by itself; who clicks «save» or «publish» would put an old form over it.
"""

import json
from functools import cache
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.side_panels import ChecksSidePanel
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.revisions import RevisionsRevertView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page

from policy_docs.opinions.trashed import Trashed

from .guarded import OPENED, Guarding


class GuardedPageForm(Guarding, WagtailAdminPageForm):
    """The form of a page. ``page.replaces`` is the draft that an earlier revision is put back over."""

    def stands(self) -> dict[str, str]:
        """Return what the newest draft shows."""
        replaced = getattr(self.instance, "replaces", None)
        return self.shown() if replaced is None else type(self)(instance=replaced, for_user=self.for_user).shown()

    def get_field_updates_for_resave(self) -> list[tuple[str, str]]:
        """Tell the open form what it shows now, after an autosave."""
        updates: list[tuple[str, str]] = super().get_field_updates_for_resave()
        now = type(self)(instance=self.instance, for_user=self.for_user).standing
        return [*updates, (OPENED, json.dumps(now, ensure_ascii=False))]


@cache
def _guarded(form_class: type[WagtailAdminPageForm]) -> type[GuardedPageForm]:
    made: type[GuardedPageForm] = type(form_class.__name__, (GuardedPageForm, form_class), {})
    return made


class OwnDraft(EditView):
    """An autosave may write over the newest revision only where that is this person's own, and nobody has published or submitted it."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Save; what may not be written over is left, and a new revision made."""
        if not self._may_overwrite(request.POST.get("overwrite_revision_id", "")):
            data: Any = request.POST.copy()
            data.pop("overwrite_revision_id", None)
            request.POST = data
        return super().post(request, *args, **kwargs)

    def get_side_panels(self) -> MediaContainer:
        """Leave out Wagtail's checks: readability by the rules of English, and what a start page on the web should have."""
        return MediaContainer([panel for panel in super().get_side_panels() if not isinstance(panel, ChecksSidePanel)])

    def _may_overwrite(self, key: str) -> bool:
        latest = self.latest_revision
        if latest is None or key != str(latest.pk) or latest.user_id != self.request.user.pk:
            return False
        return latest.pk != self.real_page_record.live_revision_id and not latest.task_states.exists()


class GuardedPageEditView(OwnDraft):
    """Saves or publishes a page only as long as its draft is the one that the form showed."""

    form_class: Any

    def dispatch(self, request: HttpRequest, page_id: int, **kwargs: Any) -> HttpResponseBase:
        """Lock the row before the draft is loaded: two savers would each load it before the other's. What lies in the trash is a page of no type."""
        from . import late  # the forms of documents stand on this module

        if Trashed.objects.filter(opinion=page_id).exists():
            return late.answer(self, request, page_id)
        if request.method != "POST":
            return super().dispatch(request, page_id, **kwargs)
        with transaction.atomic():
            Page.objects.select_for_update(no_key=True).filter(pk=page_id).values_list("pk").first()
            return super().dispatch(request, page_id, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the form, which takes down what it shows."""
        self.form_class = _guarded(self.form_class)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Save."""
        self.form_class = _guarded(self.form_class)
        return super().post(request, *args, **kwargs)

    @cached_property
    def is_out_of_date(self) -> bool:
        """Wagtail's question before an autosave: by what the form showed, since a first draft has no revision to compare."""
        form = self.form_class(self.request.POST, instance=self.get_object(), parent_page=self.parent, for_user=self.request.user)
        return bool(form.opened() != form.standing)

    def form_valid(self, form: GuardedPageForm) -> HttpResponseBase:
        """Save, or show what the other person has changed beside what this one has written."""
        if form.opened() == form.standing:
            return super().form_valid(form)
        self.page = self.get_object()
        found = form.together(form.standing)
        values = {"subscription": self.subscription, "parent_page": self.parent, "for_user": self.request.user}
        self.form = self.form_class(found.data, form.files, instance=self.page, **values)
        self.form.is_valid()
        messages.error(self.request, self.form.explain(form.standing, found))
        self.has_unsaved_changes = True
        self.errors_debug = None
        answer = self.render_to_response(self.get_context_data())
        answer.status_code = 409
        return answer


class GuardedPageRevertView(GuardedPageEditView, RevisionsRevertView):
    """An earlier revision put back: it replaces the draft that stands, and is compared with that."""

    def get_object(self) -> Page:
        """Return the earlier revision."""
        page: Page = super().get_object()
        page.replaces = self.real_page_record.get_latest_revision_as_object()
        return page


class GuardedPageViewSet(PageViewSet):
    """Wagtail's views for the pages that have none of their own, with ours where a draft is written."""

    model = Page
    edit_view_class = GuardedPageEditView
    revisions_revert_view_class = GuardedPageRevertView
