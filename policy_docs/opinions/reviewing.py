"""A draft in review: nobody changes it, and what is published is what was approved.

Wagtail lets moderators edit while they review, and an approval publishes whatever is newest then: a text that nobody reviewed could go live.
"""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from wagtail.locks import WorkflowLock
from wagtail.models import Revision, WorkflowState

from .drafts import Start, start_of

if TYPE_CHECKING:
    from .pages import OpinionPage


class InReview(Exception):
    """The draft is being reviewed and may not change; the message says what to do."""

    def __init__(self) -> None:
        super().__init__(_("这份文件正在审核，不能修改。要修改，请先撤回审核，或者由审核人退回。"))


class ReviewLock(WorkflowLock):
    """The lock of a draft in review: it holds for everybody, reviewers too."""

    def for_user(self, user: Any) -> bool:
        """Say whether the lock holds for a person."""
        return True

    def get_message(self, user: Any) -> str:
        """Say why nobody can edit, and what to do."""
        return _("这份文件正在审核（%(task)s），谁都不能修改：审核通过的就是发布的文字。要修改，请先撤回审核，或者由审核人退回。") % {"task": self.task.name}

    def get_locked_by(self, user: Any, can_lock: bool = False) -> str:
        """Name what locks it."""
        return _("正在审核")

    def get_description(self, user: Any, can_lock: bool = False) -> str:
        """Say the same at more length."""
        return _("审核期间谁都不能修改")


def reviewed(key: int) -> Revision | None:
    """Return the revision of an opinion that is being reviewed."""
    from .pages import OpinionPage

    states = WorkflowState.objects.for_instance(OpinionPage(pk=key)).filter(status=WorkflowState.STATUS_IN_PROGRESS)
    state = states.select_related("current_task_state__revision").first()
    return state.current_task_state.revision if state is not None and state.current_task_state is not None else None


def check_not_in_review(page: "OpinionPage") -> None:
    """Raise ``InReview`` where saving a page as draft would change what is being reviewed."""
    revision = reviewed(page.pk) if page.pk else None
    if revision is None:
        return
    start = start_of(page)
    if not start.holds(revision.as_object()) and not _is_row(page, start):
        raise InReview


def _is_row(page: "OpinionPage", start: Start) -> bool:
    """Say whether a page is saved with the text that its row holds anyway: when it is withdrawn, say."""
    return page.latest_revision_id is not None and not page._state.adding and start.holds(type(page).objects.get(pk=page.pk))
