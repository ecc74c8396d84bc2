"""What is stored ahead of its day and what is taken back: who reads it before, what it opens, which notices and dates follow."""

import datetime
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupApprovalTask, Workflow, WorkflowTask

from cms.accounts.models import User
from policy_docs.notices.models import Notice
from policy_docs.opinions.actions import begin_texts
from policy_docs.opinions.models import OpinionVersion, SetAside
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.releasing import call_back
from policy_docs.opinions.removing import withdraw
from policy_docs.opinions.setaside import store
from tests.factories.opinions import described, import_text, reword, texts
from tests.factories.removing import office, trashed

from .publishing import address as publish_page
from .publishing import say
from .test_conflicts import edit, signed_in

pytestmark = pytest.mark.django_db
FAR = datetime.date(2998, 1, 1)
REPEALS = (
    "楚政法发〔{year}〕9号\n中共楚雄州委政法委员会\n关于查控协作的意见（{year}）\n一、职责\n（一）公安机关应当登记。\n"
    "（二）本意见自{year}年5月1日起施行，《关于协作的意见》（楚政法发〔2017〕8号）同时废止。\n{year}年4月1日\n"
)


def again(page: OpinionPage) -> OpinionPage:
    return OpinionPage.objects.get(pk=page.pk)


def ahead(client: Client, page: OpinionPage, old: str, new: str, starts: datetime.date = FAR) -> OpinionPage:
    """Amend a document from a day on."""
    reword(page, old, new)
    page.save_revision()
    assert say(client, page, manner="amendment", starts=starts.isoformat()).status_code == 302
    return again(page)


def with_disclosure(folder: Path, value: str, then: str) -> tuple[Client, OpinionPage]:
    """A document whose text to come will have another disclosure."""
    one, page = signed_in("李静"), import_text(folder)
    OpinionPage.objects.filter(pk=page.pk).update(disclosure=value)
    page.refresh_from_db()
    page.disclosure = then
    return one, ahead(one, page, "查找被执行人", "查找失联人员")


def public(page: OpinionPage, query: str = "") -> tuple[int, str]:
    answer = Client().get(reverse("policy_docs:opinion", args=[page.public_key]) + query)
    return answer.status_code, answer.content.decode()


def test_what_was_closed_meanwhile_is_not_opened_by_its_day(tmp_path: Path) -> None:
    _one, page = with_disclosure(tmp_path, "on_request", "open")
    OpinionPage.objects.filter(pk=page.pk).update(disclosure="closed")
    begin_texts(FAR)
    assert again(page).disclosure == "closed"
    assert public(page)[0] == 404


@pytest.mark.parametrize(("value", "then"), [("on_request", "open"), ("open", "closed")])
def test_nobody_decided_meanwhile_so_the_day_brings_what_was_said(tmp_path: Path, value: str, then: str) -> None:
    _one, page = with_disclosure(tmp_path, value, then)
    begin_texts(FAR)
    assert again(page).disclosure == then


def test_a_text_that_will_be_closed_is_not_read_by_the_public_before(tmp_path: Path) -> None:
    one, page = with_disclosure(tmp_path, "open", "closed")
    address = reverse("policy_docs:opinion", args=[page.public_key]) + "?version=2"
    assert "查找失联人员" in one.get(address).content.decode()
    assert "查找失联人员" not in public(page, "?version=2")[1]
    assert "查找被执行人" in public(page)[1]


@pytest.mark.parametrize("how", ["withdrawn", "trashed"])
def test_what_another_document_repeals_too_stays_repealed(tmp_path: Path, how: str) -> None:
    page = import_text(tmp_path)
    first = import_text(tmp_path, "b", REPEALS.format(year=2019))
    second = import_text(tmp_path, "c", REPEALS.format(year=2020))
    assert again(page).repealed_by_id == first.pk
    if how == "trashed":
        trashed(first)
    else:
        withdraw(again(first), actor=office(), reason="重复收录")
    assert (again(page).repealed_by_id, again(page).repealed_on) == (second.pk, datetime.date(2020, 5, 1))
    assert [notice.said for notice in Notice.objects.filter(opinion=page, deed=Notice.Deed.REPEALED)] == ["自2020年5月1日起废止。"]
    withdraw(again(second), actor=office(), reason="重复收录")
    assert again(page).repealed_on is None
    assert not Notice.objects.filter(opinion=page, deed=Notice.Deed.REPEALED).exists()


def test_an_amendment_of_today_ends_before_the_one_that_waits(tmp_path: Path) -> None:
    one = signed_in("李静")
    page = ahead(one, import_text(tmp_path), "查找被执行人", "查找失联人员")
    page = ahead(one, page, "立项情况", "立项和审批情况", datetime.date(2026, 3, 1))
    published = OpinionVersion.State.PUBLISHED
    assert list(page.versions.exclude(number=0).order_by("number").values_list("number", "in_force_until")) == [
        (1, datetime.date(2026, 2, 28)),
        (2, datetime.date(2997, 12, 31)),
        (3, None),
    ]
    coming = Notice.objects.get(opinion=page, deed=Notice.Deed.COMING)
    assert coming.new == 3
    call_back(page.pk, 3, actor=User.objects.get(username="李静"))
    assert not Notice.objects.filter(opinion=page, deed=Notice.Deed.COMING).exists()
    assert again(page).versions.get(number=2).in_force_until is None
    assert again(page).versions.filter(state=published).count() == 2


def test_the_notice_of_a_second_text_to_come_follows_its_number(tmp_path: Path) -> None:
    one = signed_in("李静")
    page = ahead(one, import_text(tmp_path), "查找被执行人", "查找失联人员")
    page = ahead(one, page, "立项情况", "立项和审批情况", datetime.date(2999, 1, 1))
    call_back(page.pk, 2, actor=User.objects.get(username="李静"))
    assert Notice.objects.get(opinion=page, deed=Notice.Deed.COMING).new == 2


@pytest.mark.parametrize("how", ["revision", "row"])
def test_a_withdrawn_document_is_not_published_with_other_words_unasked(tmp_path: Path, how: str) -> None:
    one, page = signed_in("李静"), described(import_text(tmp_path))
    withdraw(page, actor=office(), reason="有误")
    page = again(page)
    reword(page, "查找被执行人", "查找失联人员")
    if how == "row":
        store(page, actor=User.objects.get(username="李静"))  # as the editor does: the row too where nothing is public
    else:
        page.save_revision()
    address = reverse("opinion_publish", args=[page.pk])
    asks = one.get(address).content.decode()
    assert "这次发布是" in asks
    assert "还没有发布过" not in asks
    assert say(one, page, manner="").status_code == 422
    assert say(one, page, manner="amendment", starts=FAR.isoformat()).status_code == 422
    assert say(one, page, manner="amendment", starts="2026-03-01").status_code == 302
    assert again(page).live
    assert [version.number for version in again(page).versions.order_by("number")] == [1, 2]
    assert "查找被执行人" in "".join(again(page).versions.get(number=1).texts.values_list("text", flat=True))


def test_no_amendment_is_put_before_one_whose_day_has_passed_while_the_document_was_withdrawn(tmp_path: Path) -> None:
    """It would begin as soon as the document is public, and take the place of the newer one."""
    one, page = signed_in("李静"), described(import_text(tmp_path))
    page = ahead(one, page, "查找被执行人", "查找失联人员")
    withdraw(page, actor=office(), reason="有误")
    OpinionVersion.objects.filter(opinion=page, state=OpinionVersion.State.COMING).update(in_force_from=datetime.date(2026, 2, 1))
    page = again(page)
    reword(page, "立项情况", "立项和审批情况")
    page.save_revision()
    refused = say(one, page, manner="amendment", starts="2026-03-01")
    assert refused.status_code == 422
    assert "另有一版修订文字自2026年2月1日起施行，还没有替换现行文字" in refused.content.decode()
    assert not again(page).live
    assert say(one, page, manner="amendment", starts="2026-01-15").status_code == 302, "one that stood before it may be"
    assert begin_texts(datetime.date(2026, 3, 1)) == 1
    assert "查找失联人员" in "".join(texts(again(page)))


def test_a_withdrawn_document_is_made_public_again_as_it_was(tmp_path: Path) -> None:
    one, page = signed_in("李静"), described(import_text(tmp_path))
    withdraw(page, actor=office(), reason="有误")
    shown = one.get(reverse("policy_docs:opinion", args=[page.public_key])).content.decode()
    assert "重新公开" in shown
    assert reverse("opinion_publish", args=[page.pk]) in shown
    assert say(one, again(page), manner="").status_code == 302
    assert again(page).live
    assert again(page).versions.exclude(number=0).count() == 1


def test_unpublished_changes_do_not_hold_up_a_text_that_begins(tmp_path: Path) -> None:
    """They are kept for their author beside the new text, and put together with it where they do not touch the same words."""
    one, page = signed_in("李静"), import_text(tmp_path)
    page = ahead(one, page, "查找被执行人", "查找失联人员")
    reword(page, "立项情况", "立项和审批情况")
    page.save_revision(user=User.objects.get(username="李静"))
    assert begin_texts(FAR) == 1
    now = again(page)
    assert (now.has_unpublished_changes, now.current_version.number if now.current_version else 0) == (False, 2)
    assert "查找失联人员" in "".join(texts(now))
    assert "立项和审批" not in "".join(texts(now))
    (kept,) = SetAside.objects.filter(opinion=page)
    assert (kept.user.username, kept.why, kept.outcome) == ("李静", "begun", "")
    for address in (reverse("opinion_outline", args=[page.pk]), edit(page)):
        assert "您没有发布的修改没有随之生效" in one.get(address).content.decode()
    conflict = reverse("opinion_conflict", args=[kept.pk])
    shown = one.get(conflict)
    assert "待施行的文字已于" in shown.content.decode()
    assert shown.context["open"] == 0
    assert one.post(conflict, {"started_from": shown.context["start"], "deed": "merge"}).status_code == 302
    merged = "".join(texts(page, draft=True))
    assert ("查找失联人员" in merged, "立项和审批情况" in merged) == (True, True)


def test_a_review_of_the_text_before_ends_when_the_new_one_begins(tmp_path: Path) -> None:
    """Approved later, it would be put over the new text."""
    one, page = signed_in("李静"), import_text(tmp_path)
    page = ahead(one, page, "查找被执行人", "查找失联人员")
    reword(page, "立项情况", "立项和审批情况")
    page.save_revision(user=User.objects.get(username="李静"))
    task = GroupApprovalTask.objects.create(name="审核")
    flow = Workflow.objects.create(name="审核")
    WorkflowTask.objects.create(workflow=flow, task=task, sort_order=0)
    flow.start(again(page), User.objects.get(username="李静"))
    assert begin_texts(FAR) == 1
    assert again(page).current_workflow_state is None
    assert "查找失联人员" in "".join(texts(again(page)))
    assert SetAside.objects.filter(opinion=page, why="begun").count() == 1


def test_a_correction_is_written_into_the_text_that_waits(tmp_path: Path) -> None:
    """Where the amendment says something else, its words stay, and the page says so before."""
    one, page = signed_in("李静"), import_text(tmp_path)
    page = ahead(one, page, "保障工作经费", "足额保障工作经费")
    reword(page, "查找被执行人", "查找、控制被执行人")
    reword(page, "保障工作经费", "保障执行工作经费")
    page.save_revision()
    shown = one.get(publish_page(page)).content.decode()
    assert "第 2 版待施行，2998年1月1日起启用" in shown
    assert "同时写入待施行的文字（1 段）" in shown
    assert "另有 1 段修订也改过" in shown
    assert say(one, page, carry="1").status_code == 302
    assert "保障执行工作经费" in "".join(texts(page))
    coming = "".join(row.text for row in page.versions.get(number=2).texts.all())
    assert ("查找、控制被执行人" in coming, "足额保障工作经费" in coming) == (True, True)
    assert Notice.objects.filter(opinion=page, deed=Notice.Deed.COMING).count() == 1
    assert begin_texts(FAR) == 1
    assert "查找、控制被执行人" in "".join(texts(again(page)))


def test_a_correction_that_is_not_to_be_carried_leaves_the_text_that_waits_alone(tmp_path: Path) -> None:
    one, page = signed_in("李静"), import_text(tmp_path)
    page = ahead(one, page, "保障工作经费", "足额保障工作经费")
    reword(page, "查找被执行人", "查找、控制被执行人")
    page.save_revision()
    assert say(one, page).status_code == 302
    assert "控制" not in "".join(row.text for row in page.versions.get(number=2).texts.all())
    assert "查找、控制被执行人" in "".join(texts(page))
