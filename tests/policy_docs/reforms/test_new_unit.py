"""A reform that makes a unit: the worker reads the texts with its names, once the reform is stored for good."""

from pathlib import Path

import pytest
from wagtail.models import Locale, Page

from cms.audit.models import AuditEntry
from policy_docs.duties.models import Duty
from policy_docs.reforms import actions, undoing
from policy_docs.reforms.entry import Step
from policy_docs.units.aliases import load_vocabulary
from policy_docs.units.events import ReformEvent
from policy_docs.units.models import UnitAlias, UnitKind, VocabularyStamp
from tests.factories.reforms import NEW, entered, entry, filled, officer
from tests.factories.reforms import taken_back as undone

from .test_actions import numbers, state

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_new_unit_is_found_by_its_names_and_goes_with_the_reform(tmp_path: Path) -> None:
    load_vocabulary()
    filled_store(tmp_path)
    office = officer()
    before = state()
    event = entered(entry(Step("petition", "+0"), kind="rename", units=(NEW,)), office)
    key = event.made["kinds"]["+0"]
    assert UnitKind.objects.get(pk=key).names == {"prefecture": "{p}网格治理局", "county": "{p}网格治理局"}
    assert set(UnitAlias.objects.filter(kind=key).values_list("text", "form")) == {
        ("网格治理部门", "organ"), ("网格治理局", "organ"), ("网格调度中心", "organ"), ("网格治理", "short"),
    }  # fmt: skip
    assert Duty.objects.filter(kind=key).exists(), "the worker has read the texts with the new names"
    assert numbers(key)[0] == 4
    assert [unit.untouched for unit in undoing.going(event)] == [1]
    undone(event, office)
    assert state() == before
    again = actions.enter_again(event.public_key, seen=VocabularyStamp.current(), actor=office)
    assert again.state == ReformEvent.State.IN_EFFECT
    assert numbers(again.made["kinds"]["+0"])[0] == 4
    undone(again, office)
    assert state() == before
    assert [row.action for row in AuditEntry.objects.filter(action__startswith="reform.").order_by("pk")] == [
        "reform.entered", "reform.undone", "reform.entered_again", "reform.undone",
    ]  # fmt: skip


def filled_store(folder: Path) -> None:
    """A test of this sort before this one has emptied the database."""
    Locale.objects.get_or_create(language_code="zh-hans")
    if not Page.objects.filter(depth=1).exists():
        Page.add_root(title="Root", slug="root")
    filled(folder)
