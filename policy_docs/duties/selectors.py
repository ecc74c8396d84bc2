"""Reads of duties for people: the one selector behind page, export, command and search."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects

from cms.accounts.viewer import Viewer
from policy_docs.opinions.models import ClauseText, OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.querysets import in_force_q, visible_q
from policy_docs.opinions.validity import Dates, Standing, standing, stands
from policy_docs.units import former, successions
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.models import Membership, UnitKind
from policy_docs.units.offices import MEMBERS, OFFICE
from policy_docs.units.types import Place
from policy_docs.units.vocabulary import Kind, Succession, Vocabulary

from .binding import Laid, Seat, Section, binds, is_above, speaks_of
from .meant import meant_by
from .models import Duty, DutySpan, holding_q
from .offices import Named, hosted, seated_elsewhere
from .types import Role


class UnitNotFound(LookupError):
    """No unit kind or place of that key."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit kind at a place on a day. ``kinds`` holds the kind and those whose duties have moved to it whole by then;
    ``transfers`` maps a kind to the words of the functions that have come from it."""

    kind: Kind
    place: Place
    seat: Seat
    on: datetime.date
    kinds: frozenset[str]
    kinds_above: frozenset[str]  # the same for the unit one level above, whose reforms have dates of their own
    transfers: dict[str, tuple[str, ...]]
    groups: frozenset[str]  # keys of all group kinds whose members are told by a list
    vocabulary: Vocabulary
    held: tuple[Succession, ...] = ()  # the successions in effect here on the day
    former: frozenset[str] = frozenset()  # units that are told by the names in which texts write them, here or one level above

    @property
    def apart(self) -> frozenset[str]:
        """The former units among them whose duties are not simply those of the kind that their names are read as: they, or it, are this unit."""
        known, sides = self.vocabulary.kinds_by_key, (self.kinds, self.kinds_above)
        return frozenset(key for key in self.former if key in self.transfers or any((key in side) != (known[key].read_as in side) for side in sides))

    @property
    def stored(self) -> set[str]:
        """The kinds under which what concerns the unit is stored."""
        keys = {*self.kinds, *self.kinds_above, *self.groups, *self.transfers}
        return {self.vocabulary.kinds_by_key[key].read_as or key for key in keys} | keys | {OFFICE}

    def means(self, kind: str, written: Iterable[str]) -> set[str]:
        """Return whom the names of a duty or member of a kind mean on the day: the kind, or former units that stand apart here."""
        return former.written_as(self.vocabulary, kind, written, self.apart) if self.former else {kind}

    @property
    def names(self) -> list[str]:
        """The ways of writing the unit that hold a word of a function that has come to it (自然资源和规划)."""
        words = {word for moved in self.transfers.values() for word in moved}
        return [
            alias.text
            for alias in self.vocabulary.aliases
            if alias.kind in self.kinds and alias.text not in words and any(word in alias.text for word in words)
        ]


@dataclass(frozen=True, slots=True)
class Row:
    """One duty as the unit sees it, light enough to count thousands."""

    duty: int
    clause: int
    opinion: int
    section: Section
    kind: str
    role: str
    reach: str
    state: str
    level: str  # level of the document's jurisdiction
    in_force: bool
    key: str = ""  # public key of the document
    title: str = ""
    text: int = 0  # id of the clause's text that stands on the day
    tier: int = 0  # for GROUP: 1 on the list of members, 2 named elsewhere in the document, 3 general demand on all
    turn: str = ""  # "added" or "changed" since the reader looked before (``looks``)
    body: str = ""  # for OFFICE: the standing group in whose name it is done


_ORDER = (Section.DIRECT, Section.MENTION, Section.OFFICE, Section.GROUP, Section.TRANSFER, Section.ABOVE)  # which one is said where several hold


def load_unit(kind_key: str, code: str, *, on: datetime.date, vocabulary: Vocabulary | None = None) -> Unit:
    """Return the unit of a kind at a place; ``vocabulary`` spares whoever loads many a query for each.

    Raises:
        UnitNotFound: no such kind or place.
    """
    vocabulary = vocabulary or current_vocabulary()
    kind, place = vocabulary.kinds_by_key.get(kind_key), vocabulary.places_by_code.get(code)
    if kind is None or place is None:
        raise UnitNotFound(f"{kind_key} {code}")
    above = vocabulary.places_by_code.get(place.parent)
    seat = Seat(place.code, place.level, vocabulary.lineage(code)[:-1], above.level if above else None)
    codes = vocabulary.lineage(place.code)
    held = successions.begun(vocabulary.reforms, level=place.level, codes=codes, on=on.isoformat())
    kinds = successions.taken_over(kind.key, held)
    held_above = successions.begun(vocabulary.reforms, level=above.level, codes=codes[:-1], on=on.isoformat()) if above else []
    kinds_above = successions.taken_over(kind.key, held_above) if above else set()
    groups = frozenset(item.key for item in vocabulary.kinds if item.is_group and item.key != OFFICE)
    transfers = successions.moved(kinds, held, level=place.level)
    own = {key for key in (kind.key, *transfers) if vocabulary.kinds_by_key[key].read_as}
    told = own | former.standing_apart(vocabulary, level=place.level, codes=codes)
    told_above = own | former.standing_apart(vocabulary, level=above.level, codes=codes[:-1]) if above else frozenset()
    kinds |= former.merged(vocabulary, kinds, told)
    kinds_above |= former.merged(vocabulary, kinds_above, told_above)
    return Unit(kind, place, seat, on, frozenset(kinds), frozenset(kinds_above), transfers, groups, vocabulary, tuple(held), frozenset(told | told_above))


def own_unit(viewer: Viewer, *, on: datetime.date) -> Unit | None:
    """Return the unit that the reader's account belongs to, if it has one: after a reform the one that has taken its unit over."""
    vocabulary = current_vocabulary()
    try:
        return load_unit(own_kind(viewer, vocabulary, on=on), viewer.place, on=on, vocabulary=vocabulary)
    except UnitNotFound:
        return None


def own_kind(viewer: Viewer, vocabulary: Vocabulary, *, on: datetime.date) -> str:
    """Return the kind of the reader's unit on a day: accounts keep the unit they were made for and follow it through reforms by date."""
    return successions.heir_at(vocabulary, viewer.unit_kind, viewer.place, on.isoformat())


def versions_on(on: datetime.date, opinions: Iterable[int]) -> list[int]:
    """Return the ids of the published versions whose text stands on a day, one for each opinion (a new version ends the one before)."""
    return list(standing_versions(on, opinions).values())


def standing_versions(on: datetime.date, opinions: Iterable[int]) -> dict[int, int]:
    """Return the same by opinion."""
    chosen: dict[int, tuple[int, int]] = {}
    published = OpinionVersion.objects.filter(state=OpinionVersion.State.PUBLISHED, opinion__in=set(opinions))
    for pk, opinion, number, starts in published.values_list("pk", "opinion_id", "number", "in_force_from"):
        if stands(number, starts, on) and number > chosen.get(opinion, (0, 0))[0]:
            chosen[opinion] = number, pk
    return {opinion: pk for opinion, (_number, pk) in chosen.items()}


def standing_texts(on: datetime.date) -> QuerySet[OpinionVersion]:
    """Return the same for all opinions, to be asked within a query (``version__in``)."""
    begun = OpinionVersion.objects.filter(state=OpinionVersion.State.PUBLISHED).filter(Q(number=1) | Q(in_force_from__isnull=True) | Q(in_force_from__lte=on))
    newer = begun.filter(opinion=OuterRef("opinion"), number__gt=OuterRef("number"))
    return begun.filter(~Exists(newer)).order_by()


def duties_in_force(on: datetime.date) -> QuerySet[Duty]:
    """Duties to be done by documents in force on a day, in the texts that stand then, whoever may read them: mentions and rejected ones aside."""
    found = Duty.of_all_days.filter(holding_q(on), in_force_q(on, "opinion__"), opinion__live=True, opinion__jurisdiction__isnull=False)
    found = found.filter(clause__texts__version__in=standing_texts(on))
    return found.exclude(state=Duty.State.REJECTED).exclude(role=Role.MENTION.value)


def readable_duties(viewer: Viewer, *, on: datetime.date | None = None) -> QuerySet[Duty]:
    """Duties that the viewer may read, those of a day where one is given: the public the confirmed ones of open opinions, staff suggestions too;
    rejected ones nobody."""
    return kept_duties(viewer, on=on).filter(opinion__live=True)


def kept_duties(viewer: Viewer, *, on: datetime.date | None = None) -> QuerySet[Duty]:
    """The same as they stand beside the words of a document that the viewer may open: a document that is withdrawn keeps its duties, and who sees
    all sees them there. They count nowhere."""
    found = Duty.objects.all() if on is None else Duty.of_all_days.filter(holding_q(on))
    return found.filter(visible_q(viewer, "opinion__"), _state_q(viewer))


def kept_ever(viewer: Viewer) -> QuerySet[Duty]:
    """The same whatever the day, those that hold no more too."""
    return Duty.of_all_days.filter(visible_q(viewer, "opinion__"), _state_q(viewer))


def _state_q(viewer: Viewer) -> Q:
    return ~Q(state=Duty.State.REJECTED) if viewer.sees_suggestions else Q(state=Duty.State.CONFIRMED)


@dataclass(frozen=True, slots=True)
class _Document:
    """What the rows of one document share on the day."""

    key: str
    title: str
    code: str
    level: str
    issued: datetime.date
    in_force: bool
    version: int  # whose text stands


def _documents(unit: Unit, viewer: Viewer) -> dict[int, _Document]:
    """Return the documents of the unit's place and of those above that the viewer may read. One query."""
    found = OpinionPage.objects.visible_to(viewer).filter(live=True, jurisdiction__in=_places(unit), versions__state=OpinionVersion.State.PUBLISHED)
    facts = found.values_list(
        "pk", "public_key", "title", "jurisdiction_id", "jurisdiction__level", "versions__pk", "versions__number", "versions__in_force_from", *Dates._fields
    )  # fmt: skip
    documents: dict[int, _Document] = {}
    for pk, key, title, code, level, version, number, since, *days in facts.order_by("versions__number"):
        if stands(number, since, unit.on):  # the newest that does comes last
            dates = Dates._make(days)
            in_force = standing(dates, unit.on) is Standing.IN_FORCE
            documents[pk] = _Document(key, title, code, level, dates.issue_date or datetime.date.min, in_force, version)
    return documents


def _places(unit: Unit) -> list[str]:
    return [*unit.seat.above, unit.seat.code]


def rows_for(unit: Unit, *, viewer: Viewer) -> list[Row]:
    """Return every duty that concerns the unit, in or out of force, in the order of documents (newest first) and clauses.

    Permission lies in the documents. At most four queries, however many duties, one more where former units stand apart, and those that
    ask for offices and lists of members (``offices``).
    """
    documents = _documents(unit, viewer)
    duties = Duty.of_all_days.filter(holding_q(unit.on), _state_q(viewer), opinion__in=list(documents), kind__in=unit.stored)
    meant = meant_by(duties, unit.vocabulary, unit.apart)
    laid_on: dict[int, Named] = {}
    found = duties.values_list(
        "pk", "clause_id", "opinion_id", "kind_id", "role", "reach", "levels", "place", "state",
        "clause__texts__version_id", "clause__texts__order", "clause__texts__pk",
    )  # fmt: skip
    shown: list[tuple[tuple[int, int, int, int], Row]] = []
    for pk, clause, opinion, kind, role, reach, levels, place, state, version, order, text in found.iterator(chunk_size=5_000):
        document = documents.get(opinion)
        if document is None or document.version != version:
            continue  # not to be read, or not in the text that stands on the day
        laid = Laid(document.code, reach, levels, place)
        sections = [(section, key) for key in sorted(meant.get(pk, (kind,))) if (section := section_of(unit, laid, kind=key, role=role)) is not None]
        if sections:
            section, kind = min(sections, key=lambda one: _ORDER.index(one[0]))
            if section is Section.OFFICE:
                laid_on[pk] = Named(opinion, document.code, reach, place)
            row = Row(pk, clause, opinion, section, kind, role, reach, state, document.level, document.in_force, document.key, document.title, text)
            shown.append(((-document.issued.toordinal(), opinion, order, pk), row))
    shown.sort(key=itemgetter(0))
    return _with_transfers(unit, _with_tiers(unit, _with_offices(unit, [row for _place, row in shown], laid_on, viewer), viewer))


def binding_duties(unit: Unit, *, viewer: Viewer) -> list[int]:
    """Return the ids of what its page lists as laid on the unit itself, in or out of force: the answer that an index has to give."""
    return [row.duty for row in rows_for(unit, viewer=viewer) if row.section is Section.DIRECT]


def on_gone_clauses(unit: Unit, *, viewer: Viewer) -> int:
    """Return how many duties of a unit wait on clauses that today's text of their documents has no more: no list of its page has them. One query."""
    if not viewer.sees_suggestions:
        return 0
    waiting = readable_duties(viewer).filter(state__in=[Duty.State.SUGGESTED, Duty.State.TO_CHECK], clause__retired_at__isnull=False)
    found = waiting.filter(in_force_q(unit.on, "opinion__"), opinion__jurisdiction__in=_places(unit), kind__in=unit.kinds).exclude(role=Role.MENTION.value)
    laid = found.values_list("kind_id", "opinion__jurisdiction_id", "reach", "levels", "place")
    return sum(binds_itself(unit, Laid(code, reach, levels, place), kind=kind) for kind, code, reach, levels, place in laid)


def binds_itself(unit: Unit, laid: Laid, *, kind: str) -> bool:
    """Say whether words that lay a duty on a kind bind the unit itself: the duties that its page counts."""
    return section_of(unit, laid, kind=kind, role=Role.RESPONSIBLE) is Section.DIRECT


def section_of(unit: Unit, laid: Laid, *, kind: str, role: str) -> Section | None:
    """Return where words that lay a duty on a kind stand on the page of a unit; None where they do not concern it."""
    bound = binds(laid, unit.seat)
    if kind in unit.kinds and bound:
        return Section.MENTION if role == Role.MENTION else Section.DIRECT
    if role == Role.MENTION:
        return None
    if kind == OFFICE:
        return Section.OFFICE if bound else None  # of some unit there: which one, the list of bodies tells
    if bound and (kind in unit.groups or kind in unit.transfers):
        return Section.GROUP if kind in unit.groups else Section.TRANSFER
    return Section.ABOVE if kind in unit.kinds_above and is_above(laid, unit.seat) else None


def _with_offices(unit: Unit, rows: Sequence[Row], laid_on: Mapping[int, Named], viewer: Viewer) -> list[Row]:
    """Keep of the duties of offices those of an office that is set in the unit. Four queries where there are any, one for a unit that hosts none."""
    mine = hosted(laid_on, code=unit.seat.code, kinds=unit.kinds, on=unit.on, viewer=viewer, vocabulary=unit.vocabulary)
    return [replace(row, body=mine[row.duty].name) if row.duty in mine else row for row in rows if row.section is not Section.OFFICE or row.duty in mine]


def _with_tiers(unit: Unit, rows: Sequence[Row], viewer: Viewer) -> list[Row]:
    """Set the tier of group duties; a group duty of a clause that names the unit itself stays, since the words demand both. The list of members is that of
    the document, or of the group that the words name (联席会议各成员单位)."""
    opinions = {row.opinion for row in rows if row.section is Section.GROUP}
    if not opinions:
        return list(rows)
    found = Membership.objects.standing(unit.on).filter(body__opinion__in=opinions, kind__in=unit.stored)
    members = found.values_list("body__opinion_id", "body__opinion__jurisdiction_id", "reach", "levels", "place", "kind_id", "written")
    listed = {
        opinion
        for opinion, code, reach, levels, place, kind, written in members
        if unit.kinds & unit.means(kind, [written]) and binds(Laid(code, reach, levels, place), unit.seat)
    }
    named = {row.opinion for row in rows if row.section in (Section.DIRECT, Section.MENTION)}
    others = {row.duty: row.opinion for row in rows if row.section is Section.GROUP and row.kind == MEMBERS and row.opinion not in listed}
    elsewhere = seated_elsewhere(others, seat=unit.seat, kinds=unit.kinds, on=unit.on, viewer=viewer, vocabulary=unit.vocabulary)
    tiers = {row.duty: 1 if row.opinion in listed or row.duty in elsewhere else 2 if row.opinion in named else 3 for row in rows}
    return [replace(row, tier=tiers[row.duty]) if row.section is Section.GROUP else row for row in rows]


def _with_transfers(unit: Unit, rows: Sequence[Row]) -> list[Row]:
    """Keep of the predecessor's duties only those whose quotes speak of a function that has moved."""
    candidates = [row for row in rows if row.section is Section.TRANSFER]
    if not candidates:
        return list(rows)
    kept, givers = set(), {row.duty: row.kind for row in candidates}
    for duty, quote in DutySpan.objects.filter(duty__in=list(givers)).values_list("duty_id", "quote"):
        if speaks_of(quote, unit.transfers.get(givers[duty], ()), unit.names):
            kept.add(duty)
    return [row for row in rows if row.section is not Section.TRANSFER or row.duty in kept]


def hydrate(rows: Iterable[Row], unit: Unit, *, viewer: Viewer) -> tuple[dict[int, Duty], dict[int, ClauseText], dict[int, list[Duty]]]:
    """Return the duties of rows by id (with clause, opinion, spans and unit kind), the texts that stand by clause id, and by clause id all
    duties there that the viewer may read, mentions aside (for «同条其他单位»). Permission is asked again. Four queries.

    Clauses, opinions and kinds are read once each and shared: joined to every duty they would be built thousands of times.
    """
    rows = list(rows)
    texts = {text.clause_id: text for text in ClauseText.objects.filter(pk__in={row.text for row in rows}).select_related("clause")}
    opinions = OpinionPage.objects.visible_to(viewer).select_related("jurisdiction").defer("body").in_bulk({row.opinion for row in rows})
    kinds = {kind.key: UnitKind(key=kind.key, name=kind.name, short=kind.short, is_group=kind.is_group) for kind in unit.vocabulary.kinds_by_key.values()}
    texts = {clause: text for clause, text in texts.items() if text.clause.opinion_id in opinions}
    for text in texts.values():
        text.clause.opinion = opinions[text.clause.opinion_id]
    duties: dict[int, Duty] = {}
    beside: dict[int, list[Duty]] = {}
    for duty in Duty.of_all_days.filter(holding_q(unit.on), _state_q(viewer), clause__in=set(texts)).order_by("pk"):
        duty.clause, duty.kind = texts[duty.clause_id].clause, kinds[duty.kind_id]
        duties[duty.pk] = duty
        if duty.role != Role.MENTION:
            beside.setdefault(duty.clause_id, []).append(duty)
    shown = [duties[row.duty] for row in rows if row.duty in duties]
    prefetch_related_objects(shown, Prefetch("spans", queryset=DutySpan.objects.order_by("start")))
    return duties, texts, beside


def kinds_with_counts(viewer: Viewer, *, on: datetime.date) -> list[tuple[UnitKind, int]]:
    """Return the unit kinds with something to do in documents in force on a day, and how many duties the viewer may read of each, most first (groups
    aside)."""
    counts = dict(
        readable_duties(viewer)
        .filter(in_force_q(on, "opinion__"))
        .exclude(role=Role.MENTION.value)
        .values_list("kind_id")
        .annotate(number=Count("pk"))
        .order_by("-number")
        .values_list("kind_id", "number")
    )
    kinds = {kind.key: kind for kind in UnitKind.objects.filter(is_group=False, pk__in=counts)}
    return [(kinds[key], number) for key, number in counts.items() if key in kinds]
