"""What was understood → what the engine is to find. Knows the fields of the index, no engine."""

from dataclasses import replace
from itertools import pairwise
from math import sqrt

from search.analysis import tokens
from search.types import Field, Filters, Group, Item, Leaf, Phrase, Prefix, SearchPlan, Sort, Term, Together, UnitTerm

from .parse import Idea, Parsed
from .profiles import Profile, profile, stopwords

_BEHIND = frozenset({"court", "government"})  # stand behind everything in these texts: beside other ideas their names tell little
_SPOKEN = ("word", "phrase", "parts", "head", "title", "synonym")  # of words that are left beside a way of speaking that says what is meant
_ALIKE_WORDS, _ALIKE_SHARE = 40, 6  # words of a text that are sought; one in so many must be met


def build(
    parsed: Parsed, filters: Filters, *, minimum: int | None = None, loose: bool = False, sort: Sort = Sort.RELEVANCE, offset: int = 0, limit: int = 10
) -> SearchPlan:
    """Return the plan. ``minimum`` is the number of ideas that a hit must meet (all of them by default); ``loose`` takes a word inside a
    long word for the word."""
    shares = profile()
    lone = len(parsed.ideas) + len(parsed.phrases) + len(parsed.numbers) + len(parsed.titles) == 1
    behind = replace(shares, unit=shares.unit * shares.behind, name=shares.name * shares.behind)
    beside = replace(shares, **{share: getattr(shares, share) * shares.beside for share in _SPOKEN})
    whole = any(idea.apart for idea in parsed.ideas)

    def shares_of(idea: Idea) -> Profile:
        if idea.unit in _BEHIND and not lone:
            return behind
        return beside if whole and not idea.apart else shares

    groups = [_idea(idea, shares_of(idea), loose=loose) for idea in parsed.ideas]
    groups += [_number(key, shares, opinions=filters.item is Item.OPINION) for key in parsed.numbers]
    required = [Group((_exact(phrase),), phrase) for phrase in parsed.phrases]
    groups += [_title(title, shares) for title in parsed.titles]
    return SearchPlan(
        filters=filters,
        groups=tuple(groups),
        minimum=len(groups) if minimum is None else max(1, min(minimum, len(groups))),
        required=tuple(required),
        excluded=tuple(Group((_exact(phrase), Term(Field.TITLE, phrase)), phrase) for phrase in parsed.excluded),
        extra=(*_pieces(parsed, shares), *_nearby(parsed, shares)),
        sort=sort,
        offset=offset,
        limit=limit,
    )


def standing(words: str, on: int) -> SearchPlan:
    """Return the plan of all that has some characters side by side."""
    return SearchPlan(Filters(on), groups=(Group((_exact(words),)),), minimum=1)


def alike(text: str, filters: Filters, *, limit: int) -> SearchPlan | None:
    """Return the plan of what shares words with a text, most first: candidates, to be compared sign by sign; None where it has no words. A clause may stand
    inside a longer one, so few shared words are enough."""
    words = [word for word in dict.fromkeys(tokens.cut(text)) if len(word) > 1 and word not in stopwords()]
    kept = sorted(words, key=len, reverse=True)[:_ALIKE_WORDS]  # long words say most
    if not kept:
        return None
    groups = tuple(Group((Term(Field.WORDS, word),), word) for word in kept)
    return SearchPlan(filters, groups=groups, minimum=max(1, len(groups) // _ALIKE_SHARE), limit=limit)


def ideas_of(parsed: Parsed) -> int:
    """Return how many ideas the plan of a query counts for its minimum."""
    return len(parsed.ideas) + len(parsed.numbers) + len(parsed.titles)


def _exact(text: str, boost: float = 1.0, *, fixed: bool = False) -> Leaf:
    grams = tokens.phrase(text)
    if len(grams) == 1:
        single = len(grams[0]) == 1 and tokens.is_han(grams[0])
        return Prefix(Field.GRAMS, grams[0], boost) if single else Term(Field.GRAMS, grams[0], boost, fixed)
    return Phrase(Field.GRAMS, grams, boost, fixed)


def _idea(idea: Idea, shares: Profile, *, loose: bool) -> Group:
    if idea.apart:  # its parts by themselves mean other things: a text has all of them, or what they lead to
        typed = Together(tuple(_exact(part) for part in idea.apart), shares.parts)
        return Group((typed, *(leaf for word in idea.synonyms for leaf in _synonym(word, shares))), idea.word)
    if idea.years:
        return Group((_exact(idea.said, shares.phrase), *(Term(Field.YEAR, year, shares.place, fixed=True) for year in idea.years)), idea.word)
    if len(idea.word) == 1 and tokens.is_han(idea.word):
        leaves: list[Leaf] = [Term(Field.WORDS, idea.word, shares.word), Prefix(Field.GRAMS, idea.word, shares.letter)]
    else:
        leaves = [
            Term(Field.WORDS, idea.word, shares.word),
            _exact(idea.word, shares.phrase),
            Term(Field.HEAD, idea.word, shares.head),
            Term(Field.TITLE, idea.word, shares.title),
        ]
        inner = tokens.parts(idea.word)
        if len(inner) > 1 and not idea.unit:
            leaves.append(Together(tuple(Term(Field.WORDS, part) for part in inner), shares.parts))
            if loose and not idea.synonyms:  # 打招呼 stands for 干预, and not for what it is made of
                leaves += [Term(Field.WORDS, part, shares.loose) for part in inner]
        elif inner and not idea.unit and not idea.synonyms and not tokens.is_known(idea.word):  # 扶持款 is no word, 扶持 is
            leaves.append(Term(Field.WORDS, inner[0], shares.loose))
    for word in idea.synonyms:
        leaves += _synonym(word, shares)
    leaves += [Term(Field.PLACE, code, shares.place, fixed=True) for code in idea.places]
    if idea.unit:
        leaves.append(UnitTerm(idea.unit, shares.unit))
        leaves += [_exact(name, shares.name, fixed=True) for name in idea.names]
    return Group(tuple(leaves), idea.word)


def _synonym(word: str, shares: Profile) -> list[Leaf]:
    """Return the ways to meet an official word; «扣押+车辆» asks for both, in any order."""
    if "+" in word:
        return [Together(tuple(_exact(part) for part in word.split("+")), shares.synonym / 2)]
    grams = max(1, len(tokens.phrase(word)))  # BM25 adds them up: a long official word would outdo several short ideas
    return [Term(Field.WORDS, word, shares.synonym), _exact(word, shares.synonym / sqrt(grams)), Term(Field.HEAD, word, shares.synonym * shares.head)]


def _number(key: str, shares: Profile, *, opinions: bool) -> Group:
    """Among opinions the one that bears the number comes first, among clauses those that cite it, then its own."""
    own = shares.number if opinions else shares.own
    return Group((Term(Field.NUMBER, key, own, fixed=True), Term(Field.CITES, key, shares.cites, fixed=True), _exact(key)), key)


def _title(title: str, shares: Profile) -> Group:
    inner = tuple(Term(Field.TITLE, word, shares.word) for word in dict.fromkeys(tokens.cut(title)))
    return Group((_exact(title, shares.phrase), Together(inner, shares.parts)), title)


def _pieces(parsed: Parsed, shares: Profile) -> list[Group]:
    """A word that was typed in a way of speaking moves a hit up, and brings none in."""
    words = {idea.word for idea in parsed.ideas}
    pieces = dict.fromkeys(piece for idea in parsed.ideas if idea.apart for piece in idea.pieces if piece not in words)
    return [Group((Term(Field.WORDS, piece, shares.loose),)) for piece in pieces]


def _nearby(parsed: Parsed, shares: Profile) -> list[Group]:
    """Neighbours of the query that also stand together in the text move a hit up. The two characters at the seam tell that as well as the whole phrase,
    at a tenth of its cost."""
    return [
        Group((_exact(first.word[-1] + second.word[0], shares.nearby),))
        for first, second in pairwise(parsed.ideas)
        if not (first.unit or first.apart or second.apart) and tokens.is_han(first.word + second.word)
    ]
