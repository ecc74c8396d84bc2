"""Rights that one process at a time holds."""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from django.db import connection

from .base import EngineBusy

_STEP = 0.05  # seconds between two tries


class Lock(Protocol):
    """A lock between threads and processes that goes with its holder; the same thread may take it again."""

    def held(self, wait: float = 0.0) -> AbstractContextManager[None]:
        """Hold it; wait so many seconds for it, then raise ``EngineBusy``."""


class FolderLock:
    """A lock between threads and processes; the kernel frees it when its holder dies. The same thread may take it again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.RLock()
        self._depth = 0
        self._file: int | None = None

    @contextmanager
    def held(self, wait: float = 0.0) -> Iterator[None]:
        """Hold the lock; wait so many seconds for it, then raise ``EngineBusy``."""
        until = time.monotonic() + wait
        if not self._threads.acquire(timeout=wait if wait else -1, blocking=bool(wait)):
            raise EngineBusy(str(self._path))
        try:
            if self._depth == 0:
                self._file = self._lock_file(until)
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0 and self._file is not None:
                    os.close(self._file)  # closing frees it
                    self._file = None
        finally:
            self._threads.release()

    def _lock_file(self, until: float) -> int:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return handle
            except BlockingIOError:
                if time.monotonic() >= until:
                    os.close(handle)
                    raise EngineBusy(str(self._path)) from None
                time.sleep(_STEP)


class AdvisoryLock:
    """A lock of PostgreSQL, for sites of several machines: it belongs to the connection and ends with it.

    A pooler between site and database must keep a connection to one client for its whole life («session»), or the lock is lost.
    """

    def __init__(self, number: int) -> None:
        self._number = number

    @contextmanager
    def held(self, wait: float = 0.0) -> Iterator[None]:
        """Hold the lock."""
        until = time.monotonic() + wait
        while not self._call("pg_try_advisory_lock"):
            if time.monotonic() >= until:
                raise EngineBusy(f"advisory lock {self._number}")
            time.sleep(_STEP)
        try:
            yield
        finally:
            self._call("pg_advisory_unlock")

    def _call(self, function: str) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [self._number])
            return bool(cursor.fetchone()[0])
