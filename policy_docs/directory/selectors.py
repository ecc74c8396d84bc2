"""Reads of the directory for people."""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.accounts.viewer import Viewer
from policy_docs.units.aliases import current_vocabulary, guess_units
from policy_docs.units.naming import name_at
from policy_docs.units.successions import of_one_unit, taken_over
from policy_docs.units.types import Place
from policy_docs.units.vocabulary import Vocabulary

from .models import Confirmation, Contact, DirectoryEntry, EntryQuerySet
from .seats import Seat, former_name, seat_on

STATES = {"waiting": gettext_lazy("尚未确认"), "overdue": gettext_lazy("逾期未确认")}  # of units that are asked to confirm


@dataclass(frozen=True, slots=True)
class Line:
    """A unit of the list with its persons."""

    entry: DirectoryEntry
    name: str
    place: str
    former: str = ""  # by which it was listed before a reform
    kind_name: str = ""
    others: list[DirectoryEntry] = field(default_factory=list)  # that stand for the same unit since a reform
    leaders: list[Contact] = field(default_factory=list)
    liaisons: list[Contact] = field(default_factory=list)
    due: datetime.date | None = None  # by when the unit is asked to confirm
    overdue: bool = False

    @property
    def listings(self) -> int:
        """How many entries stand for the unit."""
        return len(self.others) + 1


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of the tree: how many units take part there, and there or below."""

    place: Place
    here: int
    below: int


@dataclass(frozen=True, slots=True)
class Tree:
    """The chosen place with those above and those below that hold a unit."""

    place: Place
    above: list[Spot]
    here: Spot
    children: list[Spot]
    beside: list[Spot]


def unit_kinds(vocabulary: Vocabulary) -> list[str]:
    """Return the kinds that are units: no groups, no open categories."""
    return [kind.key for kind in vocabulary.kinds if not (kind.is_group or kind.is_open)]


def entries_for(viewer: Viewer) -> EntryQuerySet:
    """Return the units that take part and that the viewer may see."""
    return DirectoryEntry.objects.visible_to(viewer).taking_part()


def beside(entries: Sequence[DirectoryEntry], vocabulary: Vocabulary, on: datetime.date) -> dict[int, list[DirectoryEntry]]:
    """Return by entry the others that take part for the same unit since a reform has put units together. One query, none where no reform has."""
    day = on.isoformat()
    families = {entry.pk: of_one_unit(vocabulary, entry.kind_id, entry.jurisdiction_id, day) for entry in entries}
    wanted = [entry for entry in entries if len(families[entry.pk]) > 1]
    if not wanted:
        return {}
    kinds = {kind for entry in wanted for kind in families[entry.pk]}
    there = list(DirectoryEntry.objects.taking_part().filter(jurisdiction__in={entry.jurisdiction_id for entry in wanted}, kind__in=kinds).order_by("pk"))
    return {
        entry.pk: [row for row in there if row.pk != entry.pk and row.jurisdiction_id == entry.jurisdiction_id and row.kind_id in families[entry.pk]]
        for entry in wanted
    }


def resolved(seats: Iterable[Seat], vocabulary: Vocabulary, on: datetime.date) -> dict[Seat, Seat]:
    """Return for units (kind, place) the kind and place of the entry that stands for each: its own where that takes part, else that of a unit which has
    become one with it, else a new one of the unit of the day. One query."""
    wanted, day = set(seats), on.isoformat()
    families = {seat: of_one_unit(vocabulary, *seat, day) for seat in wanted}
    kinds = {kind for family in families.values() for kind in family}
    found = DirectoryEntry.objects.taking_part().filter(kind__in=kinds, jurisdiction__in={code for _kind, code in wanted}).order_by("pk")
    there = list(found.values_list("kind", "jurisdiction"))
    answer = {}
    for kind, code in wanted:
        heir = seat_on(vocabulary, (kind, code), on)
        family = [seat for seat in there if seat[1] == code and seat[0] in families[kind, code]]
        answer[kind, code] = next((seat for seat in ((kind, code), heir, *family) if seat in family), heir)
    return answer


def in_state(entries: EntryQuerySet, state: str, on: datetime.date) -> EntryQuerySet:
    """Return those that have something to confirm, or are late with it; all where no such state is asked for."""
    if state not in STATES:
        return entries
    asked = Confirmation.objects.overdue(on) if state == "overdue" else Confirmation.objects.waiting()
    return entries.filter(pk__in=asked.values("entry"))


def state_counts(entries: EntryQuerySet, on: datetime.date) -> dict[str, int]:
    """Count all, those that have something to confirm, and those that are late. One query."""
    waiting, overdue = (Q(pk__in=asked.values("entry")) for asked in (Confirmation.objects.waiting(), Confirmation.objects.overdue(on)))
    found = entries.order_by().aggregate(all=Count("pk"), waiting=Count("pk", filter=waiting), overdue=Count("pk", filter=overdue))
    return {"": found["all"], "waiting": found["waiting"], "overdue": found["overdue"]}


def matching(entries: EntryQuerySet, words: str, on: datetime.date) -> EntryQuerySet:
    """Return the units that words may mean: name, old name, short form, initials of a unit; name or initials of a person. Two queries for the names."""
    if not words:
        return entries
    plain, vocabulary = "".join(words.split()), current_vocabulary()
    meant = Q(contacts__ended_at__isnull=True, contacts__name__contains=plain)
    if plain.isascii() and len(plain) > 1:
        meant |= Q(contacts__ended_at__isnull=True, contacts__initials__startswith=plain.lower())
    guesses = guess_units(plain)
    moved = _moved_to({guess.kind for guess in guesses}, entries, vocabulary, on)
    for guess in guesses:
        meant_kind = Q(kind=guess.kind) | Q(pk__in=moved.get(guess.kind, ()))
        meant |= Q(meant_kind, jurisdiction=guess.place) if guess.place else meant_kind
    seats = [seat for seat, name in vocabulary.members_by_seat.items() if plain in name][:200]
    for kind, code in seats:
        meant |= Q(kind=kind, jurisdiction=code)
    return entries.filter(pk__in=entries.filter(meant).values("pk"))


def _moved_to(kinds: set[str], entries: EntryQuerySet, vocabulary: Vocabulary, on: datetime.date) -> dict[str, list[int]]:
    """Return by kind the entries that joined as another one and stand for it since a reform. One query, none where no reform has begun."""
    begun = [item for item in vocabulary.reforms if any(day <= on.isoformat() for day in item.dates.values())]
    former = {old for kind in kinds for old in taken_over(kind, begun) if old != kind}
    found: dict[str, list[int]] = {}
    if former:
        for pk, kind, code in entries.filter(kind__in=former).values_list("pk", "kind", "jurisdiction"):
            found.setdefault(seat_on(vocabulary, (kind, code), on)[0], []).append(pk)
    return found


def tree(entries: EntryQuerySet, code: str, vocabulary: Vocabulary) -> Tree:
    """Return where the chosen place stands. One query."""
    here: Counter[str] = Counter(dict(entries.order_by().values_list("jurisdiction").annotate(number=Count("pk")).values_list("jurisdiction", "number")))
    below: Counter[str] = Counter()
    for at, number in here.items():
        for above in vocabulary.lineage(at):
            below[above] += number
    places = vocabulary.places_by_code

    def spot(at: str) -> Spot:
        return Spot(places[at], here[at], below[at])

    lineage = vocabulary.lineage(code)
    children = sorted(at for at in below if places[at].parent == code)
    beside = sorted(at for at in below if places[at].parent == places[code].parent and at != code)
    return Tree(places[code], [spot(at) for at in lineage[:-1]], spot(code), [spot(at) for at in children], [spot(at) for at in beside])


def with_contacts(entries: QuerySet[DirectoryEntry], on: datetime.date) -> QuerySet[DirectoryEntry]:
    """Read the listed persons along, and by when the unit is asked to confirm them."""
    asked = Confirmation.objects.waiting().filter(entry=OuterRef("pk")).order_by("round__deadline")
    return entries.annotate(due=Subquery(asked.values("round__deadline")[:1])).prefetch_related(
        Prefetch("contacts", queryset=Contact.objects.standing(on), to_attr="listed")
    )


def lines(entries: Iterable[DirectoryEntry], vocabulary: Vocabulary, on: datetime.date) -> list[Line]:
    """Return entries read ``with_contacts`` as lines. One query more where a reform has put units together."""
    rows, found = list(entries), []
    others = beside(rows, vocabulary, on)
    for entry in rows:
        contacts: list[Contact] = entry.listed  # type: ignore[attr-defined]
        seat = entry.kind_id, entry.jurisdiction_id
        now, same = seat_on(vocabulary, seat, on), others.get(entry.pk, [])
        found.append(
            Line(
                entry,
                name_at(vocabulary, *now),
                vocabulary.places_by_code[entry.jurisdiction_id].name,
                former_name(vocabulary, seat, on),
                # what a table calls it: with two entries of one unit, so that each is found again
                vocabulary.kinds_by_key[entry.kind_id if same else now[0]].name,
                same,
                [row for row in contacts if row.role == Contact.Role.LEADER],
                [row for row in contacts if row.role == Contact.Role.LIAISON],
                due := entry.due,  # type: ignore[attr-defined]
                due is not None and due < on,
            )
        )
    return found


def entry_or_404(viewer: Viewer, kind: str, code: str) -> DirectoryEntry:
    """Return the entry of a unit that the viewer may see, else that of a unit which a reform has made one with it; what may not be seen is as if it were not there."""
    found = DirectoryEntry.objects.visible_to(viewer).select_related("kind", "jurisdiction", "merged_into")
    entry = found.filter(kind=kind, jurisdiction=code).first() or found.of_unit(kind, code).order_by(F("left_on").asc(nulls_first=True), "pk").first()
    if entry is None:
        raise Http404(_("通讯录里没有您可以查看的这个单位。"))
    return entry


def may_write(viewer: Viewer, entry: DirectoryEntry) -> bool:
    """Whether the viewer may change the contacts of the unit."""
    return DirectoryEntry.objects.written_by(viewer).filter(pk=entry.pk).exists()


@dataclass(frozen=True, slots=True)
class Event:
    """What one person did to a unit at one moment: rows begun (with the row before, if any) and rows ended for good."""

    at: datetime.datetime
    by: str
    begun: list[tuple[Contact, Contact | None]]
    ended: list[Contact]
    came_from: str = ""  # the entry that was merged into this one at that moment


def history(entry: DirectoryEntry) -> list[Event]:
    """Return the changes of a unit, newest first. Two queries."""
    merged = {other.merged_at: other for other in entry.merged_from.all()}
    rows: Sequence[Contact] = list(entry.contacts.order_by("pk"))
    by_pk = {row.pk: row for row in rows}
    replaced = {row.replaces_id for row in rows}
    events: dict[tuple[datetime.datetime, str], Event] = {}
    for row in rows:
        event = events.setdefault((row.entered_at, row.entered_by), Event(row.entered_at, row.entered_by, [], [], str(merged.get(row.entered_at, ""))))
        event.begun.append((row, by_pk.get(row.replaces_id or 0)))
        if row.ended_at is not None and row.pk not in replaced:
            events.setdefault((row.ended_at, row.ended_by), Event(row.ended_at, row.ended_by, [], [])).ended.append(row)
    return sorted(events.values(), key=lambda event: event.at, reverse=True)
