"""What was confirmed and stood on a day is found on that day, with the words of that day, whatever a later text makes of it."""

import csv
import datetime
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from cms.accounts.models import User
from cms.accounts.viewer import COORDINATION, PUBLIC, Viewer
from policy_docs.duties import publishing
from policy_docs.duties.models import Duty
from policy_docs.duties.selectors import duties_in_force, load_unit, rows_for
from policy_docs.duties.trust import trust
from policy_docs.importing.reread import reread
from policy_docs.opinions import shaping
from policy_docs.opinions.actions import begin_texts
from policy_docs.opinions.drafts import newest
from policy_docs.opinions.editing import reshape, settle_identity
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.publication import Manner, Publication
from policy_docs.opinions.setaside import store
from tests.factories.duties import confirmed

pytestmark = pytest.mark.django_db

TEXT = """楚政法发〔2023〕99号
中共楚雄州委政法委员会
关于协作办理的意见
一、职责
（一）州公安局应当协助人民法院查找被执行人。州自然资源局应当协助查询不动产登记情况。
（二）州发改委应当协助查询项目立项情况，及时反馈结果。
（三）州财政局应当保障工作经费，列入年度预算。
（四）州民政局应当协助查询婚姻登记信息，及时反馈结果。
2023年5月1日
"""
QUOTES = {
    "public_security": "州公安局应当协助人民法院查找被执行人",
    "natural_resources": "州自然资源局应当协助查询不动产登记情况",
    "development_reform": "州发改委应当协助查询项目立项情况，及时反馈结果",
    "finance": "州财政局应当保障工作经费，列入年度预算",
    "civil_affairs": "州民政局应当协助查询婚姻登记信息，及时反馈结果",
}
THEN, NOW, STARTS = datetime.date(2024, 1, 1), datetime.date(2026, 1, 1), datetime.date(2025, 1, 1)
PRESET = {"followed": "follow", "changed": "adopt", "others": "end", "lost": "end", "gone": "end"}


@pytest.fixture
def page(tmp_path: Path, officer: User) -> OpinionPage:
    """Five duties, each confirmed by itself, in a text of 2023 that is open to the public."""
    return confirmed(tmp_path, "past", TEXT, actor=officer)


def edit(page: OpinionPage, change: Callable[[str], str | None], officer: User) -> None:
    """Keep a draft in which each block is reworded, or left out where ``change`` gives None."""
    draft = newest(page.pk)
    body = [{**block, "value": {**block["value"], "text": change(block["value"]["text"])}} for block in draft.body.raw_data]
    draft.body = OpinionPage.body.field.to_python([block for block in body if block["value"]["text"] is not None])
    settle_identity(draft)
    store(draft, actor=officer)


def rewrite(page: OpinionPage, officer: User) -> None:
    """The first clause is split, the second names nobody any more, the third is reworded, the fourth is gone."""
    whole = next(block for block in newest(page.pk).body.raw_data if "不动产" in block["value"]["text"])
    cut = whole["value"]["text"].index("。") + 1
    reshape(page.pk, lambda body: shaping.split(body, whole["id"], [cut], numbered=True), touched={}, deed="split", actor=officer)

    def change(text: str) -> str | None:
        if "立项" in text:
            return "项目立项情况按照国家规定向社会公开。"
        return None if "婚姻" in text else text.replace("财政局应当保障工作经费", "财政局应当足额保障执行工作经费")

    edit(page, change, officer)


def publish(page: OpinionPage, officer: User, manner: Manner = Manner.AMENDMENT, starts: datetime.date | None = STARTS, **choices: str) -> None:
    """Publish the draft with the first that fits chosen for each fate; ``choices`` by fate."""
    found = publishing.ready(page.pk, actor=officer)
    chosen = {touch.held.duty: (PRESET | choices)[touch.fate.value] for touch in found.plan.asked}
    publishing.publish(page.pk, Publication(manner, starts, choices=chosen), seen=found.mark, actor=officer)


def quotes_on(page: OpinionPage, on: datetime.date, viewer: Viewer, place: str = "532300") -> dict[str, list[str]]:
    """The confirmed duties of a document on a day as the pages of its units have them: unit → words."""
    found: dict[str, list[str]] = {}
    for kind in QUOTES:
        for row in rows_for(load_unit(kind, place, on=on), viewer=viewer):
            if row.opinion == page.pk and row.kind == kind and row.role != "mention" and row.state == Duty.State.CONFIRMED:
                found.setdefault(kind, []).append("……".join(span.quote for span in Duty.of_all_days.get(pk=row.duty).spans.filter(act="duty")))
    return found


ALL_THEN = {kind: [quote] for kind, quote in QUOTES.items()}


@pytest.mark.parametrize("viewer", [COORDINATION, PUBLIC], ids=["office", "public"])
def test_an_amendment_leaves_the_days_before_as_they_were(page: OpinionPage, officer: User, viewer: Viewer) -> None:
    assert quotes_on(page, THEN, viewer) == ALL_THEN
    rewrite(page, officer)
    publish(page, officer)
    assert quotes_on(page, THEN, viewer) == ALL_THEN
    assert quotes_on(page, NOW, viewer) == {
        "public_security": [QUOTES["public_security"]],
        "natural_resources": [QUOTES["natural_resources"]],
        "finance": ["州财政局应当足额保障执行工作经费，列入年度预算"],
    }
    assert duties_in_force(THEN).filter(opinion=page).count() == 5


@pytest.mark.parametrize("viewer", [COORDINATION, PUBLIC], ids=["office", "public"])
def test_what_is_to_be_checked_now_was_confirmed_then(page: OpinionPage, officer: User, viewer: Viewer) -> None:
    rewrite(page, officer)
    publish(page, officer, **dict.fromkeys(PRESET, "check"))
    assert quotes_on(page, THEN, viewer) == ALL_THEN
    assert set(quotes_on(page, NOW, viewer)) == {"natural_resources"}
    assert Duty.objects.filter(opinion=page, state=Duty.State.TO_CHECK).count() == 4


def test_document_table_and_page_of_the_day_agree(page: OpinionPage, officer: User, client: Client) -> None:
    rewrite(page, officer)
    publish(page, officer)
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    then = client.get(reverse("policy_docs:opinion", args=[page.public_key]), {"on": THEN.isoformat()})
    assert sum(number for _css, _role, number in then.context["layout"].sums()) == 5
    for kind, quote in QUOTES.items():
        duty = duties_in_force(THEN).get(opinion=page, kind=kind)
        assert f"d/{duty.pk}/" in then.content.decode(), kind
        table = client.get(reverse("policy_docs:unit_csv", args=[kind, "532300"]), {"on": THEN.isoformat()}).content.decode("utf-8-sig")
        assert sum(page.title in row and quote in "".join(row) for row in csv.reader(io.StringIO(table))) == 1, kind
        shown = client.get(reverse("policy_docs:unit", args=[kind, "532300"]), {"on": THEN.isoformat()}).content.decode()
        assert page.title in shown


def test_the_duty_of_the_day_leads_to_what_became_of_it(page: OpinionPage, officer: User, client: Client) -> None:
    now = Duty.objects.get(opinion=page, kind="finance")
    rewrite(page, officer)
    publish(page, officer)
    then = Duty.of_all_days.get(opinion=page, kind="finance", ended_on__isnull=False)
    assert (then.ended_on, then.goes_on_as_id, then.decided_by) == (STARTS - datetime.timedelta(days=1), now.pk, officer)
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get(reverse("policy_docs:duty", args=[page.public_key, then.pk])).content.decode()
    assert "这是修订以前的职责，适用到2024年12月31日" in shown
    assert reverse("policy_docs:duty", args=[page.public_key, now.pk]) in shown
    assert "随条款失效" not in shown


def test_a_text_that_waited_for_its_day_leaves_the_days_before_as_they_were(page: OpinionPage, officer: User) -> None:
    day = datetime.date(2027, 3, 1)
    rewrite(page, officer)
    publish(page, officer, starts=day)
    assert begin_texts(day) == 1
    assert quotes_on(page, THEN, COORDINATION) == ALL_THEN
    assert quotes_on(page, datetime.date(2027, 2, 28), COORDINATION) == ALL_THEN
    assert set(quotes_on(page, day, COORDINATION)) == {"public_security", "natural_resources", "finance"}


def test_a_correction_of_the_new_text_reaches_back_to_its_first_day_alone(page: OpinionPage, officer: User) -> None:
    """What both texts said alike is one duty, until the new one is corrected."""
    edit(page, lambda text: text.replace("婚姻登记信息", "婚姻登记的信息"), officer)
    publish(page, officer)
    edit(page, lambda text: text.replace("查找被执行人", "查找、控制被执行人"), officer)
    publish(page, officer, Manner.CORRECTION, None)
    assert quotes_on(page, THEN, PUBLIC) == ALL_THEN
    assert quotes_on(page, STARTS, PUBLIC)["public_security"] == ["州公安局应当协助人民法院查找、控制被执行人"]


def test_a_correction_of_the_only_text_holds_for_all_days(page: OpinionPage, officer: User) -> None:
    edit(page, lambda text: text.replace("查找被执行人", "查找、控制被执行人"), officer)
    publish(page, officer, Manner.CORRECTION, None)
    assert quotes_on(page, THEN, PUBLIC)["public_security"] == ["州公安局应当协助人民法院查找、控制被执行人"]
    assert not Duty.of_all_days.filter(ended_on__isnull=False).exists()


def test_two_amendments_keep_three_texts_apart(page: OpinionPage, officer: User) -> None:
    later = datetime.date(2025, 7, 1)
    for old, new, starts in (("保障工作经费", "足额保障工作经费", STARTS), ("足额保障工作经费", "按时足额保障工作经费", later)):
        edit(page, lambda text, old=old, new=new: text.replace(old, new), officer)  # type: ignore[misc]
        publish(page, officer, starts=starts)
    days = (THEN, STARTS, later)
    assert [quotes_on(page, on, PUBLIC)["finance"] for on in days] == [[f"州财政局应当{words}保障工作经费，列入年度预算"] for words in ("", "足额", "按时足额")]


def test_what_was_kept_bars_no_suggestion_and_counts_no_decision(page: OpinionPage, officer: User) -> None:
    """The text comes back as it was: the duty of today follows it, nothing is suggested beside it, and trust in its rule rests on one decision."""
    before = {rule: found.singles for rule, found in trust().items()}
    edit(page, lambda text: text.replace("保障工作经费", "足额保障工作经费"), officer)
    publish(page, officer)
    edit(page, lambda text: text.replace("足额保障工作经费", "保障工作经费"), officer)
    publish(page, officer, starts=NOW)
    reread(OpinionPage.objects.get(pk=page.pk))
    assert quotes_on(page, NOW, PUBLIC)["finance"] == [QUOTES["finance"]]
    assert Duty.objects.filter(opinion=page, kind="finance").count() == 1
    assert all(found.singles <= before[rule] for rule, found in trust().items())


def test_what_an_amendment_brings_new_is_not_shown_before_it(page: OpinionPage, officer: User) -> None:
    """The clause stood before, with words that laid nothing on the unit; one that is all new has no days before it."""
    edit(page, lambda text: text.replace("列入年度预算。", "列入年度预算。州审计局应当监督经费使用。"), officer)
    publish(page, officer)

    def audits(on: datetime.date) -> int:
        return sum(row.opinion == page.pk for row in rows_for(load_unit("audit", "532300", on=on), viewer=COORDINATION))

    assert [audits(on) for on in (THEN, STARTS, NOW)] == [0, 1, 1]
    assert Duty.objects.get(opinion=page, kind="audit").began_on == STARTS
    edit(page, lambda text: text.replace("公安局应当协助", "公安局应当主动协助"), officer)
    publish(page, officer, starts=datetime.date(2025, 7, 1))
    reread(OpinionPage.objects.get(pk=page.pk))
    assert Duty.objects.get(opinion=page, kind="audit").began_on == STARTS, "its words are those of the text before"
    assert [audits(on) for on in (THEN, STARTS, NOW)] == [0, 1, 1]


def test_what_a_text_has_said_from_the_first_has_no_first_day(page: OpinionPage, officer: User) -> None:
    edit(page, lambda text: text.replace("查找被执行人", "查找、控制被执行人"), officer)
    publish(page, officer)
    Duty.objects.filter(opinion=page, kind="development_reform").delete()
    reread(OpinionPage.objects.get(pk=page.pk))
    assert Duty.objects.get(opinion=page, kind="development_reform").began_on is None
