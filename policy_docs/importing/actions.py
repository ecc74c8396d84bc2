"""What people do to an import before it is a document: correct identity and split, take back, save, give up, bring back. One function per verb."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.audit.record import record
from policy_docs.duties.extract import extract
from policy_docs.jobs import Job
from policy_docs.opinions import actions as opinions
from policy_docs.opinions.models import OpinionVersion
from policy_docs.opinions.needed import Facts, needed
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.types import Identity
from policy_docs.units.aliases import current_matcher, current_vocabulary
from policy_docs.units.types import Context

from .confidence import dates_of
from .corrections import CannotCorrect, Verb, correct, splice
from .draft import Draft, blocks_from_json, blocks_to_json, from_json, to_json, typed_of
from .forms import IdentityForm
from .intake import JOB, check_importer
from .models import ImportFile
from .near import sketch_of
from .prepare import Prepared
from .report import FileReport, Outcome
from .run import Chosen, Overtaken, find_known, hold, store

UNDO_STEPS = 50
DATES_CHOSEN = "dates"  # the remark that two dates differ, once answered
EARLIER, LATER = "text:earlier", "text:later"  # a text older than the one that stands: filed before it, or a change of it all the same
NO_ISSUER, NO_DATE = "none:issuer", "none:date"  # a person has said that the original has none
_FIELDS = {"jurisdiction": "place"}  # names of the document → names of the form
_TYPED = 6000  # signs of a field that are kept
State = ImportFile.State


class ImportRefused(Exception):
    """A change of an import is refused; the message says why and what to do."""


class Stale(ImportRefused):
    """Somebody has changed the import since it was looked at: nothing is saved over it."""

    def __init__(self, row: ImportFile, words: str = "") -> None:
        self.row = row
        words = words or _("没有保存：%(who)s %(when)s已改过这份文件。下面是最新的内容，请核对后再改。")
        super().__init__(words % {"who": row.changed_by or _("其他人"), "when": moment(row)})


class Settled(ImportRefused):
    """The import has been saved or given up already."""

    def __init__(self, row: ImportFile) -> None:
        self.row = row
        words = {"who": row.changed_by or _("其他人"), "when": moment(row)}
        said = {State.SAVED: _("%(who)s %(when)s已保存这份文件，没有重复保存。"), State.DISCARDED: _("%(who)s %(when)s已放弃导入这份文件。")}
        super().__init__(said.get(State(row.state), _("这份文件现在不能修改。")) % words)


class NotReady(ImportRefused):
    """Something that must be filled in is missing; ``errors`` by field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__(_("还有 %d 项没有填好。") % len(self.errors))


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a saved import."""

    report: FileReport
    opinion: OpinionPage


def moment(row: ImportFile) -> str:
    """Return when an import was changed last, in words."""
    if row.changed_at is None:
        return ""
    local = timezone.localtime(row.changed_at)
    return f"{local.month}月{local.day}日 {local:%H:%M} "


@dataclass(frozen=True, slots=True)
class Filled:
    """The identity block of a draft as it is filled in: what is wrong with it by field, the identity that it gives (where it is not valid: as it was
    read), and what extraction needs to know of place and day (as read where they are not valid). Made once for a screen or a deed."""

    errors: Mapping[str, str]
    identity: Identity
    context: Context


def filled(draft: Draft) -> Filled:
    """Return the identity block of a draft, validated."""
    vocabulary = current_vocabulary()
    form = IdentityForm(draft.typed, read=draft.identity, vocabulary=vocabulary)
    valid = form.is_valid()
    errors = {name: " ".join(str(error) for error in found) for name, found in form.errors.items()}
    code, day = form.cleaned_data.get("place", draft.identity.code), form.cleaned_data.get("issue_date", draft.identity.issue_date)
    place = vocabulary.places_by_code.get(code)
    return Filled(errors, form.identity() if valid else draft.identity, Context(place.code, place.level, day) if place else Context("", None, day))


def reread(draft: Draft) -> Draft:
    """Return the draft with the duties of the corrected text."""
    return draft.with_findings(extract(list(draft.blocks), current_matcher(), filled(draft).context))


def describe(key: str, *, seen: int, actor: User, typed: Mapping[str, str]) -> ImportFile:
    """Keep what somebody has written into the identity block, valid or not."""
    return _change(key, seen=seen, actor=actor, typed=typed, by=lambda _row, draft: draft)


def adjust(key: str, *, seen: int, actor: User, typed: Mapping[str, str], verb: Verb, at: int, words: str = "") -> ImportFile:
    """Correct the split at one block.

    Raises:
        CannotCorrect: it does not apply there.
    """

    def by(row: ImportFile, draft: Draft) -> Draft:
        new = correct(draft.blocks, verb, at, words)
        start, gone, made = splice(draft.blocks, new)
        if not gone and not made:
            raise CannotCorrect(_("没有变化：这一段本来就是这样。"))
        row.undo = [*row.undo, [start, made, blocks_to_json(draft.blocks[start : start + gone])]][-UNDO_STEPS:]
        return replace(draft, blocks=tuple(new))

    return _change(key, seen=seen, actor=actor, typed=typed, by=by)


def take_back(key: str, *, seen: int, actor: User, typed: Mapping[str, str]) -> ImportFile:
    """Undo the last correction of the split."""

    def by(row: ImportFile, draft: Draft) -> Draft:
        if not row.undo:
            raise CannotCorrect(_("没有可以撤销的修改。"))
        *row.undo, (start, made, old) = row.undo
        blocks = [*draft.blocks[:start], *blocks_from_json(old), *draft.blocks[start + made :]]
        return replace(draft, blocks=tuple(blocks_from_json(blocks_to_json(blocks))))

    return _change(key, seen=seen, actor=actor, typed=typed, by=by)


def accept(key: str, *, seen: int, actor: User, typed: Mapping[str, str], code: str) -> ImportFile:
    """Answer a remark with «as in the source»."""
    return _change(key, seen=seen, actor=actor, typed=typed, by=lambda _row, draft: replace(draft, accepted=(*draft.accepted, code[:80])))


def join_with(key: str, *, seen: int, actor: User, typed: Mapping[str, str], opinion: str) -> ImportFile:
    """Say that the import is another text of a document; "" takes that back."""
    if opinion and not OpinionPage.objects.filter(public_key=opinion, alias_of__isnull=True).exists():
        raise ImportRefused(_("没有设为新版本：这份文件已经不在了。"))
    return _change(key, seen=seen, actor=actor, typed=typed, by=lambda _row, draft: replace(draft, into=opinion))


def _change(key: str, *, seen: int, actor: User, typed: Mapping[str, str], by: Callable[[ImportFile, Draft], Draft]) -> ImportFile:
    check_importer(actor)
    before = ImportFile.objects.get(public_key=key)
    check_open(before, seen)
    old = from_json(before.draft)
    new = by(before, replace(old, typed=old.typed | {name: value[:_TYPED] for name, value in typed.items()}))
    if new == old:
        return before
    if new.blocks != old.blocks or filled(new).context != filled(old).context:
        new = reread(new)  # outside the transaction: it may take a second
    with transaction.atomic():
        row = ImportFile.objects.select_for_update(of=("self",), no_key=True).get(pk=before.pk)
        check_open(row, seen)
        row.draft, row.undo, row.sketch = to_json(new), before.undo, sketch_of(new.blocks)
        row.revision, row.changed_by, row.changed_at = row.revision + 1, actor, timezone.now()
        row.save(update_fields=["draft", "undo", "sketch", "revision", "changed_by", "changed_at"])
    return row


def check_open(row: ImportFile, seen: int) -> None:
    """Raise ``Settled`` where an import is not being checked any more, ``Stale`` where somebody has changed it since ``seen``."""
    if row.state != State.READY:
        raise Settled(row)
    if row.revision != seen:
        raise Stale(row)


def dates_differ(draft: Draft) -> bool:
    """Whether head and end of the text give different dates and nobody has chosen yet."""
    chosen = DATES_CHOSEN in draft.accepted or draft.typed.get("issue_date") != typed_of(draft.identity, draft.blocks)["issue_date"]
    return not chosen and dates_of(draft.blocks).differ


def missing(draft: Draft, block: Filled, known: OpinionPage | None, *, older: bool, live: bool) -> dict[str, str]:
    """Return what must be filled in before the draft is stored, by field. A draft may lack what only a published text needs. ``known``: the document
    that it would be a new text of; ``older``: than the text that stands, as ``is_older`` says."""
    errors = dict(block.errors)
    if not draft.typed.get("title", "").strip():
        errors.setdefault("title", _("请填写标题。"))
    if live:
        errors = {_FIELDS.get(name, name): words for name, words in needed(facts_typed(draft, block, known)).items()} | errors
    if live and dates_differ(draft):
        errors.setdefault("issue_date", _("请选定版头日期或落款日期。"))
    if older and not age_said(draft):
        errors["text"] = _("请选定这份文字是较早的文字，还是现行文字的修改。")
    return errors


def facts_typed(draft: Draft, block: Filled, known: OpinionPage | None) -> Facts:
    """Return what a draft would say of itself; what its text lacks stays as the known document has it."""
    said, typed = block.identity, draft.typed
    issued, starts = (datetime.date.fromisoformat(day) if day else None for day in (said.issue_date, said.effective_date))
    place = block.context.code or typed.get("place", "").strip() or None  # what is no place is told as an error of the field
    facts = Facts(typed.get("disclosure", ""), said.issuer, NO_ISSUER in draft.accepted, issued, starts, NO_DATE in draft.accepted, place)
    if known is None:
        return facts
    return Facts(*(getattr(facts, item.name) or getattr(known, item.name) for item in fields(Facts)))


def is_older(block: Filled, known: OpinionPage | None) -> bool:
    """Whether its dates say that a text stood before the one that stands of the document that it would be a new text of."""
    return known is not None and known.live and opinions.is_earlier(known, block.identity)


def age_said(draft: Draft) -> str:
    """Return what a person has said of a text that is older than the one that stands: ``EARLIER``, ``LATER``, "" for nothing."""
    return next((code for code in reversed(draft.accepted) if code in (EARLIER, LATER)), "")


def prepared_of(row: ImportFile, draft: Draft, block: Filled) -> Prepared:
    """Return a draft as what the command prepares of a file; duties are left out."""
    return Prepared(row.stem, text_hash=row.text_hash, blocks=draft.blocks, identity=block.identity, context=block.context)


def known_as(draft: Draft, prepared: Prepared) -> OpinionPage | None:
    """Return the document that the draft would become a new text of: the one that a person has named, else the one with its number or title."""
    named = OpinionPage.objects.filter(public_key=draft.into, alias_of__isnull=True).first() if draft.into else None
    return named or find_known(prepared, FileReport(prepared.name, Outcome.REFUSED))


def save(key: str, *, seen: int, actor: User, live: bool) -> Saved:
    """Store the import as a document, by the way that every import goes: published, or as a draft (``live`` is False). The new text of a published
    document becomes its draft in any case: it is published on the page that asks what it is and what becomes of confirmed duties.

    Raises:
        Settled: it has been saved or given up: a second click stores nothing twice.
        NotReady: what must be filled in is missing.
        ImportRefused: the document has changes that nobody has published.
    """
    check_importer(actor)
    before = ImportFile.objects.get(public_key=key)
    check_open(before, seen)
    draft = from_json(before.draft)
    block = filled(draft)
    prepared = prepared_of(before, draft, block)
    known = known_as(draft, prepared)
    older = is_older(block, known)
    errors = missing(draft, block, known, older=older, live=live)
    if errors:
        raise NotReady(errors)
    prepared = replace(prepared, findings=tuple(extract(list(draft.blocks), current_matcher(), block.context)))
    place = age_said(draft) if older else LATER
    facts = facts_typed(draft, block, None)
    undated = facts.undated and not (facts.issue_date or facts.effective_from)
    unsigned = facts.unsigned and not facts.issuer.strip()
    chosen = Chosen(facts.disclosure, known if draft.into else None, later=place == LATER, unsigned=unsigned, undated=undated)
    with transaction.atomic():
        row = ImportFile.objects.select_for_update(of=("self",), no_key=True).get(pk=before.pk)
        check_open(row, seen)
        known = _held(prepared, known)
        as_draft = place == LATER and known is not None and known.live
        report = store(prepared, actor=actor, live=live and not as_draft, chosen=chosen)
        if report.outcome is Outcome.REFUSED:
            raise ImportRefused("".join(report.messages))
        version = OpinionVersion.objects.filter(source_hash=row.text_hash).select_related("opinion").order_by("-pk")[0]
        row.opinion = version.opinion
        row.state = State.SAME if report.outcome in (Outcome.UNCHANGED, Outcome.DUPLICATE) else State.SAVED
        row.message = "".join(report.messages)
        _settle(row, actor)
        details = {"opinion": version.opinion.public_key, "version": version.number, "live": version.state == OpinionVersion.State.PUBLISHED}
        record(actor=actor, action="import.save", target=row, details=details)
    return Saved(report, version.opinion)


def _held(prepared: Prepared, known: OpinionPage | None) -> OpinionPage | None:
    """Lock what will be touched, and return the known document as it is now; refuse where it has gone, or come, since it was looked for."""
    try:
        now = hold(prepared, known)
    except Overtaken as came:
        raise ImportRefused(str(came)) from came
    if known is not None and now is None:
        raise ImportRefused(_("没有保存：《%s》刚刚被移入回收站。请核对这份文件是另行收录，还是先从回收站恢复原来的文件。") % known.title)
    return now


def _settle(row: ImportFile, actor: User) -> None:
    row.revision, row.changed_by, row.changed_at = row.revision + 1, actor, timezone.now()
    row.save(update_fields=["state", "message", "opinion", "revision", "changed_by", "changed_at"])


@transaction.atomic
def discard(key: str, *, seen: int, actor: User) -> ImportFile:
    """Give an import up. The upload is kept, so that it can be brought back.

    Raises:
        Stale: somebody has changed it since ``seen``, or it has been split only now.
        Settled: it has been saved or given up.
    """
    check_importer(actor)
    row = ImportFile.objects.select_for_update(of=("self",), no_key=True).get(public_key=key)
    if row.state not in (*ImportFile.UNDER_WAY, State.READY, State.FAILED):
        raise Settled(row)
    if row.revision != seen:
        split = _("没有放弃：这份文件刚刚识别完成。请看过再决定。")
        raise Stale(row, _("没有放弃：%(who)s %(when)s已改过这份文件。请看过最新的内容再决定。") if row.changed_by_id else split)
    row.state = State.DISCARDED
    _settle(row, actor)
    record(actor=actor, action="import.discard", target=row)
    return row


@transaction.atomic
def resume(key: str, *, actor: User) -> ImportFile:
    """Bring an import back that was given up, or have one split again whose splitting broke off."""
    check_importer(actor)
    row = ImportFile.objects.select_for_update(of=("self",), no_key=True).get(public_key=key)
    if row.state not in (State.DISCARDED, State.FAILED):
        raise Settled(row)
    if row.state == State.DISCARDED and row.draft.get("blocks"):
        row.state = State.READY
    else:
        row.state, row.message = State.WAITING, ""
        row.job = Job.objects.create(kind=JOB, actor=actor, total=1)
        row.save(update_fields=["job"])
    _settle(row, actor)
    record(actor=actor, action="import.resume", target=row)
    return row
