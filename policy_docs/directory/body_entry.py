"""The page on which the coordination office enters a body that no document in the store sets up."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.accounts.viewer import Viewer, viewer_of
from policy_docs.duties.workbench import office_only
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.naming import name_at
from policy_docs.units.places import named

from .founding import Founded, NameTaken, enter_body
from .members import BodyRefused, NoReason
from .views import chosen_place


class BodyForm(forms.Form):
    """What is asked of a body."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    place = forms.CharField(label=gettext_lazy("地方"), max_length=60)
    host = forms.CharField(label=gettext_lazy("办公室设在（可以不填）"), max_length=120, required=False)
    since = forms.DateField(label=gettext_lazy("设立日期（可以不填）"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    basis = forms.CharField(label=gettext_lazy("设立依据"), max_length=200)

    def __init__(self, *args: Any, page: OpinionPage | None = None, **kwargs: Any) -> None:
        """``page``: the document that speaks of the body and gives place and basis; what is asked for is where the office is."""
        super().__init__(*args, **kwargs)
        self._page = page
        if page is not None:
            del self.fields["place"], self.fields["basis"]
            self.fields["host"].required, self.fields["host"].label = True, _("办公室设在")
        said = {
            "name": _("请填写名称。"),
            "place": _("请填写地方。"),
            "host": _("请填写办公室设在哪个单位。"),
            "basis": _("请填写设立依据，例如文号、会议纪要或者领导批示。"),
        }
        for name, field in self.fields.items():
            field.widget.attrs |= {"class": "input", "autocomplete": "off", "aria-describedby": f"{self[name].auto_id}-h"}
            if name == "host":
                field.widget.attrs["list"] = "hosts"
            if name in said:
                field.error_messages["required"] = said[name]
        for name in self.errors if self.is_bound else ():
            self.fields[name].widget.attrs["aria-invalid"] = "true"

    def clean_place(self) -> str:
        """Return the code of the place."""
        words = "".join(self.cleaned_data["place"].split())
        found = named(words, current_vocabulary().places)
        if len(found) != 1:
            choices = "、".join(f"{place.name}（{place.code}）" for place in found[:4])
            raise ValidationError(_("同名的地方不止一个，请填写代码：%s。") % choices if found else _("没有找到“%s”，请填写全称或者行政区划代码。") % words)
        return found[0].code

    def founded(self) -> Founded:
        """Return what a valid form says."""
        if self._page is not None:
            return Founded(**self.cleaned_data, place=self._page.jurisdiction_id or "", opinion=self._page)
        return Founded(**self.cleaned_data)


def _document(request: HttpRequest, viewer: Viewer) -> OpinionPage | None:
    """The document of the address that names a body whose office nobody knows; one without a place cannot tell whose it is."""
    key = request.GET.get("doc", "")[:12]
    found: OpinionPage | None = OpinionPage.objects.visible_to(viewer).filter(public_key=key, jurisdiction__isnull=False).defer("body").first() if key else None
    return found


def add(request: HttpRequest) -> HttpResponse:
    """Take a body; its members are entered on its own page."""
    actor = office_only(request)
    vocabulary = current_vocabulary()
    page = _document(request, viewer_of(actor))
    code = page.jurisdiction_id if page and page.jurisdiction_id else chosen_place(request, viewer_of(actor), vocabulary)
    initial = {"place": vocabulary.places_by_code[code].name, "name": request.GET.get("name", "")[:120]}
    form = BodyForm(request.POST if request.method == "POST" else None, initial=initial, page=page)
    there, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                body = enter_body(form.founded(), actor=actor)
            except NameTaken as taken:
                there = taken.body
                form.add_error("name", str(taken))
            except NoReason:
                form.add_error("basis", _("请填写设立依据，例如文号、会议纪要或者领导批示。"))
            except BodyRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("已登记“%s”。请在下面增加成员单位。") % body)
                return redirect("policy_docs:body", body.pk)
    wrong = [(form[name].auto_id if name != "__all__" else "body-form", " ".join(map(str, errors))) for name, errors in form.errors.items()]
    hosts = [name_at(vocabulary, kind.key, code) for kind in vocabulary.kinds if not (kind.is_group or kind.is_open)]
    hints = {
        "name": _("全称，例如“澜江市执行联动工作领导小组”"), "place": _("全称或者行政区划代码"),
        "host": _("单位名称，例如“市委政法委”；认出的单位会连到它的职责页面"), "basis": _("文号、会议纪要或者领导批示"), "since": "",
    }  # fmt: skip
    context = {"form": form, "page": page, "fields": [(field, hints[field.name]) for field in form], "wrong": wrong, "there": there, "hosts": hosts}
    return render(request, "policy_docs/directory/body_add.html", context, status=status)
