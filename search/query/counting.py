"""How much an address of the result page finds, for lists of saved filters."""

from django.http import QueryDict
from django.utils import timezone

from cms.accounts.viewer import Viewer
from search.engines.base import EngineError
from search.engines.registry import engine

from . import forms
from .parse import InvalidQuery
from .service import search


def hits(query: str, viewer: Viewer) -> int | None:
    """Return the number of documents or clauses, as the address asks; None where it asks for nothing or the index cannot answer."""
    asked = forms.read(QueryDict(query))
    if not asked.text and not asked.chosen:
        return None
    try:
        return search(asked, viewer=viewer, engine=engine(), on=timezone.localdate(), counts=False).total
    except (InvalidQuery, EngineError):
        return None
