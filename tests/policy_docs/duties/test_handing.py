"""Handovers as rows: read along with duties, joined to them, and filled for texts that were there before; no duty changes."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from cms.accounts.models import User
from policy_docs.duties.actions import change, decide
from policy_docs.duties.forgetting import forget_duties
from policy_docs.duties.handing import outdated
from policy_docs.duties.models import Duty, Handover, HandoverReading
from policy_docs.importing.reread import reread
from policy_docs.opinions.pages import OpinionPage
from tests.factories.search import opinion

TEXT = """楚法联〔2019〕2号
楚雄州关于信息共享的实施意见
一、职责
（一）州公安局应当向人民法院提供被执行人户籍信息。
（二）构成违纪违法的，移送纪检监察机关。
（三）州民政局应当做好社会救助工作。
"""
pytestmark = pytest.mark.django_db


@pytest.fixture
def page(tmp_path: Path) -> OpinionPage:
    return opinion(tmp_path, "a", TEXT)


def rows() -> list[tuple[str, str, str]]:
    return [(row.giver.kind_id if row.giver else "", row.receiver.kind_id if row.receiver else "", row.information) for row in Handover.objects.order_by("pk")]


def test_they_stand_beside_the_duties_of_both_sides(page: OpinionPage) -> None:
    assert rows() == [("public_security", "court", "被执行人户籍信息"), ("", "discipline", "")]
    first = Handover.objects.order_by("pk").first()
    assert first is not None
    assert first.giver is not None
    assert first.giver.clause_id == first.clause_id
    assert first.quote == "州公安局应当向人民法院提供被执行人户籍信息"
    assert not outdated().exists()


def test_what_was_there_before_is_filled_and_no_duty_changes(page: OpinionPage) -> None:
    actor = User.objects.create(username="office", role="coordination")
    decide(Duty.objects.filter(kind="public_security"), state=Duty.State.CONFIRMED, actor=actor)
    Handover.objects.all().delete()
    HandoverReading.objects.update(stamp="old")
    before = list(Duty.of_all_days.order_by("pk").values())
    out = StringIO()
    call_command("read_handovers", dry_run=True, stdout=out)
    assert not rows()
    assert "1 份文件" in out.getvalue()
    call_command("read_handovers", stdout=out)
    assert rows() == [("public_security", "court", "被执行人户籍信息"), ("", "discipline", "")]
    assert list(Duty.of_all_days.order_by("pk").values()) == before
    call_command("read_handovers", stdout=out)
    assert out.getvalue().count("已识别") == 1


def test_a_unit_that_a_person_has_corrected_gives(page: OpinionPage) -> None:
    actor = User.objects.create(username="office", role="coordination")
    duty = Duty.objects.get(kind="public_security")
    change(duty, kind="state_security", actor=actor)
    assert rows()[0] == ("state_security", "court", "被执行人户籍信息")
    reread(page)
    assert rows()[0] == ("state_security", "court", "被执行人户籍信息")


def test_they_go_with_the_document(page: OpinionPage) -> None:
    forget_duties(page)
    assert not Handover.with_trash.exists()
    assert not HandoverReading.with_trash.exists()
