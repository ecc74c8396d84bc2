"""Reading all texts for topics anew, after the rules, the tree or the words of a topic have changed. The row of the job is the truth; doing it
twice does no harm, and a run that was broken off goes on with what is not read yet."""

import datetime

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from policy_docs.jobs import Job
from policy_docs.opinions.models import Change, ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.topics.forest import load_forest
from policy_docs.topics.models import TopicReading
from policy_docs.topics.storing import store_topics, suggester

log = structlog.get_logger(__name__)

JOB = "topics"
_SILENT = datetime.timedelta(seconds=60)  # without a sign of life a job has lost its worker
_LOST = datetime.timedelta(seconds=20)
_TRIES = 3


def ask(*, actor: User | None) -> Job:
    """Ask for a reading; one that waits already is it. To be called in the transaction of what makes it needed."""
    waiting = Job.objects.filter(kind=JOB, state=Job.State.WAITING).order_by("pk").first()
    return waiting or Job.objects.create(kind=JOB, actor=actor)


def last() -> Job | None:
    """Return the newest job."""
    return Job.objects.filter(kind=JOB).order_by("-pk").first()


def run_job(pk: int) -> bool:
    """Do a reading that was asked for; say whether it was ours to do."""
    claimed = Job.objects.filter(pk=pk, kind=JOB, state=Job.State.WAITING)
    if not claimed.update(state=Job.State.RUNNING, attempts=F("attempts") + 1, heartbeat_at=timezone.now()):
        return False
    try:
        _run(Job.objects.get(pk=pk))
    except Exception:
        log.exception("topics.reading_failed", job=pk)
        Job.objects.filter(pk=pk).update(state=Job.State.FAILED, error=_("识别主题时程序出错，没有完成。请重新识别；仍不成功时请联系系统管理员。"))
    return True


def _run(job: Job) -> None:
    stamp = suggester(load_forest()).fingerprint
    done = TopicReading.objects.filter(stamp=stamp, read_at__gte=job.created_at).values("opinion_id")
    keys = list(OpinionPage.objects.filter(alias_of__isnull=True).exclude(pk__in=done).order_by("pk").values_list("pk", flat=True))
    job.total, job.done = len(keys), 0
    job.save(update_fields=["total", "done", "heartbeat_at"])
    totals = {"added": 0, "dropped": 0, "to_check": 0}
    for number, key in enumerate(keys, start=1):
        for name, count in reread_topics(key).items():
            totals[name] += count
        job.done = number
        job.save(update_fields=["done", "heartbeat_at"])
    job.state, job.result = Job.State.DONE, totals
    job.save(update_fields=["state", "result", "heartbeat_at"])


@transaction.atomic
def reread_topics(key: int) -> dict[str, int]:
    """Read one document for topics; return what changed. One that is gone changes nothing."""
    page = OpinionPage.objects.defer("body").filter(pk=key).first()
    version = page.current_version if page is not None else None
    if page is None or version is None:
        return {}
    stored = store_topics(page, list(ClauseText.objects.filter(version=version).order_by("order")))
    if stored.added or stored.dropped or stored.to_check:
        Change.objects.create(item=Change.Item.OPINION, key=page.public_key)
    return {"added": stored.added, "dropped": stored.dropped, "to_check": stored.to_check}


def sweep() -> list[int]:
    """Return the jobs to be called again, as the sweeper of imports does."""
    now = timezone.now()
    silent = Job.objects.filter(kind=JOB, state=Job.State.RUNNING, heartbeat_at__lt=now - _SILENT)
    silent.filter(attempts__gte=_TRIES).update(state=Job.State.FAILED, error=_("识别主题多次中断，没有完成。请重新识别。"))
    silent.update(state=Job.State.WAITING)
    waiting = Job.objects.filter(kind=JOB, state=Job.State.WAITING, heartbeat_at__lt=now - _LOST)
    called = list(waiting.order_by("pk").values_list("pk", flat=True))
    Job.objects.filter(pk__in=called, state=Job.State.WAITING).update(heartbeat_at=now)
    return called
