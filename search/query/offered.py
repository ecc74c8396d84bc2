"""What may be offered for a mistyped word: words of the trade, names of units and places, everyday words, and the words of titles that the reader may see.
Nothing of a document that the reader may not find is among them."""

from collections.abc import Callable
from functools import partial

from django.db.models import Count, Max, Min

from cms.accounts.viewer import Viewer
from policy_docs.opinions.pages import OpinionPage
from search.analysis import tokens
from search.words.table import Words

from .correct import Finding
from .lexicon import Lexicon, Titles
from .names import Names
from .parse import names_known

_trade: tuple[object, object, Lexicon] | None = None
_titles: dict[str, tuple[object, Titles]] = {}


def trade_words(names: Names, words: Words) -> Lexicon:
    """Return the words of the trade: they come from no document."""
    global _trade
    held = _trade
    if held is None or held[0] is not names or held[1] is not words:
        written = {*tokens.dictionary(), *names_known(Words({}), names), *words.official}
        held = _trade = (names, words, Lexicon({*written, *words.table}, spoken=words.table.keys() - written))
    return held[2]


def titles_of(viewer: Viewer, audience: str) -> Titles:
    """Return the titles that the viewer may see. They are kept for all readers of an audience while the documents that they may see are the same; what is
    offered is sought with the rights of the reader besides."""
    readable = OpinionPage.objects.visible_to(viewer).filter(live=True)
    state = readable.aggregate(n=Count("pk"), first=Min("pk"), last=Max("pk"), at=Max("latest_revision_created_at"))
    held = _titles.get(audience)
    if held is None or held[0] != state:
        titles = tuple(readable.values_list("title", flat=True))
        held = _titles[audience] = (state, Titles(titles, Lexicon({word for title in titles for word in tokens.cut(title)})))
    return held[1]


def finding_of(viewer: Viewer, audience: str, words: Words, names: Names, *, stands: Callable[[str], bool], finds: Callable[[str], int]) -> Finding:
    """Return what a reader may find. ``stands`` and ``finds`` ask the index or the database, with the rights of the reader."""
    return Finding(stands, finds, trade_words(names, words), partial(titles_of, viewer, audience))
