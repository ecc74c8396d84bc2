"""Two people write the contacts of one unit at the same moment: one of them is told, nothing is mixed."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection, connections

from policy_docs.directory import actions, uploading
from policy_docs.directory.models import Contact, DirectoryEntry, DirectoryUpload
from policy_docs.directory.people import Wanted
from policy_docs.units.aliases import load_vocabulary
from tests.factories.directory import CITY, LEADER, LIAISON, entry, office
from tests.factories.waiting import Meeting

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time"),
    pytest.mark.django_db(transaction=True),
]


def _at_once(*jobs: Callable[[], object]) -> list[str]:
    errors: list[str] = []
    start = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> None:
        try:
            start.wait(10)
            job()
        except Exception as error:  # what ended a thread is what the test looks at
            errors.append(type(error).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return errors


def test_of_two_who_save_one_is_told() -> None:
    load_vocabulary()  # a test of this sort before this one has emptied the database
    unit = entry("public_security", CITY, LEADER, LIAISON)
    row = Contact.objects.get(role="liaison")
    officer = office()

    def save(mobile: str) -> Callable[[], object]:
        wanted = [Wanted(replace(LIAISON, mobile=mobile), row.pk)]
        return lambda: actions.save_contacts(unit, seen=unit.revision, wanted=wanted, actor=officer)

    assert _at_once(save("13911111111"), save("13922222222")) == ["Stale"]
    assert Contact.objects.filter(role="liaison", ended_at__isnull=True).count() == 1
    unit.refresh_from_db()
    assert unit.revision == 2


def test_a_table_and_a_form_at_once_do_not_mix() -> None:
    load_vocabulary()
    unit = entry("public_security", CITY, LEADER, LIAISON)
    row = Contact.objects.get(role="liaison")
    officer = office()
    cells = {"行政区划代码": CITY, "单位类别": "公安机关", "身份": "联络员", "姓名": "孔祥瑞", "手机": "13955556666"}
    plan = uploading._plan([(2, cells)])
    upload = DirectoryUpload.objects.create(name="x.xlsx", rows=[[2, cells]], plan=plan.as_json(), counts=plan.counts())
    changed = [Wanted(replace(LIAISON, mobile="13911111111"), row.pk)]

    errors = _at_once(
        lambda: uploading.confirm(upload, seen=uploading.mark(upload), actor=officer),
        lambda: actions.save_contacts(unit, seen=unit.revision, wanted=changed, actor=officer),
    )
    assert errors in (["Differs"], ["Stale"])
    names = set(Contact.objects.filter(role="liaison", ended_at__isnull=True).values_list("name", flat=True))
    assert names == ({"杨立群"} if errors == ["Differs"] else {"孔祥瑞"})


def test_units_join_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    load_vocabulary()
    one, meeting = office(), Meeting()
    with meeting.after(monkeypatch, actions, "record"):
        found = meeting.errors(
            lambda: actions.add_entries(["public_security", "finance"], CITY, actor=one), lambda: actions.add_entries(["finance"], CITY, actor=one)
        )
    assert found == []
    assert DirectoryEntry.objects.count() == 2


def test_units_of_a_table_join_while_another_joins(monkeypatch: pytest.MonkeyPatch) -> None:
    load_vocabulary()
    one, meeting = office(), Meeting()
    rows = [
        [number, {"行政区划代码": CITY, "单位类别": kind, "身份": "联络员", "姓名": "孔祥瑞", "手机": "13955556666"}]
        for number, kind in ((2, "公安机关"), (3, "财政部门"))
    ]
    plan = uploading._plan(rows)
    upload = DirectoryUpload.objects.create(name="x.xlsx", rows=rows, plan=plan.as_json(), counts=plan.counts())
    assert len(plan.wanted) == 2
    with meeting.after(monkeypatch, actions, "record"):
        found = meeting.errors(
            lambda: uploading.confirm(upload, seen=uploading.mark(upload), actor=one),
            lambda: actions.add_entries([kind for kind, _code in reversed(plan.wanted)], CITY, actor=one),
        )
    assert found == []
    assert DirectoryEntry.objects.count() == 2
