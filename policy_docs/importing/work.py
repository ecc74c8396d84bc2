"""What the worker does with an upload: split, identify, extract. The row of the job is the truth; doing it twice does no harm."""

import datetime
from functools import partial

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from policy_docs.jobs import Job
from policy_docs.units.aliases import current_vocabulary

from .apart import SecondProcess
from .draft import blocks_from_json, draft_of, to_json
from .intake import JOB
from .models import ImportFile
from .near import sketch_of
from .prepare import Prepared
from .preparing import begin, prepare_text
from .sources.base import SourceError

log = structlog.get_logger(__name__)

SECONDS = 300.0  # that splitting one text may take
SILENT = datetime.timedelta(seconds=60)  # without a sign of life a job has lost its worker
LOST = datetime.timedelta(seconds=20)  # a call that no worker has answered by then is repeated
TRIES = 3
State = ImportFile.State

_preparing = SecondProcess()


def run_job(pk: int) -> bool:
    """Do the work of a job that waits; say whether it was ours to do."""
    claimed = Job.objects.filter(pk=pk, kind=JOB, state=Job.State.WAITING)
    if not claimed.update(state=Job.State.RUNNING, attempts=F("attempts") + 1, heartbeat_at=timezone.now()):
        return False
    row = ImportFile.objects.filter(job_id=pk, state__in=ImportFile.UNDER_WAY).first()
    if row is None:
        _end(pk, Job.State.DONE)
        return True
    ImportFile.objects.filter(pk=row.pk, state=State.WAITING).update(state=State.READING)
    vocabulary = current_vocabulary()
    try:
        prepared = _preparing.call(prepare_text, row.stem, row.source, seconds=SECONDS, begin=begin, using=vocabulary, beat=partial(_beat, pk))
    except SourceError as error:
        _fail(row.pk, pk, str(error))
    except Exception:
        log.exception("import.split_failed", job=pk)
        _fail(row.pk, pk, _("识别时程序出错，没有完成。请重新识别；仍不成功时请联系系统管理员。"))
    else:
        _finish(row.pk, pk, prepared)
    return True


def sweep() -> list[int]:
    """Return the jobs to be called again: those that no worker has taken up, and those whose worker went silent. One that went silent too often fails."""
    now = timezone.now()
    silent = Job.objects.filter(kind=JOB, state=Job.State.RUNNING, heartbeat_at__lt=now - SILENT)
    for pk, attempts in silent.values_list("pk", "attempts"):
        if attempts >= TRIES:
            rows = ImportFile.objects.filter(job_id=pk).values_list("pk", flat=True)
            _fail(rows[0] if rows else 0, pk, _("识别多次中断，没有完成。请用其他软件打开检查，另存后重新上传。"))
        else:
            silent.filter(pk=pk).update(state=Job.State.WAITING)
    waiting = Job.objects.filter(kind=JOB, state=Job.State.WAITING, heartbeat_at__lt=now - LOST)
    called = list(waiting.order_by("pk").values_list("pk", flat=True)[:200])
    Job.objects.filter(pk__in=called, state=Job.State.WAITING).update(heartbeat_at=now)  # so that the next sweep does not call them all once more
    return called


def make_sketches() -> None:
    """Make the sketches of imports that were split before there were any."""
    for row in ImportFile.objects.filter(state=State.READY, sketch__isnull=True).only("draft")[:50]:
        ImportFile.objects.filter(pk=row.pk, revision=row.revision).update(sketch=sketch_of(blocks_from_json(row.draft.get("blocks", []))))


def _beat(pk: int) -> None:
    Job.objects.filter(pk=pk, state=Job.State.RUNNING).update(heartbeat_at=timezone.now())


def _end(pk: int, state: Job.State, error: str = "") -> None:
    Job.objects.filter(pk=pk).update(state=state, error=error, done=F("total"), heartbeat_at=timezone.now())


@transaction.atomic
def _finish(key: int, job: int, prepared: Prepared) -> None:
    """Keep what was found, unless the import has been given up meanwhile or another worker was first."""
    row = ImportFile.objects.select_for_update(no_key=True).filter(pk=key, state__in=ImportFile.UNDER_WAY).first()
    if row is not None:
        row.draft = to_json(draft_of(prepared, warnings=row.draft.get("warnings", [])))
        row.sketch = sketch_of(prepared.blocks)
        row.state, row.message, row.undo, row.revision = State.READY, "", [], row.revision + 1
        row.save(update_fields=["draft", "sketch", "state", "message", "undo", "revision"])
    _end(job, Job.State.DONE)


@transaction.atomic
def _fail(key: int, job: int, message: str) -> None:
    ImportFile.objects.filter(pk=key, state__in=ImportFile.UNDER_WAY).update(state=State.FAILED, message=message)
    _end(job, Job.State.FAILED, message)
