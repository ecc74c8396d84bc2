"""Finding."""

from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """App of the search index."""

    name = "search"
    verbose_name = _("查找")

    def ready(self) -> None:
        """Listen to the domain; look at the settings."""
        from . import checks, receivers

        receivers.connect()
        register(checks.server)
