"""Clauses that say the same in two documents: found where it is sure, and never where it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_docs.opinions.alike import Match, Sayable, aligned, most_alike, own_words

UPPER = [
    "创新执行措施。人民法院可以根据当事人申请，要求被执行人就重大资产处置事项进行申报，可以委托有关机构调查，可以实行悬赏。",
    "加强执行队伍建设。各地区要按照执行工作需要配齐配强执行人员，健全培训和考核制度。",
    "加大对拒不执行违法犯罪行为的打击力度。公安机关、检察机关、人民法院建立联席会议制度，统一立案标准，畅通案件移送渠道。",
    "省知识产权局不得受理失信被执行人的专利资助申请，冻结期间不予办理。",
    "人民法院查询被执行人户籍、居住证登记信息的，公安机关应当当日反馈。",
    "本意见自2020年9月1日起施行，由省委政法委负责解释。",
]
LOWER = {
    "创新和拓展执行措施。人民法院可根据当事人申请，要求被执行人就其重大资产处置事项及时申报，引入律师调查、悬赏等方式。": 0,
    "加大拒执犯罪打击力度。公安机关、检察机关、人民法院加强配合，建立联席会议制度，统一立案标准，完善案件移送渠道。": 2,
    "人民法院查询被执行人户籍、居住证登记信息的，县公安局应当当日反馈，不得拖延。": 4,
    "市知识产权局协助冻结被执行人的专利权，冻结期间不予办理转让登记。": None,
    "加强执行规范化建设。人民法院要健全执行流程管理制度，规范财产处置。": None,
    "市中级人民法院会同市公安局每季度通报车辆查控情况。": None,
    "本意见自2021年4月1日起施行，由市委政法委负责解释。": None,
    "市财政局保障经费。": None,
}


def matched(text: str) -> int | None:
    one = Sayable.of(text)
    said = [(at, sayable) for at, words in enumerate(UPPER) if (sayable := Sayable.of(words)) is not None]
    found = most_alike(one, [sayable for _at, sayable in said]) if one else None
    return said[found][0] if found is not None else None


@pytest.mark.parametrize(("text", "expected"), LOWER.items())
def test_only_what_is_sure_is_matched(text: str, expected: int | None) -> None:
    assert matched(text) == expected


def test_a_clause_inside_a_longer_one_is_found() -> None:
    longer = UPPER[2] + "市公安局、市人民检察院、市中级人民法院按季度会商，对移送的线索逐件登记，超过期限未答复的书面说明理由，并抄送市委政法委。" * 2
    one, other = Sayable.of(UPPER[2]), Sayable.of(longer)
    assert one is not None
    assert other is not None
    assert most_alike(one, [other]) == 0


def test_there_may_be_nothing_to_compare_with() -> None:
    one = Sayable.of(UPPER[0])
    assert one is not None
    assert most_alike(one, []) is None


@given(st.text(alphabet="公安机关应当协助，。法院", max_size=60), st.text(alphabet="公安机关应当协助，。法院", max_size=60))
def test_own_words_are_runs_of_the_text_in_order(text: str, other: str) -> None:
    runs = own_words(text, other)
    assert all(0 <= start < end <= len(text) for start, end in runs)
    assert all(before[1] < after[0] for before, after in zip(runs, runs[1:], strict=False))
    assert own_words(text, text) == []


COMMON = "人民法院执行工作应当依法规范进行，各有关部门积极支持配合人民法院的执行工作。"


def texts(*own: str) -> list[Sayable | None]:
    """Clauses of a document: what is given, among others that say what every document says."""
    fillers = [f"{COMMON}第{sign}类事项按照{sign}字号文件的要求办理，由{sign}组负责。" for sign in "甲乙丙丁戊己庚辛壬癸子丑寅卯"]
    return [Sayable.of(text) for text in (*own, *fillers)]


def test_what_is_rare_in_both_tells_the_partner_though_all_else_differs() -> None:
    upper = texts("人民法院执行查控网络与税务部门之间建立网络连接，实现对退税账户、退税金额、退税时间、纳税情况的在线查询。")
    lower = texts("州税务局要依法协助人民法院调查被执行人纳税情况，根据协助执行通知书提供退税账户，退税金额及退税时间等情况。")
    assert Match(0, 0) in aligned(upper, lower)


def test_what_every_clause_says_makes_no_partner() -> None:
    upper = texts(COMMON + "推进社会诚信体系建设，完善破产保险救助制度，谋划长效治本之策。")
    lower = texts(COMMON + "旅行社应当拒绝失信人员参团旅游，发现后报告主管机关处理。")
    assert not [pair for pair in aligned(upper, lower) if 0 in (pair.left, pair.right)]


def test_a_clause_that_stands_in_a_longer_one_is_beside_it_though_that_has_a_partner() -> None:
    whole = "公检法机关建立拒执犯罪打击机制，统一立案标准。公安机关不予立案的，出具法律文书。畅通当事人自诉渠道，逐步建立刑事自诉为主的诉讼模式，惩治虚假诉讼虚假仲裁。"
    upper = texts(whole)
    lower = texts(whole[:36] + "确保身份信息准确，完善工作衔接。", "加强诉讼引导，逐步建立刑事自诉为主的追究模式，惩治虚假诉讼虚假仲裁虚假公证行为。")
    found = aligned(upper, lower)
    assert {Match(0, 0), Match(0, 1, partly=True)} <= set(found)
    assert found.index(Match(0, 0)) < found.index(Match(0, 1, partly=True))


def test_asked_for_some_clauses_only_their_pairs_come() -> None:
    left, right = texts("民政部门提供婚姻登记、收养登记信息，每季度推送一次数据。"), texts("民政部门提供婚姻登记、收养登记信息，每季度推送一次数据。")
    assert aligned(left, right, of_left=[0], of_right=[]) == [Match(0, 0)]
    assert aligned(left, right, of_left=[], of_right=[0]) == [Match(0, 0)]
    assert len(aligned(left, right)) == 15


def test_a_sentence_that_stands_elsewhere_is_shown_where_nothing_else_says_the_same() -> None:
    sentence = "落实一案双查机制，统筹督查案件问题和违纪违法问题。"
    upper = texts(
        "提升规范化水平，健全权力运行制约，扎牢制度数据铁笼。" + sentence + "严格区分个人财产和法人财产，区分非法所得和合法财产，降低对经营活动的影响。"
        "推广阳光平台，集中公开各类流程信息和裁判文书。邀请代表视察旁听，定期报告落实整改清单，接受民主监督和舆论监督。",
        "内设机构配合人事部门考核队伍，作为遴选员额的重要条件，按季度评查卷宗，完善转交、联合调查、督办问责流程。",
    )  # fmt: skip
    lower = texts("内设机构配合人事部门考核队伍，作为遴选员额的重要条件，完善转交、联合调查、督办问责流程，按季度评查卷宗，" + sentence)
    assert [pair for pair in aligned(upper, lower) if pair.left == 0] == [Match(0, 0, partly=True)]
    other = texts("内设机构配合人事部门考核队伍，作为遴选员额的重要条件，完善转交、联合调查、督办问责流程，按季度评查卷宗。")
    assert not [pair for pair in aligned(upper, other) if pair.left == 0]
