"""What was asked is counted without telling who asked, or about whom."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.accounts.models import Role, User
from search.asked.models import Asked, AskedDay
from search.asked.noting import anonymous, forget, note, worth_noting
from search.engines.base import Engine
from search.index.rebuild import rebuild

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 3, 1)


def days(count: int, text: str = "老赖曝光", hits: int = 0) -> Asked:
    for number in range(count):
        note(text, hits=hits, on=DAY + datetime.timedelta(days=number))
    return Asked.objects.latest("pk")


def test_words_are_written_down_from_the_third_day_on() -> None:
    assert days(2).text == ""
    note("老赖曝光", hits=0, on=DAY + datetime.timedelta(days=1))
    assert Asked.objects.get().text == ""  # the same day again
    row = days(3, "老 赖 曝光")
    row = days(3)
    assert (row.text, row.days, row.hits) != ("", 0, 0)
    assert Asked.objects.count() == 2


def test_ways_of_writing_are_one_question() -> None:
    note("ＡＢＣ　查封", hits=1, on=DAY)
    note("abc 查封", hits=3, on=DAY)
    row = Asked.objects.get()
    assert (row.times, row.days, row.hits) == (2, 1, 3)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("王小明 限制出境", "〔人名〕 限制出境"), ("530102199001011234 失信", "〔号码〕 失信"), ("13888888888", "〔号码〕"), ("楚政法发〔2018〕9号", "楚政法发〔2018〕9号"),
        ("公安局 车辆查控", "公安局 车辆查控"), ("53010219900101123x", "〔号码〕"),
    ],
)  # fmt: skip
def test_persons_and_long_numbers_are_not_kept(typed: str, kept: str) -> None:
    assert anonymous(typed) == kept


@pytest.mark.parametrize(("text", "noted"), [("查封", True), (" ", False), ("", False), ("很" * 41, False)])
def test_what_is_noted_at_all(text: str, noted: bool) -> None:
    assert worth_noting(text) is noted


def test_what_nobody_asks_for_a_year_is_forgotten() -> None:
    days(3)
    assert forget(DAY + datetime.timedelta(days=300)) == 0
    assert forget(DAY + datetime.timedelta(days=400)) == 1
    assert not AskedDay.objects.exists()


def test_the_result_page_counts_a_question_once(client: Client, site_engine: Engine) -> None:
    rebuild(site_engine)
    address = reverse("search:results")
    for asked in ({"q": "老赖"}, {"q": "老赖", "page": "2"}, {"q": "老赖", "valid": "in_force"}, {"q": ""}, {"valid": "in_force"}):
        client.get(address, asked)
    assert [(row.times, row.hits) for row in Asked.objects.all()] == [(1, 0)]
    day = AskedDay.objects.get(day=timezone.localdate())
    assert (day.times, day.missed) == (1, 1)


def test_the_office_sees_what_is_not_found_and_mends_it(client: Client) -> None:
    days(3)
    days(3, "查封", hits=4)
    days(1, "只问过一次")
    client.force_login(User.objects.create(username="office", role=Role.COORDINATION), backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get(reverse("search:asked")).content.decode()
    assert "老赖曝光" in shown
    assert "只问过一次" not in shown
    assert "everydayword/add/?word=" in shown
    assert ">查封<" not in shown
    assert ">查封<" in client.get(reverse("search:asked"), {"all": "1", "page": "999"}).content.decode()


def test_an_empty_log_says_how_it_fills(client: Client) -> None:
    client.force_login(User.objects.create(username="office", role=Role.COORDINATION), backend="django.contrib.auth.backends.ModelBackend")
    assert "没有查不到的内容" in client.get(reverse("search:asked")).content.decode()
