"""A list that finds nothing says what it understood, and offers what each condition would give if it were left out: only what is there, and exactly that."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from cms.accounts.models import Role, User
from policy_docs.duties.empty import Asked, empty
from policy_docs.notices.actions import mark_read
from policy_docs.notices.models import Notice
from tests.factories.directory import LEADER, LIAISON, entry
from tests.factories.opinions import import_text

pytestmark = pytest.mark.django_db
TEXT = """楚政法发〔2017〕8号
中共楚雄州委政法委员会
关于建立执行协作机制的实施方案
一、工作职责
（一）公安机关应当及时协助人民法院限制被执行人出境。
（二）由州公安局牵头，会同州税务局核对信息。
各成员单位：州公安局、州税务局。
中共楚雄州委政法委员会
2017年5月3日
"""
OFFERED = re.compile(r'<a href="(\?[^"]*)">([^<]*)</a>，有 (\d+) (条|份|个|处)')


@pytest.fixture(scope="module")
def store(keeping: Callable[[], AbstractContextManager[Path]]) -> None:
    with keeping() as folder:
        import_text(folder, text=TEXT)
        import_text(folder, "b", TEXT.replace("8号", "9号").replace("实施方案", "实施细则"))


@pytest.fixture
def office(store: None, client: Client) -> Client:
    user = User.objects.create(username="c", role=Role.COORDINATION, unit_kind="public_security", place="532300")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def offered(client: Client, url: str) -> list[tuple[str, int, str]]:
    """Words, number and address of each offer of an empty list."""
    body = client.get(url).content.decode()
    assert 'class="blank"' in body, url
    path = url.partition("?")[0]
    return [(words, int(number), path + unescape(query)) for query, words, number, _measure in OFFERED.findall(body)]


def _total(client: Client, url: str) -> int:
    context = client.get(url).context
    if "total" in context and not url.startswith("/bodies"):
        return int(context["total"])
    return int(context["pages"].paginator.count)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/units/public_security/532300/?role=cooperate&q=出境", ["去掉“配合”", "清除全部条件"]),
        ("/units/public_security/532300/?role=cooperate&level=country", ["清除全部条件"]),
        ("/units/public_security/532300/?q=没有这样的话", ["去掉“没有这样的话”"]),
        ("/units/public_security/532300/?on=2001-01-01", ["去掉“2001年1月1日有效”"]),
        ("/opinions/?level=country", ["去掉“国家”"]),
        ("/opinions/?q=实施方案&level=country", ["去掉“国家”", "清除全部条件"]),
        ("/opinions/?q=查无此件&year=2017", ["去掉“查无此件”", "清除全部条件"]),
        ("/review/?q=没有这样的话&kind=public_security", ["去掉“没有这样的话”", "清除全部条件"]),
        ("/review/?state=confirmed", ["去掉“已核对”"]),
        ("/review/documents/?q=查无此件", ["去掉“查无此件”"]),
        ("/review/documents/?q=实施方案&second=open", ["去掉“待复核”", "清除全部条件"]),
        ("/notices/?state=unread", ["去掉“未读”"]),
        ("/directory/?place=532300&q=查无此人", ["去掉“查无此人”"]),
        ("/directory/?place=532300&state=waiting", ["去掉“尚未确认”"]),
        ("/bodies/?q=查无此会", []),
    ],
)
def test_each_offer_gives_what_it_says(office: Client, url: str, expected: list[str]) -> None:
    entry("public_security", "532300", LEADER, LIAISON)
    mark_read(Notice.objects.values_list("pk", flat=True), actor=User.objects.get(username="c"))
    found = offered(office, url)
    assert [words for words, _number, _way in found] == expected
    for words, number, way in found:
        assert number > 0
        assert _total(office, way) == number, (words, way)


def test_it_says_what_was_understood(office: Client) -> None:
    body = office.get("/units/public_security/532300/?role=cooperate&level=country&q=出境").content.decode()
    assert "本库没有查到符合这 3 个条件的职责" in body
    assert "已选：配合、国家、“出境”。" in body


@pytest.mark.parametrize(
    ("url", "most"), [("/units/public_security/532300/?on=2001-01-01", 26), ("/review/?q=没有这样的话&kind=public_security&state=confirmed", 19)]
)
def test_being_empty_costs_little(office: Client, url: str, most: int, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]) -> None:
    office.get(url)
    with django_assert_max_num_queries(most):
        office.get(url)


def test_a_list_that_holds_something_counts_nothing(office: Client) -> None:
    for url in ("/units/public_security/532300/", "/opinions/", "/review/", "/review/documents/"):
        assert office.get(url).context["empty"] is None


def test_a_document_that_lays_nothing_on_the_unit_is_named_by_its_title(office: Client, tmp_path: Path) -> None:
    page = import_text(tmp_path, "c", "楚政法发〔2017〕10号\n关于经费的通知\n一、州财政局应当保障经费。\n2017年5月3日\n")
    url = f"/units/public_security/532300/?doc={page.public_key}"
    assert [words for words, _number, _address in offered(office, url)] == [f"去掉“{page.title}”"]
    assert page.public_key not in re.sub(r'"[^"]*"', "", office.get(url).content.decode())
    assert "查不到的文件" in office.get("/units/public_security/532300/?doc=nowhere").content.decode()


def test_what_would_be_empty_too_is_not_offered() -> None:
    found = empty([Asked("甲", "a", lambda: 0), Asked("乙", "b", lambda: 2)], clear="", whole=lambda: 3)
    assert [way.words for way in found.ways] == ["乙"]
    assert found.whole is not None
    assert found.asked == ["甲", "乙"]
    assert empty([Asked("甲", "", lambda: 3)], clear="", whole=lambda: 3).whole is None, "the same as the list without the one condition"
