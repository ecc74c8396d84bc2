"""Elasticsearch: the contract on a real node (``SEARCH_TEST_URL``), and what a server, a network and late writes can break."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from search.engines.base import EngineDown, EngineError, EngineNotReady, EngineRefused
from search.engines.elastic import Access, ElasticEngine
from search.engines.elastic._bodies import in_phases
from search.engines.locks import FolderLock
from search.types import Field, Group, Sort, Term
from tests.factories.node import NODE, access, removed
from tests.factories.search import document
from tests.search.engines.contract import STAFF, EngineContract, exact, keys, plan

needs_node = pytest.mark.skipif(not NODE, reason="SEARCH_TEST_URL names no Elasticsearch node")


def made(folder: Path) -> ElasticEngine:
    """Return an engine with names of its own on the node."""
    return ElasticEngine(access(), writing=FolderLock(folder / "write.lock"), building=FolderLock(folder / "build.lock"))


@pytest.fixture
def elastic(tmp_path: Path) -> Iterator[ElasticEngine]:
    engine = made(tmp_path)
    with engine.rebuild():
        pass
    yield engine
    removed(engine)


@needs_node
class TestElastic(EngineContract):
    @pytest.fixture
    def engine(self, elastic: ElasticEngine) -> ElasticEngine:
        return elastic


@needs_node
def test_without_an_index_it_says_so(tmp_path: Path) -> None:
    engine = made(tmp_path)
    assert not engine.state().ready
    with pytest.raises(EngineNotReady):
        engine.search(plan(), STAFF)
    with pytest.raises(EngineNotReady):
        engine.write([document("c:1", "第一条")])
    assert not engine.state().ready, "a write makes no index by itself"
    engine.reset()


@needs_node
def test_a_late_write_never_beats_a_newer_one(elastic: ElasticEngine) -> None:
    elastic.write([document("c:1", "新的文字", version=8)])
    elastic.write([document("c:1", "旧的文字", version=7)])
    assert keys(elastic, plan(exact("新的文字"))) == ["c:1"]
    elastic.write([], keys=["c:1"], version=7)
    assert keys(elastic, plan()) == ["c:1"]
    elastic.write([], opinions=["op1"], version=9)
    elastic.write([document("c:1", "旧的文字", version=8)])
    assert keys(elastic, plan()) == [], "what was dropped does not come back by an older write"
    elastic.write([document("c:1", "再次公布", version=9)])
    assert keys(elastic, plan()) == ["c:1"]


@needs_node
def test_an_opinion_of_many_entries_is_dropped_whole(elastic: ElasticEngine) -> None:
    elastic.write([document(f"c:{number}", "第一条") for number in range(6_000)], version=1)
    elastic.write([document("c:7", "第一条", version=2)], opinions=["op1"], version=2)
    assert [entry.key for entry in elastic.entries()] == ["c:7"]


@needs_node
def test_pages_beyond_what_is_scored_in_full_follow_in_order(elastic: ElasticEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.engines.elastic._bodies.WINDOW", 10)
    monkeypatch.setattr("search.engines.elastic._bodies._TIES", 2)
    years = [2001, 2024, *range(2002, 2024)]
    elastic.write([document(f"c:{year}{part}", "执行联动" + "另有说明" * part, issued=year * 10_000 + 101, starts=0) for part in (0, 1) for year in years])
    asked = Group((Term(Field.WORDS, "联动"), *exact("执行联动").leaves))
    assert in_phases(plan(asked))
    found = [key for offset in range(0, 50, 10) for key in keys(elastic, plan(asked, offset=offset, limit=10))]
    assert found == [f"c:{year}{part}" for part in (0, 1) for year in range(2024, 2000, -1)]


def test_two_phases_only_where_each_idea_has_a_cheap_way() -> None:
    cheap, dear = Term(Field.WORDS, "联动"), exact("执行联动").leaves[0]
    assert in_phases(plan(Group((cheap, dear))))
    assert not in_phases(plan(Group((cheap,))))
    assert not in_phases(plan(Group((cheap, dear)), Group((dear,))))
    assert not in_phases(plan(Group((cheap, dear)), required=(Group((dear,)),)))
    assert not in_phases(plan(Group((cheap, dear)), sort=Sort.NEWEST))


@needs_node
def test_old_indices_of_this_site_go_and_no_others(elastic: ElasticEngine, tmp_path: Path) -> None:
    other = made(tmp_path)
    with other.rebuild():
        pass
    for _turn in range(3):
        with elastic.rebuild():
            pass
    client = elastic._client()
    assert len(client.indices.get(index=f"{elastic.alias}-*")) == 2, "the live one and the one before"
    assert other.state().ready
    removed(other)


@needs_node
def test_what_the_server_refuses_is_an_error_of_the_engine(elastic: ElasticEngine) -> None:
    with pytest.raises(EngineError):
        elastic.search(plan(offset=200_000), STAFF)
    too_long = "长" * 40_000  # a keyword of more bytes than Lucene takes
    with pytest.raises(EngineError):
        elastic.write([document("c:1", "第一条", numbers=(too_long,))])
    assert keys(elastic, plan(Group((Term(Field.NUMBER, "x"),)))) == []


def test_a_server_that_is_gone_is_told_and_then_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = ElasticEngine(Access("http://127.0.0.1:9"), writing=FolderLock(tmp_path / "w"), building=FolderLock(tmp_path / "b"))
    for read in (lambda: engine.search(plan(), STAFF), lambda: engine.count(plan(), STAFF), engine.state, lambda: engine.write([document("c:1", "甲")])):
        with pytest.raises(EngineDown):
            read()
    monkeypatch.setattr(engine, "_client", lambda *_args: pytest.fail("asked again at once"))
    with pytest.raises(EngineDown, match="Connection"):
        engine.count(plan(), STAFF)
    monkeypatch.undo()
    tries: list[str] = []
    monkeypatch.setattr(engine, "_client", lambda *_args: tries.append("once") or pytest.fail("this one tries"))
    engine._breaker._until = 0.0
    for _turn in range(3):
        with pytest.raises((EngineDown, pytest.fail.Exception)):
            engine.count(plan(), STAFF)
    assert tries == ["once"], "one tries after a while, the others are still told"


def test_an_address_that_is_none_is_refused() -> None:
    for url in ("", "ftp://host", "localhost:9200"):
        with pytest.raises(EngineRefused, match="SEARCH_URL"):
            Access(url).client(timeout=1)
    assert Access("https://a.example:9200/云上/Gw").prefix == "云上-gw"
    assert Access("http://127.0.0.1:9200").prefix == "liandong"
