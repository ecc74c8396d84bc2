"""What every engine does, and how it fails."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from search.types import Answer, Document, EngineState, Entry, Facet, FacetCounts, Found, Grant, Question, SearchPlan


class EngineError(Exception):
    """The engine could not do what was asked."""


class EngineDown(EngineError):
    """The server of the engine cannot be reached, or does not answer in time."""


class EngineRefused(EngineDown):
    """The server or its address cannot be used as it is set: certificate, sign-in, address. The message tells an administrator what to look at."""


class EngineBusy(EngineError):
    """Another process writes; try again later."""


class EngineNotReady(EngineError):
    """There is no index yet, or it has another format: rebuild it."""


class Target(Protocol):
    """Something that documents are written to: the live index or one that is being built."""

    def write(self, documents: Iterable[Document], *, opinions: Collection[str] = (), keys: Collection[str] = (), version: int | None = None) -> None:
        """Put the documents in, each in place of the entry with its key; drop the other entries of ``opinions`` (public keys) and the entries
        ``keys``. The same call twice gives the same index. ``version``: when the rows were read, for what is dropped (documents bring their own)."""


class Engine(Target, Protocol):
    """A full-text engine. Every read takes the reader's grant, and filters inside the engine by it, counts included."""

    name: str

    def state(self) -> EngineState:
        """Say whether the index can answer."""

    def ask(self, questions: Sequence[Question], grant: Grant) -> Iterator[Answer]:
        """Answer several questions in their order: a server is asked once for all, an engine of this process works on each when its answer is taken.
        Raises ``EngineNotReady``, with the first answer at the latest."""

    def search(self, plan: SearchPlan, grant: Grant) -> Found:
        """Return a page of hits and the exact total. A plan for duties gives the clauses with one, and the number of their duties: all that the reader
        may see, of the chosen units and roles. Raises ``EngineNotReady``."""

    def count(self, plan: SearchPlan, grant: Grant) -> int:
        """Return the exact number of hits, of duties for a plan of those."""

    def facets(self, plan: SearchPlan, grant: Grant, facets: Collection[Facet]) -> FacetCounts:
        """Count the values of each facet under all choices but its own."""

    def entries(self) -> Iterator[Entry]:
        """Return key, version and digest of every document, in no order."""

    def exclusive(self, wait: float = 0.0) -> AbstractContextManager[None]:
        """Hold the right to write between reading rows and writing them.

        Raises ``EngineBusy`` where another process still holds it after ``wait`` seconds.
        """

    def rebuild(self) -> AbstractContextManager[Target]:
        """Build a new index beside the live one; leaving without an error puts it in place in one step, an error discards it."""

    def reset(self) -> None:
        """Forget open handles (after a fork, between tests); the index itself stays."""
