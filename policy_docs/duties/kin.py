"""What the documents above and below say to the same matter as a clause: found when it is asked for, and only where it is sure."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cms.accounts.viewer import viewer_of
from policy_docs.opinions.alike import Sayable, most_alike, own_words
from policy_docs.opinions.citing import cite, path_words
from policy_docs.opinions.models import Citation, Clause, ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.types import BlockKind
from policy_docs.opinions.validity import Standing, label, standing

from .selectors import versions_on

UPPER = (Citation.Relation.BASED_ON, Citation.Relation.IMPLEMENTS)
_COMPARED = (BlockKind.CLAUSE.value, BlockKind.TABLE.value)


@dataclass(frozen=True, slots=True)
class Kin:
    """A document above or below. ``html`` is the clause that says the same, what is its own marked; "" where none surely does."""

    page: OpinionPage
    validity: str
    in_force: bool
    clause: str = ""
    place: str = ""
    label: str = ""
    citation: str = ""
    html: SafeString = SafeString()


def clause_kin(request: HttpRequest, key: str, clause_key: str) -> HttpResponseBase:
    """Show a clause beside those that say the same above and below."""
    readable, today = OpinionPage.objects.visible_to(viewer_of(request.user)), timezone.localdate()
    page = get_object_or_404(readable.defer("body"), public_key=key)
    clause = get_object_or_404(Clause, opinion=page, public_key=clause_key)
    text = ClauseText.objects.filter(clause=clause, version__in=versions_on(today, [page.pk])).first()
    if text is None:
        return redirect("policy_docs:clause", key, clause_key)  # says what has become of it
    upper, lower = _related(page)
    pages = {other.pk: other for other in readable.filter(live=True, pk__in=upper | lower).defer("body")}
    found = _kin(text, pages, today)
    context = {
        "page": page, "clause": clause, "text": text, "place": path_words(text.path, text.para, text.row) or _("正文"),
        "citation": cite(page.title, page.document_number, text.path, text.para, text.row), "upper": _ordered(found, upper),
        "lower": [kin for kin in _ordered(found, lower) if kin.html], "silent": sum(not kin.html for kin in _ordered(found, lower)),
    }  # fmt: skip
    return render(request, "policy_docs/opinions/kin.html", context)


def _related(page: OpinionPage) -> tuple[set[int], set[int]]:
    """Return the ids of the documents that this one rests on, and of those that rest on it. One query."""
    found = Citation.objects.filter(Q(opinion=page) | Q(target=page), relation__in=UPPER, target__isnull=False)
    pairs = set(found.order_by().values_list("opinion_id", "target_id"))
    upper = {target for opinion, target in pairs if opinion == page.pk and target != page.pk and target is not None}
    return upper, {opinion for opinion, _target in pairs if opinion != page.pk} - upper


def _kin(text: ClauseText, pages: dict[int, OpinionPage], on: datetime.date) -> dict[int, Kin]:
    """Return what each document says to the matter of a clause. Two queries."""
    rows = ClauseText.objects.filter(version__in=versions_on(on, pages), kind__in=_COMPARED).select_related("clause").order_by("version_id", "order")
    of_page: dict[int, list[ClauseText]] = defaultdict(list)
    for row in rows:
        of_page[row.clause.opinion_id].append(row)
    one = Sayable.of(text.text)
    return {pk: _of(page, _best(one, of_page[pk]), text, on) for pk, page in pages.items()}


def _best(one: Sayable | None, rows: Sequence[ClauseText]) -> ClauseText | None:
    if one is None:
        return None
    said = [(row, sayable) for row in rows if (sayable := Sayable.of(row.text)) is not None]
    at = most_alike(one, [sayable for _row, sayable in said])
    return said[at][0] if at is not None else None


def _of(page: OpinionPage, row: ClauseText | None, text: ClauseText, on: datetime.date) -> Kin:
    stands = standing(page, on)
    if row is None:
        return Kin(page, label(stands), stands is Standing.IN_FORCE)
    place = path_words(row.path, row.para, row.row) or _("正文")
    citation = cite(page.title, page.document_number, row.path, row.para, row.row)
    html = with_own_marked(row.text, text.text)
    return Kin(page, label(stands), stands is Standing.IN_FORCE, row.clause.public_key, place, row.label, citation, html)


def with_own_marked(text: str, other: str) -> SafeString:
    """Return the text, escaped, with what the other one does not say marked."""
    parts, at = [], 0
    for start, end in own_words(text, other):
        parts += [escape(text[at:start]), "<ins>", escape(text[start:end]), "</ins>"]
        at = end
    return mark_safe("".join([*parts, escape(text[at:])]))  # noqa: S308 - every piece of text above is escaped


def _ordered(found: dict[int, Kin], keys: Iterable[int]) -> list[Kin]:
    """Those in force first, then the newest."""
    kin = [found[key] for key in keys if key in found]
    return sorted(kin, key=lambda item: (not item.in_force, -(item.page.issue_date or datetime.date.min).toordinal(), item.page.pk))
