"""Places in words: names, short names and stems of the tree of jurisdictions. Pure."""

import re
from collections import defaultdict
from collections.abc import Sequence

from .types import Context, Level, Place

_LONGEST = 14
_LIKE_WORDS = re.compile(r"(?:和|会同|同|与|及)[省市县区州]$")  # 和县, 会同县: 市法院会同县法院 speaks of no such place
_SUFFIX = re.compile(r"(?:省|市|县|区|旗|盟|州|自治州|自治县|自治区|地区)$")
COUNTRY = "100000"


def named(words: str, places: Sequence[Place]) -> list[Place]:
    """Return the places that are called so or have such a code, by full name before short ones."""
    found = [place for place in places if words in (place.name, place.code)]
    return found or [place for place in places if words in place.short_names]


class Gazetteer:
    """Finds the place whose name ends or begins at an offset."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.by_code = {place.code: place for place in places}
        self._names: dict[str, list[str]] = defaultdict(list)
        self._stems: dict[str, list[str]] = defaultdict(list)
        for place in places:
            for name in {place.name, *place.short_names}:
                self._names[name].append(place.code)
                stem = _SUFFIX.sub("", name)
                if len(stem) >= 2 and stem != name:
                    self._stems[stem].append(place.code)

    def lineage(self, code: str) -> tuple[str, ...]:
        """Codes from the place up to the country."""
        found = []
        while code in self.by_code and code not in found:
            found.append(code)
            code = self.by_code[code].parent
        return tuple(found)

    def ending_at(self, text: str, end: int, context: Context) -> tuple[int, str] | None:
        """Return (start, code) of the longest place name that ends at ``end``; a name that several places bear needs the context."""
        for length in range(min(_LONGEST, end), 1, -1):
            code = self._pick(self._names.get(text[end - length : end]), context) or self._stem(text[end - length : end], context)
            if code:
                return end - length, code
        return None

    def beginning_at(self, text: str, start: int, context: Context) -> tuple[int, str] | None:
        """Return (end, code) of the longest place name that begins at ``start``."""
        for length in range(min(_LONGEST, len(text) - start), 1, -1):
            code = self._pick(self._names.get(text[start : start + length]), context)
            if code:
                return start + length, code
        return None

    def _pick(self, codes: list[str] | None, context: Context) -> str:
        if not codes:
            return ""
        near = self.lineage(context.code)
        if len(codes) == 1:
            return codes[0] if codes[0] in near or not _LIKE_WORDS.match(self.by_code[codes[0]].name) else ""
        return next((code for code in codes if code in near or self.by_code[code].parent in near), "")

    def _stem(self, word: str, context: Context) -> str:
        """楚雄 in a document of 楚雄州: the stem alone names the document's own place or one in its lineage."""
        codes = self._stems.get(word)
        if not codes or not context.code:
            return ""
        near = self.lineage(context.code)
        return next((code for code in near if code in codes), "")

    def at_level(self, context: Context, level: Level) -> str:
        """Return the code of the document's place or of the one above it on that level, "" where there is none."""
        return next((code for code in self.lineage(context.code) if self.by_code[code].level is level), "")
