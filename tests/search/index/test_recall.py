"""What the page of a unit counts is what both engines find for it, and what they find for a kind is what the database answers: over generated stores.

Places, levels, dates, ways of writing a unit, roles, decisions and rights are drawn; ``EXAMPLES`` asks for more of them.
"""

import datetime
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cms.accounts.models import Role, User
from cms.accounts.viewer import Viewer, viewer_of
from policy_docs.duties.binding import Section
from policy_docs.duties.models import Duty
from policy_docs.duties.selectors import load_unit, rows_for
from policy_docs.opinions.models import Clause
from policy_docs.units.aliases import current_vocabulary
from search.engines.base import Engine
from search.index.rebuild import rebuild
from search.query.parse import Parsed
from search.query.seats import seat_value, seats_in
from search.query.service import grant_of
from search.query.standin import Database
from search.types import Facet, Filters, Item, SearchPlan, SearchQuery, Validity
from tests.factories.search import opinion

pytestmark = pytest.mark.django_db
ON = datetime.date(2024, 6, 1)
PLACES = {"云南省": "530000", "楚雄彝族自治州": "532300", "楚雄市": "532301", "大理白族自治州": "532900"}
UNITS = [
    "公安机关",
    "州公安局",
    "人民法院",
    "工商行政管理机关",
    "市场监管部门",
    "国土资源部门",
    "自然资源局",
    "税务机关",
    "各县市公安局",
    "国税局",
    "楚雄市公安局",
    "银监分局",
]
FORMS = ["{}应当协助查找车辆。", "由{}牵头建立联席会议制度。", "{}配合人民法院限制被执行人出境。", "人民法院应当向{}通报名单。", "加强对{}的宣传。"]
DAYS = [None, datetime.date(2010, 1, 1), datetime.date(2019, 5, 1), datetime.date(2024, 6, 1), datetime.date(2030, 1, 1)]


@dataclass(frozen=True)
class Drawn:
    place: str
    clauses: tuple[tuple[str, str], ...]
    issued: datetime.date | None
    repealed: datetime.date | None
    disclosure: str
    live: bool
    confirmed: int  # every so many duties are confirmed, one more rejected


documents = st.builds(
    Drawn,
    place=st.sampled_from(list(PLACES)),
    clauses=st.lists(st.tuples(st.sampled_from(FORMS), st.sampled_from(UNITS)), min_size=1, max_size=6).map(tuple),
    issued=st.sampled_from(DAYS),
    repealed=st.sampled_from([None, None, *DAYS[1:]]),
    disclosure=st.sampled_from(["open", "on_request"]),
    live=st.sampled_from([True, True, True, False]),
    confirmed=st.integers(1, 4),
)


def stored(folder: Path, number: int, drawn: Drawn) -> None:
    """Bring a document in as people do."""
    lines = [f"云政法发〔2019〕{number}号", f"{drawn.place}关于协助执行工作的实施意见", "一、职责分工"]
    lines += [f"（{'一二三四五六'[at]}）{form.format(unit)}" for at, (form, unit) in enumerate(drawn.clauses)]
    page = opinion(folder, f"d{number}", "\n".join(lines), disclosure=drawn.disclosure, issue_date=drawn.issued, repealed_on=drawn.repealed)
    for at, duty in enumerate(Duty.objects.filter(opinion=page).order_by("pk")):
        state = {0: Duty.State.CONFIRMED, 1: Duty.State.REJECTED}.get(at % (drawn.confirmed + 1), Duty.State.SUGGESTED)
        Duty.objects.filter(pk=duty.pk).update(state=state)
    if not drawn.live:
        page.unpublish()


@contextmanager
def taken_back() -> Iterator[None]:
    """Leave the database as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def filters_of(chosen: tuple[tuple[Facet, tuple[str, ...]], ...], item: Item) -> Filters:
    return Filters(int(ON.strftime("%Y%m%d")), chosen, item, seats=seats_in(chosen, ON))


def found(engine: Engine, viewer: Viewer, chosen: tuple[tuple[Facet, tuple[str, ...]], ...]) -> set[str]:
    """Return the clauses that an engine finds."""
    plan = SearchPlan(filters_of(chosen, Item.CLAUSE), limit=500)
    answer = engine.search(plan, grant_of(viewer))
    assert answer.total == len(answer.hits)
    assert engine.count(plan, grant_of(viewer)) == answer.total
    return {hit.key.removeprefix("c:") for hit in answer.hits}


def duties(engine: Engine, viewer: Viewer, chosen: tuple[tuple[Facet, tuple[str, ...]], ...]) -> int:
    """Return the number of duties that an engine counts."""
    return engine.count(SearchPlan(filters_of(chosen, Item.DUTY)), grant_of(viewer))


def duties_wanted(viewer: Viewer, chosen: tuple[tuple[Facet, tuple[str, ...]], ...]) -> int:
    """Return the number of those that the database answers."""
    return Database(Parsed(), SearchQuery(chosen=chosen), viewer=viewer, on=ON).find(Item.DUTY, limit=0).total


def wanted(viewer: Viewer, chosen: tuple[tuple[Facet, tuple[str, ...]], ...]) -> set[str]:
    """Return those that the database answers."""
    database = Database(Parsed(), SearchQuery(chosen=chosen), viewer=viewer, on=ON)
    return {hit.key.removeprefix("c:") for hit in database.find(Item.CLAUSE, limit=500).hits}


def shown(kind: str, code: str, viewer: Viewer) -> tuple[set[str], int]:
    """Return the clauses that the page of a unit counts, and the number of their duties."""
    rows = [row for row in rows_for(load_unit(kind, code, on=ON), viewer=viewer) if row.section is Section.DIRECT and row.in_force]
    return set(Clause.objects.filter(pk__in=[row.clause for row in rows]).values_list("public_key", flat=True)), len(rows)


@settings(
    max_examples=int(os.environ.get("EXAMPLES", "3")),
    derandomize="EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(drawn=st.lists(documents, min_size=1, max_size=4))
@example(drawn=[Drawn("云南省", ((FORMS[0], "公安机关"),), None, None, "open", True, 1)])  # a text that bears no date counts from the day that was said of it
def test_both_engines_find_what_the_database_answers_for_every_unit(site_engine: Engine, monkeypatch: pytest.MonkeyPatch, drawn: list[Drawn]) -> None:
    monkeypatch.setattr("search.index.indexer.today", lambda: ON)
    with taken_back(), tempfile.TemporaryDirectory() as folder:
        for number, document in enumerate(drawn, 1):
            stored(Path(folder), number, document)
        rebuild(site_engine)
        kinds = [kind.key for kind in current_vocabulary().kinds]
        for viewer in [viewer_of(User(role=role, username=role or "p")) for role in ("", Role.LIAISON, Role.COORDINATION)]:
            for kind in kinds:
                unit = ((Facet.UNIT, (kind,)),)
                everything = found(site_engine, viewer, unit)
                assert everything == wanted(viewer, unit), (kind, viewer)
                if everything:
                    assert duties(site_engine, viewer, unit) == duties_wanted(viewer, unit), (kind, viewer)
                    narrower(site_engine, viewer, kind)
                for code in PLACES.values():
                    clauses, number = shown(kind, code, viewer)
                    if everything:
                        seated = ((Facet.UNIT, (seat_value(kind, code),)), (Facet.VALIDITY, (Validity.IN_FORCE.value,)))
                        assert found(site_engine, viewer, seated) == clauses == wanted(viewer, seated), (kind, code, viewer)
                        assert duties(site_engine, viewer, seated) == number, (kind, code, viewer)
                    else:
                        assert not clauses, (kind, code, viewer)


def narrower(engine: Engine, viewer: Viewer, kind: str) -> None:
    """The same under each other condition."""
    others = [(Facet.ROLE, role) for role in ("lead", "responsible", "cooperate")] + [(Facet.PLACE, code) for code in PLACES.values()]
    others += [(Facet.VALIDITY, value.value) for value in Validity] + [(Facet.LEVEL, "province"), (Facet.YEAR, "2019"), (Facet.YEAR, "")]
    for at, (facet, value) in enumerate(others):
        chosen = ((Facet.UNIT, (kind,)), (facet, (value,)))
        assert found(engine, viewer, chosen) == wanted(viewer, chosen), (kind, facet, value, viewer)
        if at % 3 == len(kind) % 3:  # each for some kinds: they cost as much again
            assert duties(engine, viewer, chosen) == duties_wanted(viewer, chosen), (kind, facet, value, viewer)
