"""An engine of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from search.engines import registry
from search.engines.base import Engine
from search.engines.embedded import EmbeddedEngine


@pytest.fixture
def embedded(tmp_path: Path) -> EmbeddedEngine:
    """An embedded engine with an empty index."""
    engine = EmbeddedEngine(tmp_path / "index")
    with engine.rebuild():
        pass
    return engine


@pytest.fixture
def site_engine(settings: Settings, tmp_path: Path) -> Iterator[Engine]:
    """The embedded engine as the site uses it."""
    settings.SEARCH_ENGINE, settings.SEARCH_DIR = "embedded", tmp_path / "site-index"
    registry.reset()
    yield registry.engine()
    registry.reset()
