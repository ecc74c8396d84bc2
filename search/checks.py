"""What must be right before the site starts."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error

from .engines.registry import problem


def server(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse an address of the search server that nothing could be asked of, and a password that would go over the network in the clear."""
    found = problem()
    return [Error(found, id="search.E001")] if found else []
