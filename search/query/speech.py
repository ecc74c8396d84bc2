"""Everyday ways of speaking in a question whose parts stand apart: where they stand, and what else stands there."""

from functools import cached_property

from search.analysis import tokens
from search.analysis.fold import fold
from search.words.apart import blanked, said_apart
from search.words.table import Words

from .names import Names, longest_name


def ways_said(text: str, words: Words, known: Names) -> tuple[list[tuple[str, tuple[str, ...]]], str]:
    """Return (word of the table, parts as typed, folded) of each way of speaking that a question has, and the question without what it stands for: a
    comma for each character. What is official in it, or names a unit, is left where it is: it is sought by itself too."""
    speech = _Speech(fold(text), words, known)
    found = []
    for said in said_apart(speech.text, words.apart, speech.is_piece, speech.is_whole, speech.is_official):
        parts = tuple(speech.text[start:end] for start, end in said.spans)
        found.append((said.word, parts))
        text = blanked(text, [speech.around(span) for span, part in zip(said.spans, parts, strict=True) if not speech.is_official(part)])
    return found, text


class _Speech:
    """A folded question with the words that it may hold."""

    def __init__(self, text: str, words: Words, known: Names) -> None:
        self.text, self._words, self._known = text, words, known

    def is_official(self, part: str) -> bool:
        """Say whether a word is sought by itself wherever it stands: texts say it, or it names a unit."""
        return self._is_term(part) or self._known.is_unit(part)

    def is_piece(self, start: int, end: int) -> bool:
        """Say whether some characters are but a piece of a word: 报告 says nothing of 告, 房产局 nothing of 房产, and 申请人民法院 nothing of 请人."""
        before, behind = self._within.get(start), self._within.get(end)
        torn = before != behind and None not in (before, behind) if end - start > 1 else (before, behind) != (None, None)
        return torn or self._overlaps(start, end, start, end)

    def is_whole(self, start: int, end: int) -> bool:
        """Say whether one everyday word has all of it: 扣车 is the word, and not 扣 beside 车."""
        first, last = self.around((start, end))
        return self.text[first:last] in self._words

    def around(self, span: tuple[int, int]) -> tuple[int, int]:
        """Return where the longest everyday word stands that has a part in it: 打赢官司 around 官司, of which 打赢 would be left. One that reaches into an
        official word is none: 担保人跑了 has no 人跑了."""
        start, end = span
        longest = self._words.longest
        found = [
            (first, last)
            for first in range(max(0, end - longest), start + 1)
            for last in range(end, min(len(self.text), first + longest) + 1)
            if self.text[first:last] in self._words and not self._overlaps(first, last, start, end)
        ]
        return max(found, key=lambda pair: pair[1] - pair[0], default=span)

    def _is_term(self, word: str) -> bool:
        return word in self._words.official or word in tokens.terms() or bool(self._known.unit_of(word))

    def _overlaps(self, first: int, last: int, start: int, end: int) -> bool:
        """Say whether an official word has some of the characters from ``first`` to ``last``, and not only such as lie between ``start`` and ``end``."""
        longest = max(self._words.longest_official, longest_name())
        for begin in range(max(0, first - longest + 1), last):
            for stop in range(max(begin + 2, first + 1), min(len(self.text), begin + longest) + 1):
                if not (start <= begin and stop <= end) and self._is_term(self.text[begin:stop]):
                    return True
        return False

    @cached_property
    def _within(self) -> dict[int, int]:
        """Places between two characters of one word of the dictionaries, and where that word begins."""
        found: dict[int, int] = {}
        at = 0
        for piece in tokens.pieces(self.text):
            if tokens.is_known(piece):
                found |= dict.fromkeys(range(at + 1, at + len(piece)), at)
            at += len(piece)
        return found
