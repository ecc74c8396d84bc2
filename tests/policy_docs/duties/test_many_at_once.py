"""Two people, or one who presses twice, with a deed on the same documents at the same moment."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, connections
from django.utils import timezone
from wagtail.models import Locale, Page

from cms.accounts.models import User
from cms.audit.models import AuditEntry
from cms.audit.record import verify
from policy_docs.jobs import Job
from policy_docs.opinions import actions as storing
from policy_docs.opinions import bulk, many
from policy_docs.opinions.many import Order, Verb
from policy_docs.opinions.pages import OpinionPage
from tests.factories.opinions import TEXT, import_text
from tests.factories.waiting import Meeting, store
from tests.policy_docs.admin.test_one_order import BOTH
from tests.policy_docs.importing.test_at_once import REPEALING

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time"),
    pytest.mark.django_db(transaction=True),
]


def at_once(*jobs: Callable[[], object]) -> None:
    errors: list[str] = []
    together = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> None:
        try:
            together.wait(20)
            job()
        except Exception as error:  # what ended a thread is what the test looks at
            errors.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not errors


@pytest.fixture
def people(tmp_path: Path) -> list[User]:
    Locale.objects.get_or_create(language_code="zh-hans")
    if not Page.objects.filter(depth=1).exists():
        Page.add_root(title="Root", slug="root")
    for number in range(6):
        import_text(tmp_path, f"p{number}", TEXT.replace("8号", f"{number}号").replace("协作", f"协作之{number}"))
    return [User.objects.create(username=name, role="coordination", is_superuser=True) for name in ("c", "d")]


def seen(actor: User, value: str) -> list[tuple[str, str]]:
    order = Order(Verb.DISCLOSURE, value, actor, timezone.localdate())
    return [(item.key, item.stamp) for item in many.plan(OpinionPage.objects.order_by("pk"), order)]


def test_each_document_goes_to_one_of_two_and_the_other_is_told(people: list[User]) -> None:
    asked = [(actor, value, seen(actor, value)) for actor, value in zip(people, ("open", "closed"), strict=True)]
    at_once(*(lambda one=one: bulk.ask(bulk.new_key(), one[2], verb=Verb.DISCLOSURE, value=one[1], actor=one[0]) for one in asked))  # type: ignore[misc]
    jobs = list(Job.objects.filter(kind=bulk.JOB))
    assert sum(len(job.result["done"]) for job in jobs) == 6
    assert sum(len(job.result["left"]) for job in jobs) == 6
    assert all("已被改过" in why for job in jobs for _key, _title, why in job.result["left"])
    for job in jobs:
        for key, _title in job.result["done"]:
            assert OpinionPage.objects.get(public_key=key).disclosure == job.result["value"]
    assert not verify().broken


def test_the_same_button_pressed_twice_at_once_is_one_deed(people: list[User]) -> None:
    key, pairs = bulk.new_key(), seen(people[0], "open")
    at_once(*([lambda: bulk.ask(key, pairs, verb=Verb.DISCLOSURE, value="open", actor=people[0])] * 3))
    assert Job.objects.filter(kind=bulk.JOB).count() == 1
    assert AuditEntry.objects.filter(action="opinion.disclosure").count() == 6


def test_a_deed_on_a_document_that_repeals_and_an_import_that_repeals_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is published by the deed holds what it repeals too, and in the order of everybody else."""
    store()
    storing.index_page()
    old, repealing = import_text(tmp_path), import_text(tmp_path, "b", REPEALING)
    actor, meeting = User.objects.create(username="c", role="coordination", is_superuser=True), Meeting()
    repealing.save_revision().publish()
    OpinionPage.objects.filter(pk=old.pk).update(repealed_by=None, repealed_on=None, repeal_found=False)  # somebody has taken the repeal back: it is found anew
    order = Order(Verb.DISCLOSURE, "open", actor, timezone.localdate())
    (planned,) = many.plan(OpinionPage.objects.filter(pk=repealing.pk), order)
    told: list[many.Outcome] = []
    with meeting.after(monkeypatch, many, "facts_of"):
        deed = lambda: told.append(many.carry_out(planned.key, planned.stamp, order))  # noqa: E731 - what one of two does
        assert meeting.errors(deed, lambda: import_text(tmp_path, "d", BOTH)) == []
    assert [item.why for item in told] == [""]
    assert OpinionPage.objects.get(pk=repealing.pk).disclosure == "open"
    assert not verify().broken
