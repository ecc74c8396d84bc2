"""Bringing a draft into force: at once, or on its day. What has to be said before is said, or nothing is published."""

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.audit.record import record
from policy_docs import ports

from .models import OpinionVersion
from .needed import facts_of, needed
from .projection import end_draft
from .publication import Manner, Publication, digest_of, published, recall, used_up
from .validity import written

if TYPE_CHECKING:
    from wagtail.models import Revision

    from .pages import OpinionPage


class Unsettled(Exception):
    """The text may not be published before it is said what it is, and what becomes of duties; the message says what is missing."""

    def __init__(self, page: "OpinionPage", missing: int, lacks: Mapping[str, str] | None = None) -> None:
        self.page = page
        if lacks:
            super().__init__(_("《%(title)s》还没有发布：%(words)s") % {"title": page.title, "words": "".join(lacks.values())})
            return
        words = _("《%s》还没有发布：请先说明这次是文字更正还是修订。")
        super().__init__(
            _("《%(title)s》还没有发布：%(number)d 条已核对的职责要先选定怎样办。") % {"title": page.title, "number": missing}
            if missing
            else words % page.title
        )


class Incomplete(Exception):
    """A draft is not handed to the reviewers: its identity block lacks what a published text must say, and in review nobody could add it. Nor is a new
    page published at once (``deed``)."""

    def __init__(self, title: str, lacks: Mapping[str, str], *, deed: str = "submit") -> None:
        words = _("《%(title)s》没有发布，已存为草稿：%(words)s") if deed == "publish" else _("《%(title)s》没有提交审核，已存为草稿：%(words)s")
        super().__init__(words % {"title": title, "words": "".join(lacks.values())})


class DayImpossible(Exception):
    """The days of an amendment do not fit together; ``field`` is the one to mend."""

    def __init__(self, field: str, words: str) -> None:
        self.field = field
        super().__init__(words)


def is_other_text(page: "OpinionPage") -> bool:
    """Say whether a page object holds another text than the one that was published last."""
    standing = published(page)
    if standing is None:
        return False
    row = type(page).objects.get(pk=page.pk)
    if row.live:
        return digest_of(row) != digest_of(page)
    # the row of a withdrawn document holds what people have made of it since
    was = standing.texts.order_by("order").values_list("clause__block_id", "kind", "level", "label", "text")
    told = zip((str(block["id"]) for block in page.body.raw_data), page.parts, strict=True)
    return [(str(block_id), *rest) for block_id, *rest in was] != [
        (block_id, block.kind.value, block.level, block.label[:40], block.text) for block_id, block in told
    ]


# what a page says of its place, its state and its drafts, and not of the document
_OF_THE_PAGE = frozenset({
    "body", "path", "depth", "numchild", "url_path", "draft_title", "live", "has_unpublished_changes", "latest_revision", "live_revision",
    "latest_revision_created_at", "last_published_at", "first_published_at", "expired", "locked", "locked_at", "locked_by", "wagtail_admin_comments",
})  # fmt: skip


def brings_nothing(page: "OpinionPage") -> bool:
    """Say whether publishing a draft would change nothing: the document is public and says the same, word for word."""
    if not page.has_unpublished_changes:
        return bool(page.live)
    live = type(page).objects.get(pk=page.pk)
    return bool(live.live) and digest_of(live) == digest_of(page) and _said(live) == _said(page)


def _said(page: "OpinionPage") -> dict[str, Any]:
    return {name: value for name, value in page.serializable_data().items() if name not in _OF_THE_PAGE}


def check_settled(page: "OpinionPage") -> None:
    """Raise ``Unsettled`` where a text must not be published yet: its identity block lacks something, nobody has said what it is, or what
    becomes of duties that it touches."""
    said, lacks = recall(page), lacking(page)
    missing = ports.unsettled_duties(page, said.choices if said else {})
    if lacks or missing or (said is None and is_other_text(page)):
        raise Unsettled(page, missing, lacks)


def lacking(page: "OpinionPage") -> dict[str, str]:
    """Return by field what a draft must say of itself before it is published (``needed``)."""
    live = type(page).objects.defer("body").get(pk=page.pk)
    return needed(facts_of(page), facts_of(live) if live.live else None)


def check_days(page: "OpinionPage", said: Publication, *, today: datetime.date) -> None:
    """Raise ``DayImpossible`` where an amendment cannot begin on its day."""
    standing = published(page)
    if said.manner is not Manner.AMENDMENT or standing is None:
        return
    if said.starts is None:
        raise DayImpossible("starts", _("请填写修订文字的施行日期。"))
    if not page.live and said.waits(today):
        raise DayImpossible("starts", _("文件已经撤回。请先按现行文字重新公开，再发布以后施行的修订。"))
    overdue = page.versions.filter(state=OpinionVersion.State.COMING, in_force_from__lte=said.starts).order_by("number").first()
    if overdue is not None and overdue.in_force_from is not None and not said.waits(today):
        # its day passed while the document was withdrawn, or has just begun: it would take the place of the amendment that was published over it
        raise DayImpossible(
            "starts", _("另有一版修订文字自%s起施行，还没有替换现行文字。请先把那一版撤回到草稿，或者等它替换以后再修订。") % written(overdue.in_force_from)
        )
    if standing.in_force_from is not None and said.starts < standing.in_force_from:
        raise DayImpossible("starts", _("施行日期不能早于现行文字的施行日期（%s）。") % written(standing.in_force_from))
    if said.until is not None and said.until >= said.starts:
        raise DayImpossible("until", _("原文字有效的最后一天应当早于修订文字的施行日期。"))
    if said.until is not None and standing.in_force_from is not None and said.until < standing.in_force_from:
        raise DayImpossible("until", _("原文字有效的最后一天不能早于它的施行日期（%s）。") % written(standing.in_force_from))


def release(revision: "Revision", *, actor: Any, checked: bool = False) -> OpinionVersion | None:
    """Publish a revision of an opinion, or store it ahead of its day where it was said to be an amendment that begins later; return the text that
    waits, None where it stands now. In the caller's transaction and under the lock of the document; ``checked``: in which the caller has looked whether
    everything is said.

    Raises:
        Unsettled: something has to be said before.
    """
    page = revision.as_object()
    if not checked:
        check_settled(page)
    said = recall(page)
    if said is None or not said.waits(timezone.localdate()):
        revision.publish(user=actor)
        return None
    return store_ahead(page, said, actor=actor)


class NotCalledBack(Exception):
    """A text to come stays as it is; the message says why."""


@transaction.atomic
def call_back(key: int, number: int, *, actor: User) -> "OpinionPage":
    """Make a text that waits for its day the draft again: it no longer begins by itself, and can be edited and published anew.

    Raises:
        NotCalledBack: it has begun or been called back, or a draft is there already.
        DraftLocked, PermissionDenied: the draft may not be changed.
    """
    from .actions import body_of
    from .drafts import hold, newest
    from .editing import may_edit
    from .facts import take_facts

    hold(key)
    page = newest(key)
    may_edit(page, actor)
    version = page.versions.filter(number=number, state=OpinionVersion.State.COMING).first()
    if version is None:
        raise NotCalledBack(_("没有撤回：这一版已经开始施行，或者刚才已有人撤回。"))
    if page.has_unpublished_changes:
        raise NotCalledBack(_("没有撤回：草稿里有尚未发布的修改。请先发布或者放弃这些修改。"))
    page.body = body_of(version)
    take_facts(page, version.facts)
    before = page.versions.filter(number__lt=number).exclude(number=0).order_by("-number").first()
    if before is not None:
        OpinionVersion.objects.filter(pk=before.pk).update(in_force_until=version.in_force_until)
    version.delete()
    for later in page.versions.filter(number__gt=number).order_by("number"):
        OpinionVersion.objects.filter(pk=later.pk).update(number=later.number - 1)
    page.save_revision(user=actor, clean=False, log_action=True)
    ports.called_back(page, number)
    ports.renumbered(page, number + 1, -1)
    record(actor=actor, action="opinion.called_back", target=page, details={"number": number, "revision": page.latest_revision_id})
    return page


def store_ahead(page: "OpinionPage", said: Publication, *, actor: User | None) -> OpinionVersion:
    """Let the text of a page object wait for its day; the page goes on holding the one that stands, and nothing of the draft is left to publish."""
    from .actions import place_aside
    from .facts import facts_changed
    from .succession import end_on

    assert said.starts is not None
    live = type(page).objects.get(pk=page.pk)
    before = published(live)
    version = place_aside(live, [str(block["id"]) for block in page.body.raw_data], page.parts, said.starts)
    version.basis, version.settled, version.facts = said.basis, said.dump(), facts_changed(live, page)
    version.save(update_fields=["basis", "settled", "facts", "updated_at"])
    end_on(before, said)
    end_draft(live, version)
    type(page).objects.filter(pk=page.pk).update(has_unpublished_changes=False, draft_title=live.title)
    used_up(live)
    ports.tell_ahead(live, version)
    record(actor=actor, action="opinion.amendment_stored", target=live, details={"number": version.number, "said": said.dump()})
    return version
