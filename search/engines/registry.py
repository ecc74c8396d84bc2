"""The engine in use. One per process: Elasticsearch where ``SEARCH_URL`` names a server, else the embedded one; ``SEARCH_ENGINE`` says otherwise."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from .base import Engine, EngineRefused
from .embedded import EmbeddedEngine
from .locks import AdvisoryLock, FolderLock, Lock
from .null import NullEngine

if TYPE_CHECKING:
    from .elastic import Access

_ADVISORY = 0x6C69616E  # «lian», the first of the numbers of our locks


def _embedded() -> Engine:
    return EmbeddedEngine(Path(settings.SEARCH_DIR))


def _elastic() -> Engine:
    from .elastic import ElasticEngine  # sites without a server need not load the client

    return ElasticEngine(_access(), writing=_lock("write", 0), building=_lock("build", 1))


def _access() -> "Access":
    from .elastic import Access

    return Access(
        settings.SEARCH_URL,
        user=settings.SEARCH_USER,
        password=settings.SEARCH_PASSWORD,
        api_key=settings.SEARCH_API_KEY,
        authority=settings.SEARCH_CA_FILE,
    )


def _lock(name: str, number: int) -> Lock:
    """Return a lock that all writers see: of the database where several machines may write, else of the folder."""
    if connection.vendor == "postgresql":
        return AdvisoryLock(_ADVISORY + number)
    return FolderLock(Path(settings.SEARCH_DIR) / "elasticsearch" / f"{name}.lock")


_makers: dict[str, Callable[[], Engine]] = {"embedded": _embedded, "elasticsearch": _elastic, "null": NullEngine}
_engines: dict[tuple[str, str, str], Engine] = {}


def engine() -> Engine:
    """Return the engine that the settings name; made at the first call, for each folder and server of its own."""
    return engine_named(settings.SEARCH_ENGINE or ("elasticsearch" if settings.SEARCH_URL else "embedded"))


def problem() -> str:
    """Return what is wrong with the settings of the server, "" for nothing. Asks no server."""
    if settings.SEARCH_ENGINE not in ("", "elasticsearch") or not settings.SEARCH_URL:
        return ""
    try:
        _access().client(timeout=1).close()
    except EngineRefused as refusal:
        return str(refusal)
    return ""


def engine_named(name: str) -> Engine:
    """Return an engine by its name. Raises ``ImproperlyConfigured``."""
    key = (name, str(settings.SEARCH_DIR), settings.SEARCH_URL)
    if key not in _engines:
        try:
            _engines[key] = _makers[name]()
        except KeyError:
            raise ImproperlyConfigured(f"SEARCH_ENGINE 只能是 {'、'.join(_makers)}，现为“{name}”。") from None
    return _engines[key]


def reset() -> None:
    """Close and forget every engine (tests)."""
    for made in _engines.values():
        made.reset()
    _engines.clear()
