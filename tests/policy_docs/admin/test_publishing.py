"""Before a text is published it is said what it is, and what becomes of each confirmed duty that it touches."""

import datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Workflow, WorkflowTask

from cms.accounts.models import Role, User
from cms.accounts.viewer import viewer_of
from cms.audit.models import AuditEntry
from policy_docs.duties.actions import decide
from policy_docs.duties.models import Duty
from policy_docs.duties.selectors import duties_in_force, load_unit, rows_for
from policy_docs.importing.reread import reread
from policy_docs.notices.models import Notice
from policy_docs.opinions.actions import begin_texts
from policy_docs.opinions.models import OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.publication import Settlement
from tests.factories.opinions import added, described, drop, import_text, publish, raw, reword, set_body, texts
from tests.policy_docs.admin.publishing import address, asked, say
from tests.policy_docs.admin.test_conflicts import edit, opened, retype, signed_in

pytestmark = pytest.mark.django_db

POLICE = "公安机关应当协助人民法院查找被执行人。"


@pytest.fixture
def page(tmp_path: Path) -> OpinionPage:
    return described(import_text(tmp_path))


@pytest.fixture
def one() -> Client:
    return signed_in("李静")


def confirm(*kinds: str) -> list[Duty]:
    duties = list(Duty.objects.filter(kind__in=kinds or ["public_security", "development_reform", "finance"]).exclude(role="mention"))
    decide(duties, state=Duty.State.CONFIRMED, actor=User.objects.create(username="checker"))
    return duties


def choose(duties: list[Duty], choice: str) -> dict[str, str]:
    return {f"d-{duty.pk}": choice for duty in duties}


def save(page: OpinionPage) -> OpinionPage:
    """Keep the body as the draft."""
    page.save_revision()
    return OpinionPage.objects.get(pk=page.pk)


class TestWhatItIs:
    def test_the_editor_saves_the_draft_and_asks(self, page: OpinionPage, one: Client) -> None:
        answer = one.post(edit(page), {**retype(opened(one, edit(page)), "查找被执行人", "查找失联人员"), "action-publish": "1"})
        assert answer.url == address(page)
        assert POLICE in texts(page)
        assert "查找失联人员" in "".join(texts(page, draft=True))

    def test_where_the_text_stays_nothing_is_asked(self, page: OpinionPage, one: Client) -> None:
        one.post(edit(page), {**opened(one, edit(page)), "issuer": "州委政法委", "action-publish": "1"})
        assert OpinionPage.objects.get(pk=page.pk).issuer == "州委政法委"

    def test_a_first_publication_is_not_asked_either(self, tmp_path: Path, one: Client) -> None:
        page = described(import_text(tmp_path, "draft", live=False))
        one.post(edit(page), {**retype(opened(one, edit(page)), "查找被执行人", "查找失联人员"), "action-publish": "1"})
        assert OpinionPage.objects.get(pk=page.pk).live

    def test_where_nothing_has_changed_nothing_is_offered(self, page: OpinionPage, one: Client) -> None:
        outline = reverse("opinion_outline", args=[page.pk])
        assert "没有未发布的修改" in one.get(address(page), follow=True).content.decode()
        save(page)  # a draft that says the same, as after typing and taking back
        assert OpinionPage.objects.get(pk=page.pk).has_unpublished_changes
        shown = one.get(address(page), follow=True)
        assert shown.redirect_chain[-1][0] == outline
        assert "没有未发布的修改" in shown.content.decode()
        assert address(page) not in shown.content.decode()
        assert one.get(reverse("opinion_outline", args=[page.pk])).context["may_publish"] is False
        now = save(page)
        now.issuer = "州委政法委"
        save(now)  # not the text, but what stands above it
        assert address(page) in one.get(outline).content.decode()
        assert one.get(address(page)).status_code == 200

    def test_a_correction_changes_the_version_in_place(self, page: OpinionPage, one: Client) -> None:
        reword(page, "查找被执行人", "查找失联人员")
        save(page)
        assert say(one, page).url == reverse("opinion_outline", args=[page.pk])
        assert [version.number for version in page.versions.all()] == [1]
        assert "查找失联人员" in "".join(texts(page))
        details = AuditEntry.objects.get(action="opinion.text").details
        assert details["said"]["manner"] == "correction"
        assert AuditEntry.objects.get(action="opinion.text").actor == "李静"
        assert Notice.objects.order_by("-pk")[0].deed == Notice.Deed.CORRECTED
        assert not Settlement.objects.exists()

    def test_an_amendment_is_a_new_version_with_its_day(self, page: OpinionPage, one: Client) -> None:
        reword(page, "查找被执行人", "查找失联人员")
        save(page)
        say(one, page, manner="amendment", starts="2026-03-01", basis="楚政法发〔2026〕1号", until="2026-02-20")
        old, new = page.versions.order_by("number")
        assert (old.number, old.in_force_until, new.number, new.in_force_from) == (1, datetime.date(2026, 2, 20), 2, datetime.date(2026, 3, 1))
        assert new.basis == "楚政法发〔2026〕1号"
        assert old.texts.get(text=POLICE).clause == new.texts.get(text__contains="失联人员").clause
        told = Notice.objects.order_by("-pk")[0]
        assert (told.deed, told.old, told.new, told.said) == (Notice.Deed.AMENDED, 1, 2, "依据楚政法发〔2026〕1号修订。")

    @pytest.mark.parametrize(
        ("values", "status", "words"),
        [
            ({"manner": ""}, 422, "请先说明这次是文字更正还是修订"),
            ({"manner": "amendment", "starts": ""}, 422, "请填写修订文字的施行日期"),
            ({"manner": "amendment", "starts": "昨天"}, 422, "日期不对"),
            ({"manner": "amendment", "starts": "2026-03-01", "until": "2026-03-01"}, 422, "应当早于修订文字的施行日期"),
            ({"manner": "correction", "seen": "x"}, 409, "草稿或者职责又有改动"),
        ],
    )
    def test_what_is_missing_is_refused(self, page: OpinionPage, one: Client, values: dict[str, str], status: int, words: str) -> None:
        reword(page, "查找被执行人", "查找失联人员")
        save(page)
        answer = say(one, page, **values)
        assert answer.status_code == status
        assert words in answer.content.decode()
        assert POLICE in texts(page)
        assert page.versions.exclude(number=0).count() == 1

    def test_an_amendment_before_the_text_that_stands_is_refused(self, page: OpinionPage, one: Client) -> None:
        page.versions.update(in_force_from="2020-01-01")
        reword(page, "查找被执行人", "查找失联人员")
        save(page)
        assert "不能早于现行文字的施行日期" in say(one, page, manner="amendment", starts="2019-12-31").content.decode()

    def test_nothing_to_publish(self, page: OpinionPage, one: Client) -> None:
        assert one.get(address(page)).url == reverse("opinion_outline", args=[page.pk])

    def test_who_may_not_publish_sees_nothing(self, page: OpinionPage) -> None:
        reword(page, "查找被执行人", "查找失联人员")
        save(page)
        for role in (Role.LIAISON, Role.REVIEWER, Role.AUDIT_ADMIN):
            assert signed_in(f"u-{role}", role).get(address(page)).status_code in (302, 403)


class TestATextToCome:
    TOMORROW = "2999-01-01"

    def test_it_waits_and_nothing_of_today_changes(self, page: OpinionPage, one: Client) -> None:
        (duty,) = confirm("public_security")
        page.title = "关于加强协作的意见"
        reword(page, "查找被执行人", "查找失联人员")
        save(page)
        say(one, page, manner="amendment", starts=self.TOMORROW, **choose([duty], "adopt"))
        now = OpinionPage.objects.get(pk=page.pk)
        version = now.versions.get(state=OpinionVersion.State.COMING)
        assert (now.title, now.has_unpublished_changes, POLICE in texts(now)) == ("关于协作的意见", False, True)
        assert version.facts == {"title": "关于加强协作的意见"}
        duty.refresh_from_db()
        assert duty.state == Duty.State.CONFIRMED
        told = Notice.objects.order_by("-pk")[0]
        assert (told.deed, told.day) == (Notice.Deed.COMING, datetime.date(2999, 1, 1))
        touch = told.touches.get(kind="public_security")
        assert (touch.changed, touch.details[0]["lost"]) == (1, False)
        assert "失联人员" in touch.details[0]["new"]

    def test_on_its_day_text_title_and_duties_become_what_was_said(self, page: OpinionPage, one: Client) -> None:
        duties = confirm()
        police, reform, _money = sorted(duties, key=lambda duty: ["public_security", "development_reform", "finance"].index(duty.kind_id))
        page.title, page.issue_date = "关于加强协作的意见", datetime.date(2026, 11, 1)
        reword(page, "查找被执行人", "查找失联人员")
        drop(page, "发改委")
        save(page)
        say(one, page, manner="amendment", starts=self.TOMORROW, **choose([police], "adopt"), **choose([reform], "end"))
        assert begin_texts(datetime.date(2999, 1, 1)) == 1
        now = OpinionPage.objects.get(pk=page.pk)
        assert (now.title, now.issue_date) == ("关于加强协作的意见", datetime.date(2026, 11, 1))
        assert "查找失联人员" in "".join(texts(now))
        police.refresh_from_db()
        reform.refresh_from_db()
        assert (police.state, police.spans.get(act="duty").quote) == (Duty.State.CONFIRMED, "公安机关应当协助人民法院查找失联人员")
        assert reform.state == Duty.State.CONFIRMED, "it held while its clause did"
        assert reform.clause.retired_at is not None
        told = Notice.objects.order_by("-pk")[0]
        assert (told.deed, told.old, told.new) == (Notice.Deed.BEGUN, 1, 2)
        assert told.touches.get(kind="development_reform").gone == 1
        assert begin_texts(datetime.date(2999, 1, 1)) == 0

    def test_it_is_called_back_into_the_draft_and_published_anew(self, page: OpinionPage, one: Client) -> None:
        confirm("public_security")
        page.title = "关于加强协作的意见"
        reword(page, "保障工作经费", "足额保障工作经费")
        save(page)
        assert say(one, page, manner="amendment", starts=self.TOMORROW).status_code == 302
        outline = reverse("opinion_outline", args=[page.pk])
        assert "第 2 版待施行" in one.get(outline).content.decode()
        back = reverse("opinion_call_back", args=[page.pk])
        assert "已撤回到草稿" in one.post(back, {"number": "2"}, follow=True).content.decode()
        now = OpinionPage.objects.get(pk=page.pk)
        assert (now.title, now.versions.get(number=1).in_force_until) == ("关于协作的意见", None)
        assert "足额保障工作经费" in "".join(texts(now, draft=True))
        assert now.get_latest_revision_as_object().title == "关于加强协作的意见"
        assert not Notice.objects.filter(deed=Notice.Deed.COMING).exists()
        assert begin_texts(datetime.date(2999, 1, 1)) == 0
        assert "已有人撤回" in one.post(back, {"number": "2"}, follow=True).content.decode()
        say(one, page, manner="amendment", starts=self.TOMORROW)
        assert now.versions.get(state=OpinionVersion.State.COMING).number == 2

    def test_a_draft_is_not_written_over(self, page: OpinionPage, one: Client) -> None:
        reword(page, "保障工作经费", "足额保障工作经费")
        save(page)
        say(one, page, manner="amendment", starts=self.TOMORROW)
        other = OpinionPage.objects.get(pk=page.pk)
        reword(other, "立项情况", "立项和审批情况")
        other.save_revision()
        answer = one.post(reverse("opinion_call_back", args=[page.pk]), {"number": "2"}, follow=True)
        assert "草稿里有尚未发布的修改" in answer.content.decode()
        assert page.versions.filter(state=OpinionVersion.State.COMING).exists()


class TestChoices:
    def test_a_confirmed_duty_whose_quote_changed_needs_a_choice(self, page: OpinionPage, one: Client) -> None:
        (duty,) = confirm("public_security")
        reword(page, "查找被执行人", "查找失联人员")
        save(page)
        shown = one.get(address(page))
        rows = [row for group in shown.context["groups"] if group.asked for row in group.rows]
        assert [(row.touch.held.duty, row.touch.fate, row.chosen) for row in rows] == [(duty.pk, "changed", "")]
        answer = say(one, page)
        assert answer.status_code == 422
        assert "还有 1 条已核对的职责没有选定" in answer.content.decode()
        assert POLICE in texts(page)
        say(one, page, **choose([duty], "adopt"))
        duty.refresh_from_db()
        assert (duty.state, str(duty.decided_by)) == (Duty.State.CONFIRMED, "李静")
        assert [span.quote for span in duty.spans.filter(act="duty")] == ["公安机关应当协助人民法院查找失联人员"]
        assert AuditEntry.objects.get(action="opinion.text").details["said"]["choices"] == {str(duty.pk): "adopt"}

    @pytest.mark.parametrize(("choice", "state"), [("check", Duty.State.TO_CHECK), ("end", Duty.State.REJECTED)])
    def test_other_choices(self, page: OpinionPage, one: Client, choice: str, state: str) -> None:
        (duty,) = confirm("public_security")
        reword(page, "查找被执行人", "查找失联人员")
        save(page)
        say(one, page, **choose([duty], choice))
        duty.refresh_from_db()
        assert duty.state == state
        assert not Duty.objects.filter(kind="public_security", state=Duty.State.SUGGESTED).exclude(role="mention").exists()

    def test_a_duty_ends_with_the_text_before_and_is_found_on_its_days(self, page: OpinionPage, one: Client) -> None:
        """Its clause goes on in other words that lay it on nobody: the last day of the version before is its last, and the record keeps it."""
        (duty,) = confirm("public_security")
        page.versions.update(in_force_from=datetime.date(2017, 5, 3))
        reword(page, "公安机关应当协助人民法院查找被执行人。", "人民法院依法查找被执行人。")
        save(page)
        day = timezone.localdate()
        say(one, page, manner="amendment", starts=day.isoformat(), **choose([duty], "end"))
        eve = day - datetime.timedelta(days=1)
        ended = Duty.of_all_days.get(pk=duty.pk)
        assert (ended.state, ended.ended_on) == (Duty.State.CONFIRMED, eve)
        assert not Duty.objects.filter(pk=duty.pk).exists()
        viewer = viewer_of(User.objects.get(username="李静"))
        for on, count in ((eve, 1), (day, 0)):
            unit = load_unit("public_security", "532300", on=on)
            assert sum(row.duty == duty.pk for row in rows_for(unit, viewer=viewer)) == count, on
            assert duties_in_force(on).filter(pk=duty.pk).count() == count, on
        before = one.get(reverse("policy_docs:opinion", args=[page.public_key]), {"on": eve.isoformat()}).content.decode()
        after = one.get(reverse("policy_docs:opinion", args=[page.public_key])).content.decode()
        assert (f"d/{duty.pk}/" in before, f"d/{duty.pk}/" in after) == (True, False)
        opened = one.get(reverse("policy_docs:duty", args=[page.public_key, duty.pk])).content.decode()
        assert f"有效到{eve.year}年{eve.month}月{eve.day}日" in opened
        assert "应当协助人民法院查找被执行人" in opened
        now = OpinionPage.objects.get(pk=page.pk)
        reread(now)
        assert not Duty.objects.filter(kind="public_security").exclude(role="mention").exists(), "these words do not bring it back"
        reword(now, "人民法院依法查找被执行人。", "公安机关应当协助人民法院查找被执行人。")
        publish(now)
        assert Duty.objects.filter(kind="public_security").exclude(role="mention").get().state == Duty.State.SUGGESTED
        assert Duty.of_all_days.get(pk=duty.pk).ended_on == eve

    @pytest.mark.parametrize(("choice", "state"), [("check", Duty.State.TO_CHECK), ("end", Duty.State.CONFIRMED)])
    def test_a_clause_that_is_gone(self, page: OpinionPage, one: Client, choice: str, state: str) -> None:
        (duty,) = confirm("public_security")
        drop(page, "公安机关")
        save(page)
        assert say(one, page).status_code == 422
        assert say(one, page, **choose([duty], "adopt")).status_code == 422, "there are no words to adopt"
        say(one, page, **choose([duty], choice))
        duty.refresh_from_db()
        assert duty.state == state

    def test_a_duty_follows_its_quote_into_the_clause_that_was_parted_off(self, page: OpinionPage, one: Client) -> None:
        (duty,) = confirm("public_security")
        body = raw(page)
        at = next(number for number, child in enumerate(body) if "公安机关" in child["value"]["text"])
        body[at]["value"]["text"] = "各方应当加强会商，每季度通报一次执行联动情况，共同研究解决问题。"
        set_body(page, [*body[: at + 1], added(POLICE, label="（二）"), *body[at + 1 :]])
        save(page)
        (row,) = [row for group in one.get(address(page)).context["groups"] if group.fate == "followed" for row in group.rows]
        assert row.chosen == "follow"
        say(one, page)
        duty.refresh_from_db()
        assert duty.state == Duty.State.CONFIRMED
        assert duty.clause.texts.get(version=page.current_version).text == POLICE
        assert Duty.objects.filter(kind="public_security").exclude(role="mention").count() == 1

    def test_what_a_person_added_is_offered_what_is_left_of_its_words(self, page: OpinionPage, one: Client) -> None:
        (duty,) = confirm("finance")
        Duty.objects.filter(pk=duty.pk).update(kind="audit", by_hand=True)
        reword(page, "保障工作经费", "足额保障工作经费")
        save(page)
        (row,) = [row for group in one.get(address(page)).context["groups"] if group.asked for row in group.rows]
        assert row.touch.found is False
        assert "足额保障工作经费" in "".join(row.touch.new_quotes)
        say(one, page, **choose([duty], "adopt"))
        duty.refresh_from_db()
        assert (duty.state, duty.kind_id) == (Duty.State.CONFIRMED, "audit")

    def test_words_around_the_quote_are_shown_and_need_no_choice(self, page: OpinionPage, one: Client) -> None:
        (duty,) = confirm("public_security")
        reword(page, POLICE, "有条件的，公安机关应当协助人民法院查找被执行人。")
        save(page)
        (group,) = [group for group in one.get(address(page)).context["groups"] if group.fate == "around"]
        assert [row.touch.held.duty for row in group.rows] == [duty.pk]
        assert say(one, page).status_code == 302
        duty.refresh_from_db()
        assert duty.state == Duty.State.CONFIRMED

    def test_all_of_a_kind_at_once_keeps_what_was_chosen_elsewhere(self, page: OpinionPage, one: Client) -> None:
        police, *others = sorted(confirm(), key=lambda duty: duty.kind_id != "public_security")
        reword(page, "查找被执行人", "查找失联人员")
        for kind in ("发改委", "财政局"):
            drop(page, kind)
        save(page)
        form = {**asked(one, page), "manner": "amendment", "starts": "2026-05-01", f"d-{police.pk}": "adopt", "deed": "all:gone:end"}
        shown = one.post(address(page), form)
        assert shown.status_code == 200
        chosen = {row.touch.held.duty: row.chosen for group in shown.context["groups"] for row in group.rows if group.asked}
        assert chosen == {police.pk: "adopt", **{duty.pk: "end" for duty in others}}
        assert (shown.context["manner"], shown.context["starts"]) == ("amendment", "2026-05-01")
        assert POLICE in texts(page)

    def test_choices_for_a_draft_that_changed_since_are_not_taken(self, page: OpinionPage, one: Client) -> None:
        (duty,) = confirm("public_security")
        reword(page, "查找被执行人", "查找失联人员")
        page = save(page)
        form = {**asked(one, page), "manner": "correction", **choose([duty], "adopt"), "deed": "publish"}
        other = OpinionPage.objects.get(pk=page.pk).get_latest_revision_as_object()
        reword(other, "保障工作经费", "保障专项经费")
        other.save_revision()
        answer = one.post(address(page), form)
        assert answer.status_code == 409
        (row,) = [row for group in answer.context["groups"] if group.asked for row in group.rows]
        assert row.chosen == "adopt"
        assert POLICE in texts(page)

    def test_choices_before_somebody_confirms_another_duty_are_not_taken(self, page: OpinionPage, one: Client) -> None:
        (duty,) = confirm("public_security")
        reword(page, "查找被执行人", "查找失联人员")
        drop(page, "财政局")
        page = save(page)
        form = {**asked(one, page), "manner": "correction", **choose([duty], "adopt"), "deed": "publish"}
        decide(Duty.objects.filter(kind="finance"), state=Duty.State.CONFIRMED, actor=User.objects.create(username="late"))
        assert one.post(address(page), form).status_code == 409
        assert POLICE in texts(page)

    def test_a_draft_with_checked_duties_asks_on_its_first_publication_too(self, tmp_path: Path, one: Client) -> None:
        page = described(import_text(tmp_path, "draft", live=False))
        (duty,) = confirm("public_security")
        answer = one.post(edit(page), {**retype(opened(one, edit(page)), "查找被执行人", "查找失联人员"), "action-publish": "1"})
        assert answer.url == address(page)
        assert "文字更正" not in one.get(address(page)).content.decode()
        say(one, page, **choose([duty], "adopt"))
        duty.refresh_from_db()
        assert (OpinionPage.objects.get(pk=page.pk).live, duty.state) == (True, Duty.State.CONFIRMED)


class TestOtherWays:
    def test_who_approves_next_sees_what_was_said_before(self, page: OpinionPage, one: Client) -> None:
        (duty,) = confirm("public_security")
        second = GroupApprovalTask.objects.create(name="复审")
        second.groups.set(Group.objects.filter(name=Role.COORDINATION.label))
        WorkflowTask.objects.create(workflow=Workflow.objects.get(), task=second, sort_order=9)
        one.post(edit(page), {**retype(opened(one, edit(page)), "查找被执行人", "查找失联人员"), "action-submit": "1"})
        answer = say(one, page, manner="amendment", starts="2026-02-01", **choose([duty], "adopt"))
        assert answer.status_code == 302
        assert POLICE in texts(page), "one more has to approve"
        other = signed_in("王强")
        shown = asked(other, page)
        assert (shown["manner"], shown["starts"], shown[f"d-{duty.pk}"]) == ("amendment", "2026-02-01", "adopt")
        other.post(address(page), {**shown, "deed": "publish"})
        assert "查找失联人员" in "".join(texts(page))
        duty.refresh_from_db()
        assert (duty.state, str(duty.decided_by)) == (Duty.State.CONFIRMED, "王强")

    def test_publishing_many_at_once_leads_to_the_page(self, page: OpinionPage, one: Client) -> None:
        reword(page, "查找被执行人", "查找失联人员")
        save(page)
        answer = one.post(f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', 'publish'])}?id={page.pk}")
        assert answer.url == address(page)
        assert POLICE in texts(page)

    def test_without_a_person_what_was_not_chosen_is_to_be_checked(self, page: OpinionPage) -> None:
        (duty,) = confirm("public_security")
        reword(page, "查找被执行人", "查找失联人员")
        page.save_revision().publish()
        duty.refresh_from_db()
        assert duty.state == Duty.State.TO_CHECK

    def test_a_publication_on_a_date_does_what_was_said(self, page: OpinionPage, one: Client) -> None:
        (duty,) = confirm("public_security")
        reword(page, "查找被执行人", "查找失联人员")
        page.go_live_at = timezone.now() + datetime.timedelta(days=3)
        save(page)
        assert "定时发布" in one.get(address(page)).content.decode()
        say(one, page, **choose([duty], "adopt"))
        assert POLICE in texts(page)
        revision = OpinionPage.objects.get(pk=page.pk).latest_revision
        content = {**revision.content, "go_live_at": None}
        revision.content = content
        revision.save()
        revision.publish()
        duty.refresh_from_db()
        assert (duty.state, "查找失联人员" in "".join(texts(page))) == (Duty.State.CONFIRMED, True)
