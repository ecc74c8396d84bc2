"""Writing opinions from an import: a new page, a new version of a known one. One function per verb."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page, Site

from cms.accounts.models import User
from cms.audit.record import record, trail_last
from policy_docs import ports
from policy_docs.units.models import Jurisdiction

from .blocks import to_raw
from .citation_rows import hold_to_publish
from .facts import facts_changed, take_facts
from .lineage import Carried, Known, carry
from .models import Clause, ClauseText, OpinionVersion
from .overtaken import keep_draft
from .pages import OpinionIndexPage, OpinionPage
from .projection import project_aside, text_hash
from .publication import Manner, Publication
from .succession import end, make_room, next_version
from .types import Block, BlockKind, Identity

_TITLE_LIMIT = 255  # of Wagtail's page title


class DraftWaiting(Exception):
    """A published opinion has changes that nobody has published yet, or a draft is being reviewed; its title."""


class EarlierText(Exception):
    """A text that stood before the one that stands cannot be its draft; the title of the opinion."""


class SameDay(Exception):
    """A text that stood before cannot be filed: another text of the opinion, ``number``, stood from the same day."""

    def __init__(self, title: str, number: int, day: datetime.date) -> None:
        self.title, self.number, self.day = title, number, day
        super().__init__(title)


def index_page() -> OpinionIndexPage:
    """Return the list of opinions, made below the site's start page where it is missing."""
    found = OpinionIndexPage.objects.first()
    if found is not None:
        return found
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    parent = site.root_page if site else Page.get_first_root_node()
    made: OpinionIndexPage = parent.add_child(instance=OpinionIndexPage(title=_("政策文件"), slug="opinions", show_in_menus=True))
    return made


def _date(iso: str) -> datetime.date | None:
    return datetime.date.fromisoformat(iso) if iso else None


def _apply(page: OpinionPage, identity: Identity, *, source_name: str) -> None:
    """Fill the identity block; what the text lacks stays as it is (a person may have filled it in)."""
    values = {
        "document_number": identity.number[:80],
        "number_written": identity.number_written[:80],
        "issuer": identity.issuer[:200],
        "issue_date": _date(identity.issue_date),
        "jurisdiction_id": identity.code if identity.code and Jurisdiction.objects.filter(pk=identity.code).exists() else None,
        "kind": identity.kind[:40],
        "addressees": identity.addressees,
        "notice_title": identity.notice_title[:300],
        "notice_issuer": identity.notice_issuer[:200],
        "notice_date": _date(identity.notice_date),
        "effective_from": _date(identity.effective_date),
        "effective_until": _date(identity.expiry_date),
    }
    if page.pk and page.live:
        _keep_first_days(page, values)
    for name, value in values.items():
        if value or not page.pk:
            setattr(page, name, value if value is not None or name.endswith(("date", "from", "until", "_id")) else "")
    page.title = (identity.title or source_name)[:_TITLE_LIMIT]
    page.source_name = source_name[:200]


def _keep_first_days(page: OpinionPage, values: dict[str, Any]) -> None:
    """A document has stood since its first text: days of a later text are those of that version, and the document does not become younger by them."""
    for name in ("issue_date", "effective_from"):
        known, read = getattr(page, name), values[name]
        if known is not None and read is not None and read > known:
            values[name] = None
    first = page.versions.filter(state=OpinionVersion.State.PUBLISHED).order_by("number").first()
    begins = values["effective_from"]
    if begins is not None and page.effective_from is None and first is not None and first.in_force_from is not None and first.in_force_from < begins:
        values["effective_from"] = None


def _is_open(blocks: Sequence[Block]) -> bool:
    """（此件公开发布） and the like: the only words that make a text 主动公开 by itself."""
    return any(block.kind in (BlockKind.BACK, BlockKind.NOTICE) and ("此件公开发布" in block.text or "此件主动公开" in block.text) for block in blocks)


@transaction.atomic
def add_opinion(
    identity: Identity,
    blocks: Sequence[Block],
    *,
    source_name: str,
    source_hash: str,
    actor: User | None,
    live: bool = True,
    disclosure: str = "",
    said: Mapping[str, Any] | None = None,
) -> OpinionPage:
    """Add an opinion with its first text. ``disclosure`` is what a person has chosen, "" for what the text says; ``said``: what a person has said that
    the original lacks, by field."""
    page = OpinionPage(live=live, has_unpublished_changes=not live)
    page.slug = page.public_key
    _apply(page, identity, source_name=source_name)
    page.disclosure = disclosure or (OpinionPage.Disclosure.OPEN if _is_open(blocks) else OpinionPage.Disclosure.UNKNOWN)
    for name, value in (said or {}).items():
        setattr(page, name, value)
    page.body = OpinionPage.body.field.to_python(to_raw(blocks, [str(uuid.uuid4()) for _block in blocks]))
    page.from_import = True
    index_page().add_child(instance=page)
    page.versions.update(source_names=[source_name], source_hash=source_hash, in_force_from=_starts(identity))
    record(actor=actor, action="opinion.add", target=page, details={"source": source_name, "blocks": len(blocks)})
    return page


@transaction.atomic
def add_version(
    page: OpinionPage, identity: Identity, blocks: Sequence[Block], *, source_name: str, source_hash: str, actor: User | None, disclosure: str = ""
) -> OpinionVersion:
    """Give a known opinion a new text. Clauses with the same or nearly the same words keep their identity.

    A text that is older than the one that stands becomes an earlier version, one that begins on a later day waits for it (``begin_texts``);
    where nothing is published, the text becomes the draft.

    Raises:
        DraftWaiting: somebody's unpublished changes to a published opinion would be overwritten, or would overwrite the new text.
    """
    if (page.live and page.has_unpublished_changes) or page.workflow_in_progress:
        raise DraftWaiting(page.title)
    starts = _starts(identity)
    before = page.current_version
    if starts is not None and is_earlier(page, identity):
        return _add_aside(page, blocks, starts, source_name=source_name, source_hash=source_hash, actor=actor)
    if page.live and before is not None and starts is not None and starts > timezone.localdate():
        then = copy(page)
        _apply(then, identity, source_name=source_name)
        then.disclosure = disclosure or page.disclosure
        waiting = _add_aside(page, blocks, starts, source_name=source_name, source_hash=source_hash, actor=actor)
        waiting.facts = facts_changed(page, then)
        waiting.save(update_fields=["facts", "updated_at"])
        return waiting
    base = before if page.live else page.versions.order_by("number").first()
    carried, ids = carried_ids(page, base, blocks)
    version = next_version(page, before, starts) if page.live else None
    _apply(page, identity, source_name=source_name)
    page.disclosure = disclosure or page.disclosure
    page.body = OpinionPage.body.field.to_python(to_raw(blocks, ids))
    page.reviewed_at = None
    page.from_import = True
    page.save()
    if not page.live and page.latest_revision_id is not None:
        page.save_revision(clean=False)  # the editor opens the latest revision, not the row
    if page.live:
        page.update_aliases()
    version = version or page.versions.get(state=OpinionVersion.State.DRAFT)
    version.source_names, version.source_hash = [source_name], source_hash
    version.save(update_fields=["source_names", "source_hash", "updated_at"])
    _note_descent(page, carried, ids)
    record(actor=actor, action="opinion.version", target=page, details={"source": source_name, "number": version.number})
    return version


@transaction.atomic
def add_draft(
    page: OpinionPage,
    identity: Identity,
    blocks: Sequence[Block],
    *,
    source_name: str,
    source_hash: str,
    actor: User | None,
    disclosure: str = "",
    later: bool = False,
) -> OpinionVersion:
    """Give a published opinion a new text as its draft: what stands stays as it is until somebody publishes the draft. ``later``: a person has said that
    it changes the text that stands, whatever its own dates say.

    Raises:
        DraftWaiting: somebody's unpublished changes would be overwritten.
        EarlierText: it stood before the text that stands.
    """
    if page.has_unpublished_changes or page.workflow_in_progress:
        raise DraftWaiting(page.title)
    if not later and is_earlier(page, identity):
        raise EarlierText(page.title)
    carried, ids = carried_ids(page, page.current_version, blocks)
    then = copy(page)
    _apply(then, identity, source_name=source_name)
    then.disclosure = disclosure or page.disclosure
    then.body = OpinionPage.body.field.to_python(to_raw(blocks, ids))
    then.from_import = True
    then.save_revision(user=actor, clean=False)
    version: OpinionVersion = page.versions.get(state=OpinionVersion.State.DRAFT)
    version.source_names, version.source_hash = [source_name], source_hash
    version.save(update_fields=["source_names", "source_hash", "updated_at"])
    _note_descent(page, carried, ids)
    record(actor=actor, action="opinion.draft", target=page, details={"source": source_name, "blocks": len(blocks)})
    return version


def is_earlier(page: OpinionPage, identity: Identity) -> bool:
    """Say whether a text stood before the one that stands."""
    starts, standing = _starts(identity), page.current_version
    return standing is not None and starts is not None and standing.in_force_from is not None and starts < standing.in_force_from


def _starts(identity: Identity) -> datetime.date | None:
    """The day from which a text stands: that of its last amendment, of its entry into force, of its issue."""
    return _date(identity.text_date or identity.effective_date or identity.issue_date)


def carried_ids(page: OpinionPage, base: OpinionVersion | None, blocks: Sequence[Block]) -> tuple[Carried, list[str]]:
    """Tell which blocks are clauses of the text before, or of another text of the document; return an id for each, a fresh one where it is no clause
    yet."""
    old = list(ClauseText.objects.filter(version=base).select_related("clause").order_by("order"))
    hashes = [text_hash(block) for block in blocks]
    carried = carry([Known(str(row.clause.block_id), row.text_hash, row.text) for row in old], hashes, [block.text for block in blocks])
    gone: dict[str, str] = {}
    if None in carried.ids:
        known = {str(row.clause.block_id) for row in old}
        # of any other text of the document: one before, one to come, the one that stood when a document was withdrawn
        others = ClauseText.objects.filter(version__opinion=page).order_by("version__number").values_list("text_hash", "clause__block_id")
        gone = {words: str(block_id) for words, block_id in others if str(block_id) not in known}
    used = set(carried.ids)
    for at, words in enumerate(hashes):
        if carried.ids[at] is None and gone.get(words, "") not in {"", *used}:
            carried.ids[at] = gone[words]
            used.add(gone[words])
    return carried, [block_id or str(uuid.uuid4()) for block_id in carried.ids]


def _note_descent(page: OpinionPage, carried: Carried, ids: Sequence[str]) -> None:
    """Keep what became of clauses that were split or merged: their addresses lead on."""
    wanted = {*carried.merged, *carried.split.values(), *(ids[at] for at in (*carried.merged.values(), *carried.split))}
    if not wanted:
        return
    clauses = {str(clause.block_id): clause for clause in Clause.objects.filter(opinion=page, block_id__in=wanted)}
    for at, origin in carried.split.items():
        clauses[ids[at]].split_from = clauses[origin]
        clauses[ids[at]].save(update_fields=["split_from"])
    for origin, at in carried.merged.items():
        clauses[origin].succeeded_by = clauses[ids[at]]
        clauses[origin].save(update_fields=["succeeded_by"])


def _add_aside(page: OpinionPage, blocks: Sequence[Block], starts: datetime.date, *, source_name: str, source_hash: str, actor: User | None) -> OpinionVersion:
    """Store a text that stood before the present one, or will stand after it; body, dates and duties stay those of the text that stands.

    Raises:
        SameDay: another text stood from that day: of which nobody could say any more what was read on it.
    """
    same = page.versions.filter(state=OpinionVersion.State.PUBLISHED, in_force_from=starts).order_by("-number").first()
    if same is not None:
        raise SameDay(page.title, same.number, starts)
    before, after = _neighbours(page, starts)
    _carry, ids = carried_ids(page, before if starts > timezone.localdate() and before else after, blocks)
    version = place_aside(page, ids, blocks, starts)
    version.source_names, version.source_hash = [source_name], source_hash
    version.save(update_fields=["source_names", "source_hash", "updated_at"])
    record(actor=actor, action="opinion.version", target=page, details={"source": source_name, "number": version.number, "from": starts.isoformat()})
    return version


def _neighbours(page: OpinionPage, starts: datetime.date) -> tuple[OpinionVersion | None, OpinionVersion | None]:
    """The texts before and after a day. Of two with the same first day the one that came later stands."""
    others = page.versions.exclude(state=OpinionVersion.State.DRAFT)
    before = others.filter(Q(in_force_from__isnull=True) | Q(in_force_from__lte=starts)).order_by("-number").first()
    return before, others.filter(number__gte=(before.number if before else 0) + 1).order_by("number").first()


def place_aside(page: OpinionPage, ids: Sequence[str], blocks: Sequence[Block], starts: datetime.date) -> OpinionVersion:
    """Put a text into the order of the texts of a document, beside the one that stands."""
    before, after = _neighbours(page, starts)
    number = (before.number if before else 0) + 1
    make_room(page, number)
    if before is not None:
        end(before, starts)
    until = after.in_force_from - datetime.timedelta(days=1) if after and after.in_force_from else None
    coming = starts > timezone.localdate()
    version = OpinionVersion.objects.create(
        opinion=page, number=number, in_force_from=starts, in_force_until=until,
        state=OpinionVersion.State.COMING if coming else OpinionVersion.State.PUBLISHED,
    )  # fmt: skip
    project_aside(page, version, ids, blocks)
    return version


def begin_texts(on: datetime.date) -> int:
    """Let the texts that were stored ahead of their day and have begun by ``on`` take the place of those before: body, clauses and duties, in
    one step. Return how many; running it again does no harm. Each is a transaction of its own. Unpublished changes do not hold it up: they are kept
    for their author to be put together with the new text."""
    waiting = OpinionVersion.objects.filter(state=OpinionVersion.State.COMING, in_force_from__lte=on, opinion__live=True)
    done = 0
    for key in sorted(set(waiting.values_list("opinion_id", flat=True))):
        with transaction.atomic(), trail_last():
            hold_to_publish(*(_as_it_begins(version) for version in waiting.filter(opinion=key)))
            page = OpinionPage.objects.get(pk=key)
            version = waiting.filter(opinion=page).order_by("-number").first()
            if version is None:
                continue  # another worker was first
            if page.has_unpublished_changes:
                keep_draft(page, said_by=version.settled.get("actor") if version.settled else None)
            page.stood = ports.standing_duties(page)
            waiting.filter(opinion=page).update(state=OpinionVersion.State.PUBLISHED)
            _begin(page, version)
            done += 1
    return done


def _as_it_begins(version: OpinionVersion) -> OpinionPage:
    page = OpinionPage.objects.get(pk=version.opinion_id)
    page.body = body_of(version)
    return page


def body_of(version: OpinionVersion) -> Any:
    """Return the body that the rows of a text were written from."""
    rows = list(version.texts.select_related("clause").order_by("order"))
    blocks = [Block(BlockKind(row.kind), row.label, row.text, row.level, tuple(row.path), row.para) for row in rows]
    return OpinionPage.body.field.to_python(to_raw(blocks, [str(row.clause.block_id) for row in rows]))


def _begin(page: OpinionPage, version: OpinionVersion) -> None:
    page.body = body_of(version)
    take_facts(page, version.facts)
    page.reviewed_at = None
    page.publication = replace(Publication.load(version.settled), manner=Manner.BEGINNING) if version.settled else None
    page.save()
    page.update_aliases()


def add_source_name(version: OpinionVersion, name: str) -> bool:
    """Remember that the same text came under another name too; say whether the name was new."""
    if name in version.source_names:
        return False
    version.source_names = [*version.source_names, name]
    version.save(update_fields=["source_names", "updated_at"])
    return True
