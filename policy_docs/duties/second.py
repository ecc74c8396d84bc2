"""A second person looks through what was decided on a document. One function per verb; what is accepted is what was seen."""

import datetime
import hashlib
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, F, Max, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from cms.audit.record import record
from policy_docs.opinions.pages import OpinionPage

from .actions import DutyRefused, hold_documents, open_duties, stamp_of
from .models import Duty, SecondReview, UnknownUnitName
from .notes import standing
from .types import Role

LONGEST = 500  # signs of what is said to the other
State = SecondReview.State


class SecondRefused(DutyRefused):
    """A document is not handed over, or not answered; the message says why."""


class ReasonMissing(SecondRefused):
    """Nobody sends a document back without saying what to look at."""


def mark(opinion: int) -> str:
    """Return a mark of all decisions on a document; another one tells that something was decided meanwhile. One query."""
    stamps = [f"{duty.pk}:{stamp_of(duty)}" for duty in Duty.objects.filter(opinion=opinion).order_by("pk")]
    return hashlib.blake2b("\n".join(stamps).encode(), digest_size=12).hexdigest()


def facts(opinion: int) -> dict[str, int]:
    """Return what there is to look through, and what is not settled: the names that nobody knows, the notes. Three queries."""
    counted = Duty.objects.filter(opinion=opinion).exclude(role=Role.MENTION.value)
    states = {"waiting": Q(state__in=(Duty.State.SUGGESTED, Duty.State.TO_CHECK)), "rejected": Q(state=Duty.State.REJECTED), "by_hand": Q(by_hand=True)}
    found = counted.aggregate(duties=Count("pk"), **{name: Count("pk", filter=held) for name, held in states.items()})
    unknown = UnknownUnitName.objects.filter(clause__opinion=opinion, ignored=False).count()
    return {**found, "unknown": unknown, "notes": standing().filter(opinion=opinion).count()}


def colleagues(actor: User) -> list[User]:
    """Return who may look through what a person hands over."""
    return [user for user in User.objects.filter(is_active=True).exclude(pk=actor.pk).order_by("display_name", "username") if viewer_of(user).sees_all]


@transaction.atomic
def submit(page: OpinionPage, *, actor: User, asked_of: User | None = None, words: str = "") -> SecondReview:
    """Hand a document over whose duties are all decided on; ``asked_of``: whom one has in mind, others of the office may answer too.

    Raises:
        SecondRefused: no right, not finished, handed over already, accepted and unchanged since, or the other cannot do it.
    """
    hold_documents([page.pk])
    fresh = OpinionPage.objects.defer("body").get(pk=page.pk)
    if not viewer_of(actor).sees_all:
        raise SecondRefused(_("没有提交：您的账号不能核对职责。"))
    waiting = open_duties([page.pk]).count()
    if waiting or fresh.reviewed_at is None:
        raise SecondRefused((_("没有提交：还有 %d 条职责没有核对。") % waiting) if waiting else _("没有提交：这份文件还没有核对完成。"))
    if asked_of is not None and (asked_of.pk == actor.pk or not viewer_of(asked_of).sees_all):
        raise SecondRefused(_("没有提交：复核人应是协调机构的另一人。"))
    last = SecondReview.objects.filter(opinion=page).first()
    if last is not None and last.state == State.OPEN:
        raise SecondRefused(_("没有提交：%s已经提交，正在等待复核。") % (last.submitted_by or _("已注销的账号")))
    if last is not None and last.state == State.ACCEPTED and last.mark == mark(page.pk):
        raise SecondRefused(_("没有提交：核对结果已经复核通过，此后没有改动。"))
    row = SecondReview.objects.create(opinion=fresh, submitted_by=actor, asked_of=asked_of, words=_cut(words), left=facts(page.pk))
    _record(row, "second.submit", actor, words=row.words, asked_of=str(asked_of or ""), left=row.left)
    return row


@transaction.atomic
def accept(pk: int, *, seen: str, actor: User, words: str = "") -> SecondReview:
    """Accept what was decided. ``seen``: the mark of what the person has looked through.

    Raises:
        SecondRefused: one's own, no right, answered already, duties wait again, or something was decided since it was shown.
    """
    row = _open(pk, actor)
    waiting = open_duties([row.opinion_id]).count()
    if waiting:
        raise SecondRefused(_("没有通过：提交以后又有 %d 条职责待核对，请退回或先核对。") % waiting)
    decided = Duty.objects.filter(opinion=row.opinion_id, decided_at__isnull=False)
    if decided.exists() and not decided.exclude(decided_by=actor).exists():
        raise SecondRefused(_("没有通过：这份文件的职责全部由您本人核对，请由另一人复核。"))
    now = mark(row.opinion_id)
    if now != seen:
        raise SecondRefused(_("没有通过：您打开以后核对结果又有改动，下面是现在的结果，请看过再办。"))
    row.mark = now
    _answer(row, State.ACCEPTED, actor, words)
    _record(row, "second.accept", actor, words=row.answer, mark=now)
    return row


@transaction.atomic
def send_back(pk: int, *, actor: User, reason: str) -> SecondReview:
    """Send a document back and say what to look at.

    Raises:
        ReasonMissing: nothing is said.
        SecondRefused: one's own, no right, or answered already.
    """
    row = _open(pk, actor)
    if not reason.strip():
        raise ReasonMissing(_("没有退回：请写明哪些条款要重新核对，提交人要看。"))
    _answer(row, State.RETURNED, actor, reason)
    _record(row, "second.return", actor, words=row.answer)
    return row


@transaction.atomic
def take_back(pk: int, *, actor: User) -> SecondReview:
    """Take back what one has handed over oneself.

    Raises:
        SecondRefused: it is another's, or it is answered already.
    """
    row = _held(pk)
    if row.submitted_by_id != actor.pk:
        raise SecondRefused(_("没有撤回：只有提交人自己可以撤回。"))
    _answer(row, State.TAKEN_BACK, None, "")
    _record(row, "second.take_back", actor)
    return row


def forget_second_reviews(opinion: int) -> None:
    """Remove what was handed over of a document that is deleted for good."""
    SecondReview.with_trash.filter(opinion=opinion).delete()


def latest(opinions: Iterable[int]) -> dict[int, SecondReview]:
    """Return the last hand-over of documents; one that was taken back says nothing. One query."""
    newest = Window(RowNumber(), partition_by="opinion", order_by=F("pk").desc())
    found = SecondReview.objects.filter(opinion__in=list(opinions)).exclude(state=State.TAKEN_BACK).annotate(nth=newest).filter(nth=1)
    return {row.opinion_id: row for row in found.select_related("submitted_by", "asked_of", "answered_by")}


def last_of(opinion: int) -> SecondReview | None:
    """Return the last hand-over of one document; one that was taken back says nothing."""
    return SecondReview.objects.filter(opinion=opinion).exclude(state=State.TAKEN_BACK).first()


def is_behind(row: SecondReview, left: int, last_at: datetime.datetime | None) -> bool:
    """Say whether a list should tell that decisions have changed since they were accepted: duties wait again, or somebody has decided since. The page of
    the hand-over compares every decision."""
    return bool(left) or (last_at is not None and row.answered_at is not None and last_at > row.answered_at)


def _stages(user_id: int | None) -> dict[str, Q]:
    waits = Q(state=State.OPEN) & ~Q(submitted_by=user_id) & (Q(asked_of=None) | Q(asked_of=user_id) | Q(asked_of__is_active=False))
    by_state = {state.value: Q(state=state) for state in (State.OPEN, State.RETURNED, State.ACCEPTED)}
    return {"mine": waits | Q(state=State.RETURNED, submitted_by=user_id), **by_state}


def _last() -> QuerySet[SecondReview]:
    """The last hand-over of every document."""
    last = SecondReview.objects.exclude(state=State.TAKEN_BACK).order_by().values("opinion").annotate(last=Max("pk")).values("last")
    return SecondReview.objects.filter(pk__in=last)


def at_stage(name: str, user_id: int | None) -> QuerySet[SecondReview]:
    """Return the last hand-overs that are at a stage: «mine» waits for this person (to be looked through, or sent back), the others by state."""
    return _last().filter(_stages(user_id)[name])


def numbers(user_id: int | None) -> dict[str, int]:
    """Return how many documents are at each stage. One query."""
    return _last().aggregate(**{name: Count("pk", filter=held) for name, held in _stages(user_id).items()})


def _held(pk: int) -> SecondReview:
    """Lock the document, then its hand-over."""
    hold_documents(SecondReview.objects.filter(pk=pk).values_list("opinion_id", flat=True))
    row = SecondReview.objects.select_for_update(of=("self",)).select_related("opinion").defer("opinion__body").filter(pk=pk).first()
    if row is None or row.state != State.OPEN:
        raise SecondRefused(_("没有办理：这次复核已经办理或者撤回。"))
    return row


def _open(pk: int, actor: User) -> SecondReview:
    row = _held(pk)
    if not viewer_of(actor).sees_all:
        raise SecondRefused(_("没有办理：您的账号不能复核。"))
    if row.submitted_by_id == actor.pk:
        raise SecondRefused(_("没有办理：复核人不能是提交人本人。"))
    return row


def _answer(row: SecondReview, state: SecondReview.State, actor: User | None, words: str) -> None:
    row.state, row.answer, row.answered_by, row.answered_at = state, _cut(words), actor, timezone.now()
    row.save(update_fields=["state", "answer", "answered_by", "answered_at", "mark"])


def _cut(words: str) -> str:
    return words.replace("\x00", "").strip()[:LONGEST]


def _record(row: SecondReview, action: str, actor: User, **more: object) -> None:
    record(actor=actor, action=action, target=row, details={"opinion": row.opinion_id, "by": actor.pk, **more})
