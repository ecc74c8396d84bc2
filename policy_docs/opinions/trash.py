"""Putting a document into the trash and taking it out again. Clauses, duties, versions, links and bodies stay as they are meanwhile.

The page is moved to a second tree: nobody's permissions on the site's tree reach there, a parent that is moved or deleted does not touch it, and
its slug is free. Its row in Wagtail's table says nothing of it, since Wagtail's lists (chooser, reports, recent edits) know no trash.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _
from modelsearch import index
from wagtail.actions.move_page import MovePageAction
from wagtail.log_actions import LogContext
from wagtail.models import Page

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from cms.audit.record import record
from policy_docs import ports

from .models import Change, Citation, OpinionVersion
from .repeals import take_back_repeals
from .trashed import RemovalRequest, Trashed

if TYPE_CHECKING:
    from .pages import OpinionPage

ROOT_SLUG = "trash"
_HELD = ("title", "draft_title", "slug", "seo_title", "search_description")


class RemovalRefused(Exception):
    """A document is not removed, withdrawn or brought back; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Clash:
    """A document that came meanwhile and stands where one in the trash would come back to: ``words`` say in what they agree."""

    page: "OpinionPage"
    words: str


def trash_root() -> Page:
    """Return the root of the tree of the trash, made where it is missing, locked for the transaction with all that ``hold_list`` says."""
    from .holding import hold_list

    roots = [page for page in hold_list(roots=True) if page.depth == 1]
    found = next((root for root in roots[1:] if root.slug == ROOT_SLUG), None)
    if found is None:
        found = Page.add_root(instance=Page(title=_("回收站"), slug=ROOT_SLUG))
    return found


def in_trash_tree(page: Page) -> bool:
    """Say whether a page lies in the tree of the trash, or is its root."""
    return Page.objects.filter(depth=1, slug=ROOT_SLUG, path=page.path[: Page.steplen]).exists()


def was_published(page: "OpinionPage") -> bool:
    """Say whether people outside the office may have read the document at any time."""
    return page.live or page.first_published_at is not None or page.versions.exclude(state=OpinionVersion.State.DRAFT).exists()


def check_may_remove(page: "OpinionPage", actor: User) -> None:
    """Raise ``RemovalRefused`` where a person may not remove the document."""
    if not viewer_of(actor).sees_all or not page.permissions_for_user(actor).can_delete():
        raise RemovalRefused(_("您的账号不能删除政策文件。如工作需要，请联系协调机构。"))


@transaction.atomic
def trash(page: "OpinionPage", *, actor: User, reason: str = "", approved_by: User | None = None) -> Trashed:
    """Put a document and its aliases into the trash. One that was ever published goes only with a reason and a second person's approval.

    Raises:
        RemovalRefused: no right, no second person, or it is there already.
    """
    from .citation_rows import hold_to_publish

    hold_to_publish(page)
    trash_root()
    fresh = type(page).objects.filter(pk=page.pk).first()
    if fresh is None:
        raise RemovalRefused(_("《%s》已经在回收站里了。") % page.title)
    check_may_remove(fresh, actor)
    if was_published(fresh) and (not reason.strip() or approved_by is None or approved_by.pk == actor.pk):
        raise RemovalRefused(_("《%s》发布过，删除要写明理由，并由另一人批准。") % fresh.title)
    if fresh.live:
        ports.tell_gone(fresh, deleted=True)
    facts = {"reason": reason.strip(), "trashed_by": actor, "approved_by": approved_by}
    with LogContext(user=actor):
        for alias in type(page).objects.filter(alias_of=fresh).order_by("pk"):
            _put_away(alias, actor, facts)
        entry = _put_away(fresh, actor, facts)
    Trashed.objects.filter(opinion__alias_of=fresh).update(original=entry)
    RemovalRequest.objects.filter(opinion=fresh, state=RemovalRequest.State.OPEN).update(state=RemovalRequest.State.STALE)
    details = {"key": fresh.public_key, "reason": reason.strip(), "approved_by": str(approved_by or ""), "was_live": entry.was_live}
    record(actor=actor, action="opinion.trash", target=fresh, details=details)
    return entry


def _put_away(page: "OpinionPage", actor: User, facts: dict[str, Any]) -> Trashed:
    state = page.current_workflow_state
    if state is not None:
        state.cancel(user=actor)
    page.revisions.update(approved_go_live_at=None)
    take_back_repeals(page)
    Citation.with_trash.filter(target=page).update(target=None)
    index.remove_object(page)
    held = {name: getattr(page, name) for name in _HELD}
    entry = Trashed.objects.create(opinion=page, title=page.title, held=held, parent=page.get_parent(), was_live=page.live, **facts)
    told = _("回收站中的文件")
    Page.objects.filter(pk=page.pk).update(
        title=told, draft_title=told, slug=page.public_key, seo_title="", search_description="", live=False, locked=False, locked_by=None, locked_at=None,
        content_type=ContentType.objects.get_for_model(Page),
    )  # fmt: skip
    _move(page.pk, trash_root(), actor)
    index.remove_object(Page.objects.get(pk=page.pk))
    Change.objects.create(item=Change.Item.OPINION, key=page.public_key)
    return entry


def _move(key: int, parent: Page, actor: User) -> None:
    MovePageAction(Page.objects.get(pk=key), parent, pos="last-child", user=actor).execute(skip_permission_checks=True)


def clashes(entry: Trashed) -> list[Clash]:
    """Return the documents in whose stead one would come back: two with one number, or with one title, issuer and date, would be one for the
    import and for whoever cites them."""
    from .pages import OpinionPage

    page = OpinionPage.with_trash.get(pk=entry.opinion_id)
    if page.alias_of_id is not None:
        return []
    others = OpinionPage.objects.filter(alias_of__isnull=True).defer("body")
    found: dict[int, Clash] = {}
    if page.number_key:
        found |= {other.pk: Clash(other, _("发文字号相同")) for other in others.filter(number_key=page.number_key)}
    elif page.issue_date is not None:
        same = others.filter(number_key="", issuer=page.issuer, title=entry.title, issue_date=page.issue_date)
        found |= {other.pk: Clash(other, _("标题、发文机关和成文日期相同")) for other in same}
    hashes = OpinionVersion.with_trash.filter(opinion=page).exclude(source_hash="").values("source_hash")
    same_text = others.filter(versions__source_hash__in=hashes).distinct()
    return [*found.values(), *(Clash(other, _("来自同一份原文")) for other in same_text if other.pk not in found)]


def parent_of(entry: Trashed) -> Page:
    """Return the page below which a document comes back: where it was, or the list of documents if that is gone."""
    from .actions import index_page

    return entry.parent if entry.parent is not None and not in_trash_tree(entry.parent) else index_page()


def slug_holder(entry: Trashed, slug: str) -> Page | None:
    """Return the page that has an address name where the document would come back."""
    found: Page | None = parent_of(entry).get_children().filter(slug=slug).first()
    return found


def free_slug(entry: Trashed) -> str:
    """Return an address name that is free: the old one, or with a number behind."""
    taken = set(parent_of(entry).get_children().values_list("slug", flat=True))
    old = str(entry.held["slug"])
    return next(name for name in (old, *(f"{old}-{number}" for number in range(2, len(taken) + 3))) if name not in taken)


@transaction.atomic
def restore(entry: Trashed, *, actor: User, slug: str = "") -> "OpinionPage":
    """Bring a document back as it was, with its aliases; its text is read anew, since names may have been entered meanwhile.

    Raises:
        RemovalRefused: no right, it is back already, or what came meanwhile stands in its stead.
    """
    from .pages import OpinionPage

    _hold_coming_back(entry)
    trash_root()
    row = Trashed.objects.select_related("parent").filter(pk=entry.pk, original=None).first()
    if row is None:
        raise RemovalRefused(_("《%s》已不在回收站里。") % entry.title)
    if not viewer_of(actor).sees_all:
        raise RemovalRefused(_("您的账号不能恢复政策文件。如工作需要，请联系协调机构。"))
    if clashes(row):
        raise RemovalRefused(_("没有恢复：本库已另有一份文号或者题名、日期相同的文件。"))
    slug = slug or str(row.held["slug"])
    if slug_holder(row, slug) is not None:
        raise RemovalRefused(_("没有恢复：网址名“%s”已被别的页面使用，请换一个。") % slug)
    RemovalRequest.objects.filter(opinion=row.opinion_id, state=RemovalRequest.State.OPEN).update(state=RemovalRequest.State.STALE)
    _bring_back(row, slug, actor)
    for alias in row.aliases.select_related("parent"):
        _bring_back(alias, free_slug(alias), actor)
    row.aliases.all().delete()
    row.delete()
    page: OpinionPage = OpinionPage.objects.get(pk=row.opinion_id)
    stood = ports.standing_duties(page) if page.live else None
    with LogContext(user=actor):
        _take_up(page)
    if page.live:
        ports.tell_back(page, stood, restored=True)
    record(actor=actor, action="opinion.restore", target=page, details={"key": page.public_key, "live": page.live, "slug": slug})
    return page


def _hold_coming_back(entry: Trashed) -> None:
    """Lock a document in the trash with its aliases and with what it repeals by its words: before the list, and in the order of everybody else."""
    from .citation_rows import hold_with_repealed
    from .pages import OpinionPage

    page = OpinionPage.with_trash.filter(pk=entry.opinion_id).first()
    if page is None:
        return
    aliases = Trashed.objects.filter(original=entry).values_list("opinion", flat=True)
    hold_with_repealed([page.pk, *aliases], page.parts, number_key=page.number_key, title=entry.title)


def hold_trashed(key: int) -> None:
    """Lock the row of a document in the trash for the transaction."""
    from .pages import OpinionPage

    OpinionPage.with_trash.select_for_update(of=("self",), no_key=True).filter(pk=key).values_list("pk").first()


def _bring_back(row: Trashed, slug: str, actor: User) -> None:
    from .pages import OpinionPage

    Page.objects.filter(pk=row.opinion_id).update(slug=slug)
    _move(row.opinion_id, parent_of(row), actor)
    own = ContentType.objects.get_for_model(OpinionPage)
    Page.objects.filter(pk=row.opinion_id).update(**{**row.held, "slug": slug}, live=row.was_live, content_type=own)


def _take_up(page: "OpinionPage") -> None:
    """Have everything follow that was left alone meanwhile: citations both ways, what it repeals, duties of new names, both indexes."""
    for back in [page, *type(page).objects.filter(alias_of=page)]:
        index.insert_or_update_object(back)
        Change.objects.create(item=Change.Item.OPINION, key=back.public_key)
    if page.alias_of_id is None and (page.live or page.duties.exists() or page.citations.exists()):
        ports.read_duties(page)  # not in a draft that nobody has published: its duties are found when it is
