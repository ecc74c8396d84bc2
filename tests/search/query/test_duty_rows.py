"""The list of duties: one number on the tab, in the list, and in the database, for each reader, through both engines and without them."""

import datetime
from pathlib import Path

import pytest

from cms.accounts.models import Role
from cms.accounts.viewer import COORDINATION, PUBLIC, Viewer
from policy_docs.duties.models import Duty
from policy_docs.duties.selectors import readable_duties
from search.engines.base import Engine
from search.index.rebuild import rebuild
from search.query.service import Results, Why, from_database, search
from search.types import Facet, Item, SearchQuery, Sort
from tests.factories.search import opinion

pytestmark = pytest.mark.django_db
ON = datetime.date(2024, 6, 1)
LIAISON = Viewer(role=Role.LIAISON)
READERS = [COORDINATION, LIAISON, PUBLIC]
CHOICES: list[tuple[tuple[Facet, tuple[str, ...]], ...]] = [
    (),
    ((Facet.UNIT, ("court",)),),
    ((Facet.UNIT, ("natural_resources",)),),
    ((Facet.UNIT, ("natural_resources", "land")),),
    ((Facet.ROLE, ("lead", "cooperate")),),
    ((Facet.UNIT, ("public_security", "court")), (Facet.ROLE, ("cooperate",))),
    ((Facet.LEVEL, ("province",)),),
    ((Facet.VALIDITY, ("in_force",)),),
    ((Facet.PLACE, ("532300",)), (Facet.UNIT, ("public_security",))),
]

MANY = """云政法发〔2019〕3号
云南省关于协助查控车辆的实施意见
一、查控职责
（一）由公安机关牵头，人民法院、税务机关、民政部门配合，查找被执行人的车辆。
（二）国土资源部门负责办理不动产的查封登记，各县市公安局协助。
（三）银行业金融机构应当协助冻结存款。
（四）人民法院应当通过网络拍卖平台处置车辆，楚雄市公安局应当协助移交。
"""
PREFECTURE = """楚政法发〔2020〕8号
楚雄彝族自治州关于协助执行工作的意见
（一）州公安局应当协助查找车辆，州民政局配合。
（二）人民法院与公安机关应当建立车辆查控的联席会议。
"""
HIDDEN = """云政法发〔2020〕77号
云南省关于车辆线索移送的方案
（一）由公安机关牵头查找车辆，人民法院配合。
"""


@pytest.fixture
def engine(site_engine: Engine, tmp_path: Path) -> Engine:
    opinion(tmp_path, "many", MANY, issue_date=datetime.date(2019, 5, 1))
    opinion(tmp_path, "old", PREFECTURE, issue_date=datetime.date(2020, 3, 1), repealed_on=datetime.date(2022, 1, 1))
    opinion(tmp_path, "hidden", HIDDEN, disclosure="on_request")
    for at, duty in enumerate(Duty.objects.order_by("pk")):
        states = (Duty.State.CONFIRMED, Duty.State.SUGGESTED, Duty.State.CONFIRMED, Duty.State.TO_CHECK, Duty.State.CONFIRMED, Duty.State.REJECTED)
        Duty.objects.filter(pk=duty.pk).update(state=states[at % len(states)])
    rebuild(site_engine)
    return site_engine


def ask(engine: Engine | None, viewer: Viewer, text: str, **values: object) -> Results:
    query = SearchQuery(text=text, **{"item": Item.DUTY, **values})  # type: ignore[arg-type]
    if engine is None:
        return from_database(query, viewer=viewer, on=ON, why=Why.DOWN)
    return search(query, viewer=viewer, engine=engine, on=ON)


def paged(engine: Engine | None, viewer: Viewer, text: str, **values: object) -> list[int]:
    """Return the duties of all pages."""
    found: list[int] = []
    for page in range(1, 100):
        rows = ask(engine, viewer, text, page=page, size=3, **values).rows
        if not rows:
            return found
        found += [row.duty.pk for row in rows if row.duty]
    raise AssertionError


@pytest.mark.parametrize("text", ["", "车辆", "公安局 车辆", "协助"])
def test_the_number_on_the_tab_is_that_of_the_list_and_of_the_database(engine: Engine, text: str) -> None:
    for viewer in READERS:
        for chosen in CHOICES:
            found = ask(engine, viewer, text, chosen=chosen)
            listed = paged(engine, viewer, text, chosen=chosen)
            assert len(listed) == len(set(listed)) == found.total == found.tabs[Item.DUTY], (viewer.role, chosen)
            for item in (None, Item.CLAUSE):
                assert ask(engine, viewer, text, chosen=chosen, item=item).tabs[Item.DUTY] == found.total
            by_database = ask(None, viewer, text, chosen=chosen)
            if not text or by_database.exact == found.exact == found.total == by_database.total:
                assert set(paged(None, viewer, text, chosen=chosen)) == set(listed), (viewer.role, chosen)


def test_they_are_the_duties_of_the_clauses_found_that_the_reader_may_see(engine: Engine) -> None:
    for viewer in READERS:
        clauses = [row.clause.pk for row in ask(engine, viewer, "车辆", item=Item.CLAUSE, size=100).rows if row.clause]
        wanted = readable_duties(viewer, on=ON).filter(clause__in=clauses).exclude(role="mention")
        assert set(paged(engine, viewer, "车辆")) == set(wanted.values_list("pk", flat=True))
    assert set(paged(engine, PUBLIC, "")) < set(paged(engine, LIAISON, ""))
    assert set(paged(engine, PUBLIC, "")) == set(readable_duties(PUBLIC, on=ON).exclude(role="mention").values_list("pk", flat=True))


def test_facets_lead_to_lists_of_their_number(engine: Engine) -> None:
    for chosen in ((), ((Facet.UNIT, ("public_security",)),), ((Facet.ROLE, ("lead", "responsible")),)):
        found = ask(engine, LIAISON, "车辆", chosen=chosen)
        assert found.total
        for facet, counts in found.facets.items():
            rest = tuple(pair for pair in chosen if pair[0] is not facet)
            for value, number in counts.items():
                assert ask(engine, LIAISON, "车辆", chosen=(*rest, (facet, (value,)))).total == number, (chosen, facet, value)


def test_a_row_shows_the_words_that_prove_it_and_those_that_were_sought(engine: Engine) -> None:
    rows = [row for row in ask(engine, LIAISON, "车辆", size=50).rows if row.duty and row.duty.kind_id == "court"]
    assert rows
    for row in rows:
        assert row.duty is not None
        assert row.text is not None
        proof = "".join(piece.text for piece in row.pieces if piece.proof)
        assert proof
        assert all(span.quote in proof for span in row.duty.spans.all() if span.act == "duty")
        assert any(piece.hit for piece in row.pieces)
        assert "".join(piece.text for piece in row.pieces) == row.text.text


def test_the_unit_that_was_named_comes_first_in_its_clause(engine: Engine) -> None:
    kinds = [row.duty.kind_id for row in ask(engine, LIAISON, "民政局 查找车辆", size=50).rows if row.duty and row.text and "民政部门" in row.text.text]
    assert kinds[0] == "civil_affairs"
    assert len(kinds) > 1


def test_newest_first(engine: Engine) -> None:
    numbers = [row.opinion.issue_date for row in ask(engine, LIAISON, "车辆", sort=Sort.NEWEST, size=50).rows if row.opinion.issue_date]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) > 1


def test_without_hits_it_says_what_dropping_a_condition_would_give(engine: Engine) -> None:
    found = ask(engine, LIAISON, "存款", chosen=((Facet.UNIT, ("civil_affairs",)),))
    assert found.total == 0
    assert dict(found.without)[Facet.UNIT] == ask(engine, LIAISON, "存款").total > 0
