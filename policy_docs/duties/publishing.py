"""Publishing a draft after what it is and what becomes of its duties was said; refused where something is missing or has changed since it was shown."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Revision

from cms.accounts.models import User
from policy_docs.opinions.carrying import Carry, carries, carry_over
from policy_docs.opinions.citation_rows import hold_to_publish
from policy_docs.opinions.drafts import newest
from policy_docs.opinions.merging import digest
from policy_docs.opinions.models import OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.publication import Manner, Publication, digest_of, published, remember
from policy_docs.opinions.releasing import check_days, is_other_text, lacking, release
from policy_docs.opinions.reviewing import reviewed
from policy_docs.opinions.setaside import check_unlocked
from policy_docs.opinions.starting import check_own_title

from . import settling
from .models import Duty
from .plan import Plan


class PlanChanged(Exception):
    """Draft or duties are no longer what the table showed; nothing was published."""

    def __init__(self) -> None:
        super().__init__(_("没有发布：您打开之后，草稿或者职责又有改动。下面已换成现在的情况，请再核对一遍；仍然适用的选择都还在。"))


class ChoicesMissing(Exception):
    """Duties wait for a choice; ``duties`` are theirs."""

    def __init__(self, duties: Collection[int]) -> None:
        self.duties = frozenset(duties)
        super().__init__(_("没有发布：还有 %d 条已核对的职责没有选定怎样办。") % len(self.duties))


class MannerMissing(Exception):
    """Nobody has said whether it is a correction or an amendment."""

    def __init__(self) -> None:
        super().__init__(_("没有发布：请先说明这次是文字更正还是修订。"))


class FactsMissing(Exception):
    """The identity block lacks what a published text must say of itself."""

    def __init__(self, lacks: Mapping[str, str]) -> None:
        super().__init__(_("没有发布：文件信息还有 %d 项没有填写。") % len(lacks))


@dataclass(frozen=True, slots=True)
class Ready:
    """A draft that may be published, with what has to be said before. ``fresh``: suggestions that its text brings, ``dropped``: how many it drops;
    ``asks``: whether it is a correction or an amendment; ``mark`` changes with
    the draft and with its duties; ``in_review``: it is published by approving it; ``carries``: texts to come that lack what the draft changes;
    ``lacks``: what the identity block must still say, by field."""

    page: OpinionPage
    revision: Revision | None
    standing: OpinionVersion | None
    plan: Plan
    duties: dict[int, Duty]
    fresh: list[settling.Fresh]
    dropped: int
    asks: bool
    mark: str
    in_review: bool
    carries: list[Carry]
    lacks: dict[str, str]


def ready(key: int, *, actor: User) -> Ready:
    """Return the draft of a document, or the revision in review, as it would be published.

    Raises:
        PermissionDenied: the person may not publish it, or there is nothing to publish.
        DraftLocked: it is locked.
    """
    under_review = reviewed(key)
    page = _draft(key)
    if page.alias_of_id is not None or not may_publish(page, actor):
        raise PermissionDenied
    if under_review is None:
        check_unlocked(page, actor)
        check_own_title(page.title)
    duties = {duty.pk: duty for duty in settling.decided(page)}
    reading = settling.reading_of(page)
    plan = settling.plan_of(duties.values(), settling.before(page), reading)
    fresh, dropped = settling.beside(page, plan, reading)
    waiting = carries(page)
    return Ready(
        page, under_review or page.latest_revision, published(page), plan, duties, fresh, dropped, is_other_text(page), _mark(page, plan, duties, waiting),
        under_review is not None, waiting, lacking(page),
    )  # fmt: skip


def _draft(key: int) -> OpinionPage:
    under_review = reviewed(key)
    page: OpinionPage = under_review.as_object() if under_review is not None else newest(key)
    return page


def may_publish(page: OpinionPage, actor: Any) -> bool:
    """Say whether a person may publish a draft, or approve it where it is in review; who has locked it besides is not asked."""
    task = page.current_workflow_task
    if task is None:
        return bool(page.permissions_for_user(actor).can_publish())
    return any(name == "approve" for name, _label, _modal in task.get_actions(page, actor))


def _mark(page: OpinionPage, plan: Plan, duties: dict[int, Duty], waiting: list[Carry]) -> str:
    told = [
        (touch.held.duty, touch.fate.value, touch.new_quotes, touch.role, touch.heir and touch.heir.key, duties[touch.held.duty].state)
        for touch in plan.touches
    ]
    coming = [(item.version.pk, [digest(block) for block in item.body]) for item in waiting]
    return hashlib.blake2b(repr((digest_of(page), page.title, told, coming)).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def publish(key: int, said: Publication, *, seen: str, actor: User, carry: bool = False) -> OpinionVersion | None:
    """Publish a draft, or approve it, as was said of it; return the text that waits for its day, None where it stands now. ``carry``: a correction is
    written into the texts to come too, as far as they do not say something else there.

    Raises:
        PlanChanged, FactsMissing, MannerMissing, ChoicesMissing, DayImpossible: nothing was published.
        PermissionDenied, DraftLocked: it may not be.
    """
    with transaction.atomic():
        hold_to_publish(_draft(key))
        found = ready(key, actor=actor)
        if found.mark != seen:
            raise PlanChanged
        if found.lacks:
            raise FactsMissing(found.lacks)
        if found.asks and said.manner not in (Manner.CORRECTION, Manner.AMENDMENT):
            raise MannerMissing
        said = replace(said, manner=said.manner if found.asks else Manner.FIRST, actor=actor.pk)
        check_days(found.page, said, today=timezone.localdate())
        missing = [touch.held.duty for touch in found.plan.asked if said.choices.get(touch.held.duty) not in touch.choices]
        if missing:
            raise ChoicesMissing(missing)
        remember(found.page, said, actor=actor)
        revision = found.revision or found.page.save_revision(user=actor, clean=False)
        if not found.in_review:
            waits = release(revision, actor=actor, checked=True)
            for item in found.carries if carry and said.manner is Manner.CORRECTION else ():
                carry_over(found.page, item, actor=actor)
            return waits
        task, state = found.page.current_workflow_task, found.page.current_workflow_task_state
        task.on_action(state, actor, "approve")
        return OpinionVersion.objects.filter(opinion=key, state=OpinionVersion.State.COMING, in_force_from=said.starts).first() if said.starts else None
