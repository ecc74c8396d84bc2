"""Two people at one account or group, and a row that changes while somebody is asked whether to delete it."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from cms.accounts.models import Role, User
from policy_docs.units.models import UnitAlias

pytestmark = pytest.mark.django_db


def signed_in(name: str, *, superuser: bool = True) -> Client:
    user = User.objects.create(
        username=name, display_name=name, role=Role.COORDINATION, is_superuser=superuser, first_name=name, last_name=name, email="a@b.cn"
    )
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def opened(client: Client, url: str) -> tuple[str, dict[str, Any]]:
    """Address and fields of a form as a browser sends them."""
    return sent(client.get(url).content)


def sent(page: bytes) -> tuple[str, dict[str, Any]]:
    form = BeautifulSoup(page, "html.parser").select_one("#w-editor-form")
    assert form is not None
    data: dict[str, Any] = {}
    for tag in form.select("input, textarea, select"):
        name, kind = str(tag.get("name") or ""), tag.get("type", "")
        if not name or kind in ("submit", "button") or (kind in ("checkbox", "radio") and not tag.has_attr("checked")):
            continue
        chosen = [str(option.get("value")) for option in tag.select("option[selected]")]
        value = chosen[0] if chosen else "" if tag.name == "select" else str(tag.get("value") or tag.text or "")
        data.setdefault(name, []).append(value)
    return str(form["action"]), data


def test_of_two_who_change_an_account_the_second_is_told_and_keeps_the_input() -> None:
    first, second = signed_in("张三"), signed_in("李四")
    row = User.objects.create(username="wang", display_name="王芳", role=Role.WRITER)
    url = reverse("wagtailusers_users:edit", args=[row.pk])
    (mine, data), (theirs, other) = opened(second, url), opened(first, url)
    assert first.post(theirs, {**other, "role": Role.REVIEWER}).status_code == 302
    told = second.post(mine, {**data, "display_name": "王芳芳"})
    assert "没有保存：您打开以后，张三于" in told.content.decode()
    row.refresh_from_db()
    assert (row.role, row.display_name) == (Role.REVIEWER, "王芳")
    again, kept = sent(told.content)
    assert kept["display_name"] == ["王芳芳"]
    assert second.post(again, {**kept, "role": Role.REVIEWER}).status_code == 302
    row.refresh_from_db()
    assert (row.role, row.display_name) == (Role.REVIEWER, "王芳芳")


def test_signing_in_meanwhile_is_no_change() -> None:
    client = signed_in("张三")
    row = User.objects.create(username="wang", display_name="王芳", role=Role.WRITER)
    address, data = opened(client, reverse("wagtailusers_users:edit", args=[row.pk]))
    Client().force_login(row, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(address, {**data, "display_name": "王芳芳"}).status_code == 302


def test_rights_that_a_colleague_has_given_a_group_are_not_taken_away_unseen() -> None:
    client = signed_in("张三")
    group = Group.objects.create(name="资料员")
    address, data = opened(client, reverse("wagtailusers_groups:edit", args=[group.pk]))
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    told = client.post(address, {**data, "name": "资料管理员"})
    assert "没有保存：您打开以后" in told.content.decode()
    group.refresh_from_db()
    assert (group.name, group.permissions.count()) == ("资料员", 1)
    again, kept = sent(told.content)
    assert kept["name"] == ["资料管理员"]
    assert client.post(again, kept).status_code == 302
    group.refresh_from_db()
    assert group.name == "资料管理员"


def test_a_row_that_was_changed_is_not_deleted_unseen_and_not_twice() -> None:
    first, second = signed_in("张三", superuser=False), signed_in("李四", superuser=False)
    row = UnitAlias.objects.create(text="查控专班", kind_id="court", form="organ")
    url = reverse("wagtailsnippets_policy_docs_unitalias:delete", args=[row.pk])

    def asked(client: Client) -> str:
        forms = BeautifulSoup(client.get(url).content, "html.parser").select("form[action*=delete]")
        return str(forms[0]["action"])

    mine, theirs = asked(first), asked(second)
    UnitAlias.objects.filter(pk=row.pk).update(note="刚补的理由")
    told = first.post(mine)
    assert told.status_code == 409
    assert "没有删除：您打开以后" in told.content.decode()
    assert UnitAlias.objects.filter(pk=row.pk).exists()
    assert first.post(asked(first)).status_code == 302
    assert not UnitAlias.objects.filter(pk=row.pk).exists()
    assert "这一条已由张三删除，没有再办理" in second.post(theirs, follow=True).content.decode()
