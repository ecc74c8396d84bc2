"""A confirmed duty whose new words name another unit is given to that unit by a choice of the page before publication."""

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
from policy_docs.opinions.actions import begin_texts
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.publication import Manner, Publication
from tests.factories.duties import confirmed
from tests.factories.opinions import reword

pytestmark = pytest.mark.django_db

OLD, NEW = "州公安局应当协助查询婚姻登记信息", "州民政局应当协助查询婚姻登记信息"
TEXT = f"""楚政法发〔2023〕98号
中共楚雄州委政法委员会
关于协作查询的意见
一、职责
（一）{OLD}。
（二）州财政局应当保障工作经费。
2023年5月1日
"""
THEN, STARTS = datetime.date(2024, 1, 1), datetime.date(2025, 1, 1)


@pytest.fixture
def page(tmp_path: Path, officer: User) -> OpinionPage:
    page = confirmed(tmp_path, "given", TEXT, actor=officer)
    return reworded(page, "州公安局", "州民政局")


def reworded(page: OpinionPage, old: str, new: str) -> OpinionPage:
    draft = OpinionPage.objects.get(pk=page.pk)
    reword(draft, old, new)
    draft.save_revision()
    return draft


def publish(page: OpinionPage, officer: User, manner: Manner = Manner.AMENDMENT, starts: datetime.date | None = STARTS) -> Duty:
    found = publishing.ready(page.pk, actor=officer)
    (touch,) = found.plan.asked
    assert touch.fate is Fate.OTHERS
    publishing.publish(page.pk, Publication(manner, starts, choices={touch.held.duty: Choice.GIVE}), seen=found.mark, actor=officer)
    return Duty.objects.get(pk=touch.held.duty)


def of_unit(kind: str, on: datetime.date) -> list[list[str]]:
    """Words of the duties of a unit, as the public reads them on a day."""
    rows = rows_for(load_unit(kind, "532300", on=on), viewer=PUBLIC)
    return [[span.quote for span in Duty.of_all_days.get(pk=row.duty).spans.all()] for row in rows]


def told(kind: str) -> list[tuple[str, str, str]]:
    return [(turn["turn"], turn["old"], turn["new"]) for touch in NoticeTouch.objects.filter(kind=kind) for turn in touch.details]


def test_the_page_offers_it_with_the_name_of_the_unit(page: OpinionPage, officer: User, client: Client) -> None:
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get(f"/admin/opinions/{page.pk}/publish/").content.decode()
    assert "新引文写的是：民政部门" in shown
    assert "改归民政部门，即为已核对" in shown


def test_the_unit_has_it_from_its_day_and_the_other_keeps_the_days_before(page: OpinionPage, officer: User, client: Client) -> None:
    duty = publish(page, officer)
    assert (duty.kind_id, duty.state, duty.decided_by, duty.by_hand) == ("civil_affairs", Duty.State.CONFIRMED, officer, False)
    assert (of_unit("civil_affairs", STARTS), of_unit("civil_affairs", THEN)) == ([[NEW]], [])
    assert (of_unit("public_security", STARTS), of_unit("public_security", THEN)) == ([], [[OLD]])
    assert Duty.objects.filter(clause=duty.clause, kind="civil_affairs").count() == 1, "no suggestion beside it"
    assert told("public_security") == [("gone", OLD, "")]
    assert told("civil_affairs") == [("added", "", NEW)]
    was = Duty.of_all_days.get(kind="public_security")
    assert was.goes_on_as == duty
    assert reverse("policy_docs:duty", args=[page.public_key, duty.pk]) in client.get(f"/opinions/{page.public_key}/d/{was.pk}/").content.decode()


def test_another_reading_leaves_it_and_it_is_known_again(page: OpinionPage, officer: User) -> None:
    duty = publish(page, officer)
    draft = reworded(page, "婚姻登记信息", "婚姻登记和收养信息")
    (touch,) = publishing.ready(draft.pk, actor=officer).plan.asked
    assert (touch.held.duty, touch.fate) == (duty.pk, Fate.CHANGED)


def test_a_correction_makes_it_that_of_the_unit_for_all_days(page: OpinionPage, officer: User) -> None:
    publish(page, officer, Manner.CORRECTION, None)
    assert (of_unit("civil_affairs", THEN), of_unit("public_security", THEN)) == ([[NEW]], [])


def test_so_it_is_with_a_text_that_waits_for_its_day(page: OpinionPage, officer: User) -> None:
    day = datetime.date(2027, 3, 1)
    publish(page, officer, starts=day)
    assert told("civil_affairs") == [("added", "", NEW)]
    assert told("public_security") == [("gone", OLD, "")]
    assert begin_texts(day) == 1
    assert (of_unit("civil_affairs", day), of_unit("public_security", day)) == ([[NEW]], [])
    assert Duty.objects.get(kind="civil_affairs").state == Duty.State.CONFIRMED


def test_what_somebody_has_decided_on_meanwhile_is_not_written_over(page: OpinionPage, officer: User) -> None:
    day = datetime.date(2027, 3, 1)
    duty = publish(page, officer, starts=day)
    other = Duty.objects.create(clause=duty.clause, kind_id="civil_affairs", reach=duty.reach, levels=duty.levels, place=duty.place, role="lead", by_hand=True)
    decide([other], state=Duty.State.CONFIRMED, actor=officer)
    begin_texts(day)
    duty.refresh_from_db()
    assert (duty.kind_id, duty.state) == ("public_security", Duty.State.TO_CHECK)
