"""A document as the start of another: its text under a new key, without what names the old one; nothing of what people decided goes along."""

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import LogContext

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from cms.audit.record import record

from .actions import index_page
from .lines import STAMP, is_date, is_signature
from .setaside import DraftLocked
from .types import BlockKind

if TYPE_CHECKING:
    from .pages import OpinionPage

#: before the title of a draft that was begun from another document: nothing is published under it
MARK = "【新建稿】"
_TITLE_LIMIT = 255
_KEPT = ("jurisdiction_id", "kind", "addressees")
_NOT_COPIED = frozenset({BlockKind.TITLE.value, BlockKind.FRONT.value, BlockKind.NOTICE.value, BlockKind.LEFT_OUT.value})


class StartRefused(Exception):
    """The new document is not made; the message says why."""


def is_marked(title: str) -> bool:
    """Say whether a title still says that the draft was begun from another document."""
    return title.strip().startswith(MARK)


def check_own_title(title: str) -> None:
    """Raise ``DraftLocked`` where a draft may not be published yet, since its title says that it was begun from another document."""
    if is_marked(title):
        raise DraftLocked(_("标题还带着“%s”，请先改好标题再发布或提交审核。") % MARK)


def may_start(actor: User) -> bool:
    """Say whether a person may make documents."""
    return viewer_of(actor).sees_all and bool(index_page().permissions_for_user(actor).can_add_subpage())


def copied(body: "list[dict[str, Any]]") -> "list[dict[str, Any]]":
    """Return the blocks that go along: all but head, title, wrapping notice and signature, which say who issued what under which number."""
    return [block for block in body if block["type"] not in _NOT_COPIED and not _signs(block)]


def _signs(block: "dict[str, Any]") -> bool:
    words = str(block["value"].get("text") or "").strip()
    return block["type"] == BlockKind.BACK.value and (is_date(words) or is_signature(words) or bool(STAMP.match(words)))


@transaction.atomic
def start_from(source: "OpinionPage", *, title: str, actor: User) -> "OpinionPage":
    """Make a draft with the text of a document: the published one, else its draft. Its clauses are new ones that know what they were copied from.

    Number, issuer and dates are left empty; duties are not copied: they are found when it is published, and nobody has decided on them.

    Raises:
        StartRefused: no right, no title, or nothing to begin from.
    """
    if not may_start(actor) or not type(source).objects.visible_to(viewer_of(actor)).filter(pk=source.pk).exists():
        raise StartRefused(_("您的账号不能新建政策文件。如工作需要，请联系协调机构。"))
    if not title.strip():
        raise StartRefused(_("请填写新文件的标题。"))
    text = source if source.live else source.get_latest_revision_as_object()
    body = copied([dict(block) for block in text.body.raw_data])
    if not body:
        raise StartRefused(_("《%s》还没有正文，没有可以复制的内容。") % source.title)
    page = type(source)(live=False, has_unpublished_changes=True, owner=actor, title=title.strip()[:_TITLE_LIMIT])
    page.slug = page.public_key
    for name in _KEPT:
        setattr(page, name, getattr(text, name))
    page.body = type(source).body.field.to_python(body)
    with LogContext(user=actor):
        index_page().add_child(instance=page)
        page.save_revision(user=actor, log_action="wagtail.create")
    record(actor=actor, action="opinion.start_from", target=page, details={"source": source.public_key, "blocks": len(body)})
    return page
