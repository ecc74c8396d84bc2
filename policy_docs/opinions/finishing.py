"""The end of a review. Wagtail imports this while it defines its own models, so everything else is imported inside."""

from typing import Any


def publish_reviewed(workflow_state: Any, user: Any = None) -> None:
    """Publish what was approved: the revision that the last reviewer saw, whatever may have been stored since.

    Raises:
        Unsettled: it has to be said first what the text is, and what becomes of duties; then nothing is approved either.
    """
    from django.db import transaction
    from wagtail.workflows import publish_workflow_state

    from cms.audit.record import record

    from .citation_rows import hold_to_publish
    from .pages import OpinionPage
    from .releasing import release

    content = workflow_state.content_object
    page = getattr(content, "specific", content)  # of pages Wagtail hands out the base
    state = workflow_state.current_task_state
    if not isinstance(page, OpinionPage) or state is None:
        publish_workflow_state(workflow_state, user=user)
        return
    with transaction.atomic():
        hold_to_publish(state.revision.as_object())
        waiting = release(state.revision, actor=user)
        standing = waiting or page.current_version
        record(actor=user, action="opinion.approve", target=page, details={"revision": state.revision_id, "text_hash": standing.text_hash if standing else ""})
