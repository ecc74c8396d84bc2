"""Titles break between words and lose nothing."""

from hypothesis import given
from hypothesis import strategies as st

from cms.home.templatetags.phrases import breakable, gapped, phrases


@given(st.text(max_size=80))
def test_joined_they_are_the_text(text: str) -> None:
    assert "".join(phrases(text)) == text


def test_words_stay_whole_and_particles_do_not_begin_a_line() -> None:
    found = phrases("关于建立执行协作机制的实施方案（试行）")
    assert "关于" in found
    assert not any(phrase.startswith("的") for phrase in found)
    assert found[-1].endswith("（试行）")


def test_signs_are_escaped() -> None:
    assert "<i>" not in breakable("<i>关于协作</i>")
    assert "&lt;i&gt;" in breakable("<i>关于协作</i>")


def test_a_label_that_is_a_word_is_parted_from_the_words_behind_it() -> None:
    assert gapped("第二条") + "公安部门应当查询。" == "第二条　公安部门应当查询。"
    assert gapped("（一）") == "（一）"
    assert gapped("") == ""
