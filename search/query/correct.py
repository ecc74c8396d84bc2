"""Did you mean: what was mistyped, and what to search in its place.

Only where what was typed is not in what the reader may find: a word without hits, or characters that belong to no word and stand nowhere side by side.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from search.words.table import Words

from .lexicon import NEAR_SOUND, Lexicon, Near, Titles
from .names import Names
from .parse import Segment, clean, segments, titles_in

_MOST = 3  # mistyped places of one query that are looked at: more are another language
_LONGEST = 12  # characters that are compared at once


@dataclass(frozen=True, slots=True)
class Corrected:
    """What is searched in place of what was typed, and the (typed, meant) words in which they differ."""

    text: str
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What the reader may find. ``stands``: the characters stand side by side somewhere; ``finds``: how much a query of the word alone finds;
    ``trade``: words that come from no document; ``titles``: the titles that the reader may see, read only when they are needed."""

    stands: Callable[[str], bool]
    finds: Callable[[str], int]
    trade: Lexicon
    titles: Callable[[], Titles]


class _Change(NamedTuple):
    """Characters from ``start`` on, and what is to stand in their place."""

    start: int
    typed: str
    meant: str


def correct(typed: str, words: Words, names: Names, finding: Finding, *, unmet: Callable[[], bool]) -> Corrected | None:
    """Return what was meant, None where nothing was mistyped or nothing like it can be found. ``unmet``: nothing has all words of the query, so that
    whole words too may be mistyped, and not only characters that belong to no word."""
    text, unmet = clean(typed), cache(unmet)
    places = [(run, first, last) for run in segments(text, words, names) for first, last in _weak(run, finding, unmet=unmet)]
    changes = [_meant(run, first, last, finding) for run, first, last in places[:_MOST]]
    changes += [_title(at, title, finding) for at, title in titles_in(text)[:1] if unmet()]
    made = sorted((change for change in changes if change is not None), reverse=True)
    for change in made:
        text = text[: change.start] + change.meant + text[change.start + len(change.typed) :]
    return Corrected(text, tuple((change.typed, change.meant) for change in reversed(made))) if made else None


def _weak(run: Sequence[Segment], finding: Finding, *, unmet: Callable[[], bool]) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of neighbouring segments that are no words of what the reader may find."""
    if len(run) == 1 and len(run[0].word) == 1:
        return  # one character was typed by itself: it is sought as it is
    is_weak = [_is_weak(segment, finding, unmet=unmet) for segment in run]
    at = 0
    while at < len(run):
        last = at
        while is_weak[at] and last + 1 < len(run) and is_weak[last + 1]:
            last += 1
        if is_weak[at]:
            yield at, last
        at = last + 1


def _is_weak(segment: Segment, finding: Finding, *, unmet: Callable[[], bool]) -> bool:
    if segment.sure:
        return False
    return len(segment.word) == 1 or (segment.word not in finding.trade.words and unmet() and not finding.stands(segment.word))


def _meant(run: Sequence[Segment], first: int, last: int, finding: Finding) -> _Change | None:
    """Return the change for mistyped segments, with a neighbour where they are but a part of the word."""
    start, end = run[first].start, run[last].end
    if end - start > 1 and finding.stands(_words(run[first : last + 1])):
        return None
    wider = [
        (run[low].start, typed)
        for low in dict.fromkeys((first, max(0, first - 1)))
        for high in dict.fromkeys((last, min(len(run) - 1, last + 1)))
        if 1 < len(typed := _words(run[low : high + 1])) <= _LONGEST and ((low, high) == (first, last) or not finding.stands(typed))
    ]
    for lexicon in (lambda: finding.trade), (lambda: finding.titles().words):
        near = [
            (one.how, -len(typed), at, typed, one.word) for at, typed in wider for one in lexicon().near(typed) if _is_likely(one, typed, start - at, end - at)
        ]
        for how in sorted({row[0] for row in near}):
            counted = [(finding.finds(word), length, _Change(at, typed, word)) for rank, length, at, typed, word in near if rank == how]
            number, _length, change = max(counted, key=lambda row: (row[0] > 0, -row[1], row[0], row[2].meant))
            if number:
                return change
    return None


def _words(some: Sequence[Segment]) -> str:
    return "".join(segment.word for segment in some)


def _is_likely(one: Near, typed: str, start: int, end: int) -> bool:
    """Say whether a word differs from what was typed between ``start`` and ``end`` alone; a single character among words only by its sound."""
    if end - start == 1 and one.how > NEAR_SOUND:
        return False
    before = _same(typed, one.word)
    after = _same(typed[before:][::-1], one.word[before:][::-1])
    return start <= before and len(typed) - after <= end


def _same(one: str, other: str) -> int:
    """Return with how many characters both begin."""
    return next((at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), min(len(one), len(other)))


def _title(at: int, title: str, finding: Finding) -> _Change | None:
    """Return the change for a title that no document bears."""
    if finding.stands(title):
        return None
    near = next((near for near in finding.titles().nearest(title) if finding.finds(f"《{near}》")), None)
    return _Change(at, title, near) if near else None
