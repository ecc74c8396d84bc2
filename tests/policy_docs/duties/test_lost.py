"""A duty whose words an edit has removed is not accepted without others: by itself, in the list or with many."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from cms.accounts.models import User
from policy_docs.duties import agenda, batches
from policy_docs.duties.actions import QuoteLost, change, decide, stamp_of
from policy_docs.duties.adding import add
from policy_docs.duties.models import Duty
from policy_docs.duties.types import Act, Role
from policy_docs.opinions.context import context_of
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.types import Addressee, Reach
from tests.factories.opinions import drop, import_text, publish, reword

pytestmark = pytest.mark.django_db


@pytest.fixture
def duty(tmp_path: Path, officer: User) -> Duty:
    page = import_text(tmp_path)
    duty = Duty.objects.get(opinion=page, kind="public_security")
    decide([duty], state=Duty.State.CONFIRMED, actor=officer)
    reword(page, "公安机关应当协助人民法院查找被执行人", "被执行人由公安机关会同查找")
    publish(page)
    duty.refresh_from_db()
    assert duty.state == Duty.State.TO_CHECK
    return duty


def at(duty: Duty, name: str) -> str:
    return reverse(f"policy_docs:{name}", args=[duty.opinion.public_key, duty.clause.public_key])


def send(client: Client, duty: Duty, verb: str, **more: object) -> str:
    sent = {"verb": verb, "duty": f"{duty.pk}:{stamp_of(duty)}", **more}
    return client.post(at(duty, "workbench_decide"), sent, headers={"HX-Request": "true"}).content.decode()


def test_it_is_not_accepted_without_words(office: Client, duty: Duty, officer: User) -> None:
    for act in (lambda: decide([duty], state=Duty.State.CONFIRMED, actor=officer), lambda: change(duty, actor=officer, role=Role.LEAD)):
        with pytest.raises(QuoteLost):
            act()
    said = office.post(reverse("policy_docs:review"), {"verb": "confirmed", "duty": f"{duty.pk}:{stamp_of(duty)}"}, follow=True).content.decode()
    assert "1 条没有接受" in said
    for verb in ("confirmed", "lead"):
        assert "依据句已找不到。请在" in send(office, duty, verb)
    duty.refresh_from_db()
    assert duty.state == Duty.State.TO_CHECK


def test_the_way_to_accept_it_leads_to_its_words(office: Client, duty: Duty) -> None:
    shown = office.get(at(duty, "workbench_clause"), {"duty": duty.pk}).content.decode()
    link = re.search(r'data-accept data-rest href="([^"]+)"', shown)
    assert link
    pane = office.get(link[1].replace("&amp;", "&")).content.decode()
    assert "以这一句接受" in pane
    assert re.search(r"<option value=\"\d+\" selected>[^<]*公安机关会同查找", pane), "the sentence that names the unit is chosen"
    said = send(office, duty, "rest", to_clause=duty.clause.public_key, quote="被执行人由公安机关会同查找")
    assert "已重新选定依据句并接受" in said
    now = Duty.objects.get(pk=duty.pk)
    assert (now.state, [span.quote for span in now.spans.all()]) == (Duty.State.CONFIRMED, ["被执行人由公安机关会同查找"])
    assert [span.name_written for span in now.spans.all()] == ["公安机关"]


def test_what_is_left_of_its_words_proves_it_and_comes_back_whole(office: Client, duty: Duty, officer: User) -> None:
    """Of two sentences one still stands: the other is no proof any more."""
    span = duty.spans.get(act="duty")
    standing = "公安机关会同查找"
    text = duty.clause.texts.latest("version__number").text
    start = text.index(standing)
    duty.spans.create(act="duty", role=duty.role, start=start, end=start + len(standing), quote=standing, name_start=start, name_end=start + 4, rule="modal")
    lost = span.quote
    batch = batches.decide_many({duty.pk: stamp_of(duty)}, state=Duty.State.CONFIRMED, actor=officer)
    assert batch.done == 1
    assert standing in {span.quote for span in duty.spans.all()}
    assert lost not in {span.quote for span in Duty.objects.get(pk=duty.pk).spans.all()}
    batches.undo(batch.key, actor=officer)
    back = Duty.objects.get(pk=duty.pk)
    assert back.state == Duty.State.TO_CHECK
    assert {lost, standing} <= {span.quote for span in back.spans.all()}


@pytest.mark.parametrize("gone", [False, True], ids=["other words", "clause gone"])
@pytest.mark.parametrize("manner", ["take back", "undo"])
def test_a_rejection_that_is_taken_back_after_the_words_have_gone_leaves_it_to_be_checked(tmp_path: Path, officer: User, manner: str, gone: bool) -> None:
    page = import_text(tmp_path)
    duty = Duty.objects.get(opinion=page, kind="public_security")
    decide([duty], state=Duty.State.CONFIRMED, actor=officer)
    duty.refresh_from_db()
    batch = batches.decide_many({duty.pk: stamp_of(duty)}, state=Duty.State.REJECTED, actor=officer)
    if gone:
        drop(page, "查找被执行人")
    else:
        reword(page, "公安机关应当协助人民法院查找被执行人", "人民法院依法查找被执行人")
    publish(page)
    duty.refresh_from_db()
    assert duty.state == Duty.State.REJECTED
    if manner == "undo":
        assert batches.undo(batch.key, actor=officer).done == 1
    else:
        batches.take_back(duty.pk, stamp_of(duty), actor=officer)
    duty.refresh_from_db()
    assert duty.state == Duty.State.TO_CHECK, "what it was confirmed by stands no more"
    listed = agenda.agenda(page, page.current_version, dict.fromkeys(agenda.PARAMS, ""))
    assert [line.clause for line in listed.clauses if line.left and line.clause == duty.clause_id] == [duty.clause_id]


def test_a_rejection_that_is_taken_back_when_the_confirmed_words_stand_again_leaves_it_confirmed(tmp_path: Path, officer: User) -> None:
    """A duty by hand: no reading finds it in the words that are back, and drops the rejection for it."""
    page = import_text(tmp_path)
    text = page.current_version.texts.select_related("clause").get(text__contains="查找被执行人")
    duty = add(
        text.clause, text, quote="协助人民法院查找被执行人", near=0, kind="justice", to=Addressee(Reach.GENERIC), role=Role.RESPONSIBLE, act=Act.DUTY,
        context=context_of(page, current_vocabulary()), actor=officer,
    )  # fmt: skip
    for old, new, state in (("查找被执行人", "找人", Duty.State.TO_CHECK), ("找人", "查找被执行人", Duty.State.REJECTED)):
        reword(page, old, new)
        publish(page)
        duty.refresh_from_db()
        assert duty.state == state
        decide([duty], state=Duty.State.REJECTED, actor=officer)
    duty.refresh_from_db()
    batches.take_back(duty.pk, stamp_of(duty), actor=officer)
    duty.refresh_from_db()
    assert duty.state == Duty.State.CONFIRMED
