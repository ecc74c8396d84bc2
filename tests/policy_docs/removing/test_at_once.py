"""Two documents that are put into the trash, and one that comes back meanwhile: neither ends the other."""

from pathlib import Path

import pytest
from django.db import transaction

from cms.accounts.models import Role, User
from policy_docs.opinions import trash as module
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.trash import restore, trash
from policy_docs.opinions.trashed import Trashed
from tests.factories.opinions import import_text
from tests.factories.removing import trashed
from tests.factories.waiting import Meeting, on_postgresql, store

pytestmark = on_postgresql
REPEALS = "楚政法发〔2019〕9号\n中共楚雄州委政法委员会\n关于行动协作的意见\n一、职责\n（一）公安机关应当登记。\n（二）本意见自2019年5月1日起施行，《关于协作的意见》（楚政法发〔2017〕8号）同时废止。\n2019年4月1日\n"
OTHER = "楚政法发〔2018〕7号\n中共楚雄州委政法委员会\n关于别的意见\n一、职责\n（一）公安机关应当登记。\n2018年4月1日\n"


@pytest.mark.parametrize("back", [False, True])
def test_two_documents_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, back: bool) -> None:
    store()
    import_text(tmp_path)
    repealing, other = import_text(tmp_path, "b", REPEALS), import_text(tmp_path, "c", OTHER)
    one, two = (User.objects.create(username=name, role=Role.COORDINATION, is_superuser=True) for name in ("asker", "approver"))
    entry = trashed(other) if back else None
    with transaction.atomic():
        module.trash_root()  # as in any store that is used
    meeting = Meeting()

    def away(page: OpinionPage) -> None:
        trash(OpinionPage.objects.get(pk=page.pk), actor=one, reason="重复", approved_by=two)

    with meeting.after(monkeypatch, module, "take_back_repeals"):
        assert meeting.errors(lambda: away(repealing), lambda: restore(entry, actor=two) if entry else away(other)) == []
    assert Trashed.objects.count() == (1 if back else 2)


def test_one_that_comes_back_and_an_import_that_repeal_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import holds what it repeals, then the list; who brought a document back held the list, then what that repeals."""
    store()
    old, repealing = import_text(tmp_path), import_text(tmp_path, "b", REPEALS)
    one = User.objects.create(username="asker", role=Role.COORDINATION, is_superuser=True)
    entry, meeting = trashed(repealing), Meeting()
    newer = REPEALS.replace("〔2019〕9号", "〔2021〕2号").replace("行动协作", "协作机制").replace("2019年", "2021年")
    with meeting.after(monkeypatch, module, "trash_root"):
        assert meeting.errors(lambda: restore(entry, actor=one), lambda: import_text(tmp_path, "d", newer)) == []
    assert not Trashed.objects.exists()
    assert OpinionPage.objects.get(pk=old.pk).repealed_by_id in {repealing.pk, OpinionPage.objects.get(source_name="d").pk}
