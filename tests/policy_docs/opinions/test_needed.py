"""What a text has to say of itself before it is published, whichever way it is published."""

import datetime
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, WorkflowState

from cms.accounts.models import User
from policy_docs.admin.publishing import refuse_bulk
from policy_docs.importing import actions as imports
from policy_docs.opinions import many
from policy_docs.opinions.drafts import newest
from policy_docs.opinions.finishing import publish_reviewed
from policy_docs.opinions.many import Order, Verb
from policy_docs.opinions.needed import Facts, needed
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.releasing import Unsettled
from policy_docs.opinions.validity import Standing, reason, standing
from policy_docs.tasks import publish_scheduled
from tests.factories.imports import officer, upload
from tests.factories.opinions import import_text, publish, reword
from tests.policy_docs.admin.publishing import address, asked, say
from tests.policy_docs.admin.test_conflicts import edit, opened, signed_in

MINUTES = """澜江市执行联动工作会议纪要
一、公安机关应当协助人民法院查找被执行人。
二、不动产登记机构应当协助办理查封登记。
"""
FULL = Facts("open", "州委", False, datetime.date(2020, 1, 1), None, False, "532300")


@pytest.mark.parametrize(
    ("facts", "before", "missing"),
    [
        (Facts(), None, ["disclosure", "issuer", "issue_date", "jurisdiction"]),
        (FULL, None, []),
        (Facts("closed", "", True, None, None, True, "532300"), None, []),
        (Facts("closed", " ", False, None, datetime.date(2020, 1, 1), False, "532300"), None, ["issuer"]),
        (Facts(), Facts(), []),
        (Facts(), FULL, ["disclosure", "issuer", "issue_date", "jurisdiction"]),
        (Facts(), Facts("open"), ["disclosure"]),
    ],
)
def test_what_is_missing(facts: Facts, before: Facts | None, missing: list[str]) -> None:
    assert list(needed(facts, before)) == missing


@pytest.mark.django_db
class TestEveryWay:
    @pytest.fixture
    def page(self, tmp_path: Path) -> OpinionPage:
        return import_text(tmp_path, "纪要", MINUTES, live=False)

    @pytest.fixture
    def one(self) -> Client:
        return signed_in("李静")

    @pytest.mark.parametrize("deed", ["action-submit", "action-restart-workflow"])
    def test_who_submits_it_is_told_before_the_reviewers_see_it(self, page: OpinionPage, one: Client, deed: str) -> None:
        """In review nobody may add what is missing: it could never be published."""
        sent = one.post(edit(page), {**opened(one, edit(page)), "issuer": "", "kind": "会议纪要", deed: "1"}, follow=True)
        words = sent.content.decode()
        assert newest(page.pk).kind == "会议纪要", "what was entered is kept"
        assert WorkflowState.objects.count() == 0
        if deed == "action-submit":
            assert "没有提交审核，已存为草稿：请选择公开属性。请填写发文机关；原文没有的，请注明“原文没有发文机关”。" in words
        self.fill(page)
        one.post(edit(page), {**opened(one, edit(page)), "action-submit": "1"})
        assert WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS).count() == 1

    @pytest.mark.parametrize(
        ("deed", "told"), [("action-submit", "没有提交审核，已存为草稿：请选择公开属性。"), ("action-publish", "没有发布，已存为草稿：请选择公开属性。")]
    )
    def test_a_new_page_is_asked_as_a_draft_is(self, page: OpinionPage, one: Client, deed: str, told: str) -> None:
        url = reverse("wagtailadmin_pages:add", args=["policy_docs", "opinionpage", page.get_parent().pk])
        form = opened(one, url) | {"title": "新文件", "body-count": "0", "body-0-deleted": ""}
        assert told in one.post(url, {**form, deed: "1"}, follow=True).content.decode()
        made = OpinionPage.objects.get(title="新文件")
        assert (made.live, made.versions.filter(state="published").count(), WorkflowState.objects.count()) == (False, 0, 0)
        self.fill(made)
        one.post(edit(made), {**opened(one, edit(made)), deed: "1"})
        made.refresh_from_db()
        assert made.live or WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS).count() == 1

    @pytest.mark.parametrize("deed", ["action-submit", "action-publish"])
    def test_a_new_page_that_says_all_goes_its_way(self, page: OpinionPage, one: Client, deed: str) -> None:
        url = reverse("wagtailadmin_pages:add", args=["policy_docs", "opinionpage", page.get_parent().pk])
        said = {"title": "新文件", "body-count": "0", "disclosure": "open", "issuer": "州委政法委", "undated": "on", "jurisdiction": "532300"}
        one.post(url, {**opened(one, url), **said, deed: "1"})
        made = OpinionPage.objects.get(title="新文件")
        assert (made.live, WorkflowState.objects.count()) == ((True, 0) if deed == "action-publish" else (False, 1))

    def test_many_at_once_say_it_of_each(self, page: OpinionPage, one: Client) -> None:
        order = Order(Verb.SUBMIT, "", User.objects.get(username="李静"), timezone.localdate())
        chosen = OpinionPage.objects.filter(pk=page.pk)
        assert "请选择公开属性。" in many.plan(chosen, order)[0].why, "of a draft that nobody has opened"
        self.fill(page)
        assert many.plan(chosen, order)[0].why == "", "as its draft says, not as its row does"
        self.fill(page, undated=False, issue_date=datetime.date(2020, 1, 1))
        assert many.plan(chosen, order)[0].why == ""

    def test_the_command_makes_a_draft_of_it_where_that_is_asked(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        folder = tmp_path / "texts"
        folder.mkdir()
        (folder / "会议.txt").write_text(MINUTES.replace("纪要", "决定"), encoding="utf-8")
        call_command("import_documents", str(folder), disclosure="closed", complete=True)
        told = capsys.readouterr().out
        assert "没有发布，存为草稿：" in told
        assert "请填写发文机关" in told
        assert "请选择公开属性" not in told
        assert not OpinionPage.objects.get(source_name="会议").live

    def test_the_command_publishes_it_else_and_it_is_listed(self, tmp_path: Path, one: Client) -> None:
        folder = tmp_path / "texts"
        folder.mkdir()
        (folder / "会议.txt").write_text(MINUTES.replace("纪要", "决定"), encoding="utf-8")
        call_command("import_documents", str(folder))
        stored = OpinionPage.objects.get(source_name="会议")
        assert stored.live
        assert stored.title in one.get("/completeness/?of=facts").content.decode()

    def test_at_the_time_set_a_person_is_told(self, page: OpinionPage, one: Client) -> None:
        draft = newest(page.pk)
        draft.go_live_at = timezone.now() + datetime.timedelta(days=1)
        draft.save_revision().publish()
        with time_machine.travel(timezone.now() + datetime.timedelta(days=2)):
            publish_scheduled()
            assert not OpinionPage.objects.get(pk=page.pk).live
            home = one.get("/").content.decode()
            listed = one.get("/completeness/?of=late").content.decode()
            desk = one.get("/desk/").content.decode()
        assert "1 份文件到时没有发布" in home
        assert "1 份没有发布" in desk
        assert "请选择公开属性。请填写发文机关" in listed
        assert "取消定时，补填后发布" in listed
        assert page.title in listed
        assert "1 份文件到时没有发布" not in one.get("/").content.decode()

    def fill(self, page: OpinionPage, **values: object) -> None:
        for name, value in ({"disclosure": "closed", "unsigned": True, "undated": True, "jurisdiction_id": "532300"} | values).items():
            setattr(page, name, value)
        page.save_revision()

    def test_the_page_before_publication_names_each_with_the_way_to_its_field(self, page: OpinionPage, one: Client) -> None:
        shown = one.get(address(page)).content.decode()
        for name in ("disclosure", "issuer", "issue_date", "jurisdiction"):
            assert f"{edit(page)}#id_{name}" in shown
        answer = say(one, page)
        assert answer.status_code == 422
        assert "文件信息还有 4 项没有填写" in answer.content.decode()
        assert not OpinionPage.objects.get(pk=page.pk).live
        self.fill(page)
        assert say(one, page).status_code == 302
        assert OpinionPage.objects.get(pk=page.pk).live

    def test_the_editor_and_a_time_to_come_lead_there(self, page: OpinionPage, one: Client) -> None:
        for more in ({}, {"go_live_at": "2999-01-01 08:00"}):
            answer = one.post(edit(page), {**opened(one, edit(page)), "action-publish": "1", **more})
            assert answer.url == address(page)
        now = OpinionPage.objects.get(pk=page.pk)
        assert not now.live
        assert not now.scheduled_revision
        say(one, page)
        assert not OpinionPage.objects.get(pk=page.pk).scheduled_revision

    def test_many_at_once_are_refused(self, page: OpinionPage) -> None:
        with pytest.raises(Unsettled, match="请选择公开属性"):
            refuse_bulk([Page.objects.get(pk=page.pk).specific])

    def test_approval_is_refused(self, page: OpinionPage, one: Client) -> None:
        page.save_revision()
        page = OpinionPage.objects.get(pk=page.pk)
        actor = officer("王某")
        actor.is_superuser = True
        actor.save()
        page.get_workflow().start(page, actor)
        with pytest.raises(Unsettled, match="发文机关"):
            publish_reviewed(OpinionPage.objects.get(pk=page.pk).current_workflow_state, user=actor)
        assert "请退回修改" in one.get(address(page)).content.decode() or not one.get(address(page)).content
        assert not OpinionPage.objects.get(pk=page.pk).live

    def test_what_was_published_without_is_corrected_without_but_takes_nothing_away(self, tmp_path: Path, one: Client) -> None:
        page = import_text(tmp_path)
        page.issuer = "州委政法委"
        publish(page)
        page = OpinionPage.objects.get(pk=page.pk)
        reword(page, "查找被执行人", "查找失联人员")
        page.save_revision()
        assert "f-facts" not in one.get(address(page)).content.decode()
        page.issuer = ""
        page.save_revision()
        assert say(one, page).status_code == 422
        assert list(needed_on(one, page)) == ["issuer"]

    def test_the_wizard_asks_the_same_and_has_a_way_out(self) -> None:
        actor = officer()
        row = upload(actor, MINUTES, name="纪要.txt")
        typed = {"disclosure": "closed", "place": "楚雄彝族自治州"}
        row = imports.describe(row.public_key, seen=row.revision, actor=actor, typed=typed)
        with pytest.raises(imports.NotReady) as refused:
            imports.save(row.public_key, seen=row.revision, actor=actor, live=True)
        assert set(refused.value.errors) == {"issuer", "issue_date"}
        for code in (imports.NO_ISSUER, imports.NO_DATE):
            row = imports.accept(row.public_key, seen=row.revision, actor=actor, typed={}, code=code)
        page = imports.save(row.public_key, seen=row.revision, actor=actor, live=True).opinion
        assert (page.live, page.unsigned, page.undated, page.counts_from) == (True, True, True, timezone.localdate())


def needed_on(client: Client, page: OpinionPage) -> dict[str, str]:
    assert asked(client, page)
    found: dict[str, str] = client.get(address(page)).context["found"].lacks
    return found


@pytest.mark.django_db
class TestWithoutDate:
    def test_it_is_not_in_force_before_it_was_published(self, tmp_path: Path) -> None:
        page = import_text(tmp_path)
        today, before = timezone.localdate(), datetime.date(2010, 1, 1)
        assert page.counts_from == today
        assert standing(page, before) is Standing.COMING
        assert reason(page, standing(page, today)).startswith("原文没有日期，自")
        assert list(OpinionPage.objects.in_force(today)) == [page]
        assert not OpinionPage.objects.in_force(before).exists()

    def test_a_correction_does_not_make_it_younger(self, tmp_path: Path) -> None:
        page = import_text(tmp_path)
        OpinionPage.objects.filter(pk=page.pk).update(counts_from="2020-05-01")
        page = OpinionPage.objects.get(pk=page.pk)
        page.save_revision()
        OpinionPage.objects.filter(pk=page.pk).update(counts_from="2020-05-01")
        page = OpinionPage.objects.get(pk=page.pk).get_latest_revision_as_object()
        reword(page, "查找被执行人", "查找失联人员")
        page.counts_from = None  # a draft from before the day was kept
        revision = page.save_revision()
        revision.publish()
        assert OpinionPage.objects.get(pk=page.pk).counts_from == datetime.date(2020, 5, 1)

    def test_a_date_that_is_found_later_takes_its_place(self, tmp_path: Path) -> None:
        page = import_text(tmp_path)
        page.issue_date = datetime.date(2017, 5, 3)
        assert standing(page, datetime.date(2018, 1, 1)) is Standing.IN_FORCE
