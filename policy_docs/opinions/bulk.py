"""Going through many documents with one deed, and taking it back: a ``Job`` row, a transaction for each document, one key in the trail.

Few documents are done at once, by the same code; more by the worker. A run that was broken off goes on: what the trail holds under its key is done.
"""

import datetime
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import structlog
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from cms.audit.models import AuditEntry
from cms.audit.record import before
from policy_docs.jobs import Job

from .many import ACTIONS, SUBMIT_BACK, ManyRefused, Order, Outcome, Verb, carry_out, take_back
from .pages import OpinionPage

log = structlog.get_logger(__name__)

JOB = "documents"
UNDO = "documents-undo"
KINDS = (JOB, UNDO)
LIMIT = 2000  # documents of one deed
AT_ONCE = 20  # more are done by the worker
UNDO_WITHIN = datetime.timedelta(minutes=30)
SILENT = datetime.timedelta(seconds=60)
LOST = datetime.timedelta(seconds=20)
TRIES = 3
_EVERY = 10  # documents between two signs of life
_TOLD = 3  # deeds of a person that lists offer to take back


def new_key() -> str:
    """Return the key that a confirmation carries: pressed twice, it is one deed."""
    return secrets.token_hex(8)


def ask(key: str, seen: Sequence[tuple[str, str]], *, verb: Verb, value: str, actor: User) -> tuple[Job, bool]:
    """Note the deed on documents (public key, stamp of what was seen), and do it at once where they are few. Return the job, and whether it is new.

    Raises:
        ManyRefused: none, too many, no right.
    """
    if not viewer_of(actor).sees_all:
        raise ManyRefused(_("没有办理：您的账号不能批量办理文件。"))
    if not seen:
        raise ManyRefused(_("没有办理：请先勾选文件。"))
    if len(seen) > LIMIT:
        raise ManyRefused(_("没有办理：一次最多办理 %d 份文件，请缩小筛选范围。") % LIMIT)
    result = {"verb": verb.value, "value": value, "seen": [list(pair) for pair in seen], "on": timezone.localdate().isoformat()}
    return _begin(key, JOB, actor, len(seen), result)


def ask_back(job: Job, *, actor: User, now: datetime.datetime | None = None) -> tuple[Job, bool]:
    """Take a deed back in one step.

    Raises:
        ManyRefused: somebody else's, not at its end, too late.
    """
    if not can_go_back(job, actor, now=now):
        raise ManyRefused(_("没有撤销：只能撤销您本人 30 分钟以内的办理。"))
    result = {"verb": job.result["verb"], "value": job.result["value"], "of": job.key, "on": job.result["on"]}
    return _begin(f"u{str(job.key)[:15]}", UNDO, actor, len(entries(job)), result)


def can_go_back(job: Job, actor: User, *, now: datetime.datetime | None = None) -> bool:
    """Say whether a person may still take a deed back, and there is something to be taken back; one that failed half-way can be too."""
    fresh = job.heartbeat_at > (now or timezone.now()) - UNDO_WITHIN
    is_theirs = job.kind == JOB and job.actor_id == actor.pk and job.state in (Job.State.DONE, Job.State.FAILED)
    return is_theirs and fresh and bool(entries(job))


def undone(job: Job) -> Job | None:
    """Return the job that took a deed back."""
    return Job.objects.filter(key=f"u{str(job.key)[:15]}", kind=UNDO).first()


@dataclass(frozen=True, slots=True)
class Lately:
    """A deed that may still be taken back: the key of its job, and what was done."""

    key: str
    words: str


def lately(actor: User, *, now: datetime.datetime | None = None) -> list[Lately]:
    """Return the deeds of a person that may still be taken back, newest first. One query, two for each deed."""
    since = (now or timezone.now()) - UNDO_WITHIN
    jobs = Job.objects.filter(kind=JOB, actor=actor, state__in=(Job.State.DONE, Job.State.FAILED), heartbeat_at__gt=since).order_by("-pk")[:_TOLD]
    return [Lately(str(job.key), _done_words(job)) for job in jobs if can_go_back(job, actor, now=now) and undone(job) is None]


def _done_words(job: Job) -> str:
    verb, number = Verb(job.result["verb"]), len(entries(job))
    if verb is Verb.DISCLOSURE:
        value = OpinionPage.Disclosure(job.result["value"])
        words = _("刚才公开了 %(number)d 份文件") if value == OpinionPage.Disclosure.OPEN else _("刚才将 %(number)d 份文件设为“%(value)s”")
        return words % {"number": number, "value": value.label}
    return (_("刚才确认了 %d 份文件现行有效") if verb is Verb.VALIDITY else _("刚才将 %d 份文件提交审核")) % number


def _begin(key: str, kind: str, actor: User, total: int, result: Mapping[str, object]) -> tuple[Job, bool]:
    at_once = total <= AT_ONCE
    state = Job.State.RUNNING if at_once else Job.State.WAITING  # a receiver calls the worker for what waits
    job, is_new = Job.objects.get_or_create(
        key=key, defaults={"kind": kind, "actor": actor, "total": total, "result": dict(result), "state": state, "attempts": int(at_once)}
    )
    if is_new and at_once:
        _go_through(job)
    return job, is_new


def run_job(pk: int) -> bool:
    """Do a job that waits; say whether it was ours to do."""
    claimed = Job.objects.filter(pk=pk, kind__in=KINDS, state=Job.State.WAITING)
    if not claimed.update(state=Job.State.RUNNING, attempts=F("attempts") + 1, heartbeat_at=timezone.now()):
        return False
    _go_through(Job.objects.select_related("actor").get(pk=pk))
    return True


def sweep() -> list[int]:
    """Return the jobs to be called again: not taken up, or silent. One that went silent too often fails."""
    now = timezone.now()
    silent = Job.objects.filter(kind__in=KINDS, state=Job.State.RUNNING, heartbeat_at__lt=now - SILENT)
    silent.filter(attempts__gte=TRIES).update(state=Job.State.FAILED, error=_("办理多次中断，没有完成。请查看已办理的文件，其余的重新办理。"))
    silent.update(state=Job.State.WAITING)
    waiting = Job.objects.filter(kind__in=KINDS, state=Job.State.WAITING, heartbeat_at__lt=now - LOST)
    called = list(waiting.order_by("pk").values_list("pk", flat=True))
    Job.objects.filter(pk__in=called).update(heartbeat_at=now)
    return called


def _go_through(job: Job) -> None:
    if job.actor is None:
        _end(job, Job.State.FAILED, error=_("办理人的账号已经注销。"))
        return
    facts = job.result
    order = Order(Verb(facts["verb"]), facts["value"], job.actor, datetime.date.fromisoformat(facts["on"]), batch=str(job.key))
    try:
        outcomes = _done_to_all(job, order) if job.kind == JOB else _back_with_all(job, order)
    except Exception:
        log.exception("documents.many_failed", job=job.pk)
        _end(job, Job.State.FAILED, error=_("办理时程序出错，没有完成。已办理的文件仍然有效，请联系系统管理员。"))
        return
    job.result = {
        **{name: value for name, value in facts.items() if name != "seen"},
        "done": [[item.key, item.title] for item in outcomes if not item.why],
        "left": [list(asdict(item).values()) for item in outcomes if item.why],
    }
    _end(job, Job.State.DONE)


def _done_to_all(job: Job, order: Order) -> list[Outcome]:
    known = _done_before(job)
    outcomes = []
    for number, (key, stamp) in enumerate(job.result["seen"], start=1):
        outcomes.append(known.get(key) or carry_out(key, stamp, order))
        _beat(job, number)
    return outcomes


def _back_with_all(job: Job, order: Order) -> list[Outcome]:
    known = _done_before(job)
    outcomes = []
    for number, entry in enumerate(entries(Job.objects.get(key=job.result["of"])), start=1):
        outcomes.append(known.get(entry.target) or take_back(entry, order))
        _beat(job, number)
    return outcomes


def _done_before(job: Job) -> dict[str, Outcome]:
    """Return what an earlier run of the job has done, by public key and by target of the trail."""
    if job.attempts < 2:
        return {}
    targets = {int(entry.target.rpartition(":")[2]): entry.target for entry in entries(job)}
    known = {}
    for pk, key, title in OpinionPage.objects.filter(pk__in=targets).values_list("pk", "public_key", "title"):
        known[key] = known[targets[pk]] = Outcome(key, title)
    return known


def entries(job: Job) -> list[AuditEntry]:
    """Return what the trail holds of a deed, in its order."""
    deeds = (ACTIONS[Verb(job.result["verb"])], SUBMIT_BACK)
    found = AuditEntry.objects.filter(pk__gt=before(job.created_at), action__in=deeds, details__batch=job.key)
    return list(found.order_by("pk"))


def _beat(job: Job, number: int) -> None:
    if number % _EVERY == 0:
        Job.objects.filter(pk=job.pk).update(done=number, heartbeat_at=timezone.now())


def _end(job: Job, state: Job.State, *, error: str = "") -> None:
    job.state, job.error, job.done = state, error, job.total
    job.save(update_fields=["state", "error", "done", "result", "heartbeat_at"])
