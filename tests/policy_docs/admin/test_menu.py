"""The administration as each role meets it: a menu of what the role can open, in the product's own name."""

import json
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from cms.accounts.models import ENTERS_ADMIN, Role, User
from tests.factories.opinions import import_text

pytestmark = pytest.mark.django_db

OFFICE = {
    "desk", "notices", "opinions", "explorer", "imports", "review-duties", "completeness", "directory", "reforms", "topics", "trash", "removals",
    "everyday-words", "units", "reports", "help",
}  # fmt: skip
MENUS = {
    Role.COORDINATION: OFFICE,
    Role.SYSTEM_ADMIN: {"desk", "removals", "settings", "help"},
    Role.AUDIT_ADMIN: {"desk", "help"},
}
REPORTS = {"locked-pages", "workflows", "workflow-tasks", "site-history", "asked"}


def client_of(role: str, **values: str) -> Client:
    client = Client()
    client.force_login(User.objects.create(username="u", role=role, **values), backend="django.contrib.auth.backends.ModelBackend")
    return client


def entries(client: Client) -> dict[str, dict[str, Any]]:
    """Name → what an entry of the main menu is made of, those below it under «below»."""
    page = BeautifulSoup(client.get(reverse("wagtailadmin_home")).content, "html.parser")
    props = page.find(id="wagtail-sidebar-props")
    assert props is not None
    main = next(item for item in json.loads(props.text)["modules"] if item["_type"] == "wagtail.sidebar.MainMenuModule")
    return {_name(item): item["_args"][0] | {"below": item["_args"][1] if item["_type"].endswith("SubMenuItem") else []} for item in main["_args"][0]}


def _name(item: dict[str, Any]) -> str:
    name = item["_args"][0]["name"]
    return str(name["_val"] if isinstance(name, dict) else name)


def test_each_role_of_the_administration_is_here() -> None:
    assert set(MENUS) == ENTERS_ADMIN


@pytest.mark.parametrize("role", MENUS)
def test_a_menu_holds_what_the_role_can_open(role: Role) -> None:
    client = client_of(role, unit_kind="court", place="532300")
    found = entries(client)
    assert set(found) == MENUS[role]
    for name, entry in found.items():
        below = [item["_args"][0] for item in entry["below"]]
        for address in [item["url"] for item in (below or [entry])]:
            if address.startswith("/"):
                assert client.get(address).status_code == 200, (name, address)
    if "reports" in found:
        assert {_name(item) for item in found["reports"]["below"]} == REPORTS
    assert [_name(item) for item in found["help"]["below"]] == ["guide", "keyboard-shortcuts-trigger"]


def test_the_administration_bears_the_name_of_the_product(tmp_path: Path) -> None:
    page = import_text(tmp_path)
    client = client_of(Role.COORDINATION)
    addresses = [
        reverse("wagtailadmin_home"), reverse("admin_help"), reverse("wagtailadmin_account"), reverse("wagtailadmin_explore", args=[page.get_parent().pk]),
        *(reverse(f"wagtailadmin_pages:{name}", args=[page.pk]) for name in ("edit", "history")),
    ]  # fmt: skip
    for address in addresses:
        html = client.get(address).content.decode()
        shown = BeautifulSoup(html, "html.parser")
        for tag in shown(["script", "style", "template"]):
            tag.decompose()
        assert "wagtail" not in shown.get_text().lower(), address
        assert "guide.wagtail.org" not in html
        assert "<title>" in html
        assert "- 联动后台" in html.split("</title>")[0]
    assert "0 个图片" not in client.get(addresses[0]).content.decode()


def test_there_is_one_door() -> None:
    for address in ("/admin/", "/admin/login/?next=/admin/"):
        answer = Client().get(address)
        assert (answer.status_code, answer["Location"]) == (302, "/login/?next=/admin/")
