"""What is marked on the page of a unit since its reader looked before: what a look is, and what has come, changed and gone."""

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from cms.accounts.models import Role, User
from policy_docs.duties.looks import look, looked_before
from policy_docs.duties.models import Duty, UnitLook
from policy_docs.duties.selectors import load_unit
from policy_docs.notices.difference import Turn, net
from policy_docs.notices.models import Notice
from policy_docs.opinions.pages import OpinionPage
from tests.factories.opinions import added, drop, import_text, publish, raw, reword, set_body

pytestmark = pytest.mark.django_db
URL = "/units/public_security/532300/"
TEXT = """楚政法发〔2017〕8号
中共楚雄州委政法委员会
关于协作的意见
一、职责
（一）公安机关应当协助人民法院查找被执行人。
（二）公安机关应当协助人民法院扣押车辆。
（三）州财政局应当保障工作经费。
中共楚雄州委政法委员会
2017年5月3日
"""
OTHER = TEXT.replace("8号", "9号").replace("协作", "联动").replace("扣押车辆", "限制出境")
A_DAY = datetime.timedelta(days=1)


@pytest.fixture
def page(tmp_path: Path) -> OpinionPage:
    return import_text(tmp_path, text=TEXT)


@pytest.fixture
def reader(page: OpinionPage, client: Client) -> User:
    user = User.objects.create(username="l", role=Role.LIAISON, unit_kind="public_security", place="532300")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def shown(client: Client, query: str = "", **headers: str) -> str:
    answer = client.get(URL + query, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def days_pass(days: int = 2) -> None:
    """What was told and looked at up to now was so some days ago."""
    Notice.with_trash.update(at=F("at") - days * A_DAY)
    UnitLook.objects.update(at=F("at") - days * A_DAY)


def told(client: Client, query: str = "") -> tuple[int, int, int] | None:
    """The three numbers of the fact, as the page has them."""
    context = client.get(URL + query).context
    since = context["since"]
    return None if since is None else (*(number for _label, number, _way in context["turns"]), since.gone)


class TestLooks:
    def test_the_first_visit_compares_with_nothing(self, client: Client, reader: User) -> None:
        assert "上次查看" not in shown(client)
        assert UnitLook.objects.get().user == reader

    def test_a_visit_goes_on_being_compared_with_the_one_before(self, reader: User) -> None:
        unit, start = load_unit("public_security", "532300", on=timezone.localdate()), timezone.localtime().replace(hour=9)
        assert look(reader, unit, now=start) is None
        assert look(reader, unit, now=start + datetime.timedelta(hours=5)) is None
        last = start + datetime.timedelta(hours=5)
        assert look(reader, unit, now=start + A_DAY) == last
        assert look(reader, unit, now=start + A_DAY + datetime.timedelta(hours=1)) == last
        assert looked_before(reader, unit, now=start + 2 * A_DAY) == start + A_DAY + datetime.timedelta(hours=1)

    def test_midnight_does_not_wipe_it(self, reader: User) -> None:
        unit, evening = load_unit("public_security", "532300", on=timezone.localdate()), timezone.localtime().replace(hour=23)
        look(reader, unit, now=evening - 3 * A_DAY)
        assert look(reader, unit, now=evening) == evening - 3 * A_DAY
        assert look(reader, unit, now=evening + datetime.timedelta(hours=2)) == evening - 3 * A_DAY

    @pytest.mark.parametrize(("query", "headers"), [("", {"Sec-Purpose": "prefetch;prerender"}), ("", {"Purpose": "prefetch"}), ("?on=2020-01-01", {})])
    def test_what_is_no_look(self, client: Client, reader: User, query: str, headers: dict[str, str]) -> None:
        shown(client, query, **headers)
        client.get(URL + "duties.csv")
        assert not UnitLook.objects.exists()

    def test_each_reader_and_each_unit_has_its_own(self, client: Client, reader: User) -> None:
        shown(client)
        days_pass()
        assert told(client) == (0, 0, 0)
        assert client.get("/units/public_security/532301/").context["since"] is None
        client.force_login(User.objects.create(username="m", role=Role.LIAISON), backend="django.contrib.auth.backends.ModelBackend")
        assert told(client) is None

    def test_the_public_is_not_noted(self, client: Client, page: OpinionPage) -> None:
        shown(client)
        assert not UnitLook.objects.exists()


class TestChanges:
    @pytest.fixture(autouse=True)
    def looked(self, client: Client, reader: User) -> None:
        shown(client)
        days_pass()

    def test_a_new_document(self, client: Client, tmp_path: Path) -> None:
        import_text(tmp_path, "b", OTHER)
        assert told(client) == (2, 0, 0)
        body = shown(client)
        assert body.count('<span class="tag tag--new">新增</span>') == 2
        assert body.count("is-new") == 2
        fresh = shown(client, "?turn=added")
        assert "2 条职责，出自 1 份文件" in fresh
        assert '<input type="hidden" name="turn" value="added">' in fresh, "the form of the filters keeps it"
        assert client.get(URL + "duties.csv?turn=added").content.decode().count("关于联动的意见") == 2
        days_pass()
        assert told(client) == (0, 0, 0)
        assert "tag--new" not in shown(client)

    def test_a_changed_text(self, client: Client, page: OpinionPage) -> None:
        reword(page, "查找被执行人", "查找被执行人和车辆")
        set_body(page, [*raw(page), added("公安机关应当协助人民法院送达文书。")])
        drop(page, "扣押车辆")
        publish(page)
        assert told(client) == (1, 1, 1)
        body = shown(client)
        assert "新旧条文比较" in body or "文字更正" in body
        assert "1 条职责，出自 1 份文件" in shown(client, "?turn=changed")

    def test_what_was_changed_back_is_nothing_gone(self, client: Client, page: OpinionPage) -> None:
        before = raw(page)
        drop(page, "扣押车辆")
        page = publish(page)
        assert told(client) == (0, 0, 1)
        set_body(page, before)
        publish(page)
        assert told(client) == (0, 1, 0)

    def test_a_document_that_went_and_one_that_went_and_came_back(self, client: Client, page: OpinionPage) -> None:
        page.unpublish()
        assert told(client) == (0, 0, 2)
        publish(OpinionPage.objects.get(pk=page.pk))
        assert told(client) == (0, 0, 0)

    def test_a_document_that_came_and_went(self, client: Client, tmp_path: Path) -> None:
        other = import_text(tmp_path, "b", OTHER)
        other.unpublish()
        assert told(client) == (0, 0, 0)

    def test_a_document_ends_by_its_own_date(self, client: Client, page: OpinionPage) -> None:
        OpinionPage.objects.filter(pk=page.pk).update(effective_until=timezone.localdate() - A_DAY)
        assert told(client) == (0, 0, 2)
        assert "不再有效，失效 2 条" in shown(client)

    def test_a_repeal_counts_once_its_day_has_come(self, client: Client, page: OpinionPage) -> None:
        page.repealed_on = timezone.localdate() + A_DAY
        publish(page)
        assert told(client) == (0, 0, 0)
        page.repealed_on = timezone.localdate()
        publish(page)
        assert told(client) == (0, 0, 2)

    def test_what_a_person_has_added(self, client: Client, page: OpinionPage) -> None:
        duty = Duty.objects.filter(kind="public_security").first()
        assert duty is not None
        Duty.objects.filter(pk=duty.pk).update(by_hand=True, created_at=timezone.now())
        assert told(client) == (1, 0, 0)

    def test_the_choice_says_nothing_where_there_is_nothing_to_compare(self, client: Client) -> None:
        UnitLook.objects.all().delete()
        assert "2 条职责，出自 1 份文件" in shown(client, "?turn=added")

    def test_it_asks_little(self, client: Client, tmp_path: Path, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]) -> None:
        import_text(tmp_path, "b", OTHER)
        shown(client)
        with django_assert_max_num_queries(31):
            shown(client)


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ("added", Turn.ADDED), ("added changed", Turn.ADDED), ("added gone", None), ("gone", Turn.GONE), ("changed gone", Turn.GONE),
        ("gone added", Turn.CHANGED), ("moved", None), ("moved changed", Turn.CHANGED),
    ],
)  # fmt: skip
def test_turns_add_up(turns: str, expected: Turn | None) -> None:
    assert net([Turn(word) for word in turns.split()]) is expected
