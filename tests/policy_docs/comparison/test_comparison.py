"""Documents side by side: numbers that open the clauses they count, partners that surely say the same, and what one side lacks."""

import io
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from cms.accounts.models import User
from policy_docs.comparison.beside import pairs
from policy_docs.opinions.alike import Match, Sayable, aligned
from policy_docs.opinions.models import ClauseText
from policy_docs.opinions.pages import OpinionPage
from tests.factories.search import opinion

UPPER = """云法联〔2018〕6号
云南省关于建立车辆查控协作机制的意见
一、职责
（一）公安机关应当协助人民法院查找被执行人车辆，路面执勤中发现被查封车辆的，应当先行扣留并及时通知执行法院到场接收。
（二）公安机关应当将拒不执行判决裁定的案件线索及时登记，依法立案侦查，并在七日内将处理结果书面告知移送的人民法院。
（三）税务机关应当及时向人民法院提供被执行人纳税申报和退税信息，办理退税前告知执行法院，并协助冻结应退税款。
（四）公安机关应当协助。
"""
LOWER = """楚法联〔2019〕2号
楚雄州关于落实车辆查控协作机制的实施意见
根据《云南省关于建立车辆查控协作机制的意见》（云法联〔2018〕6号），制定本意见。
一、职责
（一）州公安局应当协助人民法院查找被执行人车辆，路面执勤中发现被查封车辆的，应当先行扣留并在两小时内通知执行法院到场接收。
（二）及时向人民法院提供被执行人纳税申报和退税信息，办理退税前告知执行法院，并协助冻结应退税款，不得拖延推诿。
（三）州民政局应当每月向人民法院推送婚姻登记、低保对象变动和社会组织登记信息，发现异常情况的及时反馈。
"""


def test_pairs_are_one_to_one_and_the_surest_come_first() -> None:
    left = [
        Sayable.of(text)
        for text in ("公安机关应当协助人民法院查找被执行人车辆，发现后及时通知。", "公安机关应当协助人民法院查找被执行人车辆，发现后及时通知执行法院。", "短。")
    ]
    right = [Sayable.of("公安机关应当协助人民法院查找被执行人车辆，发现后及时通知执行法院到场。")]
    assert aligned(left, right) == [Match(1, 0)]


@pytest.fixture
def pages(db: None, tmp_path: Path) -> tuple[OpinionPage, OpinionPage]:
    return opinion(tmp_path, "upper", UPPER), opinion(tmp_path, "lower", LOWER)


@pytest.fixture
def staff(db: None) -> Client:
    client = Client()
    client.force_login(
        User.objects.create(username="chen", role="liaison", place="532300", unit_kind="public_security"), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def chosen(*pages: OpinionPage) -> dict[str, list[str]]:
    return {"doc": [page.public_key for page in pages]}


def test_each_number_opens_the_clauses_that_it_counts(pages: tuple[OpinionPage, OpinionPage], staff: Client) -> None:
    context = staff.get("/compare/", chosen(*pages)).context
    lines = {line.key: cells for line, cells in context["lines"]}
    assert [number for _column, number, _url in lines["public_security"]] == [3, 1]
    assert [number for _column, number, _url in lines["tax"]][0] == 1
    for cells in lines.values():
        for at, (_column, number, url) in enumerate(cells):
            if number:
                opened = staff.get(url).context
                assert opened["left"].page == pages[at]
                assert opened["both"] + opened["missing"] >= number
                assert sum(one is not None and one.about and not one.again for one, _other, _none in opened["rows"]) == number


def test_partners_stand_side_by_side_and_what_is_lacking_is_said(pages: tuple[OpinionPage, OpinionPage], staff: Client) -> None:
    upper, lower = pages
    answer = staff.get("/compare/clauses/", {**chosen(upper, lower), "unit": "public_security"})
    rows = [(one and one.text.text[:12], other and other.text.text[:12]) for one, other, _none in answer.context["rows"]]
    assert rows == [("公安机关应当协助人民法院", "州公安局应当协助人民法院"), ("公安机关应当将拒不执行判", None), ("公安机关应当协助。", None)]
    body = answer.content.decode()
    assert body.count("下级文件未见对应条款") == 1
    assert "条文过短，没有对照" in body  # nothing is claimed of what cannot be compared
    only = staff.get("/compare/clauses/", {**chosen(upper, lower), "unit": "public_security", "only": "missing"})
    assert [one.text.text[:12] for one, _other, _none in only.context["rows"]] == ["公安机关应当将拒不执行判", "公安机关应当协助。"]


def test_the_same_words_without_the_name_of_the_unit_are_found_too(pages: tuple[OpinionPage, OpinionPage]) -> None:
    upper, lower = pages
    left, right = (list(ClauseText.objects.filter(version__opinion=page, kind="clause").order_by("order")) for page in (upper, lower))
    tax = next(row for row in left if row.text.startswith("税务机关"))
    (pair,) = pairs(left, right, {tax.clause_id}, set())
    assert pair.right is not None
    assert pair.right.text.startswith("及时向人民法院提供")
    assert not pair.about_right


def test_places_are_compared_by_their_documents_in_force(pages: tuple[OpinionPage, OpinionPage], staff: Client) -> None:
    codes = [page.jurisdiction_id for page in OpinionPage.objects.order_by("pk")]
    assert codes == ["530000", "532300"]
    context = staff.get("/compare/", {"place": codes}).context
    assert [column.key for column, _without in context["columns"]] == codes
    lines = {line.key: line.counts for line, _cells in context["lines"]}
    assert lines["public_security"] == (3, 1)
    OpinionPage.objects.filter(pk=pages[1].pk).update(repealed_on="2020-01-01")
    lines = {line.key: line.counts for line, _cells in staff.get("/compare/", {"place": codes}).context["lines"]}
    assert lines["public_security"] == (3, 0)


def test_the_tables_hold_what_the_pages_show(pages: tuple[OpinionPage, OpinionPage], staff: Client) -> None:
    table = load_workbook(io.BytesIO(staff.get("/compare/table.xlsx", chosen(*pages)).content))
    rows = {row[0]: row[1:] for row in table["对照"].iter_rows(values_only=True)}
    assert rows["公安机关"] == ("3", "1", "4")
    table = load_workbook(io.BytesIO(staff.get("/compare/clauses.xlsx", {**chosen(*pages), "unit": "public_security"}).content))
    assert [row[4] for row in table["条款对照"].iter_rows(min_row=2, values_only=True)][0].startswith("（一）州公安局")


@pytest.mark.parametrize(("a", "b"), [(0, 1), (1, 0)])
def test_the_table_says_of_what_is_lacking_what_the_page_says(pages: tuple[OpinionPage, OpinionPage], staff: Client, a: int, b: int) -> None:
    asked = {**chosen(*pages), "unit": "public_security", "a": pages[a].public_key, "b": pages[b].public_key}
    page = staff.get("/compare/clauses/", asked)
    shown = [none for _one, _other, none in page.context["rows"]]
    assert sorted(shown) == sorted(["", "下级文件未见对应条款" if a == 0 else "左边未见对应条款", "条文过短，没有对照"])
    for none in filter(None, shown):
        assert none in page.content.decode()
    table = load_workbook(io.BytesIO(staff.get("/compare/clauses.xlsx", asked).content))["条款对照"]
    empty = [row[1] if not row[2] else row[3] if not row[4] else "" for row in table.iter_rows(min_row=2, values_only=True)]
    assert empty == shown


def test_the_public_sees_neither_hidden_documents_nor_what_waits(pages: tuple[OpinionPage, OpinionPage]) -> None:
    OpinionPage.objects.filter(pk=pages[1].pk).update(disclosure="closed")
    answer = Client().get("/compare/", chosen(*pages))
    assert [column.page for column, _without in answer.context["columns"]] == [pages[0]]
    assert not answer.context["lines"]  # nothing is confirmed yet
    assert "楚法联" not in answer.content.decode()
    assert "楚法联" not in Client().get("/compare/", {"q": "楚法联"}).content.decode().replace('value="楚法联"', "").replace("没有找到“楚法联”", "")
    url = reverse("policy_docs:beside") + f"?doc={pages[0].public_key}&doc={pages[1].public_key}&unit=public_security&b={pages[1].public_key}"
    assert "两小时" not in Client().get(url).content.decode()


@pytest.mark.parametrize(
    "query", ["", "doc=x", "doc=x&unit=court", "unit=court", "topic=nosuch", "place=zz&unit=court", "doc=%00&place=%00&unit=%00&q=%00&page=zz"]
)
def test_odd_addresses_give_no_error(query: str, staff: Client, pages: tuple[OpinionPage, OpinionPage]) -> None:
    assert staff.get(f"/compare/?{query}").status_code == 200
    assert staff.get(f"/compare/clauses/?{query}").status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_columns(
    pages: tuple[OpinionPage, OpinionPage], tmp_path: Path, staff: Client, django_assert_max_num_queries: object
) -> None:
    more = [opinion(tmp_path, f"m{number}", UPPER.replace("6号", f"{number + 60}号").replace("意见", f"意见（{number}）")) for number in range(3)]
    staff.get("/compare/", chosen(*pages))
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        answer = staff.get("/compare/", chosen(*pages, *more))
    assert len(answer.context["columns"]) == 5
    query = parse_qs(urlsplit(answer.context["lines"][0][1][0][2]).query)
    assert len(query["doc"]) == 5
