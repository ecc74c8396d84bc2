"""What was told to be published or withdrawn at a time: done when the time has come.

Wagtail does nothing by itself: its command has to be called each minute, and ends at the first page that cannot be published.
"""

import datetime
from collections.abc import Iterator

from django.db import transaction
from wagtail.models import Page, Revision

from .citation_rows import hold_to_publish
from .pages import OpinionPage


def due(now: datetime.datetime) -> Iterator[int]:
    """Return the keys of the revisions whose time has come, the earliest first."""
    return Revision.objects.filter(approved_go_live_at__lte=now).order_by("approved_go_live_at").values_list("pk", flat=True).iterator()


@transaction.atomic
def publish_due(key: int, *, now: datetime.datetime) -> None:
    """Publish a revision, where it still waits for a time that has come."""
    page = Revision.objects.get(pk=key).as_object()
    if isinstance(page, OpinionPage):
        hold_to_publish(page)
    revision = Revision.objects.filter(pk=key, approved_go_live_at__lte=now).first()
    if revision is not None:
        revision.publish(log_action="wagtail.publish.scheduled")


def expired(now: datetime.datetime) -> Iterator[int]:
    """Return the keys of the pages that were to be withdrawn by now. Documents are not among them: to withdraw one needs a reason."""
    return Page.objects.filter(live=True, expire_at__lte=now).exclude(content_type__model="opinionpage").values_list("pk", flat=True).iterator()


@transaction.atomic
def withdraw_expired(key: int) -> None:
    """Withdraw a page."""
    Page.objects.get(pk=key).specific.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
