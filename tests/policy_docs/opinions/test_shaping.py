"""Insert, split, merge, move and renumber; what is typed anew keeps the identity that it deserves."""

import uuid
from typing import Any

import pytest

from policy_docs.opinions.counting import odd_numbers
from policy_docs.opinions.descent import settle
from policy_docs.opinions.numbering import chinese, number_of, with_number
from policy_docs.opinions.sections import WHOLE, is_long, section_of, sections, stretch
from policy_docs.opinions.shaping import ShapeRefused, insert, label, merge, move, parts_in, renumber, split, then_renumber, words

LONG = "公安机关应当协助人民法院查找被执行人的下落"
SHORT = "人民法院应当提供名单"


def block(marked: str, text: str, level: int = 2, kind: str = "clause") -> dict[str, Any]:
    return {"type": kind, "value": {"label": marked, "text": text, "level": level}, "id": str(uuid.uuid4())}


def body() -> list[dict[str, Any]]:
    return [
        block("一、", "职责", 1, "heading"), block("（一）", f"{LONG}。{SHORT}。"), block("（二）", "州发改委应当协助查询。"), block("", "第二段。"),
        block("1.", "查询立项。", 3), block("（三）", "州财政局应当保障经费。"), block("二、", "附则", 1, "heading"), block("（一）", "本意见自印发之日起施行。"),
    ]  # fmt: skip


def labels(shaped: list[dict[str, Any]]) -> str:
    return "".join(label(item) or "·" for item in shaped)


@pytest.mark.parametrize(
    ("old", "number", "new"),
    [
        ("（一）", 12, "（十二）"), ("第九条", 10, "第十条"), ("第一百零三条", 110, "第一百一十条"), ("1.", 2, "2."), ("１．", 3, "３．"), ("①", 3, "③"), ("⑴", 2, "⑵"),
        ("（a）", 3, "（c）"), ("1.2", 3, "1.3"), ("一、", 20, "二十、"), ("①", 21, None), ("第三条之一", 4, None), ("【…】", 2, None), ("第 一 章", 2, "第 二 章"),
    ],
)  # fmt: skip
def test_a_label_takes_another_number_in_its_own_style(old: str, number: int, new: str | None) -> None:
    assert with_number(old, number) == new
    if new is not None:
        assert number_of(new) == number


def test_chinese_numbers_are_read_back() -> None:
    assert [number_of(f"第{chinese(number)}条") for number in range(1, 2000)] == list(range(1, 2000))


def test_inserting_leaves_together_what_belongs_together() -> None:
    old = body()
    done = insert(old, old[2]["id"], kind="clause", new_label="（三）", text="税务机关应当配合。", new_level=2)
    assert labels(done.body) == "一、（一）（二）·1.（三）（三）二、（一）"
    assert labels(then_renumber(done, done.at).body) == "一、（一）（二）·1.（三）（四）二、（一）"


def test_the_longer_part_keeps_the_identity() -> None:
    old = body()
    origin = old[1]["id"]
    done = split(old, origin, [len(LONG) + 1], numbered=True)
    assert [words(item) for item in done.body[1:3]] == [f"{LONG}。", f"{SHORT}。"]
    assert done.body[1]["id"] == origin
    assert done.split == {done.body[2]["id"]: origin}
    assert labels(then_renumber(done, done.at).body) == "一、（一）（二）（三）·1.（四）二、（一）"
    late = [old[0], {**old[1], "value": {**old[1]["value"], "text": f"{SHORT}。{LONG}。"}}]
    done = split(late, origin, [len(SHORT) + 1], numbered=False)
    assert [item["id"] == origin for item in done.body] == [False, False, True]
    assert labels(done.body) == "一、（一）·"


@pytest.mark.parametrize(
    ("typed", "cuts"), [("甲。\n乙。", [2]), ("甲。乙。", []), ("\n甲。乙。\n", []), ("甲。\n丙。", None), ("甲。", None), ("甲\r\n。\n乙。", [1, 2])]
)
def test_line_ends_part_a_text_and_change_no_word(typed: str, cuts: list[int] | None) -> None:
    assert parts_in("甲。乙。", typed) == cuts


def test_a_line_end_of_the_text_itself_is_no_cut() -> None:
    assert parts_in("甲\n乙", "甲\n乙") == []
    assert parts_in("甲\n乙", "甲\n乙\n") == []


def test_merging_keeps_the_first() -> None:
    old = body()
    done = merge(old, old[3]["id"])
    assert words(done.body[2]) == "州发改委应当协助查询。第二段。"
    assert done.body[2]["id"] == old[2]["id"]
    assert done.merged == {old[3]["id"]: old[2]["id"]}
    for head in (old[1], old[6], old[0]):
        with pytest.raises(ShapeRefused):
            merge(old, head["id"])


def test_moving_takes_along_what_belongs_to_a_clause() -> None:
    old = body()
    done = move(old, old[2]["id"], after=old[5]["id"], whole=True)
    assert labels(done.body) == "一、（一）（三）（二）·1.二、（一）"
    assert labels(then_renumber(done, done.at).body) == "一、（一）（二）（三）·1.二、（一）"
    alone = move(old, old[4]["id"], after=old[6]["id"], whole=False)
    assert [item["value"]["level"] for item in alone.body if item["id"] == old[4]["id"]] == [2]
    assert labels(alone.body) == "一、（一）（二）·（三）二、1.（一）"
    with pytest.raises(ShapeRefused):
        move(old, old[2]["id"], after=old[4]["id"], whole=True)
    assert {item["id"] for item in done.body} == {item["id"] for item in old}


def test_an_item_that_is_put_behind_a_deeper_one_keeps_its_own_level() -> None:
    old = [*body()[:6], block("（四）", "税务机关应当配合。"), block("（五）", "公安机关应当查控车辆。"), *body()[6:]]
    shaped = move(old, old[7]["id"], after=old[4]["id"], whole=True)
    done = then_renumber(shaped, shaped.at)
    assert labels(done.body) == "一、（一）（二）·1.（三）（四）（五）二、（一）"
    moved = next(item for item in done.body if item["id"] == old[7]["id"])
    assert (label(moved), moved["value"]["level"]) == ("（三）", 2)
    assert not odd_numbers(done.body)
    inside = move(old, old[7]["id"], after=old[2]["id"], whole=True, inside=True)
    assert next(item for item in inside.body if item["id"] == old[7]["id"])["value"]["level"] == 3


def test_what_belongs_to_an_item_that_is_split_stays_with_its_first_part() -> None:
    old = body()
    old[2]["value"]["text"] = f"{LONG}。{SHORT}。"
    done = split(old, old[2]["id"], [len(LONG) + 1], numbered=True)
    assert labels(then_renumber(done, done.at).body) == "一、（一）（二）·1.（三）（四）二、（一）"
    assert labels(split(old, old[2]["id"], [len(LONG) + 1], numbered=True, below_last=True).body) == "一、（一）（二）（三）·1.（三）二、（一）"
    assert labels(split(old, old[2]["id"], [len(LONG) + 1], numbered=False).body) == "一、（一）（二）··1.（三）二、（一）"


def items(*marked: str) -> list[dict[str, Any]]:
    levels = {"第": 1, "一": 1, "二": 1, "（": 2, "1": 3, "2": 3, "3": 3}
    return [block(mark, "文字。", levels[mark[0]]) for mark in marked]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (items("一、", "（一）", "（二）", "二、", "（一）", "1.", "2.", "（二）"), []),
        (items("第一条", "第二条", "第二条之一", "第二条之二", "第三条"), []),
        (items("第十条", "第十一条"), []),
        (items("（一）", "（二）", "（一）", "（二）"), []),
        (items("（一）", "1.", "2.", "（二）", "3."), ["这一组从“3”开始"]),
        (items("（一）", "（三）"), ["“（一）”后面是“（三）”，缺少“（二）”"]),
        (items("（一）", "（二）", "（二）", "（三）"), ["“（二）”有两个"]),
        (items("（一）", "（二）", "（三）", "（二）"), ["“（三）”后面是“（二）”，顺序颠倒"]),
        (items("（一）", "（一）"), ["“（一）”有两个"]),
        (items("第一条", "第三条", "第二条"), ["“第一条”后面是“第三条”，缺少“第二条”", "“第三条”后面是“第二条”，顺序颠倒"]),
    ],
)  # fmt: skip
def test_numbers_out_of_order_are_told(found: list[dict[str, Any]], said: list[str]) -> None:
    assert [item.words for item in odd_numbers(found)] == said


def test_articles_are_counted_through_all_chapters() -> None:
    old = [
        block("第一章", "总则", 1, "heading"), block("第一条", "甲。"), block("第三条", "乙。"), block("第三条之一", "丙。"), block("第二章", "附则", 1, "heading"),
        block("第五条", "丁。"), block("附件1", "表", 1, "attachment"), block("第一条", "戊。"),
    ]  # fmt: skip
    done = renumber(old, old[1]["id"])
    assert labels(done.body) == "第一章第一条第二条第三条之一第二章第三条附件1第一条"
    assert [(was, now) for _id, was, now in done.relabelled] == [("第三条", "第二条"), ("第五条", "第三条")]


def test_a_clause_typed_elsewhere_is_the_same_one() -> None:
    old = body()
    pasted = block("（四）", " 州财政局应当保障经费。 ")
    now, descent = settle(old, [*old[:5], *old[6:], pasted])
    assert now[-1]["id"] == old[5]["id"]
    assert not descent.split
    assert not descent.merged


def test_a_clause_split_by_hand() -> None:
    old = body()
    first = {**old[1], "value": {**old[1]["value"], "text": f"{SHORT}。"}}
    second = block("（二）", f"{LONG}。")
    now, descent = settle(old, [old[0], first, second, *old[2:]])
    assert now[2]["id"] == old[1]["id"], "the longer part keeps the identity"
    assert descent.split == {second["id"]: old[1]["id"]}
    assert now[1]["id"] == second["id"]
    third = block("（二）", f"{SHORT}。")
    now, descent = settle(old, [old[0], {**old[1], "value": {**old[1]["value"], "text": f"{LONG}。"}}, third, *old[2:]])
    assert now[1]["id"] == old[1]["id"]
    assert descent.split == {third["id"]: old[1]["id"]}
    again = {**old[1], "id": str(uuid.uuid4())}
    now, descent = settle(old, [old[0], first, second, again, *old[2:]])
    assert now[2]["id"] == old[1]["id"], "all the words once more are no part of the clause that was split"
    assert now[3] == again


def test_clauses_merged_by_hand() -> None:
    old = body()
    whole = "州发改委应当协助查询。州财政局应当保障经费。"
    into_first = [*old[:2], {**old[2], "value": {**old[2]["value"], "text": whole}}, *old[3:5], *old[6:]]
    now, descent = settle(old, into_first)
    assert now == into_first
    assert descent.merged == {old[5]["id"]: old[2]["id"]}
    into_second = [*old[:2], *old[3:5], {**old[5], "value": {**old[5]["value"], "text": whole}}, *old[6:]]
    now, descent = settle(old, into_second)
    assert now[4]["id"] == old[2]["id"], "the first keeps the identity"
    assert descent.merged == {old[5]["id"]: old[2]["id"]}


def test_sections_hold_all_and_are_small() -> None:
    flat = [block(f"第{number}条", "甲。") for number in range(1, 1261)]
    deep = [item for chapter in range(40) for item in (block(f"第{chapter}章", "章", 1, "heading"), *(block("", "甲。") for _ in range(chapter * 2)))]
    for blocks in (flat, deep, body()):
        found = sections(blocks)
        assert [at for section in found for at in range(section.start, section.end)] == list(range(len(blocks)))
        assert max(section.count for section in found) <= 60
    assert is_long(flat)
    assert not is_long(flat[:WHOLE])
    middle = flat[700]["id"]
    found = section_of(flat, middle)
    assert found is not None
    assert found.start <= 700 < found.end
    assert stretch(flat, [flat[5]["id"], flat[9]["id"], "x"]) == (5, 10)
    assert stretch(flat, ["x"]) is None
