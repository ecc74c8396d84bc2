"""Similar clauses: what is found in other documents, what is not, and for whom."""

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from cms.accounts.models import Role, User
from cms.accounts.viewer import COORDINATION, PUBLIC, Viewer
from policy_docs.opinions.models import ClauseText
from search.engines.base import Engine, EngineDown
from search.index.rebuild import rebuild
from search.query.similar import Similar, similar
from tests.factories.search import opinion

pytestmark = pytest.mark.django_db
ON = datetime.date(2024, 6, 1)
BAN = "公安机关出入境管理部门对人民法院决定限制出境的被执行人，应当及时办理边控手续，并将办理结果书面反馈执行法院"
PROVINCE = f"""云政法发〔2019〕3号
云南省关于综合治理执行难的实施意见
（一）{BAN}。
（二）民政部门应当协助人民法院查询被执行人的婚姻登记信息，并在三个工作日内书面反馈。
（三）加强领导。
（四）本意见自发布之日起施行，由省委政法委负责解释。
"""
SAME = f"""楚政法发〔2020〕8号
楚雄彝族自治州关于综合治理执行难的实施细则
（一）{BAN}，不得拖延。
（二）州民政局应当会同州法院建立社会救助对象的信息比对制度，每季度通报一次救助情况。
（三）公安机关出入境管理部门应当每年向人民法院通报护照宣布作废的情况。
"""
LONGER = f"""大政法发〔2021〕5号
大理白族自治州关于执行联动的意见
（一）强化协作。{BAN}。人民法院应当在决定作出后的二十四小时内，将决定书连同被执行人的身份信息一并送达，并注明联系人。
"""
HIDDEN = f"""云政法发〔2020〕77号
云南省关于麒麟专案边控工作的方案
（一）{BAN}，适用于麒麟专案。
"""


@pytest.fixture
def engine(site_engine: Engine, tmp_path: Path) -> Engine:
    opinion(tmp_path, "province", PROVINCE, issue_date=datetime.date(2019, 5, 1))
    opinion(tmp_path, "same", SAME, issue_date=datetime.date(2020, 5, 1), repealed_on=datetime.date(2022, 1, 1))
    opinion(tmp_path, "longer", LONGER, issue_date=datetime.date(2021, 5, 1))
    opinion(tmp_path, "hidden", HIDDEN, issue_date=datetime.date(2020, 5, 1), disclosure="on_request")
    rebuild(site_engine)
    return site_engine


def clause(source: str, start: str) -> ClauseText:
    return ClauseText.objects.select_related("clause__opinion").get(text__startswith=start, clause__opinion__source_name=source)


def ask(engine: Engine, text: ClauseText, viewer: Viewer = COORDINATION) -> Similar:
    return similar(text, viewer=viewer, engine=engine, on=ON)


def sources(found: Similar) -> list[str]:
    return [row.clause.opinion.source_name for row in found.found]


def test_what_surely_says_the_same_is_found_the_surest_first(engine: Engine) -> None:
    found = ask(engine, clause("province", "公安机关出入境"))
    assert sources(found)[-1] == "longer"
    assert set(sources(found)) == {"same", "hidden", "longer"}
    assert all(BAN in row.text for row in found.found), "of each document the most alike"


def test_it_is_found_from_either_side(engine: Engine) -> None:
    for source, start in (("same", BAN), ("longer", "强化协作")):
        assert "province" in sources(ask(engine, clause(source, start)))


def test_what_only_speaks_of_the_same_matter_is_not_taken_for_it(engine: Engine) -> None:
    assert ask(engine, clause("province", "民政部门")) == Similar(comparable=True)
    assert ask(engine, clause("same", "公安机关出入境管理部门应当每年")) == Similar(comparable=True)


def test_what_says_too_little_is_not_compared(engine: Engine) -> None:
    for start in ("加强领导", "本意见自发布之日"):
        assert ask(engine, clause("province", start)) == Similar(comparable=False)


def test_readers_get_what_they_may_read(engine: Engine) -> None:
    assert set(sources(ask(engine, clause("province", "公安机关出入境"), PUBLIC))) == {"same", "longer"}


def sign_in(role: str) -> Client:
    client = Client()
    if role:
        client.force_login(User.objects.create(username=role, role=role))
    return client


def address(text: ClauseText) -> str:
    return reverse("search:similar", args=[text.clause.opinion.public_key, text.clause.public_key])


class TestPage:
    def test_it_says_which_places_and_what_differs(self, engine: Engine) -> None:
        answer = sign_in(Role.LIAISON).get(address(clause("province", "公安机关出入境")))
        page = BeautifulSoup(answer.content, "html.parser")
        assert "有 3 份文件作了相近的规定" in page.text
        assert "涉及其他地方：" in page.text
        assert {"楚雄彝族自治州", "大理白族自治州"} <= {name for name in ("楚雄彝族自治州", "大理白族自治州") if name in page.select(".hint")[0].text}
        assert [one.text for one in page.select(".kin-one ins")][0]
        assert page.select(".kin-one .tag--gone"), "the repealed one is marked"
        assert all("#c-" in str(link["href"]) for link in page.select(".kin-one h4 a"))

    def test_not_a_byte_of_what_is_hidden(self, engine: Engine) -> None:
        for role in ("", Role.SYSTEM_ADMIN):
            page = sign_in(role).get(address(clause("province", "公安机关出入境"))).content.decode()
            assert "有 2 份文件作了相近的规定" in page
            assert "另外 2 份文件" in page
            assert "麒麟" not in page
            assert "云政法发〔2020〕77号" not in page
        assert Client().get(address(clause("hidden", BAN))).status_code == 404

    def test_none_and_too_little_say_so(self, engine: Engine) -> None:
        client = sign_in(Role.LIAISON)
        assert "本库没有查到其他文件中的相近条款" in client.get(address(clause("province", "民政部门"))).content.decode()
        assert "不作比对" in client.get(address(clause("province", "加强领导"))).content.decode()

    def test_where_the_search_is_down_the_database_compares_for_whoever_asks(self, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
        one = clause("province", "公安机关出入境")
        before = {viewer: similar(one, viewer=viewer, engine=engine, on=ON).found for viewer in (PUBLIC, COORDINATION)}

        def down(*_asked: object, **_values: object) -> None:
            raise EngineDown

        monkeypatch.setattr(type(engine), "search", down)
        for viewer, found in before.items():
            assert similar(one, viewer=viewer, engine=engine, on=ON) == Similar(comparable=True, found=found, stands_in=True)
        assert len(before[COORDINATION]) == len(before[PUBLIC]) + 1
        answer = sign_in(Role.LIAISON).get(address(one))
        assert answer.status_code == 200
        assert "以下由数据库直接比对" in answer.content.decode()
        assert "楚政法发〔2020〕8号" in answer.content.decode()

    def test_hits_and_the_reading_page_lead_there(self, engine: Engine) -> None:
        client, text = sign_in(Role.LIAISON), clause("province", "公安机关出入境")
        assert f'href="{address(text)}"' in client.get("/search/", {"q": "边控手续", "in": "clause"}).content.decode()
        page = client.get(reverse("policy_docs:opinion", args=[text.clause.opinion.public_key])).content.decode()
        assert f'href="c/{text.clause.public_key}/similar/"' in page

    def test_few_queries(self, engine: Engine, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]) -> None:
        client, url = sign_in(Role.LIAISON), address(clause("province", "公安机关出入境"))
        client.get(url)
        with django_assert_max_num_queries(14):
            client.get(url)
