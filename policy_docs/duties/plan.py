"""What becomes of the duties of a document when a new text takes the place of the old one. Pure: the same answer for the table that asks and for the
deed that follows, so that what was chosen is what happens."""

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from rapidfuzz.distance import Indel

from .anchors import locate

Key = tuple[str, str, str, str]  # kind, reach, levels, place
Range = tuple[int, int]

_SHORTEST = 8  # signs of a quote that is followed into another clause: fewer stand in many
_KEPT = 0.5  # share of a quote that must still stand for what is left of it to be offered as the new one


class Fate(StrEnum):
    """What becomes of a duty on which a person has decided, worst last."""

    SAME = "same"  # clause and place as they were
    MOVED = "moved"  # the clause has another place or number
    AROUND = "around"  # the quote stands, other words of the clause do not
    UNLED = "unled"  # the quote stands, but the sentence above that named who is to act reads otherwise
    FOLLOWED = "followed"  # the quote stands in the clause that was parted from this one, or that this one went into
    CHANGED = "changed"  # the clause says it in other words
    OTHERS = "others"  # the clause says it in other words, and of somebody else
    LOST = "lost"  # the clause stands and says it no more
    GONE = "gone"  # the clause is gone


class Choice(StrEnum):
    """What a person may choose for it."""

    KEEP = "keep"
    FOLLOW = "follow"
    ADOPT = "adopt"
    GIVE = "give"
    CHECK = "check"
    END = "end"


#: what may be chosen; the first is what happens where nobody has to choose
CHOICES: dict[Fate, tuple[Choice, ...]] = {
    Fate.SAME: (Choice.KEEP,),
    Fate.MOVED: (Choice.KEEP,),
    Fate.AROUND: (Choice.KEEP, Choice.CHECK, Choice.END),
    Fate.UNLED: (Choice.CHECK, Choice.KEEP, Choice.END),
    Fate.FOLLOWED: (Choice.FOLLOW, Choice.CHECK, Choice.END),
    Fate.CHANGED: (Choice.ADOPT, Choice.CHECK, Choice.END),
    Fate.OTHERS: (Choice.CHECK, Choice.GIVE, Choice.END),  # the second only where they name one unit that has no duty there yet
    Fate.LOST: (Choice.CHECK, Choice.END),
    Fate.GONE: (Choice.CHECK, Choice.END),
}
#: where a person has to choose: its words are no longer where they were
ASKED = frozenset({Fate.UNLED, Fate.FOLLOWED, Fate.CHANGED, Fate.OTHERS, Fate.LOST, Fate.GONE})


@dataclass(frozen=True, slots=True)
class Proof:
    """A span of a duty. ``name`` is that of the unit as written, at ``name_start``; "" where the words do not name it."""

    act: str
    start: int
    end: int
    quote: str
    prefix: str = ""
    suffix: str = ""
    name: str = ""
    name_start: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """A duty on which a person has decided. ``keys``: the units and addressees under which a reading finds it; ``confirmed``: it holds now;
    ``carried``: its own words name nobody, what stands above its clause does."""

    duty: int
    clause: int
    keys: frozenset[Key]
    role: str
    confirmed: bool
    text_hash: str
    proofs: tuple[Proof, ...]
    by_hand: bool = False
    carried: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """A clause of a text; one that is none yet has a number below zero. ``origin``: the clause that it was parted from; ``heir_of``: those that went
    into it; ``above``: the words of the headings and clauses that it hangs on, outermost first."""

    clause: int
    place: str
    text: str
    text_hash: str
    origin: int = 0
    heir_of: frozenset[int] = frozenset()
    above: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a reading of the new text finds in a clause. ``names``: where it names the unit."""

    clause: int
    key: Key
    role: str
    quotes: tuple[Range, ...]
    names: tuple[Range, ...] = ()


@dataclass(frozen=True, slots=True)
class Touch:
    """What becomes of a duty. ``target``: the clause that would hold it; ``ranges``: where its words would stand there (of each proof in turn, None where
    nothing is left of it); ``found``: a reading gives them, with proofs of its own; ``role``: what it makes of the duty, "" where that stays; ``others``: kinds of the units that
    the words speak of now; ``heir``: what a reading finds of the one unit among them that may have the duty from now on."""

    held: Held
    fate: Fate
    old: Standing | None
    target: Standing | None
    ranges: tuple[Range | None, ...] = ()
    found: bool = False
    role: str = ""
    others: tuple[str, ...] = ()
    heir: Found | None = None

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What may be chosen."""
        return tuple(choice for choice in CHOICES[self.fate] if choice is not Choice.GIVE or self.heir is not None)

    @property
    def new_quotes(self) -> tuple[str, ...]:
        """The words that would prove it."""
        text = self.target.text if self.target else ""
        return tuple(text[place[0] : place[1]] for place in self.ranges if place)

    @property
    def asked(self) -> bool:
        """Whether a person has to choose: of what holds now and stands no longer where it did."""
        return self.held.confirmed and self.fate in ASKED


@dataclass(frozen=True, slots=True)
class Plan:
    """The duties that people have decided on with what becomes of them, and what a reading finds where there is none of them."""

    touches: tuple[Touch, ...]
    fresh: tuple[Found, ...]

    @property
    def asked(self) -> tuple[Touch, ...]:
        """Those that wait for a choice."""
        return tuple(touch for touch in self.touches if touch.asked)

    def missing(self, choices: Mapping[int, str]) -> int:
        """Return how many choices are missing, or are none that may be chosen."""
        return sum(choices.get(touch.held.duty) not in touch.choices for touch in self.asked)


@dataclass(frozen=True, slots=True)
class Before:
    """The text that gives place: its clauses that have duties, and the ids of all its clauses (None where nothing was published)."""

    rows: tuple[Standing, ...] = ()
    clauses: frozenset[int] | None = None

    def is_new(self, row: Standing) -> bool:
        """Whether a clause of the new text did not stand in this one."""
        return row.clause < 0 if self.clauses is None else row.clause not in self.clauses


def plan(held: Iterable[Held], old: Before, new: Sequence[Standing], found: Iterable[Found]) -> Plan:
    """Return what becomes of duties when the text ``old`` gives place to the clauses ``new``."""
    was, now = {row.clause: row for row in old.rows}, {row.clause: row for row in new}
    fresh = frozenset(row.clause for row in new if old.is_new(row))
    read: dict[int, list[Found]] = {}
    for item in found:
        read.setdefault(item.clause, []).append(item)
    touches = [_touch(duty, was.get(duty.clause), now, new, fresh, read) for duty in held]
    taken = {(touch.target.clause, key) for touch in touches if touch.target for key in touch.held.keys}
    touches = _each_to_one(touches, taken)
    return Plan(tuple(touches), tuple(item for items in read.values() for item in items if (item.clause, item.key) not in taken))


def _each_to_one(touches: Iterable[Touch], taken: Collection[tuple[int, Key]]) -> list[Touch]:
    """Leave out heirs that have a duty in the clause already, and those that two duties would be given to: a unit has one in a clause."""
    touches = list(touches)
    given = Counter((touch.heir.clause, touch.heir.key) for touch in touches if touch.heir)
    return [
        replace(touch, heir=None) if touch.heir and ((seat := (touch.heir.clause, touch.heir.key)) in taken or given[seat] > 1) else touch for touch in touches
    ]


def _touch(
    duty: Held, before: Standing | None, now: Mapping[int, Standing], new: Sequence[Standing], fresh: Collection[int], read: Mapping[int, list[Found]]
) -> Touch:
    row = now.get(duty.clause)
    if row is not None:
        ranges = stand_in(duty, row)
        if row.text_hash == duty.text_hash or ranges:
            moved = before is not None and before.place != row.place
            same = before is None or plain(before.text) == plain(row.text)
            fate = Fate.AROUND if not same else Fate.MOVED if moved else Fate.SAME
            if duty.carried and _is_led_otherwise(duty, before, row, read.get(row.clause, ())):
                fate = Fate.UNLED
            return Touch(duty, fate, before, row, ranges)
    for other in new:
        if other.clause != duty.clause and _takes_over(other, duty.clause, fresh) and _long_enough(duty) and (ranges := stand_in(duty, other)):
            return Touch(duty, Fate.FOLLOWED, before, other, ranges)
    if row is None:
        return Touch(duty, Fate.GONE, before, None)
    item = next((item for item in read.get(row.clause, ()) if item.key in duty.keys), None)
    if item is not None and item.quotes:
        return Touch(duty, Fate.CHANGED, before, row, item.quotes, found=True, role="" if duty.by_hand or item.role == duty.role else item.role)
    left = tuple(_left_of(proof, before, row) for proof in duty.proofs)
    if not any(left):
        return Touch(duty, Fate.LOST, before, row)
    others = [item for item in read.get(row.clause, ()) if any(place and _meet(place, item.quotes) for place in left)]
    is_named = all(place is None or _still_names(proof, before, row, read.get(row.clause, ())) for proof, place in zip(duty.proofs, left, strict=True))
    if is_named and (not others or any(proof.name for proof in duty.proofs)):
        return Touch(duty, Fate.CHANGED, before, row, left)
    heir = others[0] if len(others) == 1 else None
    return Touch(duty, Fate.OTHERS, before, row, left, others=tuple(dict.fromkeys(item.key[0] for item in others)), heir=heir)


def _is_led_otherwise(duty: Held, before: Standing | None, row: Standing, found: Collection[Found]) -> bool:
    """Whether the new text lays the words on somebody else: a reading finds another unit there, or none any more below other words."""
    if any(item.key in duty.keys for item in found):
        return False
    return bool(found) or (before is not None and list(map(plain, before.above)) != list(map(plain, row.above)))


def above_each(levels: Iterable[tuple[int, str]]) -> list[tuple[str, ...]]:
    """Return, for each (level, words) of a text in its order, the words that it hangs on: the last ones before it of each lower level."""
    stack: list[tuple[int, str]] = []
    found = []
    for level, words in levels:
        while stack and stack[-1][0] >= level:
            stack.pop()
        found.append(tuple(words for _level, words in stack))
        stack.append((level, words))
    return found


def _takes_over(row: Standing, clause: int, fresh: Collection[int]) -> bool:
    """Whether words of a clause may be looked for there: it was parted from it, has it as its predecessor, or is new."""
    return row.origin == clause or clause in row.heir_of or row.clause in fresh


def _long_enough(duty: Held) -> bool:
    return sum(len(proof.quote) for proof in duty.proofs) >= _SHORTEST


def stand_in(duty: Held, row: Standing) -> tuple[Range, ...]:
    """Return where all quotes of a duty stand in a clause; () where one does not."""
    ranges = [_place(proof, row.text) for proof in duty.proofs]
    return tuple(place for place in ranges if place) if ranges and all(ranges) else ()


def _place(proof: Proof, text: str) -> Range | None:
    if not proof.quote:
        return None
    if text[proof.start : proof.end] == proof.quote and text[: proof.start].endswith(proof.prefix):
        return proof.start, proof.end
    return locate(text, proof.quote, prefix=proof.prefix, suffix=proof.suffix, near=proof.start)


def _meet(place: Range, others: Iterable[Range]) -> bool:
    return any(place[0] < end and start < place[1] for start, end in others)


def _still_names(proof: Proof, before: Standing | None, row: Standing, read: Iterable[Found]) -> bool:
    """Whether the words that were changed name the unit as they did, and a reading does not find somebody else in that name."""
    if not proof.name or before is None:
        return True
    place = _mapped(before.text, row.text, proof.name_start, proof.name_start + len(proof.name))
    if place is None or row.text[place[0] : place[1]] != proof.name:
        return False
    return not any(_meet(place, item.names) for item in read)


def _left_of(proof: Proof, before: Standing | None, row: Standing) -> Range | None:
    """What stands now in the place of a quote, where most of it is left: the words between what stood before it and behind it."""
    if before is None or not proof.quote or before.text[proof.start : proof.end] != proof.quote:
        return None
    return _mapped(before.text, row.text, proof.start, proof.end)


def _mapped(old: str, new: str, low: int, high: int) -> Range | None:
    """Where a piece of a text stands in what it has become, from the first to the last sign that is left of it; None where too little is."""
    start = end = None
    kept = 0
    for step in Indel.opcodes(old, new):
        first, last = max(step.src_start, low), min(step.src_end, high)
        if step.tag == "equal" and first < last:
            shift = step.dest_start - step.src_start
            start = first + shift if start is None else start
            end = last + shift
            kept += last - first
    if start is None or end is None or kept < _KEPT * (high - low):
        return None
    return start, end


def plain(text: str) -> str:
    """Return words without white space and with signs of one width."""
    return "".join(unicodedata.normalize("NFKC", text).split())
