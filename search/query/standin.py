"""The answer of the database, where the index cannot give one: every text that holds the words, as the reader may see it.

It is complete for what is written in the words that were asked, their synonyms and the names of the unit, and it knows changes that the index does not know yet.
It knows neither other ways of writing (traditional or full-width characters) nor a ranking by weight, and it counts no facets: the page says so.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import and_, or_
from typing import Any

from django.db.models import Case, Exists, F, IntegerField, Model, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from cms.accounts.viewer import Viewer
from policy_docs.duties.models import Duty
from policy_docs.duties.selectors import readable_duties, standing_texts
from policy_docs.duties.types import Role
from policy_docs.opinions.models import ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.querysets import coming_q, in_force_q, over_q, visible_q
from policy_docs.opinions.types import BlockKind
from policy_docs.topics.forest import load_forest
from policy_docs.topics.models import ClauseTopic
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.successions import Later
from search.types import Facet, Hit, Item, SearchQuery, Sort, Validity

from .parse import Idea, Parsed
from .seats import duties_of_seats, is_seat

_BRACKETS = ("〔〕", "[]", "（）", "()", "［］", "【】", "﹝﹞")


@dataclass(frozen=True, slots=True)
class Counted:
    """Hits of the page, how many there are, and how many of them meet every idea."""

    hits: tuple[Hit, ...]
    total: int
    exact: int


class Database:
    """One question to the database."""

    def __init__(self, parsed: Parsed, query: SearchQuery, *, viewer: Viewer, on: datetime.date) -> None:
        self._parsed, self._query, self._viewer, self._on = parsed, query, viewer, on

    def find(self, item: Item, *, offset: int = 0, limit: int = 10) -> Counted:
        """Return clauses or documents: those that meet every idea, or some of them where none does."""
        if item is Item.DUTY:
            return self._of_duties(offset=offset, limit=limit)
        rows: QuerySet[Model] = self._texts() if item is Item.CLAUSE else self._opinions()
        strict, found, ideas = self._found(rows, item)
        exact = strict.count()
        total = exact if found is strict else found.count()
        ordered = self._ordered(found, item, ideas, offset=offset, limit=limit) if limit else []
        return Counted(tuple(_hit(item, key, score) for key, score in ordered), total, exact)

    def _of_duties(self, *, offset: int, limit: int) -> Counted:
        """Return the clauses with a duty, and how many duties there are."""
        strict, found, ideas = self._found(self._texts(), Item.CLAUSE)
        laid = self._duties().filter(self._laid(None))
        exact, total = (laid.filter(clause__in=texts.values("clause")).count() for texts in (strict, found))
        laying = found.filter(Exists(laid.filter(clause=OuterRef("clause"))))
        ordered = self._ordered(laying, Item.CLAUSE, ideas, offset=offset, limit=limit) if limit else []
        return Counted(tuple(_hit(Item.CLAUSE, key, score) for key, score in ordered), total, exact)

    def _found(self, rows: QuerySet[Any], item: Item) -> tuple[QuerySet[Any], QuerySet[Any], list[Q]]:
        """Return what meets every idea, what is shown (that, or where there is nothing, what meets some of them), and the ideas."""
        ideas = [self._idea(idea, item) for idea in self._parsed.ideas]
        ideas += [self._number(number, item) for number in self._parsed.numbers]
        ideas += [self._written(title, item, title_only=True) for title in self._parsed.titles]
        strict = rows.filter(reduce(and_, ideas, Q()))
        shown = strict if len(ideas) < 2 or strict.exists() else rows.filter(reduce(or_, ideas))
        return strict, shown, ideas

    def _ordered(self, found: QuerySet[Model], item: Item, ideas: list[Q], *, offset: int, limit: int) -> list[tuple[str, int]]:
        home, key = ("clause__opinion__", "clause__public_key") if item is Item.CLAUSE else ("", "public_key")
        own = [self._written(idea.word, item) for idea in self._parsed.ideas] or ideas
        score: Combinable = Value(0, output_field=IntegerField())
        for q in (*ideas, *own):
            score += Case(When(q, then=Value(1)), default=Value(0))
        newest = [F(f"{home}issue_date").desc(nulls_last=True), f"{home}pk", *(["order"] if item is Item.CLAUSE else [])]
        first = [] if self._query.sort is Sort.NEWEST else ["-met"]
        return list(found.annotate(met=score).order_by(*first, *newest).values_list(key, "met")[offset : offset + limit])

    def _texts(self) -> QuerySet[ClauseText]:
        home = "clause__opinion__"
        found = ClauseText.objects.filter(visible_q(self._viewer, home), version__in=standing_texts(self._on), **{f"{home}live": True})
        found = found.exclude(kind=BlockKind.LEFT_OUT.value).filter(self._chosen(home), *self._asked_of(Item.CLAUSE))
        if self._query.parts:
            found = found.filter(kind__in=self._query.parts)
        return found.filter(self._laid(OuterRef("clause")), self._topics(OuterRef("clause")))

    def _opinions(self) -> QuerySet[OpinionPage]:
        found = OpinionPage.objects.visible_to(self._viewer).filter(live=True).filter(self._chosen(""), *self._asked_of(Item.OPINION))
        duties, topics = self._laid(None), self._topics(None)
        if duties:
            found = found.filter(Exists(self._duties().filter(duties, opinion=OuterRef("pk"))))
        if topics:
            found = found.filter(Exists(ClauseTopic.objects.filter(topics, opinion=OuterRef("pk"))))
        return found

    def _asked_of(self, item: Item) -> list[Q]:
        return [self._written(phrase, item) for phrase in self._parsed.phrases] + [~self._written(word, item) for word in self._parsed.excluded]

    def _written(self, words: str, item: Item, *, title_only: bool = False) -> Q:
        """Return what holds the words: in its text, and for a document in its title too."""
        if item is Item.CLAUSE:
            return Q(clause__opinion__title__icontains=words) if title_only else Q(text__icontains=words)
        title = Q(title__icontains=words)
        if title_only:
            return title
        texts = ClauseText.objects.filter(version__in=standing_texts(self._on), text__icontains=words).exclude(kind=BlockKind.LEFT_OUT.value)
        return title | Q(pk__in=texts.values("clause__opinion"))

    def _idea(self, idea: Idea, item: Item) -> Q:
        home = "clause__opinion__" if item is Item.CLAUSE else ""
        ways = [reduce(and_, (self._written(part, item) for part in word.split("+"))) for word in idea.synonyms]
        ways.append(reduce(and_, (self._written(part, item) for part in idea.written)))
        ways += [self._written(name, item) for name in (idea.names if idea.unit else ())]
        ways.append(Q(**{f"{home}title__icontains": idea.word}))
        ways += [Q(**{f"{home}jurisdiction__lineage__contains": code}) for code in idea.places]
        if idea.years:
            ways.append(Q(**{f"{home}issue_date__year__gte": int(idea.years[0]), f"{home}issue_date__year__lte": int(idea.years[-1])}))
        if idea.unit:
            holds = self._duties().filter(self._kinds([idea.unit]))
            ways.append(Q(clause__in=holds.values("clause")) if item is Item.CLAUSE else Q(pk__in=holds.values("opinion")))
        return reduce(or_, ways)

    def _number(self, key: str, item: Item) -> Q:
        home = "clause__opinion__" if item is Item.CLAUSE else ""
        head, _open, rest = key.partition("〔")
        year, _close, serial = rest.partition("〕")
        written = [self._written(f"{head}{pair[0]}{year}{pair[1]}{serial}", item) for pair in _BRACKETS] if rest else []
        return reduce(or_, written, Q(**{f"{home}number_key": key}))

    def _chosen(self, home: str) -> Q:
        """Return the conditions of a document."""
        found = Q()
        for facet, values in self._query.chosen:
            choice = [self._choice(facet, value, home) for value in values]
            known = [q for q in choice if q is not None]
            found &= reduce(or_, known) if known else Q()
        return found

    def _choice(self, facet: Facet, value: str, home: str) -> Q | None:
        def q(**conditions: object) -> Q:
            return Q(**{home + name: wanted for name, wanted in conditions.items()})

        match facet:
            case Facet.LEVEL:
                return q(jurisdiction__level=value)
            case Facet.PLACE:
                return q(jurisdiction__lineage__contains=value)
            case Facet.YEAR:
                return q(issue_date__year=int(value)) if value else q(issue_date__isnull=True)
            case Facet.KIND:
                return q(kind=value)
            case Facet.ISSUER:
                return q(issuer__contains=value) if value else q(issuer="")
            case Facet.VALIDITY:
                return self._valid(Validity(value), home)
        return None

    def _valid(self, value: Validity, home: str) -> Q:
        rule = {Validity.IN_FORCE: in_force_q, Validity.PAST: over_q, Validity.COMING: coming_q}[value]
        return rule(self._on, home)

    def _values(self, facet: Facet) -> tuple[str, ...]:
        return dict(self._query.chosen).get(facet, ())

    def _duties(self) -> QuerySet[Duty]:
        return readable_duties(self._viewer, on=self._on).exclude(role=Role.MENTION.value)

    def _laid(self, clause: OuterRef | None) -> Q:
        """Return the condition that one duty is of the chosen units and roles: on the clause itself, or (None) on a duty."""
        units, roles = self._values(Facet.UNIT), self._values(Facet.ROLE)
        if not units and not roles:
            return Q()
        wanted = (self._kinds(units) if units else Q()) & (Q(role__in=roles) if roles else Q())
        return wanted if clause is None else Q(Exists(self._duties().filter(wanted, clause=clause)))

    def _topics(self, clause: OuterRef | None) -> Q:
        slugs = set(self._values(Facet.TOPIC))
        if not slugs:
            return Q()
        forest = load_forest()
        standing = {pk: forest.standing(pk) for pk in forest.nodes}
        below = [pk for pk, node in standing.items() if node and slugs & {one.slug for one in (*forest.trail(node.pk), node)}]
        wanted = Q(tag__in=below) & (~Q(state=ClauseTopic.State.REJECTED) if self._viewer.sees_suggestions else Q(state=ClauseTopic.State.CONFIRMED))
        return wanted if clause is None else Q(Exists(ClauseTopic.objects.filter(wanted, content_object=clause)))

    def _kinds(self, units: Iterable[str]) -> Q:
        """Return the duties of units, those of the kinds that they have taken over included: by the place of the document, since reforms are."""
        wanted = set(units)
        found = Q(kind__in=wanted)
        if any(map(is_seat, wanted)):
            found |= Q(pk__in=self._seated)
        for kind, codes in self._heirs.items():
            places = [code for code, heirs in codes.items() if wanted & set(heirs)]
            if places:
                found |= Q(kind=kind, opinion__jurisdiction__in=places) if len(places) < len(codes) else Q(kind=kind)
        return found

    @cached_property
    def _seated(self) -> set[int]:
        return duties_of_seats(self._values(Facet.UNIT), viewer=self._viewer, on=self._on)

    @cached_property
    def _heirs(self) -> dict[str, dict[str, tuple[str, ...]]]:
        vocabulary = current_vocabulary()
        later = Later(vocabulary, self._on.isoformat())
        codes = [code or "" for code in OpinionPage.objects.order_by().values_list("jurisdiction_id", flat=True).distinct()]
        return {kind.key: {code: later.of(kind.key, code) for code in codes} for kind in vocabulary.kinds}


def _hit(item: Item, key: str, score: int) -> Hit:
    return Hit(f"{'c' if item is Item.CLAUSE else 'o'}:{key}", item, float(score), 0)
