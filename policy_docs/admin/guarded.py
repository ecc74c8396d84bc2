"""Rows that two people edit at once: the second to save is told what the first has changed, and keeps what it has written.

A form carries what it showed when it was opened. Where the row is another by then, fields that this person left alone take what
stands now, the others stay as this person has written them, and nothing is saved until it is saved once more.
"""

import json
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.log_actions import registry as log_registry
from wagtail.snippets.views.snippets import EditView

OPENED = "opened_with"


class GuardedForm(WagtailAdminModelForm):
    """A form that carries what it showed when it was opened: name of field → value as written in the page."""

    opened_with = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial[OPENED] = json.dumps(self.shown(), ensure_ascii=False)

    def guarded(self) -> dict[str, forms.Field]:
        """Return the fields that can change; a key is written once."""
        return {name: field for name, field in self.fields.items() if name not in (OPENED, self._meta.model._meta.pk.name)}

    def shown(self) -> dict[str, str]:
        """Return what the form shows of its row."""
        values = {name: field.prepare_value(self.get_initial_for_field(field, name)) for name, field in self.guarded().items()}
        return {name: "" if value in (None, False) else str(value) for name, value in values.items()}

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


class GuardedEditView(EditView):
    """Saves a row only as long as it is the one that the form showed."""

    gone = False

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Take note where a form comes back for a row that is no more."""
        try:
            super().setup(request, *args, **kwargs)
        except Http404:
            if request.method != "POST":
                raise
            self.gone = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say so."""
        if self.gone:
            messages.error(request, _("没有保存：这一条已被他人删除。需要的话，请重新添加。"))
            return redirect(self.index_url_name)
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: GuardedForm) -> HttpResponse:
        """Compare under the lock of the row, then save. Rows that refer to it may be stored meanwhile: who does so holds the audit trail."""
        with transaction.atomic():
            now = self.model.objects.select_for_update(no_key=True).filter(pk=self.object.pk).first()
            if now is None:
                self.gone = True
                return self.dispatch(self.request)
            current = type(form)(instance=now, for_user=self.request.user)
            if form.opened() == current.shown():
                return super().form_valid(form)
        return self._told(form, current, now)

    def _told(self, form: GuardedForm, current: GuardedForm, now: Any) -> HttpResponse:
        before, mine, theirs = form.opened(), form.written(), current.shown()
        merged = form.data.copy()
        kept, taken = [], []
        for name in form.guarded():
            if theirs[name] == before.get(name, theirs[name]):
                continue
            if mine[name] == before.get(name, ""):
                taken.append(name)
                if theirs[name]:
                    merged[form.add_prefix(name)] = theirs[name]
                else:
                    merged.pop(form.add_prefix(name), None)
            elif mine[name] != theirs[name]:
                kept.append(name)
        merged[form.add_prefix(OPENED)] = json.dumps(theirs, ensure_ascii=False)
        self.object = now
        again = type(form)(merged, form.files, instance=now, for_user=self.request.user)
        again.full_clean()
        self._explain(again, theirs, kept, taken)
        answer = self.form_invalid(again)
        answer.status_code = 409
        return answer

    def _explain(self, form: GuardedForm, theirs: dict[str, str], kept: list[str], taken: list[str]) -> None:
        for name in kept:
            form.add_error(name, _("他人已改为“%s”。这里是您填写的内容；再次保存将以您填写的为准。") % form.in_words(name, theirs[name]))
        for name in taken:
            form.add_error(name, _("他人已改为“%s”，已经替您更新。") % form.in_words(name, theirs[name]))
        last = log_registry.get_logs_for_instance(self.object).select_related("user").first()
        who = _("%(who)s于 %(when)s") % {"who": last.user_display_name, "when": timezone.localtime(last.timestamp).strftime("%H:%M")} if last else _("其他人")
        self.produced_error_message = _("没有保存：您打开以后，%s修改了这一条。您填写的内容还在，请核对标出的项目后再次保存。") % who
