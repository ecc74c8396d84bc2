"""Files prepared in a second process come back in their order; one that kills it is refused, and the others go on."""

import os
import time
from pathlib import Path, PosixPath
from typing import Any

import pytest

from bench.corpus import Writer
from policy_docs.importing import pool
from policy_docs.importing.prepare import Prepared, Reader
from policy_docs.units.match import Matcher
from policy_docs.units.vocabulary import load_default

VOCABULARY = load_default()
MATCHER = Matcher(VOCABULARY)
COUNT, DEADLY = 30, 26


class Fatal(PosixPath):
    """Ends the process that it is handed to."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os._exit, (3,)


class Slow(Reader):
    """Reads in this process so slowly that the second one has its turn."""

    def prepare(self, path: Path) -> Prepared:
        time.sleep(0.3)
        return super().prepare(path)


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    found = []
    for made in Writer(5).documents(COUNT, clauses=4):
        found.append(tmp_path / f"{made.name}.txt")
        found[-1].write_text(made.text, encoding="utf-8")
    return found


def plain(item: Prepared) -> tuple[Any, ...]:
    return item.name, item.refusal, item.text_hash, item.blocks, item.identity, item.context, item.findings, item.warnings


def test_a_second_process_gives_what_this_one_gives(paths: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    here = Reader(MATCHER, VOCABULARY.places)
    wanted = [plain(here.prepare(path)) for path in paths]
    monkeypatch.setattr(pool, "Reader", Slow)
    started = time.perf_counter()
    assert [plain(item) for item in pool.prepared(paths, VOCABULARY, MATCHER)] == wanted
    assert time.perf_counter() - started < 0.3 * COUNT  # some were read beside


def test_few_files_start_no_process(paths: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "ProcessPoolExecutor", None)
    assert len(list(pool.prepared(paths[: pool.FEW], VOCABULARY, MATCHER))) == pool.FEW


def test_a_file_that_kills_the_process_is_refused_and_the_others_go_on(paths: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "Reader", Slow)
    paths[DEADLY] = Fatal(paths[DEADLY])
    items = list(pool.prepared(paths, VOCABULARY, MATCHER))
    assert [item.name for item in items] == [path.stem for path in paths]
    assert [item.name for item in items if item.refusal] == [paths[DEADLY].stem]
    assert items[DEADLY].refusal == pool.CRASHED
