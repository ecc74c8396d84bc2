"""The engine in use. One per process, chosen by ``SEARCH_ENGINE`` (embedded, null)."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from .base import Engine
from .embedded import EmbeddedEngine
from .null import NullEngine

_makers: dict[str, Callable[[], Engine]] = {"embedded": lambda: EmbeddedEngine(Path(settings.SEARCH_DIR)), "null": NullEngine}
_engines: dict[tuple[str, str], Engine] = {}


def engine() -> Engine:
    """Return the engine that the settings name; made at the first call, for each folder of its own."""
    name = getattr(settings, "SEARCH_ENGINE", "embedded")
    key = (name, str(settings.SEARCH_DIR))
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
