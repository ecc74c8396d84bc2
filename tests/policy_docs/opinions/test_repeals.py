"""What a document repeals by its words, as it is published, edited, withdrawn and deleted."""

import datetime
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from cms.accounts.models import User
from cms.audit.models import AuditEntry
from policy_docs.duties import publishing
from policy_docs.opinions.citation_rows import repealing
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.publication import Manner, Publication
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


def _without(source: OpinionPage) -> OpinionPage:
    page = _now(source)
    reword(page, "，楚政法发〔2017〕8号同时废止", "")
    page.save_revision()
    return page


def _publish(source: OpinionPage, manner: Manner, starts: datetime.date | None = None) -> None:
    actor = User.objects.filter(username="li").first() or office()
    found = publishing.ready(source.pk, actor=actor)
    publishing.publish(source.pk, Publication(manner, starts), seen=found.mark, actor=actor)


def test_an_amendment_without_the_sentence_brings_nothing_back(page: OpinionPage, tmp_path: Path) -> None:
    source = import_text(tmp_path, "b", REPEALING)
    _without(source)
    _publish(source, Manner.AMENDMENT, datetime.date(2024, 1, 1))
    assert (_now(page).repealed_on, _now(page).repealed_by) == (DAY, source)
    draft = _now(source)
    reword(draft, "协助查控", "积极协助查控")
    draft.save_revision()
    _publish(source, Manner.CORRECTION)  # of the new text, which never spoke of it
    assert _now(page).repealed_on == DAY
    assert not source.citations.filter(relation="supersedes").exists()  # the text of today does not say so
    source = _now(source)
    source.unpublish()
    assert _now(page).repealed_on is None
    publish(_now(source))
    assert _now(page).repealed_on == DAY


def test_a_document_that_comes_later_is_repealed_by_what_an_earlier_text_said(db: None, tmp_path: Path) -> None:
    source = import_text(tmp_path, "b", REPEALING)
    _without(source)
    _publish(source, Manner.AMENDMENT, datetime.date(2024, 1, 1))
    import_text(tmp_path)
    assert OpinionPage.objects.get(source_name="a").repealed_on == DAY


@pytest.mark.parametrize(("manner", "repealed"), [(Manner.CORRECTION, None), (Manner.AMENDMENT, DAY)])
def test_the_page_before_publishing_says_what_comes_back(page: OpinionPage, tmp_path: Path, client: Client, manner: Manner, repealed: object) -> None:
    source = import_text(tmp_path, "b", REPEALING)
    draft = _without(source)
    assert [item.pk for item in repealing(draft).struck] == [page.pk]
    client.force_login(office("zhang"), backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get(reverse("opinion_publish", args=[source.pk])).content.decode()
    assert "不再写明废止下列文件" in shown
    assert page.title in shown
    _publish(source, manner, datetime.date(2024, 1, 1) if manner is Manner.AMENDMENT else None)
    assert _now(page).repealed_on == repealed


def test_the_page_before_publishing_says_what_is_ended(page: OpinionPage, tmp_path: Path, client: Client) -> None:
    source = import_text(tmp_path, "b", REPEALING, live=False)
    assert [item.pk for item in repealing(source).new] == [page.pk]
    client.force_login(office("zhang"), backend="django.contrib.auth.backends.ModelBackend")
    assert "写明废止下列文件" in client.get(reverse("opinion_publish", args=[source.pk])).content.decode()


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
