"""What has come since a reader looked at the page of a unit before."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from policy_docs import ports

from .models import UnitLook
from .selectors import Row, Unit

VISIT = datetime.timedelta(hours=4)  # apart by less, or on one day, two looks are one visit
_OFTEN = datetime.timedelta(minutes=10)  # a look is not written down more often


@dataclass(frozen=True, slots=True)
class Since:
    """What is different since ``at``, when the reader looked before; ``gone``, ``told`` and ``days`` as in ``ports.Changes``."""

    at: datetime.datetime
    gone: int
    told: Sequence[Any]
    days: Sequence[Any]


def marked(request: HttpRequest, unit: Unit, rows: list[Row], *, is_look: bool) -> tuple[list[Row], Since | None]:
    """Return the rows of a unit's page, those that have come since the reader looked before marked, and what else has changed. None where there is
    nothing to compare with: for the public, on the first visit, and on the page of another day.

    ``is_look``: the page itself is shown, so that this counts as a look; one that a browser fetches ahead does not.
    """
    user, now = request.user, timezone.now()
    if not isinstance(user, User) or not viewer_of(user).is_staff_reader or unit.on != timezone.localdate(now):
        return rows, None
    at = look(user, unit, now=now) if is_look and not _is_ahead(request) else looked_before(user, unit, now=now)
    if at is None:
        return rows, None
    changes = ports.changes_since(unit, rows, user=user, at=at)
    turned = [replace(row, turn=changes.turns[row.duty]) if row.duty in changes.turns else row for row in rows]
    return turned, Since(at, changes.gone, changes.told, changes.days)


def looked_before(user: User, unit: Unit, *, now: datetime.datetime) -> datetime.datetime | None:
    """Return when a person looked at the page in the visit before this one."""
    row = _row(user, unit)
    return None if row is None else _before(row, now)


def look(user: User, unit: Unit, *, now: datetime.datetime) -> datetime.datetime | None:
    """Note that a person looks, and return when that was in the visit before: a page that is opened again on the same day goes on being compared
    with the same moment. No audit row: it is a person's own note."""
    row = _row(user, unit)
    if row is None:
        UnitLook.objects.get_or_create(user=user, kind=unit.kind.key, code=unit.place.code, defaults={"at": now})
        return None
    before = _before(row, now)
    if row.at < now - _OFTEN:
        UnitLook.objects.filter(pk=row.pk, at=row.at).update(at=now, before=before)  # of two at once one is enough
    return before


def _row(user: User, unit: Unit) -> UnitLook | None:
    return UnitLook.objects.filter(user=user, kind=unit.kind.key, code=unit.place.code).first()


def _before(row: UnitLook, now: datetime.datetime) -> datetime.datetime | None:
    is_same_visit = now - row.at < VISIT or timezone.localdate(now) == timezone.localdate(row.at)
    return row.before if is_same_visit else row.at


def _is_ahead(request: HttpRequest) -> bool:
    """Whether a browser fetches the page before anybody asks for it."""
    return any("prefetch" in request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
