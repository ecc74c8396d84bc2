"""Import to findable: generated documents, seconds by stage.

usage: VAR_DIR=FOLDER python bench/import_speed.py [--clauses N] [--each N] [--profile FILE]

The store in VAR_DIR (or at DATABASE_URL) is filled for good: give an empty one. The corpus is made from a seed, so that two runs read the same words.
"""

import argparse
import cProfile
import io
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Event
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.dev")

SEED = 20260101


def write_corpus(folder: Path, *, clauses: int, each: int, seed: int = SEED) -> list[Path]:
    """Write documents of ``each`` clauses, as long as real ones are, and return their paths."""
    from bench.corpus import Writer

    paths = []
    for made in Writer(seed, provinces=4, tail=4).documents(max(1, clauses // each), clauses=each):
        paths.append(folder / f"{made.name}.txt")
        paths[-1].write_text(made.text, encoding="utf-8")
    return paths


def index_beside(ending: Event, told: SimpleQueue[float]) -> None:
    """Drain the outbox as the site's worker does, until the import has ended; tell the processor seconds that it took."""
    import django

    django.setup()
    from search.engines.registry import engine
    from search.index.indexer import drain

    used = time.process_time()
    while not ending.wait(0.5):
        drain(engine())
    drain(engine())
    told.put(time.process_time() - used)


def measure(paths: list[Path]) -> None:
    """Import with a worker beside that indexes, and print what it took until all was to be found."""
    from policy_docs.importing.run import run
    from search.index.indexer import waiting

    context = get_context("spawn")
    ending, told = context.Event(), context.SimpleQueue()
    worker = context.Process(target=index_beside, args=(ending, told))
    worker.start()
    started, used = time.perf_counter(), time.process_time()
    stages: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    blocks = duties = 0
    for report in run(paths, actor=None):
        stages.update(report.seconds)
        outcomes[report.outcome.value] += 1
        blocks += report.clauses
        duties += report.duties
    stored, used = time.perf_counter(), time.process_time() - used
    ending.set()
    indexing = told.get()
    worker.join()
    seconds = time.perf_counter() - started
    assert waiting() == 0
    print(f"{len(paths)} documents ({dict(outcomes)}), {blocks} blocks, {duties} duties, peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")
    print(f"{seconds:.1f} s to findable: {blocks / seconds:.0f} blocks/s, {len(paths) / seconds:.1f} documents/s")
    for name, value in [
        *stages.items(),
        ("import, wall", stored - started),
        ("import, processor", used),
        ("index, processor", indexing),
        ("index after import", seconds - stored + started),
    ]:
        print(f"  {name:20} {value:7.2f} s")


def main() -> None:
    """Read the arguments, make the store and the corpus, measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--clauses", type=int, default=6000)
    parser.add_argument("--each", type=int, default=60)
    parser.add_argument("--profile", default="")
    options = parser.parse_args()
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    call_command("rebuild_index", if_needed=True, verbosity=0, stdout=io.StringIO())
    with tempfile.TemporaryDirectory() as folder:
        paths = write_corpus(Path(folder), clauses=options.clauses, each=options.each)
        if not options.profile:
            measure(paths)
            return
        with cProfile.Profile() as profile:
            measure(paths)
        profile.dump_stats(options.profile)


if __name__ == "__main__":
    main()
