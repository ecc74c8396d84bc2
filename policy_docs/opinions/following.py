"""What follows from saving an opinion's page row: clause rows, an audit row, and the duties of a text that stands (called in its transaction)."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from cms.audit.record import acting, record, trail_last
from policy_docs import ports

from .models import Change, OpinionVersion
from .projection import Projected, project
from .publication import Manner, Publication, recall, used_up
from .repeals import renew_repeals
from .succession import amend, note_correction

if TYPE_CHECKING:
    from .pages import OpinionPage

#: what the reading of a text depends on: its words, and the place and day that names are read with
_READ_FROM = frozenset({"body", "jurisdiction", "jurisdiction_id", "issue_date", "alias_of_id"})
_LISTED = 200  # keys of clauses in an audit row


@trail_last()
def follow(page: "OpinionPage", update_fields: Collection[str] | None) -> None:
    """Write the clause rows of what was saved; where a published text, its place or its day changed, have its duties read anew.

    An opinion that is not published keeps the rows of its working draft, which ``save_revision()`` writes; the page row gives them only
    where there is no revision (an import as draft) or no draft (it was withdrawn).
    """
    if update_fields is not None and not _READ_FROM.intersection(update_fields):
        return
    renew_repeals(page)
    if not page.live:
        Change.objects.bulk_create([Change(item=Change.Item.OPINION, key=key) for key in page.aliases.values_list("opinionpage__public_key", flat=True) if key])
        if page.latest_revision_id is None or not page.versions.filter(state=OpinionVersion.State.DRAFT).exists():
            project(page, draft=True)
        return
    original = page.alias_of_id is None and not page.from_import
    before = (page.stood or ports.standing_duties(page)) if original else None
    said = (page.publication or recall(page)) if original else None
    if said is not None and said.manner is Manner.AMENDMENT:
        amend(page, said)
    written = project(page, draft=False)
    if page.alias_of_id is not None or written.version.reading == written.reading:
        return  # the duties of an alias are those of its original
    written.version.reading = written.reading
    written.version.save(update_fields=["reading", "updated_at"])
    if not page.from_import:
        if said is not None and said.manner is Manner.CORRECTION:
            note_correction(written.version)
        ports.read_duties(page, before, said)
        used_up(page)
        _record(page, written, said)  # last: the trail is locked to the end of the transaction


def _record(page: "OpinionPage", written: Projected, said: Publication | None) -> None:
    details = {
        **({"said": said.dump()} if said else {}),
        "version": written.version.number,
        "text_hash": written.version.text_hash,
        "added": len(written.added),
        "changed": list(written.changed[:_LISTED]),
        "gone": list(written.gone[:_LISTED]),
    }
    record(actor=acting(), action="opinion.text", target=page, details=details)
