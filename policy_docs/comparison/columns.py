"""What is compared: documents or places, as the address names them and as a reader may see them."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F
from django.http import QueryDict

from cms.accounts.viewer import Viewer
from policy_docs.duties.kin import UPPER
from policy_docs.duties.selectors import standing_versions
from policy_docs.opinions.models import Citation
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.querysets import OpinionQuerySet
from policy_docs.units.models import Jurisdiction

SHOWN = 6  # columns that a screen can hold
MOST = 30  # picked one by one
_AT_ONCE = 400  # documents that carry out one document, places below one
_FAMILIES = 6  # offered to begin with
CHOSEN_BY = ("doc", "place", "family", "below")  # of an address


@dataclass(frozen=True, slots=True)
class Column:
    """A document, or a place with all its documents in force. ``key`` is its value in the address; ``versions``: opinion → version whose text
    stands on the day."""

    key: str
    name: str
    note: str
    level: str
    place: str
    versions: dict[int, int]
    page: OpinionPage | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """Documents in force that carry out one document above."""

    upper: OpinionPage
    lower: tuple[OpinionPage, ...]


def in_force(viewer: Viewer, on: datetime.date) -> OpinionQuerySet:
    """Return the documents in force on a day that the viewer may read."""
    return OpinionPage.objects.visible_to(viewer).in_force(on).filter(live=True).select_related("jurisdiction").defer("body")


def chosen(params: QueryDict, *, viewer: Viewer, on: datetime.date) -> list[Column]:
    """Return the columns that an address names, in its order: documents (``doc``; ``family``: a document and those that carry it out), else places
    (``place``; ``below``: a place and those right below it); what is not to be seen is passed over. Four queries at most."""
    keys = _family(params.get("family", ""), viewer=viewer, on=on) or _named(params, "doc")
    if keys:
        pages = {
            page.public_key: page
            for page in OpinionPage.objects.visible_to(viewer).filter(live=True, public_key__in=keys).select_related("jurisdiction").defer("body")
        }
        versions = standing_versions(on, [page.pk for page in pages.values()])
        return [_document(pages[key], versions) for key in keys if key in pages]
    below = _below(params.get("below", ""))
    codes = below or _named(params, "place")
    if not codes:
        return []
    of_place: dict[str, list[int]] = defaultdict(list)
    for pk, code in in_force(viewer, on).filter(jurisdiction__in=codes).values_list("pk", "jurisdiction_id"):
        of_place[code].append(pk)
    versions = standing_versions(on, [pk for pages in of_place.values() for pk in pages])
    places = Jurisdiction.objects.in_bulk(codes)
    return [
        Column(code, place.name, "", str(place.get_level_display()), code, {pk: versions[pk] for pk in of_place[code] if pk in versions})
        for code in codes
        if (place := places.get(code)) is not None and (of_place[code] or not below)
    ]


def _family(key: str, *, viewer: Viewer, on: datetime.date) -> list[str]:
    """Return a document and those in force that carry it out, from the country down. One query."""
    if not key or "\x00" in key:
        return []
    below = Citation.objects.filter(relation__in=UPPER, target__public_key=key).exclude(opinion=F("target")).values("opinion")
    order = (F("jurisdiction__lineage").asc(nulls_last=True), F("issue_date").desc(nulls_last=True), "pk")
    return [key, *in_force(viewer, on).filter(pk__in=below).order_by(*order).values_list("public_key", flat=True)[:_AT_ONCE]]


def _below(code: str) -> list[str]:
    """Return a place and those right below it. One query."""
    if not code or "\x00" in code:
        return []
    return [code, *Jurisdiction.objects.filter(parent=code).order_by("code").values_list("code", flat=True)[:_AT_ONCE]]


def _named(params: QueryDict, name: str) -> list[str]:
    """Return the values of a parameter, each once; NUL, which a database refuses, is in none."""
    return list(dict.fromkeys(value for value in params.getlist(name)[: 2 * MOST] if value and "\x00" not in value))[:MOST]


def _document(page: OpinionPage, versions: dict[int, int]) -> Column:
    place = page.jurisdiction
    held = {page.pk: versions[page.pk]} if page.pk in versions else {}
    return Column(page.public_key, page.title, page.document_number, str(place.get_level_display()) if place else "", place.pk if place else "", held, page)


def places_with_documents(viewer: Viewer, on: datetime.date) -> list[tuple[Jurisdiction, int]]:
    """Return the places that have documents in force, with their number, from the country down."""
    held = in_force(viewer, on).filter(jurisdiction__isnull=False).order_by().values_list("jurisdiction").annotate(number=Count("pk"))
    numbers = dict(held)
    places = Jurisdiction.objects.in_bulk(numbers)
    return sorted(((places[code], number) for code, number in numbers.items()), key=lambda pair: pair[0].lineage)


def places_above(places: Sequence[tuple[Jurisdiction, int]]) -> list[tuple[Jurisdiction, int]]:
    """Return the places right above several of these, each with their number: they can be compared all at once. One query."""
    below = Counter(place.parent_id for place, _number in places if place.parent_id)
    found = Jurisdiction.objects.in_bulk([code for code, number in below.items() if number > 1])
    return sorted(((place, below[code]) for code, place in found.items()), key=lambda pair: pair[0].lineage)


def families(viewer: Viewer, on: datetime.date) -> list[Family]:
    """Return the documents above that most documents in force carry out, each with those: where a comparison begins. Two queries."""
    pairs = set(
        Citation.objects.filter(relation__in=UPPER, target__isnull=False, opinion__in=in_force(viewer, on).values("pk"))
        .exclude(opinion=F("target"))
        .order_by()
        .values_list("target_id", "opinion_id")
    )
    below: dict[int, set[int]] = defaultdict(set)
    for target, opinion in pairs:
        if target is not None:
            below[target].add(opinion)
    wanted = {pk for target, found in below.items() for pk in (target, *found)}
    pages = {page.pk: page for page in OpinionPage.objects.visible_to(viewer).filter(live=True, pk__in=wanted).select_related("jurisdiction").defer("body")}
    found = [Family(pages[target], _in_order(pages, lower)) for target, lower in below.items() if target in pages]
    return sorted((family for family in found if family.lower), key=lambda family: (-len(family.lower), family.upper.title))[:_FAMILIES]


def _in_order(pages: dict[int, OpinionPage], keys: set[int]) -> tuple[OpinionPage, ...]:
    """From the country down, newest first."""
    found = [pages[pk] for pk in keys if pk in pages]
    return tuple(
        sorted(found, key=lambda page: (page.jurisdiction.lineage if page.jurisdiction else "9", -(page.issue_date or datetime.date.min).toordinal(), page.pk))
    )
