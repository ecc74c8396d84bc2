"""One unit as a choice: everything that binds it, from its own place and from those above (design decision 5), and no other unit of its kind."""

import datetime
from collections.abc import Iterable

from cms.accounts.viewer import Viewer
from policy_docs.duties.binding import sought_by
from policy_docs.duties.selectors import Unit, UnitNotFound, binding_duties, load_unit
from search.types import Facet


def seat_value(kind: str, code: str) -> str:
    """Return the value of the choice."""
    return f"{kind}@{code}"


def is_seat(value: str) -> bool:
    """Say whether a choice of units is one unit; keys of groups begin with the sign (@members)."""
    return "@" in value[1:]


def parted(value: str) -> tuple[str, str]:
    """Return kind and code of the place of a choice that is one unit."""
    kind, _at, code = value.rpartition("@")
    return kind, code


def chosen_seats(chosen: Iterable[tuple[Facet, tuple[str, ...]]]) -> list[str]:
    """Return the single units among the choices."""
    return [value for facet, values in chosen if facet is Facet.UNIT for value in values if is_seat(value)]


def unit_of(value: str, on: datetime.date) -> Unit | None:
    """Return the unit of a choice on a day, None where there is none of that kind or place."""
    try:
        return load_unit(*parted(value), on=on)
    except UnitNotFound:
        return None


def seats_in(chosen: Iterable[tuple[Facet, tuple[str, ...]]], on: datetime.date) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the single units among the choices with the keywords of what binds them (``Filters.seats``)."""
    return tuple((value, _keywords(unit_of(value, on))) for value in chosen_seats(chosen))


def duties_of_seats(units: Iterable[str], *, viewer: Viewer, on: datetime.date) -> set[int]:
    """Return the duties that bind the single units among the choices, as their pages list them."""
    found = (unit_of(value, on) for value in units if is_seat(value))
    return {pk for unit in found if unit for pk in binding_duties(unit, viewer=viewer)}


def _keywords(unit: Unit | None) -> tuple[str, ...]:
    if unit is None:
        return ()
    return tuple(f"{key}/{where}" for key in sorted(_written(unit)) for where in sought_by(unit.seat))


def _written(unit: Unit) -> set[str]:
    """Return the kinds as texts write them whose duties are the unit's: a former unit that stands apart counts by itself, any other as what it is read as."""
    known, apart = unit.vocabulary.kinds_by_key.items(), unit.apart
    return {key for key, kind in known if (key if key in apart or not kind.read_as else kind.read_as) in unit.kinds}
