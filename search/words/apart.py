"""Everyday ways of speaking whose parts stand apart: 法院收了钱一直没打给我 says 法院 … 钱 … 没打给. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

TOGETHER, OR = "+", "/"  # between the parts of one way of speaking, and between the ways to write a part
MOST_PARTS = 4
_MOST_SAID = 3  # ways of speaking of one question
_MOST_PLACES = 6  # of a part that are looked at: a question that says one more often is none
_MOST_PLACED = 50  # ways to place the parts of one way of speaking
_Says = Callable[[int, int], bool]  # of a (start, end) of the question


@dataclass(frozen=True, slots=True)
class Apart:
    """A way of speaking: the word as the table has it, and its parts, each in all its ways of writing, the longer ones first."""

    word: str
    parts: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, word: str) -> "Apart":
        """Return what a folded word of the table says."""
        parts = (tuple(sorted(filter(None, part.split(OR)), key=len, reverse=True)) for part in word.split(TOGETHER))
        return cls(word, tuple(part for part in parts if part)[:MOST_PARTS])

    def may_be_in(self, text: str) -> bool:
        """Say whether each part stands somewhere; hundreds are asked for each question."""
        for part in self.parts:
            for one in part:
                if one in text:
                    break
            else:
                return False
        return True


@dataclass(frozen=True, slots=True)
class Said:
    """A way of speaking as a question has it: (start, end) of its parts, in the order of the question."""

    word: str
    spans: tuple[tuple[int, int], ...]

    def length(self, text: str, official: Callable[[str], bool] = lambda _part: False) -> int:
        """Return the characters of its parts that are not official."""
        return sum(end - start for start, end in self.spans if not official(text[start:end]))


def is_apart(word: str) -> bool:
    """Say whether a word of the table has parts that stand apart."""
    return TOGETHER in word


def spoken(word: str) -> str:
    """Return how somebody may say a word of the table: the first way of writing of each part."""
    return " ".join(part.split(OR)[0] for part in word.split(TOGETHER)) if is_apart(word) else word


def said_apart(text: str, ways: Sequence[Apart], inside: _Says, whole: _Says, official: Callable[[str], bool]) -> list[Said]:
    """Return the ways of speaking that a folded question has, those that say most of it in everyday words first; none shares a character with another,
    and none is of official words alone. ``inside`` says whether a (start, end) is but a piece of another word: 报告 says nothing of 告; ``whole`` whether
    one everyday word has it all; ``official`` whether a part is an official word itself."""
    found = []
    inside, whole, official = cache(inside), cache(whole), cache(official)
    rest, likely = text, [way for way in ways if way.may_be_in(text)]
    for _time in range(_MOST_SAID):
        all_said = (said for way in likely for said in islice(_said(rest, way, inside, whole), _MOST_PLACED))
        best = max(all_said, key=lambda said: (said.length(text, official), said.length(text), said.word), default=None)
        if best is None or not best.length(text, official):
            break
        found.append(best)
        rest = blanked(rest, best.spans)
    return found


def blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return the text with a comma for each character of the spans: all others stay where they are."""
    for start, end in spans:
        text = text[:start] + "，" * (end - start) + text[end:]
    return text


def _said(text: str, way: Apart, inside: _Says, whole: _Says) -> Iterator[Said]:
    found = (((start, end) for one in part for start, end in _places(text, one) if not inside(start, end)) for part in way.parts)
    placed = _placed(sorted((list(islice(places, _MOST_PLACES)) for places in found), key=len))
    for spans in map(sorted, placed):
        if not whole(spans[0][0], spans[-1][1]):
            yield Said(way.word, tuple(spans))


def _placed(places: Sequence[list[tuple[int, int]]], taken: tuple[tuple[int, int], ...] = ()) -> Iterator[tuple[tuple[int, int], ...]]:
    """Yield a place of each part such that none shares a character with another."""
    if not places:
        yield taken
        return
    for start, end in places[0]:
        if all(end <= begun or ended <= start for begun, ended in taken):
            yield from _placed(places[1:], (*taken, (start, end)))


def _places(text: str, word: str) -> Iterator[tuple[int, int]]:
    at = text.find(word)
    while at >= 0:
        yield at, at + len(word)
        at = text.find(word, at + 1)
