"""What follows on what happened. Explicit connections; no business rule here."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from policy_docs.units.aliases import load_vocabulary


def fill_vocabulary(sender: AppConfig, **kwargs: Any) -> None:
    """A fresh database gets the vocabulary of the data files."""
    if sender.label == "policy_docs" and not kwargs.get("plan_only"):
        load_vocabulary()


def connect() -> None:
    """Connect the receivers of this app."""
    post_migrate.connect(fill_vocabulary, dispatch_uid="policy_docs.fill_vocabulary")
