"""Why a clause was found, in words for people. Read from the query and the text, not from scores."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from policy_docs.opinions.numbers import find_numbers
from search.analysis.fold import fold

from .parse import Idea, Parsed

_SHORTEST = 2  # characters of a name that can be told in a text


def reasons(
    parsed: Parsed,
    text: str,
    *,
    heads: Iterable[str] = (),
    title: str = "",
    number: str = "",
    units: Iterable[str] = (),
    kinds: dict[str, str] | None = None,
    whole: bool = True,
    year: str = "",
) -> list[tuple[str, str]]:
    """Return (what, words) of the ways in which a hit meets the query, and what of the query it lacks.

    ``year`` is that of the document, ``heads`` are the headings above the clause, ``units`` the unit kinds with duties in it, ``kinds`` the names of kinds by key. ``whole`` False:
    the text is a piece of what was searched, so nothing can be said to be lacking.
    """
    met = _Met(_plain(text), tuple(_plain(head) for head in heads), fold(title), frozenset(units), kinds or {}, year)
    for idea in parsed.ideas:
        met.look_for(idea)
    rows = [
        (_("精确词"), _quoted(phrase for phrase in parsed.phrases if "".join(fold(phrase).split()) in met.text)),
        (_("原词"), _quoted(met.words)),
        (_("同义词"), "；".join(met.synonyms)),
        (_("单位写法"), "；".join(met.names)),
        (_("所在标题"), _quoted(met.heads)),
        (_("题名"), _quoted(met.titles)),
        (_("文号"), _numbers(parsed.numbers, text, number)),
        (_("地区"), "、".join(met.places)),
        (_("成文年份"), "、".join(met.years)),
        (_("没有用到"), _quoted(met.unmet) if whole else ""),
    ]
    return [row for row in rows if row[1]]


class _Met:
    """The ways in which the ideas of a query are met, as they come up."""

    def __init__(self, text: str, heads: tuple[str, ...], title: str, units: frozenset[str], kinds: dict[str, str], year: str) -> None:
        self.text, self._heads, self._title, self._units, self._kinds, self._year = text, heads, title, units, kinds, year
        self.words: list[str] = []
        self.synonyms: list[str] = []
        self.names: list[str] = []
        self.heads: list[str] = []
        self.titles: list[str] = []
        self.places: list[str] = []
        self.years: list[str] = []
        self.unmet: list[str] = []

    def look_for(self, idea: Idea) -> None:
        said = all(part in self.text for part in idea.written)
        if idea.years and not said and self._year in idea.years:
            self.years.append(idea.word)
            return
        inner = () if said else tuple(part for part in idea.pieces if part in self.text)
        self.words += idea.written if said else inner
        meant = self._synonym(idea)
        if meant:
            self.synonyms.append(meant)
        unit = self._unit(idea) if idea.unit and not said else ""
        if unit:
            self.names.append(unit)
        above = [word for word in (idea.word, *idea.synonyms) if any(word in head for head in self._heads)]
        self.heads += above
        if idea.word in self._title:
            self.titles.append(idea.word)
        if idea.places and not said:
            self.places.append(idea.word)
        if not (said or meant or unit or above or idea.word in self._title or idea.places):
            self.unmet += [part for part in idea.pieces if part not in inner] if inner else [idea.word]

    def _synonym(self, idea: Idea) -> str:
        found = [word for word in idea.synonyms if all(part in self.text for part in word.split("+"))]
        return _("“%(word)s”对应“%(found)s”") % {"word": idea.word, "found": "”“".join(word.replace("+", "……") for word in found[:2])} if found else ""

    def _unit(self, idea: Idea) -> str:
        kind = self._kinds.get(idea.unit, "")
        name = max((name for name in idea.names if len(name) >= _SHORTEST and name in self.text), key=len, default="")
        if name:
            return _("“%(word)s”对应原文“%(name)s”，即%(kind)s") % {"word": idea.word, "name": name, "kind": kind or name}
        if idea.unit in self._units:
            return _("“%(word)s”即%(kind)s，本条有它的职责") % {"word": idea.word, "kind": kind or idea.word}
        return ""


def _plain(text: str) -> str:
    return fold("".join(text.split()))


def _quoted(words: Iterable[str]) -> str:
    return "".join(f"“{word}”" for word in dict.fromkeys(words))


def _numbers(asked: Sequence[str], text: str, number: str) -> str:
    said = {found.key for found in find_numbers(text)} if asked else set()
    rows = [_("本文件的文号%s") % key for key in asked if key == number] + [_("文中引用%s") % key for key in asked if key in said and key != number]
    return "；".join(rows)
