"""A document as the start of another: its text goes along, what names it and what people decided does not."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from cms.accounts.models import Role
from cms.audit.models import AuditEntry
from policy_docs.duties.actions import decide
from policy_docs.duties.models import Duty
from policy_docs.opinions.models import Citation, Clause, OpinionVersion
from policy_docs.opinions.pages import OpinionIndexPage, OpinionPage
from policy_docs.opinions.starting import MARK, StartRefused, start_from
from tests.factories.opinions import import_text, publish, texts
from tests.factories.removing import office
from tests.policy_docs.admin.test_conflicts import edit, opened

pytestmark = pytest.mark.django_db
TEXT = """楚政法发〔2017〕8号
中共楚雄州委政法委员会
关于协作的意见
各县市党委政法委：
一、职责
（一）公安机关应当协助人民法院查找被执行人。
（二）州财政局应当保障工作经费。
附件：协作流程
中共楚雄州委政法委员会
2017年5月3日
"""


@pytest.fixture
def page(tmp_path: Path) -> OpinionPage:
    page = import_text(tmp_path, text=TEXT)
    decide(Duty.objects.filter(opinion=page), state=Duty.State.CONFIRMED, actor=office())
    return page


def test_the_text_goes_along_and_what_names_it_does_not(page: OpinionPage) -> None:
    made = start_from(page, title=f"{MARK}关于会商的意见", actor=office())
    made = OpinionPage.objects.get(pk=made.pk)
    words = texts(made, draft=True)
    assert "公安机关应当协助人民法院查找被执行人。" in words
    assert "附件：协作流程" in words
    assert not [text for text in words if "2017" in text or "政法委员会" in text or "关于协作的意见" in text]
    empty = ("document_number", "number_key", "number_written", "issuer", "notice_title", "notice_issuer", "source_name", "disclosure")
    assert [getattr(made, name) for name in empty] == [""] * len(empty)
    assert [getattr(made, name) for name in ("issue_date", "notice_date", "effective_from", "effective_until", "repealed_on")] == [None] * 5
    assert (made.jurisdiction_id, made.kind, made.live, made.slug) == (page.jurisdiction_id, page.kind, False, made.public_key)
    assert made.get_latest_revision_as_object().title == f"{MARK}关于会商的意见"
    assert AuditEntry.objects.get(action="opinion.start_from").details["source"] == page.public_key


def test_clauses_are_new_ones_that_know_what_they_were_copied_from(page: OpinionPage) -> None:
    made = start_from(page, title="关于会商的意见", actor=office())
    rows = list(Clause.objects.filter(opinion=made).select_related("copied_from"))
    assert rows
    for row in rows:
        assert row.copied_from is not None
        assert row.copied_from.opinion_id == page.pk
        assert row.public_key != row.copied_from.public_key
    assert not Clause.objects.filter(opinion=page, retired_at__isnull=False).exists()


def test_duties_are_found_when_it_is_published_and_nobody_has_decided_on_them(page: OpinionPage) -> None:
    made = start_from(page, title="关于会商的意见", actor=office())
    assert not Duty.objects.filter(opinion=made).exists()
    publish(OpinionPage.objects.get(pk=made.pk))
    found, old = (Duty.objects.filter(opinion=item).exclude(role="mention") for item in (made, page))
    assert sorted(found.values_list("kind", "role")) == sorted(old.values_list("kind", "role")) != []
    assert set(found.values_list("state", "decided_by")) == {(Duty.State.SUGGESTED, None)}
    assert set(old.values_list("state")) == {(Duty.State.CONFIRMED,)}


def test_of_a_withdrawn_one_its_draft_is_copied(page: OpinionPage) -> None:
    OpinionPage.objects.get(pk=page.pk).unpublish()
    assert "州财政局应当保障工作经费。" in texts(start_from(OpinionPage.objects.get(pk=page.pk), title="新", actor=office()), draft=True)


def test_it_is_no_other_text_of_the_old_one(page: OpinionPage, tmp_path: Path) -> None:
    made = start_from(page, title="关于协作的意见", actor=office())
    again = import_text(tmp_path, "again", TEXT.replace("查找被执行人", "查找被执行人的财产"))
    assert again.pk == page.pk or OpinionPage.objects.filter(source_name="again").count() <= 1
    assert texts(OpinionPage.objects.get(pk=made.pk), draft=True)
    assert OpinionVersion.objects.filter(opinion=made).count() == 1
    assert not Citation.objects.filter(target=made).exists()


def test_who_may_not_make_documents_does_not(page: OpinionPage) -> None:
    for role in (Role.LIAISON, Role.SYSTEM_ADMIN):
        with pytest.raises(StartRefused, match="不能新建"):
            start_from(page, title="新", actor=office(f"u-{role}", role))
    with pytest.raises(StartRefused, match="请填写"):
        start_from(page, title=" ", actor=office())
    assert OpinionPage.objects.count() == 1


def _signed_in(client: Client) -> Client:
    client.force_login(office(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_way_on_the_screen(page: OpinionPage, client: Client) -> None:
    _signed_in(client)
    address = reverse("policy_docs:opinion_start", args=[page.public_key])
    assert address in client.get(reverse("policy_docs:opinion", args=[page.public_key])).content.decode()
    shown = client.get(address).content.decode()
    assert f'value="{MARK}关于协作的意见"' in shown
    assert "已核对的职责不带过去" in shown
    refused = client.post(address, {"title": " "})
    assert (refused.status_code, "请填写新文件的标题" in refused.content.decode()) == (400, True)
    answer = client.post(address, {"title": f"{MARK}关于协作的意见"})
    made = OpinionPage.objects.exclude(pk=page.pk).get()
    assert answer.headers["Location"] == reverse("opinion_outline", args=[made.pk])
    assert client.get(answer.headers["Location"]).status_code == 200


def test_wagtails_copy_leads_to_it(page: OpinionPage, client: Client) -> None:
    answer = _signed_in(client).get(reverse("wagtailadmin_pages:copy", args=[page.pk]))
    assert answer.headers["Location"] == reverse("policy_docs:opinion_start", args=[page.public_key])
    index = OpinionIndexPage.objects.get()
    assert client.get(reverse("wagtailadmin_pages:copy", args=[index.pk])).status_code in (200, 302)


@pytest.mark.parametrize("action", ["action-publish", "action-submit"])
def test_what_is_still_marked_is_saved_and_not_published(page: OpinionPage, client: Client, action: str) -> None:
    _signed_in(client)
    made = start_from(page, title=f"{MARK}关于协作的意见", actor=office())
    address = reverse("opinion_section", args=[made.pk, made.body.raw_data[0]["id"]])
    answer = client.post(address, opened(client, address) | {action: "1"}, follow=True)
    assert "标题还带着" in answer.content.decode()
    made = OpinionPage.objects.get(pk=made.pk)
    assert (made.live, made.workflow_in_progress) == (False, False)
    answer = client.post(reverse("opinion_publish", args=[made.pk]), {"deed": "publish", "manner": "first"}, follow=True)
    assert "标题还带着" in answer.content.decode()
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    assert "标题还没有改好" in client.post(f"{bulk}?id={made.pk}&next=/admin/", follow=True).content.decode()
    assert not OpinionPage.objects.get(pk=made.pk).live
    whole = edit(made)
    data = opened(client, whole) | {"title": "关于会商的意见", "disclosure": "closed", "unsigned": "on", "undated": "on", "action-publish": "1"}
    assert client.post(whole, data).status_code == 302
    assert OpinionPage.objects.get(pk=made.pk).live


def test_of_a_draft_nobody_says_that_it_is_in_force(page: OpinionPage, client: Client) -> None:
    made = start_from(page, title="关于会商的意见", actor=office())
    client.force_login(office(), backend="django.contrib.auth.backends.ModelBackend")
    for address in (reverse("policy_docs:opinion", args=[made.public_key]), f"{reverse('policy_docs:opinions')}?q=会商"):
        shown = client.get(address).content.decode()
        assert "草稿" in shown
        assert '<span class="valid">' not in shown, address
    assert '<span class="valid">现行有效</span>' in client.get(reverse("policy_docs:opinion", args=[page.public_key])).content.decode()
