"""Offices of standing groups: how texts name them, on which level, which group is meant, and where a text says that they are."""

import pytest

from policy_docs.units.bodies import find_bodies
from policy_docs.units.match import Matcher
from policy_docs.units.offices import OFFICE, Group, offices_in, resolve
from policy_docs.units.types import Addressee, Context, Level, Reach
from policy_docs.units.vocabulary import load_default

MATCHER = Matcher(load_default())
CITY = Context("532300", Level.PREFECTURE, "2021-01-01")
PLACES = ("楚雄彝族自治州", "楚雄州", "楚雄")


def offices(text: str, *bodies: str) -> list[tuple[str, Addressee]]:
    return [(name.written, name.addressee) for name in MATCHER.match(text, CITY, bodies).names if name.kind == OFFICE]


@pytest.mark.parametrize(
    ("text", "written", "reach"),
    [
        ("执行工作联席会议办公室负责汇总。", "执行工作联席会议办公室", Reach.OWN),
        ("由州执行联动工作领导小组办公室牵头。", "州执行联动工作领导小组办公室", Reach.OWN),
        ("楚雄州执行联动工作领导小组办公室要定期通报。", "楚雄州执行联动工作领导小组办公室", Reach.OWN),
        ("省综合治理执行难工作领导小组办公室负责督导。", "省综合治理执行难工作领导小组办公室", Reach.NAMED),
        ("各县市执行联动工作领导小组办公室要上报。", "各县市执行联动工作领导小组办公室", Reach.LOWER),
        ("各级领导小组办公室要配备专人。", "各级领导小组办公室", Reach.GENERIC),
        ("各县人民政府污染源普查领导小组办公室负责清查。", "污染源普查领导小组办公室", Reach.LOWER),
        ("调查对象应当配合污染源普查领导小组办公室。", "污染源普查领导小组办公室", Reach.OWN),
        ("向联席办报送信息。", "联席办", Reach.OWN),
        ("防范和处置非法集资工作领导小组办公室应当通报。", "防范和处置非法集资工作领导小组办公室", Reach.OWN),
        ("由州公安局和执行联动领导小组办公室核对。", "执行联动领导小组办公室", Reach.OWN),
    ],
)
def test_an_office_is_named_by_its_group_and_is_of_the_level_that_the_words_say(text: str, written: str, reach: Reach) -> None:
    assert [(name, to.reach) for name, to in offices(text)] == [(written, reach)]


@pytest.mark.parametrize(
    "text",
    ["领导小组办公会议研究决定。", "防汛抗旱指挥部办公室负责调度。", "网络安全和信息化委员会办公室负责处置。", "市委办公室负责督查。", "办公室负责日常工作。"],
)
def test_what_is_no_office_of_a_group_is_none(text: str) -> None:
    assert offices(text) == []


def test_the_office_alone_is_one_where_the_document_sets_up_a_group() -> None:
    assert offices("办公室设在州委政法委。办公室负责日常工作。", "州执行联动工作领导小组") == [("办公室", Addressee(Reach.OWN))]


def test_members_are_named_with_their_group() -> None:
    names = MATCHER.match("州公安局牵头，执行工作联席会议各成员单位要配合，领导小组的成员单位报送信息。", CITY).names
    assert [name.written for name in names if name.kind == "@members"] == ["执行工作联席会议各成员单位", "领导小组的成员单位"]


GROUPS = [
    Group(1, "楚雄州执行联动工作领导小组", own=True),
    Group(2, "综合治理执行难工作联席会议", own=True),
    Group(3, "州扫黑除恶专项斗争领导小组"),
    Group(4, "治理拖欠农民工工资问题领导小组"),
]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("领导小组办公室", 1),
        ("联席会议各成员单位", 2),
        ("联席办", 2),
        ("执行工作联席会议办公室", 2),
        ("州执行联动领导小组办公室", 1),
        ("楚雄州扫黑除恶专项斗争领导小组办公室", 3),
        ("州治理拖欠农民工工资问题领导小组办公室", 4),
        ("禁毒工作领导小组办公室", None),
        ("各成员单位", None),
        ("办公室", None),
        ("指挥部办公室", None),
    ],
)
def test_the_group_that_is_meant(written: str, key: int | None) -> None:
    assert resolve(written, GROUPS, PLACES) == key


def test_several_groups_are_no_answer() -> None:
    assert resolve("领导小组办公室", [GROUPS[0], Group(5, "普法工作领导小组", own=True)], PLACES) is None
    assert resolve("办公室", [GROUPS[0]], PLACES) == 1


def test_names_are_read_out_of_a_quote() -> None:
    assert offices_in("由州执行联动工作领导小组办公室负责\n汇总") == ["州执行联动工作领导小组办公室"]
    assert offices_in("办公室负责汇总") == ["办公室"]
    assert offices_in("公安局负责") == []


@pytest.mark.parametrize(
    ("text", "name", "host"),
    [
        ("领导小组办公室（设在州委政法委）负责统筹协调。", "领导小组", "political_legal"),
        ("执行工作联席会议办公室设在州中级人民法院。", "执行工作联席会议", "court"),
        ("建立由州委政法委牵头的执行工作联席会议，联席会议日常工作由州中级人民法院承担。", "执行工作联席会议", "court"),
        ("州中级人民法院承担联席会议办公室日常工作。", "联席会议", "court"),
        ("成立州执行联动工作领导小组，下设办公室在州委政法委。", "州执行联动工作领导小组", "political_legal"),
        ("在州公安局设立打击拒执犯罪工作专班办公室。", "打击拒执犯罪工作专班", "public_security"),
    ],
)
def test_where_an_office_is_though_no_members_are_listed(text: str, name: str, host: str) -> None:
    assert [(body.name, body.members, body.office_kind) for body in find_bodies([text], MATCHER, CITY)] == [(name, (), host)]


@pytest.mark.parametrize("text", ["省执行联动工作领导小组办公室设在省高级人民法院。", "领导小组负责研究重大问题，日常工作由执行局负责。", "办公室设在三楼。"])
def test_nothing_is_said_of_an_office_of_this_place(text: str) -> None:
    assert find_bodies([text], MATCHER, CITY) == []


def test_two_groups_of_one_document_keep_their_offices_apart() -> None:
    texts = [
        "成立州执行联动工作领导小组，成员单位：州公安局、州民政局、州税务局。",
        "领导小组办公室设在州委政法委。",
        "州清欠工作联席会议办公室设在州人力资源社会保障局。",
    ]
    found = [(body.name, len(body.members), body.office_kind) for body in find_bodies(texts, MATCHER, CITY)]
    assert found == [("州执行联动工作领导小组", 3, "political_legal"), ("州清欠工作联席会议", 0, "hrss")]
