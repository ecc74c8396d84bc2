"""The screens of reforms, as the coordination office and as others see them."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cms.accounts.models import User
from policy_docs.reforms import actions
from policy_docs.reforms.entry import Step
from policy_docs.units.events import ReformEvent
from policy_docs.units.models import Reform, UnitKind, VocabularyStamp
from tests.factories.reforms import PLACE, entered, entry, filled, officer

pytestmark = pytest.mark.django_db
DATES = {"country_on": "2018-03-21", "province_on": "2018-11-01", "prefecture_on": "2019-01-01", "county_on": "2019-03-31"}
MERGE = {"title": "2018年机构改革", "givers": "1", "takers": "1", "g0-unit": "信访局", "t0-mode": "known", "t0-unit": "社会工作部门", **DATES}


@pytest.fixture(scope="module")
def store(keeping: Callable[[], AbstractContextManager[Path]]) -> None:
    with keeping() as folder:
        filled(folder)


@pytest.fixture
def office(store: None, client: Client) -> Client:
    client.force_login(officer(), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def liaison(office: Client) -> Client:
    other = Client()
    user = User.objects.create(username="x", display_name="张三", role="liaison", unit_kind="petition", place=PLACE)
    other.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return other


def post(client: Client, kind: str, answers: dict[str, str], verb: str, **more: str) -> tuple[int, str]:
    answer = client.post(f"{reverse('policy_docs:reform_enter')}?kind={kind}", {**answers, "verb": verb, **more})
    return answer.status_code, answer.content.decode()


def confirm(client: Client, kind: str, answers: dict[str, str]) -> ReformEvent:
    status, shown = post(client, kind, answers, "preview")
    assert status == 200, shown
    assert "还没有登记。" in shown
    status, shown = post(client, kind, answers, "confirm", seen=str(VocabularyStamp.current()))
    assert status == 302, shown
    return ReformEvent.objects.latest("pk")


def test_the_whole_way_and_back(office: Client, liaison: Client) -> None:
    unit = reverse("policy_docs:unit", args=["social_work", PLACE])
    assert "本库没有查到楚雄州委社会工作部的职责" in liaison.get(unit).content.decode()
    status, shown = post(office, "merge", MERGE, "preview")
    assert (status, ReformEvent.objects.filter(with_release=False).count()) == (200, 0)
    assert "张三" in shown
    assert "0 → <b>3</b>" in shown
    event = confirm(office, "merge", MERGE)
    page = liaison.get(unit).content.decode()
    assert "3 条职责，出自 2 份文件" in page
    assert '楚雄州信访局</a><span class="muted">（2019年1月1日）' in page
    assert "3 条职责" not in liaison.get(f"{unit}?on=2018-12-31").content.decode()
    old = liaison.get(reverse("policy_docs:unit", args=["petition", PLACE])).content.decode()
    assert "自2019年1月1日起，楚雄州信访局的职责已由" in old
    assert reverse("policy_docs:reform", args=[event.public_key]) in old
    assert "职责已由" not in liaison.get(reverse("policy_docs:unit", args=["petition", PLACE]) + "?on=2018-12-31").content.decode()
    public = Client().get(reverse("policy_docs:unit", args=["petition", PLACE])).content.decode()
    assert "（2018年机构改革）" in public
    assert reverse("policy_docs:reform", args=[event.public_key]) not in public
    assert "楚雄州委社会工作部" in liaison.get("/").content.decode(), "the own unit of the start page"
    assert unit in liaison.get(reverse("policy_docs:units") + "?q=信访局").content.decode(), "the old name leads to the unit of today"
    assert unit in liaison.get("/search/?q=信访局").content.decode()
    assert "3 条" in liaison.get(reverse("policy_docs:unit_csv", args=["social_work", PLACE])).content.decode("utf-8-sig")
    undo = reverse("policy_docs:reform_undo", args=[event.public_key])
    preview = office.get(undo)
    assert "3 → <b>0</b>" in preview.content.decode()
    assert "2019年1月1日" in preview.content.decode()
    assert "2019-01-01" not in preview.content.decode()
    assert office.post(undo, {"seen": str(VocabularyStamp.current())}).status_code == 409, "of a preview that said something else"
    assert office.post(undo, {name: preview.context[name] for name in ("seen", "shown")}).status_code == 302
    assert "本库没有查到楚雄州委社会工作部的职责" in liaison.get(unit).content.decode()
    again = reverse("policy_docs:reform_again", args=[event.public_key])
    assert "0 → <b>3</b>" in office.get(again).content.decode()
    assert office.post(again, {"seen": str(VocabularyStamp.current())}).status_code == 302
    assert "3 条职责" in liaison.get(unit).content.decode()
    history = office.get(reverse("policy_docs:reform", args=[event.public_key])).content.decode()
    assert [word in history for word in ("李静 登记", "李静 撤销登记", "李静 重新登记")] == [True] * 3


def test_names_that_are_those_of_the_unit_that_takes_over_today_are_no_former_unit(office: Client) -> None:
    status, shown = post(office, "merge", {**MERGE, "g0-unit": "市场监管局", "t0-unit": "市场监督管理局"}, "preview")
    assert status == 422
    assert "不能由自己承接" in shown
    status, shown = post(office, "merge", {**MERGE, "givers": "2", "g0-unit": "工商局", "g1-unit": "工商行政管理局", "t0-unit": "市场监督管理局"}, "preview")
    assert status == 422
    assert "填了两次" in shown


def test_a_split_a_rename_a_transfer_and_a_new_unit(office: Client) -> None:
    split = {**DATES, "title": "分设", "givers": "1", "takers": "2", "g0-unit": "信访局", "t0-mode": "known", "t0-unit": "社会工作部门", "t0-rest": "on",
             "t1-mode": "new", "t1-name": "网格治理部门", "t1-words": "规划、登记", "t1-prefecture": "网格治理局"}  # fmt: skip
    event = confirm(office, "split", split)
    new = event.made["kinds"]["+0"]
    rows = set(Reform.objects.filter(event=event).values_list("predecessor", "successor", "scope"))
    assert rows == {("petition", "social_work", "whole"), ("petition", new, "function")}
    assert Reform.objects.get(event=event, successor=new).function_words == ["规划", "登记"]
    rename = {
        "title": "更名",
        "g0-unit": "网格治理部门",
        "t0-name": "基层治理部门",
        "t0-province": "基层治理局",
        "t0-country": "国家基层治理局",
        "province_on": "2024-01-01",
    }
    renamed = confirm(office, "rename", rename)
    names = UnitKind.objects.get(pk=renamed.made["kinds"]["+0"]).names
    assert names == {"province": "{p}基层治理局", "country": "国家基层治理局"}
    transfer = {
        "title": "划转",
        "givers": "2",
        "g0-unit": "公安局",
        "g0-words": "查询",
        "g1-unit": "科技局",
        "g1-words": "普查，统计",
        "t0-mode": "known",
        "t0-unit": "网信办",
        **DATES,
    }
    assert confirm(office, "transfer", transfer).successions.count() == 2
    plain = {"title": "组建", "t0-name": "低空经济部门", "country_on": "2026-01-01"}
    assert confirm(office, "new", plain).successions.count() == 0
    assert UnitKind.objects.filter(name="低空经济部门").exists()
    assert "新组建单位，没有划入的职能" in office.get(reverse("policy_docs:reforms")).content.decode()


@pytest.mark.parametrize(
    ("kind", "changed", "said"),
    [
        ("merge", {"title": ""}, "请填写改革名称"),
        ("merge", {"g0-unit": ""}, "请填写单位。"),
        ("merge", {"g0-unit": "查无此单位"}, "单位类别中没有“查无此单位”"),
        ("merge", {"g0-unit": "各成员单位"}, "“各成员单位”不是一个单位"),
        ("merge", {"t0-unit": ""}, "请填写单位，或者选“新单位”。"),
        ("merge", {"t0-mode": "new"}, "请填写新单位的名称。"),
        ("merge", {"t0-unit": "信访局"}, "不能由自己承接"),
        ("merge", {"country_on": "", "province_on": "", "prefecture_on": "", "county_on": ""}, "请至少填写一个层级的日期"),
        ("merge", {"country_on": "2018-13-01"}, "日期不对"),
        ("merge", {"place": "查无此地"}, "没有找到“查无此地”"),
        ("merge", {"place": "和平区"}, "同名的地方不止一个"),
        ("merge", {"givers": "2", "g1-unit": "信访部门"}, "这个单位填了两次"),
        ("transfer", {}, "请填写职能用语"),
        ("split", {"t0-rest": "on"}, "分设至少填写两个单位"),
        ("split", {}, "二者选一"),
        ("split", {"takers": "2", "t0-rest": "on", "t1-mode": "known", "t1-unit": "网信办", "t1-rest": "on"}, "只能选一个单位"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_and_the_answers_stay(office: Client, kind: str, changed: dict[str, str], said: str) -> None:
    status, shown = post(office, kind, {**MERGE, **changed}, "preview")
    assert status == 422
    assert said in shown
    kept = {**MERGE, **changed}
    assert f'value="{kept["g0-unit"]}"' in shown
    assert f'value="{kept["title"]}"' in shown
    assert not ReformEvent.objects.filter(with_release=False).exists()


def test_a_row_more_is_asked_for_without_a_word_of_what_is_missing(office: Client) -> None:
    status, shown = post(office, "merge", {**MERGE, "t0-unit": ""}, "more-givers")
    assert status == 200
    assert 'name="g1-unit"' in shown
    assert 'value="信访局"' in shown
    assert "还不能登记" not in shown
    assert "请填写单位" not in shown


def test_of_two_at_once_the_second_is_told_and_keeps_the_answers(office: Client) -> None:
    seen = str(VocabularyStamp.current())
    assert post(office, "merge", MERGE, "preview")[0] == 200
    entered(entry(Step("petition", "social_work")), officer("王芳"))
    status, shown = post(office, "merge", MERGE, "confirm", seen=seen)
    assert status == 422
    assert "这项承接已经登记过（2018年机构改革）" in shown
    assert 'value="信访局"' in shown
    other = {**MERGE, "g0-unit": "审计局"}
    status, shown = post(office, "merge", other, "confirm", seen=seen)
    assert status == 409
    assert "在您查看预览以后" in shown
    assert 'name="g0-unit" value="审计局"' in shown
    status, shown = post(office, "merge", other, "edit")
    assert status == 200
    assert 'value="审计局"' in shown
    assert ReformEvent.objects.filter(with_release=False).count() == 1


def test_undo_is_refused_where_others_rest_on_it(office: Client) -> None:
    actor = User.objects.get(username="李静")
    first = entered(entry(Step("petition", "social_work")), actor)
    address = reverse("policy_docs:reform_undo", args=[first.public_key])
    entered(entry(Step("social_work", "organization"), title="2023年机构改革", dates=dict.fromkeys(entry().dates, "2023-03-16")), actor)
    shown = office.get(address).content.decode()
    assert "现在不能撤销" in shown
    assert "2023年机构改革" in shown
    answer = office.post(address, {"seen": str(VocabularyStamp.current())})
    assert answer.status_code == 409
    assert "不能撤销“2018年机构改革”" in answer.content.decode()
    assert office.post(address, {"seen": "1"}).status_code == 409
    assert Reform.objects.filter(event=first).exists()


def test_what_was_taken_back_meanwhile_leads_to_its_state(office: Client) -> None:
    event = entered(entry(Step("petition", "social_work")), User.objects.get(username="李静"))
    undo, again = (reverse(f"policy_docs:reform_{verb}", args=[event.public_key]) for verb in ("undo", "again"))
    seen = office.get(undo).context
    office.post(undo, {name: seen[name] for name in ("seen", "shown")})
    for late in (seen["seen"], VocabularyStamp.current()):  # of a preview before it was taken back, and of one since
        shown = office.post(undo, {"seen": str(late)}, follow=True).content.decode()
        assert re.search(r"李静 \d\d:\d\d 已撤销这项登记，不必再办。", shown)
        assert "重新算的" not in shown
    assert "没有改动" in office.get(undo, follow=True).content.decode()
    stale = office.get(again).context["seen"]
    actions.enter_again(event.public_key, seen=stale, actor=User.objects.get(username="李静"))
    shown = office.post(again, {"seen": str(stale)}, follow=True).content.decode()
    assert re.search(r"李静 \d\d:\d\d 已重新登记这项改革，不必再办。", shown)
    preview = office.get(undo).context
    office.post(undo, {name: preview[name] for name in ("seen", "shown")})
    entered(entry(Step("petition", "organization"), title="另一项"), User.objects.get(username="李静"))
    assert "按当时的内容已经不能登记" in office.get(again).content.decode()
    like = office.get(f"{reverse('policy_docs:reform_enter')}?like={event.public_key}").content.decode()
    assert 'value="信访部门"' in like
    assert 'value="2019-03-31"' in like


def test_others_read_and_do_not_change(office: Client, liaison: Client) -> None:
    event = ReformEvent.objects.latest("pk")
    page = reverse("policy_docs:reform", args=[event.public_key])
    shown = liaison.get(page).content.decode()
    assert "农村科技" in shown
    assert "登记记录" not in shown
    assert "撤销" not in shown
    for name in ("reform_undo", "reform_again"):
        address = reverse(f"policy_docs:{name}", args=[event.public_key])
        assert (liaison.get(address).status_code, liaison.post(address).status_code) == (403, 403)
    assert liaison.post(f"{reverse('policy_docs:reform_enter')}?kind=merge", MERGE).status_code == 403
    assert "登记机构改革" not in liaison.get(reverse("policy_docs:reforms")).content.decode()
    assert Client().get(page).status_code == 403


def test_the_list_is_found_in_and_asks_few_queries(office: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    actor = User.objects.get(username="李静")
    for number in range(25):
        entered(entry(Step("petition", "social_work", (f"事项{number}",)), kind="transfer", title=f"第{number}次"), actor)
    address = reverse("policy_docs:reforms")
    office.get(address)
    with django_assert_max_num_queries(8):
        shown = office.get(address).content.decode()
    assert "27 项" in shown
    assert "第 1 页，共 2 页" in shown
    assert "1 项" in office.get(f"{address}?q=农业农村").content.decode()
    assert "没有查到与“查无此词”有关的机构改革" in office.get(f"{address}?q=查无此词").content.decode()


def test_a_basis_in_the_store_is_linked_for_those_who_may_read_it(office: Client) -> None:
    event = entered(entry(Step("petition", "social_work")), User.objects.get(username="李静"))
    ReformEvent.objects.filter(pk=event.pk).update(basis="楚政法发[2017]8号")
    shown = office.get(reverse("policy_docs:reform", args=[event.public_key])).content.decode()
    assert '">楚政法发[2017]8号</a>' in shown


def test_a_local_reform_is_shown_where_it_holds(office: Client) -> None:
    event = entered(entry(Step("petition", "social_work"), place="530100"), User.objects.get(username="李静"))
    shown = office.get(reverse("policy_docs:reform", args=[event.public_key])).content.decode()
    assert "昆明市及其下级" in shown
    assert reverse("policy_docs:unit", args=["social_work", "530100"]) + "?on=2018-12-31" in shown
    assert "国家 2018" not in shown
    assert "市州 2019年1月1日" in shown


def test_the_administration_leads_to_the_events(office: Client) -> None:
    shown = office.get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("policy_docs:reforms") in shown
    assert "snippets/policy_docs/reform/" not in shown
