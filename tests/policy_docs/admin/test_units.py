"""Administration of units: keys are written once, what is in use stays, unknown names are only judged."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from cms.accounts.models import Role, User
from policy_docs.duties.models import Duty, UnknownUnitName
from policy_docs.importing.run import run
from policy_docs.opinions.models import Clause
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.models import Jurisdiction, UnitKind

pytestmark = pytest.mark.django_db
TEXT = "楚政法发〔2017〕8号\n中共楚雄州委政法委员会\n关于协作的意见\n一、职责\n（一）公安机关应当协助查询。\n（二）税务局应当提供信息。\n"


@pytest.fixture(scope="module")
def store(keeping: Callable[[], AbstractContextManager[Path]]) -> None:
    with keeping() as folder:
        (folder / "a.txt").write_text(TEXT, encoding="utf-8")
        list(run([folder / "a.txt"], actor=None))


@pytest.fixture(params=["coordination", "superuser"])
def office(request: pytest.FixtureRequest, store: None, client: Client) -> Client:
    user = User.objects.create(username="c", display_name="李静", role=Role.COORDINATION, is_superuser=request.param == "superuser")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def unknown_name() -> UnknownUnitName:
    return UnknownUnitName.objects.create(clause=Clause.objects.latest("pk"), written="神秘事务局", start=0, end=5)


def address(model: str, view: str, *args: str) -> str:
    return reverse(f"wagtailsnippets_policy_docs_{model}:{view}", args=args)


def bulk_delete(client: Client, model: str, *keys: str) -> str:
    url = reverse("wagtail_bulk_action", args=["policy_docs", model, "delete"])
    query = "&".join([f"id={key}" for key in keys] + [f"next={address(model, 'list')}"])
    return client.post(f"{url}?{query}", follow=True).content.decode()


def values(client: Client, url: str, **changed: str) -> dict[str, Any]:
    form = client.get(url).context["form"]
    initial = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in initial.items() if value not in (None, False)} | changed


@pytest.mark.parametrize("view", ["add", "delete", "copy"])
def test_an_unknown_name_is_not_added_or_deleted_by_hand(office: Client, view: str) -> None:
    name = unknown_name()
    url = address("unknownunitname", view, *([str(name.pk)] if view != "add" else []))
    before = UnknownUnitName.objects.count()
    assert office.get(url).status_code == 302
    assert office.post(url, {"ignored": "on"}).status_code == 302
    bulk_delete(office, "unknownunitname", str(name.pk))
    assert UnknownUnitName.objects.count() == before


def test_an_unknown_name_is_judged(office: Client) -> None:
    name = unknown_name()
    page = office.get(address("unknownunitname", "list")).content.decode()
    assert address("unknownunitname", "add") not in page
    office.post(address("unknownunitname", "edit", str(name.pk)), {"ignored": "on", "opened_with": '{"ignored": ""}'})
    name.refresh_from_db()
    assert name.ignored


@pytest.mark.parametrize("send", [Client.get, Client.post])
def test_a_kind_with_duties_stays(office: Client, send: Any) -> None:
    shown = send(office, address("unitkind", "delete", "public_security"), follow=True).content.decode()
    assert "“公安机关”不能删除：还有 1 条职责、1 项机构改革用到它。" in shown
    assert UnitKind.objects.filter(pk="public_security").exists()


def test_several_kinds_one_of_which_has_duties_stay(office: Client) -> None:
    UnitKind.objects.create(key="trial", name="试验机关")
    assert "“公安机关”不能删除：还有 1 条职责、1 项机构改革用到它。" in bulk_delete(office, "unitkind", "public_security", "trial")
    assert UnitKind.objects.filter(pk__in=["public_security", "trial"]).count() == 2


def test_a_kind_that_nothing_needs_is_deleted(office: Client) -> None:
    for key in ("trial", "trial_b"):
        UnitKind.objects.create(key=key, name="试验机关")
    asked = BeautifulSoup(office.get(address("unitkind", "delete", "trial")).content, "html.parser").select("form[action*=delete]")
    office.post(str(asked[0]["action"]))  # with the mark of what it showed
    bulk_delete(office, "unitkind", "trial_b")
    assert not UnitKind.objects.filter(key__startswith="trial").exists()


def test_a_place_with_documents_stays(office: Client) -> None:
    code = OpinionPage.objects.get().jurisdiction_id or ""
    name = Jurisdiction.objects.get(pk=code).name
    below = Jurisdiction.objects.filter(parent=code).count()
    message = f"“{name}”不能删除：还有 1 份政策文件、{below} 个下级区划用到它。"
    assert message in office.post(address("jurisdiction", "delete", code), follow=True).content.decode()
    assert message in bulk_delete(office, "jurisdiction", code)
    assert Jurisdiction.objects.filter(pk=code).exists()


@pytest.mark.parametrize(("model", "field", "key", "other"), [("unitkind", "key", "tax", "tax_new"), ("jurisdiction", "code", "532300", "539900")])
def test_a_key_is_written_once(office: Client, model: str, field: str, key: str, other: str) -> None:
    rows = UnitKind.objects if model == "unitkind" else Jurisdiction.objects
    count, duties = rows.count(), Duty.objects.filter(kind="tax").count()
    url = address(model, "edit", key)
    assert office.post(url, values(office, url, **{field: other, "name": "改过的名称"})).status_code == 302
    assert rows.count() == count
    assert rows.get(pk=key).name == "改过的名称"
    assert Duty.objects.filter(kind="tax").count() == duties


def test_a_new_kind_gets_its_key(office: Client) -> None:
    url = address("unitkind", "add")
    assert office.post(url, values(office, url, key="trial", name="试验机关")).status_code == 302
    assert UnitKind.objects.get(pk="trial").name == "试验机关"
    taken = office.post(url, values(office, url, key="tax", name="另一个")).content.decode()
    assert "已存在" in taken
    assert UnitKind.objects.get(pk="tax").name != "另一个"


def test_names_and_words_are_lines(office: Client) -> None:
    url = address("unitkind", "edit", "public_security")
    names = UnitKind.objects.get(pk="public_security").names
    assert "市州：{p}公安局" in office.get(url).context["form"]["names"].value()
    assert office.post(url, values(office, url)).status_code == 302
    assert UnitKind.objects.get(pk="public_security").names == names
    assert office.post(url, values(office, url, names="市州: {p}公安局")).status_code == 302
    assert UnitKind.objects.get(pk="public_security").names == {"prefecture": "{p}公安局"}
    url = address("jurisdiction", "edit", "532300")
    assert office.post(url, values(office, url, short_names="楚雄州\n\n 彝州 ")).status_code == 302
    assert Jurisdiction.objects.get(pk="532300").short_names == ["楚雄州", "彝州"]


@pytest.mark.parametrize("names", ["公安局", "市里：{p}公安局", "市州：", '["公安局"]'])
def test_names_that_are_none_are_refused(office: Client, names: str) -> None:
    url = address("unitkind", "edit", "public_security")
    before = UnitKind.objects.get(pk="public_security").names
    assert "应写作“层级：名称”" in office.post(url, values(office, url, names=names)).content.decode()
    assert UnitKind.objects.get(pk="public_security").names == before


def test_an_unknown_name_is_shown_with_its_clause(office: Client) -> None:
    name = unknown_name()
    page = office.get(address("unknownunitname", "edit", str(name.pk))).content.decode()
    assert name.clause.opinion.title in page
    assert "税务局应当提供信息" in page
    assert name.clause.opinion.title in office.get(address("unknownunitname", "list")).content.decode()


def test_a_place_takes_those_below_along(office: Client) -> None:
    kunming = Jurisdiction.objects.get(pk="530100")
    below = Jurisdiction.objects.filter(parent="532300").first()
    assert below is not None
    url = address("jurisdiction", "edit", "532300")
    assert office.post(url, values(office, url, parent="530100")).status_code == 302
    below.refresh_from_db()
    assert below.lineage == f"{kunming.lineage}532300/{below.code}/"
    assert Jurisdiction.objects.get(pk="530102").lineage == f"{kunming.lineage}530102/"


@pytest.mark.parametrize("parent", ["532300", "532301"])
def test_a_place_does_not_lie_inside_itself(office: Client, parent: str) -> None:
    url = address("jurisdiction", "edit", "532300")
    assert "也不能是它的下级" in office.post(url, values(office, url, parent=parent)).content.decode()
    assert Jurisdiction.objects.get(pk="532300").parent_id == "530000"
