"""What is told of the duties of two texts."""

from policy_docs.notices.difference import Fact, Laid, Turn, differences

POLICE: Laid = ("public_security", "generic", "", "")
COURT: Laid = ("court", "generic", "", "")


def fact(clause: int, *quotes: str, laid: Laid = POLICE, place: str = "第一条", role: str = "responsible", lost: bool = False, text: str = "全条文字") -> Fact:
    return Fact(clause, f"k{clause}", place, laid, role, quotes, text=text, lost=lost)


def turns(old: list[Fact], new: list[Fact], heirs: dict[int, int] | None = None) -> list[tuple[Turn, str, str]]:
    return [(told.turn, told.old, told.new) for told in differences(old, new, heirs=heirs or {})]


def test_what_is_as_it_was_is_not_told() -> None:
    assert turns([fact(1, "协助 查询")], [fact(1, "协助查询")]) == []


def test_new_and_gone() -> None:
    assert turns([fact(1, "协助查询")], [fact(2, "协助控制", laid=COURT)]) == [(Turn.ADDED, "", "协助控制"), (Turn.GONE, "协助查询", "")]


def test_other_words_another_role_and_lost_words_are_changes() -> None:
    assert turns([fact(1, "协助查询")], [fact(1, "及时协助查询")]) == [(Turn.CHANGED, "协助查询", "及时协助查询")]
    assert turns([fact(1, "协助查询")], [fact(1, "协助查询", role="lead")]) == [(Turn.CHANGED, "全条文字", "全条文字")]
    assert turns([fact(1, "协助查询")], [fact(1, "协助查询", lost=True)]) == [(Turn.CHANGED, "协助查询", "全条文字")]


def test_the_same_words_are_told_once_however_many_acts_they_prove() -> None:
    assert turns([], [fact(1, "在六个月内办结", "在六个月内办结", "定期通报")]) == [(Turn.ADDED, "", "在六个月内办结……定期通报")]


def test_words_around_the_quote_count_too() -> None:
    assert turns([fact(1, "协助查询", text="应当协助查询")], [fact(1, "协助查询", text="不再协助查询")]) == [(Turn.CHANGED, "应当协助查询", "不再协助查询")]


def test_another_place_is_a_move_also_into_another_clause() -> None:
    assert turns([fact(1, "协助查询")], [fact(1, "协助查询", place="第二条")]) == [(Turn.MOVED, "协助查询", "协助查询")]
    found = differences([fact(1, "协助查询")], [fact(2, "协助查询", place="第三条")], heirs={})
    assert [(told.turn, told.was_place, told.place) for told in found] == [(Turn.MOVED, "第一条", "第三条")]


def test_a_merged_clause_hands_its_duty_on() -> None:
    assert turns([fact(1, "协助查询")], [fact(2, "协助查询和控制", place="第三条")], {1: 2}) == [(Turn.CHANGED, "协助查询", "协助查询和控制")]


def test_one_duty_that_is_gone_stands_for_one_that_is_new() -> None:
    found = turns([fact(1, "协助查询")], [fact(2, "协助查询", place="第二条"), fact(3, "协助查询", place="第三条")])
    assert [turn for turn, _old, _new in found] == [Turn.MOVED, Turn.ADDED]


def test_what_a_duty_of_the_clause_has_taken_over_has_moved() -> None:
    old = [fact(1, "协助查询", place="第一条"), fact(2, "协助控制", place="第二条")]
    found = differences(old, [fact(1, "协助查询", "协助控制")], heirs={2: 1})
    assert [(told.turn, told.was_place, told.place, told.new) for told in found] == [(Turn.MOVED, "第二条", "第一条", "协助控制")]
    led = turns([fact(1, "协助查询", role="lead"), old[1]], [fact(1, "协助查询", "协助控制", role="lead")])
    assert led == [(Turn.CHANGED, "全条文字", "全条文字")], "its role is another one there"


def test_the_same_words_in_two_clauses_are_one_in_what_both_became() -> None:
    old = [fact(1, "协助查询", place="第一条"), fact(2, "协助查询", place="第二条")]
    assert turns(old, [fact(1, "协助查询")], {2: 1}) == [(Turn.MOVED, "协助查询", "协助查询")]
    assert turns(old, [fact(1, "协助查询", "协助查询")], {2: 1}) == [(Turn.MOVED, "协助查询", "协助查询")]


def test_the_same_words_elsewhere_do_not_hide_that_a_duty_has_gone() -> None:
    assert turns([fact(1, "协助查询"), fact(2, "协助查询")], [fact(1, "协助查询")]) == [(Turn.GONE, "协助查询", "")]
