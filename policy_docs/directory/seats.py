"""Which unit an entry of the directory stands for on a day: entries keep the kind that they joined with and follow it through reforms by date, as
accounts do. So a reform moves no row, and taking it back moves none back. Pure."""

import datetime

from django.utils.translation import gettext as _

from policy_docs.units.naming import name_at
from policy_docs.units.successions import heir_at
from policy_docs.units.vocabulary import Vocabulary

Seat = tuple[str, str]  # kind, code


def seat_on(vocabulary: Vocabulary, seat: Seat, on: datetime.date) -> Seat:
    """Return the unit that answers for a unit (kind, place) on a day."""
    return heir_at(vocabulary, seat[0], seat[1], on.isoformat()), seat[1]


def full_name(vocabulary: Vocabulary, seat: Seat, on: datetime.date) -> str:
    """Return the name of the unit of a day, with the one that it was listed by before a reform: two entries of one unit are told apart by it."""
    now, former = seat_on(vocabulary, seat, on), former_name(vocabulary, seat, on)
    return name_at(vocabulary, *now) + (_("（原%s）") % former if former else "")


def former_name(vocabulary: Vocabulary, seat: Seat, on: datetime.date) -> str:
    """Return the name by which an entry was listed before a reform, "" where none has moved it."""
    return "" if seat_on(vocabulary, seat, on) == seat else name_at(vocabulary, *seat)


def is_one_unit(vocabulary: Vocabulary, one: Seat, other: Seat, on: datetime.date) -> bool:
    """Whether two units (kind, place) are one on a day."""
    return seat_on(vocabulary, one, on) == seat_on(vocabulary, other, on)
