"""Trying an everyday word out before it is saved: what a question finds today, and what it would find."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from cms.accounts.viewer import Viewer
from search.engines.base import Engine
from search.types import Item, SearchQuery
from search.words.store import current_words

from .service import Results, Row, search

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Tried:
    """The clauses of both answers, best first; ``new`` and ``gone`` are keys of hits that stand in one of the two lists alone."""

    before: Results
    after: Results

    @property
    def new(self) -> frozenset[str]:
        """Keys of hits that only the new answer shows."""
        return _keys(self.after.rows) - _keys(self.before.rows)

    @property
    def gone(self) -> frozenset[str]:
        """Keys of hits that only the answer of today shows."""
        return _keys(self.before.rows) - _keys(self.after.rows)


def _keys(rows: Sequence[Row]) -> frozenset[str]:
    return frozenset(row.hit.key for row in rows)


def try_out(text: str, word: str, official: Sequence[str], *, active: bool, was: str, viewer: Viewer, engine: Engine, on: datetime.date) -> Tried:
    """Ask a question with the words in use and with one of them changed; nothing is saved.

    Raises ``InvalidQuery`` with a message for people, ``EngineError`` where the index cannot answer.
    """
    query = SearchQuery(text=text, item=Item.CLAUSE, size=SHOWN, as_typed=True)  # what is tried out may be a word that nobody knows yet
    now = current_words()
    changed = now.with_word(word, official, active=active, instead_of=was)
    before, after = (search(query, viewer=viewer, engine=engine, on=on, counts=False, words=words) for words in (now, changed))
    return Tried(before, after)
