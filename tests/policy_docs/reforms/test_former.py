"""The reform of 2018 as an officer enters it: the organs of before stand apart until their day, by the names in which texts write them."""

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from cms.accounts.models import User
from cms.accounts.viewer import COORDINATION
from policy_docs.duties import narrowing, report, selectors
from policy_docs.duties.actions import decide
from policy_docs.duties.binding import Section
from policy_docs.duties.models import Duty
from policy_docs.importing.run import run
from policy_docs.reforms import actions, undoing
from policy_docs.units.aliases import current_vocabulary, load_vocabulary
from policy_docs.units.events import ReformEvent
from policy_docs.units.former import former_unit
from policy_docs.units.models import Reform, UnitAlias, UnitKind, VocabularyStamp
from policy_docs.units.vocabulary import former_units, load_default
from tests.factories.reforms import PLACE, PROVINCE, officer

pytestmark = pytest.mark.django_db
NOW, BEFORE, COUNTY = "market_regulation", datetime.date(2018, 12, 31), "532323"
AFTER = datetime.date(2019, 1, 1)
DATES = {"country_on": "2018-03-21", "province_on": "2018-11-01", "prefecture_on": "2019-01-01", "county_on": "2019-03-31"}
MERGE = {
    "title": "2018年机构改革", "givers": "3", "takers": "1", "g0-unit": "工商行政管理局", "g1-unit": "质监局", "g2-unit": "食品药品监督管理局",
    "t0-mode": "known", "t0-unit": "市场监督管理局", **DATES,
}  # fmt: skip
TEXT = (
    "楚政法发〔2016〕8号\n中共楚雄州委政法委员会\n关于协作的意见\n一、职责\n（一）工商局应当协助查询企业登记。\n（二）州质监局应当通报检验结果。\n"
    "（三）工商、质监、食药监等部门应当建立台账。\n（四）市场监管部门应当公示信息。\n（五）各县市食药监局应当报送名单。\n2016年5月3日\n"
)


@pytest.fixture(scope="module")
def store(keeping: Callable[[], AbstractContextManager[Path]]) -> None:
    with keeping() as folder:
        (folder / "a.txt").write_text(TEXT, encoding="utf-8")
        list(run([folder / "a.txt"], actor=None))


@pytest.fixture
def office(store: None, client: Client) -> Client:
    client.force_login(officer(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def shown(client: Client, kind: str, answers: dict[str, str], verb: str = "preview") -> tuple[int, str]:
    more = {"seen": str(VocabularyStamp.current())} if verb == "confirm" else {}
    answer = client.post(f"{reverse('policy_docs:reform_enter')}?kind={kind}", {**answers, "verb": verb, **more})
    return answer.status_code, answer.content.decode()


def confirmed(client: Client, kind: str, answers: dict[str, str]) -> ReformEvent:
    status, page = shown(client, kind, answers)
    assert (status, "还没有登记。" in page) == (200, True), page
    assert shown(client, kind, answers, "confirm")[0] == 302
    return ReformEvent.objects.latest("pk")


def number(kind: str, on: datetime.date, code: str = PLACE) -> int:
    return len(report.counted(selectors.rows_for(selectors.load_unit(kind, code, on=on), viewer=COORDINATION), narrowing.Filters()))


def by_name() -> dict[str, str]:
    return dict(UnitKind.objects.filter(read_as=NOW).values_list("name", "pk"))


def stored() -> tuple[object, ...]:
    return sorted(Duty.objects.values_list("pk", "kind", "clause", "state")), sorted(UnitAlias.objects.values_list("kind", "text", "form"))


def test_the_organs_of_before_stand_apart_until_their_day_and_nothing_stored_changes(office: Client) -> None:
    decide(Duty.objects.filter(kind=NOW), state=Duty.State.CONFIRMED, actor=User.objects.get(username="李静"))
    before, whole = stored(), number(NOW, AFTER)
    assert (whole, number(NOW, BEFORE)) == (4, 4)
    event = confirmed(office, "merge", MERGE)
    units = by_name()
    assert set(units) == {"工商行政管理部门", "质量技术监督部门", "食品药品监督管理部门"}
    assert {name: number(key, BEFORE) for name, key in units.items()} == {"工商行政管理部门": 2, "质量技术监督部门": 2, "食品药品监督管理部门": 1}
    assert (number(NOW, BEFORE), number(NOW, AFTER)) == (1, whole)
    assert stored() == before
    county = {name: number(key, datetime.date(2019, 3, 30), COUNTY) for name, key in units.items()}
    assert county == {"工商行政管理部门": 2, "质量技术监督部门": 1, "食品药品监督管理部门": 2}, "each level has its own day"
    assert number(NOW, datetime.date(2019, 3, 31), COUNTY) == 4
    address = reverse("policy_docs:reform_undo", args=[event.public_key])
    preview = office.get(address)
    assert "1 → <b>4</b>" in preview.content.decode()
    assert office.post(address, {name: preview.context[name] for name in ("seen", "shown")}).status_code == 302
    assert (number(NOW, BEFORE), by_name(), Reform.objects.filter(event=event).count()) == (4, {}, 0)
    assert stored() == before
    actions.enter_again(event.public_key, seen=VocabularyStamp.current(), actor=User.objects.get(username="李静"))
    assert number(NOW, BEFORE) == 1


def test_the_pages_tell_where_the_duties_of_the_day_are(office: Client) -> None:
    status, page = shown(office, "merge", MERGE)
    assert status == 200
    assert "4 → <b>1</b>" in page
    assert "0 → <b>2</b>" in page
    assert "改革日期以前列在工商行政管理部门的页面" in page
    event = confirmed(office, "merge", MERGE)
    unit = reverse("policy_docs:unit", args=[NOW, PLACE])
    then = office.get(f"{unit}?on=2018-12-31").content.decode()
    assert "楚雄州工商行政管理局" in then
    assert "它们的职责在各自的页面" in then
    assert "1 条职责，出自 1 份文件" in then
    now = office.get(unit).content.decode()
    assert "它们的职责在各自的页面" not in now
    assert "楚雄州工商行政管理局</a>" in now, "among those that have come"
    old = reverse("policy_docs:unit", args=[by_name()["工商行政管理部门"], PLACE])
    assert "自2019年1月1日起，楚雄州工商行政管理局的职责由" in office.get(f"{old}?on=2018-12-31").content.decode()
    assert "2 条职责" in office.get(f"{old}?on=2018-12-31").content.decode()
    assert "2 条职责" in office.get(old).content.decode()
    assert f"{reverse('policy_docs:review')}?kind={NOW}&amp;" in office.get(old).content.decode()
    assert "质监" not in office.get(f"{old}?on=2018-12-31").content.decode().partition("<dt>文件中写作</dt>")[2].partition("</dd>")[0]
    assert "2 条" in office.get(reverse("policy_docs:unit_csv", args=[by_name()["工商行政管理部门"], PLACE]) + "?on=2018-12-31").content.decode("utf-8-sig")
    assert unit in office.get(reverse("policy_docs:units") + "?q=工商局").content.decode(), "an old name leads to the unit of today"
    assert unit in office.get("/search/?q=工商局").content.decode()
    assert "工商行政管理部门" in office.get(reverse("policy_docs:reforms") + "?q=工商局").content.decode()
    like = office.get(f"{reverse('policy_docs:reform_enter')}?like={event.public_key}").content.decode()
    assert 'value="工商行政管理部门"' in like
    status, page = shown(office, "merge", {**MERGE, "title": "又一次"})
    assert (status, "已经登记过" in page) == (422, True)


@pytest.mark.parametrize(("kind", "more"), [("rename", {"t0-name": "市场监督管理局"}), ("merge", {"t0-mode": "new", "t0-name": "市场监督管理局"})])
def test_a_new_name_that_the_store_knows_is_no_new_unit(office: Client, kind: str, more: dict[str, str]) -> None:
    answers = {**MERGE, "givers": "1", **more}
    assert "不另建单位" in shown(office, kind, answers)[1]
    confirmed(office, kind, answers)
    assert number(by_name()["工商行政管理部门"], BEFORE) == 2
    assert number(NOW, BEFORE) == 3, "what names another organ of before stays with the unit that its name is read as"
    assert number(NOW, AFTER) == 4


def test_a_function_leaves_a_former_unit(office: Client) -> None:
    confirmed(office, "merge", MERGE)
    confirmed(office, "transfer", {**MERGE, "givers": "1", "g0-words": "建立台账 登记", "t0-unit": "商务局", "title": "登记划转"})
    assert Reform.objects.get(successor="commerce", predecessor=by_name()["工商行政管理部门"]).scope == "function"
    rows = selectors.rows_for(selectors.load_unit("commerce", PLACE, on=AFTER), viewer=COORDINATION)
    assert [row.section for row in rows] == [Section.TRANSFER] * 2
    assert (number(by_name()["工商行政管理部门"], BEFORE), number(NOW, AFTER)) == (2, 4)


def test_an_old_name_that_gives_to_another_unit_is_the_organ_of_today(office: Client) -> None:
    event = confirmed(office, "transfer", {**MERGE, "givers": "1", "g0-words": "登记", "t0-unit": "商务局", "title": "登记划转"})
    assert [item.predecessor_id for item in Reform.objects.filter(event=event)] == [NOW]
    assert number(NOW, BEFORE) == number(NOW, AFTER) == 4


def test_a_local_reform_sets_apart_in_its_place_alone(office: Client) -> None:
    confirmed(office, "merge", {**MERGE, "place": "双柏县"})
    assert number(NOW, BEFORE) == 4
    assert number(NOW, BEFORE, "532322") == 1
    assert number(NOW, BEFORE, COUNTY) == 4


def test_a_former_unit_that_people_use_stays_without_standing_apart(office: Client) -> None:
    event = confirmed(office, "merge", MERGE)
    key = by_name()["工商行政管理部门"]
    User.objects.create(username="x", unit_kind=key, place=PLACE)
    preview = undoing.going(event)
    actions.undo(event.public_key, seen=VocabularyStamp.current(), shown=undoing.mark(preview), actor=User.objects.get(username="李静"))
    assert by_name() == {"工商行政管理部门": key}
    assert number(NOW, BEFORE) == 4


def test_pages_of_today_ask_nothing_more(office: Client, django_assert_num_queries: object) -> None:
    confirmed(office, "merge", MERGE)
    unit = selectors.load_unit(NOW, PLACE, on=AFTER)
    assert not unit.apart
    with django_assert_num_queries(2):  # type: ignore[operator]
        selectors.rows_for(unit, viewer=COORDINATION)


def test_every_listed_organ_of_before_is_known_by_a_name_of_its_own() -> None:
    load_vocabulary()
    assert PROVINCE in current_vocabulary().places_by_code
    hosts = dict.fromkeys(line.split("\t")[0] for line in Path("policy_docs/units/data/former.tsv").read_text(encoding="utf-8").splitlines() if line[0] != "#")
    for host in [key for key in hosts if key != "read_as"]:
        for listed in former_units(host):
            found = former_unit(load_default(), host, listed.name)
            assert found is not None, listed.name
            assert (found.name, bool(found.written)) == (listed.name, True)
