"""Bodies: who sees them, members as of a day, what a person did outlives another reading of the document."""

import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cms.accounts.models import Role
from cms.audit.models import AuditEntry
from policy_docs.directory import members
from policy_docs.directory.members import Given
from policy_docs.duties import selectors
from policy_docs.importing.bodies import store_bodies
from policy_docs.opinions.models import ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.models import Body, Membership
from policy_docs.units.types import Context, Level
from tests.factories.directory import CITY, LEADER, account, entry, office
from tests.factories.opinions import import_text

pytestmark = pytest.mark.django_db
TEXT = """楚政法发〔2018〕6号
中共楚雄州委政法委员会
关于成立执行联动工作领导小组的通知
一、成立楚雄州执行联动工作领导小组
领导小组成员单位：州公安局、州民政局、州税务局、州市场监管局。
（一）公安机关应当协助查找。
（二）领导小组办公室设在州中级人民法院。
中共楚雄州委政法委员会
2018年3月1日
"""


@pytest.fixture
def body(tmp_path: Path) -> Body:
    import_text(tmp_path, "lists", TEXT)
    return Body.objects.get()


def read_again(body: Body, *, without: str = "") -> Body:
    """Read the document as a re-import does, with words taken out of its text."""
    page = OpinionPage.objects.get(pk=body.opinion_id)
    rows = list(ClauseText.objects.filter(clause__opinion=page))
    for row in rows:
        row.text = row.text.replace(without, "") if without else row.text
    store_bodies(page, rows, Context(CITY, Level.PREFECTURE, datetime.date(2018, 3, 1)))
    return Body.objects.get()


def listed(body: Body, on: str = "2026-11-26") -> set[str]:
    return set(Membership.objects.standing(datetime.date.fromisoformat(on)).filter(body=body).values_list("kind", flat=True))


def member(body: Body, kind: str) -> Membership:
    return Membership.objects.get(body=body, kind=kind)


READ = {"public_security", "civil_affairs", "tax", "market_regulation"}


def test_the_page_says_who_sits_there_and_from_which_document(body: Body, client: Client) -> None:
    page = client.get(f"/bodies/{body.pk}/")
    assert page.status_code == 404, "the document is not open to the public"
    client.force_login(account("联络员"), backend="django.contrib.auth.backends.ModelBackend")
    entry("public_security", CITY, LEADER)
    words = client.get(f"/bodies/{body.pk}/").content.decode()
    for expected in ("楚政法发〔2018〕6号", "州中级人民法院", "楚雄州公安局", "原文写作：州公安局", "2018年3月1日起", "文件读取", "成员单位 4 个"):
        assert expected in words
    assert f"/directory/public_security/{CITY}/" in words
    assert LEADER.name not in words
    assert "更正或结束" not in words
    assert body.name in client.get(f"/bodies/?place={CITY}").content.decode()
    assert "没有找到" in client.get("/bodies/?q=查无此组").content.decode()


def test_members_as_of_a_day(body: Body, client: Client) -> None:
    row = member(body, "tax")
    members.change_member(body, row.pk, Given("tax", "", row.since, datetime.date(2020, 6, 30)), reason="州政办通知", seen=0, actor=office())
    assert listed(body) == READ - {"tax"}
    assert listed(body, "2020-06-30") == READ
    assert listed(body, "2018-02-28") == set()
    client.force_login(account("联络员"), backend="django.contrib.auth.backends.ModelBackend")
    assert [line.name for line in client.get(f"/bodies/{body.pk}/").context["gone"]] == ["国家税务总局楚雄州税务局"]
    assert len(client.get(f"/bodies/{body.pk}/?on=2019-01-01").context["members"]) == 4
    assert "州政办通知" in client.get(f"/bodies/{body.pk}/").content.decode()


def test_what_a_person_did_outlives_another_reading(body: Body) -> None:
    row = member(body, "tax")
    members.change_member(body, row.pk, Given("tax", "", row.since, datetime.date(2020, 6, 30)), reason="退出", seen=0, actor=office())
    members.add_member(body, Given("finance", "", datetime.date(2021, 1, 1)), reason="新增", seen=1, actor=office())
    members.drop_member(body, member(body, "civil_affairs").pk, dropped=True, reason="读错", seen=2, actor=office())
    members.change_body(body, name="州执行联动领导小组", host="州委政法委", reason="简称", seen=3, actor=office())
    again = read_again(body)
    assert (again.pk, again.name, again.host_written, again.corrected) == (body.pk, "州执行联动领导小组", "州委政法委", True)
    assert listed(again) == {"public_security", "market_regulation", "finance"}
    assert Membership.objects.filter(body=again).count() == 5
    assert listed(read_again(body)) == {"public_security", "market_regulation", "finance"}


def test_a_corrected_kind_is_not_read_back(body: Body) -> None:
    row = member(body, "market_regulation")
    members.change_member(body, row.pk, Given("commerce", "", row.since), reason="原文笔误", seen=0, actor=office())
    assert listed(read_again(body)) == READ - {"market_regulation"} | {"commerce"}


def test_two_names_of_one_kind_are_told_apart(tmp_path: Path) -> None:
    import_text(tmp_path, "lists", TEXT.replace("州税务局", "州国税局、州地税局"))
    body = Body.objects.get()
    row = Membership.objects.get(body=body, written="州国税局")
    members.change_member(body, row.pk, Given("tax", "", row.since, datetime.date(2018, 7, 5)), reason="合并", seen=0, actor=office())
    again = read_again(body)
    assert set(Membership.objects.standing(datetime.date(2026, 1, 1)).filter(body=again, kind="tax").values_list("written", flat=True)) == {"州地税局"}


def test_what_nobody_has_touched_follows_the_text(body: Body) -> None:
    again = read_again(body, without="、州税务局")
    assert listed(again) == READ - {"tax"}
    assert listed(read_again(body)) == READ


def test_a_body_that_is_gone_from_the_text_stays_where_a_person_wrote(body: Body) -> None:
    page = OpinionPage.objects.get(pk=body.opinion_id)
    members.add_member(body, Given("finance"), reason="新增", seen=0, actor=office())
    store_bodies(page, [], Context(CITY, Level.PREFECTURE, None))
    assert listed(Body.objects.get()) == {"finance"}


def test_a_body_that_nobody_has_touched_goes_with_its_text(body: Body) -> None:
    store_bodies(OpinionPage.objects.get(pk=body.opinion_id), [], Context(CITY, Level.PREFECTURE, None))
    assert not Body.objects.exists()


def test_one_of_several_readings_is_refused_with_words(body: Body) -> None:
    day, before = datetime.date(2021, 1, 1), datetime.date(2020, 1, 1)
    with pytest.raises(members.NoReason):
        members.add_member(body, Given("finance"), reason=" ", seen=0, actor=office())
    with pytest.raises(members.WrongDates):
        members.add_member(body, Given("finance", "", day, before), reason="x", seen=0, actor=office())
    with pytest.raises(members.AlreadyMember):
        members.add_member(body, Given("tax"), reason="x", seen=0, actor=office())
    with pytest.raises(members.NotOffice):
        members.add_member(body, Given("finance"), reason="x", seen=0, actor=account("联络员"))
    members.add_member(body, Given("finance"), reason="x", seen=0, actor=office())
    with pytest.raises(members.StaleBody):
        members.add_member(body, Given("audit"), reason="x", seen=0, actor=office())
    assert AuditEntry.objects.filter(action="body.add_member").get().details["reason"] == "x"


def test_the_office_writes_on_the_page_and_is_told_of_others(body: Body, client: Client) -> None:
    client.force_login(office(), backend="django.contrib.auth.backends.ModelBackend")
    url, row = f"/bodies/{body.pk}/", member(body, "tax")
    assert "保存更正" in client.get(f"{url}?edit={row.pk}").content.decode()
    sent = {"verb": "change", "member": row.pk, "seen": 0, "kind": "tax", "place": "", "since": "2018-03-01", "until": "2022-12-31", "reason": "会议决定"}
    assert client.post(url, sent).status_code == 302
    assert member(body, "tax").until == datetime.date(2022, 12, 31)
    answer = client.post(url, {**sent, "until": "2023-12-31", "reason": "另一个理由"})
    assert answer.status_code == 409
    assert "李静已经改过" in answer.content.decode()
    assert 'value="2023-12-31"' in answer.content.decode()
    assert 'value="另一个理由"' in answer.content.decode()
    assert client.post(url, {**sent, "seen": 1, "kind": "nonsense"}).status_code == 422
    assert client.post(url, {"verb": "add", "seen": 1, "kind": "finance", "reason": ""}).status_code == 422
    assert client.post(url, {"verb": "add", "seen": 1, "kind": "finance", "reason": "补登"}).status_code == 302
    assert client.post(url, {"verb": "drop", "seen": 2, "member": row.pk, "reason": "读错"}).status_code == 302
    assert client.post(url, {"verb": "undrop", "seen": 3, "member": row.pk, "reason": "没有错"}).status_code == 302
    assert client.post(url, {"verb": "body", "seen": 4, "name": "", "host": "", "reason": "x"}).status_code == 422
    client.force_login(account("联络员"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(url, sent).status_code == 403


def test_only_whoever_may_read_the_document_sees_the_body(body: Body, client: Client) -> None:
    client.force_login(account("系统", Role.SYSTEM_ADMIN), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/bodies/{body.pk}/").status_code == 404
    assert body.name not in client.get("/bodies/").content.decode()
    OpinionPage.objects.filter(pk=body.opinion_id).update(disclosure="open")
    client.logout()
    assert client.get(f"/bodies/{body.pk}/").status_code == 200
    members.add_member(body, Given("finance"), reason="内部理由", seen=0, actor=office())
    words = client.get(f"/bodies/{body.pk}/").content.decode()
    assert "人工登记" in words
    assert "内部理由" not in words
    assert "李静" not in words


def test_departments_and_documents_lead_to_their_bodies(body: Body, client: Client) -> None:
    entry("public_security", CITY, LEADER)
    client.force_login(account("联络员"), backend="django.contrib.auth.backends.ModelBackend")
    page = OpinionPage.objects.get(pk=body.opinion_id)
    assert f'href="/bodies/{body.pk}/"' in client.get(f"/opinions/{page.public_key}/").content.decode()
    words = client.get(f"/units/public_security/{CITY}/").content.decode()
    assert f'href="/bodies/{body.pk}/"' in words
    assert f'href="/directory/public_security/{CITY}/"' in words
    client.logout()
    words = client.get(f"/units/public_security/{CITY}/").content.decode()
    assert "/bodies/" not in words
    assert "/directory/" not in words


def test_a_dropped_line_makes_nobody_a_member(body: Body) -> None:
    members.drop_member(body, member(body, "tax").pk, dropped=True, reason="读错", seen=0, actor=office())
    unit = selectors.load_unit("tax", CITY, on=datetime.date(2026, 11, 26), vocabulary=current_vocabulary())
    assert not Membership.objects.standing(unit.on).filter(kind="tax").exists()


def test_lists_ask_the_same_number_of_queries_however_many_bodies(body: Body, client: Client, tmp_path: Path, django_assert_max_num_queries: Any) -> None:
    for number in range(3):
        import_text(tmp_path, f"more{number}", TEXT.replace("6号", f"{20 + number}号").replace("执行联动工作领导小组", f"第{number}协作领导小组"))
    client.force_login(office(), backend="django.contrib.auth.backends.ModelBackend")
    client.get("/bodies/")
    with django_assert_max_num_queries(9):
        assert client.get("/bodies/").context["pages"].paginator.count == 4
    with django_assert_max_num_queries(12):
        client.get(f"/bodies/{body.pk}/")
