"""Data of the query side: shares of the score, stopwords, everyday names of units. Each file says why. Everyday words are rows (``search.words``)."""

import json
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from search.analysis.fold import fold

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares of the ways in which an idea may be met."""

    word: float
    phrase: float
    parts: float
    head: float
    title: float
    synonym: float
    unit: float
    name: float
    behind: float
    beside: float
    place: float
    loose: float
    number: float
    own: float
    cites: float
    nearby: float
    letter: float


@cache
def profile() -> Profile:
    """Return the shares."""
    values = json.loads((_DATA / "profiles.json").read_text(encoding="utf-8"))
    return Profile(**{field.name: float(values[field.name]) for field in fields(Profile)})


def _lines(name: str) -> list[str]:
    return [line for line in (_DATA / name).read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")]


@cache
def stopwords() -> frozenset[str]:
    """Return the words that a query may lack."""
    return frozenset(fold(line.strip()) for line in _lines("stopwords.txt"))


@cache
def everyday_units() -> dict[str, str]:
    """Return everyday name → key of the unit kind; "" where the word, a short form in lists of units, is the thing itself in a question."""
    rows = (line.split("\t") for line in _lines("units.tsv")[1:])
    return {fold(row[0]): row[1].removeprefix("-") for row in rows}
