"""What somebody wants the contacts of a unit to be, against what they are: which rows begin, end, change. Pure."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum

from rapidfuzz.distance import Levenshtein


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a person who answers for a unit."""

    role: str
    name: str
    post: str = ""
    office_phone: str = ""
    mobile: str = ""
    since: datetime.date | None = None

    @property
    def has_phone(self) -> bool:
        """Whether the person can be called."""
        return bool(self.office_phone or self.mobile)


FIELDS = tuple(field.name for field in fields(Person))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line of a form or a table: the person, the row it stands for (None for a new one), the day of leaving.

    Where the name is another one, ``other`` says whether that is another person, who follows the one of the row (who left on ``left``), or the same
    one written rightly; ``keeps_office``: the successor has the same telephone on the desk.
    """

    person: Person
    contact: int | None = None
    left: datetime.date | None = None
    other: bool | None = None
    keeps_office: bool = False


class Step(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    REPLACED = "replaced"
    ENDED = "ended"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Change:
    """One line of what is to be done: the row before, the person after, the names of the fields that differ."""

    step: Step
    contact: int | None
    person: Person
    left: datetime.date | None = None
    fields: tuple[str, ...] = ()


class Unknown(LookupError):
    """A line stands for a row that is not listed any more."""


class NotSaid(ValueError):
    """A name differs, and nobody has said whether that is another person."""


def succeeding(before: Person, after: Person, *, keeps_office: bool = False) -> Person:
    """Return who follows a person, without what is that person's own: the mobile number, the day of taking up the task, and the number of the desk
    unless it stays. A value that differs has been written for the successor."""
    return replace(
        after,
        mobile="" if after.mobile == before.mobile else after.mobile,
        since=None if after.since == before.since else after.since,
        office_phone="" if after.office_phone == before.office_phone and not keeps_office else after.office_phone,
    )


def is_replaced(before: Person, line: Wanted) -> bool:
    """Whether a line puts another person in the place of the one before.

    Raises:
        NotSaid: the name differs, and the line does not say.
    """
    if before.name == line.person.name:
        return False
    if line.other is None and line.left is None:
        raise NotSaid(line.person.name)
    return bool(line.other)


def compare(now: Mapping[int, Person], wanted: Sequence[Wanted]) -> list[Change]:
    """Return what has to be done so that the listed rows are what is wanted; rows that nobody speaks of stay.

    Raises:
        Unknown: a line stands for a row that is not listed.
        NotSaid: a name differs, and the line does not say whether that is another person.
    """
    changes = []
    for line in wanted:
        if line.contact is None:
            if line.left is None:
                changes.append(Change(Step.NEW, None, line.person))
            continue
        before = now.get(line.contact)
        if before is None:
            raise Unknown(line.contact)
        if is_replaced(before, line):
            person = succeeding(before, line.person, keeps_office=line.keeps_office)
            changes.append(Change(Step.REPLACED, line.contact, person, line.left, _differing(before, person)))
        elif line.left is not None:
            changes.append(Change(Step.ENDED, line.contact, before, line.left))
        else:
            differing = _differing(before, line.person)
            changes.append(Change(Step.CHANGED if differing else Step.SAME, line.contact, line.person, fields=differing))
    return changes


def _differing(before: Person, after: Person) -> tuple[str, ...]:
    return tuple(name for name in FIELDS if getattr(before, name) != getattr(after, name))


def is_already(now: Mapping[int, Person], wanted: Sequence[Wanted], ever: Mapping[int, Person]) -> bool:
    """Whether the listed persons are the wanted ones, whatever rows they stand in: a form that was sent twice. ``ever``: all rows there have been."""
    kept = []
    for line in wanted:
        before = ever.get(line.contact or 0)
        if line.other and before is not None and before.name != line.person.name:
            kept.append(succeeding(before, line.person, keeps_office=line.keeps_office))
        elif line.left is None:
            kept.append(line.person)
    return _sorted(now.values()) == _sorted(kept)


def _sorted(persons: Iterable[Person]) -> list[tuple[str, ...]]:
    return sorted(tuple(str(getattr(person, name)) for name in FIELDS) for person in persons)


def lacking(persons: Iterable[Person]) -> tuple[str, ...]:
    """Return which roles a unit cannot be confirmed without: a leader, and a liaison officer who can be called."""
    listed = list(persons)
    leader = any(person.role == "leader" for person in listed)
    liaison = any(person.role == "liaison" and person.has_phone for person in listed)
    return tuple(role for role, there in (("leader", leader), ("liaison", liaison)) if not there)


class Kin(StrEnum):
    """Why a person who is new in a table is taken for one who is missing there, or for the successor."""

    TYPING = "typing"  # the same mobile number (or, without one, post and desk), the name differs by one sign
    SAME_NUMBER = "same_number"  # the number of somebody who is called otherwise
    ONLY = "only"  # the one who comes in a role from which one goes


@dataclass(frozen=True, slots=True)
class Pair:
    """A person of a table and the row that it stands for."""

    came: int
    went: int
    why: Kin

    @property
    def other(self) -> bool:
        """Whether it is another person."""
        return self.why is not Kin.TYPING


def paired(came: Mapping[int, Person], went: Mapping[int, Person]) -> list[Pair]:
    """Return who of a table stands for which row of the same role: the same person with the name put right, or the successor.

    A table has no sign by which a person is known but the name, so it is told by the rest of the row; what nothing tells is left as coming and going.
    """
    found: list[Pair] = []
    left = dict(went)
    for why in (Kin.TYPING, Kin.SAME_NUMBER):
        for number, person in came.items():
            row = next((key for key, before in left.items() if _kin(before, person) is why), None)
            if row is not None and all(pair.came != number for pair in found):
                found.append(Pair(number, row, why))
                del left[row]
    rest = [number for number in came if all(pair.came != number for pair in found)]
    for role in {person.role for person in left.values()}:
        goes = [key for key, person in left.items() if person.role == role]
        comes = [number for number in rest if came[number].role == role]
        if len(goes) == 1 and len(comes) == 1:
            found.append(Pair(comes[0], goes[0], Kin.ONLY))
    return sorted(found, key=lambda pair: pair.came)


def _kin(before: Person, after: Person) -> Kin | None:
    if before.role != after.role:
        return None
    same_number = bool(before.mobile) and before.mobile == after.mobile
    same_desk = not (before.mobile and after.mobile) and bool(before.office_phone and before.post)
    same_desk = same_desk and (before.office_phone, before.post) == (after.office_phone, after.post)
    if (same_number or same_desk) and _one_sign_apart(before.name, after.name):
        return Kin.TYPING
    return Kin.SAME_NUMBER if same_number else None


def _one_sign_apart(one: str, other: str) -> bool:
    return Levenshtein.distance(one, other, score_cutoff=1) <= 1
