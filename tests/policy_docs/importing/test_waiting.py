"""Importing over what somebody is working on, and over aliases."""

from pathlib import Path

import pytest
from wagtail.signals import page_unpublished

from policy_docs.duties.models import Duty
from policy_docs.importing.report import Outcome
from policy_docs.importing.reread import reread_containing
from policy_docs.importing.run import run
from policy_docs.opinions.models import Change, Clause
from policy_docs.opinions.pages import OpinionPage
from tests.factories.opinions import TEXT, import_text, publish, reword, texts

MORE = TEXT.replace("保障工作经费", "足额保障工作经费")
pytestmark = pytest.mark.django_db


def _now(page: OpinionPage) -> OpinionPage:
    return OpinionPage.objects.get(pk=page.pk)


def test_a_new_text_reaches_a_draft_that_somebody_has_saved(tmp_path: Path) -> None:
    page = import_text(tmp_path, live=False)
    page.save_revision()
    page = import_text(tmp_path, text=MORE)
    assert "州财政局应当足额保障工作经费。" in texts(page, draft=True)
    shown = page.get_latest_revision_as_object()
    assert any("足额" in child["value"]["text"] for child in shown.body.raw_data)


def test_a_clause_that_is_split_in_such_a_draft_keeps_its_descent(tmp_path: Path) -> None:
    long = "州民政局应当提供婚姻登记信息，并按月向人民法院核对收养登记和社会组织登记的有关情况。"
    import_text(tmp_path, live=False, text=f"{TEXT}（四）{long}\n").save_revision()
    first, second = long.split("，")
    import_text(tmp_path, text=f"{TEXT}（四）{first}\n（五）{second}\n")
    assert Clause.objects.filter(split_from__isnull=False).count() == 1


def test_waiting_changes_of_a_published_text_are_neither_lost_nor_put_over_the_new_text(tmp_path: Path) -> None:
    page = import_text(tmp_path)
    reword(page, "保障工作经费", "保障必要工作经费")
    page.save_revision()
    (tmp_path / "a.txt").write_text(MORE, encoding="utf-8")
    (report,) = run([tmp_path / "a.txt"], actor=None)
    assert report.outcome is Outcome.REFUSED
    assert "尚未发布的修改" in report.messages[0]
    assert "州财政局应当保障工作经费。" in texts(_now(page))
    assert "州财政局应当保障必要工作经费。" in texts(_now(page), draft=True)
    publish(_now(page).get_latest_revision_as_object())
    assert "州财政局应当足额保障工作经费。" in texts(import_text(tmp_path, text=MORE))


def test_an_alias_follows_an_import_and_is_never_read_itself(tmp_path: Path) -> None:
    page = publish(import_text(tmp_path))
    alias = OpinionPage.objects.get(pk=page.create_alias(update_slug="alias").pk)
    import_text(tmp_path, text=MORE)
    assert texts(_now(alias)) == texts(_now(page))
    assert "州财政局应当足额保障工作经费。" in texts(_now(alias))
    reread_containing("公安机关")
    assert not Duty.objects.filter(opinion=alias).exists()


def test_an_alias_leaves_the_index_in_the_transaction_of_its_original(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = publish(import_text(tmp_path))
    alias = OpinionPage.objects.get(pk=page.create_alias(update_slug="alias").pk)
    Change.objects.all().delete()
    monkeypatch.setattr(page_unpublished, "send", lambda **_told: None)
    _now(page).unpublish()
    assert not _now(alias).live
    assert Change.objects.filter(key=alias.public_key).exists()
