"""What became of the duties of a document from one text to the next. Pure."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

Laid = tuple[str, str, str, str]  # kind, reach, levels, place


class Turn(StrEnum):
    """What became of a duty; one that is as it was is not told."""

    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Fact:
    """A duty as a text has it. ``clause``: id of the clause, ``key`` its public key, ``place`` where it stands in words; ``lost``: its words are
    gone from the clause, whose words are then ``text``."""

    clause: int
    key: str
    place: str
    laid: Laid
    role: str
    quotes: tuple[str, ...]
    text: str = ""
    lost: bool = False
    open: bool = False  # nobody has decided on it


@dataclass(frozen=True, slots=True)
class Told:
    """A difference as it is told: where the duty stood and stands, its role and words before and after; "" for what there is not."""

    turn: Turn
    laid: Laid
    key: str = ""
    place: str = ""
    was_place: str = ""
    role: str = ""
    was_role: str = ""
    old: str = ""
    new: str = ""
    lost: bool = False
    open: bool = False


def differences(old: Iterable[Fact], new: Iterable[Fact], *, heirs: Mapping[int, int]) -> list[Told]:
    """Return what changed, in the order of the new text, what is gone last. ``heirs``: clause that was merged → the one that holds its words."""
    was = {(fact.clause, fact.laid): fact for fact in old}
    now = {(fact.clause, fact.laid): fact for fact in new}
    gone = {key: fact for key, fact in was.items() if key not in now}
    by_words: dict[tuple[Laid, tuple[str, ...]], list[Fact]] = defaultdict(list)
    for fact in gone.values():
        by_words[fact.laid, _plain(fact.quotes)].append(fact)
    by_heir = {(heirs[fact.clause], fact.laid): fact for fact in gone.values() if fact.clause in heirs}
    told = []
    for key, fact in now.items():
        before = was.get(key)
        if before is None:
            same = by_words.get((fact.laid, _plain(fact.quotes)), [])
            before = next((item for item in same if (item.clause, item.laid) in gone), None) or by_heir.get(key)
            if before is None or gone.pop((before.clause, before.laid), None) is None:
                told.append(Told(Turn.ADDED, fact.laid, fact.key, fact.place, role=fact.role, new=_words(fact), open=fact.open))
                continue
        else:
            for item in _joined(before, fact, gone.values(), heirs):
                del gone[item.clause, item.laid]
                told.append(_told(Turn.MOVED if item.role == fact.role else Turn.CHANGED, item, replace(fact, quotes=item.quotes)))
                fact = _without(fact, item)
        turn = _turn(before, fact)
        if turn is not None:
            told.append(_told(turn, before, fact))
    return [*told, *(Told(Turn.GONE, fact.laid, fact.key, was_place=fact.place, was_role=fact.role, old=_words(fact)) for fact in gone.values())]


def net(turns: Sequence[Turn]) -> Turn | None:
    """Return what became of one duty from the first of several turns to the last; None where that is nothing to be told."""
    if turns[0] is Turn.ADDED:
        return None if turns[-1] is Turn.GONE else Turn.ADDED
    if turns[-1] is Turn.GONE:
        return Turn.GONE
    return Turn.CHANGED if any(turn is not Turn.MOVED for turn in turns) else None


def _joined(before: Fact, fact: Fact, gone: Collection[Fact], heirs: Mapping[int, int]) -> list[Fact]:
    """Duties of clauses whose words a duty has taken over beside its own: what was merged into its clause, or what it did not say before."""
    if not gone:
        return []
    said, more = set(_plain(fact.quotes)), Counter(_plain(fact.quotes)) - Counter(_plain(before.quotes))
    found = []
    for item in gone:
        words = _plain(item.quotes)
        if item.laid != fact.laid or not words:
            continue
        if not Counter(words) - more or (heirs.get(item.clause) == fact.clause and said.issuperset(words)):
            found.append(item)
            more -= Counter(words)
    return found


def _without(fact: Fact, taken: Fact) -> Fact:
    """A duty without the words that another one has brought; of words that both said its own stay."""
    left = list(fact.quotes)
    for words in _plain(taken.quotes):
        at = next((at for at, quote in reversed(list(enumerate(left))) if _plain((quote,)) == (words,)), None)
        if at is not None and len(left) > 1:
            del left[at]
    return replace(fact, quotes=tuple(left))


def _turn(before: Fact, fact: Fact) -> Turn | None:
    if fact.lost != before.lost or fact.role != before.role or not _same(before.quotes, fact.quotes):
        return Turn.CHANGED
    if fact.clause == before.clause and not _same((before.text,), (fact.text,)):
        return Turn.CHANGED  # the words around the quote: a condition, a deadline, «不再»
    return Turn.MOVED if before.place != fact.place else None


def _told(turn: Turn, before: Fact, fact: Fact) -> Told:
    same_words = _plain(before.quotes) == _plain(fact.quotes)
    whole = turn is Turn.CHANGED and same_words and not fact.lost  # the quote stands, so the clause shows what changed
    old = before.text if whole else _words(before)
    new = fact.text if fact.lost or whole else _words(fact)
    return Told(turn, fact.laid, fact.key, fact.place, before.place, fact.role, before.role, old, new, fact.lost, fact.open)


def _words(fact: Fact) -> str:
    return "……".join(dict.fromkeys(fact.quotes))  # one act for each unit that a sentence names: the words are told once


def _same(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    return old == new or _plain(old) == _plain(new)


def _plain(quotes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("".join(unicodedata.normalize("NFKC", quote).split()) for quote in quotes)
