"""The search of the administration: words anywhere in titles and names, asked of the rows themselves.

The full-text indexes of SQLite and PostgreSQL take a run of Chinese for one word, so that they find only what begins with the words sought; and they
refuse quotation marks and NUL with an error. The store holds thousands of titles, not millions: comparing them is fast enough, and there is no index
that can fall behind. The texts themselves are found by ``search``.
"""

import unicodedata
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import StrIndex
from modelsearch.backends.database.fallback import DatabaseSearchBackend, DatabaseSearchQueryCompiler, DatabaseSearchResults
from modelsearch.query import MATCH_ALL, And, Boost, Not, Or, Phrase, PlainText
from modelsearch.query import SearchQuery as Asked
from wagtail.models import Page

from policy_docs.opinions.numbers import normalise
from policy_docs.opinions.pages import OpinionPage

_WORDS = 8  # of a question: more of them narrow nothing
_HEADS = ("title", "name")  # what a row is called: who is found there, at the front above all, comes first


def cleaned(typed: str) -> str:
    """Return what was typed with signs of control as blanks, full width as half width; "" where there is nothing to look for."""
    plain = "".join(" " if unicodedata.category(sign) in ("Cc", "Cs") else sign for sign in unicodedata.normalize("NFKC", typed))
    return " ".join(plain.split()[:_WORDS])


def rewritten(asked: Asked | str) -> Asked | None:
    """Return a question with all its words ``cleaned``, without the parts that ask nothing; None where nothing is left."""
    match asked:
        case str() | PlainText():
            words = cleaned(asked if isinstance(asked, str) else asked.query_string)
            return PlainText(words, operator="and" if isinstance(asked, str) else asked.operator) if words else None
        case Phrase(query_string=typed):
            return Phrase(words) if (words := cleaned(typed)) else None
        case And(subqueries=parts) | Or(subqueries=parts):
            left = [part for part in map(rewritten, parts) if part is not None]
            return type(asked)(left) if len(left) > 1 else left[0] if left else None
        case Not(subquery=part):
            return Not(inner) if (inner := rewritten(part)) is not None else None
        case Boost(subquery=part):
            return rewritten(part)
    return asked


def _words_of(asked: Asked) -> list[str]:
    """Return the words that are to be found, those of the first part first."""
    match asked:
        case PlainText(query_string=words):
            return list(words.split())
        case Phrase(query_string=words):
            return [words]
        case And(subqueries=parts) | Or(subqueries=parts):
            return [word for part in parts for word in _words_of(part)]
    return []


class _Compiler(DatabaseSearchQueryCompiler):
    def build_single_term_filter(self, term: str) -> Q:
        """Find pages by what their waiting text is called and by document number too, with any brackets: 法发[2016]10号."""
        found: Q = super().build_single_term_filter(term)
        if issubclass(self.queryset.model, Page):
            numbered = OpinionPage.objects.filter(number_key__icontains=normalise(term))  # not what lies in the trash
            found |= Q(draft_title__icontains=term) | Q(pk__in=numbered.values("pk"))
        return found


class _Results(DatabaseSearchResults):
    def get_queryset(self) -> QuerySet[Any]:
        """Order what has no order of its own: names that hold the words first, near their beginning above all, then the newest."""
        compiler = self.query_compiler
        bare = self._clone()
        bare.start, bare.stop = 0, None
        found: QuerySet[Any] = super(_Results, bare).get_queryset()
        head = next((name for name in _HEADS if name in compiler.fields_names), "")
        words = _words_of(compiler.query)
        if compiler.order_by_relevance and head and words:
            holds = reduce(and_, [Q(**{f"{head}__icontains": word}) for word in words])
            elsewhere = Case(When(holds, then=Value(0)), default=Value(1), output_field=IntegerField())
            found = found.annotate(_elsewhere=elsewhere, _at=StrIndex(F(head), Value(words[0]))).order_by("_elsewhere", "_at", "-pk")
        return found[self.start : self.stop]


class SearchBackend(DatabaseSearchBackend):
    """Named in ``WAGTAILSEARCH_BACKENDS``, on every database and beside every search engine."""

    query_compiler_class = _Compiler
    autocomplete_query_compiler_class = _Compiler
    results_class = _Results

    def _search(self, compiler: type[DatabaseSearchQueryCompiler], query: Asked | str, model_or_queryset: Any, **options: Any) -> Any:
        asked = rewritten(query)
        return super()._search(compiler, MATCH_ALL if asked is None else asked, model_or_queryset, **options)
