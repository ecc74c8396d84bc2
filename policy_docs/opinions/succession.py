"""The order of the texts of a document: the next one ends the one before."""

import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from policy_docs import ports

from .models import OpinionVersion
from .projection import held
from .publication import Publication
from .validity import written

if TYPE_CHECKING:
    from .pages import OpinionPage


def next_version(page: "OpinionPage", before: OpinionVersion | None, starts: datetime.date | None) -> OpinionVersion:
    """Make room for the text that takes the place of ``before``, which stands until the day before."""
    if before is not None and starts is not None and (before.in_force_from is None or before.in_force_from < starts):
        end(before, starts)
    number = (before.number if before else 0) + 1
    after = page.versions.filter(number__gte=number).order_by("number").first()  # one that waits for its day ends this one
    make_room(page, number)
    until = after.in_force_from - datetime.timedelta(days=1) if after and after.in_force_from else None
    return OpinionVersion.objects.create(opinion=page, number=number, state=OpinionVersion.State.PUBLISHED, in_force_from=starts, in_force_until=until)


def amend(page: "OpinionPage", said: Publication) -> OpinionVersion:
    """Make room for an amendment whose day has come."""
    before = held(page)
    version = next_version(page, before, said.starts)
    version.basis = said.basis
    version.save(update_fields=["basis", "updated_at"])
    end_on(before, said)
    return version


def end_on(before: OpinionVersion | None, said: Publication) -> None:
    """Let the text before end earlier than the day before, where that was said."""
    if before is not None and said.until is not None:
        OpinionVersion.objects.filter(pk=before.pk).update(in_force_until=said.until)


def note_correction(version: OpinionVersion) -> None:
    """Let the list of versions say that typing was corrected, and when last; each correction is in the audit trail."""
    version.note = _("%s文字更正") % written(timezone.localdate())
    version.save(update_fields=["note", "updated_at"])


def end(version: OpinionVersion, starts: datetime.date) -> None:
    """Let a version stand until the day before the next one starts."""
    version.in_force_until = starts - datetime.timedelta(days=1)
    version.save(update_fields=["in_force_until", "updated_at"])


def make_room(page: "OpinionPage", number: int) -> None:
    """Move the versions from a number on by one."""
    later = list(page.versions.filter(number__gte=number).order_by("-number"))
    for version in later:
        version.number += 1
        version.save(update_fields=["number"])
    if later:
        ports.renumbered(page, number, 1)
