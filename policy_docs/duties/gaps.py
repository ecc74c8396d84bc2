"""What the store may lack, as lists of the coordination office: what is cited and not there, who has nothing to do, what nobody has checked.

Each list is the whole of its kind; ``Paginator`` cuts it. What is not published counts nowhere. The other half of design decision 9: the page of a
unit says what may be missing there, these say what is to be done about it.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Substr
from django.utils.translation import gettext as _

from cms.accounts.models import User
from policy_docs.opinions.collecting import COUNTRY, cited_name
from policy_docs.opinions.models import Citation, NotCollected, OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.querysets import in_force_q
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.models import Body, Membership, MemberUnit
from policy_docs.units.naming import name_at
from policy_docs.units.types import Reach

from .binding import Laid, binds
from .kin import UPPER
from .models import Duty, UnknownUnitName
from .offices import bodies_at
from .seatless import Seatless, seatless
from .selectors import Unit, UnitNotFound, duties_in_force, load_unit
from .types import Role

_UPPER, _CITED, _DECIDED, _UNKNOWN = "upper", "cited", "decided", "unknown"
_PLACES = 3  # documents shown of those that cite one, or hold an unknown name


@dataclass(frozen=True, slots=True)
class Place:
    """A clause that a line of a list leads to."""

    title: str
    opinion: str
    clause: str


@dataclass(frozen=True, slots=True)
class Found:
    """A cited document that is not in the store, or a name that is not known: as written, how often, in how many documents, first places."""

    written: str
    times: int
    documents: int
    places: list[Place]
    relations: str = ""
    name: str = ""


def missing(opinions: QuerySet[OpinionPage] | None = None, *, readable: QuerySet[OpinionPage] | None = None) -> QuerySet[Any, Any]:
    """Citations by published texts, all or some of them, of documents that are not in the store; ``name`` is what the cited document is known by
    (``collecting.cited_name``). A law counts once, with its country or without; a text that a notice wraps is no other document. Whoever counts or
    names what is missing asks here.

    For a reader who may not see all, what is not among the ``readable`` documents is missing too: else its absence from the list would tell of it.
    """
    absent = Q(target__isnull=True) if readable is None else Q(target__isnull=True) | ~Q(target__in=readable.values("pk"))
    found = Citation.objects.filter(absent, opinion__live=True).exclude(relation=Citation.Relation.WRAPS)
    plain = Case(When(title__startswith=COUNTRY, then=Substr("title", len(COUNTRY) + 1)), default=F("title"))
    name = Case(When(~Q(number_key=""), then=F("number_key")), When(~Q(title=""), then=plain), default=F("written"))
    within = found if opinions is None else found.filter(opinion__in=opinions)
    return within.annotate(name=name).order_by()


def cited(*, upper: bool) -> QuerySet[Any, Any]:
    """Cited documents that are not in the store, most cited first: those that some text rests on, or all; those left out that the house has
    decided not to collect."""
    grouped = missing().values("name").annotate(times=Count("pk"), documents=Count("opinion", distinct=True))
    grouped = grouped.exclude(name__in=NotCollected.objects.values("name"))
    kept = grouped.alias(bases=Count("pk", filter=Q(relation__in=UPPER))).filter(bases__gt=0) if upper else grouped
    return kept.annotate(number=Min("number_key")).order_by("-documents", "-times", "name")


@dataclass(frozen=True, slots=True)
class Named:
    """What may be missing in some documents, as they write it: cited documents that are not in the store, those that a text rests on first, with how
    many those are; those of them that the house has decided not to collect; names that are not known."""

    cited: list[str]
    upper: int
    decided: list[str]
    unknown: list[str]


def named(opinions: QuerySet[OpinionPage], *, readable: QuerySet[OpinionPage] | None = None) -> Named:
    """Return by name what may be missing in documents: of all citations, what ``cited`` and ``not_collected`` list; ``readable`` as in ``missing``.
    One query."""
    decided = Exists(NotCollected.objects.filter(name=OuterRef("name")))
    of = Case(When(decided, then=Value(_DECIDED)), When(relation__in=UPPER, then=Value(_UPPER)), default=Value(_CITED))
    unknown = _unknown().filter(clause__opinion__in=opinions).order_by().annotate(of=Value(_UNKNOWN))
    facts = missing(opinions, readable=readable).annotate(of=of).values_list("of", "name", "written").union(unknown.values_list("of", "written", "written"))
    written: dict[str, dict[str, str]] = defaultdict(dict)  # the fullest form: title and number
    for part, name, words in facts:
        written[part][name] = max(written[part].get(name, ""), words, key=lambda form: (len(form), form))
    first = written[_UPPER]
    for name in first:
        first[name] = max(first[name], written[_CITED].pop(name, ""), key=len)
    names = {part: sorted(forms.values()) for part, forms in written.items()}
    return Named([*names.get(_UPPER, []), *names.get(_CITED, [])], len(first), names.get(_DECIDED, []), names.get(_UNKNOWN, []))


def cited_lines(rows: Sequence[dict[str, Any]]) -> list[Found]:
    """Return the documents of a page of ``cited`` with the places that cite them. One query."""
    numbers = [row["number"] for row in rows if row["number"]]
    titles = [form for row in rows if not row["number"] for form in (row["name"], COUNTRY + row["name"])]
    names = [row["name"] for row in rows]
    wanted = Q(number_key__in=numbers) | Q(number_key="", title__in=titles) | Q(number_key="", title="", written__in=names)
    found = missing().filter(wanted)
    facts = found.order_by("-opinion__issue_date", "pk").values_list(
        "number_key", "title", "written", "relation", "opinion__title", "opinion__public_key", "clause__public_key"
    )
    places: dict[str, list[Place]] = defaultdict(list)
    written: dict[str, str] = {}
    relations: dict[str, set[str]] = defaultdict(set)
    for number, title, words, relation, *place in facts:
        key = cited_name(number, title, words)
        _add_place(places[key], Place(*place))
        relations[key].add(relation)
        if len(words) > len(written.get(key, "")):
            written[key] = words  # the fullest form: title and number
    labels = dict(Citation.Relation.choices)
    return [
        Found(
            written.get(row["name"], row["name"]), row["times"], row["documents"], places[row["name"]],
            "、".join(str(labels[value]) for value in Citation.Relation.values if value in relations[row["name"]]),
            row["name"],
        )
        for row in rows
    ]  # fmt: skip


def not_collected() -> QuerySet[NotCollected]:
    """Cited documents that the house has decided not to collect, newest decision first."""
    return NotCollected.objects.select_related("decided_by")


def not_collected_lines(rows: Sequence[NotCollected]) -> list[tuple[NotCollected, Found]]:
    """Return the decisions of a page with what cites the documents today; one that came all the same is cited by nobody as missing. One query."""
    names = [row.name for row in rows]
    titles = [form for name in names for form in (name, COUNTRY + name)]
    wanted = Q(number_key__in=names) | Q(number_key="", title__in=titles) | Q(number_key="", title="", written__in=names)
    found = missing().filter(wanted)
    times: dict[str, int] = defaultdict(int)
    opinions: dict[str, set[str]] = defaultdict(set)
    places: dict[str, list[Place]] = defaultdict(list)
    facts = found.order_by("-opinion__issue_date", "pk")
    for number, title, words, *place in facts.values_list("number_key", "title", "written", "opinion__title", "opinion__public_key", "clause__public_key"):
        name = cited_name(number, title, words)
        times[name] += 1
        opinions[name].add(place[1])
        _add_place(places[name], Place(*place))
    return [(row, Found(row.written, times[row.name], len(opinions[row.name]), places[row.name], name=row.name)) for row in rows]


def _add_place(places: list[Place], place: Place) -> None:
    """Keep the first place of each of the first documents."""
    if len(places) < _PLACES and all(known.opinion != place.opinion for known in places):
        places.append(place)


def _unknown() -> QuerySet[UnknownUnitName]:
    return UnknownUnitName.objects.filter(ignored=False, clause__retired_at__isnull=True, clause__opinion__live=True)


def unknown_names() -> QuerySet[Any, Any]:
    """Names that end like an organ's and that no alias covers, most frequent first."""
    grouped = _unknown().order_by().values("written").annotate(times=Count("pk"), documents=Count("clause__opinion", distinct=True))
    return grouped.order_by("-times", "written")


def name_lines(rows: Sequence[dict[str, Any]]) -> list[Found]:
    """Return the names of a page of ``unknown_names`` with their first places. One query."""
    found = _unknown().filter(written__in=[row["written"] for row in rows])
    places: dict[str, list[Place]] = defaultdict(list)
    for written, *place in found.order_by("pk").values_list("written", "clause__opinion__title", "clause__opinion__public_key", "clause__public_key"):
        _add_place(places[written], Place(*place))
    return [Found(row["written"], row["times"], row["documents"], places[row["written"]]) for row in rows]


def offices(on: datetime.date) -> list[Seatless]:
    """Offices of standing groups that documents in force lay something on and of which nobody knows in which unit they are set."""
    return seatless(duties_in_force(on).filter(ended_on__isnull=True), bodies_at(Body.objects.all(), on))


@dataclass(frozen=True, slots=True)
class OfficeLine:
    """The same with the name of its place, the documents that say so and the first places."""

    office: Seatless
    place: str
    document: str  # public key of the document that names it first
    documents: int
    places: list[Place]


def office_lines(rows: Sequence[Seatless]) -> list[OfficeLine]:
    """Return the offices of a page of ``offices`` with the clauses that name them. One query."""
    vocabulary = current_vocabulary()
    facts = Duty.objects.filter(pk__in=[duty for row in rows for duty in row.duties]).order_by("pk")
    clauses = {pk: Place(*place) for pk, *place in facts.values_list("pk", "opinion__title", "opinion__public_key", "clause__public_key")}
    found = []
    for row in rows:
        at = vocabulary.places_by_code.get(row.code)
        named: list[Place] = []
        for duty in row.duties:
            _add_place(named, clauses[duty])
        documents = {clauses[duty].opinion for duty in row.duties}
        found.append(OfficeLine(row, at.name if at else "", clauses[row.duties[0]].opinion, len(documents), named))
    return found


def unreviewed() -> QuerySet[OpinionPage]:
    """Published documents whose duties have not been checked to the end, with the numbers that wait; most first."""
    found = OpinionPage.objects.filter(live=True, reviewed_at=None, alias_of__isnull=True).defer("body")
    counted = found.annotate(open_duties=_waiting(Duty.State.SUGGESTED, Duty.State.TO_CHECK), changed=_waiting(Duty.State.TO_CHECK))
    ordered: QuerySet[OpinionPage] = counted.order_by("-open_duties", "-issue_date", "pk")
    return ordered


def unspoken() -> QuerySet[OpinionPage]:
    """Published documents that do not say what every way of publishing asks for today (``opinions.needed``), newest first."""
    found = OpinionPage.objects.filter(live=True, alias_of__isnull=True).filter(
        Q(disclosure="") | Q(issuer="", unsigned=False) | Q(issue_date=None, effective_from=None, undated=False) | Q(jurisdiction=None)
    )
    ordered: QuerySet[OpinionPage] = found.defer("body").order_by(F("issue_date").desc(nulls_first=True), "pk")
    return ordered


def _waiting(*states: Duty.State) -> Coalesce:
    """The number of a document's duties in some states, mentions aside; a query of its own, since grouping the pages costs more."""
    found = Duty.objects.filter(opinion=OuterRef("pk"), state__in=states).exclude(role=Role.MENTION.value).order_by()
    return Coalesce(Subquery(found.values("opinion").annotate(number=Count("pk")).values("number")), 0)


def years_before(on: datetime.date, years: int) -> datetime.date:
    """Return the same day some years earlier."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:  # 29 February
        return on.replace(year=on.year - years, day=28)


def unconfirmed(on: datetime.date, *, years: int) -> QuerySet[OpinionPage]:
    """Published documents in force that nobody has found to be so for some years: neither by a person, nor by their issue or a new text."""
    since = years_before(on, years)
    renewed = OpinionVersion.objects.filter(opinion=OuterRef("pk"), state=OpinionVersion.State.PUBLISHED, in_force_from__gt=since, in_force_from__lte=on)
    found = OpinionPage.objects.filter(in_force_q(on), live=True, alias_of__isnull=True).alias(last=Coalesce("validity_confirmed_on", "issue_date"))
    old: QuerySet[OpinionPage] = found.filter(Q(last__isnull=True) | Q(last__lte=since)).exclude(Exists(renewed)).defer("body")
    return old.order_by(F("last").asc(nulls_first=True), "pk")


@dataclass(frozen=True, slots=True)
class Bare:
    """A unit without a duty that its page would count; ``why`` says how the store knows of it."""

    unit: Unit
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class BareLine:
    """The same with what else concerns it: mentions, rejected duties, duties laid on a group it may belong to."""

    bare: Bare
    mentions: int
    rejected: int
    shared: int


def bare_units(on: datetime.date) -> list[Bare]:
    """Return the known units (on lists of members, entered by name, with an account) that have no duty in force, by place and name.

    A unit has what ``selectors.rows_for`` counts for it; asked of all units at once by the distinct addressees. Four queries.
    """
    laid, vocabulary = _laid(on), current_vocabulary()
    found = []
    for (kind, code), why in known_units(on).items():
        try:
            unit = load_unit(kind, code, on=on, vocabulary=vocabulary)
        except UnitNotFound:
            continue
        if unit.kind.is_group or unit.kind.is_open:
            continue
        if not any(binds(item, unit.seat) for own in unit.kinds for item in laid.get(own, ())):
            found.append(Bare(unit, name_at(vocabulary, kind, code), why))
    return sorted(found, key=lambda bare: (bare.unit.seat.code, bare.name))


def known_units(on: datetime.date) -> dict[tuple[str, str], str]:
    """Return the units that the store knows of by kind and place, with how: on a list of members, entered by name, with an account. Three queries."""
    known: dict[tuple[str, str], str] = {}
    written = Q(in_force_q(on, "body__opinion__"), body__opinion__live=True)
    listed = Membership.objects.standing(on).filter(written | Q(body__opinion__isnull=True))
    facts = listed.exclude(reach=Reach.LOWER.value).order_by("pk")
    for kind, reach, place, *codes, body in facts.values_list("kind_id", "reach", "place", "body__opinion__jurisdiction_id", "body__place_id", "body__name"):
        at = place if reach == Reach.NAMED else next((code for code in codes if code), "")
        if at:
            known.setdefault((kind, at), _("%s成员单位") % body)
    for kind, code, name in MemberUnit.objects.values_list("kind_id", "jurisdiction_id", "name").order_by("pk"):
        known.setdefault((kind, code), _("登记的成员单位：%s") % name)
    for kind, code in User.objects.filter(is_active=True).exclude(unit_kind="").exclude(place="").values_list("unit_kind", "place").order_by("pk"):
        known.setdefault((kind, code), _("有账号的单位"))
    return known


def _laid(on: datetime.date) -> dict[str, set[Laid]]:
    """Return by unit kind on whom the documents in force lay something. One query."""
    table: dict[str, set[Laid]] = defaultdict(set)
    found = duties_in_force(on).order_by()
    for kind, code, reach, levels, place in found.values_list("kind_id", "opinion__jurisdiction_id", "reach", "levels", "place").distinct():
        table[kind].add(Laid(code, reach, levels, place))
    return table


def bare_lines(found_bare: Sequence[Bare], on: datetime.date) -> list[BareLine]:
    """Return the units of a page of ``bare_units`` with what else concerns them. One query."""
    groups = {key for bare in found_bare for key in bare.unit.groups}
    kinds = {key for bare in found_bare for key in bare.unit.kinds}
    names = ("kind_id", "opinion__jurisdiction_id", "reach", "levels", "place", "role", "state")
    found = Duty.objects.filter(in_force_q(on, "opinion__"), opinion__live=True, opinion__jurisdiction__isnull=False, kind__in=kinds | groups)
    facts = list(found.order_by().values_list(*names).annotate(number=Count("pk")))
    return [_bare_line(bare, facts) for bare in found_bare]


def _bare_line(bare: Bare, facts: Sequence[tuple[Any, ...]]) -> BareLine:
    unit = bare.unit
    mentions = rejected = shared = 0
    for kind, code, reach, levels, place, role, state, number in facts:
        if not binds(Laid(code, reach, levels, place), unit.seat):
            continue
        if kind in unit.groups:
            shared += number if state != Duty.State.REJECTED and role != Role.MENTION else 0
        elif kind in unit.kinds:
            rejected += number if state == Duty.State.REJECTED else 0
            mentions += number if state != Duty.State.REJECTED and role == Role.MENTION else 0
    return BareLine(bare, mentions, rejected, shared)


def titles_of(keys: Iterable[str]) -> dict[str, OpinionPage]:
    """Return documents by public key, for the list of the index."""
    return {page.public_key: page for page in OpinionPage.objects.filter(public_key__in=list(keys)).defer("body")}
