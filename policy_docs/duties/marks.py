"""Badges of duties beside clauses."""

from dataclasses import dataclass

from cms.accounts.viewer import Viewer
from policy_docs.opinions.pages import OpinionPage

from .models import Duty
from .selectors import readable_duties
from .types import Role

CLASSES = {Role.LEAD.value: "lead", Role.RESPONSIBLE.value: "resp", Role.COOPERATE.value: "coop", Role.MENTION.value: "note"}


@dataclass(frozen=True, slots=True)
class Mark:
    """One duty at its clause: css class, role and unit in words, whether it waits to be checked."""

    css: str
    role: str
    unit: str
    kind: str
    waiting: bool


def badges(page: OpinionPage, *, viewer: Viewer) -> dict[int, list[Mark]]:
    """Return the duties of an opinion by clause id, as the viewer may see them; mentions are left out."""
    table: dict[int, list[Mark]] = {}
    found = readable_duties(viewer).filter(clause__opinion=page).exclude(role=Role.MENTION.value).select_related("kind").order_by("clause_id", "pk")
    for duty in found:
        mark = Mark(CLASSES[duty.role], duty.get_role_display(), duty.kind.name, duty.kind_id, duty.state != Duty.State.CONFIRMED)
        table.setdefault(duty.clause_id, []).append(mark)
    return table
