"""What comes in: what is kept, what is refused before anything is kept, what the worker does with it, and what a lost worker leaves."""

import datetime
import hashlib
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from cms.accounts.models import Role, User
from cms.audit.models import AuditEntry
from policy_docs.importing import intake, originals, work
from policy_docs.importing.intake import ImportForbidden, receive
from policy_docs.importing.models import ImportFile
from policy_docs.importing.names import clean_name
from policy_docs.importing.prepare import Secret
from policy_docs.importing.run import run
from policy_docs.importing.sources.base import ReadResult, SourceError
from policy_docs.importing.sources.detect import read_data
from policy_docs.jobs import Job
from policy_docs.opinions.models import OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from tests.factories.imports import TEXT, draft, officer, upload

pytestmark = pytest.mark.django_db
State = ImportFile.State


def kept_files() -> set[Path]:
    return {path for path in Path(settings.PRIVATE_ROOT).rglob("*") if path.is_file()}


def test_an_upload_is_kept_with_its_bytes_and_split_by_the_worker() -> None:
    actor = officer()
    row = receive(TEXT.encode("gb18030"), path="文件夹\\意见.txt", actor=actor)
    assert (row.name, row.folder, row.size, row.state, row.uploaded_by) == ("意见.txt", "文件夹", len(TEXT.encode("gb18030")), State.WAITING, actor)
    assert row.sha256 == hashlib.sha256(TEXT.encode("gb18030")).hexdigest()
    with originals.opened(row.original) as kept:
        assert kept.read() == TEXT.encode("gb18030")
    assert Path(settings.PRIVATE_ROOT, row.original).stat().st_mode & 0o077 == 0
    assert OpinionPage.objects.count() == 0
    assert row.job is not None
    assert work.run_job(row.job.pk)
    assert not work.run_job(row.job.pk)  # a second worker finds nothing to do
    row.refresh_from_db()
    assert row.state == State.READY
    found = draft(row)
    assert (found.identity.number, found.typed["issue_date"], found.typed["place"]) == ("楚政法发〔2017〕8号", "2017年5月3日", "楚雄彝族自治州")
    assert {seen.kind for seen in found.duties} >= {"public_security", "development_reform", "finance"}


def test_a_mark_of_secrecy_leaves_nothing_but_that_somebody_tried() -> None:
    actor, before = officer(), kept_files()
    for data, path in (
        ("机密★1年\n关于协作的意见\n一、绝对不能引用的内容。".encode(), "普通.txt"),
        (TEXT.encode(), "【秘密】意见.txt"),
        (TEXT.encode(), "【机密】来文/x.txt"),
        (b"", "机密★1年.pdf"),
    ):
        with pytest.raises(Secret) as refused:
            receive(data, path=path, actor=actor)
        assert "不要上传" in str(refused.value)
    assert ImportFile.objects.count() == 0
    assert kept_files() == before
    entries = [f"{entry.label}{entry.target}{entry.details}" for entry in AuditEntry.objects.filter(action="import.secret")]
    assert len(entries) == 4
    assert not any("绝对" in entry or "意见" in entry or "普通" in entry for entry in entries)


def test_what_cannot_be_read_leaves_a_row_that_says_why_and_no_bytes() -> None:
    actor, before = officer(), kept_files()
    rows = [receive(data, path=path, actor=actor) for data, path in ((b"%PDF-1.4 broken", "a.pdf"), (b"", "b.txt"), (b"x", "c.exe"))]
    assert [row.state for row in rows] == [State.REFUSED] * 3
    assert all("请" in row.message or "可以" in row.message for row in rows)
    assert not any(row.original or row.source or row.job for row in rows)
    assert kept_files() == before


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.COORDINATION])
def test_only_the_coordination_office_brings_files_in(role: str) -> None:
    with pytest.raises(ImportForbidden):
        receive(TEXT.encode(), path="a.txt", actor=User.objects.create(username="u", role=role))
    assert ImportFile.objects.count() == 0


def test_the_same_text_is_not_kept_twice_be_it_a_document_or_an_open_import(tmp_path: Path) -> None:
    actor = officer()
    first = upload(actor)
    again = upload(actor, name="b.txt")
    assert (again.state, again.twin, again.original) == (State.SAME, first, "")
    assert "李静" in again.message
    (tmp_path / "c.txt").write_text(TEXT.replace("查找", "寻找"), encoding="utf-8")
    list(run([tmp_path / "c.txt"], actor=None))
    stored = upload(actor, TEXT.replace("查找", "寻找"), name="d.txt")
    assert (stored.state, stored.opinion) == (State.SAME, OpinionPage.objects.get())
    assert OpinionVersion.objects.get().source_names == ["c", "d"]  # as the command notes it


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("../../etc/passwd", ("passwd", "etc")),
        ("C:\\Users\\李\\意见.docx", ("意见.docx", "Users/李")),
        ("a\u202etxt.exe", ("atxt.exe", "")),
        ("/./..", ("未命名", "")),
        ("意" * 300 + ".pdf", ("意" * 115 + "….pdf", "")),
    ],
)
def test_names_are_no_paths(raw: str, expected: tuple[str, str]) -> None:
    assert clean_name(raw) == expected
    assert len(clean_name(raw)[0]) <= 120


def test_a_row_that_cannot_be_written_leaves_no_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    actor, before = officer(), kept_files()

    def fail(**_values: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(intake, "record", fail)
    with pytest.raises(RuntimeError):
        receive(TEXT.encode(), path="a.txt", actor=actor)
    assert ImportFile.objects.count() == 0
    assert kept_files() == before


def test_the_sweeper_calls_again_for_lost_calls_and_silent_workers() -> None:
    row = receive(TEXT.encode(), path="a.txt", actor=officer())
    assert work.sweep() == []  # just called
    old = timezone.now() - datetime.timedelta(minutes=5)
    Job.objects.update(heartbeat_at=old)
    assert work.sweep() == [row.job_id]
    assert work.sweep() == []  # and not at once again
    Job.objects.update(state=Job.State.RUNNING, heartbeat_at=old, attempts=1)
    ImportFile.objects.update(state=State.READING)
    assert work.sweep() == [row.job_id]
    assert row.job_id is not None
    assert work.run_job(row.job_id)
    row.refresh_from_db()
    assert row.state == State.READY


def test_a_file_that_ends_its_workers_is_given_up() -> None:
    row = receive(TEXT.encode(), path="a.txt", actor=officer())
    Job.objects.update(state=Job.State.RUNNING, heartbeat_at=timezone.now() - datetime.timedelta(minutes=5), attempts=work.TRIES)
    assert work.sweep() == []
    row.refresh_from_db()
    assert row.state == State.FAILED
    assert "多次中断" in row.message
    assert Job.objects.get().state == Job.State.FAILED


def test_an_import_that_was_given_up_meanwhile_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    row = receive(TEXT.encode(), path="a.txt", actor=officer())

    def slow(*_args: object, **_options: object) -> None:
        ImportFile.objects.update(state=State.DISCARDED)
        raise SourceError("x")

    monkeypatch.setattr(work._preparing, "call", slow)
    assert row.job_id is not None
    work.run_job(row.job_id)
    row.refresh_from_db()
    assert row.state == State.DISCARDED


def test_a_fault_of_the_program_is_said_and_can_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    row = receive(TEXT.encode(), path="a.txt", actor=officer())

    def fail(*_args: object, **_options: object) -> ReadResult:
        raise ValueError("内部")

    monkeypatch.setattr(work._preparing, "call", fail)
    assert row.job_id is not None
    work.run_job(row.job_id)
    row.refresh_from_db()
    assert row.state == State.FAILED
    assert "内部" not in row.message
    assert "重新识别" in row.message


@pytest.mark.parametrize("code", ["utf-16-le", "utf-16-be"])
def test_a_text_in_two_byte_signs_without_a_mark_is_read(code: str) -> None:
    assert read_data(".txt", "关于协作的意见\n一、职责\n（一）公安机关应当协助。\n".encode(code)).text.startswith("关于协作的意见")


def test_a_picture_is_told_how_to_become_text() -> None:
    with pytest.raises(SourceError, match="文字识别"):
        read_data(".jpg", b"x")
