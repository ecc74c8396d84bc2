"""Succession resolution: dates by level, places, chains; what cannot be true at once."""

import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_docs.units.successions import FUNCTION, WHOLE, Fault, Later, begun, heir_at, heirs, moved, out_of_order, problems, taken_over
from policy_docs.units.types import Level, Place
from policy_docs.units.vocabulary import Kind, Succession, Vocabulary, load_default

DAYS = {Level.COUNTRY: "2018-03-21", Level.PROVINCE: "2018-11-01", Level.PREFECTURE: "2019-01-01", Level.COUNTY: "2019-03-31"}
COUNTRY, PROVINCE, PREFECTURE, OTHER, COUNTY, TOWN = "100000", "530000", "532300", "530100", "532301", "532301100"
CODES = {COUNTRY: [COUNTRY], PROVINCE: [COUNTRY, PROVINCE], PREFECTURE: [COUNTRY, PROVINCE, PREFECTURE], COUNTY: [COUNTRY, PROVINCE, PREFECTURE, COUNTY]}
PLACES = (
    Place(COUNTRY, "全国", (), Level.COUNTRY, ""),
    Place(PROVINCE, "甲省", (), Level.PROVINCE, COUNTRY),
    Place(PREFECTURE, "乙州", (), Level.PREFECTURE, PROVINCE),
    Place(OTHER, "丙市", (), Level.PREFECTURE, PROVINCE),
    Place(COUNTY, "丁县", (), Level.COUNTY, PREFECTURE),
    Place(TOWN, "戊镇", (), Level.TOWNSHIP, COUNTY),
)


def step(old: str, new: str, *words: str, place: str = "", **dates: str) -> Succession:
    days = {Level(level): day for level, day in dates.items()} or DAYS
    return Succession(old, new, FUNCTION if words else WHOLE, words, days, "试", place)


def world(*reforms: Succession) -> Vocabulary:
    keys = {key for item in reforms for key in (item.predecessor, item.successor)}
    return Vocabulary(tuple(Kind(key, key, "", is_group=False, is_open=False, is_vertical=False, names={}) for key in sorted(keys)), (), PLACES, reforms)


def kinds(key: str, reforms: list[Succession], level: Level, on: str, code: str = PREFECTURE) -> set[str]:
    return taken_over(key, begun(reforms, level=level, codes=CODES[code], on=on))


def functions(key: str, reforms: list[Succession], level: Level, on: str) -> dict[str, tuple[str, ...]]:
    held = begun(reforms, level=level, codes=CODES[PREFECTURE], on=on)
    return moved(taken_over(key, held), held, level=level)


@pytest.mark.parametrize("level", DAYS)
def test_a_merger_holds_on_each_level_from_its_own_day(level: Level) -> None:
    merger = [step("a", "c"), step("b", "c")]
    day = datetime.date.fromisoformat(DAYS[level])
    assert kinds("c", merger, level, (day - datetime.timedelta(1)).isoformat()) == {"c"}
    assert kinds("c", merger, level, day.isoformat()) == {"a", "b", "c"}
    assert kinds("a", merger, level, "2030-01-01") == {"a"}, "the unit that ended has what it had"


def test_a_level_without_a_day_is_not_reached() -> None:
    reform = [step("a", "b", country="2018-03-21")]
    assert kinds("b", reform, Level.COUNTRY, "2030-01-01") == {"a", "b"}
    assert kinds("b", reform, Level.COUNTY, "2030-01-01") == {"b"}


def test_a_township_follows_its_county() -> None:
    vocabulary = world(step("a", "b"))
    assert heir_at(vocabulary, "a", TOWN, "2019-03-30") == "a"
    assert heir_at(vocabulary, "a", TOWN, "2019-03-31") == "b"


def test_a_split_gives_functions_and_the_rest_to_one() -> None:
    split = [step("a", "b"), step("a", "c", "征收"), step("a", "d", "监测", "普查")]
    assert kinds("b", split, Level.COUNTY, "2020-01-01") == {"a", "b"}
    assert functions("c", split, Level.COUNTY, "2020-01-01") == {"a": ("征收",)}
    assert functions("d", split, Level.COUNTY, "2020-01-01") == {"a": ("监测", "普查")}
    assert functions("d", split, Level.COUNTY, "2019-01-01") == {}
    assert heirs("a", split) == ("b",)


def test_a_transfer_leaves_the_giver_its_duties() -> None:
    transfer = [step("a", "b", "规划")]
    assert kinds("b", transfer, Level.COUNTRY, "2020-01-01") == {"b"}
    assert heirs("a", transfer) == ("a",)


def test_a_chain_reaches_through_each_level_by_its_own_days() -> None:
    chain = [step("a", "b"), step("b", "c", country="2023-03-16", county="2023-12-31")]
    assert kinds("c", chain, Level.COUNTRY, "2023-03-15") == {"c"}
    assert kinds("c", chain, Level.COUNTRY, "2023-03-16") == {"a", "b", "c"}
    assert kinds("c", chain, Level.COUNTY, "2023-12-30") == {"c"}
    assert kinds("c", chain, Level.PREFECTURE, "2030-01-01") == {"c"}
    vocabulary = world(*chain)
    assert [heir_at(vocabulary, "a", COUNTY, day) for day in ("2019-03-30", "2019-03-31", "2023-12-31")] == ["a", "b", "c"]
    assert heir_at(vocabulary, "a", PREFECTURE, "2030-01-01") == "b"


def test_what_the_giver_had_taken_over_gives_the_function_too() -> None:
    chain = [step("a", "b"), step("b", "c", "规划", country="2023-03-16")]
    assert functions("c", chain, Level.COUNTRY, "2023-03-16") == {"a": ("规划",), "b": ("规划",)}
    late = [step("b", "c", "规划", country="2018-03-21"), step("a", "b", country="2023-03-16")]
    assert functions("c", late, Level.COUNTRY, "2024-01-01") == {"b": ("规划",)}, "what came after the function had left"


def test_a_local_reform_holds_in_its_place_and_below() -> None:
    reform = [step("a", "b", place=PREFECTURE)]
    assert kinds("b", reform, Level.COUNTY, "2020-01-01", COUNTY) == {"a", "b"}
    assert kinds("b", reform, Level.PROVINCE, "2020-01-01", PROVINCE) == {"b"}
    vocabulary = world(*reform)
    assert heir_at(vocabulary, "a", OTHER, "2020-01-01") == "a"
    later = Later(vocabulary, "2020-01-01")
    assert (later.of("a", COUNTY), later.of("a", OTHER), later.of("a", COUNTRY), later.of("a", "")) == (("b",), (), (), ())


def test_search_finds_the_successor_once_any_level_has_changed() -> None:
    chain = world(step("a", "b"), step("b", "c", county="2023-12-31"))
    assert Later(chain, "2018-03-20").of("a", COUNTY) == ()
    assert Later(chain, "2018-03-21").of("a", COUNTY) == ("b",)
    assert Later(chain, "2024-01-01").of("a", "") == ("b", "c")


def test_two_heirs_are_no_heir() -> None:
    reform = [step("a", "b"), step("a", "c")]
    assert heirs("a", reform) == ("b", "c")
    assert heir_at(world(*reform), "a", COUNTY, "2020-01-01") == "a"
    assert heir_at(world(*reform), "a", "", "2020-01-01") == "a"


def faults(new: list[Succession], held: list[Succession]) -> list[Fault]:
    return [problem.fault for problem in problems(new, held, world(*new, *held).lineage)]


@pytest.mark.parametrize(
    ("new", "held", "fault"),
    [
        ([step("a", "a")], [], Fault.SELF),
        ([step("a", "b")], [step("a", "b")], Fault.TWICE),
        ([step("a", "b", "规划", "测绘")], [step("a", "b", "规划")], Fault.TWICE),
        ([step("a", "b"), step("a", "b")], [], Fault.TWICE),
        ([step("a", "c")], [step("a", "b")], Fault.HAS_HEIR),
        ([step("a", "c", "规划", country="2020-01-01")], [step("a", "b")], Fault.GIVER_GONE),
        ([step("c", "a", country="2020-01-01")], [step("a", "b")], Fault.TAKER_GONE),
        ([step("b", "a", "规划", country="2020-01-01")], [step("a", "b")], Fault.TAKER_GONE),
        ([step("b", "a")], [step("a", "b")], Fault.CYCLE),
        ([step("c", "a", country="2017-01-01")], [step("a", "b", country="2018-01-01"), step("b", "c", country="2019-01-01")], Fault.CYCLE),
        ([step("a", "b", country="2018-01-01")], [step("a", "c", "规划", country="2019-01-01")], Fault.STILL_USED),
        ([step("a", "b", country="2018-01-01")], [step("c", "a", country="2019-01-01")], Fault.STILL_USED),
    ],
)  # fmt: skip
def test_what_cannot_be_true_is_told(new: list[Succession], held: list[Succession], fault: Fault) -> None:
    assert faults(new, held) == [fault]


@pytest.mark.parametrize(
    ("new", "held"),
    [
        ([step("a", "b", county="2019-01-01")], [step("a", "c", country="2018-01-01")]),  # another level
        ([step("a", "b", place=PREFECTURE)], [step("a", "c", place=OTHER)]),  # another place
        ([step("b", "c", country="2023-01-01")], [step("a", "b", country="2018-01-01")]),  # a chain
        ([step("a", "b", country="2018-01-01")], [step("b", "c", country="2023-01-01")]),  # its first step entered late
        ([step("a", "c", "测绘")], [step("a", "c", "规划")]),  # another function
        ([step("a", "b"), step("a", "c", "规划")], []),  # a split on one day
        ([step("b", "a", "测绘")], [step("a", "b", "规划")]),  # functions go both ways
    ],
)  # fmt: skip
def test_what_can_be_true_is_let_in(new: list[Succession], held: list[Succession]) -> None:
    assert faults(new, held) == []


def test_what_the_product_brings_can_be_true() -> None:
    found = load_default()
    assert problems(found.reforms, [], found.lineage) == []
    assert [pair for item in found.reforms for pair in out_of_order(item.dates)] == []


def test_days_against_the_order_of_levels_are_named() -> None:
    dates = {Level.COUNTRY: "2018-03-21", Level.PROVINCE: "2018-01-01", Level.COUNTY: "2018-02-01"}
    assert list(out_of_order(dates)) == [(Level.PROVINCE, Level.COUNTRY)]


KEYS = [f"k{number}" for number in range(6)]
SPANS = st.fixed_dictionaries({}, optional={level: st.dates(datetime.date(2015, 1, 1), datetime.date(2025, 1, 1)).map(str) for level in DAYS}).filter(bool)
STEPS = st.builds(
    lambda old, new, words, dates, place: Succession(old, new, FUNCTION if words else WHOLE, tuple(words), dates, "试", place),
    st.sampled_from(KEYS), st.sampled_from(KEYS), st.lists(st.sampled_from(["规划", "测绘"]), unique=True), SPANS, st.sampled_from(["", PREFECTURE, OTHER]),
)  # fmt: skip


@given(st.lists(STEPS, max_size=8), st.sampled_from(list(DAYS)), st.dates(datetime.date(2014, 1, 1), datetime.date(2026, 1, 1)).map(str))
def test_whatever_is_let_in_resolves_without_a_contradiction(tried: list[Succession], level: Level, on: str) -> None:
    """Enter steps one by one, those that are refused left out: then nobody's duties are with two units, no unit stands in a ring, chains go forward in
    time, and who holds a unit's duties is told alike from both ends."""
    lineage = world(*tried).lineage
    held: list[Succession] = []
    for item in tried:
        if not problems([item], held, lineage):
            held.append(item)
    here = begun(held, level=level, codes=CODES[PREFECTURE], on=on)
    for key in KEYS:
        ends = heirs(key, here)
        assert len(ends) == 1
        assert key in taken_over(ends[0], here)
        assert heirs(ends[0], here) == ends
    for item in here:
        if item.scope == WHOLE:
            assert item.successor not in taken_over(item.predecessor, here)
            following = [other.dates[level] for other in here if other.scope == WHOLE and other.predecessor == item.successor]
            assert all(item.dates[level] < day for day in following)
    for key in KEYS:
        own = taken_over(key, here)
        assert not moved(own, here, level=level).keys() & own


@given(st.lists(STEPS, max_size=8), st.sampled_from(list(DAYS)))
def test_what_has_moved_stays_moved(tried: list[Succession], level: Level) -> None:
    for day, later in pairwise(["2014-06-01", "2018-06-01", "2021-06-01", "2026-06-01"]):
        for key in KEYS:
            assert taken_over(key, begun(tried, level=level, codes=CODES[COUNTY], on=day)) <= taken_over(
                key, begun(tried, level=level, codes=CODES[COUNTY], on=later)
            )
