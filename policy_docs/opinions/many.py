"""One deed on many documents: what would become of each, and the deed on one of them. ``bulk`` goes through them all.

The confirmation and the deed ask the same function why a document is left alone, so that the page says what will happen. A document that has
changed since the person saw the list is left alone and named. What is needed to take a deed back stands in the audit trail.
"""

import datetime
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision, WorkflowState
from wagtail.permission_policies.pages import PagePermissionPolicy

from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from cms.audit.models import AuditEntry
from cms.audit.record import record

from .citation_rows import hold_to_publish
from .confirming import ValidityRefused, confirm_validity, take_back_validity
from .drafts import StaleDraft, newest
from .holding import hold_documents
from .needed import Facts as Said
from .needed import facts_in, needed
from .needed import facts_of as said_of
from .pages import OpinionPage
from .querysets import OpinionQuerySet
from .reviewing import InReview
from .starting import MARK, is_marked
from .validity import Standing, label, standing, written

Disclosure = OpinionPage.Disclosure


class Verb(StrEnum):
    """What can be done to many documents at once."""

    DISCLOSURE = "disclosure"
    VALIDITY = "validity"
    SUBMIT = "submit"


#: what the trail says of each
ACTIONS = {Verb.DISCLOSURE: "opinion.disclosure", Verb.VALIDITY: "opinion.validity", Verb.SUBMIT: "opinion.submit"}
SUBMIT_BACK = "opinion.submit_taken_back"


class ManyRefused(Exception):
    """The deed on many is refused as a whole; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: the verb, its value (a disclosure), who asks, on which day, the key that its rows of the trail share."""

    verb: Verb
    value: str
    actor: User
    on: datetime.date
    batch: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """A document with what the deed depends on beside its own fields."""

    page: OpinionPage
    in_review: bool
    may_edit: bool
    may_publish: bool
    lacks: Mapping[str, str] = field(default_factory=dict)  # what its draft must still say of itself to be published

    @property
    def stamp(self) -> str:
        """What a person saw of it, in short; a draft that is saved by itself keeps its revision and changes its time."""
        page = self.page
        saved = page.latest_revision_created_at
        told = (
            page.title, page.live, page.has_unpublished_changes, page.latest_revision_id, saved.isoformat() if saved else "", page.disclosure,
            page.validity_confirmed_on, page.effective_from, page.effective_until, page.counts_from, page.repealed_on, page.issue_date, self.in_review,
        )  # fmt: skip
        return hashlib.blake2b(repr(told).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True)
class Planned:
    """What will become of a document: how it is ``now`` and ``then``, or ``why`` it is left alone."""

    key: str
    title: str
    number: str
    stamp: str
    now: str
    then: str
    why: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a document; ``why`` it was left alone, "" where it was done."""

    key: str
    title: str
    why: str = ""


def check_order(verb: str, value: str) -> tuple[Verb, str]:
    """Return verb and value of a form.

    Raises:
        ManyRefused: no such verb, or no value where one is needed.
    """
    if verb not in set(Verb):
        raise ManyRefused(_("没有办理：请选择要办理的事项。"))
    if verb == Verb.DISCLOSURE and value not in (Disclosure.OPEN, Disclosure.ON_REQUEST, Disclosure.CLOSED):
        raise ManyRefused(_("没有办理：请选择公开属性。"))
    return Verb(verb), value if verb == Verb.DISCLOSURE else ""


def plan(found: OpinionQuerySet, order: Order) -> list[Planned]:
    """Return what will become of each document, in the order of the queryset. Six queries for any number."""
    planned = []
    for facts in facts_of(found.defer("body"), order.actor):
        page = facts.page
        why = why_not(facts, order)
        now, then = _CHANGES[order.verb](facts, order)
        planned.append(Planned(page.public_key, page.title, page.document_number, facts.stamp, now, "" if why else then, why))
    return planned


def facts_of(pages: Iterable[OpinionPage], actor: User) -> list[Facts]:
    """Return documents with their reviews and with what a person may do to them."""
    policy, is_office = PagePermissionPolicy(), viewer_of(actor).sees_all
    held = list(pages)
    keys = [page.pk for page in held]
    states = WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS, base_content_type=ContentType.objects.get_for_model(Page))
    in_review = {int(pk) for pk in states.values_list("object_id", flat=True)}
    may_edit, may_publish = (
        set(policy.instances_user_has_permission_for(actor, verb).filter(pk__in=keys).values_list("pk", flat=True)) if is_office else set()
        for verb in ("change", "publish")
    )
    lacks = _lacking(held)
    return [Facts(page, page.pk in in_review, page.pk in may_edit, page.pk in may_publish, lacks[page.pk]) for page in held]


def _lacking(pages: list[OpinionPage]) -> dict[int, dict[str, str]]:
    """Return by document what its draft lacks (``releasing.lacking``). One query, which leaves the bodies in the database."""
    names = [item.name.removesuffix("_id") for item in fields(Said)]
    revisions = Revision.objects.filter(pk__in=[page.latest_revision_id for page in pages if page.latest_revision_id])
    stored = {pk: facts_in(dict(zip(names, values, strict=True))) for pk, *values in revisions.values_list("pk", *(f"content__{name}" for name in names))}
    return {page.pk: needed(stored.get(page.latest_revision_id or 0) or said_of(page), said_of(page) if page.live else None) for page in pages}


def why_not(facts: Facts, order: Order) -> str:
    """Say why a document is left alone, "" where nothing is in the way."""
    page = facts.page
    if page.alias_of_id is not None:
        return _("这是另一份文件的引用页，请办理原文件")
    if not facts.may_edit:
        return _("您没有修改这份文件的权限")
    return _REFUSALS[order.verb](facts, order)


def _no_disclosure(facts: Facts, order: Order) -> str:
    page = facts.page
    if page.disclosure == order.value:
        return _("本来就是“%s”") % Disclosure(order.value).label
    if facts.in_review:
        return _("正在审核，不能修改")
    if page.live and page.has_unpublished_changes:
        return _("有还没有发布的修改，请先发布或者放弃修改")
    if page.live and not facts.may_publish:
        return _("您没有发布这份文件的权限")
    return ""


def _no_validity(facts: Facts, order: Order) -> str:
    page = facts.page
    found = standing(page, order.on)
    if not page.live:
        return _("没有公开，不用确认")
    if found is not Standing.IN_FORCE:
        return _("%s，不能确认有效") % label(found)
    if page.validity_confirmed_on == order.on:
        return _("今天已经确认过")
    return ""


def _no_submit(facts: Facts, order: Order) -> str:
    if is_marked(facts.page.draft_title):
        return _("标题还带着“%s”，请先改好标题") % MARK
    page = facts.page
    if facts.in_review:
        return _("已经在审核")
    if page.live and not page.has_unpublished_changes:
        return _("已发布，没有新的修改")
    if page.locked:
        return _("文件已锁定，请先解锁")
    return "".join(facts.lacks.values())


_REFUSALS: dict[Verb, Callable[[Facts, Order], str]] = {Verb.DISCLOSURE: _no_disclosure, Verb.VALIDITY: _no_validity, Verb.SUBMIT: _no_submit}


def _disclosure_change(facts: Facts, order: Order) -> tuple[str, str]:
    page, then = facts.page, str(Disclosure(order.value).label)
    if page.live and order.value == Disclosure.OPEN:
        then = _("%s，公众即可查看") % then
    elif page.live and page.disclosure == Disclosure.OPEN:
        then = _("%s，公众不再能查看") % then
    return str(page.get_disclosure_display()), then


def _validity_change(facts: Facts, order: Order) -> tuple[str, str]:
    day = facts.page.validity_confirmed_on
    return _("上次确认：%s") % written(day) if day else _("没有确认过"), _("%s确认有效") % written(order.on)


def _submit_change(facts: Facts, order: Order) -> tuple[str, str]:
    page = facts.page
    return _("有未发布的修改") if page.live else _("草稿"), _("审核中，审核期间谁都不能修改")


_CHANGES: dict[Verb, Callable[[Facts, Order], tuple[str, str]]] = {
    Verb.DISCLOSURE: _disclosure_change, Verb.VALIDITY: _validity_change, Verb.SUBMIT: _submit_change,
}  # fmt: skip


def carry_out(key: str, stamp: str, order: Order) -> Outcome:
    """Do to one document what was asked for, unless it has changed since it was seen or something stands in the way."""
    try:
        return _carry_out(key, stamp, order)
    except (ValidationError, StaleDraft, InReview) as refusal:
        words = "；".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
        return Outcome(key, OpinionPage.objects.values_list("title", flat=True).get(public_key=key), _("没有保存：%s") % words)


@transaction.atomic
def _carry_out(key: str, stamp: str, order: Order) -> Outcome:
    page = _held(order.verb, public_key=key)
    if page is None:
        return Outcome(key, key, _("已经不在库中"))
    facts = facts_of([page], order.actor)[0]
    if facts.stamp != stamp:
        return Outcome(key, page.title, _("您打开确认页以后已被改过"))
    why = why_not(facts, order)
    if not why:
        try:
            _DEEDS[order.verb](page, order)
        except ManyRefused as refusal:
            why = str(refusal)
    return Outcome(key, page.title, why)


def _held(verb: Verb, **which: Any) -> OpinionPage | None:
    """Lock a document and return it; where the deed publishes it, with what it repeals by its words, in the order of everybody else."""
    key = OpinionPage.objects.filter(**which).values_list("pk", flat=True).first()
    if key is None:
        return None
    if verb is Verb.DISCLOSURE:
        hold_to_publish(newest(key))
    else:
        hold_documents([key])
    found: OpinionPage | None = OpinionPage.objects.defer("body").filter(pk=key).first()
    return found


def _disclose(page: OpinionPage, order: Order) -> None:
    before = page.disclosure
    _write_disclosure(page, order.value, order.actor)
    _record(page, order, before=before, after=order.value)


def _write_disclosure(page: OpinionPage, value: str, actor: User) -> None:
    """Set the row and the draft that people edit: published later, an untouched draft would bring the old value back."""
    if page.latest_revision_id is not None:
        draft = newest(page.pk)
        draft.disclosure = value
        revision = draft.save_revision(user=actor, clean=False, log_action=True)
        if page.live:
            revision.publish(user=actor)
            return
    page.disclosure = value
    page.save(update_fields=["disclosure"])


def _confirm(page: OpinionPage, order: Order) -> None:
    try:
        confirm_validity(page, actor=order.actor, on=order.on, seen=page.validity_confirmed_on, batch=order.batch)
    except ValidityRefused as refusal:
        raise ManyRefused(str(refusal)) from refusal


def _submit(page: OpinionPage, order: Order) -> None:
    """Begin the review; one that was sent back goes on where it was."""
    if page.latest_revision_id is None:
        page.save_revision(user=order.actor, clean=False)  # brought in as a draft: what is reviewed is a revision
    draft = newest(page.pk)
    state = draft.current_workflow_state
    if state is not None and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        state.resume(order.actor)
    else:
        workflow = draft.get_workflow()
        if workflow is None:
            raise ManyRefused(_("这里没有设审核流程，可以直接发布"))
        state = workflow.start(draft, order.actor)
    _record(page, order, after=state.pk, before=None)


_DEEDS: dict[Verb, Callable[[OpinionPage, Order], None]] = {Verb.DISCLOSURE: _disclose, Verb.VALIDITY: _confirm, Verb.SUBMIT: _submit}


def _record(page: OpinionPage, order: Order, *, before: str | None, after: str | int) -> None:
    details = {"by": order.actor.pk, "batch": order.batch, "before": before, "after": after}
    record(actor=order.actor, action=ACTIONS[order.verb], target=page, details=details)


@transaction.atomic
def take_back(entry: AuditEntry, order: Order) -> Outcome:
    """Put one document back as it was before a deed, unless it has changed since."""
    page = _held(order.verb, pk=int(entry.target.rpartition(":")[2]))
    if page is None:
        return Outcome("", entry.label, _("已经不在库中"))
    why = _BACK[order.verb](page, entry.details, order)
    return Outcome(page.public_key, page.title, why)


def _disclosure_back(page: OpinionPage, details: Mapping[str, Any], order: Order) -> str:
    facts = facts_of([page], order.actor)[0]
    if page.disclosure != details["after"] or not facts.may_edit or facts.in_review or (page.live and (page.has_unpublished_changes or not facts.may_publish)):
        return _("办理以后又有变化")
    _write_disclosure(page, details["before"], order.actor)
    _record(page, order, before=details["after"], after=details["before"])
    return ""


def _validity_back(page: OpinionPage, details: Mapping[str, Any], order: Order) -> str:
    before = details["before"]
    try:
        given = datetime.date.fromisoformat(details["after"])
        take_back_validity(page, actor=order.actor, given=given, before=datetime.date.fromisoformat(before) if before else None, batch=order.batch)
    except ValidityRefused:
        return _("办理以后又有变化")
    return ""


def _submit_back(page: OpinionPage, details: Mapping[str, Any], order: Order) -> str:
    state = WorkflowState.objects.filter(pk=details["after"], status=WorkflowState.STATUS_IN_PROGRESS).first()
    if state is None:
        return _("已经审核过，或者审核已经撤回")
    state.cancel(user=order.actor)
    record(actor=order.actor, action=SUBMIT_BACK, target=page, details={"by": order.actor.pk, "batch": order.batch})
    return ""


_BACK: dict[Verb, Callable[[OpinionPage, Mapping[str, Any], Order], str]] = {
    Verb.DISCLOSURE: _disclosure_back, Verb.VALIDITY: _validity_back, Verb.SUBMIT: _submit_back,
}  # fmt: skip
