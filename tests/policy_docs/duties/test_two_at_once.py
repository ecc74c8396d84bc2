"""Two people at once: publishing a document while its duties are checked."""

import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone
from wagtail.models import Locale, Page

from cms.accounts.models import User
from policy_docs.duties import actions
from policy_docs.duties.models import Duty
from policy_docs.importing.reread import reread
from policy_docs.opinions import following
from policy_docs.opinions.pages import OpinionPage
from tests.factories.opinions import import_text, reword

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time"),
    pytest.mark.django_db(transaction=True),
]


def _root() -> None:
    """A test of this sort before this one has emptied the database, the root of the pages with it."""
    Locale.objects.get_or_create(language_code="zh-hans")
    if not Page.objects.filter(depth=1).exists():
        Page.add_root(title="Root", slug="root")


def _at_once(*jobs: Callable[[], object]) -> list[str]:
    errors: list[str] = []

    def run(job: Callable[[], object]) -> None:
        try:
            job()
        except Exception as error:  # what ended a thread is what the test looks at
            errors.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return errors


def test_publishing_and_checking_do_not_wait_for_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _root()
    page = import_text(tmp_path)
    officer = User.objects.create(username="c", role="coordination")
    duties = list(Duty.objects.all())
    reword(page, "保障工作经费", "足额保障工作经费")
    revision = page.save_revision()
    saved, noted = threading.Event(), threading.Event()
    project, note = following.project, actions._note_reviewed

    def slow_project(page: OpinionPage, *, draft: bool) -> Any:
        saved.set()
        noted.wait(2)
        time.sleep(0.2)
        return project(page, draft=draft)

    def slow_note(opinions: set[int]) -> None:
        noted.set()
        time.sleep(0.2)
        note(opinions)

    def check() -> None:
        saved.wait(5)
        actions.decide(duties, state=Duty.State.CONFIRMED, actor=officer)

    monkeypatch.setattr(following, "project", slow_project)
    monkeypatch.setattr(actions, "_note_reviewed", slow_note)
    assert _at_once(revision.publish, check) == []


def test_reading_and_checking_do_not_wait_for_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _root()
    page = import_text(tmp_path)
    officer = User.objects.create(username="c", role="coordination")
    duties = list(Duty.objects.all())
    actions.decide(duties[:1], state=Duty.State.CONFIRMED, actor=officer)
    OpinionPage.objects.filter(pk=page.pk).update(reviewed_at=timezone.now())  # so that the reading writes the page's row
    dropped, held = threading.Event(), threading.Event()
    create, hold = actions._create, actions.hold_documents

    def slow_create(*args: Any) -> None:
        dropped.set()
        held.wait(2)
        time.sleep(0.2)
        create(*args)

    def told_hold(opinions: Iterable[int]) -> None:
        hold(opinions)
        if dropped.is_set():
            held.set()

    def check() -> None:
        dropped.wait(5)
        actions.decide(duties, state=Duty.State.CONFIRMED, actor=officer)

    monkeypatch.setattr(actions, "_create", slow_create)
    monkeypatch.setattr(actions, "hold_documents", told_hold)
    assert _at_once(lambda: reread(page), check) == []
