"""The contacts of a unit as a form: one row for each person."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policy_docs.duties.choices import whole_number

from . import phones
from .models import Contact
from .people import Person, Wanted

MOST = 12  # persons of one unit
_DAY = {"type": "date"}
SAME, OTHER = "same", "other"
_BOXES = ("gone", "who", "keep_office")


class ContactForm(forms.Form):
    """One person. A row without anything in it is no person. ``known``: the persons of the unit's rows, those of before too; where the name differs
    from that of the row, it has to be said whether that is another person."""

    contact = forms.IntegerField(required=False, widget=forms.HiddenInput)
    role = forms.ChoiceField(label=gettext_lazy("身份"), choices=Contact.Role.choices, initial=Contact.Role.LIAISON)
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=40, required=False)
    post = forms.CharField(label=gettext_lazy("职务"), max_length=80, required=False)
    office_phone = forms.CharField(label=gettext_lazy("办公电话"), max_length=40, required=False)
    mobile = forms.CharField(label=gettext_lazy("手机"), max_length=30, required=False)
    since = forms.DateField(label=gettext_lazy("任职日期"), required=False)
    gone = forms.BooleanField(label=gettext_lazy("不再担任"), required=False)
    left = forms.DateField(label=gettext_lazy("离任日期"), required=False)
    who = forms.ChoiceField(
        label=gettext_lazy("姓名改了"), required=False, choices=[(SAME, gettext_lazy("更正姓名")), (OTHER, gettext_lazy("换人"))], widget=forms.RadioSelect
    )
    keep_office = forms.BooleanField(label=gettext_lazy("办公电话不变"), required=False)

    def __init__(self, *args: Any, known: Mapping[int, Person] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known = known or {}
        for name, field in self.fields.items():
            widget = field.widget
            widget.attrs |= {"class": "input", "autocomplete": "off"} if name not in _BOXES else {}
            if isinstance(field, forms.DateField):
                field.widget = forms.DateInput(format="%Y-%m-%d", attrs={"class": "input", **_DAY})
            elif name in ("office_phone", "mobile"):
                widget.attrs["inputmode"] = "tel"
        if self.is_bound:
            for name in self.errors:
                if name in self.fields and name not in _BOXES:
                    self.fields[name].widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"{self[name].auto_id}_e"}

    @property
    def before(self) -> Person | None:
        """The person of the row, None in a new row."""
        return self._known.get(whole_number(str(self["contact"].value() or ""), -1))

    @property
    def is_renamed(self) -> bool:
        """Whether the name is another one than that of the row."""
        name = plain_name(str(self["name"].value() or ""))
        return self.before is not None and bool(name) and name != self.before.name

    def clean_name(self) -> str:
        """Without the spaces that some set between two signs of a name."""
        return plain_name(str(self.cleaned_data["name"]))

    def clean_office_phone(self) -> str:
        """In one form."""
        return _checked(phones.office, self.cleaned_data["office_phone"])

    def clean_mobile(self) -> str:
        """In one form."""
        return _checked(phones.mobile, self.cleaned_data["mobile"])

    def clean_left(self) -> Any:
        """Today where nothing else is said; no day to come, which nobody would look at again."""
        left = self.cleaned_data["left"] or timezone.localdate()
        if left > timezone.localdate() and (self.cleaned_data.get("gone") or self["who"].value() == OTHER):
            raise forms.ValidationError(_("离任日期不能晚于今天。请在离任以后再填。"))
        return left

    def clean(self) -> dict[str, Any]:
        """A person has a name; dates stand in order."""
        data = self.cleaned_data
        leaving = data.get("contact") and data.get("gone")
        if not data.get("name") and "name" not in self.errors and not leaving and (data.get("contact") or self._says_something()):
            self.add_error("name", _("请填写姓名；这个人不再担任的，请勾选“不再担任”。") if data.get("contact") else _("请填写姓名。"))
        since = self.before.since if self.before and self._is_other(data) else data.get("since") if data.get("gone") else None
        if since and data.get("left") and data["left"] < since:
            self.add_error("left", _("离任日期早于任职日期。"))
        if self.is_renamed and not data.get("gone") and not data.get("who") and "name" not in self.errors:
            self.add_error("who", _("姓名改了：请选择是更正姓名，还是换了人。"))
        return data

    def _is_other(self, data: Mapping[str, Any]) -> bool:
        return self.is_renamed and data.get("who") == OTHER and not data.get("gone")

    def _says_something(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("post", "office_phone", "mobile"))

    def wanted(self) -> Wanted | None:
        """Return what was filled in, None for an empty row."""
        data = self.cleaned_data
        if not data:
            return None
        gone = data["gone"] and bool(data["contact"])
        if not gone and (data["gone"] or not data["name"]):
            return None
        person = Person(data["role"], data["name"], data["post"], data["office_phone"], data["mobile"], data["since"])
        if self.is_renamed and not gone:
            other = data["who"] == OTHER
            return Wanted(person, data["contact"], data["left"] if other else None, other=other, keeps_office=data["keep_office"])
        return Wanted(person, data["contact"], data["left"] if gone else None)


def plain_name(words: str) -> str:
    """Return a name without the spaces that some set between two signs of it."""
    return "".join(words.split()) if not words.isascii() else words.strip()


def _checked(read: Callable[[str], str], words: str) -> str:
    try:
        return read(words)
    except phones.BadPhone as bad:
        raise forms.ValidationError(str(bad)) from bad


class BaseContacts(forms.BaseFormSet):
    """All persons of a unit; one person stands once in a role."""

    def clean(self) -> None:
        """Refuse the same person twice."""
        seen: set[tuple[str, str]] = set()
        for form in self.forms:
            wanted = form.wanted() if form.is_valid() else None
            if wanted is None or (wanted.left is not None and not wanted.other):
                continue
            key = (wanted.person.role, wanted.person.name)
            if key in seen:
                form.add_error("name", _("这个人已经填过一次。"))
            seen.add(key)

    def wanted(self) -> list[Wanted]:
        """Return what was filled in."""
        return [wanted for form in self.forms if (wanted := form.wanted()) is not None]


ContactFormSet = forms.formset_factory(ContactForm, formset=BaseContacts, extra=0, max_num=MOST, validate_max=True, absolute_max=MOST * 2)
