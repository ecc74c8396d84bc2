"""The spans that prove a duty: as rows, and where they stand in a text that has changed."""

from .anchors import locate
from .models import DutySpan
from .types import Span

_CONTEXT = 16  # characters of prefix and suffix kept beside a quote

SPAN_COLUMNS = (
    "duty_id", "act", "role", "start", "end", "quote", "prefix", "suffix", "name_start", "name_end", "name_written", "rule", "rule_version", "condition",
    "time_words", "of_kind",
)  # fmt: skip


def span_values(duty: int, span: Span, text: str) -> tuple[object, ...]:
    """Return the values of ``SPAN_COLUMNS``."""
    start, end = span.start, span.end
    return (
        duty, span.act.value, span.role.value, start, end, text[start:end], text[max(0, start - _CONTEXT) : start], text[end : end + _CONTEXT],
        span.name_start, span.name_end, span.name_written[:80], span.rule, span.rule_version, span.condition[:300], span.time_words[:100], span.of,
    )  # fmt: skip


def place_of(span: DutySpan, text: str) -> tuple[int, int] | None:
    """Return where the quote of a span stands in a text now, None where it is gone; a span without a quote stands where its name does."""
    if span.quote and text[span.start : span.end] == span.quote and text[: span.start].endswith(span.prefix):
        return span.start, span.end
    if not span.quote:
        return (span.start, span.end) if text[span.name_start : span.name_end] == span.name_written else None
    return locate(text, span.quote, prefix=span.prefix, suffix=span.suffix, near=span.start)


def move_span(span: DutySpan, text: str, place: tuple[int, int]) -> None:
    """Let a span stand at another place of a text, with the words there."""
    start, end = place
    prefix, suffix = text[max(0, start - _CONTEXT) : start], text[end : end + _CONTEXT]
    if (span.start, span.end, span.prefix, span.suffix) == (start, end, prefix, suffix):
        return
    shift = start - span.start
    name = locate(text, span.name_written, near=span.name_start + shift) if span.name_written else None
    low, high = name or (min(len(text), max(0, span.name_start + shift)), min(len(text), max(0, span.name_end + shift)))
    span.start, span.end, span.quote, span.prefix, span.suffix, span.name_start, span.name_end = start, end, text[start:end], prefix, suffix, low, high
    span.save(update_fields=["start", "end", "quote", "prefix", "suffix", "name_start", "name_end"])
