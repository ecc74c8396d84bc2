"""Correcting a split: what each correction does, and that none adds, changes or loses a sign."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_docs.importing.corrections import CannotCorrect, Verb, correct, splice
from policy_docs.importing.draft import blocks_from_json, blocks_to_json
from policy_docs.importing.remarks import outline_remarks
from policy_docs.opinions.segment import segment
from policy_docs.opinions.types import Block, BlockKind
from tests.factories.imports import TEXT

BLOCKS = segment(TEXT)
AT = {block.label + block.text[:4]: index for index, block in enumerate(BLOCKS)}


def said(blocks: list[Block]) -> list[tuple[str, str, str, int]]:
    return [(block.kind.value, block.label, block.text, block.level) for block in blocks]


def signs(blocks: list[Block]) -> str:
    return "".join("".join(block.label + block.text for block in blocks).split())


def test_join_takes_the_number_along_and_divide_gives_it_back() -> None:
    at = AT["（二）州发改委"]
    joined = correct(BLOCKS, Verb.JOIN, at)
    assert joined[at - 1].text == "公安机关应当协助人民法院查找被执行人。（二）州发改委应当协助查询项目立项情况。"
    back = correct(joined, Verb.DIVIDE, at - 1, joined[at - 1].text.replace("（二）", "\n（二）"))
    assert said(back) == said(BLOCKS)


def test_a_heading_is_cut_off_from_its_clause() -> None:
    blocks = segment(TEXT.replace("二、保障\n各成员", "二、保障各成员"))
    at = next(index for index, block in enumerate(blocks) if block.label == "二、")
    cut = correct(blocks, Verb.DIVIDE, at, "保障\r\n各成员单位应当确定联络员。")
    assert said(cut)[at : at + 2] == [("heading", "二、", "保障", 1), ("clause", "", "各成员单位应当确定联络员。", 1)]
    assert cut[at + 1].path == ("二、",)


@pytest.mark.parametrize(
    "words", ["公安机关应当协助\n查找被执行人。", "公安机关应当协助人民法院查找被执行人。", "", "公安机关应当协助\n人民法院查找被执行人。添"]
)
def test_divide_refuses_what_is_no_division(words: str) -> None:
    with pytest.raises(CannotCorrect):
        correct(BLOCKS, Verb.DIVIDE, AT["（一）公安机关"], words)


def test_levels_move_with_all_that_belongs_below() -> None:
    down = correct(BLOCKS, Verb.DOWN, AT["一、职责"])
    moved = [index for index, (old, new) in enumerate(zip(BLOCKS, down, strict=True)) if new.level == old.level + 1]
    assert moved == list(range(AT["一、职责"], AT["二、保障"]))
    assert said(correct(down, Verb.UP, AT["一、职责"])) == said(BLOCKS)
    with pytest.raises(CannotCorrect, match="最高"):
        correct(BLOCKS, Verb.UP, AT["一、职责"])


def test_a_clause_becomes_a_heading_or_leaves_the_text_and_comes_back() -> None:
    at = AT["联合处置"]
    assert correct(BLOCKS, Verb.KIND, at, "heading")[at].kind is BlockKind.HEADING
    out = correct(BLOCKS, Verb.KIND, AT["（一）公安机关"], "left_out")
    assert said(out)[AT["（一）公安机关"]][:2] == ("left_out", "")
    back = correct(correct(out, Verb.KIND, AT["（一）公安机关"], "clause"), Verb.LABEL, AT["（一）公安机关"])
    assert back[AT["（一）公安机关"]].label == "（一）"
    with pytest.raises(CannotCorrect):
        correct(BLOCKS, Verb.KIND, at, "nothing")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(list(Verb)), st.integers(0, 15), st.integers(1, 12), st.sampled_from(list(BlockKind))), max_size=25))
def test_no_correction_loses_a_sign_and_each_can_be_taken_back(steps: list[tuple[Verb, int, int, BlockKind]]) -> None:
    blocks = BLOCKS
    for verb, at, cut, kind in steps:
        words = kind.value
        if verb is Verb.DIVIDE and at < len(blocks):
            words = f"{blocks[at].text[:cut]}\n{blocks[at].text[cut:]}"
        try:
            new = correct(blocks, verb, at, words)
        except CannotCorrect:
            continue
        assert signs(new) == signs(BLOCKS)
        start, gone, made = splice(blocks, new)
        assert said([*new[:start], *blocks[start : start + gone], *new[start + made :]]) == said(blocks)
        assert blocks_from_json(blocks_to_json(new)) == new
        blocks = new


def test_numbers_that_jump_are_said_once_and_new_lists_are_none() -> None:
    found = [remark.title for remark in outline_remarks(BLOCKS)]
    assert found == ["“一、”下面从（二）跳到（四）"]
    assert outline_remarks(segment("关于协作的意见\n一、甲\n（一）公安机关应当协助。\n二、乙\n（一）法院应当协助。\n（二）检察院应当协助。\n")) == []
    articles = "协作办法\n第一章 总则\n第一条 公安机关应当协助。\n第二章 分则\n第二条 法院应当协助。\n第四条 税务局应当协助。\n"
    assert [remark.block for remark in outline_remarks(segment(articles))] == [5]


def test_a_sentence_that_a_page_break_may_have_cut_is_said() -> None:
    blocks = [Block(BlockKind.CLAUSE, "（一）", "公安机关应当协助人民法院和", 1), Block(BlockKind.CLAUSE, "", "检察院查找。", 1)]
    assert [remark.block for remark in outline_remarks(blocks)] == [1]


def test_a_second_document_in_the_file_is_told() -> None:
    one = "澜中法联〔2025〕1号\n关于扣划的意见\n一、要求\n（一）市公安局应当协助，详见澜中法联〔2024〕9号。\n"
    assert [item.title for item in outline_remarks(segment(one + one.replace("〕1号", "〕2号"))) if item.code.startswith("second")] == [
        "从“澜中法联〔2025〕2号”起可能是另一份文件"
    ]
    assert not outline_remarks(segment(one))


def test_what_is_divided_at_a_comma_is_no_heading() -> None:
    blocks = segment("关于协作的意见\n一、职责\n（一）市公安局牵头建立协作专班，市交通运输局配合。\n")
    at = next(index for index, block in enumerate(blocks) if "专班" in block.text)
    made = correct(blocks, Verb.DIVIDE, at, "市公安局牵头建立协作专班，\n市交通运输局配合。")
    assert [block.kind.value for block in made[at : at + 2]] == ["clause", "clause"]
