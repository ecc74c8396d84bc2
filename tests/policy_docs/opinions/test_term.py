"""From which day to which day a text says that it holds."""

import pytest

from policy_docs.opinions import term
from policy_docs.opinions.segment import segment

_TEXT = "岭州市水务局文件\n岭水发〔2025〕8号\n关于清理水闸的通知\n各区水务局：\n一、区水务局应当清理水闸。\n二、{}\n岭州市水务局\n2025年2月20日\n"


def _read(words: str) -> tuple[str, str]:
    blocks = segment(_TEXT.format(words))
    first = term.effective(blocks, "2025-02-20").day
    return first, term.expiry(blocks, first, "2025-02-20").day


@pytest.mark.parametrize(
    ("words", "last_day"),
    [
        ("有效期两年", "2027-02-28"),
        ("有效期为两年", "2027-02-28"),
        ("有效期限为2年", "2027-02-28"),
        ("有效期暂定三年", "2028-02-29"),
        ("有效期５年", "2030-02-28"),
        ("有效期十八个月", "2026-08-31"),
        ("有效期3年，《旧办法》同时废止", "2028-02-29"),
        ("试行期1年", "2026-02-28"),
        ("试行两年", "2027-02-28"),
        ("执行至2026年12月31日", "2026-12-31"),
        ("至2026年12月31日止", "2026-12-31"),
        ("有效期至２０２６年１２月３１日", "2026-12-31"),
        ("有效期自2025年3月1日至2027年2月28日", "2027-02-28"),
        ("有效期截至2027年2月28日", "2027-02-28"),
        ("至2026年12月31日废止", "2026-12-31"),
        ("2026年12月31日自动失效", "2026-12-31"),
        ("自2027年1月1日起废止", "2026-12-31"),
    ],
)
def test_the_end_is_read(words: str, last_day: str) -> None:
    assert _read(f"本通知自2025年3月1日起施行，{words}。") == ("2025-03-01", last_day)


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("本办法自2025年3月1日起试行，试行期为2年。", ("2025-03-01", "2027-02-28")),
        ("本通知自2025年3月1日起至2027年2月28日止施行。", ("2025-03-01", "2027-02-28")),
        ("本办法有效期自2025年3月1日起至2027年2月28日止。", ("2025-03-01", "2027-02-28")),
        ("本办法自印发之日起施行，有效期两年。", ("2025-02-20", "2027-02-19")),
        ("本通知有效期为自发布之日起三年。", ("", "2028-02-19")),
        ("本通知自２０２５年７月１日起施行。", ("2025-07-01", "")),
    ],
)
def test_first_and_last_day_are_read_together(words: str, days: tuple[str, str]) -> None:
    assert _read(words) == days


@pytest.mark.parametrize(
    "words",
    [
        "本通知自2025年3月1日起施行，《旧办法》2026年1月1日废止。",
        "本通知自2025年3月1日起施行，有效期一年半。",
        "取水许可证有效期为五年，届满前30日申请延续。",
        "申报期自2025年3月1日至2025年5月1日止。",
        "试行两年来，各区取得成效。",
        "本办法（试行）自2025年3月1日起施行。",
    ],
)
def test_no_end_is_guessed(words: str) -> None:
    assert _read(words)[1] == ""


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("本通知自2025年3月1日起施行，有效期一年半。", "有效期一年半"),
        ("本意见试行两年。", "本意见试行两年"),
        ("补贴发放至2026年12月底止。", "补贴发放至2026年12月底止"),
        ("本通知自2025年3月1日起施行。", ""),
        ("取水许可证有效期为五年。", ""),
        ("《水闸管理办法（试行）》同时废止，禁止擅自启闭。", ""),
    ],
)
def test_what_speaks_of_an_end_is_told(words: str, told: str) -> None:
    assert term.unread_end(segment(_TEXT.format(words))) == told


def test_a_notice_says_when_what_it_wraps_begins() -> None:
    text = (
        "岭州市水务局文件\n岭水发〔2025〕9号\n关于印发《水闸管理办法》的通知\n各区水务局：\n现将《水闸管理办法》印发给你们，自2025年4月1日起施行，有效期五年。\n"
        "岭州市水务局\n2025年3月2日\n水闸管理办法\n第一条 区水务局应当清理水闸。\n第二条 水闸应当登记。\n"
    )
    blocks = segment(text)
    assert term.effective(blocks, "2025-03-02").day == "2025-04-01"
    assert term.expiry(blocks, "2025-04-01", "2025-03-02") == term.Said("2030-03-31", "有效期五年")
