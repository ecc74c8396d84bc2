"""The result page."""

import datetime
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import structlog
from celery.exceptions import OperationalError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError as BrokerDown
from rapidfuzz.distance import Levenshtein

from cms.accounts.viewer import Viewer, viewer_of
from policy_docs.duties import narrowing, selectors
from policy_docs.duties.binding import Section
from policy_docs.duties.models import RoleChoices
from policy_docs.duties.tidy import tidy_address
from policy_docs.opinions.models import Clause
from policy_docs.opinions.pages import OpinionPage
from policy_docs.signals import unit_shown
from policy_docs.topics.addresses import renewed
from policy_docs.units.aliases import current_vocabulary, guess_units
from policy_docs.units.models import LevelChoices
from policy_docs.units.naming import name_at
from policy_docs.units.successions import heir_at
from policy_docs.units.vocabulary import Vocabulary
from search.analysis.fold import fold
from search.asked.noting import worth_noting
from search.engines.registry import engine
from search.index.indexer import waiting
from search.query import forms
from search.query.explain import understood
from search.query.parse import InvalidQuery
from search.query.seats import chosen_seats, is_seat, parted, seat_value
from search.query.service import Results, Why, answer
from search.tasks import note_question
from search.types import Facet, Item, SearchQuery

from .choices import chips, facet_name, facets, labels, pages
from .hits import shown
from .start import start

log = structlog.get_logger(__name__)
_ANSWERS = 2
_NAMED = 3  # choices of a facet that are said by their names
_NEAR = 3  # document numbers offered for one that is not there
_QUOTES = re.compile('[“”"„「」]')


@dataclass(frozen=True, slots=True)
class Answer:
    """A unit that the query names, with the way to its page. ``duties`` None where no place is known; ``roles`` and ``levels`` in words;
    ``about`` the other word of the query where the number is that of duties which hold it."""

    name: str
    url: str
    about: str = ""
    duties: int | None = None
    roles: str = ""
    levels: str = ""
    documents: int = 0


@tidy_address("search:results")
def results(request: HttpRequest) -> HttpResponse:
    """Show what was found, how it was understood, and how to narrow it."""
    if (now := renewed(request.GET)) is not None:
        return redirect(f"{request.path}?{now.urlencode()}")
    query = forms.read(request.GET)
    viewer = viewer_of(request.user)
    on = timezone.localdate()
    vocabulary = current_vocabulary()
    behind = waiting() if viewer.is_staff_reader else 0
    # how many is for the office alone: the number moves with drafts and with what others may not see
    context = {
        "query": query,
        "address": request.GET,
        "behind": behind > 0,
        "waiting": behind if viewer.sees_all else 0,
        "units": _units(query, viewer, vocabulary),
    }
    if not query.text and not query.chosen:
        return render(request, "search/results.html", context | start(viewer, on=on) | {"starts": True, "office": viewer.sees_all})
    status = 200
    try:
        found = answer(query, viewer=viewer, engine=engine(), on=on)
        context |= _shown(found, request.GET, viewer=viewer, on=on, vocabulary=vocabulary)
        if found.stands_in is Why.DRIFT:
            for kind, code in map(parted, chosen_seats(query.chosen)):
                unit_shown.send(sender=None, kind=kind, code=code)
        _note(query, found)
    except InvalidQuery as error:
        context["refusal"], status = str(error), 400
    return render(request, "search/results.html", context, status=status)


def _note(query: SearchQuery, found: Results) -> None:
    """Have a question counted that was put with nothing but words; going on in its results puts no question."""
    if query.page == 1 and not query.chosen and worth_noting(query.text):
        try:
            note_question.delay(query.text, found.count)
        except (OperationalError, BrokerDown, OSError):  # counting is no reason to fail
            log.warning("question_not_noted")


def _shown(found: Results, address: QueryDict, *, viewer: Viewer, on: datetime.date, vocabulary: Vocabulary) -> dict[str, object]:
    query = found.query
    kinds = {kind.key: kind.name for kind in vocabulary.kinds} if viewer.is_staff_reader else None
    absent = _absent(found.parsed.numbers, viewer)
    context: dict[str, object] = {
        "found": found,
        "hits": [shown(row, found.parsed, kinds, vocabulary) for row in found.rows],
        "best": [shown(row, found.parsed, kinds, vocabulary) for row in found.best],
        "tabs": _tabs(found, address),
        "sorts": [(value, label, value == query.sort, _with(address, {"sort": value if value != "rel" else ""})) for value, label in _sorts()],
        "facets": facets(found, vocabulary),
        "chips": chips(found, address, vocabulary),
        "clear": _with(address, dict.fromkeys([facet.value for facet, _values in query.chosen], "")),
        "pages": pages(found.total, query, address),
        "answers": _answers(found, viewer=viewer, on=on),
        "absent": absent,
        "near_numbers": [page for key in absent for page in _near(key, viewer)],
        "mistyped": "".join(f"“{typed}”" for typed, _meant in found.corrected.pairs) if found.corrected else "",
        "as_typed": _with(address, {forms.AS_TYPED: "1"}),
        "again": f"{reverse('search:results')}?{address.urlencode()}" if found.stands_in else "",
    }
    if found.count:
        return context
    return context | {
        "without": [(_choice(facet, query, vocabulary), count, _with(address, {facet.value: ""})) for facet, count in found.without],
        "measure": {Item.OPINION: _("份文件"), Item.CLAUSE: _("个条款"), Item.DUTY: _("条职责"), None: _("条")}[query.item],
        "on": on,
        "loosened": [(text, count, _with(address, {"q": text})) for text, count in found.loosened],
        "asked": Truncator(_QUOTES.sub("", query.text)).chars(60),
        "understood": understood(found.parsed, vocabulary),
        "store": _store(viewer),
        "office": viewer.sees_all,
    }


def _tabs(found: Results, address: QueryDict) -> list[tuple[str, int, str, bool]]:
    """Return (label, count, address, is current). All are documents and clauses: duties are in the clauses."""
    item = found.query.item
    everything = sum(found.tabs.get(item, 0) for item in (Item.OPINION, Item.CLAUSE))
    rows: list[tuple[Item | None, str, int]] = [
        (None, _("全部"), everything), (Item.OPINION, _("政策文件"), found.tabs.get(Item.OPINION, 0)), (Item.CLAUSE, _("条款"), found.tabs.get(Item.CLAUSE, 0)),
        (Item.DUTY, _("职责"), found.tabs.get(Item.DUTY, 0)),
    ]  # fmt: skip
    return [(label, number, _with(address, {"in": value.value if value else ""}), value is item) for value, label, number in rows]


def _sorts() -> list[tuple[str, str]]:
    return [("rel", _("最相关")), ("new", _("新的在前"))]


def _with(address: QueryDict, values: dict[str, str]) -> str:
    """Return the address with other values ("" drops the key); the page number never goes along."""
    params = address.copy()
    params.pop("page", None)
    for key, value in values.items():
        params.pop(key, None)
        if value:
            params[key] = value
    return f"?{params.urlencode()}"


def _units(query: SearchQuery, viewer: Viewer, vocabulary: Vocabulary) -> list[tuple[str, str, bool]]:
    """Return the choices of the unit select: the reader's own unit first (what binds it, and not all of its kind), single units that were chosen, the kinds."""
    chosen = [value for facet, values in query.chosen if facet is Facet.UNIT for value in values]
    kind = selectors.own_kind(viewer, vocabulary, on=timezone.localdate()) if viewer.unit_kind and viewer.place in vocabulary.places_by_code else ""
    own = seat_value(kind, viewer.place) if kind in vocabulary.kinds_by_key else ""
    rows = [(own, _("我的单位：%s") % name_at(vocabulary, kind, viewer.place), own in chosen)] if own else []
    seats = {value for value in chosen if is_seat(value) and value != own}
    rows += [(value, label, True) for value, label in labels(Facet.UNIT, seats, vocabulary).items()]
    kinds = [(kind.key, kind.name, kind.key in chosen) for kind in vocabulary.kinds if not kind.is_group and not kind.is_open]
    return rows + sorted(kinds, key=lambda row: (row[0] != viewer.unit_kind, row[1]))


def _answers(found: Results, *, viewer: Viewer, on: datetime.date) -> list[Answer]:
    """Return the units that the query names: their page says all, the hits below only what fits the words."""
    places = [code for idea in found.parsed.ideas if len(idea.places) == 1 for code in idea.places]
    about = _about(found)
    answers = []
    for word, kind in found.parsed.units[:_ANSWERS]:
        guess = next((guess for guess in guess_units(word, at=viewer.place) if guess.kind == kind), None)
        code = (guess.place if guess else "") or (places[0] if places else "") or viewer.place
        answers.append(_answer(word, kind, code, about=about, viewer=viewer, on=on))
    return answers


def _about(found: Results) -> str:
    """Return the one thing that a query asks of its unit (公安局 车辆查控), "" where it asks nothing or several things."""
    parsed = found.parsed
    if parsed.phrases or parsed.excluded or parsed.numbers or parsed.titles:
        return ""
    named = [idea.word for idea in parsed.ideas if idea.unit or idea.places]
    rest = [chunk for chunk in found.text.split() if not any(word in fold(chunk) for word in named)]
    return rest[0] if len(rest) == 1 else ""


def _answer(word: str, kind: str, code: str, *, about: str, viewer: Viewer, on: datetime.date) -> Answer:
    kind = heir_at(current_vocabulary(), kind, code, on.isoformat())  # an old name leads to the unit of today
    try:
        unit = selectors.load_unit(kind, code, on=on)
    except selectors.UnitNotFound:
        known = current_vocabulary().kinds_by_key.get(kind)
        return Answer(known.name if known else word, f"{reverse('policy_docs:units')}?{urlencode({'q': word})}")
    everything = [row for row in selectors.rows_for(unit, viewer=viewer) if row.section is Section.DIRECT and row.in_force]
    spoken_of = narrowing.apply(everything, narrowing.Filters(words=about)) if about else []
    rows = spoken_of or everything
    roles, levels = Counter(row.role for row in rows), {row.level for row in rows}
    return Answer(
        name=name_at(unit.vocabulary, kind, code),
        url=reverse("policy_docs:unit", args=[kind, code]) + (f"?{urlencode({'q': about})}" if spoken_of else ""),
        about=about if spoken_of else "",
        duties=len(rows),
        roles="、".join(f"{label} {roles[value]}" for value, label in RoleChoices.choices if roles[value]),
        levels="、".join(str(label) for value, label in LevelChoices.choices if value in levels),
        documents=len({row.opinion for row in rows}),
    )


def _absent(numbers: Sequence[str], viewer: Viewer) -> list[str]:
    """Return the numbers (the first two of a query) that no document bears which the viewer may read."""
    asked = numbers[:2]
    readable = OpinionPage.objects.visible_to(viewer).filter(live=True, number_key__in=asked)
    there = set(readable.values_list("number_key", flat=True)) if asked else set()
    return [number for number in asked if number not in there]


def _near(key: str, viewer: Viewer) -> list[OpinionPage]:
    """Return the documents whose numbers are nearest to one that is not there: of the same organ and year by their serial number, then those of the same year
    and serial number of an organ that is written almost so."""
    parts = re.fullmatch(r"(.+)〔(\d{4})〕(\d+)号", key)
    if not parts:
        return []
    year, serial = parts[2], int(parts[3])
    same = Q(number_key__startswith=f"{parts[1]}〔{year}〕") | Q(number_key__endswith=f"〔{year}〕{serial}号")
    found = OpinionPage.objects.visible_to(viewer).filter(same, live=True).defer("body").order_by("number_key")

    def distance(page: OpinionPage) -> tuple[int, int]:
        other = re.fullmatch(r"(.+)〔\d{4}〕(\d+)号", page.number_key)
        return (Levenshtein.distance(parts[1], other[1]), abs(int(other[2]) - serial)) if other else (_NEAR, 0)

    return sorted((page for page in found[:200] if distance(page)[0] <= 1), key=distance)[:_NEAR]


def _choice(facet: Facet, query: SearchQuery, vocabulary: Vocabulary) -> str:
    """Return the choices of a facet in words, its name where they are many."""
    values = dict(query.chosen)[facet]
    names = labels(facet, set(values), vocabulary)
    return "、".join(names[value] for value in values) if len(values) <= _NAMED else facet_name(facet)


def _store(viewer: Viewer) -> dict[str, object]:
    """Return what was searched, for a list without hits: documents, by the level of their place, and clauses."""
    readable = OpinionPage.objects.visible_to(viewer).filter(live=True)
    by_level = dict(readable.order_by().values_list("jurisdiction__level").annotate(n=Count("pk")))
    named = [(str(label), by_level[value]) for value, label in LevelChoices.choices if value in by_level]
    return {
        "opinions": sum(by_level.values()),
        "levels": [*named, (_("层级不详"), by_level[None])] if None in by_level else named,
        "clauses": Clause.objects.filter(opinion__in=readable.values("pk"), retired_at__isnull=True).count(),
    }
