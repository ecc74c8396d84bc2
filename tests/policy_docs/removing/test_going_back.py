"""Going back to an earlier release: nothing that only the trash holds is lost, and what later tables held is not filled."""

from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython

from cms.accounts.models import User
from policy_docs import receivers
from policy_docs.opinions.trash import restore
from tests.factories.opinions import import_text
from tests.factories.removing import trashed

pytestmark = pytest.mark.django_db


def test_the_table_of_the_trash_does_not_go_while_it_holds_titles(tmp_path: Path) -> None:
    last = import_module("policy_docs.migrations.0025_trash").Migration.operations[-1]
    assert isinstance(last, RunPython), "what comes last is the first on the way back"
    entry = trashed(import_text(tmp_path))
    state = MigrationLoader(connection).project_state(("policy_docs", "0025_trash"))
    editor = connection.SchemaEditorClass(connection)  # entered by nobody: nothing of the schema changes
    with pytest.raises(IrreversibleError, match="回收站里还有 1 份文件"):
        last.database_backwards("policy_docs", editor, state, state)
    restore(entry, actor=User.objects.get(username="asker"))
    last.database_backwards("policy_docs", editor, state, state)


@pytest.mark.parametrize(("migration", "filled"), [("0025_trash", False), ("0001_initial", False), (None, True)])
def test_the_vocabulary_is_filled_once_all_tables_are_there(monkeypatch: pytest.MonkeyPatch, migration: str | None, filled: bool) -> None:
    called: list[int] = []
    state = MigrationLoader(connection).project_state(("policy_docs", migration) if migration else None)
    monkeypatch.setattr(receivers, "load_vocabulary", lambda: called.append(1))
    receivers.fill_vocabulary(apps.get_app_config("policy_docs"), apps=state.apps, plan=[])
    assert bool(called) is filled
