"""A confirmed duty whose clause an amendment has deleted: to be checked where its document is checked, and lost on no way."""

import datetime
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from cms.accounts.models import User
from cms.accounts.viewer import COORDINATION, PUBLIC
from policy_docs.duties import agenda, batches, publishing
from policy_docs.duties.actions import ClauseGone, change, decide, stamp_of
from policy_docs.duties.models import Duty
from policy_docs.duties.selectors import load_unit, rows_for
from policy_docs.duties.types import Role
from policy_docs.notices.models import NoticeTouch
from policy_docs.opinions.drafts import newest
from policy_docs.opinions.editing import settle_identity
from policy_docs.opinions.models import Clause
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.publication import Manner, Publication
from policy_docs.opinions.setaside import store
from policy_docs.units.types import Addressee, Reach
from tests.factories.duties import confirmed

pytestmark = pytest.mark.django_db

QUOTE = "州民政局应当协助查询婚姻登记信息"
TEXT = f"""楚政法发〔2023〕99号
中共楚雄州委政法委员会
关于协作办理的意见
一、职责
（一）州公安局应当协助人民法院查找被执行人。
（二）{QUOTE}。
（三）人民法院受理以后三日以内通知各方。
2023年5月1日
"""
THEN, STARTS = datetime.date(2024, 1, 1), datetime.date(2025, 1, 1)


@pytest.fixture(params=[Manner.AMENDMENT, Manner.CORRECTION])
def manner(request: pytest.FixtureRequest) -> Manner:
    return Manner(request.param)


@pytest.fixture
def page(tmp_path: Path, officer: User, manner: Manner) -> OpinionPage:
    """The clause of the second duty is deleted, and its duty was left to be checked; the third clause says other words that lay it on the unit."""
    page = confirmed(tmp_path, "gone", TEXT, actor=officer)
    draft = newest(page.pk)
    body = [dict(block) for block in draft.body.raw_data if QUOTE not in block["value"]["text"]]
    draft.body = OpinionPage.body.field.to_python(body)
    settle_identity(draft)
    store(draft, actor=officer)
    found = publishing.ready(page.pk, actor=officer)
    said = Publication(manner, STARTS if manner is Manner.AMENDMENT else None, choices={touch.held.duty: "check" for touch in found.plan.asked})
    publishing.publish(page.pk, said, seen=found.mark, actor=officer)
    return OpinionPage.objects.get(pk=page.pk)


@pytest.fixture
def duty(page: OpinionPage) -> Duty:
    duty = Duty.objects.get(opinion=page, kind="civil_affairs")
    assert duty.state == Duty.State.TO_CHECK
    return duty


def key_of(words: str, page: OpinionPage) -> str:
    return Clause.objects.get(texts__text__contains=words, texts__version=page.current_version).public_key


def quotes_on(on: datetime.date) -> list[str]:
    rows = rows_for(load_unit("civil_affairs", "532300", on=on), viewer=PUBLIC)
    return [span.quote for row in rows for span in Duty.of_all_days.get(pk=row.duty).spans.all()]


def at(page: OpinionPage, duty: Duty, name: str = "workbench_clause") -> str:
    return reverse(f"policy_docs:{name}", args=[page.public_key, duty.clause.public_key])


def send(client: Client, page: OpinionPage, duty: Duty, verb: str, **more: object) -> str:
    sent = {"verb": verb, "duty": f"{duty.pk}:{stamp_of(duty)}", **more}
    return client.post(at(page, duty, "workbench_decide"), sent, headers={"HX-Request": "true"}).content.decode()


def test_it_stands_in_the_agenda_with_its_last_words(office: Client, page: OpinionPage, duty: Duty) -> None:
    found = agenda.agenda(page, page.current_version, dict.fromkeys(agenda.PARAMS, ""))
    line = next(line for line in found.lines if line.clause == duty.clause_id)
    assert line.is_gone
    assert line.left == 1
    assert sum(item.left for item in found.clauses) == found.progress.left
    listed = office.get(reverse("policy_docs:workbench", args=[page.public_key])).content.decode()
    assert "已删去的条款" in listed
    answer = office.get(at(page, duty))
    assert answer.status_code == 200
    shown = answer.content.decode()
    assert QUOTE in shown.replace("<wbr>", "")
    assert "随条款失效" in shown
    assert "data-accept" not in shown
    assert 'name="verb" value="confirmed"' not in shown
    review = office.get(reverse("policy_docs:review"), {"state": "to_check"}).content.decode()
    assert "条款已删去" in review
    assert at(page, duty) in review


@pytest.mark.parametrize(("name", "value"), [("q", "婚姻登记"), ("kind", "civil_affairs"), ("state", "to_check"), ("left", "1")])
def test_filters_find_it(page: OpinionPage, duty: Duty, name: str, value: str) -> None:
    found = agenda.agenda(page, page.current_version, {**dict.fromkeys(agenda.PARAMS, ""), name: value})
    assert [line.clause for line in found.clauses if line.is_gone] == [duty.clause_id]
    other = {"q": "甲乙丙", "kind": "tax", "state": "rejected", "left": "1"}[name]
    if name != "left":
        assert not agenda.agenda(page, page.current_version, {**dict.fromkeys(agenda.PARAMS, ""), name: other}).clauses


def test_it_is_not_accepted_where_nobody_would_find_it(office: Client, page: OpinionPage, duty: Duty, officer: User) -> None:
    for act in (lambda: decide([duty], state=Duty.State.CONFIRMED, actor=officer), lambda: change(duty, actor=officer, role=Role.LEAD)):
        with pytest.raises(ClauseGone):
            act()
    said = office.post(reverse("policy_docs:review"), {"verb": "confirmed", "duty": f"{duty.pk}:{stamp_of(duty)}"}, follow=True).content.decode()
    assert "1 条没有接受" in said
    for verb in ("confirmed", "lead", "responsible", "change"):
        assert "在现行文本中已删去" in send(office, page, duty, verb, kind="civil_affairs", to="generic")
    batch = batches.change_many({duty.pk: stamp_of(duty)}, actor=officer, to=Addressee(Reach.GENERIC))
    assert (batch.done, batch.unproved) == (0, (duty,))
    duty.refresh_from_db()
    assert duty.state == Duty.State.TO_CHECK


def test_it_goes_on_in_another_clause_by_words_of_that(office: Client, page: OpinionPage, duty: Duty) -> None:
    target = key_of("通知各方", page)
    shown = office.get(at(page, duty), {"to_clause": target}).content.decode()
    assert "改到这一条款并接受" in shown
    assert "没有这句话" in send(office, page, duty, "rest", to_clause=target, quote="州民政局应当通知")
    said = send(office, page, duty, "rest", to_clause=target, quote="三日以内通知各方")
    assert "已改到" in said
    assert quotes_on(datetime.date(2026, 1, 1)) == ["三日以内通知各方"]
    assert not Duty.objects.filter(opinion=page, state=Duty.State.TO_CHECK).exists()
    moved = Duty.objects.get(pk=duty.pk)
    assert moved.clause.public_key == target
    batch = str(batches.last_deed(duty.pk).details["batch"])  # type: ignore[union-attr]
    office.post(at(page, duty, "workbench_decide"), {"verb": "undo", "batch": batch, "duty": duty.pk})
    back = Duty.objects.get(pk=duty.pk)
    assert (back.clause_id, back.state, [span.quote for span in back.spans.all()]) == (duty.clause_id, Duty.State.TO_CHECK, [QUOTE])


def test_it_is_refused_where_the_clause_has_such_a_duty(office: Client, page: OpinionPage, duty: Duty) -> None:
    target = Duty.objects.get(opinion=page, kind="public_security")
    Duty.objects.filter(pk=target.pk).update(kind=duty.kind_id, reach=duty.reach, levels=duty.levels, place=duty.place)
    said = send(office, page, duty, "rest", to_clause=target.clause.public_key, quote="协助人民法院查找被执行人")
    assert "已有该单位同一承担层级的职责" in said


def test_it_ends_with_its_clause(office: Client, page: OpinionPage, duty: Duty, manner: Manner) -> None:
    assert "已随条款失效" in send(office, page, duty, "ended")
    assert quotes_on(datetime.date(2026, 1, 1)) == []
    assert quotes_on(THEN) == ([QUOTE] if manner is Manner.AMENDMENT else [])
    assert not agenda.agenda(page, page.current_version, dict.fromkeys(agenda.PARAMS, "")).progress.left
    ended = Duty.objects.get(pk=duty.pk)
    assert ended.state == (Duty.State.CONFIRMED if manner is Manner.AMENDMENT else Duty.State.REJECTED)
    send(office, page, ended, "take_back")
    assert Duty.objects.get(pk=duty.pk).state == Duty.State.TO_CHECK


def test_what_stands_does_not_end(office: Client, page: OpinionPage) -> None:
    standing = Duty.objects.get(opinion=page, kind="public_security")
    assert "在现行文本中还在" in send(office, page, standing, "ended")


def test_the_unit_is_told_that_one_waits(office: Client, page: OpinionPage, duty: Duty, client: Client) -> None:
    address = reverse("policy_docs:unit", args=["civil_affairs", "532300"])
    words = "另有 1 条职责的条款在现行文本中已删去"
    assert words in office.get(address).content.decode()
    assert words in office.get(reverse("policy_docs:unit_csv", args=["civil_affairs", "532300"])).content.decode("utf-8-sig")
    client.logout()
    assert words not in client.get(address).content.decode(), "the public reads what is confirmed"
    assert not rows_for(load_unit("civil_affairs", "532300", on=datetime.date(2026, 1, 1)), viewer=COORDINATION)


def test_the_unit_is_not_told_that_it_has_ended(page: OpinionPage, duty: Duty) -> None:
    touch = NoticeTouch.objects.filter(notice__opinion=page, kind="civil_affairs").latest("pk")
    (told,) = touch.details
    assert (told["turn"], told["lost"], told["old"]) == ("changed", True, QUOTE)
