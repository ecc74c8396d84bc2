"""Decisions on many duties at once, and taking the last of them back. One function per verb; each is one transaction.

People decide on what they saw: a duty that has changed since their list was made is left alone and named. What is needed to take a decision
back stands in the audit trail, where nobody can edit it.
"""

import copy
import datetime
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.audit.models import AuditEntry
from cms.audit.record import before, record
from policy_docs.opinions.models import ClauseText
from policy_docs.units.types import Addressee, Context

from . import actions
from .actions import DutyRefused, Unproved, facts_of, stamp_of
from .models import Duty, DutySpan
from .proofs import is_lost, standing_texts
from .resting import let_end, rest_on
from .types import Act, Role

AT_ONCE = 200
UNDO_WITHIN = datetime.timedelta(minutes=30)
_DEEDS = ("duty.confirmed", "duty.rejected", "duty.change", "duty.add", "duty.rest", "duty.ended")
_UNDONE = "duty.undo"
_KEY = re.compile(r"[0-9a-f]{16}")
_Done = tuple[int, tuple[Duty, ...], tuple[Duty, ...]]  # how many, those refused, those that nothing proves


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of a decision on many: its key, how many duties changed, those that had changed since they were seen, those refused, how
    many are gone because their text has been read anew, how many this person has just decided on in the same way (a second click), and those that
    cannot be accepted since neither clause nor words of theirs stand."""

    key: str
    done: int
    stale: tuple[Duty, ...] = ()
    refused: tuple[Duty, ...] = ()
    gone: int = 0
    again: int = 0
    unproved: tuple[Duty, ...] = ()


def decide_many(seen: Mapping[int, str], *, state: Duty.State, actor: User, reason: str = "") -> Batch:
    """Confirm or reject the duties of ``seen`` (id → stamp of what the person saw).

    Raises:
        DutyRefused: too many, or the state is no decision.
    """

    def act(rows: list[Duty], key: str) -> _Done:
        words = standing_texts(rows) if state == Duty.State.CONFIRMED else None
        kept = [row for row in rows if words is None or ((text := words.get(row.clause_id)) is not None and not is_lost(row, text.text))]
        return actions.decide(kept, state=state, actor=actor, batch=key, reason=reason), (), tuple(row for row in rows if row not in kept)

    return _on_many(seen, act, lambda row: row.state == state, actor=actor, deed=f"duty.{state}")


def change_many(
    seen: Mapping[int, str], *, actor: User, role: Role | None = None, act: Act | None = None, kind: str | None = None, to: Addressee | None = None
) -> Batch:
    """Change role, unit or addressee of the duties of ``seen``; they count as confirmed. Those whose clause has such a duty already are refused.

    Raises:
        DutyRefused: too many, or nothing to change.
    """
    if role is None and kind is None and to is None:
        raise DutyRefused(_("没有修改：请选择要改成的角色、单位或承担层级。"))

    def carry_out(rows: list[Duty], key: str) -> _Done:
        refused, gone = [], []
        for row in rows:
            try:
                actions.change(row, actor=actor, role=role, act=act, kind=kind, to=to, batch=key, singly=len(seen) == 1)
            except Unproved:
                gone.append(row)
            except DutyRefused:
                refused.append(row)
        return len(rows) - len(refused) - len(gone), tuple(refused), tuple(gone)

    def is_done(row: Duty) -> bool:
        asked = {"state": Duty.State.CONFIRMED, "role": role, "kind_id": kind, "reach": to and to.reach, "levels": to and to.levels_key}
        return all(value is None or getattr(row, name) == value for name, value in asked.items())

    return _on_many(seen, carry_out, is_done, actor=actor, deed="duty.change")


def rest(seen: Mapping[int, str], text: ClauseText, *, quote: str, near: int, context: Context, actor: User) -> Batch:
    """Let one duty rest on words of a clause.

    Raises:
        DutyRefused: the words or the clause do not do.
    """

    def carry_out(rows: list[Duty], key: str) -> _Done:
        for row in rows:
            rest_on(row, text, quote=quote, near=near, context=context, actor=actor, batch=key)
        return len(rows), (), ()

    return _on_many(seen, carry_out, lambda row: row.state == Duty.State.CONFIRMED and row.clause_id == text.clause_id, actor=actor, deed="duty.rest")


def end_with_clauses(seen: Mapping[int, str], *, actor: User) -> Batch:
    """Let duties end with their clauses.

    Raises:
        DutyRefused: too many, or a clause stands.
    """

    def carry_out(rows: list[Duty], key: str) -> _Done:
        for row in rows:
            let_end(row, actor=actor, batch=key)
        return len(rows), (), ()

    return _on_many(seen, carry_out, lambda row: row.state != Duty.State.TO_CHECK, actor=actor, deed="duty.ended")


@transaction.atomic
def _on_many(
    seen: Mapping[int, str], act: Callable[[list[Duty], str], _Done], is_done: Callable[[Duty], bool], *, actor: User, deed: str
) -> Batch:  # fmt: skip
    if len(seen) > AT_ONCE:
        raise DutyRefused(_("没有办理：一次最多处理 %d 条。") % AT_ONCE)
    actions.hold_documents(actions.documents_of(seen))
    locked = (
        Duty.objects.select_for_update(of=("self",)).select_related("kind", "decided_by").prefetch_related("spans").filter(pk__in=list(seen)).order_by("pk")
    )
    fresh: list[Duty] = []
    stale: list[Duty] = []
    for row in locked:
        (fresh if seen[row.pk] == stamp_of(row) else stale).append(row)
    twice = _decided_from([row for row in stale if is_done(row)], seen, actor, deed)
    stale, again = [row for row in stale if row.pk not in twice], len(twice)
    key = secrets.token_hex(8)
    done, refused, unproved = act(fresh, key)
    return Batch(key, done, tuple(stale), refused, gone=len(seen) - len(fresh) - len(stale) - again, again=again, unproved=unproved)


def _decided_from(rows: Sequence[Duty], seen: Mapping[int, str], actor: User, deed: str) -> set[int]:
    """Return the duties whose last decision was this person's, on what is seen here: the form was sent twice. One query."""
    if not rows:
        return set()
    targets = {f"{Duty._meta.label_lower}:{row.pk}": row for row in rows}
    last = {entry.target: entry for entry in AuditEntry.objects.filter(target__in=list(targets), action__in=(*_DEEDS, _UNDONE)).order_by("pk")}
    found = set()
    for target, entry in last.items():
        row, was = targets[target], entry.details.get("before")
        own = entry.action == deed and entry.details.get("by") == actor.pk and bool(was)
        if own and actions.stamp_of_facts({name: was.get(name) for name in facts_of(row)}) == seen[row.pk]:
            found.add(row.pk)
    return found


@transaction.atomic
def undo(key: str, *, actor: User, now: datetime.datetime | None = None) -> Batch:
    """Put the duties of a batch back as they were before it. A duty that was decided on again since is left alone and named.

    Raises:
        DutyRefused: no such batch of this person, too late, or taken back already.
    """
    if not _KEY.fullmatch(key):
        raise DutyRefused(_("没有撤销：只能撤销您本人 30 分钟以内的办理。"))
    now = now or timezone.now()
    entries = [
        entry
        for entry in AuditEntry.objects.filter(pk__gt=before(now - UNDO_WITHIN), action__in=(*_DEEDS, _UNDONE), details__batch=key).order_by("pk")
        if entry.details.get("by") == actor.pk
    ]
    deeds = [entry for entry in entries if entry.action in _DEEDS]
    if not deeds:
        raise DutyRefused(_("没有撤销：只能撤销您本人 30 分钟以内的办理。"))
    if len(deeds) < len(entries):
        raise DutyRefused(_("没有撤销：这次办理已经撤销过。"))
    ids = {int(entry.target.rpartition(":")[2]): entry for entry in deeds}
    actions.hold_documents(actions.documents_of(ids))
    rows = list(Duty.objects.select_for_update(of=("self",)).select_related("clause", "kind", "decided_by").filter(pk__in=ids).order_by("pk"))
    back = [row for row in rows if _may_go_back(row, ids[row.pk])]
    _put_all_back(back, ids, key=key, actor=actor)
    kept = {row.pk for row in back}
    return Batch(key, len(back), tuple(row for row in rows if row.pk not in kept))


@transaction.atomic
def take_back(duty: int, stamp: str, *, actor: User) -> Duty:
    """Put one duty back as it was before the last decision on it, whoever took it and whenever; return it as it was until now.

    Raises:
        DutyRefused: nobody has decided on it, or it has changed since it was seen.
    """
    actions.hold_documents(actions.documents_of([duty]))
    row = Duty.objects.select_for_update(of=("self",)).select_related("clause", "kind", "decided_by").filter(pk=duty).first()
    entry = last_deed(duty)
    if row is None or entry is None or "before" not in entry.details:
        raise DutyRefused(_("没有撤销：这一条没有可以撤销的办理。"))
    if stamp_of(row) != stamp or not _may_go_back(row, entry):
        raise DutyRefused(_("没有撤销：这一条在您打开以后又有变化，请看过再办。"))
    until_now = copy.copy(row)
    _put_all_back([row], {row.pk: entry}, key=entry.details.get("batch", ""), actor=actor)
    return until_now


def last_deed(duty: int) -> AuditEntry | None:
    """Return the last decision on a duty that has not been taken back."""
    undone = 0
    for entry in AuditEntry.objects.filter(target=f"{Duty._meta.label_lower}:{duty}", action__in=(*_DEEDS, _UNDONE)).order_by("-pk"):
        if entry.action == _UNDONE:
            undone += 1
        elif undone:
            undone -= 1
        else:
            return entry
    return None


def _may_go_back(row: Duty, entry: AuditEntry) -> bool:
    """The duty is still what the decision made of it, and its place before is free."""
    now = facts_of(row)
    return all(now.get(name) == value for name, value in entry.details["after"].items()) and not _taken(row, entry.details["before"])


def _put_all_back(rows: Sequence[Duty], entries: Mapping[int, AuditEntry], *, key: str, actor: User) -> None:
    """What was changed becomes what it was; what was added goes."""
    added = [row for row in rows if entries[row.pk].details["before"] is None]
    touched = {row.clause for row in rows}
    for row in rows:
        if row not in added:
            details = entries[row.pk].details
            _put_back(row, details["before"], details.get("acts", {}), details.get("proofs"))
    _let_stand([row for row in rows if row not in added and row.state in (Duty.State.CONFIRMED, Duty.State.TO_CHECK)])
    facts = {row.pk: facts_of(row) for row in rows}
    Duty.objects.filter(pk__in=[row.pk for row in added]).delete()
    actions.announce(touched | {row.clause for row in rows})
    actions.reopen({row.clause.opinion_id for row in rows})
    for row in rows:
        record(actor=actor, action=_UNDONE, target=row, details={"batch": key, "by": actor.pk, "after": facts[row.pk]})


def _let_stand(rows: Sequence[Duty]) -> None:
    """What is confirmed again stands by the words of the text of today, as after a reading of it; where these have gone meanwhile, it is to be checked,
    and what was to be checked stands where the words that were confirmed are back."""
    words = standing_texts(rows)
    for row in rows:
        actions.keep(row, words.get(row.clause_id))


def _taken(row: Duty, before: Mapping[str, str | bool | int | None] | None) -> bool:
    """Another duty of the clause has come to the place that this one had."""
    if before is None:
        return False
    place = {name: before[name] for name in ("kind_id", "reach", "levels", "place")}
    clause = cast(int, before.get("clause_id", row.clause_id))
    return Duty.objects.filter(clause=clause, **place).exclude(pk=row.pk).exists()


def _put_back(
    row: Duty, before: Mapping[str, str | bool | int | None], acts: Mapping[str, Sequence[str]], proofs: Sequence[Mapping[str, Any]] | None
) -> None:  # fmt: skip
    for name, value in before.items():
        setattr(row, name, parse_datetime(str(value)) if name == "decided_at" and value else value)
    row.save()
    for span, (act, role) in acts.items():
        row.spans.filter(pk=int(span)).update(act=act, role=role)
    if proofs is not None:
        row.spans.all().delete()
        DutySpan.objects.bulk_create([DutySpan(duty=row, **proof) for proof in proofs])
