"""Removing an opinion for good: only one that lies in the trash and on whose duties nobody has decided (rows are retired, never deleted)."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from cms.audit.record import acting, record
from policy_docs import ports

from .models import Citation, Clause, ClauseText, OpinionVersion, SetAside
from .trashed import Trashed

if TYPE_CHECKING:
    from .pages import OpinionPage


class OpinionKept(Exception):
    """The opinion may not be removed for good; the message says why and what to do."""


def check_removable(page: "OpinionPage") -> None:
    """Raise ``OpinionKept`` where the opinion has to stay."""
    if not Trashed.objects.filter(opinion=page).exists():
        raise OpinionKept(_("《%s》不在回收站里，不能彻底删除。请先移入回收站；已失效的文件请填写废止日期，不必删除。") % page.title)
    if not ports.may_forget(page):
        raise OpinionKept(_("这份文件有经人工核对的职责、主题或成员名单，不能彻底删除，会一直留在回收站里。"))


def clear(page: "OpinionPage") -> None:
    """Remove the rows of an opinion that is about to be deleted, in the transaction of the caller.

    Raises:
        OpinionKept: it has to stay.
    """
    check_removable(page)
    entry = Trashed.objects.get(opinion=page)
    ports.forget_duties(page)
    Citation.with_trash.filter(opinion=page).delete()
    clauses = Clause.with_trash.filter(opinion=page)
    Clause.with_trash.filter(copied_from__opinion=page).update(copied_from=None)
    clauses.update(succeeded_by=None, split_from=None)
    ClauseText.with_trash.filter(clause__opinion=page).delete()
    OpinionVersion.with_trash.filter(opinion=page).delete()
    clauses.delete()
    SetAside.with_trash.filter(opinion=page).delete()
    record(actor=acting(), action="opinion.delete", target=page, details={"key": page.public_key, "title": entry.title})
    entry.delete()
