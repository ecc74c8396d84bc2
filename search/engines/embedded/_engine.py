"""The engine over tantivy."""

import os
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tantivy

from search.engines.base import EngineBusy, EngineError, EngineNotReady, Target
from search.types import Answer, Document, EngineState, Entry, Facet, FacetCounts, Found, Grant, Hit, Item, Question, SearchPlan, Sort

from ._calls import guarded
from ._compiler import Compiler
from ._counts import Counts
from ._counts import number as number_of
from ._duties import DutyCounts
from ._schema import schema, to_tantivy, version
from ._store import Store

_HEAP = 64_000_000  # bytes of the writer for a batch; twice that for a build
_TIES = 50  # hits read beyond the page, so that equal scores are ordered by date over its edge
_PAGE = 10_000  # entries read at once when all are listed


@dataclass(frozen=True, slots=True)
class _Open:
    """An index opened by this process."""

    pid: int
    folder: Path
    index: tantivy.Index


class EmbeddedEngine:
    """A tantivy index below a folder. Opened at the first use in each process: an index opened before a fork never sees later commits."""

    name = "embedded"

    def __init__(self, root: Path) -> None:
        self._store = Store(root / self.name)
        self._open: _Open | None = None
        self._opening = threading.Lock()

    def state(self) -> EngineState:
        """Say whether the live index exists and has the format of this code."""
        current = self._store.current()
        if current is None:
            return EngineState(False, reason="missing")
        if current[0] != version():
            return EngineState(False, reason="format")
        return EngineState(True, self._index().searcher().num_docs)

    def write(self, documents: Iterable[Document], *, opinions: Collection[str] = (), keys: Collection[str] = (), version: int | None = None) -> None:
        """Write one batch: one commit (some 60 ms however small)."""
        with self._store.writing.held():
            index = self._index()
            writer = _writer(index, _HEAP)
            _write(index.schema, writer, documents, opinions, keys)
            guarded(writer.commit)
            guarded(writer.wait_merging_threads)
            index.reload()  # the searcher of this very process may lag behind its own commit

    def ask(self, questions: Sequence[Question], grant: Grant) -> Iterator[Answer]:
        """Answer each question when its answer is taken, all from the same state of the index."""
        index = self._index()
        searcher, compiler = index.searcher(), Compiler(index.schema, grant)
        for question in questions:
            yield _answer(searcher, compiler, question, grant)

    def search(self, plan: SearchPlan, grant: Grant) -> Found:
        """Return a page of hits; equal scores newest first, then in the order of the text."""
        return next(self.ask([Question(plan, hits=True)], grant)).found

    def count(self, plan: SearchPlan, grant: Grant) -> int:
        """Return the number of hits."""
        return next(self.ask([Question(plan)], grant)).found.total

    def facets(self, plan: SearchPlan, grant: Grant, facets: Collection[Facet]) -> FacetCounts:
        """Count the values of facets."""
        return next(self.ask([Question(plan, facets=tuple(facets))], grant)).facets

    def entries(self) -> Iterator[Entry]:
        """Read the stored fields of every document."""
        searcher = self._index().searcher()
        for offset in range(0, searcher.num_docs, _PAGE):
            found = guarded(searcher.search, tantivy.Query.all_query(), limit=_PAGE, offset=offset, count=False)
            for _, address in found.hits:
                stored = searcher.doc(address)
                yield Entry(str(stored.get_first("key")), int(stored.get_first("version") or 0), str(stored.get_first("digest")))

    def exclusive(self, wait: float = 0.0) -> AbstractContextManager[None]:
        """Hold the write lock."""
        return self._store.writing.held(wait)

    @contextmanager
    def rebuild(self) -> Iterator[Target]:
        """Build in a new folder; what a killed build left is cleared with the next swap."""
        with self._store.building.held():
            folder = self._store.new_folder()
            try:
                target = _Build(tantivy.Index(schema(), path=str(folder)))
                yield target
                target.finish()
            except BaseException:
                self._store.drop(folder)
                raise
            self._store.swap(version(), folder)

    def reset(self) -> None:
        """Forget the open index."""
        with self._opening:
            self._open = None

    def _index(self) -> tantivy.Index:
        current = self._store.current()
        if current is None:
            raise EngineNotReady("missing")
        form, folder = current
        if form != version():
            raise EngineNotReady("format")
        opened = self._open
        if opened is None or opened.pid != os.getpid() or opened.folder != folder:
            with self._opening:
                opened = self._open = _Open(os.getpid(), folder, tantivy.Index.open(str(folder)))
        return opened.index


class _Build:
    """An index under construction: nothing is committed before the end."""

    def __init__(self, index: tantivy.Index) -> None:
        self._index = index
        self._writer = _writer(index, 2 * _HEAP)

    def write(self, documents: Iterable[Document], *, opinions: Collection[str] = (), keys: Collection[str] = (), version: int | None = None) -> None:
        """Add a batch."""
        _write(self._index.schema, self._writer, documents, opinions, keys)

    def finish(self) -> None:
        """Commit, and let the merges end."""
        guarded(self._writer.commit)
        guarded(self._writer.wait_merging_threads)


def _write(made: tantivy.Schema, writer: tantivy.IndexWriter, documents: Iterable[Document], opinions: Collection[str], keys: Collection[str]) -> None:
    for opinion in opinions:
        writer.delete_documents_by_term("opinion", opinion)
    for key in keys:
        writer.delete_documents_by_term("key", key)
    for document in documents:
        writer.delete_documents_by_term("key", document.key)
        writer.add_document(to_tantivy(document, made))


def _writer(index: tantivy.Index, heap: int) -> tantivy.IndexWriter:
    try:
        return index.writer(heap, 1)
    except ValueError as error:
        if "LockBusy" in str(error):
            raise EngineBusy(str(error)) from error
        raise EngineError(str(error)) from error


def _answer(searcher: tantivy.Searcher, compiler: Compiler, question: Question, grant: Grant) -> Answer:
    plan = question.plan
    hits, total = _page(searcher, compiler, plan) if question.hits else ((), None)
    if plan.filters.item is Item.DUTY:
        duties = DutyCounts(searcher, compiler, plan, grant)
        number = duties.total()
        return Answer(Found(hits, number), duties.facets(question.facets), number)
    if not (question.facets or question.duties):
        return Answer(Found(hits, number_of(searcher, compiler.compile(plan)) if total is None else total))
    counts, total, laid = Counts(searcher, compiler, plan, grant).of(question.facets, duties=question.duties)
    return Answer(Found(hits, total), counts, laid)


def _page(searcher: tantivy.Searcher, compiler: Compiler, plan: SearchPlan) -> tuple[tuple[Hit, ...], int]:
    """Return the hits of the page and the number of all."""
    query = compiler.compile(plan)
    wanted = plan.offset + plan.limit
    if plan.sort is Sort.NEWEST:
        found = guarded(searcher.search, query, limit=max(wanted, 1), order_by_field="newest")
        return tuple(_hits(searcher, [(0.0, address) for _, address in found.hits[plan.offset :]])[: plan.limit]), found.count
    found = guarded(searcher.search, query, limit=wanted + _TIES, weight_by_field="weight")
    hits = sorted(_hits(searcher, found.hits), key=lambda hit: (-round(hit.score, 4), -hit.place, hit.key))
    return tuple(hits[plan.offset : wanted]), found.count


def _hits(searcher: tantivy.Searcher, scored: list[tuple[Any, tantivy.DocAddress]]) -> list[Hit]:
    if not scored:
        return []
    places = searcher.fast_field_values("newest", [address for _, address in scored])
    hits = []
    for (score, address), place in zip(scored, places, strict=True):
        key = str(searcher.doc(address).get_first("key"))
        hits.append(Hit(key, Item.OPINION if key.startswith("o:") else Item.CLAUSE, float(score), int(place or 0)))
    return hits
