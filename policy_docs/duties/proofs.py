"""The spans that prove a duty: as rows, and where they stand in a text that has changed."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from policy_docs.opinions.models import Clause, ClauseText, OpinionVersion

from .anchors import locate
from .models import Duty, DutySpan
from .types import Act, Role, Span

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


def with_spans(duties: QuerySet[Duty]) -> list[Duty]:
    """Return duties with their spans, for ``spans_of``. Two queries. ``prefetch_related`` makes a manager and a query for each row besides, which takes
    as long as all the rest where a law has thousands of duties."""
    rows = list(duties)
    found: dict[int, list[DutySpan]] = defaultdict(list)
    for span in DutySpan.objects.filter(duty__in=[duty.pk for duty in rows]).order_by("pk"):
        found[span.duty_id].append(span)
    for duty in rows:
        duty.loaded_spans = found[duty.pk]
    return rows


def spans_of(duty: Duty) -> list[DutySpan]:
    """Return the spans that a duty was loaded with (``with_spans``); of one that was loaded otherwise those of the database."""
    return list(duty.spans.all()) if duty.loaded_spans is None else duty.loaded_spans


def as_rows(duty: Duty) -> list[dict[str, object]]:
    """Return the spans of a duty as the trail keeps them, to be put back."""
    return [{"pk": span.pk, **{name: getattr(span, name) for name in SPAN_COLUMNS[1:]}} for span in duty.spans.all()]


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
    if (span.start, span.end, span.quote, span.prefix, span.suffix) == (start, end, text[start:end], prefix, suffix):
        return  # words of another width are other words: a quote stands sign by sign
    shift = start - span.start
    name = locate(text, span.name_written, near=span.name_start + shift) if span.name_written else None
    low, high = name or (min(len(text), max(0, span.name_start + shift)), min(len(text), max(0, span.name_end + shift)))
    span.start, span.end, span.quote, span.prefix, span.suffix, span.name_start, span.name_end = start, end, text[start:end], prefix, suffix, low, high
    span.save(update_fields=["start", "end", "quote", "prefix", "suffix", "name_start", "name_end"])


def is_lost(duty: Duty, text: str) -> bool:
    """Say whether none of the words that prove a duty stands in a text."""
    spans = [span for span in duty.spans.all() if span.quote or span.name_written]
    acting = [span for span in spans if span.act == Act.DUTY.value] if duty.role != Role.MENTION.value else []
    return bool(spans) and not any(place_of(span, text) for span in acting or spans)


def keep_what_stands(duty: Duty, text: str) -> list[dict[str, object]] | None:
    """Let the words that prove a duty stand where they are now, and leave out what stands no more. Returns what they were, None where nothing went."""
    was, gone = as_rows(duty), False
    for span in duty.spans.all():
        place = place_of(span, text)
        if place is None:
            span.delete()
            gone = True
        elif span.quote:
            move_span(span, text, place)
    return was if gone else None


def standing_texts(duties: Iterable[Duty]) -> dict[int, ClauseText]:
    """Return by clause the words of the text that duties are checked in: the one published last, else the draft. Two queries."""
    rows = list(duties)
    versions = OpinionVersion.objects.filter(opinion__in={row.opinion_id for row in rows}).exclude(state=OpinionVersion.State.COMING)
    current = dict(versions.order_by("number").values_list("opinion_id", "pk"))  # a draft is 0
    texts = ClauseText.objects.filter(version__in=current.values(), clause__in={row.clause_id for row in rows})
    return {text.clause_id: text for text in texts}


def last_texts(clauses: Collection[int]) -> dict[int, ClauseText]:
    """Return the last words of clauses that the text of their document has no more; of one that a correction took out of the only text the quotes of its
    duties, since nothing else is left of it. One query, two more for those."""
    kept = ClauseText.objects.filter(clause__in=clauses).exclude(version__state=OpinionVersion.State.COMING).select_related("clause")
    found = {text.clause_id: text for text in kept.order_by("version__number")}
    for clause in Clause.objects.filter(pk__in=set(clauses) - found.keys()):
        quotes = DutySpan.objects.filter(duty__clause=clause, duty__ended_on__isnull=True).exclude(quote="").values_list("quote", flat=True)
        found[clause.pk] = ClauseText(clause=clause, kind="clause", text="……".join(dict.fromkeys(quotes)))
    return found
