"""What a saved import stores: what the command would have stored, a new text of a known document, its draft, an older text; and nothing twice."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from cms.audit.models import AuditEntry
from policy_docs.duties.models import Duty
from policy_docs.importing import actions
from policy_docs.importing.models import ImportFile
from policy_docs.importing.run import run
from policy_docs.opinions.models import ClauseText, OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from tests.factories.imports import TEXT, texts, upload
from tests.policy_docs.admin import publishing
from tests.policy_docs.importing.wizard import address, me, post, texts_of

pytestmark = pytest.mark.django_db
State = ImportFile.State


def test_publishing_needs_what_a_draft_may_lack(office: Client) -> None:
    row = upload(me())
    refused = post(office, row, "publish")
    assert refused.status_code == 422
    assert "公开属性：请选择公开属性" in refused.content.decode()
    assert post(office, row, "draft").status_code == 302
    page = OpinionPage.objects.get()
    assert (page.live, page.disclosure) == (False, "")


def test_a_published_import_is_what_the_command_stores(office: Client, tmp_path: Path) -> None:
    row = upload(me())
    answer = post(office, row, "publish", disclosure="closed")
    page = OpinionPage.objects.get()
    assert answer["Location"] == reverse("policy_docs:workbench", args=[page.public_key])
    assert (page.live, page.disclosure, page.document_number, page.source_name) == (True, "closed", "楚政法发〔2017〕8号", "a")
    mine = list(ClauseText.objects.values_list("order", "kind", "level", "path", "label", "para", "text"))
    duties = set(Duty.objects.values_list("kind", "reach", "role", "text_hash"))
    row.refresh_from_db()
    assert (row.state, row.opinion, row.changed_by) == (State.SAVED, page, me())
    assert AuditEntry.objects.filter(action="import.save").count() == 1
    other = tmp_path / "b.txt"
    other.write_text(TEXT.replace("8号", "9号"), encoding="utf-8")
    list(run([other], actor=None))
    second = OpinionPage.objects.exclude(pk=page.pk).get()
    theirs = ClauseText.objects.filter(version__opinion=second).values_list("order", "kind", "level", "path", "label", "para", "text")
    assert [item if "8号" not in item[6] else None for item in mine] == [item if "9号" not in item[6] else None for item in theirs]
    assert set(Duty.objects.filter(opinion=second).values_list("kind", "reach", "role", "text_hash")) == duties


def test_the_corrected_split_and_identity_are_what_is_stored(office: Client) -> None:
    row = upload(me())
    at = texts(row).index("联合处置组应当协调。")
    post(office, row, f"join:{at}")
    post(office, row, "publish", disclosure="open", title="关于加强协作的意见", issue_date="2017-05-04", place="楚雄州")
    page = OpinionPage.objects.get()
    assert (page.title, str(page.issue_date), page.jurisdiction_id, page.disclosure) == ("关于加强协作的意见", "2017-05-04", "532300", "open")
    assert ClauseText.objects.filter(text="州财政局应当保障工作经费。联合处置组应当协调。").count() == 1


def test_a_second_click_stores_nothing_twice(office: Client) -> None:
    row = upload(me())
    row.refresh_from_db()
    values = {"seen": str(row.revision), "verb": "publish", "disclosure": "open"}
    first, second = office.post(address(row), values), office.post(address(row), values, follow=True)
    assert first.status_code == 302
    assert "没有重复保存" in second.content.decode()
    assert OpinionVersion.objects.count() == 1
    with pytest.raises(actions.Settled):
        actions.save(row.public_key, seen=row.revision, actor=me(), live=True)


def test_a_text_that_came_in_meanwhile_by_another_way_is_not_stored_twice(office: Client, tmp_path: Path) -> None:
    row = upload(me())
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    list(run([tmp_path / "a.txt"], actor=None))
    row.refresh_from_db()
    page = office.post(address(row), {"seen": str(row.revision), "verb": "publish", "disclosure": "open"}, follow=True).content.decode()
    assert "《关于协作的意见》：没有变化。" in page
    assert OpinionVersion.objects.count() == 1
    row.refresh_from_db()
    assert row.state == State.SAME


def test_a_known_document_becomes_a_new_version(office: Client, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    list(run([tmp_path / "a.txt"], actor=None))
    row = upload(me(), TEXT.replace("查找被执行人", "查找被执行人及其财产"), name="new.txt")
    screen = office.get(address(row)).content.decode()
    assert "本库已收录《关于协作的意见》" in screen
    page = OpinionPage.objects.get()
    assert post(office, row, "publish", disclosure="open").url == publishing.address(page)
    assert "查找被执行人及其财产" not in texts_of(page), "nothing stands before it is said what it is"
    publishing.say(office, page, manner="amendment", starts="2018-01-01")
    assert [(version.number, str(version.in_force_from)) for version in page.versions.all()] == [(1, "2017-05-03"), (2, "2018-01-01")]
    assert OpinionPage.objects.get().disclosure == "open"


def test_an_older_text_is_asked_for_its_place_and_filed_before_the_one_that_stands(office: Client, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    list(run([tmp_path / "a.txt"], actor=None))
    page = OpinionPage.objects.get()
    row = upload(me(), TEXT.replace("查找被执行人", "找人").replace("2017年5月3日", "2016年5月3日"), name="old.txt")
    values = {"disclosure": "open", "number": "楚政法发〔2017〕8号"}
    for verb in ("publish", "draft"):
        refused = post(office, row, verb, **values)
        assert refused.status_code == 422
        assert "请选定这份文字是较早的文字，还是现行文字的修改" in refused.content.decode()
    post(office, row, "accept:text:earlier", **values)
    screen = office.get(address(row)).content.decode()
    assert "将收录为它较早的文字" in screen
    assert "收录为较早的文字？" in screen
    assert "早于《关于协作的意见》的现行文字" in post(office, row, "draft", **values).content.decode()
    before = texts_of(page)
    assert post(office, row, "publish", **values).status_code == 302
    assert [(version.number, str(version.in_force_from), str(version.in_force_until or "")) for version in page.versions.all()] == [
        (1, "2016-05-03", "2017-05-02"), (2, "2017-05-03", "")
    ]  # fmt: skip
    assert texts_of(page) == before
    assert "找人" in texts_of(page, number=1)


def test_an_older_text_may_be_a_change_of_the_one_that_stands(office: Client, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    list(run([tmp_path / "a.txt"], actor=None))
    page = OpinionPage.objects.get()
    row = upload(me(), TEXT.replace("查找被执行人", "找人").replace("2017年5月3日", "2016年5月3日"), name="old.txt")
    values = {"disclosure": "open", "number": "楚政法发〔2017〕8号"}
    post(office, row, "accept:text:earlier", **values)
    post(office, row, "accept:text:later", **values)
    assert post(office, row, "publish", **values).url == publishing.address(page)
    publishing.say(office, page, manner="correction")
    assert [version.number for version in page.versions.all()] == [1]
    assert "找人" in texts_of(page)


def test_a_new_text_of_a_known_document_may_wait_as_its_draft(office: Client, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    list(run([tmp_path / "a.txt"], actor=None))
    page = OpinionPage.objects.get()
    duties = set(Duty.objects.values_list("pk", "state"))
    keys = dict(page.versions.get().texts.values_list("text", "clause__public_key"))
    row = upload(me(), TEXT.replace("查找被执行人", "查找被执行人及其财产"), name="new.txt")
    answer = post(office, row, "draft", disclosure="open")
    assert answer.url == reverse("opinion_outline", args=[page.pk])
    outline = office.get(answer.url).content.decode()
    assert "现行文字和职责不变" in outline
    assert "查找被执行人及其财产" in outline
    assert publishing.address(page) in outline
    page.refresh_from_db()
    assert "及其财产" not in "".join(block["value"]["text"] for block in page.body.raw_data)
    assert set(Duty.objects.values_list("pk", "state")) == duties
    again = upload(me(), TEXT.replace("查找被执行人", "查找被执行人及其财产"), name="again.txt")
    assert again.state == State.SAME

    publishing.say(office, page, manner="amendment", starts="2020-01-01")
    page.refresh_from_db()
    assert [version.number for version in page.versions.all()] == [1, 2]
    assert page.disclosure == "open"
    new = page.versions.get(number=2)
    assert new.source_names == ["new", "again"]
    now = dict(new.texts.values_list("text", "clause__public_key"))
    assert now["公安机关应当协助人民法院查找被执行人及其财产。"] == keys["公安机关应当协助人民法院查找被执行人。"]
    assert upload(me(), TEXT.replace("查找被执行人", "查找被执行人及其财产"), name="third.txt").state == State.SAME


def test_a_draft_is_not_put_over_changes_of_others(office: Client, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    list(run([tmp_path / "a.txt"], actor=None))
    first = upload(me(), TEXT.replace("查找被执行人", "查找被执行人及其财产"), name="one.txt")
    second = upload(me(), TEXT.replace("查找被执行人", "查找被执行人下落"), name="two.txt")
    assert post(office, first, "draft", disclosure="open").status_code == 302
    assert "有尚未发布的修改" in post(office, second, "draft", disclosure="open").content.decode()
    second.refresh_from_db()
    assert second.state == State.READY
