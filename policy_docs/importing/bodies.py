"""Stores the standing groups that a document sets up."""

from collections.abc import Sequence

from policy_docs.opinions.models import ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.aliases import current_matcher
from policy_docs.units.bodies import FoundBody, find_bodies
from policy_docs.units.models import Body, Membership
from policy_docs.units.types import Context, Name, Reach


def store_bodies(page: OpinionPage, texts: Sequence[ClauseText], context: Context) -> None:
    """Read the lists of members anew. One that is gone from the text goes with its memberships; what a person has entered, ended or corrected stays."""
    found = find_bodies([row.text for row in texts], current_matcher(), context)
    names = [body.name[:120] for body in found]
    for gone in page.bodies.exclude(read_name__in=names):
        Membership.objects.untouched().filter(body=gone).delete()
        if not gone.corrected and not gone.memberships.exists():
            gone.delete()
    for body in found:
        _store(page, body)


def _store(page: OpinionPage, body: FoundBody) -> None:
    name = body.name[:120]
    row = page.bodies.filter(read_name=name).first() or page.bodies.filter(name=name).first() or Body(opinion=page, name=name)
    row.read_name = name
    if not row.corrected:
        row.name, row.host_written, row.host_kind_id = name, body.office_written[:120], body.office_kind or None
    row.save()
    Membership.objects.untouched().filter(body=row).delete()
    written = set(Membership.objects.filter(body=row, origin=Membership.Origin.READ).values_list("written", flat=True))
    entered = set(Membership.objects.filter(body=row, origin=Membership.Origin.PERSON, dropped=False).values_list("kind_id", "reach", "place"))
    read = [_membership(row, member, page) for _number, member in body.members]
    Membership.objects.bulk_create([new for new in read if new.written not in written and (new.kind_id, new.reach, new.place) not in entered])


def _membership(body: Body, member: Name, page: OpinionPage) -> Membership:
    to = member.addressee
    reach = Reach.OWN if to.reach is Reach.GENERIC else to.reach
    return Membership(
        body=body, kind_id=member.kind, written=member.written[:80], reach=reach.value, levels=to.levels_key, place=to.place, since=page.issue_date
    )
