"""Notes on clauses that colleagues read beside the decisions: written, corrected and withdrawn by their author, told by the audit trail."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.audit.record import record
from policy_docs.opinions.models import Clause

from . import actions
from .actions import DutyRefused
from .models import ClauseNote

LONGEST = 500  # signs


@dataclass(frozen=True, slots=True)
class Shown:
    """A note as the workbench shows it. ``about``: the unit, "" where that is the candidate beside it; ``is_own``: the viewer may change it."""

    note: ClauseNote
    about: str
    is_own: bool
    stamp: str


class NoteRefused(DutyRefused):
    """A note is not written or changed; the message says why."""


def stamp_of(note: ClauseNote) -> str:
    """Return a short mark of what a person sees of a note."""
    return hashlib.blake2b(repr((note.text, note.withdrawn_at)).encode(), digest_size=6).hexdigest()


@transaction.atomic
def write(clause: Clause, *, text: str, kind: str | None, actor: User) -> ClauseNote:
    """Write a note on a clause, or on what was found in it for a unit.

    Raises:
        NoteRefused: nothing is written, or too much.
    """
    words = _checked(text)
    actions.hold_documents([clause.opinion_id])
    note = ClauseNote.objects.create(clause=clause, opinion_id=clause.opinion_id, kind_id=kind, text=words, author=actor, author_name=str(actor)[:80])
    _record(note, "note.add", actor, text=words)
    return note


@transaction.atomic
def correct(pk: int, *, text: str, seen: str, actor: User) -> ClauseNote:
    """Change the words of one's own note.

    Raises:
        NoteRefused: it is another's, has changed since it was seen, or nothing is written.
    """
    words, note = _checked(text), _own(pk, actor)
    if stamp_of(note) != seen:
        raise NoteRefused(_("没有保存：这条批注在您打开以后又改过，现在是“%s”。") % note.text[:80])
    before = note.text
    if words != before:
        note.text, note.edited_at = words, timezone.now()
        note.save(update_fields=["text", "edited_at"])
        _record(note, "note.edit", actor, before=before, text=words)
    return note


@transaction.atomic
def withdraw(pk: int, *, actor: User) -> ClauseNote:
    """Take one's own note back.

    Raises:
        NoteRefused: it is another's.
    """
    note = _own(pk, actor)
    if note.withdrawn_at is None:
        note.withdrawn_at = timezone.now()
        note.save(update_fields=["withdrawn_at"])
        _record(note, "note.withdraw", actor, text=note.text)
    return note


@transaction.atomic
def put_back(pk: int, *, actor: User) -> ClauseNote:
    """Put one's own note back that was withdrawn.

    Raises:
        NoteRefused: it is another's.
    """
    note = _own(pk, actor)
    if note.withdrawn_at is not None:
        note.withdrawn_at = None
        note.save(update_fields=["withdrawn_at"])
        _record(note, "note.restore", actor, text=note.text)
    return note


def of_clause(clause: int) -> list[ClauseNote]:
    """Return the notes that stand on a clause, oldest first. One query."""
    return list(standing().filter(at=clause).select_related("kind"))


def standing() -> QuerySet[Any, Any]:
    """Return notes that were not withdrawn. ``at``: the clause that each stands on now, since a clause that was merged goes on in its successor; those on a
    clause that has left the text stand nowhere."""
    found = ClauseNote.objects.filter(Q(clause__retired_at=None) | Q(clause__succeeded_by__isnull=False), withdrawn_at=None)
    return found.annotate(at=Coalesce("clause__succeeded_by_id", "clause_id"))


def beside(found: Sequence[ClauseNote], *, kind: str, others: Iterable[str], user_id: int | None) -> list[Shown]:
    """Return the notes to be read beside a candidate of a unit: its own, those on the whole clause, and those on units that the clause has no candidate
    of any more (``others``: the units of its candidates)."""
    elsewhere = set(others) - {kind}
    shown = []
    for note in found:
        if note.kind_id not in elsewhere:
            about = "" if note.kind_id == kind else note.kind.name if note.kind else _("整条")
            shown.append(Shown(note, about, note.author_id == user_id and user_id is not None, stamp_of(note)))
    return shown


def forget_notes(opinion: int) -> None:
    """Remove the notes of a document that is deleted for good; the audit trail keeps what they said."""
    ClauseNote.with_trash.filter(opinion=opinion).delete()


def numbers_by(name: str, opinions: Iterable[int]) -> dict[int, int]:
    """Return how many notes stand in documents, by clause (``at``) or document (``opinion_id``). One query."""
    found = standing().filter(opinion__in=list(opinions)).order_by()
    return dict(found.values_list(name).annotate(number=Count("pk")))


def _checked(text: str) -> str:
    words = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not words:
        raise NoteRefused(_("没有保存：请写批注的内容。"))
    if len(words) > LONGEST:
        raise NoteRefused(_("没有保存：批注最多 %(limit)d 字，现在是 %(number)d 字。") % {"limit": LONGEST, "number": len(words)})
    return words


def _own(pk: int, actor: User) -> ClauseNote:
    """Lock the document, then the note."""
    actions.hold_documents(ClauseNote.objects.filter(pk=pk).values_list("opinion_id", flat=True))
    note = ClauseNote.objects.select_for_update(of=("self",)).select_related("clause").filter(pk=pk).first()
    if note is None or note.author_id != actor.pk:
        raise NoteRefused(_("没有保存：批注只能由写的人修改或撤回。"))
    return note


def _record(note: ClauseNote, action: str, actor: User, **words: Any) -> None:
    details = {"opinion": note.opinion_id, "clause": note.clause.public_key, "kind": note.kind_id or "", "by": actor.pk, **words}
    record(actor=actor, action=action, target=note, details=details)
