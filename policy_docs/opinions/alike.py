"""Clauses of two documents that say the same: the one of a lower document and the one of the document above that it carries out. Pure.

A match that is not sure is none: officials would take it for the basis of what they do. The bounds were set on pairs of real documents, siblings that
carry out one document of the party and pairs that say different things in the same words (of units, of courts, of days): from 45 per cent
down these mix. Where whole documents are compared, what is rare in them tells more than what every clause says (人民法院, 被执行人), and a partner
may be told by being by far the nearest.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel

from .citing import run_in_head
from .rareness import Nearness

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
_ENOUGH = 24  # clauses of both sides: fewer do not tell which words are rare
_NEAREST = 0.28  # nearest to each other, and so near
_FAR_NEARER, _AHEAD = 0.17, 0.1  # nearest to each other, and so much nearer than any other
_SENTENCE = re.compile(r"[。；;！？]")
_SENTENCE_SIGNS = 15
_TELLING, _TELLING_NEAR, _TELLING_AHEAD = 0.33, 0.15, 0.07  # the same for a sentence of a clause that has no partner at all
_PART_OF, _PART_NEAR, _PART_AHEAD = 0.33, 0.12, 0.05  # of what a clause says in rare words, found in a longer one; so near, and nearer than any other


@dataclass(frozen=True, slots=True)
class Sayable:
    """A clause as it is compared: signs and white space left out, its run-in head by itself; its sentences where it has several."""

    plain: str
    head: str
    sentences: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str) -> "Sayable | None":
        """Return the clause, None where it says too little, or only when the document holds."""
        plain = _SIGNS.sub("", text)
        if len(plain) < _SHORT or (len(plain) < _CLOSING_LENGTH and _CLOSING.search(plain)):
            return None
        sentences = [words for part in _SENTENCE.split(text) if len(words := _SIGNS.sub("", part)) >= _SENTENCE_SIGNS]
        return cls(plain, _SIGNS.sub("", text[: run_in_head(text)]), tuple(sentences) if len(sentences) > 1 else ())


class Match(NamedTuple):
    """Clauses of the left and the right text (by their numbers) that say the same; ``partly``: much of one, or a sentence of it, stands in the other."""

    left: int
    right: int
    partly: bool = False


def most_alike(one: Sayable, others: Sequence[Sayable]) -> int | None:
    """Return the index of the clause that says the same as ``one``; None where none surely does."""
    weight, at = max(((weight, -at) for weight, at in _sure(one, others)), default=(0.0, 0))
    return -at if weight else None


def all_alike(one: Sayable, others: Sequence[Sayable]) -> list[int]:
    """Return the indexes of all clauses that surely say the same as ``one``, the surest first; of those that are as sure (``one`` stands in each of them) the
    one that says least besides, then in their order."""
    found = [(-weight, -fuzz.ratio(one.plain, others[at].plain), at) for weight, at in _sure(one, others, looked_at=None)]
    return [at for _weight_of, _ratio, at in sorted(found)]


def aligned(
    left: Sequence[Sayable | None], right: Sequence[Sayable | None], *, of_left: Iterable[int] | None = None, of_right: Iterable[int] | None = None
) -> list[Match]:
    """Return which clause on the right says the same as which on the left, the nearest pairs first. A clause that is left over, and of which much stands
    in a longer one, or a sentence in some, is a pair with these, at the end. A clause that says too little (None) has no partner. ``of_left``, ``of_right``:
    only pairs with one of these are wanted."""
    every = of_left is None and of_right is None
    sides = _Sides(left, right)
    lefts, rights = list(range(len(left)) if every else of_left or ()), list(of_right or ())
    found = {(at, of) for at in lefts for of in sides.partners(at)} | {(at, of) for of in rights for at in sides.partners_back(of)}
    pairs: list[Match] = []
    met_left: set[int] = set()
    met_right: set[int] = set()
    for at, of in sorted(found, key=lambda pair: (-sides.how_near(*pair), pair)):
        if at not in met_left and of not in met_right:
            pairs.append(Match(at, of))
            met_left.add(at)
            met_right.add(of)
    rights = list(range(len(right))) if every else rights
    for look in (_Sides.holds, _Sides.tells):
        parts = [Match(at, of, partly=True) for at in lefts if at not in met_left for of in look(sides, at)]
        parts += [Match(at, of, partly=True) for of in rights if of not in met_right for at in look(sides, of, back=True)]
        parts = list(dict.fromkeys(parts))
        pairs += parts
        met_left |= {pair.left for pair in parts}
        met_right |= {pair.right for pair in parts}
    return pairs


class _Sides:
    """Two texts clause by clause, and what of one is surely said on the other."""

    def __init__(self, left: Sequence[Sayable | None], right: Sequence[Sayable | None]) -> None:
        self._left, self._right = left, right
        self._near = Nearness([one.plain if one else "" for one in left], [one.plain if one else "" for one in right])
        self._tells = sum(one is not None for one in (*left, *right)) >= _ENOUGH

    def how_near(self, at: int, of: int) -> float:
        """Return how much of what is rare two clauses share, 0 to 1."""
        return self._near.between(at, of)

    def partners(self, at: int) -> list[int]:
        """Return the clauses on the right that surely say the same as one on the left."""
        return self._partners(at, self._left, self._right, self._near.nearest(at))

    def partners_back(self, of: int) -> list[int]:
        """Return the clauses on the left that surely say the same as one on the right."""
        return self._partners(of, self._right, self._left, self._near.nearest_back(of), back=True)

    def _partners(
        self, at: int, own: Sequence[Sayable | None], others: Sequence[Sayable | None], near: Sequence[tuple[float, int]], *, back: bool = False
    ) -> list[int]:
        one = own[at]
        if one is None:
            return []
        # in long texts those that share the most rare words are weighed: to weigh all takes seconds
        looked_at = [of for _near, of in near] if self._tells else range(len(others))
        there = [(of, other) for of in looked_at if (other := others[of]) is not None]
        found = [there[of][0] for _weight, of in _sure(one, [other for _of, other in there])]
        if self._tells and near and near[0][1] not in found:
            of = near[0][1]
            counter = self._near.nearest(of) if back else self._near.nearest_back(of)
            if counter[0][1] == at and (near[0][0] >= _NEAREST or (near[0][0] >= _FAR_NEARER and all(_ahead(side) >= _AHEAD for side in (near, counter)))):
                found.append(of)
        return found

    def holds(self, at: int, *, back: bool = False) -> list[int]:
        """Return the clause on the right (``back``: on the left) in which much of one of the other side stands, if any does."""
        one = (self._right if back else self._left)[at]
        near = self._near.nearest_back(at) if back else self._near.nearest(at)
        if not self._tells or one is None or not near or near[0][0] < _PART_NEAR or _ahead(near) < _PART_AHEAD:
            return []
        part = self._near.part_back(at, near[0][1]) if back else self._near.part(at, near[0][1])
        return [near[0][1]] if part >= _PART_OF else []

    def tells(self, at: int, *, back: bool = False) -> list[int]:
        """Return the clauses on the right (``back``: on the left) in which much of a sentence of one of the other side stands."""
        one = (self._right if back else self._left)[at]
        found: list[int] = []
        for sentence in one.sentences if one is not None and self._tells else ():
            near, part = self._near.of_words(sentence, back=back)
            if near and near[0][0] >= _TELLING_NEAR and _ahead(near) >= _TELLING_AHEAD and part >= _TELLING:
                found.append(near[0][1])
        return list(dict.fromkeys(found))


def _ahead(near: Sequence[tuple[float, int]]) -> float:
    """How much nearer the nearest is than the next one."""
    return near[0][0] - (near[1][0] if len(near) > 1 else 0.0)


def _sure(one: Sayable, others: Sequence[Sayable], *, looked_at: int | None = _LOOKED_AT) -> list[tuple[float, int]]:
    """Return (how alike, index) of the clauses that surely say the same as ``one``; so many of the nearest are looked at, all for None."""
    near = process.extract(one.plain, [other.plain for other in others], scorer=fuzz.ratio, score_cutoff=_FLOOR, limit=looked_at)
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
