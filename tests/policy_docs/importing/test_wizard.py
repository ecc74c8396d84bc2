"""The screens of the import: upload, correct, look; two people at once."""

import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cms.accounts.models import User
from cms.audit.models import AuditEntry
from policy_docs.importing import intake, limits, work
from policy_docs.importing.models import ImportFile
from policy_docs.importing.run import run
from policy_docs.opinions.pages import OpinionPage
from tests.factories.imports import TEXT, draft, officer, texts, upload
from tests.policy_docs.importing.wizard import address, me, post, signed_in

pytestmark = pytest.mark.django_db
State = ImportFile.State
LIST, ADD, SETTLE = "/imports/", "/imports/add/", "/imports/settle/"


def send(client: Client, *files: tuple[str, bytes], folder: str = "") -> list[dict[str, str]]:
    data = {"file": [SimpleUploadedFile(name, body) for name, body in files], "folder": folder}
    answer = client.post(ADD, data, HTTP_ACCEPT="application/json")
    assert answer.status_code == 200
    found: list[dict[str, str]] = json.loads(answer.content)["files"]
    return found


def test_many_files_are_sent_at_once_and_each_gets_its_word(office: Client) -> None:
    found = send(
        office, ("a.txt", TEXT.encode()), ("b.txt", "机密★1年\n绝对不能引用".encode()), ("c.pdf", b"%PDF-1.4"), ("d.txt", TEXT.encode()), folder="来文"
    )
    assert [item["state"] for item in found] == ["waiting", "secret", "refused", "same"]
    assert "b.txt" not in json.dumps(found, ensure_ascii=False)
    assert {row.folder for row in ImportFile.objects.all()} == {"来文"}
    page = office.get(LIST).content.decode()
    assert "3 个文件" in page
    assert "PDF 已损坏" in page
    assert 'hx-trigger="every 2s"' in page
    assert "b.txt" not in page


def test_a_file_beyond_the_limit_is_not_kept_and_the_others_go_on(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LIMIT", 100_000)
    found = send(office, ("big.txt", b"x" * 200_000), ("a.txt", TEXT.encode()))
    assert sorted(item["state"] for item in found) == ["refused", "waiting"]
    assert "超过 50 MB" in next(item["message"] for item in found if item["state"] == "refused")
    assert ImportFile.objects.get(name="big.txt").original == ""


def test_without_scripts_the_form_leads_back_to_the_list(office: Client) -> None:
    answer = office.post(ADD, {"file": [SimpleUploadedFile("a.txt", TEXT.encode()), SimpleUploadedFile("b.txt", "机密★1年\n绝对".encode())]}, follow=True)
    page = answer.content.decode()
    assert "已上传 1 个文件" in page
    assert "第 2 个文件：文件带有密级标志" in page
    assert "没有上传：请先选择文件" in office.post(ADD, {}, follow=True).content.decode()


def test_an_upload_without_a_token_is_refused() -> None:
    strict = signed_in(Client(enforce_csrf_checks=True), officer())
    assert strict.post(ADD, {"file": SimpleUploadedFile("a.txt", TEXT.encode())}).status_code == 403
    assert ImportFile.objects.count() == 0


@pytest.mark.parametrize("role", ["", "liaison", "system_admin", "leader"])
def test_others_neither_see_nor_change_an_import(client: Client, role: str) -> None:
    row = upload(officer())
    if role:
        signed_in(client, User.objects.create(username="u", role=role))
    for answer in (
        client.post(ADD, {"file": SimpleUploadedFile("b.txt", b"x")}),
        client.post(SETTLE, {"key": row.public_key, "verb": "discard"}),
        post(client, row, "publish"),
    ):
        assert answer.status_code == 403
    row.refresh_from_db()
    assert row.state == State.READY
    assert OpinionPage.objects.count() == 0


def test_the_screen_says_what_is_sure_and_what_is_not(office: Client) -> None:
    row = upload(me())
    page = office.get(address(row)).content.decode()
    assert "请先处理 1 项" in page
    assert "没有注明公开属性" in page
    assert "从（二）跳到（四）" in page
    assert "“联合处置组”没有认出是哪个单位" in page
    assert "把握高，落款" in page
    assert page.count('class="tx"') == len(draft(row).blocks)


def test_a_split_is_corrected_and_taken_back(office: Client) -> None:
    row = upload(me())
    before = texts(row)
    at = before.index("联合处置组应当协调。")
    assert f"?at={at - 1}" in post(office, row, f"join:{at}")["Location"]
    assert texts(row)[at - 1] == "（四）州财政局应当保障工作经费。联合处置组应当协调。"
    post(office, row, f"divide:{at - 1}", words="州财政局应当保障工作经费。\n联合处置组应当协调。")
    assert texts(row) == before
    post(office, row, f"kind:{at}:heading")
    assert draft(row).blocks[at].kind == "heading"
    post(office, row, f"down:{at}")
    for _step in range(4):
        post(office, row, "undo")
    assert texts(row) == before
    assert draft(row).blocks[at].kind == "clause"
    assert post(office, row, "undo").status_code == 422
    refused = post(office, row, f"divide:{at}", words="别的文字\n第二行")
    assert refused.status_code == 422
    assert "不能增减文字" in refused.content.decode()
    assert texts(row) == before


def test_no_field_of_an_open_passage_is_taken_for_one_of_the_identity(office: Client) -> None:
    row = upload(me())
    page = office.get(f"{address(row)}?at=5").content.decode()
    names = re.findall(r'<(?:select|textarea|input(?! type="(?:hidden|checkbox)"))[^>]* name="([^"]+)"', page)
    assert {"block_kind", "words", "kind", "title"} <= set(names)
    assert len(names) == len(set(names))
    post(office, row, "kind:5", block_kind="heading", kind="决定")
    assert draft(row).blocks[5].kind == "heading"
    assert draft(row).typed["kind"] == "决定"


def test_duties_follow_the_corrected_split(office: Client) -> None:
    row = upload(me())
    at = texts(row).index("（二）州发改委应当协助查询项目立项情况。")
    assert any(seen.block == at and seen.kind == "development_reform" for seen in draft(row).duties)
    post(office, row, f"kind:{at}:left_out")
    assert not any(seen.kind == "development_reform" for seen in draft(row).duties)


def test_what_is_typed_is_kept_valid_or_not(office: Client) -> None:
    row = upload(me())
    post(office, row, "describe", title="关于协作的新意见", issue_date="明天", place="查无此地")
    assert draft(row).typed["issue_date"] == "明天"
    page = office.get(address(row)).content.decode()
    assert "日期应写成“2026年10月21日”" in page
    assert "没有找到“查无此地”" in page
    refused = post(office, row, "draft", title="关于协作的新意见", issue_date="明天", place="查无此地")
    assert refused.status_code == 422
    assert "还有 2 项没有填好" in refused.content.decode()
    assert OpinionPage.objects.count() == 0


def test_the_marks_of_the_fields_follow_each_answer(office: Client, tmp_path: Path) -> None:
    (tmp_path / "known.txt").write_text(TEXT.replace("8号", "18号"), encoding="utf-8")
    list(run([tmp_path / "known.txt"], actor=None))
    row = upload(me(), TEXT.replace("查找被执行人", "找人"))

    def mark(page: str, name: str) -> str:
        return re.findall(rf'id="s-{name}"[^>]*>([^<]*)</span>', page)[0]

    before = office.get(address(row)).content.decode()
    assert (mark(before, "disclosure"), mark(before, "place")) == ("请填写", "请核对")
    row.refresh_from_db()
    values = {"seen": row.revision, "verb": "describe", "disclosure": "open", "place": "查无此地", "number": "楚政法发〔2017〕18号"}
    answer = office.post(address(row), values, HTTP_HX_REQUEST="true").content.decode()
    assert (mark(answer, "disclosure"), mark(answer, "place"), mark(answer, "title")) == ("人工填写", "请更正", "把握高，正文标题")
    assert answer.count("hx-swap-oob") >= 2 * 10
    row.refresh_from_db()
    answer = office.post(address(row), values | {"seen": row.revision, "place": "楚雄彝族自治州"}, HTTP_HX_REQUEST="true").content.decode()
    assert "下一步：发布前核对" in answer
    marks = re.compile(r'id="(?:s|h|sure)-[^>]*>[^<]*<')
    assert sorted(marks.findall(answer.replace(' hx-swap-oob="true"', ""))) == sorted(marks.findall(office.get(address(row)).content.decode()))


def test_of_two_people_one_wins_and_the_other_is_told_and_can_take_over(office: Client) -> None:
    row = upload(me())
    row.refresh_from_db()
    seen = str(row.revision)
    other = signed_in(Client(), officer("王芳"))
    assert other.post(address(row), {"seen": seen, "verb": "describe", "title": "王芳的标题"}).status_code == 302
    answer = office.post(address(row), {"seen": seen, "verb": "publish", "title": "我的标题", "disclosure": "open"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "王芳" in page
    assert "您填的是“我的标题”" in page
    assert OpinionPage.objects.count() == 0
    assert draft(row).typed["title"] == "王芳的标题"
    taken = re.findall(r'name="(mine-\w+)" value="([^"]*)"', page)
    assert dict(taken) == {"mine-title": "我的标题", "mine-disclosure": "open"}
    post(office, row, "mine", title="王芳的标题", **dict(taken))
    assert (draft(row).typed["title"], draft(row).typed["disclosure"]) == ("我的标题", "open")


def test_who_is_late_hears_of_it_also_while_saving_by_itself(office: Client) -> None:
    row = upload(me())
    row.refresh_from_db()
    seen = str(row.revision)
    signed_in(Client(), officer("王芳")).post(address(row), {"seen": seen, "verb": "describe", "title": "王芳的标题"})
    answer = office.post(address(row), {"seen": seen, "verb": "describe", "title": "我的标题"}, HTTP_HX_REQUEST="true")
    assert (answer.status_code, answer["HX-Retarget"]) == (200, "#check")
    assert "您填的是“我的标题”" in answer.content.decode()
    post(office, row, "discard")
    assert office.post(address(row), {"seen": seen, "verb": "describe"}, HTTP_HX_REQUEST="true")["HX-Redirect"] == address(row)


def test_the_page_that_waits_goes_on_by_itself(office: Client) -> None:
    row = intake.receive(TEXT.encode(), path="a.txt", actor=me())
    waiting = office.get(address(row)).content.decode()
    assert "等待识别" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    assert row.job_id is not None
    work.run_job(row.job_id)
    assert office.get(address(row), HTTP_HX_REQUEST="true", HTTP_HX_TARGET="waits")["HX-Redirect"] == address(row)


def test_the_list_is_left_alone_until_something_has_changed(office: Client) -> None:
    row = intake.receive(TEXT.encode(), path="a.txt", actor=me())
    page = office.get(LIST).content.decode()
    found = re.search(r"hx-headers='{\"X-Seen\": \"(\w+)\"}'", page)
    assert found
    assert office.get(LIST, headers={"X-Seen": found[1]}).status_code == 204
    work.run_job(row.job_id)
    again = office.get(LIST, headers={"X-Seen": found[1]})
    assert again.status_code == 200
    assert "待核对" in again.content.decode()


def test_two_dates_have_to_be_chosen_from(office: Client) -> None:
    text = "楚政法发〔2017〕8号\n中共楚雄州委政法委员会\n关于协作的意见\n（2017年5月1日）\n一、职责\n（一）公安机关应当协助查询。\n2017年5月3日\n"
    row = upload(me(), text.replace("（2017年5月1日）", "2017年5月1日"))
    page = office.get(address(row)).content.decode()
    assert "成文日期前后不一致" in page
    assert post(office, row, "publish", disclosure="open").status_code == 422
    post(office, row, "date:2017年5月3日")
    assert "成文日期前后不一致" not in office.get(address(row)).content.decode()
    assert post(office, row, "publish", disclosure="open").status_code == 302
    assert str(OpinionPage.objects.get().issue_date) == "2017-05-03"


def test_an_answered_remark_does_not_come_back(office: Client) -> None:
    row = upload(me())
    code = re.findall(r'value="accept:(jump:[^"]+)"', office.get(address(row)).content.decode())[0]
    post(office, row, f"accept:{code}")
    assert "从（二）跳到（四）" not in office.get(address(row)).content.decode()


@pytest.mark.parametrize("where", ["list", "page"])
def test_what_a_colleague_has_changed_since_is_not_given_up(office: Client, where: str) -> None:
    row = upload(me())
    seen = str(ImportFile.objects.get(pk=row.pk).revision)
    signed_in(Client(), officer("王芳")).post(address(row), {"seen": seen, "verb": "describe", "title": "王芳的标题"})
    if where == "list":
        answer = office.post(SETTLE, {"key": row.public_key, "seen": seen, "verb": "discard"}, follow=True)
    else:
        answer = office.post(address(row), {"seen": seen, "verb": "discard"})
        assert answer.status_code == 409
    assert "没有放弃：王芳" in answer.content.decode()
    assert ImportFile.objects.get(pk=row.pk).state == State.READY
    now = re.findall(r'name="seen" value="(\d+)"', office.get(reverse("policy_docs:imports")).content.decode())
    office.post(SETTLE, {"key": row.public_key, "seen": now[0], "verb": "discard"})
    assert ImportFile.objects.get(pk=row.pk).state == State.DISCARDED


def test_an_import_is_given_up_and_brought_back(office: Client) -> None:
    row = upload(me())
    post(office, row, "describe", title="改过的标题")
    post(office, row, "discard")
    row.refresh_from_db()
    assert row.state == State.DISCARDED
    assert "已放弃导入" in office.get(address(row)).content.decode()
    assert post(office, row, "publish", disclosure="open", title="x").status_code == 302
    assert OpinionPage.objects.count() == 0
    office.post(SETTLE, {"key": row.public_key, "verb": "resume"})
    assert draft(row).typed["title"] == "改过的标题"
    row.refresh_from_db()
    assert row.state == State.READY


def test_the_original_is_handed_out_and_noted(office: Client) -> None:
    row = upload(me(), name="意见 一.txt")
    answer = office.get(reverse("policy_docs:import_original", args=[row.public_key]))
    assert b"".join(answer.streaming_content) == TEXT.encode()
    assert answer["Content-Disposition"].startswith("attachment")
    assert AuditEntry.objects.filter(action="import.download").count() == 1
    answer.close()


def test_words_from_a_file_are_no_markup(office: Client) -> None:
    row = upload(me(), TEXT.replace("关于协作的意见", "关于<script>alert(1)</script>协作的意见"), name="<b>x</b>.txt")
    for page in (office.get(LIST).content.decode(), office.get(f"{address(row)}?at=2").content.decode()):
        assert "<script>alert" not in page
        assert "<b>x</b>" not in page


def test_the_panel_marks_the_place_in_the_original(office: Client) -> None:
    row = upload(me())
    at = texts(row).index("联合处置组应当协调。")
    page = office.get(f"{address(row)}?at={at}").content.decode()
    assert '<mark id="here">联合处置组应当协调。</mark>' in page
    assert office.get(f"{address(row)}?at=99999").status_code == 200


def test_a_long_outline_comes_in_pages_and_stays_on_the_one_that_is_worked_on(office: Client) -> None:
    articles = "".join(f"第{number}条 公安机关应当协助查询第{number}类财产。\n" for number in range(1, 451))
    row = upload(me(), f"协作办法\n{articles}")
    page = office.get(address(row)).content.decode()
    assert page.count('class="tx"') == 200
    assert "第 1 页，共 3 页" in page
    assert office.get(f"{address(row)}?page=3").content.decode().count('class="tx"') == 51
    assert 'id="row-430"' in office.get(f"{address(row)}?at=430").content.decode()
    row.refresh_from_db()
    answer = office.post(address(row), {"seen": row.revision, "verb": "join:430", "page": "3"}, HTTP_HX_REQUEST="true").content.decode()
    assert 'id="row-429"' in answer
    undone = office.post(address(row), {"seen": row.revision + 1, "verb": "undo", "page": "3"}, HTTP_HX_REQUEST="true").content.decode()
    assert 'id="row-430"' in undone


def test_the_list_asks_the_same_few_questions_for_many_files(office: Client, django_assert_max_num_queries: object) -> None:
    for number in range(25):
        upload(me(), TEXT.replace("8号", f"{number + 10}号"), name=f"{number}.txt")
    office.get(LIST)
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        page = office.get(LIST).content.decode()
    assert page.count('class="files__what"') == 20
    assert office.get(f"{LIST}?page=2").content.decode().count('class="files__what"') == 5
    assert "没有符合这些条件的文件" in office.get(f"{LIST}?state=saved").content.decode()


def test_saving_by_itself_brings_the_counts_of_the_outline_along(office: Client) -> None:
    row = upload(me())
    before = BeautifulSoup(office.get(address(row)).content, "html.parser")
    values = {"seen": str(row.revision), "verb": "describe", "open": "-1", "page": "1", "place": "云南省", "issue_date": "2016-05-03"}
    answer = BeautifulSoup(office.post(address(row), values, HTTP_HX_REQUEST="true").content, "html.parser")
    after = BeautifulSoup(office.get(address(row)).content, "html.parser")
    counts = {str(one["id"]): one.text for one in answer.select('[id^="n-"][hx-swap-oob]')}
    assert counts == {str(one["id"]): one.text for one in after.select('#tree [id^="n-"]')}
    assert set(counts) == {str(one["id"]) for one in before.select('#tree [id^="n-"]')}
    assert sum(text.strip().isdecimal() for text in counts.values()) >= 3
