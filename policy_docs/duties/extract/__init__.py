"""Extraction of duties: blocks in, findings with offsets out. Pure."""

from ._engine import LONGEST, extract
from ._rules import RULES, STRUCTURAL, Rule

__all__ = ["LONGEST", "RULES", "STRUCTURAL", "Rule", "extract"]
