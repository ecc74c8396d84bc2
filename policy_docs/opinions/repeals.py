"""What a published opinion repeals by its words, applied and taken back as it comes and goes."""

import datetime
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db.models import Q

from cms.audit.record import acting, record
from policy_docs import ports

from .models import Change, Citation

if TYPE_CHECKING:
    from .pages import OpinionPage


def renew_repeals(page: "OpinionPage") -> None:
    """Let what ``page`` repeals, and what repeals it, follow from the citations that stand now (called in the transaction of the writer).

    Only a published opinion repeals: a draft has no force, and one that is withdrawn takes back what it did. What an earlier text repealed stays
    repealed where an amendment no longer says so; what a correction strikes out was never said.
    """
    wanted = _wanted(page)
    take_back_repeals(page, kept=[pk for pk, (source, _day) in wanted.items() if source.pk == page.pk])
    for pk, (source, day) in wanted.items():
        target = type(page).objects.get(pk=pk)
        if target.repealed_by_id is None and not target.repeal_found:  # where it was found and cleared since, a person knows better
            _set(target, source, day)
    known = type(page).objects.filter(pk=page.pk).values_list("repealed_by_id", "repealed_on", "repeal_found").first()
    if known is not None:
        page.repealed_by_id, page.repealed_on, page.repeal_found = known


def take_back_repeals(page: "OpinionPage", *, kept: Collection[int] = ()) -> None:
    """Take back what an opinion was found to repeal, the opinions ``kept`` aside; what another one repeals too stays repealed, by that one."""
    for target in type(page).objects.filter(repealed_by=page, repeal_found=True).exclude(pk__in=kept):
        source, day = _wanted(target, but=page).get(target.pk, (None, None))
        _set(target, source, day)


def _wanted(page: "OpinionPage", *, but: "OpinionPage | None" = None) -> "dict[int, tuple[OpinionPage, datetime.date]]":
    """Return the opinions to be repealed by or because of ``page`` (``but`` does not count as a source), each with the source and the first day on which it no longer holds.

    A title alone may mean an older document of the same name: then the dates must say that the target came before.
    """
    found: dict[int, tuple[OpinionPage, datetime.date]] = {}
    citations = Citation.with_past.filter(Q(opinion=page) | Q(target=page), relation=Citation.Relation.SUPERSEDES, target__isnull=False, opinion__live=True)
    for citation in citations.select_related("opinion", "target").order_by("pk"):
        target, source = citation.target, citation.opinion
        day = source.effective_from or source.issue_date
        if target is None or target.pk == source.pk or day is None or source == but:
            continue
        if not citation.number_key and (target.issue_date is None or target.issue_date >= day):
            continue
        found.setdefault(target.pk, (source, day))
    return found


def _set(target: "OpinionPage", source: "OpinionPage | None", day: datetime.date | None) -> None:
    details = {"by": source.public_key if source else "", "on": day.isoformat() if day else ""}
    type(target).objects.filter(pk=target.pk).update(repealed_on=day, repealed_by=source, repeal_found=source is not None)
    Change.objects.create(item=Change.Item.OPINION, key=target.public_key)
    ports.tell_repealed(target, day)
    record(actor=acting(), action="opinion.repealed" if source else "opinion.repeal_taken_back", target=target, details=details)
