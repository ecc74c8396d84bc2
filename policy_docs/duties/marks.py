"""Badges of duties beside clauses."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.urls import reverse

from cms.accounts.viewer import Viewer
from policy_docs.opinions.pages import OpinionPage

from .models import Duty, DutySpan
from .selectors import readable_duties
from .types import Act, Role

CLASSES = {Role.LEAD.value: "lead", Role.RESPONSIBLE.value: "resp", Role.COOPERATE.value: "coop", Role.MENTION.value: "note"}


@dataclass(frozen=True, slots=True)
class Mark:
    """One duty at its clause: css class, role and unit in words, whether it waits to be checked, where its words begin and end, the address of
    the unit's page, whether it binds the reader's own unit."""

    css: str
    role: str
    unit: str
    kind: str
    waiting: bool
    spans: tuple[tuple[int, int], ...]
    href: str
    mine: bool


def badges(page: OpinionPage, *, viewer: Viewer) -> dict[int, list[Mark]]:
    """Return the duties of an opinion by clause id, as the viewer may see them; mentions are left out. Two queries."""
    table: dict[int, list[Mark]] = {}
    spans = Prefetch("spans", queryset=DutySpan.objects.filter(act=Act.DUTY.value).order_by("start"))
    found = readable_duties(viewer).filter(clause__opinion=page).exclude(role=Role.MENTION.value)
    for duty in found.select_related("kind").prefetch_related(spans).order_by("clause_id", "pk"):
        place = duty.place or page.jurisdiction_id
        mark = Mark(
            CLASSES[duty.role],
            duty.get_role_display(),
            duty.kind.name,
            duty.kind_id,
            duty.state != Duty.State.CONFIRMED,
            tuple((span.start, span.end) for span in duty.spans.all()),
            reverse("policy_docs:unit", args=[duty.kind_id, place]) if place and not duty.kind.is_group else "",
            bool(viewer.unit_kind) and duty.kind_id == viewer.unit_kind,
        )
        table.setdefault(duty.clause_id, []).append(mark)
    return table
