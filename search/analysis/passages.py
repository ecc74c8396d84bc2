"""Where a text says what was sought, and the piece of it to show. Offsets come from folded text, which has the length of the original."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .fold import fold

WIDTH = 220  # characters of a passage
_LEAD = 30  # of them before the first hit, at most
_STOPS = "。；！？\n"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a passage: sought or not, proof of a duty or not."""

    text: str
    hit: bool = False
    proof: bool = False


def marks_pattern(words: Iterable[str]) -> re.Pattern[str] | None:
    """Return a pattern that finds the words in folded text, longest first, over white space inside them (page breaks); None for none."""
    unique = sorted({fold(word) for word in words if word.strip()}, key=lambda word: (-len(word), word))
    if not unique:
        return None
    return re.compile("|".join(r"\s*".join(re.escape(sign) for sign in word if not sign.isspace()) for word in unique))


def find(text: str, pattern: re.Pattern[str] | None) -> list[tuple[int, int]]:
    """Return the places of the words, neighbours joined."""
    if pattern is None:
        return []
    places: list[tuple[int, int]] = []
    for match in pattern.finditer(fold(text)):
        if match.start() == match.end():
            continue
        if places and places[-1][1] == match.start():
            places[-1] = (places[-1][0], match.end())
        else:
            places.append(match.span())
    return places


def passage(text: str, pattern: re.Pattern[str] | None, *, width: int = WIDTH) -> tuple[Piece, ...]:
    """Return the part of the text with most of the words, in pieces; what is cut off is marked by ……"""
    places = find(text, pattern)
    start, end = _window(text, places, width)
    pieces: list[Piece] = [Piece("……")] if start > 0 else []
    at = start
    for low, high in places:
        if low < start or high > end:
            continue
        pieces += [Piece(text[at:low]), Piece(text[low:high], True)]
        at = high
    pieces.append(Piece(text[at:end]))
    if end < len(text):
        pieces.append(Piece("……"))
    return tuple(piece for piece in pieces if piece.text)


def proven(text: str, pattern: re.Pattern[str] | None, proofs: Sequence[tuple[int, int]], *, width: int = WIDTH) -> tuple[Piece, ...]:
    """Return the part of the text with the words that prove a duty, in pieces; they and the words that were sought may cross."""
    hits = find(text, pattern)
    start, end = _window(text, sorted(proofs) or hits, max(width, max((high - low for low, high in proofs), default=0) + _LEAD))
    cuts = {start, end, *(at for low, high in (*proofs, *hits) for at in (low, high) if start < at < end)}
    pieces = [Piece("……")] if start > 0 else []
    for low, high in pairwise(sorted(cuts)):
        hit, proof = (any(first <= low and high <= last for first, last in places) for places in (hits, proofs))
        pieces.append(Piece(text[low:high], hit, proof))
    return tuple([*pieces, Piece("……")] if end < len(text) else pieces)


def _window(text: str, places: list[tuple[int, int]], width: int) -> tuple[int, int]:
    if len(text) <= width + _LEAD:
        return 0, len(text)
    best, most = 0, 0
    for low, _high in places:
        inside = sum(end - start for start, end in places if low <= start and end <= low + width - _LEAD)
        if inside > most:
            best, most = low, inside
    start = max(0, best - _LEAD)
    stop = max(text.rfind(sign, start, best) for sign in _STOPS) if start else -1
    if stop >= 0:
        start = stop + 1
    elif best <= _LEAD:
        start = 0
    return start, min(len(text), start + width)
