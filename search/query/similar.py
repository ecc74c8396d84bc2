"""«Similar clauses»: what documents of other places, and other documents of the same, say in nearly the same words. The index gives candidates, the texts
decide: so both engines give the same answer, and a weak match is none."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.db.models.expressions import Combinable

from cms.accounts.viewer import Viewer
from policy_docs.duties.selectors import standing_texts
from policy_docs.opinions.alike import Sayable, all_alike
from policy_docs.opinions.models import ClauseText
from policy_docs.opinions.querysets import visible_q
from policy_docs.opinions.types import BlockKind
from search.engines.base import Engine, EngineError
from search.types import Filters, Item, SearchPlan

from . import plan as plans
from .service import grant_of

_COMPARED = (BlockKind.CLAUSE.value, BlockKind.TABLE.value)
_CANDIDATES = 200
_SOUGHT = 12  # words that the database is asked for
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Similar:
    """The clauses, the surest first, one of each document; ``comparable`` is False for a text that says too little to be compared, ``stands_in`` True
    where the database gave the candidates."""

    comparable: bool
    found: tuple[ClauseText, ...] = ()
    stands_in: bool = False


def similar(text: ClauseText, *, viewer: Viewer, engine: Engine, on: datetime.date) -> Similar:
    """Return the clauses of other documents that surely say the same as a clause, as far as the viewer may read them. One query besides the index,
    or instead of it where it cannot answer."""
    one = Sayable.of(text.text)
    plan = plans.alike(text.text, Filters(int(on.strftime("%Y%m%d")), item=Item.CLAUSE, parts=_COMPARED), limit=_CANDIDATES)
    if one is None or plan is None:
        return Similar(comparable=False)
    others = _readable(viewer, on).exclude(clause__opinion=text.clause.opinion_id)
    try:
        keys = [hit.key.partition(":")[2] for hit in engine.search(plan, grant_of(viewer)).hits]
    except EngineError as error:
        log.warning("similar_stands_in", error=str(error))
        return Similar(comparable=True, found=_most_alike(one, _sharing(others, plan)), stands_in=True)
    return Similar(comparable=True, found=_most_alike(one, list(others.filter(clause__public_key__in=keys))))


def _sharing(texts: QuerySet[ClauseText], plan: SearchPlan) -> list[ClauseText]:
    """Return the texts that share most of the long words of a plan: what the index would give, by a few words instead of many."""
    words = [group.label for group in plan.groups[:_SOUGHT]]
    shared: Combinable = Value(0, output_field=IntegerField())
    for word in words:
        shared += Case(When(text__contains=word, then=Value(1)), default=Value(0))
    return list(texts.annotate(shared=shared).filter(shared__gte=min(plan.minimum, len(words))).order_by("-shared", *texts.query.order_by)[:_CANDIDATES])


def _readable(viewer: Viewer, on: datetime.date) -> QuerySet[ClauseText]:
    home = "clause__opinion__"
    found = ClauseText.objects.filter(visible_q(viewer, home), version__in=standing_texts(on), kind__in=_COMPARED, **{f"{home}live": True})
    newest_first = found.order_by("-clause__opinion__issue_date", "clause__opinion", "order")
    return newest_first.select_related("clause__opinion__jurisdiction").defer("clause__opinion__body")


def _most_alike(one: Sayable, rows: Sequence[ClauseText]) -> tuple[ClauseText, ...]:
    """Return the rows that surely say the same, the surest of each document."""
    said = [(row, other) for row in rows if (other := Sayable.of(row.text)) is not None]
    best: dict[int, ClauseText] = {}
    for at in all_alike(one, [other for _row, other in said]):
        row = said[at][0]
        best.setdefault(row.clause.opinion_id, row)
    return tuple(best.values())
