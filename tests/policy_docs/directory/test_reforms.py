"""A reform puts member units under the unit that takes over, with their contacts; taking it back puts all of it back."""

import datetime
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from cms.audit.models import AuditEntry
from policy_docs.directory import actions, asking, selectors, uploading
from policy_docs.directory.following import changes
from policy_docs.directory.models import Contact, DirectoryEntry
from policy_docs.directory.people import Person, Wanted
from policy_docs.reforms.entry import Step
from policy_docs.reforms.planning import plan
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.events import ReformEvent
from policy_docs.units.types import Level
from tests.factories.directory import CITY, COUNTY, LEADER, LIAISON, account, office
from tests.factories.directory import entry as listed_entry
from tests.factories.reforms import DATES, entered, entry, taken_back
from tests.policy_docs.directory.test_table import NAME, cells, received

pytestmark = pytest.mark.django_db
MERGER = entry(Step("petition", "social_work"))
OLD, NEW = "楚雄州信访局", "楚雄州委社会工作部"
PAGE = f"/directory/social_work/{CITY}/"


@pytest.fixture
def unit() -> DirectoryEntry:
    return listed_entry("petition", CITY, LEADER, LIAISON)


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(office(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def reform() -> ReformEvent:
    return entered(MERGER, office())


def names(client: Client, query: str = "") -> list[tuple[str, str]]:
    return [(line.name, line.former) for line in client.get(f"/directory/?place={CITY}{query}").context["lines"]]


def test_the_unit_appears_under_its_successor_and_comes_back(unit: DirectoryEntry, desk: Client) -> None:
    assert names(desk) == [(OLD, "")]
    event = reform()
    assert names(desk) == [(NEW, OLD)]
    assert names(desk, "&q=社会工作部") == [(NEW, OLD)]
    assert names(desk, "&q=信访局") == [(NEW, OLD)]
    page = desk.get(PAGE).content.decode()
    assert LIAISON.mobile in page
    assert f"原列为{OLD}" in page
    assert desk.get(f"{PAGE}history/").status_code == 200
    assert "社会工作部门" not in [row[0] for row in desk.get(f"/directory/add/?place={CITY}").context["others"]]
    assert Contact.objects.count() == 2, "no row has moved"
    taken_back(event, office())
    assert names(desk) == [(OLD, "")]
    assert desk.get(PAGE).status_code == 404


def test_it_follows_by_the_day_of_its_level(unit: DirectoryEntry, desk: Client) -> None:
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    entered(entry(Step("petition", "social_work"), dates={**DATES, Level.PREFECTURE: tomorrow.isoformat()}), office())
    assert names(desk) == [(OLD, "")]
    line = selectors.lines(selectors.with_contacts(DirectoryEntry.objects.all(), tomorrow), current_vocabulary(), tomorrow)[0]
    assert (line.name, line.former) == (NEW, OLD)


def test_accounts_of_either_unit_keep_the_contacts_and_confirm_them(unit: DirectoryEntry, client: Client) -> None:
    asking.open_round(asking.Scope(CITY), year=2026, deadline=timezone.localdate(), actor=office())
    reform()
    for number, kind in enumerate(("petition", "social_work")):
        person = account(kind, kind=kind)
        assert list(DirectoryEntry.objects.written_by(viewer_of(person))) == [unit]
        assert asking.own_task(viewer_of(person)) is not None
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(f"{PAGE}edit/").status_code == 200
        unit.refresh_from_db()
        rows = actions.listed(unit, timezone.localdate())
        wanted = [Wanted(replace(actions.person_of(row), post=f"职务{number}"), pk) for pk, row in rows.items()]
        actions.save_contacts(unit, seen=unit.revision, wanted=wanted, actor=person)
    actions.confirm_unchanged(DirectoryEntry.objects.get(), seen=3, actor=person)
    assert unit.confirmations.get().on_behalf is False
    assert not DirectoryEntry.objects.written_by(viewer_of(account("别处", kind="social_work", place=COUNTY))).exists()


def test_where_both_take_part_both_are_shown_until_the_office_has_settled_it(unit: DirectoryEntry, desk: Client) -> None:
    other = listed_entry("social_work", CITY, Person("liaison", "白雪峰", mobile="13955556666"), LIAISON)
    event = reform()
    assert sorted(names(desk)) == sorted([(NEW, ""), (NEW, OLD)])
    shown = desk.get(PAGE).content.decode()
    assert "这个单位有 2 份联络信息" in shown
    assert f"把{NEW}（原{OLD}）并入这一份" in shown
    liaison = Client()
    liaison.force_login(account("联络员", kind="social_work"), backend="django.contrib.auth.backends.ModelBackend")
    assert "并入这一份" not in liaison.get(PAGE).content.decode()
    way = f"/directory/petition/{CITY}/leave/"
    assert liaison.post(way, {"verb": "merge", "into": other.pk}).status_code == 403
    assert desk.post(way, {"verb": "merge", "into": "9" * 9}).status_code == 404
    desk.post(way, {"verb": "merge", "into": other.pk})
    assert {row.name for row in actions.listed(other, timezone.localdate()).values()} == {"白雪峰", "杨立群", "罗世安"}
    assert names(desk) == [(NEW, "")]
    assert f"从{NEW}（原{OLD}）并入" in desk.get(f"{PAGE}history/").content.decode()
    assert "已于" in desk.get(f"/directory/petition/{CITY}/").content.decode()
    assert "没有合并" in desk.post(way, {"verb": "merge", "into": other.pk}, follow=True).content.decode()
    assert AuditEntry.objects.get(action="directory.merge").details["persons"] == 1

    taken_back(event, office())
    assert sorted(names(desk)) == sorted([(NEW, ""), (OLD, "")])
    assert {row.name for row in actions.listed(unit, timezone.localdate()).values()} == {"杨立群", "罗世安"}
    assert {row.name for row in actions.listed(other, timezone.localdate()).values()} == {"白雪峰", "杨立群"}, "who came along has gone back"


def test_units_that_have_nothing_to_do_with_each_other_are_not_merged(unit: DirectoryEntry) -> None:
    other = listed_entry("social_work", CITY)
    with pytest.raises(actions.NotOne):
        actions.merge(unit, other, actor=office())
    with pytest.raises(actions.NotYours):
        actions.merge(unit, other, actor=account("联络员"))
    reform()
    with pytest.raises(actions.NotOne):
        actions.merge(unit, unit, actor=office())


def test_the_preview_names_the_entries_and_what_is_to_be_settled(unit: DirectoryEntry, desk: Client) -> None:
    before = current_vocabulary()
    planned = plan(MERGER, before, today=timezone.localdate())
    told = changes(before, planned.after, planned.successions, today=timezone.localdate())
    assert [(row.now, row.then, row.day, row.people, row.beside) for row in told] == [(OLD, NEW, datetime.date(2019, 1, 1), 2, "")]
    other = listed_entry("social_work", CITY)
    assert [row.beside for row in changes(before, planned.after, planned.successions, today=timezone.localdate())] == [NEW]
    event = reform()
    actions.merge(unit, other, actor=office())
    undo = desk.get(reverse("policy_docs:reform_undo", args=[event.public_key])).content.decode()
    assert "合并过，恢复单独列出" in undo


def test_a_function_that_moves_moves_no_entry(unit: DirectoryEntry, desk: Client) -> None:
    entered(entry(Step("petition", "natural_resources", ("规划",)), kind="transfer"), office())
    assert names(desk) == [(OLD, "")]


def test_a_table_meets_the_entry_by_the_new_name_and_by_the_old(unit: DirectoryEntry, desk: Client) -> None:
    reform()
    for kind in ("社会工作部门", "信访部门"):
        upload = received(cells(LEADER, kind=kind), cells(LIAISON, kind=kind))
        assert {(line["step"], line["unit"]) for line in upload.plan} == {("same", f"{NEW}（原{OLD}）")}
    upload = uploading.receive(desk.get(f"/directory/contacts.xlsx?place={CITY}").content, name=NAME, actor=office())
    assert {line["step"] for line in upload.plan} == {"same"}
    assert actions.add_entries(["social_work", "petition"], CITY, actor=office()) == 0, "nobody joins twice"


def test_with_two_entries_a_table_finds_each_again(unit: DirectoryEntry, desk: Client) -> None:
    listed_entry("social_work", CITY, Person("liaison", "白雪峰"))
    reform()
    upload = uploading.receive(desk.get(f"/directory/contacts.xlsx?place={CITY}").content, name=NAME, actor=office())
    assert {line["step"] for line in upload.plan} == {"same"}


def test_who_joins_during_a_round_is_asked_too(unit: DirectoryEntry) -> None:
    goes_on = asking.open_round(asking.Scope(CITY), year=2026, deadline=timezone.localdate(), actor=office())
    some = asking.open_round(asking.Scope("530000", kinds=("petition",)), year=2027, deadline=timezone.localdate(), actor=office())
    joined = listed_entry("court", COUNTY)
    assert [row.round for row in joined.confirmations.all()] == [goes_on]
    assert [row.round for row in listed_entry("petition", "530000").confirmations.all()] == [some]
    asking.close_round(goes_on, actor=office())
    assert not listed_entry("tax", CITY).confirmations.exists()


def test_the_list_asks_no_more_however_many_have_moved(unit: DirectoryEntry, desk: Client, django_assert_max_num_queries: Any) -> None:
    for code in (COUNTY, "532322", "532324", "532325"):
        listed_entry("petition", code, LEADER)
        listed_entry("court", code, LEADER)
    reform()
    desk.get(f"/directory/?place={CITY}")
    with django_assert_max_num_queries(13):
        assert desk.get(f"/directory/?place={CITY}&below=1").context["pages"].paginator.count == 9


def test_the_public_still_sees_nothing(unit: DirectoryEntry) -> None:
    reform()
    assert Client().get(PAGE).status_code == 403
    assert User.objects.filter(username="李静").exists()
