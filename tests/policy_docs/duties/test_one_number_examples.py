"""A prefecture's plan of early 2018 as the units of today see it: old names, moved functions, half-sentences by level, the level above."""

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.test import Client

from cms.accounts.models import User
from cms.accounts.viewer import COORDINATION
from policy_docs.duties import report, selectors
from policy_docs.duties.binding import Section
from policy_docs.duties.models import Duty
from policy_docs.importing.run import run
from policy_docs.opinions.pages import OpinionPage

pytestmark = pytest.mark.django_db

PLAN = """理政法发〔2018〕6号
中共大理州委政法委员会
大理州查人找物协同办理实施方案
为方便查询，制定本方案。
一、组织机构
成立大理州查人找物协同办理领导小组，成员单位由州公安局、州民政局、州工商局、州综治办、州知识产权局组成。
二、各单位任务
（一）涉及州级代表的，由州人大常委会督促其申报财产；涉及县级代表的，由县、市人大常委会督促其申报财产。
（二）州综治办应当把协助送达列入年度考评，并汇总各乡镇走访线索。
（三）公安机关收到协查函后应当当日布控，查到车辆的立即反馈。
（四）州发改委应当停止受理涉案项目的备案申请。
（五）州国土局要在收到裁定当日办理宗地查封，并回复登记结果。
（六）州住建局要协助查询商品房预售台账。提供涉案项目的规划许可资料和复印件。开发单位正在申请规划核实的，根据协助通知书的要求，停止办理有关手续。
（七）州旅发委要督促旅行社核对报名人员名单。
（八）州政府法制部门要督促行政机关按时履行判决。
（九）州工商局要协助冻结股权，提供登记档案。
（十）州国税局、州地税局要提供退税账户和欠税情况。
（十一）州知识产权局要协助查询商标专利权属。
（十二）州食品药品监督管理局要提供经营许可证信息。
（十三）州安全生产监督管理局要提供烟花爆竹经营名单。
（十四）大理银监分局要督促银行反馈理财产品信息。
（十五）各县市公安局应当指定专人接收协查函。
（十六）各成员单位应当确定一名联络人。
2018年2月8日
"""
ELSEWHERE = """浙司发〔2019〕11号
浙江省司法厅
关于协助查询的实施意见
一、工作任务
（一）公安机关、税务机关、市场监管部门应当按月交换失联人员名单。
2019年5月6日
"""
TOP_COURT = """法发〔2017〕90号
最高人民法院
关于规范查询平台使用的意见
一、使用要求
1.各级人民法院应当逐案登记查询结果，超过期限的说明理由。
2017年4月3日
"""
DALI, XIANGYUN, DAY = "532900", "532923", datetime.date(2026, 6, 1)


@pytest.fixture(scope="module")
def store(keeping: Callable[[], AbstractContextManager[Path]]) -> None:
    with keeping() as folder:
        for name, text in (("plan", PLAN), ("elsewhere", ELSEWHERE), ("court", TOP_COURT)):
            (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        list(run(sorted(folder.glob("*.txt")), actor=None))


def entries(kind: str, code: str, section: Section, on: datetime.date = DAY) -> list[report.Entry]:
    unit = selectors.load_unit(kind, code, on=on)
    rows = [row for row in selectors.rows_for(unit, viewer=COORDINATION) if row.section is section]
    return report.entries(rows, unit, viewer=COORDINATION)


def seen(kind: str, code: str, section: Section = Section.DIRECT, on: datetime.date = DAY) -> dict[str, str]:
    """Label of the item → the name as written."""
    found = entries(kind, code, section, on)
    names = {entry.duty.pk: [span.name_written for span in entry.duty.spans.all() if span.name_written] for entry in found}
    assert all(entry.written in ("、".join(names[entry.duty.pk]), "") for entry in found)  # left out on the page where it is the unit's own name
    return {entry.path.partition("第（")[2].partition("）")[0]: "、".join(names[entry.duty.pk]) for entry in found}


@pytest.mark.parametrize(
    ("kind", "items"),
    [
        ("market_regulation", {"九": "州工商局", "十一": "州知识产权局", "十二": "州食品药品监督管理局"}),
        ("tax", {"十": "州国税局、州地税局"}),
        ("natural_resources", {"五": "州国土局"}),
        ("justice", {"八": "州政府法制部门"}),
        ("emergency", {"十三": "州安全生产监督管理局"}),
        ("culture_tourism", {"七": "州旅发委"}),
        ("political_legal", {"二": "州综治办"}),
        ("financial_regulation", {"十四": "大理银监分局"}),
        ("public_security", {"三": "公安机关"}),
        ("npc", {"一": "州人大常委会"}),
    ],
)
def test_the_unit_of_today_has_the_duties_of_its_old_names(store: None, kind: str, items: dict[str, str]) -> None:
    assert seen(kind, DALI) == items


def test_before_the_reform_of_its_level_a_unit_has_only_its_own(store: None) -> None:
    """The prefecture took over 知识产权 with 2019, its counties at the end of March."""
    assert set(seen("market_regulation", DALI, on=datetime.date(2018, 12, 31))) == {"九", "十二"}
    assert set(seen("market_regulation", DALI, on=datetime.date(2019, 1, 1))) == {"九", "十一", "十二"}
    above = {day: set(seen("market_regulation", XIANGYUN, Section.ABOVE, datetime.date(2019, month, 1))) for day, month in (("before", 2), ("after", 5))}
    assert above == {"before": {"九", "十一", "十二"}, "after": {"九", "十一", "十二"}}


def test_a_moved_function_is_shown_as_possible_with_its_sentences_alone(store: None) -> None:
    (entry,) = entries("natural_resources", DALI, Section.TRANSFER)
    assert entry.written == "州住建局"
    marked = [part.partition("</mark>")[0] for part in str(entry.html).split("<mark>")[1:]]
    assert marked == ["提供涉案项目的规划许可资料和复印件", "开发单位正在申请规划核实的，根据协助通知书的要求，停止办理有关手续"]
    assert not entries("natural_resources", DALI, Section.TRANSFER, datetime.date(2018, 6, 1))


def test_a_county_counts_what_covers_it_and_sees_the_level_above_apart(store: None) -> None:
    assert seen("public_security", XIANGYUN) == {"三": "公安机关", "十五": "各县市公安局"}
    assert seen("public_security", DALI, Section.ABOVE) == {}
    assert seen("development_reform", XIANGYUN) == {}
    assert seen("development_reform", XIANGYUN, Section.ABOVE) == {"四": "州发改委"}


def test_the_halves_of_a_sentence_are_two_quotes(store: None) -> None:
    quotes = {code: [span.quote for entry in entries("npc", code, Section.DIRECT) for span in entry.duty.spans.all()] for code in (DALI, XIANGYUN)}
    assert quotes == {DALI: ["涉及州级代表的，由州人大常委会督促其申报财产"], XIANGYUN: ["涉及县级代表的，由县、市人大常委会督促其申报财产"]}
    assert seen("npc", XIANGYUN, Section.ABOVE) == {"一": "州人大常委会"}


def test_nothing_of_another_province_appears_and_the_top_court_binds_courts(store: None) -> None:
    for kind in selectors.current_vocabulary().kinds_by_key:
        unit = selectors.load_unit(kind, DALI, on=DAY)
        rows = selectors.rows_for(unit, viewer=COORDINATION)
        sources = {entry.opinion.source_name for entry in report.entries(rows, unit, viewer=COORDINATION)}
        assert "elsewhere" not in sources
        if kind == "court":
            assert "court" in sources


@pytest.mark.parametrize(("kind", "code", "tier"), [("civil_affairs", DALI, 1), ("public_security", XIANGYUN, 2), ("civil_affairs", XIANGYUN, 3)])
def test_the_list_of_members_names_units_of_its_own_level(store: None, kind: str, code: str, tier: int) -> None:
    assert {entry.row.tier for entry in entries(kind, code, Section.GROUP)} == {tier}


@pytest.mark.parametrize("role", ["", "liaison", "coordination"])
@pytest.mark.parametrize("choices", ["", "?q=登记&role=responsible&role=mention&level=prefecture", "?q=登记&valid=past&valid=in_force&doc={doc}&to=own"])
def test_the_page_keeps_its_query_budget_whatever_is_chosen(
    store: None, client: Client, role: str, choices: str, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    """With a moved function, a group, members and words to be sought: everything that costs a query."""
    OpinionPage.objects.update(disclosure="open")
    Duty.objects.update(state=Duty.State.CONFIRMED)
    if role:
        client.force_login(User.objects.create(username="reader", role=role), backend="django.contrib.auth.backends.ModelBackend")
    address = f"/units/natural_resources/{DALI}/" + choices.format(doc=OpinionPage.objects.get(source_name="plan").public_key)
    first = client.get(address)
    assert first.status_code == 200
    assert "可能承接" in first.content.decode()
    with django_assert_max_num_queries(24):  # bodies, the directory entry, the topics, the last look and what waits on deleted clauses among them
        client.get(address)
