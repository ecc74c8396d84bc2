"""Everyday ways of speaking whose parts stand apart in a question."""

import datetime
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cms.accounts.models import Role, User
from cms.accounts.viewer import COORDINATION
from search.engines.base import Engine
from search.index.rebuild import rebuild
from search.query.correct import correct
from search.query.names import known_names
from search.query.offered import finding_of
from search.query.parse import Idea, parse
from search.query.plan import build
from search.query.service import Why, from_database, search
from search.query.why import reasons
from search.types import Filters, Item, SearchQuery, Term, Together
from search.words.apart import Apart, Said, said_apart
from search.words.models import EverydayWord
from search.words.store import current_words
from search.words.table import Words
from tests.factories.search import opinion

WAYS = (Apart.of("法院/执行局+钱/款+没给/没打给"), Apart.of("房子+老婆/老公+名下"), Apart.of("告+判刑"))
ON = datetime.date(2024, 6, 1)


def nowhere(_start: int, _end: int) -> bool:
    return False


def said(text: str, ways: tuple[Apart, ...] = WAYS, official: frozenset[str] = frozenset()) -> list[tuple[str, ...]]:
    found = said_apart(text, ways, nowhere, nowhere, official.__contains__)
    return [tuple(text[start:end] for start, end in one.spans) for one in found]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("法院收了钱一直没打给我", ("法院", "钱", "没打给")), ("钱交了 执行局没给", ("钱", "执行局", "没给")), ("法院没给", None), ("法院的钱", None),
        ("他名下没有，房子在老婆那里", ("名下", "房子", "老婆")), ("我去告，要他判刑", ("告", "判刑")),
    ],
)  # fmt: skip
def test_all_parts_in_any_order_whatever_stands_between(text: str, parts: tuple[str, ...] | None) -> None:
    assert said(text) == ([parts] if parts else [])


def test_the_longer_way_of_writing_and_each_place_once() -> None:
    assert said("钱没打给", (Apart.of("钱+打/没打给"),)) == [("钱", "没打给")]
    assert said("名下名下", (Apart.of("名下+名下"),)) == [("名下", "名下")]
    assert said("名下", (Apart.of("名下+名下"),)) == []


def test_what_says_most_in_everyday_words_comes_first() -> None:
    ways = (Apart.of("被执行人+藏"), Apart.of("账本+藏"))
    assert said("被执行人把账本藏了", ways) == [("被执行人", "藏")]
    assert said("被执行人躲藏", ways[:1], frozenset({"被执行人", "藏"})) == []  # nothing everyday was said
    assert said("被执行人把账本藏了", ways, frozenset({"被执行人"})) == [("账本", "藏")]


@given(st.text("法院钱没给打房子老婆名下告判刑 ，", max_size=40))
def test_no_character_is_said_twice(text: str) -> None:
    found = said_apart(text, WAYS, nowhere, nowhere, lambda _part: False)
    taken = [at for one in found for start, end in one.spans for at in range(start, end)]
    assert len(taken) == len(set(taken))
    for one in found:
        (way,) = [way for way in WAYS if way.word == one.word]
        written = [text[start:end] for start, end in one.spans]
        assert all(any(word in part for word in written) for part in way.parts)
        assert len(written) == len(way.parts)
        assert isinstance(one, Said)


def with_words(*rows: tuple[str, str]) -> Words:
    return Words({word: tuple(official.split("|")) for word, official in rows})


def ideas(text: str, *rows: tuple[str, str]) -> dict[str, Idea]:
    return {idea.word: idea for idea in parse(text, with_words(*rows)).ideas}


@pytest.mark.django_db
class TestParsed:
    """What a question with such words is taken for."""

    ROW = ("法院/法官+钱/款+没给/没打给", "执行案款")

    def test_it_is_one_idea_and_units_stay(self) -> None:
        found = ideas("法院收了钱，一直没打给我", self.ROW, ("钱", "存款"))
        assert list(found)[0] == "法院…钱…没打给"
        assert found["法院…钱…没打给"].synonyms == ("执行案款",)
        assert found["法院"].unit == "court"
        assert "钱" not in found

    def test_what_is_official_is_sought_by_itself_too(self) -> None:
        found = ideas("车被查封了还在路上跑", ("查封+路上", "查扣"), ("封条", "查封"))
        assert found["查封…路上"].synonyms == ("查扣",)
        assert "查封" in found

    def test_a_piece_of_an_official_word_or_of_a_unit_is_no_part(self) -> None:
        row = ("房产/告+查询", "不动产")
        assert ideas("房产局 查询", row)["房产局"].unit == "housing_construction"
        assert "房产…查询" in ideas("房产在哪查询", row)
        assert not any(idea.apart for idea in ideas("报告财产 查询", row, ("申报", "报告财产")).values())

    def test_a_piece_of_two_words_is_no_part(self) -> None:
        row = ("请人/作保+执行", "辅助事务")
        for text in ("申请人民法院执行", "被申请人 执行", "加强工作保障 执行"):
            assert not any(idea.apart for idea in ideas(text, row, ("申请者", "申请人|被申请人")).values()), text
        assert "请人…执行" in ideas("能不能请人去执行", row)

    def test_an_everyday_word_that_reaches_into_an_official_one_is_not_around_it(self) -> None:
        assert "担保人" in ideas("担保人跑了，房子没给", ("跑+没给", "规避执行"), ("人跑了", "下落不明"), ("保人", "担保人"))

    def test_a_single_part_meets_nothing(self) -> None:
        (group,) = build(parse("会议要开几次碰头", with_words(("会议+碰头", "联席会议"))), Filters(20240601)).groups[:1]
        typed = [leaf for leaf in group.leaves if isinstance(leaf, Together)]
        assert [len(leaf.leaves) for leaf in typed] == [2]
        assert not any(isinstance(leaf, Term) and leaf.value in ("会议", "碰头") for leaf in group.leaves)

    def test_of_an_everyday_word_around_a_part_nothing_is_left(self) -> None:
        assert list(ideas("打赢官司却拿不到钱", ("官司+拿不到", "执行难"), ("打赢官司", "生效法律文书"), ("钱", "存款"))) == ["官司…拿不到", "钱"]

    def test_an_everyday_word_that_leads_nowhere_else_is_no_further_idea(self) -> None:
        assert list(ideas("离婚躲债耍赖", ("离婚+躲债", "规避执行|转移财产"), ("耍赖", "规避执行"))) == ["离婚…躲债"]
        assert list(ideas("离婚躲债耍赖", ("离婚+躲债", "规避执行|转移财产"), ("耍赖", "规避执行|失信"))) == ["离婚…躲债", "耍赖"]

    def test_its_parts_are_not_mistyped(self) -> None:
        words = with_words(("收钱+没打给", "执行案款"))
        names = known_names()
        finding = finding_of(COORDINATION, "staff", words, names, stands=lambda _word: False, finds=lambda _word: 1)
        assert correct("收钱没打给", words, names, finding, unmet=lambda: True) is None


@pytest.mark.django_db
def test_engines_and_database_find_what_it_leads_to(site_engine: Engine, tmp_path: Path) -> None:
    text = "云政法发〔2019〕3号\n云南省关于协助执行的意见\n一、职责\n（一）执行案款应当及时发放。\n（二）税务机关查询纳税情况。\n（三）公安机关查找车辆。\n"
    opinion(tmp_path, "a", text)
    rebuild(site_engine)
    EverydayWord.objects.create(word="攒着/压着+不吭声", official=["案款"])
    query = SearchQuery(text="把款压着，问了也不吭声", item=Item.CLAUSE)
    found = search(query, viewer=COORDINATION, engine=site_engine, on=ON)
    stand_in = from_database(query, viewer=COORDINATION, on=ON, why=Why.DOWN)
    for results in (found, stand_in):
        assert results.rows[0].text is not None
        assert results.rows[0].text.text == "执行案款应当及时发放。"
        assert [piece.text for piece in results.rows[0].pieces if piece.hit] == ["案款"]
    assert "“压着…不吭声”对应“案款”" in dict(reasons(found.parsed, "执行案款应当及时发放。"))["同义词"]


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["+", "＋", "/+/", "甲乙+", "甲乙+丙+丁+戊+己", "东+西"])
def test_what_the_form_refuses_is_not_tried(word: str) -> None:
    office = Client()
    office.force_login(User.objects.create(username="office", role=Role.COORDINATION), backend="django.contrib.auth.backends.ModelBackend")
    assert office.get(reverse("everyday_word_try"), {"word": word, "official": "案款", "active": "true", "q": "", "was": ""}).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("word", "kept", "refused"),
    [
        ("卖惨 ＋ 不吭声／不吱声", "卖惨+不吭声/不吱声", ""), ("卖惨/卖惨/+不吭声", "卖惨+不吭声", ""), ("卖惨++不吭声", "", "前后都要有字"), ("+卖惨", "", "前后都要有字"),
        ("甲乙+丙+丁+戊+己", "", "最多分成 4 处"), ("的+了", "", "至少有一处"), ("不吭声/不吱声+卖惨", "不吭声/不吱声+卖惨", ""), ("没给/不给+钱+执行局/法院", "", "已经有了"), (f"卖惨+{'很' * 21}", "", "一种说法最多 20 个字"), ("很" * 21, "", "一种说法最多 20 个字"),
    ],
)  # fmt: skip
def test_the_form_tidies_and_refuses(word: str, kept: str, refused: str) -> None:
    EverydayWord.objects.create(word="法院/执行局+钱+不给/没给", official=["案款"])
    form = {"word": word, "official": "案款", "reason": "俗语", "active": "on"}
    office = Client()
    office.force_login(User.objects.create(username="office", role=Role.COORDINATION), backend="django.contrib.auth.backends.ModelBackend")
    shown = office.post(reverse("wagtailsnippets_search_everydayword:add"), form, follow=True).content.decode()
    assert EverydayWord.objects.filter(word=kept).exists() == bool(kept)
    assert refused in shown
    if kept:
        assert "案款" in current_words().get(kept)
