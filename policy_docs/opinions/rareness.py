"""How near clauses of two texts are by what is rare in both: pairs of signs, weighed by the number of clauses that hold them. Pure."""

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache

_COMMON = 40  # clauses: what more than these hold, and more than a twentieth of all, tells nothing and would make long texts slow
_SHARE = 20
_LISTED = 6  # nearest ones that are kept
_Vector = dict[str, float]


def _grams(plain: str) -> Counter[str]:
    return Counter(plain[at : at + 2] for at in range(len(plain) - 1))


class Nearness:
    """Two texts clause by clause ("" says nothing). Rows are worked out when they are asked for: of a long law only a few are."""

    def __init__(self, left: Sequence[str], right: Sequence[str]) -> None:
        counted = [_grams(plain) for plain in (*left, *right)]
        held = Counter(gram for grams in counted for gram in grams)
        number = sum(bool(grams) for grams in counted)
        too_common = max(_COMMON, number // _SHARE)
        self._weight = {gram: max(0.0, math.log((number + 1) / (clauses + 0.5))) for gram, clauses in held.items() if clauses <= too_common}
        vectors = [self._vector(grams) for grams in counted]
        self._left, self._right = vectors[: len(left)], vectors[len(left) :]
        self._holding_left, self._holding_right = _holders(self._left), _holders(self._right)
        self.nearest = cache(self._nearest)
        self.nearest_back = cache(self._nearest_back)

    def _vector(self, grams: Counter[str]) -> _Vector:
        weighed = {gram: (1 + math.log(times)) * self._weight[gram] for gram, times in grams.items() if gram in self._weight}
        length = math.sqrt(sum(weight * weight for weight in weighed.values())) or 1.0
        return {gram: weight / length for gram, weight in weighed.items()}

    def between(self, at: int, of: int) -> float:
        """Return how near a clause on the left and one on the right are, 0 to 1."""
        return _product(self._left[at], self._right[of])

    def _nearest(self, at: int) -> list[tuple[float, int]]:
        return _best(self._left[at], self._holding_right)

    def _nearest_back(self, of: int) -> list[tuple[float, int]]:
        return _best(self._right[of], self._holding_left)

    def of_words(self, plain: str, *, back: bool = False) -> tuple[list[tuple[float, int]], float]:
        """Return the clauses on the right (``back``: on the left) nearest to some words, and how much of these the first one holds."""
        one = self._vector(_grams(plain))
        near = _best(one, self._holding_left if back else self._holding_right)
        return near, self._part(one, (self._left if back else self._right)[near[0][1]]) if near else 0.0

    def part(self, at: int, of: int) -> float:
        """Return how much of what a clause on the left says one on the right holds, 0 to 1."""
        return self._part(self._left[at], self._right[of])

    def part_back(self, of: int, at: int) -> float:
        """Return how much of what a clause on the right says one on the left holds."""
        return self._part(self._right[of], self._left[at])

    def _part(self, one: _Vector, other: _Vector) -> float:
        whole = sum(self._weight[gram] for gram in one)
        return sum(self._weight[gram] for gram in one if gram in other) / whole if whole else 0.0


def _holders(vectors: Sequence[_Vector]) -> dict[str, list[tuple[int, float]]]:
    holders: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for at, vector in enumerate(vectors):
        for gram, weight in vector.items():
            holders[gram].append((at, weight))
    return dict(holders)


def _best(one: _Vector, holding: dict[str, list[tuple[int, float]]]) -> list[tuple[float, int]]:
    found: dict[int, float] = defaultdict(float)
    for gram, weight in one.items():
        for at, other in holding.get(gram, ()):
            found[at] += weight * other
    nearest = heapq.nsmallest(_LISTED, ((-near, at) for at, near in found.items() if near > 0))
    return [(-near, at) for near, at in nearest]


def _product(one: _Vector, other: _Vector) -> float:
    shorter, longer = (one, other) if len(one) <= len(other) else (other, one)
    return sum(weight * longer.get(gram, 0.0) for gram, weight in shorter.items())
