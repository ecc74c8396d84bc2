"""A real Elasticsearch node for tests, as ``SEARCH_TEST_URL`` names it (``_USER``, ``_PASSWORD`` and ``_CA_FILE`` beside it)."""

import os
import uuid

from search.engines.base import Engine
from search.engines.elastic import Access, ElasticEngine

NODE = os.environ.get("SEARCH_TEST_URL", "").rstrip("/")
USER, PASSWORD = os.environ.get("SEARCH_TEST_USER", ""), os.environ.get("SEARCH_TEST_PASSWORD", "")
AUTHORITY = os.environ.get("SEARCH_TEST_CA_FILE", "")


def own_url() -> str:
    """Return the node with names of indices that nobody else has."""
    return f"{NODE}/test-{uuid.uuid4().hex[:12]}"


def access() -> Access:
    """Return a way in, with names of its own."""
    return Access(own_url(), user=USER, password=PASSWORD, authority=AUTHORITY)


def removed(engine: Engine) -> None:
    """Take the indices of a test off the node."""
    assert isinstance(engine, ElasticEngine)
    client = engine._client()
    for name in client.indices.get(index=f"{engine.alias}*", ignore_unavailable=True):
        client.indices.delete(index=name)
    engine.reset()
