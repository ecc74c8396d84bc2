"""How sure the wizard is of what it has read, and what it quotes for it."""

import pytest

from policy_docs.importing.confidence import Sure, assess, dates_of
from policy_docs.importing.draft import typed_of
from policy_docs.opinions.identity import identify
from policy_docs.opinions.segment import segment

_TEXT = "岭州市水务局文件\n岭水发〔2025〕8号\n关于清理水闸的通知\n各区水务局：\n一、区水务局应当清理水闸。\n二、{}\n岭州市水务局\n2025年2月20日\n"


def _sure(words: str) -> dict[str, Sure]:
    blocks = segment(_TEXT.format(words))
    return assess(identify(blocks, []), blocks, typed={}, read={})


def test_what_a_person_has_written_is_not_said_to_be_read() -> None:
    blocks = segment(_TEXT.format("本通知自2025年3月1日起施行。"))
    identity = identify(blocks, [])
    read = typed_of(identity, blocks)
    sure = assess(identity, blocks, typed=read | {"title": "关于清理闸门的通知", "kind": "", "disclosure": "open"}, read=read)
    assert (sure["title"], sure["disclosure"]) == (Sure("ok", "人工填写"), Sure("ok", "人工填写"))
    assert sure["number"] == Sure("ok", "把握高，版头")
    assert sure["kind"] == Sure("mid", "请核对", "原文写有“通知”，现在没有填")
    emptied = assess(identity, blocks, typed=read | {"title": " "}, read=read)
    assert emptied["title"] == Sure("low", "请填写", "原文写有“关于清理水闸的通知”，现在没有填")
    assert emptied["disclosure"] == Sure("low", "请填写", "原文没有注明，发布前必须选择")


def test_of_two_dates_the_one_that_was_read_may_be_chosen() -> None:
    blocks = segment("岭水办〔2025〕17号\n关于清理水闸的意见\n2025年3月1日\n一、清理水闸。\n岭州市水务局\n2025年3月6日\n")
    identity = identify(blocks, [])
    read = typed_of(identity, blocks)
    assert assess(identity, blocks, typed=read, read=read)["issue_date"].words == "请选定"
    assert assess(identity, blocks, typed=read, read=read, day_chosen=True)["issue_date"] == Sure("ok", "人工填写")


def test_the_quote_is_the_part_that_gives_the_day() -> None:
    sure = _sure("本通知自2025年3月1日起施行，《岭州市水闸养护与启闭记录管理暂行办法》（岭水发〔2015〕1号）同时废止。")
    assert sure["effective_date"] == Sure("ok", "把握高，正文", "依据“本通知自2025年3月1日起施行”")


def test_the_end_that_was_read_is_quoted() -> None:
    assert _sure("本通知自2025年3月1日起施行，有效期两年。")["expiry_date"] == Sure("ok", "把握高，正文", "依据“有效期两年”")


@pytest.mark.parametrize("words", ["有效期一年半", "有效期至新办法公布", "试行至2026年底止"])
def test_an_end_that_was_not_read_is_to_be_checked(words: str) -> None:
    found = _sure(f"本通知自2025年3月1日起施行，{words}。")["expiry_date"]
    assert (found.grade, found.words, words in found.hint) == ("mid", "请核对", True)


def test_no_end_is_told_only_where_none_is_written() -> None:
    assert _sure("本通知自2025年3月1日起施行。")["expiry_date"] == Sure("ok", "把握高，原文没有写有效期")


_FORWARDED = (
    "{head}岭水办〔2025〕17号\n岭州市水务局办公室转发市节水中心等部门关于清理水闸意见的通知\n各区水务局：\n"
    "市节水中心、市水文站《关于清理水闸的意见》已经市水务局同意，现转发给你们，请认真贯彻执行。\n岭州市水务局办公室\n2025年3月6日\n关于清理水闸的意见\n"
    "市水务局  市财政局\n一、区水务局应当清理水闸。\n二、本意见自印发之日起施行。\n市水务局\n市财政局\n2025年2月20日\n"
)


@pytest.mark.parametrize("head", ["岭州市水务局办公室文件\n", ""])
def test_number_issuer_and_day_of_what_is_forwarded_are_those_of_the_notice(head: str) -> None:
    blocks = segment(_FORWARDED.format(head=head))
    identity = identify(blocks, [])
    assert (identity.title, identity.kind, identity.number) == ("关于清理水闸的意见", "意见", "岭水办〔2025〕17号")
    assert (identity.issuer, identity.issue_date) == ("岭州市水务局办公室", "2025-03-06")
    dates = dates_of(blocks)
    assert (dates.head, dates.inner, dates.differ) == ("2025-03-06", "2025-02-20", False)
    sure = assess(identity, blocks, typed={}, read={})
    assert (sure["issue_date"], sure["issuer"].grade) == (Sure("ok", "把握高，通知落款"), "ok")


def test_dates_that_differ_without_a_notice_have_to_be_chosen_from() -> None:
    assert dates_of(segment("岭水办〔2025〕17号\n关于清理水闸的意见\n2025年3月1日\n一、清理水闸。\n岭州市水务局\n2025年3月6日\n")).differ


@pytest.mark.parametrize("title", ["红烧茄子的做法", "水闸的用法", "评弹艺术与书法"])
def test_a_word_that_ends_like_a_kind_is_none(title: str) -> None:
    assert identify(segment(f"{title}\n一、茄子切块。\n二、小火炖熟。"), []).kind == ""


@pytest.mark.parametrize(("title", "kind"), [("中华人民共和国水闸法", "法"), ("水闸管理办法", "管理办法"), ("中华人民共和国宪法", "法")])
def test_laws_keep_their_kind(title: str, kind: str) -> None:
    assert identify(segment(f"{title}\n第一条 依法办理。\n第二条 依法登记。"), []).kind == kind
