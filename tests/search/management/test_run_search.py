"""The command that searches: for judging, and for looking into a ranking."""

import datetime
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from search.engines import registry
from search.engines.base import Engine
from search.index.rebuild import rebuild
from tests.factories.search import opinion

pytestmark = pytest.mark.django_db
VEHICLES = """云政法发〔2019〕3号
云南省关于协助查控车辆的实施意见
一、查控职责
（一）公安机关应当协助人民法院查找并扣押被执行人的机动车。
（二）银行应当协助冻结存款。
"""


@pytest.fixture(autouse=True)
def engine(site_engine: Engine, tmp_path: Path) -> Engine:
    opinion(tmp_path, "vehicles", VEHICLES, issue_date=datetime.date(2019, 5, 1))
    opinion(tmp_path, "inner", VEHICLES.replace("〔2019〕3号", "〔2020〕9号").replace("机动车", "船舶"), disclosure="on_request")
    rebuild(site_engine)
    return site_engine


def run(*args: str) -> tuple[str, str]:
    out, told = StringIO(), StringIO()
    call_command("run_search", *args, stdout=out, stderr=told)
    return out.getvalue(), told.getvalue()


def test_it_prints_one_object_a_line() -> None:
    out, told = run("机动车 协助", "--limit", "2", "--format", "jsonl")
    assert told == ""
    rows = [json.loads(line) for line in out.splitlines()]
    assert len(rows) == 2
    assert set(rows[0]) == {"doc", "path", "text", "score"}
    assert rows[0]["doc"] == "vehicles"
    assert rows[0]["text"].startswith(rows[0]["path"][-1])
    with pytest.raises(CommandError, match="没有可以查找的文字"):
        run("？？")
    with pytest.raises(CommandError, match="没有用户"):
        run("协助", "--as", "niemand")


def test_it_explains_what_was_understood_what_was_asked_and_why_each_hit_was_found() -> None:
    out, told = run("公安局 扣车 冻洁 2019年", "--explain")
    assert "单位：公安局（公安机关）" in told
    assert "日期：2019年" in told
    assert "“扣车”另找：" in told
    assert "没有找到“冻洁”，改为“冻结”" in told
    assert "duty=public_security" in told
    assert "毫秒" in told
    assert "单位写法：“公安局”对应原文“公安机关”" in out
    assert "成文年份：2019年" in out
    plain, silent = run("公安局 扣车 冻洁 2019年")
    assert silent == ""
    assert "单位写法" not in plain


def test_reasons_are_part_of_the_objects() -> None:
    out, _told = run("机动车", "--explain", "--format", "jsonl")
    assert json.loads(out.splitlines()[0])["why"] == {"原词": "“机动车”"}


def test_the_database_answers_where_it_is_named() -> None:
    out, told = run("机动车", "--engine", "database", "--explain")
    assert "共 1 条" in out
    assert "由数据库逐字查找" in told
    assert run("船舶", "--engine", "database", "--as", "public")[0].startswith("共 0 条")
    assert run("船舶", "--as", "public", "--engine", registry.engine().name)[0].startswith("共 0 条")


def test_an_engine_without_an_index_is_refused(tmp_path: Path, settings: object) -> None:
    settings.SEARCH_DIR = tmp_path / "none"  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="rebuild_index"):
        run("机动车", "--engine", "embedded")
