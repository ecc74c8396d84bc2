"""What a person says of the validity of a document: that it still holds."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.audit.record import record

from .pages import OpinionPage
from .validity import Standing, label, standing, written


class ValidityRefused(Exception):
    """The confirmation is refused; the message says why."""


@transaction.atomic
def confirm_validity(page: OpinionPage, *, actor: User, on: datetime.date, seen: datetime.date | None, batch: str = "") -> None:
    """Note that a document in force has been found to be so still; ``seen`` is the confirmation that the person knew of, ``batch`` the key of a
    deed on many.

    Raises:
        ValidityRefused: it is not in force, or somebody else has confirmed it meanwhile.
    """
    fresh = _held(page)
    found = standing(fresh, on)
    if not fresh.live or found is not Standing.IN_FORCE:
        raise ValidityRefused(_("没有确认：《%(title)s》%(state)s。") % {"title": fresh.title, "state": label(found) if fresh.live else _("没有公开")})
    if fresh.validity_confirmed_on != seen and fresh.validity_confirmed_on is not None:
        raise ValidityRefused(_("没有确认：《%(title)s》%(day)s已由他人确认。") % {"title": fresh.title, "day": written(fresh.validity_confirmed_on)})
    _set(fresh, on, actor=actor, batch=batch)


@transaction.atomic
def take_back_validity(page: OpinionPage, *, actor: User, given: datetime.date, before: datetime.date | None, batch: str = "") -> None:
    """Put the confirmation back as it was.

    Raises:
        ValidityRefused: it is no longer the one that was ``given``.
    """
    fresh = _held(page)
    if fresh.validity_confirmed_on != given:
        raise ValidityRefused(_("没有撤销：《%s》的确认已被改过。") % fresh.title)
    _set(fresh, before, actor=actor, batch=batch)


def _held(page: OpinionPage) -> OpinionPage:
    held: OpinionPage = OpinionPage.objects.select_for_update(of=("self",), no_key=True).defer("body").get(pk=page.pk)
    return held


def _set(page: OpinionPage, day: datetime.date | None, *, actor: User, batch: str = "") -> None:
    # past save(): neither text nor index depends on it
    OpinionPage.objects.filter(pk=page.pk).update(validity_confirmed_on=day)
    before = page.validity_confirmed_on
    details = {"by": actor.pk, "before": before.isoformat() if before else None, "after": day.isoformat() if day else None}
    record(actor=actor, action="opinion.validity", target=page, details={**details, **({"batch": batch} if batch else {})})
