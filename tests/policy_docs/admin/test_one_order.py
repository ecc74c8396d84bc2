"""Who publishes or withdraws a document that repeals another meets an import that repeals both, on PostgreSQL: neither waits for the other for ever."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from cms.accounts.models import User
from cms.audit.record import verify
from policy_docs.admin import publishing as asking
from policy_docs.duties import publishing
from policy_docs.opinions import actions as storing
from policy_docs.opinions import removing
from policy_docs.opinions.pages import OpinionPage
from tests.factories.opinions import described, import_text
from tests.factories.waiting import Meeting, on_postgresql, store
from tests.policy_docs.admin.publishing import say
from tests.policy_docs.admin.test_conflicts import edit, opened, signed_in
from tests.policy_docs.importing.test_at_once import REPEALING

pytestmark = on_postgresql
BOTH = (
    REPEALING.replace("〔2019〕9号", "〔2021〕2号")
    .replace("行动协作", "协作机制")
    .replace("2019年", "2021年")
    .replace("《关于协作的意见》", "《关于行动协作的意见》（楚政法发〔2019〕9号）、《关于协作的意见》")
)


def officer() -> Client:
    client = signed_in("李静")
    User.objects.update(is_superuser=True)  # a test before this one may have emptied the database of groups
    return client


def by_the_editor(page: OpinionPage) -> Callable[[], object]:
    client = officer()
    return lambda: client.post(edit(page), {**opened(client, edit(page)), "action-publish": "1"})


def by_the_page_before(page: OpinionPage) -> Callable[[], object]:
    client = officer()
    return lambda: say(client, page)


def withdrawn(page: OpinionPage) -> Callable[[], object]:
    officer()
    return lambda: removing.withdraw(page, actor=User.objects.get(username="李静"), reason="重复")


@pytest.mark.parametrize(
    ("deed", "owner", "place", "live"),
    [(by_the_editor, asking, "check_settled", False), (by_the_page_before, publishing, "check_days", False), (withdrawn, removing, "check_unlocked", True)],
)
def test_both_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deed: Callable[[OpinionPage], Callable[[], object]], owner: object, place: str, live: bool
) -> None:
    store()
    storing.index_page()
    old = import_text(tmp_path)
    first, meeting = deed(described(import_text(tmp_path, "b", REPEALING, live=live))), Meeting()
    with meeting.after(monkeypatch, owner, place):
        assert meeting.errors(first, lambda: import_text(tmp_path, "c", BOTH)) == []
    assert OpinionPage.objects.get(source_name="b").live is not live
    both = OpinionPage.objects.get(source_name="c")
    assert OpinionPage.objects.get(source_name="b").repealed_by_id == both.pk
    assert OpinionPage.objects.get(pk=old.pk).repealed_by_id in {both.pk, OpinionPage.objects.get(source_name="b").pk}
    assert verify().broken == ()
