"""The page of a unit and its tables give the same numbers; what is typed does no harm."""

import csv
import datetime
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from cms.accounts.models import User
from cms.accounts.viewer import Viewer
from policy_docs.duties import selectors
from policy_docs.duties.binding import speaks_of
from policy_docs.duties.quotes import highlighted
from policy_docs.duties.tables import HEAD, safe
from policy_docs.importing.run import run
from policy_docs.opinions.citing import cite, path_words
from policy_docs.opinions.pages import OpinionPage

TEXT = """楚政法发〔2017〕8号
中共楚雄州委政法委员会
关于建立执行协作机制的实施方案
一、工作职责
（一）公安机关应当及时协助人民法院查找<b>被执行人</b>。
（二）由州公安局会同州税务局核对信息。
（三）各有关部门应当确定联络员。
"""


@pytest.fixture(scope="module")
def store(keeping: Callable[[], AbstractContextManager[Path]]) -> None:
    with keeping() as folder:
        (folder / "a.txt").write_text(TEXT, encoding="utf-8")
        list(run([folder / "a.txt"], actor=None))


@pytest.fixture
def staff(store: None, db: None, client: Client) -> Client:
    client.force_login(User.objects.create(username="l", role="liaison"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_page_and_tables_give_one_number(staff: Client) -> None:
    page = staff.get("/units/public_security/532300/").content.decode()
    assert "2 条职责，出自 1 份文件" in page
    book = openpyxl.load_workbook(io.BytesIO(staff.get("/units/public_security/532300/duties.xlsx").content))
    assert book["职责"].max_row - 1 == 2
    assert "共 2 条" in str(book["说明"]["A1"].value)
    rows = list(csv.reader(io.StringIO(staff.get("/units/public_security/532300/duties.csv").content.decode("utf-8-sig"))))
    assert len(rows) - rows.index(list(HEAD)) - 1 == 2


def test_the_page_of_a_unit_keeps_its_query_budget(staff: Client, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]) -> None:
    staff.get("/units/public_security/532300/")
    with django_assert_max_num_queries(21):
        staff.get("/units/public_security/532300/")


def test_filters_narrow_and_say_so(staff: Client) -> None:
    page = staff.get("/units/public_security/532300/?to=own").content.decode()
    assert "1 条职责，出自 1 份文件" in page
    empty = staff.get("/units/public_security/532300/?role=lead").content.decode()
    assert "本库没有查到" in empty
    assert "没有职责" not in empty


def test_words_of_a_document_are_escaped(staff: Client) -> None:
    page = staff.get("/units/public_security/532300/").content.decode()
    assert "&lt;b&gt;被执行人&lt;/b&gt;" in page
    assert "<mark>" in page


@pytest.mark.parametrize("address", ["?page=99999999", "?page=x", "?q=%00'", "?on=2020-13-45", "?role=x&level=y&doc=z", "?valid=past"])
def test_odd_addresses_do_no_harm(staff: Client, address: str) -> None:
    assert staff.get(f"/units/public_security/532300/{address}").status_code == 200


def test_unknown_units_are_not_found(staff: Client) -> None:
    assert staff.get("/units/nothing/532300/").status_code == 404
    assert staff.get("/units/court/999999/").status_code == 404


@pytest.mark.parametrize("query", ["公安局", "gaj", "cxzgaj", "楚雄州公安局", "公安"])
def test_a_department_is_found_as_people_type_it(staff: Client, query: str) -> None:
    assert "/units/public_security/" in staff.get("/units/", {"q": query}).content.decode()


def test_the_unit_whose_initials_these_are_comes_first(staff: Client) -> None:
    assert staff.get("/units/suggest/", {"q": "gaj", "place": "楚雄州"}).json()["rows"][0]["name"] == "楚雄州公安局"


def test_an_old_name_leads_to_the_unit_of_today(staff: Client) -> None:
    assert "/units/market_regulation/532300/" in staff.get("/units/", {"q": "工商局", "place": "楚雄州"}).content.decode()


@pytest.mark.parametrize(
    ("path", "para", "words"),
    [
        (("二、", "（三）"), 1, "第二部分第（三）项"),
        (("第二章", "第八条"), 2, "第八条第二款"),
        (("第八条", "（一）"), 1, "第八条第（一）项"),
        (("三、", "（一）", "2."), 1, "第三部分第（一）项第2项"),
        ((), 0, ""),
    ],
)
def test_paths_in_words(path: tuple[str, ...], para: int, words: str) -> None:
    assert path_words(path, para) == words


def test_citation_form() -> None:
    assert cite("关于协作的意见", "某政发〔2020〕1号", ["一、", "（二）"], 1) == "《关于协作的意见》（某政发〔2020〕1号）第一部分第（二）项"


def test_a_name_that_holds_the_word_is_not_the_function() -> None:
    assert speaks_of("协助查询规划审批情况", ("规划",), ["自然资源和规划"])
    assert not speaks_of("会同自然资源和规划、住建等部门核对", ("规划",), ["自然资源和规划"])


def test_cells_are_no_formulas() -> None:
    assert [safe(words) for words in ("=1+1", "@x", "-1", "普通")] == ["'=1+1", "'@x", "'-1", "普通"]


def test_overlapping_quotes_are_marked_once() -> None:
    assert highlighted("甲乙丙丁", [(0, 2, 0, 1), (1, 3, 0, 0)]) == '<mark><b class="who">甲</b>乙丙</mark>丁'


def test_the_chips_count_what_is_in_force_as_the_pages_do(staff: Client) -> None:
    before = dict(selectors.kinds_with_counts(Viewer(role="liaison"), on=timezone.localdate()))
    assert before
    OpinionPage.objects.update(effective_until=datetime.date(2020, 1, 1), counts_from=datetime.date(2010, 1, 1))
    assert selectors.kinds_with_counts(Viewer(role="liaison"), on=timezone.localdate()) == []
    assert dict(selectors.kinds_with_counts(Viewer(role="liaison"), on=datetime.date(2019, 1, 1))) == before


def test_inferred_duties_are_counted_as_they_are_shown(staff: Client, tmp_path: Path) -> None:
    url = "/units/public_security/532300/"
    (tmp_path / "b.txt").write_text(TEXT.replace("8号", "9号").replace("实施方案", "实施细则"), encoding="utf-8")
    list(run([tmp_path / "b.txt"], actor=None))
    assert staff.get(url).context["inferred"] == 2
    one = staff.get(f"{url}?doc={OpinionPage.objects.get(source_name='b').public_key}")
    assert one.context["inferred"] == 1
    assert "1 条，不计入总数" in one.content.decode()


@pytest.mark.parametrize(
    ("asked", "clean"),
    [
        ("?q=&valid=in_force&doc=&on=", ""),
        ("?valid=in_force&valid=past&q=", "?valid=in_force&valid=past"),
        ("?role=&role=lead&topic=", "?role=lead"),
        ("?q=%E6%9F%A5%E6%89%BE&by=", "?q=%E6%9F%A5%E6%89%BE"),
    ],
)
def test_an_address_with_idle_fields_leads_to_the_one_without(staff: Client, asked: str, clean: str) -> None:
    url = "/units/public_security/532300/"
    answer = staff.get(url + asked)
    assert (answer.status_code, answer["Location"]) == (302, url + clean)
    assert staff.get(url + clean).status_code == 200
    assert staff.get(url + asked, headers={"HX-Request": "true"}).status_code == 200
    assert staff.get(f"{url}?print").status_code == 200, "some words say something without a value"
