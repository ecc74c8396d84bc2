"""Telling units that a document they went by is repealed, taken away, or back: what ceases and what stands again, as a whole."""

import datetime

from django.utils.translation import gettext as _

from policy_docs.opinions.models import OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.querysets import unrestricted_q
from policy_docs.opinions.validity import written

from .actions import tell, touched_by
from .difference import differences
from .facts import Standing, is_over, standing
from .models import GONE, Notice

Deed = Notice.Deed


def tell_repealed(page: OpinionPage, day: datetime.date | None) -> Notice | None:
    """Tell the units that a published document binds that it no longer holds from a day on; ``day`` None: that this is taken back.

    What was told of an earlier repeal goes, since it is wrong now. By what it is repealed stands on its page, for those who may read that
    document too.
    """
    earlier = Notice.objects.filter(opinion=page, deed=Deed.REPEALED).delete()[0]
    stood = standing(page)
    if stood.number is None or stood.hidden:
        return None
    if day is None:
        if not earlier or is_over(page):
            return None
        revived = touched_by(page, differences((), stood.facts, heirs={}))
        return tell(Deed.REVIVED, revived, title=page.title, opinion=page, said=_("原来登记的废止已经取消，文件继续有效。"), new=stood.number)
    ended = touched_by(page, differences(stood.facts, (), heirs={}))
    return tell(Deed.REPEALED, ended, title=page.title, opinion=page, said=_("自%s起废止。") % written(day), new=stood.number)


def tell_gone(page: OpinionPage, *, deleted: bool) -> Notice | None:
    """Tell the units that a document binds that it is withdrawn or deleted, and let what they were told before outlast it. Called in the
    transaction in which it goes; before it is moved into the trash, where nothing is restricted. Twice does no harm.

    A document that units could not read, since it stands in a private section, stays unknown to them. One that no longer holds binds nobody any
    more, so nothing ceases.
    """
    notice = _tell_ceased(page, deleted=deleted)
    readable = OpinionPage.objects.filter(unrestricted_q(), pk=page.pk).exists()
    Notice.objects.filter(opinion=page).update(outlasts=readable)
    return notice


def _tell_ceased(page: OpinionPage, *, deleted: bool) -> Notice | None:
    last = Notice.objects.filter(opinion=page).exclude(deed=Deed.REPEALED).order_by("-pk").values_list("deed", flat=True).first()
    stood = standing(page) if last not in GONE else Standing(None)
    if stood.number is None or is_over(page):
        return None
    said = _("已从本库删除。") if deleted else _("已从本库撤回，不再公开。")
    said += _("以下职责不再列入本单位职责；文件本身是否仍然有效，以发文机关的通知为准。")
    ceased = touched_by(page, differences(stood.facts, (), heirs={}))
    return tell(Deed.DELETED if deleted else Deed.WITHDRAWN, ceased, title=page.title, opinion=page, said=said)


def tell_back(page: OpinionPage, before: Standing, *, restored: bool) -> Notice | None:
    """Tell the units that a document binds that it is public again, or back from the trash; ``before``: what stood when it was taken away."""
    if before.number is None or is_over(page):
        return None
    after = standing(page)
    standing_again = touched_by(page, differences((), after.facts, heirs={}))
    said = (_("已恢复。") if restored else _("已重新公开。")) + _("以下职责重新列入本单位职责。") + ("" if restored else _other_text(page, before, after))
    texts = {"old": before.number, "new": after.number} if after.number != before.number else {"new": after.number}
    return tell(Deed.RESTORED if restored else Deed.AGAIN, standing_again, title=page.title, opinion=page, said=said, **texts)


def _other_text(page: OpinionPage, before: Standing, after: Standing) -> str:
    """What to say where the text is not the one that was taken away."""
    if after.number == before.number:
        return _("文字有更正。") if differences(before.facts, after.facts, heirs={}) else ""
    basis = OpinionVersion.objects.filter(opinion=page, number=after.number or 0).values_list("basis", flat=True).first()
    return _("文字已依据%s修订。") % basis if basis else _("文字已修订。")
