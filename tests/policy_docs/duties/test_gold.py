"""Decisions as lines and lines as decisions; measuring the rules by them."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from cms.accounts.models import User
from policy_docs.duties import actions, batches
from policy_docs.duties.gold import found_rows, gold_rows, take_lines
from policy_docs.duties.models import Duty
from policy_docs.duties.scoring import belongs, plain, score
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.types import Addressee, Level, Reach
from tests.factories.opinions import import_text

UNITS = {"court", "tax", "public_security", "civil_affairs", "housing_construction", "finance", "@members"}
OPEN = {"@members"}
TEXT = (
    "楚政法发〔2017〕8号\n中共楚雄州委政法委员会\n关于协作的意见\n一、职责\n（一）公安机关应当协助人民法院查询。民政、住建等部门应当配合。\n"
    "（二）税务局应当提供信息。\n（三）财政局应当保障经费。\n"
)


def row(text: str, *duties: tuple[str, str], mentions: tuple[str, ...] = (), doc: str = "a", implicit: bool = False, **more: Any) -> dict[str, Any]:
    return {
        "doc": doc,
        "text": text,
        "duties": [{"unit": unit, "role": role, "implicit": implicit, **more} for unit, role in duties],
        "mentions": list(mentions),
    }


class TestScoring:
    def test_shares(self) -> None:
        settled = [
            row("甲乙丙丁戊", ("court", "lead"), ("tax", "responsible"), mentions=("finance", "@members")),
            row("己庚辛壬", ("court", "responsible"), implicit=True),
        ]
        found = [row("甲乙丙丁戊", ("court", "responsible"), ("public_security", "lead"), rules=["modal"]), row("己庚辛壬", ("court", "responsible"))]
        figures = score(settled, found, units=UNITS, open_units=OPEN)
        assert figures.as_row() == {
            "precision": 0.5, "recall": 0.5, "f1": 0.5, "implicit_recall": 1.0, "role_accuracy": 0.0, "addressee_accuracy": 0.0, "addressed_duties": 0, "explicit_duties": 2, "lost": 2, "lost_open": 1.0,
            "clauses": 2, "clauses_unmatched": 0,
        }  # fmt: skip
        assert (figures.by_rule["modal"].other_role, figures.by_rule["modal"].wrong) == (1, 1)
        assert {(fault.what, fault.unit) for fault in figures.faults} == {
            ("lost", "finance"), ("lost", "tax"), ("lost", "@members"), ("missed", "tax"), ("wrong", "public_security"), ("role responsible for lead", "court"),
        }  # fmt: skip

    def test_addressees_are_measured_where_the_settled_line_says_any(self) -> None:
        settled = [
            row("甲乙丙丁", ("court", "lead"), to=["own", "lower:county"]), row("戊己庚辛", ("tax", "lead"), to=["named:530000"]), row("壬癸子丑", ("tax", "lead")),
        ]  # fmt: skip
        found = [
            row("甲乙丙丁", ("court", "lead"), to=["lower:county", "own"]), row("戊己庚辛", ("tax", "lead"), to=["own"]), row("壬癸子丑", ("tax", "lead"), to=["own"]),
        ]  # fmt: skip
        figures = score(settled, found, units=UNITS, open_units=OPEN)
        assert (figures.as_row()["addressee_accuracy"], figures.addressed) == (0.5, 2)
        assert ("on own for named:530000", "tax") in {(fault.what, fault.unit) for fault in figures.faults}

    def test_equal_texts_are_paired_in_order(self) -> None:
        settled = [row("同样的条款", ("court", "lead")), row("（二）同样的条款", ("tax", "lead"))]
        found = [row("(一)同样的条款", ("court", "lead")), row("同样的 条款", ("tax", "lead"))]
        assert score(settled, found, units=UNITS, open_units=OPEN).f1 == 1

    def test_a_clause_cut_otherwise_is_pooled_and_a_missing_one_told(self) -> None:
        settled = [row("法院应当查询；税务局应当配合", ("court", "lead"), ("tax", "lead")), row("哪里也没有的条款", ("tax", "lead"))]
        found = [row("法院应当查询", ("court", "lead")), row("税务局应当配合", ("tax", "lead"), ("nothere", "lead"))]
        figures = score(settled, found, units=UNITS, open_units=OPEN)
        assert (figures.hits, figures.wrong, figures.missed, figures.unmatched) == (2, 0, 1, 1)

    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("甲乙丙丁", "乙丙", True),
            ("甲乙丙丁戊己庚辛", "壬癸", False),
            ("一二三四五六七八九十" * 3, "一二三四五六七八九十" * 2 + "一二三四五六七八九拾", True),
            ("", "甲", False),
        ],
    )
    def test_belonging(self, one: str, other: str, same: bool) -> None:
        assert belongs(one, other) is same

    def test_plain_texts(self) -> None:
        assert plain("（三）甲， 乙。") == plain("甲,乙。") == plain("3.甲，\n乙。") == "甲,乙。"


@pytest.fixture
def page(db: None, tmp_path: Path) -> OpinionPage:
    return import_text(tmp_path, text=TEXT)


@pytest.fixture
def li(db: None) -> User:
    return User.objects.create(username="c", display_name="李静", role="coordination")


def duty(kind: str) -> Duty:
    return Duty.objects.get(kind=kind)


def called(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


class TestGold:
    def test_only_settled_clauses_are_lines(self, page: OpinionPage, li: User) -> None:
        assert not list(gold_rows())
        actions.decide([duty("public_security")], state=Duty.State.CONFIRMED, actor=li)
        assert not list(gold_rows())  # others wait in the clause
        actions.change(duty("tax"), actor=li, role=actions.Role.LEAD)
        assert [(line["text"], line["duties"][0]["role"]) for line in gold_rows()] == [("（二）税务局应当提供信息。", "lead")]
        actions.decide([duty("finance")], state=Duty.State.REJECTED, actor=li)
        assert [line["duties"] for line in gold_rows()][1:] == [[]]
        for waiting in actions.open_duties([page.pk]):
            actions.decide([waiting], state=Duty.State.CONFIRMED, actor=li)
        lines = list(gold_rows())
        assert len(lines) == len(list(found_rows()))  # checked to its end: every clause
        first = next(line for line in lines if "公安" in line["text"])
        assert set(first) == {"doc", "path", "text", "duties", "mentions"}
        assert first["mentions"] == ["court"]
        assert first["duties"][0] == {
            "unit": "public_security",
            "role": "responsible",
            "to": ["generic"],
            "implicit": False,
            "evidence": "公安机关应当协助人民法院查询",
        }

    def test_there_and_back(self, page: OpinionPage, li: User, tmp_path: Path) -> None:
        actions.change(duty("tax"), actor=li, role=actions.Role.COOPERATE)
        actions.decide([duty("finance")], state=Duty.State.REJECTED, actor=li)
        for waiting in actions.open_duties([page.pk]):
            actions.decide([waiting], state=Duty.State.CONFIRMED, actor=li)
        lines = list(gold_rows())
        Duty.objects.update(state="suggested", by_hand=False, decided_by=None, decided_at=None)
        Duty.objects.filter(kind="tax").update(role="responsible")
        taken = take_lines(lines, actor=li)
        assert dict(taken.done) == {"changed": 1, "rejected": 1, "confirmed": 3}
        assert list(gold_rows()) == lines
        assert (taken.unmatched, taken.kept) == ([], [])
        assert dict(take_lines(lines, actor=li).done) == {}  # a second time changes nothing
        assert batches.undo(taken.batch, actor=li).done == 5
        assert set(Duty.objects.exclude(role="mention").values_list("state", flat=True)) == {"suggested"}

    def test_what_was_missed_is_added_and_what_is_only_named_is_a_mention(self, page: OpinionPage, li: User) -> None:
        line = row("税务局应当提供信息。", ("finance", "lead"), mentions=("tax",), evidence="提供信息")
        taken = take_lines([line, row("没有的条款", ("tax", "lead")), row("甲", ("tax", "lead"), doc="nothere")], actor=li)
        assert dict(taken.done) == {"added": 1, "mention": 1}
        assert len(taken.unmatched) == 2
        added = Duty.objects.get(kind="finance", by_hand=True, role="lead")
        assert added.spans.get().quote == "提供信息"
        assert duty("tax").role == "mention"
        assert batches.undo(taken.batch, actor=li).done == 2
        assert not Duty.objects.filter(pk=added.pk).exists()

    def test_addressees_go_there_and_back(self, page: OpinionPage, li: User) -> None:
        actions.change(duty("tax"), actor=li, to=Addressee(Reach.LOWER, (Level.COUNTY,)))
        actions.change(duty("finance"), actor=li, to=Addressee(Reach.NAMED, place="530000"))
        lines = list(gold_rows())
        assert [(item["unit"], item["to"]) for line in lines for item in line["duties"]] == [("tax", ["lower:county"]), ("finance", ["named:530000"])]
        for row_of in Duty.objects.filter(kind__in=("tax", "finance")):
            batches.take_back(row_of.pk, actions.stamp_of(row_of), actor=li)
        taken = take_lines(lines, actor=li)
        assert (dict(taken.done), taken.kept, taken.unmatched) == ({"readdressed": 2}, [], [])
        assert list(gold_rows()) == lines
        assert dict(take_lines(lines, actor=li).done) == {}
        assert batches.undo(taken.batch, actor=li).done == 2

    def test_one_unit_on_two_addressees(self, page: OpinionPage, li: User) -> None:
        line = row("税务局应当提供信息。", ("tax", "responsible"), evidence="税务局应当提供信息", to=["own", "lower:county"])
        taken = take_lines([line], actor=li)
        assert sum(taken.done.values()) == 2
        assert set(Duty.objects.filter(kind="tax", state="confirmed").values_list("reach", "levels")) == {("own", ""), ("lower", ",county,")}
        found = next(item for line in gold_rows() for item in line["duties"] if item["unit"] == "tax")
        assert sorted(found["to"]) == ["lower:county", "own"]
        line["duties"][0]["to"] = ["named:999999"]  # type: ignore[index]
        assert "named:999999" in take_lines([line], actor=li).unmatched[0]

    def test_a_file_of_another_house_says_no_addressee(self, page: OpinionPage, li: User) -> None:
        before = duty("tax").reach
        assert dict(take_lines([row("税务局应当提供信息。", ("tax", "responsible"))], actor=li).done) == {"confirmed": 1}
        assert duty("tax").reach == before

    def test_what_people_have_decided_stays(self, page: OpinionPage, li: User) -> None:
        actions.decide([duty("tax")], state=Duty.State.REJECTED, actor=li)
        actions.decide([duty("finance")], state=Duty.State.CONFIRMED, actor=li)
        taken = take_lines([row("税务局应当提供信息。", ("tax", "lead")), row("财政局应当保障经费。")], actor=li)
        assert dict(taken.done) == {}
        assert len(taken.kept) == 2
        assert (duty("tax").state, duty("finance").state) == ("rejected", "confirmed")

    def test_a_trial_changes_nothing(self, page: OpinionPage, li: User) -> None:
        before = [actions.facts_of(row) for row in Duty.objects.order_by("pk")]
        taken = take_lines([row("税务局应当提供信息。", ("tax", "lead"), ("finance", "lead"))], actor=li, dry_run=True)
        assert dict(taken.done) == {"changed": 1, "added": 1}
        assert [actions.facts_of(row) for row in Duty.objects.order_by("pk")] == before


def test_the_office_downloads_them(page: OpinionPage, li: User, client: Client) -> None:
    actions.change(duty("tax"), actor=li, role=actions.Role.LEAD)
    client.force_login(li, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("policy_docs:review_gold"), {"doc": page.public_key})
    assert [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()] == list(gold_rows())
    assert client.get(reverse("policy_docs:review_gold"), {"doc": "nothere"}).status_code == 404


class TestOnTheScreen:
    @pytest.fixture
    def office(self, page: OpinionPage, li: User, client: Client) -> Client:
        client.force_login(li, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def post(self, client: Client, **values: Any) -> str:
        return client.post(reverse("policy_docs:review_exchange"), values, follow=True).content.decode()

    def test_tried_taken_and_taken_back(self, office: Client, page: OpinionPage) -> None:
        lines = (
            json.dumps(row("税务局应当提供信息。", ("tax", "lead")), ensure_ascii=False)
            + "\n"
            + json.dumps(row("没有的条款", ("tax", "lead")), ensure_ascii=False)
        )
        html = self.post(office, verb="try", file=SimpleUploadedFile("a.jsonl", b"\xef\xbb\xbf" + lines.encode()))
        assert "修改角色 1 条" in html
        assert "本库没有的条款或单位：1" in html
        assert duty("tax").state == "suggested"
        html = self.post(office, verb="take", lines=lines)
        assert "已办理：修改角色 1 条。" in html
        assert duty("tax").role == "lead"
        batch = html.split('name="batch" value="')[1].split('"')[0]
        assert "已撤销 1 条。" in self.post(office, verb="undo", batch=batch)
        assert duty("tax").state == "suggested"
        assert "没有撤销" in self.post(office, verb="undo", batch=batch)

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({}, "请选择文件"),
            ({"file": b"\xff\xfe"}, "不是本系统导出的核对结果"),
            ({"file": b"x" * 1_000_001}, "超过 1 MB"),
            ({"file": b"{"}, "第 1 行不是本系统导出的核对结果"),
            ({"lines": "[" * 100_000}, "第 1 行不是本系统导出的核对结果"),
            ({"lines": '{"doc": 1}'}, "第 1 行缺少内容"),
        ],
    )
    def test_what_is_no_such_file_is_refused(self, office: Client, values: dict[str, Any], words: str) -> None:
        if "file" in values:
            values = {"file": SimpleUploadedFile("a.jsonl", values["file"])}
        assert words in self.post(office, verb="try", **values)

    def test_nothing_to_do_is_said(self, office: Client) -> None:
        assert "没有变化" in self.post(office, verb="take", lines=json.dumps(row("没有的条款")))


class TestCommands:
    def test_export_import_undo(self, page: OpinionPage, li: User, tmp_path: Path) -> None:
        path = tmp_path / "gold.jsonl"
        path.write_text(json.dumps(row("税务局应当提供信息。", ("tax", "lead")), ensure_ascii=False) + "\n\n", encoding="utf-8")
        assert "试算：修改角色 1" in called("import_gold", str(path), "--user", "c", "--dry-run")
        said = called("import_gold", str(path), "--user", "c")
        assert "已办理：修改角色 1" in said
        assert json.loads(called("export_gold", "--doc", "a"))["duties"][0]["role"] == "lead"
        assert "已撤销 1 条" in called("import_gold", "--user", "c", "--undo", said.split()[-1])
        with pytest.raises(CommandError, match="已经撤销过"):
            call_command("import_gold", "--user", "c", "--undo", said.split()[-1])

    @pytest.mark.parametrize(
        ("content", "words"),
        [("{", "第 1 行不是本系统导出的核对结果"), ('{"doc": "a"}', "缺少内容"), ('{"doc": "a", "text": "b", "duties": [1]}', "缺少内容"), (None, "不能读取")],
    )
    def test_bad_files_are_refused(self, page: OpinionPage, li: User, tmp_path: Path, content: str | None, words: str) -> None:
        path = tmp_path / "x.jsonl"
        if content is not None:
            path.write_text(content, encoding="utf-8")
        with pytest.raises(CommandError, match=words):
            call_command("import_gold", str(path), "--user", "c")

    def test_only_those_who_may_check(self, page: OpinionPage, tmp_path: Path) -> None:
        User.objects.create(username="l", role="liaison")
        for name in ("l", "nobody"):
            with pytest.raises(CommandError, match="不是可以核对职责的账号"):
                call_command("import_gold", "x", "--user", name)

    def test_the_rules_are_measured_by_the_house_and_by_a_file(self, page: OpinionPage, li: User, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="没有可以对照的核对结果"):
            call_command("score_duties")
        actions.change(duty("tax"), actor=li, role=actions.Role.LEAD)
        actions.decide([duty("finance")], state=Duty.State.REJECTED, actor=li)
        figures = json.loads(called("score_duties", "--json"))
        assert (figures["precision"], figures["recall"], figures["role_accuracy"]) == (0.5, 1.0, 0.0)
        assert figures["rules"]["modal"] == {"right": 0, "other_role": 1, "wrong": 1}
        said = called("score_duties", "--show")
        assert "a\twrong\tfinance" in said
        assert "准确率\t50.0%" in said
        path = tmp_path / "gold.jsonl"
        path.write_text(json.dumps(row("税务局应当提供信息。", ("tax", "responsible")), ensure_ascii=False), encoding="utf-8")
        assert json.loads(called("score_duties", "--gold", str(path), "--json"))["f1"] == 1.0
        path.write_text(json.dumps(row("税务局应当提供信息。")), encoding="utf-8")
        assert json.loads(called("score_duties", "--gold", str(path), "--json"))["rules"]["modal"]["wrong"] == 1
        (tmp_path / "units.tsv").write_text("key\tname\nfinance\t财政部门\n", encoding="utf-8")
        assert json.loads(called("score_duties", "--gold", str(path), "--units", str(tmp_path / "units.tsv"), "--json"))["rules"] == {}
