"""What holds for all tests."""

import pytest
from hypothesis import settings

# how long an example takes says something of the machine and nothing of the code
settings.register_profile("liandong", deadline=None)
settings.load_profile("liandong")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks no database: it need not run once more on the other one."""
    for item in items:
        if not item.get_closest_marker("django_db") and not {"db", "transactional_db"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.pure)
