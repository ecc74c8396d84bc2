"""A new text of a known document: what keeps its identity, what becomes of duties, and that importing again changes nothing."""

import datetime
import json
import random
import time
from pathlib import Path

import pytest
from django.core.management import call_command

from cms.accounts.models import User
from cms.audit.models import AuditEntry
from policy_docs.duties.actions import decide
from policy_docs.duties.models import Duty, DutySpan, UnknownUnitName
from policy_docs.importing.report import FileReport, Outcome
from policy_docs.importing.run import run
from policy_docs.opinions.lineage import Known, carry
from policy_docs.opinions.models import Change, Citation, Clause, ClauseText, OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.validity import Standing, standing

HEAD = "楚政法发〔2019〕8号\n中共楚雄州委政法委员会\n关于查控协作的实施方案\n为规范查控协作，制定本方案。\n一、工作职责\n"
ITEMS = (
    "州公安局应当协助查找下落不明的被执行人，并在五日内反馈。",
    "州税务局应当提供纳税登记和退税信息的查询。",
    "州民政局应当提供婚姻登记信息，并核对收养登记。",
    "州财政局应当把查控专线的维护费用列入年度预算。",
    "州人民法院执行局负责逐案登记，按月通报办理情况。",
)
NUMERALS = "一二三四五六七八九十"


def text_of(items: list[str]) -> str:
    return HEAD + "".join(f"（{NUMERALS[at]}）{words}\n" for at, words in enumerate(items))


def put(folder: Path, name: str, text: str) -> FileReport:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    (report,) = run([path], actor=None)
    return report


def keys(version: int | None = None) -> dict[str, str]:
    """Words of each item → public key of its clause, in the newest text."""
    rows = ClauseText.objects.filter(label__startswith="（").order_by("version__number")
    if version is not None:
        rows = rows.filter(version__number=version)
    return dict(rows.values_list("text", "clause__public_key"))


@pytest.fixture
def first(tmp_path: Path, db: None) -> dict[str, str]:
    put(tmp_path, "a.txt", text_of(list(ITEMS)))
    return keys()


CHANGES = {
    "inserted": [ITEMS[0], "州市场监督管理局应当提供股权登记信息。", *ITEMS[1:]],
    "deleted": [*ITEMS[:2], *ITEMS[3:]],
    "reordered": [ITEMS[4], *ITEMS[:4]],
    "turned_round": list(reversed(ITEMS)),
    "renumbered": list(ITEMS[1:]),
    "widths": [words.replace("，", ",") for words in ITEMS],
}


@pytest.mark.parametrize("items", CHANGES.values(), ids=CHANGES)
def test_same_words_keep_their_identity(items: list[str], first: dict[str, str], tmp_path: Path) -> None:
    assert put(tmp_path, "a.txt", text_of(items)).outcome is Outcome.NEW_VERSION
    now = {words.replace(",", "，"): key for words, key in keys(2).items()}
    assert {words: now[words] for words in now if words in first} == {words: first[words] for words in now if words in first}
    assert len(now) == len(items)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("并在五日内反馈", "并在三个工作日内书面反馈"),
        ("纳税登记和退税信息的查询", "纳税登记、退税和发票信息的查询"),
        ("州民政局应当提供", "州民政局应当每日提供"),
    ],
)
def test_nearly_the_same_words_keep_their_identity(old: str, new: str, first: dict[str, str], tmp_path: Path) -> None:
    put(tmp_path, "a.txt", text_of([words.replace(old, new) for words in ITEMS]))
    assert sorted(keys(2).values()) == sorted(first.values())


def test_the_longest_part_of_a_clause_that_is_split_keeps_its_identity(first: dict[str, str], tmp_path: Path) -> None:
    parts = ["州民政局应当提供婚姻登记信息。", "州民政局应当核对收养登记。"]
    whole = ITEMS[2]
    put(tmp_path, "a.txt", text_of([*ITEMS[:2], "州民政局应当提供婚姻登记信息", "并核对收养登记。", *ITEMS[3:]]))
    now = keys(2)
    kept = [words for words in now if now[words] == first[whole]]
    assert kept == ["州民政局应当提供婚姻登记信息"]
    assert Clause.objects.get(public_key=now["并核对收养登记。"]).split_from == Clause.objects.get(public_key=first[whole])
    assert parts[0] not in now


def test_clauses_that_are_merged_have_a_successor(first: dict[str, str], tmp_path: Path) -> None:
    merged = ITEMS[1] + ITEMS[2]
    put(tmp_path, "a.txt", text_of([ITEMS[0], merged, *ITEMS[3:]]))
    one, other = (Clause.objects.get(public_key=first[ITEMS[at]]) for at in (1, 2))
    stays, gone = (one, other) if one.retired_at is None else (other, one)
    assert keys(2)[merged] == stays.public_key
    assert gone.retired_at is not None
    assert gone.succeeded_by == stays


def test_what_comes_back_is_revived(first: dict[str, str], tmp_path: Path) -> None:
    put(tmp_path, "a.txt", text_of(list(ITEMS[:4])))
    assert Clause.objects.get(public_key=first[ITEMS[4]]).retired_at is not None
    put(tmp_path, "a.txt", text_of([*ITEMS[:4], "州司法局应当按季公布办理情况。", ITEMS[4]]))
    assert keys(3)[ITEMS[4]] == first[ITEMS[4]]
    assert Clause.objects.get(public_key=first[ITEMS[4]]).retired_at is None


def test_confirmed_duties_go_with_their_clause(first: dict[str, str], tmp_path: Path) -> None:
    actor = User.objects.create(username="c", role="coordination")
    police, tax, finance = (Duty.objects.get(kind=kind) for kind in ("public_security", "tax", "finance"))
    decide([police, tax, finance], state=Duty.State.CONFIRMED, actor=actor)
    items = [ITEMS[4], "经协商，" + ITEMS[0], ITEMS[1].replace("州税务局应当提供", "州税务局可以查阅"), *ITEMS[2:4]]
    put(tmp_path, "a.txt", text_of(items))
    states = {duty.kind_id: duty.state for duty in Duty.objects.filter(pk__in=[police.pk, tax.pk, finance.pk])}
    assert states["public_security"] == Duty.State.CONFIRMED
    assert states["finance"] == Duty.State.CONFIRMED
    span = DutySpan.objects.filter(duty=police).first()
    assert span is not None
    words = ClauseText.objects.get(clause=police.clause, version__number=2).text
    assert words[span.start : span.end] == span.quote


def test_a_confirmed_duty_whose_quote_is_gone_is_to_be_checked(first: dict[str, str], tmp_path: Path) -> None:
    duty = Duty.objects.get(kind="tax")
    decide([duty], state=Duty.State.CONFIRMED, actor=User.objects.create(username="c", role="coordination"))
    put(tmp_path, "a.txt", text_of([words.replace("州税务局应当提供", "税务登记由州数据局统一") for words in ITEMS]))
    assert Duty.objects.get(pk=duty.pk).state == Duty.State.TO_CHECK


def _everything() -> tuple[object, ...]:
    models = (OpinionPage, OpinionVersion, Clause, ClauseText, Duty, DutySpan, UnknownUnitName, Citation, Change, AuditEntry)
    stamps = list(OpinionVersion.objects.values_list("pk", "updated_at", "source_names", "source_hash"))
    pages = list(OpinionPage.objects.values_list("pk", "last_published_at", "latest_revision_created_at", "reviewed_at"))
    return [model.objects.count() for model in models], stamps, pages, list(Duty.objects.values_list("pk", "state"))  # type: ignore[attr-defined]


def test_importing_again_changes_nothing(first: dict[str, str], tmp_path: Path) -> None:
    put(tmp_path, "a.txt", text_of(list(ITEMS[:4])))
    before = _everything()
    report = put(tmp_path, "a.txt", text_of(list(ITEMS[:4])))
    assert report.outcome is Outcome.UNCHANGED
    assert _everything() == before


LAW = "某州查询条例\n2010年3月1日 某州第一届人民代表大会常务委员会第二次会议通过\n{notes}第一条 登记机构应当{how}提供查询。\n第二条 本条例自2010年5月1日起施行。\n"
OLD = LAW.format(notes="", how="按月")
MIDDLE = LAW.format(notes="2015年4月2日 某州第二届人民代表大会常务委员会第一次会议修正\n", how="按日")
NEW = LAW.format(notes="2015年4月2日 某州第二届人民代表大会常务委员会第一次会议修正\n2020年6月3日 某州第三届人民代表大会常务委员会第一次会议修正\n", how="实时")


@pytest.mark.django_db
@pytest.mark.parametrize("order", ["old middle new", "new old middle", "middle new old", "new middle old"])
def test_texts_that_come_out_of_order_stand_in_order(order: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = {"old": OLD, "middle": MIDDLE, "new": NEW}
    for name in order.split():
        put(tmp_path, f"{name}.txt", texts[name])
    page = OpinionPage.objects.get()
    versions = list(page.versions.order_by("number"))
    assert [version.source_names for version in versions] == [["old"], ["middle"], ["new"]]
    assert [version.number for version in versions] == [1, 2, 3]
    assert versions[0].in_force_until == datetime.date(2015, 4, 1)
    assert versions[1].in_force_until == datetime.date(2020, 6, 2)
    assert "实时" in "".join(block.text for block in page.parts)
    first_article = {row.version.number: row.clause_id for row in ClauseText.objects.filter(label="第一条").select_related("version")}
    assert len(set(first_article.values())) == 1
    assert Clause.objects.filter(retired_at__isnull=True).count() == ClauseText.objects.filter(version__number=3).count()
    capsys.readouterr()
    for name, text in texts.items():
        call_command("export_clauses", doc=name)
        rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert "".join("".join((row["label"] + row["text"]).split()) for row in rows) == "".join(text.split())


@pytest.mark.django_db
def test_an_older_text_again_is_said(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", OLD)
    put(tmp_path, "b.txt", NEW)
    report = put(tmp_path, "a.txt", OLD)
    assert report.outcome is Outcome.UNCHANGED
    assert any("较早的第 1 版" in message for message in report.messages)


@pytest.mark.django_db
def test_a_draft_is_replaced_by_its_new_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    for text, outcome in ((OLD, Outcome.ADDED), (OLD, Outcome.UNCHANGED), (NEW, Outcome.NEW_VERSION)):
        path.write_text(text, encoding="utf-8")
        (report,) = run([path], actor=None, live=False)
        assert report.outcome is outcome
    version = OpinionVersion.objects.get()
    assert version.state == OpinionVersion.State.DRAFT
    assert version.texts.filter(text__contains="实时").exists()


def test_one_text_under_two_numbers_is_reported(first: dict[str, str], tmp_path: Path) -> None:
    report = put(tmp_path, "b.txt", text_of(list(ITEMS)).replace("8号", "9号"))
    assert report.outcome is Outcome.ADDED
    assert report.similar == ["关于查控协作的实施方案"]


def test_one_number_over_two_texts_is_reported(first: dict[str, str], tmp_path: Path) -> None:
    report = put(tmp_path, "b.txt", "楚政法发〔2019〕8号\n中共楚雄州委政法委员会\n关于开展文书送达竞赛的通知\n一、每季评比一次。\n二、按年表彰。\n")
    assert report.outcome is Outcome.ADDED
    assert any("文号与已收录的" in message for message in report.messages)
    assert OpinionPage.objects.count() == 2


def test_a_text_of_equal_lines_costs_no_more_than_its_length() -> None:
    chance = random.Random(3)
    old = [Known(str(at), "same", "同样的一行。") for at in range(20_000)]
    news = ["same" if chance.random() > 0.01 else f"h{at}" for at in range(20_000)]
    started = time.perf_counter()
    carried = carry(old, news, ["同样的一行。" if item == "same" else f"第{at}行另有规定。" for at, item in enumerate(news)])
    assert time.perf_counter() - started < 5
    known = [item for item in carried.ids if item is not None]
    assert len(set(known)) == len(known) >= 19_700


def test_long_clauses_are_compared_by_their_beginning() -> None:
    long = "应当协助查询，" * 400_000
    started = time.perf_counter()
    assert carry([Known("a", "1", long)], ["2"], [long + "并反馈。"]).ids == ["a"]
    assert time.perf_counter() - started < 2


def test_a_document_does_not_become_younger_by_a_later_text(tmp_path: Path, db: None) -> None:
    put(tmp_path, "a.txt", text_of([*ITEMS, "本方案自2019年4月1日起施行。"]) + "2019年3月5日\n")
    put(tmp_path, "b.txt", text_of([*ITEMS[1:], "本方案自2022年1月1日起施行。"]) + "2021年12月5日\n")
    page = OpinionPage.objects.get()
    assert [version.in_force_from for version in page.versions.order_by("number")] == [datetime.date(2019, 4, 1), datetime.date(2022, 1, 1)]
    assert (page.issue_date, page.effective_from) == (datetime.date(2019, 3, 5), datetime.date(2019, 4, 1))
    assert standing(page, datetime.date(2020, 1, 1)) is Standing.IN_FORCE
    assert standing(page, datetime.date(2019, 3, 31)) is Standing.COMING


def test_a_document_whose_first_text_gives_no_day_stays_in_force_since_then(tmp_path: Path, db: None) -> None:
    put(tmp_path, "a.txt", text_of(list(ITEMS)) + "2019年3月5日\n")
    put(tmp_path, "b.txt", text_of([*ITEMS[1:], "本方案自2022年1月1日起施行。"]) + "2019年3月5日\n")
    page = OpinionPage.objects.get()
    assert page.versions.count() == 2
    assert page.effective_from is None
    assert standing(page, datetime.date(2020, 1, 1)) is Standing.IN_FORCE
