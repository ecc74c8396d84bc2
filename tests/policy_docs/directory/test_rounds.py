"""The yearly confirmation: who is asked, who has confirmed, who is late, who is asked again."""

import datetime
from dataclasses import replace
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import timezone

from cms.accounts.models import Role
from cms.accounts.viewer import viewer_of
from cms.audit.models import AuditEntry
from policy_docs.directory import actions, asking
from policy_docs.directory.models import Confirmation, ConfirmationRound, DirectoryEntry
from policy_docs.directory.people import Wanted
from tests.factories.directory import CITY, COUNTY, LEADER, LIAISON, OTHER, account, entry, office

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
SOON = datetime.timedelta(days=10)


@pytest.fixture
def units() -> dict[tuple[str, str], DirectoryEntry]:
    return {(kind, code): entry(kind, code, LEADER, LIAISON) for kind in ("public_security", "court") for code in (CITY, COUNTY, OTHER)}


@pytest.fixture
def opened(units: dict[tuple[str, str], DirectoryEntry]) -> ConfirmationRound:
    return asking.open_round(asking.Scope(CITY), year=2026, deadline=TODAY() + SOON, actor=office(), note="请于月底前完成")


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(office(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_round_asks_the_units_of_its_scope(units: dict[tuple[str, str], DirectoryEntry]) -> None:
    some = asking.open_round(asking.Scope(CITY, below=False, kinds=("court",)), year=2026, deadline=TODAY(), actor=office())
    assert list(some.confirmations.values_list("entry", flat=True)) == [units["court", CITY].pk]
    assert some.scope == "楚雄彝族自治州本级，人民法院"
    rest = asking.open_round(asking.Scope("530000"), year=2026, deadline=TODAY(), actor=office())
    assert rest.confirmations.count() == 5, "nobody is asked twice"
    with pytest.raises(asking.NobodyToAsk):
        asking.open_round(asking.Scope(CITY), year=2026, deadline=TODAY(), actor=office())
    with pytest.raises(asking.BadDeadline):
        asking.open_round(asking.Scope(CITY), year=2027, deadline=TODAY() - SOON, actor=office())
    with pytest.raises(actions.NotYours):
        asking.open_round(asking.Scope(CITY), year=2027, deadline=TODAY(), actor=account("联络员"))


def test_the_liaison_officer_finds_the_task_and_confirms_in_one_click(opened: ConfirmationRound, client: Client) -> None:
    officer = account("杨立群")
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    home = client.get("/").content.decode()
    assert "核对本单位 2026 年度联络信息" in home
    url = f"/directory/public_security/{CITY}/edit/"
    assert url in home
    form = client.get(url)
    assert "请于月底前完成" in form.content.decode()
    assert f'value="{LIAISON.mobile}"' in form.content.decode()
    client.post(url, {"verb": "unchanged", "seen": form.context["seen"]})
    done = Confirmation.objects.get(entry__kind="public_security", entry__jurisdiction=CITY)
    assert (done.confirmed_by, done.on_behalf, done.changed) == ("杨立群", False, False)
    assert "待我处理" not in client.get("/").content.decode()


@pytest.mark.parametrize("role", [Role.LEADER, Role.WRITER, Role.AUDIT_ADMIN])
def test_others_of_the_unit_have_no_task(opened: ConfirmationRound, role: str) -> None:
    assert asking.own_task(viewer_of(account("某", role))) is None
    assert asking.open_rounds(viewer_of(account("另", role))) == []


def test_saving_alone_confirms_nothing_and_a_correction_is_told(opened: ConfirmationRound, units: dict[tuple[str, str], DirectoryEntry]) -> None:
    unit = units["public_security", CITY]
    row = next(row for row in actions.listed(unit, TODAY()).values() if row.role == "liaison")
    wanted = [Wanted(replace(LIAISON, mobile="13977778888"), row.pk)]
    actions.save_contacts(unit, seen=unit.revision, wanted=wanted, actor=office())
    done = Confirmation.objects.get(entry=unit)
    assert done.confirmed_at is None
    unit.refresh_from_db()
    actions.confirm_unchanged(unit, seen=unit.revision, actor=office())
    done.refresh_from_db()
    assert (done.changed, done.on_behalf) == (True, True)


def test_what_is_given_back_is_asked_again(opened: ConfirmationRound, units: dict[tuple[str, str], DirectoryEntry], desk: Client, client: Client) -> None:
    unit = units["public_security", CITY]
    officer = account("杨立群")
    actions.confirm_unchanged(unit, seen=unit.revision, actor=officer)
    done = Confirmation.objects.get(entry=unit)
    url = f"/directory/rounds/{opened.pk}/"
    desk.post(url, {"verb": "reopen", "confirmation": done.pk, "reason": "手机是空号", "back": "state=done"})
    assert asking.own_task(viewer_of(officer)) == done
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    assert "手机是空号" in client.get(f"/directory/public_security/{CITY}/edit/").content.decode()
    with pytest.raises(asking.NotConfirmed):
        asking.ask_again(opened, done.pk, reason="", actor=office())
    assert AuditEntry.objects.filter(action="directory.reopen").get().details["reason"] == "手机是空号"


def test_a_round_that_is_closed_asks_nobody(opened: ConfirmationRound, units: dict[tuple[str, str], DirectoryEntry], desk: Client) -> None:
    url = f"/directory/rounds/{opened.pk}/"
    viewer = viewer_of(account("杨立群"))
    desk.post(url, {"verb": "close"})
    assert asking.own_task(viewer) is None
    unit = units["public_security", CITY]
    actions.confirm_unchanged(unit, seen=unit.revision, actor=office())
    assert not Confirmation.objects.exclude(confirmed_at=None).exists()
    desk.post(url, {"verb": "go_on"})
    assert asking.own_task(viewer) is not None


def test_a_deadline_can_be_moved_but_not_into_the_past(opened: ConfirmationRound, desk: Client) -> None:
    url = f"/directory/rounds/{opened.pk}/"
    later = TODAY() + 2 * SOON
    desk.post(url, {"verb": "deadline", "seen": opened.deadline.isoformat(), "deadline": later.isoformat()})
    opened.refresh_from_db()
    assert opened.deadline == later
    for given in ((TODAY() - SOON).isoformat(), "", "x"):
        assert "截止日期应在今天或以后" in desk.post(url, {"verb": "deadline", "deadline": given}, follow=True).content.decode()
    opened.refresh_from_db()
    assert opened.deadline == later


def test_progress_by_place_and_who_is_missing(opened: ConfirmationRound, units: dict[tuple[str, str], DirectoryEntry], desk: Client) -> None:
    for code in (CITY, COUNTY):
        unit = units["court", code]
        actions.confirm_unchanged(unit, seen=unit.revision, actor=office())
    unit = units["court", OTHER]
    actions.leave(unit, actor=office())
    url = f"/directory/rounds/{opened.pk}/"
    context = desk.get(url).context
    assert [(line.code, line.done, line.total, line.overdue) for line in context["places"]] == [(CITY, 1, 2, 0), (COUNTY, 1, 2, 0), (OTHER, 0, 1, 0)]
    assert (context["round"].total, context["round"].done, context["left"]) == (5, 2, 3)
    ConfirmationRound.objects.update(deadline=TODAY() - SOON)
    body = desk.get(f"{url}?state=overdue&place={CITY}&phones=1")
    assert [line.name for line in body.context["units"]] == ["楚雄州公安局"]
    assert LIAISON.mobile in body.content.decode()
    assert AuditEntry.objects.filter(action="directory.read").latest("pk").details["entries"] == [units["public_security", CITY].pk]
    assert desk.get(f"{url}?state=done").context["pages"].paginator.count == 2
    assert LIAISON.mobile not in desk.get(url).content.decode()
    assert "逾期未确认" in desk.get(f"/directory/?place={CITY}").content.decode()
    assert Confirmation.objects.overdue(TODAY()).count() == 3


def test_pages_and_queries_do_not_grow_with_the_units(opened: ConfirmationRound, desk: Client, django_assert_max_num_queries: object) -> None:
    for kind in ("tax", "finance", "audit", "customs", "civil_affairs"):
        entry(kind, CITY, LEADER, LIAISON)  # who joins is asked
    url = f"/directory/rounds/{opened.pk}/"
    desk.get(url)
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        assert desk.get(url).context["pages"].paginator.count == 11
    with django_assert_max_num_queries(13):  # type: ignore[operator]
        desk.get("/directory/rounds/")


@pytest.mark.parametrize(
    "data", [{}, {"year": "x"}, {"year": "2026", "deadline": "x", "place": CITY}, {"year": "2026", "deadline": "2020-01-01", "place": CITY}]
)
def test_a_round_that_cannot_be_opened_says_why_and_keeps_what_was_typed(
    units: dict[tuple[str, str], DirectoryEntry], desk: Client, data: dict[str, str]
) -> None:
    answer = desk.post("/directory/rounds/", {**data, "note": "保留的说明"})
    assert answer.status_code == 422
    assert "保留的说明" in answer.content.decode()
    assert "没有" in answer.content.decode()
    assert not ConfirmationRound.objects.exists()


def test_the_office_opens_a_round_on_the_page(units: dict[tuple[str, str], DirectoryEntry], desk: Client) -> None:
    data = {"year": "2026", "deadline": TODAY().isoformat(), "place": CITY, "below": "on", "kinds": ["court"]}
    answer = desk.post("/directory/rounds/", data, follow=True)
    assert "已发起" in answer.content.decode()
    assert ConfirmationRound.objects.get().confirmations.count() == 3
    assert "3 个单位尚未确认" in desk.get("/").content.decode()


def test_the_list_shows_who_is_late_and_the_table_holds_the_same(opened: ConfirmationRound, units: dict[tuple[str, str], DirectoryEntry], desk: Client) -> None:
    early = desk.get(f"/directory/?place={CITY}&state=overdue").content.decode()
    assert "没有逾期未确认的单位" in early
    assert "只看了楚雄彝族自治州本级" in early
    ConfirmationRound.objects.update(deadline=TODAY() - SOON)
    actions.confirm_unchanged(units["court", CITY], seen=units["court", CITY].revision, actor=office())
    shown = desk.get(f"/directory/?place={CITY}&state=overdue&below=1")
    assert [line.name for line in shown.context["lines"]] == ["楚雄州公安局", "楚雄市公安局", "楚雄市人民法院", "双柏县公安局", "双柏县人民法院"]
    assert [(key, number) for key, _words, _way, number in shown.context["states"]] == [("", 6), ("waiting", 5), ("overdue", 5)]
    assert "导出 5 个单位" in shown.content.decode()
    assert "逾期未确认 1" in desk.get(f"/directory/?place={CITY}").content.decode()
    assert desk.get(f"/directory/?place={CITY}&state=nonsense").context["pages"].paginator.count == 2


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (asking.Scope(CITY), (CITY, True, [])),
        (asking.Scope(CITY, below=False, kinds=("public_security", "court")), (CITY, False, ["court", "public_security"])),
        (asking.Scope("530000", kinds=("court",)), ("530000", True, ["court"])),
    ],
)
def test_a_round_from_before_scopes_gets_the_one_that_its_words_say(
    units: dict[tuple[str, str], DirectoryEntry], scope: asking.Scope, expected: tuple[str, bool, list[str]]
) -> None:
    old = asking.open_round(scope, year=2026, deadline=TODAY() + SOON, actor=office())
    ConfirmationRound.objects.update(place=None, below=True, kinds=[])
    read_scopes()
    old.refresh_from_db()
    assert (old.place_id, old.below, old.kinds) == expected


def test_a_round_whose_words_name_no_known_place_stays_without(opened: ConfirmationRound) -> None:
    ConfirmationRound.objects.update(place=None, scope="全体成员单位")
    read_scopes()
    ConfirmationRound.objects.update(scope="昆明市及下级，全部单位")  # another place than that of the units asked
    read_scopes()
    opened.refresh_from_db()
    assert opened.place_id is None


def read_scopes() -> None:
    import_module("policy_docs.migrations.0036_scope_of_earlier_rounds").read_scopes(apps, connection.SchemaEditorClass(connection))
