"""What a saved filter finds today, and what in it no longer means what it meant. A filter that has grown empty for that reason says so."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from cms.accounts.viewer import Viewer
from policy_docs import ports
from policy_docs.duties import catalogue, choices, housekeeping, narrowing, report, review, selectors, unit_topics
from policy_docs.opinions.pages import OpinionPage
from policy_docs.topics.addresses import meant, renewed
from policy_docs.topics.forest import load_forest
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.naming import name_at
from policy_docs.units.successions import Later
from policy_docs.units.vocabulary import Vocabulary

from .models import SavedListing

Page = SavedListing.Page
_UNIT_PARAMS = {*choices.PARAMS, "q", "by", "on"}
_REVIEW_PARAMS = {"doc", "kind", "state", "rule", "q"}
_ELSEWHERE = {"q", "sort"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A saved filter as a list shows it. ``number`` None where it cannot be counted; ``problems``: what no longer holds of it."""

    row: SavedListing
    address: str
    where: str
    measure: str
    number: int | None
    problems: tuple[str, ...]
    is_own: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom, and on which day; what several filters need is read once."""

    viewer: Viewer
    on: datetime.date
    vocabulary: Vocabulary


def shown(rows: Sequence[SavedListing], *, viewer: Viewer, on: datetime.date) -> list[Shown]:
    """Return filters with what they find today. Lists of documents share their facts, so the number of queries does not grow with them."""
    asked = Asked(viewer, on, current_vocabulary())
    documents = _documents([row for row in rows if row.page == Page.OPINIONS], asked)
    found = []
    for row in rows:
        number, problems = documents[row.pk] if row.pk in documents else _COUNTS[Page(row.page)](row, asked)
        found.append(Shown(row, address(row), _where(row, asked), _measure(row), number, tuple(problems), row.owner_id == viewer.user_id))
    return found


def listed(rows: Sequence[SavedListing], *, viewer: Viewer) -> list[Shown]:
    """Return filters without what they find: no query for any of them."""
    asked = Asked(viewer, datetime.date.min, current_vocabulary())
    return [Shown(row, address(row), _where(row, asked), _measure(row), None, (), row.owner_id == viewer.user_id) for row in rows]


def address(row: SavedListing) -> str:
    """Return where a filter leads."""
    path = reverse(row.page, args=[row.kind, row.code] if row.page == Page.UNIT else [])
    return f"{path}?{row.query}" if row.query else path


def _where(row: SavedListing, asked: Asked) -> str:
    if row.page != Page.UNIT:
        return str(row.get_page_display())
    if row.kind in asked.vocabulary.kinds_by_key and row.code in asked.vocabulary.places_by_code:
        return _("%s的职责") % name_at(asked.vocabulary, row.kind, row.code)
    return _("单位职责")


def _measure(row: SavedListing) -> str:
    return _("份") if row.page == Page.OPINIONS or "in=opinion" in row.query else _("条")


def _documents(rows: Sequence[SavedListing], asked: Asked) -> dict[int, tuple[int, list[str]]]:
    counted = catalogue.counts({row.pk: QueryDict(row.query) for row in rows}, asked.viewer, asked.on)
    return {pk: (found.number, [*(_("“%s”现在没有文件") % words for words in found.gone), *_unused(found.strange)]) for pk, found in counted.items()}


def _unused(names: Sequence[str]) -> list[str]:
    """Say of conditions that the list does not take: without them it lists more than was meant."""
    offices = housekeeping.names()
    return [
        (_("条件“%s”只有协调机构能用，打开后列出的会多一些") % offices[name]) if name in offices else _("条件“%s”已不再使用，打开后列出的会多一些") % name
        for name in names
    ]


def _unit(row: SavedListing, asked: Asked) -> tuple[int | None, list[str]]:
    params = QueryDict(row.query)
    try:
        unit = selectors.load_unit(row.kind, row.code, on=asked.on, vocabulary=asked.vocabulary)
    except selectors.UnitNotFound:
        return None, [_("这个单位或者地方已经不在名录中")]
    rows = selectors.rows_for(unit, viewer=asked.viewer)
    filters = narrowing.looked_up(unit_topics.tagged(rows, asked.viewer).narrow(choices.read_filters(params)), rows)
    problems = [*_merged(row.kind, asked), *_topics(params), *_strange(params, _UNIT_PARAMS), *_gone_documents(params.getlist("doc"), asked)]
    return len(report.counted(rows, filters)), problems


def _review(row: SavedListing, asked: Asked) -> tuple[int | None, list[str]]:
    params = QueryDict(row.query)
    problems = [*_strange(params, _REVIEW_PARAMS), *_gone_documents(params.getlist("doc"), asked)]
    for kind in params.getlist("kind"):
        problems += _merged(kind, asked) if kind in asked.vocabulary.kinds_by_key else [_("单位“%s”已经不在名录中") % kind]
    return review.count(params), problems


def _search(row: SavedListing, asked: Asked) -> tuple[int | None, list[str]]:
    params, problems = QueryDict(row.query), []
    for value in params.getlist("unit"):
        kind = value.removeprefix("@")
        problems += _merged(kind, asked) if kind in asked.vocabulary.kinds_by_key else [_("单位“%s”已经不在名录中") % kind]
    for code in params.getlist("place"):
        if code not in asked.vocabulary.places_by_code:
            problems.append(_("地方“%s”已经不在名录中") % code)
    problems += _topics(params)
    return ports.hits((renewed(params) or params).urlencode(), asked.viewer), problems


_COUNTS: dict[Page, Callable[[SavedListing, Asked], tuple[int | None, list[str]]]] = {Page.UNIT: _unit, Page.REVIEW: _review, Page.SEARCH: _search}


def _merged(kind: str, asked: Asked) -> list[str]:
    """Say that a unit has been taken over by another since."""
    later = Later(asked.vocabulary, asked.on.isoformat()).of(kind, asked.viewer.place)
    known = asked.vocabulary.kinds_by_key
    return [_("“%(old)s”已由“%(new)s”承接，请核对") % {"old": known[kind].name, "new": known[new].name} for new in later if new in known]


def _topics(params: QueryDict) -> list[str]:
    """Say of topics that they are called otherwise now, or out of use. What the filter finds follows."""
    asked = [slug for slug in params.getlist("topic") if slug]
    if not asked:
        return []
    forest = load_forest()
    found = []
    for slug, node in meant(asked, forest).items():
        known = forest.by_slug.get(slug)
        if node is None:
            found.append(_("主题“%s”已停用") % (known.name if known else slug))
        elif known is not None and known is not node:
            found.append(_("主题“%(old)s”已并入“%(new)s”，按后者列出") % {"old": known.name, "new": node.name})
    return found


def _strange(params: QueryDict, known: set[str]) -> list[str]:
    return _unused([name for name in params if name not in known | _ELSEWHERE])


def _gone_documents(keys: Sequence[str], asked: Asked) -> list[str]:
    if not keys:
        return []
    found = set(OpinionPage.objects.visible_to(asked.viewer).filter(public_key__in=keys).values_list("public_key", flat=True))
    return [_("指定的文件已经不在库中，或者您不能查看")] if set(keys) - found else []
