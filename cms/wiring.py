"""Joins packages that may not import each other."""

from celery import Celery


def connect(app: Celery) -> None:
    """Make the worker's app the current one for tasks that are sent from the site."""
    app.set_default()
