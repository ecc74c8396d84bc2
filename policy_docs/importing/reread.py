"""Reading stored texts anew after an edit of the text or of the vocabulary: duties that people have decided on stay, the rest follows the names as they are now."""

import datetime
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q

from cms.accounts.models import User
from cms.audit.record import trail_last
from policy_docs.duties import settling
from policy_docs.duties.actions import Stored, store_findings
from policy_docs.duties.forgetting import forget_duties, has_decisions
from policy_docs.duties.handing import store_handovers
from policy_docs.duties.notes import forget_notes
from policy_docs.duties.past import past_kept
from policy_docs.duties.plan import Before
from policy_docs.duties.readings import read
from policy_docs.duties.second import forget_second_reviews
from policy_docs.jobs import Job
from policy_docs.notices.actions import follow_numbers, take_back, tell_ahead, tell_of_text
from policy_docs.notices.facts import Standing, standing
from policy_docs.notices.presence import tell_back, tell_gone, tell_repealed
from policy_docs.opinions.citation_rows import store_citations
from policy_docs.opinions.context import context_of
from policy_docs.opinions.models import ClauseText, OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.publication import Publication
from policy_docs.opinions.types import Block, BlockKind
from policy_docs.topics import storing
from policy_docs.units.aliases import current_matcher, current_vocabulary
from policy_docs.units.models import Body

from .bodies import store_bodies


@transaction.atomic
@trail_last()
def reread(page: OpinionPage, before: Standing | None = None, said: Publication | None = None) -> Stored:
    """Read the text that stands (the published one that has begun, else the draft) and store what is found in it; what people have decided stays
    as ``store_findings`` says, or becomes what was chosen when the text was published (``said``; ``before`` is what stood)."""
    version = page.current_version or OpinionVersion.objects.filter(opinion=page).first()
    texts = list(ClauseText.objects.filter(version=version).select_related("clause").order_by("order"))
    context = context_of(page, current_vocabulary())
    blocks = [Block(BlockKind(row.kind), row.label, row.text, row.level, tuple(row.path), row.para) for row in texts]
    found = read(blocks, current_matcher(), context)
    with past_kept(page, version):
        if said is not None or before is not None:
            old = before.text if before is not None else Before()
            actor = User.objects.filter(pk=said.actor or 0).first() if said is not None else None
            settling.apply(page, texts, found, old=old, choices=said.choices if said is not None else {}, actor=actor)
        stored = store_findings(page, texts, found)
    store_handovers(page, texts, found)
    store_bodies(page, texts, context)
    store_citations(page, texts)
    storing.store_topics(page, texts)
    return stored


class Keeper:
    """The port that pages call (``ports.DutyKeeper``)."""

    def standing(self, page: OpinionPage) -> Standing:
        """Return the duties that units have to go by now."""
        return standing(page)

    @transaction.atomic
    def read(self, page: OpinionPage, before: Standing | None = None, said: Publication | None = None) -> Stored:
        """Read the text anew; tell the units what changes for them."""
        stored = reread(page, before, said)
        if before is not None:
            tell_of_text(page, before)
        return stored

    def tell_ahead(self, page: OpinionPage, version: OpinionVersion) -> None:
        """Tell units what a text to come will change."""
        tell_ahead(page, version)

    def called_back(self, page: OpinionPage, number: int) -> None:
        """Take back what units were told of a text to come."""
        take_back(page, number)

    def tell_repealed(self, page: OpinionPage, day: datetime.date | None) -> None:
        """Tell units that a document is repealed, or that it is so no more."""
        tell_repealed(page, day)

    def tell_gone(self, page: OpinionPage, *, deleted: bool) -> None:
        """Tell units that a document is withdrawn or deleted."""
        tell_gone(page, deleted=deleted)

    def tell_back(self, page: OpinionPage, before: Standing | None, *, restored: bool) -> None:
        """Tell units that a document is public again, or back from the trash."""
        if before is not None:
            tell_back(page, before, restored=restored)

    def renumbered(self, page: OpinionPage, since: int, by: int) -> None:
        """Let notices follow the numbers of the texts."""
        follow_numbers(page, since, by)

    def unsettled(self, page: OpinionPage, choices: Mapping[int, str]) -> int:
        """Return how many duties wait for a choice before this text may be published."""
        return settling.preview(page).missing(choices)

    def may_forget(self, page: OpinionPage) -> bool:
        """Say whether nobody has decided on any duty or topic, or written into a list of members."""
        bodies = Body.with_trash.filter(Q(corrected=True) | Q(memberships__changed_at__isnull=False), opinion=page)
        return not has_decisions(page) and not bodies.exists() and not storing.has_decisions(page)

    def forget(self, page: OpinionPage) -> None:
        """Remove duties, unknown names, notes, hand-overs, topics and standing groups."""
        forget_duties(page)
        forget_notes(page.pk)
        forget_second_reviews(page.pk)
        Body.with_trash.filter(opinion=page).delete()
        storing.forget_topics(page)


def reread_containing(words: str) -> int:
    """Read every opinion anew whose text holds ``words`` ("": every one), each in a transaction of its own; a ``Job`` tells how far it is.
    Returns how many."""
    found = OpinionPage.objects.filter(versions__texts__text__contains=words, alias_of__isnull=True).distinct().order_by("pk")
    job = Job.objects.create(kind="reread", state=Job.State.RUNNING, total=found.count(), result={"words": words})
    for number, page in enumerate(found.iterator(), start=1):
        reread(page)
        job.done = number
        job.save(update_fields=["done", "heartbeat_at"])
    job.state = Job.State.DONE
    job.save(update_fields=["state", "heartbeat_at"])
    return job.done
