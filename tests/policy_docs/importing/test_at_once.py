"""Imports that touch what somebody else is at, on PostgreSQL: both end well, and nothing is stored twice."""

from pathlib import Path

import pytest
from django.db import transaction

from cms.accounts.models import Role, User
from cms.audit.models import AuditEntry
from cms.audit.record import verify
from policy_docs.directory import members
from policy_docs.importing import actions, intake, run
from policy_docs.importing.models import ImportFile
from policy_docs.opinions import actions as storing
from policy_docs.opinions import trash as module
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.trash import trash, trash_root
from policy_docs.opinions.trashed import Trashed
from policy_docs.units.models import Body
from tests.factories.imports import officer, upload
from tests.factories.opinions import TEXT, import_text, publish, reword
from tests.factories.waiting import Meeting, on_postgresql, store

pytestmark = on_postgresql
REPEALING = "楚政法发〔2019〕9号\n中共楚雄州委政法委员会\n关于行动协作的意见\n一、职责\n（一）公安机关应当登记。\n（二）本意见自2019年5月1日起施行，《关于协作的意见》（楚政法发〔2017〕8号）同时废止。\n2019年4月1日\n"
OTHER = "楚政法发〔2020〕3号\n中共楚雄州委政法委员会\n关于别的意见\n一、职责\n（一）公安机关应当登记。\n2020年4月1日\n"
NEWER = (
    TEXT.replace("工作经费", "工作经费和装备")
    + "二、成立楚雄州协作工作领导小组\n领导小组成员单位：州公安局、州民政局、州税务局、州市场监管局。\n2017年5月3日\n"
)


def _to_trash(page: OpinionPage, one: User, two: User) -> None:
    trash(OpinionPage.objects.get(pk=page.pk), actor=one, reason="重复", approved_by=two)


def _people() -> tuple[User, User]:
    """Those who remove documents, in a store whose trash has been used."""
    with transaction.atomic():
        storing.index_page()
        trash_root()
    one, two = (User.objects.create(username=name, role=Role.COORDINATION, is_superuser=True) for name in ("asker", "approver"))
    return one, two


@pytest.mark.parametrize("deed", ["trash", "publish"])
@pytest.mark.parametrize("place", ["add_opinion", "store_findings"])
def test_a_document_that_is_repealed_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deed: str, place: str) -> None:
    store()
    page, (one, two), meeting = import_text(tmp_path), _people(), Meeting()

    def then() -> None:
        if deed == "trash":
            _to_trash(page, one, two)
        else:
            mine = OpinionPage.objects.get(pk=page.pk)
            reword(mine, "查找", "寻找")
            publish(mine, one)

    with meeting.after(monkeypatch, storing if place == "add_opinion" else run, place):
        assert meeting.errors(lambda: import_text(tmp_path, "b", REPEALING), then) == []
    new = OpinionPage.objects.get(source_name="b")
    assert OpinionPage.with_trash.get(pk=page.pk).repealed_by_id == new.pk
    assert verify().broken == ()


def test_the_list_is_taken_before_the_trail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new document meets one that goes into the trash and repealed another: both count the children of the list, both write into the trail."""
    store()
    import_text(tmp_path)
    repealing, (one, two), meeting = import_text(tmp_path, "b", REPEALING), _people(), Meeting()
    with meeting.after(monkeypatch, storing, "add_opinion"):
        assert meeting.errors(lambda: import_text(tmp_path, "c", OTHER), lambda: _to_trash(repealing, one, two)) == []
    assert (OpinionPage.objects.count(), Trashed.objects.count()) == (2, 1)


def test_the_list_of_members_is_edited_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store()
    import_text(tmp_path, "a", NEWER)
    body, who, meeting = Body.objects.get(), officer(), Meeting()

    def edit() -> None:
        members.change_body(body, name="协作组", host="", reason="改名", seen=body.revision, actor=who)

    with meeting.after(monkeypatch, storing, "add_version"):
        assert meeting.errors(lambda: import_text(tmp_path, "b", NEWER.replace("登记", "造册").replace("保障", "足额保障")), edit) == []
    assert Body.objects.get().name == "协作组"


def test_the_same_file_is_sent_while_the_first_is_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store()
    one, other, meeting = officer(), officer("王芳"), Meeting()
    row = upload(one)
    with meeting.after(monkeypatch, actions, "_held"):
        save = lambda: actions.save(row.public_key, seen=row.revision, actor=one, live=False)  # noqa: E731
        assert meeting.errors(save, lambda: intake.receive(TEXT.encode() + b"1", path="x.txt", actor=other) and upload(other)) == []
    assert OpinionPage.objects.count() == 1
    assert AuditEntry.objects.filter(action="import.same").count() == 1


def test_one_document_from_two_files_is_added_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store()
    one, other, meeting = officer(), officer("王芳"), Meeting()
    storing.index_page()
    rows = [upload(one), upload(other, TEXT.replace("查找", "寻找"), "b.txt")]
    with meeting.after(monkeypatch, storing, "add_opinion"):
        saves = [lambda row=row: actions.save(row.public_key, seen=row.revision, actor=one, live=False) for row in rows]
        errors = meeting.errors(saves[0], saves[1])
    assert len(errors) == 1
    assert "刚刚由他人收录" in errors[0]
    assert OpinionPage.objects.count() == 1
    assert {row.state for row in ImportFile.objects.all()} == {ImportFile.State.SAVED, ImportFile.State.READY}


def test_the_known_document_goes_into_the_trash_before_it_is_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store()
    page, (one, two), meeting = import_text(tmp_path), _people(), Meeting()
    row = upload(one, TEXT.replace("查找", "寻找"), "b.txt")

    def away() -> None:
        _to_trash(page, one, two)

    def save() -> None:
        actions.save(row.public_key, seen=row.revision, actor=one, live=False)

    with meeting.after(monkeypatch, module, "take_back_repeals"):
        errors = meeting.errors(away, save)
    assert len(errors) == 1
    assert "移入回收站" in errors[0]
