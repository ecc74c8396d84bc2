"""Names that hold something inside: signs for organs, names around and behind a place, organs inside a unit."""

import pytest

from policy_docs.units.bodies import find_bodies
from policy_docs.units.match import Matcher
from policy_docs.units.types import Addressee, Context, Level, Reach
from policy_docs.units.vocabulary import load_default

MATCHER = Matcher(load_default())
CITY = Context("532300", Level.PREFECTURE, "2021-01-01")
OWN, LOWER, EVERY = Addressee(Reach.OWN), Addressee(Reach.LOWER, (Level.COUNTY,)), Addressee()


def named(text: str) -> list[tuple[str, str, Addressee]]:
    return [(name.kind, name.written, name.addressee) for name in MATCHER.match(text, CITY).names]


def kinds(text: str) -> list[str]:
    return [name.kind for name in MATCHER.match(text, CITY).names]


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("公检法要协作。", ["public_security", "procuratorate", "court"]),
        ("检法公三家要会商。", ["procuratorate", "court", "public_security"]),
        ("法、检、公要会商。", ["court", "procuratorate", "public_security"]),
        ("全市公检法机关应当统一尺度。", ["public_security", "procuratorate", "court"]),
        ("公检法司要协作。", ["public_security", "procuratorate", "court", "justice"]),
        ("法检公司四家联合行动。", ["court", "procuratorate", "public_security", "justice"]),
        ("法检两院要会商。", ["court", "procuratorate"]),
        ("检察院、法院、公安要统一标准。", ["procuratorate", "court", "public_security"]),
        ("检察院、公安、法院联合行动。", ["procuratorate", "public_security", "court"]),
    ],
)
def test_three_organs_are_read_in_whatever_order(text: str, signs: list[str]) -> None:
    assert kinds(text) == signs


@pytest.mark.parametrize("text", ["司法公开检查。", "依法检查公示情况。", "办公检查法律文书。", "执法检查公告。", "法检测公共设施。", "法院、公安民警要配合。"])
def test_the_same_signs_inside_other_words_are_no_organs(text: str) -> None:
    assert set(kinds(text)) <= {"court"}


@pytest.mark.parametrize(
    ("text", "written", "to"),
    [
        ("团州委要组织志愿者。", "团州委", OWN),
        ("由团县委负责。", "团县委", LOWER),
        ("团楚雄州委牵头。", "团楚雄州委", OWN),
        ("共青团楚雄州委员会牵头。", "共青团楚雄州委员会", OWN),
        ("各县市团委要配合。", "各县市团委", LOWER),
    ],
)
def test_a_committee_of_the_youth_league_is_none_of_the_party(text: str, written: str, to: Addressee) -> None:
    assert named(text)[0] == ("youth_league", written, to)
    assert "party_committee" not in kinds(text)


@pytest.mark.parametrize("text", ["州委要加强领导。", "集团县委派人员参加。", "《共青团楚雄州委关于志愿服务的通知》印发后执行。"])
def test_what_is_no_committee_of_the_youth_league(text: str) -> None:
    assert "youth_league" not in kinds(text)


@pytest.mark.parametrize("written", ["楚雄监管分局", "国家金融监督管理总局楚雄监管分局", "楚雄金融监管分局", "楚雄银保监分局"])
def test_a_branch_is_told_by_the_place_before_it(written: str) -> None:
    assert named(f"{written}要督促落实。") == [("financial_regulation", written, OWN)]


@pytest.mark.parametrize("text", ["市场监管分局要检查。", "监管分局要检查。", "煤矿安全监管分局要检查。"])
def test_a_branch_of_another_trade_supervises_no_finance(text: str) -> None:
    assert "financial_regulation" not in kinds(text)


def test_an_organ_inside_the_unit_is_the_unit_at_its_level() -> None:
    assert named("市公安局刑侦支队要配合。") == [("public_security", "市公安局刑侦支队", OWN)]
    assert [(kind, to) for kind, _written, to in named("市中级人民法院执行局负责督办。")] == [("court", OWN), ("court", OWN)]


def test_a_branch_of_the_securities_supervision_is_at_its_place() -> None:
    assert named("中国证监会云南监管局要配合。") == [("securities_regulation", "中国证监会云南监管局", Addressee(Reach.NAMED, place="530000"))]


def test_levels_that_are_told_apart_are_all_meant() -> None:
    assert named("市、县两级法院应当建立平台。")[0][2] == EVERY
    assert named("县、市法院应当建立平台。")[0][2] == LOWER


def test_the_bank_in_short_is_no_part_of_other_words() -> None:
    assert kinds("州人行、州税务局要核对。") == ["pboc", "tax"]
    for text in ("被执行人行踪不明。", "应当规范个人行为。", "设置人行道。", "当事人行使权利。"):
        assert "pboc" not in kinds(text)


def test_an_office_in_a_list_that_nobody_knows_is_an_unknown_name() -> None:
    assert [found.written for found in MATCHER.match("责任单位：市公安局、市治欠办、市税务局。", CITY).unknown] == ["市治欠办"]
    assert MATCHER.match("该案由市级主办、县级承办。", CITY).unknown == ()


@pytest.mark.parametrize("asked", ["联系人：州司法局李四，电话3382000。", "（联系人为州司法局李四）", "联络员：州司法局李四"])
def test_whom_to_ask_is_no_member(asked: str) -> None:
    (body,) = find_bodies([f"成立州执行联动工作领导小组，成员单位：州公安局、州民政局、州税务局。{asked}"], MATCHER, CITY)
    assert [name.kind for _text, name in body.members] == ["public_security", "civil_affairs", "tax"]
