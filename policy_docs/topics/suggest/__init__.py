"""Topics that the words of a clause suggest. Pure: text in, findings with offsets out."""

from ._engine import Suggester, Suggestion, Wording
from ._rules import RULES, Rule

__all__ = ["RULES", "Rule", "Suggester", "Suggestion", "Wording"]
