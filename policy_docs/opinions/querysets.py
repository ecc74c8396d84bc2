"""Reads of opinions for people: always through ``visible_to``."""

import datetime
import re
import unicodedata

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Length, Substr
from wagtail.models import PageQuerySet, PageViewRestriction

from cms.accounts.viewer import Viewer

from .numbers import normalise


def in_force_q(on: datetime.date, prefix: str = "") -> Q:
    """Opinions in force on a day. A missing date of entry counts as in force: the text does not tell, and a duty must not be missed.
    A text without any date is in force from the day that was said of it (``counts_from``), and not on every day of the past."""

    def q(**conditions: object) -> Q:
        return Q(**{prefix + name: value for name, value in conditions.items()})

    return (
        (q(effective_from__isnull=True) | q(effective_from__lte=on))
        & (q(effective_until__isnull=True) | q(effective_until__gte=on))
        & (q(repealed_on__isnull=True) | q(repealed_on__gt=on))
        & (q(issue_date__isnull=True) | q(issue_date__lte=on))
        & (q(issue_date__isnull=False) | q(effective_from__isnull=False) | q(counts_from__isnull=True) | q(counts_from__lte=on))
    )


def over_q(on: datetime.date, prefix: str = "") -> Q:
    """Opinions that were in force and are so no longer on a day: repealed, or past their last day."""
    return Q(**{prefix + "repealed_on__lte": on}) | Q(**{prefix + "effective_until__lt": on})


def coming_q(on: datetime.date, prefix: str = "") -> Q:
    """Opinions that are not yet in force on a day: what neither ``in_force_q`` nor ``over_q`` finds."""

    def q(**conditions: object) -> Q:
        return Q(**{prefix + name: value for name, value in conditions.items()})

    undated = q(issue_date__isnull=True, effective_from__isnull=True, counts_from__gt=on)
    return ~over_q(on, prefix) & (q(effective_from__gt=on) | q(issue_date__gt=on) | undated)


def visible_q(viewer: Viewer, prefix: str = "") -> Q:
    """Opinions that a viewer may read: the public what is published and 主动公开, staff what is published, the coordination office all.

    What lies in a private section is left out but for the coordination office; within the query, since Wagtail's own ``public()`` asks one more.
    """
    if viewer.sees_all:
        return Q()
    shown = Q(**{prefix + "live": True}) & unrestricted_q(prefix)
    if viewer.is_staff_reader:
        return shown
    return shown & Q(**{prefix + "disclosure": "open"})


def unrestricted_q(prefix: str = "") -> Q:
    """Opinions outside private sections."""
    return ~Q(Exists(_restrictions_above(prefix + "path")))


def _restrictions_above(path: str) -> QuerySet[PageViewRestriction]:
    """Restrictions of a page or of one above it: a path begins with the paths of all above."""
    beginning = Substr(OuterRef(path), 1, Length("page__path"))
    found: QuerySet[PageViewRestriction] = PageViewRestriction.objects.alias(beginning=beginning).filter(page__path=F("beginning"))
    return found


_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_WORDS = 6  # of a question: more of them narrow nothing


def about_q(words: str) -> Q:
    """Opinions whose title, number or issuer holds each of the words; a number is found with any brackets: 法发[2016]10号, 法发（2016）10号."""
    q = Q()
    plain = unicodedata.normalize("NFKC", _CONTROL.sub(" ", words))
    for word in plain.split()[:_WORDS]:
        number = normalise(word)
        q &= Q(title__icontains=word) | Q(number_key__icontains=number) | Q(issuer__icontains=word)
    return q


class OpinionQuerySet(PageQuerySet):
    """Opinions as people may see them."""

    def visible_to(self, viewer: Viewer) -> "OpinionQuerySet":
        """Opinions that the viewer may read."""
        return self.filter(visible_q(viewer))

    def in_force(self, on: datetime.date) -> "OpinionQuerySet":
        """Opinions in force on a day."""
        return self.filter(in_force_q(on))

    def about(self, words: str) -> "OpinionQuerySet":
        """Opinions whose title, number or issuer holds each of the words."""
        return self.filter(about_q(words))
