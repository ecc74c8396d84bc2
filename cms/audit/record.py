"""Writing and checking the audit trail."""

import datetime
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone
from wagtail.log_actions import get_active_log_context

from cms.accounts.models import User

from .models import AuditEntry

SYSTEM = "系统"  # who acts where nobody is signed in: a command, the worker
_LOCK = 0x4C44_4155  # key of the lock that orders the writers of the chain


def acting() -> User | None:
    """Return who is signed in where Wagtail's own code saves; None in a command or a worker."""
    user = get_active_log_context().user
    return user if isinstance(user, User) else None


def record(*, actor: User | None, action: str, target: models.Model, details: dict[str, Any] | None = None) -> AuditEntry:
    """Add a row in the transaction of the deed. ``actor`` is None for the system itself (a command, a worker)."""
    entry = AuditEntry(
        actor=(str(actor) if actor else SYSTEM)[:80],
        action=action,
        target=f"{target._meta.label_lower}:{target.pk}"[:120],
        label=str(target)[:300],
        details=details or {},
    )
    kept = _kept.get()
    if kept is None:
        _write(entry)
    else:
        kept.append(entry)
    return entry


_kept: ContextVar[list[AuditEntry] | None] = ContextVar("kept", default=None)


@contextmanager
def trail_last() -> Iterator[None]:
    """Write what is recorded inside when this ends, in its order and in the same transaction: the trail is locked until the commit, so a deed that
    writes many things, each with its own row, takes it after every other lock. What fails inside leaves no row. Put it inside ``atomic()``."""
    outer = _kept.get()
    rows: list[AuditEntry] = []
    token = _kept.set(rows)
    try:
        yield
    finally:
        _kept.reset(token)
    if outer is not None:
        outer += rows
        return
    for entry in rows:
        _write(entry)


@transaction.atomic
def _write(entry: AuditEntry) -> None:
    wait_for_turn()
    entry.at = timezone.now()
    entry.previous = AuditEntry.objects.order_by("-pk").values_list("digest", flat=True).first() or ""
    entry.digest = digest(entry)
    entry.save()


def wait_for_turn() -> None:
    """One writer at a time until its commit. A lock on the last row would not do: who waited for it would still take it for the last.
    SQLite lets one transaction write anyway. A deed whose locks another's commit would wait for (a changed key: PostgreSQL checks references at
    the commit) waits for its turn before it takes them."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def digest(entry: AuditEntry) -> str:
    """Return the hash over a row's words and the row before."""
    words = [
        entry.previous,
        entry.at.isoformat(),
        entry.actor,
        entry.action,
        entry.target,
        entry.label,
        json.dumps(entry.details, sort_keys=True, ensure_ascii=False),
    ]
    return hashlib.sha256("\x1f".join(words).encode()).hexdigest()


def before(moment: datetime.datetime) -> int:
    """Return the id of the newest row before a moment, 0 for none: rows come in order, and times have no index."""
    return AuditEntry.objects.filter(at__lt=moment).order_by("-pk").values_list("pk", flat=True).first() or 0


@dataclass(frozen=True, slots=True)
class Trail:
    """What a check found: how many rows, the hash of the last one, the ids of rows whose hash or link does not hold."""

    count: int
    head: str
    broken: tuple[int, ...]
    holds_known: bool = True  # the hash noted at an earlier check is still in the chain


def verify(*, known: str = "") -> Trail:
    """Check the whole trail. A trail that was cut off at its end is sound in itself: give the hash that an earlier check ended with."""
    count, previous, broken, met = 0, "", [], not known
    for entry in AuditEntry.objects.order_by("pk").iterator():
        if entry.previous != previous or digest(entry) != entry.digest:
            broken.append(entry.pk)
        previous = entry.digest
        met = met or previous == known
        count += 1
    return Trail(count, previous, tuple(broken), met)
