"""One deed on many documents: what is told beforehand, what is done and left alone, pressed twice, changed meanwhile, taken back, broken off."""

import csv
import datetime
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import WorkflowState

from cms.accounts.models import Role, User
from cms.audit.models import AuditEntry
from cms.audit.record import verify
from policy_docs.duties import gaps
from policy_docs.jobs import Job
from policy_docs.opinions import bulk, many
from policy_docs.opinions.many import Order, Verb
from policy_docs.opinions.pages import OpinionPage
from tests.factories.opinions import described, import_text, publish, reword
from tests.factories.search import opinion

pytestmark = pytest.mark.django_db
LIST, ASK, DO = "/opinions/", "/opinions/many/", "/opinions/many/do/"
PLAN = "楚政法发〔2017〕8号\n中共楚雄州委政法委员会\n关于执行协作的实施方案\n一、职责\n（一）公安机关应当协助查询。\n2017年5月3日\n"


@pytest.fixture
def store(tmp_path: Path) -> list[OpinionPage]:
    texts = [PLAN.replace("8号", f"{number}号").replace("协作", f"协作之{number}") for number in range(3)]
    return [opinion(tmp_path, f"p{number}", text, disclosure="") for number, text in enumerate(texts)]


@pytest.fixture
def actor() -> User:
    return User.objects.create(username="c", display_name="李静", role=Role.COORDINATION)


@pytest.fixture
def office(client: Client, actor: User) -> Client:
    client.force_login(actor, backend="django.contrib.auth.backends.ModelBackend")
    return client


def form_of(body: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(token|verb|value|seen|back)" value="([^"]*)"', body))


def asked(client: Client, do: str, *pages: OpinionPage, **more: str) -> str:
    answer = client.post(ASK, {"do": do, "key": [page.public_key for page in pages], **more})
    assert answer.status_code == 200
    return answer.content.decode()


def run(pages: list[OpinionPage], verb: Verb, value: str, actor: User) -> Job:
    order = Order(verb, value, actor, timezone.localdate())
    seen = [(item.key, item.stamp) for item in many.plan(OpinionPage.objects.filter(pk__in=[page.pk for page in pages]).order_by("pk"), order)]
    return bulk.ask(bulk.new_key(), seen, verb=verb, value=value, actor=actor)[0]


def test_the_page_says_what_will_happen_and_that_is_what_happens(office: Client, store: list[OpinionPage]) -> None:
    store[1].disclosure = "open"
    store[1].save(update_fields=["disclosure"])
    body = asked(office, "disclosure:open", *store)
    assert "将 2 份文件设为“主动公开”？" in body
    assert "主动公开，公众即可查看" in body
    assert "本来就是“主动公开”" in body
    answer = office.post(DO, form_of(body), follow=True)
    assert "已办理 2 份" in answer.content.decode()
    assert set(OpinionPage.objects.values_list("disclosure", flat=True)) == {"open"}
    rows = AuditEntry.objects.filter(action="opinion.disclosure")
    assert len({row.details["batch"] for row in rows}) == 1
    assert rows.count() == 2
    assert not verify().broken


def test_pressed_twice_it_is_done_once(office: Client, store: list[OpinionPage]) -> None:
    form = form_of(asked(office, "validity", *store))
    office.post(DO, form)
    OpinionPage.objects.filter(pk=store[0].pk).update(validity_confirmed_on=None)
    answer = office.post(DO, form, follow=True)
    assert "没有重复办理" in answer.content.decode()
    assert OpinionPage.objects.get(pk=store[0].pk).validity_confirmed_on is None
    assert Job.objects.filter(kind=bulk.JOB).count() == 1


def test_what_has_changed_since_it_was_seen_is_left_alone_and_named(office: Client, store: list[OpinionPage]) -> None:
    form = form_of(asked(office, "validity", *store))
    store[1].effective_until = datetime.date(2030, 1, 1)
    store[1].save(update_fields=["effective_until"])
    body = office.post(DO, form, follow=True).content.decode()
    assert "已办理 2 份" in body
    assert "您打开确认页以后已被改过" in body
    assert OpinionPage.objects.get(pk=store[1].pk).validity_confirmed_on is None


def test_a_deed_is_taken_back_in_one_step_and_only_once(office: Client, store: list[OpinionPage], actor: User) -> None:
    store[0].disclosure = "closed"
    store[0].save(update_fields=["disclosure"])
    page = office.post(DO, form_of(asked(office, "disclosure:open", *store)))
    OpinionPage.objects.filter(pk=store[2].pk).update(disclosure="on_request")  # somebody has changed their mind meanwhile
    body = office.post(page["Location"], follow=True).content.decode()
    assert "已撤销 2 份" in body
    assert "办理以后又有变化" in body
    assert list(OpinionPage.objects.order_by("pk").values_list("disclosure", flat=True)) == ["closed", "", "on_request"]
    office.post(page["Location"])
    assert Job.objects.filter(kind=bulk.UNDO).count() == 1
    assert "这次办理已经撤销" in office.get(page["Location"]).content.decode()


def test_only_ones_own_and_only_for_a_while(store: list[OpinionPage], actor: User) -> None:
    job = run(store, Verb.VALIDITY, "", actor)
    other = User.objects.create(username="d", role=Role.COORDINATION)
    with pytest.raises(many.ManyRefused):
        bulk.ask_back(job, actor=other)
    with pytest.raises(many.ManyRefused):
        bulk.ask_back(job, actor=actor, now=timezone.now() + datetime.timedelta(minutes=31))
    bulk.ask_back(job, actor=actor)
    assert not OpinionPage.objects.filter(validity_confirmed_on__isnull=False).exists()


def test_disclosure_survives_the_next_publication(tmp_path: Path, actor: User) -> None:
    page = publish(import_text(tmp_path))
    assert run([page], Verb.DISCLOSURE, "open", actor).result["left"] == []
    page = OpinionPage.objects.get(pk=page.pk)
    assert page.disclosure == "open"
    draft = page.get_latest_revision_as_object()
    reword(draft, "被执行人", "被执行人及其财产")
    assert publish(draft).disclosure == "open"


def test_an_unpublished_change_is_nobodys_to_publish_by_the_way(tmp_path: Path, actor: User) -> None:
    page = publish(import_text(tmp_path))
    reword(page, "被执行人", "被执行人及其财产")
    page.save_revision()
    job = run([page], Verb.DISCLOSURE, "open", actor)
    assert "还没有发布的修改" in job.result["left"][0][2]
    assert OpinionPage.objects.get(pk=page.pk).disclosure == ""


def test_drafts_go_to_review_and_come_back(tmp_path: Path, actor: User, store: list[OpinionPage]) -> None:
    draft = described(import_text(tmp_path, "draft", live=False))
    job = run([draft, store[0]], Verb.SUBMIT, "", actor)
    assert [title for _key, title in job.result["done"]] == [draft.title]
    assert "已发布" in job.result["left"][0][2]
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_IN_PROGRESS
    again = run([draft], Verb.SUBMIT, "", actor)
    assert "已经在审核" in again.result["left"][0][2]
    assert "正在审核" in run([draft], Verb.DISCLOSURE, "open", actor).result["left"][0][2]
    bulk.ask_back(job, actor=actor)
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_CANCELLED


def test_what_holds_no_longer_is_not_confirmed(store: list[OpinionPage], actor: User) -> None:
    store[0].repealed_on = datetime.date(2020, 1, 1)
    store[0].save(update_fields=["repealed_on"])
    job = run(store, Verb.VALIDITY, "", actor)
    assert "已废止" in job.result["left"][0][2]
    assert len(job.result["done"]) == 2


def test_many_are_done_by_the_worker_and_a_run_that_was_broken_off_goes_on(store: list[OpinionPage], actor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    job = run(store, Verb.VALIDITY, "", actor)
    assert job.state == Job.State.WAITING
    real, done = bulk.carry_out, []

    def breaks(key: str, stamp: str, order: Order) -> many.Outcome:
        if done:
            raise SystemExit  # the worker is killed
        done.append(key)
        return real(key, stamp, order)

    monkeypatch.setattr(bulk, "carry_out", breaks)
    with pytest.raises(SystemExit):
        bulk.run_job(job.pk)
    monkeypatch.setattr(bulk, "carry_out", real)
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - datetime.timedelta(minutes=5))
    bulk.sweep()
    assert bulk.run_job(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert len(job.result["done"]) == 3
    assert job.result["left"] == []
    assert AuditEntry.objects.filter(action="opinion.validity").count() == 3
    assert not bulk.run_job(job.pk)


def test_what_failed_half_way_says_so_and_can_be_taken_back(office: Client, store: list[OpinionPage], actor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    real, done = bulk.carry_out, []

    def breaks(key: str, stamp: str, order: Order) -> many.Outcome:
        if done:
            raise RuntimeError
        done.append(key)
        return real(key, stamp, order)

    monkeypatch.setattr(bulk, "carry_out", breaks)
    job = run(store, Verb.VALIDITY, "", actor)
    assert job.state == Job.State.FAILED
    body = office.get(f"/opinions/many/{job.key}/").content.decode()
    assert "没有办理完" in body
    assert "撤销已办理的" in body
    assert "已撤销 1 份" in office.post(f"/opinions/many/{job.key}/", follow=True).content.decode()
    assert not OpinionPage.objects.filter(validity_confirmed_on__isnull=False).exists()


def test_all_that_the_list_holds_are_bounded(office: Client, store: list[OpinionPage], monkeypatch: pytest.MonkeyPatch) -> None:
    body = asked(office, "validity", scope="all", back="q=协作之1")
    assert "确认 1 份文件现行有效？" in body
    monkeypatch.setattr(bulk, "LIMIT", 2)
    answer = office.post(ASK, {"do": "validity", "scope": "all", "back": ""}, follow=True).content.decode()
    assert "符合条件的有 3 份，一次最多办理 2 份" in answer


@pytest.mark.parametrize("form", [{"do": "validity"}, {"do": "x", "key": "a"}, {"do": "disclosure:x", "key": "a"}, {}])
def test_a_form_that_says_nothing_changes_nothing(office: Client, store: list[OpinionPage], form: dict[str, str]) -> None:
    assert "没有办理" in office.post(ASK, form, follow=True).content.decode()
    assert "没有办理" in office.post(DO, form, follow=True).content.decode()


def test_nobody_else_does_it(client: Client, store: list[OpinionPage]) -> None:
    user = User.objects.create(username="l", role=Role.LIAISON, unit_kind="public_security", place="532300")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(ASK, {"do": "validity", "key": store[0].public_key}).status_code == 403
    assert client.post(DO, {"verb": "validity", "seen": f"{store[0].public_key}:x"}).status_code == 403
    with pytest.raises(many.ManyRefused):
        bulk.ask(bulk.new_key(), [(store[0].public_key, "x")], verb=Verb.VALIDITY, value="", actor=user)
    assert 'name="key"' not in client.get(LIST).content.decode()


def rows(client: Client, query: str) -> list[list[str]]:
    table = list(csv.reader(io.StringIO(client.get(f"/opinions/list.csv{query}").content.decode("utf-8-sig"))))
    return [row for row in table if row and row[0].isdecimal()]


def test_the_table_holds_what_the_list_holds(office: Client, client: Client, store: list[OpinionPage]) -> None:
    assert [row[1] for row in rows(office, "?q=协作之1")] == [store[1].title]
    assert len(rows(office, "")) == 3
    store[0].disclosure = "open"
    store[0].save(update_fields=["disclosure"])
    client.logout()
    public = rows(client, "")
    assert [row[1] for row in public] == [store[0].title]
    assert len(public[0]) == 11


def test_the_offices_conditions_give_the_numbers_of_the_other_pages(office: Client, store: list[OpinionPage], tmp_path: Path) -> None:
    import_text(tmp_path, "draft", live=False)
    store[2].unpublish()
    OpinionPage.objects.filter(pk=store[1].pk).update(validity_confirmed_on=timezone.localdate())
    today = timezone.localdate()

    def number(query: str) -> int:
        return int(re.findall(r"(\d+) 份文件</h2>", office.get(LIST + query).content.decode())[0])

    assert [number(f"?state={state}") for state in ("published", "draft", "withdrawn", "review")] == [2, 1, 1, 0]
    assert number("?aging=confirmed-5") == gaps.unconfirmed(today, years=5).count() == 1
    assert number("?aging=issued-5") == 2
    assert number("?disclosure=none") == 4
    assert number("?reviewed=no") == 4
    assert number("?since=7") == 4
    assert number("?by=李静") == 0


def test_a_document_that_ends_soon_is_called_to_mind(office: Client, store: list[OpinionPage]) -> None:
    for page, days in zip(store, (10, 89, 400), strict=True):
        page.effective_until = timezone.localdate() + datetime.timedelta(days=days)
        page.save(update_fields=["effective_until"])
    assert len(rows(office, "?aging=ending")) == 2


def test_rows_say_who_else_has_changed_a_document(office: Client, store: list[OpinionPage], actor: User) -> None:
    other = User.objects.create(username="d", display_name="赵敏", role=Role.COORDINATION)
    run(store[:1], Verb.VALIDITY, "", other)
    run(store[1:2], Verb.VALIDITY, "", actor)
    body = office.get(LIST).content.decode()
    assert body.count("今天改过") == 1
    assert "赵敏" in body
    user = User.objects.create(username="l", role=Role.LIAISON)
    office.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert "赵敏" not in office.get(LIST).content.decode()


def test_the_list_of_the_office_keeps_its_query_budget(
    office: Client, store: list[OpinionPage], django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    office.get(LIST)
    with django_assert_max_num_queries(24):
        office.get(LIST)
    with django_assert_max_num_queries(16):
        asked(office, "validity", *store)


def test_the_lists_offer_to_take_it_back_to_who_did_it(office: Client, client: Client, store: list[OpinionPage], actor: User) -> None:
    job = run(store, Verb.DISCLOSURE, "open", actor)
    for path in (LIST, "/recent/"):
        body = office.get(path).content.decode()
        assert "刚才公开了 3 份文件" in body
        assert f'action="/opinions/many/{job.key}/"' in body
    other = User.objects.create(username="z", role=Role.COORDINATION)
    theirs = Client()
    theirs.force_login(other, backend="django.contrib.auth.backends.ModelBackend")
    assert "刚才公开了" not in theirs.get(LIST).content.decode() + theirs.get("/recent/").content.decode()
    assert not bulk.lately(actor, now=timezone.now() + datetime.timedelta(minutes=31))
    assert "已撤销 3 份" in office.post(f"/opinions/many/{job.key}/", follow=True).content.decode()
    assert "刚才公开了" not in office.get(LIST).content.decode()
    run(store[:1], Verb.VALIDITY, "", actor)
    assert "刚才确认了 1 份文件现行有效" in office.get(LIST).content.decode()
