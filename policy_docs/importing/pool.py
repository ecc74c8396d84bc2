"""Files prepared in a second process while this one stores, so that both cores work. What waits is bounded, whatever the number of files."""

import multiprocessing
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from pathlib import Path

from policy_docs.units.match import Matcher
from policy_docs.units.vocabulary import Vocabulary

from .prepare import Prepared, Reader

FEW = 24  # files: up to so many, starting a process costs more than it gives
_AHEAD = 12  # prepared files that may wait to be stored
CRASHED = "读取这个文件时程序中断，没有收录。请用其他软件打开检查，另存为 docx、PDF 或 txt 后再导入。"

_reader: Reader | None = None  # of a second process


def prepared(paths: Iterable[Path], vocabulary: Vocabulary, matcher: Matcher) -> Iterator[Prepared]:
    """Yield the files prepared, in their order. A file that kills the second process comes back as a refusal; the others go on."""
    rest = iter(paths)
    first = list(islice(rest, FEW + 1))
    waiting = _Waiting(chain(first, rest))
    using = Reader(matcher, vocabulary.places)
    beside = len(first) > FEW and not multiprocessing.current_process().daemon  # a daemon may have no children
    while beside:
        beside = yield from _beside(waiting, vocabulary, using)
    while (path := waiting.take()) is not None:
        yield using.prepare(path)


class _Waiting:
    """Paths to be prepared; those that a dead process has left undone come first."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths = iter(paths)
        self._returned: deque[Path] = deque()

    def take(self) -> Path | None:
        return self._returned.popleft() if self._returned else next(self._paths, None)

    def give_back(self, paths: Iterable[Path]) -> None:
        self._returned.extend(paths)


def _beside(waiting: _Waiting, vocabulary: Vocabulary, here: Reader) -> Generator[Prepared, None, bool]:
    """Prepare in a second process, and here until it has started; return whether it died over a file, and another one is to go on."""
    context = multiprocessing.get_context("spawn")  # a fork would carry database and index handles over
    pool = ProcessPoolExecutor(1, mp_context=context, initializer=_begin, initargs=(vocabulary,))
    futures: deque[tuple[Path, Future[Prepared]]] = deque()
    started = False
    try:
        ready = pool.submit(_ready)
        while not ready.done() and (path := waiting.take()) is not None:
            yield here.prepare(path)
        started = ready.result()
        while True:
            while len(futures) < _AHEAD and (path := waiting.take()) is not None:
                futures.append((path, pool.submit(_prepare, path)))
            if not futures:
                return False
            result = futures[0][1].result()
            futures.popleft()
            yield result
    except BrokenProcessPool:
        if not started:
            return False  # no second process to be had here: this one does it all
        broken, *undone = [path for path, _future in futures]  # one process works in order: the first one undone has killed it
        waiting.give_back(undone)
        yield Prepared(broken.stem, refusal=CRASHED)
        return True
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(vocabulary: Vocabulary) -> None:
    global _reader
    _reader = Reader(Matcher(vocabulary), vocabulary.places)


def _ready() -> bool:
    return _reader is not None


def _prepare(path: Path) -> Prepared:
    assert _reader is not None
    return _reader.prepare(path)
