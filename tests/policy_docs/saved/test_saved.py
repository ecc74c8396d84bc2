"""Saved filters: kept as addresses, counted as the lists count, shared with some, removed and put back, and honest when their meaning has changed."""

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from cms.accounts.models import Role, User
from cms.accounts.viewer import viewer_of
from policy_docs.opinions.pages import OpinionPage
from policy_docs.saved import actions, reading
from policy_docs.saved.actions import SavingRefused
from policy_docs.saved.models import SavedListing
from policy_docs.units.events import ReformEvent
from policy_docs.units.models import Reform, UnitKind
from tests.factories.search import opinion

pytestmark = pytest.mark.django_db
URL, ADD, HOME = "/saved/", "/saved/add/", "/saved/home/"
PLAN = "楚政法发〔2017〕8号\n中共楚雄州委政法委员会\n关于执行协作的实施方案\n一、职责\n（一）公安机关应当协助查询。\n（二）州税务局核对。\n2017年5月3日\n"
UNIT = "/units/public_security/532300/"


@pytest.fixture(scope="module")
def stored(keeping: Callable[[], AbstractContextManager[Path]]) -> list[int]:
    with keeping() as folder:
        return [opinion(folder, f"p{number}", PLAN.replace("8号", f"{number}号").replace("协作", f"协作之{number}")).pk for number in range(3)]


@pytest.fixture
def store(stored: list[int]) -> list[OpinionPage]:
    return [OpinionPage.objects.get(pk=pk) for pk in stored]


def person(name: str, role: str = Role.LIAISON, kind: str = "public_security", place: str = "532300") -> User:
    return User.objects.create(username=name, display_name=name, role=role, unit_kind=kind, place=place)


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def save(user: User, address: str = "/opinions/?q=协作之1", name: str = "甲", shared: str = "") -> SavedListing:
    return actions.save_listing(address, name=name, shared=shared, actor=user)


def shown(user: User) -> dict[str, reading.Shown]:
    viewer = viewer_of(user)
    found = reading.shown(list(SavedListing.objects.visible_to(viewer)), viewer=viewer, on=timezone.localdate())
    return {item.row.name: item for item in found}


def test_what_is_saved_leads_back_and_counts_as_the_list_does(client: Client, store: list[OpinionPage]) -> None:
    user = person("杨立群")
    signed_in(client, user)
    for name, address in (
        ("一份", "/opinions/?q=协作之1&page=3"),
        ("公安", f"{UNIT}?role=responsible&print=1"),
        ("全部", "/opinions/?level=prefecture&level="),
    ):
        answer = client.post(ADD, {"address": address, "name": name}, follow=True)
        assert f"已保存筛选“{name}”" in answer.content.decode()
    found = shown(user)
    assert [found[name].number for name in ("一份", "公安", "全部")] == [1, 3, 3]
    assert found["公安"].address == f"{UNIT}?role=responsible"
    assert "page=" not in found["一份"].address
    for item in found.values():
        body = client.get(item.address).content.decode()
        assert f"{item.number} 份文件" in body or f"{item.number} 条职责" in body
    assert client.get(URL).content.decode().count("条件有变") == 0


def test_filters_are_compared_by_what_they_mean(client: Client, store: list[OpinionPage]) -> None:
    user = person("杨立群")
    signed_in(client, user)
    save(user, f"{UNIT}?role=lead&role=responsible&level=country", "甲")
    answer = client.post(ADD, {"address": f"{UNIT}?valid=in_force&level=country&q=&role=responsible&role=lead", "name": "乙"}, follow=True)
    assert "同样的筛选您还保存为“甲”" in answer.content.decode()
    assert "valid" not in SavedListing.objects.get(name="乙").query
    answer = client.post(ADD, {"address": f"{UNIT}?valid=past&role=responsible&role=lead&level=country", "name": "丙"}, follow=True)
    assert "同样的筛选" not in answer.content.decode()


def test_the_duties_to_be_checked_are_the_offices(client: Client, store: list[OpinionPage]) -> None:
    office = person("李静", Role.COORDINATION)
    save(office, "/review/?state=suggested&kind=public_security", "公安待核对", "office")
    assert shown(office)["公安待核对"].number == 3
    with pytest.raises(SavingRefused):
        save(person("杨立群"), "/review/")


def test_a_search_is_counted_by_the_index(store: list[OpinionPage], monkeypatch: pytest.MonkeyPatch) -> None:
    from policy_docs import ports

    user = person("杨立群")
    save(user, "/search/?q=查封&unit=public_security", "查封")
    monkeypatch.setattr(ports, "_hit_counters", [lambda query, viewer: 7 if "q=" in query and viewer.user_id == user.pk else 0])
    assert shown(user)["查封"].number == 7
    monkeypatch.setattr(ports, "_hit_counters", [])
    assert shown(user)["查封"].number is None


@pytest.mark.parametrize("address", ["/nothing/", "/completeness/", "//evil.example/opinions/", "https://evil.example/", "/opinions/?q=" + "长" * 400, ""])
def test_only_lists_are_saved(client: Client, store: list[OpinionPage], address: str) -> None:
    signed_in(client, person("杨立群"))
    if address.startswith(("//", "https")):
        answer = client.post(ADD, {"address": address, "name": "甲"})
        assert answer["Location"] == URL
        return
    assert "没有保存" in client.post(ADD, {"address": address, "name": "甲"}, follow=True).content.decode()
    assert not SavedListing.objects.exists()


def test_the_same_name_replaces_and_there_are_not_too_many(store: list[OpinionPage], monkeypatch: pytest.MonkeyPatch) -> None:
    user = person("杨立群")
    save(user)
    save(user, "/opinions/?q=协作之2")
    assert SavedListing.objects.get().query == "q=%E5%8D%8F%E4%BD%9C%E4%B9%8B2"
    monkeypatch.setattr(actions, "MOST", 1)
    with pytest.raises(SavingRefused, match="最多保存 1 个"):
        save(user, name="乙")
    save(user)  # its place is its own


@pytest.mark.parametrize("name", ["", "  ", "长" * 41])
def test_a_filter_has_a_name(store: list[OpinionPage], name: str) -> None:
    with pytest.raises(SavingRefused):
        save(person("杨立群"), name=name)


def test_who_sees_what_is_shared(store: list[OpinionPage]) -> None:
    owner, colleague, other = person("杨立群"), person("同事"), person("税务", kind="tax")
    office = person("李静", Role.COORDINATION, "", "")
    save(owner, name="自己")
    save(owner, name="单位", shared="unit")
    save(owner, name="协调", shared="office")
    assert shown(owner).keys() == {"自己", "单位", "协调"}
    assert shown(colleague).keys() == {"单位"}
    assert shown(other).keys() == set()
    assert shown(office).keys() == {"协调"}
    administrator = person("系统", Role.SYSTEM_ADMIN)
    assert shown(administrator).keys() == set()
    with pytest.raises(SavingRefused):
        save(office, name="乙", shared="unit")


def test_others_filters_are_theirs(client: Client, store: list[OpinionPage]) -> None:
    row = save(person("杨立群"), shared="unit")
    signed_in(client, person("同事"))
    for verb in ("change", "remove", "up", "undo"):
        assert "没有" in client.post(URL, {"verb": verb, "key": str(row.pk), "name": "乙"}, follow=True).content.decode()
    row.refresh_from_db()
    assert (row.name, row.removed_at) == ("甲", None)


def test_numbers_are_those_of_who_looks(store: list[OpinionPage]) -> None:
    save(person("李静", Role.COORDINATION), "/opinions/", "全部", "unit")
    store[0].unpublish()
    assert shown(person("同事"))["全部"].number == 2


def test_removed_and_put_back(client: Client, store: list[OpinionPage]) -> None:
    user = person("杨立群")
    row = save(user)
    signed_in(client, user)
    assert "已删除“甲”" in client.post(URL, {"verb": "remove", "key": str(row.pk)}, follow=True).content.decode()
    assert not shown(user)
    assert "已恢复“甲”" in client.post(URL, {"verb": "undo", "key": str(row.pk)}, follow=True).content.decode()
    assert shown(user).keys() == {"甲"}
    actions.remove_listing(row.pk, actor=user)
    with pytest.raises(SavingRefused):
        actions.put_back_listing(row.pk, actor=user, now=timezone.now() + datetime.timedelta(minutes=31))
    SavedListing.objects.update(removed_at=timezone.now() - datetime.timedelta(hours=1))
    save(user, name="乙")
    assert SavedListing.objects.get().name == "乙"


def test_renamed_and_ordered(client: Client, store: list[OpinionPage]) -> None:
    user = person("杨立群")
    rows = [save(user, name=name) for name in ("甲", "乙", "丙")]
    signed_in(client, user)
    client.post(URL, {"verb": "up", "key": str(rows[2].pk)})
    client.post(URL, {"verb": "up", "key": str(rows[0].pk)})
    assert [row.name for row in SavedListing.objects.first_of(viewer_of(user), 9)] == ["甲", "丙", "乙"]
    client.post(URL, {"verb": "change", "key": str(rows[0].pk), "seen": ":甲", "name": "丁", "shared": "unit"})
    assert SavedListing.objects.get(pk=rows[0].pk).shared == "unit"
    assert "已有名为“乙”" in client.post(URL, {"verb": "change", "key": str(rows[0].pk), "seen": "unit:丁", "name": "乙"}, follow=True).content.decode()


def test_what_has_changed_its_meaning_says_so(client: Client, store: list[OpinionPage]) -> None:
    user = person("李静", Role.COORDINATION)
    save(user, "/opinions/?kind=通告&color=red", "通告")
    save(user, f"/review/?doc={store[0].public_key}&kind=tax", "一份")
    save(user, UNIT, "公安")
    save(user, "/units/gone/532300/", "没有的")
    store[0].versions.update(source_names=[])
    OpinionPage.objects.filter(pk=store[0].pk).update(public_key="zzzzzzzzzz")
    UnitKind.objects.create(key="new_kind", name="新的机关")
    event = ReformEvent.objects.create(kind=ReformEvent.Kind.MERGE, title="试")
    Reform.objects.create(event=event, predecessor_id="tax", successor_id="new_kind", scope="whole", basis="试", prefecture_on=datetime.date(2020, 1, 1))
    found = shown(user)
    assert len(found["通告"].problems) == 2
    assert found["通告"].number == 0
    assert any("已经不在库中" in words for words in found["一份"].problems)
    assert any("已由“新的机关”承接" in words for words in found["一份"].problems)
    assert found["公安"].problems == ()
    assert found["没有的"].number is None
    assert "已经不在名录中" in found["没有的"].problems[0]
    signed_in(client, user)
    assert "已由“新的机关”承接" in client.get(URL).content.decode()


def test_a_condition_that_only_the_office_has_is_said(store: list[OpinionPage]) -> None:
    save(person("李静", Role.COORDINATION), "/opinions/?state=draft", "草稿", "unit")
    found = shown(person("同事"))["草稿"]
    assert found.number == 3
    assert found.problems == ("条件“状态”只有协调机构能用，打开后列出的会多一些",)


def test_the_start_page_does_not_wait_for_the_numbers(
    client: Client, store: list[OpinionPage], django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    user = person("李静", Role.COORDINATION, "", "")
    signed_in(client, user)
    client.get("/")
    with django_assert_max_num_queries(18):  # one of them asks what the clock could not publish
        bare = client.get("/").content.decode()
    assert "点“保存筛选”" in bare
    for number in range(8):
        save(user, f"/opinions/?level=prefecture&year=2017&q=协作之{number % 3}", f"筛选{number}")
    with django_assert_max_num_queries(18):
        body = client.get("/").content.decode()
    assert "筛选5" in body
    assert "筛选6" not in body
    with django_assert_max_num_queries(25):  # of several lists of documents: one query for the words of each
        body = client.get(HOME).content.decode()
    assert "1 份" in body
    with django_assert_max_num_queries(29):  # one of them asks for the alerts of all
        client.get(URL)


def test_what_others_share_costs_the_same_however_much_it_is(
    client: Client, store: list[OpinionPage], django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    user = person("李静", Role.COORDINATION)
    signed_in(client, user)
    save(user, UNIT, "我的公安")
    rows = []
    for number in range(4):
        owner = person(f"同事{number}", Role.COORDINATION)
        for order in range(15):
            told = {"owner": owner, "shared": "office", "order": order}
            rows.append(SavedListing(name=f"公安{number}-{order}", page="policy_docs:unit", kind="public_security", code="532300", **told))
            rows.append(SavedListing(name=f"待核对{number}-{order}", page="policy_docs:review", query="state=suggested", **told))
    client.get(URL)
    SavedListing.objects.bulk_create(rows)
    with django_assert_max_num_queries(18):
        first = client.get(URL).content.decode()
    assert "120 个" in first
    assert "3 条" in first, "one's own is counted"
    assert first.count("待核对") + first.count("公安") > 50
    pages = [client.get(URL, {"page": page}).content.decode() for page in (1, 2, 3)]
    assert all(any(f">{row.name}</a>" in body for body in pages) for row in rows)


def test_odd_forms_do_no_harm(client: Client, store: list[OpinionPage]) -> None:
    signed_in(client, person("杨立群"))
    for form in ({}, {"verb": "x"}, {"verb": "change", "key": "x", "name": "甲"}, {"verb": "remove", "key": "9" * 30}):
        assert client.post(URL, form, follow=True).status_code == 200
