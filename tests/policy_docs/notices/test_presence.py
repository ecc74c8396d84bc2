"""A document is withdrawn, deleted, repealed by hand, and comes back: what its units learn, and who learns nothing."""

import datetime
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from cms.accounts.models import Role, User
from policy_docs.duties.actions import decide
from policy_docs.duties.models import Duty
from policy_docs.notices.models import Notice, NoticeRead
from policy_docs.notices.reading import unread
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.removing import withdraw
from policy_docs.opinions.trash import restore
from policy_docs.opinions.trashed import Trashed
from tests.factories.opinions import import_text, publish, reword
from tests.factories.removing import office, trashed

TEXT = """楚政法发〔2017〕8号
中共楚雄州委政法委员会
关于协作的意见
一、职责
（一）公安机关应当协助人民法院查找被执行人。
（二）公安机关应当协助查封车辆。
（三）州发改委应当协助查询项目立项情况。
（四）各成员单位应当按月报送情况。
"""
PREFECTURE, ELSEWHERE = "532300", "530100"
Deed = Notice.Deed


def member(kind: str = "public_security", code: str = PREFECTURE, name: str = "u", role: str = Role.LIAISON) -> User:
    return User.objects.get_or_create(username=name, defaults={"role": role, "unit_kind": kind, "place": code})[0]


def waiting(user: User) -> int:
    return unread(user, on=timezone.localdate())


def shown(client: Client, user: User, address: str = "/notices/") -> str:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode().replace("<wbr>", "")


def now(page: OpinionPage) -> OpinionPage:
    return OpinionPage.objects.get(pk=page.pk)


def deeds() -> list[str]:
    return list(Notice.with_trash.order_by("pk").values_list("deed", flat=True))


@pytest.fixture
def user(db: None) -> User:
    return member()


@pytest.fixture
def page(user: User, tmp_path: Path) -> OpinionPage:
    """A published document of which the unit has been told once."""
    return import_text(tmp_path, text=TEXT)


def take_off(page: OpinionPage) -> None:
    withdraw(now(page), actor=office(), reason="待重新印发")


def delete(page: OpinionPage) -> None:
    trashed(page)


class TestGone:
    @pytest.mark.parametrize(("way", "deed", "said"), [(take_off, Deed.WITHDRAWN, "已从本库撤回"), (delete, Deed.DELETED, "已从本库删除")])
    def test_a_unit_reads_what_ceases_when_the_page_is_hidden(self, page: OpinionPage, user: User, client: Client, way, deed: str, said: str) -> None:  # type: ignore[no-untyped-def]
        decide(Duty.objects.filter(kind="public_security")[:1], state=Duty.State.CONFIRMED, actor=office())
        way(page)
        assert deeds() == [Deed.ADDED, deed]
        assert waiting(user) == 1  # the last word; what was told before is a record
        words = shown(client, user)
        assert f"{said}" in words
        assert "关于协作的意见" in words
        assert "楚政法发〔2017〕8号" in words
        assert "不再列入 2" in words
        assert "推定，对各成员单位的要求" in words
        assert "协助查封车辆" in words  # which of the duties
        assert "协助查询项目立项" not in words  # another unit's
        assert page.public_key not in words  # nothing leads to what cannot be opened

    def test_who_is_elsewhere_learns_nothing(self, page: OpinionPage, client: Client) -> None:
        other = member("public_security", ELSEWHERE, "elsewhere")
        take_off(page)
        assert waiting(other) == 0
        assert "关于协作的意见" not in shown(client, other)

    @pytest.mark.parametrize("way", [take_off, delete])
    def test_what_a_unit_could_not_read_stays_unknown_to_it(self, page: OpinionPage, user: User, client: Client, way) -> None:  # type: ignore[no-untyped-def]
        PageViewRestriction.objects.create(page=page.get_parent(), restriction_type=PageViewRestriction.LOGIN)
        way(page)
        assert waiting(user) == 0
        words = shown(client, user)
        assert "关于协作的意见" not in words
        assert "0 条通知" in words
        assert "关于协作的意见" in shown(client, office(), "/notices/?all=1")

    def test_a_restriction_set_later_closes_the_record_too(self, page: OpinionPage, user: User, client: Client) -> None:
        take_off(page)
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
        assert waiting(user) == 0
        assert "关于协作的意见" not in shown(client, user)

    def test_the_public_has_no_notices(self, page: OpinionPage, client: Client) -> None:
        take_off(page)
        assert client.get("/notices/").status_code == 403

    def test_a_number_that_a_draft_gets_meanwhile_is_not_told(self, page: OpinionPage, user: User, client: Client) -> None:
        take_off(page)
        changed = now(page)
        changed.document_number = "楚政法发〔2018〕99号"
        changed.save()
        assert "楚政法发〔2018〕99号" not in shown(client, user)

    def test_earlier_notices_stay_and_cannot_be_marked(self, page: OpinionPage, user: User, client: Client) -> None:
        take_off(page)
        words = shown(client, user)
        assert "2 条通知" in words
        assert "文件现在没有公开，这里只留通知记录" in words
        assert words.count('name="deed" value="read"') == 1

    def test_reading_what_lies_in_the_trash_is_noted(self, page: OpinionPage, user: User, client: Client) -> None:
        delete(page)
        shown(client, user)
        told = Notice.with_trash.get(deed=Deed.DELETED)
        client.post("/notices/settle/", {"notice": told.pk, "deed": "read"})
        assert waiting(user) == 0
        client.post("/notices/settle/", {"notice": told.pk, "deed": "read"})
        assert NoticeRead.with_trash.filter(user=user).count() == 1
        client.post("/notices/settle/", {"notice": told.pk, "deed": "unread"})
        assert waiting(user) == 1

    def test_one_that_was_withdrawn_is_deleted_without_another_word(self, page: OpinionPage, user: User) -> None:
        take_off(page)
        delete(page)
        assert deeds() == [Deed.ADDED, Deed.WITHDRAWN]
        assert waiting(user) == 1

    def test_of_one_that_holds_no_longer_nothing_ceases(self, page: OpinionPage) -> None:
        OpinionPage.objects.update(repealed_on=datetime.date(2020, 1, 1))
        take_off(page)
        assert deeds() == [Deed.ADDED]

    def test_one_that_runs_out_is_withdrawn(self, page: OpinionPage, user: User, tmp_path: Path) -> None:
        target = import_text(tmp_path, "old", TEXT.replace("8号", "7号").replace("关于协作", "关于旧协作"))
        OpinionPage.objects.filter(pk=target.pk).update(repealed_by=page, repealed_on="2017-01-01", repeal_found=True)
        OpinionPage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - datetime.timedelta(minutes=1))
        call_command("publish_scheduled")
        assert not now(page).live
        assert Deed.WITHDRAWN in deeds()
        assert waiting(user) == 2  # the other one's arrival is still to be read
        assert now(target).repealed_on is None  # what was withdrawn repeals nothing

    def test_nobody_is_told_twice(self, page: OpinionPage) -> None:
        now(page).unpublish()
        assert deeds() == [Deed.ADDED, Deed.WITHDRAWN]

    def test_a_removal_for_good_takes_the_notices_along(self, page: OpinionPage, user: User) -> None:
        delete(page)
        OpinionPage.with_trash.get(pk=page.pk).delete()
        assert deeds() == []
        assert waiting(user) == 0


class TestBack:
    def test_published_again_as_it_was(self, page: OpinionPage, user: User, client: Client) -> None:
        take_off(page)
        publish(now(page))
        assert deeds() == [Deed.ADDED, Deed.WITHDRAWN, Deed.AGAIN]
        assert waiting(user) == 3
        words = shown(client, user)
        assert "已重新公开。以下职责重新列入本单位职责。</p>" in words
        assert "重新列入 2" in words
        assert f"/opinions/{page.public_key}/c/" in words
        assert f"?doc={page.public_key}" in words

    def test_published_again_with_other_words_it_is_told_as_a_whole(self, page: OpinionPage, user: User, client: Client) -> None:
        take_off(page)
        changed = now(page)
        reword(changed, "查封车辆", "查封车辆和船舶")
        publish(changed)
        assert deeds() == [Deed.ADDED, Deed.WITHDRAWN, Deed.AGAIN]
        words = shown(client, user)
        assert "文字有更正" in words
        assert "协助查封车辆和船舶" in words

    def test_a_draft_that_is_published_first_is_new(self, user: User, tmp_path: Path) -> None:
        publish(import_text(tmp_path, "b", TEXT, live=False))
        assert deeds() == [Deed.ADDED]

    def test_restored(self, page: OpinionPage, user: User, client: Client) -> None:
        delete(page)
        restore(Trashed.objects.get(), actor=office())
        assert deeds() == [Deed.ADDED, Deed.DELETED, Deed.RESTORED]
        assert "已恢复。以下职责重新列入本单位职责。</p>" in shown(client, user)

    def test_a_withdrawn_one_is_restored_without_a_word_and_told_when_it_is_published(self, page: OpinionPage) -> None:
        take_off(page)
        delete(page)
        restore(Trashed.objects.get(), actor=office())
        assert deeds() == [Deed.ADDED, Deed.WITHDRAWN]
        publish(now(page))
        assert deeds()[-1] == Deed.AGAIN

    def test_gone_once_more(self, page: OpinionPage) -> None:
        take_off(page)
        publish(now(page))
        take_off(page)
        assert deeds() == [Deed.ADDED, Deed.WITHDRAWN, Deed.AGAIN, Deed.WITHDRAWN]

    def test_behind_a_restriction_it_comes_back_for_nobody(self, page: OpinionPage, user: User) -> None:
        take_off(page)
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
        publish(now(page))
        assert waiting(user) == 0


class TestRepealedByHand:
    DAY = datetime.date(2020, 5, 1)

    def _enter(self, page: OpinionPage, day: datetime.date | None) -> OpinionPage:
        changed = now(page)
        changed.repealed_on = day
        return publish(changed)

    def test_its_units_are_told(self, page: OpinionPage, user: User, client: Client) -> None:
        self._enter(page, self.DAY)
        assert deeds() == [Deed.ADDED, Deed.REPEALED]
        words = shown(client, user)
        assert "自2020年5月1日起废止。" in words
        assert "不再承担 2" in words

    def test_the_way_leads_to_what_is_counted(self, page: OpinionPage, user: User, client: Client) -> None:
        self._enter(page, self.DAY)
        way = re.search(r'href="(/units/[^"]*valid=past[^"]*)"', shown(client, user))
        assert way is not None
        assert "2 条职责" in shown(client, user, way.group(1).replace("&amp;", "&"))

    def test_another_day_replaces_the_notice(self, page: OpinionPage) -> None:
        self._enter(page, self.DAY)
        self._enter(page, datetime.date(2021, 1, 1))
        assert deeds() == [Deed.ADDED, Deed.REPEALED]
        assert "2021年1月1日" in Notice.objects.get(deed=Deed.REPEALED).said

    def test_taken_back(self, page: OpinionPage, user: User, client: Client) -> None:
        self._enter(page, self.DAY)
        self._enter(page, None)
        assert deeds() == [Deed.ADDED, Deed.REVIVED]
        words = shown(client, user)
        assert "原来登记的废止已经取消，文件继续有效。" in words
        assert "继续承担 2" in words

    def test_a_draft_tells_nobody(self, page: OpinionPage) -> None:
        changed = now(page)
        changed.repealed_on = self.DAY
        changed.save_revision()
        assert deeds() == [Deed.ADDED]
