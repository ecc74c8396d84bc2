"""How much an address of the result page finds, and what, for saved filters and their alerts."""

from django.http import QueryDict
from django.utils import timezone

from cms.accounts.viewer import Viewer
from search.engines.base import EngineError
from search.engines.registry import engine
from search.types import Filters, Item, Sort

from . import forms
from . import plan as plans
from .parse import InvalidQuery, parse
from .seats import seats_in
from .service import grant_of, search


def hits(query: str, viewer: Viewer) -> int | None:
    """Return the number of documents or clauses, as the address asks; None where it asks for nothing or the index cannot answer."""
    asked = forms.read(QueryDict(query))
    if not asked.text and not asked.chosen:
        return None
    try:
        return search(asked, viewer=viewer, engine=engine(), on=timezone.localdate(), counts=False).total
    except (InvalidQuery, EngineError):
        return None


def found(query: str, viewer: Viewer, limit: int) -> list[str] | None:
    """Return the entries that meet all that the address asks for: clauses, or documents where it asks for those; None where it asks for nothing or the
    index cannot answer. What meets only some of the words is shown to people as a help and is nothing to be told of later."""
    asked = forms.read(QueryDict(query))
    if not asked.text and not asked.chosen:
        return None
    item = Item.OPINION if asked.item is Item.OPINION else Item.CLAUSE
    on = timezone.localdate()
    filters = Filters(int(on.strftime("%Y%m%d")), asked.chosen, item, asked.parts if item is Item.CLAUSE else (), seats_in(asked.chosen, on))
    try:
        plan = plans.build(parse(asked.text), filters, sort=Sort.NEWEST, limit=limit)
        return [hit.key for hit in engine().search(plan, grant_of(viewer)).hits]
    except (InvalidQuery, EngineError):
        return None
