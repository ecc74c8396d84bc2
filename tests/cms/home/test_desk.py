"""The desk leads each person to what it may do, and says what waits there."""

import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cms.accounts.models import Role, User
from policy_docs.importing.run import run
from tests.factories.imports import upload

pytestmark = pytest.mark.django_db
TEXT = "楚政法发〔2017〕8号\n中共楚雄州委政法委员会\n关于协作的意见\n一、职责\n（一）公安机关应当协助查询。\n（二）税务局应当提供信息。\n"


def _desk(client: Client, role: str) -> str:
    _sign_in(client, role)
    return client.get("/desk/").content.decode()


def _sign_in(client: Client, role: str) -> None:
    user = User.objects.create(username=role or "nobody", role=role)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")


def test_the_office_sees_what_waits(client: Client, tmp_path: Path, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    list(run([tmp_path / "a.txt"], actor=None))
    upload(User.objects.create(username="office", role=Role.COORDINATION), "关于会商的意见\n一、公安机关应当会商。")
    _sign_in(client, Role.COORDINATION)
    with django_assert_max_num_queries(13):
        shown = client.get("/desk/").content.decode()
    assert "1 份待核对" in shown
    assert "2 条待核对" in shown
    assert "后台管理" in shown


@pytest.mark.parametrize("role", Role.values)
def test_no_way_leads_to_a_closed_door(client: Client, role: str) -> None:
    shown = _desk(client, role).partition("<main")[2]
    for address in re.findall(r'href="(/[^"]*)"', shown):
        assert client.get(address).status_code == 200, address


def test_who_has_nothing_to_do_here_is_told(client: Client) -> None:
    assert "没有需要在这里办理的事项" in _desk(client, "")


def test_a_liaison_officer_finds_the_own_unit(client: Client) -> None:
    user = User.objects.create(username="l", role=Role.LIAISON, unit_kind="tax", place="532300")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get("/desk/").content.decode()
    assert 'href="/units/tax/532300/"' in shown
    assert "变动通知" in shown
    assert client.get("/units/tax/532300/").status_code == 200


def test_the_start_page_leads_the_office_to_the_duties_that_wait(client: Client, tmp_path: Path) -> None:
    _sign_in(client, Role.COORDINATION)
    assert "核对职责 " not in client.get("/").content.decode()
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    list(run([tmp_path / "a.txt"], actor=None))
    shown = client.get("/").content.decode()
    assert '<a href="/review/documents/">核对职责 2 条</a>' in shown
    assert sum(item.progress.left for item in client.get("/review/documents/").context["documents"]) == 2
    _sign_in(client, Role.LIAISON)
    assert "核对职责 2 条" not in client.get("/").content.decode()
