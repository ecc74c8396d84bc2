"""What a reform changes, told before it is entered or taken back: duties by level, pages, accounts, ways of writing, what finding answers.

Two vocabularies are compared, that of now and that of then, by the selectors that the pages use; so a preview says the numbers that the pages will.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.accounts.viewer import Viewer
from policy_docs.directory.following import EntryChange, changes
from policy_docs.duties import narrowing, report, selectors
from policy_docs.duties.binding import Laid, Section, binds_some, speaks_of
from policy_docs.duties.meant import meant_by
from policy_docs.duties.models import DutySpan
from policy_docs.opinions.models import ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.aliases import LEVELS, sounds
from policy_docs.units.models import LevelChoices
from policy_docs.units.naming import find_units, name_at
from policy_docs.units.places import COUNTRY
from policy_docs.units.successions import WHOLE, begun, heir_at, taken_over
from policy_docs.units.types import Level
from policy_docs.units.vocabulary import Kind, Succession, Vocabulary

PAGES, PEOPLE = 12, 30  # listed; of more it says how many
_EVER = "9999-12-31"
_SAID = 3  # names of a unit whose finding is told


@dataclass(frozen=True, slots=True)
class AtLevel:
    """What becomes of a giver's duties on one level: ``moving`` go to the successor on the day, ``maybe`` are shown to it as possibly its own."""

    label: str
    day: datetime.date | None
    is_past: bool
    held: int
    moving: int
    maybe: int

    @property
    def staying(self) -> int:
        """Those that the giver keeps to itself."""
        return self.held - self.moving - self.maybe


@dataclass(frozen=True, slots=True)
class Move:
    """One succession and what it moves on each level."""

    giver: str
    taker: str
    words: tuple[str, ...]
    levels: tuple[AtLevel, ...]

    @property
    def held(self) -> bool:
        """Whether the giver has any duty on some level."""
        return any(level.held for level in self.levels)


@dataclass(frozen=True, slots=True)
class PageChange:
    """The page of a successor on the day from which it holds, or today where that is past: duties and possible duties, now and then."""

    name: str
    url: str
    on: datetime.date
    now: int
    then: int
    maybe_now: int
    maybe_then: int


@dataclass(frozen=True, slots=True)
class AccountChange:
    """An account that follows its unit, from a day."""

    person: str
    now: str
    then: str
    day: datetime.date | None


@dataclass(frozen=True, slots=True)
class Found:
    """What typing a name leads to, now and then; "" for nothing."""

    words: str
    now: str
    then: str


@dataclass(frozen=True, slots=True)
class UnitNames:
    """A unit that comes or goes: its names by level, how texts write it and how many documents do."""

    name: str
    levels: tuple[tuple[str, str], ...]
    ways: tuple[tuple[str, int], ...]
    read_as: str = ""  # of a former unit: the unit that these names stay those of


@dataclass(frozen=True, slots=True)
class Effects:
    """All of it; ``more_pages`` and ``more_people`` are not listed."""

    moves: tuple[Move, ...]
    pages: tuple[PageChange, ...]
    more_pages: int
    accounts: tuple[AccountChange, ...]
    more_people: int
    found: tuple[Found, ...]
    units: tuple[UnitNames, ...]
    entries: tuple[EntryChange, ...] = ()
    more_entries: int = 0


def effects(before: Vocabulary, after: Vocabulary, touched: Sequence[Succession], *, viewer: Viewer, today: datetime.date) -> Effects:
    """Return what changes from one vocabulary to the other. ``touched``: the successions that come or go."""
    widest = after if len(after.kinds_by_key) >= len(before.kinds_by_key) else before
    pages = list(_pages(before, after, touched, viewer=viewer, today=today))
    people = list(_accounts(before, after, touched))
    entries = changes(before, after, touched, today=today)
    return Effects(
        tuple(_moves(widest, touched, today)), tuple(pages[:PAGES]), max(0, len(pages) - PAGES), tuple(people[:PEOPLE]), max(0, len(people) - PEOPLE),
        tuple(_found(before, after, touched, viewer=viewer)), tuple(_units(before, after)),
        tuple(entries[:PEOPLE]), max(0, len(entries) - PEOPLE),
    )  # fmt: skip


def as_day(words: str) -> datetime.date | None:
    """Return a day of a succession, None for the "" of a level that does not change."""
    return datetime.date.fromisoformat(words) if words else None


@dataclass(frozen=True, slots=True)
class _Laid:
    kind: str
    duty: int
    laid: Laid


def _moves(vocabulary: Vocabulary, touched: Sequence[Succession], today: datetime.date) -> Iterator[Move]:
    """Count the duties in force today of each giver, by whom they bind. Two queries."""
    giving = {item.predecessor: taken_over(item.predecessor, [other for other in vocabulary.reforms if other is not item]) for item in touched}
    read_as = {key: vocabulary.kinds_by_key[key].read_as for keys in giving.values() for key in keys}
    found = selectors.duties_in_force(today).filter(kind__in={*read_as, *read_as.values()}).distinct()
    meant = meant_by(found, vocabulary, [unit.key for unit in vocabulary.former if unit.read_as in read_as.values()])
    rows = [
        _Laid(key, pk, Laid(code, reach, levels, place))
        for pk, kind, code, reach, levels, place in found.values_list("pk", "kind_id", "opinion__jurisdiction_id", "reach", "levels", "place")
        for key in meant.get(pk, (kind,))
    ]
    quotes = _quotes([row.duty for row in rows if any(item.scope != WHOLE and row.kind in giving[item.predecessor] for item in touched)])
    for item in touched:
        own = [row for row in rows if row.kind in giving[item.predecessor]]
        levels = tuple(_at_level(vocabulary, item, level, own, quotes, today) for level in LEVELS if _concerns(vocabulary, item, level))
        yield Move(_name(vocabulary, item.predecessor), _name(vocabulary, item.successor), item.words, levels)


def _concerns(vocabulary: Vocabulary, item: Succession, level: Level) -> bool:
    place = vocabulary.places_by_code.get(item.place)
    return place is None or level.depth >= place.level.depth


def _quotes(duties: Sequence[int]) -> Mapping[int, list[str]]:
    table: dict[int, list[str]] = {}
    for duty, quote in DutySpan.objects.filter(duty__in=duties).values_list("duty_id", "quote"):
        table.setdefault(duty, []).append(quote)
    return table


def _at_level(vocabulary: Vocabulary, item: Succession, level: Level, own: Sequence[_Laid], quotes: Mapping[int, list[str]], today: datetime.date) -> AtLevel:
    day = item.dates.get(level, "")
    codes = vocabulary.lineage(item.place)
    kinds = taken_over(item.predecessor, begun([other for other in vocabulary.reforms if other is not item], level=level, codes=codes, on=day or _EVER))

    def level_of(code: str) -> Level:
        return vocabulary.places_by_code[code].level if code in vocabulary.places_by_code else Level.TOWNSHIP

    bound = dict.fromkeys(
        row.duty for row in own if row.kind in kinds and binds_some(row.laid, level, level_of=level_of, lineage=vocabulary.lineage, within=item.place)
    )  # fmt: skip
    maybe = 0
    if day and item.scope != WHOLE:
        takers = taken_over(item.successor, begun(vocabulary.reforms, level=level, codes=codes, on=day))
        names = [
            alias.text
            for alias in vocabulary.aliases
            if alias.kind in takers and alias.text not in item.words and any(word in alias.text for word in item.words)
        ]
        maybe = sum(any(speaks_of(quote, item.words, names) for quote in quotes.get(duty, ())) for duty in bound)
    moving = len(bound) if day and item.scope == WHOLE else 0
    label = str(LevelChoices(level.value).label)
    return AtLevel(label, as_day(day), bool(day) and day <= today.isoformat(), len(bound), moving, maybe)


def _pages(
    before: Vocabulary, after: Vocabulary, touched: Sequence[Succession], *, viewer: Viewer, today: datetime.date
) -> Iterator[PageChange]:  # fmt: skip
    """Yield the pages that change, where the store has documents or the reader sits: of successors; of former units that are set apart and of the unit
    that their names are read as on the day before. Those beyond the limit are not counted out."""
    wanted: dict[tuple[str, str, bool], datetime.date] = {}
    for code in _places(before, viewer):
        place = before.places_by_code[code]
        for item in touched:
            day = item.dates.get(place.level)
            if day and (not item.place or item.place in before.lineage(code)):
                first = datetime.date.fromisoformat(day)
                giver = after.kinds_by_key.get(item.predecessor) or before.kinds_by_key[item.predecessor]
                if giver.read_as and item.scope == WHOLE:
                    for kind in (giver.key, giver.read_as):
                        wanted.setdefault((kind, code, True), first - datetime.timedelta(days=1))
                on = max(first, today)
                wanted[item.successor, code, False] = max(on, wanted.get((item.successor, code, False), on))
    for number, ((kind, code, _is_before), on) in enumerate(wanted.items()):
        named = after if kind in after.kinds_by_key else before
        if number >= PAGES:  # only their number is told
            yield PageChange("", "", on, 0, 0, 0, 0)
            continue
        now, maybe_now = _numbers(before, kind, code, on, viewer)
        then, maybe_then = _numbers(after, kind, code, on, viewer)
        url = reverse("policy_docs:unit", args=[kind, code]) + ("" if on == today else f"?on={on.isoformat()}")
        yield PageChange(name_at(named, kind, code), url if kind in before.kinds_by_key else "", on, now, then, maybe_now, maybe_then)


def _places(vocabulary: Vocabulary, viewer: Viewer) -> list[str]:
    """The reader's place with those above it, then the others that documents in the store are of."""
    held = OpinionPage.objects.filter(live=True, jurisdiction__isnull=False).order_by("jurisdiction__lineage")
    codes = dict.fromkeys((*reversed(vocabulary.lineage(viewer.place)), *held.values_list("jurisdiction_id", flat=True).distinct()))
    return [code for code in codes if code in vocabulary.places_by_code]


def _numbers(vocabulary: Vocabulary, kind: str, code: str, on: datetime.date, viewer: Viewer) -> tuple[int, int]:
    """Return what the page counts and what it shows as possibly moved here; zeros for a unit that is not there."""
    try:
        unit = selectors.load_unit(kind, code, on=on, vocabulary=vocabulary)
    except selectors.UnitNotFound:
        return 0, 0
    rows = selectors.rows_for(unit, viewer=viewer)
    return len(report.counted(rows, narrowing.Filters())), sum(row.section is Section.TRANSFER and row.in_force for row in rows)


def _accounts(before: Vocabulary, after: Vocabulary, touched: Sequence[Succession]) -> Iterator[AccountChange]:
    """Yield the accounts whose unit is another one then. One query."""
    givers = {key for item in touched if item.scope == WHOLE for key in taken_over(item.predecessor, [*before.reforms, *after.reforms])}
    for user in User.objects.filter(is_active=True, unit_kind__in=givers).exclude(place="").order_by("place", "pk"):
        if user.place not in before.places_by_code:
            continue
        now, then = (heir_at(vocabulary, user.unit_kind, user.place, _EVER) for vocabulary in (before, after))
        if now != then:
            level = before.places_by_code[user.place].level
            day = min((item.dates[level] for item in touched if item.scope == WHOLE and level in item.dates), default="")
            yield AccountChange(str(user), _seat_name(before, now, user.place), _seat_name(after, then, user.place), as_day(day))


def _found(before: Vocabulary, after: Vocabulary, touched: Sequence[Succession], *, viewer: Viewer) -> Iterator[Found]:
    """Yield what typing the names of the units leads to once all levels have changed: at the reader's place, or where a local reform holds."""
    local = next((item.place for item in touched if item.place and item.place not in before.lineage(viewer.place)), "")
    code = local or viewer.place or COUNTRY
    words = dict.fromkeys(name for item in touched if item.scope == WHOLE for name in _said_names(before, after, item.predecessor))
    words |= dict.fromkeys(name for vocabulary in (before, after) for kind in _fresh(before, after) for name in _said_names(vocabulary, vocabulary, kind))
    for name in words:
        now, then = (_leads_to(vocabulary, name, code) for vocabulary in (before, after))
        if now != then:
            yield Found(name, now, then)


def _said_names(before: Vocabulary, after: Vocabulary, key: str) -> list[str]:
    kind = before.kinds_by_key.get(key) or after.kinds_by_key.get(key)
    own = [alias.text for alias in (*before.aliases, *after.aliases) if alias.kind == key and alias.form != "short"]
    return list(dict.fromkeys((*([kind.name] if kind else []), *own)))[:_SAID]


def _fresh(before: Vocabulary, after: Vocabulary) -> set[str]:
    """Units that come or go."""
    return before.kinds_by_key.keys() ^ after.kinds_by_key.keys()


def _leads_to(vocabulary: Vocabulary, words: str, code: str) -> str:
    guesses = find_units(words, vocabulary, sounds, at=code)
    return _seat_name(vocabulary, heir_at(vocabulary, guesses[0].kind, guesses[0].place or code, _EVER), guesses[0].place or code) if guesses else ""


def _seat_name(vocabulary: Vocabulary, kind: str, code: str) -> str:
    return name_at(vocabulary, kind, code) if kind in vocabulary.kinds_by_key else kind


def _name(vocabulary: Vocabulary, key: str) -> str:
    kind = vocabulary.kinds_by_key.get(key)
    return kind.name if kind else key


def _units(before: Vocabulary, after: Vocabulary) -> Iterator[UnitNames]:
    """Yield the units that come or go, with their names. One query for each way of writing."""
    fresh = _fresh(before, after)
    for kind in (before.kinds_by_key | after.kinds_by_key).values():
        if kind.key in fresh:
            texts = kind.written or [alias.text for alias in (*before.aliases, *after.aliases) if alias.kind == kind.key]
            read_as = _name(after, kind.read_as) if kind.read_as else ""
            yield UnitNames(kind.name, tuple(_level_names(kind)), tuple((text, _documents(text)) for text in texts), read_as)


def _level_names(kind: Kind) -> Iterator[tuple[str, str]]:
    for level, pattern in kind.names.items():
        yield str(LevelChoices(level.value).label), pattern.replace("{p}", _("〇〇"))


def _documents(words: str) -> int:
    found = ClauseText.objects.filter(text__contains=words, version__opinion__alias_of__isnull=True)
    return found.values("version__opinion_id").distinct().count()
