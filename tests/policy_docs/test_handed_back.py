"""Two people at one screen: whoever is second is told, and what was typed is on the page that tells, though the form that it was typed into is no more."""

import datetime
import json
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log

from cms.accounts.models import User
from policy_docs.directory import asking
from policy_docs.directory.actions import leave, save_contacts
from policy_docs.directory.models import Contact
from policy_docs.directory.people import Wanted
from policy_docs.duties import actions, second
from policy_docs.duties.models import Duty
from policy_docs.importing import actions as importing
from policy_docs.importing.corrections import Verb
from policy_docs.importing.reread import reread
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.removing import approve, ask, take_back_request
from policy_docs.opinions.trash import restore
from policy_docs.opinions.trashed import RemovalRequest, Trashed
from policy_docs.saved.actions import change_listing, remove_listing, save_listing, stamp_of
from policy_docs.topics import actions as tree
from policy_docs.topics.models import Topic
from policy_docs.units.models import UnitAlias
from tests.factories.directory import CITY, LEADER, LIAISON, entry
from tests.factories.imports import draft, upload
from tests.factories.opinions import described, import_text
from tests.factories.removing import office
from tests.policy_docs.admin.publishing import address as publishing_page
from tests.policy_docs.admin.test_conflicts import edit, opened, retype

pytestmark = pytest.mark.django_db
WORDS = "乙写了很久的字"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def li(db: None) -> User:
    return office("李静")


@pytest.fixture
def zhang(db: None) -> User:
    return office("张志远")


@pytest.fixture
def late(zhang: User) -> Client:
    """The browser of the second of two people."""
    return signed_in(zhang)


@pytest.fixture
def page(tmp_path: Path) -> OpinionPage:
    return described(import_text(tmp_path))


class TestRemoving:
    def test_deletion_asked_for_twice(self, page: OpinionPage, li: User, late: Client) -> None:
        url = reverse("policy_docs:opinion_delete", args=[page.public_key])
        ask(page, actor=li, reason="重复收录")
        told = late.post(url, {"reason": WORDS})
        assert told.status_code == 409
        assert "李静已经申请删除" in told.content.decode()
        assert WORDS in told.content.decode()

    @pytest.mark.parametrize("name", ["opinion_delete", "opinion_withdraw"])
    def test_a_reason_for_a_document_that_went_into_the_trash(self, page: OpinionPage, li: User, late: Client, name: str) -> None:
        row = ask(page, actor=office("asker"), reason="重复收录")
        approve(row.pk, actor=li)
        told = late.post(reverse(f"policy_docs:{name}", args=[page.public_key]), {"reason": WORDS}, follow=True)
        assert told.redirect_chain[-1][0] == reverse("policy_docs:trashed", args=[page.public_key])
        assert "刚被asker移入回收站" in told.content.decode()
        assert WORDS in told.content.decode()

    def test_an_answer_to_a_request_that_was_taken_back(self, page: OpinionPage, li: User, late: Client) -> None:
        row = ask(page, actor=li, reason="重复收录")
        assert isinstance(row, RemovalRequest)
        take_back_request(row.pk, actor=li)
        told = late.post(reverse("policy_docs:removal", args=[row.pk]), {"verb": "refuse", "answer": WORDS})
        assert told.status_code == 409
        assert WORDS in told.content.decode()

    @pytest.mark.parametrize("verb", ["restore", "purge"])
    def test_a_document_that_was_restored_meanwhile(self, page: OpinionPage, li: User, late: Client, verb: str) -> None:
        row = ask(page, actor=office("asker"), reason="重复收录")
        approve(row.pk, actor=li)
        restore(Trashed.objects.get(), actor=li)
        told = late.post(reverse("policy_docs:trashed", args=[page.public_key]), {"verb": verb, "reason": WORDS}, follow=True)
        assert told.redirect_chain[-1][0] == reverse("policy_docs:opinion", args=[page.public_key])
        assert "刚才已由他人恢复" in told.content.decode()
        assert WORDS in told.content.decode()


class TestReviewing:
    def test_a_second_review_that_is_over(self, page: OpinionPage, li: User, zhang: User, late: Client) -> None:
        actions.decide(list(Duty.objects.exclude(role="mention")), state=Duty.State.CONFIRMED, actor=li)
        url = reverse("policy_docs:second_review", args=[page.public_key])
        row = second.submit(page, actor=li)
        told = late.post(url, {"verb": "submit", "words": WORDS})
        assert (told.status_code, "李静已经提交" in told.content.decode()) == (409, True)
        assert f">{WORDS}</textarea>" not in told.content.decode()  # what was to go with a hand-over is no answer to one
        assert f">{WORDS}</span>" in told.content.decode()
        second.accept(row.pk, seen=second.mark(page.pk), actor=office("王芳"))
        told = late.post(url, {"verb": "return", "words": WORDS})
        assert told.status_code == 409
        assert f">{WORDS}</span>" in told.content.decode()

    def _decide(self, late: Client, page: OpinionPage, row: Duty, **sent: str) -> str:
        url = reverse("policy_docs:workbench_decide", args=[page.public_key, row.clause.public_key])
        return late.post(url, sent, headers={"HX-Request": "true"}).content.decode()

    def test_a_choice_for_a_suggestion_that_was_read_anew_is_carried_through(self, page: OpinionPage, late: Client) -> None:
        row = Duty.objects.get(kind="public_security")
        url = reverse("policy_docs:workbench_clause", args=[page.public_key, row.clause.public_key])
        sent = late.get(url).context["current"].sent
        reread(page)
        fresh = Duty.objects.get(kind="public_security")
        assert fresh.pk != row.pk
        told = self._decide(late, page, row, verb="rejected", reason="other", reason_more=WORDS, duty=sent)
        assert "刚有变动，本条已重新识别" in told
        assert f'name="reason_more" value="{WORDS}"' in told
        assert f'name="duty" value="{fresh.pk}:{actions.stamp_of(fresh)}:' in told
        self._decide(late, page, row, verb="rejected", reason="other", reason_more=WORDS, duty=f"{fresh.pk}:{actions.stamp_of(fresh)}")
        fresh.refresh_from_db()
        assert fresh.state == Duty.State.REJECTED

    def test_what_was_written_of_a_find_that_is_no_more_is_shown(self, page: OpinionPage, late: Client) -> None:
        row = Duty.objects.get(kind="public_security")
        sent = f"{row.pk}:{actions.stamp_of(row)}:{'|'.join(actions.duty_key(row))}"
        Duty.objects.filter(pk=row.pk).delete()
        told = self._decide(late, page, row, verb="rejected", reason="other", reason_more=WORDS, duty=sent)
        assert "请按新的候选核对" in told
        assert f">{WORDS}</span>" in told

    def test_a_long_quote_is_carried_through_whole(self, page: OpinionPage, li: User, late: Client) -> None:
        row = Duty.objects.get(kind="public_security")
        sent = f"{row.pk}:{actions.stamp_of(row)}"
        actions.decide([row], state=Duty.State.REJECTED, actor=li)
        told = self._decide(late, page, row, verb="rest", quote="长" * 400, near="37", to_clause=row.clause.public_key, duty=sent)
        assert f'name="quote" value="{"长" * 400}"' in told
        assert 'name="near" value="37"' in told

    def test_a_rejection_without_its_reason_stays_open_with_what_was_chosen(self, page: OpinionPage, late: Client) -> None:
        row = Duty.objects.get(kind="public_security")
        told = self._decide(late, page, row, verb="rejected", reason="other", duty=f"{row.pk}:{actions.stamp_of(row)}")
        assert "data-reject open" in told
        assert 'value="other" checked' in told


class TestTopics:
    def _sent(self, late: Client, topic: Topic) -> dict[str, str]:
        shown = late.get(reverse("topic_edit", args=[topic.pk])).context
        return {"seen": shown["stamp"], "opened": shown["opened"], "name": topic.name, "note": topic.note, "words": "\n".join(topic.words)}

    def _renamed(self, topic: Topic, li: User) -> None:
        tree.change(topic.pk, seen=tree.stamp_of(topic), name=f"{topic.name}甲", note="", words=[], actor=li)

    def test_a_topic_that_was_retired_while_it_was_written(self, li: User, late: Client) -> None:
        topic = Topic.objects.get(key="m_exit_ban")
        sent = self._sent(late, topic)
        tree.retire(topic.pk, seen=tree.stamp_of(topic), actor=li)
        told = late.post(reverse("topic_edit", args=[topic.pk]), {**sent, "verb": "change", "note": WORDS})
        assert told.status_code == 409
        assert f">{WORDS}</span>" in told.content.decode()
        assert f">{topic.name}</span>" not in told.content.decode()  # what was left alone is not handed back

    def test_where_it_was_to_be_moved_stays_chosen(self, li: User, late: Client) -> None:
        topic, other = Topic.objects.get(key="m_exit_ban"), Topic.objects.get(key="work")
        sent = self._sent(late, topic)
        self._renamed(topic, li)
        told = late.post(reverse("topic_edit", args=[topic.pk]), {**sent, "verb": "move", "under": str(other.pk), "place": "2"})
        assert told.status_code == 409
        assert (told.context["place"], next(option.pk for option in told.context["options"] if option.here)) == (2, other.pk)

    def test_a_merge_is_asked_again_with_what_it_moves_now(self, li: User, late: Client) -> None:
        topic, other = Topic.objects.get(key="m_exit_ban"), Topic.objects.get(key="work")
        sent = self._sent(late, topic)
        self._renamed(topic, li)
        told = late.post(reverse("topic_edit", args=[topic.pk]), {"seen": sent["seen"], "verb": "merge", "into": str(other.pk)})
        assert told.status_code == 409
        assert (told.context["sure"], told.context["target"].pk) == ("merge", other.pk)
        topic.refresh_from_db()
        assert topic.merged_into_id is None


class TestDirectory:
    def test_what_was_typed_stays_where_no_change_is_confirmed_too_late(self, li: User, late: Client) -> None:
        unit = entry("public_security", CITY, LEADER, LIAISON)
        url = reverse("policy_docs:directory_edit", args=["public_security", CITY])
        form = late.get(url).context
        sent = {bound.html_name: bound.value() or "" for one in form["formset"].forms for bound in one} | {
            "seen": form["seen"],
            "p-TOTAL_FORMS": "2",
            "p-INITIAL_FORMS": "2",
        }
        rows = {row.role: row.pk for row in Contact.objects.all()}
        changed = [Wanted(replace(LEADER, post="局长"), rows["leader"]), Wanted(LIAISON, rows["liaison"])]
        save_contacts(unit, seen=unit.revision, wanted=changed, actor=li)
        told = late.post(url, {**sent, "p-1-post": WORDS, "verb": "unchanged"})
        assert told.status_code == 409
        assert WORDS in [form["post"].value() for form in told.context["formset"].forms]

    def test_a_unit_that_was_taken_out_is_told(self, li: User, late: Client) -> None:
        unit = entry("public_security", CITY, LEADER, LIAISON)
        url = reverse("policy_docs:directory_edit", args=["public_security", CITY])
        form = late.get(url).context
        sent = {bound.html_name: bound.value() or "" for one in form["formset"].forms for bound in one} | {
            "seen": form["seen"],
            "p-TOTAL_FORMS": "2",
            "p-INITIAL_FORMS": "2",
        }
        leave(unit, actor=li, left=True)
        told = late.post(url, {**sent, "p-1-post": WORDS, "verb": "save"}, follow=True)
        assert "已退出通讯录，不再列出" in told.content.decode()
        assert Contact.objects.filter(post=WORDS).exists()

    def test_units_that_a_colleague_has_just_added(self, late: Client) -> None:
        entry("finance", CITY)
        told = late.post(reverse("policy_docs:directory_add"), {"place": CITY, "kind": "finance"}, follow=True)
        assert "刚才已由他人加入" in told.content.decode()

    def test_a_round_that_was_closed_or_moved(self, li: User, late: Client) -> None:
        entry("public_security", CITY, LEADER, LIAISON)
        today = timezone.localdate()
        opened_round = asking.open_round(asking.Scope(CITY), year=2026, deadline=today, actor=li)
        url, day = reverse("policy_docs:directory_round", args=[opened_round.pk]), datetime.timedelta(days=5)
        asking.set_deadline(opened_round, today + day, seen=today, actor=li)
        told = late.post(url, {"verb": "deadline", "seen": today.isoformat(), "deadline": (today + 2 * day).isoformat()}, follow=True).content.decode()
        assert "没有改期：您打开以后" in told
        assert f">{(today + 2 * day).isoformat()}</span>" in told
        opened_round.refresh_from_db()
        assert opened_round.deadline == today + day
        asking.close_round(opened_round, actor=li)
        number = opened_round.confirmations.get().pk
        assert WORDS in late.post(url, {"verb": "reopen", "confirmation": str(number), "reason": WORDS}, follow=True).content.decode()


class TestDocuments:
    def test_a_draft_that_a_colleague_has_published(self, page: OpinionPage, li: User, late: Client) -> None:
        first = signed_in(li)
        first.post(edit(page), {**retype(opened(first, edit(page)), "查找被执行人", "查找失联人员")})
        url = publishing_page(page)
        for client in (first, late):
            assert client.get(url).status_code == 200
        first.post(url, {"deed": "publish", "manner": "correction", "seen": first.get(url).context["found"].mark})
        told = late.post(url, {"deed": "publish", "manner": "amendment", "starts": "2026-05-01", "basis": WORDS, "seen": "x"}, follow=True)
        assert "李静刚才已经发布了这份草稿" in told.content.decode()
        assert f">{WORDS}</span>" in told.content.decode()
        assert ">2026-05-01</span>" in told.content.decode()

    @pytest.mark.parametrize("settled", ["save", "discard"])
    def test_an_import_that_a_colleague_has_settled(self, li: User, zhang: User, late: Client, settled: str) -> None:
        row = upload(zhang)
        url = reverse("policy_docs:import", args=[row.public_key])
        form = late.get(url).context
        shown = json.loads(form["shown"])
        seen = form["row"].revision
        if settled == "save":
            importing.save(row.public_key, seen=seen, actor=li, live=False)
        else:
            importing.discard(row.public_key, seen=seen, actor=li)
        told = late.post(url, {**shown, "shown": form["shown"], "seen": seen, "verb": "draft", "addressees": WORDS}, follow=True).content.decode()
        assert f">{WORDS}</span>" in told
        assert told.count("typed-back") == 1  # fields that were left alone are not handed back

    def test_only_what_one_has_written_is_offered_beside_what_a_colleague_wrote(self, li: User, zhang: User, late: Client) -> None:
        row = upload(zhang)
        url = reverse("policy_docs:import", args=[row.public_key])
        form = late.get(url).context
        shown, seen = json.loads(form["shown"]), form["row"].revision
        importing.describe(row.public_key, seen=seen, actor=li, typed={"issuer": "甲填的机关"})
        told = late.post(url, {**shown, "shown": form["shown"], "seen": seen, "verb": "describe", "title": WORDS})
        assert [item["name"] for item in told.context["mine"]] == ["title"]

    def test_the_places_where_a_paragraph_was_to_be_divided(self, li: User, zhang: User, late: Client) -> None:
        row = upload(zhang)
        url = reverse("policy_docs:import", args=[row.public_key])
        blocks = draft(row).blocks
        at = next(index for index, block in enumerate(blocks) if block.text.startswith("州发改委"))
        words, seen = blocks[at].text, late.get(url).context["row"].revision
        parted = f"{words[:5]}\n{words[5:]}"
        importing.adjust(row.public_key, seen=seen, actor=li, typed={}, verb=Verb.JOIN, at=at - 1)
        told = late.post(url, {"seen": seen, "verb": f"divide:{at}", "words": parted})
        assert told.status_code == 409
        assert told.context["panel"]["at"] == at - 1
        assert f">{parted}</textarea>" in told.content.decode()


class TestRows:
    def test_a_row_that_was_deleted_is_offered_as_a_new_one(self, li: User, late: Client) -> None:
        alias = UnitAlias.objects.create(text="查控专班", kind_id="court", form="organ")
        url = reverse("wagtailsnippets_policy_docs_unitalias:edit", args=[alias.pk])
        form = late.get(url).context["form"]
        sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
        log(alias, "wagtail.delete", user=li)
        alias.delete()
        told = late.post(url, {**sent, "note": WORDS})
        assert told.status_code == 409
        assert "没有保存：这一条已被李静删除" in told.content.decode()
        assert not UnitAlias.objects.filter(text="查控专班").exists()
        again = told.context["form"]
        assert (again["text"].value(), again["note"].value()) == ("查控专班", WORDS)
        late.post(reverse("wagtailsnippets_policy_docs_unitalias:add"), {**sent, "note": WORDS})
        assert UnitAlias.objects.get(text="查控专班").note == WORDS

    def test_a_filter_that_was_renamed_or_removed_in_another_window(self, zhang: User, late: Client) -> None:
        row = save_listing("/opinions/?q=协作", name="甲", shared="", actor=zhang)
        seen = stamp_of(row)
        change_listing(row.pk, name="乙", shared="", seen=seen, actor=zhang)
        told = late.post("/saved/", {"verb": "change", "key": row.pk, "seen": seen, "name": WORDS, "shared": ""}, follow=True).content.decode()
        assert "现在叫“乙”" in told
        assert f">{WORDS}</span>" in told
        remove_listing(row.pk, actor=zhang)
        told = late.post("/saved/", {"verb": "change", "key": row.pk, "seen": ":乙", "name": WORDS, "shared": ""}, follow=True).content.decode()
        assert "这个筛选已经不在" in told
        row.refresh_from_db()
        assert row.name == "乙"


def test_what_is_handed_back_is_no_markup(page: OpinionPage, li: User, late: Client) -> None:
    ask(page, actor=li, reason="重复收录")
    told = late.post(reverse("policy_docs:opinion_delete", args=[page.public_key]), {"reason": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in told
    assert "&lt;script&gt;alert(1)" in told
