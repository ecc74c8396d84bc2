"""The rules of extraction, one table row an example, and what is carried down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_docs.duties.extract import RULES, extract
from policy_docs.duties.types import Role
from policy_docs.opinions.segment import segment
from policy_docs.opinions.types import Block, BlockKind
from policy_docs.units.match import Matcher
from policy_docs.units.types import Context, Level, Reach
from policy_docs.units.vocabulary import load_default

from .rule_examples import NEGATIVE, POSITIVE

MATCHER = Matcher(load_default())
CITY = Context("532300", Level.PREFECTURE, "2021-01-01")


def _spans(text: str) -> dict[str, tuple[str, Role]]:
    """Unit kind → (rule, role) of its strongest span."""
    table: dict[str, tuple[str, Role]] = {}
    for item in extract([Block(BlockKind.CLAUSE, "", text)], MATCHER, CITY):
        for finding in item.findings:
            strongest = min(finding.spans, key=lambda span: span.role.rank)
            table[finding.kind] = (strongest.rule, strongest.role)
    return table


@pytest.mark.parametrize(("rule", "kind", "role", "text"), POSITIVE)
def test_rule_fires(rule: str, kind: str, role: str, text: str) -> None:
    assert _spans(text).get(kind) == (rule, Role(role))


@pytest.mark.parametrize(("rule", "kind", "text"), NEGATIVE)
def test_rule_keeps_quiet(rule: str, kind: str, text: str) -> None:
    found = _spans(text).get(kind)
    assert found is None or found[0] != rule


def test_each_rule_has_its_examples() -> None:
    for rule in RULES:
        assert sum(row[0] == rule.id for row in POSITIVE) >= 3, rule.id
        assert sum(row[0] == rule.id for row in NEGATIVE) >= 2, rule.id


def test_items_below_a_lead_in_belong_to_its_subject() -> None:
    blocks = segment("第八条 税务机关履行下列职责：\n（一）提供纳税信息查询；\n（二）协助扣缴应退税款。")
    found = {item.block: item.findings for item in extract(blocks, MATCHER, CITY)}
    assert [(finding.kind, finding.implicit) for finding in found[1]] == [("tax", True)]
    assert [finding.kind for finding in found[2]] == ["tax"]


@pytest.mark.parametrize(
    ("lead_in", "passes_on"),
    [
        ("第九条 经营者不得有下列行为：", True),
        ("第九条 电信企业应当遵守下列规定：", True),
        ("第九条 民政部门为低保家庭办理：", True),
        ("第九条 有下列情形之一的，由民政部门责令改正；拒不改正的，处一千元以下的罚款：", False),
        ("第九条 经营者有下列行为之一的，由民政部门处罚：", False),
        ("第九条 个人享有下列权利：", False),
        ("第九条 有关部门应当依照国家规定采取下列措施：", True),
        ("第九条 任何单位不得为违法经营行为提供下列便利：", True),
        ("第九条 民政部门的公告应当载明下列内容：", False),
        ("第九条 市人民政府设立消防安全委员会，履行下列职责：", False),
        ("第九条 经营者不得滥用优势，实施下列行为：", True),
        ("第九条 鉴定机构应当为下列单位：", False),
    ],
)
def test_acts_are_passed_down_and_cases_are_not(lead_in: str, *, passes_on: bool) -> None:
    blocks = segment(f"{lead_in}\n（一）擅自涂改登记簿；\n（二）拆除标识。")
    found = {item.block: item.findings for item in extract(blocks, MATCHER, CITY)}
    assert bool(found.get(1)) is passes_on


def test_a_penalty_is_passed_down_where_the_cases_are_not() -> None:
    blocks = segment("第九条 有下列情形之一的，由民政部门责令改正：\n（一）违反第八条规定的，处二千元以下罚款；\n（二）涂改登记簿的。")
    found = {item.block: item.findings for item in extract(blocks, MATCHER, CITY)}
    assert [finding.kind for finding in found[1]] == ["civil_affairs"]
    assert 2 not in found


def test_whoever_is_named_behind_the_list_does_not_do_what_it_says() -> None:
    blocks = segment("第九条 公安机关可以采取下列措施，任何单位和个人不得阻挠：\n（一）划定警戒区；\n（二）组织人员撤离。")
    found = {item.block: item.findings for item in extract(blocks, MATCHER, CITY)}
    assert [finding.kind for finding in found[1]] == ["public_security"]


@pytest.mark.parametrize(
    ("lead_in", "owners"),
    [
        ("人民法院应当向税务机关发函，税务机关应当在7个工作日内回复：", {"tax"}),
        ("税务机关应当在7个工作日内向人民法院回复：", {"tax"}),
        ("市人民政府负责统筹，由市民政局办理下列事项：", {"civil_affairs"}),
        ("人民法院、公安机关应当共享下列信息：", {"court", "public_security"}),
        ("公安机关接到报告，应当立即处置，并采取下列措施：", {"public_security"}),
    ],
)
def test_of_several_subjects_the_last_one_owns_the_list(lead_in: str, owners: set[str]) -> None:
    blocks = segment(f"第三条 {lead_in}\n（一）应纳税种；\n（二）欠缴税款情况。")
    found = {item.block: item.findings for item in extract(blocks, MATCHER, CITY)}
    assert {finding.kind for finding in found[2] if finding.role is not Role.MENTION} == owners


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("人民法院查人的，应当申请，公安机关应当在2个工作日内反馈。", {"court": "", "public_security": "2个工作日内"}),
        ("卫生健康部门应当在5日内提供信息，公安机关配合核查。", {"health": "5日内", "public_security": ""}),
        ("每年11月底前，人民法院应当报送情况，税务机关应当在3日内汇总。", {"court": "每年11月底前", "tax": "3日内"}),
        ("民政部门应当核对名单，每月10日前，财政部门应当拨付。", {"civil_affairs": "", "finance": "每月10日前"}),
        ("人民法院应当立案，收到裁定后5日内，公安机关应当协助，税务机关应当及时开票。", {"court": "", "public_security": "5日内", "tax": "及时"}),
        (
            "民政、税务等部门，工会等有关团体，以及金融机构应当及时提供信息。",
            dict.fromkeys(["civil_affairs", "tax", "trade_union", "financial_institutions"], "及时"),
        ),
        ("民政局牵头，财政局、审计局配合，每年核对一次。", {"civil_affairs": "每年", "finance": "每年", "audit": "每年"}),
        ("民政部门应当在5日内向财政部门报送名单。", {"civil_affairs": "5日内", "finance": ""}),
        ("民政部门会同财政部门在10日内核对。", {"civil_affairs": "10日内", "finance": "10日内"}),
        ("民政部门应当会同财政部门在10日内核对。", {"civil_affairs": "10日内", "finance": "10日内"}),
        ("民政、财政部门应当定期核对。", {"civil_affairs": "定期", "finance": "定期"}),
        ("年底前完成核对（民政局负责）。", {"civil_affairs": "年底前"}),
    ],
)
def test_a_deadline_is_set_on_the_doer_of_its_part(text: str, times: dict[str, str]) -> None:
    (item,) = extract([Block(BlockKind.CLAUSE, "", text)], MATCHER, CITY)
    assert {finding.kind: finding.spans[0].time_words for finding in item.findings} == times


@pytest.mark.parametrize(
    ("text", "doers"),
    [
        ("现将《办法》转发给你们，请认真贯彻执行。县公安局负责跟踪督办。", {"public_security"}),
        ("《办法》已经县人民政府同意。现印发你们。县民政局要每月汇总。请认真贯彻执行。", {"civil_affairs"}),
        ("现印发给你们，请结合实际贯彻执行。县司法局应当在年底前报告。", {"justice"}),
        ("县人民政府同意县公安局《办法》。现转发给你们，请认真贯彻执行。", set()),
        ("经县人民政府同意，现将县公安局《办法》印发给你们，请各乡镇人民政府认真贯彻执行。", set()),
        ("各乡镇人民政府，县公安局：", set()),
    ],
)
def test_of_a_notice_only_the_set_phrases_are_silent(text: str, doers: set[str]) -> None:
    found = [finding for item in extract([Block(BlockKind.NOTICE, "", text)], MATCHER, CITY) for finding in item.findings]
    assert {finding.kind for finding in found if finding.role is not Role.MENTION} == doers


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("为提高人民法院执行工作水平，制定本办法。", False),
        ("根据有关规定，结合执行工作实际，为规范执行管理，制定本规定。", False),
        ("为加强人民法院执行工作，提出如下意见。", False),
        ("加强执行队伍建设。补充年轻骨干，定期轮训。", True),
        ("规范司法拍卖程序，制定拍卖办法。", True),
    ],
)
def test_the_purpose_of_a_text_is_no_duty_of_the_courts(text: str, *, told: bool) -> None:
    found = [finding for item in extract([Block(BlockKind.CLAUSE, "第一条", text)], MATCHER, CITY) for finding in item.findings]
    assert any(finding.kind == "court" and finding.role is not Role.MENTION for finding in found) is told


def test_of_a_mixed_list_those_named_are_to_act() -> None:
    (item,) = extract([Block(BlockKind.CLAUSE, "", "市人民政府应当组织民政部门和其他有关部门每年排查。")], MATCHER, CITY)
    assert {finding.kind: finding.role.value for finding in item.findings} == {
        "government": "responsible",
        "civil_affairs": "cooperate",
        "@members": "mention",
    }


def test_an_order_in_the_preamble_counts_and_its_reasons_do_not() -> None:
    text = "近年来执行工作受到关注，人民法院应当得到支持。各级税务机关要加快接口改造。"
    (item,) = extract([Block(BlockKind.PREAMBLE, "", text)], MATCHER, CITY)
    assert {finding.kind: finding.role for finding in item.findings} == {"court": Role.MENTION, "tax": Role.RESPONSIBLE}


def test_a_short_first_sentence_speaks_as_a_heading_does() -> None:
    blocks = segment("（一）加强执行队伍建设。补充年轻骨干，定期轮训，严格考核办案质量。")
    (item,) = extract(blocks, MATCHER, CITY)
    assert [(finding.kind, finding.implicit) for finding in item.findings] == [("court", True)]


def test_the_heads_of_columns_say_the_roles_below_them() -> None:
    rows = ["序号\t任务\t牵头单位\t配合单位", "1\t开通专线\t市自然资源局\t市数据局、市公安局"]
    head, row = (Block(BlockKind.TABLE, "", text) for text in rows)
    (item,) = extract([head, row], MATCHER, CITY)
    assert {finding.kind: finding.role for finding in item.findings} == {
        "natural_resources": Role.LEAD,
        "cyber_data": Role.COOPERATE,
        "public_security": Role.COOPERATE,
    }
    assert {rows[1][span.start : span.end] for finding in item.findings for span in finding.spans} == {"市自然资源局", "市数据局、市公安局"}
    (loose,) = extract([head, Block(BlockKind.CLAUSE, "", "另行通知。"), row], MATCHER, CITY)
    assert all(finding.role is Role.MENTION for finding in loose.findings)


@pytest.mark.parametrize(
    ("head", "row", "times"),
    [
        ("序号\t任务\t责任单位\t完成时限", "1\t开通专线\t市公安局\t2026年6月底前", {"2026年6月底前"}),
        ("序号|任务|责任单位|时间节点|备注", "1|开通专线|市公安局|长期坚持|", {"长期坚持"}),
        ("完成时限\t任务\t责任单位", "\t开通专线\t市公安局", {""}),
        ("任务\t责任单位\t完成时限", "开通专线\t市公安局\t—", {""}),
        ("任务\t责任单位", "2026年底前开通专线\t市公安局", {""}),
    ],
)
def test_the_column_of_deadlines_gives_the_duty_its_time(head: str, row: str, times: set[str]) -> None:
    found = extract([Block(BlockKind.TABLE, "", text) for text in (head, row)], MATCHER, CITY)
    spans = [span for item in found for finding in item.findings if finding.kind == "public_security" for span in finding.spans]
    assert {span.time_words for span in spans} == times


def test_the_rule_of_columns_is_another_one_since_it_reads_times() -> None:
    """What people have said of the first version, which knew no deadlines, is no ground to accept what this one finds."""
    blocks = [Block(BlockKind.TABLE, "", text) for text in ("任务\t责任单位\t完成时限", "开通专线\t市公安局\t2026年6月底前")]
    (span,) = (span for item in extract(blocks, MATCHER, CITY) for finding in item.findings for span in finding.spans if finding.role is not Role.MENTION)
    assert (span.rule, span.rule_version, span.time_words) == ("column", 3, "2026年6月底前")


def test_a_case_may_stand_between_the_doer_and_the_act() -> None:
    assert _spans("移民管理机构在口岸发现的，立即控制并通知决定机关。")["immigration"] == ("declared", Role.RESPONSIBLE)
    assert _spans("人民法院作出裁定的，申请人可以复议。")["court"][1] is Role.MENTION


def test_a_sentence_that_begins_with_its_case_goes_on_with_the_doer() -> None:
    text = "市住建局要核对预售台账。开发企业拒不补正的，根据通知书的要求，停止办理备案。开发企业另有说法。"
    (item,) = extract([Block(BlockKind.CLAUSE, "", text)], MATCHER, CITY)
    (duty,) = [finding for finding in item.findings if finding.kind == "housing_construction"]
    assert [text[span.start : span.end] for span in duty.spans] == ["市住建局要核对预售台账", "开发企业拒不补正的，根据通知书的要求，停止办理备案"]


def test_the_halves_of_a_sentence_go_to_their_levels() -> None:
    text = "涉及州级代表的，由州人大常委会督促其履行；涉及县级代表的，由县、市人大常委会督促其履行。"
    (item,) = extract([Block(BlockKind.CLAUSE, "", text)], MATCHER, CITY)
    quotes = {finding.addressee.reach: text[finding.spans[0].start : finding.spans[0].end] for finding in item.findings}
    assert quotes == {Reach.OWN: "涉及州级代表的，由州人大常委会督促其履行", Reach.LOWER: "涉及县级代表的，由县、市人大常委会督促其履行"}


def test_headings_and_titles_lay_nothing_on_anyone() -> None:
    for kind in (BlockKind.HEADING, BlockKind.TITLE, BlockKind.BACK):
        found = extract([Block(kind, "", "由市公安局牵头办理")], MATCHER, CITY)
        assert all(finding.role is Role.MENTION for item in found for finding in item.findings)


@given(
    st.lists(
        st.one_of(
            st.text(max_size=30),
            st.sampled_from(
                [
                    "公安机关",
                    "应当",
                    "与",
                    "人民法院",
                    "建立机制，",
                    "由",
                    "税务局",
                    "牵头",
                    "（",
                    "）",
                    "。",
                    "；",
                    "向",
                    "移送",
                    "督促",
                    "等部门",
                    "《",
                    "》",
                    " ",
                ]
            ),
        ),
        max_size=25,
    ).map("".join)
)
def test_nothing_named_is_lost_and_offsets_stay_inside(text: str) -> None:
    block = Block(BlockKind.CLAUSE, "", text)
    named = {(name.start, name.end) for name in MATCHER.match(text, CITY).names}
    found = extract([block], MATCHER, CITY)
    spans = [span for item in found for finding in item.findings for span in finding.spans]
    assert {(span.name_start, span.name_end) for span in spans if span.name_written} == named
    for span in spans:
        assert 0 <= span.start <= span.end <= len(text)
