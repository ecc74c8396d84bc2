"""Which rules speak of which clause: one pass over the text finds the words, and only the rules of these are looked at."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import ahocorasick

from policy_docs.opinions.citing import run_in_head
from policy_docs.opinions.types import Block, BlockKind

from ._rule import Rule
from ._rules import RULES

WORDS = "words"  # id of what a house's own words suggest, where no rule of a release does
_READ = frozenset({BlockKind.CLAUSE, BlockKind.TABLE})
_HEADS = frozenset({BlockKind.HEADING, BlockKind.ATTACHMENT})
_END = re.compile(r"[。；;\n]")
_LEADS = ("：", ":")


@dataclass(frozen=True, slots=True)
class Wording:
    """Words that a house has given to a topic of its own: any of them in a clause suggests it."""

    topic: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A topic for the block with index ``block``. ``start``–``end`` are the words in its text that speak for it; equal where ``heading`` does."""

    block: int
    topic: str
    rule: str
    version: int
    start: int = 0
    end: int = 0
    heading: str = ""


@dataclass(slots=True)
class _Above:
    """The lines above a clause that lead into it."""

    title: str = ""
    lines: list[tuple[int, str, bool]] = field(default_factory=list)  # level, words, is a heading

    def leave(self, block: Block) -> None:
        """Forget the lines that a block does not stand under; one without a label stands where the one before it does."""
        if block.label or block.kind in _HEADS:
            while self.lines and self.lines[-1][0] >= block.level:
                self.lines.pop()

    def enter(self, block: Block) -> None:
        """Take a block as one that the next ones may stand under."""
        if block.kind in _HEADS:
            self.lines.append((block.level, block.text[:80], True))
        elif not block.label:
            return
        elif block.text.endswith(_LEADS):
            self.lines.append((block.level, block.text[-120:], False))
        elif head := run_in_head(block.text):
            self.lines.append((block.level, block.text[:head], True))

    @property
    def words(self) -> str:
        """All of them."""
        return "\n".join(words for _level, words, _head in self.lines)

    @property
    def headings(self) -> Iterator[str]:
        """The headings, the nearest first."""
        return (words for _level, words, is_head in reversed(self.lines) if is_head)


class Suggester:
    """The rules, and the words of a house, made ready; building one takes a millisecond."""

    def __init__(self, wordings: Iterable[Wording] = (), rules: Sequence[Rule] = RULES) -> None:
        own = [Rule(WORDS, wording.topic, wording.words) for wording in wordings if wording.words]
        self._rules = [*rules, *own]
        self._headed = [rule for rule in self._rules if rule.heads is not None]
        by_word: dict[str, list[int]] = {}
        for at, rule in enumerate(self._rules):
            for word in rule.words:
                by_word.setdefault(word, []).append(at)
        self._words = ahocorasick.Automaton()
        for word, found in by_word.items():
            self._words.add_word(word, (len(word), tuple(found)))
        if by_word:
            self._words.make_automaton()
        told = repr([(rule.id, rule.topic, rule.version, rule.words if rule.id == WORDS else ()) for rule in self._rules])
        self.fingerprint = hashlib.blake2b(told.encode(), digest_size=8).hexdigest()

    def suggest(self, blocks: Iterable[Block], *, title: str = "") -> Iterator[Suggestion]:
        """Yield the topics of each clause and row of a table, each topic once a clause."""
        above = _Above(title)
        for at, block in enumerate(blocks):
            if block.kind not in _HEADS | _READ:
                continue
            above.leave(block)
            if block.kind in _READ:
                yield from self._clause(at, block, above)
            above.enter(block)

    def _clause(self, at: int, block: Block, above: _Above) -> Iterator[Suggestion]:
        done: set[str] = set()
        for number, end, length in sorted(self._hits(block.text)):
            rule = self._rules[number]
            start = end - length
            if rule.topic not in done and _speaks(rule, block.text, start, above):
                done.add(rule.topic)
                yield Suggestion(at, rule.topic, rule.id, rule.version, start, end)
        if len(block.text) < 4 or not self._headed:
            return
        own = block.text[: run_in_head(block.text)] if block.label else ""
        headings = [words for words in (own, *above.headings) if words]
        for rule in self._headed:
            heading = next((words for words in headings if rule.heads and rule.heads.search(words)), "")
            if heading and rule.topic not in done:
                done.add(rule.topic)
                yield Suggestion(at, rule.topic, rule.id, rule.version, heading=heading)

    def _hits(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Rule, end and length of each word of a rule."""
        if not len(self._words):
            return
        for last, (length, numbers) in self._words.iter(text):
            for number in numbers:
                yield number, last + 1, length


def _speaks(rule: Rule, text: str, start: int, above: _Above) -> bool:
    sentence = _sentence(text, start)
    if rule.unless is not None and rule.unless.search(sentence):
        return False
    led = f"{sentence}\n{above.words}" if rule.needs else ""
    if not all(need.search(led) for need in rule.needs):
        return False
    return rule.about is None or bool(rule.about.search(text) or rule.about.search(above.words) or rule.about.search(above.title))


def _sentence(text: str, at: int) -> str:
    start = max((text.rfind(sign, 0, at) for sign in "。；;\n"), default=-1) + 1
    end = _END.search(text, at)
    return text[start : end.start() if end else len(text)]
