"""What people may mean while they type: units, documents by title and number, topics. Asked of the database: complete, and nothing that is hidden."""

import datetime
import re
from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.viewer import Viewer
from policy_docs.duties.meaning import units_meant, where
from policy_docs.opinions.numbers import normalise
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.querysets import about_q
from policy_docs.opinions.validity import Standing, label, standing
from policy_docs.topics.models import Topic
from search.analysis.fold import fold

UNITS, DOCUMENTS, TOPICS = 4, 5, 2
_BRACKETS = re.compile(r"[\[\]]")  # all brackets, once folded
_SHORTEST = 2  # signs: one alone means everything
LONGEST = 40  # what is typed beyond it narrows nothing


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A line below the field: its words, what it is, where it leads."""

    name: str
    why: str
    href: str


def suggestions(typed: str, *, viewer: Viewer) -> list[Suggestion]:
    """Return what the words typed so far may mean, best first: units, documents that the viewer may read, topics."""
    words = " ".join(typed.split())[:LONGEST].strip()
    if len(words) < _SHORTEST:
        return []
    return [*_units(words, viewer), *_documents(words, viewer), *_topics(words)]


def _units(words: str, viewer: Viewer) -> list[Suggestion]:
    _places, at = where("", viewer)
    found = units_meant(words, at)[:UNITS]
    return [Suggestion(match.name, _("单位，原写作%s") % match.hint if match.hint else _("单位"), match.address) for match in found]


def _documents(words: str, viewer: Viewer) -> list[Suggestion]:
    """Return documents whose title or number holds the words, or whose title sounds so; what begins with them first, then the newest. One query."""
    number = normalise(_BRACKETS.sub(lambda sign: "〔" if sign[0] == "[" else "〕", fold(words)))
    letters = words.replace(" ", "").lower()
    meant = Q(title_sound__contains=letters) if letters.isascii() and letters.isalpha() else about_q(words) | Q(number_key__icontains=number)
    nearness = Case(
        When(number_key__istartswith=number, then=Value(0)), When(title__istartswith=words, then=Value(1)), When(title__icontains=words, then=Value(2)),
        default=Value(3), output_field=IntegerField(),
    )  # fmt: skip
    found = OpinionPage.objects.visible_to(viewer).filter(meant, live=True).defer("body").order_by(nearness, "-issue_date", "pk")
    on = timezone.localdate()
    return [
        Suggestion(
            page.title,
            "，".join(part for part in (page.document_number or _("文件"), _stale(page, on)) if part),
            reverse("policy_docs:opinion", args=[page.public_key]),
        )
        for page in found[:DOCUMENTS]
    ]


def _stale(page: OpinionPage, on: datetime.date) -> str:
    """Return what a reader must know before opening a document that is not in force; "" for one that is."""
    found = standing(page, on)
    return "" if found is Standing.IN_FORCE else label(found)


def _topics(words: str) -> list[Suggestion]:
    found = Topic.objects.filter(name__icontains=words, merged_into=None, retired_at=None).order_by("path")[:TOPICS]
    return [Suggestion(topic.name, _("主题"), reverse("policy_docs:topic", args=[topic.slug])) for topic in found]
