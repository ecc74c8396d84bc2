"""Rows of the domain → documents of the index, as the rows are now. Only published text: drafts are never read."""

import datetime
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from itertools import chain
from typing import NamedTuple

from policy_docs.duties.binding import Laid, kept_under
from policy_docs.duties.meant import meant_by
from policy_docs.duties.models import Duty, holding_q
from policy_docs.duties.selectors import standing_versions
from policy_docs.duties.types import Role
from policy_docs.opinions.models import ClauseText
from policy_docs.opinions.numbers import find_numbers
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.types import BlockKind
from policy_docs.opinions.validity import begins
from policy_docs.topics.forest import Forest, load_forest
from policy_docs.topics.models import ClauseTopic
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.models import Jurisdiction
from policy_docs.units.successions import Later
from search.analysis import tokens
from search.analysis.heads import with_heads
from search.types import BoundKey, Document, DutyKey, Item, LaidKey, TopicKey

from .naming import clause_key, opinion_key

PUBLIC, STAFF, COORDINATION = "public", "staff", "coordination"
NEVER = 99_999_999
_HIDDEN = frozenset({BlockKind.LEFT_OUT})  # noise of web pages: kept with the text, not shown, not found
_NAMES = frozenset({BlockKind.TITLE, BlockKind.HEADING, BlockKind.FRONT, BlockKind.BACK})
# A heading or a line of a list has few words, so BM25 alone puts it above the clauses that say something.
_NAME_WEIGHT, _FULL_WEIGHT, _FULL = 1.0, 1.5, 60  # weight of headings, of clauses of so many characters and more

_SEALED = tuple(field.name for field in fields(Document) if field.name not in ("version", "digest"))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all opinions share: lineage of places, kinds that took over others whole, the tree of topics."""

    lineages: dict[str, tuple[str, tuple[str, ...]]]
    later: Later
    forest: Forest


def surroundings(on: datetime.date) -> Surroundings:
    """Read places, reforms and topics once for a batch."""
    lineages = {}
    for code, level, lineage in Jurisdiction.objects.values_list("code", "level", "lineage"):
        lineages[code] = (level, tuple(part for part in lineage.split("/") if part))
    return Surroundings(lineages, Later(current_vocabulary(), on.isoformat()), load_forest())


class _Text(NamedTuple):
    """A clause's text that stands: plain values, since a batch has thousands."""

    opinion: int
    clause: int
    key: str
    kind: str
    order: int
    level: int
    label: str
    text: str


_TEXT_COLUMNS = ("version__opinion_id", "clause_id", "clause__public_key", "kind", "order", "level", "label", "text")


def documents_of(pages: Iterable[OpinionPage], shared: Surroundings, *, version: int, on: datetime.date) -> dict[str, list[Document]]:
    """Return the documents of opinions by public key: each opinion itself and its clauses; none where it is not published.

    At most seven queries, however many opinions.
    """
    live = {page.pk: page for page in pages if page.live}
    texts: dict[int, list[_Text]] = {pk: [] for pk in live}
    standing = standing_versions(on, live)
    for values in ClauseText.objects.filter(version__in=standing.values()).order_by("version_id", "order").values_list(*_TEXT_COLUMNS):
        texts[values[0]].append(_Text(*values))
    duties = _duties({pk: page.jurisdiction_id or "" for pk, page in live.items()}, shared, on)
    topics = _topics(live, shared.forest)
    public = set(OpinionPage.objects.public().filter(pk__in=live).values_list("pk", flat=True))
    return {
        page.public_key: _documents(_whole(page, shared, version=version, public=pk in public), page.title, texts[pk], duties, topics)
        for pk, page in live.items()
        if pk in standing
    }


def _documents(
    whole: Document, title: str, texts: Sequence[_Text], laid: Mapping[int, tuple[LaidKey, ...]], topics: Mapping[int, tuple[TopicKey, ...]]
) -> list[Document]:
    shown = [text for text in texts if text.kind not in _HIDDEN]
    clauses = [_clause(whole, text, head, laid.get(text.clause, ()), topics.get(text.clause, ())) for text, head in with_heads(shown)]
    opinion = replace(
        whole,
        words=tuple(chain(whole.title, *(clause.words for clause in clauses))),
        grams=tuple(chain(tokens.grams(title), *(clause.grams for clause in clauses))),
        cites=tuple(sorted(set(chain.from_iterable(clause.cites for clause in clauses)) - set(whole.numbers))),
        duties=tuple(dict.fromkeys(chain.from_iterable(clause.duties for clause in clauses))),
        topics=tuple(dict.fromkeys(chain.from_iterable(clause.topics for clause in clauses))),
        bound=tuple(dict.fromkeys(chain.from_iterable(clause.bound for clause in clauses))),
    )
    return [_sealed(document) for document in (opinion, *clauses)]


def _sealed(document: Document) -> Document:
    plain = repr([getattr(document, name) for name in _SEALED])
    return replace(document, digest=hashlib.blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest())


def _duties(opinions: Mapping[int, str], shared: Surroundings, on: datetime.date) -> dict[int, tuple[LaidKey, ...]]:
    """Return what each clause lays on whom, one by one, by clause id; ``opinions`` are ids with the code of their place. Those that hold on the day, as
    ``readable_duties`` gives them to readers."""
    table: dict[int, list[LaidKey]] = defaultdict(list)
    found = Duty.of_all_days.filter(holding_q(on), opinion__in=opinions).exclude(state=Duty.State.REJECTED).exclude(role=Role.MENTION.value)
    vocabulary = shared.later.vocabulary
    written = meant_by(found, vocabulary, frozenset(unit.key for unit in vocabulary.former))
    columns = ("pk", "clause_id", "opinion_id", "kind_id", "role", "state", "reach", "levels", "place")
    for pk, clause, opinion, kind, role, state, reach, levels, place in found.values_list(*columns):
        units = tuple(sorted({kind, *shared.later.of(kind, opinions[opinion])}))
        kept = kept_under(Laid(opinions[opinion], reach, levels, place))
        binding = tuple(f"{key}/{where}" for key in sorted(written.get(pk, {kind})) for where in kept)
        table[clause].append(LaidKey(units, role, state == Duty.State.CONFIRMED, binding))
    return {clause: tuple(sorted(keys, key=astuple)) for clause, keys in table.items()}


def _keys(laid: Iterable[LaidKey]) -> tuple[DutyKey, ...]:
    """Return what a clause is found by: each unit, role and state once."""
    return tuple(sorted({DutyKey(unit, one.role, one.confirmed) for one in laid for unit in one.units}, key=astuple))


def _topics(opinions: Iterable[int], forest: Forest) -> dict[int, tuple[TopicKey, ...]]:
    """Return the topics of each clause with those above them, by clause id."""
    table: dict[int, dict[str, bool]] = defaultdict(dict)
    found = ClauseTopic.objects.filter(opinion__in=list(opinions)).exclude(state=ClauseTopic.State.REJECTED)
    for clause, topic, state in found.values_list("content_object_id", "tag_id", "state"):
        node = forest.standing(topic)
        for one in [*forest.trail(node.pk), node] if node else ():
            table[clause][one.slug] = table[clause].get(one.slug, False) or state == ClauseTopic.State.CONFIRMED
    return {clause: tuple(TopicKey(slug, confirmed) for slug, confirmed in sorted(slugs.items())) for clause, slugs in table.items()}


def _whole(page: OpinionPage, shared: Surroundings, *, version: int, public: bool) -> Document:
    level, places = shared.lineages.get(page.jurisdiction_id or "", ("", ()))
    return Document(
        key=opinion_key(page.public_key),
        item=Item.OPINION,
        opinion=page.public_key,
        version=version,
        digest="",
        part="",
        weight=_NAME_WEIGHT,
        order=0,
        words=(),
        grams=(),
        head=(),
        title=tokens.words(page.title),
        numbers=(page.number_key,) if page.number_key else (),
        cites=(),
        audiences=_audiences(page, public=public),
        level=level,
        places=places,
        issued=number_of(page.issue_date),
        starts=max(map(number_of, begins(page)), default=0),
        ends=_end(page),
        kind=page.kind,
        issuers=issuers_of(page.issuer),
        duties=(),
    )


def _clause(whole: Document, text: _Text, head: Sequence[str], laid: tuple[LaidKey, ...], topics: tuple[TopicKey, ...]) -> Document:
    shown = f"{text.label} {text.text}"
    return replace(
        whole,
        key=clause_key(text.key),
        item=Item.CLAUSE,
        part=text.kind,
        weight=_weight(text),
        order=text.order,
        words=tokens.words(shown),
        grams=tokens.grams(shown),
        head=tokens.words(" ".join(head)),
        cites=tuple(sorted({number.key for number in find_numbers(text.text)})) if "号" in text.text else (),
        duties=_keys(laid),
        topics=topics,
        laid=laid,
        bound=tuple(sorted({BoundKey(keyword, one.role, one.confirmed) for one in laid for keyword in one.binding}, key=astuple)),
    )


def _weight(text: _Text) -> float:
    if text.kind in _NAMES:
        return _NAME_WEIGHT
    return _NAME_WEIGHT + (_FULL_WEIGHT - _NAME_WEIGHT) * min(len(text.text), _FULL) / _FULL


def _audiences(page: OpinionPage, *, public: bool) -> tuple[str, ...]:
    """Return the readers who may find it, by the rules of ``OpinionQuerySet.visible_to``; ``public``: no section above is restricted."""
    if not public:
        return (COORDINATION,)
    if page.disclosure == OpinionPage.Disclosure.OPEN:
        return (COORDINATION, STAFF, PUBLIC)
    return (COORDINATION, STAFF)


def issuers_of(written: str) -> tuple[str, ...]:
    """Return the organs that issued a document together (某法院、某公安局), each by itself."""
    return tuple(dict.fromkeys(part for part in re.split(r"[、，,\s]+", written) if part))


def number_of(day: datetime.date | None) -> int:
    """Return a day as YYYYMMDD, 0 for none."""
    return day.year * 10_000 + day.month * 100 + day.day if day else 0


def _end(page: OpinionPage) -> int:
    """Return the last day in force: the day before the repeal, or the last day set."""
    last = [day for day in (page.effective_until, page.repealed_on - datetime.timedelta(days=1) if page.repealed_on else None) if day]
    return number_of(min(last)) if last else NEVER
