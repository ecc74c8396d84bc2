"""The report of ages: its numbers are those of the list that it leads to."""

import datetime
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from cms.accounts.models import Role, User
from policy_docs.duties import gaps
from policy_docs.opinions.pages import OpinionPage
from tests.factories.search import opinion

pytestmark = pytest.mark.django_db
URL = "/aging/"
PLAN = "楚政法发〔2017〕8号\n中共楚雄州委政法委员会\n关于执行协作的实施方案\n一、职责\n（一）公安机关应当协助查询。\n2017年5月3日\n"
RULES = "云政发〔2019〕3号\n云南省人民政府\n关于查控车辆的意见\n一、职责\n（一）税务部门应当协助查询。\n2019年6月1日\n"


@pytest.fixture
def store(tmp_path: Path) -> list[OpinionPage]:
    soon = timezone.localdate() + datetime.timedelta(days=30)
    return [
        opinion(tmp_path, "plan", PLAN, effective_until=soon),
        opinion(tmp_path, "rules", RULES, reviewed_at=timezone.now() - datetime.timedelta(days=1200)),
    ]


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(User.objects.create(username="c", role=Role.COORDINATION), backend="django.contrib.auth.backends.ModelBackend")
    return client


def numbers(body: str) -> dict[str, int]:
    return {key: int(number) for key, number in re.findall(r'href="\?of=([a-z0-9-]+)"[^>]*><span>[^<]*</span><span class="n">(\d+)</span>', body)}


def test_each_number_is_that_of_the_list_it_leads_to(office: Client, store: list[OpinionPage]) -> None:
    found = numbers(office.get(URL).content.decode())
    assert found["ending"] == 1
    assert found["issued-5"] == 2
    assert (found["reviewed-1"], found["reviewed-3"], found["reviewed-5"]) == (1, 1, 0)
    assert found["confirmed-5"] == gaps.unconfirmed(timezone.localdate(), years=5).count() == 2
    for key, number in found.items():
        body = office.get(f"{URL}?of={key}").content.decode()
        for way, shown in re.findall(r'href="(/opinions/\?[^"]*)">(\d+)<span', body):
            assert f"{shown} 份文件</h2>" in office.get(unescape(way)).content.decode()
        assert f"{number} 份文件</h2>" in office.get(f"/opinions/?aging={key}").content.decode()


def test_a_confirmation_takes_a_document_off(office: Client, store: list[OpinionPage]) -> None:
    OpinionPage.objects.filter(pk=store[0].pk).update(validity_confirmed_on=timezone.localdate())
    assert numbers(office.get(URL).content.decode())["confirmed-1"] == 1


def test_what_is_withdrawn_or_has_ended_is_not_old(office: Client, store: list[OpinionPage]) -> None:
    store[0].unpublish()
    store[1].repealed_on = datetime.date(2020, 1, 1)
    store[1].save(update_fields=["repealed_on"])
    body = office.get(URL).content.decode()
    assert not any(numbers(body).values())
    assert "没有这样的文件" in body


def test_an_odd_address_does_no_harm(office: Client, store: list[OpinionPage]) -> None:
    assert office.get(f"{URL}?of=<b>").status_code == 200


def test_the_report_keeps_its_query_budget(
    office: Client, store: list[OpinionPage], django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    office.get(URL)
    with django_assert_max_num_queries(19):
        office.get(URL)
