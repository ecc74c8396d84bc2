"""Decisions on the topics of clauses: one, many at once, and taking the last of them back. As duties do it (``duties.batches``): people decide on what
they saw, what has changed since is left alone and named, and what is needed to take a decision back stands in the audit trail."""

import datetime
import hashlib
import re
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.audit.models import AuditEntry
from cms.audit.record import record
from policy_docs.opinions.holding import hold_documents
from policy_docs.opinions.models import Change, Clause, ClauseText, OpinionVersion

from .forest import Forest, load_forest
from .models import ClauseTopic

AT_ONCE = 200
NEEDED = 10  # decisions taken one by one on a topic before the rest of it may be accepted at once
UNDO_WITHIN = datetime.timedelta(minutes=30)
State, Origin = ClauseTopic.State, ClauseTopic.Origin
OPEN = (State.SUGGESTED, State.TO_CHECK)
_DEEDS = ("clausetopic.confirmed", "clausetopic.rejected", "clausetopic.add")
_UNDONE = "clausetopic.undo"
_KEY = re.compile(r"[0-9a-f]{16}")
_FACTS = ("state", "origin", "rule", "rule_version", "start", "quote", "heading", "text_hash", "singly", "decided_by_id")


class TaggingRefused(Exception):
    """The decision is refused; the message says why and what to do."""


def new_batch() -> str:
    """Return a key that joins the audit rows of one deed."""
    return secrets.token_hex(8)


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of a decision on many: its key, how many changed, those that had changed since they were seen, how many are gone."""

    key: str
    done: int
    stale: tuple[ClauseTopic, ...] = ()
    gone: int = 0


def facts_of(row: ClauseTopic) -> dict[str, Any]:
    """Return what a decision changes, as the audit trail keeps it."""
    return {**{name: getattr(row, name) for name in _FACTS}, "decided_at": row.decided_at.isoformat() if row.decided_at else None}


def stamp_of(row: ClauseTopic) -> str:
    """Return a short mark of what a person sees of a row."""
    return hashlib.blake2b(repr((row.tag_id, facts_of(row))).encode(), digest_size=6).hexdigest()


@transaction.atomic
def decide(rows: Iterable[ClauseTopic], *, state: ClauseTopic.State, actor: User, batch: str = "") -> int:
    """Confirm or reject topics of clauses; return how many changed. What stands for the same topic in the clause (after a merge) goes along.

    Raises:
        TaggingRefused: the state is no decision.
    """
    if state not in (State.CONFIRMED, State.REJECTED):
        raise TaggingRefused(_("只能确认或者驳回主题。"))
    keys = [row.pk for row in rows]
    hold_documents(_documents_of(keys))
    chosen = list(ClauseTopic.objects.select_for_update(of=("self",)).select_related("content_object").filter(pk__in=keys))
    locked = [row for row in _with_merged(chosen) if row.state != state]
    hashes = _current_hashes([row.content_object_id for row in locked])
    befores = [facts_of(row) for row in locked]
    for row in locked:
        row.state, row.decided_by, row.decided_at, row.singly = state, actor, timezone.now(), len(keys) == 1
        row.text_hash = hashes.get(row.content_object_id, row.text_hash)
        row.save(update_fields=["state", "decided_by", "decided_at", "text_hash", "singly"])
    _announce({row.content_object.public_key for row in locked})
    for row, before in zip(locked, befores, strict=True):
        _record(row, f"clausetopic.{state}", before, actor=actor, batch=batch)
    return len({row.pk for row in locked} & set(keys)) or len(locked)


def _with_merged(chosen: Sequence[ClauseTopic]) -> list[ClauseTopic]:
    """Return rows with those of their clauses whose topics stand for the same one."""
    forest = load_forest()
    wanted = {(row.content_object_id, _end(forest, row.tag_id)) for row in chosen}
    beside = (
        ClauseTopic.objects.select_for_update(of=("self",)).select_related("content_object").filter(content_object__in={clause for clause, _topic in wanted})
    )
    return [row for row in beside.order_by("pk") if (row.content_object_id, _end(forest, row.tag_id)) in wanted]


def _end(forest: Forest, topic: int) -> int:
    node = forest.standing(topic)
    return node.pk if node is not None else topic


@transaction.atomic
def add(clause: Clause, topic: int, *, actor: User, batch: str = "") -> ClauseTopic:
    """Give a clause a topic by hand; a suggestion of it, or one that was rejected, becomes confirmed.

    Raises:
        TaggingRefused: the topic is out of use, or the clause has it.
    """
    hold_documents([clause.opinion_id])
    forest = load_forest()
    node = forest.standing(topic) if topic in forest.nodes else None
    if node is None:
        raise TaggingRefused(_("没有添加：这个主题已停用，请重新选择。"))
    rows = [row for row in ClauseTopic.objects.select_for_update(of=("self",)).filter(content_object=clause) if _end(forest, row.tag_id) == node.pk]
    if any(row.state == State.CONFIRMED for row in rows):
        raise TaggingRefused(_("没有添加：本条已有主题“%s”。") % node.name)
    if rows:
        decide(rows[:1], state=State.CONFIRMED, actor=actor, batch=batch)
        return rows[0]
    row = ClauseTopic.objects.create(
        content_object=clause, tag_id=node.pk, opinion_id=clause.opinion_id, state=State.CONFIRMED, origin=Origin.PERSON, decided_by=actor,
        decided_at=timezone.now(), text_hash=_current_hashes([clause.pk]).get(clause.pk, ""),
    )  # fmt: skip
    _announce({clause.public_key})
    _record(row, "clausetopic.add", None, actor=actor, batch=batch)
    return row


@transaction.atomic
def decide_many(seen: Mapping[int, str], *, state: ClauseTopic.State, actor: User) -> Batch:
    """Confirm or reject the rows of ``seen`` (id → stamp of what the person saw). More than one at once only after ten single decisions on their topic.

    Raises:
        TaggingRefused: too many, or too few single decisions.
    """
    if len(seen) > AT_ONCE:
        raise TaggingRefused(_("没有办理：一次最多处理 %d 条。") % AT_ONCE)
    hold_documents(_documents_of(seen))
    fresh: list[ClauseTopic] = []
    stale: list[ClauseTopic] = []
    for row in ClauseTopic.objects.select_for_update(of=("self",)).select_related("decided_by", "tag").filter(pk__in=list(seen)).order_by("pk"):
        (fresh if seen[row.pk] == stamp_of(row) else stale).append(row)
    if len(seen) > 1 and fresh:
        _check_trust(fresh)
    key = new_batch()
    done = decide(fresh, state=state, actor=actor, batch=key) if fresh else 0
    return Batch(key, done, tuple(stale), len(seen) - len(fresh) - len(stale))


def _check_trust(rows: Sequence[ClauseTopic]) -> None:
    forest = load_forest()
    for topic, done in singles(forest, {_end(forest, row.tag_id) for row in rows}).items():
        if done < NEEDED:
            words = {"name": forest.nodes[topic].name, "done": done, "needed": NEEDED}
            raise TaggingRefused(_("还不能批量办理：“%(name)s”已单条核对 %(done)d 条，满 %(needed)d 条以后才可以。") % words)


def singles(forest: Forest, topics: Iterable[int]) -> dict[int, int]:
    """Return how many decisions were taken one by one on topics. One query."""
    topics = list(topics)
    sources = forest.sources(topics)
    rows = ClauseTopic.objects.filter(tag__in=sources, singly=True, state__in=[State.CONFIRMED, State.REJECTED])
    counted = Counter(sources[tag] for tag in rows.values_list("tag_id", flat=True))
    return {topic: counted[topic] for topic in topics}


@transaction.atomic
def undo(key: str, *, actor: User, now: datetime.datetime | None = None) -> Batch:
    """Put the rows of a batch back as they were before it; what was decided on again since is left alone and named.

    Raises:
        TaggingRefused: no such batch of this person, too late, or taken back already.
    """
    since = (now or timezone.now()) - UNDO_WITHIN
    entries = list(AuditEntry.objects.filter(at__gte=since, action__in=(*_DEEDS, _UNDONE), details__batch=key).order_by("pk")) if _KEY.fullmatch(key) else []
    deeds = {int(entry.target.rpartition(":")[2]): entry for entry in entries if entry.action in _DEEDS and entry.details.get("by") == actor.pk}
    if not deeds:
        raise TaggingRefused(_("没有撤销：只能撤销您本人 30 分钟以内的办理。"))
    if any(entry.action == _UNDONE for entry in entries):
        raise TaggingRefused(_("没有撤销：这次办理已经撤销过。"))
    hold_documents(_documents_of(deeds))
    rows = list(ClauseTopic.objects.select_for_update(of=("self",)).select_related("content_object", "tag").filter(pk__in=deeds).order_by("pk"))
    back = [row for row in rows if facts_of(row) == deeds[row.pk].details["after"]]
    for row in back:
        _put_back(row, deeds[row.pk].details["before"])
    _announce({row.content_object.public_key for row in back})
    for row in back:
        record(actor=actor, action=_UNDONE, target=row, details={"batch": key, "by": actor.pk})
    ClauseTopic.objects.filter(pk__in=[row.pk for row in back if deeds[row.pk].details["before"] is None]).delete()
    kept = {row.pk for row in back}
    return Batch(key, len(back), tuple(row for row in rows if row.pk not in kept))


def _put_back(row: ClauseTopic, before: Mapping[str, Any] | None) -> None:
    if before is None:
        return  # what was added goes
    for name, value in before.items():
        setattr(row, name, parse_datetime(str(value)) if name == "decided_at" and value else value)
    row.save()


def _documents_of(keys: Iterable[int]) -> set[int]:
    return set(ClauseTopic.objects.filter(pk__in=list(keys)).values_list("opinion_id", flat=True))


def _current_hashes(clauses: Sequence[int]) -> dict[int, str]:
    rows = ClauseText.objects.filter(clause_id__in=clauses, version__state=OpinionVersion.State.PUBLISHED).order_by("version__number")
    return dict(rows.values_list("clause_id", "text_hash"))


def _announce(clauses: Iterable[str]) -> None:
    for key in clauses:  # one by one: the indexer hears of each row's creation
        Change.objects.create(item=Change.Item.CLAUSE, key=key)


def _record(row: ClauseTopic, action: str, before: dict[str, Any] | None, *, actor: User, batch: str) -> None:
    details = {"topic": row.tag.name, "clause": row.content_object.public_key, "by": actor.pk, "batch": batch, "before": before, "after": facts_of(row)}
    record(actor=actor, action=action, target=row, details=details)
