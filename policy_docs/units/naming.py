"""Names of member units from kind and place, and units from what people type. Pure."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .places import COUNTRY
from .types import Level, Place
from .vocabulary import Kind, Vocabulary, former_units

_LIMIT = 30
_LEVEL_WORDS = (
    (Level.COUNTRY, re.compile(r"(?:国家|全国|中央|最高)")),
    (Level.PROVINCE, re.compile(r"(?:省|自治区)(?:级|委)?")),
    (Level.PREFECTURE, re.compile(r"(?:市|自治州|州|盟)(?:级|委)?")),
    (Level.COUNTY, re.compile(r"(?:自治县|县|区|旗)(?:级|委)?")),
)
_OF_COUNTRY = ("最高", "国务院")  # 最高检, 国务院扶贫办
_ORGAN = re.compile(r"(?:主管部门|行政部门|管理部门|部门|机关|机构)$")


@dataclass(frozen=True, slots=True)
class Guess:
    """A unit that a query may mean; ``place`` "" where none was named; lower ``rank`` is better."""

    kind: str
    place: str
    why: str
    rank: int


def short_place(place: Place) -> str:
    """Return the name of a place as units bear it: 楚雄州, 云南省."""
    return place.short_names[0] if place.short_names and place.short_names[0][-1] in "州县省市" else place.name


def member_unit_name(kind: Kind, place: Place) -> str:
    """Return the name of the unit: 公安机关 at 楚雄州 → 楚雄州公安局; without a pattern for the level, place and kind side by side."""
    level = Level.COUNTY if place.level is Level.TOWNSHIP else place.level
    pattern = kind.names.get(level)
    if pattern is None:
        return kind.name if place.level is Level.COUNTRY else f"{short_place(place)} {kind.name}"
    return pattern.replace("{p}", short_place(place))


def name_at(vocabulary: Vocabulary, kind: str, code: str) -> str:
    """Return the name of the unit of a kind at a place: the one entered for it, else the one that the pattern gives.

    Raises:
        KeyError: no such kind or place.
    """
    return vocabulary.members_by_seat.get((kind, code)) or member_unit_name(vocabulary.kinds_by_key[kind], vocabulary.places_by_code[code])


def recognisable(written: str, *names: str) -> bool:
    """Say whether a reader knows without a hint which unit is written: one of its names holds the signs in their order (市发改委 in
    澜江市发展和改革委员会, 检察机关 in 人民检察院), or ends the words (银行业金融机构)."""
    plain = "".join(written.split())
    stem = _ORGAN.sub("", plain) or plain
    return any(_within(stem, name) or plain.endswith(name) for name in names if name)


def unfamiliar(written: Iterable[str], *names: str) -> str:
    """Return the ways of writing by which a reader would not know the unit, once each: «国土局、国土资源部门»; "" where all are plain."""
    return "、".join(words for words in dict.fromkeys(written) if words and not recognisable(words, *names))


def _within(short: str, long: str) -> bool:
    rest = iter(long)
    return all(sign in rest for sign in short)


def find_units(query: str, vocabulary: Vocabulary, sounds: Callable[[str], tuple[str, ...]], *, at: str = "") -> list[Guess]:
    """Return the units that a query may mean: by name, old name, short form or pinyin (``sounds``: initials and whole), with or without a place before it. ``at``: where the
    one who asks sits; 省公安厅 is that of the province there."""
    words = "".join(query.split())[:40]
    if not words:
        return []
    place, rest = _level_before(words, vocabulary, at) or _place_before(words, vocabulary)
    found: dict[str, Guess] = {}
    for text in dict.fromkeys((rest, words)):
        for guess in _by_name(text, place if text == rest else "", vocabulary):
            if guess.kind not in found or guess.rank < found[guess.kind].rank:
                found[guess.kind] = guess
    if words.isascii() and words.isalpha():
        for guess in _by_sound(words.lower(), vocabulary, sounds):
            if guess.kind not in found or guess.rank < found[guess.kind].rank:
                found[guess.kind] = guess
    return sorted(found.values(), key=lambda guess: (guess.rank, guess.kind))[:_LIMIT]


def _level_before(words: str, vocabulary: Vocabulary, at: str) -> tuple[str, str] | None:
    """Return (place, rest) where the words begin with a level and the rest is a unit's whole name (市场监督管理局 and 县委 begin with no level), or where
    they are the name of a unit of the country (公安部)."""
    exact = {kind.key for kind in vocabulary.kinds if words == kind.names.get(Level.COUNTRY) and words != kind.name}
    if exact or (words.startswith(_OF_COUNTRY) and _called(words, vocabulary)):
        return COUNTRY, words
    for level, sign in _LEVEL_WORDS:
        found = sign.match(words)
        rest = words[found.end() :] if found else ""
        kinds = _called(rest, vocabulary) if rest else set()
        if kinds and not any(_is_name_of_own(words, vocabulary.kinds_by_key[kind]) for kind in kinds):
            code = next((code for code in (COUNTRY, *vocabulary.lineage(at)) if vocabulary.places_by_code[code].level is level), "")
            return (code, rest) if code else None
    return None


def _called(words: str, vocabulary: Vocabulary) -> set[str]:
    """Return the kinds that are called exactly so."""
    named = {kind.key for kind in vocabulary.kinds if words == kind.name and not kind.is_group}
    return named | {alias.kind for alias in vocabulary.aliases if alias.text == words and alias.form != "group"}


def _is_name_of_own(words: str, kind: Kind) -> bool:
    """Whether the words are the name of a unit of any place, level word included: 国家安全局, 国家税务局."""
    tables = (kind.names, *(unit.names for unit in former_units(kind.key)))
    below = [pattern.replace("{p}", "") for names in tables for level, pattern in names.items() if level is not Level.COUNTRY]
    return words == kind.name or words in below


def _place_before(words: str, vocabulary: Vocabulary) -> tuple[str, str]:
    best = ("", words)
    length = 0
    for place in vocabulary.places:
        for name in (place.name, *place.short_names):
            if len(name) > length and words.startswith(name):
                best, length = (place.code, words[len(name) :]), len(name)
    return best


def _by_name(text: str, place: str, vocabulary: Vocabulary) -> list[Guess]:
    if not text:
        return []
    groups = {kind.key for kind in vocabulary.kinds if kind.is_group}
    found = [Guess(kind.key, place, kind.name, 0 if text == kind.name else 2) for kind in vocabulary.kinds if kind.key not in groups and text in kind.name]
    for alias in vocabulary.aliases:
        if alias.kind in groups:
            continue
        if text == alias.text:
            found.append(Guess(alias.kind, place, alias.text, 1))
        elif text in alias.text or (len(alias.text) >= 3 and text.endswith(alias.text)):
            found.append(Guess(alias.kind, place, alias.text, 3 if alias.text.startswith(text) else 4))
    return found


def _by_sound(letters: str, vocabulary: Vocabulary, sounds: Callable[[str], tuple[str, ...]]) -> list[Guess]:
    """gaj, gonganju → 公安局; cxzgaj → 楚雄州公安局: the letters of a place may stand before those of the unit, written in the same way."""
    found = []
    places: dict[str, str] = {}
    for place in vocabulary.places:
        for name in (place.name, *place.short_names):
            for sound in sounds(name):
                places.setdefault(sound, place.code)
    for alias in vocabulary.aliases:
        if alias.form == "group":
            continue
        for own in sounds(alias.text):
            if len(own) < 2:
                continue
            if own == letters:
                found.append(Guess(alias.kind, "", alias.text, 5))
            elif letters.endswith(own) and letters[: -len(own)] in places:
                found.append(Guess(alias.kind, places[letters[: -len(own)]], alias.text, 6))
            elif own.startswith(letters) and len(letters) >= 2:
                found.append(Guess(alias.kind, "", alias.text, 7))
    return found
