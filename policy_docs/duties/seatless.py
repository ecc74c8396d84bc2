"""Offices of standing groups that something is laid on and of which nobody knows in which unit they are set: the duties reach no unit's page until
somebody says it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.models import Body
from policy_docs.units.offices import OFFICE, group_of
from policy_docs.units.types import Reach

from .models import Duty
from .offices import Named, Offices, at_q, with_names
from .types import Role


@dataclass(slots=True)
class Seatless:
    """An office without a known host: its name, its place, the group where that is known, the duties laid on it and the document that names it first."""

    name: str
    code: str
    body: Body | None
    opinion: int
    group: str  # the name under which the group is to be entered
    duties: list[int] = field(default_factory=list)


def seatless(duties: QuerySet[Duty], bodies: QuerySet[Body]) -> list[Seatless]:
    """Return the offices without a known host that duties are laid on, by place and name. Those of lower levels (各县市领导小组办公室) are many, and no
    single unit mends them. ``bodies`` are those to be known of. Three queries; one where nothing is laid on an office."""
    laid = duties.filter(kind=OFFICE).exclude(state=Duty.State.REJECTED).exclude(role=Role.MENTION.value).exclude(reach=Reach.LOWER.value)
    named = {
        pk: Named(opinion, code, reach, place)
        for pk, opinion, code, reach, place in laid.order_by("pk").values_list("pk", "opinion_id", "opinion__jurisdiction_id", "reach", "place")
        if code
    }
    if not named:
        return []
    named = with_names(named)
    known = Offices(
        bodies.filter(at_q(item.seat() for item in named.values()) | Q(opinion__in={item.opinion for item in named.values()})), current_vocabulary()
    )
    table: dict[tuple[str, object], Seatless] = {}
    for duty, item in named.items():
        body = known.of(item)
        if body is not None and body.host_kind_id:
            continue
        written = max(item.written, key=len, default="")
        plain = group_of(written) or written
        key = (item.seat(), body.pk if body is not None else (item.opinion, plain))
        line = table.setdefault(key, Seatless(f"{body.name}办公室" if body is not None else written, item.seat(), body, item.opinion, plain))
        line.duties.append(duty)
    return sorted(table.values(), key=lambda line: (line.code, line.name))


def duties_on(lines: Sequence[Seatless]) -> int:
    """Return how many duties reach no unit for that."""
    return sum(len(line.duties) for line in lines)
