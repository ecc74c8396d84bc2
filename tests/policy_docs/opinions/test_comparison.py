"""Two texts of one document side by side."""

import datetime
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from cms.accounts.models import Role, User
from policy_docs.opinions.comparison import Change, Pair, compare, marked
from policy_docs.opinions.models import Clause, OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.texts import Text
from tests.factories.opinions import added, drop, import_text, publish, raw, reword, set_body


def row(clause: int, text: str, label: str = "", path: list[str] | None = None) -> Text:
    return Text(clause, f"k{clause}", "clause", 1, path or [label], label, 0, text)


def told(pairs: list[Pair]) -> list[tuple[str, int | None, int | None]]:
    return [(pair.change.value, pair.old.clause if pair.old else None, pair.new.clause if pair.new else None) for pair in pairs]


def test_each_clause_says_what_became_of_it() -> None:
    old = [row(1, "一律公开。", "（一）"), row(2, "按月报送。", "（二）"), row(3, "由县局办理。", "（三）"), row(4, "不变。", "（四）")]
    new = [row(1, "一律公开。", "（一）"), row(5, "新增一项。", "（二）"), row(3, "由市局办理。", "（三）"), row(4, "不变。", "（五）")]
    pairs = compare(old, new, heirs={}, origins={})
    assert told(pairs) == [("same", 1, 1), ("gone", 2, None), ("new", None, 5), ("reworded", 3, 3), ("renumbered", 4, 4)]
    assert [piece.words for piece in pairs[3].before if piece.changed] == ["县"]
    assert [piece.words for piece in pairs[3].after if piece.changed] == ["市"]


def test_the_fewest_clauses_count_as_moved() -> None:
    old = [row(at, f"第{at}条内容。") for at in range(1, 6)]
    new = [old[4], *old[:4]]
    pairs = compare(old, new, heirs={}, origins={})
    assert [pair.new.clause for pair in pairs if pair.moved and pair.new] == [5]


def test_white_space_is_no_change_and_a_reworded_clause_may_have_moved_too() -> None:
    old = [row(1, "甲 乙"), row(2, "丙"), row(3, "丁")]
    new = [row(3, "丁"), row(1, "甲乙"), row(2, "丙丙")]
    pairs = compare(old, new, heirs={}, origins={})
    assert [(pair.change, pair.moved) for pair in pairs] == [(Change.MOVED, True), (Change.SAME, False), (Change.REWORDED, False)]


def test_what_was_merged_or_split_leads_on() -> None:
    old = [row(1, "甲。"), row(2, "乙。")]
    new = [row(1, "甲。乙。"), row(3, "丙。")]
    gone, part = (next(pair for pair in compare(old, new, heirs={2: 4, 4: 1}, origins={3: 1}) if pair.change is change) for change in (Change.GONE, Change.NEW))
    assert gone.heir == new[0]
    assert part.origin == old[0]
    assert compare(old, [], heirs={1: 2, 2: 1}, origins={})[0].heir is None  # a ring of successors


rows = st.lists(st.tuples(st.integers(0, 12), st.text(alphabet="甲乙丙 ", max_size=12)), max_size=12, unique_by=lambda item: item[0])


@given(rows, rows)
def test_no_clause_is_lost_and_no_word(old: list[tuple[int, str]], new: list[tuple[int, str]]) -> None:
    before, after = [row(*item) for item in old], [row(*item) for item in new]
    pairs = compare(before, after, heirs={}, origins={})
    assert [pair.new for pair in pairs if pair.new] == after
    assert sorted(pair.old.clause for pair in pairs if pair.old) == sorted(item.clause for item in before)
    for pair in pairs:
        assert "".join(piece.words for piece in pair.before) in {"", pair.old.text if pair.old else "", pair.new.text if pair.new else ""}
        assert not pair.new or "".join(piece.words for piece in pair.after) == pair.new.text


@given(st.text(max_size=60), st.text(max_size=60))
def test_marked_texts_are_the_texts(old: str, new: str) -> None:
    before, after = marked(old, new)
    assert "".join(piece.words for piece in before) == old
    assert "".join(piece.words for piece in after) == new
    assert "".join(piece.words for piece in before if not piece.changed) == "".join(piece.words for piece in after if not piece.changed)


def test_a_clause_of_absurd_length_is_shown_whole() -> None:
    before, _after = marked("甲" * 7000, "乙")
    assert [piece.changed for piece in before] == [True]


def shown(client: Client, page: OpinionPage, query: str = "") -> str:
    answer = client.get(f"/opinions/{page.public_key}/compare/{query}")
    assert answer.status_code == 200
    body = unescape(answer.content.decode())
    return body[body.index("<main") : body.index("</main>")]


def sign_in(client: Client, role: Role) -> Client:
    client.force_login(User.objects.create(username=role, role=role), backend="django.contrib.auth.backends.ModelBackend")
    return client


def second(page: OpinionPage, starts: datetime.date | None = None) -> OpinionVersion:
    """Make the second text of an opinion from what its editor publishes now."""
    version = page.versions.get(number=1)
    return OpinionVersion.objects.create(opinion=page, number=2, state=OpinionVersion.State.PUBLISHED, in_force_from=starts or version.in_force_from)


@pytest.fixture
def amended(db: None, tmp_path: Path) -> OpinionPage:
    page = import_text(tmp_path)
    second(page, datetime.date(2020, 1, 1))
    reword(page, "查找被执行人", "查找被执行人和车辆")
    drop(page, "州财政局")
    body = raw(page)
    set_body(page, [*body, added("州审计局应当监督。")])
    return publish(page)


def test_the_page_marks_what_changed(amended: OpinionPage, client: Client) -> None:
    body = shown(sign_in(client, Role.LIAISON), amended)
    assert "<ins>和车辆</ins>" in body
    assert "<ins>州审计局应当监督。</ins>" not in body  # a new clause is new as a whole
    assert re.search(r"新增 1.*删去 1.*文字有改动 1", re.sub(r"<[^>]+>|\s+", " ", body))
    assert "州发改委应当协助查询" not in body  # unchanged, and not asked for
    assert "州发改委应当协助查询" in shown(client, amended, "?all=1")


def test_an_absurd_choice_falls_back_and_the_texts_can_be_swapped(amended: OpinionPage, client: Client) -> None:
    staff = sign_in(client, Role.LIAISON)
    assert shown(staff, amended, "?from=x&to=99") == shown(staff, amended)
    assert "<del>和车辆</del>" in shown(staff, amended, "?from=2&to=1")
    assert shown(staff, amended, "?from=2&to=2")


def test_one_text_alone_says_so(db: None, tmp_path: Path, client: Client) -> None:
    page = import_text(tmp_path)
    assert "只有一个版本" in shown(sign_in(client, Role.LIAISON), page)


def test_the_draft_is_for_the_coordination_office(amended: OpinionPage, client: Client) -> None:
    reword(amended, "州审计局应当监督", "州审计局应当每年监督")
    amended.save_revision()
    assert "草稿" not in shown(sign_in(client, Role.LIAISON), amended)
    body = shown(sign_in(Client(), Role.COORDINATION), amended)
    assert "草稿（未公开）" in body
    assert "<ins>每年</ins>" in body


def test_a_text_to_come_can_be_read_and_asked_for_by_its_day(amended: OpinionPage, client: Client) -> None:
    later = datetime.date(2099, 1, 1)
    version = OpinionVersion.objects.create(opinion=amended, number=3, state=OpinionVersion.State.COMING, in_force_from=later)
    clause = Clause.objects.filter(opinion=amended).order_by("pk").last()
    assert clause is not None
    version.texts.create(clause=clause, order=0, kind="clause", label="（一）", path=["（一）"], text="将来的文字。", text_hash="x")
    staff = sign_in(client, Role.LIAISON)
    assert "待施行" in shown(staff, amended)
    assert "将来的文字" in staff.get(f"/opinions/{amended.public_key}/?on=2099-06-01").content.decode()
    assert "将来的文字" in staff.get(f"/opinions/{amended.public_key}/?version=3").content.decode()
    assert "将来的文字" not in staff.get(f"/opinions/{amended.public_key}/").content.decode()


def test_the_page_keeps_its_query_budget(
    amended: OpinionPage, client: Client, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    staff = sign_in(client, Role.LIAISON)
    shown(staff, amended)
    with django_assert_max_num_queries(9):
        shown(staff, amended)
