"""Work of the background worker for the domain. Each task may run again at any time."""

from celery import shared_task

from policy_docs.importing.reread import reread_containing


@shared_task(ignore_result=True)
def reread_texts(words: str) -> None:
    """Read the texts anew that hold a name whose meaning was edited."""
    reread_containing(words)
