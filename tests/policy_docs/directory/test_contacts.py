"""Contacts are changed without being overwritten; of two people at once the second is told and goes on with the own input."""

import datetime
from dataclasses import replace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from cms.audit.models import AuditEntry
from policy_docs.directory import actions, selectors
from policy_docs.directory.models import Contact, DirectoryEntry
from policy_docs.directory.people import Person, Wanted, lacking
from tests.factories.directory import CITY, COUNTY, LEADER, LIAISON, account, entry, office

pytestmark = pytest.mark.django_db
URL = f"/directory/public_security/{CITY}/edit/"


@pytest.fixture
def unit() -> DirectoryEntry:
    return entry("public_security", CITY, LEADER, LIAISON)


def rows_of(unit: DirectoryEntry) -> dict[str, Contact]:
    return {row.role: row for row in actions.listed(unit, timezone.localdate()).values()}


def form(client: Client, **changes: str) -> dict[str, str]:
    """What the form would send, with changes such as ``liaison_mobile``."""
    answer = client.get(URL)
    data = {"seen": str(answer.context["seen"]), "p-INITIAL_FORMS": "0"}
    forms = answer.context["formset"].forms
    data["p-TOTAL_FORMS"] = str(len(forms))
    for at, row in enumerate(forms):
        for name in row.fields:
            value = changes.pop(f"{row['role'].value()}_{name}", None)
            data[f"p-{at}-{name}"] = str(row[name].value() or "") if value is None else value
    assert not changes
    return data


@pytest.fixture
def officer(client: Client, unit: DirectoryEntry) -> Client:
    client.force_login(account("杨立群"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def sent(client: Client, data: dict[str, str], verb: str = "save") -> Any:
    return client.post(URL, {**data, "verb": verb})


def test_a_change_ends_the_row_and_begins_another(officer: Client, unit: DirectoryEntry) -> None:
    before = rows_of(unit)["liaison"]
    assert sent(officer, form(officer, liaison_mobile="139 1111 2222")).status_code == 302
    after = rows_of(unit)["liaison"]
    before.refresh_from_db()
    assert (after.mobile, after.replaces, before.mobile) == ("13911112222", before, LIAISON.mobile)
    assert before.ended_at is not None
    assert (before.ended_by, before.until) == ("杨立群", None)  # the same person goes on
    trail = AuditEntry.objects.filter(action="directory.change").latest("pk")
    assert trail.details["rows"] == [{"step": "changed", "role": "liaison", "fields": ["mobile"]}]


def test_another_name_has_to_be_said_what_it_means(officer: Client, unit: DirectoryEntry) -> None:
    before = rows_of(unit)["liaison"]
    asked = sent(officer, form(officer, liaison_name="赵 明", liaison_post="支队长"), "confirm")
    assert asked.status_code == 422
    body = asked.content.decode()
    assert "姓名原为“杨立群”，这次是：" in body
    assert "请选择是更正姓名，还是换了人" in body
    assert 'value="支队长"' in body
    assert rows_of(unit)["liaison"] == before
    with pytest.raises(actions.NameNotSaid):
        actions.save_contacts(unit, seen=unit.revision, wanted=[Wanted(replace(LIAISON, name="赵明"), before.pk)], actor=office())


def test_a_name_put_right_is_the_same_person(officer: Client, unit: DirectoryEntry) -> None:
    before = rows_of(unit)["liaison"]
    assert sent(officer, form(officer, liaison_name="杨丽群", liaison_who="same"), "confirm").status_code == 302
    before.refresh_from_db()
    assert before.until is None
    assert actions.person_of(rows_of(unit)["liaison"]) == replace(LIAISON, name="杨丽群")
    assert "更正姓名" in officer.get(f"/directory/public_security/{CITY}/history/").content.decode()


def test_a_successor_takes_over_neither_number_nor_day(officer: Client, unit: DirectoryEntry) -> None:
    Contact.objects.filter(role="liaison").update(since=datetime.date(2024, 3, 1))
    before = rows_of(unit)["liaison"]
    data = form(officer, liaison_name="赵明", liaison_who="other", liaison_left="2026-11-01")
    refused = sent(officer, data, "confirm")
    assert refused.status_code == 422, "nobody can call the successor yet"
    assert "还缺有电话的联络员" in refused.content.decode()
    assert f'value="{LIAISON.mobile}"' not in refused.content.decode()
    assert sent(officer, data).status_code == 302
    assert sent(officer, data).status_code == 302, "sent twice"
    before.refresh_from_db()
    assert before.until == datetime.date(2026, 11, 1)
    successor = rows_of(unit)["liaison"]
    assert actions.person_of(successor) == Person("liaison", "赵明", LIAISON.post)
    assert (successor.replaces, Contact.objects.count()) == (before, 3)
    body = officer.get(f"/directory/public_security/{CITY}/history/").content.decode()
    assert "接替杨立群（2026年11月1日离任）" in body


def test_a_successor_at_the_same_desk_keeps_its_telephone(officer: Client, unit: DirectoryEntry) -> None:
    data = form(officer, liaison_name="赵明", liaison_who="other", liaison_keep_office="on", liaison_mobile="13955556666")
    assert sent(officer, data, "confirm").status_code == 302
    assert actions.person_of(rows_of(unit)["liaison"]) == Person("liaison", "赵明", LIAISON.post, LIAISON.office_phone, "13955556666")


def test_what_was_typed_for_one_who_left_meanwhile_does_not_go_to_the_successor(officer: Client, unit: DirectoryEntry) -> None:
    mine = form(officer, liaison_mobile="13911112222")
    row = rows_of(unit)["liaison"]
    theirs = Wanted(Person("liaison", "赵明", mobile="13955556666"), row.pk, timezone.localdate(), other=True)
    actions.save_contacts(unit, seen=unit.revision, wanted=[theirs], actor=office())
    answer = sent(officer, mine, "confirm")
    assert answer.status_code == 409
    assert "对方已换人：杨立群由赵明接替。您为杨立群填的没有并入：手机“13911112222”" in answer.content.decode()
    assert [(row["name"].value(), row["mobile"].value()) for row in answer.context["formset"].forms][1] == ("赵明", "13955556666")


def test_who_leaves_is_listed_no_more_and_stays_in_the_history(officer: Client, unit: DirectoryEntry) -> None:
    sent(officer, form(officer, liaison_gone="on", liaison_left="2026-11-01"))
    assert set(rows_of(unit)) == {"leader"}
    body = officer.get(f"/directory/public_security/{CITY}/history/").content.decode()
    assert "2026年11月1日离任" in body
    assert LIAISON.mobile in body


def test_history_says_who_changed_what(officer: Client, unit: DirectoryEntry) -> None:
    sent(officer, form(officer, leader_post="局长"))
    newest, first = selectors.history(unit)
    assert (newest.by, first.by) == ("杨立群", "李静")
    assert [(row.post, before.post if before else None) for row, before in newest.begun] == [("局长", "副局长")]
    assert len(first.begun) == 2
    assert not first.ended


def test_confirming_unchanged_is_one_click_and_twice_does_no_harm(officer: Client, unit: DirectoryEntry) -> None:
    for _time in range(2):
        assert officer.post(URL, {"seen": unit.revision, "verb": "unchanged"}).status_code == 302
    unit.refresh_from_db()
    assert (unit.confirmed_on, unit.confirmed_by, unit.revision) == (timezone.localdate(), "杨立群", 1)
    assert Contact.objects.count() == 2


def test_a_form_sent_twice_is_saved_once(officer: Client, unit: DirectoryEntry) -> None:
    data = form(officer, liaison_mobile="13911112222")
    assert [sent(officer, data, "confirm").status_code for _time in range(2)] == [302, 302]
    assert Contact.objects.count() == 3
    assert unit.contacts.filter(ended_at__isnull=True).count() == 2


def test_what_is_missing_cannot_be_confirmed_but_saved(officer: Client, unit: DirectoryEntry) -> None:
    data = form(officer, liaison_mobile="", liaison_office_phone="")
    answer = sent(officer, data, "confirm")
    assert answer.status_code == 422
    assert "还缺有电话的联络员" in answer.content.decode()
    assert 'value="法制支队支队长"' in answer.content.decode()
    assert rows_of(unit)["liaison"].mobile == LIAISON.mobile
    assert sent(officer, data).status_code == 302
    unit.refresh_from_db()
    assert unit.confirmed_on is None
    assert lacking([LEADER, replace(LIAISON, mobile="")]) == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"liaison_mobile": "1391111"}, "手机号应为 11 位数字"),
        ({"liaison_office_phone": "办公室"}, "办公电话应写成"),
        ({"liaison_name": ""}, "请填写姓名"),
        ({"liaison_name": LEADER.name, "liaison_role": "leader", "liaison_who": "other"}, "这个人已经填过一次"),
        ({"liaison_gone": "on", "liaison_left": "2999-01-01"}, "离任日期不能晚于今天"),
        ({"liaison_name": "赵明"}, "请选择是更正姓名，还是换了人"),
        ({"liaison_since": "2026-10-01", "liaison_gone": "on", "liaison_left": "2026-09-01"}, "离任日期早于任职日期"),
    ],
)
def test_errors_are_said_at_the_field_and_nothing_is_saved(officer: Client, unit: DirectoryEntry, change: dict[str, str], words: str) -> None:
    answer = sent(officer, form(officer, **change))
    assert answer.status_code == 422
    assert answer.content.decode().count(words) >= 2  # on top and at the field
    assert Contact.objects.filter(ended_at__isnull=True).count() == 2


def test_the_second_of_two_is_told_and_goes_on_with_the_own_input(officer: Client, unit: DirectoryEntry) -> None:
    mine = form(officer, liaison_mobile="13911112222", liaison_post="支队长")
    theirs = [Wanted(replace(actions.person_of(row), mobile="13933334444"), row.pk) for row in rows_of(unit).values()]
    added = Wanted(Person("liaison", "孔祥瑞", mobile="13955556666"))
    actions.save_contacts(unit, seen=unit.revision, wanted=[*theirs, added], actor=office())

    answer = sent(officer, mine, "confirm")
    assert answer.status_code == 409
    body = answer.content.decode()
    assert "李静已在" in body
    assert "手机对方改为“13933334444”" in body
    assert "对方新增的" in body
    assert rows_of(unit)["liaison"].mobile != "13911112222"  # nothing of it is saved yet

    forms = answer.context["formset"].forms
    again = {f"p-{at}-{name}": str(row[name].value() or "") for at, row in enumerate(forms) for name in row.fields}
    again |= {"p-TOTAL_FORMS": str(len(forms)), "p-INITIAL_FORMS": "0", "seen": str(answer.context["seen"])}
    assert sent(officer, again, "confirm").status_code == 302
    now = {(row.name, row.post, row.mobile) for row in actions.listed(unit, timezone.localdate()).values()}
    assert now == {("罗世安", "副局长", "13933334444"), ("杨立群", "支队长", "13911112222"), ("孔祥瑞", "", "13955556666")}


def test_one_click_on_what_has_changed_meanwhile_shows_it_first(officer: Client, unit: DirectoryEntry) -> None:
    seen = unit.revision
    row = rows_of(unit)["leader"]
    actions.save_contacts(unit, seen=seen, wanted=[Wanted(replace(LEADER, post="局长"), row.pk)], actor=office())
    answer = officer.post(URL, {"seen": seen, "verb": "unchanged"})
    assert answer.status_code == 409
    assert 'value="局长"' in answer.content.decode()
    unit.refresh_from_db()
    assert unit.confirmed_on is None


def test_one_more_row_keeps_what_was_typed(officer: Client) -> None:
    body = sent(officer, form(officer, liaison_post="没写完"), "add").content.decode()
    assert 'value="没写完"' in body
    assert 'name="p-2-name"' in body


@pytest.mark.parametrize("data", [{}, {"p-TOTAL_FORMS": "x"}, {"p-TOTAL_FORMS": "99999", "p-INITIAL_FORMS": "0"}, {"seen": "9" * 30, "p-TOTAL_FORMS": "1"}])
def test_a_form_that_was_tampered_with_changes_nothing(officer: Client, unit: DirectoryEntry, data: dict[str, str]) -> None:
    for verb in ("save", "confirm", "unchanged", "add", "nonsense"):
        assert officer.post(URL, {**data, "verb": verb}).status_code in (200, 409, 422)
    assert Contact.objects.filter(ended_at__isnull=True).count() == 2
    unit.refresh_from_db()
    assert unit.confirmed_on is None


def test_others_cannot_write_past_the_form(unit: DirectoryEntry) -> None:
    stranger = account("别人", place="530000")
    with pytest.raises(actions.NotYours):
        actions.save_contacts(unit, seen=unit.revision, wanted=[], actor=stranger)
    with pytest.raises(actions.NotYours):
        actions.add_entries(["tax"], CITY, actor=stranger)
    with pytest.raises(actions.NotYours):
        actions.leave(unit, actor=stranger)


def test_units_join_leave_and_come_back(client: Client, unit: DirectoryEntry) -> None:
    client.force_login(office(), backend="django.contrib.auth.backends.ModelBackend")
    offered = client.get(f"/directory/add/?place={CITY}").context
    assert ("public_security" in [row[0] for row in offered["known"] + offered["others"]]) is False
    client.post("/directory/add/", {"place": CITY, "kind": ["tax", "finance", "nonsense"]})
    assert DirectoryEntry.objects.filter(jurisdiction=CITY).count() == 3
    leave = f"/directory/public_security/{CITY}/leave/"
    client.post(leave, {"verb": "leave"})
    unit.refresh_from_db()
    assert unit.left_on == timezone.localdate()
    client.get(f"/directory/?place={CITY}")  # takes the message along
    assert "楚雄州公安局" not in client.get(f"/directory/?place={CITY}").content.decode()
    assert LEADER.mobile in client.get(f"/directory/public_security/{CITY}/").content.decode()
    client.post(leave, {"verb": "join"})
    unit.refresh_from_db()
    assert unit.left_on is None


def test_a_person_whose_last_day_has_come_is_not_listed(unit: DirectoryEntry) -> None:
    Contact.objects.filter(role="liaison").update(until=datetime.date(2026, 6, 1))
    assert {row.role for row in Contact.objects.standing(datetime.date(2026, 6, 1))} == {"leader"}
    assert {row.role for row in Contact.objects.standing(datetime.date(2026, 5, 31))} == {"leader", "liaison"}


def test_nothing_changed_is_not_confirmed_over_what_was_typed(officer: Client, unit: DirectoryEntry) -> None:
    typed = form(officer, liaison_mobile="13911112222")
    told = sent(officer, typed, "unchanged")
    assert told.status_code == 422
    assert "没有确认：您改动了内容" in told.content.decode()
    assert 'value="13911112222"' in told.content.decode()
    unit.refresh_from_db()
    assert unit.confirmed_on is None
    assert sent(officer, form(officer), "unchanged").status_code == 302
    unit.refresh_from_db()
    assert unit.confirmed_on is not None


def test_each_number_of_the_tree_is_that_of_the_list_it_leads_to(client: Client) -> None:
    for kind, code in (("public_security", "530000"), ("court", CITY), ("public_security", CITY), ("court", COUNTY)):
        entry(kind, code)
    client.force_login(office(), backend="django.contrib.auth.backends.ModelBackend")
    for start in (f"?place={CITY}", f"?place={CITY}&below=1"):
        places = BeautifulSoup(client.get(f"/directory/{start}").content, "html.parser").select(".places-tree a")
        assert len(places) == 4
        for place in places:
            name, number = (part.text for part in place.select("span"))
            assert f"{name}：{number} 个单位" in client.get(f"/directory/{place['href']}").content.decode()
    assert "连同下级 3 个" in client.get(f"/directory/?place={CITY}").content.decode()
