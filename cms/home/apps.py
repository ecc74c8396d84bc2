"""The start page and the commands that run the site."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """App of the start page."""

    name = "cms.home"
    label = "home"

    def ready(self) -> None:
        """Load the worker's app, so that tasks find their broker, and join the packages."""
        from cms import celery, wiring

        wiring.connect(celery.app)
