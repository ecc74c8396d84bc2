"""When a document counts as checked without a last decision: a person says so."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.audit.record import record
from policy_docs.opinions.pages import OpinionPage

from .actions import DutyRefused, hold_documents, open_duties


class ReviewOpen(DutyRefused):
    """A document cannot count as checked while duties of it wait."""


@transaction.atomic
def close_review(page: OpinionPage, *, actor: User) -> None:
    """Note that a document in which nothing was found has been read by a person; one with duties is closed by the last decision on them.

    Raises:
        ReviewOpen: duties wait, or it is closed already.
    """
    hold_documents([page.pk])
    fresh = OpinionPage.objects.defer("body").get(pk=page.pk)
    if fresh.reviewed_at is not None:
        raise ReviewOpen(_("没有办理：《%s》已经核对完成。") % page.title)
    if open_duties([page.pk]).exists():
        raise ReviewOpen(_("没有办理：《%s》还有待核对的职责，请先核对。") % page.title)
    OpinionPage.objects.filter(pk=page.pk).update(reviewed_at=timezone.now())
    record(actor=actor, action="opinion.reviewed", target=fresh, details={"by": actor.pk})


@transaction.atomic
def reopen_review(page: OpinionPage, *, actor: User) -> None:
    """Take back that a document counts as checked."""
    hold_documents([page.pk])
    if OpinionPage.objects.filter(pk=page.pk, reviewed_at__isnull=False).update(reviewed_at=None):
        record(actor=actor, action="opinion.reopened", target=page, details={"by": actor.pk})
