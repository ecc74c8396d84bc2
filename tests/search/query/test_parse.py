"""Reading what people type."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.query.parse import LONGEST, InvalidQuery, parse
from search.query.plan import build
from search.types import Filters, UnitTerm

pytestmark = pytest.mark.django_db


def words(text: str) -> list[str]:
    return [idea.word for idea in parse(text).ideas]


def test_phrases_and_exclusions() -> None:
    parsed = parse("“查封车辆” 过户 -拍卖 不含“评估费”")
    assert parsed.phrases == ("查封车辆",)
    assert parsed.excluded == ("评估费", "拍卖")
    assert [idea.word for idea in parsed.ideas] == ["过户"]


def test_a_hyphen_inside_a_word_excludes_nothing() -> None:
    assert parse("2016-2018 工作纲要").excluded == ()


@pytest.mark.parametrize("written", ["滇高法发〔2015〕7号", "滇高法发[2015]7号", "滇高法发（２０１５）７号", "滇高法发 〔2015〕 第7号"])
def test_numbers_in_any_form_are_one_number(written: str) -> None:
    assert parse(f"{written} 的规定").numbers == ("滇高法发〔2015〕7号",)


def test_titles_are_sought_as_titles() -> None:
    assert parse("《关于车辆查控的通知》").titles == ("关于车辆查控的通知",)


@pytest.mark.parametrize(
    ("written", "kind"), [("国土局", "natural_resources"), ("税务", "tax"), ("警察", "public_security"), ("市场监督管理部门", "market_regulation")]
)
def test_units_by_any_name(written: str, kind: str) -> None:
    parsed = parse(f"{written} 协助")
    assert [unit for _word, unit in parsed.units] == [kind]
    (idea,) = [idea for idea in parsed.ideas if idea.unit]
    assert idea.names
    assert written not in idea.names


def test_places_by_full_name_and_short_ones_only_alone() -> None:
    places = {idea.word: idea.places for idea in parse("大姚县 车辆").ideas}
    assert places == {"大姚县": ("532326",), "车辆": ()}
    assert parse("昆明").ideas[0].places == ("530100",)
    assert not any(idea.places for idea in parse("和平解决纠纷").ideas)


def test_everyday_words_bring_official_ones() -> None:
    (idea,) = parse("法拍房").ideas
    assert "网络司法拍卖" in idea.synonyms or "司法拍卖" in idea.synonyms


def test_what_is_asked_by_saying_it_twice_is_one_word() -> None:
    assert words("能不能查他结没结婚") == words("结婚")
    assert words("交没交住房公积金") == words("交住房公积金")


def test_characters_that_stand_together_by_chance_are_no_word() -> None:
    found = {idea.word: idea.synonyms for idea in parse("怎么查对方名下有没有车和房").ideas}
    assert "车辆" in found["车"]
    assert "不动产" in next(synonyms for word, synonyms in found.items() if "房" in word)


def test_an_everyday_word_does_not_break_up_a_term() -> None:
    assert words("执行指挥中心") == ["执行指挥中心"]


def test_an_everyday_word_is_none_inside_an_official_word_or_one_of_questions() -> None:
    assert "不执行" in words("就是不执行")
    assert "不执行" not in words("拒不执行判决怎么处罚")
    assert "没有车" in words("他没有车")
    assert "没有车" not in words("他名下有没有车")


@pytest.mark.parametrize(
    ("written", "kind"), [("房产", ""), ("房产局", "housing_construction"), ("数据", ""), ("公司", ""), ("电信公司", "telecom"), ("公积金", "housing_fund")]
)
def test_a_thing_is_no_unit(written: str, kind: str) -> None:
    assert [idea.unit for idea in parse(f"{written} 查询").ideas][0] == kind


def test_the_court_tells_little_beside_other_ideas() -> None:
    def share(text: str) -> float:
        (found,) = [leaf.boost for group in build(parse(text), Filters(20240101)).groups for leaf in group.leaves if isinstance(leaf, UnitTerm)]
        return found

    assert share("法院 车辆") < share("公安 车辆")
    assert share("法院") == share("公安")


def test_words_of_questions_are_left_out_but_not_all_of_a_query() -> None:
    assert words("请问罚款怎么缴纳") == ["罚款", "缴纳"]
    assert words("怎么办") != []


def test_width_script_and_gaps_do_not_matter() -> None:
    assert words("強制執行 ＡＢ") == words("强制执行 ab")
    assert words("财 产 查 控") == words("财产查控")


def test_nothing_is_nothing_and_refusals_say_what_to_do() -> None:
    assert parse("").empty
    assert parse(" \x00 \u200b").empty
    for text, says in (("，。！？", "没有可以查找的文字"), ("\U0001f600", "没有可以查找的文字"), ("-拍卖", "只写了不要的词"), ("长" * (LONGEST + 1), "太长")):
        with pytest.raises(InvalidQuery, match=says):
            parse(text)


nasty = st.text(
    alphabet=st.sampled_from("公安局法院〔〕[]（）《》“”\"'-－不含2016１号第 \n\t\x00\ud800\u200b😀𠮷和AND(*?:\\~^车辆查封的吗"), max_size=80
) | st.text(max_size=300)


@given(nasty)
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_anything_typed_is_a_plan_or_a_refusal(text: str) -> None:
    try:
        parsed = parse(text)
    except InvalidQuery:
        return
    asked = build(parsed, Filters(20240101))
    assert parsed.empty or asked.groups or asked.required
