"""Telling people what their saved filters newly find: at the rate they chose, on the site and, where they want it, by mail.

What a filter finds is compared with what it found the last time, as its owner may see it then: so nothing is told of what somebody may not see, and nothing
is missed, whatever made it come (a new document, an amendment, a decision on a duty, a reform).
"""

import datetime
from collections.abc import Iterator
from typing import NamedTuple

import structlog
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of

from .actions import SavingRefused, own
from .finding import MOST, WATCHED, Entries, TooMany, entries
from .models import AlertFinding, SavedAlert, SavedListing

log = structlog.get_logger(__name__)
Rate = SavedAlert.Rate
MORNING = 8  # o'clock: when what is told once a day or week is told
SOON = datetime.timedelta(minutes=10)
KEPT = datetime.timedelta(days=180)  # findings that were read


@transaction.atomic
def set_alert(pk: int, *, rate: str, mail: bool, actor: User, now: datetime.datetime | None = None) -> SavedAlert | None:
    """Have a filter of one's own watched from now on, at another rate, or no more ("" as rate): None then. What it finds now is known.

    Raises:
        SavingRefused: not theirs, a list that is not watched, too many hits, no mail address, or the index cannot be asked.
    """
    now = now or timezone.now()
    row = own(pk, actor)
    if rate not in Rate.values:
        SavedAlert.objects.filter(listing=row).delete()
        return None
    if mail and not actor.email:
        raise SavingRefused(_("没有保存：您的账号没有登记邮箱，不能发邮件提醒。请联系系统管理员登记。"))
    held = SavedAlert.objects.filter(listing=row).first()
    if held is None:
        held = SavedAlert(listing=row, seen=_found(row, actor, now), compared_at=now)
    held.rate, held.mail, held.next_at = rate, mail, next_time(Rate(rate), now)
    held.save()
    return held


def _found(row: SavedListing, actor: User, now: datetime.datetime) -> Entries:
    if row.page not in WATCHED:
        raise SavingRefused(_("没有保存：这个列表不能设提醒。"))
    try:
        found = entries(row, viewer=viewer_of(actor), on=timezone.localdate(now))
    except TooMany as error:
        raise SavingRefused(_("没有设提醒：这个筛选现在有 %d 个以上的结果，请先缩小范围。") % MOST) from error
    if found is None:
        raise SavingRefused(_("没有设提醒：现在不能查找这个筛选的结果，请过几分钟再试。"))
    return found


def next_time(rate: Rate, now: datetime.datetime) -> datetime.datetime:
    """Return when a filter is compared next: the next morning, that of the next Monday, or soon."""
    if rate is Rate.SOON:
        return now + SOON
    local = timezone.localtime(now)
    morning = local.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    days = 0 if local < morning else 1
    if rate is Rate.WEEKLY:
        days += (7 - (local.weekday() + days)) % 7
    return morning + datetime.timedelta(days=days)


def run_due(now: datetime.datetime) -> Iterator[AlertFinding]:
    """Compare the filters whose time has come; yield what is different. One that cannot be told waits for the next round; several workers share the work,
    since each takes a filter by moving its time."""
    due = SavedAlert.objects.filter(next_at__lte=now, listing__removed_at=None).order_by("next_at").values_list("pk", "next_at", "rate")
    for pk, at, rate in list(due):
        with transaction.atomic():
            if not SavedAlert.objects.filter(pk=pk, next_at=at).update(next_at=next_time(Rate(rate), now)):
                continue
            finding = _compared(SavedAlert.objects.select_related("listing__owner").get(pk=pk), now)
        if finding is not None:
            yield finding


def _compared(alert: SavedAlert, now: datetime.datetime) -> AlertFinding | None:
    owner = alert.listing.owner
    if not owner.is_active:
        return None
    try:
        found = entries(alert.listing, viewer=viewer_of(owner), on=timezone.localdate(now))
    except TooMany:
        found = None
    if found is None:
        log.warning("saved_alert_waits", alert=alert.pk)
        SavedAlert.objects.filter(pk=alert.pk).update(next_at=now + SOON)
        return None
    before: Entries = found if alert.seen is None else alert.seen
    fresh = sorted(found.keys() - before.keys())
    changed = sorted(key for key in found.keys() & before.keys() if found[key] != before[key])
    gone = len(before.keys() - found.keys())
    alert.seen, alert.compared_at = found, now
    alert.save(update_fields=["seen", "compared_at"])
    if not (fresh or changed or gone):
        return None
    return AlertFinding.objects.create(alert=alert, at=now, fresh=fresh, changed=changed, gone=gone)


def unread(user_id: int | None) -> int:
    """Return how many of a person's filters have found something that the person has not looked at."""
    found = AlertFinding.objects.filter(alert__listing__owner=user_id, alert__listing__removed_at=None, read_at=None)
    return found.values("alert").distinct().count()


class Held(NamedTuple):
    """An alert with the number of findings that its owner has not looked at."""

    alert: SavedAlert
    unread: int


def of(owner: User) -> dict[int, Held]:
    """Return the alerts of a person by filter. One query."""
    found = SavedAlert.objects.filter(listing__owner=owner).annotate(unread=Count("findings", filter=Q(findings__read_at=None))).defer("seen")
    return {alert.listing_id: Held(alert, alert.unread) for alert in found}


def mark_read(alert: SavedAlert, *, now: datetime.datetime) -> None:
    """Note that the owner has looked at all findings; forget what was read long ago."""
    alert.findings.filter(read_at=None).update(read_at=now)
    alert.findings.filter(read_at__lt=now - KEPT).delete()
