"""Entering a reform, taking it back, entering it again. One function per verb; each is one transaction under the lock of the vocabulary.

Whoever confirms names the state of the vocabulary of the preview (``seen``): after any other edit the preview is shown again first, so that of two
people who enter the same reform at once the second is told and keeps what was typed.
"""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from cms.audit.record import record
from policy_docs.directory.actions import part_again
from policy_docs.duties.actions import hold_documents
from policy_docs.units.aliases import current_vocabulary, dates_of, days, initials, row_of
from policy_docs.units.events import ReformEvent
from policy_docs.units.models import UnitAlias, UnitKind, VocabularyStamp

from .entry import Entry, as_json, steps_in, units_in
from .planning import Plan, plan
from .refusals import BuiltUpon, ReformRefused, SeenIsStale, StateHasChanged, UseHasChanged
from .telling import tell_units
from .undoing import Going, built_on, documents, going, mark, read_only, untouched


class NotForYou(ReformRefused):
    """Only the coordination office enters reforms."""

    def __init__(self) -> None:
        super().__init__(_("只有协调机构可以登记和撤销机构改革。"))


@transaction.atomic
def enter(entry: Entry, *, seen: int, actor: User) -> ReformEvent:
    """Enter a reform.

    Raises:
        SeenIsStale: the vocabulary has changed since the preview.
        ReformRefused: it cannot be made.
    """
    _hold(actor, seen=seen)
    planned = plan(entry, current_vocabulary(), today=timezone.localdate())
    event = ReformEvent(
        kind=entry.kind, title=entry.title, basis=entry.basis, place_id=entry.place or None, entry=as_json(entry), entered_by=actor, **days(entry.dates)
    )
    event.save()
    _make(event, planned)
    record(actor=actor, action="reform.entered", target=event, details=_facts(event, planned, actor))
    tell_units(event, planned.successions)
    return event


@transaction.atomic
def undo(key: str, *, seen: int, shown: str, actor: User) -> ReformEvent:
    """Take a reform back: its successions, and the units and ways of writing that it brought where no person has used them since.

    ``shown``: the mark of the units that the preview said go and stay.

    Raises:
        SeenIsStale: the vocabulary has changed since the preview.
        UseHasChanged: other units would go or stay than the preview said.
        StateHasChanged: it has been taken back already.
        BuiltUpon: later reforms rest on it.
    """
    _hold(actor, seen=seen)
    event = _held(key, ReformEvent.State.IN_EFFECT)
    later = built_on(event)
    if later:
        raise BuiltUpon(event.title, [item.title for item in later])
    hold_documents(documents(event))  # nobody decides on a duty of these units between the look and the deed
    units = going(event)
    if mark(units) != shown:
        raise UseHasChanged
    moved = [item for item in current_vocabulary().reforms if item.event == event.public_key]
    for row in event.successions.all():
        row.delete()
    try:
        for unit in units:
            if not unit.because:
                _remove(unit)
    except (ProtectedError, IntegrityError) as error:  # what no lock of a document holds back: an account, a document that was imported just now
        raise UseHasChanged from error
    stays = {unit.ref: unit.kind.pk for unit in units if unit.because}
    event.state, event.made = ReformEvent.State.UNDONE, {"kinds": stays, "aliases": event.made.get("aliases", [])} if stays else {}
    event.save(update_fields=["state", "made"])
    part_again(actor=actor)
    details = {"by": actor.pk, "removed": [unit.kind.name for unit in units if not unit.because], "kept": [unit.kind.name for unit in units if unit.because]}
    record(actor=actor, action="reform.undone", target=event, details=details)
    tell_units(event, moved, is_undone=True)
    return event


@transaction.atomic
def enter_again(key: str, *, seen: int, actor: User) -> ReformEvent:
    """Enter a reform that was taken back, as it was.

    Raises:
        SeenIsStale: the vocabulary has changed since the preview.
        StateHasChanged: it is in effect already.
        ReformRefused: it cannot be made any more.
    """
    _hold(actor, seen=seen)
    event = _held(key, ReformEvent.State.UNDONE)
    planned = planned_again(event)
    _make(event, planned)
    event.state = ReformEvent.State.IN_EFFECT
    event.save(update_fields=["state"])
    record(actor=actor, action="reform.entered_again", target=event, details=_facts(event, planned, actor))
    tell_units(event, planned.successions)
    return event


def planned_again(event: ReformEvent) -> Plan:
    """Return what entering an event again would make.

    Raises:
        ReformRefused: it cannot be made any more.
    """
    return plan(entry_of(event), current_vocabulary(), today=timezone.localdate(), standing=event.made.get("kinds", {}))


def entry_of(event: ReformEvent) -> Entry:
    """Return what was entered."""
    return Entry(event.kind, event.title, event.basis, event.place_id or "", dates_of(event), units_in(event.entry), steps_in(event.entry))


def _hold(actor: User, *, seen: int) -> None:
    """One at a time until the commit; ``seen`` is the state of the vocabulary that the person has looked at."""
    if not viewer_of(actor).sees_all:
        raise NotForYou
    VocabularyStamp.objects.get_or_create(pk=1)
    if VocabularyStamp.objects.select_for_update().get(pk=1).number != seen:
        raise SeenIsStale


def _held(key: str, state: ReformEvent.State) -> ReformEvent:
    event = ReformEvent.objects.select_for_update(of=("self",)).get(public_key=key)
    if event.state != state:
        is_undone = event.state == ReformEvent.State.UNDONE
        raise StateHasChanged(_("没有撤销：这项改革刚才已被撤销。") if is_undone else _("没有登记：这项改革刚才已重新登记。"))
    return event


def _make(event: ReformEvent, planned: Plan) -> None:
    """Make units, ways of writing and successions, one by one: the index and the worker hear of each row."""
    for kind in planned.kinds:
        names = {level.value: pattern for level, pattern in kind.names.items()}
        UnitKind.objects.create(
            key=kind.key,
            name=kind.name,
            short=kind.short,
            names=names,
            initials=initials(kind.name),
            read_as_id=kind.read_as or None,
            written=list(kind.written),
        )
    aliases = [
        UnitAlias.objects.create(kind_id=alias.kind, text=alias.text, form=alias.form, initials=initials(alias.text), note=event.title)
        for alias in planned.aliases
    ]
    for item in planned.successions:
        row_of(item, event).save()
    event.made = {"kinds": dict(planned.keys), "aliases": [*event.made.get("aliases", ()), *(alias.pk for alias in aliases)]} if planned.keys else {}
    event.save(update_fields=["made"])


def _remove(unit: Going) -> None:
    """Remove a unit that nobody uses; the worker reads anew the texts that hold its names, once the ways of writing are gone."""
    found, lines = untouched(unit.kind.pk), read_only(unit.kind.pk)
    found.delete()
    lines.delete()
    for alias in unit.aliases:
        alias.delete()
    unit.kind.delete()


def _facts(event: ReformEvent, planned: Plan, actor: User) -> dict[str, Any]:
    return {
        "by": actor.pk,
        "title": event.title,
        "lines": [item.basis for item in planned.successions],
        "units": [kind.name for kind in planned.kinds],
        "aliases": [alias.text for alias in planned.aliases],
    }
