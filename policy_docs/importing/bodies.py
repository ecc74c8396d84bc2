"""Stores the standing groups that a document sets up."""

from collections.abc import Sequence

from policy_docs.opinions.models import ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.aliases import current_matcher
from policy_docs.units.bodies import find_bodies
from policy_docs.units.models import Body, Membership
from policy_docs.units.types import Context, Name, Reach


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
        Membership.objects.bulk_create([_membership(row, member, page) for _number, member in body.members])


def _membership(body: Body, member: Name, page: OpinionPage) -> Membership:
    to = member.addressee
    reach = Reach.OWN if to.reach is Reach.GENERIC else to.reach
    return Membership(
        body=body, kind_id=member.kind, written=member.written[:80], reach=reach.value, levels=to.levels_key, place=to.place, since=page.issue_date
    )
