"""What somebody wants the contacts of a unit to be, against what they are: which rows begin, end, change. Pure."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum


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
    """A line of a form or a table: the person, the row it stands for (None for a new one), the day of leaving."""

    person: Person
    contact: int | None = None
    left: datetime.date | None = None


class Step(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
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


def compare(now: Mapping[int, Person], wanted: Sequence[Wanted]) -> list[Change]:
    """Return what has to be done so that the listed rows are what is wanted; rows that nobody speaks of stay.

    Raises:
        Unknown: a line stands for a row that is not listed.
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
        differing = tuple(name for name in FIELDS if getattr(before, name) != getattr(line.person, name))
        if line.left is not None:
            changes.append(Change(Step.ENDED, line.contact, before, line.left))
        else:
            changes.append(Change(Step.CHANGED if differing else Step.SAME, line.contact, line.person, fields=differing))
    return changes


def is_already(now: Mapping[int, Person], wanted: Sequence[Wanted]) -> bool:
    """Whether the listed persons are the wanted ones, whatever rows they stand in: a form that was sent twice."""
    kept = [line.person for line in wanted if line.left is None]
    return _sorted(now.values()) == _sorted(kept)


def _sorted(persons: Iterable[Person]) -> list[tuple[str, ...]]:
    return sorted(tuple(str(getattr(person, name)) for name in FIELDS) for person in persons)


def lacking(persons: Iterable[Person]) -> tuple[str, ...]:
    """Return which roles a unit cannot be confirmed without: a leader, and a liaison officer who can be called."""
    listed = list(persons)
    leader = any(person.role == "leader" for person in listed)
    liaison = any(person.role == "liaison" and person.has_phone for person in listed)
    return tuple(role for role, there in (("leader", leader), ("liaison", liaison)) if not there)
