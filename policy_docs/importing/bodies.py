"""Stores the standing groups that a document sets up."""

from collections.abc import Sequence

from policy_docs.opinions.models import ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.aliases import current_matcher
from policy_docs.units.bodies import find_bodies
from policy_docs.units.models import Body, Membership
from policy_docs.units.types import Context


def store_bodies(page: OpinionPage, texts: Sequence[ClauseText], context: Context) -> None:
    """Read the lists of members anew; one that is gone from the text goes with its memberships."""
    found = find_bodies([row.text for row in texts], current_matcher(), context)
    names = [body.name[:120] for body in found]
    page.bodies.exclude(name__in=names).delete()
    for body in found:
        row, _created = Body.objects.update_or_create(
            opinion=page, name=body.name[:120], defaults={"host_written": body.office_written[:120], "host_kind_id": body.office_kind or None}
        )
        row.memberships.all().delete()
        Membership.objects.bulk_create(
            [Membership(body=row, kind_id=member.kind, written=member.written[:80], since=page.issue_date) for _number, member in body.members]
        )
