"""Two people who confirm the same reform at the same moment: one enters it, the other is told."""

import threading
from pathlib import Path

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, Page

from cms.accounts.models import User
from policy_docs.reforms import actions
from policy_docs.reforms.entry import Step
from policy_docs.reforms.refusals import ReformRefused
from policy_docs.units.aliases import load_vocabulary
from policy_docs.units.events import ReformEvent
from policy_docs.units.models import Reform, UnitKind, VocabularyStamp
from tests.factories.reforms import entry, filled, officer
from tests.factories.waiting import Meeting, store
from tests.policy_docs.admin.test_guarded import read_back

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time"),
    pytest.mark.django_db(transaction=True),
]


def test_one_enters_and_the_other_is_told(tmp_path: Path) -> None:
    Locale.objects.get_or_create(language_code="zh-hans")
    if not Page.objects.filter(depth=1).exists():
        Page.add_root(title="Root", slug="root")
    load_vocabulary()
    filled(tmp_path)
    people, seen, told = [officer(name) for name in ("李静", "王芳", "赵敏")], VocabularyStamp.current(), []
    begin = threading.Barrier(len(people))

    def confirm(number: int) -> None:
        begin.wait(10)
        try:
            actions.enter(entry(Step("petition", "social_work")), seen=seen, actor=people[number])
        except ReformRefused as refusal:
            told.append(type(refusal).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=confirm, args=(number,)) for number in range(len(people))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert told == ["SeenIsStale", "SeenIsStale"]
    assert Reform.objects.filter(predecessor="petition").count() == 1
    assert ReformEvent.objects.filter(with_release=False).count() == 1


def test_a_unit_is_edited_while_a_reform_that_names_it_is_entered(monkeypatch: pytest.MonkeyPatch) -> None:
    store()
    office, meeting = officer(), Meeting()
    User.objects.filter(pk=office.pk).update(is_superuser=True)  # the groups of the roles went with the database
    client = Client()
    client.force_login(office, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("wagtailsnippets_policy_docs_unitkind:edit", args=["petition"])
    form = read_back(client.get(url))

    def edit() -> None:
        assert client.post(url, {**form, "short": "信访口"}).status_code == 302

    with meeting.after(monkeypatch, actions, "record"):
        assert meeting.errors(lambda: actions.enter(entry(Step("petition", "social_work")), seen=VocabularyStamp.current(), actor=office), edit) == []
    assert UnitKind.objects.get(pk="petition").short == "信访口"
