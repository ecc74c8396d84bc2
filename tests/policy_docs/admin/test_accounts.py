"""Accounts in the administration: one name, a role that opens what it opens, a unit; the own account asks for nothing that is not changed."""

import pytest
from django.test import Client

from cms.accounts.models import Role, User
from cms.accounts.viewer import viewer_of
from cms.audit.models import AuditEntry
from policy_docs.admin.stamped import stamp_of

pytestmark = pytest.mark.django_db
NEW = {"username": "yangliqun", "display_name": "杨立群", "role": Role.LIAISON, "unit_kind": "public_security", "place": "楚雄彝族自治州", "email": ""}
SECRET = {"password1": "chu-xiong-2026", "password2": "chu-xiong-2026"}


def signed_in(role: str, name: str = "keeper") -> Client:
    client = Client()
    client.force_login(User.objects.create(username=name, display_name="施文彬", role=role), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_an_account_is_made_with_all_that_it_needs() -> None:
    client = signed_in(Role.SYSTEM_ADMIN)
    page = client.get("/admin/users/new/").content.decode()
    assert "姓名" in page
    assert "名字" not in page
    answer = client.post("/admin/users/new/", {**NEW, **SECRET})
    assert answer.status_code == 302
    user = User.objects.get(username="yangliqun")
    viewer = viewer_of(user)
    assert (viewer.role, viewer.unit_kind, viewer.place) == (Role.LIAISON, "public_security", "532300")
    assert [group.name for group in user.groups.all()] == ["联络员"]
    assert (str(user), user.get_short_name()) == ("杨立群", "杨立群")
    assert Client().login(username="yangliqun", password=SECRET["password1"])
    row = AuditEntry.objects.get(action="account.add")
    assert row.actor == "施文彬"
    assert row.details["changed"]["role"] == ["", "liaison"]
    assert SECRET["password1"] not in str(row.details)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"unit_kind": ""}, "联络员应当有单位"),
        ({"place": ""}, "请填写单位所在的行政区划"),
        ({"place": "无此地"}, "没有找到“无此地”"),
        ({"role": ""}, "role"),
        ({"display_name": " "}, "display_name"),
        ({"password2": "x"}, "密码"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_made(said: dict[str, str], words: str) -> None:
    answer = signed_in(Role.SYSTEM_ADMIN).post("/admin/users/new/", {**NEW, **SECRET, **said})
    errors = answer.context["form"].errors
    assert words in errors or words in str(errors)
    assert not User.objects.filter(username="yangliqun").exists()


def test_a_role_is_changed_and_noted_but_never_the_own_one() -> None:
    client = signed_in(Role.SYSTEM_ADMIN)
    user = User.objects.create(username="yangliqun", display_name="杨立群", role=Role.LIAISON, unit_kind="public_security", place="532300")
    shown = client.get(f"/admin/users/edit/{user.pk}/").content.decode()
    assert "楚雄彝族自治州" in shown  # its name, not its code
    answer = client.post(
        f"/admin/users/edit/{user.pk}/?seen={stamp_of(user)}", {**NEW, "role": Role.LEADER, "is_active": "on", "password1": "", "password2": ""}
    )
    assert answer.status_code == 302
    user.refresh_from_db()
    assert user.role == Role.LEADER
    assert AuditEntry.objects.get(action="account.change").details == {"changed": {"role": ["liaison", "leader"]}, "password": False}
    own = User.objects.get(username="keeper")
    said = {"username": "keeper", "display_name": "施文彬", "role": Role.COORDINATION, "password1": "", "password2": ""}
    assert client.post(f"/admin/users/edit/{own.pk}/?seen={stamp_of(own)}", said).status_code == 302
    own.refresh_from_db()
    assert own.role == Role.SYSTEM_ADMIN
    assert own.is_active


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM_ADMIN])
def test_nobody_else_makes_accounts(role: Role) -> None:
    client = signed_in(role)
    assert client.get("/admin/users/new/").status_code in (302, 403)
    client.post("/admin/users/new/", {**NEW, **SECRET})
    assert not User.objects.filter(username="yangliqun").exists()


def test_a_password_is_changed_without_other_answers() -> None:
    client = signed_in(Role.COORDINATION)
    user = User.objects.get(username="keeper")
    user.set_password("before-2026-x")
    user.save()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/admin/account/")
    forms = {name: value for panels in page.context["panels_by_tab"].values() for panel in panels for name, value in _filled(panel.get_form())}
    assert not any("first_name" in name or "email" in name for name in forms)
    prefix = next(name for name in forms if name.endswith("new_password1")).removesuffix("new_password1")
    sent = {**forms, f"{prefix}old_password": "before-2026-x", f"{prefix}new_password1": SECRET["password1"], f"{prefix}new_password2": SECRET["password1"]}
    assert client.post("/admin/account/", sent).status_code == 302
    assert Client().login(username="keeper", password=SECRET["password1"])


def _filled(form: object) -> list[tuple[str, object]]:
    return [(field.html_name, field.value() or "") for field in form]  # type: ignore[attr-defined]
