"""Address → question. What an address does not know is passed over: old links go on working."""

import re

from django.http import QueryDict

from policy_docs.duties.choices import whole_number
from policy_docs.units.models import LevelChoices
from search.types import Facet, Item, SearchQuery, Sort, Validity

from .parse import LONGEST, clean
from .service import BODY_PARTS

PAGE_SIZE = 10
LAST_PAGE = 100  # deeper pages cost more and nobody reads them: narrow the search instead
_MOST_VALUES = 50
_VALUE = {
    Facet.LEVEL: re.compile("|".join(LevelChoices.values)),
    Facet.PLACE: re.compile(r"\d{6}(?:\d{3}){0,2}"),
    Facet.YEAR: re.compile(r"\d{4}|none"),
    Facet.ISSUER: re.compile(r"[^\x00-\x1f|]{1,200}"),
    Facet.KIND: re.compile(r"[^\x00-\x1f|]{1,40}"),
    Facet.VALIDITY: re.compile("|".join(value.value for value in Validity)),
    Facet.UNIT: re.compile(r"@?[a-z_]{1,40}(@\d{6}(\d{3}){0,2})?"),
    Facet.ROLE: re.compile("lead|responsible|cooperate"),
    Facet.TOPIC: re.compile(r"[\w-]{1,100}"),
}
AS_TYPED = "typed"
NONE = "none"  # in addresses: the text does not tell


def read(params: QueryDict) -> SearchQuery:
    """Return the question of an address."""
    chosen = []
    for facet in Facet:
        values = list(dict.fromkeys(value for value in params.getlist(facet.value) if _VALUE[facet].fullmatch(value)))[:_MOST_VALUES]
        if values:
            chosen.append((facet, tuple("" if value == NONE else value for value in values)))
    return SearchQuery(
        text=clean(params.get("q", "")[: 20 * LONGEST]),
        item=next((item for item in Item if item.value == params.get("in")), None),
        chosen=tuple(chosen),
        sort=Sort.NEWEST if params.get("sort") == Sort.NEWEST else Sort.RELEVANCE,
        page=min(max(whole_number(params.get("page"), 1), 1), LAST_PAGE),
        size=PAGE_SIZE,
        parts=BODY_PARTS,
        as_typed=params.get(AS_TYPED) == "1",
    )
