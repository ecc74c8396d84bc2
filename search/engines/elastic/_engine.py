"""The engine over Elasticsearch."""

import os
import threading
import time
import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from elasticsearch import Elasticsearch

from search.engines import keywords
from search.engines.base import EngineNotReady, Target
from search.engines.locks import Lock
from search.types import Document, EngineState, Entry, Facet, FacetCounts, Found, Grant, Hit, Item, SearchPlan, Sort, Validity

from ._client import BULK, PEOPLE, Access, Breaker, told
from ._compiler import Compiler, Query
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

    def search(self, plan: SearchPlan, grant: Grant) -> Found:
        """Return a page of hits; equal scores newest first, then in the order of the text."""
        order: list[dict[str, str]] = [{"newest": "desc"}, {"key": "asc"}]
        query = Compiler(grant).compile(plan)
        if plan.sort is not Sort.NEWEST:
            order = [{"_score": "desc"}, *order]
            query = {"function_score": {"query": query, "field_value_factor": {"field": "weight"}, "boost_mode": "multiply"}}
        answer = self._ask(query=query, sort=order, offset=plan.offset, limit=plan.limit)
        total = self.count(plan, grant) if plan.filters.item is Item.DUTY else int(answer["hits"]["total"]["value"])
        return Found(tuple(_hit(hit) for hit in answer["hits"]["hits"]), total)

    def count(self, plan: SearchPlan, grant: Grant) -> int:
        """Return the number of hits."""
        if plan.filters.item is Item.DUTY:
            return DutyCounts(self._ask, plan, grant).total()
        return int(self._ask(query=Compiler(grant).compile(plan))["hits"]["total"]["value"])

    def facets(self, plan: SearchPlan, grant: Grant, facets: Collection[Facet]) -> FacetCounts:
        """Count all facets by one question: what they share is the query, the choices of the others are a filter around each count."""
        if plan.filters.item is Item.DUTY:
            return DutyCounts(self._ask, plan, grant).facets(facets)
        compiler = Compiler(grant)
        bare = plan.filters
        for facet in facets:
            bare = bare.without(facet)
        wanted = {facet.value: self._counted(compiler, plan, facet, facets) for facet in facets}
        answer = self._ask(query=compiler.compile(plan, bare), counted=wanted)["aggregations"]
        return {facet: _read(facet, answer[facet.value]["of"], plan, grant) for facet in facets}

    def _counted(self, compiler: Compiler, plan: SearchPlan, facet: Facet, asked: Collection[Facet]) -> dict[str, Any]:
        others = plan.filters.without(facet)
        kept = compiler.choices(others, asked)
        units, roles = others.values(Facet.UNIT), others.values(Facet.ROLE)
        if (units or roles) and facet is not Facet.ROLE:
            kept.append(compiler.duty(others, units, roles))
        if facet is Facet.ROLE:
            filters: dict[str, Query] = {role: compiler.duty(others, units, (role,)) for role in keywords.ROLES}
            inner: dict[str, Any] = {"filters": {"filters": filters}}
        elif facet is Facet.VALIDITY:
            inner = {"filters": {"filters": {value.value: compiler.validity(value, plan.filters.on) for value in Validity}}}
        else:
            inner = {"terms": {"field": keywords.field_of(facet), "size": keywords.BUCKETS, **_only(facet, plan, compiler.scope)}}
        return {"filter": {"bool": {"filter": kept}}, "aggs": {"of": inner}}

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

    def _ask(
        self, *, query: Query, sort: Sequence[dict[str, str]] = (), offset: int = 0, limit: int = 0, counted: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        with self._breaker.watched(), told():
            answer = self._client().search(
                index=self.alias, query=query, sort=list(sort) or None, from_=offset, size=limit, aggregations=counted, source=False, track_total_hits=True
            )
        return dict(answer.body)

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


def _hit(hit: dict[str, Any]) -> Hit:
    key = str(hit["_id"])
    return Hit(key, Item.OPINION if key.startswith("o:") else Item.CLAUSE, float(hit["_score"] or 0.0), int(hit["sort"][-2]))


def _read(facet: Facet, answer: dict[str, Any], plan: SearchPlan, grant: Grant) -> dict[str, int]:
    buckets = answer["buckets"]
    if isinstance(buckets, dict):
        return {value: int(bucket["doc_count"]) for value, bucket in buckets.items()}
    return keywords.picked(facet, {str(bucket["key"]): int(bucket["doc_count"]) for bucket in buckets}, plan, grant)


def _only(facet: Facet, plan: SearchPlan, scope: str) -> dict[str, str]:
    """Leave the keywords of other scopes and sets of roles out of the count, by a pattern of Lucene. No word of a reader is in it."""
    if facet is Facet.UNIT:
        return {"include": rf"{scope}\|.+\|{keywords.mask(plan.filters.values(Facet.ROLE))}"}
    return {"include": rf"{scope}\|.+"} if facet is Facet.TOPIC else {}
