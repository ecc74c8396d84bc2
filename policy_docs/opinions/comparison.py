"""Two texts of one document, clause by clause: what is new, gone, reworded, moved, renumbered, and which words changed. Pure.

A clause is the same one by its identity, not by its number: «（三）改为（四）» is no new clause.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import Indel

from .texts import Text

_LONGEST = 6000  # signs of a clause whose words are compared; a longer one is shown whole
_KEPT = 2  # signs: a shorter run of equal words between two changes reads worse than one change
_SPACE = re.compile(r"\s+")


class Change(StrEnum):
    """What became of a clause; the first that applies."""

    NEW = "new"
    GONE = "gone"
    REWORDED = "reworded"
    RETYPED = "retyped"  # the words are the same: a heading has become a clause
    MOVED = "moved"
    RENUMBERED = "renumbered"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words; ``changed``: the other text has others in its place, or none."""

    words: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """A clause in both texts, or in one of them. ``heir``: where the words of a clause that is gone stand now; ``origin``: the clause of the
    old text that a new one was parted from."""

    change: Change
    old: Text | None
    new: Text | None
    before: tuple[Piece, ...] = ()
    after: tuple[Piece, ...] = ()
    moved: bool = False
    heir: Text | None = None
    origin: Text | None = None


def compare(old: Sequence[Text], new: Sequence[Text], *, heirs: Mapping[int, int], origins: Mapping[int, int]) -> list[Pair]:
    """Return the clauses in the order of the new text, those that are gone behind the clause that they followed.

    ``heirs``: retired clause → the one that succeeds it; ``origins``: clause → the one it was split from (ids of clauses).
    """
    was, now = {row.clause: row for row in old}, {row.clause: row for row in new}
    in_order = _in_order([row.clause for row in old], [row.clause for row in new])
    gone = _gone_behind(old, now)
    pairs = [_gone(row, now, heirs) for row in gone.get(None, ())]
    for row in new:
        pairs.append(_pair(was[row.clause], row, moved=row.clause not in in_order) if row.clause in was else _new(row, was, origins))
        pairs += [_gone(lost, now, heirs) for lost in gone.get(row.clause, ())]
    return pairs


def _gone_behind(old: Sequence[Text], now: Mapping[int, Text]) -> dict[int | None, list[Text]]:
    """The clauses that are gone, by the surviving clause that they followed; None: before all."""
    found: dict[int | None, list[Text]] = {}
    last: int | None = None
    for row in old:
        if row.clause in now:
            last = row.clause
        else:
            found.setdefault(last, []).append(row)
    return found


def _new(row: Text, was: Mapping[int, Text], origins: Mapping[int, int]) -> Pair:
    return Pair(Change.NEW, None, row, after=(Piece(row.text),), origin=was.get(origins.get(row.clause, 0)))


def _gone(row: Text, now: Mapping[int, Text], heirs: Mapping[int, int]) -> Pair:
    return Pair(Change.GONE, row, None, before=(Piece(row.text),), heir=now.get(_last_heir(row.clause, heirs)))


def _last_heir(clause: int, heirs: Mapping[int, int]) -> int:
    """Follow the successors; a ring of them leads nowhere."""
    seen = {clause}
    while (following := heirs.get(clause)) is not None and following not in seen:
        seen.add(following)
        clause = following
    return clause


def _pair(was: Text, row: Text, *, moved: bool) -> Pair:
    if _plain(was.text) != _plain(row.text):
        before, after = marked(was.text, row.text)
        return Pair(Change.REWORDED, was, row, before, after, moved=moved)
    whole = (Piece(row.text),)
    if was.kind != row.kind:
        return Pair(Change.RETYPED, was, row, whole, whole, moved=moved)
    if moved:
        return Pair(Change.MOVED, was, row, whole, whole, moved=True)
    change = Change.SAME if (was.label, was.path, was.para) == (row.label, row.path, row.para) else Change.RENUMBERED
    return Pair(change, was, row, whole, whole)


def _plain(text: str) -> str:
    return _SPACE.sub("", text)


def _in_order(old: Sequence[int], new: Sequence[int]) -> set[int]:
    """The clauses that kept their order: the longest rising run of old places in the new text. The fewest possible count as moved."""
    places = {clause: at for at, clause in enumerate(old)}
    common = [clause for clause in new if clause in places]
    tails: list[int] = []  # smallest last place of a run of each length
    ends: list[int] = []  # the clause at that end
    before: dict[int, int | None] = {}
    for clause in common:
        at = bisect_left(tails, places[clause])
        before[clause] = ends[at - 1] if at else None
        tails[at : at + 1] = [places[clause]]
        ends[at : at + 1] = [clause]
    kept: set[int] = set()
    clause_at = ends[-1] if ends else None
    while clause_at is not None:
        kept.add(clause_at)
        clause_at = before[clause_at]
    return kept


def marked(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return both texts with the words that differ marked."""
    if max(len(old), len(new)) > _LONGEST:
        return (Piece(old, changed=True),), (Piece(new, changed=True),)
    before: list[tuple[str, bool]] = []
    after: list[tuple[str, bool]] = []
    for step in Indel.opcodes(old, new):
        same = step.tag == "equal" and (step.src_end - step.src_start >= _KEPT or step.src_start == 0 or step.src_end == len(old))
        before.append((old[step.src_start : step.src_end], not same))
        after.append((new[step.dest_start : step.dest_end], not same))
    return _joined(before), _joined(after)


def _joined(runs: Iterable[tuple[str, bool]]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    for words, changed in runs:
        if pieces and (pieces[-1].changed == changed or not words):
            pieces[-1] = Piece(pieces[-1].words + words, pieces[-1].changed)
        elif words:
            pieces.append(Piece(words, changed))
    return tuple(pieces)
