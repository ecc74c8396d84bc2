"""Clauses of two documents that say the same: the one of a lower document and the one of the document above that it carries out. Pure.

A match that is not sure is none: officials would take it for the basis of what they do. The bounds were set on pairs of real documents, siblings that
carry out one document of the party and pairs that say different things in the same words (of units, of courts, of days): from 45 per cent
down these mix.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel

from .citing import run_in_head

_SIGNS = re.compile(r"[\W_]+")
_CLOSING = re.compile(r"自.{0,24}(?:施行|实施|执行)|由.{0,24}负责解释|有效期")  # in every document, and of itself alone
_CLOSING_LENGTH = 70
_SHORT = 20  # signs: less say too little to be compared
_LONG, _FULL = 40, 60
_SURE_OF = ((_FULL, 50.0), (0, 70.0))  # length of the shorter clause, per cent from which it is sure
_WITH_HEAD, _HEAD = 40.0, 75.0
_INSIDE = 70.0  # a long clause stands inside a longer one
_LOOKED_AT, _FLOOR = 20, 25.0
_KEPT = 3  # signs: shorter runs that two texts share are chance


@dataclass(frozen=True, slots=True)
class Sayable:
    """A clause as it is compared: signs and white space left out, its run-in head by itself."""

    plain: str
    head: str

    @classmethod
    def of(cls, text: str) -> "Sayable | None":
        """Return the clause, None where it says too little, or only when the document holds."""
        plain = _SIGNS.sub("", text)
        if len(plain) < _SHORT or (len(plain) < _CLOSING_LENGTH and _CLOSING.search(plain)):
            return None
        return cls(plain, _SIGNS.sub("", text[: run_in_head(text)]))


def most_alike(one: Sayable, others: Sequence[Sayable]) -> int | None:
    """Return the index of the clause that says the same as ``one``; None where none surely does."""
    weight, at = max(((weight, -at) for weight, at in _sure(one, others)), default=(0.0, 0))
    return -at if weight else None


def aligned(left: Sequence[Sayable | None], right: Sequence[Sayable | None]) -> dict[int, int]:
    """Return which clause on the right says the same as which on the left, each in one pair at most: the surest pairs are taken first. A clause
    that says too little (None) has no partner."""
    near = [(at, other) for at, other in enumerate(right) if other is not None]
    others = [other for _at, other in near]
    found = [(weight, -at, -near[of][0]) for at, one in enumerate(left) if one is not None for weight, of in _sure(one, others)]
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _weight_of, at, of in sorted(found, reverse=True):
        if -at not in pairs and -of not in taken:
            pairs[-at] = -of
            taken.add(-of)
    return pairs


def _sure(one: Sayable, others: Sequence[Sayable]) -> list[tuple[float, int]]:
    """Return (how alike, index) of the clauses that surely say the same as ``one``."""
    near = process.extract(one.plain, [other.plain for other in others], scorer=fuzz.ratio, score_cutoff=_FLOOR, limit=_LOOKED_AT)
    weighed = [(_weight(one, others[at], ratio), at) for _plain, ratio, at in near]
    return [(weight, at) for weight, at in weighed if weight]


def _weight(one: Sayable, other: Sayable, ratio: float) -> float:
    """How alike two clauses are, 0 where that is not sure."""
    shorter = min(len(one.plain), len(other.plain))
    head = fuzz.ratio(one.head, other.head) if one.head and other.head else 0.0
    inside = fuzz.partial_ratio(one.plain, other.plain) if shorter >= _LONG else 0.0
    bound = next(sure for length, sure in _SURE_OF if shorter >= length)
    if ratio >= bound or (ratio >= _WITH_HEAD and head >= _HEAD) or inside >= _INSIDE:
        return max(ratio, inside) + head / 100
    return 0.0


def own_words(text: str, other: str) -> list[tuple[int, int]]:
    """Return the runs of ``text`` that ``other`` does not hold, in order; chance signs between two of them belong to them."""
    runs: list[tuple[int, int]] = []
    for step in Indel.opcodes(other, text):
        if step.tag == "insert":
            if runs and step.dest_start - runs[-1][1] < _KEPT:
                runs[-1] = (runs[-1][0], step.dest_end)
            else:
                runs.append((step.dest_start, step.dest_end))
    return runs
