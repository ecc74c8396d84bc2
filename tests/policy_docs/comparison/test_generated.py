"""Comparison over a generated store: for each reader every number opens exactly the clauses that it counts, and many columns are shown in groups."""

import random
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from cms.accounts.models import User
from policy_docs.duties.models import Duty
from policy_docs.opinions.models import Citation
from policy_docs.opinions.pages import OpinionPage
from tests.factories.corpus import filled, unsettled

pytestmark = pytest.mark.django_db
ROLES = ("", "liaison", "coordination")


def client_of(role: str) -> Client:
    client = Client()
    if role:
        user = User.objects.create(username=role, role=role, place="530000", unit_kind="audit")
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def opened(client: Client, url: str) -> list[int]:
    """The clauses about the unit on the left of all pages that an address opens."""
    first = client.get(url).context
    pages = [first, *(client.get(f"{url}&page={number}").context for number in range(2, first["pages"] + 1))]
    return [one.text.clause_id for page in pages for one, _other, _none in page["rows"] if one is not None and one.about and not one.again]


@pytest.fixture
def store(tmp_path: Path) -> list[OpinionPage]:
    filled(tmp_path, 20261126, documents=9, clauses=14)
    unsettled(random.Random(7))  # noqa: S311 - a test
    return list(OpinionPage.objects.filter(live=True).order_by("pk"))


def test_each_number_opens_exactly_its_clauses_for_each_reader(store: list[OpinionPage]) -> None:
    places = sorted({page.jurisdiction_id for page in store if page.jurisdiction_id})
    seen = dict.fromkeys(ROLES, 0)
    for role in ROLES:
        client = client_of(role)
        for chosen in ({"doc": [page.public_key for page in store[:4]]}, {"place": places[:3]}):
            context = client.get("/compare/", chosen).context
            for line, cells in context.get("lines", []):
                assert sum(line.counts) == line.total
                for _column, number, url in cells:
                    assert bool(number) == bool(url)
                    if number:
                        clauses = opened(client, url)
                        assert len(clauses) == len(set(clauses)) == number
                        seen[role] += number
    assert 0 < seen[""] < seen["liaison"] <= seen["coordination"]


def test_a_document_and_all_that_carry_it_out_are_shown_in_groups(store: list[OpinionPage]) -> None:
    upper, *lower = store
    Citation.objects.all().delete()
    for page in lower:
        Citation.objects.create(opinion=page, target=upper, relation=Citation.Relation.IMPLEMENTS, written="x", start=0, end=1, clause=page.clauses.first())
    client = client_of("coordination")
    first, second = (client.get("/compare/", {"family": upper.public_key, "cols": number}).context for number in (1, 2))
    expected = set(OpinionPage.objects.in_force(timezone.localdate()).filter(pk__in=[page.pk for page in lower]).values_list("pk", flat=True)) | {upper.pk}
    assert {column.page.pk for column, _without in first["columns"]} == expected
    assert len(first["columns"]) > 6
    assert [len(context["shown"]) for context in (first, second)] == [6, len(expected) - 6]
    assert {line.key: line.total for line, _cells in first["lines"]} == {line.key: line.total for line, _cells in second["lines"]}
    url = next(url for _line, cells in second["lines"] for _column, number, url in cells if number)
    context = client.get(url).context
    assert ("family", upper.public_key) in context["carried"]
    assert context["left"] in context["columns"]


def test_the_places_below_one_are_compared_at_once(store: list[OpinionPage]) -> None:
    client = client_of("coordination")
    parents = [place.pk for place, _number in client.get("/compare/").context["above"]]
    assert parents
    context = client.get("/compare/", {"below": parents[0]}).context
    codes = [column.key for column, _without in context["columns"]]
    assert set(codes) == {
        page.jurisdiction_id for page in OpinionPage.objects.in_force(timezone.localdate()).filter(live=True) if page.jurisdiction_id in codes
    }
    assert len(codes) > 1
    assert Duty.objects.filter(opinion__jurisdiction__in=codes).exists()
