"""Two people at one draft whose deeds cross: the first wins, the second is told, and what it has entered can be taken over."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import WorkflowState

from cms.accounts.models import Role, User
from policy_docs.opinions.models import SetAside
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.trash import restore, trash
from policy_docs.opinions.trashed import Trashed
from tests.factories.opinions import import_text, texts
from tests.policy_docs.admin.publishing import say
from tests.policy_docs.admin.test_conflicts import Form, draft, edit, opened, retype, signed_in
from tests.policy_docs.admin.test_in_review import act, state, submit
from tests.policy_docs.admin.test_sections import do

pytestmark = pytest.mark.django_db

MINE, THEIRS = "足额保障工作经费", "查找被执行人的下落"
DEEDS: list[Form] = [{}, {"action-publish": "1"}, {"action-submit": "1"}]
Other = Callable[[Client, OpinionPage], None]


@pytest.fixture(scope="module")
def stored(keeping: Callable[[], AbstractContextManager[Path]]) -> int:
    with keeping() as folder:
        return import_text(folder).pk


@pytest.fixture
def page(stored: int) -> OpinionPage:
    return OpinionPage.objects.get(pk=stored)


def section(page: OpinionPage) -> str:
    return reverse("opinion_section", args=[page.pk, page.body.raw_data[0]["id"]])


def whole(page: OpinionPage) -> str:
    return edit(page)


def late(client: Client, address: str, form: Form, deed: Form) -> Any:
    return client.post(address, {**retype(form, "保障工作经费", MINE), **deed})


def saved(client: Client, page: OpinionPage) -> None:
    client.post(edit(page), retype(opened(client, edit(page)), "查找被执行人", THEIRS))


def saved_by_itself(client: Client, page: OpinionPage) -> None:
    client.post(edit(page), retype(opened(client, edit(page)), "查找被执行人", THEIRS), headers={"accept": "application/json"})


def in_a_section(client: Client, page: OpinionPage) -> None:
    client.post(section(page), retype(opened(client, section(page)), "查找被执行人", THEIRS))


def published(client: Client, page: OpinionPage) -> None:
    client.post(edit(page), {**retype(opened(client, edit(page)), "查找被执行人", THEIRS), "action-publish": "1"})
    say(client, page)


def by_the_outline(client: Client, page: OpinionPage) -> None:
    do(client, page, "insert", "公安机关", kind="clause", label="（二）", text=f"税务机关应当协助人民法院{THEIRS}。", level="2")


def submitted(client: Client, page: OpinionPage) -> None:
    submit(client, page, "查找被执行人", THEIRS)


def locked(client: Client, page: OpinionPage) -> None:
    saved(client, page)
    client.post(reverse("wagtailadmin_pages:lock", args=[page.pk]))
    assert OpinionPage.objects.get(pk=page.pk).locked


def opens(other: Client, kept: SetAside) -> Any:
    return other.get(reverse("opinion_conflict", args=[kept.pk]))


@pytest.mark.parametrize("deed", DEEDS, ids=["save", "publish", "submit"])
@pytest.mark.parametrize("place", [whole, section])
@pytest.mark.parametrize("other", [saved, saved_by_itself, in_a_section, published, by_the_outline])
def test_a_form_that_comes_after_another_deed(page: OpinionPage, place: Callable[[OpinionPage], str], other: Other, deed: Form) -> None:
    one, two = signed_in("李静"), signed_in("王强")
    form = opened(two, place(page))
    other(one, page)
    before = texts(OpinionPage.objects.get(pk=page.pk))
    answer = late(two, place(page), form, deed)
    kept = SetAside.objects.get()
    assert answer.url == reverse("opinion_conflict", args=[kept.pk])
    assert texts(OpinionPage.objects.get(pk=page.pk)) == before
    assert not WorkflowState.objects.active().exists()
    shown = opens(two, kept)
    assert "足额" in shown.content.decode()
    sides = {f"side-{row.key}": "mine" for row in shown.context["rows"] if not row.chosen}  # numbered anew by the one, reworded by the other
    assert bool(sides) == (other is by_the_outline)
    two.post(answer.url, {"deed": "merge", "started_from": shown.context["start"], **sides})
    both = "".join(draft(page))
    assert (MINE in both, THEIRS in both) == (True, True)


@pytest.mark.parametrize("deed", DEEDS, ids=["save", "publish", "submit"])
@pytest.mark.parametrize("place", [whole, section])
@pytest.mark.parametrize("other", [submitted, locked])
def test_a_form_that_comes_after_the_draft_was_closed(page: OpinionPage, place: Callable[[OpinionPage], str], other: Other, deed: Form) -> None:
    one, two = signed_in("李静"), signed_in("王强")
    form = opened(two, place(page))
    other(one, page)
    before = draft(page)
    answer = late(two, place(page), form, deed)
    kept = SetAside.objects.get()
    assert answer.url == reverse("opinion_conflict", args=[kept.pk])
    assert draft(page) == before
    shown = opens(two, kept)
    words = shown.content.decode()
    assert "足额" in words
    assert "现在不能修改" in words or "正在审核" in words
    assert two.post(answer.url, {"deed": "merge", "started_from": shown.context["start"]}).status_code == 409
    assert draft(page) == before
    if other is submitted:
        act(one, page, "reject", comment="改")
    else:
        one.post(reverse("wagtailadmin_pages:unlock", args=[page.pk]))
    assert "还留着" in two.get(edit(page)).content.decode()
    two.post(answer.url, {"deed": "merge", "started_from": opens(two, kept).context["start"]})
    both = "".join(draft(page))
    assert (MINE in both, THEIRS in both) == (True, True)


@pytest.mark.parametrize("place", [whole, section])
def test_a_form_that_comes_after_the_document_went_into_the_trash(page: OpinionPage, place: Callable[[OpinionPage], str]) -> None:
    two = signed_in("王强")
    address, form = place(page), opened(two, place(page))
    staff = [User.objects.create(username=name, role=Role.COORDINATION) for name in ("甲", "乙")]
    trash(OpinionPage.objects.get(pk=page.pk), actor=staff[0], reason="重复", approved_by=staff[1])
    answer = two.post(address, retype(form, "保障工作经费", MINE), follow=True)
    words = answer.content.decode()
    assert answer.redirect_chain[-1][0] == reverse("policy_docs:trash")
    assert "您填写的内容" in words
    assert two.post(address, retype(form, "保障工作经费", MINE), headers={"accept": "application/json"}).json()["error_code"] == "in_trash"
    restore(Trashed.objects.get(), actor=staff[0])
    kept = SetAside.objects.get()
    shown = opens(two, kept)
    assert "还留着" in two.get(edit(page)).content.decode()
    two.post(reverse("opinion_conflict", args=[kept.pk]), {"deed": "merge", "started_from": shown.context["start"]})
    assert MINE in "".join(draft(page))


def test_a_form_in_which_nothing_was_changed_keeps_nothing(page: OpinionPage) -> None:
    one, two = signed_in("李静"), signed_in("王强")
    form = opened(two, edit(page))
    locked(one, page)
    two.post(edit(page), form)
    assert not SetAside.objects.exists()


@pytest.mark.parametrize("first", ["approve", "reject"])
@pytest.mark.parametrize("then", ["approve", "reject", "cancel"])
def test_answers_to_a_review_that_cross(page: OpinionPage, first: str, then: str) -> None:
    one, two = signed_in("李静"), signed_in("王强")
    submit(one, page)
    forms = {"cancel": opened(one, edit(page)), "approve": opened(two, edit(page))}
    act(two, page, first, comment="改")
    if first == "approve":
        say(two, page)
    before, status = (draft(page), page.revisions.count()), state(page).status
    if then == "cancel":
        answer = one.post(edit(page), {**forms["cancel"], "action-cancel-workflow": "1"}, follow=True)
    else:
        extra = {"action-workflow-action": "1", "workflow-action-name": then, "workflow-action-extra-data": json.dumps({"comment": "晚了"})}
        answer = two.post(edit(page), {**forms["approve"], **extra}, follow=True)
    words = answer.content.decode()
    assert draft(page) == before[0]
    if then == "cancel" and first == "reject":
        assert state(page).status == WorkflowState.STATUS_CANCELLED, "what was sent back can be given up"
    else:
        assert state(page).status == status
        assert "没有办理" in words
        assert page.revisions.count() == before[1]
    assert "已保存为草稿" not in words
