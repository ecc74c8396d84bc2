"""An engine that finds nothing: for tests and for sites that switch finding off."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext

from search.types import Answer, Document, EngineState, Entry, Facet, FacetCounts, Found, Grant, Question, SearchPlan

from .base import Target


class NullEngine:
    """Takes everything, keeps nothing, finds nothing."""

    name = "null"

    def state(self) -> EngineState:
        """Always ready."""
        return EngineState(True)

    def write(self, documents: Iterable[Document], *, opinions: Collection[str] = (), keys: Collection[str] = (), version: int | None = None) -> None:
        """Read the documents (whoever builds them must not fail) and drop them."""
        for _document in documents:
            pass

    def ask(self, questions: Sequence[Question], grant: Grant) -> Iterator[Answer]:
        """Find nothing, for each."""
        return (Answer(Found(), self.facets(question.plan, grant, question.facets)) for question in questions)

    def search(self, plan: SearchPlan, grant: Grant) -> Found:
        """Find nothing."""
        return Found()

    def count(self, plan: SearchPlan, grant: Grant) -> int:
        """Count nothing."""
        return 0

    def facets(self, plan: SearchPlan, grant: Grant, facets: Collection[Facet]) -> FacetCounts:
        """No values."""
        return {facet: {} for facet in facets}

    def entries(self) -> Iterator[Entry]:
        """No entries."""
        return iter(())

    def exclusive(self, wait: float = 0.0) -> AbstractContextManager[None]:
        """Nobody waits for nothing."""
        return nullcontext()

    def rebuild(self) -> AbstractContextManager[Target]:
        """Build nothing."""
        return nullcontext(self)

    def reset(self) -> None:
        """Nothing is open."""
