"""What the rules suggest as rows. What people have decided stays: as duties do it, design decision 2."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from policy_docs.opinions.holding import hold_documents
from policy_docs.opinions.models import Clause, ClauseText, OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.rows import insert
from policy_docs.opinions.types import Block, BlockKind

from .forest import Forest, load_forest
from .models import ClauseTopic, TopicReading
from .suggest import Suggester, Suggestion, Wording

State, Origin = ClauseTopic.State, ClauseTopic.Origin
Place = tuple[int, int]  # clause, topic
_SETTLED = ("state", "text_hash")


@dataclass(frozen=True, slots=True)
class _Found:
    """What is to stand in a row."""

    origin: str
    rule: str = ""
    rule_version: int = 0
    start: int = 0
    quote: str = ""
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """How many suggestions a reading added and dropped, and how many confirmed topics are to be checked again."""

    added: int = 0
    dropped: int = 0
    to_check: int = 0


def suggester(forest: Forest) -> Suggester:
    """Return the rules with the words that a house has given to its topics."""
    return _made(tuple(Wording(str(node.pk), node.words) for node in forest.nodes.values() if node.words and forest.standing(node.pk) is not None))


@functools.lru_cache(maxsize=4)
def _made(wordings: tuple[Wording, ...]) -> Suggester:
    return Suggester(wordings)


@transaction.atomic
def store_topics(page: OpinionPage, texts: Sequence[ClauseText], forest: Forest | None = None) -> Stored:
    """Suggest topics for the clauses of ``texts``, in the transaction of the caller where there is one.

    A suggestion that nobody has touched is replaced; a rejected one stays rejected while its text stays; a confirmed one stays while its text
    stays or a rule finds it in the new text, and is *to be checked* otherwise.
    """
    hold_documents([page.pk])
    forest = forest or load_forest()
    rules = suggester(forest)
    words = {row.clause_id: row for row in texts}
    existing = {(row.content_object_id, row.tag_id): row for row in ClauseTopic.objects.select_for_update(of=("self",)).filter(opinion=page)}
    found = _found(page, texts, rules, forest)
    for place in _carried(page, words, existing, found):
        found.setdefault(place, _Found(Origin.CARRIED))
    settled: list[ClauseTopic] = []
    dropped: list[int] = []
    for place, row in existing.items():
        now, text = found.pop(place, None), words.get(place[0])
        if _is_untouched(row) or (row.state == State.REJECTED and now is not None and text is not None and row.text_hash != text.text_hash):
            if now is None or text is None or not _is_as(row, now, text):
                dropped.append(row.pk)
                if now is not None:
                    found[place] = now  # a new row: one statement for all of them, where each change would be one of its own
        elif text is not None and _settle(row, text, is_found=now is not None):
            settled.append(row)
    ClauseTopic.objects.filter(pk__in=dropped).delete()
    ClauseTopic.objects.bulk_update(settled, _SETTLED, batch_size=200)
    _insert(page, found, words)
    TopicReading.objects.update_or_create(opinion=page, defaults={"stamp": rules.fingerprint})
    return Stored(len(found), len(dropped), sum(row.state == State.TO_CHECK for row in settled))


def _is_untouched(row: ClauseTopic) -> bool:
    return row.state == State.SUGGESTED and row.decided_by_id is None and row.origin != Origin.PERSON


def _found(page: OpinionPage, texts: Sequence[ClauseText], rules: Suggester, forest: Forest) -> dict[Place, _Found]:
    blocks = [Block(BlockKind(row.kind), row.label, row.text, row.level) for row in texts]
    topics: dict[str, int] = {node.key: node.pk for node in forest.nodes.values() if node.key} | {str(pk): pk for pk in forest.nodes}
    found: dict[Place, _Found] = {}
    for item in rules.suggest(blocks, title=page.title):
        topic = topics.get(item.topic)
        if topic is not None and forest.standing(topic) is not None:
            row = texts[item.block]
            found.setdefault((row.clause_id, topic), _of(item, row.text))
    return found


def _of(item: Suggestion, text: str) -> _Found:
    return _Found(Origin.RULE, item.rule, item.version, item.start, text[item.start : item.end][:60], item.heading[:120])


def _carried(page: OpinionPage, words: dict[int, ClauseText], existing: dict[Place, ClauseTopic], found: dict[Place, _Found]) -> list[Place]:
    """Confirmed topics of clauses that were merged into others or split: suggested where their words may be now."""
    held = [place for place, row in existing.items() if row.state in (State.CONFIRMED, State.TO_CHECK)]
    gone = {clause for clause, _topic in held if clause not in words}
    lost = {
        clause for clause, topic in held if clause in words and (clause, topic) not in found and existing[clause, topic].text_hash != words[clause].text_hash
    }
    if not gone and not lost:
        return []
    heirs: dict[int, list[int]] = {}
    for clause, successor in Clause.objects.filter(pk__in=gone, succeeded_by__isnull=False).values_list("pk", "succeeded_by_id"):
        heirs.setdefault(clause, []).append(successor)
    for clause, origin in Clause.objects.filter(opinion=page, split_from__in=lost).values_list("pk", "split_from_id"):
        heirs.setdefault(origin, []).append(clause)
    return [(heir, topic) for clause, topic in held for heir in heirs.get(clause, ()) if heir in words and (clause in gone or clause in lost)]


def _is_as(row: ClauseTopic, now: _Found, text: ClauseText) -> bool:
    """Say whether a row is the suggestion that is to stand in it."""
    held = (row.state, row.origin, row.rule, row.rule_version, row.start, row.quote, row.heading, row.text_hash)
    return held == (State.SUGGESTED.value, str(now.origin), now.rule, now.rule_version, now.start, now.quote, now.heading, text.text_hash)


def _settle(row: ClauseTopic, text: ClauseText, *, is_found: bool) -> bool:
    """Let a row that people have decided on follow the text; say whether it changes."""
    same = row.text_hash == text.text_hash
    if row.state == State.REJECTED or (same and row.state != State.TO_CHECK):
        return False
    if same:  # the very words that were confirmed are back
        row.state = State.CONFIRMED
    elif is_found and row.state != State.TO_CHECK:
        row.text_hash = text.text_hash
    elif row.state == State.TO_CHECK:
        return False
    else:
        row.state = State.TO_CHECK
    return True


def _insert(page: OpinionPage, found: dict[Place, _Found], words: dict[int, ClauseText]) -> None:
    now = timezone.now()
    columns = (
        "opinion_id", "content_object_id", "tag_id", "state", "origin", "rule", "rule_version", "start", "quote", "heading", "text_hash", "singly", "created_at",
    )  # fmt: skip
    insert(
        ClauseTopic,
        columns,
        [
            (
                page.pk, clause, topic, State.SUGGESTED.value, str(item.origin), item.rule, item.rule_version, item.start, item.quote, item.heading,
                words[clause].text_hash, False, now,
            )
            for (clause, topic), item in found.items()
        ],
    )  # fmt: skip


def has_decisions(page: OpinionPage) -> bool:
    """Say whether a person has decided on a topic of the opinion."""
    return ClauseTopic.with_trash.filter(opinion=page, decided_by__isnull=False).exists()


def forget_topics(page: OpinionPage) -> None:
    """Remove the topics of an opinion that is about to be deleted."""
    ClauseTopic.with_trash.filter(opinion=page).delete()
    TopicReading.with_trash.filter(opinion=page).delete()


def outdated(forest: Forest) -> int:
    """Return how many published documents were not read with the rules as they are now. One query."""
    read = TopicReading.objects.filter(stamp=suggester(forest).fingerprint).values("opinion_id")
    standing = OpinionVersion.objects.filter(state=OpinionVersion.State.PUBLISHED, opinion__live=True, opinion__alias_of__isnull=True)
    return standing.exclude(opinion__in=read).values("opinion_id").distinct().count()
