"""What the store may lack: exact numbers, lines that lead on, what is done on them and taken back, and who sees it."""

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from cms.accounts.models import Role, User
from cms.accounts.viewer import COORDINATION
from cms.audit.models import AuditEntry
from policy_docs.duties import actions, gaps, narrowing, report, selectors
from policy_docs.duties.models import Duty, UnknownUnitName
from policy_docs.opinions.drafts import newest, start_of
from policy_docs.opinions.models import Citation
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.setaside import drop, set_aside
from policy_docs.units.models import MemberUnit
from tests.factories.opinions import import_text, publish, reword
from tests.factories.search import opinion

pytestmark = pytest.mark.django_db
URL = "/completeness/"
TODAY = datetime.date(2026, 11, 26)

PLAN = """楚政法发〔2017〕8号
中共楚雄州委政法委员会
关于建立执行协作机制的实施方案
根据《关于落实执行工作的意见》（云政法发〔2016〕2号）、《中华人民共和国民事诉讼法》和《某省查控规定》，制定本方案。按照《民事诉讼法》《某省查控规定》办理，并参考《信息报送要点》。
一、工作职责
（一）协助查找。公安机关应当及时协助人民法院查找被执行人。
（二）由协助查控中心会同州税务局核对信息，协助查控中心汇总。
（三）各有关部门应当确定联络员。
中共楚雄州委政法委员会
2017年5月3日
"""
UPPER = "云政法发〔2016〕2号\n关于落实执行工作的意见\n一、要求\n（一）各级公安机关应当协助执行。\n2016年3月1日\n"


@pytest.fixture
def page(tmp_path: Path) -> OpinionPage:
    return opinion(tmp_path, "plan", PLAN)


@pytest.fixture
def office(db: None, client: Client) -> Client:
    client.force_login(User.objects.create(username="c", display_name="李静", role=Role.COORDINATION), backend="django.contrib.auth.backends.ModelBackend")
    return client


def shown(client: Client, query: str = "") -> str:
    answer = client.get(URL + query)
    assert answer.status_code == 200
    return answer.content.decode()


def names(*, upper: bool) -> dict[str, tuple[int, int]]:
    return {row["name"]: (row["times"], row["documents"]) for row in gaps.cited(upper=upper)}


def test_a_cited_document_counts_once_however_it_is_written(page: OpinionPage, tmp_path: Path) -> None:
    opinion(tmp_path, "second", PLAN.replace("8号", "9号").replace("实施方案", "实施细则"))
    found = names(upper=True)
    assert found["民事诉讼法"] == (4, 2)
    assert found["某省查控规定"] == (4, 2)
    assert len(found) == 3
    assert names(upper=False).keys() - found.keys() == {"信息报送要点"}


def test_a_document_that_comes_leaves_the_list(page: OpinionPage, tmp_path: Path) -> None:
    before = names(upper=True)
    opinion(tmp_path, "upper", UPPER)
    assert len(names(upper=True)) == len(before) - 1


def test_a_unit_is_told_of_the_same_documents_as_the_office(office: Client, page: OpinionPage) -> None:
    unit = selectors.load_unit("public_security", "532300", on=TODAY)
    said = report.completeness([], unit, viewer=COORDINATION)
    listed = [line.written for line in gaps.cited_lines(list(gaps.cited(upper=False)))]
    assert sorted(said.missing) == sorted(listed)
    assert said.missing[-1] == "《信息报送要点》"  # what is only mentioned comes last
    assert said.upper == gaps.cited(upper=True).count() == 3
    assert "被引用的文件有 4 份本库未收录，其中上级依据 3 份：" in office.get("/units/public_security/532300/").content.decode()
    decided(office)
    after = report.completeness([], unit, viewer=COORDINATION)
    assert (after.decided, len(after.missing)) == (["《中华人民共和国民事诉讼法》"], 3)


def test_what_is_not_published_cites_nothing(page: OpinionPage) -> None:
    assert names(upper=False)
    page.unpublish()
    assert not names(upper=False)
    assert not gaps.unknown_names().exists()
    assert not gaps.unreviewed().exists()


def test_lines_lead_to_the_places_and_to_the_work(office: Client, page: OpinionPage) -> None:
    body = shown(office, "?of=cited")
    cited = Citation.objects.get(number_key__startswith="云政法发")
    assert "《关于落实执行工作的意见》（云政法发〔2016〕2号）" in body
    assert f'href="/opinions/{page.public_key}/c/{cited.clause.public_key}/"' in body
    add = body[: body.index("收录文件")].rpartition('href="')[2].split('"')[0]
    assert office.get(add).status_code == 200
    body = shown(office, "?of=names")
    name = UnknownUnitName.objects.values_list("written", flat=True).distinct().get()
    assert f'<h3 class="plain">{name}</h3>' in body
    assert "1 份文件，2 处" in body
    bench = body[: body.index("到工作台处理")].rpartition('href="')[2].split('"')[0]
    assert name in office.get(bench).content.decode()
    judge = body[: body.index("逐处判断")].rpartition('href="')[2].split('"')[0]
    assert name in office.get(judge).content.decode()


def test_a_name_that_is_judged_or_becomes_a_way_of_writing_leaves_the_list(page: OpinionPage) -> None:
    assert gaps.unknown_names().count() == 1
    UnknownUnitName.objects.update(ignored=True)
    assert gaps.unknown_names().count() == 0


def test_a_unit_is_bare_exactly_where_its_page_counts_nothing(page: OpinionPage, tmp_path: Path) -> None:
    """The oracle is the selector of the page itself, asked of every kind at three places."""
    opinion(tmp_path, "upper", UPPER)
    lists = "楚政办发〔2018〕1号\n关于成立领导小组的通知\n一、成员单位\n领导小组成员单位：州公安局、州民政局、州税务局。\n2018年1月2日\n"
    opinion(tmp_path, "lists", lists)
    Duty.objects.filter(kind="tax").update(state=Duty.State.REJECTED)
    kinds = ("public_security", "tax", "civil_affairs", "finance", "court")
    for number, (kind, code) in enumerate((kind, code) for kind in kinds for code in ("530000", "532300", "532301")):
        User.objects.create(username=f"u{number}", role=Role.LIAISON, unit_kind=kind, place=code)
    expected = set()
    for kind in kinds:
        for code in ("530000", "532300", "532301"):
            unit = selectors.load_unit(kind, code, on=TODAY)
            if not report.counted(selectors.rows_for(unit, viewer=COORDINATION), narrowing.Filters()):
                expected.add((kind, code))
    found = {(bare.unit.kind.key, bare.unit.seat.code) for bare in gaps.bare_units(TODAY)}
    assert found == expected
    assert 0 < len(expected) < 15


def test_a_bare_unit_says_what_else_concerns_it(office: Client, page: OpinionPage) -> None:
    MemberUnit.objects.create(kind_id="tax", jurisdiction_id="532300", name="楚雄州税务局")
    assert gaps.bare_units(TODAY) == []
    Duty.objects.filter(kind="tax").update(state=Duty.State.REJECTED)
    line = gaps.bare_lines(gaps.bare_units(TODAY), TODAY)[0]
    assert (line.mentions, line.rejected, line.shared) == (0, Duty.objects.filter(kind="tax").count(), 1)
    body = shown(office, "?of=units")
    assert "已驳回" in body
    assert "共同职责 1 条，推定适用" in body
    assert 'href="/units/tax/532300/"' in body


def test_a_document_leaves_with_its_last_open_duty(office: Client, page: OpinionPage) -> None:
    row = gaps.unreviewed().get()
    assert row.open_duties == Duty.objects.exclude(role="mention").count()
    assert f"待核对 {row.open_duties} 条" in shown(office, "?of=review")
    Duty.objects.filter(kind="tax").update(state=Duty.State.TO_CHECK)
    assert "其中原文有变 1 条" in shown(office, "?of=review")
    actions.decide(Duty.objects.exclude(role="mention"), state=Duty.State.CONFIRMED, actor=User.objects.get())
    assert not gaps.unreviewed().exists()
    assert "公开的文件都已核对完" in shown(office, "?of=review")


def test_a_document_without_duties_is_closed_by_a_person_and_opened_again(office: Client, tmp_path: Path) -> None:
    page = opinion(tmp_path, "empty", "楚政法发〔2019〕1号\n关于印发情况的通报\n一、情况\n（一）全州形势平稳。\n2019年2月1日\n")
    assert "还没有人确认读过" in shown(office, "?of=review")
    answer = office.post(URL, {"verb": "reviewed", "key": page.public_key, "back": "of=review"}, follow=True)
    assert answer.redirect_chain[0][0] == f"{URL}?of=review"
    assert "标为核对完成" in answer.content.decode()
    assert OpinionPage.objects.get().reviewed_at is not None
    assert AuditEntry.objects.filter(action="opinion.reviewed").count() == 1
    office.post(URL, {"verb": "undo"})
    assert OpinionPage.objects.get().reviewed_at is None


def test_a_document_with_open_duties_is_not_closed(office: Client, page: OpinionPage) -> None:
    answer = office.post(URL, {"verb": "reviewed", "key": page.public_key}, follow=True)
    assert "还有待核对的职责" in answer.content.decode()
    assert OpinionPage.objects.get().reviewed_at is None


@pytest.mark.parametrize(
    ("values", "listed"),
    [
        ({"issue_date": datetime.date(2017, 5, 3)}, True),
        ({"issue_date": None}, True),
        ({"issue_date": datetime.date(2021, 11, 26)}, True),
        ({"issue_date": datetime.date(2021, 11, 27)}, False),
        ({"validity_confirmed_on": datetime.date(2025, 1, 1)}, False),
        ({"validity_confirmed_on": datetime.date(2019, 1, 1)}, True),
        ({"repealed_on": datetime.date(2020, 1, 1)}, False),
        ({"effective_until": datetime.date(2020, 1, 1)}, False),
        ({"live": False}, False),
    ],
)
def test_which_documents_want_confirming(page: OpinionPage, values: dict[str, object], listed: bool) -> None:
    page.versions.update(in_force_from=None)
    OpinionPage.objects.filter(pk=page.pk).update(**values)
    assert gaps.unconfirmed(TODAY, years=5).exists() is listed


def test_a_new_text_confirms_too(page: OpinionPage) -> None:
    assert gaps.unconfirmed(TODAY, years=5).exists()
    page.versions.update(in_force_from=datetime.date(2024, 1, 1))
    assert not gaps.unconfirmed(TODAY, years=5).exists()
    assert gaps.unconfirmed(TODAY, years=1).exists()
    assert gaps.unconfirmed(datetime.date(2028, 2, 29), years=1).exists()


def test_validity_is_confirmed_and_taken_back(office: Client, page: OpinionPage) -> None:
    assert "收录后没有确认过" in shown(office, "?of=valid")
    answer = office.post(URL, {"verb": "confirm", "key": page.public_key, "seen": "", "back": "of=valid&years=5"}, follow=True)
    assert "已确认《关于建立执行协作机制的实施方案》现行有效" in answer.content.decode()
    assert OpinionPage.objects.get().validity_confirmed_on == timezone.localdate()
    entry = AuditEntry.objects.get(action="opinion.validity")
    assert (entry.details["before"], entry.actor) == (None, "李静")
    assert "没有满 5 年未确认的文件" in shown(office, "?of=valid")
    assert "核实有效" in office.get(f"/opinions/{page.public_key}/").content.decode()
    again = office.post(URL, {"verb": "confirm", "key": page.public_key, "seen": ""}, follow=True)
    assert "已由他人确认" in again.content.decode()
    office.post(URL, {"verb": "undo"})
    assert OpinionPage.objects.get().validity_confirmed_on is None
    assert "没有撤销" in office.post(URL, {"verb": "undo"}, follow=True).content.decode()


def test_what_is_no_longer_in_force_is_not_confirmed(office: Client, page: OpinionPage) -> None:
    OpinionPage.objects.update(repealed_on=datetime.date(2020, 1, 1))
    assert "没有确认：《关于建立执行协作机制的实施方案》已废止" in office.post(URL, {"verb": "confirm", "key": page.public_key}, follow=True).content.decode()
    assert OpinionPage.objects.get().validity_confirmed_on is None


def test_a_confirmation_outlives_later_editing(tmp_path: Path) -> None:
    page = import_text(tmp_path)
    page.save_revision()
    OpinionPage.objects.update(validity_confirmed_on=datetime.date(2026, 1, 1))
    page = OpinionPage.objects.get().get_latest_revision_as_object()
    reword(page, "应当", "必须")
    assert publish(page).validity_confirmed_on == datetime.date(2026, 1, 1)


def test_lists_are_cut_and_numbers_are_whole(office: Client, page: OpinionPage) -> None:
    clause = Citation.objects.first()
    assert clause is not None
    Citation.objects.bulk_create(
        Citation(opinion=page, clause=clause.clause, start=0, end=1, written=f"《第{number}号规定》", title=f"第{number}号规定", relation="based_on")
        for number in range(120)
    )
    total = len(names(upper=True))
    body = shown(office, "?of=cited")
    assert f"{total} 份" in body
    assert body.count("<h3") == 50
    assert "第 1 页，共 3 页" in body
    assert shown(office, "?of=cited&page=3").count("<h3") == total - 100


@pytest.mark.parametrize("query", ["?of=x", "?page=0", "?page=x", "?years=0", "?years=x&of=valid", "?rel=x"])
def test_odd_addresses_do_no_harm(office: Client, query: str) -> None:
    shown(office, query)


@pytest.mark.parametrize(
    "data", [{}, {"verb": "x"}, {"verb": "confirm", "key": "nothing"}, {"verb": "reviewed"}, {"verb": "undo"}, {"verb": "rewrite", "key": "x"}]
)
def test_odd_deeds_do_no_harm(office: Client, data: dict[str, str]) -> None:
    assert office.post(URL, data).status_code == 302
    assert not AuditEntry.objects.filter(action__startswith="opinion.").exists()


def test_only_the_office_acts(client: Client, page: OpinionPage) -> None:
    client.force_login(User.objects.create(username="l", role=Role.LIAISON), backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(URL, {"verb": "confirm", "key": page.public_key}).status_code == 403
    assert OpinionPage.objects.get().validity_confirmed_on is None


def test_what_was_published_without_saying_what_it_must_is_listed_until_it_says_so(office: Client, page: OpinionPage) -> None:
    OpinionPage.objects.filter(pk=page.pk).update(disclosure="")
    body = shown(office, "?of=facts")
    assert "请选择公开属性" in body
    assert f"/admin/pages/{page.pk}/edit/#id_disclosure" in body
    assert "请填写发文机关" not in body
    page.disclosure = "closed"
    publish(page)
    assert "请选择公开属性" not in shown(office, "?of=facts")
    OpinionPage.objects.update(issuer="", issue_date=None, effective_from=None)
    assert list(gaps.unspoken()) == [page]
    OpinionPage.objects.update(unsigned=True, undated=True)
    assert not gaps.unspoken().exists()


@pytest.mark.parametrize("of", ["cited", "units", "names", "review", "facts", "valid", "inputs", "index"])
def test_the_page_keeps_its_query_budget(
    of: str, office: Client, page: OpinionPage, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    MemberUnit.objects.create(kind_id="finance", jurisdiction_id="532300", name="楚雄州财政局")
    shown(office, f"?of={of}")
    with django_assert_max_num_queries(24):
        shown(office, f"?of={of}")


LAW = "民事诉讼法"


def decided(client: Client, name: str = LAW, reason: str = "已由新法代替") -> str:
    return client.post(
        URL, {"verb": "not_collected", "key": name, "written": f"《{name}》", "reason": reason, "back": "of=cited"}, follow=True
    ).content.decode()


def test_what_is_not_to_be_collected_leaves_the_list_and_is_listed_apart(office: Client, page: OpinionPage) -> None:
    before = names(upper=True)
    assert f"已决定不收录：《{LAW}》" in decided(office)
    assert names(upper=True).keys() == before.keys() - {LAW}
    body = shown(office, "?of=decided")
    assert "已由新法代替" in body
    assert "1 份文件引用 2 处" in body
    entry = AuditEntry.objects.get(action="opinion.not_collected")
    assert (entry.details["name"], entry.details["reason"]) == (LAW, "已由新法代替")
    office.post(URL, {"verb": "undo"})
    assert names(upper=True) == before
    decided(office)
    office.post(URL, {"verb": "collect", "key": str(gaps.not_collected().get().pk)})
    assert names(upper=True) == before
    assert AuditEntry.objects.filter(action="opinion.to_be_collected").count() == 2


@pytest.mark.parametrize("reason", ["", "  ", "长" * 201])
def test_a_decision_needs_a_reason(office: Client, page: OpinionPage, reason: str) -> None:
    assert "没有办理" in decided(office, reason=reason)
    assert not gaps.not_collected().exists()


def test_a_second_decision_and_a_second_way_back_are_told(office: Client, page: OpinionPage) -> None:
    decided(office)
    assert "已由他人决定不收录" in decided(office)
    key = str(gaps.not_collected().get().pk)
    office.post(URL, {"verb": "collect", "key": key})
    assert "已经撤销" in office.post(URL, {"verb": "collect", "key": key}, follow=True).content.decode()
    assert "已经撤销" in office.post(URL, {"verb": "collect", "key": "x"}, follow=True).content.decode()


def test_pages_say_that_it_was_decided(office: Client, page: OpinionPage) -> None:
    upper = Citation.objects.get(number_key__startswith="云政法发")
    unit = selectors.load_unit("public_security", "532300", on=TODAY)
    before = report.completeness([], unit, viewer=COORDINATION)
    assert (len(before.missing), before.decided) == (4, [])
    decided(office, upper.number_key, "上级文件不下发")
    after = report.completeness([], unit, viewer=COORDINATION)
    assert (len(after.missing), len(after.decided)) == (3, 1)
    assert "另有 1 份已决定不收录" in "".join(report.lines(after))
    body = office.get(f"/opinions/{page.public_key}/").content.decode()
    assert "已决定不收录" in body
    assert "上级文件不下发" in body
    office.logout()
    body = office.get(f"/opinions/{page.public_key}/").content.decode()
    assert "已决定不收录" in body
    assert "上级文件不下发" not in body


def test_a_decided_document_that_comes_all_the_same_is_found(office: Client, page: OpinionPage, tmp_path: Path) -> None:
    decided(office, Citation.objects.get(number_key__startswith="云政法发").number_key)
    opinion(tmp_path, "upper", UPPER)
    assert "或者文件已经收录" in shown(office, "?of=decided")
    assert "已决定不收录" not in office.get(f"/opinions/{page.public_key}/").content.decode()


def test_an_input_that_came_too_late_waits_here_and_on_the_desk(office: Client, page: OpinionPage) -> None:
    mine, other = User.objects.get(username="c"), User.objects.create(username="z", display_name="赵明", role=Role.COORDINATION)
    assert "现在没有等待合并的修改" in shown(office, "?of=inputs")
    kept = [set_aside(newest(page.pk), start_of(page), blocks=list(page.body.raw_data), actor=user) for user in (mine, other)]
    body = shown(office, "?of=inputs")
    assert f'href="/admin/opinions/conflicts/{kept[0].pk}/"' in body
    assert f"/conflicts/{kept[1].pk}/" not in body
    assert "由赵明本人办理" in body
    assert "2 份待合并" in office.get("/desk/").content.decode()
    drop(kept[0], actor=mine)
    assert "1 份待合并" in office.get("/desk/").content.decode()
