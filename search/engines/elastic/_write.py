"""Putting documents in and dropping them, by version: a late write never beats a newer one, and the same batch twice gives the same index."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from elasticsearch import Elasticsearch, helpers

from search.engines.base import EngineDown, EngineError, EngineNotReady
from search.types import Document

from ._schema import source

_CHUNK, _BYTES = 1_000, 16 * 1024 * 1024  # documents and size of one request
_ASKED, _FOUND = 500, 5_000  # opinions asked at once, entries of them read at once
_OVERLOADED = (429, 503)


def put(
    client: Elasticsearch,
    index: str,
    documents: Iterable[Document],
    *,
    opinions: Collection[str],
    keys: Collection[str],
    version: int | None,
    behind_alias: bool,
) -> None:
    """Put ``documents`` in; drop the entries ``keys`` and all of ``opinions`` that are not among the documents, as of ``version`` where one is given.

    Raises ``EngineError`` where the server refused any of it; what is newer there already, and what is gone already, is no error.
    """
    written: set[str] = set()
    _send(client, index, _puts(documents, written), behind_alias=behind_alias)
    stale = (set(keys) | set(_entries_of(client, index, opinions))) - written
    _send(client, index, (_drop(key, version) for key in sorted(stale)), behind_alias=behind_alias)


def _puts(documents: Iterable[Document], written: set[str]) -> Iterator[dict[str, Any]]:
    for document in documents:
        written.add(document.key)
        yield {"_op_type": "index", "_id": document.key, "version": document.version, "version_type": "external_gte", "_source": source(document)}


def _drop(key: str, version: int | None) -> dict[str, Any]:
    bound: dict[str, Any] = {} if version is None else {"version": version, "version_type": "external_gte"}
    return {"_op_type": "delete", "_id": key, **bound}


def _entries_of(client: Elasticsearch, index: str, opinions: Collection[str]) -> Iterator[str]:
    asked = sorted(opinions)
    for start in range(0, len(asked), _ASKED):
        after: Sequence[Any] | None = None
        while True:
            answer = client.search(
                index=index,
                query={"terms": {"opinion": asked[start : start + _ASKED]}},
                sort=[{"key": "asc"}],
                size=_FOUND,
                search_after=after,
                source=False,
                track_total_hits=False,
            )
            found = answer["hits"]["hits"]
            yield from (str(hit["_id"]) for hit in found)
            if len(found) < _FOUND:
                break
            after = found[-1]["sort"]


def _send(client: Elasticsearch, index: str, actions: Iterable[dict[str, Any]], *, behind_alias: bool) -> None:
    _done, failed = helpers.bulk(client, actions, index=index, chunk_size=_CHUNK, max_chunk_bytes=_BYTES, raise_on_error=False, require_alias=behind_alias)
    for error in failed if isinstance(failed, list) else []:
        ((verb, told),) = error.items()
        status = int(told.get("status", 0))
        if status == 409 or (verb == "delete" and status == 404):
            continue
        if status == 404:
            raise EngineNotReady("missing")
        kind = EngineDown if status in _OVERLOADED else EngineError
        raise kind(f"{status} {told.get('error')}"[:300])
