"""How sure the wizard is of what it has read, and what it quotes for it."""

import pytest

from policy_docs.importing.confidence import Sure, assess
from policy_docs.opinions.identity import identify
from policy_docs.opinions.segment import segment

_TEXT = "岭州市水务局文件\n岭水发〔2025〕8号\n关于清理水闸的通知\n各区水务局：\n一、区水务局应当清理水闸。\n二、{}\n岭州市水务局\n2025年2月20日\n"


def _sure(words: str) -> dict[str, Sure]:
    blocks = segment(_TEXT.format(words))
    return assess(identify(blocks, []), blocks, typed={}, read={})


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
