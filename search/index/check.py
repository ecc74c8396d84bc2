"""The index against the database: the rows are read and analysed anew, and each entry has to be the one that follows from them.

That takes as long as a rebuild, so it is the work of the worker and its result a ``Job`` row. Documents that wait in the outbox are left aside:
that they differ is no fault.
"""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from functools import partial

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.audit.record import record
from policy_docs.jobs import Job
from policy_docs.opinions.models import Change, Clause
from policy_docs.opinions.pages import OpinionPage
from policy_docs.ports import Apart, IndexState
from search.engines.base import Engine, EngineError
from search.engines.registry import engine
from search.models import Reading

from .indexer import all_batches, waiting

log = structlog.get_logger(__name__)

CHECK = "search-check"  # kind of the job row
STOPPED_AFTER = datetime.timedelta(minutes=10)  # without a sign of life
_ASKED = 500  # keys a query
_PATIENCE = 5.0  # seconds to wait for a running drain
_MISSING, _LEFT_OVER, _OUTDATED = range(3)

Counts = dict[str, list[int]]  # public key of the document: missing, left over, outdated entries


def compare(target: Engine, job: Job) -> tuple[int, Counts]:
    """Return the number of entries, and the documents whose entries are not as they should be. Holds the digests of all entries in memory."""
    busy = waiting_keys()
    held, newest = {}, 0
    for entry in target.entries():
        held[entry.key], newest = entry.digest, max(newest, entry.version)
    Reading.objects.reach(newest)
    total = len(held)
    counts: Counts = defaultdict(lambda: [0, 0, 0])
    for batch in all_batches(version=0):
        for key, documents in batch:
            for document in documents:
                digest = held.pop(document.key, None)
                if digest != document.digest:
                    counts[key][_MISSING if digest is None else _OUTDATED] += 1
        job.done += len(batch)
        job.save(update_fields=["done", "heartbeat_at"])
    for key in _homes(held):
        counts[key][_LEFT_OVER] += 1
    busy |= waiting_keys()
    return total, {key: found for key, found in counts.items() if key not in busy}


def waiting_keys() -> set[str]:
    """Return the documents with a change in the outbox; all where the vocabulary has changed."""
    changes = list(Change.objects.values_list("item", "key"))
    if any(item == Change.Item.ALL for item, _key in changes):
        return set(OpinionPage.objects.values_list("public_key", flat=True))
    clauses = [key for item, key in changes if item == Change.Item.CLAUSE]
    keys = {key for item, key in changes if item == Change.Item.OPINION}
    for start in range(0, len(clauses), _ASKED):
        keys |= set(Clause.objects.filter(public_key__in=clauses[start : start + _ASKED]).values_list("opinion__public_key", flat=True))
    return keys


def _homes(entries: dict[str, str]) -> list[str]:
    """Return the document of each entry that the database does not account for; the entry's own key where its clause is not there."""
    keys = list(entries)
    found: list[str] = []
    for start in range(0, len(keys), _ASKED):
        some = keys[start : start + _ASKED]
        homes = dict(Clause.objects.filter(public_key__in=[key[2:] for key in some]).values_list("public_key", "opinion__public_key"))
        found += [key[2:] if key.startswith("o:") else homes.get(key[2:], key) for key in some]
    return found


def run(key: int) -> None:
    """Do a comparison that was asked for, and mend what it finds where that was asked too; one that is done, or that another worker is at, is left alone."""
    job = _taken(key)
    if job is None:
        return
    to_mend = bool(job.result.get("mend"))
    _do(job)
    if to_mend and job.state == Job.State.DONE and job.result["apart"]:
        mend(job)


def here() -> Job | None:
    """Compare in this process; None where another comparison is under way."""
    with transaction.atomic():
        if any(
            not _has_stopped(job) for job in Job.objects.select_for_update(of=("self",)).filter(kind=CHECK, state__in=[Job.State.WAITING, Job.State.RUNNING])
        ):
            return None
        job = Job.objects.create(kind=CHECK, state=Job.State.RUNNING, total=OpinionPage.objects.live().count())
    _do(job)
    return job


def _do(job: Job) -> None:
    try:
        entries, counts = compare(engine(), job)
    except EngineError as error:
        job.state, job.error = Job.State.FAILED, str(error) or type(error).__name__
    else:
        job.state, job.error = Job.State.DONE, ""
        job.result = {"entries": entries, "waiting": waiting(), "apart": [[name, *numbers] for name, numbers in sorted(counts.items())]}
        if counts:
            log.warning("search_drift", documents=len(counts), entries=sum(sum(numbers) for numbers in counts.values()), keys=sorted(counts)[:20])
    job.save(update_fields=["state", "error", "result", "heartbeat_at"])


def mend(job: Job) -> int:
    """Have written again what a comparison found apart, and keep what that was for the page; return how many documents."""
    found = job.result["apart"]
    done = Keeper().rewrite([row[0] for row in found], actor=None)
    Job.objects.filter(pk=job.pk).update(result={**job.result, "apart": [], "mended": found})
    return done


@transaction.atomic
def _taken(key: int) -> Job | None:
    job = Job.objects.select_for_update(of=("self",)).filter(pk=key, kind=CHECK).first()
    if job is None or not (job.state == Job.State.WAITING or _has_stopped(job)):
        return None
    job.state, job.done, job.total = Job.State.RUNNING, 0, OpinionPage.objects.live().count()
    job.save(update_fields=["state", "done", "total", "heartbeat_at"])
    return job


def _has_stopped(job: Job) -> bool:
    return job.state == Job.State.RUNNING and job.heartbeat_at < timezone.now() - STOPPED_AFTER


def left_behind() -> list[int]:
    """Return the comparisons that nobody is at: those whose call was lost, and those whose worker was killed."""
    early = timezone.now() - datetime.timedelta(seconds=30)
    open_jobs = Job.objects.filter(kind=CHECK, state__in=[Job.State.WAITING, Job.State.RUNNING])
    return [job.pk for job in open_jobs if _has_stopped(job) or (job.state == Job.State.WAITING and job.created_at < early)]


class Keeper:
    """What the domain sees of the index (``policy_docs.ports.IndexKeeper``)."""

    def state(self) -> IndexState:
        """Say what is known of index and database. Five queries at most."""
        down = ""
        try:
            ready = engine().state().ready
        except EngineError as error:
            ready, down = False, str(error) or type(error).__name__
        jobs = Job.objects.filter(kind=CHECK)
        last = jobs.first()
        done = last if last and last.state == Job.State.DONE else jobs.filter(state=Job.State.DONE).first()
        at_work = last is not None and last.state in (Job.State.WAITING, Job.State.RUNNING)
        return IndexState(
            ready=ready,
            waiting=waiting(),
            under_way=at_work,
            done=last.done if last and at_work else 0,
            total=last.total if last and at_work else 0,
            failed=last.error if last and last.state == Job.State.FAILED else "",
            checked_at=done.heartbeat_at if done else None,
            entries=int(done.result.get("entries", 0)) if done else 0,
            apart=tuple(Apart(*row) for row in done.result.get("apart", ())) if done else (),
            mended=tuple(Apart(*row) for row in done.result.get("mended", ())) if done else (),
            down=down,
            oldest=Change.objects.order_by("pk").values_list("created_at", flat=True).first(),
        )

    @transaction.atomic
    def compare(self, *, actor: User | None, mend: bool = False) -> bool:
        """Ask for a comparison; a receiver calls the worker once the row is there. ``mend``: what differs is written again by itself."""
        if any(job for job in Job.objects.select_for_update().filter(kind=CHECK, state__in=[Job.State.WAITING, Job.State.RUNNING]) if not _has_stopped(job)):
            return False
        Job.objects.filter(kind=CHECK, state=Job.State.RUNNING).update(state=Job.State.FAILED, error=_("中断"))
        job = Job.objects.create(kind=CHECK, actor=actor, result={"mend": True} if mend else {})
        record(actor=actor, action="index.compare", target=job)
        return True

    @transaction.atomic
    def rewrite(self, keys: Sequence[str], *, actor: User | None) -> int:
        """Put documents of the last comparison in the outbox again, and take them off its list; entries that no document stands behind go."""
        job = Job.objects.select_for_update(of=("self",)).filter(kind=CHECK, state=Job.State.DONE).first()
        if job is None:
            return 0
        wanted = set(keys)
        chosen = [row for row in job.result.get("apart", ()) if row[0] in wanted]
        orphans = [row[0] for row in chosen if row[0].startswith("c:")]
        for row in chosen:  # one by one: the worker hears of each row's creation
            if row[0] not in orphans:
                Change.objects.create(item=Change.Item.OPINION, key=row[0])
        job.result["apart"] = [row for row in job.result["apart"] if row not in chosen]
        Job.objects.filter(pk=job.pk).update(result=job.result)  # its time stays that of the comparison
        record(actor=actor, action="index.rewrite", target=job, details={"documents": len(chosen), "keys": [row[0] for row in chosen[:200]]})
        if orphans:
            transaction.on_commit(partial(_drop, orphans), robust=True)
        return len(chosen)


def _drop(keys: Sequence[str]) -> None:
    """Take entries out that no row stands behind; where that fails, the next comparison finds them again."""
    try:
        with engine().exclusive(_PATIENCE):
            engine().write((), keys=keys)
    except EngineError:
        log.warning("search_orphans_kept", keys=len(keys))
