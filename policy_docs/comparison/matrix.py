"""How many clauses give each department something to do, in each of several documents or places."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from cms.accounts.viewer import Viewer
from policy_docs.duties.models import Duty
from policy_docs.duties.selectors import readable_duties
from policy_docs.duties.types import Role
from policy_docs.opinions.models import ClauseText
from policy_docs.opinions.types import BlockKind
from policy_docs.units.successions import heir_at
from policy_docs.units.vocabulary import Vocabulary

from .columns import Column

COMPARED = (BlockKind.CLAUSE.value, BlockKind.TABLE.value, BlockKind.ATTACHMENT.value)


@dataclass(frozen=True, slots=True)
class Line:
    """A unit kind with the number of its clauses in each column. ``is_group``: all members, named together."""

    key: str
    name: str
    counts: tuple[int, ...]
    is_group: bool

    @property
    def total(self) -> int:
        """Clauses in all columns."""
        return sum(self.counts)

    @property
    def columns(self) -> int:
        """Columns that have any."""
        return sum(number > 0 for number in self.counts)


def duties_within(columns: Sequence[Column], *, viewer: Viewer, on: datetime.date) -> QuerySet[Duty]:
    """Return the duties in the texts of the columns that the viewer may see, mentions aside."""
    versions = {version for column in columns for version in column.versions.values()}
    opinions = {opinion for column in columns for opinion in column.versions}
    found = readable_duties(viewer, on=on).filter(opinion__in=opinions, clause__texts__version__in=versions)
    return found.exclude(role=Role.MENTION.value)


def matrix(columns: Sequence[Column], *, viewer: Viewer, on: datetime.date, vocabulary: Vocabulary) -> list[Line]:
    """Return a line for each unit kind that any column names, most clauses first, groups of units last. A kind that a reform has ended at the place
    of a column is that which has taken it over. One query (and one for private sections)."""
    clauses: dict[tuple[str, str], set[int]] = defaultdict(set)
    column_of = {opinion: column for column in columns for opinion in column.versions}
    for kind, opinion, clause in duties_within(columns, viewer=viewer, on=on).order_by().values_list("kind_id", "opinion_id", "clause_id").distinct():
        column = column_of[opinion]
        clauses[heir_at(vocabulary, kind, column.place, on.isoformat()), column.key].add(clause)
    kinds = {kind for kind, _column in clauses}
    known = vocabulary.kinds_by_key
    lines = [Line(kind, known[kind].name, tuple(len(clauses[kind, column.key]) for column in columns), known[kind].is_group) for kind in kinds if kind in known]
    return sorted(lines, key=lambda line: (line.is_group, -line.total, line.name))


def clauses_of(column: Column, kind: str, *, viewer: Viewer, on: datetime.date, vocabulary: Vocabulary) -> set[int]:
    """Return the clauses of a column that give a unit kind something to do: those that ``matrix`` counts. One query."""
    found = duties_within([column], viewer=viewer, on=on).order_by().values_list("kind_id", "clause_id").distinct()
    heirs: dict[str, str] = {}
    chosen = set()
    for key, clause in found:
        if key not in heirs:
            heirs[key] = heir_at(vocabulary, key, column.place, on.isoformat())
        if heirs[key] == kind:
            chosen.add(clause)
    return chosen


def texts_of(column: Column) -> list[ClauseText]:
    """Return the clauses of the texts of a column, in their order. One query."""
    rows = ClauseText.objects.filter(version__in=column.versions.values(), kind__in=COMPARED).select_related("clause__opinion")
    return list(rows.order_by("-clause__opinion__issue_date", "clause__opinion_id", "order").defer("clause__opinion__body"))
