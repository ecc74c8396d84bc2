"""The units that a reform touches hear of it, on the levels and in the place that it changes; nobody else does."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from cms.accounts.models import User
from policy_docs.notices.models import Notice
from policy_docs.notices.reading import unread
from policy_docs.reforms.entry import Step
from policy_docs.units.types import Level
from tests.factories.reforms import NEW, OTHER, PLACE, PROVINCE, entered, entry, filled, officer, taken_back

pytestmark = pytest.mark.django_db
COUNTY = "532301"


@pytest.fixture(scope="module")
def store(keeping: Callable[[], AbstractContextManager[Path]]) -> None:
    with keeping() as folder:
        filled(folder)


@pytest.fixture
def office(store: None) -> User:
    return officer()


def member(kind: str, place: str) -> User:
    return User.objects.create(username=f"{kind}{place}", display_name=f"{kind}{place}", role="liaison", unit_kind=kind, place=place)


def waiting(*users: User) -> list[int]:
    return [unread(user, on=timezone.localdate()) for user in users]


def test_givers_and_takers_hear_of_it_and_of_its_end(office: User, client: Client) -> None:
    giver, taker, other = member("petition", PLACE), member("social_work", COUNTY), member("tax", PLACE)
    event = entered(entry(Step("petition", "social_work")), office)
    assert waiting(giver, taker, other) == [1, 1, 0]
    client.force_login(giver, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get("/notices/").content.decode()
    assert "信访部门的职责由社会工作部门承接。日期：国家2018年3月21日" in shown
    assert f'href="/reforms/{event.public_key}/"' in shown
    taken_back(event, office)
    assert waiting(giver, taker, other) == [2, 2, 0]
    assert "这项登记已经撤销，以下各项不再算数" in client.get("/notices/").content.decode()


def test_levels_that_stay_as_they_are_hear_nothing(office: User) -> None:
    users = [member("petition", code) for code in (PROVINCE, PLACE, COUNTY)]
    entered(entry(Step("petition", "social_work"), dates={Level.PROVINCE: "2018-11-01", Level.COUNTY: "2027-01-01"}), office)
    assert waiting(*users) == [1, 0, 1]


def test_a_local_reform_is_told_at_its_place_and_below(office: User) -> None:
    users = [member("petition", code) for code in (PROVINCE, PLACE, COUNTY, OTHER)]
    entered(entry(Step("petition", "social_work"), place=PLACE), office)
    assert waiting(*users) == [0, 1, 1, 0]


def test_a_transfer_is_told_to_both_sides(office: User) -> None:
    users = [member("petition", PLACE), member("natural_resources", PLACE)]
    entered(entry(Step("petition", "natural_resources", ("规划",)), kind="transfer"), office)
    assert waiting(*users) == [1, 1]


def test_a_unit_that_goes_with_the_reform_is_not_named_when_it_is_gone(office: User) -> None:
    event = entered(entry(Step("petition", "+0"), kind="rename", units=(NEW,)), office)
    taken_back(event, office)
    assert set(Notice.objects.latest("pk").touches.values_list("kind", flat=True)) == {"petition"}
