"""A new text that begins on a later day: today stays as it is, and on its day the new text takes over."""

import datetime
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from cms.accounts.models import User
from cms.accounts.viewer import COORDINATION
from policy_docs.duties import actions, selectors
from policy_docs.duties.binding import Section
from policy_docs.duties.models import Duty
from policy_docs.importing.report import Outcome
from policy_docs.importing.reread import reread
from policy_docs.importing.run import run
from policy_docs.opinions.actions import begin_texts
from policy_docs.opinions.drafts import newest
from policy_docs.opinions.models import Clause
from policy_docs.opinions.pages import OpinionPage
from search.tasks import day_begins
from tests.factories.opinions import TEXT, import_text, publish, reword

OLD = TEXT + "（四）本意见自2017年5月1日起施行。\n"
NEW = OLD.replace("（三）州财政局应当保障工作经费。", "（三）州审计局应当审计查控经费。").replace("2017年5月1日", "2030年1月1日")
DAY = datetime.date(2030, 1, 1)
pytestmark = pytest.mark.django_db


def _kinds(on: datetime.date | None = None) -> set[str]:
    found = set()
    for kind in ("public_security", "development_reform", "finance", "audit"):
        unit = selectors.load_unit(kind, "532300", on=on or timezone.localdate())
        if any(row.section is Section.DIRECT and row.in_force for row in selectors.rows_for(unit, viewer=COORDINATION)):
            found.add(kind)
    return found


@pytest.fixture
def page(tmp_path: Path) -> OpinionPage:
    import_text(tmp_path, text=OLD)
    return import_text(tmp_path, text=NEW)


def test_today_stays_as_it_is(page: OpinionPage, tmp_path: Path) -> None:
    assert _kinds() == {"public_security", "development_reform", "finance"}
    assert page.current_version is not None
    assert page.current_version.number == 1
    assert page.effective_from == datetime.date(2017, 5, 1)
    assert not Clause.objects.filter(opinion=page, retired_at__isnull=False).exists()
    (again,) = run([tmp_path / "a.txt"], actor=None)
    assert again.outcome is Outcome.UNCHANGED
    assert "自2030年1月1日起施行" in again.messages[-1]


def test_an_edit_meanwhile_is_one_of_the_text_that_stands(page: OpinionPage) -> None:
    reword(page, "项目立项情况", "项目立项和审批情况")
    page = publish(page)
    versions = {version.number: [row.text for row in version.texts.order_by("order")] for version in page.versions.all()}
    assert any("立项和审批" in words for words in versions[1])
    assert not any("立项和审批" in words for words in versions[2])
    assert any("州审计局" in words for words in versions[2])


def test_on_its_day_the_new_text_takes_over_once(page: OpinionPage) -> None:
    assert begin_texts(DAY - datetime.timedelta(days=1)) == 0
    with time_machine.travel(datetime.datetime(2030, 1, 1, 0, 10, tzinfo=timezone.get_default_timezone()), tick=False):
        day_begins()
        assert _kinds() == {"public_security", "development_reform", "audit"}
        page = OpinionPage.objects.get(pk=page.pk)
        assert any("州审计局" in child["value"]["text"] for child in page.body.raw_data)
        assert begin_texts(DAY) == 0


def test_a_text_between_the_two_finds_its_place(page: OpinionPage, tmp_path: Path) -> None:
    import_text(tmp_path, text=OLD.replace("查找被执行人", "查找被执行人并反馈").replace("2017年5月1日", "2020年1月1日"))
    assert list(page.versions.order_by("number").values_list("in_force_from", flat=True)) == [datetime.date(2017, 5, 1), datetime.date(2020, 1, 1), DAY]
    current = OpinionPage.objects.get(pk=page.pk).current_version
    assert current is not None
    assert current.number == 2


def test_a_corrected_text_for_the_same_day_is_the_one_that_takes_over(page: OpinionPage, tmp_path: Path) -> None:
    import_text(tmp_path, text=NEW.replace("审计查控经费", "审计查控专项经费"))
    assert page.versions.count() == 3
    with time_machine.travel(datetime.datetime(2030, 1, 1, 0, 10, tzinfo=timezone.get_default_timezone()), tick=False):
        begin_texts(DAY)
        current = OpinionPage.objects.get(pk=page.pk).current_version
        assert current is not None
        assert any("专项经费" in row.text for row in current.texts.all())


def _words(page: OpinionPage, number: int) -> str:
    return "".join(row.text for row in page.versions.get(number=number).texts.order_by("order"))


def test_changes_that_nobody_has_published_do_not_hold_it_up(page: OpinionPage) -> None:
    reword(page, "项目立项情况", "项目立项和审批情况")
    page.save_revision()
    with time_machine.travel(datetime.datetime(2030, 1, 1, 9, tzinfo=timezone.get_default_timezone()), tick=False):
        assert begin_texts(DAY) == 1
        now = OpinionPage.objects.get(pk=page.pk)
        assert (now.has_unpublished_changes, newest(page.pk).body.raw_data[0]["id"]) == (False, now.body.raw_data[0]["id"])
        assert "州审计局" in _words(page, 2)
        assert "立项和审批" not in _words(page, 2)
        assert begin_texts(DAY) == 0


def test_what_is_published_between_midnight_and_the_daily_task_is_the_text_of_before(page: OpinionPage) -> None:
    with time_machine.travel(datetime.datetime(2030, 1, 1, 0, 5, tzinfo=timezone.get_default_timezone()), tick=False):
        reword(page, "项目立项情况", "项目立项和审批情况")
        publish(page)
        assert "州审计局" in _words(page, 2)
        assert begin_texts(DAY) == 1
        assert _kinds() == {"public_security", "development_reform", "audit"}


def test_what_is_rejected_today_is_rejected_for_the_words_of_today(tmp_path: Path) -> None:
    import_text(tmp_path, text=OLD)
    page = import_text(tmp_path, text=NEW.replace("项目立项情况", "项目立项和审批情况"))
    duty = Duty.objects.get(kind="development_reform")
    actions.decide([duty], state=Duty.State.REJECTED, actor=User.objects.create(username="c", role="coordination"))
    reread(page)
    assert list(Duty.objects.filter(kind="development_reform").values_list("state", flat=True)) == ["rejected"]


def test_who_looks_at_a_day_after_it_begins_is_told_of_the_text_that_waits(page: OpinionPage, client: Client) -> None:
    client.force_login(User.objects.create(username="l", role="liaison"), backend="django.contrib.auth.backends.ModelBackend")
    unit, reading = "/units/finance/532300/", f"/opinions/{page.public_key}/"
    for on, told in (("2029-12-31", False), ("2030-01-01", True), ("2031-05-01", True)):
        shown = client.get(f"{unit}?on={on}").content.decode()
        assert ("到这一日，已有新文本待生效：《关于协作的意见》已定于2030年1月1日施行" in shown) is told
        assert (f'href="{reading}?version=2"' in shown) is told
        assert ("已有新文本待生效" in client.get(f"{unit}duties.csv?on={on}").content.decode()) is told
        assert ("已有新文本待生效：第 2 版，已定于2030年1月1日施行" in client.get(f"{reading}?on={on}").content.decode()) is told
    assert "待生效" not in client.get(unit).content.decode()


def test_a_text_that_will_not_be_open_is_told_to_those_who_may_read_it(page: OpinionPage, client: Client) -> None:
    version = page.versions.get(number=2)
    version.facts = {**version.facts, "disclosure": OpinionPage.Disclosure.CLOSED}
    version.save()
    OpinionPage.objects.update(disclosure=OpinionPage.Disclosure.OPEN)
    assert "待生效" not in client.get("/units/finance/532300/?on=2030-02-01").content.decode()
