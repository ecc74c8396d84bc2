"""What is laid on the office of a standing group is told to the unit in which the office is set, as done in the name of the office."""

import datetime
from pathlib import Path

import pytest
from django.test import Client

from cms.accounts.viewer import PUBLIC, Viewer, viewer_of
from policy_docs.directory import founding, members
from policy_docs.directory.founding import Founded
from policy_docs.directory.members import Given
from policy_docs.duties import gaps, narrowing, report, selectors
from policy_docs.duties.binding import Section
from policy_docs.duties.models import Duty
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.models import Body, UnitKind
from tests.factories.directory import CITY, COUNTY, account, office
from tests.factories.opinions import import_text, publish, reword

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 26)
SETS_UP = """楚政法发〔2018〕6号
中共楚雄州委政法委员会
关于成立执行联动工作领导小组的通知
一、成立楚雄州执行联动工作领导小组
领导小组成员单位：州公安局、州民政局、州税务局、州市场监管局。
（一）领导小组办公室设在州中级人民法院。
（二）领导小组办公室负责汇总各单位报送的信息，每季度通报一次。
（三）公安机关应当协助查找。
2018年3月1日
"""
FOLLOWS = """楚政法发〔2019〕9号
中共楚雄州委政法委员会
关于加强执行联动工作的实施意见
一、工作要求
（一）楚雄州执行联动工作领导小组办公室要牵头制定考核办法。
（二）执行联动工作领导小组各成员单位要于每月5日前报送信息。
（三）各县市执行联动工作领导小组办公室要建立台账。
（四）禁毒工作领导小组办公室负责提供名单。
2019年5月1日
"""


@pytest.fixture
def first(tmp_path: Path) -> OpinionPage:
    return import_text(tmp_path, "first", SETS_UP)


@pytest.fixture
def second(first: OpinionPage, tmp_path: Path) -> OpinionPage:
    return import_text(tmp_path, "second", FOLLOWS)


def rows(kind: str, code: str = CITY, *, viewer: Viewer | None = None) -> list[selectors.Row]:
    return selectors.rows_for(selectors.load_unit(kind, code, on=TODAY), viewer=viewer or viewer_of(office()))


def in_office(kind: str, code: str = CITY) -> list[tuple[str, str]]:
    return [(row.body, row.role) for row in rows(kind, code) if row.section is Section.OFFICE]


def sign_in(client: Client, kind: str) -> Client:
    client.force_login(account("联络员", kind=kind), backend="django.contrib.auth.backends.ModelBackend")
    return client


GROUP = "执行联动工作领导小组"


def test_the_host_has_it_and_nobody_else(first: OpinionPage) -> None:
    assert in_office("court") == [(GROUP, "responsible")]
    assert in_office("political_legal") == in_office("public_security") == []
    assert in_office("court", COUNTY) == [], "the office of the city is set in no court of a county"
    unit = selectors.load_unit("court", CITY, on=TODAY)
    assert all(row.kind != "@office" for row in report.counted(rows("court"), narrowing.Filters()))
    said = report.completeness(rows("court"), unit, viewer=viewer_of(office()))
    assert (said.as_office, said.seatless) == (1, ())
    assert "另有 1 条由设在本单位的办公室承担，以办公室名义办理，不计入总数。" in report.lines(said)


def test_another_document_names_the_office_in_full(second: OpinionPage) -> None:
    assert sorted(in_office("court")) == [(GROUP, "lead"), (GROUP, "responsible")]


def test_the_page_of_the_host_tells_in_whose_name(second: OpinionPage, client: Client) -> None:
    page = sign_in(client, "court").get(f"/units/court/{CITY}/").content.decode()
    for words in ("以办公室名义承担的职责", f"以{GROUP}办公室名义", "不是本单位自身的职责", "要牵头制定考核办法", "2 条，不计入总数"):
        assert words in page
    other = client.get(f"/units/public_security/{CITY}/").content.decode()
    assert "以办公室名义承担的职责" not in other
    assert "面向各成员单位的共同职责" in other


def test_the_heading_of_what_is_inferred_stands_behind_that_of_the_office_once(second: OpinionPage, client: Client, tmp_path: Path) -> None:
    import_text(tmp_path, "host", SETS_UP.replace("州中级人民法院", "州公安局").replace("6号", "7号"))
    page = sign_in(client, "public_security").get(f"/units/public_security/{CITY}/").content.decode()
    assert page.index("以办公室名义承担的职责") < page.index("面向各成员单位的共同职责")
    assert page.count("面向各成员单位的共同职责") == 1


def test_the_page_of_the_body_tells_what_its_office_has_to_do(second: OpinionPage, client: Client) -> None:
    body = Body.objects.get(name=GROUP)
    page = sign_in(client, "civil_affairs").get(f"/bodies/{body.pk}/").content.decode()
    assert "办公室的职责 2 条" in page, page[page.index("<main") :]
    assert "由楚雄彝族自治州中级人民法院以办公室名义办理" in page or "由楚雄州中级人民法院以办公室名义办理" in page
    assert "每季度通报一次" in page
    assert "禁毒工作" not in page


def test_members_of_the_group_that_another_document_lists(second: OpinionPage) -> None:
    tiers = {row.opinion: row.tier for row in rows("civil_affairs") if row.section is Section.GROUP}
    assert tiers[second.pk] == 1
    assert {row.tier for row in rows("education") if row.section is Section.GROUP} == {3}


def test_members_that_a_person_has_entered(second: OpinionPage) -> None:
    body = Body.objects.get(name=GROUP)
    members.add_member(body, Given("education"), reason="会议纪要", seen=body.revision, actor=office())
    assert {row.tier for row in rows("education") if row.section is Section.GROUP and row.opinion == second.pk} == {1}


def test_the_office_of_each_county_is_that_of_the_same_group_there(second: OpinionPage) -> None:
    founded = Founded("楚雄市执行联动工作领导小组", COUNTY, "市委政法委", "会议纪要")
    founding.enter_body(founded, actor=office())
    founding.enter_body(Founded("楚雄市普法工作领导小组", COUNTY, "市司法局", "会议纪要"), actor=office())
    assert in_office("political_legal", COUNTY) == [("楚雄市执行联动工作领导小组", "responsible")]
    assert in_office("justice", COUNTY) == []


def test_an_office_that_nobody_knows_is_listed_and_mended_there(second: OpinionPage, client: Client) -> None:
    (line,) = gaps.office_lines(gaps.offices(TODAY))
    assert (line.office.name, line.office.body, line.documents) == ("禁毒工作领导小组办公室", None, 1)
    unit = selectors.load_unit("public_security", CITY, on=TODAY)
    assert report.completeness([], unit, viewer=viewer_of(office())).seatless == ("禁毒工作领导小组办公室",)
    client.force_login(office(), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/completeness/?of=offices").content.decode()
    assert "禁毒工作领导小组办公室" in page
    way = f"/bodies/add/?doc={second.public_key}&amp;name="
    assert way in page
    form = client.get(f"/bodies/add/?doc={second.public_key}&name=禁毒工作领导小组").content.decode()
    assert 'value="禁毒工作领导小组"' in form
    assert 'name="basis"' not in form
    assert "请填写办公室设在哪个单位。" in client.post(f"/bodies/add/?doc={second.public_key}", {"name": "禁毒工作领导小组"}).content.decode()
    answer = client.post(f"/bodies/add/?doc={second.public_key}", {"name": "禁毒工作领导小组", "host": "州公安局"}, follow=True)
    assert "办公室的职责 1 条" in answer.content.decode()
    assert in_office("public_security") == [("禁毒工作领导小组", "responsible")]
    assert gaps.offices(TODAY) == []


def test_a_body_whose_host_was_not_read_leads_to_its_own_page(tmp_path: Path, client: Client) -> None:
    import_text(tmp_path, "no_host", SETS_UP.replace("领导小组办公室设在州中级人民法院", "领导小组每季度召开会议"))
    body = Body.objects.get()
    (line,) = gaps.offices(TODAY)
    assert line.body == body
    client.force_login(office(), backend="django.contrib.auth.backends.ModelBackend")
    assert f"/bodies/{body.pk}/?host=1" in client.get("/completeness/?of=offices").content.decode()
    assert '<details class="do" open>' in client.get(f"/bodies/{body.pk}/?host=1").content.decode()
    members.change_body(body, name=body.name, host="州委政法委", reason="会议决定", seen=body.revision, actor=office())
    assert gaps.offices(TODAY) == []
    assert in_office("political_legal") == [(GROUP, "responsible")]


def test_a_group_that_has_ended_has_no_office(first: OpinionPage) -> None:
    body = Body.objects.get()
    founding.end_body(body, datetime.date(2024, 1, 1), reason="撤销", seen=body.revision, actor=office())
    assert in_office("court") == []


def test_the_public_sees_what_is_open_and_checked(first: OpinionPage) -> None:
    assert [row for row in rows("court", viewer=PUBLIC) if row.section is Section.OFFICE] == []
    OpinionPage.objects.filter(pk=first.pk).update(disclosure="open")
    Duty.objects.filter(kind="@office").update(state=Duty.State.CONFIRMED)
    assert [row.body for row in rows("court", viewer=PUBLIC) if row.section is Section.OFFICE] == [GROUP]


def test_items_of_a_list_are_the_office_that_the_document_names(tmp_path: Path) -> None:
    text = SETS_UP.replace(
        "（二）领导小组办公室负责汇总各单位报送的信息，每季度通报一次。", "（二）领导小组办公室履行下列职责：\n1．汇总各单位报送的信息；\n2．组织考核。"
    )
    import_text(tmp_path, "listed", text)
    assert len(in_office("court")) >= 2


def test_the_host_is_told_of_a_change(first: OpinionPage) -> None:
    from policy_docs.notices.reading import bound

    page = OpinionPage.objects.get(pk=first.pk)
    reword(page, "每季度通报一次", "每月通报一次")
    publish(page, office())
    court, police = (selectors.load_unit(kind, CITY, on=TODAY) for kind in ("court", "civil_affairs"))
    viewer = viewer_of(office())
    assert Section.OFFICE in {section for touches in bound(court, viewer).values() for section in touches.values()}
    assert Section.OFFICE not in {section for touches in bound(police, viewer).values() for section in touches.values()}


def test_a_store_of_before_without_the_kind_of_offices_still_shows_its_pages(first: OpinionPage, client: Client) -> None:
    Duty.objects.filter(kind="@office").delete()
    UnitKind.objects.filter(pk="@office").delete()
    assert sign_in(client, "court").get(f"/units/court/{CITY}/").status_code == 200
    assert in_office("court") == []
