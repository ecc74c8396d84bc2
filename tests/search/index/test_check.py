"""The index against the database: what differs is found, what waits is no fault, what was found is mended."""

import datetime
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from cms.accounts.models import Role, User
from cms.audit.models import AuditEntry
from policy_docs.jobs import Job
from policy_docs.opinions.models import Change, Clause, ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.ports import Apart
from search import tasks
from search.engines.base import Engine
from search.index import check
from search.index.indexer import drain
from search.index.rebuild import rebuild
from tests.factories.search import document, opinion

pytestmark = pytest.mark.django_db
TEXT = "浙政法发〔2019〕3号\n浙江省关于协助查找车辆的实施意见\n一、职责\n（一）公安机关应当协助查找车辆。\n（二）税务机关提供信息。\n"


@pytest.fixture
def engine(site_engine: Engine, tmp_path: Path) -> Engine:
    rebuild(site_engine)
    opinion(tmp_path, "a", TEXT)
    opinion(tmp_path, "b", TEXT.replace("3号", "4号").replace("车辆", "船舶"))
    drain(site_engine)
    return site_engine


def compared() -> tuple[Apart, ...]:
    assert check.Keeper().compare(actor=None)
    check.run(Job.objects.filter(kind=check.CHECK).latest("pk").pk)
    return check.Keeper().state().apart


def first() -> OpinionPage:
    return OpinionPage.objects.get(source_name="a")


def test_an_index_that_follows_has_nothing_apart(engine: Engine) -> None:
    assert compared() == ()
    state = check.Keeper().state()
    assert state.entries == sum(1 for _entry in engine.entries()) > 0
    assert (state.under_way, state.failed) == (False, "")
    assert state.checked_at is not None


def test_what_is_missing_outdated_or_left_over_is_found_and_mended(engine: Engine) -> None:
    page = first()
    ClauseText.objects.filter(text__contains="协助查找车辆").exclude(kind="title").update(
        text="公安机关应当协助寻找车辆。"
    )  # past save(): nothing tells the index
    engine.write((), keys=[f"c:{ClauseText.objects.get(version__opinion=page, text__startswith='税务').clause.public_key}"])
    other = OpinionPage.objects.get(source_name="b")
    OpinionPage.objects.filter(pk=other.pk).update(live=False)
    found = {row.key: row for row in compared()}
    assert (found[page.public_key].missing, found[page.public_key].left_over) == (1, 0)
    assert found[page.public_key].outdated >= 1
    assert found[other.public_key].left_over == 1 + other.clauses.count()
    assert len(found) == 2
    assert check.Keeper().rewrite(list(found), actor=None) == 2
    assert check.Keeper().state().apart == ()
    drain(engine)
    assert compared() == ()


def test_an_entry_that_no_row_stands_behind_is_taken_out(engine: Engine, django_capture_on_commit_callbacks: object) -> None:
    engine.write([document("c:nobody", "无主的一条")])
    assert compared() == (Apart("c:nobody", 0, 1, 0),)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        check.Keeper().rewrite(["c:nobody"], actor=None)
    assert not Change.objects.exists()
    assert compared() == ()


def test_what_waits_in_the_outbox_is_no_fault(engine: Engine) -> None:
    ClauseText.objects.filter(text__startswith="税务").update(text="税务机关按季提供信息。")
    Change.objects.create(item=Change.Item.CLAUSE, key=Clause.objects.filter(opinion=first())[0].public_key)
    assert [row.key for row in compared()] == [OpinionPage.objects.get(source_name="b").public_key]
    Change.objects.create(item=Change.Item.ALL)
    assert compared() == ()


def test_one_comparison_at_a_time_and_a_killed_one_is_taken_up(engine: Engine) -> None:
    keeper = check.Keeper()
    assert keeper.compare(actor=None)
    assert not keeper.compare(actor=None)
    job = Job.objects.get(kind=check.CHECK)
    assert check.left_behind() == []
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - datetime.timedelta(minutes=2))
    assert check.left_behind() == [job.pk]
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, total=2)
    assert check.left_behind() == []
    check.run(job.pk)  # another worker is at it
    assert Job.objects.get(pk=job.pk).state == Job.State.RUNNING
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - datetime.timedelta(hours=1))
    assert check.left_behind() == [job.pk]
    check.run(job.pk)
    assert Job.objects.get(pk=job.pk).state == Job.State.DONE
    check.run(job.pk)  # a second call of the same task
    assert not keeper.state().under_way


def test_without_an_index_the_comparison_says_so(site_engine: Engine, tmp_path: Path) -> None:
    opinion(tmp_path, "a", TEXT)
    Change.objects.all().delete()
    assert compared() == ()
    state = check.Keeper().state()
    assert not state.ready
    assert state.failed
    assert state.checked_at is None


def test_the_office_compares_and_has_written_again(engine: Engine, client: Client) -> None:
    client.force_login(User.objects.create(username="c", display_name="李静", role=Role.COORDINATION), backend="django.contrib.auth.backends.ModelBackend")
    assert "还没有比对过" in client.get("/completeness/?of=index").content.decode()
    client.post("/completeness/", {"verb": "compare", "back": "of=index"})
    body = client.get("/completeness/?of=index").content.decode()
    assert "马上开始比对" in body
    assert "every 3s" in body
    engine.write((), opinions=[first().public_key])
    check.run(Job.objects.get(kind=check.CHECK).pk)
    body = client.get("/completeness/?of=index").content.decode()
    assert f"缺 {1 + ClauseText.objects.filter(version__opinion=first()).count()} 条" in body
    assert "重新编入全部 1 份" in body
    answer = client.post("/completeness/", {"verb": "rewrite", "back": "of=index"}, follow=True)
    assert "已安排重新编入 1 份文件" in answer.content.decode()
    assert "查找结果与文件一致" in answer.content.decode()
    assert [entry.actor for entry in AuditEntry.objects.filter(action__startswith="index.").order_by("pk")] == ["李静", "李静"]


def test_at_night_what_differs_is_mended_and_told(engine: Engine, client: Client) -> None:
    engine.write((), opinions=[first().public_key])
    tasks.ask_for_check()
    check.run(Job.objects.get(kind=check.CHECK).pk)
    state = check.Keeper().state()
    assert (state.apart, [row.key for row in state.mended]) == ((), [first().public_key])
    drain(engine)
    assert compared() == ()
    client.force_login(User.objects.create(username="c", display_name="李静", role=Role.COORDINATION), backend="django.contrib.auth.backends.ModelBackend")
    Job.objects.filter(kind=check.CHECK).latest("pk").delete()
    body = client.get("/completeness/?of=index").content.decode()
    assert "上次比对发现 1 份文件不一致，已自动重新编入" in body
    assert first().public_key in body


def test_the_command_compares_and_repairs(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_index")
    assert "一致" in capsys.readouterr().out
    engine.write((), opinions=[first().public_key])
    with pytest.raises(CommandError, match="--repair"):
        call_command("check_index")
    assert first().public_key in capsys.readouterr().out
    with pytest.raises(CommandError, match="--repair"):
        call_command("check_index", json=True)
    assert json.loads(capsys.readouterr().out)["apart"][0][0] == first().public_key
    call_command("check_index", repair=True)
    drain(engine)
    call_command("check_index")
    assert Job.objects.filter(kind=check.CHECK).count() == 5
    Job.objects.create(kind=check.CHECK, state=Job.State.RUNNING)
    with pytest.raises(CommandError, match="另一次比对"):
        call_command("check_index")


def test_after_a_backup_was_put_back_the_index_takes_writes_again(engine: Engine) -> None:
    """The index knows numbers of readings that the database has forgotten."""
    page = first()
    engine.write([document(f"o:{page.public_key}", "后来的题名", opinion=page.public_key, version=10**6)])
    check.Keeper().compare(actor=None, mend=True)
    check.run(Job.objects.get(kind=check.CHECK).pk)
    drain(engine)
    assert compared() == ()
