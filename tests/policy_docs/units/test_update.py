"""Bringing the vocabulary of a new release into a database that is in use."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from wagtail.log_actions import log

from policy_docs.duties.models import Duty
from policy_docs.importing.run import run
from policy_docs.jobs import Job
from policy_docs.units.models import UnitAlias


def _update(*switches: str) -> str:
    out = StringIO()
    call_command("update_vocabulary", *switches, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_a_fresh_database_lacks_nothing() -> None:
    assert _update() == "没有需要补入的内容。\n"


@pytest.mark.django_db
def test_new_ways_of_writing_come_in_and_the_texts_are_read_anew(tmp_path: Path) -> None:
    UnitAlias.objects.filter(text="不动产登记机构").delete()
    UnitAlias.objects.filter(kind="natural_resources", text__contains="不动产登记").delete()
    (tmp_path / "a.txt").write_text(
        "楚政法发〔2017〕8号\n中共楚雄州委政法委员会\n关于协作的意见\n一、职责\n（一）不动产登记机构应当协助查询。", encoding="utf-8"
    )
    list(run([tmp_path / "a.txt"], actor=None))
    assert not Duty.objects.filter(kind="natural_resources").exists()
    shown = _update("--dry-run")
    assert "写法\tnatural_resources\t不动产登记机构" in shown
    assert "未作改动" in shown
    assert not UnitAlias.objects.filter(text="不动产登记机构").exists()
    assert "重新读取 1 份文件" in _update()
    assert Duty.objects.filter(kind="natural_resources", role="responsible").exists()
    assert Job.objects.get(kind="reread").state == Job.State.DONE
    assert _update() == "没有需要补入的内容。\n"


@pytest.mark.django_db
def test_what_people_have_deleted_stays_away() -> None:
    alias = UnitAlias.objects.get(kind="natural_resources", text="不动产登记机构")
    log(instance=alias, action="wagtail.delete", deleted=True)
    alias.delete()
    assert _update() == "没有需要补入的内容。\n"
