"""Folding and cutting."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import tokens
from search.analysis.fold import fold
from search.analysis.passages import find, marks_pattern, passage

anything = st.text(alphabet=st.characters(), max_size=60)


@given(anything)
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(anything)
def test_anything_can_be_cut(text: str) -> None:
    for token in (*tokens.words(text), *tokens.grams(text), *tokens.cut(text), *tokens.phrase(text)):
        assert token
        assert not any(sign.isspace() for sign in token)


@pytest.mark.parametrize(
    ("first", "second"),
    [("浙政〔2016〕１０号", "浙政[2016]10号"), ("（2016）", "[2016]"), ("ＡＢＣ", "abc"), ("強制執行", "强制执行"), ("“公安”", '"公安"')],
)
def test_signs_of_one_meaning_fold_to_one(first: str, second: str) -> None:
    assert fold(first) == fold(second)


@given(
    st.lists(st.sampled_from("公安机关、依法执行 2016。号"), min_size=2, max_size=12).map("".join),
    st.text("甲乙丙。", max_size=4),
    st.text("丁戊，", max_size=4),
)
def test_a_phrase_is_found_where_it_stands(phrase: str, before: str, after: str) -> None:
    sought = tokens.phrase(phrase)
    if not sought or phrase[-1] in "、。 " or phrase[0] in "、。 " or phrase[-1].isascii() or phrase[0].isascii():
        return
    text = tokens.grams(f"{before}{phrase}{after}")
    places = range(len(text) - len(sought) + 1)
    single = len(sought[-1]) == 1 and tokens.is_han(sought[-1])
    if single:  # a run of one character at the end may go on in the text
        sought = sought[:-1]
    assert any(text[at : at + len(sought)] == sought for at in places)


def test_long_words_bring_the_words_inside_them() -> None:
    found = tokens.words("协助限制出境")
    assert "限制出境" in found
    assert "限制" in found
    assert "出境" in found
    assert "制出" not in found


def test_letters_typed_apart_are_joined_and_words_set_apart_are_not() -> None:
    assert tokens.close_up("被执行人 财 产 申 报") == "被执行人 财产申报"
    assert tokens.close_up("车辆 查封") == "车辆 查封"


def test_page_breaks_inside_words_are_no_gaps() -> None:
    assert tokens.grams("公安\n机关") == tokens.grams("公安机关")
    assert find("公安\n机关", marks_pattern(["公安机关"])) == [(0, 5)]


@given(anything, st.lists(anything, max_size=4))
def test_passages_are_pieces_of_the_text(text: str, words: list[str]) -> None:
    pieces = passage(text, marks_pattern(words), width=20)
    shown = "".join(piece.text for piece in pieces if piece.text != "……")
    assert shown in text


def test_the_passage_shows_the_place_with_most_hits() -> None:
    text = "开头的话。" * 60 + "被执行人的车辆由公安机关查扣。" + "后面的话。" * 60
    pieces = passage(text, marks_pattern(["车辆", "查扣"]))
    assert [piece.text for piece in pieces if piece.hit] == ["车辆", "查扣"]
    assert pieces[0].text == pieces[-1].text == "……"
