"""What comes in: each file is read and looked at before anything of it is stored; whoever splits it comes later."""

import hashlib
from collections.abc import Iterator

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from cms.audit.record import record
from policy_docs.jobs import Job
from policy_docs.opinions.actions import add_source_name
from policy_docs.opinions.models import OpinionVersion
from policy_docs.opinions.validity import written

from . import originals
from .apart import SecondProcess
from .archive import Entry, unpack
from .models import ImportFile
from .names import clean_name
from .prepare import Secret, read_unmarked, source_hash
from .secrecy import name_bears_mark
from .sources.base import ReadResult, SourceError
from .sources.detect import read_data
from .sources.others import is_left_behind

log = structlog.get_logger(__name__)

JOB = "import_file"
LEFT = "这是软件打开文件时留下的临时文件，不是文件本身。请关闭 Word 或 WPS，再选择原来的文件。"
SECONDS = 60.0  # that reading one file may take
State = ImportFile.State

_reading = SecondProcess()


class ImportForbidden(Exception):
    """Only the coordination office brings documents in."""

    def __str__(self) -> str:
        return _("您的账号不能导入文件。如工作需要，请联系协调机构办理。")


def check_importer(actor: User) -> None:
    """Raise ``ImportForbidden`` for whoever may not import."""
    if not viewer_of(actor).sees_all:
        raise ImportForbidden


def read_pasted(html: bytes, *, actor: User) -> ReadResult:
    """Return the words of what was copied from Word or a web page; nothing is stored.

    Raises:
        ImportForbidden: not the coordination office.
        SourceError: it cannot be read.
    """
    check_importer(actor)
    return _reading.call(read_data, ".html", html, seconds=SECONDS)


def receive(data: bytes, *, path: str, actor: User, origin: ImportFile.Origin = ImportFile.Origin.FILE) -> ImportFile:
    """Read a file, keep it and have it split; what cannot be read leaves a row that says why, and no bytes.

    Raises:
        ImportForbidden: not the coordination office.
        Secret: a mark of secrecy; nothing is stored but that somebody tried.
    """
    check_importer(actor)
    name, folder = clean_name(path)
    row = ImportFile(name=name, folder=folder, size=len(data), origin=origin, uploaded_by=actor)
    _check_names(row, actor)
    if is_left_behind(name):
        return refuse(row, LEFT, actor=actor)
    try:
        source = _reading.call(read_unmarked, name, data, seconds=SECONDS)
    except Secret:
        note_secret(row.size, actor)
        raise
    except SourceError as error:
        return refuse(row, str(error), actor=actor)
    row.sha256, row.text_hash = hashlib.sha256(data).hexdigest(), source_hash(source.text)
    return _same(row, actor=actor) or _keep(row, data, source, actor=actor)


def receive_archive(data: bytes, *, path: str, actor: User) -> Iterator[ImportFile | Secret]:
    """Take in each document of a ZIP as if it had been sent alone; the archive itself is not kept.

    Raises:
        ImportForbidden: not the coordination office.
    """
    check_importer(actor)
    name, folder = clean_name(path)
    row = ImportFile(name=name, folder=folder, size=len(data), origin=ImportFile.Origin.ARCHIVE, uploaded_by=actor)
    try:
        _check_names(row, actor)
        for entry in unpack(data):
            yield _unpacked(entry, f"{folder}/{name}/{entry.path}", actor) if not entry.passed else _passed(row, entry, actor)
    except Secret as secret:
        yield secret
    except SourceError as error:
        yield refuse(row, str(error), actor=actor)


def _passed(row: ImportFile, entry: Entry, actor: User) -> ImportFile:
    """One row for all files of an archive that are no documents; they are no imports that failed."""
    row.origin = ImportFile.Origin.REST
    return refuse(row, entry.refusal, actor=actor)


def _unpacked(entry: Entry, path: str, actor: User) -> ImportFile | Secret:
    try:
        if entry.refusal:
            name, folder = clean_name(path)
            return refuse(ImportFile(name=name, folder=folder, origin=ImportFile.Origin.ARCHIVE, uploaded_by=actor), entry.refusal, actor=actor)
        return receive(entry.data, path=path, actor=actor, origin=ImportFile.Origin.ARCHIVE)
    except Secret as secret:
        return secret


def _check_names(row: ImportFile, actor: User) -> None:
    """Raise ``Secret`` where the name of a file or of a folder above it bears a mark."""
    if any(name_bears_mark(part) for part in (row.name, *row.folder.split("/"))):
        note_secret(row.size, actor)
        raise Secret


def note_secret(size: int, actor: User) -> None:
    """Note that somebody tried; neither name nor words."""
    record(actor=actor, action="import.secret", target=actor, details={"size": size})
    log.warning("import.secret_refused")


def refuse(row: ImportFile, message: str, *, actor: User) -> ImportFile:
    """Store that a file was not taken in, and why; raises ``Secret`` where its name alone may not be stored."""
    _check_names(row, actor)
    return _refuse(row, message, actor=actor)


@transaction.atomic
def _refuse(row: ImportFile, message: str, *, actor: User) -> ImportFile:
    row.state, row.message = State.REFUSED, message
    row.save()
    record(actor=actor, action="import.refused", target=row, details={"size": row.size, "why": message})
    return row


@transaction.atomic
def _same(row: ImportFile, *, actor: User) -> ImportFile | None:
    """Store that this very text is here already, as a document or as an import that somebody is still at; None where it is not."""
    version = OpinionVersion.objects.filter(source_hash=row.text_hash).select_related("opinion").order_by("-number").first()
    if version is not None:
        add_source_name(version, row.stem)
        row.opinion = version.opinion
        row.message = _taken(version)
    else:
        open_ones = ImportFile.objects.light().filter(text_hash=row.text_hash, state__in=[*ImportFile.UNDER_WAY, State.READY, State.FAILED])
        row.twin = open_ones.select_related("uploaded_by").first()
        if row.twin is None:
            return None
        words = {"who": row.twin.uploaded_by or _("其他人"), "when": written(timezone.localdate(row.twin.uploaded_at)), "name": row.twin.name}
        row.message = _("%(who)s %(when)s上传的“%(name)s”文字相同，正在核对中，没有重复保存。") % words
    row.state = State.SAME
    row.save()
    record(actor=actor, action="import.same", target=row, details={"opinion": row.opinion_id, "import": row.twin_id})
    return row


def _taken(version: OpinionVersion) -> str:
    """Say who brought the text in, and when."""
    first = ImportFile.objects.light().filter(opinion_id=version.opinion_id, state=State.SAVED).select_related("changed_by").order_by("pk").first()
    day = written(timezone.localdate(first.changed_at if first and first.changed_at else version.created_at))
    if first is not None and first.changed_by is not None:
        return _("这份文件已于%(day)s由%(who)s导入，文字完全一致，没有重复保存。") % {"day": day, "who": first.changed_by}
    return _("这份文件已于%s导入，文字完全一致，没有重复保存。") % day


def _keep(row: ImportFile, data: bytes, source: ReadResult, *, actor: User) -> ImportFile:
    row.source = source.text
    row.draft = {"warnings": list(source.warnings)}
    row.original = originals.keep(row.public_key, data)
    try:
        with transaction.atomic():
            row.job = Job.objects.create(kind=JOB, actor=actor, total=1)
            row.save()
            record(actor=actor, action="import.upload", target=row, details={"size": row.size, "sha256": row.sha256, "origin": row.origin})
    except BaseException:
        originals.forget(row.original)
        raise
    return row
