"""What the reading of names needs to know of a stored opinion."""

from policy_docs.units.types import Context
from policy_docs.units.vocabulary import Vocabulary

from .pages import OpinionPage


def context_of(page: OpinionPage, vocabulary: Vocabulary) -> Context:
    """Return place, level and date of an opinion."""
    place = vocabulary.places_by_code.get(page.jurisdiction_id or "")
    date = page.issue_date.isoformat() if page.issue_date else ""
    return Context(place.code, place.level, date) if place else Context("", None, date)
