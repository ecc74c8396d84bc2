"""The embedded engine: tantivy in this process, its index in a folder."""

from ._engine import EmbeddedEngine

__all__ = ["EmbeddedEngine"]
