"""The segmenter: one row of phenomena.tsv a test, and that nothing is ever lost."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_docs.opinions import lines
from policy_docs.opinions.segment import segment

ROWS = [
    line.split("\t", 2)
    for line in (Path(__file__).parents[2] / "samples" / "phenomena.tsv").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def _compact(text: str) -> list[str]:
    return [f"{b.kind.value}|{'/'.join(b.path)}|{b.label}|{b.para}|{b.text}" for b in segment(text)]


@pytest.mark.parametrize(("name", "source", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_phenomenon(name: str, source: str, expected: str) -> None:
    wanted = expected.replace("|\t|", "||").replace("\\t", "\t").split("⏎")
    assert _compact(source.replace("\\n", "\n").replace("\\t", "\t")) == wanted


def test_there_are_forty_phenomena() -> None:
    assert len({row[0] for row in ROWS}) == len(ROWS) >= 40


LINES = st.lists(
    st.one_of(
        st.text(max_size=40),
        st.builds(
            lambda label, body: label + body,
            st.sampled_from(["一、", "（一）", "1.", "第一条 ", "第一章 ", "（1）", "①", "附件1", "目录"]),
            st.text(max_size=20),
        ),
        st.sampled_from(["2020年5月1日", "某市人民政府", "各县（区）：", "关于协作的意见", "关于印发《意见》的通知", "责任编辑：某", "单位\t任务"]),
    ),
    max_size=30,
)


@settings(max_examples=300)
@given(LINES)
def test_nothing_is_lost_or_moved(parts: list[str]) -> None:
    source = "\n".join(parts)
    kept = "".join(block.label + block.text for block in segment(source))
    strip = str.maketrans("", "", "\ufeff\u200b")
    assert "".join(kept.split()).translate(strip) == "".join(source.split()).translate(strip)


def test_a_run_of_dates_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = 0

    def is_date(text: str, known: Callable[[str], bool] = lines.is_date) -> bool:
        nonlocal looked
        looked += 1
        return known(text)

    monkeypatch.setattr(lines, "is_date", is_date)
    run = 300
    segment("关于协作的意见\n一、职责\n" + "2020年5月1日\n" * run + "（一）公安机关协助查询。\n")
    assert looked < 20 * run
