"""Extraction of duties: blocks in, findings with offsets out. Pure."""

from ._engine import extract
from ._rules import RULES, Rule

__all__ = ["RULES", "Rule", "extract"]
