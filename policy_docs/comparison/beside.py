"""The clauses that two documents (or places) lay on one department or topic, each beside the one that says the same on the other side."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from policy_docs.opinions.alike import Match, Sayable, aligned
from policy_docs.opinions.models import ClauseText


@dataclass(frozen=True, slots=True)
class Pair:
    """A row: a clause on each side, None where that side has none that surely says the same. ``about_left``, ``about_right``: whether the clause lays
    something on the department (bears the topic) that is compared; a partner may say the same and not name it. ``again_…``: a row above has it, too. ``partly``: only
    part of the one says the same as the other."""

    left: ClauseText | None
    right: ClauseText | None
    about_left: bool = True
    about_right: bool = True
    again_left: bool = False
    again_right: bool = False
    partly: bool = False


def absent(pair: Pair, *, below: bool) -> str:
    """Return what page and table say on the side of a row where nothing stands, "" where both sides have a clause. ``below``: the right document
    carries out the left one. Of a clause too short to be compared nothing is claimed."""
    alone = pair.left or pair.right
    if alone is None or (pair.left and pair.right):
        return ""
    if Sayable.of(alone.text) is None:
        return _("条文过短，没有对照")
    if pair.left is None:
        return _("左边未见对应条款")
    return _("下级文件未见对应条款") if below else _("右边未见对应条款")


def pairs(left: Sequence[ClauseText], right: Sequence[ClauseText], about_left: set[int], about_right: set[int]) -> list[Pair]:
    """Return the clauses about the matter (ids ``about_…``) on either side, in the order of the left text and then of the right one, each with what says
    the same among all clauses of the other side: the same may stand there without the name of the department, in one clause or in several."""
    own_left = [at for at, row in enumerate(left) if row.clause_id in about_left]
    own_right = [at for at, row in enumerate(right) if row.clause_id in about_right]
    rows = _Rows(left, right, about_left, about_right)
    of_left: dict[int, list[Match]] = defaultdict(list)
    of_right: dict[int, list[Match]] = defaultdict(list)
    for match in aligned([Sayable.of(row.text) for row in left], [Sayable.of(row.text) for row in right], of_left=own_left, of_right=own_right):
        of_left[match.left].append(match)
        of_right[match.right].append(match)
    for at in own_left:
        for match in of_left[at]:
            rows.add(at, match.right, partly=match.partly)
        if not of_left[at]:
            rows.add(at, None)
    for of in own_right:
        if of not in rows.shown_right:
            first = next(iter(of_right[of]), None)
            rows.add(first.left if first else None, of, partly=first is not None and first.partly)
    return rows.made


class _Rows:
    """Rows as they are made, with what has been shown."""

    def __init__(self, left: Sequence[ClauseText], right: Sequence[ClauseText], about_left: set[int], about_right: set[int]) -> None:
        self._left, self._right, self._about_left, self._about_right = left, right, about_left, about_right
        self.made: list[Pair] = []
        self.shown_left: set[int] = set()
        self.shown_right: set[int] = set()

    def add(self, at: int | None, of: int | None, *, partly: bool = False) -> None:
        """Put a clause of the left text beside one of the right."""
        one, other = self._left[at] if at is not None else None, self._right[of] if of is not None else None
        about_left = one is None or one.clause_id in self._about_left
        about_right = other is None or other.clause_id in self._about_right
        self.made.append(Pair(one, other, about_left, about_right, at in self.shown_left, of in self.shown_right, partly))
        self.shown_left |= {at} if at is not None else set()
        self.shown_right |= {of} if of is not None else set()
