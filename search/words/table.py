"""The everyday words as the query side reads them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from search.analysis.fold import fold

from .apart import Apart, is_apart

LONGEST = 20  # characters of an everyday word, or of one way to write a part of it
LONGEST_APART = 120  # characters of one whose parts stand apart, with all ways to write them
MOST = 12  # words that one may lead to: each is sought


@dataclass(frozen=True)
class Words:
    """Everyday word → words of official texts, all folded; a "+" joins words that must stand in one clause, and parts of an everyday word that may stand
    apart in a question, each with its ways of writing by "/"."""

    table: Mapping[str, tuple[str, ...]]

    def get(self, word: str) -> tuple[str, ...]:
        """Return what official texts say, () for a word that is not everyday."""
        return self.table.get(word, ())

    def __contains__(self, word: object) -> bool:
        return word in self.table

    @cached_property
    def longest(self) -> int:
        """Characters of the longest word that stands in one piece."""
        return max((len(word) for word in self.table if not is_apart(word)), default=0)

    @cached_property
    def apart(self) -> tuple[Apart, ...]:
        """The words whose parts may stand apart."""
        return tuple(Apart.of(word) for word in self.table if is_apart(word))

    @cached_property
    def official(self) -> frozenset[str]:
        """All words of official texts that the table leads to."""
        return frozenset(part for found in self.table.values() for one in found for part in one.split("+"))

    @cached_property
    def longest_official(self) -> int:
        """Characters of the longest of them."""
        return max(map(len, self.official), default=0)

    def with_word(self, word: str, official: Iterable[str], *, active: bool = True, instead_of: str = "") -> "Words":
        """Return the table as it would be with one word written otherwise (``instead_of`` is how it was written), or without it."""
        table = {key: value for key, value in self.table.items() if key not in (folded(word), folded(instead_of))}
        if active and folded(word):
            table[folded(word)] = tuple(folded(part) for part in official if folded(part))
        return Words(table)


def read_as(word: str) -> frozenset[frozenset[str]]:
    """Return what questions are held against: two words of the same parts, in whatever order they are written, are one."""
    return frozenset(frozenset(ways) for ways in Apart.of(folded(word)).parts)


def folded(word: str) -> str:
    """Return a word as queries are compared, without white space."""
    return "".join(fold(word).split())
