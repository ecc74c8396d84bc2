"""Text → words and two-character grams, the same for the index and for queries, whatever the engine.

Words come from rjieba with the domain's dictionary; grams are the safety net for what the dictionary cuts otherwise.
"""

import hashlib
import re
from functools import cache, lru_cache
from pathlib import Path

import rjieba

from policy_docs.units.vocabulary import load_default

from .fold import fold

_DATA = Path(__file__).parent / "data"
_RULES = 2  # raise with any change of this module that gives other tokens
_HAN = "〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(f"(?P<han>[{_HAN}]+)|[^\\W_{_HAN}]+")
_GAP = re.compile(f"(?<=[{_HAN}])\\s+(?=[{_HAN}])")
_LETTERED = re.compile(f"(?<![{_HAN}])[{_HAN}](?:\\s+[{_HAN}](?![{_HAN}]))+")
_LONGEST = 64  # of a token that is no Chinese: longer ones are noise and would bloat the dictionary of the index


@cache
def terms() -> frozenset[str]:
    """Return the words of the data file."""
    lines = (_DATA / "words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if len(word := line.split("#")[0].strip()) > 1)


@cache
def dictionary() -> tuple[str, ...]:
    """Return the domain's words: the data file and the names of units."""
    names = {fold(alias.text) for alias in load_default().aliases}
    return tuple(sorted(terms() | {name for name in names if len(name) > 1}))


@cache
def fingerprint() -> str:
    """Return a short hash of everything that decides the tokens; an index made with another one asks for a rebuild."""
    return hashlib.sha256("\n".join([str(_RULES), *dictionary()]).encode()).hexdigest()[:12]


@cache
def _segmenter() -> rjieba.Jieba:
    """Made once and never changed: adding words while another thread cuts raises."""
    segmenter = rjieba.Jieba()
    for word in dictionary():
        segmenter.add_word(word, None, None)
    return segmenter


def _runs(folded: str) -> list[tuple[str, bool]]:
    return [(match[0], match["han"] is not None) for match in _RUNS.finditer(_GAP.sub("", folded))]


def is_known(word: str) -> bool:
    """Return whether a word is in the dictionaries; the segmenter also makes words of characters that stand side by side by chance."""
    return bool(_segmenter().has_word(word))


@cache
def _plain_segmenter() -> rjieba.Jieba:
    """The general dictionary alone: it finds the words inside the domain's long words."""
    return rjieba.Jieba()


def han_runs(text: str) -> list[tuple[int, str]]:
    """Return (place, run) of each run of Chinese characters, folded; a gap inside one parts it."""
    return [(match.start(), match[0]) for match in _RUNS.finditer(fold(text)) if match["han"] is not None]


def without_people(text: str, instead: str) -> str:
    """Return a text with the names of persons in it replaced, as far as the segmenter tells them."""
    return "".join(instead if flag.startswith("nr") and len(word) > 1 else word for word, flag in _segmenter().tag(text))


def words(text: str) -> tuple[str, ...]:
    """Return the words for the index: long words, each followed by the words inside it."""
    found: list[str] = []
    for run, is_han in _runs(fold(text)):
        if is_han:
            for word in _segmenter().cut(run):
                found.append(word)
                if len(word) > 3:
                    found += parts(word)
        elif len(run) <= _LONGEST:
            found.append(run)
    return tuple(found)


def cut(text: str) -> tuple[str, ...]:
    """Return the words of a query, not overlapping."""
    found: list[str] = []
    for run, is_han in _runs(fold(text)):
        found += _segmenter().cut(run) if is_han else [run[:_LONGEST]]
    return tuple(found)


def pieces(text: str) -> tuple[str, ...]:
    """Return the text in its words and what stands between them; joined they are the text."""
    found: list[str] = []
    at = 0
    for match in _RUNS.finditer(fold(text)):
        found.append(text[at : match.start()])
        at = match.start()
        for word in _segmenter().cut(match[0]) if match["han"] is not None else [match[0]]:
            found.append(text[at : at + len(word)])
            at += len(word)
    return tuple(piece for piece in (*found, text[at:]) if piece)


@lru_cache(maxsize=20_000)
def parts(word: str) -> tuple[str, ...]:
    """Return the words inside a long word, side by side, without itself and without single characters."""
    inner = [part for part in _plain_segmenter().cut(word) if part != word]
    if not inner:  # known to the general dictionary too: 人民法院
        inner = [part for part in _plain_segmenter().cut_for_search(word) if part != word]
    return tuple(part for part in dict.fromkeys(inner) if len(part) > 1)


def grams(text: str) -> tuple[str, ...]:
    """Return the grams for the index: for each run of characters its pairs and its last character, for other runs the run."""
    found: list[str] = []
    for run, is_han in _runs(fold(text)):
        if is_han:
            found += [run[at : at + 2] for at in range(len(run))]  # the last one is a single character: it closes the run
        elif len(run) <= _LONGEST:
            found.append(run)
    return tuple(found)


def phrase(text: str) -> tuple[str, ...]:
    """Return the grams that stand one after the other wherever the text stands, punctuation and width aside.

    A single character gives itself: it is to be sought as the beginning of a gram.
    """
    found: list[str] = []
    runs = [(run, is_han) for run, is_han in _runs(fold(text)) if is_han or len(run) <= _LONGEST]
    for number, (run, is_han) in enumerate(runs, 1):
        if not is_han:
            found.append(run)
        elif number == len(runs) and len(run) > 1:
            found += [run[at : at + 2] for at in range(len(run) - 1)]  # the run may go on in the text
        else:
            found += [run[at : at + 2] for at in range(len(run))]
    return tuple(found)


def is_han(text: str) -> bool:
    """Return whether a text consists of Chinese characters alone."""
    match = _RUNS.fullmatch(text)
    return match is not None and match["han"] is not None


def close_up(text: str) -> str:
    """Join characters that were typed with gaps between each (财 产 申 报); words set apart stay apart."""
    return _LETTERED.sub(lambda match: re.sub(r"\s+", "", match[0]), text)
