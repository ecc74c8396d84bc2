"""Who hands which information to whom: each number opens what it counts, for each reader; what is unclear is listed; choices narrow all alike."""

import io
import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client
from openpyxl import load_workbook

from cms.accounts.models import User
from policy_docs.duties.actions import decide
from policy_docs.duties.handing import outdated
from policy_docs.duties.models import Duty, Handover, HandoverReading
from policy_docs.opinions.pages import OpinionPage
from policy_docs.reforms.entry import Step
from tests.factories.reforms import entered, entry
from tests.factories.search import opinion

UPPER = """云法联〔2018〕6号
云南省关于信息共享的意见
一、职责
（一）公安机关应当向人民法院提供被执行人户籍信息。
（二）人民法院应当将失信被执行人名单推送公安机关、税务机关。
（三）构成违纪违法的，移送纪检监察机关。
"""
LOWER = """楚法联〔2019〕2号
楚雄州关于信息共享的实施意见
一、职责
（一）州公安局应当协助人民法院查询被执行人车辆登记信息。
（二）各有关部门应当于每年年底前将落实情况报送州人民政府。
"""
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def stored(keeping: Callable[[], AbstractContextManager[Path]]) -> tuple[int, int]:
    with keeping() as folder:
        return opinion(folder, "upper", UPPER).pk, opinion(folder, "lower", LOWER).pk


@pytest.fixture
def pages(stored: tuple[int, int]) -> tuple[OpinionPage, OpinionPage]:
    upper, lower = (OpinionPage.objects.get(pk=pk) for pk in stored)
    return upper, lower


@pytest.fixture
def office() -> User:
    return User.objects.create(username="office", role="coordination")


@pytest.fixture
def staff() -> Client:
    client = Client()
    user = User.objects.create(username="chen", role="liaison", place="532300", unit_kind="public_security")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def numbers(client: Client, **chosen: object) -> dict[tuple[str, str], int]:
    """All numbers of the matrix, each after a look at what it opens: the list has so many entries, and they are of these units."""
    shown = client.get("/compare/handovers/", {**chosen, "print": "1"}).context
    found = {}
    for line, whole, cells in shown["rows"]:
        assert client.get(whole).context["held"].total == line.total
        for receiver, number, url in cells:
            if number:
                assert urlsplit(url).path == "/compare/handovers/list/"
                opened = client.get(url + "&print=1").context
                assert len(opened["entries"]) == opened["held"].total == number
                assert {entry.receiver for entry in opened["entries"]} == {receiver.name}
                found[line.key, receiver.key] = number
    assert sum(found.values()) == shown["held"].total
    return found


def test_each_number_opens_the_clauses_that_it_counts(pages: object, staff: Client) -> None:
    assert numbers(staff) == {
        ("public_security", "court"): 2, ("court", "public_security"): 1, ("court", "tax"): 1, ("@members", "government"): 1, ("-", "discipline"): 1,
    }  # fmt: skip


def test_what_is_handed_over_stands_beside_the_words(pages: tuple[OpinionPage, OpinionPage], staff: Client) -> None:
    answer = staff.get("/compare/handovers/list/", {"giver": "public_security", "receiver": "court"})
    entries = answer.context["entries"]
    assert [(entry.row.information, entry.opinion) for entry in entries] == [("被执行人户籍信息", pages[0]), ("被执行人车辆登记信息", pages[1])]
    assert "提供<mark>被执行人户籍信息</mark>" in answer.content.decode()
    assert all(entry.waits for entry in entries)


def test_what_does_not_tell_who_gives_is_listed(pages: object, staff: Client) -> None:
    answer = staff.get("/compare/handovers/")
    assert "未能判定由谁提供" in answer.content.decode()
    assert answer.context["rows"][-1][0].key == "-"
    assert "其中 1 项原文没有写明由谁提供，列在最后。" in answer.context["said"].lines
    assert answer.context["said"].gaps


@pytest.mark.parametrize(
    ("chosen", "total"),
    [
        ({"place": "532300"}, 2), ({"place": "530000"}, 6), ({"level": "prefecture"}, 2), ({"unit": "tax"}, 1), ({"unit": "court"}, 4), ({"q": "户籍"}, 1),
        ({"about": "云法联〔2018〕6号"}, 4), ({"unit": "court", "level": "prefecture", "q": "车辆"}, 1), ({"q": "没有的词"}, 0), ({"about": "无此文件"}, 0),
    ],
)  # fmt: skip
def test_choices_narrow_matrix_list_and_table_alike(pages: object, staff: Client, chosen: dict[str, str], total: int) -> None:
    assert sum(numbers(staff, **chosen).values()) == total
    assert staff.get("/compare/handovers/list/", chosen).context["held"].total == total
    table = load_workbook(io.BytesIO(staff.get("/compare/handovers.xlsx", chosen).content))["清单"]
    assert table.max_row - 1 == total


def test_a_document_can_be_chosen(pages: tuple[OpinionPage, OpinionPage], staff: Client) -> None:
    assert sum(numbers(staff, doc=pages[1].public_key).values()) == 2


def test_the_public_sees_what_is_confirmed_and_open(pages: tuple[OpinionPage, OpinionPage], office: User, staff: Client) -> None:
    assert not numbers(Client())
    decide(Duty.objects.filter(kind="public_security", role="responsible"), state=Duty.State.CONFIRMED, actor=office)
    assert numbers(Client()) == {("public_security", "court"): 2}
    OpinionPage.objects.filter(pk=pages[1].pk).update(disclosure="closed")
    assert numbers(Client()) == {("public_security", "court"): 1}
    assert "车辆登记信息" not in Client().get("/compare/handovers/list/").content.decode()
    assert "楚法联" not in Client().get("/compare/handovers/list/", {"doc": pages[1].public_key}).content.decode()
    decide(Duty.objects.filter(kind="discipline"), state=Duty.State.CONFIRMED, actor=office)
    assert numbers(Client()) == {("public_security", "court"): 1, ("-", "discipline"): 1}
    decide(Duty.objects.filter(kind="court", role="mention"), state=Duty.State.REJECTED, actor=office)
    assert numbers(Client()) == {("-", "discipline"): 1}
    assert ("public_security", "court") not in numbers(staff)


def test_a_unit_that_a_reform_has_ended_is_the_one_that_took_it_over(pages: object, staff: Client, office: User) -> None:
    entered(entry(Step("tax", "finance"), place="530000"), office)
    assert numbers(staff)["court", "finance"] == 1
    assert sum(numbers(staff, unit="finance").values()) == 1
    assert not numbers(staff, unit="tax")


def test_a_document_out_of_force_counts_no_more(pages: tuple[OpinionPage, OpinionPage], staff: Client) -> None:
    OpinionPage.objects.filter(pk=pages[0].pk).update(repealed_on="2020-01-01")
    assert numbers(staff) == {("public_security", "court"): 1, ("@members", "government"): 1}


def test_what_was_not_read_is_said(pages: object, staff: Client) -> None:
    HandoverReading.objects.filter(opinion=pages[0]).update(stamp="old")  # type: ignore[index]
    assert outdated().count() == 1
    assert "1 份文件还没有按现在的规则识别。" in staff.get("/compare/handovers/").context["said"].lines


@pytest.mark.parametrize(
    "query", ["doc=%00&place=zz&unit=%00&topic=no&level=x&q=%00&cols=zz&page=-1", "giver=nosuch&receiver=-", "cols=99&page=99", "q='\"%25_"]
)
def test_odd_addresses_give_no_error(pages: object, staff: Client, query: str) -> None:
    for path in ("/compare/handovers/", "/compare/handovers/list/", "/compare/handovers.xlsx"):
        assert staff.get(f"{path}?{query}", follow=True).status_code == 200


def test_many_units_are_shown_in_parts(pages: tuple[OpinionPage, OpinionPage], staff: Client) -> None:
    kinds = ["education", "science", "finance", "hrss", "health", "audit", "water", "commerce", "ecology", "customs", "sports", "grain"]
    one = Handover.objects.filter(opinion=pages[0]).first()
    assert one is not None
    for kind in kinds:
        Handover.objects.create(clause=one.clause, opinion=pages[0], giver_kind="tax", receiver_kind=kind, quote="x", start=0, end=1, rule="told")
    first, second = (staff.get("/compare/handovers/", {"cols": number}).context for number in (1, 2))
    assert (len(first["receivers"]), first["column_pages"]) == (10, 2)
    shown = [receiver.key for context in (first, second) for receiver, _url in context["receivers"]]
    assert sorted(shown) == sorted({*kinds, "court", "public_security", "tax", "discipline", "government"})


def test_the_numbers_hold_over_a_generated_store(pages: tuple[OpinionPage, OpinionPage], office: User, staff: Client) -> None:
    """Random givers, receivers, states and places: for staff and public every number opens exactly what it counts, and the database's own count agrees."""
    chance = random.Random(20261126)  # noqa: S311 - a test
    duties = list(Duty.objects.filter(opinion__in=[page.pk for page in pages]))
    for _number in range(120):
        giver, receiver = chance.choice([*duties, None]), chance.choice(duties)
        Handover.objects.create(
            clause=receiver.clause, opinion_id=receiver.opinion_id, giver=giver, receiver=receiver, quote="原文", start=0, end=2, rule="told",
            giver_kind=giver.kind_id if giver else "", receiver_kind=receiver.kind_id, information=chance.choice(["", "信息", "名单"]),
        )  # fmt: skip
    for duty in duties:
        Duty.objects.filter(pk=duty.pk).update(state=chance.choice(["suggested", "confirmed", "confirmed", "rejected", "to_check"]))
    kept = [
        row
        for row in Handover.objects.select_related("giver", "receiver")
        if "rejected" not in {row.giver and row.giver.state, row.receiver and row.receiver.state}
    ]
    open_ones = [row for row in kept if (row.giver.state if row.giver else row.receiver and row.receiver.state) == "confirmed"]
    assert sum(numbers(staff).values()) == len(kept) > 60
    assert sum(numbers(Client()).values()) == len(open_ones) > 20


def test_the_number_of_queries_does_not_grow(pages: object, tmp_path: Path, staff: Client, django_assert_max_num_queries: object) -> None:
    for number in range(3):
        opinion(tmp_path, f"m{number}", UPPER.replace("6号", f"{number + 60}号").replace("意见", f"意见（{number}）"))
    staff.get("/compare/handovers/")
    for path in ("/compare/handovers/", "/compare/handovers/list/"):
        with django_assert_max_num_queries(17):  # type: ignore[operator]
            assert staff.get(path).context["held"].total == 18
