"""The audit trail: rows are added, never changed; what was changed behind its back is found."""

import threading
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from cms.accounts.models import User
from cms.audit.models import AuditEntry, AuditRefused
from cms.audit.record import record, trail_last, verify


@pytest.fixture
def trail(db: None) -> list[AuditEntry]:
    user = User.objects.create(username="c", display_name="李静")
    return [record(actor=user, action="user.change", target=user, details={"第": number, "小数": 0.1}) for number in range(4)]


def _tamper(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_rows_are_linked(trail: list[AuditEntry]) -> None:
    assert [entry.previous for entry in trail] == ["", *(entry.digest for entry in trail[:-1])]
    assert verify().broken == ()
    assert (verify().count, verify().head) == (4, trail[-1].digest)


@pytest.mark.parametrize(
    "deed",
    [
        lambda entry: entry.save(),
        lambda entry: entry.save(update_fields=["label"]),
        lambda entry: entry.delete(),
        lambda entry: AuditEntry.objects.update(label="别的"),
        lambda entry: AuditEntry.objects.filter(pk=entry.pk).delete(),
        lambda entry: AuditEntry.objects.bulk_update([entry], ["label"]),
        lambda entry: AuditEntry.objects.bulk_create([AuditEntry(at=entry.at, actor="甲", action="x", target="y", previous="", digest="z")]),
        lambda entry: AuditEntry._base_manager.filter(pk=entry.pk).update(label="别的"),
        lambda entry: AuditEntry.objects.update_or_create(pk=entry.pk, defaults={"label": "别的"}),
    ],
)
def test_a_row_is_neither_changed_nor_deleted(trail: list[AuditEntry], deed: Any) -> None:
    trail[1].label = "别的"
    with pytest.raises(AuditRefused), transaction.atomic():
        deed(trail[1])
    assert AuditEntry.objects.filter(label="李静").count() == 4
    assert verify().broken == ()


def test_the_row_survives_its_object(trail: list[AuditEntry]) -> None:
    User.objects.all().delete()
    assert AuditEntry.objects.count() == 4
    assert trail[0].actor == "李静"


@pytest.mark.parametrize(
    ("sql", "column"),
    [
        ("UPDATE audit_auditentry SET label = '别的' WHERE id = %s", 1),
        ("UPDATE audit_auditentry SET details = '{}' WHERE id = %s", 1),
        ("DELETE FROM audit_auditentry WHERE id = %s", 2),
    ],
)
def test_tampering_is_found(trail: list[AuditEntry], sql: str, column: int) -> None:
    _tamper(sql, trail[1].pk)
    assert verify().broken == (trail[column].pk,)
    with pytest.raises(CommandError, match=f"1 条被改动或者前面缺行：{trail[column].pk}"):
        call_command("verify_audit")


def test_a_trail_cut_off_at_its_end_is_found_by_the_hash_noted_before(trail: list[AuditEntry]) -> None:
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert f"共 4 条，完整。末条校验值：{trail[-1].digest}" in out.getvalue()
    call_command("verify_audit", known=trail[1].digest, stdout=out)
    _tamper("DELETE FROM audit_auditentry WHERE id = %s", trail[-1].pk)
    call_command("verify_audit", stdout=out)
    with pytest.raises(CommandError, match="末尾的记录可能已被删除"):
        call_command("verify_audit", known=trail[-1].digest)


def test_a_deed_that_fails_leaves_no_row(trail: list[AuditEntry]) -> None:
    @transaction.atomic
    def deed() -> None:
        record(actor=None, action="x", target=User.objects.get())
        raise RuntimeError

    with pytest.raises(RuntimeError):
        deed()
    assert AuditEntry.objects.count() == 4
    assert record(actor=None, action="x", target=User.objects.get()).actor == "系统"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time")
def test_writers_at_once_make_one_chain() -> None:
    user = User.objects.create(username="c")
    failures: list[BaseException] = []

    def write() -> None:
        try:
            for _number in range(10):
                with transaction.atomic():
                    record(actor=user, action="x", target=user)
        except BaseException as error:  # noqa: BLE001 - handed to the test
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert (verify().count, verify().broken) == (40, ())


def test_what_is_recorded_inside_is_written_at_the_end(db: None) -> None:
    user = User.objects.create(username="c", display_name="李静")
    with transaction.atomic(), trail_last():
        record(actor=user, action="first", target=user)
        with trail_last():
            record(actor=user, action="second", target=user)
        with pytest.raises(ValueError, match="no"):
            _fail(user)
        assert not AuditEntry.objects.exists()
    record(actor=user, action="third", target=user)
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == ["first", "second", "third"]
    assert verify().broken == ()


def _fail(user: User) -> None:
    with transaction.atomic(), trail_last():
        record(actor=user, action="never", target=user)
        raise ValueError("no")


def test_what_fails_leaves_nothing_in_the_trail(db: None) -> None:
    with pytest.raises(ValueError, match="no"):
        _fail(User.objects.create(username="c"))
    assert not AuditEntry.objects.exists()
