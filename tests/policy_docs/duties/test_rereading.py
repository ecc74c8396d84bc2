"""A text is read anew: what people have made of its duties stays, and what is new waits for them."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cms.accounts.models import User
from policy_docs.duties import actions, batches
from policy_docs.duties.models import Duty
from policy_docs.duties.resting import let_end
from policy_docs.importing.reread import reread
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.types import Addressee, Reach
from tests.factories.opinions import TEXT, added, drop, import_text, publish, raw, reword, set_body

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(tmp_path: Path) -> OpinionPage:
    return import_text(tmp_path)


def test_duties_are_stored_in_the_order_of_the_text(tmp_path: Path) -> None:
    for number in range(8):  # wherever the ids of their clauses lie
        import_text(tmp_path, f"n{number}", TEXT.replace("8号", f"{number}号"))
    for page in OpinionPage.objects.all():
        clauses = list(Duty.objects.filter(opinion=page).order_by("pk").values_list("clause", flat=True))
        assert clauses == sorted(clauses)
        assert len(set(clauses)) > 1


class TestCorrected:
    """The words still name what a person has corrected: it is the same duty, and no new suggestion."""

    @pytest.mark.parametrize("values", [{"kind": "justice"}, {"to": Addressee(Reach.LOWER)}, {"kind": "justice", "to": Addressee(Reach.OWN)}])
    def test_it_does_not_come_back_as_it_was_found(self, page: OpinionPage, officer: User, values: dict[str, Any]) -> None:
        count = Duty.objects.count()
        duty = actions.change(Duty.objects.get(kind="public_security"), actor=officer, **values)
        reword(page, "保障工作经费", "足额保障工作经费")  # in another clause
        publish(page)
        assert Duty.objects.count() == count
        assert actions.facts_of(Duty.objects.get(pk=duty.pk)) == actions.facts_of(duty)

    def test_corrected_twice_it_is_known_by_how_it_was_found(self, page: OpinionPage, officer: User) -> None:
        count = Duty.objects.count()
        duty = actions.change(Duty.objects.get(kind="public_security"), actor=officer, kind="justice")
        actions.change(duty, actor=officer, kind="tax")
        reread(page)
        assert Duty.objects.count() == count
        assert not Duty.objects.filter(kind__in=["public_security", "justice"]).exists()

    def test_the_correction_can_be_taken_back_after_a_reading(self, page: OpinionPage, officer: User) -> None:
        duty = Duty.objects.get(kind="public_security")
        batch = batches.change_many({duty.pk: actions.stamp_of(duty)}, actor=officer, kind="justice")
        reread(page)
        assert batches.undo(batch.key, actor=officer).done == 1
        reread(page)
        assert list(Duty.objects.filter(clause=duty.clause_id).exclude(role="mention").values_list("kind", "state")) == [("public_security", "suggested")]

    def test_rejected_and_worded_anew_it_is_suggested_once(self, page: OpinionPage, officer: User) -> None:
        duty = actions.change(Duty.objects.get(kind="public_security"), actor=officer, kind="justice")
        actions.decide([duty], state=Duty.State.REJECTED, actor=officer)
        reread(page)
        assert not Duty.objects.filter(kind="public_security").exists()
        reword(page, "查找被执行人", "查找被执行人的车辆")
        publish(page)
        assert list(Duty.objects.filter(clause=duty.clause_id, kind__in=["public_security", "justice"]).values_list("kind", "state")) == [
            ("public_security", "suggested")
        ]


@pytest.mark.parametrize(("before", "after"), [("(含派出法庭)", "（含派出法庭）"), ("人民法院", "人民 法院"), ("查找", "查找 ")])
def test_a_quote_stands_sign_by_sign_after_a_correction_of_signs(tmp_path: Path, officer: User, before: str, after: str) -> None:
    page = import_text(tmp_path, text=TEXT.replace("人民法院", "人民法院(含派出法庭)"))
    duty = Duty.objects.get(kind="public_security")
    actions.decide([duty], state=Duty.State.CONFIRMED, actor=officer)
    reword(page, before, after)
    publish(page)
    duty.refresh_from_db()
    assert duty.state == Duty.State.CONFIRMED
    text = duty.clause.texts.get(version=OpinionPage.objects.get(pk=page.pk).current_version).text
    for span in duty.spans.all():
        assert text[span.start : span.end] == span.quote
        assert text[span.name_start : span.name_end] == span.name_written


class TestChecked:
    """Whether a document counts as checked follows from what waits in it."""

    def test_new_suggestions_open_it_again(self, page: OpinionPage, officer: User) -> None:
        actions.decide(list(Duty.objects.all()), state=Duty.State.CONFIRMED, actor=officer)
        page = OpinionPage.objects.get(pk=page.pk)
        assert page.reviewed_at is not None
        set_body(page, [*raw(page), added("税务机关应当提供纳税信息。")])
        assert publish(page).reviewed_at is None

    def test_what_was_settled_after_its_clause_had_left_the_text_stays_settled(self, page: OpinionPage, officer: User) -> None:
        duty = Duty.objects.get(kind="finance")
        actions.decide([duty], state=Duty.State.CONFIRMED, actor=officer)
        drop(page, "财政局")
        page = publish(page)
        duty.refresh_from_db()
        assert duty.state == Duty.State.TO_CHECK
        settled = let_end(duty, actor=officer).state
        reword(page, "项目立项情况", "项目立项及审批情况")
        publish(page)
        duty.refresh_from_db()
        assert duty.state == settled != Duty.State.TO_CHECK


class TestList:
    """The list of duties that somebody has open while a text is read anew."""

    def test_what_is_gone_is_counted(self, page: OpinionPage, office: Client) -> None:
        picks = [f"{duty.pk}:{actions.stamp_of(duty)}" for duty in Duty.objects.filter(kind__in=["public_security", "finance"])]
        Duty.objects.filter(kind="finance").delete()
        shown = office.post("/review/", {"verb": "confirmed", "duty": picks}, follow=True).content.decode()
        assert "1 条没有办理：原文已重新识别" in shown
        assert "已接受 1 条职责" in shown

    def test_nothing_left_is_not_called_unchanged(self, page: OpinionPage, office: Client) -> None:
        duty = Duty.objects.get(kind="public_security")
        pick = f"{duty.pk}:{actions.stamp_of(duty)}"
        reread(page)
        shown = office.post("/review/", {"verb": "confirmed", "duty": [pick]}, follow=True).content.decode()
        assert "没有变化" not in shown

    def test_a_draft_shows_its_words(self, tmp_path: Path, office: Client) -> None:
        import_text(tmp_path, live=False)
        shown = office.get("/review/", {"q": "保障工作经费"}).content.decode()
        assert "州财政局" in shown
        assert "依据句已找不到" not in shown

    @pytest.mark.parametrize("key", ["", "\x00", "x" * 16, "0" * 40])
    def test_an_odd_key_takes_nothing_back(self, page: OpinionPage, office: Client, officer: User, key: str) -> None:
        actions.decide(list(Duty.objects.all()), state=Duty.State.CONFIRMED, actor=officer)
        assert office.post("/review/", {"verb": "undo", "batch": key}, follow=True).status_code == 200
        assert not Duty.objects.exclude(role="mention").exclude(state=Duty.State.CONFIRMED).exists()
