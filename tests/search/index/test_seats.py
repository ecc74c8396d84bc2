"""One unit as a choice of the search: what binds it, on its day, by the names in which texts write it; and what happens where the index answers otherwise."""

import datetime
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from cms.accounts.models import User
from cms.accounts.viewer import COORDINATION
from policy_docs.duties.models import Duty
from policy_docs.duties.selectors import load_unit
from policy_docs.opinions.models import Change
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.models import UnitKind
from search.compared import READERS, compare_unit, found, wanted
from search.engines.base import Engine
from search.index.indexer import drain
from search.index.rebuild import rebuild
from search.query.seats import seat_value
from tests.factories.reforms import officer
from tests.factories.search import opinion
from tests.policy_docs.reforms.test_former import BEFORE, COUNTY, MERGE, NOW, PLACE, confirmed
from tests.policy_docs.reforms.test_former import TEXT as REFORMED

pytestmark = pytest.mark.django_db
AFTER, BETWEEN = datetime.date(2024, 1, 1), datetime.date(2019, 2, 1)
TEXT = "楚政法发〔2019〕3号\n楚雄州关于协助查找车辆的实施意见\n一、职责\n（一）公安机关应当协助查找车辆。\n（二）县公安局牵头报送台账。\n（三）税务机关提供信息。\n"
SEAT = seat_value("public_security", PLACE)


@pytest.fixture
def store(site_engine: Engine, tmp_path: Path) -> Engine:
    cache.clear()
    opinion(tmp_path, "a", TEXT)
    rebuild(site_engine)
    return site_engine


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create(username="l", role="liaison", unit_kind="public_security", place=PLACE))
    return client


@pytest.mark.parametrize("on", [BEFORE, BETWEEN, AFTER])
def test_former_units_stand_apart_in_the_index_as_on_their_pages(
    site_engine: Engine, client: Client, tmp_path: Path, on: datetime.date, monkeypatch: pytest.MonkeyPatch
) -> None:
    opinion(tmp_path, "reformed", REFORMED)
    client.force_login(officer(), backend="django.contrib.auth.backends.ModelBackend")
    confirmed(client, "merge", MERGE)
    monkeypatch.setattr("search.index.indexer.today", lambda: on)
    rebuild(site_engine)
    counted = {}
    for kind in (NOW, *UnitKind.objects.filter(read_as=NOW).values_list("pk", flat=True)):
        for code in (PLACE, COUNTY):
            for viewer in READERS:
                unit = load_unit(kind, code, on=on)
                counted[kind, code] = found(site_engine, unit, viewer)
                assert counted[kind, code] == wanted(unit, viewer), (kind, code, viewer)
    assert len(counted[NOW, PLACE]) == (1 if on == BEFORE else 4)
    assert (len(counted[NOW, COUNTY]) == 4) == (on == AFTER), "each level has its own day"


def test_the_page_of_results_shows_what_binds_the_own_unit(store: Engine, staff: Client) -> None:
    page = staff.get("/search/", {"unit": SEAT, "in": "duty"}).content.decode()
    assert f'<option value="{SEAT}" selected>我的单位：楚雄州公安局</option>' in page
    assert "1 条职责" in page
    assert "协助查找车辆" in page
    assert "县公安局牵头" not in page
    assert "楚雄州公安局（含上级文件）" in page
    assert "2 条职责" in staff.get("/search/", {"unit": "public_security", "in": "duty"}).content.decode()
    other = staff.get("/search/", {"unit": seat_value("public_security", COUNTY), "q": "台账"}).content.decode()
    assert "县公安局牵头报送" in other.replace('<mark class="hit">', "").replace("</mark>", "")


@pytest.mark.parametrize("value", ["public_security@999999", "nobody@532300", "public_security@", "@members@532300"])
def test_a_unit_that_is_not_there_finds_nothing_and_breaks_nothing(store: Engine, staff: Client, value: str) -> None:
    answer = staff.get("/search/", {"unit": value, "in": "clause", "q": "车辆"})
    assert answer.status_code == 200
    assert ("0 个条款" in answer.content.decode()) == (value != "public_security@"), "what no address can mean is passed over"


def test_where_the_index_differs_the_database_answers_and_the_document_is_written_again(
    store: Engine, staff: Client, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: object
) -> None:
    Change.objects.all().delete()
    Duty.objects.filter(kind="tax").update(kind="public_security")  # past save(): nothing tells the index
    page = staff.get("/search/", {"unit": SEAT, "in": "duty", "valid": "in_force"}).content.decode()
    assert "以下由数据库直接查得" in page
    assert "没有遗漏" in page
    assert "2 条职责" in page
    assert [change.item for change in Change.objects.all()] == [Change.Item.OPINION]
    assert "search_drift" in caplog.text
    drain(store)
    again = staff.get("/search/", {"unit": SEAT, "in": "duty", "valid": "in_force"}).content.decode()
    assert "以下由数据库直接查得" not in again
    assert "2 条职责" in again


def test_the_page_of_a_unit_has_the_index_compared_once_in_a_while(store: Engine, staff: Client) -> None:
    Change.objects.all().delete()
    address = reverse("policy_docs:unit", args=["public_security", PLACE])
    assert staff.get(address).status_code == 200
    assert not Change.objects.exists(), "nothing differs"
    Duty.objects.filter(kind="tax").update(kind="public_security")
    staff.get(address)
    assert not Change.objects.exists(), "it was compared just now"
    cache.clear()
    assert "2 条" in staff.get(address).content.decode()
    assert Change.objects.count() == 1
    assert compare_unit(store, "public_security", PLACE) == [], "what waits in the outbox is no fault"


def test_all_units_of_a_store_are_found_as_listed(store: Engine) -> None:
    for kind in current_vocabulary().kinds:
        unit = load_unit(kind.key, PLACE, on=AFTER)
        assert found(store, unit, COORDINATION) == wanted(unit, COORDINATION), kind.key
