"""Addresses after a move, another title, another slug: the permanent one stays, the tree's own ones lead to it."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site

from policy_docs.opinions.pages import OpinionIndexPage, OpinionPage
from policy_docs.opinions.trash import restore
from tests.factories.opinions import publish
from tests.factories.removing import office, trashed
from tests.factories.search import opinion

pytestmark = pytest.mark.django_db
TEXT = "楚政办发〔2018〕3号\n楚雄州人民政府办公室\n关于会商的通知\n一、要求\n（一）税务机关应当提供信息。\n2018年5月1日\n"


@pytest.fixture
def page(tmp_path: Path) -> OpinionPage:
    return opinion(tmp_path, "a", TEXT)


def _permanent(page: OpinionPage) -> str:
    return reverse("policy_docs:opinion", args=[page.public_key])


def _slug(page: OpinionPage, slug: str, django_capture: object) -> OpinionPage:
    """Give a page another slug as the editor does, with what follows after commit."""
    fresh = OpinionPage.objects.get(pk=page.pk)
    fresh.slug = slug
    with django_capture(execute=True):  # type: ignore[operator]
        publish(fresh)
    return OpinionPage.objects.get(pk=page.pk)


def _leads_to(client: Client, address: str, page: OpinionPage) -> bool:
    answer = client.get(address, follow=True)
    return answer.status_code == 200 and answer.redirect_chain[-1][0] == _permanent(page)


def test_wagtail_gives_the_permanent_address(page: OpinionPage) -> None:
    found = Page.objects.get(pk=page.pk).specific
    assert found.url == found.get_url() == found.relative_url(Site.objects.get()) == _permanent(page)
    assert found.full_url == found.get_full_url() == Site.objects.get().root_url + _permanent(page)


@pytest.mark.parametrize("slug", ["hui-shang", "会商", "fa_3"])
def test_the_address_in_the_tree_leads_there(page: OpinionPage, client: Client, slug: str, django_capture_on_commit_callbacks: object) -> None:
    page = _slug(page, slug, django_capture_on_commit_callbacks)
    assert _leads_to(client, f"/opinions/{slug}/", page)


@pytest.mark.parametrize("old", ["hui-shang", "会商"])
@pytest.mark.parametrize("new", ["tong-bao", "通报"])
def test_an_old_slug_still_leads_there(page: OpinionPage, client: Client, old: str, new: str, django_capture_on_commit_callbacks: object) -> None:
    _slug(page, old, django_capture_on_commit_callbacks)
    page = _slug(page, new, django_capture_on_commit_callbacks)
    assert Redirect.objects.filter(old_path=f"/opinions/{old}", redirect_page=page).exists()
    assert _leads_to(client, f"/opinions/{old}/", page)


def test_another_title_changes_no_address(page: OpinionPage, client: Client, django_capture_on_commit_callbacks: object) -> None:
    page.title = "关于会商和通报的通知"
    page = _slug(page, page.slug, django_capture_on_commit_callbacks)
    assert client.get(_permanent(page)).status_code == 200


def test_where_the_list_goes_its_documents_stay(page: OpinionPage, client: Client, django_capture_on_commit_callbacks: object) -> None:
    page = _slug(page, "会商", django_capture_on_commit_callbacks)
    index = OpinionIndexPage.objects.get()
    index.slug = "files"
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        index.save_revision().publish()
    assert client.get(_permanent(page)).status_code == 200
    assert _leads_to(client, "/files/会商/", page)
    assert _leads_to(client, "/opinions/会商/", page)


def test_what_a_reader_may_not_see_has_no_address_in_the_tree(page: OpinionPage, client: Client, django_capture_on_commit_callbacks: object) -> None:
    page = _slug(page, "hui-shang", django_capture_on_commit_callbacks)
    page.disclosure = OpinionPage.Disclosure.CLOSED
    page.save(update_fields=["disclosure"])
    assert client.get("/opinions/hui-shang/").status_code == 404
    assert client.get("/opinions/no-such-name/").status_code == 404


def test_an_old_address_leads_nowhere_while_it_lies_in_the_trash(page: OpinionPage, client: Client, django_capture_on_commit_callbacks: object) -> None:
    _slug(page, "hui-shang", django_capture_on_commit_callbacks)
    page = _slug(page, "tong-bao", django_capture_on_commit_callbacks)
    entry = trashed(page)
    for address in ("/opinions/hui-shang/", "/opinions/tong-bao/", _permanent(page)):
        assert client.get(address).status_code == 404
    restore(entry, actor=office())
    for address in ("/opinions/hui-shang/", "/opinions/tong-bao/"):
        assert _leads_to(client, address, page)
