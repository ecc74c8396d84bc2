"""Keeping, renaming, ordering and removing saved filters. They are a person's own notes: the audit trail hears only of those that are shared."""

import datetime
from urllib.parse import urlsplit

from django.db import transaction
from django.http import QueryDict
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from cms.audit.record import record
from policy_docs.duties.tidy import DEFAULTS, meaning, tidied

from .models import SavedAlert, SavedListing

MOST = 30  # of one person
UNDO_WITHIN = datetime.timedelta(minutes=30)
_NAME, _QUERY = 40, 1000
_PASSING = ("turn", "page", "all", "print", "aside", "state_token", "csrfmiddlewaretoken")  # say nothing of the filter
Page, Shared = SavedListing.Page, SavedListing.Shared


class SavingRefused(Exception):
    """The filter is not saved or changed; the message says why and what to do."""


def checked_name(name: str) -> str:
    """Return a name as it is kept.

    Raises:
        SavingRefused: none, or too long.
    """
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise SavingRefused(_("没有保存：请填写名称。"))
    if len(name) > _NAME:
        raise SavingRefused(_("没有保存：名称不能超过 %d 个字。") % _NAME)
    return name


def checked_shared(shared: str, owner: User) -> str:
    """Return with whom a filter is shared.

    Raises:
        SavingRefused: with a unit that the account has not.
    """
    if shared not in Shared.values:
        return Shared.NOBODY
    if shared == Shared.UNIT and not (owner.unit_kind and owner.place):
        raise SavingRefused(_("没有保存：您的账号没有登记单位，不能和本单位共用。"))
    return Shared(shared)


def _held(owner: User) -> None:
    """One person's filters change one after the other."""
    User.objects.select_for_update(no_key=True).filter(pk=owner.pk).values_list("pk").first()


@transaction.atomic
def save_listing(address: str, *, name: str, shared: str, actor: User) -> SavedListing:
    """Keep the filter of an address under a name; one of the same name is replaced.

    Raises:
        SavingRefused: no such list, none of theirs, no name, too many, too long.
    """
    name, level = checked_name(name), checked_shared(shared, actor)
    page, kind, code, query = _read(address)
    if page == Page.REVIEW and not viewer_of(actor).sees_all:
        raise SavingRefused(_("没有保存：您的账号不能打开这个列表。"))
    _held(actor)
    _forget_removed(actor)
    kept = SavedListing.objects.filter(owner=actor, removed_at=None)
    row = kept.filter(name=name).first()
    if row is None and kept.count() >= MOST:
        raise SavingRefused(_("没有保存：每人最多保存 %d 个筛选，请先删除不用的。") % MOST)
    if row is None:
        last = kept.order_by("-order").values_list("order", flat=True).first()
        row = SavedListing(owner=actor, name=name, order=(last or 0) + 1)
    row.page, row.kind, row.code, row.query, row.shared = page, kind, code, query, level
    row.save()
    SavedAlert.objects.filter(listing=row).update(seen=None)  # it may ask for something else now
    _note(row, "saved.share", actor)
    return row


def others_alike(row: SavedListing) -> list[str]:
    """Return the names under which the same person keeps the same filter, however its address is spelt. One query."""
    kept = SavedListing.objects.filter(owner=row.owner_id, removed_at=None, page=row.page, kind=row.kind, code=row.code).exclude(pk=row.pk)
    return [other.name for other in kept if meaning(other.query, row.page) == meaning(row.query, row.page)]


def list_at(address: str) -> ResolverMatch | None:
    """Return the list that an address of this site leads to, None where there is none whose filters are kept."""
    parts = urlsplit(address)
    try:
        match = resolve(parts.path) if not parts.netloc else None
    except Resolver404:
        return None
    return match if match is not None and match.view_name in Page.values else None


def _read(address: str) -> tuple[str, str, str, str]:
    parts, match = urlsplit(address), list_at(address)
    if match is None:
        raise SavingRefused(_("没有保存：这个列表不能保存筛选。"))
    params = tidied(QueryDict(parts.query), DEFAULTS.get(match.view_name, {}))
    for name in [name for name in params if name in _PASSING]:
        params.pop(name)
    query = params.urlencode()
    if len(query) > _QUERY:
        raise SavingRefused(_("没有保存：筛选条件太多，请去掉一些。"))
    return Page(match.view_name), str(match.kwargs.get("kind", "")), str(match.kwargs.get("code", "")), query


def own(pk: int, actor: User, *, removed: bool = False) -> SavedListing:
    """Return a filter of one's own; ``removed``: one that was taken off the lists too.

    Raises:
        SavingRefused: not theirs, or gone.
    """
    row = SavedListing.objects.filter(pk=pk, owner=actor).first()
    if row is None or (row.removed_at is not None and not removed):
        raise SavingRefused(_("没有办理：这个筛选已经不在，或者不是您保存的。"))
    return row


def stamp_of(row: SavedListing) -> str:
    """Return what a person sees of a filter of theirs that can be changed."""
    return f"{row.shared}:{row.name}"


@transaction.atomic
def change_listing(pk: int, *, name: str, shared: str, seen: str, actor: User) -> SavedListing:
    """Rename a filter, or share it with others. ``seen``: what was shown of it (``stamp_of``).

    Raises:
        SavingRefused: not theirs or removed, changed since it was seen (in another window), no name, or another of theirs has it.
    """
    name, level = checked_name(name), checked_shared(shared, actor)
    _held(actor)
    row = own(pk, actor)
    if seen != stamp_of(row):
        raise SavingRefused(
            _("没有保存：这个筛选在您打开以后改过，现在叫“%(name)s”，%(shared)s能看到。") % {"name": row.name, "shared": row.get_shared_display()}
        )
    if SavedListing.objects.filter(owner=actor, removed_at=None, name=name).exclude(pk=pk).exists():
        raise SavingRefused(_("没有保存：您已有名为“%s”的筛选。") % name)
    row.name, row.shared = name, level
    row.save(update_fields=["name", "shared"])
    _note(row, "saved.share", actor)
    return row


@transaction.atomic
def move_listing(pk: int, *, actor: User) -> None:
    """Put a filter before the one above it.

    Raises:
        SavingRefused: not theirs.
    """
    _held(actor)
    row = own(pk, actor)
    rows = list(SavedListing.objects.filter(owner=actor, removed_at=None).order_by("order", "pk"))
    at = next((place for place, item in enumerate(rows) if item.pk == row.pk), 0)
    if at:
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    for place, item in enumerate(rows, start=1):
        item.order = place
    SavedListing.objects.bulk_update(rows, ["order"])


@transaction.atomic
def remove_listing(pk: int, *, actor: User) -> SavedListing:
    """Take a filter off the lists; it can be put back for a while.

    Raises:
        SavingRefused: not theirs, or gone.
    """
    row = own(pk, actor)
    row.removed_at = timezone.now()
    row.save(update_fields=["removed_at"])
    _note(row, "saved.remove", actor)
    return row


@transaction.atomic
def put_back_listing(pk: int, *, actor: User, now: datetime.datetime | None = None) -> SavedListing:
    """Put a removed filter back.

    Raises:
        SavingRefused: not theirs, too late, or its place has been taken.
    """
    _held(actor)
    row = own(pk, actor, removed=True)
    if row.removed_at is None or row.removed_at < (now or timezone.now()) - UNDO_WITHIN:
        raise SavingRefused(_("没有恢复：只能恢复 30 分钟以内删除的筛选。"))
    kept = SavedListing.objects.filter(owner=actor, removed_at=None)
    if kept.filter(name=row.name).exists() or kept.count() >= MOST:
        raise SavingRefused(_("没有恢复：同名的筛选已经有了，或者已满 %d 个。") % MOST)
    row.removed_at = None
    row.save(update_fields=["removed_at"])
    return row


def _forget_removed(owner: User) -> None:
    SavedListing.objects.filter(owner=owner, removed_at__lt=timezone.now() - UNDO_WITHIN).delete()


def _note(row: SavedListing, action: str, actor: User) -> None:
    if row.shared:
        record(actor=actor, action=action, target=row, details={"by": actor.pk, "page": row.page, "query": row.query, "shared": row.shared})
