"""Importing: what is stored, what is reported, what survives a second time."""

import io
import zipfile
from pathlib import Path

import docx
import pytest
from django.core.management import call_command

from cms.accounts.models import User
from cms.accounts.viewer import COORDINATION, PUBLIC, Viewer
from policy_docs.duties import selectors
from policy_docs.duties.actions import decide
from policy_docs.duties.binding import Section
from policy_docs.duties.models import Duty
from policy_docs.importing.report import Outcome
from policy_docs.importing.run import run
from policy_docs.importing.sources import docx as docx_source
from policy_docs.importing.sources.base import SourceError
from policy_docs.importing.sources.detect import files_in, read
from policy_docs.opinions.models import Citation, Clause, ClauseText
from policy_docs.opinions.pages import OpinionPage

pytestmark = pytest.mark.django_db

SAMPLES = Path(__file__).parents[3] / "policy_docs/importing/samples/documents"

TEXT = """中共楚雄州委政法委员会文件
楚政法发〔2017〕8号
关于建立执行协作机制的实施方案
为形成合力，根据《某省关于执行协作的意见》（某政法发〔2016〕1号），制定本方案。
一、工作职责
（一）公安机关应当协助人民法院查找被执行人。
（二）州发改委应当协助查询项目立项情况。
（三）州工商局、州知识产权局要提供登记信息查询。
（四）州住建局应当提供规划审批情况。
（五）县、市人大常委会督促代表履行义务。
（六）各成员单位应当确定一名联络员。
（七）由联合处置组会同州公安局处置突发情况。
"""


def _import(folder: Path, name: str, text: str) -> Outcome:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    (report,) = run([path], actor=None)
    return report.outcome


def _rows(kind: str, code: str, viewer: Viewer = COORDINATION) -> list[selectors.Row]:
    import datetime

    unit = selectors.load_unit(kind, code, on=datetime.date(2024, 1, 1))
    return selectors.rows_for(unit, viewer=viewer)


def _sections(kind: str, code: str) -> list[Section]:
    return [row.section for row in _rows(kind, code)]


def test_a_document_is_stored_with_its_identity_and_again_changes_nothing(tmp_path: Path) -> None:
    assert _import(tmp_path, "a.txt", TEXT) is Outcome.ADDED
    page = OpinionPage.objects.get()
    assert (page.document_number, page.issuer, page.jurisdiction_id, page.source_name) == ("楚政法发〔2017〕8号", "中共楚雄州委政法委员会", "532300", "a")
    before = (Clause.objects.count(), Duty.objects.count(), ClauseText.objects.count())
    assert _import(tmp_path, "a.txt", TEXT) is Outcome.UNCHANGED
    assert _import(tmp_path, "b.txt", TEXT) is Outcome.DUPLICATE
    assert (Clause.objects.count(), Duty.objects.count(), ClauseText.objects.count()) == before
    assert Citation.objects.get(number_key="某政法发〔2016〕1号").target is None


def test_a_cited_document_is_found_when_it_arrives(tmp_path: Path) -> None:
    _import(tmp_path, "a.txt", TEXT)
    _import(tmp_path, "upper.txt", "某政法发〔2016〕1号\n某省关于执行协作的意见\n一、总则\n（一）公安机关应当协助查询。")
    assert Citation.objects.get(number_key="某政法发〔2016〕1号").target == OpinionPage.objects.get(source_name="upper")


def test_a_new_text_is_a_version_and_confirmed_duties_survive(tmp_path: Path) -> None:
    actor = User.objects.create(username="c", role="coordination")
    _import(tmp_path, "a.txt", TEXT)
    keys = dict(ClauseText.objects.values_list("text", "clause__public_key"))
    kept = Duty.objects.get(kind="public_security", clause__texts__text__startswith="公安机关应当")
    gone = Duty.objects.get(kind="development_reform")
    decide([kept, gone], state=Duty.State.CONFIRMED, actor=actor)
    changed = TEXT.replace("州发改委应当协助查询项目立项情况", "州财政局应当协助查询项目立项的情况").replace(
        "一、工作职责", "一、工作职责\n（零）本方案所称协作，是指协助执行。"
    )
    assert _import(tmp_path, "a.txt", changed) is Outcome.NEW_VERSION
    page = OpinionPage.objects.get()
    assert [version.number for version in page.versions.all()] == [1, 2]
    now = dict(ClauseText.objects.filter(version__number=2).values_list("text", "clause__public_key"))
    same = "公安机关应当协助人民法院查找被执行人。"
    assert now[same] == keys[same]
    assert Duty.objects.get(pk=kept.pk).state == Duty.State.CONFIRMED
    assert Duty.objects.get(pk=gone.pk).state == Duty.State.TO_CHECK


def test_a_rejected_duty_stays_rejected(tmp_path: Path) -> None:
    actor = User.objects.create(username="c")
    _import(tmp_path, "a.txt", TEXT)
    duty = Duty.objects.get(kind="development_reform")
    decide([duty], state=Duty.State.REJECTED, actor=actor)
    _import(tmp_path, "a.txt", TEXT.replace("确定一名联络员", "确定两名联络员"))
    assert Duty.objects.get(kind="development_reform").state == Duty.State.REJECTED
    assert Section.DIRECT not in _sections("development_reform", "532300")


def test_what_binds_whom(tmp_path: Path) -> None:
    _import(tmp_path, "a.txt", TEXT)
    assert Section.DIRECT in _sections("public_security", "532326")
    assert _sections("development_reform", "532326").count(Section.ABOVE) == 1
    assert Section.DIRECT not in _sections("development_reform", "532326")
    assert _sections("market_regulation", "532300").count(Section.DIRECT) == 2  # 工商局 and, since the reform, 知识产权局
    assert _sections("natural_resources", "532300").count(Section.TRANSFER) == 1
    assert Section.DIRECT in _sections("npc", "532326")
    assert Section.DIRECT not in _sections("npc", "532300")
    assert _sections("public_security", "150600") == []
    assert {row.tier for row in _rows("public_security", "532300") if row.section is Section.GROUP} == {2}


def test_the_public_sees_confirmed_duties_of_open_documents_only(tmp_path: Path) -> None:
    actor = User.objects.create(username="c")
    _import(tmp_path, "a.txt", TEXT)
    assert _rows("public_security", "532300", PUBLIC) == []
    assert _rows("public_security", "532300", Viewer(role="liaison"))
    OpinionPage.objects.update(disclosure="open")
    assert _rows("public_security", "532300", PUBLIC) == []
    decide(Duty.objects.filter(kind="public_security", clause__texts__text__startswith="公安机关应当"), state=Duty.State.CONFIRMED, actor=actor)
    assert len(_rows("public_security", "532300", PUBLIC)) == 1


def test_a_broken_file_leaves_nothing_and_the_others_go_on(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "secret.txt").write_text("机密★1年\n关于协作的意见\n一、绝对不能引用的内容。", encoding="utf-8")
    (tmp_path / "broken.docx").write_bytes(b"PK\x03\x04nothing")
    (tmp_path / "good.txt").write_text(TEXT, encoding="gb18030")
    reports = {report.name: report for report in run(sorted(tmp_path.iterdir()), actor=None)}
    assert [name for name, report in reports.items() if report.outcome is Outcome.REFUSED] == ["broken", "empty", "secret"]
    assert "不能引用的内容" not in reports["secret"].line()
    assert OpinionPage.objects.count() == 1


def test_dry_run_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    call_command("import_documents", str(tmp_path), dry_run=True, json=True)
    assert OpinionPage.objects.count() == 0


def test_the_commands_print_what_is_stored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import json

    text = f"{TEXT.rstrip()}\n2017年5月3日\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    call_command("import_documents", str(tmp_path), disclosure="open")
    capsys.readouterr()
    call_command("export_clauses", doc="a")
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert "".join((row["label"] + row["text"]) for row in rows) == text.replace("\n", "")
    call_command("export_duties", doc="a")
    duties = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {duty["unit"] for row in duties for duty in row["duties"]} >= {"public_security", "market_regulation", "intellectual_property", "npc", "@members"}
    call_command("export_documents")
    assert "楚政法发〔2017〕8号" in capsys.readouterr().out
    call_command("rule_report")
    assert "modal\t" in capsys.readouterr().out


def test_word_files_come_with_tables_and_automatic_numbers(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("关于协作的意见")
    document.add_paragraph("定期会商", style="List Number")
    document.add_paragraph("按月通报", style="List Number")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "单位", "任务"
    document.save(str(tmp_path / "a.docx"))
    lines = read(tmp_path / "a.docx").text.splitlines()
    assert lines[0] == "关于协作的意见"
    assert "单位\t任务" in lines


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.doc", b"\xd0\xcf\x11\xe0old", "另存为 docx"),
        ("a.exe", b"MZ", "不支持"),
        ("a.pdf", b"%PDF-1.4 broken", "PDF 已损坏"),
        ("a.txt", bytes(range(256)) * 20, "文本文件"),
        ("a.html", b"<html><script>x()</script></html>", "没有文字"),
    ],
)
def test_refusals_say_what_to_do(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(SourceError, match=words):
        read(tmp_path / name)


def test_web_pages_lose_their_navigation(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        "<nav>首页</nav><h1>关于协作的意见</h1><p>一、总则</p><script>x()</script><table><tr><td>甲</td><td>乙</td></tr></table>", encoding="utf-8"
    )
    lines = [line for line in read(tmp_path / "a.html").text.splitlines() if line]
    assert lines == ["关于协作的意见", "一、总则", "甲\t乙"]


def test_lines_of_a_pdf_that_the_margin_has_parted_are_one_paragraph() -> None:
    lines = read(SAMPLES / "province_2020.pdf").text.split("\n")
    assert "2. 扩大车辆查控范围，推动机动车登记、检验、违法信息实时共享。（省公安厅牵头，省交通运输厅、省高级人民法院配合）" in lines
    assert "（三）检察机关应当依法监督民事执行活动，对公职人员涉嫌职务犯罪的线索，及时向监察机关移送。" in lines
    assert sum(line.startswith(("1. ", "2. ", "3. ", "4. ", "5. ")) for line in lines) == 9


def test_a_block_too_long_to_be_a_clause_is_kept_and_said(tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text("关于协作的意见\n一、职责\n（一）" + "公安机关应当配合，" * 5000, encoding="utf-8")
    (report,) = run([tmp_path / "long.txt"], actor=None)
    assert report.outcome == Outcome.ADDED
    assert any("超过 2 万字" in message for message in report.messages)
    assert report.duties == 0
    assert max(len(row.text) for row in ClauseText.objects.all()) > 40_000


def _archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def _word(text: str, *, header: str = "") -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    document.sections[0].header.paragraphs[0].text = header
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _with_body(body: bytes) -> bytes:
    """A Word file whose document part is replaced."""
    with zipfile.ZipFile(io.BytesIO(_word("关于协作的意见"))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return _archive({**parts, "word/document.xml": body})


HOSTILE = {
    "bomb.docx": _archive({"word/document.xml": b"0" * (3 * 1024 * 1024)}),
    "no_word.docx": _archive({"a.txt": b"x"}),
    "cut.docx": _word("关于协作的意见")[:900],
    "entity.docx": _with_body(b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/hostname">]><d>&e;</d>'),
    "laughs.docx": _with_body(b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><d>&b;</d>'),
    "locked.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
    "header.docx": _word("关于协作的意见", header="机密★1年"),
    "spaces.txt": b" \n\t\n",
    "none.md": b"",
}


def test_hostile_files_leave_nothing_and_the_others_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx_source, "_UNPACKED_LIMIT", 2 * 1024 * 1024)  # the real limit takes seconds to reach
    for name, data in HOSTILE.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "good.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "loop").symlink_to(tmp_path)
    reports = {report.name: report for report in run(files_in([tmp_path]), actor=None)}
    assert reports.pop("good").outcome == Outcome.ADDED
    assert {report.outcome for report in reports.values()} == {Outcome.REFUSED}
    assert set(reports) == {name.rsplit(".", 1)[0] for name in HOSTILE}
    assert all(report.messages and "请" in report.messages[0] for report in reports.values())
    assert not any("hostname" in message or "机密" in message for report in reports.values() for message in report.messages)
    assert OpinionPage.objects.count() == 1
