"""A search server that is gone: people are answered by the database and told so, changes wait, all arrives later."""

import datetime
import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from cms.accounts.models import Role, User
from cms.accounts.viewer import Viewer
from policy_docs.opinions.models import Change
from search import tasks
from search.engines import registry
from search.engines.base import EngineDown
from search.index.check import Keeper
from search.index.indexer import drain
from search.query.counting import hits
from tests.factories.search import opinion

pytestmark = pytest.mark.django_db
TEXT = """云政法发〔2019〕3号
云南省关于协助查找车辆的实施意见
一、职责分工
（一）公安机关应当协助人民法院查找车辆，登记线索。
（二）工商行政管理机关负责提供企业登记资料。
"""
HIDDEN = TEXT.replace("3号", "4号").replace("车辆", "鲸落小组的船舶")


@pytest.fixture
def gone(settings: Settings, tmp_path: Path) -> None:
    settings.SEARCH_URL, settings.SEARCH_ENGINE, settings.SEARCH_DIR = "http://127.0.0.1:9", "", tmp_path / "index"
    registry.reset()
    yield
    registry.reset()


def signed_in(role: str) -> Client:
    client = Client()
    user = User.objects.create(username=role or "nobody", display_name="李静", role=role)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_changes_wait_for_a_server_that_is_gone_and_arrive_later(gone: None, settings: Settings, tmp_path: Path) -> None:
    assert registry.engine().name == "elasticsearch"
    opinion(tmp_path, "a", TEXT)
    number = Change.objects.count()
    assert tasks.drain_outbox() == 0
    tasks.rebuild_index()
    tasks.sweep()
    assert Change.objects.count() == number > 0
    settings.SEARCH_ENGINE = "embedded"
    tasks.rebuild_index()
    assert drain(registry.engine()) == number
    assert "查找车辆" in re.sub("<[^>]+>", "", Client().get("/search/", {"q": "查找车辆"}).content.decode())


def test_people_are_answered_by_the_database_and_told_what_that_means(gone: None, tmp_path: Path) -> None:
    opinion(tmp_path, "a", TEXT)
    opinion(tmp_path, "b", HIDDEN, disclosure="on_request")
    answer = Client().get("/search/", {"q": "公安机关 线索"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "以下由数据库直接查得" in page
    assert "可能缺少的" in page
    assert re.search(r"data-said>1 份文件、1 个条款", page)
    assert "鲸落小组" not in page
    assert "处改动等待" not in page, "how many wait is for the office alone"
    office = signed_in(Role.COORDINATION).get("/search/", {"q": "公安机关 线索"}).content.decode()
    assert "2 份文件、2 个条款" in office
    assert "处改动等待编入" in office


@pytest.mark.parametrize(
    ("params", "clauses"),
    [
        ({"q": "“登记线索”"}, 1),
        ({"q": "登记 -线索"}, 1),
        ({"q": "云政法发[2019]3号"}, 3),
        ({"q": "登记", "year": "2019"}, 2),
        ({"q": "登记", "year": "2018"}, 0),
        ({"q": "登记", "level": "province", "place": "530000"}, 2),
        ({"q": "登记", "valid": "past"}, 0),
        ({"unit": "public_security"}, 1),
        ({"unit": "public_security", "role": "lead"}, 0),
        ({"unit": "market_regulation"}, 1),
        ({"q": "市场监管部门"}, 1),
        ({"q": "没有这样的词"}, 0),
        ({"q": "“"}, None),
    ],
)
def test_words_and_conditions_hold_without_the_index(gone: None, tmp_path: Path, params: dict[str, str], clauses: int | None) -> None:
    opinion(tmp_path, "a", TEXT, issue_date=datetime.date(2019, 5, 1))
    answer = signed_in(Role.LIAISON).get("/search/", {**params, "in": "clause"})
    page = answer.content.decode()
    if clauses is None:
        assert answer.status_code == 400
    elif clauses:
        assert f"data-said>{clauses} 个条款" in page, page[page.find("data-said") :][:80]
    else:
        assert "data-said>0 个条款" in page


def test_the_database_and_the_index_find_the_same(gone: None, settings: Settings, tmp_path: Path) -> None:
    """For what is written in the words that were asked: the same clauses from both."""
    for number, thing in enumerate(["车辆", "船舶", "股权", "账户"], 3):
        opinion(tmp_path, thing, TEXT.replace("3号", f"{number}号").replace("车辆", thing))
    client = signed_in(Role.LIAISON)

    def found(**params: str) -> set[str]:
        return set(re.findall(r'href="(/opinions/\w+/\w+/)', client.get("/search/", {**params, "in": "clause"}).content.decode()))

    asked = [{"q": "查找股权"}, {"q": "公安机关 账户"}, {"q": "“提供企业登记资料”"}, {"unit": "market_regulation"}, {"q": "登记", "place": "530000"}]
    from_rows = [found(**params) for params in asked]
    settings.SEARCH_ENGINE = "embedded"
    tasks.rebuild_index()
    for params, rows in zip(asked, from_rows, strict=True):
        assert rows <= found(**params), params
        assert rows, params


def test_health_and_the_office_are_told_and_lists_of_filters_stay(gone: None, tmp_path: Path) -> None:
    opinion(tmp_path, "a", TEXT)
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content.decode().splitlines()[0]) == (200, "ok")
    assert "unavailable" in answer.content.decode()
    page = signed_in(Role.COORDINATION).get("/completeness/").content.decode()
    assert "查找服务用不了" in page
    assert "处改动等待编入（最早" in page
    assert "Connection" in page, "the reason, for the administrator"
    assert Keeper().state().down
    assert hits("q=登记", Viewer()) is None


def test_a_server_that_is_back_is_used_again(gone: None, settings: Settings, tmp_path: Path) -> None:
    settings.SEARCH_ENGINE = "embedded"
    tasks.rebuild_index()
    assert Client().get("/healthz").content == b"ok\n"
    opinion(tmp_path, "a", TEXT)
    drain(registry.engine())
    assert "由数据库直接查得" not in Client().get("/search/", {"q": "登记"}).content.decode()


def test_a_reason_is_kept_while_the_server_rests(gone: None) -> None:
    for _turn in range(2):
        with pytest.raises(EngineDown, match="Connection"):
            registry.engine().state()
