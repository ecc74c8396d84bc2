"""Reading: one opinion in the text that stands on a day, permanent addresses of clauses."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from cms.accounts.viewer import Viewer, viewer_of
from policy_docs.opinions.citing import outline_words
from policy_docs.opinions.collecting import cited_name
from policy_docs.opinions.models import Citation, Clause, ClauseText, NotCollected, OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.querysets import OpinionQuerySet
from policy_docs.opinions.texts import Text, texts_of, versions_for
from policy_docs.opinions.trashed import RemovalRequest
from policy_docs.opinions.validity import Standing, label, reason, standing, text_on
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.naming import name_at
from policy_docs.units.vocabulary import Vocabulary

from .choices import address, typed
from .finding import Needle
from .kin import UPPER
from .layout import Layout, lay_out
from .marks import Mark, badges
from .quotes import Link
from .related import bases, related
from .selectors import Unit, UnitNotFound, load_unit, own_kind
from .topic_marks import put_topics, topic_marks

_SAME = 92.0  # per cent of two titles of one document
_KEPT = ("version", "on", "unit", "place", "only")  # of the address, where words are looked for


def opinion_detail(request: HttpRequest, key: str) -> HttpResponse:
    """Show an opinion from its clause rows: the text that stands today, or the one that ``on`` or ``version`` asks for."""
    viewer, today = viewer_of(request.user), timezone.localdate()
    readable = OpinionPage.objects.visible_to(viewer)
    page = readable.select_related("jurisdiction").defer("body").filter(public_key=key).first()
    if page is None:
        return _from_tree(readable, key)
    asked = _day(request.GET.get("on", ""))
    on = asked or today
    versions = versions_for(page, viewer)
    current = text_on(versions, today)
    version = (
        _version(versions, request.GET.get("version", ""))
        or (text_on(versions, on, coming=on > today) if asked else current)
        or (versions[0] if versions else None)
    )
    vocabulary = current_vocabulary()
    unit = _unit(request, viewer, page, vocabulary, on)
    rows = texts_of(version)
    marks = _standing_marks(badges(page, viewer=viewer, unit=unit, vocabulary=vocabulary, on=_last_day(version, today)), rows, whole=version == current)
    cites = _citations(page, readable, {row.clause: (row.place, row.key) for row in rows}, viewer)
    sought = typed(request.GET, "find")
    layout = lay_out(rows, marks, cites.links, title=page.title, own_words=_own_words(unit, viewer), needle=Needle.of(sought))
    if version == current:
        put_topics(layout.lines, rows, topic_marks(page, viewer=viewer))
    found = standing(page, on)
    context: dict[str, Any] = {
        "page": page, "version": version, "current": current, "readable": [item for item in versions if item.state != OpinionVersion.State.DRAFT],
        "layout": layout, "cites": cites, "viewer": viewer, "today": today, "asked": asked, "standing": found, "validity": label(found), "not_yet": asked is not None and asked <= today and found is Standing.COMING,
        "reason": reason(page, found), "in_force": found is Standing.IN_FORCE, "arrival": _arrival(request, page, versions),
        "related": (others := related(page, cites.cites, cites.cited_by)), "acted_on": [item for item in others if item.acted_on], "bases": bases(readable, versions), "sought": sought, "kept": [(name, value) for name, value in request.GET.items() if name in _KEPT and value], "without_find": address(request.GET, find=None),
        "removal": RemovalRequest.objects.of(page, viewer).select_related("asked_by").first() if viewer.sees_all else None, **_focus(request, viewer, unit, layout),
    }  # fmt: skip
    return render(request, "policy_docs/opinions/page.html", context)


def _from_tree(readable: OpinionQuerySet, slug: str) -> HttpResponse:
    """An address in the page tree (/opinions/its-slug/) looks the same: it leads to the permanent one."""
    page = readable.filter(slug=slug).order_by("pk").defer("body").first()
    if page is None:
        raise Http404
    return redirect("policy_docs:opinion", page.public_key)


def _last_day(version: OpinionVersion | None, today: datetime.date) -> datetime.date:
    """The last day on which a text stands, today where it still does."""
    return (version.in_force_until if version is not None else None) or today


def _day(words: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(words)
    except ValueError:
        return None


def _version(versions: Sequence[OpinionVersion], number: str) -> OpinionVersion | None:
    """The text that an address asks for by its number, the working draft aside."""
    return next((item for item in versions if str(item.number) == number and item.state != OpinionVersion.State.DRAFT), None)


def _unit(request: HttpRequest, viewer: Viewer, page: OpinionPage, vocabulary: Vocabulary, on: datetime.date) -> Unit | None:
    """The unit whose duties are lit: the one of the address, else the reader's own where the document reaches its place."""
    asked, area = request.GET.get("unit", ""), page.jurisdiction_id or ""
    mine = own_kind(viewer, vocabulary, on=on)
    kind = asked or mine
    own = viewer.place if kind == mine and (not area or area in vocabulary.lineage(viewer.place)) else ""
    places = (request.GET.get("place", ""), own, area if asked else "")
    place = next((code for code in places if code in vocabulary.places_by_code), "")
    try:
        return load_unit(kind, place, on=on)
    except UnitNotFound:
        return None


def _focus(request: HttpRequest, viewer: Viewer, unit: Unit | None, layout: Layout) -> dict[str, Any]:
    """Return what the page says of the unit whose duties are lit."""
    if unit is None:
        return {"unit": None}
    name = name_at(unit.vocabulary, unit.kind.key, unit.place.code)
    return {
        "unit": unit,
        "unit_name": name,
        "own_words": _own_words(unit, viewer),
        "unit_sums": layout.sums(mine=True),
        "only": bool(request.GET.get("only")) and layout.mine > 0,
    }


def _own_words(unit: Unit | None, viewer: Viewer) -> str:
    is_own = unit is not None and (unit.kind.key, unit.place.code) == (own_kind(viewer, unit.vocabulary, on=unit.on), viewer.place)
    return _("本单位") if is_own else _("所查单位")


def _standing_marks(marks: dict[int, list[Mark]], rows: Sequence[Text], *, whole: bool) -> dict[int, list[Mark]]:
    """Return the duties that belong to the text shown: all of them to the current one, to another the ones whose words stand in it too."""
    if whole:
        return marks
    texts = {row.clause: row.text for row in rows}
    kept = {
        clause: [mark for mark in found if any(texts[clause][proof.start : proof.end] == proof.quote for proof in mark.proofs)]
        for clause, found in marks.items()
        if clause in texts
    }
    return {clause: found for clause, found in kept.items() if found}


@dataclass(frozen=True, slots=True)
class Reference:
    """A document that cites or is cited, as far as the reader may know it: ``page`` None where it is not in the store; ``places``: (words, key of
    the clause that cites it, of this document or, for one that cites it, of ``page``)."""

    page: OpinionPage | None
    written: str
    relation: str
    places: tuple[tuple[str, str], ...] = ()
    is_decided: bool = False  # the house does not collect it
    why: str = ""  # for staff
    relations: frozenset[str] = frozenset()  # every relation that the words give


@dataclass(frozen=True, slots=True)
class Citations:
    """What a document cites, what cites it, what it rests on, who repealed it; ``links`` by clause for the running text."""

    cites: list[Reference]
    cited_by: list[Reference]
    upper: list[Reference]
    repealed_by: OpinionPage | None
    links: dict[int, list[Link]]

    @property
    def has_kin(self) -> bool:
        """Whether a document in the store stands above or below, so that clauses can be compared."""
        return any(ref.page for ref in self.upper) or any(ref.relation in _upper_labels() for ref in self.cited_by)


def _citations(page: OpinionPage, readable: OpinionQuerySet, places: dict[int, tuple[str, str]], viewer: Viewer) -> Citations:
    """Read citations both ways. Documents that the reader may not see are as if they were not in the store. Four queries."""
    found = list(Citation.objects.filter(Q(opinion=page) | Q(target=page)).order_by("clause__opinion_id", "pk"))
    others = {item.target_id if item.opinion_id == page.pk else item.opinion_id for item in found} | {page.repealed_by_id}
    pages = {other.pk: other for other in readable.filter(pk__in=others - {None}).defer("body")}
    found = [item for item in found if not _is_itself(item, page)]
    own = [item for item in found if item.opinion_id == page.pk and item.relation != Citation.Relation.WRAPS and item.clause_id in places]
    links: dict[int, list[Link]] = {}
    told: set[str] = set()
    for item in own:
        target = pages.get(item.target_id or 0)
        href = reverse("policy_docs:opinion", args=[target.public_key]) if target else ""
        links.setdefault(item.clause_id, []).append(Link(item.start, item.end, href, told=not href and _name(item) not in told))
        told.add(_name(item))
    cites = _grouped([(item, pages.get(item.target_id or 0)) for item in own], places)
    citing = [(item, pages[item.opinion_id]) for item in found if item.target_id == page.pk and item.opinion_id in pages]
    cited_by = _grouped(citing, _places([item.clause_id for item, _other in citing]))
    cited_by.sort(key=lambda ref: (ref.page.issue_date if ref.page else None) or datetime.date.min, reverse=True)
    cites = _with_decisions(cites, own, viewer)
    upper = [ref for ref in cites if ref.relation in _upper_labels()]
    return Citations(cites, cited_by, upper, pages.get(page.repealed_by_id or 0), links)


def _with_decisions(cites: Sequence[Reference], own: Sequence[Citation], viewer: Viewer) -> list[Reference]:
    """Say of a document that is not in the store whether that has been decided; why, to those who read more than the public."""
    names = {item.written: cited_name(item.number_key, item.title, item.written) for item in own if item.target_id is None}
    if not names:
        return list(cites)
    reasons = dict(NotCollected.objects.filter(name__in=set(names.values())).values_list("name", "reason"))
    found = [reasons.get(names.get(ref.written, ""), "") if ref.page is None else "" for ref in cites]
    return [replace(ref, is_decided=bool(why), why=why if viewer.is_staff_reader else "") for ref, why in zip(cites, found, strict=True)]


def _places(clauses: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return where clauses stand in the newest published text of their documents, with their keys. One query."""
    if not clauses:
        return {}
    rows = ClauseText.objects.filter(clause__in=clauses, version__state=OpinionVersion.State.PUBLISHED).order_by("version__number")
    return {
        pk: (outline_words(kind, path, para), key) for pk, key, kind, path, para in rows.values_list("clause_id", "clause__public_key", "kind", "path", "para")
    }


def _upper_labels() -> set[str]:
    return {str(relation.label) for relation in UPPER}


def _is_itself(item: Citation, page: OpinionPage) -> bool:
    """A notice names the text that it carries (现将《…》印发你们), not always to the letter."""
    return item.opinion_id == page.pk and not item.number_key and fuzz.ratio(item.title, page.title) >= _SAME


def _name(item: Citation) -> str:
    return item.number_key or item.title or item.written


def _grouped(found: Sequence[tuple[Citation, OpinionPage | None]], places: dict[int, tuple[str, str]]) -> list[Reference]:
    """Return one reference for each document, in the order of the first citation, with the relation that says most."""
    table: dict[object, list[tuple[Citation, OpinionPage | None]]] = {}
    for item, other in found:
        table.setdefault(other.pk if other else _name(item), []).append((item, other))
    weight = [relation.value for relation in Citation.Relation]
    references = []
    for members in table.values():
        item = min((member for member, _other in members), key=lambda citation: weight.index(citation.relation))
        where = dict.fromkeys(places[member.clause_id] for member, _other in members if member.clause_id in places)
        given = frozenset(member.relation for member, _other in members)
        references.append(Reference(members[0][1], members[0][0].written, item.get_relation_display(), tuple(where), relations=given))
    return references


def _place(row: ClauseText) -> str:
    return outline_words(row.kind, row.path, row.para, row.text)


def _arrival(request: HttpRequest, page: OpinionPage, versions: Sequence[OpinionVersion]) -> dict[str, Any] | None:
    """What to tell a reader whose old link led to a clause that has been replaced: where it stood, in which text."""
    key = request.GET.get("from", "")[:12]
    if not key:
        return None
    last = (
        ClauseText.objects.filter(clause__opinion=page, clause__public_key=key, version__in=versions)
        .select_related("version")
        .order_by("-version__number")
        .first()
    )
    return {"place": _place(last), "version": last.version.number, "key": key} if last and last.version.number else None


def clause_address(request: HttpRequest, key: str, clause_key: str) -> HttpResponseBase:
    """Permanent address of a clause: leads to its place; a retired one to its successor, or to a page that says so."""
    page = get_object_or_404(OpinionPage.objects.visible_to(viewer_of(request.user)).defer("body"), public_key=key)
    asked = get_object_or_404(Clause.objects.select_related("succeeded_by"), opinion=page, public_key=clause_key)
    clause = _successor(asked)
    if clause.retired_at is not None:
        last = clause.texts.filter(version__state=OpinionVersion.State.PUBLISHED).select_related("version").order_by("-version__number").first()
        if last is None and not viewer_of(request.user).sees_all:
            raise Http404
        return render(request, "policy_docs/opinions/retired.html", {"page": page, "last": last, "place": _place(last) if last else ""}, status=410)
    query = "" if clause == asked else f"?from={asked.public_key}"
    return redirect(f"{reverse('policy_docs:opinion', args=[page.public_key])}{query}#c-{clause.public_key}")


def _successor(clause: Clause) -> Clause:
    """Follow a retired clause to the one that stands for it now; a ring of successors ends where it began."""
    seen: set[int] = set()
    while clause.retired_at is not None and clause.succeeded_by is not None and clause.pk not in seen:
        seen.add(clause.pk)
        clause = clause.succeeded_by
    return clause
