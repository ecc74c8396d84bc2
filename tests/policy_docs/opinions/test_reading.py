"""Numbers, citations and the identity block."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_docs.importing.secrecy import secrecy_mark
from policy_docs.opinions.citations import find_citations
from policy_docs.opinions.identity import identify
from policy_docs.opinions.lineage import Known, carry
from policy_docs.opinions.numbers import find_numbers, normalise
from policy_docs.opinions.segment import segment
from policy_docs.units.vocabulary import load_default

PLACES = load_default().places


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("法发[2016]10号", "法发〔2016〕10号"),
        ("黔府发〔2018〕第7号", "黔府发〔2018〕7号"),
        ("市财发〔1992〕字第36号", "市财发〔1992〕36号"),
        ("某政发（２０１９）００３号", "某政发〔2019〕3号"),
        ("某政法发 〔2018〕 3 号", "某政法发〔2018〕3号"),
    ],
)
def test_numbers_have_one_normal_form(written: str, key: str) -> None:
    assert normalise(written) == key
    assert [number.key for number in find_numbers(f"见《某办法》（{written}）。")] == [key]


@pytest.mark.parametrize("case", ["（2020）湘执复244号", "(2018)湘01执12号", "（2021）最高法执监344号"])
def test_case_numbers_are_no_document_numbers(case: str) -> None:
    assert find_numbers(f"执行案件{case}已经受理") == []


def test_verbs_do_not_belong_to_the_number() -> None:
    assert [number.written for number in find_numbers("按照楚办发〔2018〕5号要求")] == ["楚办发〔2018〕5号"]


def test_citations_carry_number_and_relation() -> None:
    found = find_citations("根据《关于协作的意见》（岭委法发〔2020〕4号）和《民法典》，制定本办法；《某市旧办法》（某政发〔2010〕1号）同时废止。")
    assert [(item.title, item.number_key, item.relation) for item in found] == [
        ("关于协作的意见", "岭委法发〔2020〕4号", "based_on"),
        ("民法典", "", "based_on"),
        ("某市旧办法", "某政发〔2010〕1号", "supersedes"),
    ]


@pytest.mark.parametrize(
    ("text", "relations"),
    [
        ("根据《水闸管理条例》《关于清理水闸的意见》（岭水发〔2019〕1号），制定本办法。", ["based_on", "based_on"]),
        ("根据《水闸管理条例》（2020年修正）、《水库条例》和《堤防办法》，制定本办法。", ["based_on", "based_on", "based_on"]),
        ("贯彻落实《水闸纲要》 《水库意见》，加强养护。", ["implements", "implements"]),
        ("《水闸办法》《水库办法》（岭水发〔2010〕1号）同时废止。", ["supersedes", "supersedes"]),
        ("根据《水闸管理条例》制定的《水库办法》继续有效。", ["based_on", "mentions"]),
        ("按照《水闸方案》要求，《水库办法》另行公布。", ["based_on", "mentions"]),
        ("参见《水闸管理条例》。《水库办法》同时废止。", ["mentions", "supersedes"]),
    ],
)
def test_one_verb_speaks_of_all_titles_of_a_list(text: str, relations: list[str]) -> None:
    assert [item.relation for item in find_citations(text)] == relations


def test_identity_of_a_wrapped_document() -> None:
    text = (
        "中共楚雄州委政法委员会文件\n楚政法发〔2021〕9号\n中共楚雄州委政法委员会 印发《关于协作 的方案》的通知\n各县、市党委政法委：\n现印发你们。\n"
        "中共楚雄州委政法委员会\n2021年3月2日\n关于协作 的方案\n一、总则\n（一）依法办理。"
    )
    identity = identify(segment(text), PLACES)
    assert (identity.title, identity.number, identity.issuer, identity.issue_date, identity.code, identity.kind) == (
        "关于协作的方案", "楚政法发〔2021〕9号", "中共楚雄州委政法委员会", "2021-03-02", "532300", "方案",
    )  # fmt: skip
    assert identity.addressees == "各县、市党委政法委"


@pytest.mark.parametrize(
    ("head", "issuer"),
    [
        ("澜江市中级人民法院　澜江市公安局文件", "澜江市中级人民法院、澜江市公安局"),
        ("澜江市中级人民法院 澜江市公安局 澜江市财政局文件", "澜江市中级人民法院、澜江市公安局、澜江市财政局"),
        ("中 共 澜 江 市 委 文 件", "中共澜江市委"),
    ],
)
def test_organs_that_issue_together_stand_apart(head: str, issuer: str) -> None:
    text = f"{head}\n澜中法联〔2026〕9号\n关于协作的意见\n一、总则\n（一）依法办理。"
    assert identify(segment(text), PLACES).issuer == issuer


_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@pytest.mark.parametrize("number", ["岭水发〔2018〕36号", "岭水发[2018]36号", "岭水发 〔2018〕 036 号"])
@pytest.mark.parametrize("day", ["2018年6月12日", "2018 年 6 月 12 日", "2018年06月12日"])
def test_wide_digits_are_read_as_narrow_ones_are(number: str, day: str) -> None:
    text = (
        f"岭州市水务局文件\n{number}\n岭州市水务局关于清理水闸的通知\n各区水务局：\n第一条 依法办理。\n第二条 本通知自2018年7月1日起施行，有效期至2023年6月30日。\n"
        f"附件：1.水闸名册\n2.联系表\n岭州市水务局\n{day}\n"
    )
    narrow, wide = (identify(segment(written), PLACES[:5]) for written in (text, text.translate(_WIDE)))
    assert (wide.number, wide.number_written) == ("岭水发〔2018〕36号", number.translate(_WIDE))
    assert (wide.title, wide.issue_date, wide.effective_date, wide.expiry_date) == ("岭州市水务局关于清理水闸的通知", "2018-06-12", "2018-07-01", "2023-06-30")
    assert replace(wide, number_written="") == replace(narrow, number_written="")


@pytest.mark.parametrize("line", ["２０１８年１３月４０日", "３０１８年６月１２日"])
def test_wide_digits_that_are_no_day_give_none(line: str) -> None:
    assert identify(segment(f"关于协作的通知\n一、依法办理。\n某市水务局\n{line}\n"), PLACES[:5]).issue_date == ""


@pytest.mark.parametrize("line", ["楚雄州人民政府办公室　　　　2021年3月5日", "楚雄州人民政府办公室   2021年3月5日印发"])
def test_minutes_bear_organ_and_day_on_one_line(line: str) -> None:
    identity = identify(segment(f"楚雄州人民政府专题会议纪要\n第12期\n{line}\n现将会议议定事项纪要如下：\n一、州民政局负责提供信息。"), PLACES)
    assert (identity.issuer, identity.issue_date) == ("楚雄州人民政府办公室", "2021-03-05")
    signed = identify(segment(f"楚雄州人民政府专题会议纪要\n{line}\n一、州民政局负责提供信息。\n楚雄州民政局\n2021年3月8日"), PLACES)
    assert (signed.issuer, signed.issue_date) == ("楚雄州民政局", "2021-03-08")


def test_what_the_text_lacks_stays_empty() -> None:
    identity = identify(segment("关于协作的意见\n一、总则\n（一）依法办理。"), PLACES)
    assert (identity.number, identity.issuer, identity.issue_date, identity.code) == ("", "", "", "")


@pytest.mark.parametrize(
    ("words", "last_day"),
    [
        ("本办法自2021年3月1日起施行，有效期5年。", "2026-02-28"),
        ("本办法自2021年3月1日起施行，有效期三年。", "2024-02-29"),
        ("本办法自2023年5月1日起施行，有效期至2025年4月30日。", "2025-04-30"),
        ("本办法自2021年3月1日起施行。", ""),
        ("营业执照有效期5年，期满换发。", ""),
    ],
)
def test_the_last_day_in_force_is_read(words: str, last_day: str) -> None:
    assert identify(segment(f"某市办法\n第一条 依法办理。\n第二条 {words}"), PLACES[:5]).expiry_date == last_day


@pytest.mark.parametrize(
    ("issuer", "code"),
    [
        ("中共鼓楼区委政法委员会", ""),
        ("中共徐州市鼓楼区委政法委员会", "320302"),
        ("中共开封市鼓楼区委政法委员会", "410204"),
        ("中共大姚县委政法委员会", "532326"),
    ],
)
def test_a_name_of_several_places_is_not_guessed(issuer: str, code: str) -> None:
    text = f"{issuer}\n关于清理查封台账的意见\n为规范登记，制定本意见。\n一、登记\n（一）区司法局应当按月核对。\n{issuer}\n2020年3月4日\n"
    assert identify(segment(text), PLACES).code == code


def test_a_short_name_stands_for_what_was_cited_in_full() -> None:
    found = find_citations("根据《关于加强协作的实施意见》（某委发〔2020〕4号，以下简称《实施意见》），落实《实施意见》第二条。")
    assert [(item.number_key, item.relation) for item in found] == [("某委发〔2020〕4号", "based_on"), ("某委发〔2020〕4号", "implements")]


def test_marks_of_secrecy_are_told_from_words() -> None:
    assert secrecy_mark("机密★1年\n关于协作的意见")
    assert secrecy_mark("秘密\n某市文件")
    assert not secrecy_mark("关于协作的意见\n不得泄露国家秘密、商业秘密。")


def test_clauses_keep_their_identity_over_an_amendment() -> None:
    old = [Known("a", "1", "税务机关应当提供纳税信息查询。"), Known("b", "2", "公安机关应当协助查找。"), Known("c", "3", "民政部门应当提供婚姻登记查询。")]
    ids = carry(
        old, ["9", "3", "8", "7"], ["税务机关应当及时提供纳税信息查询。", "民政部门应当提供婚姻登记查询。", "公安机关应当协助查找。", "全新的一条规定。"]
    )
    assert ids.ids == ["a", "c", "b", None]


@given(st.text(max_size=300))
def test_any_text_is_read_without_error(text: str) -> None:
    for item in find_citations(text):
        assert 0 <= item.start < item.end <= len(text)
        assert text[item.start : item.end] == item.written
    identify(segment(text), PLACES[:50])
