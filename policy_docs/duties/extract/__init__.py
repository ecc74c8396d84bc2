"""Extraction of duties: blocks in, findings with offsets out. Pure."""

from ._engine import extract
from ._rules import RULES, STRUCTURAL, Rule

__all__ = ["RULES", "STRUCTURAL", "Rule", "extract"]
