"""The domain."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PolicyDocsConfig(AppConfig):
    """App of units, opinions and duties."""

    name = "policy_docs"
    verbose_name = _("政策文件与职责")

    def ready(self) -> None:
        """Load the vocabulary into a fresh database after its migrations."""
        from . import receivers

        receivers.connect()
