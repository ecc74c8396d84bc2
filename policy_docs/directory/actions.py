"""What is done to the directory: units join and leave, contacts change, are confirmed."""

import datetime
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from cms.audit.record import record
from policy_docs.opinions.validity import written
from policy_docs.units.aliases import current_vocabulary, initials

from .models import Confirmation, ConfirmationRound, Contact, DirectoryEntry, entries_of
from .people import FIELDS, Change, NotSaid, Person, Step, Unknown, Wanted, compare, is_already, lacking
from .seats import is_one_unit, seat_on
from .selectors import resolved


class DirectoryRefused(Exception):
    """The directory stays as it is; the message says why."""


class NotYours(DirectoryRefused):
    """The contacts of another unit."""

    def __str__(self) -> str:
        return _("没有保存：您的账号只能填报本单位的联络信息。")


class Stale(DirectoryRefused):
    """Somebody else has changed the contacts meanwhile."""

    def __init__(self, entry: DirectoryEntry) -> None:
        self.entry = entry
        super().__init__(entry)

    def __str__(self) -> str:
        when = timezone.localtime(self.entry.changed_at).strftime("%H:%M") if self.entry.changed_at else ""
        day = written(timezone.localtime(self.entry.changed_at).date()) if self.entry.changed_at else ""
        return _("没有保存：您打开以后，%(who)s已在%(day)s %(when)s改过。") % {"who": self.entry.changed_by, "day": day, "when": when}


class NameNotSaid(DirectoryRefused):
    """A name differs: a correction, or another person."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)

    def __str__(self) -> str:
        return _("没有保存：姓名改成了“%s”，请先选择是更正姓名还是换人。") % self.name


class Incomplete(DirectoryRefused):
    """Contacts that cannot be confirmed; ``roles`` names what is missing."""

    def __init__(self, roles: Sequence[str]) -> None:
        self.roles = tuple(roles)
        super().__init__(roles)

    def __str__(self) -> str:
        words = {"leader": _("责任领导"), "liaison": _("有电话的联络员")}
        return _("没有确认：还缺%s。请补填后再确认，或者先只保存。") % "、".join(words[role] for role in self.roles)


class NotOne(DirectoryRefused):
    """Two entries that do not stand for one unit, or no longer two."""

    def __str__(self) -> str:
        return _("没有合并：这两份联络信息现在不是同一个单位的，或者已经合并过。")


def person_of(contact: Contact) -> Person:
    """Return a row as a value."""
    return Person(**{name: getattr(contact, name) for name in FIELDS})


def listed(entry: DirectoryEntry, on: datetime.date) -> dict[int, Contact]:
    """Return the rows that are listed on a day."""
    return {row.pk: row for row in Contact.objects.filter(entry=entry).standing(on)}


@transaction.atomic
def save_contacts(entry: DirectoryEntry, *, seen: int, wanted: Sequence[Wanted], actor: User, confirm: bool = False) -> list[Change]:
    """Make the contacts what is wanted, and confirm them where ``confirm``; sending the same twice does no harm.

    Raises:
        NotYours: not the own unit.
        Stale: somebody has changed them since ``seen``.
        NameNotSaid: a name differs, and nobody has said whether that is another person.
        Incomplete: to be confirmed, but a person is missing; nothing is saved.
    """
    held = hold(entry, actor)
    today = timezone.localdate()
    rows = listed(held, today)
    now = {pk: person_of(row) for pk, row in rows.items()}
    changes: list[Change] = []
    if held.revision != seen:
        if not is_already(now, wanted, {row.pk: person_of(row) for row in held.contacts.all()}):
            raise Stale(held)
    else:
        changes = _compared(held, now, wanted)
        if confirm:
            _check_complete(now, changes)
        apply(held, changes, rows, actor=actor)
    if confirm:
        _confirm(held, actor=actor)
    return changes


def _compared(entry: DirectoryEntry, now: dict[int, Person], wanted: Sequence[Wanted]) -> list[Change]:
    try:
        return compare(now, wanted)
    except Unknown as unknown:
        raise Stale(entry) from unknown
    except NotSaid as not_said:
        raise NameNotSaid(str(not_said)) from not_said


@transaction.atomic
def confirm_unchanged(entry: DirectoryEntry, *, seen: int, actor: User) -> None:
    """Confirm what is listed, as it is.

    Raises:
        NotYours, Stale, Incomplete: as above.
    """
    held = hold(entry, actor)
    if held.revision != seen:
        raise Stale(held)
    _check_complete({pk: person_of(row) for pk, row in listed(held, timezone.localdate()).items()}, ())
    _confirm(held, actor=actor)


def hold(entry: DirectoryEntry, actor: User) -> DirectoryEntry:
    """Lock an entry for the rest of the transaction; raises ``NotYours`` for whoever may not change it."""
    held = DirectoryEntry.objects.written_by(viewer_of(actor)).select_for_update(of=("self",)).filter(pk=entry.pk).first()
    if held is None:
        raise NotYours
    return held


def _check_complete(now: dict[int, Person], changes: Sequence[Change]) -> None:
    after = dict(now)
    for number, change in enumerate(changes):
        if change.step is Step.ENDED and change.contact is not None:
            after.pop(change.contact)
        else:
            after[change.contact or -1 - number] = change.person
    missing = lacking(after.values())
    if missing:
        raise Incomplete(missing)


def apply(held: DirectoryEntry, changes: Sequence[Change], rows: dict[int, Contact], *, actor: User, way: str = "form") -> None:
    """Do what was compared, in the transaction and under the lock of the caller; each change ends a row and begins another."""
    done = [change for change in changes if change.step is not Step.SAME]
    if not done:
        return
    now = timezone.now()
    for change in done:
        before = rows[change.contact] if change.contact is not None else None
        if before is not None:
            before.ended_by, before.ended_at = str(actor)[:80], now
            if change.step in (Step.ENDED, Step.REPLACED):
                before.until = change.left or timezone.localdate(now)
            before.save(update_fields=["ended_by", "ended_at", "until"])
        if change.step is not Step.ENDED:
            _begin(held, change.person, before, actor=actor, now=now)
    _mark(held, actor, now)
    # what was changed, not the names and numbers: those stand in the rows, which rights protect
    told = [{"step": change.step.value, "role": change.person.role, "fields": list(change.fields)} for change in done]
    record(actor=actor, action="directory.change", target=held, details={"by": actor.pk, "way": way, "rows": told})


def _begin(held: DirectoryEntry, person: Person, before: Contact | None, *, actor: User, now: datetime.datetime) -> None:
    values = {name: getattr(person, name) for name in FIELDS}
    Contact.objects.create(entry=held, **values, initials=initials(person.name), entered_by=str(actor)[:80], entered_at=now, replaces=before)


def _confirm(held: DirectoryEntry, *, actor: User) -> None:
    held.confirmed_on, held.confirmed_by = timezone.localdate(), str(actor)[:80]
    held.save(update_fields=["confirmed_on", "confirmed_by"])
    own = is_one_unit(current_vocabulary(), (actor.unit_kind, actor.place), (held.kind_id, held.jurisdiction_id), timezone.localdate())
    for asked in Confirmation.objects.waiting().filter(entry=held).select_related("round"):
        asked.confirmed_at, asked.confirmed_by, asked.on_behalf = timezone.now(), str(actor)[:80], not own
        asked.changed = held.changed_at is not None and held.changed_at >= asked.round.opened_at
        asked.save(update_fields=["confirmed_at", "confirmed_by", "on_behalf", "changed"])
    record(actor=actor, action="directory.confirm", target=held, details={"by": actor.pk, "revision": held.revision})


@transaction.atomic
def add_entries(kinds: Sequence[str], code: str, *, actor: User) -> int:
    """Let units of a place join, those that have left again; return how many. Who takes part already stays as it is.

    Raises:
        NotYours: not the coordination office.
    """
    if not viewer_of(actor).sees_all:
        raise NotYours
    seats = [(kind, code) for kind in kinds]
    standing_for = resolved(seats, current_vocabulary(), timezone.localdate())
    return join([standing_for[seat] for seat in seats], actor=actor)


def join(seats: Iterable[tuple[str, str]], *, actor: User) -> int:
    """Let units (kind, place) join, in the transaction of the caller, who has asked for the right; return how many did.

    All rows are locked and made, each in the same order for everybody, before the audit trail hears of the first: whoever makes the same row
    waits for it.
    """
    wanted, today = sorted(set(seats)), timezone.localdate()
    hold_entries(wanted)
    joined = []
    for kind, code in wanted:
        entry, created = DirectoryEntry.objects.get_or_create(kind_id=kind, jurisdiction_id=code, defaults={"joined_on": today})
        if not created and entry.left_on is not None:
            DirectoryEntry.objects.filter(pk=entry.pk).update(left_on=None, merged_into=None, merged_at=None)
            created = True
        if created:
            joined.append(entry)
    _ask(joined)
    for entry in joined:
        record(actor=actor, action="directory.join", target=entry, details={"by": actor.pk})
    return len(joined)


def _ask(joined: Sequence[DirectoryEntry]) -> None:
    """Units that join while a round goes on are asked too, where its scope holds them; nobody twice for the same year."""
    vocabulary, today = current_vocabulary(), timezone.localdate()
    opened = list(ConfirmationRound.objects.filter(closed_at__isnull=True, place__isnull=False).order_by("pk")) if joined else []
    asked = set(Confirmation.objects.filter(entry__in=joined, round__closed_at__isnull=True).values_list("entry", "round__year"))
    for goes_on in opened:
        kinds = {key for kind in goes_on.kinds for key in (kind, *(seat_on(vocabulary, (kind, entry.jurisdiction_id), today)[0] for entry in joined))}
        for entry in joined:
            place = goes_on.place_id in vocabulary.lineage(entry.jurisdiction_id) if goes_on.below else goes_on.place_id == entry.jurisdiction_id
            if place and (not kinds or entry.kind_id in kinds) and (entry.pk, goes_on.year) not in asked:
                asked.add((entry.pk, goes_on.year))
                Confirmation.objects.create(round=goes_on, entry=entry)


def hold_entries(seats: Iterable[tuple[str, str]]) -> None:
    """Lock the entries of units (kind, place) that are there, for the transaction."""
    keys = [entry.pk for entry in entries_of(seats)]
    list(DirectoryEntry.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk").values_list("pk"))


@transaction.atomic
def leave(entry: DirectoryEntry, *, actor: User, left: bool = True) -> None:
    """Take a unit out of the directory, its history kept, or back in.

    Raises:
        NotYours: not the coordination office.
    """
    if not viewer_of(actor).sees_all:
        raise NotYours
    both = DirectoryEntry.objects.select_for_update(of=("self",)).filter(Q(pk=entry.pk) | Q(merged_from=entry.pk))
    list(both.order_by("pk").values_list("pk"))  # in the order in which a merger locks them
    held = hold(entry, actor)
    if (held.left_on is not None) is left:
        return
    if not left:
        part(held, actor=actor)
    held.left_on = timezone.localdate() if left else None
    held.save(update_fields=["left_on"])
    record(actor=actor, action="directory.leave" if left else "directory.join", target=held, details={"by": actor.pk})


@transaction.atomic
def merge(entry: DirectoryEntry, into: DirectoryEntry, *, actor: User) -> int:
    """Put the contacts of one entry into the other that stands for the same unit since a reform; return how many persons were entered there.

    The one leaves the directory with its rows as they are, so that it comes back whole (``part``) when the reform is taken back.

    Raises:
        NotYours: not the coordination office.
        NotOne: they are not one unit.
    """
    if not viewer_of(actor).sees_all:
        raise NotYours
    held = {row.pk: row for row in DirectoryEntry.objects.select_for_update(of=("self",)).filter(pk__in=(entry.pk, into.pk)).order_by("pk")}
    today, now = timezone.localdate(), timezone.now()
    gone, kept = held[entry.pk], held[into.pk]
    seats = (gone.kind_id, gone.jurisdiction_id), (kept.kind_id, kept.jurisdiction_id)
    if gone == kept or gone.left_on or kept.left_on or not is_one_unit(current_vocabulary(), *seats, today):
        raise NotOne
    there = {(row.role, row.name) for row in listed(kept, today).values()}
    coming = [row for row in listed(gone, today).values() if (row.role, row.name) not in there]
    for row in coming:
        _begin(kept, person_of(row), None, actor=actor, now=now)
    gone.left_on, gone.merged_into, gone.merged_at = today, kept, now
    gone.save(update_fields=["left_on", "merged_into", "merged_at"])
    _mark(kept, actor, now)
    record(actor=actor, action="directory.merge", target=gone, details={"by": actor.pk, "into": kept.pk, "persons": len(coming)})
    return len(coming)


def part(held: DirectoryEntry, *, actor: User) -> None:
    """Take apart what was merged, in the transaction of the caller: the persons that came along and that nobody has changed since end in the other."""
    if held.merged_into_id is None or held.merged_at is None:
        return
    other, now = DirectoryEntry.objects.select_for_update(of=("self",)).get(pk=held.merged_into_id), timezone.now()
    came = Contact.objects.filter(entry=other, entered_at=held.merged_at, replaces__isnull=True, ended_at__isnull=True)
    if came.update(ended_by=str(actor)[:80], ended_at=now):
        _mark(other, actor, now)
    held.merged_into, held.merged_at = None, None
    held.save(update_fields=["merged_into", "merged_at"])


def part_again(*, actor: User) -> list[DirectoryEntry]:
    """Bring back the entries whose unit is its own again, in the transaction in which a reform is taken back."""
    vocabulary, today, back = current_vocabulary(), timezone.localdate(), []
    merged = DirectoryEntry.objects.select_for_update(of=("self",)).filter(merged_into__isnull=False).order_by("pk")
    for held in merged.select_related("merged_into"):
        into = held.merged_into
        if into is not None and not is_one_unit(vocabulary, (held.kind_id, held.jurisdiction_id), (into.kind_id, into.jurisdiction_id), today):
            part(held, actor=actor)
            held.left_on = None
            held.save(update_fields=["left_on"])
            record(actor=actor, action="directory.join", target=held, details={"by": actor.pk, "reform": True})
            back.append(held)
    return back


def _mark(held: DirectoryEntry, actor: User, now: datetime.datetime) -> None:
    held.revision, held.changed_by, held.changed_at = held.revision + 1, str(actor)[:80], now
    held.save(update_fields=["revision", "changed_by", "changed_at"])
