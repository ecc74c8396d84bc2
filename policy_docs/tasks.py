"""Work of the background worker for the domain. Each task may run again at any time."""

import structlog
from celery import shared_task
from django.conf import settings
from django.utils import timezone

from policy_docs.directory import uploading
from policy_docs.importing import retopic, work
from policy_docs.importing.reread import reread_containing
from policy_docs.opinions import bulk, scheduled
from policy_docs.opinions.releasing import Unsettled
from policy_docs.saved import alerting, digest

log = structlog.get_logger(__name__)


@shared_task(ignore_result=True)
def reread_texts(words: str) -> None:
    """Read the texts anew that hold a name whose meaning was edited."""
    reread_containing(words)


@shared_task(ignore_result=True)
def split_upload(job: int) -> None:
    """Split what somebody has uploaded."""
    work.run_job(job)


@shared_task(ignore_result=True)
def suggest_topics(job: int) -> None:
    """Read all texts for topics."""
    retopic.run_job(job)


@shared_task(ignore_result=True)
def sweep_imports() -> None:
    """Woken by beat: call again for the jobs that have lost their call or their worker, and forget the tables of contacts that nobody has come back to."""
    uploading.forget_old()
    work.make_sketches()
    for job in work.sweep():
        split_upload.delay(job)
    for job in retopic.sweep():
        suggest_topics.delay(job)


@shared_task(ignore_result=True)
def go_through_documents(job: int) -> None:
    """Do one deed on many documents, or take it back."""
    bulk.run_job(job)


@shared_task(ignore_result=True)
def sweep_documents() -> None:
    """Woken by beat: call again for such deeds that have lost their call or their worker."""
    for job in bulk.sweep():
        go_through_documents.delay(job)


@shared_task(ignore_result=True)
def publish_scheduled() -> None:
    """Woken by beat: publish and withdraw what was to be by now. One that cannot be keeps no other from it."""
    now = timezone.now()
    for key in list(scheduled.due(now)):
        try:
            scheduled.publish_due(key, now=now)
        except Unsettled as lacking:
            log.warning("a scheduled publication waits for a person", revision=key, why=str(lacking))
        except Exception:
            log.exception("a scheduled publication failed", revision=key)
    for key in list(scheduled.expired(now)):
        try:
            scheduled.withdraw_expired(key)
        except Exception:
            log.exception("a scheduled withdrawal failed", page=key)


@shared_task(ignore_result=True)
def tell_of_saved() -> None:
    """Woken by beat: compare the saved filters whose time has come, and mail what people want to have mailed. Mail that cannot be sent waits."""
    now = timezone.now()
    for finding in alerting.run_due(now):
        log.info("a saved filter has found something", filter=finding.alert_id)
    if settings.SENDS_MAIL:
        try:
            digest.send(digest.waiting(), now=now)
        except OSError as error:
            log.warning("mail was not sent and waits", why=str(error))
