"""Rows that two people edit at once: the second to save is told what the first has changed, and keeps what it has written.

A form carries what it showed when it was opened. Where the row is another by then, fields that this person left alone take what
stands now, the others stay as this person has written them, and nothing is saved until it is saved once more.
"""

import datetime
import json
from typing import Any, NamedTuple, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.snippets.views.snippets import CreateView, EditView

from .rowgone import OfRowThatMayBeGone, who_changed

OPENED = "opened_with"


class Together(NamedTuple):
    """An input on top of what stands now: ``kept`` were changed by both, ``taken`` by the other person alone."""

    data: Any
    kept: tuple[str, ...]
    taken: tuple[str, ...]


class Guarding(forms.ModelForm):
    """What a form carries that knows what it showed when it was opened: name of field → value as written in the page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[OPENED] = forms.CharField(required=False, widget=forms.HiddenInput)
        self.standing = self.stands()
        self.initial[OPENED] = json.dumps(self.standing, ensure_ascii=False)

    def stands(self) -> dict[str, str]:
        """Return what an edit by this form replaces."""
        return self.shown()

    def guarded(self) -> dict[str, forms.Field]:
        """Return the fields that can change; a key is written once, a subscription is the person's own."""
        return {name: field for name, field in self.fields.items() if name not in (OPENED, "comment_notifications", self._meta.model._meta.pk.name)}

    def shown(self) -> dict[str, str]:
        """Return what the form shows of its row."""
        return {name: self._as_written(field, field.prepare_value(self.get_initial_for_field(field, name))) for name, field in self.guarded().items()}

    @staticmethod
    def _as_written(field: forms.Field, value: Any) -> str:
        if isinstance(value, datetime.date):  # times too
            value = field.widget.format_value(value)
        return "" if value in (None, False) else str(value)

    def opened(self) -> dict[str, str]:
        """Return what the form showed when it was opened, as it came back; a form without it showed nothing."""
        try:
            found = json.loads(self.data.get(self.add_prefix(OPENED), ""))
        except ValueError:
            return {}
        return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}

    def written(self) -> dict[str, str]:
        """Return what this person has written, in the form of ``shown``."""
        found = {name: field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name)) for name, field in self.guarded().items()}
        return {name: "" if value in (None, False) else str(value).replace("\r\n", "\n") for name, value in found.items()}

    def in_words(self, name: str, value: str) -> str:
        """Return a value of ``shown`` as a person reads it."""
        field = self.fields[name]
        if isinstance(field, forms.BooleanField):
            return _("是") if value else _("否")
        if isinstance(field, forms.ModelChoiceField) and value:
            try:
                return str(field.to_python(value))
            except ValidationError:
                return value
        if isinstance(field, forms.ChoiceField):
            return str(dict(cast(list[tuple[str, str]], field.choices)).get(value, value)) if value else _("没有填")
        return value.replace("\n", "；") or _("没有填")

    def together(self, theirs: dict[str, str]) -> Together:
        """Put what this person has written on top of what stands now."""
        before, mine = self.opened(), self.written()
        merged = cast(QueryDict, self.data).copy()
        kept, taken = [], []
        for name in self.guarded():
            if theirs[name] == before.get(name, theirs[name]):
                continue
            if mine[name] == before.get(name, ""):
                taken.append(name)
                if theirs[name]:
                    merged[self.add_prefix(name)] = theirs[name]
                else:
                    merged.pop(self.add_prefix(name), None)
            elif mine[name] != theirs[name]:
                kept.append(name)
        merged[self.add_prefix(OPENED)] = json.dumps(theirs, ensure_ascii=False)
        return Together(merged, tuple(kept), tuple(taken))

    def explain(self, theirs: dict[str, str], found: Together) -> str:
        """Mark the fields that the other person has changed; return the message that says so."""
        for name in found.kept:
            self.add_error(name, _("他人已改为“%s”。这里是您填写的内容；再次保存将以您填写的为准。") % self.in_words(name, theirs[name]))
        for name in found.taken:
            self.add_error(name, _("他人已改为“%s”，已经替您更新。") % self.in_words(name, theirs[name]))
        return _("没有保存：您打开以后，%s改过这里的内容。您填写的内容还在，请核对标出的项目后再次保存。") % who_changed(self.instance)


class GuardedForm(Guarding, WagtailAdminModelForm):
    """The form of a row."""


class TakingCreateView(CreateView):
    """The form of a new row. What was written into a row that somebody else has deleted meanwhile (``gone``: the words that say so) comes here and is
    shown; it is a new row once it is sent from here."""

    def post(self, request: HttpRequest, *args: Any, gone: str = "", **kwargs: Any) -> HttpResponse:
        """Create the row, or show what comes from the form of the one that is gone."""
        if not gone:
            return super().post(request, *args, **kwargs)
        self.object = None
        form = self.get_form()
        form.is_valid()
        self.produced_error_message = gone + _("您填写的内容在下面，需要的话可以保存为新的一条。")
        answer = self.form_invalid(form)
        answer.status_code = 409
        return answer


class GuardedEditView(OfRowThatMayBeGone, EditView):
    """Saves a row only as long as it is the one that the form showed. What was written into one that is no more is offered as a new row."""

    add_url_name = ""  # given by the viewset

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say so."""
        if not self.gone:
            return super().dispatch(request, *args, **kwargs)
        if self.permission_policy.user_has_permission(request.user, "add"):
            add: HttpResponse = resolve(reverse(self.add_url_name)).func(request, gone=self.gone_words())
            return add
        messages.error(request, self.gone_words())
        return redirect(self.index_url_name)

    def gone_words(self) -> str:
        """Say that the row is gone, and by whom."""
        return _("没有保存：这一条已被%s删除。") % self.who_deleted()

    def form_valid(self, form: GuardedForm) -> HttpResponse:
        """Compare under the lock of the row, then save. Rows that refer to it may be stored meanwhile: who does so holds the audit trail."""
        with transaction.atomic():
            now = self.model._default_manager.select_for_update(no_key=True).filter(pk=self.object.pk).first()
            if now is None:
                self.gone = True
                return self.dispatch(self.request)
            current = type(form)(instance=now, for_user=self.request.user)
            if form.opened() == current.standing:
                return super().form_valid(form)
        return self._told(form, current, now)

    def _told(self, form: GuardedForm, current: GuardedForm, now: Any) -> HttpResponse:
        found = form.together(current.standing)
        self.object = now
        again = type(form)(found.data, form.files, instance=now, for_user=self.request.user)
        again.full_clean()
        self.produced_error_message = again.explain(current.standing, found)
        answer = self.form_invalid(again)
        answer.status_code = 409
        return answer
