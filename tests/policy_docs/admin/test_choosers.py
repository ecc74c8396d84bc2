"""Who may not work on pages does not see them in Wagtail's choosers; a form that was sent before its body stood on the page changes nothing."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from cms.accounts.models import User
from policy_docs.opinions.pages import OpinionPage
from tests.factories.opinions import import_text
from tests.policy_docs.admin.test_conflicts import opened

pytestmark = pytest.mark.django_db


def of_role(role: str) -> Client:
    client = Client()
    client.force_login(User.objects.create(username=role, role=role), backend="django.contrib.auth.backends.ModelBackend")
    return client


def choosers(page: OpinionPage) -> list[str]:
    return [
        f"{reverse('wagtailadmin_choose_page')}?page_type=policy_docs.opinionpage",
        reverse("wagtailadmin_choose_page_child", args=[page.get_parent().pk]),
        f"{reverse('wagtailadmin_choose_page_search')}?q=意见",
        f"{reverse('wagtailadmin_choose_page_chosen_multiple')}?id={page.pk}",
    ]


@pytest.mark.parametrize(("role", "status"), [("coordination", 200), ("system_admin", 403), ("audit_admin", 403)])
def test_a_chooser_is_for_those_who_work_on_pages(tmp_path: Path, role: str, status: int) -> None:
    page = import_text(tmp_path)
    client = of_role(role)
    for address in choosers(page):
        answer = client.get(address, HTTP_X_REQUESTED_WITH="XMLHttpRequest")
        assert answer.status_code == status, address
        assert (page.title in answer.content.decode()) <= (status == 200)


@pytest.mark.parametrize("count", [None, "abc", "-1", "999999", ""])
def test_a_form_without_its_body_is_not_saved(tmp_path: Path, count: str | None) -> None:
    page = import_text(tmp_path)
    client = of_role("coordination")
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    data = opened(client, address)
    data.pop("body-count")
    data |= {"title": "别的标题"} if count is None else {"title": "别的标题", "body-count": count}
    assert "没有保存：页面还没有载入完整" in client.post(address, data, follow=True).content.decode()
    assert client.post(address, data, HTTP_ACCEPT="application/json").status_code == 400
    page.refresh_from_db()
    assert page.latest_revision_id is None or page.get_latest_revision_as_object().title == page.title
