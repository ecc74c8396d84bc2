"""Clause text with its quotes marked, escaped. Pure but for Django's escaping."""

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Quote:
    """A run of words that proves one or more duties. ``anchor`` is its id on the page, ``number`` its number in the clause, ``mine`` whether it
    binds the reader's own unit."""

    start: int
    end: int
    number: int
    anchor: str
    mine: bool


def quotes_of(spans: Sequence[tuple[int, int, bool]], key: str) -> list[Quote]:
    """Return the quotes of a clause in order, overlapping ones as one; ``spans``: (start, end, mine)."""
    runs = _merged([(start, end) for start, end, _mine in spans])
    mine = [any(own and low <= start < high for start, _end, own in spans) for low, high in runs]
    return [Quote(low, high, number, f"q-{key}-{number}", own) for number, ((low, high), own) in enumerate(zip(runs, mine, strict=True), start=1)]


def annotated(text: str, quotes: Sequence[Quote], links: Sequence[tuple[int, int, str]]) -> SafeString:
    """Return ``text`` escaped, with its quotes in <mark> and its citations (start, end, address) as links; the two may cross."""
    size = len(text)
    cuts = {0, size, *(at for quote in quotes for at in (quote.start, quote.end)), *(at for start, end, _href in links for at in (start, end))}
    order = sorted(at for at in cuts if 0 <= at <= size)
    opened: set[int] = set()
    parts = []
    for low, high in zip(order, order[1:], strict=False):
        words: str = escape(text[low:high])
        href = next((address for start, end, address in links if start <= low and high <= end), "")
        if href:
            words = f'<a href="{escape(href)}">{words}</a>'
        quote = next((item for item in quotes if item.start <= low and high <= item.end), None)
        if quote is not None:
            name = "" if quote.number in opened else f' id="{escape(quote.anchor)}"'
            opened.add(quote.number)
            words = f'<mark{name} data-q="{quote.number}"{" class=me" if quote.mine else ""}>{words}</mark>'
        parts.append(words)
    return mark_safe("".join(parts))  # noqa: S308 - every piece of text and every address above is escaped


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
