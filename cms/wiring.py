"""Joins packages that may not import each other."""

from celery import Celery

from policy_docs import ports
from search.index.check import Keeper
from search.query.counting import found, hits


def connect(app: Celery) -> None:
    """Make the worker's app the current one for tasks that are sent from the site; give the domain its view of the index."""
    app.set_default()
    ports.join_index_keeper(Keeper())
    ports.join_hit_counter(hits)
    ports.join_hit_finder(found)
