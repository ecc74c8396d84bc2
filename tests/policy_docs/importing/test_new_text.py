"""An import that becomes the new text of a published document waits as its draft until it is said what it is, and what becomes of the confirmed duties
whose words change."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from policy_docs.duties.actions import decide
from policy_docs.duties.models import Duty
from policy_docs.importing.models import ImportFile
from policy_docs.importing.report import Outcome
from policy_docs.importing.run import run
from policy_docs.notices.models import Notice
from policy_docs.opinions.models import OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from tests.factories.imports import TEXT, officer, upload
from tests.factories.opinions import import_text, texts
from tests.policy_docs.admin import publishing
from tests.policy_docs.importing.wizard import me, post

pytestmark = pytest.mark.django_db

OLD = TEXT.replace("（四）", "（三）").replace("联合处置组应当协调。\n", "")
NEW = OLD.replace("查找被执行人", "查找失联人员").replace("（二）州发改委应当协助查询项目立项情况。\n", "").replace("2017年5月3日", "2018年5月3日")


@pytest.fixture
def page(tmp_path: object) -> OpinionPage:
    found = import_text(tmp_path, text=OLD)  # type: ignore[arg-type]
    decide(Duty.objects.exclude(role="mention"), state=Duty.State.CONFIRMED, actor=officer("checker"))
    return found


def brought(text: str = NEW) -> ImportFile:
    from cms.accounts.models import User

    return upload(User.objects.get(username="李静"), text, name="b.txt")


def check(client: Client, row: ImportFile) -> "Client.response":  # type: ignore[name-defined]
    """Press «publish» in the wizard."""
    row.refresh_from_db()
    values = {"seen": str(row.revision), "verb": "publish", "place": "楚雄彝族自治州", "disclosure": "open"}
    return client.post(reverse("policy_docs:import", args=[row.public_key]), values)


def duty(kind: str) -> Duty:
    return Duty.objects.exclude(role="mention").get(kind=kind)


def choices(**by_kind: str) -> dict[str, str]:
    return {f"d-{duty(kind).pk}": choice for kind, choice in by_kind.items()}


def test_the_wizard_leads_to_the_page_that_asks_and_what_was_chosen_is_done(page: OpinionPage, office: Client) -> None:
    row = brought()
    answer = check(office, row)
    assert answer.url == publishing.address(page)
    shown = office.get(answer.url)
    assert [(group.fate, len(group.rows)) for group in shown.context["groups"] if group.asked] == [("changed", 1), ("gone", 1)]
    assert "<ins>" in shown.content.decode()
    answer = publishing.say(office, page, manner="amendment", starts="2018-05-03")
    assert (answer.status_code, "查找失联人员" in "".join(texts(page))) == (422, False)
    said = choices(public_security="adopt", development_reform="end")
    assert publishing.say(office, page, manner="amendment", starts="2018-05-03", **said).status_code == 302
    assert "公安机关应当协助人民法院查找失联人员。" in texts(page)
    police, reform = duty("public_security"), duty("development_reform")
    assert (police.state, police.spans.get(act="duty").quote) == (Duty.State.CONFIRMED, "公安机关应当协助人民法院查找失联人员")
    assert (reform.state, reform.clause.retired_at is not None) == (Duty.State.CONFIRMED, True)
    assert Notice.objects.order_by("-pk")[0].deed == Notice.Deed.AMENDED
    assert [(str(one.in_force_from), str(one.in_force_until or "")) for one in page.versions.order_by("number")] == [
        ("2017-05-03", "2018-05-02"), ("2018-05-03", "")
    ]  # fmt: skip


def test_a_correction_changes_the_text_in_place(page: OpinionPage, office: Client) -> None:
    check(office, brought(OLD.replace("查找被执行人", "查找失联人员")))
    assert publishing.say(office, page, **choices(public_security="adopt")).status_code == 302
    assert [(one.number, str(one.in_force_from)) for one in page.versions.all()] == [(1, "2017-05-03")]
    assert "公安机关应当协助人民法院查找失联人员。" in texts(page)


def test_the_same_words_have_nothing_to_publish(page: OpinionPage, office: Client) -> None:
    row = brought(OLD + "\n")
    assert check(office, row).status_code == 302
    assert page.versions.filter(state=OpinionVersion.State.PUBLISHED).count() == 1


def test_a_command_cannot_be_asked_and_sets_to_check(page: OpinionPage, tmp_path: object) -> None:
    path = tmp_path / "a.txt"  # type: ignore[operator]
    path.write_text(NEW, encoding="utf-8")
    list(run([path], actor=None))
    assert [duty(kind).state for kind in ("public_security", "development_reform", "finance")] == ["to_check", "to_check", "confirmed"]


def test_two_texts_never_stand_from_the_same_day(office: Client, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    list(run([tmp_path / "a.txt"], actor=None))
    page = OpinionPage.objects.get()
    row = upload(me(), TEXT.replace("查找被执行人", "查找被执行人及其财产"), name="new.txt")
    post(office, row, "publish", disclosure="open")
    publishing.say(office, page, manner="amendment", starts="2018-01-01")
    again = upload(me(), TEXT.replace("查找被执行人", "找人"), name="again.txt")
    values = {"disclosure": "open"}
    post(office, again, "accept:text:earlier", **values)
    refused = post(office, again, "publish", **values)
    assert refused.status_code == 422
    assert "第 1 版也自2017年5月3日起施行" in refused.content.decode()
    path = tmp_path / "b.txt"
    path.write_text(TEXT.replace("查找被执行人", "找人"), encoding="utf-8")
    report = next(iter(run([path], actor=None)))
    assert report.outcome is Outcome.REFUSED
    assert [(version.number, str(version.in_force_from), str(version.in_force_until or "")) for version in page.versions.all()] == [
        (1, "2017-05-03", "2017-12-31"), (2, "2018-01-01", "")
    ]  # fmt: skip
