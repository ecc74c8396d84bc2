"""Two confirmed duties of one unit in clauses that an amendment makes one: the words of both stay, in one duty."""

import datetime
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from cms.accounts.models import User
from cms.accounts.viewer import PUBLIC
from policy_docs.duties import publishing
from policy_docs.duties.actions import decide
from policy_docs.duties.models import Duty
from policy_docs.duties.plan import Choice, Fate
from policy_docs.duties.selectors import load_unit, rows_for
from policy_docs.notices.models import NoticeTouch
from policy_docs.opinions import shaping
from policy_docs.opinions.actions import begin_texts
from policy_docs.opinions.drafts import newest
from policy_docs.opinions.editing import reshape
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.publication import Manner, Publication
from tests.factories.duties import confirmed

pytestmark = pytest.mark.django_db

FIRST, SECOND = "州公安局应当配合查询人口信息", "州公安局应当牵头控制涉案车辆"
TEXT = f"""楚政法发〔2023〕99号
中共楚雄州委政法委员会
关于协作办理的意见
一、职责
（一）{FIRST}。
（二）{SECOND}。
（三）州财政局应当保障工作经费，列入年度预算。
2023年5月1日
"""
THEN, STARTS = datetime.date(2024, 1, 1), datetime.date(2025, 1, 1)


@pytest.fixture
def page(tmp_path: Path, officer: User) -> OpinionPage:
    page = confirmed(tmp_path, "twins", TEXT, actor=officer)
    gone = next(block for block in newest(page.pk).body.raw_data if SECOND in block["value"]["text"])
    reshape(page.pk, lambda body: shaping.merge(body, gone["id"]), touched={}, deed="merge", actor=officer)
    return OpinionPage.objects.get(pk=page.pk)


def publish(page: OpinionPage, officer: User, choice: Choice, manner: Manner = Manner.AMENDMENT, starts: datetime.date | None = STARTS) -> None:
    found = publishing.ready(page.pk, actor=officer)
    (touch,) = found.plan.asked
    assert touch.fate is Fate.FOLLOWED
    publishing.publish(page.pk, Publication(manner, starts, choices={touch.held.duty: choice}), seen=found.mark, actor=officer)


def quotes_on(page: OpinionPage, on: datetime.date) -> list[tuple[str, list[str]]]:
    """Role and words of the duties of the unit in the document, as the public reads them on a day."""
    rows = [row for row in rows_for(load_unit("public_security", "532300", on=on), viewer=PUBLIC) if row.opinion == page.pk]
    return [(row.role, [span.quote for span in Duty.of_all_days.get(pk=row.duty).spans.all()]) for row in rows]


def turns(page: OpinionPage) -> list[tuple[str, str, str]]:
    """What the unit was told: turn, words before, words after."""
    touch = NoticeTouch.objects.filter(notice__opinion=page, kind="public_security").latest("pk")
    return [(told["turn"], told["old"], told["new"]) for told in touch.details]


def test_what_is_followed_into_a_clause_with_a_duty_of_the_unit_stands_on_in_that(page: OpinionPage, officer: User, client: Client) -> None:
    kept, gone = Duty.objects.filter(opinion=page, kind="public_security").order_by("pk")
    publish(page, officer, Choice.FOLLOW)
    assert quotes_on(page, STARTS) == [("lead", [FIRST, SECOND])]
    assert quotes_on(page, THEN) == [("responsible", [FIRST]), ("lead", [SECOND])]
    gone.refresh_from_db()
    assert (gone.state, gone.goes_on_as_id, gone.ended_on) == (Duty.State.CONFIRMED, kept.pk, STARTS - datetime.timedelta(days=1))
    assert not Duty.objects.filter(opinion=page, state=Duty.State.TO_CHECK).exists()
    shown = client.get(reverse("policy_docs:duty", args=[page.public_key, gone.pk])).content.decode()
    assert reverse("policy_docs:duty", args=[page.public_key, kept.pk]) in shown


def test_the_unit_is_told_that_the_words_have_moved(page: OpinionPage, officer: User) -> None:
    publish(page, officer, Choice.FOLLOW)
    told = turns(page)
    assert ("moved", SECOND, SECOND) in told
    assert not [turn for turn, _old, _new in told if turn in ("gone", "added")]


def test_so_it_is_with_a_text_that_waits_for_its_day(page: OpinionPage, officer: User) -> None:
    day = datetime.date(2027, 3, 1)
    publish(page, officer, Choice.FOLLOW, starts=day)
    assert not [turn for turn, _old, _new in turns(page) if turn in ("gone", "added")]
    assert begin_texts(day) == 1
    assert quotes_on(page, day) == [("lead", [FIRST, SECOND])]
    assert not [turn for turn, _old, _new in turns(page) if turn in ("gone", "added")]


def test_a_correction_makes_one_duty_of_both_for_all_days(page: OpinionPage, officer: User) -> None:
    publish(page, officer, Choice.FOLLOW, Manner.CORRECTION, None)
    assert quotes_on(page, THEN) == [("lead", [FIRST, SECOND])]
    assert not Duty.objects.filter(opinion=page, state=Duty.State.TO_CHECK).exists()


def test_a_duty_that_was_rejected_there_gives_way(page: OpinionPage, officer: User) -> None:
    kept, gone = Duty.objects.filter(opinion=page, kind="public_security").order_by("pk")
    decide([kept], state=Duty.State.REJECTED, actor=officer)
    publish(page, officer, Choice.FOLLOW)
    assert quotes_on(page, STARTS) == [("lead", [SECOND])]
    assert Duty.objects.get(pk=gone.pk).clause_id == kept.clause_id


def test_what_is_to_be_checked_there_stays_so_with_the_words_of_both(page: OpinionPage, officer: User) -> None:
    kept, _gone = Duty.objects.filter(opinion=page, kind="public_security").order_by("pk")
    Duty.objects.filter(pk=kept.pk).update(state=Duty.State.TO_CHECK, text_hash="")
    kept.spans.update(quote="州公安局应当查询户籍", start=0, end=11)
    publish(page, officer, Choice.FOLLOW)
    kept.refresh_from_db()
    assert kept.state == Duty.State.TO_CHECK
    assert {span.quote for span in kept.spans.all()} == {"州公安局应当查询户籍", SECOND}
