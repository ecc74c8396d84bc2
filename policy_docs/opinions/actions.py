"""Writing opinions from an import: a new page, a new version of a known one, its citations. One function per verb."""

import datetime
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.models import Page, Site

from cms.accounts.models import User
from cms.audit.record import record
from policy_docs.units.models import Jurisdiction

from .blocks import to_raw
from .citations import find_citations
from .lineage import Known, carry
from .models import Change, Citation, ClauseText, OpinionVersion
from .pages import OpinionIndexPage, OpinionPage
from .projection import text_hash
from .types import Block, BlockKind, Identity

_TITLE_LIMIT = 255  # of Wagtail's page title


def index_page() -> OpinionIndexPage:
    """Return the list of opinions, made below the site's start page where it is missing."""
    found = OpinionIndexPage.objects.first()
    if found is not None:
        return found
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    parent = site.root_page if site else Page.objects.get(depth=1)
    made: OpinionIndexPage = parent.add_child(instance=OpinionIndexPage(title=_("政策文件"), slug="opinions", show_in_menus=True))
    return made


def _date(iso: str) -> datetime.date | None:
    return datetime.date.fromisoformat(iso) if iso else None


def _apply(page: OpinionPage, identity: Identity, *, source_name: str) -> None:
    """Fill the identity block; what the text lacks stays as it is (a person may have filled it in)."""
    values = {
        "document_number": identity.number,
        "number_written": identity.number_written,
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
    for name, value in values.items():
        if value or not page.pk:
            setattr(page, name, value if value is not None or name.endswith(("date", "from", "until", "_id")) else "")
    page.title = (identity.title or source_name)[:_TITLE_LIMIT]
    page.source_name = source_name[:200]


def _is_open(blocks: Sequence[Block]) -> bool:
    """（此件公开发布） and the like: the only words that make a text 主动公开 by itself."""
    return any(block.kind in (BlockKind.BACK, BlockKind.NOTICE) and ("此件公开发布" in block.text or "此件主动公开" in block.text) for block in blocks)


@transaction.atomic
def add_opinion(identity: Identity, blocks: Sequence[Block], *, source_name: str, source_hash: str, actor: User | None, live: bool = True) -> OpinionPage:
    """Add an opinion with its first text."""
    page = OpinionPage(live=live, has_unpublished_changes=not live)
    page.slug = page.public_key
    _apply(page, identity, source_name=source_name)
    if _is_open(blocks):
        page.disclosure = OpinionPage.Disclosure.OPEN
    page.body = OpinionPage.body.field.to_python(to_raw(blocks, [str(uuid.uuid4()) for _block in blocks]))
    page.from_import = True
    index_page().add_child(instance=page)
    page.versions.update(source_names=[source_name], source_hash=source_hash)
    record(actor=actor, action="opinion.add", target=page, details={"source": source_name, "blocks": len(blocks)})
    return page


@transaction.atomic
def add_version(page: OpinionPage, identity: Identity, blocks: Sequence[Block], *, source_name: str, source_hash: str, actor: User | None) -> OpinionVersion:
    """Give a known opinion a new text. Clauses with the same or nearly the same words keep their identity."""
    before = page.current_version
    old = list(ClauseText.objects.filter(version=before).select_related("clause").order_by("order"))
    hashes = [text_hash(block) for block in blocks]
    known = [Known(str(row.clause.block_id), row.text_hash, row.text) for row in old]
    ids = [block_id or str(uuid.uuid4()) for block_id in carry(known, hashes, [block.text for block in blocks])]
    starts = _date(identity.effective_date or identity.issue_date)
    number = (before.number if before else 0) + 1
    if before is not None and starts is not None and (before.in_force_from is None or before.in_force_from < starts):
        before.in_force_until = starts - datetime.timedelta(days=1)
        before.save(update_fields=["in_force_until", "updated_at"])
    version = OpinionVersion.objects.create(
        opinion=page, number=number, state=OpinionVersion.State.PUBLISHED, in_force_from=starts, source_names=[source_name], source_hash=source_hash
    )
    _apply(page, identity, source_name=source_name)
    page.body = OpinionPage.body.field.to_python(to_raw(blocks, ids))
    page.reviewed_at = None
    page.from_import = True
    page.save()
    record(actor=actor, action="opinion.version", target=page, details={"source": source_name, "number": number})
    return version


def add_source_name(version: OpinionVersion, name: str) -> bool:
    """Remember that the same text came under another name too; say whether the name was new."""
    if name in version.source_names:
        return False
    version.source_names = [*version.source_names, name]
    version.save(update_fields=["source_names", "updated_at"])
    return True


@transaction.atomic
def store_citations(page: OpinionPage, texts: Sequence[ClauseText]) -> int:
    """Read the citations of a text anew, resolve them and those of others that point to this opinion; return how many it has."""
    Citation.objects.filter(opinion=page).delete()
    rows = [
        Citation(
            opinion=page, clause_id=row.clause_id, start=cited.start, end=cited.end, written=cited.written[:500],
            title=cited.title[:300], number_key=cited.number_key[:80], relation=cited.relation,
        )
        for row in texts
        if row.kind not in (BlockKind.TITLE.value, BlockKind.FRONT.value, BlockKind.LEFT_OUT.value)
        for cited in find_citations(row.text)
        if not (cited.number_key and cited.number_key == page.number_key)
    ]  # fmt: skip
    for citation in rows:
        citation.target = resolve(citation)
    Citation.objects.bulk_create(rows, batch_size=500)
    _point_to(page)
    _apply_repeals(Citation.objects.filter(Q(opinion=page) | Q(target=page), relation=Citation.Relation.SUPERSEDES, target__isnull=False))
    return len(rows)


def resolve(citation: Citation) -> OpinionPage | None:
    """Return the cited opinion: by number, else by a title that only one opinion has (a title alone is no identity)."""
    others = OpinionPage.objects.exclude(pk=citation.opinion_id)
    if citation.number_key:
        return others.filter(number_key=citation.number_key).first()
    if not citation.title:
        return None
    found = list(others.filter(title=citation.title)[:2])
    return found[0] if len(found) == 1 else None


def _point_to(page: OpinionPage) -> None:
    waiting = Citation.objects.filter(target__isnull=True).exclude(opinion=page)
    if page.number_key:
        waiting.filter(number_key=page.number_key).update(target=page)
    if OpinionPage.objects.filter(title=page.title).count() == 1:
        waiting.filter(number_key="", title=page.title).update(target=page)


def _apply_repeals(citations: QuerySet[Citation]) -> None:
    for citation in citations.select_related("opinion", "target"):
        target, source = citation.target, citation.opinion
        day = source.effective_from or source.issue_date
        if target is not None and target.repealed_by_id is None and target.pk != source.pk and day is not None:
            OpinionPage.objects.filter(pk=target.pk).update(repealed_on=day, repealed_by=source)
            Change.objects.create(item=Change.Item.OPINION, key=target.public_key)
