"""Bodies without a document: entered by the coordination office, with office and members, seen by staff alone, ended on a day."""

import datetime
from pathlib import Path

import pytest
from django.test import Client

from cms.accounts.viewer import PUBLIC, viewer_of
from cms.audit.models import AuditEntry
from policy_docs.directory import founding, members
from policy_docs.directory.bodies import bodies_for
from policy_docs.directory.founding import Founded
from policy_docs.directory.members import Given
from policy_docs.duties import gaps
from policy_docs.duties.selectors import load_unit
from policy_docs.templatetags.directory import bodies_that_it_hosts, bodies_that_seat
from policy_docs.units.models import Body, Membership
from tests.factories.directory import CITY, COUNTY, account, office
from tests.factories.opinions import import_text
from tests.policy_docs.directory.test_bodies import TEXT

pytestmark = pytest.mark.django_db
ADD = "/bodies/add/"
FORM = {"name": "楚雄州执行联动联席会议", "place": "楚雄州", "host": "州委政法委", "basis": "州委专题会议纪要〔2024〕3号", "since": "2024-03-01"}
DAY, END = datetime.date(2024, 3, 1), datetime.date(2025, 6, 30)


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(office(), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def body() -> Body:
    founded = Founded(FORM["name"], CITY, FORM["host"], FORM["basis"], DAY)
    made = founding.enter_body(founded, actor=office())
    members.add_member(made, Given("public_security", "", DAY), reason="会议纪要", seen=0, actor=office())
    made.refresh_from_db()
    return made


def seats(kind: str, on: datetime.date, viewer: object) -> tuple[list[Body], list[Body]]:
    unit, reader = load_unit(kind, CITY, on=on), viewer_of(viewer)  # type: ignore[arg-type]
    return bodies_that_seat(unit, reader), bodies_that_it_hosts(unit, reader)


def test_it_is_entered_on_the_screen(desk: Client) -> None:
    assert 'value="楚雄市"' in desk.get(f"{ADD}?place={COUNTY}").content.decode()
    empty = desk.post(ADD, {})
    assert (empty.status_code, Body.objects.count()) == (422, 0)
    for words in ("请填写名称", "请填写地方", "请填写设立依据"):
        assert empty.content.decode().count(words) == 2
    assert "没有找到“楚州”" in desk.post(ADD, {**FORM, "place": "楚州"}).content.decode()
    answer = desk.post(ADD, FORM, follow=True)
    shown = answer.content.decode()
    for words in (FORM["name"], "楚雄州委政法委", FORM["basis"], "人工登记", "2024年3月1日", "还没有登记成员单位，请在下面增加"):
        assert words in shown
    made = Body.objects.get()
    assert (made.host_kind_id, made.area, made.opinion) == ("political_legal", CITY, None)
    again = desk.post(ADD, FORM)
    assert again.status_code == 422
    assert f"/bodies/{made.pk}/" in again.content.decode()
    assert AuditEntry.objects.get(action="body.enter").details["reason"] == FORM["basis"]


def test_staff_see_it_and_the_public_does_not(body: Body, client: Client) -> None:
    assert not bodies_for(PUBLIC).exists()
    assert client.get(f"/bodies/{body.pk}/").status_code == 404
    assert f"/bodies/{body.pk}/" not in client.get("/bodies/").content.decode()
    client.force_login(account("联络员"), backend="django.contrib.auth.backends.ModelBackend")
    assert f"/bodies/{body.pk}/" in client.get(f"/bodies/?place={CITY}").content.decode()
    page = client.get(f"/bodies/{body.pk}/").content.decode()
    assert "楚雄州公安局" in page
    assert "撤销这个机构" not in page
    assert client.get(ADD).status_code == 403
    assert client.post(f"/bodies/{body.pk}/", {"verb": "end", "ended_on": "2025-01-01", "reason": "x", "seen": "1"}).status_code == 403
    with pytest.raises(members.NotOffice):
        founding.enter_body(Founded("组", CITY, basis="x"), actor=account("别人"))
    with pytest.raises(members.NotOffice):
        founding.end_body(body, END, reason="x", seen=1, actor=account("又一人"))


def test_units_show_where_they_sit_and_whose_office_they_run_by_date(body: Body, client: Client) -> None:
    officer = office()
    assert seats("public_security", DAY, officer) == ([body], [])
    assert seats("political_legal", DAY, officer) == ([], [body])
    assert seats("political_legal", DAY - datetime.timedelta(days=1), officer) == ([], [])
    founding.end_body(body, END, reason="州委通知", seen=body.revision, actor=officer)
    assert seats("public_security", END, officer) == ([body], [])
    assert seats("public_security", END + datetime.timedelta(days=1), officer) == ([], [])
    assert seats("political_legal", END + datetime.timedelta(days=1), officer) == ([], [])
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    assert "承担办公室工作" in client.get(f"/units/political_legal/{CITY}/?on=2024-05-01").content.decode()
    assert ("public_security", CITY) in gaps.known_units(END)
    assert ("public_security", CITY) not in gaps.known_units(END + datetime.timedelta(days=1))


def test_it_ends_with_a_reason_and_goes_on_again(body: Body, desk: Client) -> None:
    url = f"/bodies/{body.pk}/"
    seen = str(body.revision)
    assert "请填写撤销日期" in desk.post(url, {"verb": "end", "ended_on": "", "reason": "州委通知", "seen": seen}).content.decode()
    assert "请填写理由" in desk.post(url, {"verb": "end", "ended_on": "2025-06-30", "seen": seen}).content.decode()
    assert "早于起始日期" in desk.post(url, {"verb": "end", "ended_on": "2024-02-01", "reason": "x", "seen": seen}).content.decode()
    assert desk.post(url, {"verb": "end", "ended_on": "2025-06-30", "reason": "州委通知", "seen": seen}).status_code == 302
    assert desk.post(url, {"verb": "go_on", "reason": "州委通知", "seen": seen}).status_code == 409, "somebody who looks at the page of before"
    shown = desk.get(url).content.decode()
    assert "最后一天是2025年6月30日" in shown
    assert "已撤销（至2025年6月30日）" in desk.get("/bodies/").content.decode()
    assert "楚雄州公安局" in desk.get(f"{url}?on=2025-06-30").content.decode()
    body.refresh_from_db()
    assert desk.post(url, {"verb": "go_on", "reason": "通知有误", "seen": str(body.revision)}).status_code == 302
    assert list(AuditEntry.objects.filter(action__startswith="body.").values_list("action", flat=True).order_by("pk"))[-2:] == ["body.end", "body.go_on"]


def test_name_and_office_are_edited_and_the_office_is_recognised(body: Body, desk: Client) -> None:
    url = f"/bodies/{body.pk}/"
    change = {"verb": "body", "name": "楚雄州联席会议", "host": "州中级人民法院", "reason": "调整", "seen": str(body.revision)}
    assert desk.post(url, change).status_code == 302
    body.refresh_from_db()
    assert (body.name, body.host_kind_id) == ("楚雄州联席会议", "court")
    desk.post(url, {**change, "host": "某处", "seen": str(body.revision)})
    body.refresh_from_db()
    assert body.host_kind_id is None
    assert "没有认出是哪个单位" in desk.get(url).content.decode()


def test_one_of_a_document_ends_too_and_reading_again_leaves_that_alone(tmp_path: Path) -> None:
    import_text(tmp_path, "lists", TEXT)
    read = Body.objects.get()
    founding.end_body(read, END, reason="州委通知", seen=read.revision, actor=office())
    assert Membership.objects.standing(END).filter(body=read).count() == 4
    assert not Membership.objects.standing(END + datetime.timedelta(days=1)).filter(body=read).exists()
    assert seats("court", END, office())[1] == [read], "the office is set there by the words of the document"
