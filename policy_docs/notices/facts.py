"""The duties of a document as the text that stands has them: taken before and after it changes."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.translation import gettext_lazy

from policy_docs.duties.models import Duty, DutySpan
from policy_docs.duties.plan import Before
from policy_docs.duties.proofs import last_texts
from policy_docs.duties.settling import before
from policy_docs.duties.types import Act, Role
from policy_docs.opinions.citing import outline_words
from policy_docs.opinions.models import ClauseText, OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.projection import held
from policy_docs.opinions.validity import Dates
from policy_docs.opinions.validity import Standing as Validity
from policy_docs.opinions.validity import standing as validity_on

from .difference import Fact

GONE = gettext_lazy("（这一条款已删去，是否仍要承担待核对）")


@dataclass(frozen=True, slots=True)
class Standing:
    """What units had to go by: the number of the text (None where nothing was published), its duties, and the text as the plan of what becomes of
    these needs it. ``hidden``: the document was withdrawn, so units could not read it."""

    number: int | None
    facts: tuple[Fact, ...] = ()
    text: Before = Before()
    hidden: bool = False


def standing(page: OpinionPage, *, text: bool = True) -> Standing:
    """Return the duties of the text published last, rejected ones and mentions aside; ``text`` as well unless nobody asks for it. Nine queries, however
    long the text."""
    live = OpinionPage.objects.filter(pk=page.pk).values_list("live", flat=True).first()
    version = held(page) if live is not None else None
    return Standing(None) if version is None else Standing(version.number, facts_in(page, version), before(page) if text else Before(), hidden=not live)


def is_over(page: OpinionPage) -> bool:
    """Whether it no longer holds, as its row says: the object may have been read before that was written."""
    dates = Dates._make(OpinionPage.objects.values_list(*Dates._fields).get(pk=page.pk))
    return validity_on(dates, timezone.localdate()) in (Validity.REPEALED, Validity.EXPIRED)


def facts_in(page: OpinionPage, version: OpinionVersion) -> tuple[Fact, ...]:
    """Return the duties of a document whose clauses stand in one of its texts, in the order of that text; behind them those to be checked whose clauses
    are gone."""
    duties = Duty.objects.filter(opinion=page).exclude(state=Duty.State.REJECTED).exclude(role=Role.MENTION.value)
    quotes: dict[int, list[str]] = defaultdict(list)
    spans = DutySpan.objects.filter(duty__in=duties, act=Act.DUTY.value).order_by("duty_id", "start")
    for duty, quote in spans.values_list("duty_id", "quote"):
        quotes[duty].append(quote)
    texts = ClauseText.objects.filter(version=version, clause__in=duties.values("clause"))
    rows = {row[0]: row[1:] for row in texts.values_list("clause_id", "order", "clause__public_key", "kind", "path", "para", "text")}
    found = []
    gone: dict[int, Fact] = {}
    for pk, clause, kind, reach, levels, place, role, state in duties.order_by("pk").values_list(
        "pk", "clause_id", "kind_id", "reach", "levels", "place", "role", "state"
    ):
        if clause not in rows:
            if state == Duty.State.TO_CHECK:
                gone[pk] = Fact(clause, "", "", (kind, reach, levels, place), role, tuple(quotes[pk]), str(GONE), lost=True, open=True)
            continue
        order, key, block, path, para, text = rows[clause]
        fact = Fact(
            clause, key, outline_words(block, path, para, text), (kind, reach, levels, place), role, tuple(quotes[pk]), text,
            lost=state == Duty.State.TO_CHECK, open=state != Duty.State.CONFIRMED,
        )  # fmt: skip
        found.append((order, fact))
    return (*(fact for _order, fact in sorted(found, key=lambda pair: pair[0])), *_of_gone_clauses(list(gone.values())))


def _of_gone_clauses(facts: Sequence[Fact]) -> list[Fact]:
    """Duties that are to be checked since the text has their clause no more, with where that stood: nobody has said that they have ended. One query."""
    texts = last_texts({fact.clause for fact in facts}) if facts else {}
    return [
        replace(fact, key=text.clause.public_key, place=outline_words(text.kind, text.path, text.para, text.text))
        for fact in facts
        if (text := texts.get(fact.clause)) is not None
    ]
