"""The identity block of a text that is stored ahead of its day: what becomes of title, number and dates when it begins."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .pages import OpinionPage

FACTS = (
    "title", "document_number", "number_written", "issuer", "unsigned", "undated", "issue_date", "jurisdiction", "kind", "addressees", "notice_title", "notice_issuer", "notice_date",
    "disclosure", "effective_from", "effective_until", "counts_from",
)  # fmt: skip


_BEFORE = "disclosure_before"


def _has_been_closed(page: "OpinionPage", facts: Mapping[str, str]) -> bool:
    """Whether somebody has decided on the disclosure since: then a text that begins by itself opens nothing to the public."""
    return facts["disclosure"] == page.Disclosure.OPEN and facts.get(_BEFORE) != page.disclosure


def facts_changed(page: "OpinionPage", then: "OpinionPage") -> dict[str, str]:
    """Return what differs in the identity block, in the form in which rows keep it; what stays is left out, so that what is mended meanwhile stays mended."""
    changed = {name: _kept(then, name) for name in FACTS if _kept(then, name) != _kept(page, name)}
    return changed | ({_BEFORE: page.disclosure} if "disclosure" in changed else {})


def _kept(page: "OpinionPage", name: str) -> str:
    field: Any = page._meta.get_field(name)
    value = field.value_from_object(page)
    return "" if value is None else str(field.value_to_string(page))


def take_facts(page: "OpinionPage", facts: Mapping[str, str]) -> None:
    """Let a page have the identity block of the text that begins."""
    for name, value in facts.items():
        if name == _BEFORE or (name == "disclosure" and _has_been_closed(page, facts)):
            continue
        field: Any = page._meta.get_field(name)
        setattr(page, field.attname, None if value == "" and field.null else field.to_python(value))
    if "title" in facts:
        page.draft_title = page.title
