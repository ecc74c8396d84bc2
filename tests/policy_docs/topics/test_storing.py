"""Suggestions as rows: what people decide stays, what the text no longer says is shown as to be checked."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.core.management import call_command

from cms.accounts.models import User
from policy_docs.importing import retopic
from policy_docs.importing.models import Job
from policy_docs.importing.run import run
from policy_docs.opinions.models import Change, Clause, ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.removal import OpinionKept
from policy_docs.topics import actions, storing, tagging
from policy_docs.topics.forest import load_forest
from policy_docs.topics.models import ClauseTopic, Topic, TopicReading
from tests.factories.opinions import added, clause, drop, import_text, publish, raw, reword, set_body
from tests.factories.removing import trashed

pytestmark = pytest.mark.django_db
State = ClauseTopic.State
TEXT = """楚政法发〔2017〕8号
中共楚雄州委政法委员会
关于执行联动的意见
一、协助执行
（一）公安机关应当依法限制被执行人出境。
（二）财政局保障司法救助资金。
（三）铁路部门限制失信被执行人乘坐列车软卧。
"""


@pytest.fixture
def page(tmp_path: Path) -> OpinionPage:
    return import_text(tmp_path, "a", TEXT)


@pytest.fixture
def li(db: None) -> User:
    return User.objects.create(username="c", display_name="李静", role="coordination")


def row(key: str) -> ClauseTopic:
    found: ClauseTopic = ClauseTopic.objects.select_related("content_object").get(tag__key=key)
    return found


def keys(page: OpinionPage) -> set[str]:
    return set(ClauseTopic.objects.filter(opinion=page).values_list("tag__key", flat=True))


def decided(key: str, state: ClauseTopic.State, li: User) -> ClauseTopic:
    tagging.decide([row(key)], state=state, actor=li)
    return row(key)


def test_an_import_suggests(page: OpinionPage) -> None:
    assert {"m_exit_ban", "w_relief", "m_travel"} <= keys(page)
    found = row("m_exit_ban")
    assert (found.state, found.origin, found.rule, found.quote) == (State.SUGGESTED, "rule", "exit_ban", "出境")
    text = ClauseText.objects.get(clause=found.content_object)
    assert text.text[found.start :].startswith("出境")
    assert found.text_hash == text.text_hash
    assert TopicReading.objects.get().stamp == storing.suggester(load_forest()).fingerprint
    assert storing.outdated(load_forest()) == 0


def test_a_draft_is_read_when_it_is_published(tmp_path: Path, li: User) -> None:
    page = import_text(tmp_path, "a", TEXT, live=False)
    ClauseTopic.objects.all().delete()
    publish(page, li)
    assert "m_exit_ban" in keys(page)


def test_reading_again_changes_nothing(page: OpinionPage) -> None:
    before = list(ClauseTopic.objects.order_by("pk").values())
    texts = list(ClauseText.objects.order_by("order"))
    assert storing.store_topics(page, texts) == storing.Stored()
    assert list(ClauseTopic.objects.order_by("pk").values()) == before


def test_clause_topics_are_the_confirmed_ones(page: OpinionPage, li: User) -> None:
    one = row("m_exit_ban").content_object
    assert list(one.topics.all()) == []
    assert not Clause.objects.filter(topics__key="nothere").exists()
    decided("m_exit_ban", State.CONFIRMED, li)
    assert [topic.key for topic in one.topics.all()] == ["m_exit_ban"]


def test_an_untouched_suggestion_follows_the_text(page: OpinionPage, li: User) -> None:
    reword(page, "依法限制被执行人出境", "协助送达执行文书")
    publish(page, li)
    assert "m_exit_ban" not in keys(page)


def test_a_rejected_one_stays_rejected_while_the_text_stays(page: OpinionPage, li: User) -> None:
    decided("m_exit_ban", State.REJECTED, li)
    reword(page, "财政局", "州财政局")
    publish(page, li)
    assert row("m_exit_ban").state == State.REJECTED
    reword(page, "依法限制被执行人出境", "及时限制被执行人出境")
    publish(page, li)
    again = row("m_exit_ban")
    assert (again.state, again.decided_by) == (State.SUGGESTED, None)


def test_a_confirmed_one_is_to_be_checked_only_where_its_words_have_gone(page: OpinionPage, li: User) -> None:
    decided("m_exit_ban", State.CONFIRMED, li)
    reword(page, "依法限制被执行人出境", "当日限制被执行人出境")
    publish(page, li)
    assert row("m_exit_ban").state == State.CONFIRMED
    reword(page, "当日限制被执行人出境", "当日通报")
    publish(page, li)
    assert row("m_exit_ban").state == State.TO_CHECK
    reword(page, "当日通报", "当日限制被执行人出境")  # the very words that were confirmed last
    publish(page, li)
    assert row("m_exit_ban").state == State.CONFIRMED


def test_what_a_person_added_is_to_be_checked_when_the_text_changes(page: OpinionPage, li: User) -> None:
    one = clause(page, "限制被执行人出境")
    tagging.add(one, Topic.objects.get(key="w_guarantee").pk, actor=li)
    assert row("w_guarantee").state == State.CONFIRMED
    reword(page, "依法限制", "及时限制")
    publish(page, li)
    assert row("w_guarantee").state == State.TO_CHECK


def test_a_confirmed_topic_is_carried_to_the_clause_that_took_its_clause_over(page: OpinionPage, li: User) -> None:
    one, heir = clause(page, "限制被执行人出境"), clause(page, "司法救助")
    tagging.add(one, Topic.objects.get(key="w_guarantee").pk, actor=li)
    drop(page, "限制被执行人出境")
    Clause.objects.filter(pk=one.pk).update(succeeded_by=heir)
    publish(page, li)
    carried = ClauseTopic.objects.get(content_object=heir, tag__key="w_guarantee")
    assert (carried.state, carried.origin) == (State.SUGGESTED, "carried")
    assert ClauseTopic.objects.get(content_object=one, tag__key="w_guarantee").state == State.CONFIRMED


def test_a_clause_split_off_is_asked_for_what_its_origin_lost(page: OpinionPage, li: User) -> None:
    origin = clause(page, "限制被执行人出境")
    tagging.add(origin, Topic.objects.get(key="w_guarantee").pk, actor=li)
    body = raw(page)
    body.append(added("并保障边控经费。"))
    set_body(page, body)
    reword(page, "依法限制", "及时限制")
    page.save_revision()
    Clause.objects.filter(block_id=body[-1]["id"]).update(split_from=origin)
    publish(page, li)
    part = ClauseTopic.objects.get(content_object__block_id=body[-1]["id"], tag__key="w_guarantee")
    assert part.state == State.SUGGESTED


def test_what_is_merged_or_retired_meanwhile(page: OpinionPage, li: User) -> None:
    topic = Topic.objects.get(key="m_exit_ban")
    actions.retire(topic.pk, seen=actions.stamp_of(topic), actor=li)
    retopic.reread_topics(page.pk)
    assert "m_exit_ban" not in keys(page)
    actions.restore(topic.pk, actor=li)
    retopic.reread_topics(page.pk)
    assert "m_exit_ban" in keys(page)


def test_a_job_reads_the_store_with_the_words_of_today(page: OpinionPage, li: User) -> None:
    topic = Topic.objects.get(key="w_joint")
    actions.change(topic.pk, seen=actions.stamp_of(topic), name=topic.name, note=topic.note, words=["列车"], actor=li)
    assert storing.outdated(load_forest()) == 1
    job = retopic.last()
    assert job is not None
    Change.objects.all().delete()
    assert retopic.run_job(job.pk)
    assert not retopic.run_job(job.pk)  # it is done
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.result["added"]) == (Job.State.DONE, 1, 1, 1)
    assert row("w_joint").rule == "words"
    assert Change.objects.filter(key=page.public_key).exists()
    assert storing.outdated(load_forest()) == 0


def test_a_job_whose_worker_was_lost_is_called_again_and_goes_on(page: OpinionPage) -> None:
    job = retopic.ask(actor=None)
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, attempts=1, heartbeat_at=job.created_at.replace(year=2020))
    assert retopic.sweep() == [job.pk]
    assert retopic.run_job(job.pk)
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, attempts=3, heartbeat_at=job.created_at.replace(year=2020))
    assert retopic.sweep() == []
    assert Job.objects.get(pk=job.pk).state == Job.State.FAILED


def test_an_error_is_told_and_the_run_can_be_repeated(page: OpinionPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retopic, "reread_topics", lambda key: 1 / 0)
    job = retopic.ask(actor=None)
    retopic.run_job(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "请重新识别" in job.error
    assert retopic.ask(actor=None).pk != job.pk


def test_the_command(page: OpinionPage, capsys: pytest.CaptureFixture[str]) -> None:
    ClauseTopic.objects.all().delete()
    call_command("suggest_topics", "--if-needed")
    assert not ClauseTopic.objects.exists()  # every text was read with these rules
    TopicReading.objects.all().delete()
    call_command("suggest_topics", "--dry-run")
    assert "1 份文件没有按现在的规则识别" in capsys.readouterr().out
    call_command("suggest_topics", "--if-needed")
    assert "已识别 1 份文件" in capsys.readouterr().out
    assert "m_exit_ban" in keys(page)


def test_a_document_is_removed_for_good_with_its_suggestions_and_not_with_decisions(page: OpinionPage, li: User) -> None:
    decided("m_exit_ban", State.CONFIRMED, li)
    trashed(page)
    assert not ClauseTopic.objects.exists()  # nowhere to be seen
    with pytest.raises(OpinionKept, match="主题"):
        OpinionPage.with_trash.get(pk=page.pk).delete()
    ClauseTopic.with_trash.update(state=State.SUGGESTED, decided_by=None)
    OpinionPage.with_trash.get(pk=page.pk).delete()
    assert not ClauseTopic.with_trash.exists()


def test_reading_a_law_takes_little(tmp_path: Path, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]) -> None:
    lines = [f"第{number}条　公安机关应当依法限制第{number}号被执行人出境，查封其车辆，并将失信信息推送平台。" for number in range(1, 1001)]
    (tmp_path / "law.txt").write_text("云南省执行条例\n" + "\n".join(lines), encoding="utf-8")
    list(run([tmp_path / "law.txt"], actor=None))
    page = OpinionPage.objects.get()
    texts = list(ClauseText.objects.filter(version__opinion=page).order_by("order"))
    assert ClauseTopic.objects.count() >= 4_000
    ClauseTopic.objects.all().delete()
    started = time.process_time()
    with django_assert_max_num_queries(12):
        storing.store_topics(page, texts)
    assert time.process_time() - started < 1.0
    started = time.process_time()
    assert storing.store_topics(page, texts) == storing.Stored()
    assert time.process_time() - started < 1.0
