"""The page of an opinion: what it says of itself, what it lights, what it hides, how much it asks of the database."""

import datetime
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.test import Client

from cms.accounts.models import Role, User
from policy_docs.duties import actions
from policy_docs.duties.models import Duty
from policy_docs.importing.run import run
from policy_docs.opinions.models import Citation, Clause, ClauseText
from policy_docs.opinions.pages import OpinionPage
from tests.factories.search import opinion

pytestmark = pytest.mark.django_db

TEXT = """楚政法发〔2017〕8号
中共楚雄州委政法委员会
关于建立执行协作机制的实施方案
根据《关于落实执行工作的意见》（云政法发〔2016〕2号）和《某省查控规定》，制定本方案。再按《某省查控规定》办理。
一、工作职责
（一）协助查找。公安机关应当及时协助人民法院查找<b>被执行人</b>。
（二）由州公安局会同州税务局核对信息。
（三）各有关部门应当确定联络员。
二、任务分工
序号\t任务\t责任单位
1\t查询户籍\t州公安局
2\t查询纳税\t州税务局
中共楚雄州委政法委员会
2017年5月3日
"""
UPPER = "云政法发〔2016〕2号\n关于落实执行工作的意见\n一、要求\n（一）各级公安机关应当协助执行。\n"


def sign_in(client: Client, role: str, *, kind: str = "public_security", place: str = "532300") -> Client:
    client.force_login(User.objects.create(username=role, role=role, unit_kind=kind, place=place), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture(scope="module")
def stored(keeping: Callable[[], AbstractContextManager[Path]]) -> int:
    with keeping() as folder:
        return opinion(folder, "plan", TEXT).pk


@pytest.fixture
def page(stored: int) -> OpinionPage:
    return OpinionPage.objects.get(pk=stored)


@pytest.fixture
def staff(client: Client) -> Client:
    return sign_in(client, Role.LIAISON)


def shown(client: Client, page: OpinionPage, query: str = "") -> str:
    answer = client.get(f"/opinions/{page.public_key}/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def clause(start: str) -> ClauseText:
    return ClauseText.objects.select_related("clause").get(text__startswith=start)


def test_identity_comes_first_and_says_what_is_not_known(staff: Client, page: OpinionPage) -> None:
    body = shown(staff, page)
    head = body[body.index("doc__head") : body.index("</header>", body.index("doc__head"))]
    for words in ("楚政法发〔2017〕8号", "中共楚雄州委政法委员会", "2017年5月3日", "楚雄彝族自治州", "主动公开", "施行日期原文未注明，有效期未注明"):
        assert words in head
    for absent in ("主送机关", "印发通知"):  # a document may have none: that is nothing unknown
        assert absent not in head
    OpinionPage.objects.filter(pk=page.pk).update(addressees="各县市人民法院", issuer="")
    body = shown(staff, page)
    assert "<dt>主送机关</dt><dd>各县市人民法院</dd>" in body
    assert "<dt>发文机关</dt><dd>不详</dd>" in body


@pytest.mark.parametrize(
    ("values", "label", "words"),
    [
        ({"repealed_on": datetime.date(2020, 9, 1)}, "已废止", "自2020年9月1日起废止"),
        ({"effective_until": datetime.date(2021, 5, 31)}, "已过有效期", "有效期至2021年5月31日"),
        ({"effective_from": datetime.date(2999, 1, 1)}, "尚未生效", "2999年1月1日起施行"),
    ],
)
def test_validity_is_given_with_its_reason(staff: Client, page: OpinionPage, values: dict[str, datetime.date], label: str, words: str) -> None:
    OpinionPage.objects.filter(pk=page.pk).update(**values)
    body = shown(staff, page)
    assert f'<span class="tag tag--gone">{label}</span>' in body
    assert f"{label}：{words}" in body
    assert f"本文件{label}" in body


def test_clauses_stand_in_order_with_place_and_citation(staff: Client, page: OpinionPage) -> None:
    body = shown(staff, page)
    keys = re.findall(r'id="c-(\w+)"', body)
    rows = ClauseText.objects.filter(version__opinion=page).exclude(kind="title").order_by("order").values_list("clause__public_key", flat=True)
    assert keys == list(rows)
    key = clause("协助查找").clause.public_key
    assert f'href="c/{key}/"' in body
    assert 'data-path="第一部分第（一）项"' in body
    assert 'data-cite="《关于建立执行协作机制的实施方案》（楚政法发〔2017〕8号）"' in body
    assert "<b>（一）</b><b>协助查找。</b>" in body


def test_a_clause_takes_few_elements(staff: Client, page: OpinionPage) -> None:
    """A law of 1,260 articles made 36,889 of them, 22 for each clause, and a phone took a minute."""
    Duty.objects.update(state=Duty.State.CONFIRMED)
    body = shown(staff, page)
    for section in re.findall(r'<section class="clause.*?</section>', body, re.S):
        own = re.sub(r"<li>.*?</li>|<mark.*?</mark>", "", section, flags=re.S)  # those of each duty and quote aside
        assert len(re.findall(r"<[a-z]", own)) <= 13, own
    assert re.search(r'<li><span class="dot dot--\w+">\w+</span><a class="dref"', body), "no wrapper around a name alone"


def test_a_long_page_tells_heights_before_it_is_laid_out(staff: Client, page: OpinionPage, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "paper--long" not in shown(staff, page)
    monkeypatch.setattr("policy_docs.duties.layout._LONG", 3)
    body = shown(staff, page)
    assert '<div class="paper paper--long">' in body
    assert re.search(r'<section class="clause s[0-5] d[1-6][ "]', body), "by its length and by what stands beside it"
    assert re.search(r'<section class="clause s[0-5] d0[ "]', body)


def test_words_of_a_document_are_escaped(staff: Client, page: OpinionPage) -> None:
    body = shown(staff, page)
    assert "&lt;b&gt;被执行人&lt;/b&gt;" in body
    assert "<b>被执行人" not in body


def test_parts_open_and_close(staff: Client, page: OpinionPage) -> None:
    body = shown(staff, page)
    assert body.count("<section") == body.count("</section>")
    assert body.index("协助查找") < body.index("任务分工")
    parts = re.findall(r'<section class="part" id="c-(\w+)"', body)
    assert len(parts) == 2


def test_badges_open_their_duties(staff: Client, page: OpinionPage) -> None:
    body = shown(staff, page)
    duty = Duty.objects.filter(kind="public_security", clause=clause("协助查找").clause).exclude(role="mention").get()
    assert f'href="d/{duty.pk}/">公安机关</a><span class="own">本单位</span>' in body
    assert "未点名，各单位按名单推定" in body


def test_my_duties_are_counted_as_on_the_page_of_my_unit(staff: Client, page: OpinionPage) -> None:
    body = shown(staff, page)
    unit = staff.get("/units/public_security/532300/").content.decode()
    number = re.search(r"在本文件中有 (\d+) 条职责", body)
    assert number is not None
    assert f"{number[1]} 条职责，出自 1 份文件" in unit
    assert body.count("class=me>") >= int(number[1]) - 1  # two duties may rest on one quote
    assert "data-only checked" not in body
    assert "data-only checked" in shown(staff, page, "?only=mine")


def test_a_unit_of_another_place_has_nothing_here(client: Client, page: OpinionPage) -> None:
    body = shown(sign_in(client, Role.LIAISON, place="430000"), page)
    assert "在本文件中有" not in body
    assert "class=me" not in body
    asked = shown(client, page, "?unit=public_security")
    assert "所查单位 <b>楚雄州公安局</b>" in asked
    assert "class=me>" in asked


@pytest.mark.parametrize(
    "query", ["?unit=x", "?unit=public_security&place=0", "?version=x", "?version=99", "?on=2020-13-45", "?on=1900-01-01", "?from=zz", "?only=1"]
)
def test_odd_addresses_do_no_harm(staff: Client, page: OpinionPage, query: str) -> None:
    shown(staff, page, query)


def test_rows_of_a_table_are_a_table_with_their_duties(staff: Client, page: OpinionPage) -> None:
    body = shown(staff, page)
    assert '<th scope="col">责任单位</th>' in body
    assert re.search(r"<td>查询户籍</td><td>.*州公安局", body)
    assert body.count("<table") == 2  # of the text, and of the versions


def test_citations_are_links_both_ways(staff: Client, page: OpinionPage, tmp_path: Path) -> None:
    body = shown(staff, page)
    assert body.count("cited--told") == 2  # each document that is not in the store is told of once
    assert "未收录" in body
    upper = opinion(tmp_path, "upper", UPPER)
    body = shown(staff, page)
    assert f'<a href="/opinions/{upper.public_key}/">《关于落实执行工作的意见》（云政法发〔2016〕2号）</a>' in body
    back = shown(staff, upper)
    citing = Citation.objects.filter(opinion=page, target=upper)[0].clause.public_key
    assert f'依据，见<a href="/opinions/{page.public_key}/c/{citing}/">引言</a>' in back
    assert f'<a href="/opinions/{page.public_key}/">关于建立执行协作机制的实施方案</a>' in back[back.index("被引用 <") :]


def test_a_cited_document_that_the_reader_may_not_see_is_as_if_it_were_not_there(client: Client, page: OpinionPage, tmp_path: Path) -> None:
    before = shown(client, page)
    upper = opinion(tmp_path, "upper", UPPER, disclosure="closed")
    OpinionPage.objects.filter(pk=page.pk).update(repealed_by=upper, repealed_on=datetime.date(2020, 1, 1))
    body = shown(client, page)
    assert upper.public_key not in body
    assert before.count("未收录") == body.count("未收录")
    assert client.get(f"/opinions/{upper.public_key}/").status_code == 404


def test_the_public_sees_confirmed_duties_alone(client: Client, page: OpinionPage) -> None:
    assert "drefs" not in shown(client, page)
    duty = Duty.objects.filter(kind="tax").exclude(role="mention").first()
    assert duty is not None
    actions.decide([duty], state=Duty.State.CONFIRMED, actor=User.objects.create(username="office", role=Role.COORDINATION))
    body = shown(client, page)
    assert body.count('class="drefs"') == 1
    assert "待核对" not in body


def test_an_earlier_text_says_so_and_shows_only_duties_that_its_words_prove(staff: Client, page: OpinionPage, tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text(
        TEXT.replace("由州公安局会同州税务局核对信息", "由州公安局会同州民政局核对信息").replace("5月3日", "6月3日"), encoding="utf-8"
    )
    list(run([tmp_path / "plan.txt"], actor=None))
    old = shown(staff, page, "?version=1")
    assert "这是第 1 版的文字" in old
    assert "会同州税务局" in old
    assert "会同州民政局" not in old
    assert "民政" not in old[old.index("会同州税务局") : old.index("各有关部门应当")]
    assert "第 1 版的文字" not in shown(staff, page)
    assert "2017年5月10日的文字是第 1 版" in shown(staff, page, "?on=2017-05-10")
    assert "会同州民政局" in shown(staff, page, "?on=2017-07-01")


def test_old_addresses_of_clauses_lead_on(staff: Client, page: OpinionPage) -> None:
    old, new = clause("由州公安局").clause, clause("各有关部门").clause
    Clause.objects.filter(pk=old.pk).update(retired_at="2024-01-01T00:00:00Z", succeeded_by=new)
    answer = staff.get(f"/opinions/{page.public_key}/c/{old.public_key}/")
    assert answer["Location"] == f"/opinions/{page.public_key}/?from={old.public_key}#c-{new.public_key}"
    assert "您打开的链接来自第 1 版" in shown(staff, page, f"?from={old.public_key}")
    Clause.objects.filter(pk=new.pk).update(retired_at="2024-01-01T00:00:00Z", succeeded_by=old)  # a ring
    assert staff.get(f"/opinions/{page.public_key}/c/{old.public_key}/").status_code == 410


def test_drafts_are_for_the_coordination_office(client: Client, tmp_path: Path) -> None:
    (tmp_path / "d.txt").write_text(UPPER, encoding="utf-8")
    list(run([tmp_path / "d.txt"], actor=None, live=False))
    draft = OpinionPage.objects.get(source_name="d")
    assert client.get(f"/opinions/{draft.public_key}/").status_code == 404
    assert "草稿，只有协调机构能看" in shown(sign_in(client, Role.COORDINATION), draft)


def test_the_page_keeps_its_query_budget(
    staff: Client, page: OpinionPage, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    shown(staff, page)
    with django_assert_max_num_queries(15):
        shown(staff, page)


def test_no_script_stands_in_the_page(staff: Client, page: OpinionPage) -> None:
    body = shown(staff, page)
    assert not re.search(r"<script(?![^>]* src=)[^>]*>|\son\w+=|\sstyle=", body)


def test_a_day_before_it_took_force_says_so_and_counts_nothing(client: Client, page: OpinionPage) -> None:
    OpinionPage.objects.filter(pk=page.pk).update(effective_from=datetime.date(2017, 6, 1))
    told = shown(client, page, "?on=2017-05-20&unit=public_security")
    assert "2017年5月20日，本文件还没有施行" in told
    assert "那一天适用的就是本页文字" not in told
    assert "mybar" not in told
    assert "那一天适用的就是本页文字" in shown(client, page, "?on=2017-07-01")
