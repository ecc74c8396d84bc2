"""Values that cross the boundary of extraction. Pure: imports no framework."""

from dataclasses import dataclass
from enum import StrEnum

from policy_docs.units.types import Addressee, UnknownName

BY_HAND = "by_hand"  # stands where a span has no rule


class Role(StrEnum):
    """What the words lay on a unit, strongest first (gold guidelines: lead > responsible > cooperate > mention)."""

    LEAD = "lead"
    RESPONSIBLE = "responsible"
    COOPERATE = "cooperate"
    MENTION = "mention"

    @property
    def rank(self) -> int:
        """0 for the strongest."""
        return list(Role).index(self)


class Act(StrEnum):
    """What one span proves."""

    DUTY = "duty"
    COUNTERPART = "counterpart"  # who receives, is assisted, told, supervised
    MENTION = "mention"


@dataclass(frozen=True, slots=True)
class Span:
    """One act inside a clause's text. Offsets are in that text; ``start``–``end`` is the quote (the words of the act),
    ``name_start``–``name_end`` the unit's name (equal to start where the doer is not named in the clause: name_written "")."""

    act: Act
    start: int
    end: int
    name_start: int
    name_end: int
    name_written: str
    role: Role
    rule: str  # id of the rule
    rule_version: int
    condition: str = ""  # 对…的, …时 : words of the condition
    time_words: str = ""  # 及时, 2020年底前, 每年11月底
    of: str = ""  # for a counterpart: key of the unit kind that acts on it


@dataclass(frozen=True, slots=True)
class Finding:
    """Everything one clause says of one unit kind × addressee. ``role`` is the strongest of the spans."""

    kind: str
    addressee: Addressee
    role: Role
    implicit: bool  # the doer is not named in the clause
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Handing:
    """One side of a handover: unit kind and addressee, as the finding of the clause has them."""

    kind: str
    addressee: Addressee


@dataclass(frozen=True, slots=True)
class Handed:
    """That somebody hands information to somebody. ``giver`` is None where the words do not tell it; ``information`` "" where they do not name it.
    ``start``–``end`` is the quote: the half-sentence that orders it."""

    giver: Handing | None
    receiver: Handing | None
    information: str
    start: int
    end: int
    rule: str
    rule_version: int


@dataclass(frozen=True, slots=True)
class ClauseFindings:
    """Findings of the block with index ``block`` (mentions and counterparts are findings with role MENTION), unknown names there, and who hands
    which information to whom."""

    block: int
    findings: tuple[Finding, ...]
    unknown: tuple[UnknownName, ...]
    handed: tuple[Handed, ...] = ()
