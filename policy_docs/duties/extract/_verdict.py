"""What a rule answers, and what it may know of the clause."""

from collections.abc import Callable
from dataclasses import dataclass

from policy_docs.duties.types import Act, Role

from ._groups import Group
from ._patterns import VAGUE


@dataclass(frozen=True, slots=True)
class Verdict:
    """Role of the group's names; ``act`` tells a counterpart from a plain mention. ``vague``: what those named in general words get instead."""

    role: Role
    act: Act = Act.DUTY
    vague: "Verdict | None" = None

    def of(self, kind: str) -> "Verdict":
        """Return what a name of a kind gets."""
        return self.vague if self.vague and kind in VAGUE else self


@dataclass(frozen=True, slots=True)
class Clause:
    """What a rule may know of the clause: its words without white space."""

    words: str
    orders: bool  # the clause lays down something (it is no background)


Test = Callable[[Group, Clause], Verdict | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: id, version, the pattern of official language it stands for, its test."""

    id: str
    version: int
    pattern: str
    test: Test


LEAD = Verdict(Role.LEAD)
RESPONSIBLE = Verdict(Role.RESPONSIBLE)
COOPERATE = Verdict(Role.COOPERATE)
MENTION = Verdict(Role.MENTION, Act.MENTION)
COUNTERPART = Verdict(Role.MENTION, Act.COUNTERPART)
DIRECTED = Verdict(Role.COOPERATE, vague=COUNTERPART)  # 组织住建部门和其他有关部门排查: the ones named are to act
