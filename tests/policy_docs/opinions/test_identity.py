"""The identity of clauses in the page model: ids are checked, rows follow what is saved, an error leaves nothing behind."""

import datetime
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from wagtail.log_actions import LogContext, activate, deactivate
from wagtail.models import Revision

from cms.accounts.models import User
from cms.audit.models import AuditEntry
from policy_docs import ports
from policy_docs.duties import actions
from policy_docs.duties.models import Duty
from policy_docs.opinions import following, projection
from policy_docs.opinions.actions import add_version
from policy_docs.opinions.blocks import check_ids
from policy_docs.opinions.models import Change, Clause, ClauseText, OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.removing import withdraw
from policy_docs.opinions.setaside import store
from policy_docs.opinions.types import Identity
from tests.factories.opinions import added, clause, drop, import_text, publish, raw, reword, set_body, texts
from tests.factories.removing import office

pytestmark = pytest.mark.django_db

ONE = "0b9e5f0a-7c1d-4f6e-9a53-2f1c8d7e6b40"
BAD = [None, "", "zzz", ONE.upper(), ONE.replace("-", ""), f"{{{ONE}}}", 7]


@pytest.fixture
def page(tmp_path: Path) -> OpinionPage:
    return import_text(tmp_path)


def _with_id(page: OpinionPage, block_id: Any) -> None:
    body = raw(page)
    body[-1]["id"] = block_id
    set_body(page, body)


@pytest.mark.parametrize("block_id", BAD, ids=str)
def test_an_id_that_is_missing_or_not_canonical_is_refused(page: OpinionPage, block_id: Any) -> None:
    _with_id(page, block_id)
    with pytest.raises(ValidationError, match="没有有效的编号"):
        page.full_clean()
    for save in (lambda: page.save(clean=False), lambda: page.save_revision(clean=False)):
        with pytest.raises(ValidationError, match="没有有效的编号"):
            save()
    assert page.revisions.count() == 0


def test_an_id_that_comes_twice_is_refused(page: OpinionPage) -> None:
    _with_id(page, raw(page)[0]["id"])
    with pytest.raises(ValidationError, match="编号重复"):
        page.clean()
    with pytest.raises(ValidationError, match="编号重复"):
        page.save(clean=False)
    with pytest.raises(ValidationError, match="编号重复"):
        page.save_revision(clean=False)


def test_the_projection_checks_for_itself(page: OpinionPage) -> None:
    _with_id(page, "zzz")
    with pytest.raises(ValidationError):
        projection.project(page, draft=False)


def test_canonical_ids_pass() -> None:
    check_ids({"id": str(uuid.uuid4())} for _number in range(3))


def test_a_row_stored_without_ids_is_not_taken_for_a_new_text(page: OpinionPage) -> None:
    """Wagtail invents new ids at each read of such a row: saving it would retire every clause."""
    stripped = [{key: value for key, value in child.items() if key != "id"} for child in raw(page)]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE policy_docs_opinionpage SET body = %s WHERE page_ptr_id = %s", [json.dumps(stripped), page.pk])
    again = OpinionPage.objects.get(pk=page.pk)
    with pytest.raises(ValidationError, match="没有有效的编号"):
        again.save()
    assert not Clause.objects.filter(retired_at__isnull=False).exists()


def test_a_draft_leaves_the_published_rows_alone(page: OpinionPage) -> None:
    before = texts(page)
    reword(page, "查找被执行人", "查找被执行人的下落")
    page.save_revision()
    assert texts(page) == before
    assert "公安机关应当协助人民法院查找被执行人的下落。" in texts(page, draft=True)


def test_publishing_a_correction_keeps_version_and_identity(page: OpinionPage) -> None:
    key = clause(page, "公安机关").public_key
    reword(page, "查找被执行人", "查找被执行人的下落")
    page = publish(page)
    assert clause(page, "被执行人的下落").public_key == key
    assert [(version.number, version.state) for version in page.versions.all()] == [(1, "published")]


def test_a_clause_that_vanishes_is_retired_and_a_revert_revives_it(page: OpinionPage) -> None:
    first = page.save_revision()
    gone = clause(page, "发改委")
    drop(page, "发改委")
    page.save_revision()
    gone.refresh_from_db()
    assert gone.retired_at is None, "a draft retires nothing"
    page = publish(page)
    gone.refresh_from_db()
    assert gone.retired_at is not None
    assert Clause.objects.filter(pk=gone.pk).exists()
    first.as_object().save_revision().publish()
    gone.refresh_from_db()
    assert gone.retired_at is None
    assert "州发改委应当协助查询项目立项情况。" in texts(page)


def test_a_clause_of_a_draft_that_is_thrown_away_is_retired(page: OpinionPage) -> None:
    set_body(page, [*raw(page), added("税务机关应当提供纳税信息。")])
    page.save_revision()
    row = clause(page, "纳税信息")
    assert row.retired_at is None
    drop(page, "纳税信息")
    page.save_revision()
    row.refresh_from_db()
    assert row.retired_at is not None


def test_a_new_clause_gets_an_identity_and_the_order_follows(page: OpinionPage) -> None:
    body = raw(page)
    body.insert(-1, added("税务机关应当提供纳税信息。"))
    set_body(page, body)
    page = publish(page)
    shown = texts(page)
    assert shown[-2:] == ["税务机关应当提供纳税信息。", "州财政局应当保障工作经费。"]
    assert list(ClauseText.objects.filter(version__opinion=page).order_by("order").values_list("order", flat=True)) == list(range(len(shown)))


def test_unpublishing_and_publishing_again_keeps_identity(page: OpinionPage) -> None:
    before = set(Clause.objects.values_list("public_key", "retired_at"))
    page.save_revision().publish()
    page = OpinionPage.objects.get(pk=page.pk)
    page.unpublish()
    assert set(Clause.objects.values_list("public_key", "retired_at")) == before
    page = OpinionPage.objects.get(pk=page.pk)
    assert texts(page, draft=True) == texts(page)
    page.get_latest_revision().publish()
    assert set(Clause.objects.values_list("public_key", "retired_at")) == before
    assert not page.versions.filter(state="draft").exists()


def test_unpublishing_keeps_the_words_of_a_later_draft(page: OpinionPage) -> None:
    page = publish(page)
    reword(page, "查找被执行人", "查找被执行人的下落")
    page.save_revision()
    OpinionPage.objects.get(pk=page.pk).unpublish()
    assert "公安机关应当协助人民法院查找被执行人的下落。" in texts(page, draft=True)


def test_an_old_revision_put_back_and_scheduled_leaves_the_page_online(page: OpinionPage) -> None:
    OpinionPage.objects.filter(pk=page.pk).update(live=False, has_unpublished_changes=True)
    page = OpinionPage.objects.get(pk=page.pk)
    old = page.save_revision()
    old.publish()
    again = Revision.objects.get(pk=old.pk).as_object()
    again.go_live_at = timezone.now() + datetime.timedelta(days=3)
    again.save_revision().publish()
    page.refresh_from_db()
    assert page.live


def _state(pk: int) -> tuple[Any, ...]:
    row = OpinionPage.objects.get(pk=pk)
    return (
        row.title, raw(row), row.revisions.count(), sorted(Clause.objects.values_list("public_key", "retired_at")), texts(row), texts(row, draft=True),
        OpinionVersion.objects.count(), AuditEntry.objects.count(), Change.objects.count(),
        sorted(Duty.objects.values_list("pk", "state", "text_hash")),
    )  # fmt: skip


@pytest.mark.parametrize(("module", "name"), [(following, "record"), (ports, "read_duties"), (projection, "_retire"), (actions, "_store_unknown")])
def test_an_error_rolls_everything_back(page: OpinionPage, monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    before = _state(page.pk)
    page.title = "另一题名"
    reword(page, "查找被执行人", "查找被执行人的下落")
    monkeypatch.setattr(module, name, broken)
    with pytest.raises(RuntimeError):
        page.save()
    if module is projection:
        with pytest.raises(RuntimeError):
            page.save_revision()
    assert _state(page.pk) == before


def test_the_edit_of_a_person_is_on_record(page: OpinionPage) -> None:
    user = User.objects.create(username="c", display_name="李静", role="coordination")
    reword(page, "查找被执行人", "查找被执行人的下落")
    activate(LogContext(user=user))
    try:
        page = publish(page, user)
    finally:
        deactivate()
    entry = AuditEntry.objects.filter(action="opinion.text").get()
    assert (entry.actor, entry.details["changed"]) == ("李静", [clause(page, "公安机关").public_key])


def test_a_form_keeps_line_ends_and_white_space() -> None:
    block = OpinionPage.body.field.stream_block.child_blocks["table"].child_blocks["text"]
    written = block.value_from_datadict({"t": "　甲\t乙\r\n丙 "}, {}, "t")
    assert block.clean(written) == "　甲\t乙\n丙 "


def test_a_clause_that_the_draft_of_a_withdrawn_document_lacks_is_the_same_when_the_text_comes_again(page: OpinionPage) -> None:
    user, blocks, known = office(), page.parts, clause(page, "查找被执行人")
    withdraw(page, actor=user, reason="有误")
    page = OpinionPage.objects.get(pk=page.pk)
    drop(page, "查找被执行人")
    store(page, actor=user)
    page = OpinionPage.objects.get(pk=page.pk)
    version = add_version(page, Identity(title=page.title), blocks, source_name="a", source_hash="f" * 64, actor=user)
    assert version.state == OpinionVersion.State.DRAFT
    assert version.texts.get(text__contains="查找被执行人").clause == known
