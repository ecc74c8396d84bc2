"""What a reading of a text finds, read once: the page before publishing, the look under the lock and the deed itself ask for the same text."""

import threading
import weakref
from collections import OrderedDict
from collections.abc import Sequence

from policy_docs.opinions.types import Block
from policy_docs.units.match import Matcher
from policy_docs.units.types import Context

from .extract import extract
from .types import ClauseFindings

_KEPT = 4  # texts: those that a person or two are about to publish; a law of 1,260 articles takes 3 MB
_Text = tuple[tuple[Block, ...], Context]


class _Readings:
    """The last readings of this process. Pure values: equal text, place and day give equal findings as long as the names are the same."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._matcher: weakref.ref[Matcher] | None = None  # some hundred thousand objects, of which an edit of the names makes new ones
        self._found: OrderedDict[_Text, tuple[ClauseFindings, ...]] = OrderedDict()

    def get(self, text: _Text, matcher: Matcher) -> tuple[ClauseFindings, ...] | None:
        """Return what was found with these names."""
        with self._lock:
            found = self._found.get(text) if self._is_of(matcher) else None
            if found is not None:
                self._found.move_to_end(text)
            return found

    def put(self, text: _Text, matcher: Matcher, found: tuple[ClauseFindings, ...]) -> None:
        """Keep it; an edit of the names lets all others go."""
        with self._lock:
            if not self._is_of(matcher):
                self._matcher = weakref.ref(matcher)
                self._found.clear()
            self._found[text] = found
            while len(self._found) > _KEPT:
                self._found.popitem(last=False)

    def _is_of(self, matcher: Matcher) -> bool:
        return self._matcher is not None and self._matcher() is matcher


_readings = _Readings()


def read(blocks: Sequence[Block], matcher: Matcher, context: Context) -> tuple[ClauseFindings, ...]:
    """Return the findings of each block that names or binds a unit."""
    text = tuple(blocks), context
    found = _readings.get(text, matcher)
    if found is None:
        found = tuple(extract(blocks, matcher, context))
        _readings.put(text, matcher, found)
    return found
