"""Unpublished changes of a text that gives place to one that was stored ahead of its day: kept for their author, never put over the new text."""

from typing import TYPE_CHECKING

from wagtail.models import Revision

from cms.accounts.models import User
from cms.audit.record import record

from .drafts import newest, start_of
from .models import SetAside
from .setaside import set_aside

if TYPE_CHECKING:
    from .pages import OpinionPage


def keep_draft(page: "OpinionPage", *, said_by: int | None) -> None:
    """Keep the draft of a page, which holds the text that still stands, as an input of its author that waits to be put together with the text that is
    about to begin: a review of it ends, and it is no longer published at a time. Where nobody is known to have written it, who had the new text
    stored is told; the revision stays in the history in any case. In the caller's transaction, under the lock of the document; the page is saved
    by the caller."""
    revision = page.latest_revision
    author = (revision.user if revision is not None else None) or page.owner or User.objects.filter(pk=said_by or 0).first()
    kept = None
    if author is not None:
        draft = newest(page.pk)
        kept = set_aside(draft, start_of(page), blocks=list(draft.body.raw_data), actor=author, why=SetAside.Why.BEGUN)
    if page.current_workflow_state is not None:
        page.current_workflow_state.cancel()
    Revision.objects.for_instance(page).filter(approved_go_live_at__isnull=False).update(approved_go_live_at=None)
    page.has_unpublished_changes, page.draft_title = False, page.title
    details = {"revision": page.latest_revision_id, "input": kept.pk if kept else None}
    record(actor=None, action="opinion.draft_overtaken", target=page, details=details)
