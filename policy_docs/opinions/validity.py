"""Whether a document is in force on a day, and which of its texts stands then. One rule for page, list and search."""

import datetime
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple, Protocol

from django.utils.translation import gettext as _

from .models import OpinionVersion


class Standing(StrEnum):
    """Where a document stands on a day; all but the first are not in force. ``querysets`` has the same rule for the database: ``in_force_q``, ``over_q``
    and ``coming_q``."""

    IN_FORCE = "in_force"
    REPEALED = "repealed"
    EXPIRED = "expired"
    COMING = "coming"


class Dated(Protocol):
    """What the rule looks at."""

    @property
    def issue_date(self) -> datetime.date | None:
        """成文日期."""

    @property
    def effective_from(self) -> datetime.date | None:
        """First day."""

    @property
    def effective_until(self) -> datetime.date | None:
        """Last day."""

    @property
    def counts_from(self) -> datetime.date | None:
        """First day of a text that bears no date."""

    @property
    def repealed_on(self) -> datetime.date | None:
        """First day on which it no longer holds."""


class Dates(NamedTuple):
    """The dates alone, as a query reads them for many documents: ``values_list(*Dates._fields)``."""

    issue_date: datetime.date | None
    effective_from: datetime.date | None
    effective_until: datetime.date | None
    counts_from: datetime.date | None
    repealed_on: datetime.date | None


def begins(page: Dated) -> tuple[datetime.date, ...]:
    """Return the days before which a document does not hold: those that the text gives; one without any holds from the day that was said of it."""
    given = tuple(day for day in (page.effective_from, page.issue_date) if day is not None)
    return given or ((page.counts_from,) if page.counts_from is not None else ())


def standing(page: Dated, on: datetime.date) -> Standing:
    """Return where a document stands on a day; a date that the text lacks sets no bound."""
    if page.repealed_on is not None and page.repealed_on <= on:
        return Standing.REPEALED
    if page.effective_until is not None and page.effective_until < on:
        return Standing.EXPIRED
    if any(day > on for day in begins(page)):
        return Standing.COMING
    return Standing.IN_FORCE


def label(found: Standing) -> str:
    """Return the validity as people read it."""
    return {
        Standing.IN_FORCE: _("现行有效"),
        Standing.REPEALED: _("已废止"),
        Standing.EXPIRED: _("已过有效期"),
        Standing.COMING: _("尚未生效"),
    }[found]


def reason(page: Dated, found: Standing) -> str:
    """Return why it stands so, from the dates that the text gives."""
    if found is Standing.REPEALED and page.repealed_on is not None:
        return _("自%s起废止") % written(page.repealed_on)
    if found is Standing.EXPIRED and page.effective_until is not None:
        return _("有效期至%s") % written(page.effective_until)
    undated = page.issue_date is None and page.effective_from is None and page.counts_from is not None
    if undated and page.counts_from is not None:
        starts = _("原文没有日期，自%s起算作有效") % written(page.counts_from)
    else:
        starts = _("%s起施行") % written(page.effective_from) if page.effective_from else _("施行日期原文未注明")
    if found is Standing.COMING:
        return starts if page.effective_from or undated else _("成文日期在后")
    return f"{starts}，" + (_("有效期至%s") % written(page.effective_until) if page.effective_until else _("有效期未注明"))


def written(day: datetime.date) -> str:
    """Return a day as official texts write it: 2021年4月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def stands(number: int, starts: datetime.date | None, on: datetime.date) -> bool:
    """Say whether a published text has begun by a day; the first one always has."""
    return number == 1 or starts is None or starts <= on


def text_on(versions: Iterable[OpinionVersion], on: datetime.date, *, coming: bool = False) -> OpinionVersion | None:
    """Return the published text that stands on a day: the newest that has begun. ``coming``: those that wait for their day count too, for who
    asks what will hold then."""
    states = {OpinionVersion.State.PUBLISHED, *([OpinionVersion.State.COMING] if coming else [])}
    begun = [item for item in versions if item.state in states and stands(item.number, item.in_force_from, on)]
    return max(begun, key=lambda item: item.number, default=None)
