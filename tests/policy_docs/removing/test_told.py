"""What the office is told of a document that is to be deleted, is deleted or was withdrawn; what who asked is told of the answer."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from wagtail.models import Page

from cms.accounts.models import Role, User
from policy_docs.duties.actions import decide
from policy_docs.duties.models import Duty
from policy_docs.opinions.models import Clause
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.removing import approve, ask, refuse, withdraw
from policy_docs.opinions.trashed import RemovalRequest
from tests.factories.opinions import import_text, publish, reword
from tests.factories.removing import office, trashed

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(tmp_path: Path) -> OpinionPage:
    return import_text(tmp_path)


def _in(client: Client, user: User) -> Client:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _asked(page: OpinionPage, who: str = "li") -> RemovalRequest:
    row = ask(OpinionPage.objects.get(pk=page.pk), actor=office(who), reason="重复收录")
    assert isinstance(row, RemovalRequest)
    return row


def _words(client: Client, address: str) -> str:
    return client.get(address).content.decode()


class TestWaiting:
    @pytest.mark.parametrize("address", ["/opinions/", "/opinions/?state=removal", "/review/documents/", "/aging/?of=issued-1"])
    def test_lists_say_so_to_the_office(self, page: OpinionPage, client: Client, address: str) -> None:
        OpinionPage.objects.update(issue_date="2017-03-01")
        _in(client, office("wang"))
        assert 'tag--gone">待批准删除</span>' not in _words(client, address)
        _asked(page)
        assert 'tag--gone">待批准删除</span>' in _words(client, address)

    def test_the_page_of_the_document_says_who_has_asked_and_leads_there(self, page: OpinionPage, client: Client) -> None:
        row = _asked(page)
        words = _words(_in(client, office("wang")), f"/opinions/{page.public_key}/")
        assert "已有人申请删除这份文件" in words
        assert f'href="/trash/requests/{row.pk}/"' in words

    def test_others_are_told_nothing(self, page: OpinionPage, client: Client) -> None:
        _asked(page)
        _in(client, office("liaison", Role.LIAISON))
        for address in ("/opinions/", "/opinions/?state=removal", f"/opinions/{page.public_key}/", "/"):
            assert "删除" not in _words(client, address), address

    def test_the_start_page_calls_who_may_answer(self, page: OpinionPage, client: Client) -> None:
        _asked(page)
        assert "1 项等您批准" in _words(_in(client, office("wang")), "/")
        assert "项等您批准" not in _words(_in(client, office("li")), "/")


class TestAnswered:
    def test_a_refusal_with_its_reason_until_it_is_noted(self, page: OpinionPage, client: Client) -> None:
        row = _asked(page)
        refuse(row.pk, actor=office("wang"), answer="还有案件在引用")
        assert "还有案件在引用" not in _words(_in(client, office("wang")), "/")
        _in(client, office("li"))
        assert "未批准，还有案件在引用" in _words(client, "/")
        assert "新答复" in _words(client, "/trash/requests/?state=settled")
        address = f"/trash/requests/{row.pk}/"
        assert "您的申请没有批准" in _words(client, address)
        client.post(address, {"verb": "note"})
        assert "还有案件在引用" not in _words(client, "/")
        assert "您的申请没有批准" not in _words(client, address)
        assert "还有案件在引用" in _words(client, address)

    def test_an_approval(self, page: OpinionPage, client: Client) -> None:
        row = _asked(page)
        approve(row.pk, actor=office("wang"))
        _in(client, office("li"))
        assert "《关于协作的意见》：已批准" in _words(client, "/")
        assert "文件已移入回收站，可以恢复。" in _words(client, f"/trash/requests/{row.pk}/")

    def test_one_that_lapsed(self, page: OpinionPage, client: Client) -> None:
        row = _asked(page)
        reword(page, "查找", "寻找")
        publish(page)
        with pytest.raises(Exception, match="申请已失效"):
            approve(row.pk, actor=office("wang"))
        assert "《关于协作的意见》：申请已失效" in _words(_in(client, office("li")), "/")

    def test_nobody_notes_the_answer_for_another(self, page: OpinionPage, client: Client) -> None:
        row = _asked(page)
        refuse(row.pk, actor=office("wang"), answer="还有案件在引用")
        _in(client, office("wang")).post(f"/trash/requests/{row.pk}/", {"verb": "note"})
        assert RemovalRequest.objects.get(pk=row.pk).noted_at is None


def _plain(answer: Any, address: str) -> str:
    """A page without what differs from request to request: the token of its form, and the address to come back to after signing in."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode()).replace(quote(address, safe=""), "")


class TestGone:
    @pytest.fixture
    def addresses(self, page: OpinionPage) -> list[str]:
        clause = Clause.objects.filter(opinion=page, duties__isnull=False).distinct()[0]
        duty = Duty.objects.filter(clause=clause)[0]
        base = f"/opinions/{page.public_key}/"
        return [base, f"{base}c/{clause.public_key}/", f"{base}d/{duty.pk}/", f"{base}compare/", f"/review/d/{page.public_key}/", f"{base}delete/"]

    def test_permanent_addresses_lead_the_office_to_the_trash(self, page: OpinionPage, addresses: list[str], client: Client) -> None:
        trashed(page)
        _in(client, office())
        for address in addresses:
            assert client.get(address).headers.get("Location") == f"/trash/{page.public_key}/", address

    @pytest.mark.parametrize("role", ["", Role.LIAISON])
    def test_others_get_the_page_of_what_never_was(self, page: OpinionPage, addresses: list[str], client: Client, role: str) -> None:
        trashed(page)
        if role:
            _in(client, office("someone", role))
        for address in addresses[:4]:
            answer, never = client.get(address), client.get("/opinions/never/")
            assert answer.status_code == 404
            assert _plain(answer, address) == _plain(never, "/opinions/never/"), address

    def test_an_alias_leads_to_its_original(self, page: OpinionPage, client: Client) -> None:
        alias = page.create_alias(parent=Page.objects.get(pk=page.get_parent().pk), update_slug="alias")
        trashed(page)
        assert _in(client, office()).get(f"/opinions/{alias.public_key}/").headers["Location"] == f"/trash/{page.public_key}/"

    def test_what_never_was_is_not_found_by_the_office_either(self, client: Client) -> None:
        assert _in(client, office()).get("/opinions/never/").status_code == 404


class TestWithdrawn:
    def test_its_duties_stand_on_its_page_for_the_office(self, page: OpinionPage, client: Client) -> None:
        duty = Duty.objects.filter(opinion=page, kind="public_security")[0]
        decide([duty], state=Duty.State.CONFIRMED, actor=office())
        withdraw(page, actor=office(), reason="待重新印发")
        address = f"/opinions/{page.public_key}/"
        words = _words(_in(client, office()), address)
        assert "没有识别出职责" not in words
        assert "职责 3 条" in words
        assert "已撤回，只有协调机构能看" in words
        assert "草稿，" not in words
        assert client.get(f"{address}d/{duty.pk}/").status_code == 200
        assert "已撤回</span>" in _words(client, "/opinions/")
        assert _in(client, office("liaison", Role.LIAISON)).get(f"{address}d/{duty.pk}/").status_code == 404

    def test_a_draft_is_still_called_one(self, tmp_path: Path, client: Client) -> None:
        draft = import_text(tmp_path, "draft", live=False)
        words = _words(_in(client, office()), f"/opinions/{draft.public_key}/")
        assert "草稿，只有协调机构能看" in words
        assert "撤回" not in words
