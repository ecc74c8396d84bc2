"""An edit of the vocabulary is seen in the texts that are already there."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from cms.accounts.models import User
from policy_docs.duties.actions import decide
from policy_docs.duties.models import Duty, UnknownUnitName
from policy_docs.importing.run import run
from policy_docs.jobs import Job
from policy_docs.units.models import UnitAlias

pytestmark = pytest.mark.django_db
Capture = Callable[..., AbstractContextManager[object]]
TEXT = """楚政法发〔2019〕8号
中共楚雄州委政法委员会
关于协作的意见
一、工作职责
（一）协助查控中心应当每日接收协查函。
（二）州公安局负责现场警戒。
"""


@pytest.fixture(autouse=True)
def _stored(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    list(run([tmp_path / "a.txt"], actor=None))


@pytest.mark.parametrize("form", UnitAlias.Form.values)
def test_a_new_way_of_writing_is_read_in_old_texts(form: str, django_capture_on_commit_callbacks: Capture) -> None:
    assert UnknownUnitName.objects.get().written == "协助查控中心"
    with django_capture_on_commit_callbacks(execute=True):
        UnitAlias.objects.create(kind_id="court", text="协助查控中心", form=form)
    if form != UnitAlias.Form.SHORT:  # a short form counts in lists only
        assert Duty.objects.filter(kind="court", role="responsible").exists()
        assert not UnknownUnitName.objects.exists()
    assert Job.objects.get(kind="reread").state == Job.State.DONE


def test_what_people_decided_stays(django_capture_on_commit_callbacks: Capture) -> None:
    police = Duty.objects.get(kind="public_security")
    decide([police], state=Duty.State.CONFIRMED, actor=User.objects.create(username="c", role="coordination"))
    alias = UnitAlias.objects.get(kind="public_security", text="公安局")
    with django_capture_on_commit_callbacks(execute=True):
        alias.delete()
    kept = Duty.objects.get(pk=police.pk)
    assert kept.state == Duty.State.CONFIRMED
