"""Copies, aliases and deletions: what becomes of clauses, duties and the index."""

from pathlib import Path

import pytest
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from wagtail.actions.convert_alias import ConvertAliasPageAction
from wagtail.models import Page

from cms.accounts.models import User
from cms.audit.models import AuditEntry
from policy_docs.duties.actions import decide
from policy_docs.duties.models import Duty
from policy_docs.opinions.models import Change, Clause, OpinionVersion
from policy_docs.opinions.pages import OpinionIndexPage, OpinionPage
from policy_docs.opinions.removal import OpinionKept
from tests.factories.opinions import clause, import_text, publish, reword, texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(tmp_path: Path) -> OpinionPage:
    return import_text(tmp_path)


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root", password="x"), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("live", [True, False])
def test_a_copy_has_identities_of_its_own(page: OpinionPage, live: bool) -> None:
    publish(page)
    page = OpinionPage.objects.get(pk=page.pk)
    copy = page.copy(update_attrs={"slug": "copy", "title": "副本"}, keep_live=live)
    copy = OpinionPage.objects.get(pk=copy.pk)
    assert copy.public_key != page.public_key
    assert copy.source_name == ""
    assert texts(copy, draft=not live) == texts(page)
    assert texts(copy, draft=live) == []
    for row in Clause.objects.filter(opinion=copy):
        assert row.copied_from is not None
        assert (row.copied_from.opinion_id, row.copied_from.block_id) == (page.pk, row.block_id)
        assert row.public_key != row.copied_from.public_key
    assert Duty.objects.filter(clause__opinion=copy).count() == (Duty.objects.filter(clause__opinion=page).count() if live else 0)


def test_an_edit_of_a_copy_leaves_the_original_alone(page: OpinionPage) -> None:
    before = texts(page)
    copy = OpinionPage.objects.get(pk=page.copy(update_attrs={"slug": "copy"}).pk)
    reword(copy, "查找被执行人", "查找被执行人的下落")
    publish(copy)
    assert texts(OpinionPage.objects.get(pk=page.pk)) == before
    assert not Clause.objects.filter(retired_at__isnull=False).exists()


def test_an_alias_follows_its_original_and_has_no_duties(page: OpinionPage) -> None:
    publish(page)
    page = OpinionPage.objects.get(pk=page.pk)
    alias = OpinionPage.objects.get(pk=page.create_alias(update_slug="alias").pk)
    assert alias.public_key != page.public_key
    assert texts(alias) == texts(page)
    reword(page, "查找被执行人", "查找被执行人的下落")
    publish(page)
    again = OpinionPage.objects.get(pk=alias.pk)
    assert again.public_key == alias.public_key
    assert "公安机关应当协助人民法院查找被执行人的下落。" in texts(again)
    assert texts(again, draft=True) == []
    assert clause(again, "下落").copied_from == clause(page, "下落")
    assert not Duty.objects.filter(clause__opinion=again).exists()


def test_an_alias_goes_from_the_index_with_its_original_and_becomes_a_page_of_its_own(page: OpinionPage) -> None:
    publish(page)
    page = OpinionPage.objects.get(pk=page.pk)
    alias = OpinionPage.objects.get(pk=page.create_alias(update_slug="alias").pk)
    Change.objects.all().delete()
    page.unpublish()
    assert not OpinionPage.objects.get(pk=alias.pk).live
    assert Change.objects.filter(key=alias.public_key).exists()
    page.get_latest_revision().publish()
    ConvertAliasPageAction(OpinionPage.objects.get(pk=alias.pk)).execute()
    assert Duty.objects.filter(clause__opinion=alias).count() == Duty.objects.filter(clause__opinion=page).count()


def test_a_published_opinion_is_not_deleted(page: OpinionPage) -> None:
    with pytest.raises(OpinionKept, match="请先撤回"):
        page.delete()
    assert OpinionPage.objects.filter(pk=page.pk).exists()


def test_a_withdrawn_opinion_is_deleted_with_its_rows(page: OpinionPage) -> None:
    page.copy(update_attrs={"slug": "copy"})
    page.unpublish()
    OpinionPage.objects.get(pk=page.pk).delete()
    assert not OpinionPage.objects.filter(pk=page.pk).exists()
    assert not Clause.objects.filter(opinion=page.pk).exists()
    assert not OpinionVersion.objects.filter(opinion=page.pk).exists()
    assert Change.objects.filter(key=page.public_key).exists()
    assert AuditEntry.objects.get(action="opinion.delete").details["key"] == page.public_key
    assert Clause.objects.filter(copied_from__isnull=True).exists()


def _decided(page: OpinionPage) -> None:
    decide(Duty.objects.filter(clause__opinion=page)[:1], state=Duty.State.CONFIRMED, actor=User.objects.create(username="c"))
    OpinionPage.objects.get(pk=page.pk).unpublish()


def test_decided_duties_protect_their_opinion(page: OpinionPage) -> None:
    _decided(page)
    with pytest.raises(OpinionKept, match="经人工核对的职责"):
        OpinionPage.objects.get(pk=page.pk).delete()
    with pytest.raises(ProtectedError):
        Page.objects.get(pk=page.pk).delete()  # Wagtail's own way, past our method
    assert Duty.objects.filter(clause__opinion=page, state="confirmed").count() == 1


def test_the_admin_says_why_an_opinion_stays(page: OpinionPage, admin: Client) -> None:
    address = reverse("wagtailadmin_pages:delete", args=[page.pk])
    assert "请先撤回" in admin.post(address, follow=True).content.decode()
    _decided(page)
    for method in (admin.get, admin.post):
        answer = method(address, follow=True)
        assert answer.status_code == 200
        assert "有经人工核对的职责，不能删除" in answer.content.decode()
    assert OpinionPage.objects.filter(pk=page.pk).exists()


def test_the_admin_deletes_a_withdrawn_opinion(page: OpinionPage, admin: Client) -> None:
    page.unpublish()
    address = reverse("wagtailadmin_pages:delete", args=[page.pk])
    assert admin.get(address).status_code == 200
    assert "已删除《关于协作的意见》" in admin.post(address, follow=True).content.decode()
    assert not OpinionPage.objects.filter(pk=page.pk).exists()


def test_many_are_deleted_at_once_or_none(page: OpinionPage, admin: Client, tmp_path: Path) -> None:
    other = import_text(tmp_path, "b", "关于另一件事的通知\n一、税务机关应当提供信息。\n")
    other.unpublish()
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    answer = admin.post(f"{address}?id={page.pk}&id={other.pk}&next=/admin/", follow=True)
    assert "请先撤回" in answer.content.decode()
    assert OpinionPage.objects.count() == 2
    assert admin.post(f"{address}?id={other.pk}&next=/admin/", follow=True).status_code == 200
    assert list(OpinionPage.objects.all()) == [page]


def test_a_parent_of_opinions_is_not_deleted(page: OpinionPage, admin: Client) -> None:
    for parent in (OpinionIndexPage.objects.get(), page.get_parent().get_parent()):
        answer = admin.post(reverse("wagtailadmin_pages:delete", args=[parent.pk]), follow=True)
        assert "下面有 1 份政策文件，不能一并删除" in answer.content.decode()
    assert OpinionPage.objects.exists()
