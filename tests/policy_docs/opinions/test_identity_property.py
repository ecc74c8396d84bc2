"""Whatever people do to a draft, in whatever order: each surviving clause keeps identity, address and confirmed duties, and nothing confirmed is
ever dropped without being shown as to be checked."""

import os
import tempfile
import uuid
from pathlib import Path

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from cms.accounts.models import Role, User
from policy_docs.opinions.pages import OpinionPage
from tests.factories.opinions import import_text
from tests.policy_docs.opinions.desk.base import BEGINNING, TEXT
from tests.policy_docs.opinions.desk.deciding import Deciding
from tests.policy_docs.opinions.desk.drafting import Drafting

pytestmark = pytest.mark.django_db

STEPS = 9


class Desk(Drafting, Deciding):
    """One document, and everything that may happen to it."""


DEEDS = (
    "insert", "split", "split_by_hand", "merge", "move", "cut_and_paste", "renumber", "reword", "delete", "confirm", "revert", "copy", "publish", "amend",
    "import_again", "import_as_draft", "import_earlier", "undone", "two_people", "section", "copy_block", "paste", "amend_ahead", "call_back", "tomorrow",
    "scheduled", "reviewed", "withdrawn", "trashed", "merge_twins", "settle_gone", "reject", "take_back_rejection", "many", "corrected", "by_hand", "read_again",
)  # fmt: skip


@given(data=st.data())
@settings(
    max_examples=int(os.environ.get("EXAMPLES", "14")), deadline=None, derandomize="EXAMPLES" not in os.environ, suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate, *([Phase.shrink] if "EXAMPLES" in os.environ else [])],  # to shrink an example takes minutes: by hand
)  # fmt: skip
def test_no_identity_and_no_confirmed_duty_is_lost(data: st.DataObject) -> None:
    with transaction.atomic(), tempfile.TemporaryDirectory() as folder, time_machine.travel(BEGINNING, tick=True) as clock:
        page = import_text(Path(folder), f"d{uuid.uuid4().hex[:8]}", TEXT)
        OpinionPage.objects.filter(pk=page.pk).update(disclosure=OpinionPage.Disclosure.OPEN)
        page.refresh_from_db()
        user = User.objects.create(username=f"u{uuid.uuid4().hex[:8]}", role=Role.COORDINATION)
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        desk = Desk(page, user, client, clock)
        desk.confirm(data)
        desk.check()
        for deed in data.draw(st.lists(st.sampled_from(DEEDS), min_size=3, max_size=STEPS)):
            event(deed)
            getattr(desk, deed)(data)
            desk.check()
        desk.publish(data)
        desk.check()
        desk.check_addresses()
        transaction.set_rollback(True)
