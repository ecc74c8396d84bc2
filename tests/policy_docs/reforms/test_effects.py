"""A preview says the numbers that the pages say afterwards."""

import datetime
import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from policy_docs.duties import narrowing, report, selectors
from policy_docs.duties.binding import Laid, Seat, Section, binds, binds_some
from policy_docs.reforms import undoing
from policy_docs.reforms.effects import Effects, effects
from policy_docs.reforms.entry import Entry, Step
from policy_docs.reforms.planning import plan
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.events import ReformEvent
from policy_docs.units.types import Level, Place, Reach
from policy_docs.units.vocabulary import Vocabulary
from tests.factories.reforms import NEW, PLACE, entered, entry, filled, officer

TODAY = datetime.date(2026, 11, 26)


@pytest.fixture(scope="module")
def store(keeping: Callable[[], AbstractContextManager[Path]]) -> None:
    with keeping() as folder:
        filled(folder)


@pytest.fixture
def office(store: None, db: None) -> User:
    return officer()


def told(what: Entry, office: User) -> Effects:
    planned = plan(what, current_vocabulary(), today=TODAY)
    return effects(planned.before, planned.after, planned.successions, viewer=viewer_of(office), today=TODAY)


def levels(found: Effects, number: int = 0) -> dict[str, tuple[int, int, int]]:
    return {row.label: (row.moving, row.maybe, row.staying) for row in found.moves[number].levels}


def test_duties_are_counted_on_each_level(office: User) -> None:
    found = told(entry(Step("petition", "social_work")), office)
    assert levels(found) == {"国家": (0, 0, 0), "省": (1, 0, 0), "市州": (3, 0, 0), "县区": (2, 0, 0)}
    assert [row.is_past for row in found.moves[0].levels] == [True] * 4
    some = told(entry(Step("petition", "social_work"), dates={Level.COUNTY: "2027-01-01"}), office)
    assert levels(some) == {"国家": (0, 0, 0), "省": (0, 0, 1), "市州": (0, 0, 3), "县区": (2, 0, 0)}
    assert not some.moves[0].levels[3].is_past


def test_a_function_leaves_all_but_what_speaks_of_it(office: User) -> None:
    found = told(entry(Step("petition", "natural_resources", ("规划",)), kind="transfer"), office)
    assert levels(found)["市州"] == (0, 1, 2)
    assert levels(found)["县区"] == (0, 0, 2)


def test_a_local_reform_counts_its_place_alone(office: User) -> None:
    found = told(entry(Step("petition", "social_work"), place="530100"), office)
    assert levels(found) == {"市州": (1, 0, 0), "县区": (1, 0, 0)}
    assert [(row.words, row.then) for row in found.found][:1] == [("信访部门", "昆明市委社会工作部")], "told where it holds, not where the reader sits"


def test_pages_say_what_was_told_and_go_back(office: User) -> None:
    what = entry(Step("petition", "social_work"), Step("government_legal", "social_work", ("规划",)), kind="new", title="试")
    found = told(what, office)
    assert {page.name: (page.now, page.then) for page in found.pages}["楚雄州委社会工作部"] == (0, 3)
    event = entered(what, office)
    for page in found.pages:
        kind, code = page.url.strip("/").split("/")[1:3]
        unit = selectors.load_unit(kind, code, on=page.on)
        rows = selectors.rows_for(unit, viewer=viewer_of(office))
        assert page.then == len(report.counted(rows, narrowing.Filters())), page.name
        assert page.maybe_then == sum(row.section is Section.TRANSFER and row.in_force for row in rows)
    back = current_vocabulary()
    touched = [item for item in back.reforms if item.event == event.public_key]
    undone = effects(back, undoing.without(back, event, undoing.going(event)), touched, viewer=viewer_of(office), today=TODAY)
    assert [(page.name, page.then, page.now) for page in undone.pages] == [(page.name, page.now, page.then) for page in found.pages]


def test_accounts_and_names_are_told(office: User) -> None:
    User.objects.create(username="x", display_name="张三", role="liaison", unit_kind="petition", place=PLACE)
    User.objects.create(username="y", display_name="李四", role="liaison", unit_kind="science", place=PLACE)
    found = told(entry(Step("petition", "+0"), kind="rename", units=(NEW,)), office)
    assert [(row.person, row.now, row.then, row.day) for row in found.accounts] == [("张三", "楚雄州信访局", "楚雄州网格治理局", datetime.date(2019, 1, 1))]
    assert ("信访部门", "楚雄州信访局", "楚雄州网格治理局") in {(row.words, row.now, row.then) for row in found.found}
    assert ("网格治理部门", "", "楚雄州网格治理局") in {(row.words, row.now, row.then) for row in found.found}
    assert [(unit.name, dict(unit.ways)["网格治理局"], unit.levels[0]) for unit in found.units] == [("网格治理部门", 1, ("市州", "〇〇网格治理局"))]


def test_what_is_unusual_is_remarked(office: User) -> None:
    dates = {Level.PROVINCE: "2019-01-01", Level.PREFECTURE: "2018-01-01", Level.COUNTY: "2030-01-01"}
    said = plan(entry(Step("petition", "+0"), kind="rename", units=(NEW,), dates=dates), current_vocabulary(), today=TODAY).remarks
    assert said == (
        "市州的日期早于省的日期，通常上级先改。请核对，确认无误可以继续。",
        "县区的日期还没有到（2030-01-01），到那一天才转移。",
        "“网格治理部门”没有填写省的名称，这些层级的页面上显示为“地名 + 单位类别名称”。",
    )


def test_the_events_of_the_product_are_previewed_too(office: User) -> None:
    event = ReformEvent.objects.get(title__startswith="2018")
    back = current_vocabulary()
    touched = [item for item in back.reforms if item.event == event.public_key]
    found = effects(back, undoing.without(back, event, []), touched, viewer=viewer_of(office), today=timezone.localdate())
    assert len(found.moves) == 11
    assert found.more_pages > 0


PLACES = (
    Place("1", "国", (), Level.COUNTRY, ""), Place("2", "甲省", (), Level.PROVINCE, "1"), Place("3", "乙省", (), Level.PROVINCE, "1"),
    Place("4", "丙州", (), Level.PREFECTURE, "2"), Place("5", "丁州", (), Level.PREFECTURE, "2"), Place("6", "戊县", (), Level.COUNTY, "4"),
    Place("7", "己县", (), Level.COUNTY, "4"), Place("8", "庚县", (), Level.COUNTY, "5"),
    Place("9", "辛州", (), Level.PREFECTURE, "3"), Place("A", "壬县", (), Level.COUNTY, "9"),
)  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_whom_words_bind_on_a_level_is_told_as_unit_by_unit(seed: int) -> None:
    chance, world = random.Random(seed), Vocabulary((), (), PLACES, ())
    by_code = world.places_by_code
    for _try in range(200):
        laid = Laid(
            chance.choice("123456789A"), chance.choice(list(Reach)), chance.choice(["", ",county,", ",county,prefecture,"]), chance.choice("123456789A")
        )
        level, within = chance.choice([Level.COUNTRY, Level.PROVINCE, Level.PREFECTURE, Level.COUNTY]), chance.choice(["", "2", "4", "6", "9"])
        seats = [place for place in PLACES if place.level is level and (not within or within in world.lineage(place.code))]
        truth = any(binds(laid, Seat(place.code, place.level, world.lineage(place.code)[:-1])) for place in seats)
        assert binds_some(laid, level, level_of=lambda code: by_code[code].level, lineage=world.lineage, within=within) is truth, (laid, level, within)


def test_the_page_of_a_preview_is_reached(office: User, client: object) -> None:
    found = told(entry(Step("petition", "social_work")), office)
    assert found.pages[0].url == reverse("policy_docs:unit", args=["social_work", PLACE])
