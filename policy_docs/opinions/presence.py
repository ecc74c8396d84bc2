"""What units learn when the row of a published document changes beside its text: it is withdrawn, public again, or a person has entered a repeal."""

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from policy_docs import ports

from .models import Change
from .repeals import renew_repeals

if TYPE_CHECKING:
    from .pages import OpinionPage


@dataclass(frozen=True, slots=True)
class Presence:
    """The row of a document before it is saved. ``stood``: what units went by, where it is about to come back."""

    live: bool
    repealed_on: datetime.date | None
    stood: object = None


def presence_of(page: "OpinionPage") -> Presence | None:
    """Return what the row of a document says before it is saved; None for one that is new, and for an alias, which binds nobody by itself."""
    if page.pk is None or page.alias_of_id is not None:
        return None
    row = type(page).objects.filter(pk=page.pk).values_list("live", "repealed_on").first()
    if row is None:
        return None
    live, repealed_on = row
    return Presence(live, repealed_on, ports.standing_duties(page) if page.live and not live else None)


def tell_of_presence(page: "OpinionPage", before: Presence, *, repealed_on: datetime.date | None) -> None:
    """Tell units what has become of the presence of a document, in the transaction of its save. ``repealed_on``: the day that was saved, before
    what other documents say of it was looked at: that is told where it is found."""
    if before.live and page.live and before.repealed_on != repealed_on:
        ports.tell_repealed(page, repealed_on)
    elif before.live and not page.live:
        ports.tell_gone(page)
    elif page.live and not before.live and before.stood is not None:
        ports.tell_back(page, before.stood)


@transaction.atomic
def withdrawn_by_base_page(page: "OpinionPage") -> None:
    """Let everything follow where Wagtail has taken a document off by its base page, whose save knows no opinion: an alias goes with its original
    so, and whatever has run out (``publish_scheduled``). After a save of our own it finds all done."""
    Change.objects.create(item=Change.Item.OPINION, key=page.public_key)
    if page.alias_of_id is None:
        renew_repeals(page)
        ports.tell_gone(page)
