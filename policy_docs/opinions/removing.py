"""Withdrawing a document, and removing it with a second person: one asks, another approves or refuses (never oneself, whatever one's roles)."""

import datetime
import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.log_actions import LogContext

from cms.accounts.models import Role, User
from cms.accounts.viewer import viewer_of
from cms.audit.record import record

from .citation_rows import hold_to_publish
from .models import OpinionVersion
from .removal import OpinionKept, check_removable
from .setaside import DraftLocked, check_unlocked
from .trash import RemovalRefused, check_may_remove, hold_trashed, trash, trash_root, was_published
from .trashed import RemovalRequest, Trashed

if TYPE_CHECKING:
    from .pages import OpinionPage

State, Kind = RemovalRequest.State, RemovalRequest.Kind


class ReasonMissing(RemovalRefused):
    """A reason has to be given."""

    def __init__(self, words: str) -> None:
        super().__init__(words)


class Changed(RemovalRefused):
    """The document is no longer what the person saw."""


def mark(page: "OpinionPage") -> str:
    """Return what a request holds for: text and facts of the document, published and draft."""
    return marks([page])[page.pk]


def marks(pages: Sequence["OpinionPage"]) -> dict[int, str]:
    """Return the mark of each document. One query."""
    versions: dict[int, list[tuple[str, ...]]] = {page.pk: [] for page in pages}
    rows = OpinionVersion.with_trash.filter(opinion__in=versions).order_by("pk")
    for opinion, *facts in rows.values_list("opinion_id", "pk", "state", "text_hash", "in_force_from"):
        versions[opinion].append(tuple(map(str, facts)))
    return {page.pk: _digest(page, versions[page.pk]) for page in pages}


def _digest(page: "OpinionPage", versions: Sequence[tuple[str, ...]]) -> str:
    saved = page.latest_revision_created_at.isoformat() if page.latest_revision_created_at else ""
    told = repr((page.title, page.document_number, page.live, page.disclosure, page.latest_revision_id, saved, versions))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def _held(page: "OpinionPage", seen: str) -> "OpinionPage":
    hold_to_publish(page)
    fresh = type(page).objects.filter(pk=page.pk).first()
    if fresh is None:
        raise RemovalRefused(_("《%s》已经在回收站里了。") % page.title)
    if seen and seen != mark(fresh):
        raise Changed(_("您打开本页之后，这份文件改过。下面已换成最新的情况，请再看一遍。"))
    return fresh


@transaction.atomic
def withdraw(page: "OpinionPage", *, actor: User, reason: str, seen: str = "") -> None:
    """Take a published document back, so that only the coordination office reads it.

    Raises:
        ReasonMissing: no reason is given.
        Changed: it is no longer what the person saw.
        RemovalRefused: no right, it is locked or being reviewed, or it is not published.
    """
    fresh = _held(page, seen)
    if not fresh.live:
        raise RemovalRefused(_("《%s》没有公开，不用撤回。") % fresh.title)
    try:
        check_unlocked(fresh, actor)
    except DraftLocked as locked:
        raise RemovalRefused(str(locked)) from locked
    if not viewer_of(actor).sees_all or not fresh.permissions_for_user(actor).can_unpublish():
        raise RemovalRefused(_("您的账号不能撤回政策文件。如工作需要，请联系协调机构。"))
    if not reason.strip():
        raise ReasonMissing(_("请写明撤回的理由。"))
    with LogContext(user=actor):
        UnpublishPageAction(fresh, user=actor).execute(skip_permission_checks=True)
    record(actor=actor, action="opinion.withdraw", target=fresh, details={"key": fresh.public_key, "reason": reason.strip()})


@transaction.atomic
def ask(page: "OpinionPage", *, actor: User, reason: str, seen: str = "") -> RemovalRequest | Trashed:
    """Delete a draft that was never published, or ask that a document be put into the trash.

    Raises:
        ReasonMissing: it was published, and no reason is given.
        Changed: it is no longer what the person saw.
        RemovalRefused: no right, or somebody has asked already.
    """
    fresh = _held(page, seen)
    check_may_remove(fresh, actor)
    if not was_published(fresh):
        return trash(fresh, actor=actor, reason=reason)
    return _request(fresh, Kind.TRASH, fresh.title, actor=actor, reason=reason)


def _request(page: "OpinionPage", kind: RemovalRequest.Kind, title: str, *, actor: User, reason: str) -> RemovalRequest:
    if not reason.strip():
        raise ReasonMissing(_("请写明删除的理由，批准人要看。"))
    waiting = RemovalRequest.objects.open().filter(opinion=page).first()
    if waiting is not None:
        raise RemovalRefused(_("%(who)s已经申请删除《%(title)s》，正在等人批准。") % {"who": waiting.asked_by or _("有人"), "title": title})
    row = RemovalRequest.objects.create(
        opinion=page, title=title, number=page.document_number, kind=kind, reason=reason.strip(), seen=mark(page), asked_by=actor
    )
    record(actor=actor, action="opinion.removal_asked", target=page, details={"request": row.pk, "kind": kind.value, "title": title, "reason": reason.strip()})
    return row


def due_on(entry: Trashed) -> datetime.date:
    """Return the first day on which a document in the trash may be removed for good."""
    return timezone.localdate(entry.trashed_at) + datetime.timedelta(days=settings.TRASH_RETENTION_DAYS)


def why_kept(entry: Trashed, page: "OpinionPage", *, on: datetime.date) -> str:
    """Return why a document in the trash may not be removed for good, "" where it may."""
    try:
        check_removable(page)
    except OpinionKept as kept:
        return str(kept)
    if due_on(entry) > on:
        day = due_on(entry)
        return _("移入回收站满 %(days)d 天（%(year)d年%(month)d月%(day)d日）以后才能申请彻底删除。") % {
            "days": settings.TRASH_RETENTION_DAYS, "year": day.year, "month": day.month, "day": day.day,
        }  # fmt: skip
    return ""


@transaction.atomic
def ask_purge(entry: Trashed, *, actor: User, reason: str) -> RemovalRequest:
    """Ask that a document be removed from the trash for good.

    Raises:
        ReasonMissing: no reason is given.
        RemovalRefused: no right, too early, decided duties hang on it, or somebody has asked already.
    """
    page = _from_trash(entry)
    if not viewer_of(actor).sees_all:
        raise RemovalRefused(_("您的账号不能申请彻底删除。"))
    kept = why_kept(entry, page, on=timezone.localdate())
    if kept:
        raise RemovalRefused(kept)
    return _request(page, Kind.PURGE, entry.title, actor=actor, reason=reason)


def _from_trash(entry: Trashed) -> "OpinionPage":
    from .pages import OpinionPage

    hold_trashed(entry.opinion_id)
    if not Trashed.objects.filter(pk=entry.pk, original=None).exists():
        raise RemovalRefused(_("《%s》已不在回收站里。") % entry.title)
    page: OpinionPage = OpinionPage.with_trash.get(pk=entry.opinion_id)
    return page


def may_answer(row: RemovalRequest, actor: User) -> bool:
    """Say whether a person may approve or refuse: another one than who asked; for the trash one of the office, for good an administrator."""
    if row.asked_by_id == actor.pk:
        return False
    if row.kind == Kind.PURGE:
        return actor.is_active and (actor.is_superuser or actor.role == Role.SYSTEM_ADMIN)
    return viewer_of(actor).sees_all


def approve(pk: int, *, actor: User, answer: str = "") -> RemovalRequest:
    """Approve a request, which is carried out at once.

    Raises:
        RemovalRefused: one's own request, no right, it is answered already, or the document has changed since (the request is over then).
    """
    with transaction.atomic():
        row, page = _open_request(pk, actor)
        stale = page is None or mark(page) != row.seen
        _settle(row, State.STALE if stale else State.DONE, None if stale else actor, answer)
        if page is not None and not stale:
            _carry_out(row, page, actor)
    if stale:
        raise Changed(_("没有删除：申请之后这份文件改过，申请已失效。如果仍要删除，请重新申请。"))
    return row


def _carry_out(row: RemovalRequest, page: "OpinionPage", actor: User) -> None:
    asked_by = row.asked_by
    if asked_by is None:
        raise RemovalRefused(_("申请人的账号已不存在，请重新申请。"))
    details = {"request": row.pk, "asked_by": str(asked_by), "answer": row.answer}
    if row.kind == Kind.TRASH:
        trash(page, actor=asked_by, reason=row.reason, approved_by=actor)
        record(actor=actor, action="opinion.removal_approved", target=page, details=details)
        return
    entry = Trashed.objects.get(opinion=page)
    kept = why_kept(entry, page, on=timezone.localdate())
    if kept:
        raise RemovalRefused(kept)
    trash_root()
    with LogContext(user=actor):
        for alias in type(page).with_trash.filter(pk__in=entry.aliases.values("opinion")):
            alias.delete()
        page.delete()
    record(actor=actor, action="opinion.removal_approved", target=row, details={**details, "title": row.title})


@transaction.atomic
def refuse(pk: int, *, actor: User, answer: str) -> RemovalRequest:
    """Refuse a request and say why.

    Raises:
        ReasonMissing: no reason is given.
        RemovalRefused: one's own request, no right, or it is answered already.
    """
    row, _page = _open_request(pk, actor)
    if not answer.strip():
        raise ReasonMissing(_("请写明不批准的理由，申请人要看。"))
    _settle(row, State.REFUSED, actor, answer)
    record(actor=actor, action="opinion.removal_refused", target=row, details={"answer": row.answer, "title": row.title})
    return row


@transaction.atomic
def take_back_request(pk: int, *, actor: User) -> RemovalRequest:
    """Take one's own request back.

    Raises:
        RemovalRefused: it is another's, or it is answered already.
    """
    row = RemovalRequest.objects.select_for_update(of=("self",)).get(pk=pk)
    if row.asked_by_id != actor.pk:
        raise RemovalRefused(_("只有申请人自己可以撤回申请。"))
    _check_open(row)
    _settle(row, State.TAKEN_BACK, actor, "")
    record(actor=actor, action="opinion.removal_taken_back", target=row, details={"title": row.title})
    return row


def note_answer(pk: int, *, actor: User) -> None:
    """Let a person take note of the answer to a request of one's own: it is no news any more."""
    RemovalRequest.objects.news_for(viewer_of(actor)).filter(pk=pk).update(noted_at=timezone.now())


def _open_request(pk: int, actor: User) -> "tuple[RemovalRequest, OpinionPage | None]":
    """Lock the document, then its request."""
    from .pages import OpinionPage

    key = RemovalRequest.objects.filter(pk=pk).values_list("opinion", flat=True).first()
    hold_trashed(key or 0)
    row = RemovalRequest.objects.select_for_update(of=("self",)).get(pk=pk)
    _check_open(row)
    if row.asked_by_id == actor.pk:
        raise RemovalRefused(_("自己的申请不能自己批准，请由另一人办理。"))
    if not may_answer(row, actor):
        raise RemovalRefused(_("您的账号不能批准这项申请。"))
    return row, OpinionPage.with_trash.filter(pk=key).first()


def _check_open(row: RemovalRequest) -> None:
    if row.state != State.OPEN:
        raise RemovalRefused(_("这项申请%(state)s，没有再办理。") % {"state": row.get_state_display()})


def _settle(row: RemovalRequest, state: RemovalRequest.State, actor: User | None, answer: str) -> None:
    row.state, row.answer, row.answered_by, row.answered_at = state, answer.strip(), actor, timezone.now()
    row.save(update_fields=["state", "answer", "answered_by", "answered_at"])
