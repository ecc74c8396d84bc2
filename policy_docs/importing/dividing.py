"""Two documents in one file: the text from a block on becomes an import of its own, and is joined back as it was. No sign of the text is lost."""

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.audit.record import record
from policy_docs.jobs import Job
from policy_docs.opinions.outline import place
from policy_docs.opinions.types import Block, BlockKind
from policy_docs.units.aliases import current_matcher, current_vocabulary

from .actions import ImportRefused, Settled, Stale, check_open, reread
from .draft import Draft, blocks_from_json, draft_of, from_json, offset_of, to_json, typed_of
from .intake import JOB, check_importer, note_secret
from .models import ImportFile
from .near import sketch_of
from .prepare import Reader, source_hash
from .secrecy import secrecy_mark

State = ImportFile.State


def part(key: str, *, seen: int, actor: User, at: int) -> ImportFile:
    """Make the text from the block with index ``at`` on an import of its own, which is read anew with its own identity; return it. Both keep the file.

    Raises:
        ImportRefused: nothing stands before or behind, or what stands behind bears a mark of secrecy.
    """
    check_importer(actor)
    before = ImportFile.objects.get(public_key=key)
    check_open(before, seen)
    old = from_json(before.draft)
    if not 0 < at < len(old.blocks):
        raise ImportRefused(_("没有分开：前面没有文字。请在第二份文件开头的那一段上分开。"))
    start = offset_of(before.source, old.blocks, at)
    head, tail = before.source[:start], before.source[start:]
    if secrecy_mark(tail):
        note_secret(before.size, actor)
        raise ImportRefused(_("没有分开：从这里起的文字带有密级标志。本系统只处理非涉密内容，请放弃导入，并按保密规定处理原件。"))
    first = _first(before, old, head, at)  # outside the transaction: it may take a second
    with transaction.atomic():
        row = ImportFile.objects.select_for_update(of=("self",), no_key=True).get(pk=before.pk)
        check_open(row, seen)
        second = ImportFile(
            name=_name(row), folder=row.folder, size=row.size, origin=row.origin, sha256=row.sha256, original=row.original, uploaded_by=actor,
            source=tail, text_hash=source_hash(tail), parted_from=row, parted={"draft": row.draft, "undo": row.undo, "typed": first.typed},
        )  # fmt: skip
        second.job = Job.objects.create(kind=JOB, actor=actor, total=1)
        second.save()
        _write(row, first, head, undo=[], actor=actor)
        record(actor=actor, action="import.part", target=row, details={"part": second.public_key})
    return second


def _first(row: ImportFile, old: Draft, head: str, at: int) -> Draft:
    """What stays: read anew, or where a person has corrected the split its blocks as they are; what a person has typed stays in any case."""
    fresh = draft_of(Reader(current_matcher(), current_vocabulary().places).prepare_text(row.stem, head))
    if row.undo:
        fresh = reread(replace(fresh, blocks=tuple(place(_closed(old.blocks[:at], fresh.blocks)))))
    was, now = typed_of(old.identity, old.blocks), typed_of(fresh.identity, fresh.blocks)
    typed = old.typed | {name: value for name, value in now.items() if old.typed.get(name, "") == was[name]}
    return replace(fresh, typed=typed, warnings=old.warnings, accepted=old.accepted, into=old.into)


def _closed(blocks: Sequence[Block], fresh: Sequence[Block]) -> list[Block]:
    """Blocks that end where a document ends: signature and date stood in the middle before, and were read as clauses."""
    closed = list(blocks)
    for index in range(-1, -1 - min(len(blocks), len(fresh)), -1):
        if fresh[index].kind is not BlockKind.BACK or fresh[index].text != f"{blocks[index].label}{blocks[index].text}":
            break
        closed[index] = fresh[index]
    return closed


def _name(row: ImportFile) -> str:
    """A name for the part: that of the file with a number, so that the two are told apart in lists."""
    number = 2 + ImportFile.objects.filter(original=row.original, parted_from__isnull=False).exclude(state=State.JOINED).count()
    head, dot, ending = row.name.rpartition(".")
    stem = (head if dot and head else row.name).split("（第")[0]
    return f"{stem}（第{number}份）{dot}{ending}" if dot and head else f"{stem}（第{number}份）"


def _write(row: ImportFile, draft: Draft, source: str, *, undo: list[object], actor: User) -> None:
    row.source, row.text_hash, row.sketch = source, source_hash(source), sketch_of(draft.blocks)
    row.draft, row.undo = to_json(draft), undo
    row.revision, row.changed_by, row.changed_at = row.revision + 1, actor, timezone.now()
    row.save(update_fields=["source", "text_hash", "sketch", "draft", "undo", "revision", "changed_by", "changed_at"])


@transaction.atomic
def join_back(key: str, *, seen: int, actor: User, part: str) -> ImportFile:
    """Undo ``part``: the import is again what it was, but for what has been typed into its identity block since; return it. ``part``: key and revision
    of the other import.

    Raises:
        ImportRefused: the part has become a document, or a later part has to come back first.
    """
    check_importer(actor)
    wanted, _colon, revision = part.partition(":")
    rows = ImportFile.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    found = {item.public_key: item for item in rows.filter(public_key__in=[key, wanted])}
    row, second = found[key], found.get(wanted)
    check_open(row, seen)
    if second is None or second.parted_from_id != row.pk or second.state == State.JOINED:
        raise ImportRefused(_("没有并回：那一份已经不在了，请重新载入本页。"))
    if second.state not in (*ImportFile.UNDER_WAY, State.READY, State.FAILED, State.DISCARDED):
        raise Settled(second)
    if second.changed_by_id and str(second.revision) != revision:
        raise Stale(second, _("没有并回：%(who)s %(when)s已改过那一份。请看过再决定。"))
    later = ImportFile.objects.filter(parted_from__in=[row, second], pk__gt=second.pk).exclude(state=State.JOINED).order_by("-pk").first()
    if later is not None:
        raise ImportRefused(_("没有并回：请先并回后来分出的“%s”。") % later.name)
    before = from_json(second.parted["draft"])
    since = {name: value for name, value in from_json(row.draft).typed.items() if value != second.parted["typed"].get(name, "")}
    whole = reread(replace(before, blocks=tuple(blocks_from_json(second.parted["draft"]["blocks"])), typed=before.typed | since))
    _write(row, whole, row.source + second.source, undo=second.parted["undo"], actor=actor)
    second.state, second.twin, second.parted, second.revision = State.JOINED, row, {}, second.revision + 1
    second.changed_by, second.changed_at = actor, timezone.now()
    second.save(update_fields=["state", "twin", "parted", "revision", "changed_by", "changed_at"])
    record(actor=actor, action="import.join_back", target=row, details={"part": second.public_key})
    return row
