"""Both engines over many clauses, against the same questions sent straight to Elasticsearch.

usage: python bench/engines.py [--clauses N] [--seed N] [--runs N] [--url http://127.0.0.1:9200] [--only embedded|elasticsearch]

Prints Markdown: time and size of the build, speed of bulk indexing beside the client's own helper, thirty mixed questions at one client (p50, p95, p99)
and at eight. «page» is all that the first page of a search asks of an engine: clauses, the best documents, exact counts, tabs and facets of both. «raw» is
the plain question that somebody would write by hand for the same words and choices: a match of all words; «sent again» is our compiled question by the
client alone. «around» is what a question or a page takes beyond the same bodies sent by the client alone: difference of the medians of runs in turns.
The server's cache of whole answers is off: the same thirty questions are asked again and again here.
"""

import argparse
import atexit
import datetime
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "cms.settings.dev"
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="liandong-engines-")
os.environ["LOG_LEVEL"] = "ERROR"
os.environ.pop("DATABASE_URL", None)
atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)

# words as typed, choices: level, validity, unit, role, place
QUESTIONS: tuple[tuple[str, dict[str, tuple[str, ...]]], ...] = (
    ("车辆档案", {}), ("查封期限", {}), ("户籍底册 核对", {}), ("股权结构 汇总 按季度", {}), ("公安机关", {}), ("税务局 退税账目", {}),
    ("国土局", {}), ("交警 车辆", {}), ("不动产登记衔接工作", {}), ("联合惩戒台账", {"level": ("province",)}), ("线索核查反馈", {"valid": ("in_force",)}),
    ("公安局 出行记录", {"unit": ("public_security",)}), ("民政部门 婚姻状况", {"unit": ("civil_affairs",), "role": ("lead",)}), ("“补录送达回证”", {}),
    ("“轮候次序和线索来源”", {}), ("评估报告 -异议材料", {}), ("案款去向 登记", {"level": ("county", "prefecture")}), ("老赖", {}), ("欠钱不还", {}),
    ("把房子过户", {}), ("不让坐飞机", {}), ("各成员单位", {}), ("牵头 会同 更新", {}), ("逾期没有反馈的列入季度通报", {}), ("许可证照 5个工作日", {}),
    ("教育部门", {"valid": ("in_force",), "role": ("responsible",)}), ("差错明细 市场监管", {"level": ("country",)}), ("数据口径以最近一次校验为准", {}),
    ("", {"unit": ("transport",), "valid": ("in_force",)}), ("接口日志 数据字段 归档 公布", {}),
)  # fmt: skip
CLIENTS = 8
MERGING = 180.0  # seconds that merges are waited for
PATIENCE = 120.0  # seconds for an answer: people wait for one second, a bench for the figure
DAY = datetime.date(2026, 6, 1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, parsed and planned."""

    text: str
    plan: Any
    query: Any


def questions() -> list[Asked]:
    """Parse and plan all."""
    from search.query import plan as plans
    from search.query.parse import parse
    from search.query.service import BODY_PARTS
    from search.types import Facet, Filters, Item, SearchQuery

    found = []
    for text, choices in QUESTIONS:
        chosen = tuple((Facet(name), values) for name, values in choices.items())
        filters = Filters(int(DAY.strftime("%Y%m%d")), chosen, Item.CLAUSE)
        found.append(Asked(text, plans.build(parse(text), filters, limit=10), SearchQuery(text=text, item=None, chosen=chosen, parts=BODY_PARTS)))
    return found


def spread(times: Sequence[float]) -> str:
    """Return p50, p95 and p99 in milliseconds."""
    cuts = quantiles(times, n=100)
    return f"{cuts[49] * 1000:.1f} | {cuts[94] * 1000:.1f} | {cuts[98] * 1000:.1f}"


def one_client(calls: Sequence[Callable[[], object]], runs: int) -> list[float]:
    """Time each call so many times, after one that does not count."""
    times = []
    for call in calls:
        call()
        for _run in range(runs):
            begun = time.perf_counter()
            call()
            times.append(time.perf_counter() - begun)
    return times


def many_clients(calls: Sequence[Callable[[], object]], rounds: int) -> float:
    """Return the answers a second with eight clients."""
    work = [call for _round in range(rounds) for call in calls]
    begun = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        for done in [pool.submit(call) for call in work]:
            done.result()
    return len(work) / (time.perf_counter() - begun)


def page_of(engine: Any, asked: Asked) -> Callable[[], object]:
    """Return a call that does what a result page does, over a database without rows: reading the words and all that it asks of the engine."""
    from cms.accounts.models import Role, User
    from cms.accounts.viewer import viewer_of
    from search.query.service import search

    viewer = viewer_of(User(username="bench", role=Role.LIAISON))
    return lambda: search(asked.query, viewer=viewer, engine=engine, on=DAY)


def build(engine: Any, store: Any) -> tuple[float, float]:
    """Return the seconds of the whole build, and of the writes alone."""
    writing = 0.0
    begun = time.perf_counter()
    with engine.rebuild() as target:
        for batch in store.batches():
            before = time.perf_counter()
            target.write(batch)
            writing += time.perf_counter() - before
    return time.perf_counter() - begun, writing


def row(*cells: object) -> None:
    """Print a row of a table."""
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)  # noqa: T201 - a bench prints


def measure(name: str, engine: Any, store: Any, asked: Sequence[Asked], runs: int, *, built: Callable[[], object] = lambda: None) -> None:
    """Build and question one engine; ``built`` is called in between."""
    from search.types import Grant, Scope

    grant = Grant("staff", Scope.ALL)
    whole, writing = build(engine, store)
    row(name, "build", f"{whole:.1f} s, {store.documents / writing:,.0f} documents/s while writing, {engine.state().documents:,} documents")
    built()
    hits = [partial(engine.search, one.plan, grant) for one in asked]
    pages = [page_of(engine, one) for one in asked]
    row(name, "hits", spread(one_client(hits, runs)))
    row(name, "page", spread(one_client(pages, max(2, runs // 3))))
    row(name, "hits, 8 clients", f"{many_clients(hits, 6):.0f}/s")
    row(name, "page, 8 clients", f"{many_clients(pages, 2):.0f}/s")


def folder_size(folder: Path) -> str:
    """Return the size of all files in MB."""
    return f"{sum(file.stat().st_size for file in folder.rglob('*') if file.is_file()) / 1e6:,.0f} MB"


def straight(engine: Any, client: Any, asked: Sequence[Asked], runs: int) -> None:
    """Ask the server itself: by hand, and what we compile."""
    from search.engines.elastic._bodies import Posed
    from search.engines.elastic._compiler import Compiler
    from search.types import Grant, Question, Scope

    grant = Grant("staff", Scope.ALL)
    ours = [Posed(Question(one.plan, hits=True), grant).bodies() for one in asked]
    plain = [[_body(_by_hand(one, Compiler(grant)))] for one in asked]

    def send(bodies: list[dict[str, Any]]) -> Callable[[], Any]:
        return lambda: client.msearch(index=engine.alias, searches=[part for body in bodies for part in ({}, body)])["responses"]

    row("raw", "by hand", spread(one_client([send(bodies) for bodies in plain], runs)))
    row("raw", "ours, sent again", spread(one_client([send(bodies) for bodies in ours], runs)))
    row("raw", "by hand, 8 clients", f"{many_clients([send(bodies) for bodies in plain], 6):.0f}/s")
    took = [0, 0]
    found = [0, 0]
    for pair in zip(plain, ours, strict=True):
        for _run in range(runs):
            for side, bodies in enumerate(pair):
                answer = send(bodies)()[0]
                took[side] += answer["took"]
                found[side] += answer["hits"]["total"]["value"]
    row("raw", "took, ours / by hand", f"{took[1] / max(1, took[0]):.2f} ({took[1]} ms, {took[0]} ms), with {found[1] / max(1, found[0]):.2f} times the hits")
    row("raw", "around a question", around([partial(engine.search, one.plan, grant) for one in asked], [[send(bodies)] for bodies in ours], runs))
    pages = [page_of(engine, one) for one in asked]
    row("raw", "around a page", around(pages, [[send(bodies) for bodies in sent_by(engine, page)] for page in pages], max(3, runs // 2)))


def sent_by(engine: Any, call: Callable[[], object]) -> list[list[dict[str, Any]]]:
    """Return the bodies that a call sends to the server, by request."""
    sent: list[list[dict[str, Any]]] = []
    send = engine._send

    def noted(bodies: list[dict[str, Any]]) -> Any:
        sent.append(list(bodies))
        return send(bodies)

    engine._send = noted
    try:
        call()
    finally:
        del engine._send
    return [bodies for bodies in sent if bodies]


def around(ours: Sequence[Callable[[], object]], again: Sequence[Sequence[Callable[[], object]]], runs: int) -> str:
    """Return by how many milliseconds calls take longer than what they send, sent again: p50 and p95 over the questions."""
    added = []
    for call, sent in zip(ours, again, strict=True):
        times: tuple[list[float], list[float]] = ([], [])
        for _run in range(runs):
            for side, each in enumerate(((call,), sent)):
                begun = time.perf_counter()
                for part in each:
                    part()
                times[side].append(time.perf_counter() - begun)
        added.append(median(times[0]) - median(times[1]))
    requests = sum(map(len, again)) / len(again)
    return f"p50 {median(added) * 1000:.1f} ms, p95 {quantiles(added, n=100)[94] * 1000:.1f} ms, in {requests:.1f} requests"


def ready(client: Any, index: str) -> None:
    """Let the server come to rest after a build, and keep no whole answers."""
    client.indices.put_settings(index=index, settings={"index.requests.cache.enable": False})
    row("elasticsearch", "merges after the build", f"{settled(client, index):.0f} s")


def settled(client: Any, index: str) -> float:
    """Wait until the server has merged what was written; return the seconds."""
    begun = time.perf_counter()
    while time.perf_counter() - begun < MERGING and client.indices.stats(index=index, metric="merge")["_all"]["primaries"]["merges"]["current"]:
        time.sleep(1)
    return time.perf_counter() - begun


def _body(query: dict[str, Any]) -> dict[str, Any]:
    score = {"function_score": {"query": query, "field_value_factor": {"field": "weight"}, "boost_mode": "multiply"}}
    return {"query": score, "size": 10, "_source": False, "track_total_hits": True, "sort": [{"_score": "desc"}, {"newest": "desc"}, {"key": "asc"}]}


def _by_hand(asked: Asked, compiler: Any) -> dict[str, Any]:
    """Return what somebody would write for the same words: all of them, in the text."""
    from search.analysis import tokens

    words = list(tokens.cut(asked.text.replace("-异议材料", "")))
    match = {"match": {"words": {"query": " ".join(words), "operator": "and", "analyzer": "whitespace"}}}
    return {"bool": {"filter": compiler.filter(asked.plan.filters), "must": [match] if words else []}}


def bulk(client: Any, store: Any) -> None:
    """Index the same documents by the client's own helper."""
    from elasticsearch import helpers

    from search.engines.elastic._schema import MAPPING, SETTINGS, source

    client.indices.create(index="bench-raw", settings=SETTINGS, mappings=MAPPING)
    spent = 0.0
    for batch in store.batches():
        ready = [{"_op_type": "index", "_id": document.key, "_source": source(document)} for document in batch]
        begun = time.perf_counter()
        helpers.bulk(client, ready, index="bench-raw", chunk_size=1_000)
        spent += time.perf_counter() - begun
    row("raw", "client's own bulk helper", f"{store.documents / spent:,.0f} documents/s")
    client.indices.delete(index="bench-raw")


def main() -> None:
    """Run it all."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--clauses", type=int, default=300_000)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--runs", type=int, default=10)
    reader.add_argument("--url", default="")
    reader.add_argument("--only", choices=["embedded", "elasticsearch"])
    options = reader.parse_args()
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from bench.engine_documents import make
    from search.engines.embedded import EmbeddedEngine

    folder = Path(os.environ["VAR_DIR"])
    store = make(folder / "documents.pickle", options.clauses, seed=options.seed)
    row("store", "clauses, documents", f"{store.clauses:,}, {store.documents:,}")
    row("store", "segmentation", f"{store.segmented:.1f} s, {store.clauses / store.segmented:,.0f} clauses/s (texts made in {store.made:.1f} s)")
    asked = questions()
    if options.only != "elasticsearch":
        measure("embedded", EmbeddedEngine(folder / "index"), store, asked, options.runs)
        row("embedded", "size", folder_size(folder / "index"))
    if options.url and options.only != "embedded":
        from search.engines.elastic import Access, ElasticEngine, _engine
        from search.engines.locks import FolderLock

        _engine.PEOPLE = _engine.BULK = PATIENCE

        locks = [FolderLock(folder / f"{name}.lock") for name in ("write", "build")]
        access = replace(Access(options.url), url=f"{options.url}/bench")
        engine = ElasticEngine(access, writing=locks[0], building=locks[1])
        client = access.client(timeout=600)
        try:
            bulk(client, store)
            measure("elasticsearch", engine, store, asked, options.runs, built=partial(ready, client, engine.alias))
            stored = client.indices.stats(index=engine.alias)["_all"]["primaries"]["store"]["size_in_bytes"]
            row("elasticsearch", "size", f"{stored / 1e6:,.0f} MB")
            straight(engine, client, asked, options.runs)
        finally:
            client.indices.delete(index=list(client.indices.get(index="bench-*", features="settings")) or "bench-none", ignore_unavailable=True)


if __name__ == "__main__":
    main()
