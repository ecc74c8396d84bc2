"""Two people save at the same moment: the row is locked before the draft is loaded, so neither writes over the other."""

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from cms.accounts.models import Role, User
from policy_docs.opinions.models import SetAside
from tests.factories.opinions import import_text
from tests.policy_docs.admin.test_conflicts import draft, opened, retype, signed_in
from tests.policy_docs.admin.test_sections import long_text, section
from tests.policy_docs.duties.test_two_at_once import _at_once, _root

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time"),
    pytest.mark.django_db(transaction=True),
]


def _both() -> tuple[Client, Client]:
    """Superusers: a test of this sort before this one has emptied the tables of permissions."""
    for name in ("李静", "王强"):
        User.objects.create(username=name, display_name=name, role=Role.COORDINATION, is_superuser=True)
    return signed_in("李静"), signed_in("王强")


def test_two_sections_saved_at_once_both_survive(tmp_path: Path) -> None:
    _root()
    page = import_text(tmp_path, text=long_text())
    one, other = _both()
    for number in range(4):
        here, there = section(page, 2), section(page, 5)
        first = retype(opened(one, here), f"在3{number}日内", f"在三{number}日内")
        second = retype(opened(other, there), f"在8{number + 1}日内", f"在八{number}日内")
        assert _at_once(lambda here=here, first=first: one.post(here, first), lambda there=there, second=second: other.post(there, second)) == []
        now = "".join(draft(page))
        assert f"在三{number}日内" in now
        assert f"在八{number}日内" in now


def test_one_section_saved_at_once_loses_nothing(tmp_path: Path) -> None:
    _root()
    page = import_text(tmp_path, text=long_text())
    one, other = _both()
    here = section(page, 2)
    first, second = retype(opened(one, here), "在35日内", "在三日内"), retype(opened(other, here), "在36日内", "在六日内")
    assert _at_once(lambda: one.post(here, first), lambda: other.post(here, second)) == []
    (kept,) = SetAside.objects.all()
    entered = "".join(block["value"]["text"] for block in kept.blocks or [])
    saved = "".join(draft(page))
    assert ("在三日内" in saved) != ("在六日内" in saved)
    assert ("在三日内" in entered) != ("在三日内" in saved)
    assert ("在六日内" in entered) != ("在六日内" in saved)
