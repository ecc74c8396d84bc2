"""Clause rows from a body: identity, versions, text (design decision 1). Called by the page's own save, in its transaction."""

import hashlib
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from .blocks import check_ids, to_blocks
from .descent import Descent
from .models import Change, Clause, ClauseText, OpinionVersion
from .types import Block

if TYPE_CHECKING:
    from .pages import OpinionPage

_BATCH = 500
_FIELDS = ("order", "kind", "level", "path", "label", "para", "text", "text_hash")
_TEXT = _FIELDS.index("text")


def text_hash(block: Block) -> str:
    """Return the hash of a block's words, white space and width of signs aside: the same words are the same clause."""
    plain = "".join(unicodedata.normalize("NFKC", block.text).split())
    return hashlib.blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Projected:
    """What a projection wrote: the version, the digest of what a reading of it depends on, and the keys of the clauses that were added,
    changed in their words, or are gone from it."""

    version: OpinionVersion
    reading: str
    added: Keys
    changed: Keys
    gone: Keys


def project(page: "OpinionPage", *, draft: bool) -> Projected:
    """Write the clause rows of ``page.body`` into the working draft or into the newest published version.

    Clauses that stand neither in the published text nor in the draft are retired, those that come back are revived. Raises
    ``ValidationError`` for ids that are missing, not canonical or not unique (drafts are saved without validation).
    """
    raw: list[dict[str, Any]] = list(page.body.get_prep_value())
    check_ids(raw)
    ids = [uuid.UUID(child["id"]) for child in raw]
    version = _version(page, draft=draft)
    clauses = _clauses(page, ids)
    blocks = to_blocks(raw)
    added, changed, gone = _write_texts(version, [clauses[block_id] for block_id in ids], blocks)
    if not draft and not page.has_unpublished_changes:
        end_draft(page, version)
    _retire(page, version, revive=not draft or not page.live)
    if draft or not page.has_unpublished_changes:
        _forget_successors(page, version)
    if not draft:
        Change.objects.create(item=Change.Item.OPINION, key=page.public_key)
    return Projected(version, _reading(page, blocks), added, changed, gone)


def end_draft(page: "OpinionPage", version: OpinionVersion) -> None:
    """Let the working draft go that has become ``version``; the file that it came from is known as that version from now on."""
    draft = page.versions.filter(state=OpinionVersion.State.DRAFT).first()
    if draft is None:
        return
    if draft.source_hash and draft.pk != version.pk:
        version.source_names, version.source_hash = draft.source_names, draft.source_hash
        version.save(update_fields=["source_names", "source_hash", "updated_at"])
    draft.delete()


def project_aside(page: "OpinionPage", version: OpinionVersion, ids: Sequence[str], blocks: Sequence[Block]) -> None:
    """Write the clause rows of a text that stood before the present one, or will stand after it; clauses that stand in an earlier text alone
    are retired from the start."""
    canonical = [uuid.UUID(block_id) for block_id in ids]
    clauses = _clauses(page, canonical)
    _write_texts(version, [clauses[block_id] for block_id in canonical], blocks)
    standing = held(page)
    if standing is not None:
        _retire(page, standing, revive=False)
    Change.objects.create(item=Change.Item.OPINION, key=page.public_key)


def _reading(page: "OpinionPage", blocks: Sequence[Block]) -> str:
    """The exact words and their places in the outline, since offsets and carried doers hang on them; place and day of the document."""
    words = [(block.kind.value, block.level, block.label, block.text) for block in blocks]
    told = repr((words, page.jurisdiction_id, str(page.issue_date or "")))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def _version(page: "OpinionPage", *, draft: bool) -> OpinionVersion:
    """The draft has number 0, so that published versions count 1, 2, 3 without gaps."""
    if draft:
        return OpinionVersion.objects.get_or_create(opinion=page, number=0, defaults={"state": OpinionVersion.State.DRAFT})[0]
    return held(page) or OpinionVersion.objects.create(
        opinion=page, number=1, state=OpinionVersion.State.PUBLISHED, in_force_from=page.effective_from or page.issue_date, in_force_until=page.effective_until
    )


def _clauses(page: "OpinionPage", ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Clause]:
    known = {clause.block_id: clause for clause in Clause.objects.filter(opinion=page)}
    missing = [block_id for block_id in ids if block_id not in known]
    origin = {} if page.from_import else _origins(page, missing)
    fresh = [Clause(opinion=page, block_id=block_id, copied_from_id=origin.get(block_id)) for block_id in missing]
    for clause in Clause.objects.bulk_create(fresh, batch_size=_BATCH):
        known[clause.block_id] = clause
    return known


def _origins(page: "OpinionPage", ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Ids that another opinion has are copies: a copied page, an alias, a translation. The oldest clause is the origin."""
    found: dict[uuid.UUID, int] = {}
    for start in range(0, len(ids), _BATCH):
        rows = Clause.objects.filter(block_id__in=ids[start : start + _BATCH]).exclude(opinion=page).order_by("-pk")
        found.update(rows.values_list("block_id", "pk"))
    return found


def _write_texts(version: OpinionVersion, clauses: Sequence[Clause], blocks: Sequence[Block]) -> tuple[Keys, Keys, Keys]:
    """Write the rows; return the keys of the clauses added, reworded and gone."""
    before = {clause: (pk, values) for pk, clause, *values in version.texts.values_list("pk", "clause_id", *_FIELDS)}
    hashes = [text_hash(block) for block in blocks]
    added: list[ClauseText] = []
    changed: list[ClauseText] = []
    reworded = []
    for order, (clause, block) in enumerate(zip(clauses, blocks, strict=True)):
        values = _values(order, block, hashes[order])
        pk, old = before.pop(clause.pk, (None, None))
        if values == old:
            continue
        row = ClauseText(pk=pk, version=version, clause=clause, **dict(zip(_FIELDS, values, strict=True)))
        (added if old is None else changed).append(row)
        if old is not None and old[_TEXT] != block.text:
            reworded.append(clause.public_key)
    gone: Keys = ()
    if before:
        keys = dict(Clause.objects.filter(pk__in=list(before)).values_list("pk", "public_key"))
        gone = tuple(keys[clause] for clause in before)
        version.texts.filter(clause_id__in=list(before)).delete()
    ClauseText.objects.bulk_create(added, batch_size=_BATCH)
    ClauseText.objects.bulk_update(changed, _FIELDS, batch_size=200)
    digest = hashlib.sha256("\n".join(hashes).encode()).hexdigest()
    if digest != version.text_hash:
        version.text_hash = digest
        version.save(update_fields=["text_hash", "updated_at"])
    return tuple(row.clause.public_key for row in added), tuple(reworded), gone


def _values(order: int, block: Block, hashed: str) -> list[Any]:
    """Return what a block has in the columns of ``_FIELDS``."""
    return [order, block.kind.value, block.level, list(block.path), block.label[:40], block.para, block.text, hashed]


def _retire(page: "OpinionPage", version: OpinionVersion, *, revive: bool) -> None:
    """Retire what stands in no current text, so that its address says so; ``revive`` what stands in ``version`` again."""
    newest = held(page)
    beside = OpinionVersion.objects.filter(opinion=page).exclude(state=OpinionVersion.State.PUBLISHED)  # the draft, and what is to come
    current = [version.pk, *beside.values_list("pk", flat=True), *([newest.pk] if newest else [])]
    standing = ClauseText.objects.filter(version__in=current).values("clause_id")
    clauses = Clause.objects.filter(opinion=page)
    clauses.filter(retired_at__isnull=True).exclude(pk__in=standing).update(retired_at=timezone.now())
    if revive:
        clauses.filter(retired_at__isnull=False, pk__in=version.texts.values("clause_id")).update(retired_at=None)


def _forget_successors(page: "OpinionPage", version: OpinionVersion) -> None:
    """A clause that stands in the newest text has none: it was put back after it had been merged."""
    standing = version.texts.filter(clause__succeeded_by__isnull=False).values("clause_id")
    Clause.objects.filter(opinion=page, pk__in=standing).update(succeeded_by=None)


def note_descent(page: "OpinionPage", descent: Descent) -> None:
    """Keep what became of clauses that an edit split or merged. One that is merged in a draft is retired, and its address leads on, when the
    draft is published."""
    wanted = {*descent.split, *descent.split.values(), *descent.merged, *descent.merged.values()}
    if not wanted:
        return
    clauses = {str(clause.block_id): clause for clause in Clause.objects.filter(opinion=page, block_id__in=wanted)}
    for name, pairs in (("split_from", descent.split), ("succeeded_by", descent.merged)):
        changed = []
        for key, target in pairs.items():
            if key in clauses and target in clauses and key != target:
                setattr(clauses[key], name, clauses[target])
                changed.append(clauses[key])
        Clause.objects.bulk_update(changed, [name])


def held(page: "OpinionPage") -> OpinionVersion | None:
    """Return the version whose text the page holds: the newest published one."""
    return OpinionVersion.objects.filter(opinion=page, state=OpinionVersion.State.PUBLISHED).order_by("-number").first()
