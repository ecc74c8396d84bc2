"""The page of a unit with some 2,000 duties, its tables, and searches; over the store that import_speed.py has filled, or a new one.

usage: VAR_DIR=FOLDER python bench/department_page.py [--duties N] [--runs N]

Measured inside this process, from the request to the last byte of the answer, without the network.
"""

import argparse
import datetime
import io
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.dev")

ON = datetime.date(2026, 11, 1)
SEED, FIRST, DOCUMENTS = 20260202, 50_001, 420
KINDS = ("public_security", "justice", "audit", "finance")
WORDS = ("车辆档案", "退税账目 税务局", "公安机关", "查封期限 轮候次序", "民政部门 婚姻状况", "送达回证", "国土局", "季度通报", "接口日志 数据字段", "成员单位")


def spread(seconds: list[float]) -> str:
    """Return median and 95th percentile in milliseconds."""
    ordered = sorted(seconds)
    return f"p50 {1000 * statistics.median(ordered):6.0f} ms, p95 {1000 * ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]:6.0f} ms"


def timed(what: Callable[[], object], runs: int) -> list[float]:
    """Return the seconds of each run, after one that is not counted."""
    what()
    found = []
    for _run in range(runs):
        started = time.perf_counter()
        what()
        found.append(time.perf_counter() - started)
    return found


def count_into(asked: list[str], execute: Callable[..., object], sql: str, params: object, many: bool, context: object) -> object:
    """Note a query and have it executed."""
    asked.append(sql)
    return execute(sql, params, many, context)


def fill(folder: Path) -> None:
    """Add documents that speak of few kinds in one province, so that one unit has thousands of duties; once to a store."""
    from bench.corpus import Writer
    from policy_docs.importing.run import run
    from policy_docs.opinions.pages import OpinionPage
    from search.engines.registry import engine
    from search.index.indexer import drain

    if OpinionPage.objects.filter(source_name=f"unit{FIRST:06}").exists():
        return
    paths = []
    for made in Writer(SEED, provinces=1, kinds=KINDS, tail=4).documents(DOCUMENTS, clauses=60, stamp="unit", first=FIRST):
        paths.append(folder / f"{made.name}.txt")
        paths[-1].write_text(made.text, encoding="utf-8")
    for _report in run(paths, actor=None):
        pass
    drain(engine())


def unit_with(duties: int) -> tuple[str, str, int, int]:
    """Return kind, place, number of counted duties and of documents of the unit that comes nearest to a number of duties."""
    from bench.corpus import Writer
    from cms.accounts.viewer import COORDINATION
    from policy_docs.duties import narrowing, report, selectors

    best: tuple[str, str, int, int] | None = None
    for kind in KINDS:
        for place in Writer(SEED, provinces=1).places:
            unit = selectors.load_unit(kind, place.code, on=ON)
            kept = report.counted(selectors.rows_for(unit, viewer=COORDINATION), narrowing.Filters())
            if best is None or abs(len(kept) - duties) < abs(best[2] - duties):
                best = kind, place.code, len(kept), len({row.opinion for row in kept})
    assert best is not None
    return best


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--duties", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from cms.accounts.models import User

    call_command("migrate", verbosity=0, interactive=False)
    call_command("rebuild_index", if_needed=True, stdout=io.StringIO())
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder))
    kind, place, duties, documents = unit_with(options.duties)
    user, _made = User.objects.get_or_create(username="bench", defaults={"role": "coordination"})
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    print(f"{kind} {place}: {duties} duties from {documents} documents")
    address = f"/units/{kind}/{place}/"
    for name, path in (("page 1", address), ("filtered", address + "?role=lead&q=档案"), ("last page", f"{address}?page={-(-documents // 20)}")):
        asked: list[str] = []
        with connection.execute_wrapper(partial(count_into, asked)):
            reply = client.get(path)
        assert reply.status_code == 200, path
        print(f"  {name:10} {spread(timed(partial(client.get, path), options.runs))}, {len(asked)} queries, {len(reply.content) // 1024} KiB")
    for form in ("csv", "xlsx"):
        print(f"  {form:10} {spread(timed(partial(client.get, f'{address}duties.{form}'), 3))}")
    found = [seconds for words in WORDS for seconds in timed(partial(client.get, "/search/", {"q": words}), max(2, options.runs // 3))]
    print(f"  search     {spread(found)} over {len(found)} requests of {len(WORDS)} questions")


if __name__ == "__main__":
    main()
