"""Work of the background worker. Each task may run again at any time, and several at once."""

import structlog
from celery import shared_task
from django.utils import timezone

from policy_docs.opinions.actions import begin_texts

from . import compared
from .asked import noting
from .engines.base import EngineBusy, EngineDown, EngineError, EngineNotReady
from .engines.registry import engine
from .index import check
from .index.indexer import drain, note_today, waiting
from .index.rebuild import needed, rebuild

log = structlog.get_logger(__name__)


@shared_task(ignore_result=True)
def drain_outbox() -> int:
    """Write what waits into the index; a first index, or one of a new format, is built. Whoever comes while another drains leaves it to them:
    the sweeper returns."""
    try:
        return drain(engine())
    except EngineNotReady:
        rebuild_index.delay()
    except EngineBusy:
        pass
    except EngineDown as error:  # the changes wait, and the sweeper comes again
        log.warning("search_engine_down", error=str(error))
    return 0


@shared_task(ignore_result=True)
def rebuild_index() -> None:
    """Build the index where there is none that fits."""
    try:
        if needed(engine()):
            rebuild(engine())
    except EngineBusy:
        return
    except EngineDown as error:
        log.warning("search_engine_down", error=str(error))


@shared_task(ignore_result=True)
def check_index(key: int) -> None:
    """Compare the index with the database, as the row of the job asks."""
    check.run(key)


@shared_task(ignore_result=True)
def compare_unit(kind: str, code: str) -> None:
    """Compare what the page of a unit lists with what the index finds for it; what differs is written again."""
    try:
        compared.compare_unit(engine(), kind, code)
    except EngineError as error:  # the nightly comparison sees all
        log.warning("search_unit_not_compared", unit=f"{kind}@{code}", error=str(error))


@shared_task(ignore_result=True)
def ask_for_check() -> None:
    """Woken by beat at night: have the index compared and mended."""
    check.Keeper().compare(actor=None, mend=True)


@shared_task(ignore_result=True)
def sweep() -> None:
    """Woken by beat: do what a lost task has left."""
    if waiting() or _lacks_index():
        drain_outbox.delay()
    for key in check.left_behind():
        check_index.delay(key)


def _lacks_index() -> bool:
    try:
        return needed(engine())
    except EngineDown:
        return False


@shared_task(ignore_result=True)
def day_begins() -> None:
    """Woken by beat after midnight: let the texts begin that were stored ahead of today, and note those that today puts in force."""
    begin_texts(timezone.localdate())
    note_today()
    noting.forget(timezone.localdate())


@shared_task(ignore_result=True)
def note_question(text: str, hits: int) -> None:
    """Count a question that was put; in the worker, so that nobody waits for it."""
    noting.note(text, hits=hits, on=timezone.localdate())
