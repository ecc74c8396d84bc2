"""One asks, another answers: never oneself, never after a change, never without a reason."""

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from cms.accounts.models import Role, User
from cms.audit.models import AuditEntry
from policy_docs.duties.actions import decide
from policy_docs.duties.models import Duty
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.removing import ReasonMissing, approve, ask, ask_purge, mark, marks, refuse, take_back_request, why_kept, withdraw
from policy_docs.opinions.trash import RemovalRefused, trash
from policy_docs.opinions.trashed import RemovalRequest, Trashed
from policy_docs.units.models import Body
from tests.factories.opinions import import_text, publish, reword
from tests.factories.removing import office, trashed

pytestmark = pytest.mark.django_db
State = RemovalRequest.State


@pytest.fixture
def page(tmp_path: Path) -> OpinionPage:
    return import_text(tmp_path)


def _asked(page: OpinionPage, who: str = "li") -> RemovalRequest:
    row = ask(OpinionPage.objects.get(pk=page.pk), actor=office(who), reason="重复收录")
    assert isinstance(row, RemovalRequest)
    return row


def _state(row: RemovalRequest) -> str:
    return RemovalRequest.objects.get(pk=row.pk).state


def _signed_in(client: Client, user: User) -> Client:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_approved_by_another_it_goes_and_both_stand_in_the_trail(page: OpinionPage) -> None:
    row = _asked(page)
    assert OpinionPage.objects.get().live  # until then it stays as it is
    approve(row.pk, actor=office("wang"), answer="同意")
    entry = Trashed.objects.get()
    assert (entry.reason, str(entry.trashed_by), str(entry.approved_by)) == ("重复收录", "li", "wang")
    told = [(item.action, item.actor) for item in AuditEntry.objects.order_by("pk") if "remov" in item.action or "trash" in item.action]
    assert told == [("opinion.removal_asked", "li"), ("opinion.trash", "li"), ("opinion.removal_approved", "wang")]
    assert _state(row) == State.DONE


@pytest.mark.parametrize("superuser", [False, True])
def test_nobody_approves_or_refuses_oneself(page: OpinionPage, superuser: bool) -> None:
    row = _asked(page)
    User.objects.filter(username="li").update(is_superuser=superuser, role=Role.SYSTEM_ADMIN if superuser else Role.COORDINATION)
    for answer in (approve, refuse):
        with pytest.raises(RemovalRefused, match="不能自己批准"):
            answer(row.pk, actor=User.objects.get(username="li"), answer="同意")
    assert _state(row) == State.OPEN
    assert OpinionPage.objects.exists()


@pytest.mark.parametrize("role", [Role.LIAISON, Role.LEADER, Role.SYSTEM_ADMIN])
def test_who_may_not_see_it_may_not_answer(page: OpinionPage, role: Role) -> None:
    row = _asked(page)
    with pytest.raises(RemovalRefused, match="不能批准"):
        approve(row.pk, actor=office("x", role))
    assert not RemovalRequest.objects.filter(pk=row.pk, answered_by__isnull=False).exists()


def test_a_change_makes_it_stale(page: OpinionPage) -> None:
    row = _asked(page)
    reword(page, "查找", "协助查找")
    publish(page)
    with pytest.raises(RemovalRefused, match="申请已失效"):
        approve(row.pk, actor=office("wang"))
    assert _state(row) == State.STALE  # kept, though the approval failed
    assert OpinionPage.objects.exists()
    _asked(page)


@pytest.mark.parametrize("what", ["draft", "withdrawn", "title"])
def test_what_counts_as_a_change(page: OpinionPage, what: str) -> None:
    before = mark(OpinionPage.objects.get())
    if what == "draft":
        page.save_revision(user=office())
    elif what == "withdrawn":
        withdraw(page, actor=office(), reason="有误")
    else:
        page.title = "另一个题名"
        page.save()
    assert mark(OpinionPage.objects.get()) != before


def test_refused_with_a_reason_only(page: OpinionPage) -> None:
    row = _asked(page)
    with pytest.raises(ReasonMissing):
        refuse(row.pk, actor=office("wang"), answer=" ")
    refuse(row.pk, actor=office("wang"), answer="仍在执行")
    assert (_state(row), RemovalRequest.objects.get().answer) == (State.REFUSED, "仍在执行")
    for answer in (approve, refuse):
        with pytest.raises(RemovalRefused, match="未批准"):
            answer(row.pk, actor=office("wang"), answer="同意")
    assert OpinionPage.objects.exists()


def test_only_who_asked_takes_it_back(page: OpinionPage) -> None:
    row = _asked(page)
    with pytest.raises(RemovalRefused, match="只有申请人"):
        take_back_request(row.pk, actor=office("wang"))
    take_back_request(row.pk, actor=office("li"))
    assert _state(row) == State.TAKEN_BACK
    with pytest.raises(RemovalRefused, match="已撤回"):
        approve(row.pk, actor=office("wang"))


def test_one_request_at_a_time_and_a_reason(page: OpinionPage) -> None:
    with pytest.raises(ReasonMissing):
        ask(page, actor=office(), reason="  ")
    _asked(page)
    with pytest.raises(RemovalRefused, match="正在等人批准"):
        _asked(page, "wang")


def test_a_withdrawal_needs_a_reason_and_stands_in_the_trail(page: OpinionPage) -> None:
    with pytest.raises(ReasonMissing):
        withdraw(page, actor=office(), reason="")
    with pytest.raises(RemovalRefused, match="不能撤回"):
        withdraw(page, actor=office("x", Role.LIAISON), reason="有误")
    withdraw(page, actor=office(), reason="文本有误")
    assert not OpinionPage.objects.get().live
    assert AuditEntry.objects.get(action="opinion.withdraw").details == {"key": page.public_key, "reason": "文本有误"}
    with pytest.raises(RemovalRefused, match="不用撤回"):
        withdraw(page, actor=office(), reason="文本有误")


def test_what_changed_since_the_page_was_opened_is_shown_again(page: OpinionPage, client: Client) -> None:
    _signed_in(client, office())
    seen = mark(page)
    page.title = "另一个题名"
    page.save()
    for name in ("opinion_withdraw", "opinion_delete"):
        answer = client.post(reverse(f"policy_docs:{name}", args=[page.public_key]), {"reason": "有误", "seen": seen})
        assert answer.status_code == 409
        assert "这份文件改过" in answer.content.decode()
        assert ">有误</textarea>" in answer.content.decode()  # what was written stays
    assert OpinionPage.objects.get().live
    assert not RemovalRequest.objects.exists()


def test_the_whole_way_on_the_screen(page: OpinionPage, client: Client) -> None:
    _signed_in(client, office("li"))
    address = reverse("policy_docs:opinion_delete", args=[page.public_key])
    shown = client.get(address)
    assert "由另一人批准后才移入回收站" in shown.content.decode()
    answer = client.post(address, {"reason": "重复收录", "seen": shown.context["seen"]}, follow=True)
    assert "等另一人批准" in answer.content.decode()
    assert 'value="approve"' not in answer.content.decode()  # one's own
    row = RemovalRequest.objects.get()
    asked = reverse("policy_docs:removal", args=[row.pk])
    assert client.post(asked, {"verb": "approve"}).status_code == 409
    _signed_in(client, office("wang"))
    assert "重复收录" in client.get(reverse("policy_docs:removals")).content.decode()
    assert 'value="approve"' in client.get(asked).content.decode()
    assert "已移入回收站" in client.post(asked, {"verb": "approve"}, follow=True).content.decode()
    assert "批准" in client.get(f"{reverse('policy_docs:removals')}?state=settled").content.decode()
    listed = client.get(reverse("policy_docs:trash")).content.decode()
    assert "重复收录" in listed
    assert "1 份文件" in listed
    entry = reverse("policy_docs:trashed", args=[page.public_key])
    assert "恢复并公开" in client.get(entry).content.decode()
    assert "已恢复" in client.post(entry, {"verb": "restore"}, follow=True).content.decode()
    assert OpinionPage.objects.get().live
    assert client.get(entry).headers["Location"] == reverse("policy_docs:opinion", args=[page.public_key])


@pytest.mark.parametrize("number", [1, 12])
def test_the_list_of_requests_asks_the_same_for_one_or_many(
    number: int, tmp_path: Path, client: Client, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    for at in range(number):
        _asked(import_text(tmp_path, f"d{at}", f"关于第{at}件事的通知\n一、公安机关应当办理。\n"))
    changed = OpinionPage.objects.all()[0]
    changed.title = "另一个题名"
    changed.save()
    _signed_in(client, office("wang"))
    with django_assert_max_num_queries(8):
        shown = client.get(reverse("policy_docs:removals")).content.decode()
    assert f"{number} 项申请" in shown
    assert shown.count("申请之后改过") == 1
    assert len(marks(list(OpinionPage.objects.all()))) == number


def _aged(entry: Trashed, days: int) -> Trashed:
    Trashed.objects.filter(pk=entry.pk).update(trashed_at=entry.trashed_at - datetime.timedelta(days=days))
    entry.refresh_from_db()
    return entry


def test_removed_for_good_after_the_time_by_an_administrator_only(page: OpinionPage, client: Client, settings: Settings) -> None:
    settings.TRASH_RETENTION_DAYS = 100
    entry = trashed(page)
    with pytest.raises(RemovalRefused, match="满 100 天"):
        ask_purge(entry, actor=office(), reason="重复")
    row = ask_purge(_aged(entry, 101), actor=office(), reason="重复")
    with pytest.raises(RemovalRefused, match="不能批准"):
        approve(row.pk, actor=office("wang"))
    _signed_in(client, office("root", Role.SYSTEM_ADMIN))
    asked = reverse("policy_docs:removal", args=[row.pk])
    assert "彻底删除后不能恢复" in client.get(asked).content.decode()
    assert client.post(asked, {"verb": "approve"}).status_code == 409  # not confirmed
    assert "已彻底删除《关于协作的意见》" in client.post(asked, {"verb": "approve", "sure": "1"}, follow=True).content.decode()
    assert not OpinionPage.with_trash.exists()
    assert not Trashed.objects.exists()
    assert (_state(row), RemovalRequest.objects.get(pk=row.pk).title) == (State.DONE, "关于协作的意见")
    assert client.get(asked).status_code == 200


def test_one_that_both_asks_and_administers_does_not_do_it_alone(page: OpinionPage) -> None:
    root = User.objects.create_superuser("root", password="x")
    row = ask_purge(_aged(trashed(page), 400), actor=root, reason="重复")
    with pytest.raises(RemovalRefused, match="不能自己批准"):
        approve(row.pk, actor=root)
    assert OpinionPage.with_trash.exists()


def test_decided_duties_keep_it_in_the_trash_for_ever(page: OpinionPage) -> None:
    decide(Duty.objects.filter(opinion=page)[:1], state=Duty.State.REJECTED, actor=office())
    entry = _aged(trashed(page), 4000)
    assert "经人工核对的职责" in why_kept(entry, entry.opinion, on=datetime.date(2099, 1, 1))
    with pytest.raises(RemovalRefused, match="经人工核对的职责"):
        ask_purge(entry, actor=office(), reason="重复")


def test_a_list_of_members_that_a_person_has_corrected_keeps_it_too(page: OpinionPage) -> None:
    Body.objects.create(opinion=page, name="协作领导小组", corrected=True)
    entry = _aged(trashed(page), 4000)
    with pytest.raises(RemovalRefused, match="成员名单"):
        ask_purge(entry, actor=office(), reason="重复")


def test_an_original_is_removed_with_its_aliases(page: OpinionPage) -> None:
    page.create_alias(update_slug="alias")
    row = ask_purge(_aged(trashed(page), 400), actor=office(), reason="重复")
    approve(row.pk, actor=office("root", Role.SYSTEM_ADMIN))
    assert not OpinionPage.with_trash.exists()


def test_a_draft_in_the_trash_has_no_open_request(tmp_path: Path, client: Client) -> None:
    page = import_text(tmp_path, live=False)
    _signed_in(client, office())
    address = reverse("policy_docs:opinion_delete", args=[page.public_key])
    assert "移入回收站，可以随时恢复" in client.post(address, {}, follow=True).content.decode().replace("》", "")
    with pytest.raises(RemovalRefused, match="已经在回收站里"):
        trash(page, actor=office())
