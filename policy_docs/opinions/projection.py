"""Clause rows from a body: identity, versions, text (design decision 1). Called by the page's own save, in its transaction."""

import hashlib
import unicodedata
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from .blocks import to_blocks
from .models import Change, Clause, ClauseText, OpinionVersion
from .types import Block

if TYPE_CHECKING:
    from .pages import OpinionPage

_BATCH = 500
_FIELDS = ("order", "kind", "level", "path", "label", "para", "text", "text_hash")


def text_hash(block: Block) -> str:
    """Return the hash of a block's words, white space and width of signs aside: the same words are the same clause."""
    plain = "".join(unicodedata.normalize("NFKC", block.text).split())
    return hashlib.blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def project(page: "OpinionPage", *, draft: bool) -> OpinionVersion:
    """Write the clause rows of ``page.body`` into the working draft or into the newest published version.

    Clauses that vanish from the published text are retired, those that come back are revived. Raises ``ValueError`` for ids that are
    not canonical or not unique (drafts are saved without validation).
    """
    raw: list[dict[str, Any]] = list(page.body.get_prep_value())
    ids = [_canonical(child.get("id")) for child in raw]
    if len(set(ids)) != len(ids):
        raise ValueError("block ids of a body must be unique")
    blocks = to_blocks(raw)
    version = _version(page, draft=draft)
    clauses = _clauses(page, ids)
    _write_texts(version, [clauses[block_id] for block_id in ids], blocks)
    if not draft:
        _finish_publication(page, version)
    return version


def _canonical(block_id: Any) -> uuid.UUID:
    value = uuid.UUID(str(block_id))
    if str(value) != block_id:
        raise ValueError(f"block id {block_id!r} is not canonical")
    return value


def _version(page: "OpinionPage", *, draft: bool) -> OpinionVersion:
    """The draft has number 0, so that published versions count 1, 2, 3 without gaps."""
    if draft:
        return OpinionVersion.objects.get_or_create(opinion=page, number=0, defaults={"state": OpinionVersion.State.DRAFT})[0]
    newest = OpinionVersion.objects.filter(opinion=page, state=OpinionVersion.State.PUBLISHED).order_by("-number").first()
    return newest or OpinionVersion.objects.create(
        opinion=page, number=1, state=OpinionVersion.State.PUBLISHED, in_force_from=page.effective_from or page.issue_date, in_force_until=page.effective_until
    )


def _clauses(page: "OpinionPage", ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Clause]:
    known = {clause.block_id: clause for clause in Clause.objects.filter(opinion=page)}
    fresh = [Clause(opinion=page, block_id=block_id) for block_id in ids if block_id not in known]
    for clause in Clause.objects.bulk_create(fresh, batch_size=_BATCH):
        known[clause.block_id] = clause
    return known


def _write_texts(version: OpinionVersion, clauses: Sequence[Clause], blocks: Sequence[Block]) -> None:
    before = {row.clause_id: row for row in version.texts.all()}
    added, changed = [], []
    for order, (clause, block) in enumerate(zip(clauses, blocks, strict=True)):
        new = ClauseText(
            version=version,
            clause=clause,
            order=order,
            kind=block.kind.value,
            level=block.level,
            path=list(block.path),
            label=block.label[:40],
            para=block.para,
            text=block.text,
            text_hash=text_hash(block),
        )
        old = before.pop(clause.pk, None)
        if old is None:
            added.append(new)
        elif any(getattr(old, field) != getattr(new, field) for field in _FIELDS):
            new.pk = old.pk
            changed.append(new)
    if before:
        version.texts.filter(clause_id__in=list(before)).delete()
    ClauseText.objects.bulk_create(added, batch_size=_BATCH)
    ClauseText.objects.bulk_update(changed, _FIELDS, batch_size=200)
    digest = hashlib.sha256("\n".join(text_hash(block) for block in blocks).encode()).hexdigest()
    if digest != version.text_hash:
        version.text_hash = digest
        version.save(update_fields=["text_hash", "updated_at"])


def _finish_publication(page: "OpinionPage", version: OpinionVersion) -> None:
    clauses = Clause.objects.filter(opinion=page)
    shown = version.texts.values("clause_id")
    if not page.has_unpublished_changes:
        page.versions.filter(state=OpinionVersion.State.DRAFT).delete()
    kept = ClauseText.objects.filter(version__opinion=page, version__state=OpinionVersion.State.DRAFT).values("clause_id")
    clauses.filter(retired_at__isnull=True).exclude(pk__in=shown).exclude(pk__in=kept).update(retired_at=timezone.now())
    clauses.filter(retired_at__isnull=False, pk__in=shown).update(retired_at=None)
    Change.objects.create(item=Change.Item.OPINION, key=page.public_key)
