"""The engine that finds nothing keeps to the protocol."""

from search.engines.base import Engine
from search.engines.null import NullEngine
from search.types import Facet, Found
from tests.factories.search import document
from tests.search.engines.contract import STAFF, plan


def test_it_takes_everything_and_finds_nothing() -> None:
    engine: Engine = NullEngine()
    with engine.exclusive(), engine.rebuild() as target:
        target.write([document("c:1", "文字")])
    engine.write([document("c:1", "文字")], opinions=["op1"], keys=["c:2"])
    assert engine.state().ready
    assert engine.search(plan(), STAFF) == Found()
    assert engine.count(plan(), STAFF) == 0
    assert engine.facets(plan(), STAFF, [Facet.UNIT]) == {Facet.UNIT: {}}
    assert list(engine.entries()) == []
