"""A person edits the body: duties follow what is published, decisions stay."""

from pathlib import Path

import pytest

from cms.accounts.models import User
from policy_docs.duties.actions import decide
from policy_docs.duties.anchors import locate
from policy_docs.duties.models import Duty, DutySpan
from policy_docs.opinions.models import Change, Citation
from policy_docs.opinions.pages import OpinionPage
from tests.factories.opinions import added, drop, import_text, publish, raw, reword, set_body

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(tmp_path: Path) -> OpinionPage:
    return import_text(tmp_path)


def _confirm(kind: str) -> Duty:
    duty = Duty.objects.get(kind=kind)
    decide([duty], state=Duty.State.CONFIRMED, actor=User.objects.create(username=f"u-{kind}"))
    return duty


def test_new_words_give_new_suggestions_and_the_index_hears_of_it(page: OpinionPage) -> None:
    Change.objects.all().delete()
    set_body(page, [*raw(page), added("税务机关应当依据《关于另一件事的通知》提供纳税信息。")])
    page.save_revision()
    assert not Duty.objects.filter(kind="tax").exists(), "a draft has no duties yet"
    Change.objects.all().delete()
    publish(page)
    assert Duty.objects.get(kind="tax").state == Duty.State.SUGGESTED
    assert Citation.objects.get(title="关于另一件事的通知").opinion == page
    assert Change.objects.filter(key=page.public_key).exists()


def test_only_untouched_suggestions_are_replaced(page: OpinionPage) -> None:
    untouched, kept = Duty.objects.get(kind="finance"), _confirm("public_security")
    reword(page, "州财政局应当保障", "州审计局应当监督")
    publish(page)
    assert not Duty.objects.filter(pk=untouched.pk).exists()
    assert Duty.objects.filter(kind="audit").exists()
    assert Duty.objects.get(pk=kept.pk).state == Duty.State.CONFIRMED


def test_a_quote_that_moves_stays_confirmed_with_its_new_place(page: OpinionPage) -> None:
    kept = _confirm("public_security")
    reword(page, "公安机关应当", "有条件的地方，公安机关应当")
    publish(page)
    kept.refresh_from_db()
    assert kept.state == Duty.State.CONFIRMED
    text = "有条件的地方，公安机关应当协助人民法院查找被执行人。"
    for span in DutySpan.objects.filter(duty=kept):
        assert text[span.start : span.end] == span.quote
        assert text[span.name_start : span.name_end] == "公安机关"


def test_white_space_moves_the_quote_too(page: OpinionPage) -> None:
    kept = _confirm("public_security")
    reword(page, "公安机关应当协助", "公安机关应当\n协助")
    publish(page)
    kept.refresh_from_db()
    assert kept.state == Duty.State.CONFIRMED
    text = "公安机关应当\n协助人民法院查找被执行人。"
    for span in DutySpan.objects.filter(duty=kept):
        assert text[span.start : span.end] == span.quote


def test_a_confirmed_duty_whose_quote_vanished_is_to_be_checked_until_a_revert(page: OpinionPage) -> None:
    first = page.save_revision()
    kept = _confirm("development_reform")
    drop(page, "发改委")
    publish(page)
    kept.refresh_from_db()
    assert kept.state == Duty.State.TO_CHECK
    reword(page, "协助查询项目立项情况", "提供项目立项信息")
    first.as_object().save_revision().publish()
    kept.refresh_from_db()
    assert kept.state == Duty.State.CONFIRMED, "the very words that were confirmed are back"


def test_a_rejected_duty_stays_rejected_while_its_text_stays(page: OpinionPage) -> None:
    duty = Duty.objects.get(kind="development_reform")
    decide([duty], state=Duty.State.REJECTED, actor=User.objects.create(username="c"))
    reword(page, "保障工作经费", "足额保障工作经费")
    page = publish(page)
    assert Duty.objects.get(kind="development_reform").state == Duty.State.REJECTED
    reword(page, "项目立项情况", "项目立项和审批情况")
    publish(page)
    assert Duty.objects.get(kind="development_reform").state == Duty.State.SUGGESTED


def test_another_place_or_day_reads_the_names_anew(page: OpinionPage) -> None:
    own = Duty.objects.get(kind="development_reform")
    assert own.reach == "own"
    page.jurisdiction_id = "530000"
    publish(page)
    assert Duty.objects.get(kind="development_reform").reach != "own"


def test_a_change_of_the_title_reads_nothing_anew(page: OpinionPage) -> None:
    before = set(Duty.objects.values_list("pk", flat=True))
    page.title = "关于协作的实施意见"
    publish(page)
    assert set(Duty.objects.values_list("pk", flat=True)) == before


def test_a_draft_import_gets_its_duties_and_keeps_them_when_published(tmp_path: Path) -> None:
    page = import_text(tmp_path, "draft", live=False)
    kept = _confirm("public_security")
    publish(OpinionPage.objects.get(pk=page.pk))
    kept.refresh_from_db()
    assert kept.state == Duty.State.CONFIRMED
    assert Duty.objects.filter(clause__opinion=page, state=Duty.State.SUGGESTED).count() >= 2


@pytest.mark.parametrize(
    ("text", "quote", "context", "found"),
    [
        ("甲应当办理。乙应当办理。", "应当办理", {"prefix": "乙", "near": 1}, "7-11"),
        ("甲应当办理。乙应当办理。", "应当办理", {"near": 7}, "7-11"),
        ("应 当\n办理（一）", "应当办理(一)", {}, "0-9"),
        ("甲不办理。", "应当办理", {}, None),
        ("甲", "", {}, None),
        ("", "甲", {}, None),
    ],
)
def test_locate(text: str, quote: str, context: dict[str, object], found: str | None) -> None:
    place = locate(text, quote, **context)  # type: ignore[arg-type]
    assert (f"{place[0]}-{place[1]}" if place else None) == found
