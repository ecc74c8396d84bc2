"""What is offered while somebody types: units, documents, topics, by words, numbers and letters, and nothing that the reader may not see."""

import datetime
from pathlib import Path

import pytest
from django.test import Client

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from policy_docs.opinions.pages import OpinionPage
from search.query.suggest import suggestions
from tests.factories.search import opinion

pytestmark = pytest.mark.django_db
TITLE = "关于建立车辆查控协作机制的意见"
TEXT = f"""云法联〔2016〕6号
{TITLE}
一、职责
（一）公安机关应当协助人民法院查找车辆。
"""


@pytest.fixture
def page(tmp_path: Path) -> OpinionPage:
    return opinion(tmp_path, "a", TEXT)


@pytest.fixture
def reader(db: None) -> User:
    return User.objects.create(username="chen", role="liaison", place="532300")


def names(typed: str, user: User) -> list[str]:
    return [row.name for row in suggestions(typed, viewer=viewer_of(user))]


@pytest.mark.parametrize(
    "typed", ["车辆查控", "查控 车辆", "云法联〔2016", "云法联[2016]6号", "云法联（2016）6", "clck", "jianlicheliangchakong", "  车辆查控  "]
)
def test_a_document_by_words_number_or_letters(typed: str, page: OpinionPage, reader: User) -> None:
    assert TITLE in names(typed, reader)


@pytest.mark.parametrize("typed", ["楚雄州公安局", "gaj", "gonganju", "公安局", "公安"])
def test_a_unit_by_name_or_letters(typed: str, reader: User) -> None:
    assert "楚雄州公安局" in names(typed, reader)


def test_an_old_name_leads_to_the_unit_of_today_and_says_so(reader: User) -> None:
    found = suggestions("国土局", viewer=viewer_of(reader))[0]
    assert "自然资源" in found.name
    assert "国土局" in found.why


def test_a_topic(reader: User) -> None:
    assert "限制出境" in names("限制出境", reader)


def test_what_is_no_longer_in_force_says_so(page: OpinionPage, reader: User) -> None:
    OpinionPage.objects.update(repealed_on=datetime.date(2020, 1, 1))
    assert next(row.why for row in suggestions("车辆查控", viewer=viewer_of(reader)) if row.name == TITLE) == "云法联〔2016〕6号，已废止"


@pytest.mark.parametrize("typed", ["", " ", "车", "，。", "%%", "__", "\x00", "😀😀", "'; drop", "a" * 5000, "车" * 5000])
def test_odd_input_gives_nothing_and_no_error(typed: str, page: OpinionPage, client: Client) -> None:
    answer = client.get("/search/suggest/", {"q": typed})
    assert answer.status_code == 200
    assert answer.json() == {"rows": []}


def test_what_a_reader_may_not_see_is_not_offered(page: OpinionPage, client: Client, reader: User) -> None:
    OpinionPage.objects.update(disclosure="closed")
    for typed in ("车辆查控", "云法联", "clck"):
        assert TITLE not in client.get("/search/suggest/", {"q": typed}).content.decode()
    OpinionPage.objects.update(live=False)
    assert TITLE not in names("车辆查控", reader)


def test_the_number_of_queries_does_not_grow(page: OpinionPage, tmp_path: Path, reader: User, django_assert_max_num_queries: object) -> None:
    for number in range(4):
        opinion(tmp_path, f"b{number}", TEXT.replace("6号", f"{number + 10}号").replace("意见", f"意见（{number}）"))
    names("gaj", reader)  # the vocabulary is read once
    with django_assert_max_num_queries(7):  # type: ignore[operator]
        assert len(names("车辆查控", reader)) >= 5
