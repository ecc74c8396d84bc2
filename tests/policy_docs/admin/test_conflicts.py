"""Two people in the editor at once: a stale save or publish changes nothing, keeps what was entered, and both can be put together."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from cms.accounts.models import Role, User
from policy_docs.opinions.drafts import StaleDraft, newest, start_of
from policy_docs.opinions.merging import Side, differences, digest, merge
from policy_docs.opinions.models import SetAside
from policy_docs.opinions.pages import OpinionPage
from tests.factories.opinions import added, clause, described, import_text, raw, reword, set_body, texts

pytestmark = pytest.mark.django_db

Form = dict[str, Any]


@pytest.fixture
def page(tmp_path: Path) -> OpinionPage:
    return import_text(tmp_path)


def signed_in(name: str, role: str = Role.COORDINATION) -> Client:
    user, _made = User.objects.get_or_create(username=name, defaults={"role": role, "display_name": name})
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def opened(client: Client, address: str) -> Form:
    """The form as a browser sends it back."""
    answer = client.get(address)
    assert answer.status_code == 200
    form = answer.context["form"]
    data: Form = {}
    for tag in BeautifulSoup(answer.content, "html.parser").select("#page-edit-form input, #page-edit-form textarea, #page-edit-form select"):
        kind = tag.get("type", "")
        if not tag.get("name") or kind in ("radio", "submit") or (kind == "checkbox" and not tag.has_attr("checked")):
            continue
        options = tag.select("option[selected]")
        data[str(tag["name"])] = (
            options[0].get("value", "") if options else tag.get("value", tag.text if tag.name == "textarea" else "on" if kind == "checkbox" else "")
        )
    if "body" in form.fields:
        data |= body_data(list(form["body"].value().raw_data))
    return data


def body_data(blocks: list[dict[str, Any]]) -> Form:
    data: Form = {"body-count": str(len(blocks))}
    for at, block in enumerate(blocks):
        data |= {f"body-{at}-deleted": "", f"body-{at}-order": str(at), f"body-{at}-type": block["type"], f"body-{at}-id": block["id"]}
        data |= {f"body-{at}-value-{name}": block["value"].get(name) or "" for name in ("label", "text", "level")}
    return data


def retype(data: Form, old: str, new: str) -> Form:
    found = {key: value.replace(old, new) for key, value in data.items() if key.endswith("-text") and isinstance(value, str) and old in value}
    assert found
    return {**data, **found}


def edit(page: OpinionPage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def draft(page: OpinionPage) -> list[str]:
    return [block["value"]["text"] for block in newest(page.pk).body.raw_data]


@pytest.mark.parametrize("deed", [{}, {"action-publish": "1"}])
def test_a_stale_save_or_publish_loses_nothing(page: OpinionPage, deed: Form) -> None:
    one, other = signed_in("李静"), signed_in("王强")
    first, second = opened(one, edit(page)), opened(other, edit(page))
    assert one.post(edit(page), retype(first, "查找被执行人", "查找被执行人的下落")).status_code == 302
    before, revisions = texts(page), page.revisions.count()
    answer = other.post(edit(page), {**retype(second, "保障工作经费", "足额保障工作经费"), **deed})
    kept = SetAside.objects.get()
    assert answer.url == reverse("opinion_conflict", args=[kept.pk])
    assert texts(page) == before, "nothing is published"
    assert page.revisions.count() == revisions
    assert "公安机关应当协助人民法院查找被执行人的下落。" in draft(page)
    shown = other.get(answer.url).content.decode()
    assert "李静" in shown
    assert "足额" in shown
    assert "的下落" in shown
    start = other.get(answer.url).context["start"]
    assert other.post(answer.url, {"deed": "merge", "started_from": start}).status_code == 302
    both = draft(page)
    assert "公安机关应当协助人民法院查找被执行人的下落。" in both
    assert "州财政局应当足额保障工作经费。" in both
    kept.refresh_from_db()
    assert kept.outcome == SetAside.Outcome.MERGED


@pytest.mark.parametrize(
    ("side", "left"), [("mine", ["查找被执行人住处。"]), ("theirs", ["查找被执行人下落。"]), ("both", ["查找被执行人下落。", "查找被执行人住处。"])]
)
def test_what_both_changed_waits_for_a_choice(page: OpinionPage, side: str, left: list[str]) -> None:
    one, other = signed_in("李静"), signed_in("王强")
    first, second = opened(one, edit(page)), opened(other, edit(page))
    one.post(edit(page), retype(first, "查找被执行人", "查找被执行人下落"))
    address = other.post(edit(page), retype(second, "查找被执行人", "查找被执行人住处")).url
    shown = other.get(address)
    assert shown.context["open"] == 1
    refused = other.post(address, {"deed": "merge", "started_from": shown.context["start"]})
    assert refused.status_code == 409
    assert "还有 1 处" in refused.content.decode()
    key = shown.context["rows"][0].key
    other.post(address, {"deed": "merge", "started_from": shown.context["start"], f"side-{key}": side})
    assert [words.removeprefix("公安机关应当协助人民法院") for words in draft(page) if "公安机关" in words] == left
    assert clause(page, left[0]).public_key == clause(page, "查找被执行人。").public_key


def test_the_identity_block_is_put_together_too(page: OpinionPage) -> None:
    one, other = signed_in("李静"), signed_in("王强")
    first, second = opened(one, edit(page)), opened(other, edit(page))
    one.post(edit(page), {**first, "issuer": "州委政法委"})
    address = other.post(edit(page), {**second, "title": "关于协作的实施意见", "issue_date": "2017-03-01", "jurisdiction": ""}).url
    shown = other.get(address)
    assert {row.key: row.chosen for row in shown.context["rows"]} == {"title": "mine", "issue_date": "mine", "issuer": "theirs", "jurisdiction": "mine"}
    other.post(address, {"deed": "merge", "started_from": shown.context["start"]})
    now = newest(page.pk)
    assert (now.title, now.issuer, str(now.issue_date), now.jurisdiction_id) == ("关于协作的实施意见", "州委政法委", "2017-03-01", None)


def test_the_draft_may_change_while_both_are_shown(page: OpinionPage) -> None:
    one, other = signed_in("李静"), signed_in("王强")
    first, second = opened(one, edit(page)), opened(other, edit(page))
    one.post(edit(page), retype(first, "查找被执行人", "查找被执行人下落"))
    address = other.post(edit(page), retype(second, "工作经费", "专项经费")).url
    start = other.get(address).context["start"]
    one.post(edit(page), retype(opened(one, edit(page)), "立项情况", "立项和审批情况"))
    again = other.post(address, {"deed": "merge", "started_from": start})
    assert again.status_code == 409
    assert "又改过" in again.content.decode()
    assert "专项" not in "".join(draft(page))
    other.post(address, {"deed": "merge", "started_from": again.context["start"]})
    assert [word for word in ("下落", "立项和审批", "专项") if word in "".join(draft(page))] == ["下落", "立项和审批", "专项"]


def test_an_input_is_given_up_and_taken_up_again(page: OpinionPage) -> None:
    one, other = signed_in("李静"), signed_in("王强")
    first, second = opened(one, edit(page)), opened(other, edit(page))
    one.post(edit(page), retype(first, "查找被执行人", "查找被执行人下落"))
    address = other.post(edit(page), retype(second, "工作经费", "专项经费")).url
    assert "还留着" in other.get(edit(page)).content.decode()
    other.post(address, {"deed": "drop"})
    assert "没能保存，还留着" not in other.get(edit(page)).content.decode()
    assert "恢复这份修改" in other.get(address).content.decode()
    other.post(address, {"deed": "take_up"})
    assert SetAside.objects.get().outcome == SetAside.Outcome.OPEN
    assert one.get(address).status_code == 404, "an input is its writer's"


def test_an_autosave_is_told_from_the_first_draft_on(page: OpinionPage) -> None:
    """Before the first revision Wagtail takes every autosave for fresh."""
    one, other = signed_in("李静"), signed_in("王强")
    first, second = opened(one, edit(page)), opened(other, edit(page))
    saved = one.post(edit(page), retype(first, "查找被执行人", "查找被执行人下落"), headers={"accept": "application/json"})
    assert saved.status_code == 200
    told = other.post(edit(page), retype(second, "工作经费", "专项经费"), headers={"accept": "application/json"})
    assert (told.status_code, told.json()["error_code"]) == (400, "invalid_revision")
    again = {**retype(first, "查找被执行人", "查找被执行人住处"), **saved.json()["field_updates"], "overwrite_revision_id": saved.json()["revision_id"]}
    assert one.post(edit(page), again, headers={"accept": "application/json"}).json()["revision_id"] == saved.json()["revision_id"]


def test_an_autosave_never_overwrites_what_was_published(page: OpinionPage) -> None:
    one = signed_in("李静")
    form = opened(one, edit(page))
    saved = one.post(edit(page), retype(form, "查找被执行人", "查找被执行人下落"), headers={"accept": "application/json"}).json()
    newest(page.pk).latest_revision.publish()
    again = {**retype(form, "查找被执行人", "查找被执行人住处"), **saved["field_updates"], "overwrite_revision_id": saved["revision_id"]}
    now = one.post(edit(page), again, headers={"accept": "application/json"}).json()
    assert now["revision_id"] != saved["revision_id"]
    live = OpinionPage.objects.get(pk=page.pk).live_revision.content["body"]
    assert "下落" in "".join(block["value"]["text"] for block in json.loads(live))


def test_a_form_that_says_nothing_of_its_start_is_stale(page: OpinionPage) -> None:
    one = signed_in("李静")
    form = opened(one, edit(page))
    del form["started_from"]
    assert "/conflicts/" in one.post(edit(page), retype(form, "查找被执行人", "查找被执行人下落")).url
    assert page.revisions.count() == 0


def test_a_stale_revert_is_told_too(page: OpinionPage) -> None:
    old = page.save_revision()
    one, other = signed_in("李静"), signed_in("王强")
    address = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, old.pk])
    form = opened(other, address)
    one.post(edit(page), retype(opened(one, edit(page)), "查找被执行人", "查找被执行人下落"))
    assert "/conflicts/" in other.post(address, form).url
    assert "下落" in "".join(draft(page))
    assert other.post(address, opened(other, address)).status_code == 302
    assert "下落" not in "".join(draft(page))


def test_a_draft_that_was_never_published_is_guarded(tmp_path: Path) -> None:
    page = described(import_text(tmp_path, live=False))
    one, other = signed_in("李静"), signed_in("王强")
    first, second = opened(one, edit(page)), opened(other, edit(page))
    assert one.post(edit(page), {**retype(first, "查找被执行人", "查找被执行人下落"), "action-publish": "1"}).status_code == 302
    assert "查找被执行人下落" in "".join(texts(page))
    assert "/conflicts/" in other.post(edit(page), {**retype(second, "工作经费", "专项经费"), "action-publish": "1"}).url
    assert "专项" not in "".join(texts(page))


def test_the_model_refuses_for_itself(page: OpinionPage) -> None:
    mine = newest(page.pk)
    mine.started_from = start_of(mine)
    theirs = newest(page.pk)
    reword(theirs, "查找被执行人", "查找被执行人下落")
    theirs.save_revision()
    reword(mine, "工作经费", "专项经费")
    with pytest.raises(StaleDraft):
        mine.save_revision()
    with pytest.raises(StaleDraft):
        mine.save()
    assert "专项" not in "".join(draft(page))


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.COORDINATION])
def test_nobody_else_sees_an_input(page: OpinionPage, role: str) -> None:
    client = signed_in("u", role)
    kept = SetAside.objects.create(opinion=page, user=User.objects.get(username="u"), started_from=[None, None, False])
    assert client.get(reverse("opinion_conflict", args=[kept.pk])).status_code in (302, 403)


def test_both_sides_insert_delete_and_move(page: OpinionPage) -> None:
    base = raw(page)
    began = {block["id"]: digest(block) for block in base}
    own, new = added("甲。"), added("乙。")
    mine = [*base[:-3], own, base[-2], base[-3], base[-1]]  # inserted, and two change places
    theirs = [block for block in base if block is not base[-1]] + [new]  # the last one gone, another one new
    found = differences(began, theirs, mine)
    assert {item.block_id: item.chosen for item in found} == {own["id"]: Side.MINE, base[-1]["id"]: Side.THEIRS}
    result = merge(began, theirs, mine, {item.block_id: item.chosen for item in found if item.chosen})
    assert [block["id"] for block in result] == [*(block["id"] for block in base[:-3]), own["id"], base[-2]["id"], base[-3]["id"], new["id"]]


def test_a_part_says_nothing_of_what_stands_outside(page: OpinionPage) -> None:
    base = raw(page)
    part = base[-2:]
    began = {block["id"]: digest(block) for block in part}
    changed = {**part[0], "value": {**part[0]["value"], "text": "改。"}}
    assert [(item.block_id, item.chosen) for item in differences(began, base, [changed])] == [(part[0]["id"], Side.MINE), (part[1]["id"], Side.MINE)]
    assert str(uuid.UUID(part[0]["id"])) == part[0]["id"]
    set_body(page, merge(began, base, [changed], {block["id"]: Side.MINE for block in part}))
    assert len(raw(page)) == len(base) - 1


def test_a_second_click_on_a_stale_save_keeps_the_input_once(page: OpinionPage) -> None:
    one, other = signed_in("李静"), signed_in("王强")
    first, second = opened(one, edit(page)), opened(other, edit(page))
    one.post(edit(page), retype(first, "查找被执行人", "查找被执行人的下落"))
    late = retype(second, "查找被执行人", "查找失联人员")
    assert other.post(edit(page), late).url == other.post(edit(page), late).url
    assert SetAside.objects.count() == 1
    other.post(edit(page), retype(second, "查找被执行人", "查找下落不明的人"))
    assert SetAside.objects.count() == 2, "another input is kept beside it"
