"""The engine over Elasticsearch."""

import os
import threading
import time
import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from itertools import islice
from typing import Any

from elasticsearch import Elasticsearch

from search.engines.base import EngineNotReady, Target
from search.engines.locks import Lock
from search.types import Answer, Document, EngineState, Entry, Facet, FacetCounts, Found, Grant, Item, Question, SearchPlan

from ._bodies import Body, Posed
from ._client import BULK, PEOPLE, Access, Breaker, refusal, told
from ._compiler import Query
from ._duties import DutyCounts
from ._schema import MAPPING, SETTINGS, version
from ._write import put

_PAGE = 10_000  # entries read at once when all are listed
_KEPT = "1m"  # how long a reading of all entries may pause


class ElasticEngine:
    """Indices on a server, behind one name for each format. Clients are made at the first use in each process."""

    name = "elasticsearch"

    def __init__(self, access: Access, *, writing: Lock, building: Lock) -> None:
        self._access, self._writing, self._building = access, writing, building
        self._clients: dict[tuple[int, float], Elasticsearch] = {}
        self._making = threading.Lock()
        self._breaker = Breaker()

    @property
    def alias(self) -> str:
        """The name that readers of this format use. Another format has another name: during an upgrade old and new code each find their own."""
        return f"{self._access.prefix}-{version()}"

    def state(self) -> EngineState:
        """Say whether there is an index of this format. Raises ``EngineDown``."""
        try:
            with self._breaker.watched(), told():
                return EngineState(True, int(self._client().count(index=self.alias)["count"]))
        except EngineNotReady as error:
            return EngineState(False, reason=str(error))

    def write(self, documents: Iterable[Document], *, opinions: Collection[str] = (), keys: Collection[str] = (), version: int | None = None) -> None:
        """Write one batch and let readers see it. What is put comes before what is dropped: a reader in between finds too much rather than too little."""
        with self._writing.held(), told():
            client = self._client(BULK)
            put(client, self.alias, documents, opinions=opinions, keys=keys, version=version, behind_alias=True)
            client.indices.refresh(index=self.alias)

    def ask(self, questions: Sequence[Question], grant: Grant) -> Iterator[Answer]:
        """Send all questions at once; what an answer leaves open is sent when it is taken."""
        posed = [Posed(question, grant) for question in questions]
        bodies = [one.bodies() for one in posed]
        answers = iter(self._send([body for some in bodies for body in some]))
        for question, one, some in zip(questions, posed, bodies, strict=True):
            own = list(islice(answers, len(some)))
            again = one.again(own) if question.hits else None
            told = one.answer(own, self._send([again])[0] if again else None)
            if question.facets and question.plan.filters.item is Item.DUTY:
                told = replace(told, facets=DutyCounts(self._counted, question.plan, grant).facets(question.facets))
            yield told

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
        """Read what is kept of every document, as it is at the first one."""
        client = self._client(BULK)
        with told():
            reading = client.open_point_in_time(index=self.alias, keep_alive=_KEPT)["id"]
        try:
            after: list[Any] | None = None
            while True:
                with told():
                    answer = client.search(
                        pit={"id": reading, "keep_alive": _KEPT}, size=_PAGE, sort=[{"_shard_doc": "asc"}], search_after=after, track_total_hits=False
                    )
                found = answer["hits"]["hits"]
                if not found:
                    return
                for hit in found:
                    yield Entry(hit["_source"]["key"], int(hit["_source"]["version"]), hit["_source"]["digest"])
                reading, after = answer["pit_id"], found[-1]["sort"]
        finally:
            with told():
                client.close_point_in_time(id=reading)

    def exclusive(self, wait: float = 0.0) -> AbstractContextManager[None]:
        """Hold the right to write."""
        return self._writing.held(wait)

    @contextmanager
    def rebuild(self) -> Iterator[Target]:
        """Build in a new index; what a killed build left is cleared with the next swap."""
        with self._building.held():
            client = self._client(BULK)
            name = f"{self.alias}-{time.time_ns() // 1_000_000}-{uuid.uuid4().hex[:4]}"
            with told():
                client.indices.create(index=name, settings=SETTINGS, mappings=MAPPING)
            try:
                target = _Build(client, name)
                yield target
                target.finish()
                self._swap(client, name)
            except BaseException:
                with told():
                    client.indices.delete(index=name, ignore_unavailable=True)
                raise

    def _swap(self, client: Elasticsearch, name: str) -> None:
        """Point the alias at a finished index, in one step. The one before stays for readers in mid-list; older ones of this site go."""
        with told():
            before = list(client.indices.get_alias(name=self.alias)) if client.indices.exists_alias(name=self.alias) else []
            off: list[dict[str, Any]] = [{"remove": {"index": old, "alias": self.alias}} for old in before]
            client.indices.update_aliases(actions=[*off, {"add": {"index": name, "alias": self.alias}}])
            mine = client.indices.get(index=f"{self.alias}-*", features="settings")
            left = [old for old in mine if old != name and old not in before]
            if left:
                client.indices.delete(index=",".join(left), ignore_unavailable=True)

    def reset(self) -> None:
        """Close the clients of this process, forget all."""
        with self._making:
            for (pid, _timeout), client in self._clients.items():
                if pid == os.getpid():
                    client.close()
            self._clients.clear()
        self._breaker = Breaker()

    def _counted(self, query: Query, counted: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self._send([{"query": query, "size": 0, "track_total_hits": False, "aggs": counted}])[0]["aggregations"]
        return answer

    def _send(self, bodies: Sequence[Body]) -> list[dict[str, Any]]:
        """Send searches in one request."""
        if not bodies:
            return []
        with self._breaker.watched(), told():
            answers: list[dict[str, Any]] = self._client().msearch(index=self.alias, searches=[part for body in bodies for part in ({}, body)])["responses"]
            for answer in answers:
                if "error" in answer:
                    raise refusal(int(answer["status"]), f"{answer['error'].get('type')}: {answer['error'].get('reason')}")
        return answers

    def _client(self, timeout: float | None = None) -> Elasticsearch:
        timeout = timeout or PEOPLE
        key = (os.getpid(), timeout)
        if key not in self._clients:
            with self._making:
                if key not in self._clients:
                    self._clients[key] = self._access.client(timeout=timeout)
        return self._clients[key]


class _Build:
    """An index under construction."""

    def __init__(self, client: Elasticsearch, name: str) -> None:
        self._client, self._name = client, name

    def write(self, documents: Iterable[Document], *, opinions: Collection[str] = (), keys: Collection[str] = (), version: int | None = None) -> None:
        """Add a batch."""
        with told():
            if opinions:
                self._client.indices.refresh(index=self._name)  # what is dropped is sought first
            put(self._client, self._name, documents, opinions=opinions, keys=keys, version=version, behind_alias=False)

    def finish(self) -> None:
        """Let readers see everything."""
        with told():
            self._client.indices.refresh(index=self._name)
