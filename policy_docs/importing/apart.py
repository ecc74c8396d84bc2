"""A second process for what comes from outside: a file that makes a reader crash, hang or take all memory ends that process and nothing else."""

import multiprocessing
import os
import resource
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from django.conf import settings

from .sources.base import SourceError

T = TypeVar("T")
_BEAT = 5.0  # seconds between two signs of life while one waits
_MEMORY = 3 * 1024**3  # bytes that the second process may take
CRASHED = "读取这个文件时程序中断，没有收录。请用其他软件打开检查，另存为 docx、PDF 或 txt 后再导入。"
TOO_SLOW = "读取这个文件用时过长，没有收录。请拆分，或者另存为 docx、txt 后再导入。"
TOO_BIG = "读取这个文件需要的内存过大，没有收录。请拆分，或者只导入正文。"


class SecondProcess:
    """One process beside this one: started at the first call, anew after a death, and when what it begins with has changed. One call at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._begun_with: object = None

    def call(
        self,
        work: Callable[..., T],
        *args: Any,
        seconds: float,
        begin: Callable[[Any], object] | None = None,
        using: Any = None,
        beat: Callable[[], None] | None = None,
    ) -> T:
        """Return ``work(*args)``; ``begin(using)`` comes before the first call. ``beat`` is called while one waits.

        Raises:
            SourceError: the process has died over it, or took more than ``seconds``; what ``work`` raises comes as it is.
        """
        if not settings.IMPORT_APART or multiprocessing.current_process().daemon:  # a daemon may have no children
            if begin is not None:
                begin(using)
            return work(*args)
        while not self._lock.acquire(timeout=_BEAT):
            if beat is not None:
                beat()
        try:
            return self._wait(self._started(begin, using).submit(work, *args), seconds, beat)
        finally:
            self._lock.release()

    def _started(self, begin: Callable[[Any], object] | None, using: Any) -> ProcessPoolExecutor:
        if self._pool is not None and self._begun_with is not using:
            self.stop()
        if self._pool is None:
            context = multiprocessing.get_context("spawn")  # a fork would carry database and index handles over
            self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_begin, initargs=(begin, using))
            self._begun_with = using
        return self._pool

    def _wait(self, future: "Future[T]", seconds: float, beat: Callable[[], None] | None) -> T:
        left = seconds
        while True:
            try:
                return future.result(timeout=min(_BEAT, left))
            except TimeoutError:
                left -= _BEAT
                if left <= 0:
                    self.stop()
                    raise SourceError(TOO_SLOW) from None
                if beat is not None:
                    beat()
            except BrokenProcessPool as died:
                self.stop()
                raise SourceError(CRASHED) from died
            except MemoryError as error:
                raise SourceError(TOO_BIG) from error

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        for process in list((pool._processes or {}).values()):
            process.kill()
        pool.shutdown(wait=False, cancel_futures=True)


def _begin(begin: Callable[[Any], object] | None, using: Any) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    if begin is not None:
        begin(using)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)
