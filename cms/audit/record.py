"""Writing and checking the audit trail."""

import hashlib
import json
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from cms.accounts.models import User

from .models import AuditEntry


@transaction.atomic
def record(*, actor: User | None, action: str, target: models.Model, details: dict[str, Any] | None = None) -> AuditEntry:
    """Add a row in the transaction of the deed. ``actor`` is None for the system itself (a command, a worker)."""
    last = AuditEntry.objects.select_for_update().order_by("-pk").values_list("digest", flat=True).first() or ""
    entry = AuditEntry(
        at=timezone.now(),
        actor=str(actor) if actor else "系统",
        action=action,
        target=f"{target._meta.label_lower}:{target.pk}",
        label=str(target)[:300],
        details=details or {},
        previous=last,
    )
    entry.digest = digest(entry)
    entry.save()
    return entry


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


def broken_links() -> list[int]:
    """Return the ids of rows whose hash or link does not hold; empty for a sound trail."""
    broken, previous = [], ""
    for entry in AuditEntry.objects.order_by("pk").iterator():
        if entry.previous != previous or digest(entry) != entry.digest:
            broken.append(entry.pk)
        previous = entry.digest
    return broken
