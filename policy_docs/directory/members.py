"""What a person does to a body: its name and office, its members; each with a reason, and kept apart from what was read of the document."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from cms.audit.record import record
from policy_docs.units.aliases import current_matcher, current_vocabulary
from policy_docs.units.models import Body, Membership
from policy_docs.units.types import Context, Reach


class BodyRefused(Exception):
    """The body stays as it is; the message says why."""


class NotOffice(BodyRefused):
    """Only the coordination office writes."""

    def __str__(self) -> str:
        return _("没有保存：只有协调机构可以修改成员名单。")


class StaleBody(BodyRefused):
    """Somebody else has changed the body meanwhile."""

    def __init__(self, body: Body) -> None:
        self.body = body
        super().__init__(body)

    def __str__(self) -> str:
        return _("没有保存：您打开以后，%s已经改过。请看过现在的名单，再办理一次；您填的还在。") % (self.body.changed_by or _("别人"))


class NoReason(BodyRefused):
    """A change without a reason."""

    def __str__(self) -> str:
        return _("没有保存：请填写理由，例如文件名称或者会议决定。")


class WrongDates(BodyRefused):
    """An end before the beginning."""

    def __str__(self) -> str:
        return _("没有保存：止于的日期早于起始日期。")


class AlreadyMember(BodyRefused):
    """The unit stands on the list in that time."""

    def __str__(self) -> str:
        return _("没有保存：这个单位已在名单上，请更正原来的一行。")


@dataclass(frozen=True, slots=True)
class Given:
    """What is written of a membership: the unit kind, the place ("" for the document's own level), from when until when (the last day)."""

    kind: str
    place: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None


def given_of(member: Membership) -> Given:
    """Return a line as it would be written."""
    return Given(member.kind_id, member.place if member.reach == Reach.NAMED else "", member.since, member.until)


@transaction.atomic
def add_member(body: Body, given: Given, *, reason: str, seen: int, actor: User) -> Membership:
    """Put a unit on the list.

    Raises:
        NotOffice, NoReason, WrongDates, StaleBody: the list stays.
        AlreadyMember: it stands there.
    """
    held = _hold(body, given, reason=reason, seen=seen, actor=actor)
    _check_once(held, given, None)
    reach = Reach.NAMED if given.place else Reach.OWN
    member = Membership(
        body=held, kind_id=given.kind, place=given.place, since=given.since, until=given.until, reach=reach.value, origin=Membership.Origin.PERSON
    )
    return _store(held, member, "body.add_member", {}, reason=reason, actor=actor)


@transaction.atomic
def change_member(body: Body, number: int, given: Given, *, reason: str, seen: int, actor: User) -> Membership:
    """Correct a line of the list or end it; what was read of the document stays beside it as ``written``.

    Raises:
        as ``add_member``; StaleBody too where the line is gone.
    """
    held = _hold(body, given, reason=reason, seen=seen, actor=actor)
    member = Membership.objects.filter(body=held, pk=number).first()
    if member is None:
        raise StaleBody(held)
    before = _facts(member)
    moved = given.place != (member.place if member.reach == Reach.NAMED else "")
    if moved:
        member.reach, member.levels = (Reach.NAMED if given.place else Reach.OWN).value, ""
    if moved or given.kind != member.kind_id:
        _check_once(held, given, member.pk)
    member.kind_id, member.since, member.until, member.dropped = given.kind, given.since, given.until, False
    if moved:
        member.place = given.place
    return _store(held, member, "body.change_member", before, reason=reason, actor=actor)


@transaction.atomic
def drop_member(body: Body, number: int, *, dropped: bool, reason: str, seen: int, actor: User) -> Membership:
    """Say that a line was never right (a name read wrongly), or take that back; raises as ``change_member``."""
    held = _hold(body, Given(""), reason=reason, seen=seen, actor=actor)
    member = Membership.objects.filter(body=held, pk=number).first()
    if member is None:
        raise StaleBody(held)
    before = _facts(member)
    member.dropped = dropped
    return _store(held, member, "body.drop_member", before, reason=reason, actor=actor)


def kind_named(words: str, code: str) -> str:
    """Return the kind of the unit where an office is set, as it would be read of a document of the place; "" where the words name none."""
    place = current_vocabulary().places_by_code.get(code)
    names = current_matcher().match(words, Context(code, place.level if place else None)).names if words else ()
    return next((name.kind for name in names if not name.kind.startswith("@")), "")


@transaction.atomic
def change_body(body: Body, *, name: str, host: str, reason: str, seen: int, actor: User) -> Body:
    """Correct the name and where the office is; reading the document again leaves both alone from then on.

    Raises:
        NotOffice, NoReason, StaleBody: as above.
        BodyRefused: no name, or another body of the document has it.
    """
    held = _hold(body, Given(""), reason=reason, seen=seen, actor=actor)
    name = name.strip()[:120]
    same = Body.with_trash.filter(opinion=held.opinion_id) if held.opinion_id else Body.with_trash.filter(opinion__isnull=True, place=held.place_id)
    if not name or same.filter(name=name).exclude(pk=held.pk).exists():
        raise BodyRefused(_("没有保存：请填写名称；同一份文件或者同一个地方的另一个机构已用了这个名称时，请区分开。"))
    before = {"name": held.name, "host": held.host_written}
    held.name, held.corrected = name, True
    if host.strip() != held.host_written:
        held.host_written, held.host_kind_id = host.strip()[:120], kind_named(host.strip(), held.area) or None
    held.save(update_fields=["name", "corrected", "host_written", "host_kind"])
    mark(held, actor)
    after = {"name": held.name, "host": held.host_written}
    record(actor=actor, action="body.change", target=held, details={"by": actor.pk, "before": before, "after": after, "reason": reason.strip()[:200]})
    return held


def _hold(body: Body, given: Given, *, reason: str, seen: int, actor: User) -> Body:
    if not viewer_of(actor).sees_all:
        raise NotOffice
    if not reason.strip():
        raise NoReason
    if given.since and given.until and given.until < given.since:
        raise WrongDates
    held = Body.objects.select_for_update(of=("self",)).get(pk=body.pk)
    if held.revision != seen:
        raise StaleBody(held)
    return held


def _check_once(held: Body, given: Given, own: int | None) -> None:
    reach = Reach.NAMED if given.place else Reach.OWN
    there = Membership.objects.filter(body=held, kind=given.kind, place=given.place, reach=reach.value, dropped=False)
    there = there.exclude(pk=own) if own is not None else there
    if given.since:
        there = there.exclude(until__lt=given.since)
    if given.until:
        there = there.exclude(since__gt=given.until)
    if there.exists():
        raise AlreadyMember


def _store(held: Body, member: Membership, action: str, before: dict[str, str], *, reason: str, actor: User) -> Membership:
    member.reason, member.changed_by, member.changed_at = reason.strip()[:200], str(actor)[:80], timezone.now()
    member.save()
    mark(held, actor)
    details = {"by": actor.pk, "member": member.pk, "before": before, "after": _facts(member), "reason": member.reason}
    record(actor=actor, action=action, target=held, details=details)
    return member


def _facts(member: Membership) -> dict[str, str]:
    days = {name: day.isoformat() if (day := getattr(member, name)) else "" for name in ("since", "until")}
    return {"kind": member.kind_id, "place": member.place, "written": member.written, **days, "dropped": "yes" if member.dropped else ""}


def mark(held: Body, actor: User) -> None:
    """Count a change of a body and say whose it is."""
    held.revision, held.changed_by, held.changed_at = held.revision + 1, str(actor)[:80], timezone.now()
    held.save(update_fields=["revision", "changed_by", "changed_at"])
