"""Words looked for inside one document. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, ord("〔"): ord("["), ord("〕"): ord("]")}


def folded(text: str) -> str:
    """Return the text with signs of one width and case, as long as it was: （2020） is (2020), Ａ is a."""
    narrow = text.translate(_NARROW)
    small = narrow.lower()
    return small if len(small) == len(text) else narrow


@dataclass(frozen=True, slots=True)
class Hit:
    """Where the words stand in a text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Needle:
    """What is looked for, folded once."""

    words: str

    @classmethod
    def of(cls, typed: str) -> "Needle | None":
        """Return what to look for, None where nothing was typed."""
        words = folded(typed).strip()
        return cls(words) if words else None

    def hits(self, text: str) -> list[Hit]:
        """Return the places of the words, none over another."""
        plain, found = folded(text), []
        at = plain.find(self.words)
        while at >= 0:
            found.append(Hit(at, at + len(self.words)))
            at = plain.find(self.words, at + len(self.words))
        return found

    def in_label(self, label: str) -> bool:
        """Say whether a label holds the words, a single sign aside: 第八条 leads to the article, 一 to nothing."""
        return len(self.words) > 1 and self.words in folded(label)


def touches(hits: Sequence[Hit], low: int, high: int) -> bool:
    """Say whether one of the places covers a stretch that no place begins or ends in."""
    return any(hit.start <= low and high <= hit.end for hit in hits)
