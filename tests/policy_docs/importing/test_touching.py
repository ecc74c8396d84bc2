"""An import that becomes the new text of a document asks first what becomes of the confirmed duties whose words change."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from policy_docs.duties.actions import decide
from policy_docs.duties.models import Duty
from policy_docs.importing.models import ImportFile
from policy_docs.importing.run import run
from policy_docs.notices.models import Notice
from policy_docs.opinions.actions import begin_texts
from policy_docs.opinions.models import OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from tests.factories.imports import TEXT, officer, upload
from tests.factories.opinions import import_text, texts

pytestmark = pytest.mark.django_db

OLD = TEXT.replace("（四）", "（三）").replace("联合处置组应当协调。\n", "")
NEW = OLD.replace("查找被执行人", "查找失联人员").replace("（二）州发改委应当协助查询项目立项情况。\n", "").replace("2017年5月3日", "2018年5月3日")


@pytest.fixture
def page(tmp_path: object) -> OpinionPage:
    found = import_text(tmp_path, text=OLD)  # type: ignore[arg-type]
    decide(Duty.objects.exclude(role="mention"), state=Duty.State.CONFIRMED, actor=officer("checker"))
    return found


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(officer(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def brought(text: str = NEW) -> ImportFile:
    from cms.accounts.models import User

    return upload(User.objects.get(username="李静"), text, name="b.txt")


def check(client: Client, row: ImportFile) -> "Client.response":  # type: ignore[name-defined]
    """Press «publish» in the wizard."""
    row.refresh_from_db()
    values = {"seen": str(row.revision), "verb": "publish", "place": "楚雄彝族自治州", "disclosure": "open"}
    return client.post(reverse("policy_docs:import", args=[row.public_key]), values)


def settle(client: Client, row: ImportFile, **values: str) -> "Client.response":  # type: ignore[name-defined]
    address = reverse("policy_docs:import_publish", args=[row.public_key])
    form = BeautifulSoup(client.get(address).content, "html.parser").select_one("form.pub")
    assert form is not None
    hidden = {str(tag["name"]): str(tag["value"]) for tag in form.select("input[type=hidden], input[type=radio][checked]")}
    return client.post(address, {**hidden, "deed": "publish", **values})


def duty(kind: str) -> Duty:
    return Duty.objects.exclude(role="mention").get(kind=kind)


def choices(**by_kind: str) -> dict[str, str]:
    return {f"d-{duty(kind).pk}": choice for kind, choice in by_kind.items()}


def test_the_wizard_asks_and_does_what_was_chosen(page: OpinionPage, office: Client) -> None:
    row = brought()
    answer = check(office, row)
    assert answer.url == reverse("policy_docs:import_publish", args=[row.public_key])
    assert page.versions.count() == 1
    shown = office.get(answer.url)
    assert [(group.fate, len(group.rows)) for group in shown.context["groups"] if group.asked] == [("changed", 1), ("gone", 1)]
    assert "<ins>" in shown.content.decode()
    answer = settle(office, row)
    assert (answer.status_code, page.versions.count()) == (422, 1)
    assert "还没有发布：2 条已核对的职责" in answer.content.decode()
    answer = settle(office, row, **choices(public_security="adopt", development_reform="end"))
    assert answer.url == reverse("policy_docs:workbench", args=[page.public_key])
    assert "公安机关应当协助人民法院查找失联人员。" in texts(page)
    police, reform = duty("public_security"), duty("development_reform")
    assert (police.state, police.spans.get(act="duty").quote) == (Duty.State.CONFIRMED, "公安机关应当协助人民法院查找失联人员")
    assert (reform.state, reform.clause.retired_at is not None) == (Duty.State.CONFIRMED, True)
    assert Notice.objects.order_by("-pk")[0].deed == Notice.Deed.AMENDED


def test_choices_are_not_taken_for_what_changed_since(page: OpinionPage, office: Client) -> None:
    row = brought()
    check(office, row)
    said = choices(public_security="adopt", development_reform="end")
    answer = settle(office, row, **said, mark="x")
    assert (answer.status_code, page.versions.count()) == (409, 1)
    assert {item.touch.held.duty: item.chosen for group in answer.context["groups"] if group.asked for item in group.rows} == {
        int(key.removeprefix("d-")): value for key, value in said.items()
    }


def test_a_text_to_come_keeps_the_choices_for_its_day(page: OpinionPage, office: Client) -> None:
    row = brought(NEW.replace("二、保障", "（四）本意见自2035年1月1日起施行。\n二、保障"))
    check(office, row)
    settle(office, row, **choices(public_security="adopt", development_reform="check"))
    assert page.versions.filter(state=OpinionVersion.State.COMING).exists()
    assert duty("public_security").state == Duty.State.CONFIRMED
    assert Notice.objects.order_by("-pk")[0].deed == Notice.Deed.COMING
    begin_texts(datetime.date(2035, 1, 1))
    assert [duty(kind).state for kind in ("public_security", "development_reform")] == [Duty.State.CONFIRMED, Duty.State.TO_CHECK]
    assert duty("public_security").spans.get(act="duty").quote == "公安机关应当协助人民法院查找失联人员"
    assert Notice.objects.order_by("-pk")[0].deed == Notice.Deed.BEGUN


def test_nothing_is_asked_where_no_confirmed_words_change(page: OpinionPage, office: Client) -> None:
    row = brought(OLD.replace("2017年5月3日", "2018年5月3日"))
    assert check(office, row).url == reverse("policy_docs:workbench", args=[page.public_key])
    assert office.get(reverse("policy_docs:import_publish", args=[row.public_key])).url == reverse("policy_docs:import", args=[row.public_key])


def test_a_command_cannot_be_asked_and_sets_to_check(page: OpinionPage, tmp_path: object) -> None:
    path = tmp_path / "a.txt"  # type: ignore[operator]
    path.write_text(NEW, encoding="utf-8")
    list(run([path], actor=None))
    assert [duty(kind).state for kind in ("public_security", "development_reform", "finance")] == ["to_check", "to_check", "confirmed"]
