"""Amended, replaced, repealed, interpreted by: on the page of a document and in its list of versions."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from cms.accounts.models import Role, User
from policy_docs.opinions.pages import OpinionPage
from tests.factories.opinions import TEXT, import_text

pytestmark = pytest.mark.django_db
CITED = "《关于协作的意见》（楚政法发〔2017〕8号）"


def other(folder: Path, name: str, number: str, title: str, words: str) -> OpinionPage:
    return import_text(
        folder, name, f"楚政法发〔2020〕{number}号\n中共楚雄州委政法委员会\n{title}\n一、总则\n（一）{words}\n（二）公安机关应当会商。\n2020年5月3日\n"
    )


@pytest.fixture
def page(tmp_path: Path) -> OpinionPage:
    found = import_text(tmp_path, text=TEXT)
    other(tmp_path, "b", "1", "关于修改部分文件的决定", f"对{CITED}作如下修改。")
    other(tmp_path, "c", "2", "关于废止一批文件的决定", f"{CITED}同时废止。")
    other(tmp_path, "d", "3", "关于进一步协作的意见", f"{CITED}同时废止。")
    return OpinionPage.objects.get(pk=found.pk)


def shown(page: OpinionPage, client: Client) -> BeautifulSoup:
    client.force_login(User.objects.create(username="u", role=Role.LIAISON), backend="django.contrib.auth.backends.ModelBackend")
    return BeautifulSoup(client.get(f"/opinions/{page.public_key}/").content, "html.parser")


def test_what_acts_on_a_document_is_told_by_what_it_does(page: OpinionPage, client: Client) -> None:
    html = shown(page, client)
    told = {row.dt.text: row.dd.text for row in html.select("dl.ident > div")}
    assert "关于修改部分文件的决定" in told["被修改"]
    assert "关于废止一批文件的决定" in told["被废止"]
    assert "关于进一步协作的意见" in told["被替代"]
    versions = html.select_one("#versions tbody").text
    assert "被修改：楚政法发〔2020〕1号" in versions
    assert "被替代：楚政法发〔2020〕3号" in versions


def test_the_other_side_says_what_it_does(page: OpinionPage, client: Client) -> None:
    html = shown(OpinionPage.objects.get(source_name="d"), client)
    told = {row.dt.text: row.dd.text for row in html.select("dl.ident > div")}
    assert "关于协作的意见" in told["替代"]
    assert "被" not in "".join(told)


def test_a_version_names_the_document_that_amended_it(page: OpinionPage, client: Client) -> None:
    page.versions.update(basis="楚政法发[2020]1号")
    row = shown(page, client).select_one("#versions tbody")
    amending = OpinionPage.objects.get(source_name="b")
    assert row.select_one(f'a[href="/opinions/{amending.public_key}/"]').text == "楚政法发[2020]1号"
