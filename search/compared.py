"""The page of a unit against the index: what binds the unit, as each kind of reader may see it, has to be found by it too.

The page shows what the database answers; that the index answers otherwise is noted here, and the documents are written again.
"""

import structlog
from django.utils import timezone

from cms.accounts.models import Role
from cms.accounts.viewer import Viewer
from policy_docs.duties.binding import Section
from policy_docs.duties.selectors import Unit, UnitNotFound, load_unit, rows_for
from policy_docs.opinions.models import Change, Clause
from search.engines.base import Engine
from search.index.check import waiting_keys
from search.index.documents import number_of
from search.index.naming import clause_key
from search.query.seats import seat_value, seats_in
from search.query.service import grant_of
from search.types import Facet, Filters, Item, SearchPlan, Validity

log = structlog.get_logger(__name__)
READERS = (Viewer(), Viewer(role=Role.LIAISON), Viewer(role=Role.COORDINATION))
_MOST = 100_000  # clauses of a unit; what both engines give at once


def compare_unit(target: Engine, kind: str, code: str) -> list[str]:
    """Compare today's answers for a unit; have the documents written again that differ, and return their public keys. Documents that wait in the outbox
    are left aside.

    Raises ``EngineError`` where the index cannot answer.
    """
    on = timezone.localdate()
    try:
        unit = load_unit(kind, code, on=on)
    except UnitNotFound:
        return []
    apart: set[str] = set()
    for viewer in READERS:
        apart |= wanted(unit, viewer) ^ found(target, unit, viewer)
    keys = {key.partition(":")[2] for key in apart}
    homes = set(Clause.objects.filter(public_key__in=keys).values_list("opinion__public_key", flat=True)) - waiting_keys()
    if homes:
        log.warning("search_drift", unit=seat_value(kind, code), clauses=len(keys), documents=len(homes), keys=sorted(homes)[:20])
    for key in sorted(homes):
        Change.objects.create(item=Change.Item.OPINION, key=key)
    return sorted(homes)


def wanted(unit: Unit, viewer: Viewer) -> set[str]:
    """Return the entries of the clauses in force that bind the unit, as its page lists them."""
    clauses = {row.clause for row in rows_for(unit, viewer=viewer) if row.section is Section.DIRECT and row.in_force}
    return {clause_key(key) for key in Clause.objects.filter(pk__in=clauses).values_list("public_key", flat=True)}


def found(target: Engine, unit: Unit, viewer: Viewer) -> set[str]:
    """Return those that an engine finds."""
    chosen = ((Facet.UNIT, (seat_value(unit.kind.key, unit.place.code),)), (Facet.VALIDITY, (Validity.IN_FORCE.value,)))
    filters = Filters(number_of(unit.on), chosen, Item.CLAUSE, seats=seats_in(chosen, unit.on))
    return {hit.key for hit in target.search(SearchPlan(filters, limit=_MOST), grant_of(viewer)).hits}
