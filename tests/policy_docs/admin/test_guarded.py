"""Two people at one row of the vocabulary: the second is told, keeps what it wrote and takes over what it left alone."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.log_actions import log

from cms.accounts.models import Role, User
from policy_docs.units.models import Jurisdiction, UnitAlias, UnitKind

pytestmark = pytest.mark.django_db


def signed_in(name: str) -> Client:
    user = User.objects.create(username=name, display_name=name, role=Role.COORDINATION)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(model: str, key: str, view: str = "edit") -> str:
    return reverse(f"wagtailsnippets_policy_docs_{model}:{view}", args=[key] if key else [])


def opened(client: Client, url: str) -> dict[str, Any]:
    answer = client.get(url)
    assert 'name="opened_with"' in answer.content.decode()
    return read_back(answer)


def read_back(answer: Any) -> dict[str, Any]:
    form = answer.context["form"]
    return {form.add_prefix(name): form[name].value() for name in form.fields if form[name].value() not in (None, False)}


def test_the_second_is_told_and_loses_nothing() -> None:
    first, second, url = signed_in("张三"), signed_in("李四"), address("unitkind", "public_security")
    mine, theirs = opened(second, url), opened(first, url)
    assert first.post(url, theirs | {"name": "公安部门", "short": "公安甲"}).status_code == 302
    log(UnitKind.objects.get(pk="public_security"), "wagtail.edit", user=User.objects.get(username="张三"))

    told = second.post(url, mine | {"short": "公安乙", "is_vertical": "on"})
    assert told.status_code == 409
    shown = told.content.decode()
    assert "张三于" in shown
    assert "他人已改为“公安甲”" in shown
    assert "他人已改为“公安部门”，已经替您更新。" in shown
    kind = UnitKind.objects.get(pk="public_security")
    assert (kind.name, kind.short, kind.is_vertical) == ("公安部门", "公安甲", False)

    again = read_back(told)
    assert (again["name"], again["short"], again["is_vertical"]) == ("公安部门", "公安乙", True)
    assert second.post(url, again).status_code == 302
    kind.refresh_from_db()
    assert (kind.name, kind.short, kind.is_vertical) == ("公安部门", "公安乙", True)


def test_a_third_change_between_is_told_again() -> None:
    first, second, url = signed_in("张三"), signed_in("李四"), address("unitkind", "public_security")
    mine = opened(second, url)
    first.post(url, opened(first, url) | {"short": "甲"})
    again = read_back(second.post(url, mine | {"name": "乙"}))
    first.post(url, opened(first, url) | {"short": "丙"})
    assert second.post(url, again).status_code == 409


def test_names_by_level_places_and_days() -> None:
    client, url = signed_in("张三"), address("unitkind", "public_security")
    form = opened(client, url)
    assert client.post(url, form | {"names": form["names"].replace("\n", "\r\n")}).status_code == 302  # as a browser sends it
    place = address("jurisdiction", "532300")
    assert client.post(place, opened(client, place) | {"retired_on": "2030-01-01"}).status_code == 302
    alias = UnitAlias.objects.filter(kind_id="public_security").first()
    assert alias is not None
    at = address("unitalias", str(alias.pk))
    before = opened(client, at)
    UnitAlias.objects.filter(pk=alias.pk).update(valid_until="2031-05-01", kind_id="justice")
    told = client.post(at, before | {"note": "理由"})
    assert told.status_code == 409
    shown = told.content.decode()
    assert "他人已改为“2031-05-01”" in shown
    assert f"他人已改为“{UnitKind.objects.get(pk='justice').name}”" in shown
    assert client.post(at, read_back(told)).status_code == 302
    alias.refresh_from_db()
    assert (str(alias.valid_until), alias.kind_id, alias.note) == ("2031-05-01", "justice", "理由")


def test_a_row_that_is_gone() -> None:
    client = signed_in("张三")
    UnitKind.objects.create(key="trial", name="试验机关")
    url = address("unitkind", "trial")
    form = opened(client, url)
    UnitKind.objects.filter(pk="trial").delete()
    assert client.get(url).status_code == 404
    assert "已被他人删除" in client.post(url, form, follow=True).content.decode()
    assert not UnitKind.objects.filter(pk="trial").exists()


@pytest.mark.parametrize("sent", ["", "{", "[]", "null", '{"name": 1}'])
def test_a_form_without_what_it_showed_is_told(sent: str) -> None:
    client, url = signed_in("张三"), address("jurisdiction", "532300")
    told = client.post(url, opened(client, url) | {"opened_with": sent, "name": "别名"})
    assert told.status_code == 409
    assert client.post(url, read_back(told)).status_code == 302
    assert Jurisdiction.objects.get(pk="532300").name == "别名"
