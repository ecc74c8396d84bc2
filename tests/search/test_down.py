"""A search server that is gone: changes wait, nothing fails."""

from pathlib import Path

import pytest
from pytest_django import Settings

from policy_docs.opinions.models import Change
from search import tasks
from search.engines import registry

pytestmark = pytest.mark.django_db


def test_changes_wait_for_a_server_that_is_gone(settings: Settings, tmp_path: Path) -> None:
    settings.SEARCH_URL, settings.SEARCH_ENGINE, settings.SEARCH_DIR = "http://127.0.0.1:9", "", tmp_path
    registry.reset()
    assert registry.engine().name == "elasticsearch"
    Change.objects.all().delete()
    Change.objects.create(item=Change.Item.OPINION, key="x")
    assert tasks.drain_outbox() == 0
    tasks.rebuild_index()
    tasks.sweep()
    assert Change.objects.count() == 1
    registry.reset()
