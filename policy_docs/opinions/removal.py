"""Deleting an opinion: only one that is withdrawn and on whose duties nobody has decided."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from cms.audit.record import acting, record
from policy_docs import ports

from .models import Change, Citation, Clause, ClauseText
from .repeals import take_back_repeals

if TYPE_CHECKING:
    from .pages import OpinionPage


class OpinionKept(Exception):
    """The opinion may not be deleted; the message says why and what to do."""


def check_removable(page: "OpinionPage") -> None:
    """Raise ``OpinionKept`` where the opinion has to stay."""
    if page.live:
        raise OpinionKept(_("《%s》已发布，不能删除。请先撤回；已失效的文件请填写废止日期，不必删除。") % page.title)
    if not ports.may_forget(page):
        raise OpinionKept(_("《%s》有经人工核对的职责，不能删除。可以撤回，使其不再显示。") % page.title)


def clear(page: "OpinionPage") -> None:
    """Remove the rows of an opinion that is about to be deleted, in the transaction of the caller.

    Raises:
        OpinionKept: it has to stay.
    """
    check_removable(page)
    ports.forget_duties(page)
    take_back_repeals(page)
    Citation.objects.filter(opinion=page).delete()
    clauses = Clause.objects.filter(opinion=page)
    Clause.objects.filter(copied_from__opinion=page).update(copied_from=None)
    clauses.update(succeeded_by=None, split_from=None)
    ClauseText.objects.filter(clause__opinion=page).delete()
    page.versions.all().delete()
    clauses.delete()
    Change.objects.create(item=Change.Item.OPINION, key=page.public_key)
    record(actor=acting(), action="opinion.delete", target=page, details={"key": page.public_key})
