"""The list of duties: those that the found clauses lay, in the order of the clauses."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from cms.accounts.viewer import Viewer
from policy_docs.duties.models import Duty
from policy_docs.duties.proofs import spans_of, with_spans
from policy_docs.duties.selectors import readable_duties
from policy_docs.duties.types import Act, Role
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.successions import Later
from search.analysis.passages import proven
from search.types import Facet, Hit, SearchQuery

from .parse import Parsed
from .rows import Row, pattern_of, rows_of
from .seats import duties_of_seats


def duty_rows(hits: Sequence[Hit], parsed: Parsed, query: SearchQuery, *, viewer: Viewer, on: datetime.date) -> tuple[Row, ...]:
    """Return the duties of the page asked. ``hits`` are the found clauses from the first page to this one: the duties before it are counted by the
    database, so pages neither overlap nor leave any out."""
    start = (query.page - 1) * query.size
    laid = _in_order(hits, parsed, query, viewer=viewer, on=on)[start : start + query.size]
    shown = {clause for clause, _duty in laid}
    by_clause = {row.hit.key.partition(":")[2]: row for row in rows_of([hit for hit in hits if _key(hit) in shown], parsed, viewer=viewer, on=on)}
    duties = {duty.pk: duty for duty in with_spans(readable_duties(viewer, on=on).filter(pk__in=[pk for _clause, pk in laid]).select_related("kind"))}
    pattern = pattern_of(parsed)
    rows = []
    for clause, pk in laid:
        row, duty = by_clause.get(clause), duties.get(pk)
        if row is not None and row.text is not None and duty is not None:
            rows.append(replace(row, duty=duty, pieces=proven(row.text.text, pattern, _quotes(duty, row.text.text))))
    return tuple(rows)


def _in_order(hits: Sequence[Hit], parsed: Parsed, query: SearchQuery, *, viewer: Viewer, on: datetime.date) -> list[tuple[str, int]]:
    """Return (clause, duty) of all duties of the chosen units and roles: by clause, in each the named unit first, then the stronger role."""
    chosen = dict(query.chosen)
    units, roles = set(chosen.get(Facet.UNIT, ())), set(chosen.get(Facet.ROLE, ()))
    seated = duties_of_seats(units, viewer=viewer, on=on)
    named = {unit for _word, unit in parsed.units}
    later = Later(current_vocabulary(), on.isoformat())
    table: dict[str, list[tuple[bool, int, int]]] = defaultdict(list)
    found = readable_duties(viewer, on=on).exclude(role=Role.MENTION.value).filter(clause__public_key__in=[_key(hit) for hit in hits])
    for pk, clause, kind, role, code in found.values_list("pk", "clause__public_key", "kind_id", "role", "opinion__jurisdiction_id"):
        of = {kind, *later.of(kind, code or "")}
        if (not units or units & of or pk in seated) and (not roles or role in roles):
            table[clause].append((not named & of, Role(role).rank, pk))
    return [(_key(hit), pk) for hit in hits for _not_named, _rank, pk in sorted(table[_key(hit)])]


def _key(hit: Hit) -> str:
    return hit.key.partition(":")[2]


def _quotes(duty: Duty, text: str) -> list[tuple[int, int]]:
    """Return where the words that prove a duty stand in a text."""
    spans = spans_of(duty)
    acting = [span for span in spans if span.act == Act.DUTY] or spans
    return [(span.start, span.end) for span in acting if span.quote and text[span.start : span.end] == span.quote]
