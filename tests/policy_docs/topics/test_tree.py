"""The tree of topics: what people do to it, what can be taken back, what the data files may change."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import transaction

from cms.accounts.models import User
from cms.audit.models import AuditEntry
from policy_docs.importing.models import Job
from policy_docs.topics import actions, loader
from policy_docs.topics.actions import TopicRefused, TopicStale, stamp_of
from policy_docs.topics.forest import Forest, Node, load_forest
from policy_docs.topics.models import Topic, TopicName

pytestmark = pytest.mark.django_db


@pytest.fixture
def li(db: None) -> User:
    return User.objects.create(username="c", display_name="李静", role="coordination")


def topic(key: str) -> Topic:
    found: Topic = Topic.objects.get(key=key)
    return found


def seen(key: str) -> str:
    return stamp_of(topic(key))


def changed(key: str, li: User, **values: Any) -> Topic:
    row = topic(key)
    given = {"name": row.name, "note": row.note, "words": row.words, **values}
    return actions.change(row.pk, seen=stamp_of(row), actor=li, **given)


def merged(key: str, into: str, li: User) -> Topic:
    return actions.merge(topic(key).pk, seen=seen(key), into=topic(into).pk, actor=li)


def test_the_data_files_make_two_trees_with_addresses_and_sources() -> None:
    forest = load_forest()
    assert [node.key for node in forest.children(None)] == ["measures", "work"]
    assert len(forest.nodes) == len(loader.seeds())
    exit_ban = forest.by_key["m_exit_ban"]
    assert exit_ban.slug == "xian-zhi-chu-jing"
    assert [node.key for node in forest.trail(exit_ban.pk)] == ["measures", "m_control"]
    assert {base["number"] for base in exit_ban.bases} == {"中办发〔2016〕64号"}
    assert all(node.bases for _depth, node in forest.in_order() if node.key.startswith("m_") and not forest.children(node.pk))
    assert not Topic.find_problems()[0]


def test_the_tree_is_one_query(django_assert_num_queries: Callable[[int], AbstractContextManager[object]]) -> None:
    with django_assert_num_queries(1):
        list(load_forest().in_order())


def test_a_new_topic_has_an_address_of_its_own_and_asks_for_a_reading(li: User) -> None:
    made = actions.add("  限制 出境 ", under=topic("work").pk, actor=li, words=["不准离境", "不准离境"])
    assert (made.name, made.words) == ("限制 出境", ["不准离境"])
    assert made.slug == "xian-zhi-chu-jing-2"
    assert load_forest().trail(made.pk)[0].key == "work"
    assert Job.objects.filter(kind="topics", state="waiting").count() == 1
    actions.add("另一个主题", under=None, actor=li, words=["联合行动"])
    assert Job.objects.filter(kind="topics").count() == 1  # one that waits does for both
    assert AuditEntry.objects.filter(action="topic.add").count() == 2


@pytest.mark.parametrize(
    ("name", "words", "why"), [("", [], "1 至 40 个字"), ("长" * 41, [], "1 至 40 个字"), ("限制出境", [], "已有主题"), ("新主题", ["单"], "识别用语")]
)
def test_what_cannot_be_added(name: str, words: list[str], why: str, li: User) -> None:
    with pytest.raises(TopicRefused, match=why):
        actions.add(name, under=None, actor=li, words=words)


def test_at_most_five_levels(li: User) -> None:
    under = topic("m_exit_ban").pk
    for number in range(2):
        under = actions.add(f"第{number}层", under=under, actor=li).pk
    with pytest.raises(TopicRefused, match="最多 5 层"):
        actions.add("太深", under=under, actor=li)
    with pytest.raises(TopicRefused, match="最多 5 层"):
        actions.move(topic("m_control").pk, seen=seen("m_control"), under=topic("w_credit").pk, place=1, actor=li)


def test_an_old_address_leads_on_after_a_rename_and_comes_back_with_its_name(li: User) -> None:
    changed("m_exit_ban", li, name="不准出境")
    assert topic("m_exit_ban").slug == "bu-zhun-chu-jing"
    assert list(TopicName.objects.values_list("name", "slug")) == [("限制出境", "xian-zhi-chu-jing")]
    assert actions.add("限制出境", under=None, actor=li).slug == "xian-zhi-chu-jing-2"  # an address that leads on is not given away
    Topic.objects.filter(slug="xian-zhi-chu-jing-2").delete()
    changed("m_exit_ban", li, name="限制出境")
    assert topic("m_exit_ban").slug == "xian-zhi-chu-jing"
    assert list(TopicName.objects.values_list("slug", flat=True)) == ["bu-zhun-chu-jing"]


def test_what_changed_since_it_was_seen_is_refused(li: User) -> None:
    old = seen("m_exit_ban")
    changed("m_exit_ban", li, note="依法限制")
    for deed in (
        lambda: actions.change(topic("m_exit_ban").pk, seen=old, name="x", note="", words=[], actor=li),
        lambda: actions.move(topic("m_exit_ban").pk, seen=old, under=None, place=1, actor=li),
        lambda: actions.merge(topic("m_exit_ban").pk, seen=old, into=topic("m_vehicle").pk, actor=li),
        lambda: actions.retire(topic("m_exit_ban").pk, seen=old, actor=li),
    ):
        with pytest.raises(TopicStale, match="已被改过"):
            deed()


def test_moving_to_a_place_with_all_below(li: User) -> None:
    actions.move(topic("m_control").pk, seen=seen("m_control"), under=topic("measures").pk, place=1, actor=li)
    forest = load_forest()
    assert next(node.key for node in forest.children(topic("measures").pk)) == "m_control"
    assert forest.trail(topic("m_exit_ban").pk)[-1].key == "m_control"
    actions.move(topic("m_exit_ban").pk, seen=seen("m_exit_ban"), under=topic("m_spending").pk, place=99, actor=li)
    assert load_forest().children(topic("m_spending").pk)[-1].key == "m_exit_ban"
    with pytest.raises(TopicRefused, match="自己的下级"):
        actions.move(topic("measures").pk, seen=seen("measures"), under=topic("m_spending").pk, place=1, actor=li)
    assert not any(Topic.find_problems())


def test_merging_moves_nothing_and_is_taken_back(li: User) -> None:
    before = list(Topic.objects.order_by("path").values_list("pk", "path", "name", "slug"))
    merged("m_control", "m_pressure", li)
    forest = load_forest()
    assert forest.standing(topic("m_control").pk) == forest.by_key["m_pressure"]
    assert "m_exit_ban" in {node.key for node in forest.branch(topic("m_pressure").pk)}
    assert forest.trail(topic("m_exit_ban").pk)[-1].key == "m_pressure"
    assert forest.sources([topic("m_pressure").pk]) == {topic("m_control").pk: topic("m_pressure").pk, topic("m_pressure").pk: topic("m_pressure").pk}
    with pytest.raises(TopicRefused, match="已停用或者已并入"):
        merged("m_control", "m_spending", li)
    with pytest.raises(TopicRefused, match="可以恢复它"):
        actions.add("协助查控和限制出境", under=None, actor=li)
    actions.restore(topic("m_control").pk, actor=li)
    assert list(Topic.objects.order_by("path").values_list("pk", "path", "name", "slug")) == before
    assert load_forest().standing(topic("m_control").pk) == load_forest().by_key["m_control"]
    assert list(AuditEntry.objects.filter(action__startswith="topic.").order_by("pk").values_list("action", flat=True)) == ["topic.merge", "topic.restore"]


def test_no_topic_comes_to_stand_below_itself(li: User) -> None:
    with pytest.raises(TopicRefused, match="它自己或者它的下级"):
        merged("measures", "m_exit_ban", li)
    merged("m_control", "m_pressure", li)
    with pytest.raises(TopicRefused, match="它自己或者它的下级"):
        merged("m_pressure", "m_exit_ban", li)  # that now stands below it
    ring = Forest({1: Node(1, "0001", "a", "a", "a", merged=2), 2: Node(2, "0002", "b", "b", "b", merged=1)})
    assert ring.has_ring()


def test_a_retired_branch_stands_nowhere_and_is_restored(li: User) -> None:
    actions.retire(topic("m_control").pk, seen=seen("m_control"), actor=li)
    forest = load_forest()
    assert forest.standing(topic("m_exit_ban").pk) is None
    assert "m_control" not in {node.key for _depth, node in forest.in_order()}
    with pytest.raises(TopicRefused, match="已停用"):
        merged("m_spending", "m_exit_ban", li)
    actions.restore(topic("m_control").pk, actor=li)
    assert load_forest().standing(topic("m_exit_ban").pk) is not None
    with pytest.raises(TopicRefused, match="正在使用"):
        actions.restore(topic("m_control").pk, actor=li)


def test_the_data_files_change_only_what_nobody_has_edited(li: User, monkeypatch: pytest.MonkeyPatch) -> None:
    assert loader.load_topics() == loader.Loaded()
    changed("m_exit_ban", li, name="不准出境", note="人工写的说明")
    Topic.objects.filter(key="m_vehicle").delete()
    actions.add("协助查找和控制被执行人（市）", under=None, actor=li)
    files = loader.seeds()
    news = [
        loader.Seed(seed.key, seed.above, {"m_exit_ban": "限制离境", "m_locate": "查人"}.get(seed.key, seed.name), f"{seed.note}新" if seed.key == "m_exit_ban" else seed.note, seed.bases)
        for seed in files
    ]  # fmt: skip
    monkeypatch.setattr(loader, "seeds", lambda: [*news, loader.Seed("m_new", "m_control", "新增措施", "", ())])
    assert loader.load_topics(dry_run=True).added == ("协助查扣车辆", "新增措施")
    assert not Topic.objects.filter(key="m_new").exists()
    loaded = loader.load_topics()
    assert loaded == loader.Loaded(("协助查扣车辆", "新增措施"), ("协助查找和控制被执行人",), ("不准出境",))
    assert (topic("m_exit_ban").name, topic("m_exit_ban").note) == ("不准出境", "人工写的说明")
    assert topic("m_locate").name == "查人"
    assert TopicName.objects.filter(topic=topic("m_locate")).exists()
    assert loader.load_topics() == loader.Loaded(kept=("不准出境",))


def test_a_name_that_people_hold_is_not_taken(li: User, monkeypatch: pytest.MonkeyPatch) -> None:
    actions.add("新增措施", under=None, actor=li)
    files = loader.seeds()
    monkeypatch.setattr(loader, "seeds", lambda: [*files, loader.Seed("m_new", "m_control", "新增措施", "", ())])
    assert loader.load_topics().kept == ("新增措施",)


def test_each_deed_is_whole_or_not_at_all(li: User) -> None:
    before = topic("m_exit_ban").name
    with transaction.atomic():
        changed("m_exit_ban", li, name="不准出境", words=["离境"])
        transaction.set_rollback(True)
    assert topic("m_exit_ban").name == before
    assert not Job.objects.filter(kind="topics").exists()
