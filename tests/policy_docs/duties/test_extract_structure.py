"""What the structure of a text says of its duties: headings that name a unit, tables that divide work, and times that belong to one of several."""

import pytest

from policy_docs.duties.extract import extract
from policy_docs.opinions.segment import segment
from policy_docs.opinions.types import Block, BlockKind
from policy_docs.units.match import Matcher
from policy_docs.units.types import Context, Level
from policy_docs.units.vocabulary import load_default

MATCHER = Matcher(load_default())
CITY = Context("532300", Level.PREFECTURE, "2021-01-01")
Found = set[tuple[str, str, bool]]


def found(blocks: list[Block]) -> dict[str, Found]:
    """Words of each block → kind, role and whether it is implied, mentions aside."""
    table: dict[str, Found] = {}
    for item in extract(blocks, MATCHER, CITY):
        duties = {(finding.kind, finding.role.value, finding.implicit) for finding in item.findings if finding.role.value != "mention"}
        table[blocks[item.block].text] = duties
    return {words: duties for words, duties in table.items() if duties}


@pytest.mark.parametrize("head", ["公安机关工作职责", "市公安局", "市公安局职责任务", "市公安局主要职责："])
def test_items_below_a_heading_that_names_a_unit_alone_are_for_it_to_do(head: str) -> None:
    read = found(segment(f"一、{head}\n（一）协助查找车辆。\n（二）对下落不明的，及时布控。\n二、市民政局\n（一）提供登记信息。"))
    assert read["协助查找车辆。"] == read["对下落不明的，及时布控。"] == {("public_security", "responsible", True)}
    assert read["提供登记信息。"] == {("civil_affairs", "responsible", True)}


@pytest.mark.parametrize("head", ["加强公安机关协作", "公安机关与民政部门的衔接", "各有关部门职责", "任务分工"])
def test_a_heading_on_a_topic_lays_nothing_on_those_it_names(head: str) -> None:
    read = found(segment(f"一、{head}\n（一）协助查找车辆。"))
    assert "协助查找车辆。" not in read


def test_an_item_with_a_doer_of_its_own_keeps_to_it() -> None:
    read = found(segment("一、市公安局\n（一）市民政局应当提供登记信息。\n（二）情况说明。"))
    assert read == {"市民政局应当提供登记信息。": {("civil_affairs", "responsible", False)}}


@pytest.mark.parametrize(
    ("heads", "row", "roles"),
    [
        ("任务\t主要责任单位\t协同单位", "核对信息\t市公安局\t市税务局", {("public_security", "responsible"), ("tax", "cooperate")}),
        ("任务\t责任部门（单位）\t完成时限", "核对信息\t市公安局、市税务局\t年底前", {("public_security", "responsible"), ("tax", "responsible")}),
        ("任务\t牵头单位及责任人\t责任领导", "核对信息\t市公安局 张三\t市税务局局长", {("public_security", "lead")}),
        (
            "任务\t责任单位（排第一位的为牵头单位）",
            "核对信息\t市公安局、市税务局、市民政局",
            {("public_security", "lead"), ("tax", "responsible"), ("civil_affairs", "responsible")},
        ),
        ("序号\t任务\t牵头单位\t配合单位", "\t核对信息\t市公安局\t市税务局", {("public_security", "lead"), ("tax", "cooperate")}),
        ("任务\t牵头单位\t责任单位\t配合单位", "核对信息\t市公安局\t\t市税务局", {("public_security", "lead"), ("tax", "cooperate")}),
        ("任务\t牵头单位\t责任单位", "核对信息\t联席会议办公室\t各成员单位", {("@office", "lead"), ("@members", "responsible")}),
    ],
)
def test_the_head_of_a_column_says_the_role_in_all_its_wordings(heads: str, row: str, roles: set[tuple[str, str]]) -> None:
    blocks = [Block(BlockKind.TABLE, "", heads), Block(BlockKind.TABLE, "", row)]
    assert {(kind, role) for kind, role, _implied in found(blocks)[row]} == roles
    assert heads not in found(blocks)


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("进度由市委督查室督办，市委政法委每季度通报。", {"party_office": "", "political_legal": "每季度"}),
        ("市司法局负责审查，10月底前完成。", {"justice": "10月底前"}),
        ("市民政局于11月25日前报送名单。", {"civil_affairs": "11月25日前"}),
        ("业主组织、物业服务企业应当自收到通知之日起三日内回复。", {"public": "三日内", "enterprises": "三日内"}),
    ],
)
def test_a_time_is_read_whole_and_set_on_whom_it_binds(text: str, times: dict[str, str]) -> None:
    (item,) = extract([Block(BlockKind.CLAUSE, "", text)], MATCHER, CITY)
    assert {finding.kind: finding.spans[0].time_words for finding in item.findings if finding.kind in times} == times


@pytest.mark.parametrize(("text", "name"), [("烟草专卖部门、市国资委要核对信息。", "烟草专卖部门"), ("由市公安局会同，市委平安办负责考核。", "市委平安办")])
def test_a_department_that_nobody_knows_is_an_unknown_name(text: str, name: str) -> None:
    assert name in [unknown.written for unknown in MATCHER.match(text, CITY).unknown]


@pytest.mark.parametrize("text", ["多个部门要配合。", "有关部门应当协助。", "为部门、单位提供便利。"])
def test_what_is_no_name_of_a_department_is_not_unknown(text: str) -> None:
    assert MATCHER.match(text, CITY).unknown == ()
