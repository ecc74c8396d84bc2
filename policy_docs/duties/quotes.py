"""Clause text with its quotes marked, escaped. Pure but for Django's escaping."""

from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe


def highlighted(text: str, spans: Sequence[tuple[int, int, int, int]]) -> SafeString:
    """Return ``text`` with the quotes (start, end, name start, name end) in <mark> and the names in <b class="who">; all words escaped."""
    size = len(text)
    quotes = _merged([(max(0, start), min(size, end)) for start, end, _a, _b in spans if start < size])
    names = _merged([(start, min(size, end)) for _a, _b, start, end in spans if start < end <= size])
    parts: list[str] = []
    at = 0
    for start, end in quotes:
        parts += [escape(text[at:start]), "<mark>", _named(text, start, end, names), "</mark>"]
        at = end
    parts.append(escape(text[at:]))
    return mark_safe("".join(parts))  # noqa: S308 - every piece of text above is escaped


def _named(text: str, start: int, end: int, names: Sequence[tuple[int, int]]) -> str:
    parts = []
    at = start
    for low, high in names:
        if start <= low and high <= end and low >= at:
            parts += [escape(text[at:low]), '<b class="who">', escape(text[low:high]), "</b>"]
            at = high
    return "".join([*parts, escape(text[at:end])])


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return merged
