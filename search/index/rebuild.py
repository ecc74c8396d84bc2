"""A new index beside the live one: fill, catch up, swap (design decision 8)."""

from contextlib import ExitStack

from django.db import transaction
from django.utils.translation import gettext as _

from policy_docs.jobs import Job
from policy_docs.opinions.models import Change
from policy_docs.opinions.pages import OpinionPage
from search.engines.base import Engine, Target
from search.models import CatchUp, Reading

from .indexer import REBUILD, all_batches, write_changes

_PATIENCE = 120.0  # seconds to wait for a running drain before the swap


def needed(engine: Engine) -> bool:
    """Return whether there is no index, or one of another format."""
    return not engine.state().ready


def rebuild(engine: Engine) -> int:
    """Build anew from the database and return the number of documents.

    Readers keep the old index until the swap, and drains go on writing to it; what they write meanwhile is noted and written to the new
    one too. Raises ``EngineBusy`` where another rebuild is running; an error leaves the old index as it was.
    """
    with ExitStack() as pause, engine.rebuild() as target:
        job = _begin()
        try:
            count = _fill(target, job)
            pause.enter_context(engine.exclusive(_PATIENCE))  # held over the swap, which comes with the end of the block
            _catch_up(target)
        except BaseException as error:
            _end(job, Job.State.FAILED, error=str(error) or type(error).__name__)
            raise
        _end(job, Job.State.DONE, count=count)
    return count


@transaction.atomic
def _begin() -> Job:
    """Note that a rebuild runs; one that was killed is over, since the engine lets only one run."""
    Job.objects.filter(kind=REBUILD, state=Job.State.RUNNING).update(state=Job.State.FAILED, error=_("中断"))
    CatchUp.objects.all().delete()
    return Job.objects.create(kind=REBUILD, state=Job.State.RUNNING, total=OpinionPage.objects.live().count())


def _end(job: Job, state: Job.State, *, count: int = 0, error: str = "") -> None:
    job.state, job.error, job.result = state, error, {"documents": count}
    job.save(update_fields=["state", "error", "result", "heartbeat_at"])


def _fill(target: Target, job: Job) -> int:
    count = 0
    for batch in all_batches(version=Reading.objects.begin()):
        documents = [document for _key, found in batch for document in found]
        target.write(documents)
        count += len(documents)
        job.done += len(batch)
        job.save(update_fields=["done", "heartbeat_at"])
    return count


def _catch_up(target: Target) -> None:
    """Write what changed since the start: what drains have noted and what still waits (it stays in the outbox: once more does no harm)."""
    missed = {*CatchUp.objects.values_list("item", "key"), *Change.objects.values_list("item", "key")}
    opinions = {key for item, key in missed if item == Change.Item.OPINION}
    clauses = {key for item, key in missed if item == Change.Item.CLAUSE}
    write_changes(target, opinions, clauses, version=Reading.objects.begin())
