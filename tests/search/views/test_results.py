"""The result page: what it shows, to whom, and what it does with odd addresses."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from cms.accounts.models import Role, User
from policy_docs.opinions.models import Change
from search.engines.base import Engine
from search.index.rebuild import rebuild
from search.tasks import note_question
from tests.factories.search import opinion

pytestmark = pytest.mark.django_db
URL = "/search/"
Budget = Callable[[int], AbstractContextManager[object]]
OPEN = """云政法发〔2019〕3号
云南省关于协助查控车辆的实施意见
（一）公安机关应当协助人民法院查找被执行人的机动车。
（二）税务部门应当协助查询纳税信息。
"""
LONG = """云政法发〔2021〕9号
云南省关于落实工作责任的实施意见
一、经费保障
（一）财政部门应当按年度安排。
（二）政府法制办应当协助查找缉私车。
（三）税务部门应当协助查询纳税信息。
（四）公安、民政、财政、税务、审计、教育、商务、司法行政、应急管理等部门应当协同办理。
"""
HIDDEN = """云政法发〔2020〕77号
云南省关于麒麟专案线索移送的工作方案
（一）麒麟专案由公安机关牵头，鲸落小组配合。
"""
HIDDEN_WORDS = ["麒麟专案", "鲸落小组", "云政法发〔2020〕77号", "线索移送"]


@pytest.fixture
def store(site_engine: Engine, tmp_path: Path) -> Engine:
    opinion(tmp_path, "open", OPEN)
    opinion(tmp_path, "hidden", HIDDEN, disclosure="on_request")
    rebuild(site_engine)
    return site_engine


def sign_in(role: str) -> Client:
    client = Client()
    if role:
        client.force_login(User.objects.create(username=role, role=role))
    return client


def body(client: Client, **params: object) -> str:
    return client.get(URL, params).content.decode()


@pytest.mark.usefixtures("store")
class TestPage:
    def test_hits_lead_to_the_clause_and_say_where_it_stands(self) -> None:
        page = body(sign_in(""), q="机动车")
        assert re.search(r'href="/opinions/\w+/c/\w+/"', page)
        assert '<mark class="hit">机动车</mark>' in page
        assert "云南省关于协助查控车辆的实施意见" in page

    def test_the_state_is_in_the_address(self) -> None:
        page = body(sign_in(Role.LIAISON), q="协助", unit=["tax", "public_security"], sort="new")
        assert re.search(r'name="unit" value="tax" checked', page)
        assert "unit=tax" in page
        assert 'class="chip"' in page

    def test_a_unit_in_the_query_gets_its_answer(self) -> None:
        page = body(sign_in(Role.LIAISON), q="云南省公安厅 机动车")
        assert reverse("policy_docs:unit", args=["public_security", "530000"]) in page
        assert 'class="answer"' in page

    def test_the_number_of_an_answer_is_that_of_the_page_it_leads_to(self) -> None:
        client = sign_in(Role.LIAISON)
        for query, words in (
            ("云南省公安厅", "的职责"),
            ("云南省公安厅 机动车", "的“机动车”职责"),
            ("公安厅 查找被执行人 云南省", "的“查找被执行人”职责"),
            ("云南省公安厅 “龙卷风”", "的职责"),
        ):
            answer = re.search(r'<aside class="answer".*?<h3>(.*?)</h3>.*?<p>(\d+) 条：.*?href="([^"]+)"', body(client, q=query), re.DOTALL)
            assert answer is not None, query
            assert answer[1].endswith(words)
            assert f"{answer[2]} 条职责，出自" in client.get(answer[3].replace("&amp;", "&")).content.decode()

    def test_why_is_told_to_staff_alone(self) -> None:
        assert "为什么命中" in body(sign_in(Role.LIAISON), q="机动车")
        assert "为什么命中" not in body(Client(), q="机动车")

    def test_what_a_hit_meets_is_not_said_to_be_unused(self, site_engine: Engine, tmp_path: Path) -> None:
        opinion(tmp_path, "long", LONG)
        rebuild(site_engine)
        client = sign_in(Role.COORDINATION)
        for words, item in (("缉私车 纳税信息", "opinion"), ("经费保障 年度安排", "clause"), ("应急管理局 协同办理", "clause"), ("司法局 缉私车", "clause")):
            page = client.get(URL, {"q": words, "in": item})
            assert page.context["found"].exact == 1
            assert "没有用到" not in dict(page.context["hits"][0].why), words

    def test_tabs_lead_to_lists_of_their_number(self) -> None:
        client = sign_in(Role.LIAISON)
        for item in ("", "clause", "opinion", "duty"):
            tabs = re.findall(
                r'<a href="(\?[^"]*)"[^>]*>[^<]+<span class="n">(\d+)</span></a>', body(client, q="协助", **({"in": item} if item else {})).split("</nav>")[1]
            )
            assert [int(number) for _url, number in tabs][0] == sum(int(number) for _url, number in tabs[1:3])
            assert f"{tabs[1][1]} 份文件" in client.get(URL + tabs[1][0].replace("&amp;", "&")).content.decode()
            assert f"{tabs[2][1]} 个条款" in client.get(URL + tabs[2][0].replace("&amp;", "&")).content.decode()
            assert f"{tabs[3][1]} 条职责" in client.get(URL + tabs[3][0].replace("&amp;", "&")).content.decode()

    def test_a_duty_shows_its_unit_its_role_its_proof_and_its_state(self) -> None:
        page = body(sign_in(Role.LIAISON), q="机动车", **{"in": "duty"})
        assert re.search(
            r'<span class="role role--resp">责任</span> <a href="/opinions/\w+/d/\d+/">公安机关</a><span class="tag tag--warn">待核对</span>', page
        )
        assert re.search(r"<mark>[^<]*协助[^<]*</mark>", page)
        assert '<mark><mark class="hit">机动车</mark></mark>' in page
        assert re.search(r'href="/opinions/\w+/c/\w+/">第?（?一', page)
        assert "1 条职责" in page
        assert "0 条职责" in body(Client(), q="机动车", **{"in": "duty"}), "nothing is confirmed"

    def test_what_was_mistyped_is_said_and_can_be_undone(self) -> None:
        client = sign_in(Role.LIAISON)
        page = body(client, q="机懂车", sort="new")
        assert "没有找到“机懂车”，已按<b>“机动车”</b>显示结果。" in page
        assert '<mark class="hit">机动车</mark>' in page
        undo = re.search(r'<a href="([^"]+)">仍按“机懂车”查找</a>', page)
        assert undo is not None
        as_typed = client.get(URL + undo[1].replace("&amp;", "&")).content.decode()
        assert "已按" not in as_typed
        assert "本库没有查到“机懂车”" in as_typed
        assert '<input type="hidden" name="typed" value="1">' in as_typed
        assert "sort=new" in undo[1]

    def test_no_hits_say_how_the_query_was_understood(self) -> None:
        page = body(sign_in(Role.LIAISON), q="公安局 “龙卷风预警” -拍卖")
        for what, words in (("单位", "公安局（公安机关）"), ("精确词", "“龙卷风预警”"), ("不含", "“拍卖”")):
            assert f"<dt>{what}</dt><dd>{words}</dd>" in page
        assert "没有查到不等于没有规定" in page

    def test_a_number_that_is_not_there_gets_the_nearest_that_the_reader_may_see(self) -> None:
        assert "云政法发〔2020〕77号" in body(sign_in(Role.LIAISON), q="云政法发〔2020〕78号")
        assert "〔2020〕77号" not in body(Client(), q="云政法发〔2020〕78号")

    def test_no_hits_say_what_was_searched(self) -> None:
        page = body(sign_in(""), q="“龙卷风预警”")
        assert "本库没有查到" in page
        assert re.search(r"截至\d{4}年\d+月\d+日，已查找您有权查看的 1 份文件", page)

    def test_no_hits_say_what_dropping_each_condition_would_give(self) -> None:
        client = sign_in(Role.LIAISON)
        for item, measure in (("clause", "个条款"), ("opinion", "份文件"), ("duty", "条职责")):
            page = client.get(URL, {"q": "机动车", "unit": "civil_affairs", "valid": "in_force", "in": item}).content.decode()
            offer = re.search(rf'<a href="([^"]+)">去掉“民政部门”后有 (\d+) {measure}</a>', page)
            assert offer is not None, item
            assert f"{offer[2]} {measure}" in client.get(URL + offer[1].replace("&amp;", "&")).content.decode()
        assert "日期</dt><dd>2031年</dd>" in body(client, q="“龙卷风” 2031年")

    def test_a_number_that_is_not_there_is_said_beside_what_was_found(self) -> None:
        client = sign_in(Role.LIAISON)
        page = body(client, q="机动车 云政法发〔2019〕4号")
        assert "本库没有收录云政法发〔2019〕4号" in page
        assert re.search(r'编号相近的有：<a class="docno" href="[^"]+">云政法发〔2019〕3号</a>', page)
        assert "云政法发〔2019〕3号</a>" in body(client, q="云政发〔2019〕3号"), "an organ written almost so"
        assert "本库没有收录" not in body(client, q="机动车 云政法发〔2019〕3号")

    def test_staff_are_told_of_changes_that_wait(self) -> None:
        Change.objects.all().delete()
        office = sign_in(Role.COORDINATION)
        assert "尚未编入" not in body(office, q="协助")
        Change.objects.create(item=Change.Item.ALL)
        assert "有 1 处改动尚未编入查找" in body(office, q="协助")
        told = body(sign_in(Role.LIAISON), q="协助")
        assert "最近的改动可能尚未编入查找" in told
        assert "处改动" not in told, "the number moves with drafts"

    @pytest.mark.parametrize(
        "params",
        [
            {"q": "\x00"},
            {"q": "机动车\x00"},
            {"q": "(AND *:~^\\"},
            {"q": "协助", "page": "99999999999999999999"},
            {"q": "协助", "page": "-1"},
            {"q": "协助", "page": "²"},
            {"q": "协助", "level": ["<script>", "province"], "unit": "x' or 1=1", "year": "20x0", "kind": "\x00", "valid": "?", "place": "53"},
            {"q": "𠮷野家 😀 协助"},
            {"unit": "tax"},
            {},
        ],
    )
    def test_odd_addresses_get_a_page(self, params: dict[str, str]) -> None:
        answer = sign_in("").get(URL, params)
        assert answer.status_code in (200, 400)
        assert "<script>&" not in answer.content.decode()

    @pytest.mark.parametrize("text", ["长" * 10_000, "！？。", "😀", "-机动车"])
    def test_refusals_say_what_to_do(self, text: str) -> None:
        answer = sign_in("").get(URL, {"q": text})
        assert answer.status_code == 400
        assert 'role="alert"' in answer.content.decode()

    def test_few_queries(self, django_assert_max_num_queries: object, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(note_question, "delay", lambda *_asked: None)  # the worker counts
        client = sign_in(Role.COORDINATION)
        with django_assert_max_num_queries(22):  # type: ignore[operator]
            client.get(URL, {"q": "公安机关 机动车"})
        with django_assert_max_num_queries(25):  # type: ignore[operator]
            client.get(URL, {"q": "公安机关 机懂车"})
        with django_assert_max_num_queries(24):  # type: ignore[operator]
            client.get(URL, {"q": "公安机关 机动车", "in": "duty"})


def _figures(page: str) -> list[str]:
    return re.findall(r'class="n"[^>]*>([^<]*)<', page)


READERS = ["", Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN]


@pytest.mark.parametrize("role", READERS)
def test_not_a_byte_of_what_is_hidden_comes_back(site_engine: Engine, tmp_path: Path, role: str) -> None:
    """Every term that only the hidden text has: nothing returns but the reader's own words, and all figures equal those of a store without it."""
    client = sign_in(role)
    opinion(tmp_path, "open", OPEN)
    rebuild(site_engine)
    asked = [
        {"q": word, "in": item}
        for word in [*HIDDEN_WORDS, "公安机关", "方案", "麒麟专岸", "鲸落小租", "线索移宋", "《云南省关于麒麟专岸线锁移送的工作方案》"]
        for item in ("", "opinion", "duty")
    ]
    before = [body(client, **params) for params in asked]
    opinion(tmp_path, "hidden", HIDDEN, disclosure="on_request")
    rebuild(site_engine)
    for params, earlier in zip(asked, before, strict=True):
        page = body(client, **params)
        assert _figures(page) == _figures(earlier), params
        rest = page.replace(str(params["q"]), "")
        for word in HIDDEN_WORDS:
            assert word not in rest, (params, word)


def test_those_who_may_find_it(store: Engine) -> None:
    for role in (Role.LIAISON, Role.WRITER, Role.REVIEWER, Role.COORDINATION, Role.DUTY_OFFICER, Role.LEADER):
        assert "鲸落小组" in body(sign_in(role), q="麒麟专案").replace('value="麒麟专案"', ""), role


def test_topics_are_a_condition(site_engine: Engine, tmp_path: Path) -> None:
    opinion(tmp_path, "t", "云政法发〔2019〕4号\n云南省关于执行联动的意见\n（一）公安机关应当依法限制被执行人出境。\n（二）财政局保障司法救助资金。")
    rebuild(site_engine)
    page = body(sign_in(Role.LIAISON), q="应当", topic="xian-zhi-chu-jing")
    assert re.search(r'name="topic" value="xian-zhi-chu-jing" checked', page)
    assert "限制被执行人" in page
    assert "限制出境</span>" in page or ">限制出境<" in page
    assert "主题" not in body(sign_in(""), q="应当").split("<main")[1]  # nothing is confirmed


class TestBeforeAnythingIsLookedFor:
    def test_it_shows_what_can_be_found_and_each_example_finds(self, store: Engine, django_assert_max_num_queries: Budget) -> None:
        client = sign_in(Role.LIAISON)
        client.get(URL)
        with django_assert_max_num_queries(13):
            page = BeautifulSoup(client.get(URL).content, "html.parser")
        examples = page.select(".examples a")
        assert {"公安机关", "云政法发〔2019〕3号", "云政法发〔2020〕77号"} <= {one.text for one in examples}
        assert [link["href"] for link in page.select(".docs h3 a")]
        for one in examples:
            assert "本库没有查到" not in client.get(str(one["href"])).content.decode(), one.text

    def test_the_public_sees_examples_of_what_is_open_alone(self, store: Engine) -> None:
        page = Client().get(URL).content.decode()
        assert "云政法发〔2019〕3号" in page
        assert not [words for words in HIDDEN_WORDS if words in page]
        assert "全部 1 份文件" in page

    def test_an_empty_store_says_so(self, site_engine: Engine) -> None:
        assert "本库还没有您可以查找的文件" in Client().get(URL).content.decode()
        assert 'href="/imports/"' in sign_in(Role.COORDINATION).get(URL).content.decode()
