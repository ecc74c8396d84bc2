"""Which clause of a new text is which clause of the old one. Pure.

Same words keep the identity; nearly the same words keep it, the likest pair first. Of a clause that was split the part with most of the
old words keeps it; of clauses that were merged the first does, and the others have a successor. A text of many equal lines costs no
more than its length: there the order alone decides.
"""

from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from rapidfuzz import fuzz

ALIKE = 72.0  # per cent; below, an amended clause is a new one
_WINDOW = 40  # unmatched old clauses looked at for each new one
_HELD = 90.0  # per cent of a part that must stand in the whole, where a clause is split or merged
_PART = 0.3  # of the whole: a shorter part tells nothing
_SHORTEST = 8  # signs: fewer stand in any clause
_COMPARED = 3000  # signs of a clause that are compared
_PAIRS = 4_000_000  # pairs of equal hashes that alignment may look at


@dataclass(frozen=True, slots=True)
class Known:
    """A clause of the old text: its block id, hash of its words, its words."""

    block_id: str
    text_hash: str
    text: str


@dataclass(slots=True)
class Carried:
    """For each new block the id of the old block that it continues, or None. ``split``: new block → id of the clause it was parted from;
    ``merged``: id of an old clause that is gone → the new block that holds its words."""

    ids: list[str | None]
    split: dict[int, str] = field(default_factory=dict)
    merged: dict[str, int] = field(default_factory=dict)


def carry(old: Sequence[Known], new_hashes: Sequence[str], new_texts: Sequence[str]) -> Carried:
    """Tell which new block is which old one. No id is given twice."""
    carried = Carried([None] * len(new_hashes))
    taken: set[int] = set()
    for known, new in _aligned([item.text_hash for item in old], list(new_hashes)):
        carried.ids[new] = old[known].block_id
        taken.add(known)
    _moved(old, new_hashes, carried, taken)
    _alike(old, new_texts, carried, taken)
    _split(old, new_texts, carried, taken)
    _merged(old, new_texts, carried, taken)
    return carried


def _aligned(old: list[str], new: list[str]) -> Iterable[tuple[int, int]]:
    """Pairs of equal hashes in order: the beginnings and ends that are the same, and between them the longest runs."""
    first = 0
    while first < min(len(old), len(new)) and old[first] == new[first]:
        yield first, first
        first += 1
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
        yield len(old) - last, len(new) - last
    middle, other = old[first : len(old) - last], new[first : len(new) - last]
    often = Counter(other)
    if sum(often[item] for item in middle) > _PAIRS:
        return
    matcher = SequenceMatcher(None, middle, other, autojunk=False)
    for block in matcher.get_matching_blocks():
        for offset in range(block.size):
            yield first + block.a + offset, first + block.b + offset


def _moved(old: Sequence[Known], new_hashes: Sequence[str], carried: Carried, taken: set[int]) -> None:
    """Same words elsewhere: a moved clause."""
    left: dict[str, deque[int]] = defaultdict(deque)
    for position, known in enumerate(old):
        if position not in taken:
            left[known.text_hash].append(position)
    for position, text_hash in enumerate(new_hashes):
        if carried.ids[position] is None and left.get(text_hash):
            found = left[text_hash].popleft()
            carried.ids[position] = old[found].block_id
            taken.add(found)


def _alike(old: Sequence[Known], new_texts: Sequence[str], carried: Carried, taken: set[int]) -> None:
    """Nearly the same words: the likest pairs first, of those that stand near each other."""
    left = [position for position in range(len(old)) if position not in taken]
    pairs = []
    for position, text in _open(new_texts, carried):
        for known in _near(left, position):
            score = fuzz.ratio(text[:_COMPARED], old[known].text[:_COMPARED], score_cutoff=ALIKE)
            if score:
                pairs.append((-score, abs(known - position), position, known))
    for _score, _distance, position, known in sorted(pairs):
        if carried.ids[position] is None and known not in taken:
            carried.ids[position] = old[known].block_id
            taken.add(known)


def _split(old: Sequence[Known], new_texts: Sequence[str], carried: Carried, taken: set[int]) -> None:
    """Parts of a clause: the longest keeps the identity that no clause has taken."""
    parts: dict[int, list[tuple[int, int]]] = defaultdict(list)
    whole = [position for position in range(len(old)) if len(old[position].text) <= _COMPARED]
    for position, text in _open(new_texts, carried):
        held = [known for known in _near(whole, position) if _holds(old[known].text, text)]
        if held:
            parts[min(held, key=lambda known: abs(known - position))].append((len(text), position))
    for known, found in parts.items():
        longest = max(found, key=lambda part: (part[0], -part[1]))[1]
        for _length, position in found:
            if position == longest and known not in taken:
                carried.ids[position] = old[known].block_id
                taken.add(known)
            else:
                carried.split[position] = old[known].block_id


def _merged(old: Sequence[Known], new_texts: Sequence[str], carried: Carried, taken: set[int]) -> None:
    """Clauses put together in one: the first keeps the identity where the new clause has none, the others are gone into it."""
    news = list(range(len(new_texts)))
    for known, item in enumerate(old):
        if known in taken or len(item.text) > _COMPARED:
            continue
        into = next((position for position in _near(news, known) if _holds(new_texts[position], item.text)), None)
        if into is not None and carried.ids[into] is None:
            carried.ids[into] = item.block_id
            taken.add(known)
        elif into is not None:
            carried.merged[item.block_id] = into


def _holds(whole: str, part: str) -> bool:
    if not max(_SHORTEST, _PART * len(whole)) <= len(part) < len(whole) <= _COMPARED:
        return False
    return fuzz.partial_ratio(part, whole, score_cutoff=_HELD) > 0


def _open(new_texts: Sequence[str], carried: Carried) -> Iterable[tuple[int, str]]:
    return ((position, text) for position, text in enumerate(new_texts) if text and carried.ids[position] is None)


def _near(positions: Sequence[int], position: int) -> Sequence[int]:
    """Of sorted positions those that stand nearest."""
    at = bisect_left(positions, position)
    return positions[max(0, at - _WINDOW // 2) : at + _WINDOW // 2]
