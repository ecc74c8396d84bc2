"""What people do to the shape of a draft: each deed locks, looks whether what it touches is still so, saves a revision, and can be taken back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Revision

from cms.accounts.models import User
from cms.audit.record import record

from .descent import Descent, settle
from .drafts import StaleDraft, hold, newest
from .merging import Raw, digest
from .models import Clause
from .projection import held
from .setaside import check_unlocked, store
from .shaping import Shaped, ShapeRefused

if TYPE_CHECKING:
    from .pages import OpinionPage

_LISTED = 200  # labels in an audit row


class ShapeImpossible(Exception):
    """The change makes no sense for this text; the message says why."""


@dataclass(frozen=True, slots=True)
class Done:
    """A deed that can be taken back: the draft, the revision that it made, the one before, the block that it is about, how many labels changed."""

    page: "OpinionPage"
    made: int
    before: int
    at: str
    relabelled: int


def may_edit(page: "OpinionPage", actor: User) -> None:
    """Raise ``PermissionDenied`` or ``DraftLocked`` where a person may not change the draft."""
    if page.alias_of_id is not None or not page.permissions_for_user(actor).can_edit():
        raise PermissionDenied
    check_unlocked(page, actor)


def reshape(key: int, change: Callable[[list[Raw]], Shaped], *, touched: Mapping[str, str], deed: str, actor: User) -> Done:
    """Change the shape of a draft. ``touched``: id → digest of the blocks that the person saw.

    Raises:
        StaleDraft: one of these blocks is no longer what it was.
        ShapeImpossible: the change makes no sense.
        DraftLocked, PermissionDenied: the draft may not be changed.
    """
    with transaction.atomic():
        hold(key)
        page = newest(key)
        may_edit(page, actor)
        body = [dict(block) for block in page.body.raw_data]
        now = {block["id"]: digest(block) for block in body}
        if any(now.get(block_id) != words for block_id, words in touched.items()):
            raise StaleDraft
        shaped = _shaped(change, body)
        before = page.latest_revision_id or page.save_revision(user=actor, changed=False, clean=False).pk
        page.body = type(page).body.field.to_python(shaped.body)
        page.descent = Descent(dict(shaped.split), dict(shaped.merged))
        store(page, actor=actor)
        details = {
            "block": shaped.at,
            "split": len(shaped.split),
            "merged": len(shaped.merged),
            "labels": [list(item[1:]) for item in shaped.relabelled[:_LISTED]],
        }
        record(actor=actor, action=f"opinion.{deed}", target=page, details=details)
        return Done(page, page.latest_revision_id, before, shaped.at, len(shaped.relabelled))


def _shaped(change: Callable[[list[Raw]], Shaped], body: list[Raw]) -> Shaped:
    try:
        return change(body)
    except ShapeRefused as refused:
        told = {
            "gone": _("这一段已经不在草稿里了，可能刚被别人删除或者合并。"),
            "cut": _("请在文字中间分开：每一部分都要有文字。"),
            "first": _("前面没有可以合并的条款。"),
            "inside": _("不能移到它自己的下级里面。"),
            "same": _("类型和层次都没有变。"),
        }
        raise ShapeImpossible(told[str(refused)]) from refused


def take_back(key: int, *, made: int, before: int, actor: User) -> "OpinionPage":
    """Take the newest deed back: the draft is again what it was before.

    Raises:
        StaleDraft: somebody has saved since.
        DraftLocked, PermissionDenied: the draft may not be changed.
    """
    with transaction.atomic():
        hold(key)
        page = newest(key)
        may_edit(page, actor)
        old = Revision.objects.for_instance(page).filter(pk=before).first()
        if old is None or page.latest_revision_id != made:
            raise StaleDraft
        page.body = old.as_object().body
        store(page, actor=actor)
        record(actor=actor, action="opinion.take_back", target=page, details={"revision": made})
        return page


def settle_identity(page: "OpinionPage") -> None:
    """Give what a person typed anew the identity that it deserves, before it is saved: compared with the published text, or with the draft where
    nothing is published."""
    new = [dict(block) for block in page.body.raw_data]
    version = held(page) if page.live else None
    if version is None:
        old = [dict(block) for block in newest(page.pk).body.raw_data]
    else:
        standing = {block["id"] for block in new}
        rows = version.texts.select_related("clause__succeeded_by").order_by("order")
        old = [
            {"type": row.kind, "value": {"label": row.label, "text": row.text, "level": row.level}, "id": str(row.clause.block_id)}
            for row in rows
            if not _merged_already(row.clause, standing)
        ]
    settled, descent = settle(old, new)
    if settled != new:
        page.body = type(page).body.field.to_python(settled)
    page.descent = descent


def _merged_already(clause: Clause, standing: set[str]) -> bool:
    """The draft was told what this clause went into: that is not to be guessed again."""
    heir = clause.succeeded_by
    return heir is not None and str(heir.block_id) in standing and str(clause.block_id) not in standing
