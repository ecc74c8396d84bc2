"""The administration finds a Chinese word anywhere in a title or name, and no question makes it fail."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from modelsearch.query import MATCH_ALL, And, Phrase, PlainText
from wagtail.documents.models import Document
from wagtail.models import Page
from wagtail.search.backends import get_search_backend

from cms.accounts.models import User
from policy_docs.admin.searching import cleaned, rewritten
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.models import UnitKind
from tests.factories.opinions import import_text

pytestmark = pytest.mark.django_db
ODD = (
    '"',
    "'",
    "   ",
    "\x00",
    '公安 "',
    '"公安',
    "live:yes",
    'live:no "',
    "%_\\",
    "NOT OR AND",
    "*",
    "(",
    "公安" * 200,
    "😀",
    "\u200b",
    "‘“”’",
    ":",
    "a:b c:'d",
)


@pytest.fixture
def client() -> Client:
    client = Client()
    user = User.objects.create(username="root", role="coordination", is_superuser=True, first_name="赵启航")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def page(tmp_path: Path) -> OpinionPage:
    page = import_text(tmp_path)
    page.title = page.draft_title = "楚雄州公安局职责"
    page.document_number, page.number_key = "楚政法发〔2018〕9号", "楚政法发〔2018〕9号"
    page.save()
    return page


def titles(query: str) -> list[str]:
    return [found.title for found in Page.objects.all().autocomplete(query)]


@pytest.mark.parametrize("query", ["公安", "安局", "职责", "公安 职责", "楚雄", "责", "ＧＡ公安"[2:], "楚政法发[2018]9号", "政法发（2018）9号"])
def test_a_page_is_found_by_any_part_of_its_title_and_by_its_number(page: OpinionPage, query: str) -> None:
    assert titles(query) == [page.title]
    assert [found.pk for found in get_search_backend().search(query, OpinionPage)] == [page.pk]


@pytest.mark.parametrize("query", ["安公", "公安 税务", "公职"])
def test_what_does_not_stand_there_is_not_found(page: OpinionPage, query: str) -> None:
    assert titles(query) == []


def test_names_that_hold_the_words_early_come_first(page: OpinionPage) -> None:
    other = page.get_parent()
    other.title = other.draft_title = "公安文件"
    other.save()
    assert titles("公安") == ["公安文件", page.title]
    page.draft_title = "税务局职责"
    page.save(update_fields=["draft_title"])
    assert titles("税务") == [page.title]  # by what its draft is called


@pytest.mark.parametrize("address", ["wagtailadmin_choose_page_search", "wagtailadmin_pages:search"])
def test_pages_in_lists_and_choosers(client: Client, page: OpinionPage, address: str) -> None:
    shown = client.get(reverse(address), {"q": "公安"}, HTTP_X_REQUESTED_WITH="XMLHttpRequest").content.decode()
    assert page.title in shown


def test_files_users_groups_and_names_of_units(client: Client) -> None:
    Document.objects.create(title="执行工作通讯录汇编", file=ContentFile(b"x", name="x.txt"))
    Group.objects.create(name="州级协调机构")
    kind = UnitKind.objects.filter(name__contains="公安").first()
    assert kind is not None
    for name, query, wanted in (
        ("wagtaildocs:index", "通讯", "执行工作通讯录汇编"), ("wagtaildocs_chooser:choose_results", "录汇", "执行工作通讯录汇编"),
        ("wagtailusers_users:index", "启航", "root"), ("wagtailusers_groups:index", "协调", "州级协调机构"),
        ("wagtailsnippets_policy_docs_unitkind:list", "公安", kind.name), ("wagtailsnippetchoosers_policy_docs_unitkind:choose_results", "公安", kind.name),
    ):  # fmt: skip
        assert wanted in client.get(reverse(name), {"q": query}).content.decode(), name
        assert wanted not in client.get(reverse(name), {"q": "没有这个名称"}).content.decode(), name


def _names(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from _names(pattern.url_patterns, inner)
        elif pattern.name:
            yield prefix + pattern.name


def asked() -> list[str]:
    """Return every address of the administration that takes a question: lists, choosers, their results."""
    found = []
    for name in dict.fromkeys(_names(get_resolver().url_patterns)):
        if name.split(":")[-1] in {
            "index",
            "index_results",
            "list",
            "list_results",
            "choose",
            "choose_results",
            "search",
            "search_results",
            "listing",
            "find",
        } or name.startswith(("wagtailadmin_choose_page", "wagtailadmin_reports")):
            try:
                address = reverse(name)
            except NoReverseMatch:
                continue
            if address.startswith("/admin/"):
                found.append(address)
    return found


def test_no_question_makes_a_list_fail(client: Client, page: OpinionPage) -> None:
    lists = asked()
    assert len(lists) > 30
    client.raise_request_exception = False
    failed = [(address, odd) for address in lists for odd in ODD if client.get(address, {"q": odd, "search": odd}).status_code >= 500]
    assert failed == []


def test_what_asks_nothing_is_left_out() -> None:
    assert cleaned(' 公安\x00\t"局"  ') == '公安 "局"'
    assert rewritten(" \x00 ") is None
    assert rewritten(And([PlainText(" "), MATCH_ALL])) is MATCH_ALL
    both = rewritten(And([PlainText("公安"), Phrase("职责\x00")]))
    assert isinstance(both, And)
    assert [part.query_string for part in both.subqueries] == ["公安", "职责"]
