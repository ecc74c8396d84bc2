"""What others have changed: who hears of what, grouped, narrowed, since when, and nothing of what is not theirs to know."""

import ast
import datetime
import re
from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import PageViewRestriction

from cms.accounts.models import Role, User
from cms.accounts.viewer import viewer_of
from cms.audit.record import record
from policy_docs.duties import actions as duties
from policy_docs.duties import notes
from policy_docs.duties.models import Duty
from policy_docs.opinions.confirming import confirm_validity
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.trash import trash
from policy_docs.recent import trail, words
from policy_docs.recent.models import LookedThrough
from policy_docs.topics import actions as topics
from policy_docs.topics import tagging
from policy_docs.topics.models import Topic
from policy_docs.units.models import UnitAlias
from tests.factories.search import opinion

pytestmark = pytest.mark.django_db
URL = "/recent/"
PLAN = (
    "楚政法发〔2017〕8号\n中共楚雄州委政法委员会\n关于执行协作的实施方案\n一、职责\n（一）公安机关应当协助查询。\n（二）公安机关应当核对信息。\n2017年5月3日\n"
)
RULES = "云政发〔2019〕3号\n云南省人民政府\n关于查控车辆的意见\n一、职责\n（一）税务部门应当协助查询。\n2019年6月1日\n"


@pytest.fixture(scope="module")
def stored(keeping: Callable[[], AbstractContextManager[Path]]) -> list[int]:
    with keeping() as folder:
        return [opinion(folder, "plan", PLAN).pk, opinion(folder, "rules", RULES).pk]


@pytest.fixture
def store(stored: list[int]) -> list[OpinionPage]:
    return [OpinionPage.objects.get(pk=pk) for pk in stored]


@pytest.fixture
def me() -> User:
    return User.objects.create(username="me", display_name="李静", role=Role.COORDINATION)


@pytest.fixture
def other() -> User:
    return User.objects.create(username="o", display_name="赵敏", role=Role.COORDINATION)


@pytest.fixture
def liaison() -> User:
    return User.objects.create(username="l", role=Role.LIAISON, unit_kind="public_security", place="532300")


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def confirm(page: OpinionPage, actor: User) -> None:
    confirm_validity(OpinionPage.objects.get(pk=page.pk), actor=actor, on=timezone.localdate(), seen=page.validity_confirmed_on)


def seen(user: User, days: int = 7) -> dict[tuple[str, str, str], dict[str, int]]:
    found = trail.changes(user, viewer_of(user), since=timezone.now() - datetime.timedelta(days=days))
    return {(group.title, group.who, group.kind.value): dict(group.deeds) for group in found}


def test_what_others_did_is_grouped_by_document_and_person(store: list[OpinionPage], me: User, other: User) -> None:
    confirm(store[0], other)
    confirm(store[1], me)
    duties.decide(Duty.objects.filter(opinion=store[0]).exclude(role="mention"), state=Duty.State.CONFIRMED, actor=other)
    found = seen(me)
    assert found[store[0].title, "赵敏", "document"] == {"确认现行有效": 1}
    assert found[store[0].title, "赵敏", "duty"] == {"接受职责": 2}
    assert not [key for key in found if key[1] == "李静"]
    assert found[store[1].title, "系统", "document"] == {"收录": 1}


def test_somebody_of_the_same_name_is_another(store: list[OpinionPage], me: User) -> None:
    twin = User.objects.create(username="twin", display_name="李静", role=Role.COORDINATION)
    confirm(store[0], twin)
    assert (store[0].title, "李静", "document") in seen(me)


def test_what_a_reader_may_not_open_is_not_told_of(store: list[OpinionPage], other: User, liaison: User, me: User) -> None:
    for page in store:
        confirm(page, other)
    PageViewRestriction.objects.create(page=store[0], restriction_type=PageViewRestriction.LOGIN)
    store[1].unpublish()
    assert seen(liaison) == {}
    assert len({title for title, _who, _kind in seen(me)}) == 2


def test_readers_hear_of_what_stands_without_names(store: list[OpinionPage], other: User, liaison: User) -> None:
    found = Duty.objects.filter(opinion=store[0]).exclude(role="mention").order_by("pk")
    duties.decide(found[:1], state=Duty.State.CONFIRMED, actor=other)
    duties.decide(found[1:], state=Duty.State.REJECTED, actor=other)
    record(actor=other, action="opinion.disclosure", target=store[0], details={"by": other.pk})
    draft = OpinionPage.objects.get(pk=store[0].pk)
    draft.save_revision(user=other, log_action=True, changed=True)
    told = seen(liaison)
    assert told[store[0].title, "", "duty"] == {"接受职责": 1}
    assert told[store[0].title, "", "document"] == {"收录": 1}


def test_accounts_contacts_and_reading_are_not_told_of(store: list[OpinionPage], me: User, other: User) -> None:
    record(actor=other, action="account.change", target=me)
    record(actor=other, action="import.download", target=store[0])
    record(actor=other, action="directory.change", target=other, details={"telephone": "0878-0000000"})
    log(instance=me, action="wagtail.edit", user=other)
    assert all(who != "赵敏" for _title, who, _kind in seen(me))


def test_drafts_and_the_vocabulary_are_the_offices(store: list[OpinionPage], me: User, other: User, liaison: User) -> None:
    OpinionPage.objects.get(pk=store[0].pk).save_revision(user=other, log_action=True, changed=True)
    log(instance=UnitAlias.objects.first(), action="wagtail.edit", user=other)
    record(actor=other, action="reform.entered", target=store[1].jurisdiction, details={"by": other.pk})
    found = seen(me)
    assert found[store[0].title, "赵敏", "document"] == {"修改草稿": 1}
    assert [deeds for (title, who, kind), deeds in found.items() if kind == "unit"] == [{"登记机构改革": 1}, {"修改": 1}]
    assert not [kind for _title, _who, kind in seen(liaison) if kind == "unit"]


def test_narrowed_by_kind_person_and_place(client: Client, store: list[OpinionPage], me: User, other: User) -> None:
    confirm(store[0], other)
    duties.decide(Duty.objects.filter(opinion=store[1]).exclude(role="mention"), state=Duty.State.CONFIRMED, actor=other)
    signed_in(client, me)

    def titles(query: str) -> set[str]:
        body = client.get(URL + query).content.decode().replace("<wbr>", "")
        return {page.title for page in store if page.title in body}

    assert titles("?who=赵敏&kind=duty") == {store[1].title}
    assert titles("?who=赵敏&kind=document") == {store[0].title}
    assert titles("?who=赵敏&place=532300") == {store[0].title}
    assert titles("?kind=unit") == set()
    assert "去掉“无人”</a>，有" in client.get(f"{URL}?who=无人").content.decode()


def test_looked_through(client: Client, store: list[OpinionPage], me: User, other: User) -> None:
    confirm(store[0], other)
    signed_in(client, me)
    body = client.get(URL).content.decode()
    until = body.partition('name="until" value="')[2].partition('"')[0]
    confirm(store[1], other)  # while the page was open
    client.post(URL, {"until": until})
    body = client.get(URL).content.decode().replace("<wbr>", "")
    assert "上次看过以后" in body
    assert store[1].title in body
    assert store[0].title not in body
    client.post(URL, {"until": "2020-01-01T00:00:00+00:00"})
    assert LookedThrough.objects.get().at.year > 2020
    client.post(URL, {"until": "2999-01-01T00:00:00+00:00"})
    assert LookedThrough.objects.get().at <= timezone.now()
    assert "这段时间别人没有修改" in client.get(URL).content.decode()


@pytest.mark.parametrize("query", ["?since=x", "?since=seen", "?kind=<b>", "?page=999", "?who=%00", "?place=9"])
def test_odd_addresses_do_no_harm(client: Client, store: list[OpinionPage], me: User, query: str) -> None:
    assert signed_in(client, me).get(URL + query).status_code == 200
    for until in ("x", "0001-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2020-01-01T00:00"):
        assert client.post(URL, {"until": until}).status_code == 302, until


def test_old_changes_are_not_read(store: list[OpinionPage], me: User, other: User, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    monkeypatch.setattr("cms.audit.record.timezone.now", lambda: now - datetime.timedelta(days=20))
    confirm(store[0], other)
    monkeypatch.undo()
    record(actor=other, action="opinion.reviewed", target=store[1], details={"by": other.pk})  # rows come in order
    found = trail.changes(me, viewer_of(me), since=now - datetime.timedelta(days=7))
    assert not [group for group in found if "确认现行有效" in group.deeds]


def test_the_page_keeps_its_query_budget(
    client: Client, store: list[OpinionPage], me: User, other: User, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    for page in store:
        confirm(page, other)
    duties.decide(Duty.objects.exclude(role="mention"), state=Duty.State.CONFIRMED, actor=other)
    signed_in(client, me).get(URL)
    with django_assert_max_num_queries(11):
        client.get(URL)


def recorded() -> dict[str, set[str]]:
    """Every name of a deed in the code that writes the trail, with the modules it stands in: plain words, and those put together of two parts."""
    put_together = {
        "opinion.": {"insert", "split", "merge", "move", "renumber"}, "duty.": {"confirmed", "rejected"}, "clausetopic.": {"confirmed", "rejected"},
    }  # fmt: skip
    found: dict[str, set[str]] = defaultdict(set)
    for package in ("policy_docs", "search", "cms"):
        for path in Path(package).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            if "audit.record import" not in source or "tests" in path.parts:
                continue
            tree = ast.parse(source)
            logged = {id(node.args[0]) for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log.") and node.args}
            parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
            for node in ast.walk(tree):
                if isinstance(node, ast.JoinedStr) and re.fullmatch(r"[a-z]+\.", first := str(getattr(node.values[0], "value", "")) if node.values else ""):
                    for rest in put_together[first]:
                        found[first + rest].add(str(path))
                elif isinstance(node, ast.Constant) and id(node) not in logged | parts and re.fullmatch(r"[a-z]+\.[a-z_]+", str(node.value)):
                    found[str(node.value)].add(str(path))
    return found


def test_each_deed_that_the_trail_can_hold_has_words() -> None:
    known = {name: modules for name, modules in recorded().items() if not name.startswith("wagtail.")}  # Wagtail's log is another
    assert {name: modules for name, modules in known.items() if name not in words.WORDS} == {}
    assert set(words.WORDS) - set(known) == set()  # and none is worded that nobody records
    assert len(known) > 80
    assert set(words.TOLD) >= words.FOR_READERS | words.GONE


def test_topics_notes_and_the_trash_are_told_to_the_office(store: list[OpinionPage], me: User, other: User, liaison: User, tmp_path: Path) -> None:
    page, gone = store
    tagging.add(page.clauses.order_by("pk")[0], Topic.objects.get(key="m_exit_ban").pk, actor=other)
    notes.write(page.clauses.order_by("pk")[0], text="请核对", kind=None, actor=other)
    topics.retire(topic := Topic.objects.get(key="m_exit_ban").pk, seen=topics.stamp_of(Topic.objects.get(pk=topic)), actor=other)
    trash(gone, actor=other, reason="重复收录", approved_by=me)
    found = seen(me)
    assert found[page.title, "赵敏", "topic"] == {"添加主题": 1}
    assert found[page.title, "赵敏", "duty"] == {"写批注": 1}
    assert [deeds for (title, _who, kind), deeds in found.items() if kind == "topic" and title != page.title] == [{"停用主题": 1}]
    assert found["回收站中的文件", "赵敏", "document"] == {"移入回收站": 1}  # its title stands nowhere but in the trash
    assert all(gone.title not in title for title, _who, _kind in found)
    assert all("移入回收站" not in deeds and "写批注" not in deeds for deeds in seen(liaison).values())


def test_choosing_what_was_found_is_told_as_accepting(store: list[OpinionPage], me: User, other: User) -> None:
    duty = Duty.objects.filter(opinion=store[0], role="responsible").order_by("pk")[0]
    duties.change(duty, actor=other, role=duties.Role.RESPONSIBLE)
    assert seen(me)[store[0].title, "赵敏", "duty"] == {"接受职责": 1}
    duty.refresh_from_db()
    assert (duty.state, duty.by_hand) == ("confirmed", False)
    duties.change(duty, actor=other, role=duties.Role.LEAD)
    assert seen(me)[store[0].title, "赵敏", "duty"] == {"接受职责": 1, "修改职责": 1}
