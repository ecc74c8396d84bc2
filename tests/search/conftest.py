"""An engine of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from search.engines import registry
from search.engines.base import Engine
from search.engines.embedded import EmbeddedEngine
from tests.factories import node


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """How long a node takes to answer says something of the machine and nothing of the code."""
    monkeypatch.setattr("search.engines.elastic._engine.PEOPLE", 30.0)


@pytest.fixture
def embedded(tmp_path: Path) -> EmbeddedEngine:
    """An embedded engine with an empty index."""
    engine = EmbeddedEngine(tmp_path / "index")
    with engine.rebuild():
        pass
    return engine


@pytest.fixture(params=["embedded", *(["elasticsearch"] if node.NODE else [])])
def site_engine(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[Engine]:
    """The engine as the site uses it; each of the two where a node is there."""
    settings.SEARCH_ENGINE, settings.SEARCH_DIR = request.param, tmp_path / "site-index"
    if request.param == "elasticsearch":
        settings.SEARCH_URL, settings.SEARCH_USER, settings.SEARCH_PASSWORD = node.own_url(), node.USER, node.PASSWORD
        settings.SEARCH_CA_FILE = node.AUTHORITY
    registry.reset()
    engine = registry.engine()
    yield engine
    if request.param == "elasticsearch":
        node.removed(engine)
    registry.reset()
