"""What a saved filter finds, entry by entry, so that two days can be compared; and entries as a person may see them today."""

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse

from cms.accounts.viewer import Viewer
from policy_docs import ports
from policy_docs.duties import catalogue, choices, narrowing, report, selectors, unit_topics
from policy_docs.opinions.citing import path_words
from policy_docs.opinions.models import Clause, ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.querysets import OpinionQuerySet

from .models import SavedListing

Page = SavedListing.Page
MOST = 2_000  # entries of a filter that is watched
WATCHED = (Page.OPINIONS, Page.UNIT, Page.SEARCH)

Entries = dict[str, str]  # "c:" or "o:" and the public key → digest of what it says


class TooMany(Exception):
    """The filter finds more than can be watched."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry to be shown: a clause with its document, or a document."""

    title: str
    where: str
    words: str
    address: str


def entries(row: SavedListing, *, viewer: Viewer, on: datetime.date) -> Entries | None:
    """Return all that a filter finds for its owner; None where that cannot be told now: the index is away, or the filter asks for nothing.

    Raises ``TooMany``.
    """
    if row.page == Page.SEARCH:
        keys = ports.found(row.query, viewer, MOST + 1)
        if keys is None:
            return None
        if len(keys) > MOST:  # before those are left out that the viewer may not see
            raise TooMany
        found = _said(keys, viewer=viewer, on=on)
    elif row.page == Page.OPINIONS:
        listed = catalogue.listed_for(viewer, QueryDict(row.query), on)
        found = _documents(_visible(viewer).filter(pk__in=listed.keys), on=on)
    else:
        unit_found = _of_unit(row, viewer=viewer, on=on)
        if unit_found is None:
            return None
        found = unit_found
    if len(found) > MOST:
        raise TooMany
    return found


def shown(keys: Iterable[str], *, viewer: Viewer, on: datetime.date) -> dict[str, Entry]:
    """Return entries as the viewer may see them now; those that the viewer may not see, or that are gone, are left out. Four queries."""
    wanted = set(keys)
    found = {}
    for page in _visible(viewer).filter(public_key__in=_of(wanted, "o")).defer("body"):
        found[f"o:{page.public_key}"] = Entry(page.title, page.document_number, "", reverse("policy_docs:opinion", args=[page.public_key]))
    for text in _texts(_of(wanted, "c"), viewer=viewer, on=on):
        opinion, public = text.clause.opinion, text.clause.public_key
        address = reverse("policy_docs:clause", args=[opinion.public_key, public])
        found[f"c:{public}"] = Entry(opinion.title, path_words(text.path, text.para, text.row), text.text, address)
    return found


def _of(keys: Iterable[str], kind: str) -> list[str]:
    return [key[2:] for key in keys if key[:2] == f"{kind}:"]


def _visible(viewer: Viewer) -> OpinionQuerySet:
    return OpinionPage.objects.visible_to(viewer).filter(live=True)


def _texts(clauses: Iterable[str], *, viewer: Viewer, on: datetime.date) -> list[ClauseText]:
    wanted = list(clauses)
    homes = set(Clause.objects.filter(public_key__in=wanted, opinion__in=_visible(viewer).values("pk")).values_list("opinion_id", flat=True))
    found = ClauseText.objects.filter(clause__public_key__in=wanted, version__in=selectors.versions_on(on, homes))
    return list(found.select_related("clause__opinion").defer("clause__opinion__body"))


def _said(keys: Iterable[str], *, viewer: Viewer, on: datetime.date) -> Entries:
    wanted = list(keys)
    clauses = {f"c:{text.clause.public_key}": text.text_hash for text in _texts(_of(wanted, "c"), viewer=viewer, on=on)}
    return clauses | _documents(_visible(viewer).filter(public_key__in=_of(wanted, "o")), on=on)


def _documents(pages: OpinionQuerySet, *, on: datetime.date) -> Entries:
    """Return documents with the number of the text that stands. Two queries."""
    opinions = dict(pages.values_list("pk", "public_key"))
    standing = selectors.standing_versions(on, opinions)
    return {f"o:{public}": str(standing.get(pk, 0)) for pk, public in opinions.items()}


def _of_unit(row: SavedListing, *, viewer: Viewer, on: datetime.date) -> Entries | None:
    """Return the clauses with duties that the page of a unit counts, and what they lay on it."""
    try:
        unit = selectors.load_unit(row.kind, row.code, on=on)
    except selectors.UnitNotFound:
        return None
    rows = selectors.rows_for(unit, viewer=viewer)
    params = QueryDict(row.query)
    filters = narrowing.looked_up(unit_topics.tagged(rows, viewer).narrow(choices.read_filters(params)), rows)
    laid: dict[int, list[str]] = defaultdict(list)
    for counted in report.counted(rows, filters):
        laid[counted.text].append(f"{counted.kind} {counted.role}")
    found = ClauseText.objects.filter(pk__in=laid).values_list("pk", "clause__public_key", "text_hash")
    return {f"c:{public}": _digest(words, *sorted(laid[pk])) for pk, public, words in found}


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=8).hexdigest()
