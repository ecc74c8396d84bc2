"""Who hands which information to whom: what the rules find in sentences, and what they leave alone."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_docs.duties.extract import HANDING, LONGEST, UNNAMED, extract
from policy_docs.duties.types import Handed
from policy_docs.opinions.segment import segment
from policy_docs.opinions.types import Block, BlockKind
from policy_docs.units.match import Matcher
from policy_docs.units.types import Context, Level
from policy_docs.units.vocabulary import load_default

from .handover_examples import QUIET, SPEAKS

MATCHER = Matcher(load_default())
CITY = Context("532300", Level.PREFECTURE, "2021-01-01")


def handed(*blocks: Block) -> list[Handed]:
    return [one for item in extract(blocks, MATCHER, CITY) for one in item.handed]


def clause(text: str) -> list[Handed]:
    return handed(Block(BlockKind.CLAUSE, "", text))


def kinds(one: Handed) -> tuple[str, str]:
    return one.giver.kind if one.giver else "", one.receiver.kind if one.receiver else ""


@pytest.mark.parametrize(("rule", "giver", "receiver", "information", "text"), SPEAKS)
def test_rule_speaks(rule: str, giver: str, receiver: str, information: str, text: str) -> None:
    found = {(*kinds(one), one.rule): one.information for one in clause(text)}
    assert found.get((giver, receiver, rule)) == information


@pytest.mark.parametrize(("rule", "text"), QUIET)
def test_rule_keeps_quiet(rule: str, text: str) -> None:
    assert rule not in {one.rule for one in clause(text)}


def test_each_rule_has_its_examples() -> None:
    for rule in (*HANDING, *UNNAMED):
        assert sum(row[0] == rule.id for row in SPEAKS) >= 3, rule.id
        assert sum(row[0] == rule.id for row in QUIET) >= 2, rule.id


def test_whoever_is_told_to_act_gives_and_not_who_tells_them() -> None:
    (one,) = clause("银监局要监督银行业金融机构积极协助人民法院查询被执行人的存款情况。")
    assert kinds(one) == ("financial_institutions", "court")


def test_a_sentence_without_a_subject_goes_on_from_the_one_before() -> None:
    found = clause("州公安局要建立协作机制。协助人民法院查询被执行人身份信息，发现车辆的，公安机关应当扣留。")
    assert [kinds(one) for one in found] == [("public_security", "court")]


def test_both_of_a_joint_subject_give() -> None:
    found = clause("人民法院与市场监管部门要加强协作，及时向税务部门推送失信被执行人信息。")
    assert {kinds(one) for one in found} == {("court", "tax"), ("market_regulation", "tax")}


def test_who_is_named_in_the_bracket_gives() -> None:
    (one,) = clause("每季度将信用修复情况通报人民法院。（发展改革委负责）")
    assert kinds(one) == ("development_reform", "court")


def test_an_item_below_a_lead_in_is_given_by_its_subject() -> None:
    found = handed(*segment("第八条 税务机关履行下列职责：\n（一）向人民法院提供纳税信息；\n（二）协助扣缴应退税款。"))
    assert [kinds(one) for one in found] == [("tax", "court")]


def test_the_second_receiver_gets_what_the_first_one_gets() -> None:
    found = clause("金融机构应当将执行情况向公安机关报告，同时抄报人民银行。")
    assert {(kinds(one)[1], one.information) for one in found} == {("public_security", "执行情况"), ("pboc", "执行情况")}


def test_white_space_and_signs_of_another_width_change_nothing() -> None:
    plain = clause("公安机关应当将涉嫌犯罪的案件，移送检察机关审查起诉。")
    broken = "公安机关 应当将涉嫌犯\n罪的案件,移送检察机\n关审查起诉。"
    spaced = clause(broken)
    assert [(kinds(one), one.information) for one in spaced] == [(kinds(one), one.information) for one in plain] != []
    assert broken[spaced[0].start : spaced[0].end] == broken[:-1]


def test_titles_and_lists_of_members_order_nothing() -> None:
    assert not handed(Block(BlockKind.TITLE, "", "关于将案件信息移送公安机关的通知"))


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="将案件信息向人民法院移送公安机关提供，。；、应当与共享查询协助通报的（）报 \n", max_size=120))
def test_quotes_stand_in_the_text(text: str) -> None:
    for one in clause(text):
        assert 0 <= one.start < one.end <= len(text)
        assert one.receiver is not None or one.giver is not None


@pytest.mark.parametrize(
    "piece", ["公安机关将信息移送人民法院，", "及时", "将", "协助查询信息", "向公安机关", "与税务部门、", "提供信息，", "负责有关的", "将案件通过网络依法"]
)
def test_a_hostile_text_takes_no_long_time(piece: str) -> None:
    began = time.perf_counter()
    clause(("人民法院" + piece * LONGEST)[: LONGEST // 2] + "。")
    assert time.perf_counter() - began < 15
