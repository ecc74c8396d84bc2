"""Validity: the rule in Python and the one in the database are one; which text stands on a day."""

import datetime
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path

import pytest

from policy_docs.opinions.models import OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.querysets import coming_q, over_q
from policy_docs.opinions.validity import Standing, label, reason, standing, text_on
from tests.factories.search import opinion

ON = datetime.date(2024, 6, 1)
DAYS = (None, ON - datetime.timedelta(days=1), ON, ON + datetime.timedelta(days=1))


@dataclass(frozen=True)
class Dates:
    issue_date: datetime.date | None = None
    effective_from: datetime.date | None = None
    effective_until: datetime.date | None = None
    counts_from: datetime.date | None = None
    repealed_on: datetime.date | None = None


@pytest.mark.django_db
def test_the_rule_of_the_page_is_that_of_the_database(tmp_path: Path) -> None:
    page = opinion(tmp_path, "a", "某政发〔2020〕1号\n关于协作的意见\n一、要求\n（一）公安机关应当协助。\n")
    found = OpinionPage.objects.filter(pk=page.pk)
    for days in product(DAYS, DAYS, DAYS, (None, DAYS[3]), DAYS):
        dates = Dates(*days)
        found.update(**asdict(dates))
        stands = standing(dates, ON)
        assert found.in_force(ON).exists() is (stands is Standing.IN_FORCE), dates
        assert found.filter(over_q(ON)).exists() is (stands in (Standing.REPEALED, Standing.EXPIRED)), dates
        assert found.filter(coming_q(ON)).exists() is (stands is Standing.COMING), dates


@pytest.mark.parametrize(
    ("dates", "words", "why"),
    [
        (Dates(), "现行有效", "施行日期原文未注明，有效期未注明"),
        (Dates(effective_from=datetime.date(2021, 4, 1)), "现行有效", "2021年4月1日起施行，有效期未注明"),
        (Dates(effective_until=datetime.date(2025, 1, 1)), "现行有效", "施行日期原文未注明，有效期至2025年1月1日"),
        (Dates(repealed_on=datetime.date(2020, 9, 1), effective_until=datetime.date(2021, 1, 1)), "已废止", "自2020年9月1日起废止"),
        (Dates(effective_until=datetime.date(2021, 5, 31)), "已过有效期", "有效期至2021年5月31日"),
        (Dates(effective_from=datetime.date(2027, 7, 1)), "尚未生效", "2027年7月1日起施行"),
        (Dates(issue_date=datetime.date(2027, 7, 1)), "尚未生效", "成文日期在后"),
        (Dates(counts_from=datetime.date(2024, 5, 1)), "现行有效", "原文没有日期，自2024年5月1日起算作有效，有效期未注明"),
        (Dates(counts_from=datetime.date(2024, 7, 1)), "尚未生效", "原文没有日期，自2024年7月1日起算作有效"),
        (Dates(issue_date=datetime.date(2020, 1, 1), counts_from=datetime.date(2024, 7, 1)), "现行有效", "施行日期原文未注明，有效期未注明"),
    ],
)
def test_validity_has_words_and_a_reason(dates: Dates, words: str, why: str) -> None:
    found = standing(dates, ON)
    assert (label(found), reason(dates, found)) == (words, why)


def test_the_newest_text_that_has_begun_stands() -> None:
    def version(number: int, starts: datetime.date | None, state: str = "published") -> OpinionVersion:
        return OpinionVersion(number=number, state=state, in_force_from=starts)

    first, second, coming, draft = version(1, ON), version(2, datetime.date(2024, 1, 1)), version(3, datetime.date(2025, 1, 1)), version(0, None, "draft")
    assert text_on([first, second, coming, draft], ON) is second
    assert text_on([first, second, coming, draft], datetime.date(1990, 1, 1)) is first
    assert text_on([first, second, coming, draft], datetime.date(2026, 1, 1)) is coming
    assert text_on([draft], ON) is None
