"""The list of opinions: conditions, counts, order, pages, what an empty list offers."""

import datetime
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cms.accounts.models import Role, User
from policy_docs.duties import catalogue
from policy_docs.opinions.pages import OpinionPage
from tests.factories.search import opinion

pytestmark = pytest.mark.django_db
URL = "/opinions/"

PLAN = "楚政法发〔2017〕8号\n中共楚雄州委政法委员会\n关于执行协作的实施方案\n一、职责\n（一）公安机关应当协助查询。\n（二）由州公安局会同州税务局核对。\n2017年5月3日\n"
RULES = "云政发〔2019〕3号\n云南省人民政府\n关于查控车辆的意见\n一、职责\n（一）税务部门应当协助查询。\n2019年6月1日\n"


@pytest.fixture(scope="module")
def stored(keeping: Callable[[], AbstractContextManager[Path]]) -> list[int]:
    with keeping() as folder:
        return [opinion(folder, "plan", PLAN).pk, opinion(folder, "rules", RULES, repealed_on=datetime.date(2020, 1, 1)).pk]


@pytest.fixture
def store(stored: list[int]) -> list[OpinionPage]:
    return [OpinionPage.objects.get(pk=pk) for pk in stored]


@pytest.fixture
def staff(client: Client) -> Client:
    user = User.objects.create(username="l", role=Role.LIAISON, unit_kind="public_security", place="532300")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def titles(client: Client, query: str = "") -> list[str]:
    body = client.get(URL + query).content.decode()
    return [re.sub(r"<wbr>", "", found) for found in re.findall(r'<h3 class="plain ph"><a [^>]*>(.*?)</a>', body)]


def counts(body: str, name: str) -> dict[str, int]:
    found = re.findall(rf'name="{name}" value="([^"]+)"[^>]*><span>[^<]*</span><span class="n">(\d+)</span>', body)
    return {value: int(number) for value, number in found}


def test_newest_first_or_by_level(staff: Client, store: list[OpinionPage]) -> None:
    assert titles(staff) == ["关于查控车辆的意见", "关于执行协作的实施方案"]
    store[0].issue_date = datetime.date(2022, 1, 1)
    store[0].save(update_fields=["issue_date"])
    assert titles(staff) == ["关于执行协作的实施方案", "关于查控车辆的意见"]
    assert titles(staff, "?sort=level") == ["关于查控车辆的意见", "关于执行协作的实施方案"]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("?level=province", 1), ("?level=province&level=prefecture", 2), ("?place=530000", 2), ("?place=532300", 1), ("?year=2017", 1),
        ("?kind=意见", 1), ("?valid=in_force", 1), ("?valid=past", 1), ("?valid=in_force&level=province", 0), ("?level=x", 0),
    ],
)  # fmt: skip
def test_conditions_narrow(staff: Client, store: list[OpinionPage], query: str, number: int) -> None:
    assert len(titles(staff, query)) == number
    assert f"{number} 份文件" in staff.get(URL + query).content.decode()


def test_each_condition_counts_without_its_own_choice_and_as_its_list(staff: Client, store: list[OpinionPage]) -> None:
    body = staff.get(f"{URL}?level=province").content.decode()
    assert counts(body, "level") == {"country": 0, "province": 1, "prefecture": 1, "county": 0}
    assert counts(body, "valid") == {"in_force": 0, "past": 1}
    for name in ("place", "year", "kind", "valid"):
        for value, number in counts(body, name).items():
            assert len(titles(staff, f"?level=province&{name}={value}")) == number


@pytest.mark.parametrize(
    "words", ["楚政法发〔2017〕8号", "楚政法发[2017]8号", "楚政法发（2017）8号", "楚政法发【2017】008号", "[2017]8号", "州委政法委", "协作 方案", "执行协作"]
)
def test_words_find_titles_issuers_and_numbers_however_written(staff: Client, store: list[OpinionPage], words: str) -> None:
    assert titles(staff, f"?q={words}") == ["关于执行协作的实施方案"]


def test_rows_say_what_a_document_holds(staff: Client, store: list[OpinionPage]) -> None:
    body = staff.get(f"{URL}?level=prefecture").content.decode()
    assert "2 条" in body
    assert "涉及 2 个单位" in body
    assert re.search(rf'href="/opinions/{store[0].public_key}/\?only=mine">本单位职责 2 条', body)
    unit = staff.get("/units/public_security/532300/").content.decode()
    assert "2 条职责，出自 1 份文件" in unit


def test_an_empty_list_offers_the_nearest_that_has_something(staff: Client, store: list[OpinionPage]) -> None:
    body = staff.get(f"{URL}?level=province&valid=in_force&q=执行").content.decode()
    assert "本库没有查到符合这些条件的文件" in body
    assert "去掉“省”</a>，有 1 份" in body
    assert "去掉“现行有效”" not in body  # would still be empty: not offered
    assert "去掉“执行”" not in body


def test_titles_break_between_words(staff: Client, store: list[OpinionPage]) -> None:
    body = staff.get(URL).content.decode()
    assert "关于<wbr>执行" in body


def test_what_the_reader_may_not_see_is_not_counted(client: Client, store: list[OpinionPage]) -> None:
    OpinionPage.objects.filter(pk=store[1].pk).update(disclosure="closed")
    body = client.get(URL).content.decode()
    assert titles(client) == ["关于执行协作的实施方案"]
    assert counts(body, "level")["province"] == 0
    assert "本单位职责" not in body


@pytest.mark.parametrize(
    "query", ["?page=99999", "?page=x", "?q=%00", "?q=" + "长" * 500, "?q=%25_'\"<b>", "?sort=x", "?year=20x0", "?place=<script>", "?level="]
)
def test_odd_addresses_do_no_harm(staff: Client, store: list[OpinionPage], query: str) -> None:
    answer = staff.get(URL + query, follow=True)
    assert answer.status_code == 200
    assert "<b>" not in answer.content.decode().replace("<b>联动</b>", "")
    assert "<script>" not in answer.content.decode()


def test_the_list_keeps_its_query_budget(
    staff: Client, store: list[OpinionPage], tmp_path: Path, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    for number in range(3, 9):
        opinion(tmp_path, f"n{number}", PLAN.replace("8号", f"{number}0号").replace("协作", f"协作之{number}"))
    staff.get(URL)
    with django_assert_max_num_queries(12):
        staff.get(f"{URL}?level=prefecture")


def test_a_document_that_is_withdrawn_meanwhile_is_left_out(store: list[OpinionPage], client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    OpinionPage.objects.update(disclosure="open")
    rows = catalogue._rows

    def withdraw_first(*args: Any) -> list[catalogue.Row]:
        OpinionPage.objects.filter(pk=store[0].pk).update(live=False)
        return rows(*args)

    monkeypatch.setattr(catalogue, "_rows", withdraw_first)
    page = client.get(URL).content.decode()
    assert store[1].public_key in page
    assert store[0].public_key not in page
