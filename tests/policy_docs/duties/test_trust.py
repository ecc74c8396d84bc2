"""Trust in a rule, and accepting the rest of what it found at once."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from cms.accounts.models import User
from cms.audit.models import AuditEntry
from policy_docs.duties import actions, batches, trust
from policy_docs.duties.models import Duty, DutySpan
from policy_docs.opinions.pages import OpinionPage
from tests.factories.opinions import import_text

pytestmark = pytest.mark.django_db
KINDS = ("公安机关", "税务局", "民政部门", "住建部门", "财政局", "审计局", "统计局", "教育局", "科技局", "水务局", "司法局", "气象局", "医疗保障局", "海关")
HEAD = "楚政法发〔20{year}〕8号\n中共楚雄州委政法委员会\n关于协作的意见（{year}）\n一、职责\n"
RULE = "modal"


def text(year: int) -> str:
    return HEAD.format(year=year) + "".join(f"（{number}）{name}应当提供信息。\n" for number, name in zip("一二三四五六七八九十", KINDS, strict=False))


@pytest.fixture
def page(tmp_path: Path) -> OpinionPage:
    import_text(tmp_path, "b", text(16))
    return import_text(tmp_path, "a", text(17))


@pytest.fixture
def li(db: None) -> User:
    return User.objects.create(username="c", display_name="李静", role="coordination")


@pytest.fixture
def office(page: OpinionPage, li: User, client: Client) -> Client:
    client.force_login(li, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(page: OpinionPage | None = None) -> str:
    return reverse("policy_docs:review_rule", args=[RULE]) + (f"?doc={page.public_key}" if page else "")


def seen(*rows: Duty) -> dict[int, str]:
    for row in rows:
        row.refresh_from_db()
    return {row.pk: actions.stamp_of(row) for row in rows}


def trusted(li: User, *, number: int = trust.NEEDED) -> None:
    """Decide on some one by one, as people do."""
    for row in list(trust.waiting(RULE))[:number]:
        actions.decide([row], state=Duty.State.CONFIRMED, actor=li)


def ticks(html: str) -> list[str]:
    return re.findall(r'name="duty" value="(\d+:\w+)"', html)


def test_ten_single_decisions_of_any_sort_are_needed(page: OpinionPage, li: User) -> None:
    rows = list(trust.waiting(RULE))
    assert len(rows) == 20
    with pytest.raises(actions.DutyRefused, match="已单条核对 0 条"):
        trust.accept_shown(seen(*rows[:2]), rule=RULE, actor=li)
    batches.decide_many(seen(*rows[:10]), state=Duty.State.CONFIRMED, actor=li)  # many at once show no trust in each
    assert trust.trust(RULE)[RULE].singles == 0
    for row in rows[10:14]:
        actions.decide([row], state=Duty.State.REJECTED, actor=li)
    for row in rows[14:19]:
        actions.change(row, actor=li, role=actions.Role.LEAD)
    with pytest.raises(actions.DutyRefused, match="已单条核对 9 条"):
        trust.accept_shown(seen(rows[19]), rule=RULE, actor=li)
    actions.decide([rows[0]], state=Duty.State.REJECTED, actor=li)
    assert trust.trust(RULE)[RULE] == trust.Trust(accepted=0, changed=5, rejected=5)
    assert trust.accept_shown(seen(rows[19]), rule=RULE, actor=li).done == 1


def test_what_an_earlier_version_of_a_rule_found_says_nothing_of_it(page: OpinionPage, li: User) -> None:
    trusted(li)
    assert trust.trust()[RULE].is_enough
    DutySpan.objects.filter(rule=RULE).update(rule_version=0)
    assert trust.trust(RULE)[RULE].singles == 0
    assert RULE not in trust.trust()


def test_a_decision_taken_back_is_none(page: OpinionPage, li: User) -> None:
    trusted(li)
    assert trust.trust(RULE)[RULE].is_enough
    row = Duty.objects.filter(singly=True).first()
    assert row is not None
    batches.take_back(row.pk, actions.stamp_of(row), actor=li)
    assert trust.trust(RULE)[RULE].missing == 1


def test_the_rows_are_listed_and_only_they_are_accepted_and_taken_back_in_one_step(office: Client, page: OpinionPage, li: User) -> None:
    html = office.get(url(page)).content.decode()
    assert "还不能批量接受：再单条核对 10 条" in html
    assert 'name="verb" value="confirmed"' not in html
    trusted(li)
    html = office.get(url()).content.decode()
    assert "10 条待核对" in html
    shown = ticks(html)
    assert len(shown) == 10
    before = {row.pk: actions.facts_of(row) for row in Duty.objects.all()}
    html = office.post(url(), {"verb": "confirmed", "duty": shown[1:]}, follow=True).content.decode()
    assert "已接受 9 条职责。" in html
    assert trust.waiting(RULE).count() == 1
    assert not Duty.objects.filter(pk__in=[int(tick.split(":")[0]) for tick in shown], singly=True).exists()
    key = re.search(r'name="batch" value="(\w+)"', html)
    assert key is not None
    assert len({entry.details["batch"] for entry in AuditEntry.objects.filter(details__batch=key[1])}) == 1
    assert "已撤销 9 条。" in office.post(url(), {"verb": "undo", "batch": key[1]}, follow=True).content.decode()
    assert {row.pk: actions.facts_of(row) for row in Duty.objects.all()} == before


def test_of_one_document(office: Client, page: OpinionPage, li: User) -> None:
    trusted(li, number=3)
    assert len(ticks(office.get(url(page)).content.decode())) == trust.waiting(RULE, document=page.public_key).count() < trust.waiting(RULE).count()
    share = trust.share(RULE, page.pk)
    assert share.total == 10
    assert share.accepted + share.waiting == 10


def test_what_another_rule_speaks_of_too_is_left_out(page: OpinionPage, li: User) -> None:
    row = trust.waiting(RULE)[0]
    span = row.spans.get()
    DutySpan.objects.create(duty=row, act="duty", role="lead", start=0, end=1, name_start=0, name_end=1, rule="leads")
    trusted(li)
    assert row not in trust.waiting(RULE)
    with pytest.raises(actions.DutyRefused, match="1 条不是这条规则识别的"):
        trust.accept_shown(seen(row), rule=RULE, actor=li)
    assert span.rule == RULE


def test_what_changed_since_it_was_listed_is_told(office: Client, page: OpinionPage, li: User) -> None:
    trusted(li)
    shown = ticks(office.get(url()).content.decode())
    row = trust.waiting(RULE)[0]
    actions.change(row, actor=li, role=actions.Role.LEAD)
    html = office.post(url(), {"verb": "confirmed", "duty": shown}, follow=True).content.decode()
    assert "1 条没有办理" in html
    assert "李静" in html
    row.refresh_from_db()
    assert row.role == "lead"


def test_at_most_two_hundred(page: OpinionPage, li: User) -> None:
    trusted(li)
    with pytest.raises(actions.DutyRefused, match="一次最多处理 200 条"):
        trust.accept_shown(dict.fromkeys(range(10**6, 10**6 + 201), "ab"), rule=RULE, actor=li)


def test_pages_of_rules(office: Client, page: OpinionPage, li: User, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]) -> None:
    html = office.get(reverse("policy_docs:review_rules")).content.decode()
    assert "还差 10 条" in html
    trusted(li)
    with django_assert_max_num_queries(8):
        html = office.get(reverse("policy_docs:review_rules")).content.decode()
    assert url() in html
    with django_assert_max_num_queries(14):
        office.get(url())
    assert office.get(reverse("policy_docs:review_rule", args=["nothere"])).status_code == 404
    assert office.get(url() + "?doc=nothere").status_code == 404
    assert "没有办理：请先勾选" in office.post(url(), {"verb": "confirmed"}, follow=True).content.decode()


def test_the_workbench_offers_it(office: Client, page: OpinionPage, li: User) -> None:
    address = reverse("policy_docs:workbench", args=[page.public_key])
    assert "再核对 10 条" in office.get(address).content.decode()
    trusted(li)
    left = trust.waiting(RULE, document=page.public_key).count()
    html = office.get(address).content.decode()
    assert (f"查看并接受剩余 {left} 条" in html) is bool(left)


def test_each_number_of_the_list_of_rules_is_that_of_the_page_it_leads_to(office: Client, page: OpinionPage, li: User) -> None:
    shared, changed = trust.waiting(RULE)[:2]
    DutySpan.objects.create(duty=shared, act="duty", role="lead", start=0, end=1, name_start=0, name_end=1, rule="leads")
    Duty.objects.filter(pk=changed.pk).update(by_hand=True)
    trusted(li)
    row = BeautifulSoup(office.get(reverse("policy_docs:review_rules")).content, "html.parser").select(f'tr:has(a[href="{url()}"])')[0]
    suggestions, bulk = row.select("td a")
    listed = office.get(str(suggestions["href"])).content.decode()
    assert f"{suggestions.text} 条职责" in listed
    total = trust.waiting(RULE).count()
    assert f"列出 {total} 条并接受" in bulk.text
    assert f"{total} 条待核对" in office.get(url()).content.decode()
    assert int(suggestions.text) == total + 2
