"""All rules, in the order of their topics."""

from ._measures import MEASURES
from ._rule import Rule
from ._work import WORK

RULES: tuple[Rule, ...] = (*MEASURES, *WORK)

__all__ = ["RULES", "Rule"]
