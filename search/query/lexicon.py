"""Words that a mistyped one may have meant: by sound, by one character. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import lazy_pinyin
from rapidfuzz import fuzz, process

from search.analysis import tokens
from search.analysis.fold import fold

SAME_SOUND, NEAR_SOUND, SWAPPED, ONE_OFF = range(4)  # how a word was mistyped, the likelier first
_LONGEST = 20  # characters of a word that is compared
_ENOUGH = 3  # characters of a word of which one may be wrong: with two, half of it would be
_NEAR = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"))  # what many speakers and keyboards do not tell apart
_ALIKE = 85.0  # per cent of a title that must be as typed


@dataclass(frozen=True, slots=True)
class Near:
    """A word that may have been meant."""

    word: str
    how: int


class Lexicon:
    """Words by sound, and by what is left of them without one character. ``spoken`` are words of speech among them: many of two characters sound nearly
    like something else that people say (换了, 黄了), so those must sound the same."""

    def __init__(self, words: Iterable[str], spoken: Iterable[str] = ()) -> None:
        self._short = frozenset(word for word in spoken if len(word) < _ENOUGH)
        self.words = frozenset(word for word in words if 1 < len(word) <= _LONGEST and tokens.is_han(word))
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        self._by_rest: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self.words):
            self._by_sound[near_sound(word)].append(word)
            if len(word) >= _ENOUGH:
                for rest in _rests(word):
                    self._by_rest[rest].append(word)

    def near(self, typed: str) -> Iterator[Near]:
        """Yield the words that may have been meant by one that is none of them."""
        if typed in self.words or not 1 < len(typed) <= _LONGEST:
            return
        sound = sound_of(typed)
        for word in self._by_sound.get(near_sound(typed), ()):
            same = sound_of(word) == sound
            if len(word) == len(typed) and (same or word not in self._short):
                yield Near(word, SAME_SOUND if same else NEAR_SOUND)
        for word in {typed[:at] + typed[at + 1] + typed[at] + typed[at + 2 :] for at in range(len(typed) - 1)} & self.words:
            yield Near(word, SWAPPED)
        one_off = set(self._by_rest.get(typed, ()))  # a character is missing
        for rest in _rests(typed):
            one_off.update(word for word in self._by_rest.get(rest, ()) if len(word) == len(typed))
            if len(rest) >= _ENOUGH and rest in self.words:
                one_off.add(rest)
        yield from (Near(word, ONE_OFF) for word in sorted(one_off))


def _rests(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


@lru_cache(maxsize=50_000)
def sound_of(word: str) -> str:
    """Return a word as it is read, without tones."""
    return " ".join(lazy_pinyin(word))


@lru_cache(maxsize=50_000)
def near_sound(word: str) -> str:
    """Return the sound with what is easily confused as one."""
    found = []
    for syllable in sound_of(word).split(" "):
        for said, meant in _NEAR:
            if said.endswith("g"):
                syllable = syllable.removesuffix(said) + meant if syllable.endswith(said) else syllable
            elif syllable.startswith(said):
                syllable = meant + syllable[len(said) :]
        found.append(syllable)
    return " ".join(found)


@dataclass(frozen=True, slots=True)
class Titles:
    """The titles that readers of one kind may see, and the words in them."""

    titles: tuple[str, ...]
    words: Lexicon

    def nearest(self, typed: str) -> list[str]:
        """Return the titles that hold most of what was typed as one, nearest first."""
        found = process.extract(fold(typed), self.titles, scorer=fuzz.partial_ratio, processor=fold, score_cutoff=_ALIKE, limit=3)
        return [title for title, _ratio, _at in found]
