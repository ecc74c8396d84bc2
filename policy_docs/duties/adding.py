"""A duty that a person adds to a clause by words that the reading has passed over."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.audit.record import record
from policy_docs.opinions.models import Clause, ClauseText
from policy_docs.units.aliases import current_matcher
from policy_docs.units.types import Addressee, Context

from . import actions
from .actions import DutyRefused
from .anchors import locate
from .models import Duty, DutySpan
from .types import BY_HAND, Act, Role

_CONTEXT = 16


@transaction.atomic
def add(
    clause: Clause,
    text: ClauseText,
    *,
    quote: str,
    near: int,
    kind: str,
    to: Addressee,
    role: Role,
    act: Act,
    context: Context,
    actor: User,
    batch: str = "",
) -> Duty:
    """Add a duty (or a counterpart or mention) with the words that prove it; it counts as confirmed. ``near``: where about the quote stands.

    Raises:
        DutyRefused: the words are not in the text, or the clause has a duty of that unit and addressee.
    """
    actions.hold_documents([clause.opinion_id])
    place = locate(text.text, quote, near=near) if quote.strip() else None
    if place is None:
        raise DutyRefused(_("没有补入：本条原文中没有这句话。请在原文中选中依据句再补。"))
    values = {"kind_id": kind, "reach": to.reach.value, "levels": to.levels_key, "place": to.place}
    if Duty.objects.filter(clause=clause, **values).exists():
        raise DutyRefused(_("没有补入：本条已有该单位同一承担层级的候选，请直接在那一条上修改。"))
    low, high = named_in(text.text, *place, kind, context)
    duty = Duty.objects.create(
        clause=clause, **values, role=role.value, implicit=role is not Role.MENTION and low == high, state=Duty.State.CONFIRMED, by_hand=True,
        text_hash=text.text_hash, decided_by=actor, decided_at=timezone.now(),
    )  # fmt: skip
    prove(duty, text.text, place, name=(low, high), act=act)
    actions.announce({clause})
    details = {"clause": clause.public_key, "by": actor.pk, "batch": batch, "before": None, "after": actions.facts_of(duty), "act": act.value, "quote": quote}
    record(actor=actor, action="duty.add", target=duty, details=details)
    return duty


def prove(duty: Duty, text: str, place: tuple[int, int], *, name: tuple[int, int], act: Act) -> None:
    """Let words that a person has chosen prove a duty; ``name``: where they name the unit."""
    start, end = place
    low, high = name
    DutySpan.objects.create(
        duty=duty, act=act.value, role=duty.role, start=start, end=end, quote=text[start:end], prefix=text[max(0, start - _CONTEXT) : start],
        suffix=text[end : end + _CONTEXT], name_start=low, name_end=high, name_written=text[low:high][:80], rule=BY_HAND,
    )  # fmt: skip


def named_in(text: str, start: int, end: int, kind: str, context: Context) -> tuple[int, int]:
    """Return where a quote names the unit; an empty place at its beginning where it does not."""
    named = [name for name in current_matcher().match(text, context).names if name.kind == kind and start <= name.start and name.end <= end]
    return (named[0].start, named[0].end) if named else (start, start)


def guess(text: str, quote: str, near: int, context: Context) -> tuple[str, Addressee] | None:
    """Return the unit kind and addressee that chosen words name first; None where they name none."""
    place = locate(text, quote, near=near) if quote else None
    if place is None:
        return None
    names = [name for name in current_matcher().match(text, context).names if place[0] <= name.start and name.end <= place[1]]
    return (names[0].kind, names[0].addressee) if names else None
