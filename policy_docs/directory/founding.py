"""Bodies that no document in the store sets up: entered by a person, and ended; with the basis in words."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from cms.audit.record import record
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.models import Body

from .members import BodyRefused, NoReason, NotOffice, StaleBody, WrongDates, kind_named, mark


class NameTaken(BodyRefused):
    """The place has such a body."""

    def __init__(self, body: Body) -> None:
        self.body = body
        super().__init__(body)

    def __str__(self) -> str:
        return _("没有登记：这个地方已有“%s”，请打开它修改。") % self.body.name


@dataclass(frozen=True, slots=True)
class Founded:
    """What is written of a body: its name and place, where the office is, on what it rests, from when; ``opinion``: the document that speaks of it, which
    then is its basis."""

    name: str
    place: str
    host: str = ""
    basis: str = ""
    since: datetime.date | None = None
    opinion: OpinionPage | None = None


@transaction.atomic
def enter_body(founded: Founded, *, actor: User) -> Body:
    """Enter a body.

    Raises:
        NotOffice: not the coordination office.
        NoReason: no basis.
        NameTaken: it is there; ``body`` says which.
        BodyRefused: no name, or no place.
    """
    if not viewer_of(actor).sees_all:
        raise NotOffice
    name, basis = " ".join(founded.name.split())[:120], founded.basis.strip()[:200]
    if not name or founded.place not in current_vocabulary().places_by_code:
        raise BodyRefused(_("没有登记：请填写名称和地方。"))
    page = founded.opinion
    if not basis and page is None:
        raise NoReason
    host = founded.host.strip()[:120]
    held = {"host_written": host, "host_kind_id": kind_named(host, founded.place) or None, "basis": basis, "since": founded.since, "corrected": True}
    held |= {"changed_by": str(actor)[:80], "changed_at": timezone.now()}
    if page is None:
        body, is_new = Body.objects.get_or_create(opinion=None, place_id=founded.place, name=name, defaults=held)
    else:
        body, is_new = Body.objects.get_or_create(opinion=page, name=name, defaults=held)
    if not is_new:  # of two people at the same moment the second is told too
        raise NameTaken(body)
    record(actor=actor, action="body.enter", target=body, details={"by": actor.pk, "name": name, "host": host, "reason": basis or (page.title if page else "")})
    return body


@transaction.atomic
def end_body(body: Body, ended_on: datetime.date | None, *, reason: str, seen: int, actor: User) -> Body:
    """Say on which day a body ended, or with None that it goes on.

    Raises:
        NotOffice, NoReason, StaleBody: it stays.
        WrongDates: the end is before the beginning.
    """
    if not viewer_of(actor).sees_all:
        raise NotOffice
    if not reason.strip():
        raise NoReason
    held = Body.objects.select_for_update(of=("self",)).get(pk=body.pk)
    if held.revision != seen:
        raise StaleBody(held)
    if ended_on and held.since and ended_on < held.since:
        raise WrongDates
    before, held.ended_on = held.ended_on, ended_on
    held.save(update_fields=["ended_on"])
    mark(held, actor)
    days = {"before": before.isoformat() if before else "", "after": ended_on.isoformat() if ended_on else ""}
    record(actor=actor, action="body.end" if ended_on else "body.go_on", target=held, details={"by": actor.pk, **days, "reason": reason.strip()[:200]})
    return held
