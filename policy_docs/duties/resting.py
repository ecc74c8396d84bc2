"""What becomes of a duty whose clause has left the text: it rests on words of another clause, or ends with its own. One function per verb."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from policy_docs.opinions.models import ClauseText
from policy_docs.units.types import Context

from . import actions
from .actions import DutyRefused
from .adding import named_in, prove
from .anchors import locate
from .models import Duty
from .proofs import as_rows, last_texts, place_of, standing_texts
from .types import Act


@transaction.atomic
def rest_on(duty: Duty, text: ClauseText, *, quote: str, near: int, context: Context, actor: User, batch: str = "") -> Duty:
    """Let a duty rest on words of a clause of the standing text; it counts as confirmed. Its words before stand in the trail.

    Raises:
        DutyRefused: the words are not in the text, or its clause has a duty of that unit and addressee.
    """
    actions.hold_documents([duty.opinion_id])
    row = Duty.objects.select_for_update(of=("self",)).select_related("clause").prefetch_related("spans").get(pk=duty.pk)
    place = locate(text.text, quote, near=near) if quote.strip() else None
    if place is None:
        raise DutyRefused(_("没有办理：所选条款的原文中没有这句话。请重新选择依据句。"))
    seat = {"kind": row.kind_id, "reach": row.reach, "levels": row.levels, "place": row.place}
    if Duty.objects.filter(clause=text.clause_id, **seat).exclude(pk=row.pk).exists():
        raise DutyRefused(_("没有办理：所选条款已有该单位同一承担层级的职责，请到那一条核对；这一条可以选“随条款失效”。"))
    before, was, proofs = actions.facts_of(row), row.clause, as_rows(row)
    low, high = named_in(text.text, *place, row.kind_id, context)
    row.spans.all().delete()
    prove(row, text.text, place, name=(low, high), act=Act.DUTY)
    row.clause, row.text_hash, row.implicit, row.by_hand = text.clause, text.text_hash, low == high, True
    _decide(row, Duty.State.CONFIRMED, actor)
    row.save()
    actions.announce({was, text.clause})
    actions.finish(row, "duty.rest", before, actor=actor, batch=batch, proofs=proofs)
    return row


@transaction.atomic
def let_end(duty: Duty, *, actor: User, batch: str = "") -> Duty:
    """Let a duty end with its clause, which has left the text: on the days of the texts that had it, it holds as it did. One whose words stood in none
    of them never held.

    Raises:
        DutyRefused: its clause stands.
    """
    actions.hold_documents([duty.opinion_id])
    row = Duty.objects.select_for_update(of=("self",)).select_related("clause").prefetch_related("spans").get(pk=duty.pk)
    if row.clause_id in standing_texts([row]):
        raise DutyRefused(_("没有办理：这一条款在现行文本中还在，请接受或者驳回这条职责。"))
    before, text = actions.facts_of(row), last_texts([row.clause_id])[row.clause_id]
    held = text.pk is not None and any(place_of(span, text.text) for span in row.spans.all())
    _decide(row, Duty.State.CONFIRMED if held else Duty.State.REJECTED, actor)
    row.save(update_fields=["state", "decided_by", "decided_at", "singly"])
    actions.announce({row.clause})
    actions.finish(row, "duty.ended", before, actor=actor, batch=batch)
    return row


def _decide(row: Duty, state: Duty.State, actor: User) -> None:
    row.state, row.decided_by, row.decided_at, row.singly = state, actor, timezone.now(), False
