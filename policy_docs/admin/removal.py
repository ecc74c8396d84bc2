"""Rows of the vocabulary that something still needs: what the administration says where one is to be deleted."""

from collections.abc import Sequence

from django.db.models import Model, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request

from cms.accounts.models import User
from policy_docs.directory.models import DirectoryEntry
from policy_docs.duties.models import Duty
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.events import ReformEvent
from policy_docs.units.models import Jurisdiction, Membership, Reform, UnitKind


def before_delete(request: HttpRequest, rows: Sequence[Model]) -> HttpResponse | None:
    """Send back to the list where a row has to stay; of several rows then none is deleted."""
    kept = [message for row in rows if (message := why_kept(row))]
    for message in kept:
        messages.error(request, message)
    if not kept:
        return None
    return redirect(get_valid_next_url_from_request(request) or f"wagtailsnippets_{rows[0]._meta.app_label}_{rows[0]._meta.model_name}:list")


def why_kept(row: Model) -> str:
    """Return why a row may not be deleted, "" where it may. What lies in the trash needs it too."""
    if isinstance(row, UnitKind):
        needed = [
            (_("%d 条职责"), Duty.with_trash.filter(kind=row).count()),
            (_("%d 处成员名单"), Membership.with_trash.filter(kind=row).count()),
            (_("%d 个账号"), User.objects.filter(unit_kind=row.key).count()),
            (_("%d 个通讯录单位"), DirectoryEntry.objects.filter(kind=row).count()),
            (_("%d 项机构改革"), Reform.objects.filter(Q(predecessor=row) | Q(successor=row)).values("event").distinct().count()),
        ]
        advice = _("旧称请在“单位写法”中填写停用日期；已并入其他单位的，请登记“机构改革”。")
    elif isinstance(row, Jurisdiction):
        named = Duty.with_trash.filter(place=row.code).count() + Membership.with_trash.filter(place=row.code).count()
        needed = [
            (_("%d 份政策文件"), OpinionPage.with_trash.filter(jurisdiction=row).count()),
            (_("%d 个下级区划"), row.children.count()),
            (_("%d 处点名的职责或成员"), named),
            (_("%d 个账号"), User.objects.filter(place=row.code).count()),
            (_("%d 个通讯录单位"), DirectoryEntry.objects.filter(jurisdiction=row).count()),
            (_("%d 项机构改革"), ReformEvent.objects.filter(place=row).count()),
        ]
        advice = _("已撤销的区划请填写撤销日期。")
    else:
        return ""
    used = "、".join(words % number for words, number in needed if number)
    return _("“%(name)s”不能删除：还有 %(used)s用到它。%(advice)s") % {"name": row, "used": used, "advice": advice} if used else ""
