"""The yearly confirmation: the coordination office asks, extends, closes, asks again."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.accounts.viewer import Viewer, viewer_of
from cms.audit.record import record
from policy_docs.units.models import Jurisdiction, UnitKind

from .actions import DirectoryRefused, NotYours
from .models import Confirmation, ConfirmationRound, DirectoryEntry


class NobodyToAsk(DirectoryRefused):
    """No unit takes part there that is not asked already."""

    def __str__(self) -> str:
        return _("没有发起：范围内没有需要确认的单位。可能还没有加入通讯录，或者已在另一次未结束的年度确认中。")


class BadDeadline(DirectoryRefused):
    """A deadline that has passed."""

    def __str__(self) -> str:
        return _("没有保存：截止日期应在今天或以后。")


class DeadlineMoved(DirectoryRefused):
    """A colleague has moved the deadline since it was seen."""

    def __init__(self, now: datetime.date) -> None:
        super().__init__()
        self.now = now

    def __str__(self) -> str:
        return _("没有改期：您打开以后，截止日期已由他人改为%d年%d月%d日。请看过再改。") % (self.now.year, self.now.month, self.now.day)


class NotConfirmed(DirectoryRefused):
    """Only what was confirmed can be given back."""

    def __str__(self) -> str:
        return _("没有退回：这个单位还没有确认，或者本次年度确认已经结束。")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a round asks: a place, with those below it or not, all kinds or some."""

    place: str
    below: bool = True
    kinds: Sequence[str] = field(default_factory=tuple)

    def words(self) -> str:
        """The scope as people read it."""
        place = Jurisdiction.objects.get(pk=self.place).name
        kinds = "、".join(UnitKind.objects.filter(pk__in=self.kinds).order_by("initials").values_list("name", flat=True)[:6]) or _("全部单位")
        more = _("等 %d 类") % len(self.kinds) if len(self.kinds) > 6 else ""
        return f"{place}{_('及下级') if self.below else _('本级')}，{kinds}{more}"[:200]


@transaction.atomic
def open_round(scope: Scope, *, year: int, deadline: datetime.date, actor: User, note: str = "") -> ConfirmationRound:
    """Ask the units of a scope; one that an open round of the same year asks already is not asked twice.

    Raises:
        NotYours: not the coordination office.
        BadDeadline: it has passed.
        NobodyToAsk: no unit.
    """
    _check(actor, deadline)
    asked = Confirmation.objects.filter(round__year=year, round__closed_at__isnull=True).values("entry")
    entries = DirectoryEntry.objects.taking_part().exclude(pk__in=asked)
    entries = entries.filter(jurisdiction__lineage__contains=f"/{scope.place}/") if scope.below else entries.filter(jurisdiction=scope.place)
    if scope.kinds:
        entries = entries.filter(kind__in=scope.kinds)
    keys = list(entries.values_list("pk", flat=True))
    if not keys:
        raise NobodyToAsk
    now = timezone.now()
    opened = ConfirmationRound.objects.create(
        year=year,
        deadline=deadline,
        scope=scope.words(),
        place_id=scope.place,
        below=scope.below,
        kinds=list(scope.kinds),
        note=note.strip()[:300],
        opened_by=str(actor)[:80],
        opened_at=now,
    )
    Confirmation.objects.bulk_create([Confirmation(round=opened, entry_id=key) for key in keys], batch_size=500)
    record(actor=actor, action="directory.round", target=opened, details={"by": actor.pk, "units": len(keys), "deadline": deadline.isoformat()})
    return opened


def _check(actor: User, deadline: datetime.date | None = None) -> None:
    if not viewer_of(actor).sees_all:
        raise NotYours
    if deadline is not None and deadline < timezone.localdate():
        raise BadDeadline


def _hold(number: int) -> ConfirmationRound:
    return ConfirmationRound.objects.select_for_update().get(pk=number)


@transaction.atomic
def set_deadline(opened: ConfirmationRound, deadline: datetime.date, *, seen: datetime.date, actor: User) -> None:
    """Give the units another deadline; ``seen``: the one that was shown.

    Raises:
        NotYours, BadDeadline: as above.
        DeadlineMoved: it is another by now.
    """
    _check(actor, deadline)
    held = _hold(opened.pk)
    if held.deadline == deadline:
        return
    if held.deadline != seen:
        raise DeadlineMoved(held.deadline)
    before, held.deadline = held.deadline, deadline
    held.save(update_fields=["deadline"])
    record(actor=actor, action="directory.deadline", target=held, details={"by": actor.pk, "before": before.isoformat(), "after": deadline.isoformat()})


@transaction.atomic
def close_round(opened: ConfirmationRound, *, actor: User, closed: bool = True) -> None:
    """End a round, whoever has not confirmed; or let it go on. Raises ``NotYours``."""
    _check(actor)
    held = _hold(opened.pk)
    if (held.closed_at is not None) is closed:
        return
    held.closed_at, held.closed_by = (timezone.now(), str(actor)[:80]) if closed else (None, "")
    held.save(update_fields=["closed_at", "closed_by"])
    record(actor=actor, action="directory.close" if closed else "directory.go_on", target=held, details={"by": actor.pk})


@transaction.atomic
def ask_again(opened: ConfirmationRound, number: int, *, reason: str, actor: User) -> Confirmation:
    """Give a confirmation back to its unit, with the reason.

    Raises:
        NotYours: not the coordination office.
        NotConfirmed: there is nothing to be given back.
    """
    _check(actor)
    given = Confirmation.objects.select_for_update(of=("self",)).select_related("entry", "round").filter(round=opened, pk=number).first()
    if given is None or given.confirmed_at is None or given.round.closed_at is not None:
        raise NotConfirmed
    given.confirmed_at, given.confirmed_by, given.on_behalf, given.changed = None, "", False, False
    given.reopened_by, given.reason = str(actor)[:80], reason.strip()[:200]
    given.save(update_fields=["confirmed_at", "confirmed_by", "on_behalf", "changed", "reopened_by", "reason"])
    record(actor=actor, action="directory.reopen", target=given.entry, details={"by": actor.pk, "round": opened.pk, "reason": given.reason})
    return given


def own_task(viewer: Viewer) -> Confirmation | None:
    """Return what the reader's own unit is asked to confirm, if the reader may."""
    if not viewer.keeps_directory or not viewer.unit_kind:
        return None
    mine = Confirmation.objects.waiting().filter(entry__in=DirectoryEntry.objects.of_unit(viewer.unit_kind, viewer.place))
    return mine.select_related("round", "entry").order_by("round__deadline").first()


def open_rounds(viewer: Viewer) -> list[tuple[ConfirmationRound, int]]:
    """Return the rounds that go on with how many units have not confirmed yet, for the coordination office. One query."""
    if not viewer.sees_all:
        return []
    found = ConfirmationRound.objects.filter(closed_at__isnull=True).order_by("deadline", "pk")
    waiting = Count("confirmations", filter=Q(confirmations__confirmed_at__isnull=True, confirmations__entry__left_on__isnull=True))
    return [(opened, opened.left) for opened in found.annotate(left=waiting) if opened.left]
