"""An engine that notes what it was asked and how long that took: for explaining a search."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TypeVar

from search.types import Answer, Document, EngineState, Entry, Facet, FacetCounts, Found, Grant, Question, SearchPlan

from .base import Engine, Target

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """A question: «search», «count» or «facets», its plan, seconds."""

    what: str
    plan: SearchPlan
    seconds: float


class Watched:
    """Passes everything on to the engine; ``calls`` are the questions in their order."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.name = engine.name
        self.calls: list[Call] = []

    def ask(self, questions: Sequence[Question], grant: Grant) -> Iterator[Answer]:
        """Pass the questions on, and note each whose answer is taken. Of a server the first one takes all the time."""
        answers = self._engine.ask(questions, grant)
        for question in questions:
            yield self._noted("search" if question.hits else "count", question.plan, lambda: next(answers))

    def search(self, plan: SearchPlan, grant: Grant) -> Found:
        """Search, and note it."""
        return self._noted("search", plan, lambda: self._engine.search(plan, grant))

    def count(self, plan: SearchPlan, grant: Grant) -> int:
        """Count, and note it."""
        return self._noted("count", plan, lambda: self._engine.count(plan, grant))

    def facets(self, plan: SearchPlan, grant: Grant, facets: Collection[Facet]) -> FacetCounts:
        """Count the values of facets, and note it."""
        return self._noted("facets", plan, lambda: self._engine.facets(plan, grant, facets))

    def _noted(self, what: str, plan: SearchPlan, ask: Callable[[], T]) -> T:
        begun = time.perf_counter()
        try:
            return ask()
        finally:
            self.calls.append(Call(what, plan, time.perf_counter() - begun))

    def state(self) -> EngineState:
        """Ask the engine."""
        return self._engine.state()

    def write(self, documents: Iterable[Document], *, opinions: Collection[str] = (), keys: Collection[str] = (), version: int | None = None) -> None:
        """Pass on."""
        self._engine.write(documents, opinions=opinions, keys=keys, version=version)

    def entries(self) -> Iterator[Entry]:
        """Pass on."""
        return self._engine.entries()

    def exclusive(self, wait: float = 0.0) -> AbstractContextManager[None]:
        """Pass on."""
        return self._engine.exclusive(wait)

    def rebuild(self) -> AbstractContextManager[Target]:
        """Pass on."""
        return self._engine.rebuild()

    def reset(self) -> None:
        """Pass on."""
        self._engine.reset()
