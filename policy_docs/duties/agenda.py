"""What there is to check in one document: its clauses in order, with what is left in each; and how far documents are."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Max, Q, QuerySet, Window
from django.db.models.functions import Left, RowNumber
from django.http import QueryDict
from django.utils.translation import gettext as _

from policy_docs.opinions.citing import run_in_head
from policy_docs.opinions.labels import gap_after
from policy_docs.opinions.models import Clause, ClauseText, OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.types import BlockKind

from . import second
from .choices import typed
from .housekeeping import leaving_documents
from .models import Duty, DutySpan, SecondReview, UnknownUnitName
from .notes import numbers_by
from .proofs import last_texts
from .types import Act, Role

OPEN = (Duty.State.SUGGESTED, Duty.State.TO_CHECK)
PARAMS = ("q", "kind", "rule", "state", "left", "noted")
_Fact = tuple[int, str, str, str]  # of a duty: id, unit kind, role, state
_HEAD = 40  # characters of a clause that its line in the list is made of
_FULL = 20  # lines of a run
_PARTS = frozenset({BlockKind.HEADING, BlockKind.TITLE})
_QUIET = frozenset({BlockKind.LEFT_OUT, BlockKind.FRONT, BlockKind.BACK})  # listed only where something was found in them


@dataclass(frozen=True, slots=True)
class Line:
    """A clause of the list: ``left`` duties wait for a decision, ``unknown`` names are not known; ``decided``: nothing is left of what there was."""

    clause: int
    key: str
    label: str
    words: str
    is_part: bool
    left: int
    unknown: int
    decided: bool
    notes: int = 0
    is_gone: bool = False  # the text has it no more

    @property
    def gap(self) -> str:
        """What stands between label and words."""
        return gap_after(self.label)

    @property
    def waits(self) -> bool:
        """Something is to be done here."""
        return bool(self.left or self.unknown)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a document is: duties decided on, duties that wait, names not known."""

    decided: int = 0
    left: int = 0
    unknown: int = 0

    @property
    def known(self) -> int:
        """All duties."""
        return self.decided + self.left


@dataclass(frozen=True, slots=True)
class Agenda:
    """The clauses that the chosen filters leave, and how far the whole document is."""

    lines: tuple[Line, ...]
    progress: Progress

    def at(self, key: str) -> int | None:
        """Where a clause stands among those that can be opened."""
        return next((at for at, line in enumerate(self.clauses) if line.key == key), None)

    @property
    def clauses(self) -> tuple[Line, ...]:
        """Lines that can be opened."""
        return tuple(line for line in self.lines if not line.is_part)

    @property
    def groups(self) -> list[list[Line]]:
        """The lines in runs, begun anew at a heading where it can be: the browser lays out those alone that are in sight."""
        found: list[list[Line]] = []
        for line in self.lines:
            if not found or len(found[-1]) >= (_FULL if line.is_part else _FULL * 2):
                found.append([])
            found[-1].append(line)
        return found

    def first(self) -> Line | None:
        """Where work begins: the first clause that waits, else the first."""
        return next((line for line in self.clauses if line.waits), None) or next(iter(self.clauses), None)

    def following(self, key: str) -> Line | None:
        """The next clause that waits, from here on and then from the beginning."""
        at = self.at(key)
        ahead = self.clauses if at is None else (*self.clauses[at + 1 :], *self.clauses[:at])
        return next((line for line in ahead if line.waits), None)


def version_of(page: OpinionPage) -> OpinionVersion | None:
    """Return the text whose duties are checked: the one that stands, else the draft (as the reading of a text chooses)."""
    return page.current_version or OpinionVersion.objects.filter(opinion=page).first()


def text_of(page: OpinionPage, version: OpinionVersion | None, key: str) -> tuple[ClauseText | None, bool]:
    """Return the words of a clause of a document, and whether the text has it no more: then they are the last that it had."""
    text = ClauseText.objects.filter(version=version, clause__public_key=key).select_related("clause").first()
    clause = Clause.objects.filter(opinion=page, public_key=key).values_list("pk", flat=True).first() if text is None else None
    return (text, False) if clause is None else (last_texts([clause])[clause], True)


def chosen_of(params: QueryDict) -> dict[str, str]:
    """Return what an address chooses of a document's clauses."""
    return {name: typed(params, name) for name in PARAMS}


def agenda(page: OpinionPage, version: OpinionVersion | None, chosen: Mapping[str, str]) -> Agenda:
    """Return the clauses of a document with what is left in each, behind them those that the text has no more and whose duties wait. Four queries, one
    more for a rule, one or three for what is gone."""
    duties: dict[int, list[_Fact]] = defaultdict(list)
    for clause, pk, kind, role, state in Duty.objects.filter(opinion=page).values_list("clause_id", "pk", "kind_id", "role", "state"):
        duties[clause].append((pk, kind, role, state))
    unknown = dict(UnknownUnitName.objects.filter(clause__opinion=page, ignored=False).values_list("clause_id").annotate(number=Count("pk")).order_by())
    notes = numbers_by("at", [page.pk])
    by_rule = _of_rule(page, chosen["rule"]) if chosen["rule"] else None
    texts = ClauseText.objects.filter(version=version).order_by("order")
    rows = list(texts.annotate(head=Left("text", _HEAD)).values_list("clause_id", "clause__public_key", "kind", "label", "head"))
    holds = set(texts.filter(text__contains=chosen["q"]).values_list("clause_id", flat=True)) if chosen["q"] else None
    lines = []
    for clause, key, kind, label, head in rows:
        own = duties.get(clause, [])
        line = _line(clause, key, kind, label, head, own, unknown.get(clause, 0), notes.get(clause, 0))
        if line is not None and _is_kept(line, own, chosen, by_rule, holds):
            lines.append(line)
    lines += _gone(duties, frozenset(row[0] for row in rows), chosen, by_rule)
    counted = [fact for found in duties.values() for fact in found if fact[2] != Role.MENTION]
    left = sum(state in OPEN for _pk, _kind, _role, state in counted)
    kept = _without_empty_parts(lines) if any(chosen.values()) else tuple(lines)
    return Agenda(kept, Progress(len(counted) - left, left, sum(unknown.values())))


def _gone(duties: Mapping[int, Sequence[_Fact]], standing: Collection[int], chosen: Mapping[str, str], by_rule: set[int] | None) -> list[Line]:
    """Clauses that the text has no more with duties that wait, behind a heading of their own."""
    waiting = [clause for clause, own in duties.items() if clause not in standing and any(state in OPEN and role != Role.MENTION for _, _, role, state in own)]
    texts = sorted(last_texts(waiting).values(), key=lambda text: (text.order or 0, text.clause_id)) if waiting else []
    holds = {text.clause_id for text in texts if chosen["q"] in text.text} if chosen["q"] else None
    found = []
    for text in texts:
        own = duties[text.clause_id]
        left = sum(state in OPEN and role != Role.MENTION for _pk, _kind, role, state in own)
        head = text.text[:_HEAD]
        line = Line(text.clause_id, text.clause.public_key, text.label, head[: run_in_head(head)].rstrip("。") or head, False, left, 0, False, is_gone=True)
        if _is_kept(line, own, chosen, by_rule, holds):
            found.append(line)
    heading = Line(0, "", "", str(_("已删去的条款")), True, 0, 0, False, is_gone=True)
    return [heading, *found] if found else []


def _of_rule(page: OpinionPage, rule: str) -> set[int]:
    return set(DutySpan.objects.filter(duty__opinion=page, rule=rule).exclude(act=Act.MENTION.value).values_list("duty_id", flat=True))


def _line(clause: int, key: str, kind: str, label: str, head: str, own: Sequence[_Fact], unknown: int, notes: int) -> Line | None:
    counted = [state for _pk, _kind, role, state in own if role != Role.MENTION]
    left = sum(state in OPEN for state in counted)
    if kind in _QUIET and not counted and not unknown and not notes:
        return None
    is_part = kind in _PARTS and not counted and not unknown and not notes
    words = head[: run_in_head(head)].rstrip("。") or head
    return Line(clause, key, label, words, is_part, left, unknown, bool(counted) and not left, notes)


def _is_kept(line: Line, own: Sequence[_Fact], chosen: Mapping[str, str], by_rule: set[int] | None, holds: set[int] | None) -> bool:
    if line.is_part:
        return True
    if (chosen["left"] and not line.waits) or (chosen["noted"] and not line.notes) or (holds is not None and line.clause not in holds):
        return False
    if not (chosen["kind"] or chosen["state"] or by_rule is not None):
        return True
    return any(
        (not chosen["kind"] or kind == chosen["kind"])
        and (not chosen["state"] or (state == chosen["state"] and role != Role.MENTION))
        and (by_rule is None or pk in by_rule)
        for pk, kind, role, state in own
    )


def _without_empty_parts(lines: Sequence[Line]) -> tuple[Line, ...]:
    """A heading stands only where something to open follows it."""
    return tuple(line for line, after in zip(lines, [*lines[1:], None], strict=True) if not line.is_part or (after is not None and not after.is_part))


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the list of progress."""

    page: OpinionPage
    progress: Progress
    last_by: str
    last_at: datetime.datetime | None
    notes: int = 0
    second: SecondReview | None = None
    is_leaving: bool = False  # somebody has asked to delete it

    @property
    def is_stale(self) -> bool:
        """Something was decided, or waits again, since a second person accepted it."""
        row = self.second
        return row is not None and row.state == SecondReview.State.ACCEPTED and second.is_behind(row, self.progress.left, self.last_at)


def documents(pages: Sequence[OpinionPage]) -> list[Document]:
    """Return how far documents are, who decided last, how far the second review is, and whether they are to be deleted. Six queries."""
    keys = [page.pk for page in pages]
    counted = Duty.objects.filter(opinion__in=keys).exclude(role=Role.MENTION.value).order_by()
    states = {key: (left, total) for key, left, total in counted.values_list("opinion").annotate(left=Count("pk", filter=Q(state__in=OPEN)), total=Count("pk"))}
    unknown = dict(
        UnknownUnitName.objects.filter(clause__opinion__in=keys, ignored=False).order_by().values_list("clause__opinion").annotate(number=Count("pk"))
    )
    newest = Window(RowNumber(), partition_by="opinion", order_by=[F("decided_at").desc(), F("pk").desc()])
    decided = Duty.objects.filter(opinion__in=keys, decided_at__isnull=False).annotate(nth=newest).filter(nth=1).select_related("decided_by")
    last = {duty.opinion_id: duty for duty in decided}
    notes, handed = numbers_by("opinion_id", keys), second.latest(keys)
    found, leaving = [], leaving_documents()
    for page in pages:
        left, total = states.get(page.pk, (0, 0))
        duty = last.get(page.pk)
        by, at = (str(duty.decided_by or ""), duty.decided_at) if duty else ("", None)
        found.append(
            Document(page, Progress(total - left, left, unknown.get(page.pk, 0)), by, at, notes.get(page.pk, 0), handed.get(page.pk), page.pk in leaving)
        )
    return found


def waiting_duties() -> QuerySet[Duty]:
    """Return what waits in the documents of the workbench."""
    return Duty.objects.filter(state__in=OPEN, opinion__alias_of__isnull=True).exclude(role=Role.MENTION.value)


def in_order_of_work() -> QuerySet[OpinionPage]:
    """Documents with what waits in them first: those most recently worked on, then the others by what is left."""
    waiting = Count("duties", filter=Q(duties__state__in=OPEN) & ~Q(duties__role=Role.MENTION.value))
    found: QuerySet[OpinionPage] = OpinionPage.objects.filter(alias_of__isnull=True).annotate(waiting=waiting, worked=Max("duties__decided_at"))
    return found.order_by(F("waiting").desc(), "-pk").select_related("jurisdiction").defer("body")
