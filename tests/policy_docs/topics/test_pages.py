"""Topic pages: who sees what, one number everywhere, filters, tables, old addresses; checking by topic and by clause."""

import csv
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from cms.accounts.models import Role, User
from cms.audit.models import AuditEntry
from policy_docs.duties import actions as duty_actions
from policy_docs.duties.models import Duty
from policy_docs.opinions.models import Change
from policy_docs.opinions.pages import OpinionPage
from policy_docs.topics import actions, tagging
from policy_docs.topics.models import ClauseTopic, Topic
from tests.factories.opinions import import_text

pytestmark = pytest.mark.django_db
Budget = Callable[[int], AbstractContextManager[object]]
State = ClauseTopic.State
URL = "/topics/xian-zhi-chu-jing/"
OPEN = """楚政法发〔2017〕8号
中共楚雄州委政法委员会
关于执行联动的意见
一、协助执行
（一）公安机关应当依法限制被执行人出境。
（二）财政局保障司法救助资金。
（此件公开发布）
"""
INNER = """楚政法发〔2018〕9号
中共楚雄州委政法委员会
关于边控的意见
一、边控
（一）州公安局负责办理限制出境手续。
2018年5月3日
"""


@pytest.fixture
def pages(tmp_path: Path) -> tuple[OpinionPage, OpinionPage]:
    found = import_text(tmp_path, "open", OPEN), import_text(tmp_path, "inner", INNER)
    OpinionPage.objects.update(counts_from="2010-01-01")  # texts without any date
    return found


@pytest.fixture
def li(db: None) -> User:
    return User.objects.create(username="c", display_name="李静", role=Role.COORDINATION)


@pytest.fixture
def office(li: User) -> Client:
    client = Client()
    client.force_login(li, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def liaison(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create(username="l", role=Role.LIAISON), backend="django.contrib.auth.backends.ModelBackend")
    return client


def html(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def total(page: str) -> int:
    found = re.search(r"(\d+) 条条款，出自", page)
    assert found is not None
    return int(found[1])


def rows(key: str = "m_exit_ban") -> list[ClauseTopic]:
    return list(ClauseTopic.objects.filter(tag__key=key).order_by("pk"))


def confirm(li: User, *found: ClauseTopic) -> None:
    for row in found:
        tagging.decide([row], state=State.CONFIRMED, actor=li)


def test_the_public_sees_confirmed_topics_of_open_documents_alone(client: Client, liaison: Client, pages: tuple[OpinionPage, ...], li: User) -> None:
    assert total(html(client, URL)) == 0
    assert "本库没有查到“限制出境”的条款" in html(client, URL)
    shown = html(liaison, URL)
    assert total(shown) == 2
    assert shown.count("待核对</span>") >= 2
    confirm(li, *rows())
    public = html(client, URL)
    assert total(public) == 1
    assert "关于执行联动的意见" in public
    assert "关于边控的意见" not in public
    assert 'class="doers"' not in public  # its duty is not confirmed
    for duty in Duty.objects.filter(opinion=pages[0]):
        duty_actions.decide([duty], state=Duty.State.CONFIRMED, actor=li)
    assert 'class="doers"' in html(client, URL)
    OpinionPage.objects.get(pk=pages[0].pk).unpublish()
    assert total(html(client, URL)) == 0


def test_measure_unit_and_basis_stand_together(liaison: Client, pages: tuple[OpinionPage, ...]) -> None:
    page = html(liaison, URL)
    assert "<mark>出境</mark>" in page
    assert re.search(r'class="dot dot--resp">责任</span> <a href="/opinions/\w+/d/\d+/">公安机关</a>', page)
    assert "中办发〔2016〕64号" in page  # the national basis of the measure
    assert "本库未收录" in page


def test_one_number_in_tree_page_and_table(liaison: Client, client: Client, pages: tuple[OpinionPage, ...], li: User) -> None:
    confirm(li, rows()[0])
    for reader, expected in ((liaison, 2), (client, 1)):
        index = html(reader, "/topics/")
        found = re.search(r'限制出境<span class="n">(\d+)</span>', index)
        assert found is not None
        assert int(found[1]) == total(html(reader, URL)) == expected
        data = reader.get(f"{URL}clauses.csv").content.decode("utf-8-sig")
        table = [row for row in csv.reader(io.StringIO(data)) if len(row) > 3 and row[0].isdecimal()]
        assert len({row[0] for row in table}) == expected
    assert html(liaison, "/topics/cheng-jie-he-xian-zhi-cuo-shi/").count('class="topic-clause"') == total(
        html(liaison, "/topics/cheng-jie-he-xian-zhi-cuo-shi/")
    )


def test_tables_say_what_they_rest_on(liaison: Client, pages: tuple[OpinionPage, ...]) -> None:
    answer = liaison.get(f"{URL}clauses.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert "依据本库收录的现行文件" in str(book.worksheets[0]["A2"].value)
    head = [cell.value for cell in book.worksheets[1][1]]
    first = dict(zip(head, [cell.value for cell in book.worksheets[1][2]], strict=True))
    assert (first["主题"], first["上级主题"]) == ("限制出境", "协助查控和限制出境")
    assert (first["单位"], first["角色"], first["主题核对状态"]) in {("公安机关", "责任", "待核对"), ("楚雄州公安局", "责任", "待核对")}
    assert str(first["条款地址"]).startswith("/opinions/")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", 2), ("level=prefecture", 2), ("level=county", 0), ("place=532300", 2), ("place=530000", 2), ("place=110000", 0), ("unit=public_security", 2),
        ("unit=finance", 0), ("state=waiting", 2), ("state=confirmed", 0), ("q=手续", 1), ("valid=past", 0), ("on=2018-01-01", 1), ("on=2016-01-01", 1), ("nonsense=1&level=x", 2),
    ],
)  # fmt: skip
def test_filters(query: str, expected: int, liaison: Client, pages: tuple[OpinionPage, ...]) -> None:
    assert total(html(liaison, f"{URL}?{query}")) == expected


def test_what_was_chosen_can_be_taken_back(liaison: Client, pages: tuple[OpinionPage, ...]) -> None:
    page = html(liaison, f"{URL}?level=county&q=手续")
    assert "本库没有查到符合这些条件的条款" in page
    assert "去掉“县区”</a>，有 1 条" in page


def test_pagination(liaison: Client, tmp_path: Path) -> None:
    lines = "".join(f"第{number}条　公安机关应当依法限制第{number}号被执行人出境。\n" for number in range(1, 121))
    import_text(tmp_path, "law", "云南省执行条例\n" + lines)
    page = html(liaison, URL)
    assert total(page) == 120
    assert page.count('class="topic-clause"') == 50
    assert html(liaison, f"{URL}?page=3").count('class="topic-clause"') == 20
    assert html(liaison, f"{URL}?page=99").count('class="topic-clause"') == 20
    assert html(liaison, f"{URL}?print=1").count('class="topic-clause"') == 120


def test_old_addresses_lead_on(client: Client, li: User) -> None:
    topic, other = Topic.objects.get(key="m_exit_ban"), Topic.objects.get(key="m_vehicle")
    actions.change(topic.pk, seen=actions.stamp_of(topic), name="不准出境", note="", words=[], actor=li)
    assert client.get(f"{URL}?level=county").headers["Location"] == "/topics/bu-zhun-chu-jing/?level=county"
    topic.refresh_from_db()
    actions.merge(topic.pk, seen=actions.stamp_of(topic), into=other.pk, actor=li)
    assert client.get(URL).headers["Location"] == f"/topics/{other.slug}/"
    assert client.get("/topics/bu-zhun-chu-jing/").headers["Location"] == f"/topics/{other.slug}/"
    actions.retire(other.pk, seen=actions.stamp_of(other), actor=li)
    assert client.get(URL).status_code == 404
    assert client.get("/topics/nothing/").status_code == 404
    assert client.get("/topics/nothing/clauses.csv").status_code == 404


def test_merged_topics_count_once(liaison: Client, office: Client, pages: tuple[OpinionPage, ...], li: User) -> None:
    topic, other = Topic.objects.get(key="m_exit_ban"), Topic.objects.get(key="m_vehicle")
    tagging.add(rows()[0].content_object, other.pk, actor=li)
    actions.merge(topic.pk, seen=actions.stamp_of(topic), into=other.pk, actor=li)
    page = html(liaison, f"/topics/{other.slug}/")
    assert total(page) == 2
    review = html(office, f"/review/topics/{other.slug}/")
    assert "1 条待核对" in review  # what came with the merged topic is confirmed for the other clause
    confirm(li, rows()[1])
    assert "没有待核对的条款" in html(office, f"/review/topics/{other.slug}/")
    assert ClauseTopic.objects.get(tag=other, content_object=rows()[0].content_object).state == State.CONFIRMED


def test_what_the_list_rests_on_is_said(liaison: Client, client: Client, pages: tuple[OpinionPage, ...]) -> None:
    page = html(liaison, URL)
    assert "已核对 0 条，待核对 2 条。" in page
    assert "按 1 条规则从原文识别（出境、出国、边控）" in page
    assert "2 份现行文件还有待核对的主题建议" in page
    public = html(client, URL)
    assert "列出的 0 条都已核对" in public
    assert "待核对的主题建议" not in public


def test_topics_stand_beside_the_clauses(liaison: Client, client: Client, office: Client, pages: tuple[OpinionPage, ...], li: User) -> None:
    address = reverse("policy_docs:opinion", args=[pages[0].public_key])
    assert '<li><a href="/topics/xian-zhi-chu-jing/">限制出境</a> <small>待核对</small></li>' in html(liaison, address)
    assert "限制出境</a>" not in html(client, address)
    assert "改主题" in html(office, address)
    assert "改主题" not in html(liaison, address)
    confirm(li, *rows())
    assert '<li><a href="/topics/xian-zhi-chu-jing/">限制出境</a></li>' in html(client, address)


def ticks(page: str, verb: str = "confirmed") -> list[str]:
    return re.findall(rf'name="verb" value="({verb}\|\d+:\w+)"', page)


def test_one_after_the_other_and_back(office: Client, pages: tuple[OpinionPage, ...]) -> None:
    address = "/review/topics/xian-zhi-chu-jing/"
    page = html(office, address)
    assert "2 条待核对" in page
    Change.objects.all().delete()
    done = office.post(address, {"verb": ticks(page)[0]}, follow=True).content.decode()
    assert "已接受 1 条主题。" in done
    assert "1 条待核对" in done
    assert Change.objects.filter(item=Change.Item.CLAUSE).count() == 1
    batch = re.search(r'name="batch" value="(\w+)"', done)
    assert batch is not None
    undone = office.post(address, {"verb": "undo", "batch": batch[1]}, follow=True).content.decode()
    assert "已撤销 1 条。" in undone
    assert not ClauseTopic.objects.filter(state=State.CONFIRMED).exists()
    assert "已经撤销过" in office.post(address, {"verb": "undo", "batch": batch[1]}, follow=True).content.decode()


def test_many_at_once_after_ten_single_decisions(office: Client, tmp_path: Path, li: User) -> None:
    lines = "".join(f"第{number}条　公安机关应当依法限制第{number}号被执行人出境。\n" for number in range(1, 21))
    import_text(tmp_path, "law", "云南省执行条例\n" + lines)
    address = "/review/topics/xian-zhi-chu-jing/"
    found = rows()
    many = [f"{row.pk}:{tagging.stamp_of(row)}" for row in found[:3]]
    assert 'type="checkbox" name="duty"' not in html(office, address)
    assert "还不能批量办理" in office.post(address, {"verb": "confirmed", "duty": many}, follow=True).content.decode()
    confirm(li, *found[:10])
    page = html(office, address)
    waiting = re.findall(r'name="duty" value="(\d+:\w+)"', page)
    assert len(waiting) == 10
    before = {row.pk: tagging.facts_of(row) for row in rows()}
    done = office.post(address, {"verb": "confirmed", "duty": waiting}, follow=True).content.decode()
    assert "已接受 10 条主题。" in done
    assert AuditEntry.objects.filter(action="clausetopic.confirmed").exclude(details__batch="").count() == 10
    batch = re.search(r'name="batch" value="(\w+)"', done)
    assert batch is not None
    office.post(address, {"verb": "undo", "batch": batch[1]})
    assert {row.pk: tagging.facts_of(row) for row in rows()} == before
    assert (
        "一次最多处理 200 条"
        in office.post(address, {"verb": "confirmed", "duty": [f"{n}:ab" for n in range(10**6, 10**6 + 201)]}, follow=True).content.decode()
    )


def test_what_changed_since_it_was_seen_is_left_alone_and_named(office: Client, pages: tuple[OpinionPage, ...], li: User) -> None:
    address = "/review/topics/xian-zhi-chu-jing/"
    seen = ticks(html(office, address), "rejected")[0]
    pk = int(seen.split("|")[1].split(":")[0])
    confirm(li, ClauseTopic.objects.get(pk=pk))
    said = office.post(address, {"verb": seen}, follow=True).content.decode()
    assert "1 条没有办理：您打开以后已被改过。李静 已改为“已核对”" in said
    assert ClauseTopic.objects.get(pk=pk).state == State.CONFIRMED
    ClauseTopic.objects.filter(pk=pk).delete()
    assert "原文已重新识别" in office.post(address, {"verb": seen}, follow=True).content.decode()
    assert "请先勾选" in office.post(address, {"verb": "confirmed"}, follow=True).content.decode()


def test_the_topics_of_a_clause(office: Client, pages: tuple[OpinionPage, ...], li: User) -> None:
    row = rows()[0]
    address = reverse("policy_docs:clause_topics", args=[pages[0].public_key, row.content_object.public_key])
    page = html(office, address)
    assert "<mark>出境</mark>" in page
    done = office.post(address, {"verb": "add", "topic": Topic.objects.get(key="w_guarantee").pk}, follow=True).content.decode()
    assert "已添加主题“经费、队伍和装备保障”。" in done
    assert "人工添加" in done
    again = office.post(address, {"verb": "add", "topic": Topic.objects.get(key="w_guarantee").pk}, follow=True).content.decode()
    assert "本条已有主题" in again
    assert "已停用，请重新选择" in office.post(address, {"verb": "add", "topic": "0"}, follow=True).content.decode()
    batch = re.search(r'name="batch" value="(\w+)"', done)
    assert batch is not None
    office.post(address, {"verb": "undo", "batch": batch[1]})
    assert not ClauseTopic.objects.filter(tag__key="w_guarantee").exists()
    office.post(address, {"verb": ticks(html(office, address), "rejected")[0]})
    assert rows()[0].state == State.REJECTED
    office.post(address, {"verb": "add", "topic": row.tag_id})  # what was rejected may be added
    assert rows()[0].state == State.CONFIRMED


def test_only_the_office_decides(liaison: Client, client: Client, pages: tuple[OpinionPage, ...]) -> None:
    row = rows()[0]
    for address in ("/review/topics/xian-zhi-chu-jing/", reverse("policy_docs:clause_topics", args=[pages[0].public_key, row.content_object.public_key])):
        for reader in (liaison, client):
            assert reader.post(address, {"verb": f"confirmed|{row.pk}:{tagging.stamp_of(row)}"}).status_code == 403
    assert rows()[0].state == State.SUGGESTED


def test_budgets(liaison: Client, client: Client, office: Client, tmp_path: Path, django_assert_max_num_queries: Budget) -> None:
    lines = "".join(f"第{number}条　公安机关应当依法限制第{number}号被执行人出境，财政局保障司法救助资金。\n" for number in range(1, 61))
    page = import_text(tmp_path, "law", "云南省执行条例\n" + lines)
    for reader, address, most in (
        (client, "/topics/", 8), (liaison, "/topics/", 8), (liaison, URL, 24), (client, URL, 20), (liaison, f"{URL}clauses.csv", 20), (office, "/review/topics/", 8),
        (office, "/review/topics/xian-zhi-chu-jing/", 14), (office, reverse("policy_docs:clause_topics", args=[page.public_key, rows()[0].content_object.public_key]), 12),
        (office, "/admin/topics/", 16), (office, f"/admin/topics/{Topic.objects.get(key='m_exit_ban').pk}/", 20),
    ):  # fmt: skip
        reader.get(address)
        with django_assert_max_num_queries(most):
            assert reader.get(address).status_code == 200
