"""The directory as a table: what is handed out, what a dry run shows, what is refused, and that exactly what was shown is done."""

import datetime
import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from cms.audit.models import AuditEntry
from policy_docs.directory import actions, uploading
from policy_docs.directory.models import Contact, DirectoryEntry, DirectoryUpload
from policy_docs.directory.people import Person, Wanted
from policy_docs.directory.sheet import HEAD, ROWS, read_sheet
from policy_docs.importing.sources.base import SourceError
from policy_docs.tasks import sweep_imports
from tests.factories.directory import CITY, COUNTY, LEADER, LIAISON, OTHER, account, entry, office

pytestmark = pytest.mark.django_db
NAME = "通讯录.xlsx"
Cells = dict[str, Any]


def book(rows: Sequence[Cells], *, head: Sequence[str] = HEAD, title: str = "通讯录") -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = title
    sheet.append(list(head))
    for row in rows:
        sheet.append([row.get(name) for name in head])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def cells(person: Person, code: str = CITY, kind: str = "公安机关", **more: Any) -> Cells:
    role = "责任领导" if person.role == "leader" else "联络员"
    told = {
        "行政区划代码": code,
        "单位类别": kind,
        "身份": role,
        "姓名": person.name,
        "职务": person.post,
        "办公电话": person.office_phone,
        "手机": person.mobile,
    }
    return told | more


@pytest.fixture
def unit() -> DirectoryEntry:
    return entry("public_security", CITY, LEADER, LIAISON)


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(office(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def received(*rows: Cells) -> DirectoryUpload:
    return uploading.receive(book(rows), name=NAME, actor=office())


def steps(upload: DirectoryUpload) -> list[tuple[int, str, str]]:
    return [(line["number"], line["step"], (line["after"] or line["before"]).get("name", "")) for line in upload.plan]


def confirmed(upload: DirectoryUpload) -> int:
    return uploading.confirm(upload, seen=uploading.mark(upload), actor=office())


def listed(unit: DirectoryEntry) -> dict[str, Person]:
    return {row.name: actions.person_of(row) for row in actions.listed(unit, timezone.localdate()).values()}


def test_a_dry_run_says_new_changed_unchanged_and_gone_and_stores_nothing(unit: DirectoryEntry) -> None:
    newcomer = Person("liaison", "孔祥瑞", "副支队长", "", "13955556666")
    upload = received(cells(replace(LEADER, post="局长")), cells(newcomer))
    assert steps(upload) == [(2, "changed", "罗世安"), (3, "replaced", "孔祥瑞")]
    assert "按换人办理：表中没有“杨立群”" in upload.plan[1]["words"]
    assert upload.plan[0]["fields"] == ["post"]
    assert set(listed(unit)) == {"罗世安", "杨立群"}
    assert confirmed(upload) == 2
    assert listed(unit) == {"罗世安": replace(LEADER, post="局长"), "孔祥瑞": newcomer}
    assert Contact.objects.get(name="杨立群").until == timezone.localdate()
    upload.refresh_from_db()
    assert (upload.state, upload.rows, upload.plan) == ("done", [], [])


def test_a_table_that_corrects_a_name_is_told_from_one_that_names_a_successor(unit: DirectoryEntry, desk: Client) -> None:
    typing = received(cells(LEADER), cells(replace(LIAISON, name="杨丽群")))
    assert steps(typing) == [(2, "same", "罗世安"), (3, "changed", "杨丽群")]
    assert "按更正姓名办理：号码没有变" in desk.get(f"/directory/import/{typing.public_key}/").content.decode()
    confirmed(typing)
    assert listed(unit)["杨丽群"] == replace(LIAISON, name="杨丽群")
    assert Contact.objects.get(name="杨立群").until is None

    successor = received(cells(replace(LIAISON, name="孔祥瑞")))
    assert steps(successor) == [(2, "replaced", "孔祥瑞")]
    assert "表中的手机号还是杨丽群的，不带给孔祥瑞" in desk.get(f"/directory/import/{successor.public_key}/").content.decode()
    confirmed(successor)
    assert listed(unit)["孔祥瑞"] == replace(LIAISON, name="孔祥瑞", mobile="", office_phone="")
    assert Contact.objects.get(name="杨丽群", ended_at__isnull=False).until == timezone.localdate()


def test_of_several_who_come_and_go_nobody_is_taken_for_another(unit: DirectoryEntry) -> None:
    people = [Person("liaison", name, mobile=f"1395555666{at}") for at, name in enumerate(("孔祥瑞", "白雪峰"))]
    assert steps(received(*map(cells, people))) == [(2, "new", "孔祥瑞"), (3, "new", "白雪峰"), (0, "ended", "杨立群")]


def test_a_role_that_the_table_does_not_speak_of_stays(unit: DirectoryEntry) -> None:
    upload = received(cells(LEADER))
    assert steps(upload) == [(2, "same", "罗世安")]
    assert confirmed(upload) == 0
    assert set(listed(unit)) == {"罗世安", "杨立群"}


def test_who_has_a_day_of_leaving_leaves_on_it(unit: DirectoryEntry) -> None:
    confirmed(received(cells(LIAISON, 离任日期="2026年10月1日")))
    assert set(listed(unit)) == {"罗世安"}
    assert str(Contact.objects.get(name="杨立群").until) == "2026-10-01"


def test_what_was_exported_changes_nothing(unit: DirectoryEntry, desk: Client) -> None:
    entry("court", COUNTY)
    data = desk.get(f"/directory/contacts.xlsx?place={CITY}&below=1").content
    upload = uploading.receive(data, name=NAME, actor=office())
    assert {line["step"] for line in upload.plan} == {"same"}
    assert confirmed(upload) == 0


def test_units_that_do_not_take_part_yet_join(unit: DirectoryEntry) -> None:
    upload = received(cells(replace(LEADER, name="白雪峰"), COUNTY, "人民法院"), {"行政区划": "双柏县", "单位": "双柏县人民法院"})
    assert [(line["step"], line["unit"]) for line in upload.plan] == [("joins", "楚雄市人民法院"), ("new", "楚雄市人民法院"), ("joins", "双柏县人民法院")]
    confirmed(upload)
    assert set(DirectoryEntry.objects.filter(kind="court").values_list("jurisdiction", flat=True)) == {COUNTY, OTHER}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"行政区划代码": "999999"}, "行政区划代码“999999”不存在"),
        ({"行政区划代码": "", "行政区划": "鼓楼区"}, "个地方叫“鼓楼区”"),
        ({"行政区划代码": "", "行政区划": "没有县"}, "行政区划“没有县”不存在"),
        ({"单位类别": "不明机关"}, "单位类别“不明机关”不存在"),
        ({"单位类别": "", "单位": "某某中心"}, "没有认出单位“某某中心”"),
        ({"单位类别": ""}, "请填写单位类别或单位名称"),
        ({"身份": "科长"}, "身份应为"),
        ({"姓名": ""}, "请填写姓名"),
        ({"姓名": "12345"}, "不像人名"),
        ({"手机": "1391111"}, "手机号应为 11 位数字"),
        ({"办公电话": "无"}, "办公电话应写成"),
        ({"任职日期": "去年"}, "应写成 2024-03-01"),
        ({"离任日期": "2999-01-01"}, "离任日期不能晚于今天"),
    ],
)
def test_a_wrong_row_is_told_and_its_unit_left_alone(unit: DirectoryEntry, change: Cells, words: str) -> None:
    other = entry("court", CITY, LEADER)
    upload = received({**cells(LIAISON), **change}, cells(replace(LEADER, post="院长"), kind="人民法院"))
    wrong = next(line for line in upload.plan if line["step"] == "error")
    assert words in wrong["words"]
    assert confirmed(upload) == 1
    assert listed(unit) == {"罗世安": LEADER, "杨立群": LIAISON}
    assert listed(other)["罗世安"].post == "院长"


def test_one_person_twice_is_an_error_and_holds_the_unit_back(unit: DirectoryEntry) -> None:
    upload = received(cells(LIAISON, 手机="13977778888"), cells(LIAISON, 手机="13900009999"), cells(replace(LEADER, post="局长")))
    assert [line["step"] for line in upload.plan] == ["held", "error", "held"]
    assert "与第 2 行重复" in upload.plan[1]["words"]
    assert confirmed(upload) == 0


def test_numbers_that_a_table_took_for_numbers_are_read(unit: DirectoryEntry) -> None:
    upload = received(cells(LIAISON, 手机=13977778888, 任职日期=timezone.localdate()))
    confirmed(upload)
    assert listed(unit)["杨立群"].mobile == "13977778888"
    assert listed(unit)["杨立群"].since == timezone.localdate()


def test_exactly_what_was_shown_is_done_or_nothing(unit: DirectoryEntry, desk: Client) -> None:
    upload = received(cells(replace(LIAISON, mobile="13977778888")), cells(replace(LEADER, name="新领导"), COUNTY, "人民法院"))
    seen = uploading.mark(upload)
    row = next(row for row in actions.listed(unit, timezone.localdate()).values() if row.role == "liaison")
    actions.save_contacts(unit, seen=unit.revision, wanted=[Wanted(replace(LIAISON, post="支队长"), row.pk)], actor=account("杨立群"))
    url = f"/directory/import/{upload.public_key}/"
    answer = desk.post(url, {"verb": "confirm", "seen": seen})
    assert answer.status_code == 409
    assert "又有改动" in answer.content.decode()
    assert not DirectoryEntry.objects.filter(kind="court").exists(), "nothing half-written"
    assert listed(unit)["杨立群"].mobile == LIAISON.mobile
    upload.refresh_from_db()
    changed = next(line for line in upload.plan if line["step"] == "changed")
    assert changed["fields"] == ["post", "mobile"]
    assert desk.post(url, {"verb": "confirm", "seen": seen}).status_code == 409, "the old page cannot have the new plan done"
    assert desk.post(url, {"verb": "confirm", "seen": uploading.mark(upload)}, follow=True).status_code == 200
    assert listed(unit)["杨立群"].mobile == "13977778888"


def test_done_twice_is_done_once_and_given_up_is_forgotten(unit: DirectoryEntry, desk: Client) -> None:
    upload = received(cells(replace(LIAISON, mobile="13977778888")))
    url, seen = f"/directory/import/{upload.public_key}/", uploading.mark(upload)
    for _time in range(2):
        answer = desk.post(url, {"verb": "confirm", "seen": seen}, follow=True)
    assert "没有重复导入" in answer.content.decode()
    assert Contact.objects.filter(name="杨立群").count() == 2
    other = received(cells(replace(LIAISON, mobile="13911112222")))
    desk.post(f"/directory/import/{other.public_key}/", {"verb": "give_up"})
    other.refresh_from_db()
    assert (other.state, other.rows, other.plan) == ("given_up", [], [])
    DirectoryUpload.objects.create(name="旧", rows=[[1, {"姓名": "某"}]])
    DirectoryUpload.objects.filter(name="旧").update(uploaded_at="2020-01-01T00:00:00Z")
    received(cells(LIAISON))
    assert DirectoryUpload.objects.get(name="旧").rows == []


def test_only_the_office_imports(unit: DirectoryEntry, client: Client) -> None:
    officer = account("杨立群")
    with pytest.raises(actions.NotYours):
        uploading.receive(book([]), name=NAME, actor=officer)
    upload = received(cells(LIAISON))
    with pytest.raises(actions.NotYours):
        uploading.confirm(upload, seen=uploading.mark(upload), actor=officer)
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post("/directory/import/", {"file": SimpleUploadedFile(NAME, book([]))}).status_code == 403


def test_a_table_holds_what_the_reader_may_see_and_that_is_noted(unit: DirectoryEntry, client: Client) -> None:
    entry("court", OTHER, replace(LEADER, name="别处的人"))
    entry("tax", CITY, replace(LEADER, name="=HYPERLINK", post="+1"))
    client.force_login(account("县里", place=COUNTY), backend="django.contrib.auth.backends.ModelBackend")
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/directory/contacts.xlsx?place=100000&below=1").content))["通讯录"]
    rows = list(sheet.iter_rows(min_row=2))
    assert {row[5].value for row in rows} == {"罗世安", "杨立群", "=HYPERLINK"}
    assert all(cell.data_type in ("s", "n") and (cell.value is None or isinstance(cell.value, str)) for row in rows for cell in row)
    trail = AuditEntry.objects.get(action="directory.export")
    assert len(trail.details["entries"]) == 2
    assert LIAISON.mobile not in str(trail.details)
    assert client.get("/directory/template.xlsx").status_code == 403


def test_the_template_is_read_without_an_error(unit: DirectoryEntry, desk: Client) -> None:
    data = desk.get(f"/directory/template.xlsx?place={CITY}").content
    assert read_sheet(NAME, data) == [
        (2, dict.fromkeys(HEAD, "") | {"行政区划代码": CITY, "行政区划": "楚雄彝族自治州", "单位类别": "公安机关", "单位": "楚雄州公安局"})
    ]
    assert openpyxl.load_workbook(io.BytesIO(data)).sheetnames == ["通讯录", "说明", "单位类别"]


def packed(data: bytes, **more: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, more.pop(part.filename.replace("/", "__"), None) or old.read(part))
        for name, words in more.items():
            new.writestr(name.replace("__", "/"), words)
    return out.getvalue()


GOOD = book([cells(LIAISON)])
XML = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("通讯录.xls", GOOD, "旧版 Excel"),
        ("通讯录.et", GOOD, "WPS 表格"),
        ("通讯录.xlsm", GOOD, "带宏"),
        ("通讯录.csv", b"a,b", "CSV"),
        ("通讯录.pdf", b"%PDF-", "不是 Excel"),
        ("没有后缀", GOOD, "不是 Excel"),
        (NAME, b"%PDF-1.4", "不是 Excel"),
        (NAME, b"", "不是 Excel"),
        (NAME, b"\xd0\xcf\x11\xe0" + b"x" * 600, "设有密码"),
        (NAME, b"PK\x03\x04broken", "已损坏"),
        (NAME, GOOD[:-200], "已损坏"),
        (NAME, b"PK\x03\x04" + b"0" * 6 * 1024 * 1024, "超过 5 MB"),
        (NAME, packed(GOOD, xl__vbaProject__bin=b"x"), "宏"),
        (NAME, packed(GOOD, xl__externalLinks__externalLink1=b"x"), "链接到其他文件"),
        (NAME, packed(GOOD, xl__media__big=b"0" * 70 * 1024 * 1024), "解压后过大"),
        (NAME, packed(GOOD, **{f"xl__x{n}": b"" for n in range(1001)}), "解压后过大"),
        (NAME, packed(GOOD, **{"xl__worksheets__sheet1.xml": b" "}), "损坏|表头"),
        (NAME, packed(GOOD, **{"xl__worksheets__sheet1.xml": XML}), "损坏"),
        (NAME, book([{"手机": "=1+1", "姓名": "某"}]), "第 2 行“手机”是公式"),
        (NAME, book([], head=["姓名", "电话"]), "没有找到表头"),
        (NAME, book([{"姓名": "某"}] * (ROWS + 1)), f"超过 {ROWS} 行"),
    ],
    ids=range(21),
)
def test_what_cannot_be_read_is_refused_in_words(name: str, data: bytes, words: str, desk: Client) -> None:
    with pytest.raises(SourceError, match=words):
        read_sheet(name, data)
    answer = desk.post("/directory/import/", {"file": SimpleUploadedFile(name, data or b" ")})
    assert answer.status_code == 422
    assert "没有导入" in answer.content.decode()
    assert not DirectoryUpload.objects.exists()


def test_a_table_is_read_in_a_process_of_its_own(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.IMPORT_APART = True
    try:
        assert steps(received(cells(LIAISON))) == [(2, "joins", ""), (2, "new", "杨立群")]
    finally:
        uploading._reading.stop()


def test_pages_of_a_dry_run_and_its_filters(unit: DirectoryEntry, desk: Client, django_assert_max_num_queries: Any) -> None:
    people = [cells(Person("liaison", f"张{chr(0x4E00 + n)}", mobile=f"139{n:08}"), COUNTY, "人民法院") for n in range(120)]
    upload = received(*people, cells(LEADER), {**cells(LIAISON, OTHER), "手机": "1"})
    url = f"/directory/import/{upload.public_key}/"
    with django_assert_max_num_queries(8):
        body = desk.get(url)
    assert body.context["pages"].paginator.num_pages == 2
    assert "导入 121 处变化" in body.content.decode()
    assert "1 行有误" in body.content.decode()
    assert [row["step"] for row in desk.get(f"{url}?step=same").context["rows"]] == ["same"]
    assert [row["step"] for row in desk.get(f"{url}?step=error").context["rows"]] == ["error"]


def test_a_table_that_nobody_comes_back_to_is_forgotten_though_nobody_visits() -> None:
    upload = DirectoryUpload.objects.create(name=NAME, rows=[[2, {"姓名": "张三", "手机": "13900000000"}]], plan=[{"seat": ["", ""]}])
    sweep_imports()
    upload.refresh_from_db()
    assert upload.rows
    DirectoryUpload.objects.update(uploaded_at=timezone.now() - uploading.KEPT - datetime.timedelta(minutes=1))
    sweep_imports()
    upload.refresh_from_db()
    assert (upload.state, upload.rows, upload.plan) == (DirectoryUpload.State.GIVEN_UP, [], [])
