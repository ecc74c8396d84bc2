"""Checking duties many at once."""

from pathlib import Path

import pytest
from django.test import Client

from cms.accounts.models import User
from cms.audit.models import AuditEntry
from policy_docs.duties.models import Duty
from policy_docs.importing.run import run

TEXT = "楚政法发〔2017〕8号\n中共楚雄州委政法委员会\n关于协作的意见\n一、职责\n（一）公安机关应当协助查询。\n（二）税务局应当提供信息。\n"


@pytest.fixture
def office(db: None, client: Client, tmp_path: Path) -> Client:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    list(run([tmp_path / "a.txt"], actor=None))
    client.force_login(User.objects.create(username="c", role="coordination"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_list_shows_quotes_and_filters(office: Client) -> None:
    page = office.get("/review/?rule=modal&kind=tax&state=suggested").content.decode()
    assert "提供信息" in page
    assert "协助查询" not in page


def test_many_are_accepted_at_once_with_a_record(office: Client) -> None:
    ids = [duty.pk for duty in Duty.objects.exclude(role="mention")]
    office.post("/review/", {"duty": ids, "verb": "confirmed"})
    assert set(Duty.objects.exclude(role="mention").values_list("state", flat=True)) == {"confirmed"}
    assert AuditEntry.objects.filter(action="duty.confirmed").count() == len(ids)


def test_rejected_and_changed(office: Client) -> None:
    tax, police = Duty.objects.get(kind="tax"), Duty.objects.get(kind="public_security")
    office.post("/review/", {"duty": [tax.pk], "verb": "rejected"})
    office.post("/review/", {"duty": [police.pk], "verb": "change", "role": "lead", "kind": ""})
    assert Duty.objects.get(pk=tax.pk).state == "rejected"
    police.refresh_from_db()
    assert (police.role, police.by_hand, police.state) == ("lead", True, "confirmed")


def test_nothing_chosen_changes_nothing(office: Client) -> None:
    answer = office.post("/review/", {"verb": "confirmed"}, follow=True)
    assert "请先勾选" in answer.content.decode()
    assert not Duty.objects.filter(state="confirmed").exists()


def test_the_units_can_be_administered(office: Client) -> None:
    office.force_login(User.objects.create_superuser("root", password="x"), backend="django.contrib.auth.backends.ModelBackend")
    for name in ("unitkind", "unitalias", "reform", "memberunit", "jurisdiction", "unknownunitname"):
        assert office.get(f"/admin/snippets/policy_docs/{name}/", {"q": "公安"}).status_code == 200
    assert office.get("/admin/snippets/policy_docs/unitalias/add/").status_code == 200
