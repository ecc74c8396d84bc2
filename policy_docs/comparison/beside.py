"""The clauses that two documents (or places) lay on one department or topic, each beside the one that says the same on the other side."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from policy_docs.opinions.alike import Sayable, aligned
from policy_docs.opinions.models import ClauseText


@dataclass(frozen=True, slots=True)
class Pair:
    """A row: a clause on each side, None where that side has none that surely says the same. ``about_left``, ``about_right``: whether the clause lays
    something on the department (bears the topic) that is compared; a partner may say the same and not name it."""

    left: ClauseText | None
    right: ClauseText | None
    about_left: bool = True
    about_right: bool = True


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
    """Return the clauses about the matter (ids ``about_…``) on either side, in the order of the left text and then of the right one.

    Clauses about the matter are matched with each other first; what is left looks for a partner among all other clauses of the other side, since
    the same may stand there without the name of the department.
    """
    own_left = [row for row in left if row.clause_id in about_left]
    own_right = [row for row in right if row.clause_id in about_right]
    among = _matched(own_left, own_right)
    found = {row.pk: Pair(row, own_right[among[at]]) if at in among else Pair(row, None) for at, row in enumerate(own_left)}
    met = {pair.right.pk for pair in found.values() if pair.right}
    lone = [row for row in own_left if found[row.pk].right is None]
    others = [row for row in right if row.clause_id not in about_right]
    for at, of in _matched(lone, others).items():
        found[lone[at].pk] = replace(found[lone[at].pk], right=others[of], about_right=False)
    lone = [row for row in own_right if row.pk not in met]
    others = [row for row in left if row.clause_id not in about_left]
    back = {lone[at].pk: others[of] for at, of in _matched(lone, others).items()}
    rest = [Pair(back.get(row.pk), row, about_left=row.pk not in back) for row in lone]
    return [*(found[row.pk] for row in own_left), *rest]


def _matched(left: Sequence[ClauseText], right: Sequence[ClauseText]) -> dict[int, int]:
    return aligned([Sayable.of(row.text) for row in left], [Sayable.of(row.text) for row in right])
