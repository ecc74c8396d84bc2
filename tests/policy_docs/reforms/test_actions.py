"""Entering a reform, taking it back, entering it again."""

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from cms.accounts.models import User
from cms.accounts.viewer import COORDINATION, viewer_of
from cms.audit.models import AuditEntry
from cms.audit.record import verify
from policy_docs.duties import narrowing, report, selectors
from policy_docs.duties.actions import decide
from policy_docs.duties.binding import Section
from policy_docs.duties.models import Duty
from policy_docs.importing.reread import reread_containing
from policy_docs.opinions.models import Change
from policy_docs.opinions.trash import restore
from policy_docs.reforms import actions, undoing
from policy_docs.reforms.entry import NewUnit, Step
from policy_docs.reforms.refusals import BuiltUpon, ReformRefused, SeenIsStale, StateHasChanged, UseHasChanged
from policy_docs.units.aliases import load_vocabulary, not_yet_known
from policy_docs.units.events import ReformEvent
from policy_docs.units.models import Body, Membership, MemberUnit, Reform, UnitAlias, UnitKind, VocabularyStamp
from policy_docs.units.types import Level
from tests.factories.reforms import DATES, NEW, OTHER, PLACE, PROVINCE, entered, entry, filled, officer, taken_back
from tests.factories.removing import trashed

pytestmark = pytest.mark.django_db
MERGER = entry(Step("petition", "social_work"))
AFTER, BEFORE = datetime.date(2019, 1, 1), datetime.date(2018, 12, 31)


@pytest.fixture(scope="module")
def store(keeping: Callable[[], AbstractContextManager[Path]]) -> None:
    with keeping() as folder:
        filled(folder)


@pytest.fixture
def office(store: None) -> User:
    return officer()


def numbers(kind: str, code: str = PLACE, on: datetime.date = AFTER) -> tuple[int, int]:
    rows = selectors.rows_for(selectors.load_unit(kind, code, on=on), viewer=COORDINATION)
    return len(report.counted(rows, narrowing.Filters())), sum(row.section is Section.TRANSFER for row in rows)


def undone(event: ReformEvent, actor: User) -> ReformEvent:
    return taken_back(event, actor)


def state() -> tuple[object, ...]:
    """All that a reform may change."""
    return (
        sorted(Reform.objects.values_list("predecessor", "successor", "scope", "country_on", "county_on")), sorted(UnitKind.objects.values_list("pk", "name")),
        sorted(UnitAlias.objects.values_list("kind", "text", "form")), sorted(Duty.objects.values_list("kind", "reach", "clause", "state")),
    )  # fmt: skip


def test_a_merger_moves_the_duties_from_its_day_on(office: User) -> None:
    assert numbers("social_work") == (0, 0)
    held = numbers("petition")
    Change.objects.all().delete()
    event = entered(MERGER, office)
    assert numbers("social_work") == held == (3, 0)
    assert numbers("social_work", on=BEFORE) == (0, 0)
    assert numbers("social_work", OTHER) == (1, 0), "in another prefecture: what the province demands"
    assert numbers("petition") == held, "what the words name is on its own page still"
    assert list(Change.objects.values_list("item", flat=True)) == [Change.Item.ALL]
    said = AuditEntry.objects.get(action="reform.entered")
    assert (said.label, said.actor, said.details["lines"]) == (event.title, "李静", ["2018年机构改革：信访部门的职责由社会工作部门承接"])
    assert verify().broken == ()


def test_a_local_reform_ends_at_the_border(office: User) -> None:
    entered(entry(Step("petition", "social_work"), place=PLACE), office)
    assert numbers("social_work") == (3, 0)
    assert numbers("social_work", OTHER) == (0, 0)
    assert numbers("social_work", PROVINCE) == (0, 0)


def test_a_function_is_shown_as_possibly_moved(office: User) -> None:
    entered(entry(Step("petition", "natural_resources", ("规划",)), kind="transfer"), office)
    assert numbers("natural_resources") == (0, 1)


def test_an_account_follows_its_unit_by_date(office: User) -> None:
    person = viewer_of(User.objects.create(username="x", role="liaison", unit_kind="petition", place=PLACE))
    event = entered(MERGER, office)
    kinds = [unit.kind.key for day in (BEFORE, AFTER) if (unit := selectors.own_unit(person, on=day))]
    assert kinds == ["petition", "social_work"]
    undone(event, office)
    assert (own := selectors.own_unit(person, on=AFTER)) is not None
    assert own.kind.key == "petition"


@pytest.mark.parametrize("used", ["duty", "account", "member", "alias"])
def test_a_new_unit_that_people_have_used_stays(office: User, used: str) -> None:
    event = entered(entry(Step("petition", "+0"), kind="rename", units=(NEW,)), office)
    key = event.made["kinds"]["+0"]
    reread_containing("网格治理局")
    if used == "duty":
        decide(Duty.objects.filter(kind=key), state=Duty.State.CONFIRMED, actor=office)
    elif used == "account":
        User.objects.create(username="x", unit_kind=key, place=PLACE)
    elif used == "member":
        MemberUnit.objects.create(kind_id=key, jurisdiction_id=PLACE, name="楚雄州网格治理局")
    else:
        UnitAlias.objects.create(kind_id=key, text="数管局", form="organ")
    because = {"duty": "1 条核对过的职责", "account": "1 个账号", "member": "1 处成员单位", "alias": "另外登记的 1 种写法"}[used]
    assert undoing.going(event)[0].because == (because,)
    event = undone(event, office)
    assert UnitKind.objects.filter(pk=key).exists()
    assert not Reform.objects.filter(successor=key).exists()
    again = actions.enter_again(event.public_key, seen=VocabularyStamp.current(), actor=office)
    assert again.made["kinds"] == {"+0": key}, "the unit that stayed is the one that takes"
    assert Reform.objects.filter(successor=key).count() == 1


def test_what_is_decided_after_the_preview_is_told_before_anything_goes(office: User) -> None:
    event = entered(entry(Step("petition", "+0"), kind="rename", units=(NEW,)), office)
    key = event.made["kinds"]["+0"]
    reread_containing("网格治理局")
    seen, shown = VocabularyStamp.current(), undoing.mark(undoing.going(event))
    decide(Duty.objects.filter(kind=key), state=Duty.State.CONFIRMED, actor=office)
    with pytest.raises(UseHasChanged, match="有人用到了这项改革登记的单位"):
        actions.undo(event.public_key, seen=seen, shown=shown, actor=office)
    assert Reform.objects.filter(successor=key).exists(), "nothing has been done"
    undone(event, office)
    assert UnitKind.objects.filter(pk=key).exists()


def test_what_is_decided_in_the_very_moment_is_told_too(office: User, monkeypatch: pytest.MonkeyPatch) -> None:
    event = entered(entry(Step("petition", "+0"), kind="rename", units=(NEW,)), office)
    key = event.made["kinds"]["+0"]
    reread_containing("网格治理局")

    def decided_meanwhile(units: list[undoing.Going]) -> str:
        decide(Duty.objects.filter(kind=key), state=Duty.State.CONFIRMED, actor=office)
        return "seen"

    monkeypatch.setattr(actions, "mark", decided_meanwhile)
    with pytest.raises(UseHasChanged):
        actions.undo(event.public_key, seen=VocabularyStamp.current(), shown="seen", actor=office)
    event.refresh_from_db()
    assert event.state == ReformEvent.State.IN_EFFECT
    assert Reform.objects.filter(successor=key).exists()


def test_what_lies_in_the_trash_goes_with_a_unit_that_nobody_has_decided_on(office: User) -> None:
    event = entered(entry(Step("petition", "+0"), kind="rename", units=(NEW,)), office)
    key = event.made["kinds"]["+0"]
    reread_containing("网格治理局")
    duty = Duty.objects.get(kind=key)
    body = Body.objects.create(name="领导小组", opinion=duty.opinion)
    Membership.objects.create(body=body, kind_id=key, written="网格治理局")
    bin_row = trashed(duty.opinion)
    assert [(unit.untouched, unit.because) for unit in undoing.going(event)] == [(1, ())]
    undone(event, office)
    assert not UnitKind.objects.filter(pk=key).exists()
    assert restore(bin_row, actor=office).duties.exists()


@pytest.mark.parametrize("touched", ["duty", "member"])
def test_what_people_decided_before_it_went_into_the_trash_keeps_the_unit(office: User, touched: str) -> None:
    event = entered(entry(Step("petition", "+0"), kind="rename", units=(NEW,)), office)
    key = event.made["kinds"]["+0"]
    reread_containing("网格治理局")
    duty = Duty.objects.get(kind=key)
    if touched == "duty":
        decide([duty], state=Duty.State.CONFIRMED, actor=office)
    else:
        body = Body.objects.create(name="领导小组", opinion=duty.opinion)
        Membership.objects.create(body=body, kind_id=key, written="网格治理局", origin=Membership.Origin.PERSON)
    trashed(duty.opinion)
    assert undoing.going(event)[0].because == ("1 条核对过的职责" if touched == "duty" else "1 处人工登记或改过的成员",)
    undone(event, office)
    assert UnitKind.objects.filter(pk=key).exists()
    assert Duty.with_trash.filter(pk=duty.pk).exists()


def test_a_reform_that_others_rest_on_stays_until_they_are_gone(office: User) -> None:
    first = entered(MERGER, office)
    later = dict.fromkeys(DATES, "2023-03-16")
    second = entered(entry(Step("social_work", "organization"), title="2023年机构改革", dates=later), office)
    with pytest.raises(BuiltUpon, match="“2023年机构改革”"):
        undone(first, office)
    assert numbers("organization", on=datetime.date(2024, 1, 1))[0] == 3
    undone(second, office)
    undone(first, office)
    assert numbers("social_work") == (0, 0)


def test_a_reform_that_uses_a_new_unit_rests_on_it(office: User) -> None:
    first = entered(entry(Step("petition", "+0"), kind="rename", units=(NEW,)), office)
    entered(entry(Step("science", first.made["kinds"]["+0"], ("数据",)), kind="transfer", title="后来的改革"), office)
    with pytest.raises(BuiltUpon, match="后来的改革"):
        undone(first, office)


def test_of_two_who_enter_the_same_the_second_is_told(office: User) -> None:
    seen = VocabularyStamp.current()
    actions.enter(MERGER, seen=seen, actor=office)
    with pytest.raises(SeenIsStale):
        actions.enter(MERGER, seen=seen, actor=office)
    with pytest.raises(ReformRefused, match="已经登记过（2018年机构改革）"):
        entered(MERGER, office)
    assert ReformEvent.objects.filter(with_release=False).count() == 1


def test_what_is_taken_back_is_not_taken_back_again(office: User) -> None:
    event = undone(entered(MERGER, office), office)
    with pytest.raises(StateHasChanged, match="刚才已被撤销"):
        undone(event, office)
    actions.enter_again(event.public_key, seen=VocabularyStamp.current(), actor=office)
    with pytest.raises(StateHasChanged, match="刚才已重新登记"):
        actions.enter_again(event.public_key, seen=VocabularyStamp.current(), actor=office)


def test_what_cannot_be_entered_again_is_told(office: User) -> None:
    event = undone(entered(MERGER, office), office)
    entered(entry(Step("petition", "organization"), title="另一项"), office)
    with pytest.raises(ReformRefused, match="已经整体转到“组织人事部门”（另一项）"):
        actions.enter_again(event.public_key, seen=VocabularyStamp.current(), actor=office)


@pytest.mark.parametrize("role", ["liaison", "leader", "system_admin", ""])
def test_nobody_else_enters(office: User, role: str) -> None:
    other = User.objects.create(username="other", role=role)
    with pytest.raises(actions.NotForYou):
        entered(MERGER, other)
    with pytest.raises(actions.NotForYou):
        undone(ReformEvent.objects.latest("pk"), other)


@pytest.mark.parametrize(
    ("tried", "said"),
    [
        (entry(Step("petition", "petition")), "不能由自己承接"),
        (entry(Step("government_legal", "petition")), "“政府法制部门”已经整体转到“司法行政机关”"),
        (entry(Step("petition", "intellectual_property")), "“知识产权部门”在这之前或者同一天已经整体转到“市场监督管理部门”"),
        (entry(Step("petition", "gone")), "“gone”已不在单位类别中"),
        (entry(Step("petition", "+0"), units=(NewUnit("公安机关"),)), "已有名为“公安机关”的单位"),
        (entry(Step("petition", "+0"), units=(NewUnit("治安部门", aliases=("公安局",)),)), "“公安局”已是“公安机关”的写法"),
        (entry(Step("petition", "social_work"), dates={}), "至少填写一个层级的日期"),
        (entry(Step("petition", "social_work"), title=""), "请填写改革名称"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_made(office: User, tried: object, said: str) -> None:
    before = state()
    with pytest.raises(ReformRefused, match=said):
        entered(tried, office)  # type: ignore[arg-type]
    assert state() == before


def test_a_way_of_writing_of_the_giver_stays_with_it(office: User) -> None:
    event = entered(entry(Step("petition", "+0"), kind="rename", units=(NewUnit("群众工作部门", aliases=("信访局",)),)), office)
    assert not UnitAlias.objects.filter(kind=event.made["kinds"]["+0"], text="信访局").exists()
    assert UnitAlias.objects.filter(kind="petition", text="信访局").exists()


def test_what_came_with_the_product_stands_in_events_and_stays_away_once_taken_back(office: User) -> None:
    events = ReformEvent.objects.filter(with_release=True)
    assert {event.title for event in events} == {"2018年党和国家机构改革", "2023年党和国家机构改革"}
    assert not Reform.objects.exclude(event__in=events).exists()
    event = events.get(title__startswith="2023")
    undone(event, office)
    assert not_yet_known().reforms == ()
    call_command("update_vocabulary")
    load_vocabulary()
    assert not Reform.objects.filter(predecessor="science").exists()
    actions.enter_again(event.public_key, seen=VocabularyStamp.current(), actor=office)
    row = Reform.objects.get(predecessor="science")
    assert (row.scope, row.function_words, row.county_on) == ("function", ["农村科技"], datetime.date(2023, 12, 31))


def test_the_days_of_single_steps_come_back_too(office: User) -> None:
    event = ReformEvent.objects.get(title__startswith="2018")
    before = state()
    undone(event, office)
    assert numbers("market_regulation", on=timezone.localdate()) == (0, 0)
    actions.enter_again(event.public_key, seen=VocabularyStamp.current(), actor=office)
    assert state() == before
    assert Reform.objects.get(predecessor="public_security").county_on is None


def test_levels_may_be_left_out(office: User) -> None:
    entered(entry(Step("petition", "social_work"), dates={Level.COUNTY: "2019-01-01"}), office)
    assert numbers("social_work") == (0, 0)
    assert numbers("social_work", "532301")[0] > 0
