"""Whoever imports."""

import pytest
from django.test import Client

from tests.factories.imports import officer


@pytest.fixture
def office(db: None, client: Client) -> Client:
    """The browser of the coordination office."""
    client.force_login(officer(), backend="django.contrib.auth.backends.ModelBackend")
    return client
