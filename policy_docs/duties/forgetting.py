"""What was read from a document goes with it, as long as nobody has decided on it."""

from django.db import transaction
from django.utils.translation import gettext as _

from policy_docs.opinions.pages import OpinionPage

from .actions import DutyRefused
from .models import Duty, Handover, HandoverReading, UnknownUnitName


def has_decisions(page: OpinionPage) -> bool:
    """Say whether a person has decided on a duty of the opinion."""
    return Duty.with_trash.filter(opinion=page).exclude(state=Duty.State.SUGGESTED, by_hand=False, decided_by__isnull=True).exists()


@transaction.atomic
def forget_duties(page: OpinionPage) -> None:
    """Remove the duties, handovers and unknown names of an opinion that is about to be deleted.

    Raises:
        DutyRefused: a person has decided on one of them.
    """
    if has_decisions(page):
        raise DutyRefused(_("该文件有经人工核对的职责，不能删除。"))
    Handover.with_trash.filter(opinion=page).delete()
    HandoverReading.with_trash.filter(opinion=page).delete()
    Duty.with_trash.filter(opinion=page).delete()
    UnknownUnitName.with_trash.filter(clause__opinion=page).delete()
