"""Telling the office what is missing from the documents, and settling it."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from cms.audit.record import record

from .models import Missed
from .noting import LONGEST, anonymous

_MOST = 50  # that one person may have open: more are not read


class NothingToTell(ValueError):
    """The words are none, or too many, or too much of the sender's waits already."""


@transaction.atomic
def tell(text: str, *, actor: User) -> bool:
    """Note that something was not found; False where the sender has told it already.

    Raises:
        NothingToTell: no words, a pasted text, or too many open ones of the sender.
    """
    words = anonymous(" ".join(text.split()))
    open_ones = Missed.objects.filter(sent_by=actor, settled_at=None)
    if not words or len(words) > LONGEST or open_ones.count() >= _MOST:
        raise NothingToTell
    row, made = Missed.objects.get_or_create(text=words, sent_by=actor, settled_at=None)
    if made:
        record(actor=actor, action="search.missed", target=row)
    return made


@transaction.atomic
def settle(pk: int, *, actor: User) -> Missed | None:
    """Take what was told off the list; None where it is off already.

    Raises:
        PermissionDenied: the list is the office's.
    """
    if not viewer_of(actor).sees_all:
        raise PermissionDenied
    row = Missed.objects.select_for_update().filter(pk=pk, settled_at=None).first()
    if row is not None:
        row.settled_at = timezone.now()
        row.save(update_fields=["settled_at"])
        record(actor=actor, action="search.missed_settled", target=row)
    return row
