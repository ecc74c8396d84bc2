"""What follows on changes of the domain: a row in the outbox, in the same transaction, and a call for the worker after commit.

The domain writes the outbox for text and duties itself; here stand the events that only finding cares about.
"""

from functools import partial
from typing import Any

import structlog
from celery.exceptions import OperationalError
from django.apps import AppConfig
from django.core.cache import cache
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_migrate, post_save
from kombu.exceptions import OperationalError as BrokerDown
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import post_page_move

from policy_docs import signals
from policy_docs.jobs import Job
from policy_docs.opinions.models import Change
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.models import VocabularyRow

from .index.check import CHECK
from .tasks import check_index, compare_unit, drain_outbox
from .words.models import EverydayWord
from .words.store import load_words

log = structlog.get_logger(__name__)
COMPARED_EVERY = 3600  # seconds between two comparisons of one unit


def call_worker(sender: type[Model], instance: Change, raw: bool = False, **kwargs: Any) -> None:
    """Wake the worker once the change is there."""
    if not raw:
        transaction.on_commit(partial(_call, instance.pk), robust=True)


def _call(first: int) -> None:
    """Send a task, unless an older change waits: then one is under way, or the sweeper comes. An import of a thousand files so sends few.
    With no broker to be reached the change waits for the sweeper."""
    if Change.objects.filter(pk__lt=first).exists():
        return
    try:
        drain_outbox.delay()
    except (OperationalError, BrokerDown, OSError):
        log.warning("search_worker_not_called", change=first)


def job_created(sender: type[Model], instance: Job, created: bool = False, raw: bool = False, **kwargs: Any) -> None:
    """Have a comparison begin once its row is there."""
    if created and not raw and instance.kind == CHECK and instance.state == Job.State.WAITING:
        transaction.on_commit(partial(_compare, instance.pk), robust=True)


def _compare(key: int) -> None:
    try:
        check_index.delay(key)
    except (OperationalError, BrokerDown, OSError):
        log.warning("search_worker_not_called", job=key)


def unit_shown(sender: object, kind: str, code: str, **kwargs: Any) -> None:
    """Have the index compared with what was shown, at most once in a while for a unit; nobody waits for it."""
    if not cache.add(f"search.unit_compared:{kind}@{code}", True, COMPARED_EVERY):
        return
    try:
        compare_unit.delay(kind, code)
    except (OperationalError, BrokerDown, OSError):
        log.warning("search_worker_not_called", unit=f"{kind}@{code}")


def opinion_saved(sender: type[Model], instance: OpinionPage, raw: bool = False, **kwargs: Any) -> None:
    """Title, dates, publication: everything but the body is saved without a projection."""
    if not raw:
        Change.objects.create(item=Change.Item.OPINION, key=instance.public_key)


def access_changed(sender: type[Model], instance: PageViewRestriction, raw: bool = False, **kwargs: Any) -> None:
    """A restriction of a page hides or shows all below it."""
    if not raw:
        _below(instance.page)


def page_moved(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """A page that moves may come under a restriction or leave one, with all below it."""
    _below(instance)


def _below(page: Page) -> None:
    keys = OpinionPage.objects.descendant_of(page, inclusive=True).values_list("public_key", flat=True)
    for key in keys:
        Change.objects.create(item=Change.Item.OPINION, key=key)


def vocabulary_edited(sender: type[Model], raw: bool = False, **kwargs: Any) -> None:
    """An edit of units, reforms or places may touch any entry; one row says so for any number of edits."""
    if not raw and issubclass(sender, VocabularyRow) and not Change.objects.filter(item=Change.Item.ALL).exists():
        Change.objects.create(item=Change.Item.ALL)


def fill_words(sender: AppConfig, **kwargs: Any) -> None:
    """A database gets the everyday words of the file that comes along, once their table is there."""
    known = kwargs.get("apps")
    if sender.label != "search" or kwargs.get("plan_only"):
        return
    if known is None or EverydayWord._meta.model_name in known.all_models["search"]:
        load_words()


def connect() -> None:
    """Connect the receivers."""
    post_migrate.connect(fill_words, dispatch_uid="search.fill_words")
    post_save.connect(call_worker, sender=Change, dispatch_uid="search.call_worker")
    post_save.connect(job_created, sender=Job, dispatch_uid="search.job_created")
    post_save.connect(opinion_saved, sender=OpinionPage, dispatch_uid="search.opinion_saved")
    signals.unit_shown.connect(unit_shown, dispatch_uid="search.unit_shown")
    post_page_move.connect(page_moved, dispatch_uid="search.page_moved")
    for signal, name in ((post_save, "saved"), (post_delete, "deleted")):
        signal.connect(access_changed, sender=PageViewRestriction, dispatch_uid=f"search.restriction_{name}")
        for model in VocabularyRow.__subclasses__():
            signal.connect(vocabulary_edited, sender=model, dispatch_uid=f"search.{model.__name__}_{name}")
