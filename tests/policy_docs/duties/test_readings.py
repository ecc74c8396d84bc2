"""A text that is asked for several times on its way to publication is read once, and the page before it asks the same few questions for any length."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from cms.accounts.models import User
from policy_docs.duties import readings
from policy_docs.duties.actions import decide
from policy_docs.duties.models import Duty
from policy_docs.duties.proofs import spans_of, with_spans
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.types import Block, BlockKind
from policy_docs.units.aliases import current_matcher
from policy_docs.units.models import UnitAlias
from policy_docs.units.types import Context
from tests.factories.opinions import described, import_text, reword
from tests.policy_docs.admin.publishing import address, asked, say
from tests.policy_docs.admin.test_conflicts import signed_in

pytestmark = pytest.mark.django_db

BLOCKS = [Block(BlockKind.CLAUSE, "（一）", "公安机关应当协助人民法院查找被执行人。", 2, ("一、", "（一）"))]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words of the texts that are read from here on; nothing has been read before."""
    found: list[str] = []
    extract = readings.extract

    def reading(blocks: Any, *args: Any) -> Any:
        found.append("".join(block.text for block in blocks))
        return extract(blocks, *args)

    monkeypatch.setattr(readings, "extract", reading)
    monkeypatch.setattr(readings, "_readings", readings._Readings())
    return found


@pytest.fixture
def page(tmp_path: Path) -> OpinionPage:
    page = described(import_text(tmp_path))
    decide(Duty.objects.exclude(role="mention"), state=Duty.State.CONFIRMED, actor=User.objects.create(username="checker"))
    reword(page, "查找被执行人", "查找失联的被执行人")
    page.save_revision()
    return page


class TestReading:
    def test_the_same_text_is_read_once(self, read: list[str]) -> None:
        first = readings.read(BLOCKS, current_matcher(), Context())
        assert [item.kind for item in first[0].findings][0] == "public_security"
        assert readings.read(list(BLOCKS), current_matcher(), Context()) == first
        assert len(read) == 1

    def test_another_day_or_word_is_another_text(self, read: list[str]) -> None:
        readings.read(BLOCKS, current_matcher(), Context())
        readings.read(BLOCKS, current_matcher(), Context(date="2016-01-01"))
        readings.read([Block(BlockKind.CLAUSE, "（一）", "税务机关应当协助人民法院查找被执行人。", 2)], current_matcher(), Context())
        assert len(read) == 3

    def test_what_was_read_by_other_names_is_forgotten(self, read: list[str]) -> None:
        words = [Block(BlockKind.CLAUSE, "（一）", "治安大队应当协助人民法院查找被执行人。", 2)]
        assert "public_security" not in {item.kind for found in readings.read(words, current_matcher(), Context()) for item in found.findings}
        UnitAlias.objects.create(kind_id="public_security", text="治安大队", form="full")
        assert "public_security" in {item.kind for found in readings.read(words, current_matcher(), Context()) for item in found.findings}

    def test_few_are_kept(self, read: list[str]) -> None:
        for number in range(12):
            readings.read(BLOCKS, current_matcher(), Context(date=f"2016-01-{number + 1:02}"))
        assert len(readings._readings._found) == readings._KEPT


def test_publishing_reads_the_draft_once(page: OpinionPage, read: list[str]) -> None:
    client = signed_in("李静")
    form = asked(client, page)
    assert len(read) == 1
    assert "查找失联的被执行人" in read[0]
    choices = {f"d-{duty.pk}": "adopt" for duty in Duty.objects.filter(kind="public_security")}
    assert client.post(address(page), {**form, **choices, "deed": "publish", "manner": "correction"}).status_code == 302
    assert len(read) == 1


def test_the_page_before_asks_the_same_for_any_length(
    page: OpinionPage, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    client = signed_in("李静")
    client.get(address(page))
    assert Duty.objects.filter(state=Duty.State.CONFIRMED).count() > 2
    with django_assert_max_num_queries(60):  # it was one more for each duty
        assert client.get(address(page)).status_code == 200


def test_what_stays_is_listed_with_its_words(page: OpinionPage) -> None:
    Duty.objects.filter(kind="finance").update(role="lead")
    shown = signed_in("李静").get(address(page)).content.decode()
    duty = Duty.objects.filter(kind="finance", state=Duty.State.CONFIRMED).get()
    quote = duty.spans.first().quote  # type: ignore[union-attr]
    assert re.search(rf'<li><b>[^<]*财政局</b>，牵头 <span class="ed__small">[^<]+</span><br>{quote}</li>', shown)


def test_words_of_a_text_are_escaped_in_the_list(page: OpinionPage) -> None:
    duty = Duty.objects.filter(kind="finance", state=Duty.State.CONFIRMED).get()
    duty.spans.update(quote="<img src=x>")
    assert "<img src=x>" not in signed_in("李静").get(address(page)).content.decode()


def test_spans_come_with_their_duties_in_two_queries(page: OpinionPage, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]) -> None:
    expected = {duty.pk: list(duty.spans.order_by("pk")) for duty in Duty.objects.all()}
    with django_assert_num_queries(2):
        assert {duty.pk: spans_of(duty) for duty in with_spans(Duty.objects.all())} == expected
    assert {duty.pk: spans_of(duty) for duty in Duty.objects.all()} == expected


def test_what_was_chosen_is_done_where_the_words_have_changed(page: OpinionPage) -> None:
    answer = say(signed_in("李静"), page, **{f"d-{duty.pk}": "adopt" for duty in Duty.objects.filter(kind="public_security")})
    assert answer.url == reverse("opinion_outline", args=[page.pk])
    assert "查找失联的被执行人" in Duty.objects.filter(kind="public_security").exclude(role="mention").first().spans.first().quote  # type: ignore[union-attr]
