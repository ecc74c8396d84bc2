"""What is sent to the administration after the sign-in has ended is told so, and not led to the sign-in, where it would be lost."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from cms.accounts.models import Role, User

pytestmark = pytest.mark.django_db
EDIT = "/admin/pages/1/edit/"


def test_a_form_of_the_editor_can_be_sent_again(client: Client) -> None:
    answer = client.post(EDIT, {"title": "改过的标题"}, HTTP_ORIGIN="http://testserver")
    assert (answer.status_code, answer["X-Refused"]) == (403, "signed-out")
    again = BeautifulSoup(answer.content, "html.parser").select_one("form[data-again]")
    assert again is not None
    assert again["action"] == EDIT
    assert [field["value"] for field in again.select("input[name=title]")] == ["改过的标题"]


def test_saving_by_itself_is_told_in_a_form_that_the_script_reads(client: Client) -> None:
    answer = client.post(EDIT, {"title": "改过的标题"}, HTTP_ACCEPT="application/json")
    assert (answer.status_code, answer.json()) == (403, {"success": False, "error_code": "signed-out"})


def test_a_token_of_another_sign_in_is_told_likewise() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create(username="o", role=Role.COORDINATION), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(EDIT, {"title": "改过的标题"}, HTTP_ACCEPT="application/json", HTTP_X_CSRFTOKEN="a" * 32)
    assert answer.json()["error_code"] == "stale-form"


def test_who_only_looks_is_led_to_the_sign_in_and_who_forgot_the_password_goes_on(client: Client) -> None:
    assert client.get(EDIT).headers["Location"].startswith("/login/")
    assert client.post("/admin/password_reset/", {"email": "a@example.org"}).status_code == 302


def test_the_administration_says_whose_page_it_is(client: Client) -> None:
    client.force_login(User.objects.create(username="o", role=Role.COORDINATION), backend="django.contrib.auth.backends.ModelBackend")
    page = BeautifulSoup(client.get("/admin/").content, "html.parser")
    assert len(page.select('meta[name="who"][content]')) == 1
