"""Clauses, duties and identity blocks as plain rows for programs: one row a line, ``doc`` = file name without extension."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from policy_docs.opinions.models import ClauseText, OpinionVersion
from policy_docs.opinions.pages import OpinionPage

from .bench import to_value
from .models import Duty
from .types import Role


def sources(doc: str | None = None) -> list[tuple[str, OpinionVersion]]:
    """Return (doc, version) for each source file, in the order they came; a name that came twice stands for its newest text."""
    table: dict[str, OpinionVersion] = {}
    versions = OpinionVersion.objects.filter(state=OpinionVersion.State.PUBLISHED).select_related("opinion").order_by("pk")
    for version in versions.iterator():
        for name in version.source_names or [version.opinion.public_key]:
            table[name] = version
    return [(name, version) for name, version in table.items() if doc is None or name == doc]


def clause_rows(doc: str | None = None) -> Iterator[dict[str, Any]]:
    """Yield every block with its kind, path, label and text, in document order."""
    for name, version in sources(doc):
        for row in ClauseText.objects.filter(version=version).order_by("order"):
            yield {"doc": name, "kind": row.kind, "path": row.path, "label": row.label, "para": row.para, "text": row.text}


def duty_rows(doc: str | None = None) -> Iterator[dict[str, Any]]:
    """Yield every block with its duties pooled by unit kind (strongest role; rejected ones left out) and the kinds only mentioned."""
    for name, version in sources(doc):
        duties: dict[int, list[Duty]] = defaultdict(list)
        for duty in Duty.objects.filter(clause__texts__version=version).exclude(state=Duty.State.REJECTED).prefetch_related("spans"):
            duties[duty.clause_id].append(duty)
        for row in ClauseText.objects.filter(version=version).order_by("order"):
            found, mentions = pooled(duties.get(row.clause_id, []))
            yield {"doc": name, "kind": row.kind, "path": row.path, "text": row.label + row.text, "duties": found, "mentions": mentions}


def pooled(duties: list[Duty]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the duties of a clause by unit kind, the strongest role of each and on whom they lie (the addressees, that of the strongest first),
    and the kinds only mentioned."""
    strongest: dict[str, Duty] = {}
    addressees: dict[str, list[str]] = defaultdict(list)
    for duty in sorted(duties, key=lambda duty: (Role(duty.role).rank, duty.pk)):
        if duty.role != Role.MENTION:
            addressees[duty.kind_id].append(to_value(duty))
    explicit: set[str] = set()
    for duty in duties:
        if duty.role != Role.MENTION and not duty.implicit:
            explicit.add(duty.kind_id)
        held = strongest.get(duty.kind_id)
        if held is None or Role(duty.role).rank < Role(held.role).rank:
            strongest[duty.kind_id] = duty
    pooled = [
        {
            "unit": kind,
            "role": duty.role,
            "to": addressees[kind],
            "implicit": kind not in explicit,
            "state": duty.state,
            "evidence": next((span.quote for span in duty.spans.all()), ""),
        }
        for kind, duty in strongest.items()
        if duty.role != Role.MENTION
    ]
    return pooled, [kind for kind, duty in strongest.items() if duty.role == Role.MENTION]


COLUMNS = ("file", "title", "document_number", "issuer", "issue_date", "jurisdiction", "code", "notes")


def document_rows() -> Iterator[tuple[str, ...]]:
    """Yield the identity blocks; what the text lacks is empty."""
    for name, version in sources():
        page: OpinionPage = version.opinion
        place = page.jurisdiction
        day = page.issue_date.isoformat() if page.issue_date else ""
        yield (name, page.title, page.document_number, page.issuer, day, place.name if place else "", place.code if place else "", _notes(page))


def _notes(page: OpinionPage) -> str:
    missing = [label for label, value in (("发文字号", page.document_number), ("发文机关", page.issuer), ("成文日期", page.issue_date)) if not value]
    return "、".join(missing) + "不详" if missing else ""
