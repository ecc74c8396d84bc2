"""Whoever checks duties."""

import pytest
from django.test import Client

from cms.accounts.models import User


@pytest.fixture
def officer(db: None) -> User:
    return User.objects.create(username="c", display_name="李静", role="coordination")


@pytest.fixture
def office(client: Client, officer: User) -> Client:
    """The officer's browser."""
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    return client
