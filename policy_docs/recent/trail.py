"""What others have changed lately, by what was changed and who did it: from the audit trail, and from Wagtail's own for drafts and vocabulary.

Only deeds of ``words.TOLD`` are told, so that nothing of accounts, contacts, imports or reading comes in; a document that the viewer may not open is
not told of, but for the deed by which one went into the trash. Others than the coordination office hear of what is published and of duties that stand, without names.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from django.db.models import Manager
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import ModelLogEntry, PageLogEntry

from cms.accounts.models import User
from cms.accounts.viewer import Viewer
from cms.audit.models import AuditEntry
from cms.audit.record import SYSTEM, before
from policy_docs.duties.models import ClauseNote, Duty, SecondReview
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.trashed import RemovalRequest
from policy_docs.topics.models import ClauseTopic
from policy_docs.units.models import Jurisdiction, MemberUnit, Reform, UnitAlias, UnitKind

from . import words

MOST = 20_000  # deeds read at once; more than that in 30 days is an import, and the newest count
_CHUNK = 500
_OPINION = "policy_docs.opinionpage:"
_OF_DOCUMENT: dict[str, Manager[Any]] = {
    f"{held.model._meta.label_lower}:": held
    for held in (Duty.of_all_days, ClauseTopic.objects, ClauseNote.objects, SecondReview.objects, RemovalRequest.objects)
}  # what hangs on a document, by how the trail calls it


class Kind(StrEnum):
    """What was changed."""

    DOCUMENT = "document"
    DUTY = "duty"
    TOPIC = "topic"
    UNIT = "unit"


_DRAFTS: dict[str, str | Promise] = {
    "wagtail.create": gettext_lazy("新建"), "wagtail.edit": gettext_lazy("修改草稿"), "wagtail.publish": gettext_lazy("发布"), "wagtail.unpublish": gettext_lazy("撤回"),
    "wagtail.rename": gettext_lazy("改名"), "wagtail.revert": gettext_lazy("恢复旧稿"), "wagtail.copy": gettext_lazy("复制"), "wagtail.move": gettext_lazy("移动位置"),
}  # fmt: skip
_ROWS: dict[str, str | Promise] = {"wagtail.create": gettext_lazy("新增"), "wagtail.edit": gettext_lazy("修改"), "wagtail.delete": gettext_lazy("删除")}
_VOCABULARY = (UnitKind, UnitAlias, Reform, MemberUnit, Jurisdiction)


class Deed(NamedTuple):
    """One deed as read: ``opinion`` is the document it is about, 0 for none; ``label`` what it is about otherwise, or that the document is in the
    trash, where nothing but the trash says its title."""

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
        if deed.opinion and page is None and not deed.label:
            continue  # gone, or not for this viewer
        who = deed.who if viewer.sees_all else ""
        about = (deed.opinion if page else 0) or deed.label, who, deed.kind
        group = groups.get(about)
        if group is None:
            group = groups[about] = _group(deed, who, page)
        group.deeds[deed.words] += 1
    return list(groups.values())


def _group(deed: Deed, who: str, page: tuple[str, str, frozenset[str]] | None) -> Group:
    if page is None:
        return Group(deed.label, reverse("policy_docs:trash") if deed.opinion else "", who, deed.kind, deed.at)
    title, key, places = page
    return Group(title, reverse("policy_docs:opinion", args=[key]), who, deed.kind, deed.at, places=places)


def _trail(user: User, viewer: Viewer, since: datetime.datetime) -> Iterable[Deed]:
    """Deeds of the audit trail by others. Rows that say who did it by account are told by that, the others by the name that they keep."""
    told = words.TOLD if viewer.sees_all else {action: words.TOLD[action] for action in words.FOR_READERS}
    found = AuditEntry.objects.filter(pk__gt=before(since), action__in=told).order_by("-pk")
    read = found.values_list("at", "actor", "action", "target", "label", "details__by")[:MOST]
    rows = [row for row in read if (row[5] != user.pk if row[5] is not None else row[1] != str(user))]
    opinions = _opinions_of([row[3] for row in rows])
    for at, who, action, target, label, _by in rows:
        opinion = opinions.get(target)
        if opinion is not None:
            yield Deed(at, who, str(told[action]), _kind(action), opinion, _("回收站中的文件") if action in words.GONE else "")
        elif not target.startswith(tuple(_OF_DOCUMENT)):  # what hung on a document and is gone says nothing
            yield Deed(at, who, str(told[action]), _kind(action), 0, label)


def _kind(action: str) -> Kind:
    for kind, held in ((Kind.DUTY, words.DUTIES), (Kind.TOPIC, words.TOPICS), (Kind.UNIT, words.UNITS)):
        if action in held:
            return kind
    return Kind.DOCUMENT


def _opinions_of(targets: Sequence[str]) -> dict[str, int]:
    """Return the document that each target is, or hangs on. One query for each sort of row, and each 500 of them."""
    found = {target: int(target.removeprefix(_OPINION)) for target in targets if target.startswith(_OPINION)}
    for prefix, held in _OF_DOCUMENT.items():
        keys = sorted({int(target.removeprefix(prefix)) for target in targets if target.startswith(prefix)})
        for start in range(0, len(keys), _CHUNK):
            rows = held.filter(pk__in=keys[start : start + _CHUNK]).values_list("pk", "opinion_id")
            found.update({f"{prefix}{pk}": opinion for pk, opinion in rows})
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
