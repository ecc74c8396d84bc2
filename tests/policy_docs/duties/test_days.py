"""Lists of another day say so, and lists end where they end."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.test import Client

from cms.accounts.models import User
from policy_docs.importing.run import run

UNIT = "/units/public_security/532300/"


@pytest.fixture(scope="module")
def store(keeping: Callable[[], AbstractContextManager[Path]]) -> None:
    with keeping() as folder:
        for number in range(1, 23):
            text = f"楚政法发〔2017〕{number}号\n中共楚雄州委政法委员会\n关于第{number}项协作的意见\n一、职责\n（一）公安机关应当协助查询。\n2017年5月3日\n"
            (folder / f"{number}.txt").write_text(text, encoding="utf-8")
        list(run(sorted(folder.iterdir()), actor=None))


@pytest.fixture
def staff(store: None, db: None, client: Client) -> Client:
    client.force_login(User.objects.create(username="l", role="liaison"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def read(client: Client, address: str) -> str:
    return client.get(address).content.decode()


@pytest.mark.parametrize(("number", "shown"), [("2", 2), ("3", 2), ("99999999", 2), ("x", 1)])
def test_a_page_beyond_the_last_is_the_last_as_in_the_other_lists(staff: Client, number: str, shown: int) -> None:
    page = read(staff, f"{UNIT}?page={number}")
    assert f"第 {shown} 页，共 2 页" in page
    assert "22 条职责，出自 22 份文件" in page
    assert page.count('class="group"') == {1: 20, 2: 2}[shown]
    assert "本库没有查到" not in page


@pytest.mark.parametrize("address", [UNIT, "/topics/xian-zhi-chu-jing/"])
def test_another_day_is_a_condition_that_can_be_taken_away(staff: Client, address: str) -> None:
    today = staff.get(address)
    assert today.status_code == 200
    assert "回到今天" not in today.content.decode()
    page = read(staff, f"{address}?on=2018-06-01&level=prefecture")
    assert "按 2018年6月1日 查看" in page
    assert '<a href="?level=prefecture">回到今天</a>' in page
    assert '<a class="chip" href="?level=prefecture"><span>2018年6月1日有效</span>' in page
    assert '<a class="small" href="?">清除全部</a>' in page


def test_documents_of_the_place_that_do_not_hold_on_the_day_are_not_called_missing(staff: Client) -> None:
    page = read(staff, f"{UNIT}?on=2010-01-01")
    assert "2010年1月1日没有适用的楚雄彝族自治州文件" in page
    assert "还没有收录" not in page
    assert "已列在下面" not in page  # nothing of the levels above is there either
    assert "云南省的文件还没有收录。本级文件导入后会自动列入。" in read(staff, "/units/public_security/530000/")
    assert "文件还没有收录。上级文件的职责同样适用，已列在下面" in read(staff, "/units/public_security/532301/")


def test_a_unit_that_has_come_since_stands_apart_on_the_day_before(staff: Client) -> None:
    page = read(staff, "/units/market_regulation/532300/?on=2018-06-01")
    assert "2018年6月1日，下列原单位还没有并入" in page
    assert '<a href="/units/intellectual_property/532300/?on=2018-06-01">' in page
    assert "2019年1月1日起由" in page
    assert "还没有并入" not in read(staff, "/units/market_regulation/532300/?on=2019-01-01")
