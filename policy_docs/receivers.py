"""What follows on what happened. Explicit connections; no business rule here."""

from collections.abc import Iterable
from functools import partial
from typing import Any

import structlog
from celery.exceptions import OperationalError
from django.apps import AppConfig
from django.apps.registry import Apps
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_migrate, post_save
from kombu.exceptions import OperationalError as BrokerDown
from wagtail.signals import page_unpublished

from cms.accounts.models import User
from policy_docs import ports, signals
from policy_docs.importing import retopic
from policy_docs.importing.intake import JOB
from policy_docs.importing.reread import Keeper
from policy_docs.jobs import Job
from policy_docs.notices.since import changes_since
from policy_docs.opinions import bulk
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.presence import withdrawn_by_base_page
from policy_docs.topics.loader import load_topics
from policy_docs.topics.models import Topic
from policy_docs.units.aliases import load_vocabulary
from policy_docs.units.models import UnitAlias

from .tasks import go_through_documents, reread_texts, split_upload, suggest_topics

log = structlog.get_logger(__name__)


def fill_vocabulary(sender: AppConfig, **kwargs: Any) -> None:
    """A fresh database gets the vocabulary and the topics of the data files, once all its tables are there."""
    if sender.label == "policy_docs" and not kwargs.get("plan_only") and _is_complete(sender, kwargs.get("apps")):
        load_vocabulary()
        if not Topic.objects.exists():
            load_topics()


def _is_complete(app: AppConfig, known: Apps | None) -> bool:
    """Say whether migrations have come to the tables that the code reads: ``migrate`` may have gone back, or not all the way."""
    if known is None:
        return True  # not after a migration

    def columns(models: Iterable[type[Model]]) -> set[tuple[str, str]]:
        return {(model._meta.label_lower, field.attname) for model in models for field in model._meta.concrete_fields}

    return columns(app.get_models()) <= columns(known.get_models())


def alias_edited(sender: type[Model], instance: UnitAlias, raw: bool = False, **kwargs: Any) -> None:
    """Have the texts read anew that hold the way of writing; after commit, by the worker."""
    if not raw:
        transaction.on_commit(partial(_call, instance.text), robust=True)


def _call(words: str) -> None:
    try:
        reread_texts.delay(words)
    except (OperationalError, BrokerDown, OSError):
        log.warning("reread.worker_not_called", words=words)


_TASKS = {JOB: split_upload, retopic.JOB: suggest_topics, bulk.JOB: go_through_documents, bulk.UNDO: go_through_documents}


def job_waits(sender: type[Model], instance: Job, raw: bool = False, **kwargs: Any) -> None:
    """Have the worker do what waits for it, an upload, a deed on many documents or a reading for topics; after commit."""
    if not raw and instance.kind in _TASKS and instance.state == Job.State.WAITING:
        transaction.on_commit(partial(_begin, instance.kind, instance.pk), robust=True)


def _begin(kind: str, job: int) -> None:
    try:
        _TASKS[kind].delay(job)
    except (OperationalError, BrokerDown, OSError):
        log.warning("job.worker_not_called", job=job)  # the sweeper comes


def topics_changed(sender: type[Model], actor: User | None, **kwargs: Any) -> None:
    """Have all texts read for topics; the row of the job is written with the change."""
    retopic.ask(actor=actor)


def opinion_withdrawn(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    """What is withdrawn through the base page knows no opinion when it is saved."""
    if isinstance(instance, OpinionPage):
        withdrawn_by_base_page(instance)


def connect() -> None:
    """Connect the receivers of this app and join its ports."""
    ports.join_duty_keeper(Keeper())
    ports.join_change_teller(changes_since)
    post_save.connect(alias_edited, sender=UnitAlias, dispatch_uid="policy_docs.alias_saved")
    post_delete.connect(alias_edited, sender=UnitAlias, dispatch_uid="policy_docs.alias_deleted")
    post_save.connect(job_waits, sender=Job, dispatch_uid="policy_docs.job_waits")
    signals.topics_changed.connect(topics_changed, dispatch_uid="policy_docs.topics_changed")
    page_unpublished.connect(opinion_withdrawn, dispatch_uid="policy_docs.opinion_withdrawn")
    post_migrate.connect(fill_vocabulary, dispatch_uid="policy_docs.fill_vocabulary")
