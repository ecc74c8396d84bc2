"""The start page and the commands that run the site."""

from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class HomeConfig(AppConfig):
    """App of the start page."""

    name = "cms.home"
    label = "home"

    def ready(self) -> None:
        """Load the worker's app, so that tasks find their broker, and join the packages."""
        from cms import celery, wiring

        from . import checks  # noqa: F401 - registers them

        wiring.connect(celery.app)
        post_migrate.connect(_ensure_home, sender=self, dispatch_uid="home.ensure_home")
        last = [config for config in apps.get_app_configs() if config.models_module][-1]  # by then all permissions are there
        post_migrate.connect(_ensure_groups, sender=last, dispatch_uid="home.ensure_groups")


def _ensure_home(sender: AppConfig, **kwargs: Any) -> None:
    from .site import ensure_home

    ensure_home()


def _ensure_groups(sender: AppConfig, **kwargs: Any) -> None:
    from .roles import ensure_groups

    ensure_groups()
