"""A correction that is published while an amendment waits for its day: what of it can be written into the text to come, block by block."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cms.accounts.models import User
from cms.audit.record import record
from policy_docs import ports

from .merging import Difference, Raw, Side, differences, digest, merge
from .models import OpinionVersion
from .projection import held, project_aside

if TYPE_CHECKING:
    from .pages import OpinionPage


@dataclass(frozen=True, slots=True)
class Carry:
    """A text to come beside a draft of the one that stands: what the draft alone changes, and what the amendment changes too, which stays as the
    amendment has it."""

    version: OpinionVersion
    changes: tuple[Difference, ...]
    conflicts: tuple[Difference, ...]
    body: tuple[Raw, ...]


def carries(draft: "OpinionPage") -> list[Carry]:
    """Return the texts to come that lack something of what a draft changes. Where none waits: one query."""
    from .actions import body_of

    coming = list(OpinionVersion.objects.filter(opinion=draft.pk, state=OpinionVersion.State.COMING).order_by("number"))
    if not coming:
        return []
    row, standing = type(draft).objects.get(pk=draft.pk), held(draft)
    stood = row.body if row.live or standing is None else body_of(standing)  # the row of a withdrawn document holds what was made of it since
    base = {block["id"]: digest(block) for block in stood.raw_data}
    mine = list(draft.body.raw_data)
    found = []
    for version in coming:
        theirs = list(body_of(version).raw_data)
        both = differences(base, theirs, mine)
        changes, conflicts = (tuple(item for item in both if item.chosen is side) for side in (Side.MINE, None))
        if changes or conflicts:
            sides = {item.block_id: Side.MINE if item.chosen is Side.MINE else Side.THEIRS for item in both}
            found.append(Carry(version, changes, conflicts, tuple(merge(base, theirs, mine, sides))))
    return found


def carry_over(page: "OpinionPage", carry: Carry, *, actor: User) -> None:
    """Write into a text to come what a correction alone has changed, and tell units anew what that text will change for them. In the transaction of the
    correction, after it has been published."""
    then = type(page).objects.get(pk=page.pk)
    then.body = type(page).body.field.to_python(list(carry.body))
    project_aside(then, carry.version, [str(block["id"]) for block in then.body.raw_data], then.parts)
    live = type(page).objects.get(pk=page.pk)
    ports.called_back(live, carry.version.number)
    ports.tell_ahead(live, carry.version)
    details = {"number": carry.version.number, "blocks": [item.block_id for item in carry.changes][:200]}
    record(actor=actor, action="opinion.correction_carried", target=live, details=details)
