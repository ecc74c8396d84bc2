"""What a reform does to the directory, told before it is entered or taken back: which entries stand for another unit then."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from policy_docs.units.naming import name_at
from policy_docs.units.successions import WHOLE, dated, heir_at, of_one_unit, taken_over
from policy_docs.units.vocabulary import Succession, Vocabulary

from .models import Contact, DirectoryEntry

_EVER = "9999-12-31"


@dataclass(frozen=True, slots=True)
class EntryChange:
    """An entry that stands for another unit from a day on, with its persons. ``beside``: the name under which that unit is listed already, so that the
    office has to settle the two. ``returns``: it had been merged and comes back."""

    now: str
    then: str
    day: datetime.date | None
    people: int
    beside: str
    returns: bool


def changes(before: Vocabulary, after: Vocabulary, touched: Sequence[Succession], *, today: datetime.date) -> list[EntryChange]:
    """Return what becomes of the entries from one vocabulary to the other, by place. Two queries."""
    whole = [item for item in touched if item.scope == WHOLE]
    kinds = {kind for item in whole for kind in taken_over(item.predecessor, [*before.reforms, *after.reforms])}
    people = Count("contacts", filter=Q(contacts__in=Contact.objects.standing(today)))
    found = DirectoryEntry.objects.filter(Q(left_on__isnull=True) | Q(merged_into__isnull=False), kind__in=kinds).annotate(people=people)
    moving = []
    for entry in found.order_by("jurisdiction__lineage", "kind__initials", "pk"):
        code = entry.jurisdiction_id
        now, then = (heir_at(vocabulary, entry.kind_id, code, _EVER) for vocabulary in (before, after))
        if now != then and code in before.places_by_code:
            moving.append((entry, now, then))
    there = _there(moving, after)
    return [_change(entry, now, then, before, after, whole, there) for entry, now, then in moving]


Moving = tuple[DirectoryEntry, str, str]


def _there(moving: Sequence[Moving], after: Vocabulary) -> list[DirectoryEntry]:
    """Return the entries that may stand for the units then."""
    kinds = {kind for entry, _now, then in moving for kind in of_one_unit(after, then, entry.jurisdiction_id, _EVER)}
    codes = {entry.jurisdiction_id for entry, _now, _then in moving}
    return list(DirectoryEntry.objects.taking_part().filter(kind__in=kinds, jurisdiction__in=codes).order_by("pk")) if moving else []


def _change(
    entry: DirectoryEntry, now: str, then: str, before: Vocabulary, after: Vocabulary, whole: Sequence[Succession], there: Sequence[DirectoryEntry]
) -> EntryChange:
    code = entry.jurisdiction_id
    level = dated(before.places_by_code[code].level)
    day = min((item.dates[level] for item in whole if level in item.dates and item.predecessor in (now, then, entry.kind_id)), default="")
    same = [row for row in there if row.pk != entry.pk and row.jurisdiction_id == code and heir_at(after, row.kind_id, code, _EVER) == then]
    held = before if now in before.kinds_by_key else after
    return EntryChange(
        name_at(held, now, code), name_at(after if then in after.kinds_by_key else before, then, code),
        datetime.date.fromisoformat(day) if day else None, entry.people,  # type: ignore[attr-defined]
        name_at(after if same and same[0].kind_id in after.kinds_by_key else before, same[0].kind_id, code) if same else "", entry.merged_into_id is not None,
    )  # fmt: skip
