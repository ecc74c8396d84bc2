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
from policy_docs.opinions.trashed import Trashed
from tests.factories.opinions import clause, import_text, publish, reword, texts
from tests.factories.removing import trashed

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


def test_only_what_lies_in_the_trash_is_removed_for_good(page: OpinionPage) -> None:
    for _time in range(2):
        with pytest.raises(OpinionKept, match="不在回收站里"):
            OpinionPage.objects.get(pk=page.pk).delete()
        OpinionPage.objects.get(pk=page.pk).unpublish()
    assert OpinionPage.objects.filter(pk=page.pk).exists()


def test_what_is_removed_for_good_goes_with_its_rows(page: OpinionPage) -> None:
    copy = page.copy(update_attrs={"slug": "copy"})
    key = page.public_key
    trashed(page)
    OpinionPage.with_trash.get(pk=page.pk).delete()
    assert list(OpinionPage.with_trash.all()) == [OpinionPage.objects.get(pk=copy.pk)]
    assert not Page.objects.filter(pk=page.pk).exists()
    assert not Clause.with_trash.filter(opinion=page.pk).exists()
    assert not OpinionVersion.with_trash.filter(opinion=page.pk).exists()
    assert AuditEntry.objects.get(action="opinion.delete").details == {"key": key, "title": "关于协作的意见"}
    assert Clause.objects.filter(copied_from__isnull=True).exists()


def _decided(page: OpinionPage) -> None:
    decide(Duty.objects.filter(clause__opinion=page)[:1], state=Duty.State.CONFIRMED, actor=User.objects.create(username="c"))
    OpinionPage.objects.get(pk=page.pk).unpublish()


def test_decided_duties_protect_their_opinion(page: OpinionPage) -> None:
    _decided(page)
    trashed(page)
    with pytest.raises(OpinionKept, match="经人工核对的职责"):
        OpinionPage.with_trash.get(pk=page.pk).delete()
    with pytest.raises(ProtectedError):
        Page.objects.get(pk=page.pk).delete()  # Wagtail's own way, past our method
    assert Duty.with_trash.filter(clause__opinion=page, state="confirmed").count() == 1


def test_the_admin_leads_to_our_own_pages(page: OpinionPage, admin: Client) -> None:
    for name, address in (("delete", "opinion_delete"), ("unpublish", "opinion_withdraw")):
        for ask in (admin.get, admin.post):
            answer = ask(reverse(f"wagtailadmin_pages:{name}", args=[page.pk]))
            assert (answer.status_code, answer.headers["Location"]) == (302, reverse(f"policy_docs:{address}", args=[page.public_key]))
    assert OpinionPage.objects.get().live


def test_many_drafts_are_put_into_the_trash_at_once_or_none(page: OpinionPage, admin: Client, tmp_path: Path) -> None:
    drafts = [import_text(tmp_path, name, f"关于第{name}件事的通知\n一、税务机关应当提供信息。\n", live=False) for name in ("b", "c")]
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    asked = "&".join(f"id={draft.pk}" for draft in drafts)
    answer = admin.post(f"{address}?id={page.pk}&{asked}&next=/admin/", follow=True)
    assert "《关于协作的意见》发布过，删除要写明理由并由另一人批准" in answer.content.decode()
    assert OpinionPage.objects.count() == 3
    index = OpinionIndexPage.objects.get()
    other = index.get_parent().add_child(instance=Page(title="别的", slug="else"))
    assert "不能和其他页面一起删除" in admin.post(f"{address}?id={other.pk}&{asked}&next=/admin/", follow=True).content.decode()
    assert "已将 2 份草稿移入回收站" in admin.post(f"{address}?{asked}&next=/admin/", follow=True).content.decode()
    assert list(OpinionPage.objects.all()) == [page]
    assert Trashed.objects.count() == 2
    assert admin.post(f"{address}?id={other.pk}&next=/admin/", follow=True).status_code == 200
    assert not Page.objects.filter(pk=other.pk).exists()


def test_many_are_not_withdrawn_without_a_reason(page: OpinionPage, admin: Client) -> None:
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
    assert "撤回政策文件要写明理由" in admin.post(f"{address}?id={page.pk}&next=/admin/", follow=True).content.decode()
    index = OpinionIndexPage.objects.get()
    for way in (f"{address}?id={index.pk}&next=/admin/", reverse("wagtailadmin_pages:unpublish", args=[index.pk])):
        assert "撤回政策文件要写明理由" in admin.post(way, {"include_descendants": "on"}, follow=True).content.decode()
    assert OpinionPage.objects.get().live
    assert admin.post(reverse("wagtailadmin_pages:unpublish", args=[index.pk])).status_code == 302
    assert not OpinionIndexPage.objects.get().live


def test_a_parent_of_opinions_is_not_deleted(page: OpinionPage, admin: Client) -> None:
    for parent in (OpinionIndexPage.objects.get(), page.get_parent().get_parent()):
        answer = admin.post(reverse("wagtailadmin_pages:delete", args=[parent.pk]), follow=True)
        assert "下面有 1 份政策文件，不能一并删除" in answer.content.decode()
    assert OpinionPage.objects.exists()


def test_what_lies_in_the_trash_is_out_of_reach_in_the_admin(page: OpinionPage, admin: Client, client: Client) -> None:
    trashed(page)
    index = OpinionIndexPage.objects.get()
    for name, where in (("edit", ()), ("copy", ()), ("move_confirm", (index.pk,)), ("delete", ())):
        answer = admin.get(reverse(f"wagtailadmin_pages:{name}", args=[page.pk, *where]))
        assert (name, answer.status_code, answer.headers.get("Location")) == (name, 302, reverse("policy_docs:trash"))
    office = User.objects.create(username="x", role="coordination")
    client.force_login(office, backend="django.contrib.auth.backends.ModelBackend")
    for name in ("edit", "copy", "move", "delete", "history", "view_draft"):
        assert client.get(reverse(f"wagtailadmin_pages:{name}", args=[page.pk])).status_code == 302
    assert Trashed.objects.count() == 1
