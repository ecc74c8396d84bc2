"""Extraction of duties: blocks in, findings with offsets out. Pure."""

from ._engine import LONGEST, extract
from ._handovers import HANDING, UNNAMED
from ._rules import RULES, Rule
from ._structural import STRUCTURAL

__all__ = ["HANDING", "LONGEST", "RULES", "STRUCTURAL", "UNNAMED", "Rule", "extract"]
