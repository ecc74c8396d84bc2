"""What a document repeals by its words, as it is published, edited, withdrawn and deleted."""

import datetime
from pathlib import Path

import pytest

from cms.audit.models import AuditEntry
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.trash import restore
from tests.factories.opinions import import_text, publish, reword
from tests.factories.removing import office, trashed

REPEALING = """楚政法发〔2020〕9号
中共楚雄州委政法委员会
关于查控的意见
一、职责
（一）公安机关应当协助查控。
（二）本意见自2020年5月1日起施行，楚政法发〔2017〕8号同时废止。
"""
DAY = datetime.date(2020, 5, 1)


@pytest.fixture
def page(db: None, tmp_path: Path) -> OpinionPage:
    return import_text(tmp_path)


def _now(page: OpinionPage) -> OpinionPage:
    return OpinionPage.objects.get(pk=page.pk)


def test_a_published_text_repeals_and_the_trail_says_so(page: OpinionPage, tmp_path: Path) -> None:
    source = import_text(tmp_path, "b", REPEALING)
    assert (_now(page).repealed_on, _now(page).repealed_by) == (DAY, source)
    assert AuditEntry.objects.filter(action="opinion.repealed").exists()


def test_a_draft_repeals_nothing_until_it_is_published(page: OpinionPage, tmp_path: Path) -> None:
    source = import_text(tmp_path, "b", REPEALING, live=False)
    assert _now(page).repealed_on is None
    publish(source)
    assert _now(page).repealed_on == DAY


def test_an_older_draft_does_not_undo_a_repeal(page: OpinionPage, tmp_path: Path) -> None:
    page.title = "关于协作的意见（修）"
    page.save_revision()
    import_text(tmp_path, "b", REPEALING)
    _now(page).get_latest_revision().publish()
    assert (_now(page).title, _now(page).repealed_on) == ("关于协作的意见（修）", DAY)


def test_a_repeal_goes_with_its_words(page: OpinionPage, tmp_path: Path) -> None:
    source = import_text(tmp_path, "b", REPEALING)
    reword(source, "，楚政法发〔2017〕8号同时废止", "")
    publish(source)
    assert (_now(page).repealed_on, _now(page).repealed_by) == (None, None)


def test_a_repeal_goes_and_comes_back_with_its_source(page: OpinionPage, tmp_path: Path) -> None:
    source = import_text(tmp_path, "b", REPEALING)
    source.unpublish()
    assert _now(page).repealed_on is None
    publish(_now(source))
    assert _now(page).repealed_on == DAY
    entry = trashed(source)
    assert _now(page).repealed_on is None
    restore(entry, actor=office())
    assert _now(page).repealed_on == DAY


def test_what_a_person_has_entered_stays(page: OpinionPage, tmp_path: Path) -> None:
    source = import_text(tmp_path, "b", REPEALING.replace("，楚政法发〔2017〕8号同时废止", ""))
    page.repealed_by, page.repealed_on = source, datetime.date(2021, 1, 1)
    publish(page)
    source.unpublish()
    publish(_now(source))
    assert (_now(page).repealed_by, _now(page).repealed_on) == (source, datetime.date(2021, 1, 1))


def test_a_repeal_that_a_person_has_cleared_stays_cleared(page: OpinionPage, tmp_path: Path) -> None:
    source = import_text(tmp_path, "b", REPEALING)
    shown = _now(page)
    shown.repealed_by, shown.repealed_on = None, None
    publish(shown)
    source = _now(source)
    source.save()
    assert _now(page).repealed_on is None
