"""An import: each file prepared, then stored in a transaction of its own, so that a broken one leaves nothing half-written."""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import structlog
from django.db import transaction
from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from cms.accounts.models import User
from cms.audit.record import trail_last
from policy_docs.duties import settling
from policy_docs.duties.actions import store_findings
from policy_docs.duties.handing import store_handovers
from policy_docs.duties.past import past_kept
from policy_docs.duties.types import Role
from policy_docs.notices.actions import tell_ahead, tell_of_text
from policy_docs.notices.facts import Standing, standing
from policy_docs.opinions import actions as opinions
from policy_docs.opinions.citation_rows import hold_with_repealed, store_citations
from policy_docs.opinions.holding import hold_list
from policy_docs.opinions.models import ClauseText, OpinionVersion
from policy_docs.opinions.needed import facts_of, needed
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.publication import Manner, Publication
from policy_docs.opinions.validity import written
from policy_docs.topics.storing import store_topics
from policy_docs.units.aliases import current_matcher, current_vocabulary

from .bodies import store_bodies
from .near import near_documents
from .pool import prepared
from .prepare import Prepared
from .report import FileReport, Outcome

log = structlog.get_logger(__name__)

SAME_TITLE = 80.0  # per cent: below, two texts under one number are two documents


class Lacking(Exception):
    """What was to be published lacks what a published text must say of itself; the message says what."""

    def __init__(self, lacks: Mapping[str, str]) -> None:
        super().__init__("".join(lacks.values()))


class Overtaken(Exception):
    """Somebody has stored the document that was about to be added; the message says so."""


class _Known(TypedDict):
    source_name: str
    source_hash: str
    actor: User | None
    disclosure: str


def run(paths: Iterable[Path], *, actor: User | None, dry_run: bool = False, live: bool = True, chosen: "Chosen | None" = None) -> Iterator[FileReport]:
    """Import files one by one and yield a report for each; with ``chosen``, what is the same for all of them."""
    for item in prepared(paths, current_vocabulary(), current_matcher()):
        yield store(item, actor=actor, dry_run=dry_run, live=live, chosen=chosen)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a person has chosen before the text is stored: 公开属性, the opinion that it is a new text of (else it is found as ``find_known`` says), and
    that it changes the text that stands although its dates are older (``later``), that the original has no issuer, no date. ``complete``: what lacks
    something that a published text must say (``needed``) becomes a draft."""

    disclosure: str = ""
    into: OpinionPage | None = None
    later: bool = False
    unsigned: bool = False
    undated: bool = False
    complete: bool = False


def store(prepared: Prepared, *, actor: User | None, dry_run: bool = False, live: bool = True, chosen: Chosen | None = None) -> FileReport:
    """Store what was prepared and say what became of it; with ``dry_run`` nothing is kept."""
    report = FileReport(prepared.name, Outcome.REFUSED, messages=list(prepared.warnings), seconds=dict(prepared.seconds))
    if prepared.refusal:
        report.messages = [prepared.refusal]
        log.warning("import.refused", name=prepared.name)
        return report
    report.title, report.number = prepared.identity.title, prepared.identity.number
    started = time.perf_counter()
    try:
        with transaction.atomic():
            with trail_last():
                _store(prepared, report, actor=actor, live=live, chosen=chosen or Chosen())
            if dry_run:
                transaction.set_rollback(True)
    except Lacking as lacks:
        report = store(prepared, actor=actor, dry_run=dry_run, live=False, chosen=chosen)
        report.messages.append(_("没有发布，存为草稿：%s") % lacks)
    except opinions.DraftWaiting as waiting:
        report.outcome = Outcome.REFUSED
        report.messages = [_("《%s》有尚未发布的修改。请先在管理界面发布或放弃该草稿，再重新导入。") % waiting]
        log.warning("import.draft_waiting", name=prepared.name)
    except opinions.EarlierText as earlier:
        report.outcome = Outcome.REFUSED
        report.messages = [_("没有存为草稿：这份文字早于《%s》的现行文字。请发布，收录为较早的文字；或者改选“是现行文字的修改”。") % earlier]
    except opinions.SameDay as same:
        report.outcome = Outcome.REFUSED
        words = {"title": same.title, "number": same.number, "day": written(same.day)}
        report.messages = [_("没有收录：《%(title)s》第 %(number)d 版也自%(day)s起施行，同一天只能有一份文字。请核对施行日期。") % words]
        log.warning("import.same_day", name=prepared.name)
    except Overtaken as came:
        report.outcome = Outcome.REFUSED
        report.messages = [str(came)]
    report.seconds["store"] = time.perf_counter() - started
    return report


def _store(prepared: Prepared, report: FileReport, *, actor: User | None, live: bool, chosen: Chosen) -> None:
    same = OpinionVersion.objects.filter(source_hash=prepared.text_hash).select_related("opinion").order_by("-number").first()
    if same is not None:
        known = opinions.add_source_name(same, prepared.name)
        report.outcome = Outcome.DUPLICATE if known else Outcome.UNCHANGED
        if known:
            report.messages.append(_("与已收录的“%(name)s”文字相同。") % {"name": same.opinion.source_name})
        current = same.opinion.current_version
        if same.state == OpinionVersion.State.DRAFT and same.opinion.live:
            report.messages.append(_("这是《%s》的草稿，尚未发布。") % same.opinion.title)
        elif same.state == OpinionVersion.State.COMING and same.in_force_from is not None:
            report.messages.append(
                _("这是《%(title)s》自%(day)s起施行的文字，届时自动启用。") % {"title": same.opinion.title, "day": written(same.in_force_from)}
            )
        elif current is not None and current.pk != same.pk:
            report.messages.append(_("这是《%(title)s》较早的第 %(number)d 版，现行文字没有改变。") % {"title": same.opinion.title, "number": same.number})
        return
    page = hold(prepared, chosen.into or find_known(prepared, report))
    source: _Known = {"source_name": prepared.name, "source_hash": prepared.text_hash, "actor": actor, "disclosure": chosen.disclosure}
    if page is not None and page.live and not live:
        opinions.add_draft(page, prepared.identity, prepared.blocks, later=chosen.later, **source)
        report.outcome, report.clauses = Outcome.NEW_DRAFT, len(prepared.blocks)
        return
    before, had = (standing(page), facts_of(page) if page.live else None) if page is not None else (Standing(None), None)
    if page is None:
        report.similar = [near.title for near, _share in near_documents(prepared.blocks, OpinionPage.objects.all())]
        report.messages += [_("与《%s》大部分条款相同，请核对是不是同一份文件。") % title for title in report.similar]
        said = {"unsigned": chosen.unsigned, "undated": chosen.undated}
        page = opinions.add_opinion(prepared.identity, prepared.blocks, live=live, said=said, **source)
        report.outcome = Outcome.ADDED
        version = page.versions.get()
    else:
        version = opinions.add_version(page, prepared.identity, prepared.blocks, **source)
        report.outcome = Outcome.NEW_VERSION
    if chosen.complete and page.live and (lacks := needed(facts_of(page), had)):
        raise Lacking(lacks)
    report.clauses = len(prepared.blocks)
    current = page.current_version
    if version.state == OpinionVersion.State.PUBLISHED and current is not None and current.number > version.number:
        report.messages.append(_("文字早于现行版本，收录为较早的第 %d 版；职责以现行版本为准。") % version.number)
        return
    if version.state == OpinionVersion.State.COMING and version.in_force_from is not None:
        report.messages.append(_("自%s起施行，届时自动启用；在此之前现行文字和职责不变。") % written(version.in_force_from))
        _keep_manner(page, version, actor)
        return
    _store_findings(page, version, prepared, report, before=before, actor=actor)
    tell_of_text(page, before)


def hold(prepared: Prepared, known: OpinionPage | None) -> OpinionPage | None:
    """Lock every document that storing the text will touch, and return the known one as it is now; None where it has gone meanwhile.

    Raises:
        Overtaken: none was known, and somebody has stored it just now.
    """
    identity = prepared.identity
    hold_with_repealed([known.pk] if known else [], prepared.blocks, number_key=identity.number_key, title=identity.title or prepared.name)
    if known is not None:
        return OpinionPage.objects.filter(pk=known.pk).first()
    hold_list()
    came = find_known(prepared, FileReport(prepared.name, Outcome.REFUSED))
    if came is not None:
        raise Overtaken(_("没有保存：《%s》刚刚由他人收录。请核对后再保存，这次会作为它的新文字。") % came.title)
    return None


def _keep_manner(page: OpinionPage, version: OpinionVersion, actor: User | None) -> None:
    """Keep that the text begins as an amendment, and tell units what it will change."""
    said = Publication(Manner.AMENDMENT, version.in_force_from, actor=actor.pk if actor else None)
    version.settled = said.dump()
    version.save(update_fields=["settled", "updated_at"])
    tell_ahead(page, version)


def _store_findings(page: OpinionPage, version: OpinionVersion, prepared: Prepared, report: FileReport, *, before: Standing, actor: User | None) -> None:
    texts = list(ClauseText.objects.filter(version=version).select_related("clause").order_by("order"))
    with past_kept(page, version):
        settling.apply(page, texts, prepared.findings, old=before.text, choices={}, actor=actor)
        store_findings(page, texts, prepared.findings)
    store_handovers(page, texts, prepared.findings)
    report.duties = sum(finding.role is not Role.MENTION for item in prepared.findings for finding in item.findings)
    report.unknown_names = sum(len(item.unknown) for item in prepared.findings)
    store_bodies(page, texts, prepared.context)
    store_topics(page, texts)
    report.citations = store_citations(page, texts)
    missing = page.citations.filter(target__isnull=True).exclude(number_key="")
    report.missing_citations = sorted(dict(missing.order_by("-pk").values_list("number_key", "written")).values())


def find_known(prepared: Prepared, report: FileReport) -> OpinionPage | None:
    """Return the opinion that this text is a new version of: same number, or same issuer, title and date; never the title alone."""
    identity = prepared.identity
    originals = OpinionPage.objects.filter(alias_of__isnull=True).order_by("pk")
    if identity.number_key:
        for page in originals.filter(number_key=identity.number_key):
            if fuzz.ratio(page.title, identity.title) >= SAME_TITLE:
                return page
            report.messages.append(_("文号与已收录的《%s》相同而题名不同，已另行收录，请核对文号。") % page.title)
        return None
    if identity.issuer and identity.title and identity.issue_date:
        found = originals.filter(number_key="", issuer=identity.issuer, title=identity.title, issue_date=identity.issue_date).first()
        if found is not None:
            return found
    return originals.filter(
        number_key="",
        source_name=prepared.name,
        title=identity.title or prepared.name,
        jurisdiction=identity.code or None,
        issue_date=identity.issue_date or None,
    ).first()
