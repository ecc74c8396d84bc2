"""The form of an opinion in Wagtail's editor: it carries what it showed, so that a stale one is told from a fresh one."""

from typing import TYPE_CHECKING, Any

from django import forms
from wagtail.admin.forms import WagtailAdminPageForm

from .drafts import Start, newest, read_start, start_of

if TYPE_CHECKING:
    from .pages import OpinionPage


class OpinionForm(WagtailAdminPageForm):
    """Wagtail's form with ``started_from``; a form without it is taken for a stale one."""

    started_from = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["started_from"] = (self.instance.started_from or self.start(self.instance)).dump()

    def start(self, page: "OpinionPage") -> Start:
        """Return what an edit by this form begins from."""
        return start_of(page, body="body" in self.fields)

    def clean(self) -> dict[str, Any]:
        """Hand on to the page what the form showed."""
        cleaned: dict[str, Any] = super().clean()
        if self.instance.pk:
            self.instance.started_from = read_start(cleaned.get("started_from", ""))
        return cleaned

    def clean_title(self) -> str:
        """Return the title in one line: it is shown in several, and pasted so from a red-headed document."""
        return "".join(line.strip() for line in str(self.cleaned_data["title"]).splitlines())

    def has_changed(self) -> bool:
        """Say whether a person changed anything: what the form carries along is no change."""
        return any(name != "started_from" for name in self.changed_data) or any(formset.has_changed() for formset in self.formsets.values())

    def get_field_updates_for_resave(self) -> list[tuple[str, str]]:
        """Tell the open form what it now begins from, after an autosave."""
        updates: list[tuple[str, str]] = super().get_field_updates_for_resave()
        return [*updates, ("started_from", self.start(newest(self.instance.pk)).dump())]
