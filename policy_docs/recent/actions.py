"""Noting up to when a person has looked through the changes of others."""

import datetime

from django.utils import timezone

from cms.accounts.models import User

from .models import LookedThrough


def look_through(user: User, *, until: datetime.datetime) -> None:
    """Note that a person has looked through everything until a moment, at most now: what came after the page was made stays new. Two pages open at once
    do no harm, the later moment counts. No audit row: it is a person's own note."""
    moment = min(until, timezone.now())
    row, is_new = LookedThrough.objects.get_or_create(user=user, defaults={"at": moment})
    if not is_new:
        LookedThrough.objects.filter(pk=row.pk, at__lt=moment).update(at=moment)
