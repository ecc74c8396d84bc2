"""Duties whose doer stands in the sentence above: when that names somebody else, a person is asked, and nothing stays confirmed for the wrong unit."""

import datetime
from pathlib import Path

import pytest
from django.test import Client

from cms.accounts.models import User
from policy_docs.duties import publishing
from policy_docs.duties.models import Duty
from policy_docs.duties.plan import Fate, above_each
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.publication import Manner, Publication
from tests.factories.duties import confirmed
from tests.factories.opinions import publish, reword

pytestmark = pytest.mark.django_db
TEXT = """楚政法发〔2017〕8号
中共楚雄州委政法委员会
关于协作的意见
一、职责
（一）审计机关应当履行下列职责：
1.审查账目和往来款项；
2.公布审查结果。
（二）民政部门应当协助查询婚姻登记信息。
"""
STARTS = datetime.date(2026, 1, 1)


@pytest.fixture
def page(tmp_path: Path, officer: User) -> OpinionPage:
    return confirmed(tmp_path, "unled", TEXT, actor=officer)


def led() -> list[Duty]:
    return list(Duty.objects.filter(kind="audit", implicit=True).order_by("pk"))


def reworded(page: OpinionPage, old: str = "审计机关", new: str = "财政部门") -> None:
    draft = OpinionPage.objects.get(pk=page.pk)
    reword(draft, old, new)
    draft.save_revision()


def published(page: OpinionPage, officer: User, choice: str) -> None:
    found = publishing.ready(page.pk, actor=officer)
    chosen = {touch.held.duty: choice if choice in touch.choices else touch.choices[0].value for touch in found.plan.asked}
    publishing.publish(page.pk, Publication(Manner.AMENDMENT, STARTS, choices=chosen), seen=found.mark, actor=officer)


def test_what_clauses_hang_on() -> None:
    assert above_each([(1, "一"), (2, "（一）"), (3, "1"), (3, "2"), (2, "（二）"), (1, "二")]) == [
        (),
        ("一",),
        ("一", "（一）"),
        ("一", "（一）"),
        ("一",),
        (),
    ]


def test_the_table_asks_and_shows_the_sentence_above(page: OpinionPage, officer: User, client: Client) -> None:
    assert len(led()) == 2
    reworded(page)
    found = publishing.ready(page.pk, actor=officer)
    assert {touch.held.duty for touch in found.plan.asked if touch.fate is Fate.UNLED} == {duty.pk for duty in led()}
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get(f"/admin/opinions/{page.pk}/publish/").content.decode()
    assert "前面写明单位的话有改动" in shown
    assert "财政部门" in shown


@pytest.mark.parametrize(("choice", "state", "by_hand"), [("check", "to_check", False), ("keep", "confirmed", True)])
def test_what_was_chosen_is_done_and_stays(page: OpinionPage, officer: User, choice: str, state: str, by_hand: bool) -> None:
    reworded(page)
    published(page, officer, choice)
    assert [(duty.state, duty.by_hand) for duty in led()] == [(state, by_hand)] * 2
    reworded(page, "婚姻登记", "婚姻登记和收养登记")
    published(page, officer, "adopt")
    assert [duty.state for duty in led()] == [state] * 2


def test_it_ends_with_the_text_before(page: OpinionPage, officer: User) -> None:
    reworded(page)
    published(page, officer, "end")
    assert led() == []
    assert Duty.of_all_days.filter(kind="audit", implicit=True, ended_on=STARTS - datetime.timedelta(days=1)).count() == 2


def test_where_nobody_is_asked_it_is_to_be_checked(page: OpinionPage, officer: User) -> None:
    reworded(page)
    publish(OpinionPage.objects.get(pk=page.pk).get_latest_revision_as_object(), officer)
    assert [duty.state for duty in led()] == ["to_check"] * 2


def test_other_words_above_that_name_the_same_unit_ask_nothing(page: OpinionPage, officer: User) -> None:
    reworded(page, "审计机关应当履行下列职责", "审计机关应当认真履行下列职责")
    assert not publishing.ready(page.pk, actor=officer).plan.asked or all(
        touch.fate is not Fate.UNLED for touch in publishing.ready(page.pk, actor=officer).plan.asked
    )
