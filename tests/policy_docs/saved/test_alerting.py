"""Saved filters that tell what they newly find: at the chosen rate, as the owner may see it, on the site and by a mail without a word of a document."""

import datetime
from pathlib import Path

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertNumQueries

from cms.accounts.models import Role, User
from policy_docs.duties.models import Duty
from policy_docs.opinions.pages import OpinionPage
from policy_docs.saved import actions, alerting, digest
from policy_docs.saved.actions import SavingRefused
from policy_docs.saved.alerting import Rate, next_time
from policy_docs.saved.models import AlertFinding, SavedAlert, SavedListing
from policy_docs.tasks import tell_of_saved
from tests.factories.opinions import reword
from tests.factories.search import opinion
from tests.policy_docs.saved.test_saved import PLAN, UNIT, person, signed_in

pytestmark = pytest.mark.django_db
NOON = datetime.datetime(2026, 6, 3, 4, tzinfo=datetime.UTC)  # a Wednesday, 12 o'clock here
NEXT = NOON + datetime.timedelta(days=1)


def document(folder: Path, number: int, text: str = PLAN, **fields: object) -> OpinionPage:
    return opinion(folder, f"n{number}", text.replace("8号", f"{number}号").replace("协作", f"协作之{number}"), **fields)


def watched(user: User, address: str, rate: str = Rate.DAILY, *, by_mail: bool = False, at: datetime.datetime = NOON) -> SavedAlert:
    row = actions.save_listing(address, name=address[:40], shared="", actor=user)
    alert = alerting.set_alert(row.pk, rate=rate, mail=by_mail, actor=user, now=at)
    assert alert is not None
    return alert


def compared(at: datetime.datetime = NEXT) -> list[tuple[int, int, int]]:
    return [(len(found.fresh), len(found.changed), found.gone) for found in alerting.run_due(at)]


@pytest.mark.parametrize(
    ("rate", "now", "due"),
    [
        (Rate.SOON, "2026-06-03T12:00", "2026-06-03T12:10"),
        (Rate.DAILY, "2026-06-03T12:00", "2026-06-04T08:00"),
        (Rate.DAILY, "2026-06-03T07:59", "2026-06-03T08:00"),
        (Rate.DAILY, "2026-06-03T08:00", "2026-06-04T08:00"),
        (Rate.WEEKLY, "2026-06-03T12:00", "2026-06-08T08:00"),
        (Rate.WEEKLY, "2026-06-08T07:00", "2026-06-08T08:00"),
        (Rate.WEEKLY, "2026-06-08T08:00", "2026-06-15T08:00"),
        (Rate.WEEKLY, "2026-06-07T23:00", "2026-06-08T08:00"),
    ],
)
def test_when_a_filter_is_compared_next(rate: Rate, now: str, due: str) -> None:
    here = timezone.get_default_timezone()
    assert next_time(rate, datetime.datetime.fromisoformat(now).replace(tzinfo=here)) == datetime.datetime.fromisoformat(due).replace(tzinfo=here)


@pytest.mark.parametrize("address", ["/opinions/?q=协作", UNIT])
def test_what_is_new_changed_and_gone_is_told_once(tmp_path: Path, address: str) -> None:
    pages = [document(tmp_path, number) for number in range(3)]
    alert = watched(person("杨立群"), address)
    assert compared() == []
    document(tmp_path, 3)
    reword(pages[0], "协助查询", "在三日内协助查询")
    pages[0].save_revision().publish()
    pages[1].unpublish()
    told = compared(NEXT + datetime.timedelta(days=1))
    assert told == [(1, 0 if address.startswith("/opinions") else 1, 1)]
    assert compared(NEXT + datetime.timedelta(days=2)) == []
    assert alert.findings.count() == 1


def test_a_search_is_watched_too_and_waits_while_the_index_is_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = document(tmp_path, 1)
    found: list[str] | None = [f"o:{page.public_key}"]
    monkeypatch.setattr("policy_docs.ports.found", lambda query, viewer, limit: found)
    watched(person("杨立群"), "/search/?q=协作&in=opinion")
    second = document(tmp_path, 2)
    found = None
    assert compared() == []
    alert = SavedAlert.objects.get()
    assert alert.next_at == NEXT + alerting.SOON
    found = [f"o:{page.public_key}", f"o:{second.public_key}"]
    assert compared(NEXT + alerting.SOON) == [(1, 0, 0)]


def test_nothing_is_told_of_what_the_owner_may_not_see(tmp_path: Path, client: Client) -> None:
    document(tmp_path, 1)
    user = person("杨立群")
    watched(user, "/opinions/?q=协作")
    document(tmp_path, 2).unpublish()
    assert compared() == []
    shown = document(tmp_path, 3)
    assert compared(NEXT + datetime.timedelta(days=1)) == [(1, 0, 0)]
    shown.unpublish()  # before anybody has looked
    page = signed_in(client, user).get(f"/saved/{SavedListing.objects.get().pk}/news/").content.decode()
    assert "协作之3" not in page
    assert "其中 1 项现在不在库中，或者您不能查看" in page


def test_decisions_on_duties_bring_something_new_to_who_sees_only_what_is_confirmed(tmp_path: Path) -> None:
    document(tmp_path, 1)
    watched(person("系统", Role.SYSTEM_ADMIN), UNIT)
    assert compared() == []
    Duty.objects.filter(kind="public_security").update(state=Duty.State.CONFIRMED)
    assert compared(NEXT + datetime.timedelta(days=1)) == [(1, 0, 0)]


def test_a_filter_saved_anew_with_other_conditions_tells_nothing_of_the_difference(tmp_path: Path) -> None:
    pages = [document(tmp_path, number) for number in range(3)]
    user = person("杨立群")
    row = actions.save_listing("/opinions/?q=协作之1", name="甲", shared="", actor=user)
    alerting.set_alert(row.pk, rate=Rate.DAILY, mail=False, actor=user, now=NOON)
    actions.save_listing("/opinions/?q=协作", name="甲", shared="", actor=user)
    assert compared() == []
    pages[2].unpublish()
    assert compared(NEXT + datetime.timedelta(days=1)) == [(0, 0, 1)]


def test_each_round_is_one_workers(tmp_path: Path) -> None:
    document(tmp_path, 1)
    watched(person("杨立群"), "/opinions/?q=协作")
    document(tmp_path, 2)
    assert compared() == [(1, 0, 0)]
    assert compared() == []  # the same moment, by another worker
    assert SavedAlert.objects.get().next_at > NEXT


def test_what_cannot_be_watched_is_refused_with_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document(tmp_path, 1)
    office, other = person("李静", Role.COORDINATION), person("旁人")
    review = actions.save_listing("/review/?state=suggested", name="核对", shared="", actor=office)
    with pytest.raises(SavingRefused, match="这个列表不能设提醒"):
        alerting.set_alert(review.pk, rate=Rate.DAILY, mail=False, actor=office)
    row = actions.save_listing("/opinions/", name="全部", shared="", actor=office)
    with pytest.raises(SavingRefused, match="不是您保存的"):
        alerting.set_alert(row.pk, rate=Rate.DAILY, mail=False, actor=other)
    with pytest.raises(SavingRefused, match="没有登记邮箱"):
        alerting.set_alert(row.pk, rate=Rate.DAILY, mail=True, actor=office)
    monkeypatch.setattr("policy_docs.saved.finding.MOST", 0)
    with pytest.raises(SavingRefused, match="请先缩小范围"):
        alerting.set_alert(row.pk, rate=Rate.DAILY, mail=False, actor=office)
    assert not SavedAlert.objects.exists()


def test_one_mail_for_a_person_without_a_word_of_a_document(tmp_path: Path) -> None:
    document(tmp_path, 1)
    user = person("杨立群")
    user.email = "yang@example.org"
    user.save()
    with time_machine.travel(NOON, tick=False):
        watched(user, "/opinions/?q=协作", by_mail=True)
        watched(user, UNIT, by_mail=True)
        watched(person("无邮件"), UNIT)
    document(tmp_path, 2)
    with time_machine.travel(NEXT, tick=False):
        tell_of_saved()
        tell_of_saved()
    (sent,) = mail.outbox
    assert sent.to == ["yang@example.org"]
    assert sent.subject == "联动：2 个保存的筛选有新结果"
    assert "新增 1 项" in sent.body
    assert "协作之2" not in sent.body
    assert "协助查询" not in sent.body
    assert f"/saved/{SavedListing.objects.filter(owner=user)[0].pk}/news/" in sent.body


def test_mail_that_cannot_be_sent_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document(tmp_path, 1)
    user = person("杨立群")
    user.email = "yang@example.org"
    user.save()
    watched(user, "/opinions/?q=协作", by_mail=True)
    document(tmp_path, 2)
    with monkeypatch.context() as away, time_machine.travel(NEXT, tick=False):
        away.setattr("django.core.mail.EmailMessage.send", lambda self: (_ for _ in ()).throw(ConnectionRefusedError()))
        tell_of_saved()
    assert AlertFinding.objects.get().mailed_at is None
    assert digest.send(digest.waiting(), now=NEXT) == 1
    assert digest.waiting() == []


def test_on_the_site(client: Client, tmp_path: Path) -> None:
    document(tmp_path, 1)
    user = person("杨立群")
    signed_in(client, user)
    row = actions.save_listing("/opinions/?q=协作", name="协作", shared="", actor=user)
    with time_machine.travel(NOON, tick=False):
        answer = client.post("/saved/", {"verb": "alert", "key": row.pk, "rate": "daily", "mail": "1"}, follow=True).content.decode()
        assert "没有登记邮箱" in answer
        answer = client.post("/saved/", {"verb": "alert", "key": row.pk, "rate": "daily"}, follow=True).content.decode()
        assert "已设置“每天提醒”" in answer
        assert "还没有新结果" in client.get(f"/saved/{row.pk}/news/").content.decode()
    document(tmp_path, 2)
    assert compared() == [(1, 0, 0)]
    assert "1 个有新结果" in client.get("/desk/").content.decode()
    assert "有新结果" in client.get("/saved/").content.decode()
    news = client.get(f"/saved/{row.pk}/news/").content.decode()
    assert "协作之2" in news
    assert "未读</span></p></div>" in news
    assert "1 个有新结果" not in client.get("/desk/").content.decode()
    assert "未读</span></p></div>" not in client.get(f"/saved/{row.pk}/news/").content.decode()
    answer = client.post("/saved/", {"verb": "alert", "key": row.pk, "rate": ""}, follow=True).content.decode()
    assert "不再提醒" in answer
    assert not SavedAlert.objects.exists()


def test_the_page_of_news_asks_for_no_more_with_many_entries(client: Client, tmp_path: Path) -> None:
    document(tmp_path, 0)
    user = person("杨立群")
    signed_in(client, user)
    alert = watched(user, UNIT)
    for number in range(1, 6):
        document(tmp_path, number)
    assert compared() == [(5, 0, 0)]
    address = f"/saved/{alert.listing_id}/news/"
    client.get(address)
    Duty.objects.filter(kind="public_security").update(state=Duty.State.REJECTED)
    assert compared(NEXT + datetime.timedelta(days=1)) == [(0, 0, 6)]
    with assertNumQueries(12):
        assert client.get(address).content.decode().count("新增</span>") == 5
