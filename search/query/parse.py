"""What people type → what they mean: phrases, exclusions, document numbers, units, words. Anything goes in; refusals say what to do."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from django.utils.translation import gettext as _

from policy_docs.opinions.numbers import find_numbers
from policy_docs.units.types import Context
from search.analysis import tokens
from search.analysis.fold import fold
from search.words.apart import is_apart
from search.words.store import current_words
from search.words.table import Words

from .names import Names, known_names, longest_name, means_unit
from .profiles import everyday_units, stopwords
from .speech import ways_said

LONGEST = 200  # characters of a query: a longer one is a text pasted by mistake, and each word costs
_MOST_IDEAS = 24
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_QUOTED = re.compile(r"[“\"„「『]([^“”\"„「」『』]+)[”\"„」』]")
_TITLE = re.compile(r"《([^《》]{2,})》")
_OUT_QUOTED = re.compile(r"(?:(?<![^\s])[-－—]|不含|不包含|不要|排除)\s*[“\"„「]([^“”\"„「」]+)[”\"„」]")
_OUT = re.compile(r"(?:(?<![^\s])[-－](?=[^\s\d－-])|(?:(?<=\s)|^)(?:不含|不包含|排除)[:：]?\s*)([^\s“”\"，,;；]+)")
# a year, and what lies before or after it; a day of a month is no year
_YEAR = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})\s*年(?!\s*\d)(?P<since>以来|以后|之后)?(?P<until>以前|之前)?")
_YEARS = 40  # that «since» and «before» reach
_ASKED = re.compile(r"([\u4e00-\u9fff])[不没]\1")  # 结没结婚 asks for 结婚
_NUMBER_LIKE = re.compile(r"[\u4e00-\u9fff]{1,16}[〔\[［【(（﹝〖]\s*(?:19|20)\d{2}")


class InvalidQuery(ValueError):
    """The query cannot be answered; the message tells people what to do."""


@dataclass(frozen=True, slots=True)
class Idea:
    """One thing that is sought: the words as typed, what else official texts call it, the unit kind that it names with that unit's other
    names, the places that it names, the years that it means (the text says so, or the document is of them), and its parts where they were typed
    apart."""

    word: str
    synonyms: tuple[str, ...] = ()
    unit: str = ""
    names: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """The words as a text would have them: 2019年以来 is 2019年."""
        return self.word[:5] if self.years else self.word

    @property
    def pieces(self) -> tuple[str, ...]:
        """Words inside it that a text may have by themselves; a single character stands in every one."""
        if self.apart:
            return tuple(part for part in self.apart if len(part) > 1 and part not in stopwords())
        return () if self.unit or self.years else tokens.parts(self.word)

    @property
    def written(self) -> tuple[str, ...]:
        """What a text must have to say it as it was typed: all of these."""
        return self.apart or (self.said,)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was understood."""

    ideas: tuple[Idea, ...] = ()
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()

    @property
    def units(self) -> tuple[tuple[str, str], ...]:
        """Return (name as typed, unit kind), each kind once."""
        found: dict[str, str] = {}
        for idea in self.ideas:
            if idea.unit:
                found.setdefault(idea.unit, idea.word)
        return tuple((word, unit) for unit, word in found.items())

    @property
    def empty(self) -> bool:
        """Nothing to seek (exclusions alone are nothing to seek)."""
        return not (self.ideas or self.phrases or self.numbers or self.titles)


def clean(text: str) -> str:
    """Return the query without signs that nobody can type or see."""
    return _CONTROL.sub(" ", text).encode("utf-8", "replace").decode("utf-8").strip()


def without_quotes(text: str) -> str:
    """Return the query with its exact phrases as plain words."""
    return " ".join(_QUOTED.sub(r" \1 ", _TITLE.sub(r" \1 ", clean(text))).split())


def without_exclusions(text: str) -> str:
    """Return the query without the words that a hit must lack."""
    return " ".join(_OUT.sub(" ", _OUT_QUOTED.sub(" ", clean(text))).split())


def less(text: str) -> list[str]:
    """Return the query without one of its conditions each: an exclusion, a phrase, a title, a number."""
    found, rest = [], clean(text)
    for pattern in (_OUT_QUOTED, _QUOTED, _OUT, _TITLE):
        found += [f"{rest[: match.start()]} {rest[match.end() :]}" for match in pattern.finditer(rest)]
    found += [f"{rest[: number.start]} {rest[number.end :]}" for number in find_numbers(rest)]
    return [" ".join(one.split()) for one in found]


def parse(text: str, words: Words | None = None, names: Names | None = None) -> Parsed:
    """Read a query; "" gives an empty one. ``words`` are other everyday words than those in use, for trying them out; ``names`` those of
    ``known_names``, where the caller has them already.

    Raises:
        InvalidQuery: too long, or nothing in it that could be found.
    """
    rest = clean(text)
    if not rest:
        return Parsed()
    if len(rest) > LONGEST:
        raise InvalidQuery(_("查找内容太长（%(n)d 字）。请缩短到 %(most)d 字以内，例如只留关键的词或一句原话。") % {"n": len(rest), "most": LONGEST})
    excluded: list[str] = []
    rest = _take(_OUT_QUOTED, rest, excluded)
    phrases: list[str] = []
    rest = _take(_QUOTED, rest, phrases)
    rest = _take(_OUT, rest, excluded)
    titles: list[str] = []
    rest = _take(_TITLE, rest, titles)
    numbers = []
    for number in reversed(find_numbers(rest)):
        numbers.append(number.key)
        rest = f"{rest[: number.start]} {rest[number.end :]}"
    years = [_year(match) for match in _YEAR.finditer(rest)]
    ideas = _ideas(tokens.close_up(_YEAR.sub(" ", rest)), current_words() if words is None else words, names or known_names())
    parsed = Parsed(
        ideas=tuple(dict.fromkeys([*years, *ideas]))[:_MOST_IDEAS],
        phrases=tuple(phrase for phrase in phrases if tokens.phrase(phrase)),
        excluded=tuple(phrase for phrase in excluded if tokens.phrase(phrase)),
        numbers=tuple(reversed(numbers)),
        titles=tuple(title for title in titles if tokens.phrase(title)),
    )
    if parsed.empty:
        if parsed.excluded:
            raise InvalidQuery(_("只写了不要的词。请再写上要找的内容，例如：限制出境 -护照。"))
        raise InvalidQuery(_("没有可以查找的文字。请输入单位名称、发文字号或条款中的词。"))
    return parsed


@dataclass(frozen=True, slots=True)
class Segment:
    """A word of what was typed, where it stands. ``sure``: it is a unit, a place, an everyday word or a word that a query may lack."""

    start: int
    word: str
    sure: bool

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.word)


def segments(text: str, words: Words, known: Names) -> list[list[Segment]]:
    """Return the Chinese runs of a clean query, each cut as ``parse`` cuts it; what is quoted, excluded, a title or a number stays out."""
    rest = text
    for pattern in (_OUT_QUOTED, _QUOTED, _OUT, _TITLE, _YEAR):
        rest = pattern.sub(lambda match: " " * len(match[0]), rest)
    for number in find_numbers(rest):
        rest = rest[: number.start] + " " * (number.end - number.start) + rest[number.end :]
    rest = fold(rest)
    _said, rest = ways_said(rest, words, known)
    found = []
    for at, run in tokens.han_runs(_ASKED.sub(r"  \1", rest)):
        row: list[Segment] = []
        for piece, whole in _by_known(run, known, words):
            for word, unit in [(piece, known.unit_of(piece))] if whole else _by_units(piece, known, words):
                row.append(Segment(row[-1].end if row else at, word, whole or bool(unit) or word in words or word in known.places or word in stopwords()))
        found.append(row)
    return found


def titles_in(text: str) -> list[tuple[int, str]]:
    """Return (place, title) of the titles in a clean query."""
    return [(match.start(1), match[1]) for match in _TITLE.finditer(text) if tokens.phrase(match[1])]


def names_known(words: Words, known: Names) -> frozenset[str]:
    """Return the names of units and places and the everyday words that a query may name, folded."""
    return frozenset({*known.units, *everyday_units(), *known.places, *(word for word in words.table if not is_apart(word))})


def _year(match: re.Match[str]) -> Idea:
    year = int(match["year"])
    first = year - _YEARS if match["until"] else year
    last = year - 1 if match["until"] else year + _YEARS if match["since"] else year
    return Idea("".join(match[0].split()), years=tuple(map(str, range(first, last + 1))))


def _take(pattern: re.Pattern[str], text: str, found: list[str]) -> str:
    found += [match[1].strip() for match in pattern.finditer(text)]
    return pattern.sub(" ", text)


def _ideas(text: str, words: Words, known: Names) -> list[Idea]:
    """Cut the rest into ideas: everyday words and places first, then names of units, then the segmenter's words."""
    said, text = ways_said(text, words, known)
    apart = [Idea("…".join(parts), words.get(word), apart=parts) for word, parts in said]
    ideas = {idea.word: idea for idea in apart}
    chunks = text.split()
    for chunk in chunks:
        for piece, whole in _unasked(_by_known(chunk, known, words), known, words):
            for word, unit in [(piece, known.unit_of(piece))] if whole else _by_units(piece, known, words):
                names = tuple(name for name in known.names.get(unit, ()) if name != word)
                ideas.setdefault(word, Idea(word, words.get(word), unit, names, known.places_of(word, alone=word == chunk)))
    kept = [idea for idea in ideas.values() if (idea.unit or idea.word not in stopwords()) and (idea.word in chunks or not _is_said(idea, apart, words))]
    several = [idea for idea in kept if len(idea.word) > 1 or idea.unit or idea.synonyms or not tokens.is_han(idea.word) or idea.word in chunks]
    return several or kept or list(ideas.values())


def _is_said(idea: Idea, apart: Sequence[Idea], words: Words) -> bool:
    """Say whether an everyday word leads nowhere that the ways of speaking do not."""
    spoken = idea.synonyms and not (idea.unit or idea.apart or idea.word in words.official)
    return bool(spoken) and any(set(idea.synonyms) <= set(one.synonyms) for one in apart)


def _by_known(chunk: str, known: Names, words: Words) -> list[tuple[str, bool]]:
    """Take out everyday words and terms, longest first: the segmenter would break 欠钱不还 up, and 政府单位 is no 政府. What stands inside an
    official word or one of questions is none of them: 拒不执行 is not the 不执行 of those who wait for their court, and 有没有车 says not 没有车."""
    folded = fold(chunk)
    pieces: list[tuple[str, bool]] = []
    longest = max(words.longest, longest_name())
    rest = at = 0
    while at < len(folded):
        sizes = range(min(longest, len(folded) - at), 2, -1)
        length = next((size for size in sizes if _is_whole(folded[at : at + size], known, words)), 0)
        if length:
            pieces += [(chunk[rest:at], False), (folded[at : at + length], True)]
            rest = at = at + length
        else:
            at += next((size for size in sizes if folded[at : at + size] in words.official or folded[at : at + size] in stopwords()), 1)
    return [pair for pair in (*pieces, (chunk[rest:], False)) if pair[0]]


def _unasked(pieces: Iterable[tuple[str, bool]], known: Names, words: Words) -> Iterator[tuple[str, bool]]:
    """Yield the pieces, what is asked by saying it twice said once; an everyday word may come out of it."""
    for piece, whole in pieces:
        plain = piece if whole else _ASKED.sub(r"\1", piece)
        yield from [(piece, whole)] if plain == piece else _by_known(plain, known, words)


def _by_units(piece: str, known: Names, words: Words) -> Iterator[tuple[str, str]]:
    """Yield (word, unit kind): names of units first, the segmenter's words between them."""
    at = 0
    for name in known.matcher.match(piece, Context()).names:
        word = fold(piece[name.start : name.end])
        if len(word) < 2 or not means_unit(word, name.kind):
            continue
        yield from ((word, known.unit_of(word)) for word in _cut(piece[at : name.start], words))
        yield word, name.kind
        at = name.end
    yield from ((word, known.unit_of(word)) for word in _cut(piece[at:], words))


def _cut(text: str, words: Words) -> list[str]:
    """Return the segmenter's words; two single characters that are an everyday word together (边控) are that word. What the segmenter makes of
    words of speech (去查, 能查, 车和房) is none."""
    found: list[str] = []
    for word in chain.from_iterable(word if _is_chance(word) else (word,) for word in tokens.cut(text)):
        if len(word) == 1 and found and len(found[-1]) == 1 and found[-1] + word in words:
            found[-1] += word
        else:
            found.append(word)
    return found


def _is_chance(word: str) -> bool:
    return 1 < len(word) < 5 and tokens.is_han(word) and any(sign in stopwords() for sign in word) and not tokens.is_known(word)


def _is_whole(word: str, known: Names, words: Words) -> bool:
    return word in words or word in everyday_units() or word in tokens.terms() or (len(word) > 2 and word in known.places)
