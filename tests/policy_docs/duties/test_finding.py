"""Words looked for inside a document: every place, whatever the width of signs; the address says what is looked for."""

import re
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from policy_docs.duties.finding import Needle, folded
from policy_docs.opinions.pages import OpinionPage
from tests.factories.search import opinion

LAW = """某市执行协助条例
第一章　总则
第一条　公安机关应当协助人民法院查控（含车辆）。公安机关可以委托。
第二条　税务机关依照第一条提供ABC信息<b>。
"""


@pytest.fixture
def page(db: None, tmp_path: Path) -> OpinionPage:
    return opinion(tmp_path, "law", LAW)


def shown(client: Client, page: OpinionPage, words: str) -> str:
    answer = client.get(f"/opinions/{page.public_key}/", {"find": words})
    assert answer.status_code == 200
    return answer.content.decode()


@given(st.text())
def test_folding_keeps_the_length(text: str) -> None:
    assert len(folded(text)) == len(text)


@pytest.mark.parametrize(("words", "marked"), [("公安机关", 2), ("(含车辆)", 1), ("（含车辆）", 1), ("ａｂｃ", 1), ("第一条", 2), ("<b>", 1), ("甲乙", 0)])
def test_each_place_is_marked_and_counted(client: Client, page: OpinionPage, words: str, marked: int) -> None:
    body = shown(client, page, words)
    assert len(re.findall('<mark class="hit">', body)) == marked
    assert ("处</h2>" in body) is (marked > 0)
    if marked:
        assert f"在本文件中有 {marked} 处" in body
    else:
        assert "本文件中没有“甲乙”" in body
        assert "/search/?q=" in body


def test_marks_may_cross_quotes_and_nothing_is_lost(client: Client, page: OpinionPage) -> None:
    plain = re.sub("<[^>]+>", "", shown(client, page, "应当协助人民法院查控（含车辆）。公安"))
    assert "公安机关应当协助人民法院查控（含车辆）。公安机关可以委托。" in plain


def test_a_single_sign_marks_no_label() -> None:
    needle = Needle.of("一")
    assert needle is not None
    assert not needle.in_label("第一条")
    assert Needle.of("　 ") is None


def test_other_parts_of_the_address_stay(client: Client, page: OpinionPage) -> None:
    body = client.get(f"/opinions/{page.public_key}/?version=1&find=公安&only=mine").content.decode()
    assert '<input type="hidden" name="version" value="1">' in body
    assert f'href="/opinions/{page.public_key}/?version=1&amp;only=mine"' in body
