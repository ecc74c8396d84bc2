"""Which cited documents the house has decided not to collect, and why. A decision is taken back by anybody of the office; the trail keeps both."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.audit.record import record

from .models import NotCollected

COUNTRY = "中华人民共和国"  # laws are cited with it and without
_REASON = 200


class CollectingRefused(Exception):
    """The decision is refused; the message says why and what to do."""


def cited_name(number_key: str, title: str, written: str) -> str:
    """Return what a cited document is known by, wherever it is cited: number, else title without the country, else the words."""
    return number_key or title.removeprefix(COUNTRY) or written


@transaction.atomic
def decide_not_to_collect(name: str, *, written: str, reason: str, actor: User) -> NotCollected:
    """Note that a cited document is not to be collected.

    Raises:
        CollectingRefused: no reason, too long, or decided already.
    """
    reason = reason.strip()
    if not reason:
        raise CollectingRefused(_("没有办理：请填写不收录的理由。"))
    if len(reason) > _REASON:
        raise CollectingRefused(_("没有办理：理由不能超过 %d 个字。") % _REASON)
    try:
        with transaction.atomic():
            row = NotCollected.objects.create(name=name[:500], written=written[:500], reason=reason, decided_by=actor)
    except IntegrityError as clash:
        raise CollectingRefused(_("没有办理：《%s》已由他人决定不收录。") % written.strip("《》")) from clash
    record(actor=actor, action="opinion.not_collected", target=row, details={"name": row.name, "reason": reason, "by": actor.pk})
    return row


@transaction.atomic
def collect_after_all(pk: int, *, actor: User) -> str:
    """Take a decision back; return how the document is cited.

    Raises:
        CollectingRefused: it has been taken back already.
    """
    row = NotCollected.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise CollectingRefused(_("没有办理：这项决定已经撤销。"))
    record(actor=actor, action="opinion.to_be_collected", target=row, details={"name": row.name, "reason": row.reason, "by": actor.pk})
    row.delete()
    return row.written
