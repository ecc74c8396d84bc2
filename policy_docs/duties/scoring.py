"""How well duties were found, against duties that people have settled. Pure.

Both sides are rows of one clause each: ``doc``, ``text``, ``duties`` ({unit, role, implicit, and on whom they lie: to}), ``mentions``. A found clause belongs to a settled
one of the same document when their texts are equal but for white space, width of signs and numbering (equal texts are paired in order); where
no text is equal, when one holds the other or they share nine tenths of their runs of four signs. What belongs is pooled.

- explicit duties (unit named in the clause): precision, recall, F1; those marked implicit count neither way
- implicit: recall of those marked implicit
- role: share of the explicit duties found whose role is right
- addressee: share of the explicit duties found that lie on the same addressees, of those whose settled row says any
- lost: settled units (duty or mention) that the other side does not name at all; of open classes and groups apart, as a share
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_SPACE = re.compile(r"\s+")
_WIDTH = str.maketrans("，；：！？（）．", ",;:!?().")
_LABEL = re.compile(r"^(?:第[一二三四五六七八九十百零\d]+条|[一二三四五六七八九十]+、|\([一二三四五六七八九十\d]+\)|\d{1,2}[.、])")
_RUN = 4
_SHARED = 0.9

Row = Mapping[str, Any]


@dataclass(slots=True)
class RuleFigures:
    """What one rule found in settled clauses: right, right unit in another role, not there."""

    right: int = 0
    other_role: int = 0
    wrong: int = 0

    @property
    def found(self) -> int:
        """All that it found."""
        return self.right + self.other_role + self.wrong


@dataclass(frozen=True, slots=True)
class Fault:
    """One difference: of which sort, the unit, the clause."""

    doc: str
    what: str
    unit: str
    text: str


@dataclass(slots=True)
class Figures:
    """Counts, and the shares that follow from them."""

    hits: int = 0
    missed: int = 0
    wrong: int = 0
    implicit: int = 0
    implicit_hits: int = 0
    roles_right: int = 0
    addressed: int = 0
    addressees_right: int = 0
    lost: int = 0
    open_named: int = 0
    open_lost: int = 0
    clauses: int = 0
    unmatched: int = 0
    by_rule: dict[str, RuleFigures] = field(default_factory=lambda: defaultdict(RuleFigures))
    faults: list[Fault] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Share of what was found that is right."""
        return self.hits / (self.hits + self.wrong or 1)

    @property
    def recall(self) -> float:
        """Share of what is there that was found."""
        return self.hits / (self.hits + self.missed or 1)

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        return 2 * self.precision * self.recall / (self.precision + self.recall or 1)

    def as_row(self) -> dict[str, float | int]:
        """Return the figures by name."""
        return {
            "precision": round(self.precision, 4), "recall": round(self.recall, 4), "f1": round(self.f1, 4),
            "implicit_recall": round(self.implicit_hits / (self.implicit or 1), 4), "role_accuracy": round(self.roles_right / (self.hits or 1), 4),
            "addressee_accuracy": round(self.addressees_right / (self.addressed or 1), 4), "addressed_duties": self.addressed,
            "explicit_duties": self.hits + self.missed, "lost": self.lost, "lost_open": round(self.open_lost / (self.open_named or 1), 4),
            "clauses": self.clauses, "clauses_unmatched": self.unmatched,
        }  # fmt: skip


def score(settled: Iterable[Row], found: Iterable[Row], *, units: Collection[str], open_units: Collection[str]) -> Figures:
    """Compare. ``units``: keys that count (others found are passed over); ``open_units``: open classes and groups."""
    figures = Figures()
    candidates: dict[str, list[tuple[str, Row]]] = defaultdict(list)
    for row in found:
        candidates[row["doc"]].append((plain(row["text"]), row))
    for row, pool in paired(settled, candidates):
        _compare(figures, row, pool, frozenset(units), frozenset(open_units))
    return figures


def paired(settled: Iterable[Row], candidates: Mapping[str, list[tuple[str, Row]]]) -> Iterator[tuple[Row, list[Row]]]:
    """Yield each settled clause with the found ones that belong to it."""
    met: dict[tuple[str, str], int] = defaultdict(int)
    for row in settled:
        text, doc = plain(row["text"]), row["doc"]
        if not text:
            continue
        same = [other for words, other in candidates.get(doc, ()) if words == text]
        at = met[doc, text]
        met[doc, text] += 1
        if same:
            yield row, [same[at] if at < len(same) else same[0]]
        else:
            yield row, [other for words, other in candidates.get(doc, ()) if len(words) >= _RUN and belongs(text, words)]


def plain(text: str) -> str:
    """Return a text as it is compared."""
    return _LABEL.sub("", _SPACE.sub("", text).translate(_WIDTH))


def belongs(one: str, other: str) -> bool:
    """Say whether two texts are one clause, cut otherwise or worded a little otherwise."""
    if not one or not other:
        return False
    if one in other or other in one:
        return True
    first, second = _runs(one), _runs(other)
    return len(first & second) >= _SHARED * min(len(first), len(second))


def _runs(text: str) -> set[str]:
    return {text[at : at + _RUN] for at in range(max(1, len(text) - _RUN + 1))}


def _compare(figures: Figures, row: Row, pool: list[Row], units: frozenset[str], open_units: frozenset[str]) -> None:
    duties = {duty["unit"]: duty for duty in row.get("duties", ())}
    explicit = {unit for unit, duty in duties.items() if not duty.get("implicit")}
    implicit = duties.keys() - explicit
    named = explicit | set(row.get("mentions", ()))
    figures.clauses += 1
    if not pool and (duties or named):
        figures.unmatched += 1
        figures.faults.append(Fault(row["doc"], "no clause", "", row["text"]))
    found: dict[str, str] = {}
    addressees: dict[str, set[str]] = defaultdict(set)
    rules: dict[str, tuple[str, ...]] = {}
    for other in pool:
        for duty in other.get("duties", ()):
            addressees[duty["unit"]].update(duty.get("to", ()))
            if duty["unit"] in units and duty["unit"] not in found:
                found[duty["unit"]] = duty["role"]
                rules[duty["unit"]] = tuple(duty.get("rules", ()))
    seen = found.keys() | {unit for other in pool for unit in other.get("mentions", ())}
    hit = explicit & found.keys()
    figures.hits += len(hit)
    figures.missed += len(explicit - found.keys())
    figures.wrong += len(found.keys() - duties.keys())
    figures.implicit += len(implicit)
    figures.implicit_hits += len(implicit & found.keys())
    figures.roles_right += sum(found[unit] == duties[unit]["role"] for unit in hit)
    laid = {unit: set(to) for unit in hit if (to := duties[unit].get("to"))}
    figures.addressed += len(laid)
    figures.addressees_right += sum(addressees[unit] == to for unit, to in laid.items())
    figures.faults += [
        Fault(row["doc"], f"on {'、'.join(sorted(addressees[unit])) or '-'} for {'、'.join(sorted(to))}", unit, row["text"])
        for unit, to in sorted(laid.items())
        if addressees[unit] != to
    ]
    figures.lost += len(named - seen - open_units)
    figures.open_named += len(named & open_units)
    figures.open_lost += len((named & open_units) - seen)
    _note(figures, row, duties, found, rules, lost=named - seen, explicit=explicit)


def _note(
    figures: Figures, row: Row, duties: Mapping[str, Row], found: Mapping[str, str], rules: Mapping[str, tuple[str, ...]], *, lost: set[str], explicit: set[str]
) -> None:
    """Count for each rule, and keep the differences."""
    for unit, role in found.items():
        for rule in rules[unit]:
            held = figures.by_rule[rule]
            if unit not in duties:
                held.wrong += 1
            elif duties[unit]["role"] == role:
                held.right += 1
            else:
                held.other_role += 1
    doc, text = row["doc"], row["text"]
    figures.faults += [Fault(doc, "lost", unit, text) for unit in sorted(lost)]
    figures.faults += [Fault(doc, "missed", unit, text) for unit in sorted(explicit - found.keys())]
    figures.faults += [Fault(doc, "wrong", unit, text) for unit in sorted(found.keys() - duties.keys())]
    figures.faults += [
        Fault(doc, f"role {found[unit]} for {duties[unit]['role']}", unit, text)
        for unit in sorted(explicit & found.keys())
        if found[unit] != duties[unit]["role"]
    ]
