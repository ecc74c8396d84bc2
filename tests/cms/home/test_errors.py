"""Who is not signed in is led to the sign-in; who is, and may not, is told whom to ask."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from cms.accounts.models import Role, User
from cms.home.errors import failed

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
    answer = client.post(f"{address}?back=1", {"name": "每周要看的“甲”<b>", "key": ["1", "2"]}, HTTP_ORIGIN="http://testserver")
    assert answer.status_code == 403
    page = BeautifulSoup(answer.content, "html.parser")
    again = page.select_one("form[data-again]")
    assert again is not None
    assert again["action"] == f"{address}?back=1"
    kept = [(str(field["name"]), str(field["value"])) for field in again.select("input[type=hidden]") if field["name"] != "csrfmiddlewaretoken"]
    assert kept == [("name", "每周要看的“甲”<b>"), ("key", "1"), ("key", "2")]
    assert "填写的内容还在" in page.text


@pytest.mark.parametrize("headers", [{}, {"HTTP_ORIGIN": "https://elsewhere.example"}, {"HTTP_ORIGIN": "null"}])
def test_what_another_site_sends_is_not_offered_to_be_sent_again(client: Client, headers: dict[str, str]) -> None:
    answer = client.post("/saved/add/", {"name": "别处来的"}, **headers)
    assert answer.status_code == 403
    assert "别处来的" not in answer.content.decode()


def test_a_password_and_a_file_are_not_sent_again(client: Client) -> None:
    sent = {"name": "甲", "password": "secret", "file": SimpleUploadedFile("a.txt", b"x")}
    assert "secret" not in client.post("/saved/add/", sent, HTTP_ORIGIN="http://testserver").content.decode()


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


@pytest.mark.parametrize("name", ["400", "403", "404", "500", "signed_out", "stale_form"])
def test_every_error_page_has_the_head_of_the_site_and_a_way_on(name: str) -> None:
    page = BeautifulSoup(render_to_string(f"errors/{name}.html"), "html.parser")
    assert page.title is not None
    assert page.title.text.endswith("– 联动")
    assert len(page.select("h1")) == 1
    assert page.select('header a[href="/"]')
    assert page.select('main a[href="/"]')
    assert "没有丢失" not in page.text, "nobody can know that"


@pytest.mark.parametrize(("address", "status"), [("/imports/", 403), ("/nothing/", 404)])
def test_error_pages_know_who_reads_and_how_large(client: Client, address: str, status: int) -> None:
    client.force_login(User.objects.create(username="u", display_name="杨立群", role=Role.LIAISON), backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["size"] = "large"
    answer = client.get(address)
    assert answer.status_code == status
    page = BeautifulSoup(answer.content, "html.parser")
    assert page.select('html[data-size="large"][data-who]')
    assert page.select('.tools [data-size-toggle][aria-pressed="true"]')
    assert "杨立群" in page.select('.tools form[action="/logout/"] button')[0].text
    token = str(page.select('.tools form input[name="csrfmiddlewaretoken"]')[0]["value"])
    assert client.post("/logout/", {"csrfmiddlewaretoken": token}).status_code == 302
    assert client.get("/imports/").status_code == 403
    assert BeautifulSoup(client.get("/nothing/").content, "html.parser").select('.tools a[href="/login/?next=%2Fnothing%2F"]')


def test_the_page_of_a_failure_asks_no_database(rf: RequestFactory, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]) -> None:
    request = rf.get("/units/")
    request.session = SessionStore("no such session")
    request.COOKIES["size"] = "large"
    AuthenticationMiddleware(lambda request: HttpResponse()).process_request(request)
    with django_assert_num_queries(0):
        page = BeautifulSoup(failed(request).content, "html.parser")
    assert page.select('html[data-size="large"]')
    assert not page.select(".tools form, .tools a")
    request._cached_user = User(username="u", display_name="杨立群", pk=7)
    with django_assert_num_queries(0):
        assert "杨立群" in failed(request).content.decode()


def test_who_opens_the_address_of_signing_out_is_asked(client: Client) -> None:
    assert client.get("/logout/").headers["Location"] == "/"
    client.force_login(User.objects.create(username="u", display_name="杨立群", role=Role.LIAISON), backend="django.contrib.auth.backends.ModelBackend")
    page = BeautifulSoup(client.get("/logout/").content, "html.parser")
    assert "杨立群" in page.select("main p")[0].text
    assert page.select('main form[method="post"] button')
    assert client.get("/notices/").status_code == 200, "looking has not signed out"
    assert client.post("/logout/").status_code == 302
    assert client.get("/notices/").status_code == 403


def test_a_deed_on_no_import_is_told_on_the_list(client: Client) -> None:
    client.force_login(User.objects.create(username="u", role=Role.COORDINATION), backend="django.contrib.auth.backends.ModelBackend")
    for sent in ({}, {"key": "nothing", "verb": "discard"}):
        answer = client.post("/imports/settle/", sent, follow=True)
        assert answer.redirect_chain == [("/imports/", 302)]
        assert "没有办理：没有说明是哪一份文件" in answer.content.decode()


def test_working_screens_show_where_they_belong_and_a_day_that_is_none_is_told(client: Client) -> None:
    client.force_login(User.objects.create(username="c", role=Role.COORDINATION), backend="django.contrib.auth.backends.ModelBackend")
    for path in ("/imports/", "/review/", "/trash/", "/completeness/", "/reforms/"):
        page = BeautifulSoup(client.get(path).content, "html.parser")
        assert page.select('.tools a[href="/desk/"][aria-current="true"]'), path
        assert page.select(".crumbs a")[0]["href"] == "/desk/", path
    assert "“abc”不是日期" in client.get("/topics/?on=abc").content.decode()
    assert "不是日期" not in client.get("/topics/?on=2026-01-01").content.decode()
    assert "工作人员请先登录" not in client.get("/opinions/").content.decode()
