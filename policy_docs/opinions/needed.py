"""What the identity block has to say before a text is published: one rule for every way of publishing. Pure."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rule looks at. ``unsigned``, ``undated``: a person has said that the original has no issuer, no date."""

    disclosure: str = ""
    issuer: str = ""
    unsigned: bool = False
    issue_date: datetime.date | None = None
    effective_from: datetime.date | None = None
    undated: bool = False
    jurisdiction_id: str | None = None


def facts_of(page: Any) -> Facts:
    """Return what the rule looks at of a document."""
    return Facts(*(getattr(page, item.name) for item in fields(Facts)))


def facts_in(content: Mapping[str, Any]) -> Facts:
    """Return the same of a document as a revision stores it."""
    days = [datetime.date.fromisoformat(words) if (words := str(content.get(name) or "")) else None for name in ("issue_date", "effective_from")]
    said = [str(content.get(name) or "") for name in ("disclosure", "issuer", "jurisdiction")]
    return Facts(said[0], said[1], bool(content.get("unsigned")), days[0], days[1], bool(content.get("undated")), said[2] or None)


def needed(facts: Facts, before: Facts | None = None) -> dict[str, str]:
    """Return by field of the document what is missing, with the words that say how to mend it.

    ``before`` is what people read already: what was published without something may be corrected without it (the list of what the store lacks names
    such documents), but nothing may be taken away.
    """
    found = {
        "disclosure": "" if facts.disclosure else _("请选择公开属性。"),
        "issuer": "" if facts.issuer.strip() or facts.unsigned else _("请填写发文机关；原文没有的，请注明“原文没有发文机关”。"),
        "issue_date": "" if facts.issue_date or facts.effective_from or facts.undated else _("请填写成文日期或施行日期；原文没有的，请注明“原文没有日期”。"),
        "jurisdiction": "" if facts.jurisdiction_id else _("请填写行政区划：职责按行政区划对应到单位。"),
    }
    known = needed(before) if before is not None else {}
    return {name: words for name, words in found.items() if words and name not in known}
