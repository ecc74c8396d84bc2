"""Accounts as the system administrator keeps them: who a person is, in which role and unit, in one form; and what people change of their own."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.account import AccountView, BaseSettingsPanel, NameEmailSettingsPanel
from wagtail.users.forms import UserForm
from wagtail.users.views.users import CreateView, EditView, UserViewSet

from cms.accounts.models import Role, User
from cms.audit.record import record
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.models import UnitKind
from policy_docs.units.places import named

from .stamped import StampedEdit

_OWN = ("role", "unit_kind", "place", "is_active")  # what nobody changes of the own account
_SECRET = ("password1", "password2")


class AccountForm(UserForm):
    """An account: Wagtail's form asks for two names and for groups; here people have one name, and their role says their group."""

    first_name = None
    last_name = None
    is_superuser = None
    display_name = forms.CharField(label=gettext_lazy("姓名"), max_length=40)
    role = forms.ChoiceField(label=gettext_lazy("角色"), choices=[("", gettext_lazy("请选择")), *Role.choices])
    unit_kind = forms.ModelChoiceField(
        label=gettext_lazy("单位类别"), queryset=UnitKind.objects.filter(is_group=False).order_by("name"), required=False, empty_label=gettext_lazy("没有单位")
    )
    place = forms.CharField(label=gettext_lazy("行政区划"), max_length=60, required=False, help_text=gettext_lazy("全称或者行政区划代码。"))
    email = forms.EmailField(label=gettext_lazy("电子邮件（可以不填）"), required=False)

    class Meta:
        model = User
        fields: tuple[str, ...] = ("username", "display_name", "role", "unit_kind", "place", "email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].required = not self.instance.is_superuser
        found = named(self.instance.place, current_vocabulary().places) if self.instance.place else []
        if len(found) == 1:
            self.initial["place"] = found[0].name if len(named(found[0].name, current_vocabulary().places)) == 1 else found[0].code

    def clean_unit_kind(self) -> str:
        """Return the key: units are above accounts, which keep no more of them."""
        kind = self.cleaned_data["unit_kind"]
        return kind.pk if kind is not None else ""

    def clean_place(self) -> str:
        """Return the code of the place."""
        words = "".join(self.cleaned_data["place"].split())
        found = named(words, current_vocabulary().places) if words else []
        if words and len(found) != 1:
            choices = "、".join(f"{place.name}（{place.code}）" for place in found[:4])
            raise ValidationError(_("同名的地方不止一个，请填写代码：%s。") % choices if found else _("没有找到“%s”，请填写全称或者行政区划代码。") % words)
        return found[0].code if found else ""

    def clean(self) -> dict[str, Any]:
        """A unit is a kind at a place; a liaison officer has one."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        kind, place = data.get("unit_kind", ""), data.get("place", "")
        if data.get("role") == Role.LIAISON and not kind and "unit_kind" not in self.errors:
            self.add_error("unit_kind", _("联络员应当有单位，请选择单位类别。"))
        if kind and not place and "place" not in self.errors:
            self.add_error("place", _("请填写单位所在的行政区划。"))
        return data


class AccountEditForm(AccountForm):
    """An account that stands; nobody changes the own role, unit or validity."""

    password_required = False

    class Meta(AccountForm.Meta):
        fields = (*AccountForm.Meta.fields, "is_active")

    def __init__(self, *args: Any, editing_self: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in _OWN if editing_self else ():
            del self.fields[name]


def note_account(form: AccountForm, action: str, *, actor: User) -> None:
    """Write down who has made or changed an account, and what of it; never a password."""
    changed = {name: [str(form.initial.get(name) or ""), str(form.cleaned_data.get(name) or "")] for name in form.changed_data if name not in _SECRET}
    details = {"changed": changed, "password": any(name in _SECRET for name in form.changed_data)}
    record(actor=actor, action=action, target=form.instance, details=details)


class AccountCreateView(CreateView):
    """A new account."""

    @transaction.atomic
    def save_instance(self) -> User:
        """Save, and note it in the trail."""
        user: User = super().save_instance()
        note_account(self.form, "account.add", actor=self.request.user)
        return user


class AccountEditView(StampedEdit, EditView):
    """An account that stands."""

    @transaction.atomic
    def save_instance(self) -> User:
        """Save, and note it in the trail."""
        user: User = super().save_instance()
        note_account(self.form, "account.change", actor=self.request.user)
        return user


class AccountViewSet(UserViewSet):
    """Wagtail's pages of users with the form of this house (``cms.accounts.apps.UsersConfig`` names it)."""

    add_view_class = AccountCreateView
    edit_view_class = AccountEditView

    def get_form_class(self, for_update: bool = False) -> type[AccountForm]:
        """Return the form of a new account or of one that stands."""
        return AccountEditForm if for_update else AccountForm


class OwnAccountView(AccountView):
    """What people change of their own account: Wagtail would ask for first name, last name and e-mail before it takes a new password."""

    def get_panels(self) -> list[BaseSettingsPanel]:
        """Leave out the name, which the administrator keeps."""
        return [panel for panel in super().get_panels() if not isinstance(panel, NameEmailSettingsPanel)]


own_account = require_admin_access(OwnAccountView.as_view())
