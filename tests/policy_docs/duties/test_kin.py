"""A clause beside those of the documents above and below: what is shown, what is said where nothing is sure, who sees what."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.test import Client

from cms.accounts.models import Role, User
from policy_docs.opinions.models import ClauseText
from policy_docs.opinions.pages import OpinionPage
from tests.factories.search import opinion

pytestmark = pytest.mark.django_db
SAME = "人民法院查询被执行人户籍、居住证登记信息的，公安机关应当当日反馈"
UPPER = f"云政法发〔2016〕2号\n关于落实执行工作的意见\n一、要求\n（一）{SAME}。\n（二）财政部门应当保障执行工作经费，按年度编列预算。\n2016年3月1日\n"
PLAN = f"""楚政法发〔2017〕8号
中共楚雄州委政法委员会
关于建立执行协作机制的实施方案
根据《关于落实执行工作的意见》（云政法发〔2016〕2号），制定本方案。
一、工作职责
（一）{SAME}，不得<拖延>。
（二）自然资源部门应当开放不动产登记查询专线，优先办理查封登记。
2017年5月3日
"""
BELOW = PLAN.replace("楚政法发〔2017〕8号", "禄政法发〔2018〕1号").replace("云政法发〔2016〕2号", "楚政法发〔2017〕8号").replace("2017年", "2018年")
BELOW = BELOW.replace("《关于落实执行工作的意见》", "《关于建立执行协作机制的实施方案》").replace(
    "关于建立执行协作机制的实施方案\n", "关于协作机制的落实细则\n"
)


@pytest.fixture
def page(tmp_path: Path) -> OpinionPage:
    return opinion(tmp_path, "plan", PLAN)


@pytest.fixture
def upper(tmp_path: Path) -> OpinionPage:
    return opinion(tmp_path, "upper", UPPER)


def address(page: OpinionPage, start: str) -> str:
    return f"/opinions/{page.public_key}/c/{ClauseText.objects.get(version__opinion=page, text__startswith=start).clause.public_key}/kin/"


def shown(client: Client, page: OpinionPage, start: str = "人民法院查询") -> str:
    answer = client.get(address(page, start))
    assert answer.status_code == 200
    return answer.content.decode().replace("<wbr>", "")


def test_the_clause_above_stands_beside_with_its_own_words_marked(client: Client, page: OpinionPage, upper: OpinionPage, tmp_path: Path) -> None:
    body = shown(client, page)
    assert f'href="/opinions/{upper.public_key}/#c-' in body
    assert 'data-copy="《关于落实执行工作的意见》（云政法发〔2016〕2号）第一部分第（一）项"' in body
    assert "不得&lt;拖延&gt;" in body
    assert "未见对应条款" not in body
    back = shown(client, upper)
    assert "<h3>下级文件</h3>" in back
    assert "<ins>，不得&lt;拖延&gt;</ins>" in back


def test_where_nothing_is_sure_that_is_said(client: Client, page: OpinionPage, upper: OpinionPage) -> None:
    body = shown(client, page, "自然资源部门")
    assert "上级文件未见对应条款" in body
    assert upper.title in body
    assert "财政部门" not in body
    assert "下级文件未见对应条款" in shown(client, upper, "财政部门")


def test_both_sides_are_shown(client: Client, page: OpinionPage, upper: OpinionPage, tmp_path: Path) -> None:
    below = opinion(tmp_path, "below", BELOW)
    body = shown(client, page)
    assert f"/opinions/{upper.public_key}/#c-" in body
    assert f"/opinions/{below.public_key}/#c-" in body


def test_the_reading_page_offers_it_only_where_there_is_something_to_compare(client: Client, page: OpinionPage, tmp_path: Path) -> None:
    assert "/kin/" not in client.get(f"/opinions/{page.public_key}/").content.decode()
    upper = opinion(tmp_path, "upper", UPPER)
    for one in (page, upper):
        assert "/kin/" in client.get(f"/opinions/{one.public_key}/").content.decode()
    assert "本库没有收录本文件所依据的上级文件" in shown(client, upper)


def test_what_the_reader_may_not_see_is_as_if_it_were_not_there(client: Client, page: OpinionPage, upper: OpinionPage) -> None:
    OpinionPage.objects.filter(pk=upper.pk).update(disclosure="closed")
    assert upper.title not in shown(client, page).partition('id="kin"')[2]
    assert "/kin/" not in client.get(f"/opinions/{page.public_key}/").content.decode()
    assert client.get(address(upper, "人民法院查询")).status_code == 404
    client.force_login(User.objects.create(username="l", role=Role.LIAISON), backend="django.contrib.auth.backends.ModelBackend")
    assert upper.title in shown(client, page).partition('id="kin"')[2]


def test_a_clause_that_stands_no_longer_leads_to_its_address(client: Client, page: OpinionPage) -> None:
    gone = address(page, "人民法院查询")
    ClauseText.objects.filter(text__startswith="人民法院查询").delete()
    assert client.get(gone)["Location"] == gone.removesuffix("kin/")


def test_it_asks_little(
    client: Client, page: OpinionPage, upper: OpinionPage, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    shown(client, page)
    with django_assert_max_num_queries(11):
        shown(client, page)
