"""Where a block stands, in words; what a clause begins with."""

import pytest

from policy_docs.opinions.citing import outline_words, path_words, run_in_head, without_heading


@pytest.mark.parametrize(
    ("kind", "path", "words"),
    [
        ("clause", ("二、", "（三）"), "第二部分第（三）项"),
        ("preamble", (), "引言"),
        ("notice", (), "印发通知"),
        ("attachment", ("附件1　成员单位名单",), "附件1"),
        ("table", ("附件",), "附件"),
        ("back", (), ""),
    ],
)
def test_blocks_outside_the_outline_have_words_too(kind: str, path: tuple[str, ...], words: str) -> None:
    assert outline_words(kind, path, 1) == words


def test_a_long_heading_stays_out_of_the_margin() -> None:
    words = path_words(("推进执行联动机制建设，完善综合治理格局", "（一）"), 1)
    assert words == "“推进执行联动机制建设，完善综合治理格局”第（一）项"
    assert without_heading(words) == "第（一）项"
    assert without_heading("第二部分第（三）项") == "第二部分第（三）项"
    assert len(without_heading("“" + "长" * 60 + "”")) < 25


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("加强组织领导。市委政法委牵头。", "加强组织领导。"),
        ("加强组织领导。", ""),  # nothing follows: a sentence, no head
        ("公安机关应当协助查询，并及时反馈。其他单位配合。", ""),
        ("查找被执行人下落时公安机关应当立即予以协助配合。并反馈。", ""),
        ("", ""),
    ],
)
def test_run_in_heads(text: str, head: str) -> None:
    assert text[: run_in_head(text)] == head


def test_a_row_of_a_table_is_cited_as_such() -> None:
    path = ("附件1", "任务分解表")
    assert outline_words("table", path, 2, "1 | 建立查控系统 | 市公安局") == "附件1“任务分解表”序号1"
    assert outline_words("table", path, 3, "建立查控系统\t市公安局") == "附件1“任务分解表”第3行"
    assert path_words(path, 2) == "附件1“任务分解表”第二段"
