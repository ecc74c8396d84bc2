"""From the outbox to the index: keys in, rows read as they are now, one batch, then the keys go (design decision 8).

A killed drain is repeated: the keys go only after the index has committed, and the same batch twice gives the same index.
"""

import datetime
from collections.abc import Iterable, Iterator, Sequence

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from policy_docs.jobs import Job
from policy_docs.opinions.models import Change, Clause, OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.models import Reform
from search.engines.base import Engine, EngineBusy, EngineDown, EngineError, EngineNotReady, Target
from search.models import CatchUp, Reading
from search.types import Document

from .documents import Surroundings, documents_of, surroundings

log = structlog.get_logger(__name__)

REBUILD = "search-rebuild"  # kind of the job row
BATCH = 100  # outbox rows a step
_DOCUMENTS = 4_000  # documents a write at most, but for one opinion that has more
_OPINIONS = 20  # read from the database at once


def drain(engine: Engine, *, limit: int = 0) -> int:
    """Write what the outbox holds; return the number of changes done.

    ``limit`` ends it after so many changes at the earliest (0: all). Raises ``EngineBusy`` where another process drains, ``EngineError``
    where the engine is down: the changes stay.
    """
    done, queue = 0, Change.objects.order_by("pk")
    with engine.exclusive():
        while True:
            changes = list(queue[:BATCH])
            if not changes or (limit and done >= limit):
                return done
            if any(change.item == Change.Item.ALL for change in changes):
                _spread(changes)
                continue
            refused = _written(engine, changes)
            if refused:
                queue = queue.filter(pk__lt=_put_back(refused))
            done += len(changes) - len(refused)


def _written(engine: Engine, changes: Sequence[Change]) -> list[Change]:
    """Write a batch and settle it. Where the engine refuses it, each change is written by itself, and those that it refuses are returned: one entry
    that no engine takes must not keep all others from the index."""
    opinions = {change.key for change in changes if change.item == Change.Item.OPINION}
    try:
        write_changes(engine, opinions, _clauses(changes), version=Reading.objects.begin())
    except (EngineBusy, EngineDown, EngineNotReady):
        raise
    except EngineError as error:
        if len(changes) > 1:
            return [refused for change in changes for refused in _written(engine, [change])]
        log.error("search_entry_refused", item=changes[0].item, key=changes[0].key, error=str(error))
        return list(changes)
    _settle(changes)
    return []


@transaction.atomic
def _put_back(changes: Sequence[Change]) -> int:
    """Put changes at the end of the outbox, to be tried again by the next drain; return the number of the first. In bulk, so that no receiver calls
    the worker at once for what it has just refused: the sweeper comes."""
    Change.objects.filter(pk__in=[change.pk for change in changes]).delete()
    return min(change.pk for change in Change.objects.bulk_create([Change(item=change.item, key=change.key) for change in changes]))


def waiting() -> int:
    """Return the number of changes not yet in the index."""
    return Change.objects.count()


def note_today() -> int:
    """Note the opinions of which another version stands from today on, all where a reform takes effect; return how many. Again on the same day
    does no harm."""
    if Reform.objects.filter(Q(country_on=today()) | Q(province_on=today()) | Q(prefecture_on=today()) | Q(county_on=today())).exists():
        Change.objects.create(item=Change.Item.ALL)
    starting = OpinionVersion.objects.filter(state=OpinionVersion.State.PUBLISHED, number__gt=1, in_force_from=today())
    keys = list(starting.values_list("opinion__public_key", flat=True).distinct())
    Change.objects.bulk_create([Change(item=Change.Item.OPINION, key=key) for key in keys])
    return len(keys)


@transaction.atomic
def _spread(changes: Sequence[Change]) -> None:
    """Turn «everything changed» into one change for each opinion."""
    Change.objects.filter(pk__in=[change.pk for change in changes if change.item == Change.Item.ALL]).delete()
    keys = OpinionPage.objects.order_by("pk").values_list("public_key", flat=True)
    Change.objects.bulk_create([Change(item=Change.Item.OPINION, key=key) for key in keys.iterator()], batch_size=500)


@transaction.atomic
def _settle(changes: Sequence[Change]) -> None:
    if Job.objects.filter(kind=REBUILD, state=Job.State.RUNNING).exists():
        CatchUp.objects.bulk_create([CatchUp(item=change.item, key=change.key) for change in changes])
    Change.objects.filter(pk__in=[change.pk for change in changes]).delete()


def _clauses(changes: Iterable[Change]) -> set[str]:
    return {change.key for change in changes if change.item == Change.Item.CLAUSE}


def write_changes(target: Target, opinions: set[str], clauses: set[str], *, version: int) -> None:
    """Write the documents of opinions and of clauses (public keys). A change of a clause rewrites its opinion's own entry too, which
    counts its duties; where many clauses of one opinion changed, the opinion is written whole."""
    homes: dict[str, set[str]] = {}
    for clause, opinion in Clause.objects.filter(public_key__in=clauses).values_list("public_key", "opinion__public_key"):
        if opinion not in opinions:
            homes.setdefault(opinion, set()).add(clause)
    for batch in _batches([*opinions, *homes], version=version):
        dropped = [key for key, _ in batch if key in opinions]
        keys = [f"c:{clause}" for key, _ in batch for clause in homes.get(key, ())] + [f"o:{key}" for key, _ in batch if key in homes]
        wanted = set(keys)
        target.write(
            (document for key, found in batch for document in found if key in opinions or document.key in wanted), opinions=dropped, keys=keys, version=version
        )


def all_batches(*, version: int) -> Iterator[list[tuple[str, list[Document]]]]:
    """Yield the documents of every published opinion, in batches."""
    keys = list(OpinionPage.objects.live().order_by("pk").values_list("public_key", flat=True))
    yield from _batches(keys, version=version)


def _batches(keys: Sequence[str], *, version: int) -> Iterator[list[tuple[str, list[Document]]]]:
    on = today()
    shared: Surroundings = surroundings(on)
    batch: list[tuple[str, list[Document]]] = []
    size = 0
    for start in range(0, len(keys), _OPINIONS):
        wanted = keys[start : start + _OPINIONS]
        pages = OpinionPage.objects.filter(public_key__in=wanted).defer("body")
        documents = documents_of(pages, shared, version=version, on=on)
        for key in wanted:
            found = documents.get(key, [])
            batch.append((key, found))
            size += len(found)
            if size >= _DOCUMENTS:
                yield batch
                batch, size = [], 0
    if batch:
        yield batch


def today() -> datetime.date:
    """Return the day at the seat of the site."""
    return timezone.localdate()
