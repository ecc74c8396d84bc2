"""What pages may load and run: files of this site alone."""

import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client

from cms.accounts.models import User
from tests.factories.opinions import import_text

pytestmark = pytest.mark.django_db
PAGES = ("/", "/login/", "/opinions/", "/units/", "/directory/", "/nowhere/", "/admin/", "/admin/pages/", "/admin/reports/site-history/", "/admin/users/")
DATA = ("application/json", "text/template", "text/x-template", "text/django-form-template")
_HANDLER = re.compile(r"\son[a-z]+\s*=|javascript:|hx-on|hx-vals=['\"]js:", re.IGNORECASE)


def directives(answer: object) -> dict[str, str]:
    told = answer["Content-Security-Policy"]  # type: ignore[index]
    return {name: rest for name, _, rest in (part.strip().partition(" ") for part in told.split(";"))}


@pytest.mark.parametrize("path", PAGES)
def test_nothing_that_stands_in_a_page_is_run(client: Client, path: str) -> None:
    client.force_login(User.objects.create(username="u", is_superuser=True), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(path, follow=True)
    said = directives(answer)
    assert said["default-src"] == "'self'"
    assert "script-src" not in said, "so scripts are under default-src: no 'unsafe-inline', no 'unsafe-eval'"
    assert said["frame-ancestors"] == "'self'"
    page = BeautifulSoup(answer.content, "html.parser")
    inside = [tag for tag in page.select("script:not([src])") if tag.get("type") not in DATA]
    assert inside == []
    assert page.select("style") == []
    assert [tag.name for tag in page.find_all(True) if any(name.startswith("on") for name in tag.attrs)] == []
    outside = [str(tag.get("src") or tag.get("href")) for tag in page.select("script[src], link[rel=stylesheet], img[src]")]
    assert [address for address in outside if not address.startswith(("/", "data:"))] == []


def test_no_template_runs_what_stands_in_it() -> None:
    found = {str(path): _HANDLER.search(path.read_text(encoding="utf-8")) for path in Path(settings.BASE_DIR, "templates").rglob("*.html")}
    assert [path for path, hit in found.items() if hit] == []
    assert len(found) > 100


def test_calendars_and_choosers_are_started_by_a_file(client: Client, tmp_path: Path) -> None:
    client.force_login(User.objects.create(username="u", is_superuser=True), backend="django.contrib.auth.backends.ModelBackend")
    for address, named in (
        (f"/admin/pages/{import_text(tmp_path).pk}/edit/", {"initDateChooser", "SnippetChooser", "PageChooser"}),
        ("/admin/workflows/add/", {"createTaskChooser"}),
    ):
        page = BeautifulSoup(client.get(address).content, "html.parser")
        marks = page.select("[data-run]")
        assert named <= {mark["data-run"] for mark in marks}, address
        first = [json.loads(str(mark["data-args"]))[0] for mark in marks]
        assert all(page.select(f'[id="{key}"]') for key in first if isinstance(key, str)), address  # an inline panel takes its options alone
        assert [tag for tag in page.select("script:not([src])") if tag.get("type") not in DATA] == [], address
