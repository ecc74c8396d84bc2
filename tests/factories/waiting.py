"""Two people at the same moment, on PostgreSQL: whether they wait for each other for ever."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections
from wagtail.models import Locale, Page

from policy_docs.units.aliases import load_vocabulary

PAUSE = 1.2  # longer than PostgreSQL waits before it looks for those who wait for each other

on_postgresql = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time"),
    pytest.mark.django_db(transaction=True),
]


def store() -> None:
    """Give the store what it begins with: a test of this sort before this one has emptied the database."""
    load_vocabulary()
    Locale.objects.get_or_create(language_code="zh-hans")
    if not Page.objects.filter(depth=1).exists():
        Page.add_root(title="Root", slug="root")


class Meeting:
    """``first`` comes to a place in its transaction and stays there a while; ``then`` begins only now."""

    def __init__(self) -> None:
        self.there = threading.Event()

    def stay(self) -> None:
        """Be at the place."""
        if not self.there.is_set():
            self.there.set()
            threading.Event().wait(PAUSE)

    @contextmanager
    def after(self, monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> Iterator[None]:
        """Stay after a function has been called for the first time."""
        real = getattr(owner, name)

        def called(*args: Any, **kwargs: Any) -> Any:
            found = real(*args, **kwargs)
            self.stay()
            return found

        with monkeypatch.context() as patch:
            patch.setattr(owner, name, called)
            yield

    def errors(self, first: Callable[[], object], then: Callable[[], object]) -> list[str]:
        """Return what ended the two."""
        found: list[str] = []

        def run(job: Callable[[], object], wait: bool) -> None:
            try:
                if wait:
                    assert self.there.wait(20)
                job()
            except Exception as error:  # what ended a thread is what the test looks at
                found.append(repr(error)[:200])
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run, args=(job, job is then)) for job in (first, then)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(40)
        return found
