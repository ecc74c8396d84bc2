"""The names of units and places that a query may say, of one state of the vocabulary."""

from dataclasses import dataclass
from functools import cache

from policy_docs.units.aliases import current_matcher, current_vocabulary
from policy_docs.units.match import Matcher
from policy_docs.units.types import Context
from policy_docs.units.vocabulary import Vocabulary
from search.analysis import tokens
from search.analysis.fold import fold

from .profiles import everyday_units

_PLACE_ENDS = "省市州县区盟旗"
_CLASSES = frozenset({"enterprises", "public", "schools"})  # open classes: what they are called (公司, 群众) are words of any question, not names of one unit
_MOST_NAMES = 12  # of a unit, sought besides the typed one


@dataclass(frozen=True, slots=True)
class Names:
    """Names of one state of the vocabulary, folded: unit → kind, kind → names, place → codes (short ones apart)."""

    vocabulary: Vocabulary
    matcher: Matcher
    units: dict[str, str]
    names: dict[str, tuple[str, ...]]
    places: dict[str, tuple[str, ...]]
    short_places: dict[str, tuple[str, ...]]

    def unit_of(self, word: str) -> str:
        """Return the kind of a unit named by a whole word in any of its forms, short ones included; "" for none."""
        return everyday_units().get(word, self.units.get(word, ""))

    def is_unit(self, word: str) -> bool:
        """Say whether a word is the whole name of one unit, with its place or without (区政府)."""
        if self.unit_of(word):
            return True
        return any(name.end - name.start == len(word) and means_unit(word, name.kind) for name in self.matcher.match(word, Context()).names)

    def places_of(self, word: str, *, alone: bool) -> tuple[str, ...]:
        """Return the places of a name; a short one (大理, 和平) counts only where it stands alone, since many are words too."""
        return self.places.get(word) or (self.short_places.get(word, ()) if alone else ())


_cached: Names | None = None


def known_names() -> Names:
    """Return the names, made anew after an edit of the vocabulary. One query."""
    global _cached
    vocabulary = current_vocabulary()
    held = _cached
    if held is None or held.vocabulary is not vocabulary:
        held = _cached = _read_names(vocabulary, current_matcher())
    return held


def _read_names(vocabulary: Vocabulary, matcher: Matcher) -> Names:
    """Names of groups are left out: they say nothing of a unit."""
    groups = {kind.key for kind in vocabulary.kinds if kind.is_group or kind.is_open}
    units = {fold(alias.text): alias.kind for alias in vocabulary.aliases if alias.kind not in groups}
    units |= {fold(kind.name): kind.key for kind in vocabulary.kinds if kind.key not in groups}
    names: dict[str, dict[str, None]] = {kind.key: {fold(kind.name): None} for kind in vocabulary.kinds}
    for alias in vocabulary.aliases:
        if len(alias.text) > 2 and alias.kind in names:
            names[alias.kind][fold(alias.text)] = None
    full: dict[str, tuple[str, ...]] = {}
    short: dict[str, tuple[str, ...]] = {}
    for place in vocabulary.places:
        shorter = place.name[:-1] if len(place.name) > 2 and place.name[-1] in _PLACE_ENDS else ""
        for name in {fold(name) for name in (place.name, shorter, *place.short_names)}:
            table = full if len(name) > 2 and name[-1] in _PLACE_ENDS else short
            if place.parent and len(name) > 1:
                table[name] = (*table.get(name, ()), place.code)
    return Names(vocabulary, matcher, units, {kind: tuple(found)[:_MOST_NAMES] for kind, found in names.items()}, full, short)


def means_unit(word: str, kind: str) -> bool:
    """Say whether a name that the matcher takes for a kind names one unit in a question: no group, no open class, not the thing itself (房产)."""
    return not kind.startswith("@") and kind not in _CLASSES and bool(everyday_units().get(word, kind))


@cache
def longest_name() -> int:
    """Return the characters of the longest everyday name, term or place."""
    return max(len(word) for word in (*everyday_units(), *tokens.terms(), "新疆维吾尔自治区"))
