"""What is in review cannot change under the reviewer: what is approved is what is published."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from wagtail.models import Task, Workflow, WorkflowState

from cms.accounts.models import Role, User
from cms.audit.models import AuditEntry
from cms.home.roles import ensure_groups
from policy_docs.importing.run import run
from policy_docs.opinions.drafts import newest
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.reviewing import InReview
from tests.factories.opinions import TEXT, described, import_text, reword, texts
from tests.policy_docs.admin.publishing import say
from tests.policy_docs.admin.test_conflicts import draft, edit, opened, retype, signed_in
from tests.policy_docs.admin.test_sections import do

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[True, False], ids=["published before", "never published"])
def page(request: Any, tmp_path: Path) -> OpinionPage:
    return described(import_text(tmp_path, live=request.param))


@pytest.fixture
def one() -> Client:
    return signed_in("李静")


@pytest.fixture
def reviewer() -> Client:
    return signed_in("王强")


def submit(client: Client, page: OpinionPage, old: str = "查找被执行人", new: str = "查找被执行人的下落") -> None:
    answer = client.post(edit(page), {**retype(opened(client, edit(page)), old, new), "action-submit": "1"})
    assert answer.status_code == 302
    assert state(page).status == WorkflowState.STATUS_IN_PROGRESS


def state(page: OpinionPage) -> WorkflowState:
    found = WorkflowState.objects.for_instance(page).order_by("-pk").first()
    assert found is not None
    return found


def act(client: Client, page: OpinionPage, action: str, **values: str) -> Any:
    return client.post(reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, state(page).current_task_state_id]), values)


def approve(client: Client, page: OpinionPage) -> None:
    """Approve from one of Wagtail's lists; a text that was published before asks what the new one is."""
    answer = act(client, page, "approve")
    assert answer.status_code in (200, 302)
    if page.live:
        assert answer.url == reverse("opinion_publish", args=[page.pk])
        assert state(page).status == WorkflowState.STATUS_IN_PROGRESS, "nothing is approved before that is said"
        say(client, page)


@pytest.mark.parametrize("who", ["李静", "王强"])
def test_nobody_changes_what_is_in_review(page: OpinionPage, one: Client, who: str) -> None:
    form = opened(one, edit(page))
    submit(one, page)
    before, revisions = draft(page), page.revisions.count()
    client = signed_in(who)
    shown = client.get(edit(page)).content.decode()
    assert "审核通过的就是发布的文字" in shown
    for deed in ({}, {"action-publish": "1"}, {"action-submit": "1"}, {"action-restart-workflow": "1"}):
        client.post(edit(page), {**retype(form, "查找被执行人", "不查找被执行人"), **deed})
    client.post(edit(page), retype(opened(client, edit(page)), "查找被执行人", "不查找被执行人"))
    told = client.post(edit(page), retype(opened(client, edit(page)), "查找被执行人", "不查找被执行人"), headers={"accept": "application/json"})
    assert (told.status_code, told.json()["error_code"]) == (400, "locked")
    assert do(client, page, "merge", "财政局", joiner="").status_code == 409
    assert "正在审核" in client.get(reverse("opinion_outline", args=[page.pk])).content.decode()
    assert (draft(page), page.revisions.count()) == (before, revisions)
    assert state(page).status == WorkflowState.STATUS_IN_PROGRESS


def test_who_has_locked_it_does_not_change_it_either(page: OpinionPage, one: Client) -> None:
    submit(one, page)
    row = OpinionPage.objects.get(pk=page.pk)
    row.locked, row.locked_by = True, User.objects.get(username="李静")
    row.save(update_fields=["locked", "locked_by"])
    before = draft(page)
    one.post(edit(page), retype(opened(one, edit(page)), "查找被执行人", "不查找被执行人"))
    assert draft(page) == before


def test_what_is_approved_is_published(page: OpinionPage, one: Client, reviewer: Client) -> None:
    submit(one, page)
    approve(reviewer, page)
    assert "公安机关应当协助人民法院查找被执行人的下落。" in texts(page)
    row = AuditEntry.objects.get(action="opinion.approve")
    assert row.actor == "王强"
    assert row.details["text_hash"] == OpinionPage.objects.get(pk=page.pk).current_version.text_hash
    assert not OpinionPage.objects.get(pk=page.pk).has_unpublished_changes


@pytest.mark.parametrize(("action", "label"), [("approve", "通过并发布"), ("reject", "退回修改")])
def test_the_editor_offers_the_reviewer_what_to_do(page: OpinionPage, one: Client, reviewer: Client, action: str, label: str) -> None:
    submit(one, page)
    before = draft(page)
    assert label in reviewer.get(edit(page)).content.decode()
    form = retype(opened(reviewer, edit(page)), "查找被执行人", "不查找被执行人")
    extra = json.dumps({"comment": "请补充期限"}) if action == "reject" else "{}"
    answer = reviewer.post(edit(page), {**form, "action-workflow-action": "1", "workflow-action-name": action, "workflow-action-extra-data": extra})
    if page.live and action == "approve":
        assert answer.url == reverse("opinion_publish", args=[page.pk])
        answer = say(reviewer, page)
    assert answer.url == reverse("opinion_outline", args=[page.pk])
    assert draft(page) == before, "nothing of the form is saved"
    assert state(page).status == (WorkflowState.STATUS_APPROVED if action == "approve" else WorkflowState.STATUS_NEEDS_CHANGES)
    assert ("公安机关应当协助人民法院查找被执行人的下落。" in texts(page)) is (action == "approve")


def test_code_cannot_change_it_either(page: OpinionPage, one: Client) -> None:
    submit(one, page)
    text = newest(page.pk)
    reword(text, "工作经费", "专项经费")
    with pytest.raises(InReview):
        text.save_revision()
    with pytest.raises(InReview):
        text.save_revision(overwrite_revision=text.latest_revision, user=text.latest_revision.user)
    if not page.live:
        with pytest.raises(InReview):
            text.save()
    newest(page.pk).save_revision()  # the very text is no change


def test_a_text_stored_past_the_model_is_not_published(page: OpinionPage, one: Client, reviewer: Client) -> None:
    submit(one, page)
    latest = newest(page.pk).latest_revision
    content = {**latest.content, "body": json.dumps(json.loads(latest.content["body"].replace("工作经费", "专项经费")))}
    later = OpinionPage.objects.get(pk=page.pk).revisions.create(
        content_object=latest.content_object, base_content_type=latest.base_content_type, content=content
    )
    OpinionPage.objects.filter(pk=page.pk).update(latest_revision=later)
    approve(reviewer, page)
    assert "州财政局应当保障工作经费。" in texts(page)
    assert OpinionPage.objects.get(pk=page.pk).has_unpublished_changes, "what nobody reviewed is a draft still"


def test_a_review_that_was_sent_back_or_withdrawn_frees_the_draft(page: OpinionPage, one: Client, reviewer: Client) -> None:
    submit(one, page)
    act(reviewer, page, "reject", comment="请补充期限")
    one.post(edit(page), retype(opened(one, edit(page)), "查找被执行人的下落", "查找被执行人"))
    assert "公安机关应当协助人民法院查找被执行人。" in draft(page)
    submit(one, page, "工作经费", "专项经费")
    one.post(edit(page), {**opened(one, edit(page)), "action-cancel-workflow": "1"})
    assert state(page).status == WorkflowState.STATUS_CANCELLED
    one.post(edit(page), retype(opened(one, edit(page)), "专项经费", "工作经费"))
    assert "州财政局应当保障工作经费。" in draft(page)


def test_a_document_in_review_can_be_withdrawn(tmp_path: Path, one: Client) -> None:
    page = import_text(tmp_path)
    submit(one, page)
    OpinionPage.objects.get(pk=page.pk).unpublish()
    assert not OpinionPage.objects.get(pk=page.pk).live
    assert "的下落" in "".join(draft(page))


def test_an_import_waits_for_the_review(page: OpinionPage, one: Client, tmp_path: Path) -> None:
    submit(one, page)
    before = draft(page)
    (tmp_path / "again.txt").write_text(TEXT.replace("工作经费", "专项经费"), encoding="utf-8")
    list(run([tmp_path / "again.txt"], actor=None))
    assert draft(page) == before


def test_the_workflow_has_a_name_and_reviewers() -> None:
    task = Task.objects.get().specific
    assert (task.name, Workflow.objects.get().name) == ("文件审核", "文件审核")
    assert list(task.groups.all()) == [Group.objects.get(name=Role.COORDINATION.label)]
    Workflow.objects.update(name="两级审核")
    Task.objects.update(name="初审")
    task.groups.clear()
    ensure_groups()
    assert Workflow.objects.get().name == "两级审核"
    assert not task.groups.exists()
