"""Fields of the Elasticsearch index and the form in which a document enters it: those of the embedded engine, under the same names."""

import hashlib
import json
from typing import Any

from search.analysis.tokens import fingerprint
from search.engines import keywords
from search.types import Document, Scope

FORMAT = 3  # raise where ``source`` changes what it writes; a change of the mapping is noticed by itself
# Share by which a newer text weighs more: too little to matter between scores that differ, enough that of equal ones the newer are among the best that are
# scored in full (``_bodies``); a float tells some nine days apart.
_NEWER, _DAYS, _FROM = 1e-3, 372 * 200, 1_900
# Tokens come ready, joined by blanks. Lengths count in full, as in the embedded engine.
_TOKENS = {"type": "text", "analyzer": "whitespace", "index_options": "freqs"}
_KEYWORD = {"type": "keyword", "norms": False}
_PLAIN = {**_KEYWORD, "doc_values": False}
_COUNTED = ("level", "place", "kind", "year", "issuer", "duty", "topic")

PROPERTIES: dict[str, dict[str, Any]] = {
    "key": _KEYWORD,
    "digest": {"type": "keyword", "index": False, "doc_values": False},
    "version": {"type": "long", "index": False, "doc_values": False},
    **dict.fromkeys(("opinion", "item", "part", "audience", "number", "cites", "bound"), _PLAIN),
    **{name: {**_KEYWORD, "eager_global_ordinals": name in ("duty", "topic")} for name in _COUNTED},
    **{name: _KEYWORD for scope in Scope for name in (keywords.laid_field(scope), keywords.tied_field(scope))},
    **{keywords.number_field(scope, role): {"type": "integer", "index": False} for scope in Scope for role in keywords.ROLES},
    "grams": {**_TOKENS, "index_options": "positions"},
    **dict.fromkeys(("words", "head", "title"), _TOKENS),
    **{name: {"type": "integer"} for name in ("starts", "ends")},
    "newest": {"type": "long", "index": False},
    "weight": {"type": "float", "index": False},
}
SETTINGS: dict[str, Any] = {
    "number_of_shards": 1,  # some million clauses fit one; and scores of one shard are the same for the same words
    "auto_expand_replicas": "0-1",
    "refresh_interval": "30s",  # each write asks for its own
    "gc_deletes": "1h",  # how long a deletion is remembered against a late write that is older
    "max_result_window": 100_000,
}
MAPPING: dict[str, Any] = {
    "dynamic": "strict",
    # the text stays in the database: what is compared with it is enough
    "_source": {"includes": ["key", "version", "digest"]},
    "properties": PROPERTIES,
}


def version() -> str:
    """Return the name of the format: fields and analysis. An index of another one is not read."""
    plain = json.dumps([FORMAT, MAPPING, SETTINGS], sort_keys=True)
    return hashlib.sha256(f"{plain}{fingerprint()}".encode()).hexdigest()[:12]


def source(document: Document) -> dict[str, Any]:
    """Return the document as Elasticsearch takes it."""
    return {
        "key": document.key,
        "digest": document.digest,
        "version": document.version,
        "opinion": document.opinion,
        "item": document.item.value,
        "part": document.part,
        "audience": document.audiences,
        "number": document.numbers,
        "cites": document.cites,
        "level": document.level,
        "place": document.places,
        "kind": document.kind,
        "issuer": document.issuers or ("",),
        "year": keywords.year(document),
        "duty": sorted(keywords.duty_values(document.duties)),
        "topic": sorted(keywords.topic_values(document.topics)),
        "bound": sorted(keywords.bound_values(document.bound)),
        **keywords.laid_fields(document.laid),
        **keywords.laid_numbers(document.laid),
        "grams": " ".join(document.grams),
        "words": " ".join(document.words),
        "head": " ".join(document.head),
        "title": " ".join(document.title),
        "starts": document.starts,
        "ends": document.ends,
        "newest": keywords.newest(document),
        "weight": document.weight * (1 + _NEWER * _age(document.issued)),
    }


def _age(issued: int) -> float:
    """Return a number from 0 to 1 that grows with the date, 0 for none."""
    year, day = divmod(issued, 10_000)
    return min(max(0, (year - _FROM) * 372 + day // 100 * 31 + day % 100) / _DAYS, 1.0)
