"""Extraction of duties: blocks in, findings with offsets out. Pure."""

from ._engine import LONGEST, extract
from ._rules import RULES, Rule
from ._structural import STRUCTURAL

__all__ = ["LONGEST", "RULES", "STRUCTURAL", "Rule", "extract"]
