"""The layout of a text: shapes, nesting, folding, outline."""

from typing import Any

import pytest
from django.utils.safestring import SafeString

from policy_docs.duties.layout import Layout, Text, lay_out
from policy_docs.duties.marks import Mark, Proof
from policy_docs.duties.quotes import Link, Quote, annotated, annotated_cells
from policy_docs.duties.types import Role


def text(number: int, kind: str, words: str, label: str = "", level: int = 0, path: tuple[str, ...] = ()) -> Text:
    return Text(number, f"k{number}", kind, level, list(path or ((label,) if label else ())), label, 1 if label else 0, words)


def mark(name: str, *, mine: bool = False, start: int = 0, quote: str = "", **values: Any) -> Mark:
    fields = {"role": Role.RESPONSIBLE, "css": "resp", "words": "责任", "href": "/u/", "note": "", "tag": "", "is_group": False}
    return Mark(name=name, mine=mine, proofs=(Proof(start, start + len(quote), quote),), **{**fields, **values})


def made(rows: list[Text], marks: dict[int, list[Mark]] | None = None) -> Layout:
    return lay_out(rows, marks or {}, {}, title="题名", own_words="本单位")


LAW = [
    text(1, "title", "题 名"),
    text(2, "heading", "总则", "第一编", 1),
    text(3, "heading", "目的", "第一章", 2, ("第一编", "第一章")),
    text(4, "clause", "为了协作，制定本法。", "第一条", 3, ("第一编", "第一章", "第一条")),
    text(5, "heading", "职责", "第二章", 2, ("第一编", "第二章")),
    text(6, "clause", "公安机关应当协助。", "第二条", 3, ("第一编", "第二章", "第二条")),
    text(7, "back", "某机关"),
]


def test_parts_stand_one_inside_the_other() -> None:
    layout = made(LAW)
    assert [(line.shape, line.closes.count("</section>")) for line in layout.lines] == [
        ("part", 0), ("part", 0), ("clause", 0), ("part", 1), ("clause", 0), ("sign", 2),
    ]  # fmt: skip
    assert layout.tail == ""
    assert [line.tag for line in layout.lines if line.shape == "part"] == ["h2", "h3", "h3"]
    assert made(LAW[:-1]).tail.count("</section>") == 2


def test_the_outline_is_nested_and_marks_the_parts_of_my_unit() -> None:
    layout = made(LAW, {6: [mark("公安机关", mine=True, quote="公安机关应当协助")]})
    [book] = layout.outline
    assert (book.words, book.mine) == ("第一编　总则", True)
    assert [(entry.words, entry.mine) for entry in book.below] == [("第一章　目的", False), ("第二章　职责", True)]
    assert layout.mine == 1


def test_numbered_clauses_are_listed_where_the_outline_stays_short() -> None:
    rows = [text(1, "heading", "机制", "一、", 1), text(2, "clause", "加强领导。每年开会。", "（一）", 2, ("一、", "（一）"))]
    assert [entry.words for entry in made(rows).outline[0].below] == ["（一）加强领导"]
    many = [text(1, "heading", "机制", "一、", 1), *(text(at, "clause", "办理。", f"{at}.", 2, ("一、", f"{at}.")) for at in range(2, 300))]
    assert made(many).outline[0].below == []


def test_a_clause_with_many_units_folds_all_but_mine() -> None:
    marks = [mark(f"单位{at}", mine=at == 8) for at in range(10)]
    line = made([text(1, "clause", "各单位配合。", "一、", 1)], {1: marks}).lines[0]
    assert "单位8" in line.duties
    assert line.duties.count("<li>") == 5
    assert line.more.count("<li>") == 5
    assert line.more_words == "其他 5 个单位"
    assert line.sums == "责任 10（含本单位）"


def test_a_proof_that_the_text_no_longer_bears_lights_nothing() -> None:
    line = made([text(1, "clause", "公安机关应当配合。", "一、", 1)], {1: [mark("公安机关", quote="公安机关应当协助")]}).lines[0]
    assert "<mark" not in line.html
    assert "data-q" not in line.duties
    assert "公安机关" in line.duties


def test_names_and_notes_are_escaped() -> None:
    line = made([text(1, "clause", "甲", "一、", 1)], {1: [mark("<i>甲</i>", note="<u>", href='/"x')]}).lines[0]
    assert "<i>" not in line.duties
    assert "<u>" not in line.duties
    assert '/"x' not in line.duties


def test_runs_of_rows_are_tables() -> None:
    rows = [text(1, "table", "序号\t任务"), text(2, "table", "1\t查询"), text(3, "clause", "说明"), text(4, "table", "| 甲 | 乙 |")]
    lines = made(rows).lines
    assert [(line.opens, line.ends) for line in lines if line.shape == "row"] == [(True, False), (False, True), (True, True)]
    assert [cell.strip() for cell in lines[3].cells] == ["甲", "乙"]


@pytest.mark.parametrize(
    ("quotes", "links", "head", "html"),
    [
        ([], [], 0, "甲&lt;乙丙丁"),
        ([Quote(0, 2, 1, "q", True)], [], 0, '<mark id="q" data-q="1" class=me>甲&lt;</mark>乙丙丁'),
        ([], [Link(1, 3, "/a")], 0, '甲<a href="/a">&lt;乙</a>丙丁'),
        ([], [Link(3, 4, "", told=True)], 0, '甲&lt;乙<span class="cited cited--told">丙</span>丁'),
        (
            [Quote(0, 3, 1, "q", False)],
            [Link(2, 4, "/a")],
            0,
            '<mark id="q" data-q="1">甲&lt;</mark><mark data-q="1"><a href="/a">乙</a></mark><a href="/a">丙</a>丁',
        ),
        ([], [], 2, "<b>甲&lt;</b>乙丙丁"),
    ],
)
def test_quotes_citations_and_heads_may_cross(quotes: list[Quote], links: list[Link], head: int, html: str) -> None:
    assert annotated("甲<乙丙丁", quotes, links, head=head) == html


def test_a_quote_over_cells_is_marked_in_each_and_named_once() -> None:
    cells = annotated_cells("甲\t乙\t丙", [Quote(0, 3, 1, "q", False)], [])
    assert cells == ['<mark id="q" data-q="1">甲</mark>', '<mark data-q="1">乙</mark>', "丙"]
    assert all(isinstance(cell, SafeString) for cell in cells)
