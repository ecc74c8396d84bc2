"""A long document is edited by section, and its shape from the outline, all on one draft."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.accounts.models import Role, User
from cms.audit.models import AuditEntry
from policy_docs.duties.actions import decide
from policy_docs.duties.models import Duty
from policy_docs.opinions.drafts import newest, start_of
from policy_docs.opinions.models import Clause, SetAside
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.sections import sections
from policy_docs.opinions.shaping import label, words
from tests.factories.opinions import clause, import_text, publish, texts
from tests.policy_docs.admin.publishing import say
from tests.policy_docs.admin.test_conflicts import Form, body_data, draft, edit, opened, retype, signed_in

pytestmark = pytest.mark.django_db

CHAPTERS = 10
ARTICLES = 20


def long_text() -> str:
    lines = ["关于协作的办法"]
    number = 0
    for chapter in range(1, CHAPTERS + 1):
        lines.append(f"第{'一二三四五六七八九十'[chapter - 1]}章　协作之{chapter}")
        for _ in range(ARTICLES):
            number += 1
            lines.append(f"第{number}条　公安机关应当在{number}日内协助人民法院查找被执行人。")
    return "\n".join(lines)


@pytest.fixture(scope="module")
def stored(keeping: Callable[[], AbstractContextManager[Path]]) -> tuple[int, int]:
    with keeping() as folder:
        return import_text(folder, text=long_text()).pk, import_text(folder, "b").pk


@pytest.fixture
def page(stored: tuple[int, int]) -> OpinionPage:
    return OpinionPage.objects.get(pk=stored[0])


@pytest.fixture
def short(stored: tuple[int, int]) -> OpinionPage:
    return OpinionPage.objects.get(pk=stored[1])


def body(page: OpinionPage) -> list[dict[str, Any]]:
    return [dict(block) for block in newest(page.pk).body.raw_data]


def keys(page: OpinionPage) -> list[str]:
    return [section.key for section in sections(body(page))]


def section(page: OpinionPage, number: int) -> str:
    return reverse("opinion_section", args=[page.pk, keys(page)[number]])


def block_id(page: OpinionPage, text: str) -> str:
    return next(block["id"] for block in body(page) if text in words(block))


def do(client: Client, page: OpinionPage, deed: str, about: str, /, **values: Any) -> Any:
    """A deed as the browser sends it: with what its page carries along."""
    address = reverse("opinion_shape", args=[page.pk])
    shown = client.get(address, {"do": deed, "block": block_id(page, about)})
    assert shown.status_code == 200
    form = BeautifulSoup(shown.content, "html.parser").select_one("form.ed__form")
    assert form is not None
    hidden: dict[str, list[str]] = {}
    for tag in form.select("input[type=hidden]"):
        hidden.setdefault(str(tag["name"]), []).append(str(tag["value"]))
    return client.post(address, {**hidden, "numbering": "1", **values})


def test_the_long_form_leaves_the_body_to_the_sections(page: OpinionPage) -> None:
    one = signed_in("李静")
    shown = one.get(edit(page))
    assert "body" not in shown.context["form"].fields
    assert reverse("opinion_outline", args=[page.pk]) in shown.content.decode()
    before = draft(page)
    assert one.post(edit(page), {**opened(one, edit(page)), "issuer": "州委政法委", "action-publish": "1"}).status_code == 302
    now = OpinionPage.objects.get(pk=page.pk)
    assert (now.issuer, draft(page), texts(now)) == ("州委政法委", before, before)


def test_two_people_in_two_sections_both_survive(page: OpinionPage) -> None:
    one, other = signed_in("李静"), signed_in("王强")
    here, there = section(page, 2), section(page, 5)
    first, second = opened(one, here), opened(other, there)
    facts = opened(other, edit(page))
    assert len([key for key in first if key.endswith("-text")]) < 62
    whole = len(draft(page))
    one.post(here, retype(first, "在35日内", "在三日内"))
    other.post(there, retype(second, "在85日内", "在五日内"))
    other.post(edit(page), {**facts, "issuer": "州委政法委"})
    now = draft(page)
    assert len(now) == whole
    assert ["三日" in "".join(now), "五日" in "".join(now), newest(page.pk).issuer] == [True, True, "州委政法委"]
    assert not SetAside.objects.exists()


def test_two_people_in_one_section_lose_nothing(page: OpinionPage) -> None:
    one, other = signed_in("李静"), signed_in("王强")
    here = section(page, 2)
    first, second = opened(one, here), opened(other, here)
    one.post(here, retype(first, "在35日内", "在三日内"))
    told = other.post(here, retype(second, "在36日内", "在六日内"), headers={"accept": "application/json"})
    assert (told.status_code, told.json()["error_code"]) == (400, "invalid_revision")
    answer = other.post(here, {**retype(second, "在36日内", "在六日内"), "action-publish": "1"})
    assert "/conflicts/" in answer.url
    shown = other.get(answer.url)
    assert [row.chosen for row in shown.context["rows"]] == ["theirs", "mine"]
    back = other.post(answer.url, {"deed": "merge", "started_from": shown.context["start"]}).url
    assert ["三日" in "".join(draft(page)), "六日" in "".join(draft(page))] == [True, True]
    assert len(draft(page)) == len(texts(page))
    assert back == here, "one goes on typing where the input was"
    assert any("在六日内" in str(words) for words in opened(other, back).values())
    assert f'href="{here}"' in other.get(answer.url).content.decode(), "what is settled leads there too"


def test_an_input_into_a_whole_text_that_has_become_long_leads_to_its_section(page: OpinionPage) -> None:
    """The form of a long document shows no body: one came from it while it was short."""
    one, other = signed_in("李静"), signed_in("王强")
    here = section(page, 2)
    stale = {**opened(other, edit(page)), "started_from": start_of(newest(page.pk)).dump(), **body_data(body(page))}
    one.post(here, retype(opened(one, here), "在35日内", "在三日内"))
    answer = other.post(edit(page), retype(stale, "在36日内", "在六日内"))
    assert "/conflicts/" in answer.url
    start = other.get(answer.url).context["start"]
    assert other.post(answer.url, {"deed": "merge", "started_from": start}).url == here


def test_a_section_is_saved_by_itself_and_published(page: OpinionPage) -> None:
    one = signed_in("李静")
    here = section(page, 2)
    form = opened(one, here)
    saved = one.post(here, retype(form, "在35日内", "在三日内"), headers={"accept": "application/json"})
    assert saved.status_code == 200
    again = {**retype(form, "在35日内", "在四日内"), **saved.json()["field_updates"], "overwrite_revision_id": saved.json()["revision_id"]}
    assert one.post(here, again, headers={"accept": "application/json"}).json()["revision_id"] == saved.json()["revision_id"]
    asking = one.post(here, {**again, **opened(one, here), "action-publish": "1"})
    assert asking.url == reverse("opinion_publish", args=[page.pk])
    answer = say(one, page)
    assert answer.url == reverse("opinion_outline", args=[page.pk])
    assert "四日" in "".join(texts(OpinionPage.objects.get(pk=page.pk)))


def test_an_id_that_stands_in_another_section_is_refused(page: OpinionPage) -> None:
    one = signed_in("李静")
    here = section(page, 2)
    form = opened(one, here)
    form["body-1-id"] = block_id(page, "在199日内")
    answer = one.post(here, form)
    assert answer.status_code == 200
    assert "编号重复" in str(answer.context["form"].errors["body"])


def test_a_section_that_is_gone_leads_to_the_outline(page: OpinionPage) -> None:
    one = signed_in("李静")
    address = reverse("opinion_section", args=[page.pk, uuid.uuid4()])
    assert one.get(address).url == reverse("opinion_outline", args=[page.pk])


def test_the_preview_puts_the_section_into_the_whole(page: OpinionPage) -> None:
    one = signed_in("李静")
    key = keys(page)[2]
    address = reverse("opinion_section_preview", args=[page.pk, key])
    form = retype(opened(one, section(page, 2)), "在35日内", "在三日内")
    assert one.post(address, form).json() == {"is_valid": True, "is_available": True}
    shown = one.get(address).content.decode()
    assert "在三日内" in shown
    assert "在199日内" in shown
    whole = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    assert one.post(whole, opened(one, edit(page))).json()["is_valid"]
    assert "在35日内" in one.get(whole).content.decode()


def test_an_old_revision_of_a_long_text_is_put_back_whole(page: OpinionPage) -> None:
    old = page.save_revision()
    one = signed_in("李静")
    one.post(section(page, 2), retype(opened(one, section(page, 2)), "在35日内", "在三日内"))
    address = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, old.pk])
    assert one.post(address, opened(one, address)).status_code == 302
    assert "在35日内" in "".join(draft(page))


def test_a_clause_cut_here_and_pasted_there_is_the_same(page: OpinionPage) -> None:
    page = publish(page)
    one = signed_in("李静")
    key = clause(page, "在35日内").public_key
    here = section(page, 2)
    form = opened(one, here)
    blocks = [block for block in body(page) if block["id"] in set(form.values()) and "在35日内" not in words(block)]
    one.post(here, {**{name: value for name, value in form.items() if not name.startswith("body-")}, **body_data(blocks)})
    assert "在35日内" not in "".join(draft(page))
    there = section(page, 4)
    form = opened(one, there)
    blocks = [block for block in body(page) if block["id"] in set(form.values())]
    pasted = {"type": "clause", "value": {"label": "第35条", "text": "公安机关应当在35日内协助人民法院查找被执行人。", "level": 2}, "id": str(uuid.uuid4())}
    one.post(there, {**{name: value for name, value in form.items() if not name.startswith("body-")}, **body_data([*blocks, pasted]), "action-publish": "1"})
    say(one, page)
    page = OpinionPage.objects.get(pk=page.pk)
    row = Clause.objects.get(opinion=page, public_key=key)
    assert row.retired_at is None
    assert row.texts.get(version=page.current_version).path[0] == "第四章"


def test_splitting_renumbers_and_can_be_taken_back(page: OpinionPage) -> None:
    one = signed_in("李静")
    text = next(words(block) for block in body(page) if "在35日内" in words(block))
    answer = do(one, page, "split", "在35日内", text=text.replace("协助", "\n协助"), numbered="1")
    assert answer.status_code == 302
    now = body(page)
    at = next(number for number, block in enumerate(now) if words(block) == "协助人民法院查找被执行人。")
    assert [label(block) for block in now[at - 1 : at + 2]] == ["第35条", "第36条", "第37条"]
    assert label(now[-1]) == f"第{CHAPTERS * ARTICLES + 1}条"
    assert Clause.objects.get(block_id=now[at - 1]["id"]).split_from.block_id == uuid.UUID(now[at]["id"]), "the longer part keeps the identity"
    assert AuditEntry.objects.get(action="opinion.split").details["split"] == 1
    shown = one.get(answer.url).content.decode()
    assert "已拆分" in shown
    assert "撤销" in shown
    one.post(reverse("opinion_undo", args=[page.pk]))
    assert draft(page) == texts(page)
    assert "没有可以撤销" in one.post(reverse("opinion_undo", args=[page.pk]), follow=True).content.decode()


def test_nothing_is_taken_back_over_a_later_save(page: OpinionPage) -> None:
    one, other = signed_in("李静"), signed_in("王强")
    do(one, page, "merge", "在35日内", joiner="")
    other.post(section(page, 5), retype(opened(other, section(page, 5)), "在85日内", "在五日内"))
    assert "没有撤销" in one.post(reverse("opinion_undo", args=[page.pk]), follow=True).content.decode()
    assert "五日" in "".join(draft(page))


def test_a_merged_clause_leads_on_when_it_is_published(short: OpinionPage) -> None:
    one = signed_in("李静")
    first, second = clause(short, "发改委"), clause(short, "财政局")
    kept = Duty.objects.get(kind="finance")
    decide([kept], state=Duty.State.CONFIRMED, actor=User.objects.get(username="李静"))
    do(one, short, "merge", "财政局", joiner="")
    address = reverse("policy_docs:clause", args=[short.public_key, second.public_key])
    assert f"#c-{second.public_key}" in one.get(address).url, "nothing is published yet"
    newest(short.pk).save_revision().publish()
    assert f"#c-{first.public_key}" in one.get(address).url
    kept.refresh_from_db()
    assert kept.state == Duty.State.TO_CHECK
    assert clause(short, "州发改委应当协助查询项目立项情况。州财政局").pk == first.pk


def test_a_merged_clause_that_is_put_back_has_no_successor(short: OpinionPage) -> None:
    one = signed_in("李静")
    second = clause(short, "财政局")
    do(one, short, "merge", "财政局", joiner="")
    second.refresh_from_db()
    assert second.succeeded_by is not None
    one.post(reverse("opinion_undo", args=[short.pk]))
    second.refresh_from_db()
    assert (second.succeeded_by, second.retired_at) == (None, None)


def test_a_clause_moves_with_its_identity_and_duties(page: OpinionPage) -> None:
    one = signed_in("李静")
    row = clause(page, "在35日内")
    duty = Duty.objects.get(clause=row, kind="public_security")
    decide([duty], state=Duty.State.CONFIRMED, actor=User.objects.get(username="李静"))
    do(one, page, "move", "在35日内", after=block_id(page, "在100日内"), whole="1")
    publish(newest(page.pk))
    duty.refresh_from_db()
    now = row.texts.get(version=page.current_version)
    assert (duty.state, now.path[0], now.label) == (Duty.State.CONFIRMED, "第五章", "第100条")


def test_a_clause_becomes_a_heading_and_back_with_all_that_hangs_on_it(short: OpinionPage) -> None:
    one = signed_in("李静")
    key = block_id(short, "查找被执行人")
    found = clause(short, "查找被执行人")
    said = found.texts.get().text
    (duty,) = Duty.objects.filter(clause=found, kind="public_security")
    decide([duty], state=Duty.State.CONFIRMED, actor=User.objects.get(username="李静"))
    shown = one.get(reverse("opinion_shape", args=[short.pk]), {"do": "recast", "block": key}).content.decode()
    assert "1 条已核对的职责" in shown
    assert "没有变" in do(one, short, "recast", "查找被执行人", kind="clause", level="2").content.decode()
    for kind, level in (("heading", "1"), ("clause", "2")):
        assert do(one, short, "recast", "查找被执行人", kind=kind, level=level).status_code == 302
        made = next(block for block in body(short) if block["id"] == key)
        assert (made["type"], made["value"]["level"], words(made)) == (kind, int(level), said)
        say(one, short)
        found.refresh_from_db()
        duty.refresh_from_db()
        assert (found.retired_at, duty.state, duty.clause_id) == (None, Duty.State.CONFIRMED, found.pk)
    assert one.get(reverse("policy_docs:clause", args=[short.public_key, found.public_key])).url.endswith(f"#c-{found.public_key}")


def test_what_belongs_to_a_block_changes_its_level_with_it(page: OpinionPage) -> None:
    one = signed_in("李静")
    do(one, page, "recast", "协作之2", kind="heading", level="3", whole="1")
    now = body(page)
    at = next(number for number, block in enumerate(now) if "协作之2" in words(block))
    assert [block["value"]["level"] for block in now[at : at + 3]] == [3, 4, 4]
    assert now[at + ARTICLES + 1]["value"]["level"] == 1
    assert do(one, page, "recast", "协作之2", kind="nothing", level="3").status_code == 409


def test_a_block_is_inserted_with_the_next_number(short: OpinionPage) -> None:
    one = signed_in("李静")
    shown = one.get(reverse("opinion_shape", args=[short.pk]), {"do": "insert", "block": block_id(short, "公安机关")})
    assert shown.context["new_label"] == "（二）"
    assert do(one, short, "insert", "公安机关", kind="clause", label="（二）", text="", level="2").status_code == 409
    do(one, short, "insert", "公安机关", kind="clause", label="（二）", text="税务机关应当提供信息。", level="2")
    assert [label(block) for block in body(short) if block["type"] == "clause"] == ["（一）", "（二）", "（三）", "（四）"]


def test_renumbering_shows_what_it_would_do(page: OpinionPage) -> None:
    one = signed_in("李静")
    here = section(page, 2)
    form = opened(one, here)
    field = next(key for key, value in form.items() if key.endswith("-label") and value == "第35条")
    one.post(here, {**form, field: "第350条"})
    shown = one.get(reverse("opinion_shape", args=[page.pk]), {"do": "renumber", "block": block_id(page, "在35日内")})
    assert [(old, new) for old, new, _words in shown.context["changes"]] == [("第350条", "第35条")]
    do(one, page, "renumber", "在35日内")
    assert "第35条" in [label(block) for block in body(page)]
    assert "已经连续" in do(one, page, "renumber", "在35日内").content.decode()


def test_a_deed_on_what_somebody_changed_meanwhile_is_refused(page: OpinionPage) -> None:
    one, other = signed_in("李静"), signed_in("王强")
    address, key = reverse("opinion_shape", args=[page.pk]), block_id(page, "在35日内")
    seen = one.get(address, {"do": "merge", "block": key}).context["seen"]
    other.post(section(page, 2), retype(opened(other, section(page, 2)), "在35日内", "在三日内"))
    answer = one.post(address, {"do": "merge", "block": key, "seen": seen})
    assert answer.status_code == 409
    assert "已经有人改过" in answer.content.decode()
    typed = do(one, page, "split", "在三日内", text="公安机关应当\n在四日内协助。")
    assert typed.status_code == 409
    assert "只能换行" in typed.content.decode()


def test_a_locked_draft_is_shown_and_not_changed(page: OpinionPage) -> None:
    one, other = signed_in("李静"), signed_in("王强")
    page.locked, page.locked_by, page.locked_at = True, User.objects.get(username="王强"), timezone.now()
    page.save(update_fields=["locked", "locked_by", "locked_at"])
    shown = one.get(reverse("opinion_outline", args=[page.pk])).content.decode()
    assert 'name="do"' not in shown
    assert "查看本节" in shown
    assert do(one, page, "merge", "在35日内", joiner="").status_code == 409
    assert do(other, page, "merge", "在35日内", joiner="").status_code == 302
    before = draft(page)
    one.post(section(page, 2), retype(opened(one, section(page, 2)), "在37日内", "在三日内"))
    assert draft(page) == before


def test_a_long_outline_unfolds_one_section(page: OpinionPage, django_assert_max_num_queries: Any) -> None:
    one = signed_in("李静")
    address = reverse("opinion_outline", args=[page.pk])
    with django_assert_max_num_queries(30):
        folded = one.get(address)
    assert folded.content.decode().count('type="radio"') == 0
    unfolded = one.get(address, {"open": block_id(page, "在35日内")}).content.decode()
    assert 0 < unfolded.count('type="radio"') <= 60


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.COORDINATION])
def test_nobody_else_changes_the_shape(short: OpinionPage, role: str) -> None:
    client = signed_in("u", role)
    before = draft(short)
    data: Form = {"do": "merge", "block": block_id(short, "财政局")}
    assert client.post(reverse("opinion_shape", args=[short.pk]), data).status_code in (302, 403)
    assert client.post(reverse("opinion_undo", args=[short.pk])).status_code in (302, 403)
    assert draft(short) == before


def test_comments_can_be_written_in_every_form(short: OpinionPage) -> None:
    key = short.body.raw_data[0]["id"]
    for address in (edit(short), reverse("opinion_section", args=[short.pk, key])):
        form = signed_in("李静").get(address).context["form"]
        assert (form.show_comments_toggle, "comments" in form.formsets) == (True, True), address


def test_the_way_back_leads_to_the_place_in_the_outline(page: OpinionPage) -> None:
    """Who comes out of the fortieth section does not look for it again from the top."""
    office, key = signed_in("李静"), keys(page)[5]
    link = BeautifulSoup(office.get(section(page, 5)).content, "html.parser").select_one(".ed--bar a")
    assert link is not None
    assert link["href"] == f"{reverse('opinion_outline', args=[page.pk])}?open={key}#s-{key}"
    shown = BeautifulSoup(office.get(str(link["href"])).content, "html.parser")
    assert shown.select_one(f"#s-{key}") is not None
    assert len(shown.select(".ed__lines")) == 1, "unfolded there"


def test_a_section_is_opened_ready_to_type(page: OpinionPage) -> None:
    shown = signed_in("李静").get(reverse("opinion_section", args=[page.pk, keys(page)[1]]))
    assert shown.context["form"].fields["body"].block.meta.collapsed is False
    assert "collapsed&quot;: false" in shown.content.decode()
