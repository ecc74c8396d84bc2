"""Clause text with its quotes marked, escaped. Pure but for Django's escaping."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from django.utils.safestring import SafeString, mark_safe

from .finding import Hit, touches


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


@dataclass(frozen=True, slots=True)
class Link:
    """A citation in a text: where it leads, "" where the cited document is not in the store; ``told``: that is said here (once for each document)."""

    start: int
    end: int
    href: str
    told: bool = False


def annotated(text: str, quotes: Sequence[Quote], links: Sequence[Link], *, head: int = 0, hits: Sequence[Hit] = ()) -> SafeString:
    """Return ``text`` escaped, with its quotes in <mark>, its citations as links, its run-in head (``head`` characters) in <b> and the words looked
    for (``hits``) in <mark class="hit">; they may cross."""
    if not quotes and not links and not head and not hits:
        return mark_safe(escape(text))  # noqa: S308
    return _marked(text, (0, len(text)), quotes, links, head=head, named=set(), hits=hits)


def annotated_cells(text: str, quotes: Sequence[Quote], links: Sequence[Link], *, hits: Sequence[Hit] = ()) -> list[SafeString]:
    """Return the cells of a row of a table (parted by tabs or bars), each annotated; a quote that spans cells is marked in each."""
    named: set[int] = set()
    framed = text.startswith("|")
    edges = [-1, *(at for at, sign in enumerate(text) if sign == ("|" if framed else "\t")), len(text)]
    cells = [(low + 1, high) for low, high in pairwise(edges)]
    if framed:
        cells = cells[1:-1] if text.rstrip().endswith("|") else cells[1:]
    return [_marked(text, cell, quotes, links, head=0, named=named, hits=hits) for cell in cells]


def _marked(
    text: str, within: tuple[int, int], quotes: Sequence[Quote], links: Sequence[Link], *, head: int, named: set[int], hits: Sequence[Hit]
) -> SafeString:
    first, last = within
    cuts = {first, last, head, *(at for start, end in _edges(quotes, links, hits) for at in (start, end))}
    order = sorted(at for at in cuts if first <= at <= last)
    parts = []
    for low, high in pairwise(order):
        words = escape(text[low:high])
        if hits and touches(hits, low, high):
            words = f'<mark class="hit">{words}</mark>'
        link = next((item for item in links if item.start <= low and high <= item.end), None)
        if link is not None:
            ends = link.told and high == min(link.end, last)
            words = f'<a href="{escape(link.href)}">{words}</a>' if link.href else f'<span class="cited{" cited--told" if ends else ""}">{words}</span>'
        quote = next((item for item in quotes if item.start <= low and high <= item.end), None)
        if quote is not None:
            name = "" if quote.number in named else f' id="{escape(quote.anchor)}"'
            named.add(quote.number)
            words = f'<mark{name} data-q="{quote.number}"{" class=me" if quote.mine else ""}>{words}</mark>'
        parts.append(f"<b>{words}</b>" if high <= head else words)
    return mark_safe("".join(parts))  # noqa: S308 - every piece of text and every address above is escaped


def _edges(quotes: Sequence[Quote], links: Sequence[Link], hits: Sequence[Hit]) -> list[tuple[int, int]]:
    return [*((item.start, item.end) for item in quotes), *((item.start, item.end) for item in links), *((item.start, item.end) for item in hits)]


def numbered(text: str, runs: Sequence[tuple[int, int, int]]) -> SafeString:
    """Return ``text`` escaped, with its quotes (start, end, number of the duty) in <mark>, each with the numbers of the duties that it proves."""
    parts: list[str] = []
    at = 0
    for start, end in _merged([(start, end) for start, end, _number in runs]):
        numbers = sorted({number for low, high, number in runs if start <= low and high <= end})
        parts += [escape(text[at:start]), "<mark>", escape(text[start:end]), f"<sup>{_ranges(numbers)}</sup></mark>"]
        at = end
    parts.append(escape(text[at:]))
    return mark_safe("".join(parts))  # noqa: S308 - every piece of text above is escaped


@dataclass(frozen=True, slots=True)
class Run:
    """Words that prove the candidate ``number`` of the workbench; ``done``: it is decided on; ``on``: it is looked at."""

    start: int
    end: int
    number: int
    done: bool
    on: bool


def benched(text: str, runs: Sequence[Run], unknown: Sequence[tuple[int, int]]) -> SafeString:
    """Return ``text`` escaped with its runs in <mark>, each telling its candidates and numbered where a run ends; unknown names in <u>."""
    ends: dict[int, set[int]] = {}
    for run in runs:
        ends.setdefault(run.end, set()).add(run.number)
    cuts = {0, len(text), *(at for run in runs for at in (run.start, run.end)), *(at for pair in unknown for at in pair)}
    parts: list[str] = []
    for low, high in pairwise(sorted(at for at in cuts if 0 <= at <= len(text))):
        words = escape(text[low:high])
        if any(start <= low and high <= end for start, end in unknown):
            words = f'<u class="unknown">{words}</u>'
        here = [run for run in runs if run.start <= low and high <= run.end]
        numbers = sorted({run.number for run in here if high in ends and run.number in ends[high]})
        mark = f'<sup aria-hidden="true" data-no>{_ranges(numbers)}</sup>' if numbers else ""
        if here:
            css = "on" if any(run.on for run in here) else "done" if all(run.done for run in here) else ""
            first = min(here, key=lambda run: (not run.on, run.end - run.start)).number
            words = f'<mark data-n="{first}"{f" class={css}" if css else ""}>{words}{mark}</mark>'
        parts.append(words)
    return mark_safe("".join(parts))  # noqa: S308 - every piece of text above is escaped


def _ranges(numbers: Sequence[int]) -> str:
    """1, 2, 3, 5 → 1–3、5."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    return "、".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in found)


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
