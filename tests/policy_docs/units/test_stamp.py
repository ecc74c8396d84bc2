"""Every process reads the vocabulary anew after an edit, however it was made."""

import pytest
from django.db import transaction

from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.models import UnitAlias, UnitKind

pytestmark = pytest.mark.django_db


def _texts() -> set[str]:
    return {alias.text for alias in current_vocabulary().aliases}


def test_many_rows_deleted_or_changed_at_once() -> None:
    assert "不动产登记机构" in _texts()
    UnitAlias.objects.filter(text="不动产登记机构").delete()
    assert "不动产登记机构" not in _texts()
    UnitKind.objects.get(pk="tax").aliases.filter(text="税务机关").update(text="税费机关")
    assert "税费机关" in _texts()


def test_an_edit_that_was_taken_back_leaves_nothing_behind() -> None:
    with transaction.atomic():
        UnitAlias.objects.create(kind_id="tax", text="税费甲机关")
        assert "税费甲机关" in _texts()
        transaction.set_rollback(True)
    UnitAlias.objects.create(kind_id="tax", text="税费乙机关")
    assert "税费甲机关" not in _texts()
    assert "税费乙机关" in _texts()
