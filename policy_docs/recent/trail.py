"""What others have changed lately, by what was changed and who did it: from the audit trail, and from Wagtail's own for drafts and vocabulary.

Only deeds of the lists below are told, so that nothing of accounts, contacts, imports or reading comes in; a document that the viewer may not open is
not told of. Others than the coordination office hear of what is published and of duties that stand, without names.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import ModelLogEntry, PageLogEntry

from cms.accounts.models import User
from cms.accounts.viewer import Viewer
from cms.audit.models import AuditEntry
from cms.audit.record import SYSTEM, before
from policy_docs.duties.models import Duty
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.models import Jurisdiction, MemberUnit, Reform, UnitAlias, UnitKind

MOST = 20_000  # deeds read at once; more than that in 30 days is an import, and the newest count
_CHUNK = 500
_OPINION, _DUTY = "policy_docs.opinionpage:", "policy_docs.duty:"


class Kind(StrEnum):
    """What was changed."""

    DOCUMENT = "document"
    DUTY = "duty"
    UNIT = "unit"


#: deeds that every reader of the house may hear of
_OPEN: dict[str, str | Promise] = {
    "opinion.add": gettext_lazy("收录"), "opinion.version": gettext_lazy("收录新文本"), "opinion.text": gettext_lazy("修改正文"), "opinion.approve": gettext_lazy("审核后发布"),
    "opinion.validity": gettext_lazy("确认现行有效"), "opinion.repealed": gettext_lazy("登记废止"), "opinion.repeal_taken_back": gettext_lazy("撤销废止"),
    "duty.confirmed": gettext_lazy("接受职责"), "duty.change": gettext_lazy("修改职责"), "duty.add": gettext_lazy("补入职责"),
}  # fmt: skip
_OFFICE: dict[str, str | Promise] = {
    "opinion.disclosure": gettext_lazy("设公开属性"), "opinion.submit": gettext_lazy("提交审核"), "opinion.submit_taken_back": gettext_lazy("撤回审核"),
    "opinion.reviewed": gettext_lazy("标为核对完成"), "opinion.reopened": gettext_lazy("重新核对"), "opinion.insert": gettext_lazy("插入条款"), "opinion.split": gettext_lazy("拆分条款"),
    "opinion.merge": gettext_lazy("合并条款"), "opinion.move": gettext_lazy("移动条款"), "opinion.renumber": gettext_lazy("重新编号"), "opinion.take_back": gettext_lazy("撤销编辑"),
    "opinion.amendment_stored": gettext_lazy("存入待施行的修订"), "opinion.merge_input": gettext_lazy("合并两人的修改"), "duty.rejected": gettext_lazy("驳回职责"), "duty.undo": gettext_lazy("撤销对职责的办理"),
    "opinion.not_collected": gettext_lazy("决定不收录"), "opinion.to_be_collected": gettext_lazy("恢复收录"),
    "reform.entered": gettext_lazy("登记机构改革"), "reform.undone": gettext_lazy("撤销机构改革"), "reform.entered_again": gettext_lazy("恢复机构改革"),
    "unit.alias_added": gettext_lazy("补充单位写法"), "unit.name_ignored": gettext_lazy("判断不是单位"),
}  # fmt: skip
_DRAFTS: dict[str, str | Promise] = {
    "wagtail.create": gettext_lazy("新建"), "wagtail.edit": gettext_lazy("修改草稿"), "wagtail.publish": gettext_lazy("发布"), "wagtail.unpublish": gettext_lazy("撤回"),
    "wagtail.rename": gettext_lazy("改名"), "wagtail.revert": gettext_lazy("恢复旧稿"), "wagtail.copy": gettext_lazy("复制"), "wagtail.move": gettext_lazy("移动位置"),
}  # fmt: skip
_ROWS: dict[str, str | Promise] = {"wagtail.create": gettext_lazy("新增"), "wagtail.edit": gettext_lazy("修改"), "wagtail.delete": gettext_lazy("删除")}
_VOCABULARY = (UnitKind, UnitAlias, Reform, MemberUnit, Jurisdiction)


class Deed(NamedTuple):
    """One deed as read: ``opinion`` is the document it is about, 0 for none; ``label`` what it is about otherwise."""

    at: datetime.datetime
    who: str
    words: str
    kind: Kind
    opinion: int
    label: str


@dataclass(slots=True)
class Group:
    """What one person has done to one thing: the newest time, each deed with how often."""

    title: str
    address: str
    who: str
    kind: Kind
    at: datetime.datetime
    deeds: Counter[str] = field(default_factory=Counter)
    places: frozenset[str] = frozenset()

    @property
    def said(self) -> list[tuple[str, int]]:
        """Return the deeds, the most frequent first."""
        return self.deeds.most_common()


def changes(user: User, viewer: Viewer, *, since: datetime.datetime) -> list[Group]:
    """Return what others have changed since a moment, newest first. The number of queries grows by one for each 500 duties."""
    deeds = [*_trail(user, viewer, since), *(_drafts(user, since) if viewer.sees_all else ()), *(_vocabulary(user, since) if viewer.sees_all else ())]
    pages = _pages({deed.opinion for deed in deeds} - {0}, viewer)
    groups: dict[tuple[object, str, Kind], Group] = {}
    for deed in sorted(deeds, key=lambda deed: deed.at, reverse=True):
        page = pages.get(deed.opinion)
        if deed.opinion and page is None:
            continue  # gone, or not for this viewer
        who = deed.who if viewer.sees_all else ""
        group = groups.get((deed.opinion or deed.label, who, deed.kind))
        if group is None:
            group = groups[deed.opinion or deed.label, who, deed.kind] = _group(deed, who, page)
        group.deeds[deed.words] += 1
    return list(groups.values())


def _group(deed: Deed, who: str, page: tuple[str, str, frozenset[str]] | None) -> Group:
    if page is None:
        return Group(deed.label, "", who, deed.kind, deed.at)
    title, key, places = page
    return Group(title, reverse("policy_docs:opinion", args=[key]), who, deed.kind, deed.at, places=places)


def _trail(user: User, viewer: Viewer, since: datetime.datetime) -> Iterable[Deed]:
    """Deeds of the audit trail by others. Rows that say who did it by account are told by that, the others by the name that they keep."""
    told = {**_OPEN, **(_OFFICE if viewer.sees_all else {})}
    found = AuditEntry.objects.filter(pk__gt=before(since), action__in=told).order_by("-pk")
    read = found.values_list("at", "actor", "action", "target", "label", "details__by")[:MOST]
    rows = [row for row in read if (row[5] != user.pk if row[5] is not None else row[1] != str(user))]
    of_duty = _opinions_of({int(target.removeprefix(_DUTY)) for _at, _who, _action, target, _label, _by in rows if target.startswith(_DUTY)})
    for at, who, action, target, label, _by in rows:
        if target.startswith(_DUTY):
            opinion = of_duty.get(int(target.removeprefix(_DUTY)))
            if opinion:
                yield Deed(at, who, str(told[action]), Kind.DUTY, opinion, "")
        elif target.startswith(_OPINION):
            yield Deed(at, who, str(told[action]), Kind.DOCUMENT, int(target.removeprefix(_OPINION)), "")
        else:
            yield Deed(at, who, str(told[action]), Kind.UNIT if action.startswith(("unit.", "reform.")) else Kind.DOCUMENT, 0, label)


def _opinions_of(duties: set[int]) -> dict[int, int]:
    keys = sorted(duties)
    found: dict[int, int] = {}
    for start in range(0, len(keys), _CHUNK):
        found.update(Duty.of_all_days.filter(pk__in=keys[start : start + _CHUNK]).values_list("pk", "opinion_id"))
    return found


def _drafts(user: User, since: datetime.datetime) -> Iterable[Deed]:
    """What people did in the editor; what the system did there stands in our own trail. A page of another type falls out with ``_pages``."""
    found = PageLogEntry.objects.filter(timestamp__gte=since, action__in=_DRAFTS, user__isnull=False).exclude(user=user).order_by("-timestamp")
    for at, name, login, action, page in found.values_list("timestamp", "user__display_name", "user__username", "action", "page_id")[:MOST]:
        yield Deed(at, name or login, str(_DRAFTS[action]), Kind.DOCUMENT, page, "")


def _vocabulary(user: User, since: datetime.datetime) -> Iterable[Deed]:
    """Edits of units, ways of writing, reforms, member units and places."""
    names = [model._meta.model_name for model in _VOCABULARY]
    found = ModelLogEntry.objects.filter(timestamp__gte=since, action__in=_ROWS, content_type__app_label="policy_docs", content_type__model__in=names)
    labels = {model._meta.model_name: str(model._meta.verbose_name) for model in _VOCABULARY}
    rows = found.exclude(user=user).order_by("-timestamp")
    for at, name, login, action, label, model in rows.values_list(
        "timestamp", "user__display_name", "user__username", "action", "label", "content_type__model"
    )[:MOST]:
        yield Deed(at, name or login or SYSTEM, str(_ROWS[action]), Kind.UNIT, 0, _("%(what)s：%(label)s") % {"what": labels[model], "label": label})


def _pages(keys: set[int], viewer: Viewer) -> dict[int, tuple[str, str, frozenset[str]]]:
    """Return title, key and places of the documents that the viewer may read."""
    held = sorted(keys)
    found: dict[int, tuple[str, str, frozenset[str]]] = {}
    for start in range(0, len(held), _CHUNK):
        rows = OpinionPage.objects.visible_to(viewer).filter(pk__in=held[start : start + _CHUNK], alias_of__isnull=True)
        for pk, title, key, lineage in rows.values_list("pk", "title", "public_key", "jurisdiction__lineage"):
            found[pk] = title, key, frozenset(filter(None, (lineage or "").split("/")))
    return found


def kept(groups: Sequence[Group], *, kind: str = "", who: str = "", place: str = "") -> list[Group]:
    """Return the groups that conditions leave."""
    return [group for group in groups if (not kind or group.kind == kind) and (not who or group.who == who) and (not place or place in group.places)]
