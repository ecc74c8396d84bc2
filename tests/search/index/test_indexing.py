"""From the outbox to the index: nothing lost, nothing twice, only what is published."""

import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from wagtail.models import PageViewRestriction

from cms.accounts.models import User
from policy_docs.duties.models import Duty
from policy_docs.opinions.models import Change, Clause
from policy_docs.opinions.pages import OpinionPage
from policy_docs.topics import actions, tagging
from policy_docs.topics.models import ClauseTopic, Topic
from policy_docs.units.events import ReformEvent
from policy_docs.units.models import Reform, UnitKind
from search.engines import registry
from search.engines.base import Engine, EngineBusy, EngineError, EngineNotReady
from search.index import indexer
from search.index.documents import documents_of, surroundings
from search.index.indexer import drain, waiting
from search.index.rebuild import needed, rebuild
from search.models import CatchUp
from search.types import Entry, Facet, Filters, Grant, Item, Scope, SearchPlan
from tests.factories.search import opinion

pytestmark = pytest.mark.django_db

TEXT = """浙政法发〔2019〕3号
浙江省关于协助查找车辆的实施意见
一、职责分工
（一）公安机关应当协助人民法院查找车辆，根据某政办发〔2018〕9号文件登记线索。
（二）工商行政管理机关负责提供企业登记资料。
二、保障措施
（一）各地应当落实经费。
"""
COORDINATION = Grant("coordination", Scope.ALL)


def everything(engine: Engine) -> dict[str, str]:
    return {entry.key: entry.digest for entry in engine.entries()}


def expected() -> dict[str, str]:
    return {document.key: document.digest for batch in indexer.all_batches(version=0) for _key, found in batch for document in found}


def count(engine: Engine, facet: Facet | None = None, value: str = "", grant: Grant = COORDINATION, item: Item | None = Item.CLAUSE) -> int:
    return engine.count(SearchPlan(Filters(20240601, ((facet, (value,)),) if facet else (), item)), grant)


@pytest.fixture
def engine(site_engine: Engine) -> Engine:
    rebuild(site_engine)
    return site_engine


def test_without_an_index_the_changes_wait(site_engine: Engine, tmp_path: Path) -> None:
    opinion(tmp_path, "a", TEXT)
    number = waiting()
    with pytest.raises(EngineNotReady):
        drain(site_engine)
    assert waiting() == number > 0
    assert needed(site_engine)
    rebuild(site_engine)
    assert not needed(site_engine)
    assert everything(site_engine) == expected() != {}


def test_a_drain_brings_the_index_up_to_the_database_and_empties_the_outbox(engine: Engine, tmp_path: Path) -> None:
    opinion(tmp_path, "a", TEXT)
    assert drain(engine) > 0
    assert waiting() == 0
    assert everything(engine) == expected()
    assert drain(engine) == 0


def test_a_batch_repeated_after_a_kill_gives_the_same_index(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opinion(tmp_path, "a", TEXT)

    def killed(changes: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(indexer, "_settle", killed)
        with pytest.raises(KeyboardInterrupt):
            drain(engine)
    before = everything(engine)
    assert waiting() > 0
    drain(engine)
    assert everything(engine) == before == expected()


def test_two_workers_do_no_harm(engine: Engine, tmp_path: Path) -> None:
    if engine.name == "elasticsearch" and connection.vendor == "postgresql":
        pytest.skip("a lock of PostgreSQL belongs to the connection, and a test has one")
    opinion(tmp_path, "a", TEXT)
    other = registry.engine_named(engine.name)
    registry._engines.clear()
    engine = registry.engine_named(engine.name)
    assert engine is not other
    with other.exclusive(), pytest.raises(EngineBusy):
        drain(engine)
    assert drain(other) > 0
    assert drain(engine) == 0
    assert everything(engine) == expected()


def test_unpublished_and_noise_are_never_there(engine: Engine, tmp_path: Path) -> None:
    page = opinion(tmp_path, "a", TEXT)
    drain(engine)
    assert count(engine) > 0
    page.unpublish()
    drain(engine)
    assert everything(engine) == {}


def test_a_decided_duty_rewrites_its_clause_and_its_opinion(engine: Engine, tmp_path: Path) -> None:
    page = opinion(tmp_path, "a", TEXT)
    drain(engine)
    public = Grant("public", Scope.CONFIRMED)
    assert count(engine, Facet.UNIT, "public_security", public) == 0
    duty = Duty.objects.get(clause__opinion=page, kind="public_security")
    Duty.objects.filter(pk=duty.pk).update(state=Duty.State.CONFIRMED)
    Change.objects.create(item=Change.Item.CLAUSE, key=duty.clause.public_key)
    drain(engine)
    assert count(engine, Facet.UNIT, "public_security", public) == 1
    assert count(engine, Facet.UNIT, "public_security", public, Item.OPINION) == 1
    assert everything(engine) == expected()


def test_saving_dates_and_titles_reaches_the_index(engine: Engine, tmp_path: Path) -> None:
    page = opinion(tmp_path, "a", TEXT)
    drain(engine)
    page.repealed_on = datetime.date(2021, 1, 1)
    page.save(update_fields=["repealed_on"])
    drain(engine)
    assert count(engine, Facet.VALIDITY, "past") == count(engine) > 0


def test_a_restriction_above_hides_from_staff_and_public(engine: Engine, tmp_path: Path) -> None:
    page = opinion(tmp_path, "a", TEXT)
    drain(engine)
    staff, public = Grant("staff", Scope.ALL), Grant("public", Scope.CONFIRMED)
    assert count(engine, grant=staff) == count(engine, grant=public) > 0
    restriction = PageViewRestriction.objects.create(page=page.get_parent(), restriction_type=PageViewRestriction.LOGIN)
    drain(engine)
    assert count(engine, grant=staff) == count(engine, grant=public) == 0
    assert count(engine) > 0
    restriction.delete()
    drain(engine)
    assert count(engine, grant=public) > 0


def test_only_open_texts_are_for_the_public(engine: Engine, tmp_path: Path) -> None:
    opinion(tmp_path, "a", TEXT, disclosure="on_request")
    drain(engine)
    assert count(engine, grant=Grant("public", Scope.CONFIRMED)) == 0
    assert count(engine, grant=Grant("staff", Scope.ALL)) > 0


def test_an_edit_of_the_vocabulary_rewrites_everything(engine: Engine, tmp_path: Path) -> None:
    opinion(tmp_path, "a", TEXT)
    drain(engine)
    assert count(engine, Facet.UNIT, "audit") == 0
    event = ReformEvent.objects.create(kind=ReformEvent.Kind.MERGE, title="试")
    Reform.objects.create(
        event=event, predecessor_id="market_regulation", successor_id="audit", scope=Reform.Scope.WHOLE, country_on=datetime.date(2020, 1, 1), basis="试"
    )
    UnitKind.objects.get(pk="audit").save()
    assert Change.objects.filter(item=Change.Item.ALL).count() == 1
    drain(engine)
    assert count(engine, Facet.UNIT, "audit") == 1
    assert everything(engine) == expected()


def test_a_local_reform_is_found_in_documents_of_its_place_alone(engine: Engine, tmp_path: Path) -> None:
    page = opinion(tmp_path, "a", TEXT)
    drain(engine)
    event = ReformEvent.objects.create(kind=ReformEvent.Kind.MERGE, title="试", place_id="110000")
    days = {"province_on": datetime.date(2020, 1, 1), "prefecture_on": datetime.date(2020, 1, 1)}
    row = Reform.objects.create(event=event, predecessor_id="market_regulation", successor_id="audit", scope=Reform.Scope.WHOLE, basis="试", **days)
    drain(engine)
    assert count(engine, Facet.UNIT, "audit") == 0
    ReformEvent.objects.filter(pk=event.pk).update(place=page.jurisdiction_id)
    row.save()
    drain(engine)
    assert count(engine, Facet.UNIT, "audit") == 1
    row.delete()
    drain(engine)
    assert count(engine, Facet.UNIT, "audit") == 0
    assert everything(engine) == expected()


def test_on_the_day_of_a_reform_everything_is_written_anew(db: None) -> None:
    event = ReformEvent.objects.create(kind=ReformEvent.Kind.MERGE, title="试")
    row = Reform.objects.create(event=event, predecessor_id="petition", successor_id="audit", scope=Reform.Scope.WHOLE, basis="试", county_on=indexer.today())
    Change.objects.all().delete()
    indexer.note_today()
    assert Change.objects.filter(item=Change.Item.ALL).count() == 1
    Change.objects.all().delete()
    Reform.objects.filter(pk=row.pk).update(county_on=indexer.today() - datetime.timedelta(days=1))
    Change.objects.all().delete()
    indexer.note_today()
    assert not Change.objects.exists()


def test_many_changes_of_a_few_opinions(engine: Engine, tmp_path: Path) -> None:
    page = opinion(tmp_path, "a", TEXT)
    keys = list(Clause.objects.filter(opinion=page).values_list("public_key", flat=True))
    for number in range(indexer.BATCH + 20):
        Change.objects.create(item=Change.Item.CLAUSE, key=keys[number % len(keys)])
    Change.objects.create(item=Change.Item.CLAUSE, key="gone")
    Change.objects.create(item=Change.Item.OPINION, key="gone")
    drain(engine)
    assert waiting() == 0
    assert everything(engine) == expected()


def test_writes_during_a_rebuild_are_in_the_new_index(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One document is drained into the live index while the new one is filled, another waits in the outbox: both are in the new one."""
    opinion(tmp_path, "a", TEXT)
    drain(engine)
    plain = indexer.all_batches

    def with_writes(**values: int) -> object:
        yield from plain(**values)
        opinion(tmp_path, "b", TEXT.replace("3号", "4号").replace("车辆", "股权"))
        drain(engine)
        assert CatchUp.objects.exists()
        opinion(tmp_path, "c", TEXT.replace("3号", "5号").replace("车辆", "账户"))

    monkeypatch.setattr("search.index.rebuild.all_batches", with_writes)
    rebuild(engine)
    assert everything(engine) == expected()
    assert len({key for key in everything(engine) if key.startswith("o:")}) == 3
    drain(engine)
    assert everything(engine) == expected()


def test_a_failed_rebuild_leaves_the_index_and_says_so(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from policy_docs.jobs import Job

    opinion(tmp_path, "a", TEXT)
    drain(engine)
    before = everything(engine)

    def broken(**values: int) -> object:
        raise ValueError("kaputt")

    with monkeypatch.context() as patch:
        patch.setattr("search.index.rebuild.all_batches", broken)
        with pytest.raises(ValueError, match="kaputt"):
            rebuild(engine)
    assert everything(engine) == before
    assert Job.objects.filter(kind=indexer.REBUILD).order_by("-pk").values_list("state", "error").first() == ("failed", "kaputt")
    rebuild(engine)
    assert everything(engine) == before


def test_versions_never_go_back(engine: Engine, tmp_path: Path) -> None:
    page = opinion(tmp_path, "a", TEXT)
    drain(engine)
    first: dict[str, Entry] = {entry.key: entry for entry in engine.entries()}
    page.title = "浙江省关于协助查找机动车的实施意见"
    page.save()
    drain(engine)
    for entry in engine.entries():
        assert entry.version > first[entry.key].version


def test_reading_many_opinions_takes_as_many_queries_as_one(engine: Engine, tmp_path: Path, django_assert_num_queries: Any) -> None:
    for number in range(4, 10):
        opinion(tmp_path, f"n{number}", TEXT.replace("3号", f"{number}号").replace("车辆", "车辆房屋股权存款债券保单"[number * 2 - 8 : number * 2 - 6]))
    around = surroundings(indexer.today())
    for count in (1, 6):
        pages = list(OpinionPage.objects.all()[:count])
        with django_assert_num_queries(6):
            found = documents_of(pages, around, version=1, on=indexer.today())
        assert len(found) == count


def test_an_opinion_without_a_text_is_found_by_its_title(engine: Engine, tmp_path: Path) -> None:
    page = opinion(tmp_path, "a", TEXT)
    page.body = []
    page.save()
    drain(engine)
    assert list(everything(engine)) == [f"o:{page.public_key}"]


def test_topics_follow_the_tree_and_the_decisions(engine: Engine, tmp_path: Path) -> None:
    opinion(tmp_path, "t", "浙政法发〔2019〕4号\n浙江省关于执行联动的意见\n（一）公安机关应当依法限制被执行人出境。")
    li = User.objects.create(username="li", role="coordination")
    public = Grant("public", Scope.CONFIRMED)
    drain(engine)
    group, own = "xie-zhu-cha-kong-he-xian-zhi-chu-jing", "xian-zhi-chu-jing"
    assert [count(engine, Facet.TOPIC, slug) for slug in (own, group)] == [1, 1]
    assert count(engine, Facet.TOPIC, own, public) == 0
    tagging.decide([ClauseTopic.objects.get(tag__slug=own)], state=ClauseTopic.State.CONFIRMED, actor=li)
    drain(engine)
    assert count(engine, Facet.TOPIC, group, public) == 1
    topic = Topic.objects.get(slug=own)
    actions.change(topic.pk, seen=actions.stamp_of(topic), name="不准出境", note="", words=[], actor=li)
    drain(engine)
    assert [count(engine, Facet.TOPIC, slug) for slug in (own, "bu-zhun-chu-jing")] == [0, 1]
    topic.refresh_from_db()
    actions.merge(topic.pk, seen=actions.stamp_of(topic), into=Topic.objects.get(key="m_spending").pk, actor=li)
    drain(engine)
    assert [count(engine, Facet.TOPIC, slug) for slug in ("bu-zhun-chu-jing", group, "xian-zhi-gao-xiao-fei-ji-you-guan-xiao-fei")] == [0, 0, 1]
    assert everything(engine) == expected()


def test_an_entry_that_no_engine_takes_keeps_nobody_else_waiting(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = opinion(tmp_path, "a", TEXT)
    opinion(tmp_path, "b", TEXT.replace("3号", "4号").replace("车辆", "股权"))
    plain = engine.write

    def write(documents: Any, **values: Any) -> None:
        found = list(documents)
        if any(document.opinion == bad.public_key for document in found):
            raise EngineError("400 too long")
        plain(found, **values)

    with monkeypatch.context() as patch:
        patch.setattr(engine, "write", write)
        drain(engine)
        assert 0 < waiting() < 10
        assert set(Change.objects.values_list("key", flat=True)) <= {bad.public_key, *bad.clauses.values_list("public_key", flat=True)}
        assert len([key for key in everything(engine) if key.startswith("o:")]) == 1
        assert drain(engine) == 0
    drain(engine)
    assert waiting() == 0
    assert everything(engine) == expected()
