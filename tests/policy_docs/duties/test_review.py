"""Checking duties many at once: what the list shows, what the decisions do, what they leave alone, and taking them back."""

import datetime
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from cms.accounts.models import User
from cms.audit.models import AuditEntry
from cms.audit.record import verify
from policy_docs.duties import actions, batches
from policy_docs.duties.choices import whole_number
from policy_docs.duties.models import Duty, DutySpan
from policy_docs.duties.quotes import numbered
from policy_docs.importing.run import run
from policy_docs.opinions.models import Change
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.types import Addressee, Reach

pytestmark = pytest.mark.django_db
URL = "/review/"
TEXT = (
    "楚政法发〔2017〕8号\n中共楚雄州委政法委员会\n关于协作的意见\n一、职责\n（一）公安机关应当协助查询<b>。\n（二）税务局应当提供信息。\n"
    "（三）民政、住建等部门应当配合。\n"
)


@pytest.fixture(scope="module")
def store(keeping: Callable[[], AbstractContextManager[Path]]) -> None:
    with keeping() as folder:
        (folder / "a.txt").write_text(TEXT, encoding="utf-8")
        list(run([folder / "a.txt"], actor=None))


@pytest.fixture
def office(store: None, db: None, client: Client) -> Client:
    client.force_login(User.objects.create(username="c", display_name="李静", role="coordination"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def duty(kind: str) -> Duty:
    return Duty.objects.get(kind=kind)


def pick(*duties: Duty) -> list[str]:
    return [f"{row.pk}:{actions.stamp_of(row)}" for row in duties]


def seen(*duties: Duty) -> dict[int, str]:
    return {row.pk: actions.stamp_of(row) for row in duties}


def post(client: Client, **values: object) -> str:
    answer = client.post(URL, values, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_clause_stands_once_with_its_quotes_numbered_like_its_duties(office: Client) -> None:
    page = office.get(URL).content.decode()
    assert page.count('class="passage"') == 3
    assert "<mark>民政、住建等部门应当配合<sup>1–2</sup></mark>" in page
    assert "&lt;b&gt;" in page
    ticks = re.findall(r'name="duty" value="(\d+:\w+)"', page)
    assert set(ticks) == set(pick(*Duty.objects.exclude(role="mention")))
    assert re.search(r"应当（要、须、不得、负责、可以）做某事”，第 \d+ 版", page)


@pytest.mark.parametrize(
    ("query", "words", "others"),
    [
        ("?kind=tax", "提供信息", "协助查询"),
        ("?q=协助查询", "协助查询", "提供信息"),
        ("?rule=modal&kind=tax&state=suggested", "提供信息", "协助查询"),
        ("?state=confirmed", "没有符合这些条件的职责", "提供信息"),
    ],
)
def test_filters_narrow(office: Client, query: str, words: str, others: str) -> None:
    page = office.get(URL + query).content.decode()
    assert words in page[page.index('id="list-h"') :]
    assert others not in page[page.index('id="list-h"') :]


@pytest.mark.parametrize("key", ["nb6ycsx8k6，", "a)", "²", "1,2", "../x", "nothing"])
def test_an_address_with_a_document_that_is_not_there_finds_nothing(office: Client, key: str) -> None:
    answer = office.get(URL, {"doc": key})
    assert answer.status_code == 200
    assert answer.context["document"] == ""


def test_each_filter_counts_without_its_own_choice(office: Client) -> None:
    page = office.get(f"{URL}?state=confirmed&kind=tax").content.decode()
    assert re.search(r'value="suggested">\s*<span>待核对</span>\s*<span class="n">1</span>', page)
    for name, value, number in re.findall(r'id="r-(kind|doc|rule)".*?<option value="([^"]+)"[^>]*>[^<]*（(\d+)）', office.get(URL).content.decode(), re.DOTALL):
        assert f"{number} 条职责</h2>" in office.get(URL, {name: value}).content.decode(), (name, value)


def test_many_are_accepted_at_once_with_a_record(office: Client) -> None:
    rows = list(Duty.objects.exclude(role="mention"))
    page = post(office, duty=pick(*rows), verb="confirmed")
    assert f"已接受 {len(rows)} 条职责。" in page
    assert set(Duty.objects.exclude(role="mention").values_list("state", flat=True)) == {"confirmed"}
    entries = AuditEntry.objects.filter(action="duty.confirmed")
    assert len({entry.details["batch"] for entry in entries}) == 1
    assert entries.count() == len(rows)
    assert OpinionPage.objects.get().reviewed_at is not None


def test_rejected_with_its_reason_and_changed(office: Client) -> None:
    tax, police = duty("tax"), duty("public_security")
    post(office, duty=pick(tax), verb="rejected", reason="twice")
    assert "已修改 1 条职责" in post(office, duty=pick(police), verb="change", role="lead", kind="", reach="own")
    assert duty("tax").state == "rejected"
    assert AuditEntry.objects.get(action="duty.rejected").details["reason"] == "与另一条重复"
    police.refresh_from_db()
    assert (police.role, police.reach, police.by_hand, police.state) == ("lead", "own", True, "confirmed")


def test_what_has_changed_since_is_told_and_left_alone(office: Client) -> None:
    tax, police = duty("tax"), duty("public_security")
    old = pick(tax, police)
    other = User.objects.create(username="o", display_name="赵明", role="coordination")
    actions.change(police, actor=other, role=actions.Role.LEAD)
    answer = office.post(URL, {"duty": old, "verb": "rejected", "reason": "twice", "back": "state=suggested"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "已驳回 1 条职责" in page
    assert "1 条没有办理" in page
    assert re.search(r"公安机关：赵明 \d+月\d+日 \d\d:\d\d 已改为“牵头，已核对”", page)
    police.refresh_from_db()
    assert (police.state, police.role) == ("confirmed", "lead")
    assert duty("tax").state == "rejected"


def test_who_was_late_finds_ticks_and_choice_again_and_can_carry_them_through(office: Client) -> None:
    tax, police = duty("tax"), duty("public_security")
    old = pick(tax, police)
    other = User.objects.create(username="o", display_name="赵明", role="coordination")
    batches.decide_many(seen(tax, police), state=Duty.State.CONFIRMED, actor=other)
    answer = office.post(URL, {"duty": old, "verb": "change", "role": "lead", "kind": "", "reach": "own", "back": "state=suggested"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "下面只列出没有办理的 2 条" in page
    assert set(re.findall(r'name="duty" value="([^"]+)" checked', page)) == set(pick(duty("tax"), duty("public_security")))
    assert '<option value="lead" selected>' in page
    assert '<option value="own" selected>' in page
    assert "/review/?state=suggested" in page
    assert "已修改 2 条职责" in post(office, duty=re.findall(r'name="duty" value="([^"]+)"', page), verb="change", role="lead", kind="", reach="own")


def test_a_second_click_on_ones_own_decision_is_no_conflict(office: Client) -> None:
    tax, police = duty("tax"), duty("public_security")
    for values, words in (({"verb": "confirmed"}, "已接受"), ({"verb": "change", "role": "lead", "kind": "", "reach": ""}, "已修改")):
        old = pick(duty("tax"), duty("public_security"))
        assert f"{words} 2 条职责" in post(office, duty=old, **values)
        trail = AuditEntry.objects.count()
        page = post(office, duty=old, **values)
        assert "所选的 2 条您刚才已经办理，没有重复办理" in page
        assert "没有办理：您打开列表以后" not in page
        assert AuditEntry.objects.count() == trail
    assert {row.pk for row in Duty.objects.filter(role="lead")} == {tax.pk, police.pk}


def test_a_change_that_would_make_two_of_one_is_refused(office: Client) -> None:
    civil = duty("civil_affairs")
    page = post(office, duty=pick(civil), verb="change", kind="housing_construction")
    assert "同一条款已有该单位的职责" in page
    assert duty("civil_affairs").state == "suggested"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"verb": "confirmed"}, "请先勾选"),
        ({"verb": "confirmed", "duty": ["x", "9:", "-1:ab", "²:ab"]}, "请先勾选"),
        ({"verb": "change", "duty": ["1:ab"]}, "请选择要改成的"),
        ({"verb": "confirmed", "duty": [f"{number}:ab" for number in range(1, 202)]}, "一次最多处理 200 条"),
        ({"verb": "undo", "batch": "none"}, "没有撤销"),
        ({"verb": "", "duty": ["1:ab"], "role": "king", "kind": "x", "reach": "named"}, "请选择要改成的"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(office: Client, values: dict[str, object], words: str) -> None:
    before = [actions.facts_of(row) for row in Duty.objects.order_by("pk")]
    assert words in post(office, **values)
    assert [actions.facts_of(row) for row in Duty.objects.order_by("pk")] == before
    assert not AuditEntry.objects.filter(action__startswith="duty.").exists()


class TestUndo:
    def test_the_last_decision_is_taken_back_as_it_was(self, office: Client) -> None:
        rows = list(Duty.objects.exclude(role="mention"))
        before = [actions.facts_of(row) for row in rows]
        page = post(office, duty=pick(*rows), verb="confirmed")
        key = re.search(r'name="batch" value="(\w+)"', page)
        assert key is not None
        Change.objects.all().delete()
        page = post(office, verb="undo", batch=key[1])
        assert f"已撤销 {len(rows)} 条。" in page
        assert 'name="batch"' not in page
        for row in rows:
            row.refresh_from_db()
        assert [actions.facts_of(row) for row in rows] == before
        assert OpinionPage.objects.get().reviewed_at is None
        assert Change.objects.exists()
        assert verify().broken == ()
        assert "已经撤销过" in post(office, verb="undo", batch=key[1])

    def test_a_change_of_unit_and_role_is_taken_back(self, office: Client) -> None:
        user, row = User.objects.get(username="c"), duty("tax")
        batch = batches.change_many(seen(row), actor=user, role=actions.Role.LEAD, kind="court", to=Addressee(Reach.LOWER))
        row.refresh_from_db()
        assert (row.kind_id, row.role, row.reach) == ("court", "lead", "lower")
        batches.undo(batch.key, actor=user)
        row.refresh_from_db()
        assert (row.kind_id, row.role, row.state, row.by_hand, row.decided_by) == ("tax", "responsible", "suggested", False, None)

    def test_what_was_decided_on_again_stays(self, office: Client) -> None:
        user, tax, police = User.objects.get(username="c"), duty("tax"), duty("public_security")
        batch = batches.decide_many(seen(tax, police), state=Duty.State.CONFIRMED, actor=user)
        actions.decide([tax], state=Duty.State.REJECTED, actor=User.objects.create(username="o", role="coordination"))
        undone = batches.undo(batch.key, actor=user)
        assert (undone.done, [row.pk for row in undone.stale]) == (1, [tax.pk])
        assert (duty("tax").state, duty("public_security").state) == ("rejected", "suggested")

    def test_only_ones_own_and_for_half_an_hour(self, office: Client) -> None:
        user, row = User.objects.get(username="c"), duty("tax")
        batch = batches.decide_many(seen(row), state=Duty.State.CONFIRMED, actor=user)
        with pytest.raises(actions.DutyRefused, match="本人"):
            batches.undo(batch.key, actor=User.objects.create(username="o", role="coordination"))
        with pytest.raises(actions.DutyRefused, match="30 分钟"):
            batches.undo(batch.key, actor=user, now=timezone.now() + datetime.timedelta(minutes=31))
        assert batches.undo(batch.key, actor=user, now=timezone.now() + datetime.timedelta(minutes=29)).done == 1


def test_a_quote_that_is_gone_from_the_text_is_shown_as_lost(office: Client) -> None:
    DutySpan.objects.filter(duty=duty("tax")).update(quote="税务局应当提供名单")
    Duty.objects.filter(kind="tax").update(state=Duty.State.TO_CHECK)
    page = office.get(f"{URL}?kind=tax").content.decode()
    assert "依据句已找不到：“税务局应当提供名单”" in page
    assert "<mark>" not in page


def test_the_office_alone_checks(client: Client) -> None:
    for role in ("", "liaison", "leader", "system_admin"):
        if role:
            client.force_login(User.objects.create(username=role, role=role), backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(URL).status_code == 403
        assert client.post(URL, {"verb": "confirmed", "duty": ["1:ab"]}).status_code == 403


@pytest.mark.parametrize("query", ["?page=999", "?page=x", "?q=%00", "?state=x", "?doc=x&kind=x&rule=x", "?all=1", "?q=" + "长" * 300, "?q=%25'\""])
def test_odd_addresses_do_no_harm(office: Client, query: str) -> None:
    assert office.get(URL + query).status_code == 200


def test_the_way_back_stays_on_the_list(office: Client) -> None:
    answer = office.post(URL, {"verb": "confirmed", "back": "state=suggested&page=2"})
    assert answer["Location"] == f"{URL}?state=suggested&page=2"
    assert office.post(URL, {"verb": "confirmed", "back": "//evil.example/\r\nX: y"})["Location"].startswith(f"{URL}?")


def test_the_list_keeps_its_query_budget(office: Client, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]) -> None:
    office.get(URL)
    with django_assert_max_num_queries(14):
        office.get(f"{URL}?state=suggested&rule=modal")


@pytest.mark.parametrize(
    ("runs", "html"),
    [
        ([(0, 2, 1), (0, 2, 2), (0, 2, 3)], "<mark>甲&lt;<sup>1–3</sup></mark>乙丙"),
        ([(0, 1, 1), (3, 4, 3), (3, 4, 1)], "<mark>甲<sup>1</sup></mark>&lt;乙<mark>丙<sup>1、3</sup></mark>"),
        ([], "甲&lt;乙丙"),
    ],
)
def test_numbers_of_quotes(runs: list[tuple[int, int, int]], html: str) -> None:
    assert numbered("甲<乙丙", runs) == html


def test_the_units_can_be_administered(office: Client) -> None:
    office.force_login(User.objects.create_superuser("root", password="x"), backend="django.contrib.auth.backends.ModelBackend")
    for name in ("unitkind", "unitalias", "memberunit", "jurisdiction", "unknownunitname"):
        assert office.get(f"/admin/snippets/policy_docs/{name}/", {"q": "公安"}).status_code == 200
    assert office.get("/admin/snippets/policy_docs/unitalias/add/").status_code == 200
    assert "/review/" in office.get("/admin/").content.decode()


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("０７", 7),
        ("0", 0),
        ("", -1),
        (None, -1),
        ("-1", -1),
        ("1.5", -1),
        ("x", -1),
        (str(2**63 - 1), 2**63 - 1),
        (str(2**63), -1),
        ("9" * 5000, -1),
        ("²", -1),
    ],
)
def test_whole_numbers_of_forms(words: str | None, number: int) -> None:
    assert whole_number(words, -1) == number
    assert whole_number(words, None) == (None if number == -1 else number)


def test_a_whole_number_is_bounded() -> None:
    assert whole_number("12", 3, most=9) == 3
    assert whole_number("9", 3, most=9) == 9
