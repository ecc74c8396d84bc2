"""What was told to be published or withdrawn at a time: done when the time has come.

Wagtail does nothing by itself: its command has to be called each minute, and ends at the first page that cannot be published.
"""

import datetime
from collections.abc import Iterator

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import CharField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast
from wagtail.models import Page, Revision

from .citation_rows import hold_to_publish
from .needed import facts_of, needed
from .pages import OpinionPage
from .publication import published
from .releasing import Unsettled

_PATIENCE = datetime.timedelta(minutes=5)  # after which a person is told: the clock comes each minute


def due(now: datetime.datetime) -> Iterator[int]:
    """Return the keys of the revisions whose time has come, the earliest first."""
    return Revision.objects.filter(approved_go_live_at__lte=now).order_by("approved_go_live_at").values_list("pk", flat=True).iterator()


@transaction.atomic
def publish_due(key: int, *, now: datetime.datetime) -> None:
    """Publish a revision, where it still waits for a time that has come.

    Raises:
        Unsettled: its identity block lacks something; it goes on waiting, and people are told (``overdue``).
    """
    page = Revision.objects.get(pk=key).as_object()
    if isinstance(page, OpinionPage):
        hold_to_publish(page)
    revision = Revision.objects.filter(pk=key, approved_go_live_at__lte=now).first()
    if revision is not None:
        if isinstance(page, OpinionPage) and (lacks := _lacking(page, OpinionPage.objects.defer("body").get(pk=page.pk))):
            raise Unsettled(page, 0, lacks)
        revision.publish(log_action="wagtail.publish.scheduled")


def _lacking(draft: OpinionPage, row: OpinionPage) -> dict[str, str]:
    """As ``releasing.lacking`` says; but Wagtail takes what has no live revision offline until its time, and people have read that too."""
    return needed(facts_of(draft), facts_of(row) if row.live or published(row) is not None else None)


def overdue(now: datetime.datetime) -> "QuerySet[OpinionPage]":
    """Return the documents whose time came and that were not published, the longest waiting first, each with ``late_revision`` and ``late_since``."""
    told = Revision.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page), object_id=Cast(OuterRef("pk"), CharField()), approved_go_live_at__lte=now - _PATIENCE
    ).order_by("approved_go_live_at")
    found = OpinionPage.objects.annotate(late_revision=Subquery(told.values("pk")[:1]), late_since=Subquery(told.values("approved_go_live_at")[:1]))
    late: QuerySet[OpinionPage] = found.filter(late_revision__isnull=False).defer("body").order_by("late_since", "pk")
    return late


def why_late(pages: list[OpinionPage]) -> list[tuple[OpinionPage, list[str]]]:
    """Return documents of ``overdue`` with what each lacks; nothing where the publication itself has failed."""
    held = Revision.objects.in_bulk([page.late_revision for page in pages])
    return [(page, list(_lacking(held[page.late_revision].as_object(), page).values())) for page in pages]


def expired(now: datetime.datetime) -> Iterator[int]:
    """Return the keys of the pages that were to be withdrawn by now. Documents are not among them: to withdraw one needs a reason."""
    return Page.objects.filter(live=True, expire_at__lte=now).exclude(content_type__model="opinionpage").values_list("pk", flat=True).iterator()


@transaction.atomic
def withdraw_expired(key: int) -> None:
    """Withdraw a page."""
    Page.objects.get(pk=key).specific.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
