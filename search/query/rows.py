"""The rows of hits, as the reader may see them."""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import structlog
from django.db.models import QuerySet

from cms.accounts.viewer import Viewer
from policy_docs.duties.models import Duty
from policy_docs.duties.selectors import readable_duties, versions_on
from policy_docs.duties.types import Role
from policy_docs.opinions.models import Clause, ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.types import BlockKind
from policy_docs.opinions.validity import Standing, standing
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.successions import Later
from search.analysis import tokens
from search.analysis.heads import with_heads
from search.analysis.passages import Piece, marks_pattern, passage
from search.types import Hit, Item, Validity

from .parse import Parsed

log = structlog.get_logger(__name__)
_SHOWN_DUTIES = 6


@dataclass(frozen=True, slots=True)
class Row:
    """A hit with its rows. ``text`` is None for an opinion, whose pieces are only its lead; ``duties`` are the first of those the reader may see, ``duty``
    the one that a row of the list of duties is about.

    For telling why it was found: ``heads`` are the headings above, ``units`` all unit kinds with a duty and those that have taken them over.
    """

    hit: Hit
    opinion: OpinionPage
    pieces: tuple[Piece, ...]
    title: tuple[Piece, ...]
    validity: Validity
    clause: Clause | None = None
    text: ClauseText | None = None
    duties: tuple[Duty, ...] = ()
    heads: tuple[str, ...] = ()
    units: frozenset[str] = frozenset()
    duty: Duty | None = None


def pattern_of(parsed: Parsed) -> re.Pattern[str] | None:
    """Return what is marked in a text: the words of a query and what stands for them."""
    words = [*parsed.phrases, *parsed.titles, *parsed.numbers]
    for idea in parsed.ideas:
        words += [
            *(() if idea.apart else (idea.said,)),
            *(part for word in idea.synonyms for part in word.split("+")),
            *(idea.names if idea.unit else idea.pieces),
        ]
    return marks_pattern(word for word in words if len(word) > 1 or not tokens.is_han(word) or len(words) == 1)


def rows_of(hits: Sequence[Hit], parsed: Parsed, *, viewer: Viewer, on: datetime.date) -> tuple[Row, ...]:
    """Read the rows of hits as the viewer may see them: what the index shows too much of is left out here, and logged."""
    if not hits:
        return ()
    pattern = pattern_of(parsed)
    keys = {hit.key.partition(":")[2] for hit in hits}
    opinions = {page.public_key: page for page in _opinions(viewer).filter(public_key__in=keys)}
    texts = _texts(keys, viewer=viewer, on=on)
    duties = _duties([text.clause_id for text in texts.values()], viewer=viewer, on=on)
    heads = _heads(texts.values())
    later = Later(current_vocabulary(), on.isoformat())
    leads = _leads([page.pk for page in opinions.values()], pattern, on=on)
    rows = []
    for hit in hits:
        key = hit.key.partition(":")[2]
        text = texts.get(key) if hit.item is Item.CLAUSE else None
        if text is not None:
            page = text.clause.opinion
            laid = duties.get(text.clause_id, ())
            units = frozenset(unit for duty in laid for unit in (duty.kind_id, *later.of(duty.kind_id, page.jurisdiction_id or "")))
            rows.append(Row(
                hit, page, passage(text.text, pattern), (Piece(page.title),), _validity(page, on), text.clause, text,
                laid[:_SHOWN_DUTIES], heads.get(text.pk, ()), units,
            ))  # fmt: skip
        elif key in opinions:
            page = opinions[key]
            rows.append(Row(hit, page, leads.get(page.pk, ()), passage(page.title, pattern, width=300), _validity(page, on)))
    if len(rows) < len(hits):
        log.warning("search_drift", found=len(hits), readable=len(rows))
    return tuple(rows)


def _validity(page: OpinionPage, on: datetime.date) -> Validity:
    return {Standing.IN_FORCE: Validity.IN_FORCE, Standing.COMING: Validity.COMING}.get(standing(page, on), Validity.PAST)


def _opinions(viewer: Viewer) -> QuerySet[OpinionPage]:
    return OpinionPage.objects.visible_to(viewer).filter(live=True).select_related("jurisdiction").defer("body")


def _texts(keys: set[str], *, viewer: Viewer, on: datetime.date) -> dict[str, ClauseText]:
    opinions = set(Clause.objects.filter(public_key__in=keys, opinion__in=_readable(viewer)).values_list("opinion_id", flat=True))
    found = (
        ClauseText.objects.filter(clause__public_key__in=keys, version__in=versions_on(on, opinions))
        .select_related("clause__opinion__jurisdiction", "version")
        .defer("clause__opinion__body")
    )
    return {text.clause.public_key: text for text in found}


def _readable(viewer: Viewer) -> QuerySet[OpinionPage]:
    return OpinionPage.objects.visible_to(viewer).filter(live=True).values("pk")


def _duties(clauses: Sequence[int], *, viewer: Viewer, on: datetime.date) -> dict[int, tuple[Duty, ...]]:
    table: dict[int, dict[str, Duty]] = {}
    found = readable_duties(viewer, on=on).filter(clause__in=clauses).exclude(role=Role.MENTION.value).select_related("kind")
    for duty in sorted(found, key=lambda duty: (Role(duty.role).rank, duty.pk)):
        table.setdefault(duty.clause_id, {}).setdefault(duty.kind_id, duty)
    return {clause: tuple(kinds.values()) for clause, kinds in table.items()}


def _heads(texts: Iterable[ClauseText]) -> dict[int, tuple[str, ...]]:
    """Return the headings above each text, by its id."""
    asked: dict[int, dict[int, ClauseText]] = {}
    for text in texts:
        asked.setdefault(text.version_id, {})[text.pk] = text
    for heading in ClauseText.objects.filter(version__in=asked, kind=BlockKind.HEADING.value):
        asked[heading.version_id].setdefault(heading.pk, heading)
    return {text.pk: heads for table in asked.values() for text, heads in with_heads(sorted(table.values(), key=lambda text: text.order))}


def _leads(opinions: Sequence[int], pattern: re.Pattern[str] | None, *, on: datetime.date) -> dict[int, tuple[Piece, ...]]:
    """Return for each opinion the passage of the clause that says most of what was sought."""
    best: dict[int, tuple[int, ClauseText]] = {}
    texts = ClauseText.objects.filter(version__in=versions_on(on, opinions), kind__in=("clause", "preamble", "notice", "table"))
    for text in texts.select_related("clause").order_by("order"):
        said = len({match.group() for match in pattern.finditer(text.text)}) if pattern else 0
        held = best.get(text.clause.opinion_id)
        if held is None or said > held[0]:
            best[text.clause.opinion_id] = (said, text)
    return {opinion: passage(text.text, pattern, width=160) for opinion, (_said, text) in best.items()}
