"""Sentences as implementing opinions hold them: who has to do what, and what lays nothing on anybody."""

import pytest

from policy_docs.duties.extract import extract
from policy_docs.opinions.segment import segment
from policy_docs.opinions.types import Block, BlockKind
from policy_docs.units.match import Matcher
from policy_docs.units.types import Context, Level
from policy_docs.units.vocabulary import load_default

MATCHER = Matcher(load_default())
CITY = Context("532300", Level.PREFECTURE, "2021-01-01")


def roles(text: str) -> dict[str, str]:
    """Unit kind → role, mentions aside."""
    items = extract([Block(BlockKind.CLAUSE, "", text)], MATCHER, CITY)
    return {finding.kind: finding.role.value for item in items for finding in item.findings if finding.role.value != "mention"}


@pytest.mark.parametrize(
    "text",
    [
        "为规范人民法院执行工作，根据有关规定，制定本办法。",
        "为规范公安机关协助执行行为，保障当事人合法权益，结合我州实际，制定本办法。",
        "为了加强人民法院与公安机关的协作配合，切实解决执行难，根据《中华人民共和国民事诉讼法》，制定本意见。",
        "为规范市公安机关、人民法院、人民检察院办理拒执案件，结合本市实际，制订本意见。",
    ],
)
def test_what_a_text_is_for_lays_nothing_on_anybody(text: str) -> None:
    assert roles(text) == {}


@pytest.mark.parametrize(
    "text",
    [
        "本办法由州中级人民法院负责解释。",
        "本办法由州中级人民法院、州公安局按照职责分工负责解释。",
        "本意见的解释权归州中级人民法院。",
        "本规定由州政法委会同州法院解释，自发布之日起施行。",
        "本办法具体应用中的问题由州中级人民法院负责解释。",
        "执行中遇到的问题，由州公安局负责解释。",
    ],
)
def test_who_says_what_a_text_means_has_nothing_to_enforce(text: str) -> None:
    assert roles(text) == {}


def test_explaining_to_people_is_an_act() -> None:
    assert roles("人民法院应当负责解释执行政策。") == {"court": "responsible"}
    assert roles("为规范执行行为，人民法院应当公开流程。") == {"court": "responsible"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("由铁路公安机关、民航公安机关先行控制。", {"public_security": "responsible"}),
        ("纪检监察机关对党员干部干预执行的，依规依纪严肃处理。", {"discipline": "responsible"}),
        ("可以由政法委牵头、法院主导，建立协助执行机制。", {"political_legal": "lead", "court": "lead"}),
        ("坚持政府主导、部门联动。", {}),
        ("市法院、市公安局于每年1月、7月上旬召开联席会议。", {"court": "responsible", "public_security": "responsible"}),
        ("人民法院与税务部门、银行等单位实现网络互联。", {"court": "responsible", "tax": "responsible", "financial_institutions": "responsible"}),
        ("海事机构协助办理船舶查封登记，民航管理部门协助办理航空器查封登记。", {"maritime": "responsible", "civil_aviation": "responsible"}),
        ("各单位贯彻落实情况，请于2021年12月31日前报市委政法委。", {"@members": "responsible"}),
        ("省公安厅印发实施细则，各县公安机关遵照执行。", {"public_security": "responsible"}),
        ("市住建局、市税务局分别牵头负责专线建设，市财政局保障经费。", {"housing_construction": "lead", "tax": "lead", "finance": "responsible"}),
        ("劳动监察、工会等部门应协助开展调解。", {"hrss": "responsible", "trade_union": "responsible"}),
        ("税务部门凭法院裁定书核定税款。", {"tax": "responsible"}),
        ("法院应将名单抄送组织部，组织部视情处理。", {"court": "responsible", "organization": "responsible"}),
        ("由市委宣传部统筹协调。", {"publicity": "lead"}),
        ("由同级党委政法委协调、政府督查室督办，限期履行。", {"political_legal": "responsible", "government_office": "responsible"}),
        ("州法院、州公安局、州民政局负责同志参加会议。", {}),
        ("市中院执行局、市公安局刑侦支队建立联络机制。", {"court": "responsible", "public_security": "responsible"}),
        ("税务部门协助核查，市财政局提供数据，市民政局配合核查。", {"tax": "responsible", "finance": "responsible", "civil_affairs": "cooperate"}),
    ],
)
def test_who_has_to_do_what(text: str, found: dict[str, str]) -> None:
    assert roles(text) == found


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("州公安局于8月底前完成接入。", "8月底前"),
        ("由州公安局在收到协助函后二十四小时内办理。", "二十四小时内"),
        ("由州公安局查封后二十四小时内反馈。", "二十四小时内"),
        ("州公安局汇总后于次月5日前报送。", "次月5日前"),
        ("州公安局在次年1月底前报送总结。", "次年1月底前"),
    ],
)
def test_the_day_by_which_is_read(text: str, time: str) -> None:
    (item,) = extract([Block(BlockKind.CLAUSE, "", text)], MATCHER, CITY)
    assert [finding.spans[0].time_words for finding in item.findings] == [time]


def test_the_head_of_minutes_resolves_already() -> None:
    blocks = segment(
        "执行联动工作联席会议纪要\n（2021年3月2日）\n州公安局介绍了情况。会议明确，由州公安局牵头建立平台，州法院配合。\n会议议定以下事项：\n一、州民政局负责提供信息。"
    )
    (head,) = [index for index, block in enumerate(blocks) if "会议明确" in block.text]
    assert blocks[head].kind is BlockKind.PREAMBLE
    table = {item.block: {finding.kind: finding.role.value for finding in item.findings} for item in extract(blocks, MATCHER, CITY)}
    assert table[head] == {"public_security": "lead", "court": "cooperate"}
