"""Who is not signed in is led to the sign-in; who is, and may not, is told whom to ask."""

import pytest
from django.test import Client

from cms.accounts.models import Role, User

pytestmark = pytest.mark.django_db


def test_a_link_leads_through_the_sign_in_and_back(client: Client) -> None:
    answer = client.get("/notices/?state=unread")
    assert answer.status_code == 403
    assert 'href="/login/?next=%2Fnotices%2F%3Fstate%3Dunread"' in answer.content.decode()


def test_a_form_whose_session_has_ended_is_told_that_nothing_was_saved(client: Client) -> None:
    answer = client.post("/imports/paste/", {"words": "关于协作的意见"})
    assert answer.status_code == 403
    shown = answer.content.decode()
    assert "登录已过期" in shown
    assert 'href="/login/"' in shown


def test_who_may_not_is_told_whom_to_ask(client: Client) -> None:
    client.force_login(User.objects.create(username="u", role=Role.LIAISON), backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get("/imports/").content.decode()
    assert "请联系协调机构开通" in shown
    assert "/login/" not in shown


def test_a_form_opened_before_signing_in_again_says_what_to_do() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create(username="o", role=Role.COORDINATION), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/imports/paste/", {"words": "关于协作的意见", "csrfmiddlewaretoken": "a" * 32})
    assert (answer.status_code, answer["X-Refused"]) == (403, "stale-form")
    shown = answer.content.decode()
    assert 'lang="zh-Hans"' in shown
    assert "没有保存：这个页面打开以后，您在别的窗口重新登录过" in shown
    again = client.post("/imports/paste/", {"words": "", "csrfmiddlewaretoken": answer.cookies["csrftoken"].value})
    assert again.status_code == 302


def test_the_scripts_are_told_why() -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/imports/paste/", {"words": "关于协作的意见"})["X-Refused"] == "signed-out"
    client.force_login(User.objects.create(username="u", role=Role.LIAISON), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/imports/")["X-Refused"] == "no-right"


@pytest.mark.parametrize("address", ["/saved/", "/saved/add/", "/recent/", "/opinions/many/", "/notices/settle/", "/opinions/unknown/withdraw/"])
def test_no_form_is_lost_by_a_session_that_has_ended(client: Client, address: str) -> None:
    answer = client.post(address, {"name": "每周要看的"})
    assert answer.status_code == 403
    assert "填写的内容还在" in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/notices/settle/", "/notices/"), ("/opinions/many/", "/opinions/"), ("/opinions/many/do/", "/opinions/"), ("/saved/add/", "/saved/"),
        ("/imports/paste/read/", "/imports/"), ("/imports/add/", "/imports/"), ("/imports/paste/", "/imports/"), ("/imports/settle/", "/imports/"),
        ("/directory/court/532300/leave/", "/directory/court/532300/"), ("/review/d/abc/c/def/decide/", "/review/d/abc/c/def/"),
        ("/admin/opinions/7/undo/", "/admin/opinions/7/outline/"), ("/admin/opinions/7/call-back/", "/admin/opinions/7/outline/"),
    ],
)  # fmt: skip
def test_an_address_that_takes_forms_leads_to_its_page(client: Client, address: str, page: str) -> None:
    client.force_login(User.objects.create(username="u", role=Role.COORDINATION), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Location"]) == (302, page)
    assert client.head(address).status_code == 302
    assert client.put(address).status_code == 405
