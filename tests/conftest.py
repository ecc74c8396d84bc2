"""What holds for all tests."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import settings
from pytest_django import DjangoDbBlocker

from policy_docs.units import aliases
from policy_docs.units.match import Matcher
from policy_docs.units.vocabulary import Vocabulary

# how long an example takes says something of the machine and nothing of the code
settings.register_profile("liandong", deadline=None)
settings.load_profile("liandong")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks no database: it need not run once more on the other one."""
    for item in items:
        if not item.get_closest_marker("django_db") and not {"db", "transactional_db"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.pure)


class _Kept(dict[int, tuple[Vocabulary, Matcher]]):
    """The vocabularies that were read: the one that every test begins with, and the one that was edited last."""

    def clear(self) -> None:
        for stamp in list(self)[1:]:
            del self[stamp]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """``TEST_TEMPLATE`` names a database of PostgreSQL that was just migrated: to copy it takes a moment, to migrate each anew a quarter of a minute."""
    if template := os.environ.get("TEST_TEMPLATE"):
        connection.settings_dict["TEST"]["TEMPLATE"] = template


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Hundreds of tests edit the vocabulary and are rolled back: none after them reads that of the data files anew, or goes round all garbage for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aliases, "_cache", _Kept())
        with django_db_blocker.unblock():
            aliases.current_vocabulary()
        patch.setattr(aliases, "_set_aside", lambda: None)
        yield


@pytest.fixture(scope="module")
def keeping(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], AbstractContextManager[Path]]]:
    """What a module's fixtures store in its ``with`` is stored once: each test of the module begins with it and is rolled back to it, as after ``setUpTestData``.

    For modules whose tests all ask for that store, none with a real commit. The folder is for the files.
    """

    @contextmanager
    def kept() -> Iterator[Path]:
        with django_db_blocker.unblock():
            yield tmp_path_factory.mktemp("kept")

    whole = transaction.atomic()
    whole._from_testcase = True  # so that durable blocks may stand in it, as in those of the tests
    with django_db_blocker.unblock():
        whole.__enter__()
    yield kept
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        whole.__exit__(None, None, None)
