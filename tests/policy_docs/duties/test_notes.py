"""Notes on clauses: written for colleagues, changed by their author alone, told by the audit trail, given with the decisions."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.accounts.models import User
from cms.audit.models import AuditEntry
from cms.audit.record import verify
from policy_docs.duties import actions, notes
from policy_docs.duties.gold import gold_rows
from policy_docs.duties.models import ClauseNote, Duty
from policy_docs.importing.reread import reread
from policy_docs.opinions.models import Clause
from policy_docs.opinions.pages import OpinionPage
from tests.factories.opinions import clause, import_text
from tests.factories.removing import trashed

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(tmp_path: Path) -> OpinionPage:
    return import_text(tmp_path)


@pytest.fixture
def li() -> User:
    return User.objects.create(username="c", display_name="李静", role="coordination")


@pytest.fixture
def zhao() -> User:
    return User.objects.create(username="z", display_name="赵敏", role="coordination")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def post(client: Client, page: OpinionPage, words: str, **values: str) -> str:
    address = reverse("policy_docs:workbench_decide", args=[page.public_key, clause(page, words).public_key])
    answer = client.post(address, values, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


def shown(client: Client, page: OpinionPage, words: str) -> str:
    return client.get(reverse("policy_docs:workbench_clause", args=[page.public_key, clause(page, words).public_key])).content.decode()


def test_a_colleague_reads_who_wrote_what_and_when(page: OpinionPage, li: User, zhao: User) -> None:
    duty = Duty.objects.get(kind="finance")
    html = post(signed_in(li), page, "财政局", verb="note_add", duty=str(duty.pk), about="candidate", note_text="请财政局确认\n是否另有经费渠道<b>")
    assert "已保存批注" in html
    html = shown(signed_in(zhao), page, "财政局")
    told = re.sub(r"<[^>]+>", "", html[html.index("核对记录") :])
    assert "李静批注：请财政局确认是否另有经费渠道&lt;b&gt;" in re.sub(r"\s", "", told)
    assert "note_edit" not in html  # not hers
    assert "批注 1 条" in html
    listed = signed_in(zhao).get(reverse("policy_docs:review_documents")).content.decode()
    assert "批注 1 条" in listed
    entry = AuditEntry.objects.get(action="note.add")
    assert (entry.actor, entry.details["text"], entry.details["kind"]) == ("李静", "请财政局确认\n是否另有经费渠道<b>", "finance")
    assert verify().broken == ()


def test_its_author_corrects_withdraws_and_puts_it_back(page: OpinionPage, li: User) -> None:
    client = signed_in(li)
    post(client, page, "财政局", verb="note_add", about="clause", note_text="先看一下")
    note = ClauseNote.objects.get()
    assert note.kind is None
    mark = f"{note.pk}:{notes.stamp_of(note)}"
    assert "已保存批注" in post(client, page, "财政局", verb="note_edit", note=mark, note_text="请核对经费")
    html = post(client, page, "财政局", verb="note_edit", note=mark, note_text="另一个窗口里写的")
    assert "又改过，现在是“请核对经费”" in html
    assert "另一个窗口里写的</textarea>" in html  # what was typed stays
    html = post(client, page, "财政局", verb="note_withdraw", note=mark)
    assert "请核对经费" not in html
    assert 'value="note_restore"' in html
    assert "请核对经费" in post(client, page, "财政局", verb="note_restore", note=str(note.pk))
    assert list(AuditEntry.objects.filter(action__startswith="note.").order_by("pk").values_list("action", flat=True)) == [
        "note.add", "note.edit", "note.withdraw", "note.restore",
    ]  # fmt: skip
    assert AuditEntry.objects.get(action="note.edit").details["before"] == "先看一下"


def test_nobody_else_changes_it(page: OpinionPage, li: User, zhao: User) -> None:
    note = notes.write(clause(page, "财政局"), text="请核对", kind=None, actor=li)
    mark = f"{note.pk}:{notes.stamp_of(note)}"
    for verb in ("note_edit", "note_withdraw", "note_restore"):
        assert "只能由写的人" in post(signed_in(zhao), page, "财政局", verb=verb, note=mark, note_text="改了")
    note.refresh_from_db()
    assert (note.text, note.withdrawn_at) == ("请核对", None)


@pytest.mark.parametrize(("text", "words"), [("  ", "请写批注的内容"), ("字" * 501, "批注最多 500 字，现在是 501 字")])
def test_what_is_refused_is_said_and_stays_typed(page: OpinionPage, li: User, text: str, words: str) -> None:
    html = post(signed_in(li), page, "财政局", verb="note_add", about="clause", note_text=text)
    assert words in html
    assert text.strip() in html
    assert not ClauseNote.objects.exists()


def test_it_stays_when_the_text_is_read_anew(page: OpinionPage, li: User) -> None:
    client = signed_in(li)
    notes.write(clause(page, "财政局"), text="这个不一定对", kind="finance", actor=li)
    before = Duty.objects.get(kind="finance").pk
    reread(page)
    assert Duty.objects.get(kind="finance").pk != before
    assert "这个不一定对" in shown(client, page, "财政局")
    actions.change(Duty.objects.get(kind="finance"), actor=li, kind="tax")  # the candidate is another unit's now: what was said of the old one stays to be read
    assert "这个不一定对" in shown(client, page, "财政局")


def test_a_clause_without_candidates_takes_notes_too_and_the_list_narrows_to_them(page: OpinionPage, li: User) -> None:
    Duty.objects.filter(clause=clause(page, "财政局")).delete()
    client = signed_in(li)
    assert "这里应有财政部门" in post(client, page, "财政局", verb="note_add", note_text="这里应有财政部门")
    html = client.get(reverse("policy_docs:workbench", args=[page.public_key]) + "?noted=1").content.decode()
    assert html.count('<li id="line-') == 1


def test_they_are_given_with_the_decisions(page: OpinionPage, li: User) -> None:
    notes.write(clause(page, "财政局"), text="已与财政局核对", kind="finance", actor=li)
    actions.decide([Duty.objects.get(kind="finance")], state=Duty.State.CONFIRMED, actor=li)
    line = next(line for line in gold_rows() if "财政局" in line["text"])
    assert [(note["unit"], note["by"], note["text"]) for note in line["notes"]] == [("finance", "李静", "已与财政局核对")]
    assert line["notes"][0]["at"].startswith(str(ClauseNote.objects.get().made_at.year))


def test_they_go_with_a_document_that_is_removed_for_good(page: OpinionPage, li: User) -> None:
    notes.write(clause(page, "财政局"), text="重复收录", kind=None, actor=li)
    entry = trashed(page)
    assert not ClauseNote.objects.exists()
    OpinionPage.with_trash.get(pk=entry.opinion_id).delete()
    assert not ClauseNote.with_trash.exists()


def test_a_note_goes_on_where_its_clause_was_merged_and_is_not_counted_where_it_left_the_text(page: OpinionPage, li: User) -> None:
    client, gone, into = signed_in(li), clause(page, "财政局"), clause(page, "发改委")
    notes.write(gone, text="并入后还要看", kind="finance", actor=li)
    Clause.objects.filter(pk=gone.pk).update(retired_at=timezone.now(), succeeded_by=into)
    assert "并入后还要看" in shown(client, page, "发改委")
    assert notes.numbers_by("at", [page.pk]) == {into.pk: 1}
    Clause.objects.filter(pk=gone.pk).update(succeeded_by=None)
    assert notes.numbers_by("opinion_id", [page.pk]) == {}
