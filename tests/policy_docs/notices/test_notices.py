"""Who hears of a change of a document, what the notice says, and what has been read."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from cms.accounts.models import Role, User
from policy_docs.duties.models import Duty
from policy_docs.importing.reread import reread_containing
from policy_docs.notices.actions import Touched, tell
from policy_docs.notices.models import Notice, NoticeRead, NoticeTouch
from policy_docs.notices.reading import unread
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.events import ReformEvent
from policy_docs.units.models import Reform
from tests.factories.opinions import drop, import_text, publish, reword

TEXT = """楚政法发〔2017〕8号
中共楚雄州委政法委员会
关于协作的意见
一、职责
（一）公安机关应当协助人民法院查找被执行人。
（二）州发改委应当协助查询项目立项情况。
（三）各成员单位应当按月报送情况。
"""
PREFECTURE, COUNTY, ELSEWHERE = "532300", "532301", "530100"


def member(kind: str, code: str, name: str = "u", role: str = Role.LIAISON) -> User:
    return User.objects.create(username=name, role=role, unit_kind=kind, place=code)


def waiting(user: User) -> int:
    return unread(user, on=timezone.localdate())


@pytest.fixture
def page(db: None, tmp_path: Path) -> OpinionPage:
    found = import_text(tmp_path, text=TEXT)
    Notice.objects.all().delete()
    return found


def shown(client: Client, user: User, query: str = "") -> str:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(f"/notices/{query}")
    assert answer.status_code == 200
    return answer.content.decode().replace("<wbr>", "")


class TestWhoHears:
    def test_a_new_document_is_told_to_those_it_binds(self, db: None, tmp_path: Path) -> None:
        import_text(tmp_path, text=TEXT)
        told = Notice.objects.get()
        assert (told.deed, told.new, told.old) == (Notice.Deed.ADDED, 1, None)
        assert set(told.touches.values_list("kind", flat=True)) >= {"public_security", "development_reform"}
        assert not any(touch.details for touch in told.touches.all())

    def test_a_document_that_no_longer_holds_is_told_to_nobody(self, db: None, tmp_path: Path) -> None:
        page = import_text(tmp_path, text=f"{TEXT}（四）本意见自2016年1月1日起施行，有效期5年。\n2015年12月1日\n")
        assert page.effective_until is not None
        assert page.effective_until.year == 2020
        assert Duty.objects.filter(opinion=page, kind="public_security").exists()
        assert not Notice.objects.exists()
        reword(page, "查找被执行人", "查找被执行人和车辆")
        publish(page)
        assert not Notice.objects.exists()

    def test_a_draft_is_told_to_nobody(self, db: None, tmp_path: Path) -> None:
        import_text(tmp_path, text=TEXT, live=False)
        assert not Notice.objects.exists()

    def test_a_generic_duty_reaches_every_level_inside_and_no_place_outside(self, page: OpinionPage) -> None:
        users = [member("public_security", code, f"u{code}") for code in (PREFECTURE, COUNTY, ELSEWHERE)]
        reword(page, "查找被执行人", "查找被执行人和车辆")
        publish(page)
        assert [waiting(user) for user in users] == [1, 1, 0]

    def test_a_duty_of_the_own_level_reaches_no_county(self, page: OpinionPage) -> None:
        here, below = member("development_reform", PREFECTURE, "a"), member("development_reform", COUNTY, "b")
        reword(page, "立项情况", "立项和变更情况")
        publish(page)
        assert (waiting(here), waiting(below)) == (1, 0)

    def test_a_group_duty_reaches_every_unit_inside(self, page: OpinionPage, client: Client) -> None:
        user = member("tax", COUNTY)
        reword(page, "按月报送", "按季报送")
        publish(page)
        assert waiting(user) == 1
        assert "对各成员单位的要求" in shown(client, user)

    def test_words_outside_every_duty_are_told_to_nobody(self, page: OpinionPage) -> None:
        body = [{**child, "value": {**child["value"], "text": "一、各方职责"}} if child["value"]["text"] == "职责" else child for child in page.body.raw_data]
        page.body = OpinionPage.body.field.to_python(body)
        publish(page)
        assert not Notice.objects.exclude(touches__moved__gt=0).exists()

    def test_reading_a_text_anew_is_no_change_of_the_document(self, page: OpinionPage) -> None:
        reread_containing("公安")
        assert not Notice.objects.exists()

    def test_a_successor_hears_of_the_duties_of_its_predecessor(self, page: OpinionPage) -> None:
        user = member("tax", COUNTY)
        event = ReformEvent.objects.create(kind=ReformEvent.Kind.MERGE, title="试")
        Reform.objects.create(
            event=event,
            predecessor_id="development_reform",
            successor_id="tax",
            scope=Reform.Scope.WHOLE,
            basis="试",
            county_on="2018-01-01",
            prefecture_on="2018-01-01",
        )
        there = member("tax", PREFECTURE, "there")
        reword(page, "立项情况", "立项和变更情况")
        publish(page)
        assert (waiting(user), waiting(there)) == (0, 1)

    def test_any_change_of_units_can_be_told(self, db: None, client: Client) -> None:
        user, other = member("tax", COUNTY), member("tax", PREFECTURE, "other")
        tell(Notice.Deed.REFORM, [Touched.seat("tax", COUNTY)], title="机构调整", said="并入楚雄市税务局", link="/units/")
        assert (waiting(user), waiting(other)) == (1, 0)
        words = shown(client, user)
        assert "并入楚雄市税务局" in words
        assert 'href="/units/"' in words

    def test_a_repeal_is_told_to_those_whom_the_document_bound(self, page: OpinionPage, tmp_path: Path, client: Client) -> None:
        user, outside = member("development_reform", PREFECTURE), member("development_reform", ELSEWHERE, "outside")
        import_text(
            tmp_path,
            "b",
            "楚政法发〔2020〕9号\n中共楚雄州委政法委员会\n关于查控的意见\n一、职责\n（一）公安机关应当查控。\n（二）本意见自2020年5月1日起施行，楚政法发〔2017〕8号同时废止。\n",
        )
        told = Notice.objects.get(deed=Notice.Deed.REPEALED)
        assert (told.opinion, told.said) == (page, "自2020年5月1日起废止。")  # by what is told on its page, to those who may read that
        assert (waiting(user), waiting(outside)) == (1, 0)
        words = shown(client, user)
        assert words.count("不再承担 1") == 2  # one of its own, and apart one of all member units
        assert f"?doc={page.public_key}&amp;valid=past" in words

    def test_nobody_touched_is_no_notice(self, db: None) -> None:
        assert tell(Notice.Deed.REFORM, [], title="机构调整") is None
        assert not Notice.objects.exists()


class TestWhatItSays:
    def test_words_before_and_after(self, page: OpinionPage, client: Client) -> None:
        Duty.objects.update(state=Duty.State.CONFIRMED)
        reword(page, "查找被执行人", "查找失联人员")
        publish(page)
        words = shown(client, member("public_security", PREFECTURE))
        assert "文字更正" in words
        assert "待核对" in words  # the words that proved it are gone
        assert f"/opinions/{page.public_key}/c/" in words
        assert f"?doc={page.public_key}" in words

    def test_a_clause_that_is_gone(self, page: OpinionPage) -> None:
        drop(page, "公安机关")
        publish(page)
        touch = NoticeTouch.objects.get(kind="public_security")
        assert (touch.gone, touch.added, touch.changed) == (1, 0, 0)
        assert "协助人民法院查找被执行人" in touch.details[0]["old"]

    def test_a_second_text_leads_to_the_comparison(self, page: OpinionPage, tmp_path: Path, client: Client) -> None:
        import_text(tmp_path, "a", TEXT.replace("查找被执行人", "查找被执行人、控制车辆") + "本意见自2018年3月1日起施行。\n")
        told = Notice.objects.get()
        assert (told.deed, told.old, told.new) == (Notice.Deed.AMENDED, 1, 2)
        words = shown(client, member("public_security", PREFECTURE))
        assert f"/opinions/{page.public_key}/compare/?from=1&amp;to=2" in words
        assert "<ins>" in words


class TestReading:
    @pytest.fixture
    def user(self, page: OpinionPage) -> User:
        user = member("public_security", PREFECTURE)
        for words in ("查找人员和车辆", "查找人员、车辆和住房"):
            reword(
                page, next(child["value"]["text"] for child in page.body.raw_data if "公安机关" in child["value"]["text"]), f"公安机关应当协助人民法院{words}。"
            )
            page = publish(page)
        return user

    def test_one(self, user: User, client: Client) -> None:
        first = Notice.objects.order_by("pk")[0]
        assert "2 条未读" in shown(client, user, "?state=unread")
        client.post("/notices/settle/", {"notice": first.pk, "deed": "read"})
        client.post("/notices/settle/", {"notice": first.pk, "deed": "read"})
        assert NoticeRead.objects.filter(user=user).count() == 1
        assert "1 条未读" in shown(client, user, "?state=unread")
        client.post("/notices/settle/", {"notice": first.pk, "deed": "unread"})
        assert waiting(user) == 2

    def test_all_that_were_shown(self, user: User, client: Client) -> None:
        shown(client, user)
        first = Notice.objects.order_by("pk")[0]
        client.post("/notices/settle/", {"deed": "all", "until": first.pk})
        assert waiting(user) == 1  # what came since stays unread
        answer = client.post("/notices/settle/", {"deed": "all", "until": Notice.objects.latest("pk").pk}, follow=True)
        assert waiting(user) == 0
        assert "已标为已读 1 条" in answer.content.decode()
        assert "没有未读的通知" in shown(client, user, "?state=unread")

    def test_what_does_not_concern_one_cannot_be_marked(self, user: User, client: Client) -> None:
        other = member("tax", ELSEWHERE, "other")
        client.force_login(other, backend="django.contrib.auth.backends.ModelBackend")
        client.post("/notices/settle/", {"notice": list(Notice.objects.values_list("pk", flat=True)), "deed": "read"})
        assert not NoticeRead.objects.filter(user=other).exists()

    def test_what_is_older_than_the_account_is_read(self, user: User) -> None:
        assert waiting(member("public_security", PREFECTURE, "new")) == 0

    def test_the_way_back_stays_on_the_page(self, user: User, client: Client) -> None:
        shown(client, user)
        answer = client.post("/notices/settle/", {"notice": 1, "deed": "read", "back": "https://example.org/notices/"})
        assert answer.headers["Location"] == "/notices/"

    def test_the_count_stands_on_every_page(self, user: User, client: Client) -> None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        assert '<span class="count n">2' in client.get("/units/").content.decode()

    def test_the_office_without_a_unit_sees_all_and_to_whom(self, user: User, client: Client) -> None:
        words = shown(client, User.objects.create(username="office", role=Role.COORDINATION))
        assert "涉及：公安机关" in words
        assert "标为已读" not in words

    def test_an_account_without_a_unit_is_told_why(self, user: User, client: Client) -> None:
        assert "没有登记所属单位" in shown(client, User.objects.create(username="leader", role=Role.LEADER))

    def test_few_queries(self, user: User, client: Client, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]) -> None:
        shown(client, user)
        with django_assert_max_num_queries(14):
            client.get("/notices/")
