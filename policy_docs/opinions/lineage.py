"""Which clause of a new text is which clause of the old one. Pure.

Same words keep the identity; nearly the same words keep it where they stand between the same neighbours or nowhere else fit.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rapidfuzz import fuzz, process

ALIKE = 72.0  # per cent; below, an amended clause is a new one
_WINDOW = 40  # unmatched old clauses looked at for each new one


@dataclass(frozen=True, slots=True)
class Known:
    """A clause of the old text: its block id, hash of its words, its words."""

    block_id: str
    text_hash: str
    text: str


def carry(old: Sequence[Known], new_hashes: Sequence[str], new_texts: Sequence[str]) -> list[str | None]:
    """Return for each new block the id of the old block it continues, or None where it is new. No id is given twice."""
    ids: list[str | None] = [None] * len(new_hashes)
    taken: set[int] = set()
    matcher = SequenceMatcher(None, [known.text_hash for known in old], list(new_hashes), autojunk=False)
    for block in matcher.get_matching_blocks():
        for offset in range(block.size):
            ids[block.b + offset] = old[block.a + offset].block_id
            taken.add(block.a + offset)
    _moved(old, new_hashes, ids, taken)
    _alike(old, new_texts, ids, taken)
    return ids


def _moved(old: Sequence[Known], new_hashes: Sequence[str], ids: list[str | None], taken: set[int]) -> None:
    """Same words elsewhere: a moved clause."""
    left: dict[str, list[int]] = defaultdict(list)
    for position, known in enumerate(old):
        if position not in taken:
            left[known.text_hash].append(position)
    for position, text_hash in enumerate(new_hashes):
        if ids[position] is None and left.get(text_hash):
            found = left[text_hash].pop(0)
            ids[position] = old[found].block_id
            taken.add(found)


def _alike(old: Sequence[Known], new_texts: Sequence[str], ids: list[str | None], taken: set[int]) -> None:
    """Nearly the same words: the best partner among the old clauses that are left and near."""
    left = [position for position in range(len(old)) if position not in taken]
    for position, text in enumerate(new_texts):
        if ids[position] is not None or not left or not text:
            continue
        near = sorted(left, key=lambda old_position: abs(old_position - position))[:_WINDOW]
        best = process.extractOne(text, {old_position: old[old_position].text for old_position in near}, scorer=fuzz.ratio, score_cutoff=ALIKE)
        if best is not None:
            ids[position] = old[best[2]].block_id
            left.remove(best[2])
