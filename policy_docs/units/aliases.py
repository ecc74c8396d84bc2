"""The vocabulary of the database: rows → Vocabulary → Matcher, one of each per process and edit."""

import datetime
import functools
import gc
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _
from pypinyin import Style, lazy_pinyin
from wagtail.models import ModelLogEntry

from .events import ReformEvent
from .match import Matcher
from .models import Jurisdiction, MemberUnit, Reform, UnitAlias, UnitKind, VocabularyStamp
from .naming import Guess, find_units
from .types import Level, Place
from .vocabulary import Alias, Kind, Succession, Vocabulary, load_default

LEVELS = (Level.COUNTRY, Level.PROVINCE, Level.PREFECTURE, Level.COUNTY)
_COLLECT = (20_000, 10, 10)  # a law of 1,260 articles makes 40,000 rows in one request: at the usual 700 a third of its publication went into full rounds
_lock = threading.Lock()
_cache: dict[int, tuple[Vocabulary, Matcher]] = {}


def current_vocabulary() -> Vocabulary:
    """Return the vocabulary as edited last."""
    return _current()[0]


def current_matcher() -> Matcher:
    """Return the matcher of the vocabulary as edited last."""
    return _current()[1]


def _current() -> tuple[Vocabulary, Matcher]:
    stamp = VocabularyStamp.current()
    found = _cache.get(stamp)
    if found is None:
        with _lock:
            found = _cache.get(stamp)
            if found is None:
                vocabulary = read_rows()
                found = vocabulary, Matcher(vocabulary)
                _cache.clear()
                _cache[stamp] = found
                _set_aside()
    return found


def _set_aside() -> None:
    """Take what now lives out of the garbage collector's rounds until the next edit, and have it go round less often.

    The vocabulary is some hundred thousand objects that stay: each full round walked them all, 150 ms within some person's request.
    """
    gc.set_threshold(*_COLLECT)
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def read_rows() -> Vocabulary:
    """Return the vocabulary that the rows hold."""
    kinds = tuple(
        Kind(
            row.key, row.name, row.short, row.is_group, row.is_open, row.is_vertical, {Level(level): name for level, name in row.names.items()},
            row.read_as_id or "", tuple(row.written),
        )
        for row in UnitKind.objects.all()
    )  # fmt: skip
    aliases = tuple(Alias(*values) for values in UnitAlias.objects.values_list("kind_id", "text", "form"))
    places = tuple(
        Place(code, name, tuple(short), Level(level), parent or "")
        for code, name, short, level, parent in Jurisdiction.objects.values_list("code", "name", "short_names", "level", "parent_id")
    )
    reforms = tuple(
        Succession(
            row.predecessor_id, row.successor_id, row.scope, tuple(row.function_words), dates_of(row), row.basis,
            place=row.event.place_id or "", event=row.event.public_key,
        )
        for row in Reform.objects.select_related("event")
    )  # fmt: skip
    members = tuple(MemberUnit.objects.values_list("kind_id", "jurisdiction_id", "name"))
    now, former = (tuple(kind for kind in kinds if bool(kind.read_as) is is_former) for is_former in (False, True))
    return Vocabulary(now, aliases, places, reforms, members, former)


def dates_of(row: Reform | ReformEvent) -> dict[Level, str]:
    """Return the days of a succession or of an event by level, in ISO form."""
    return {level: day.isoformat() for level in LEVELS if (day := getattr(row, f"{level.value}_on")) is not None}


@functools.lru_cache(maxsize=20_000)
def initials(words: str) -> str:
    """Return the first letters of the pinyin of a name: 楚雄州公安局 → cxzgaj."""
    return "".join(lazy_pinyin(words, style=Style.FIRST_LETTER)).lower()[:60]


@functools.lru_cache(maxsize=20_000)
def sounds(words: str) -> tuple[str, ...]:
    """Return how a name may be typed in letters: its initials and its whole pinyin; 公安局 → ("gaj", "gonganju")."""
    return initials(words), "".join(lazy_pinyin(words)).lower()


@transaction.atomic
def load_vocabulary() -> bool:
    """Fill an empty database with the vocabulary of the data files; say whether it was empty."""
    if UnitKind.objects.exists():
        return False
    add_to_vocabulary(load_default())
    return True


@transaction.atomic
def add_to_vocabulary(more: Vocabulary) -> None:
    """Add kinds, aliases, places and reforms that are not there yet."""
    UnitKind.objects.bulk_create(
        [
            UnitKind(
                key=kind.key, name=kind.name, short=kind.short, is_group=kind.is_group, is_open=kind.is_open, is_vertical=kind.is_vertical,
                names={level.value: name for level, name in kind.names.items()}, initials=initials(kind.name),
            )
            for kind in more.kinds
        ]
    )  # fmt: skip
    UnitAlias.objects.bulk_create(
        [UnitAlias(kind_id=alias.kind, text=alias.text, form=alias.form, initials=initials(alias.text)) for alias in more.aliases], batch_size=500
    )
    add_places(more.places)
    _add_reforms(more.reforms)
    VocabularyStamp.advance()


def not_yet_known() -> Vocabulary:
    """Return what the data files of this release hold and the database does not; what people have deleted stays away, what they have
    entered under another form stays as it is."""
    files = load_default()
    kinds = set(UnitKind.objects.values_list("key", flat=True))
    texts = set(UnitAlias.objects.values_list("kind_id", "text"))
    of_aliases = ContentType.objects.get_for_model(UnitAlias)
    deleted = set(ModelLogEntry.objects.filter(content_type=of_aliases, action="wagtail.delete").values_list("label", flat=True))
    codes = set(Jurisdiction.objects.values_list("code", flat=True))
    reforms = {(line["from"], line["to"], line["scope"]) for entry in ReformEvent.objects.values_list("entry", flat=True) for line in entry.get("lines", ())}
    return Vocabulary(
        tuple(kind for kind in files.kinds if kind.key not in kinds),
        tuple(alias for alias in files.aliases if (alias.kind, alias.text) not in texts and alias.text not in deleted),
        tuple(place for place in files.places if place.code not in codes),
        tuple(item for item in files.reforms if (item.predecessor, item.successor, item.scope) not in reforms),
    )


def add_places(places: tuple[Place, ...]) -> None:
    """Add jurisdictions (parents first) that are not there yet."""
    lineage = dict(Jurisdiction.objects.values_list("code", "lineage"))
    rows = []
    for place in places:
        if place.code in lineage:
            continue
        lineage[place.code] = f"{lineage.get(place.parent, '/')}{place.code}/"
        rows.append(
            Jurisdiction(
                code=place.code,
                name=place.name,
                short_names=list(place.short_names),
                level=place.level.value,
                parent_id=place.parent or None,
                lineage=lineage[place.code],
            )
        )
    Jurisdiction.objects.bulk_create(rows, batch_size=500)
    VocabularyStamp.advance()


def _add_reforms(items: Sequence[Succession]) -> None:
    """Put what the data files hold into events of the title that stands before the colon of its basis; one that a person has taken back stays so."""
    for title in dict.fromkeys(_title(item) for item in items):
        own = [item for item in items if _title(item) == title]
        event = ReformEvent.objects.filter(title=title, with_release=True, state=ReformEvent.State.IN_EFFECT).first()
        if event is None:
            usual = days(max(own, key=lambda item: len(item.dates)).dates)
            event = ReformEvent(title=title, kind=ReformEvent.Kind.SEVERAL, with_release=True, entry={"lines": []}, **usual)
        event.entry["lines"] += [line_of(item) for item in own]
        event.save()
        Reform.objects.bulk_create([row_of(item, event) for item in own])


def _title(item: Succession) -> str:
    return item.basis.partition("：")[0] or _("以前登记的机构改革")


def line_of(item: Succession) -> dict[str, Any]:
    """Return a succession as an event's entry holds it."""
    dates = {level.value: day for level, day in item.dates.items()}
    return {"from": item.predecessor, "to": item.successor, "scope": item.scope, "words": list(item.words), "dates": dates, "basis": item.basis}


def row_of(item: Succession, event: ReformEvent) -> Reform:
    """Return the row of a succession, not yet saved."""
    return Reform(
        event=event, predecessor_id=item.predecessor, successor_id=item.successor, scope=item.scope, function_words=list(item.words), basis=item.basis,
        **days(item.dates),
    )  # fmt: skip


def days(dates: Mapping[Level, str]) -> dict[str, Any]:
    """Return ISO days by level as the fields of a row."""
    return {f"{level.value}_on": datetime.date.fromisoformat(day) for level, day in dates.items()}


def guess_units(query: str, *, at: str = "") -> list[Guess]:
    """Return the units that people may mean by what they typed; ``at``: where they sit."""
    return find_units(query, current_vocabulary(), sounds, at=at)
