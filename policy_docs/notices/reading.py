"""Which notices a reader gets, and what each says to the reader's unit. The rule that says whom a duty binds says whom a notice touches."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from cms.accounts.models import User
from cms.accounts.viewer import Viewer, viewer_of
from policy_docs.duties.binding import Laid, Section, speaks_of
from policy_docs.duties.models import RoleChoices
from policy_docs.duties.selectors import Unit, own_unit, section_of
from policy_docs.duties.types import Role
from policy_docs.opinions.comparison import Piece, marked
from policy_docs.opinions.querysets import visible_q
from policy_docs.units.aliases import current_vocabulary

from .difference import Told, Turn
from .models import Notice, NoticeRead, NoticeTouch

_TOLD = (Section.DIRECT, Section.GROUP, Section.TRANSFER)

Bound = dict[int, dict[int, Section]]  # notice → touch → where its duties stand on the page of the unit


@dataclass(frozen=True, slots=True)
class Line:
    """A difference as the page shows it: words before and after with what differs marked."""

    told: Told
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]
    section: Section | None
    unit: str
    role: str
    was_role: str


@dataclass(frozen=True, slots=True)
class Item:
    """A notice as a reader gets it; ``rest``: how many differences it counts and does not word; ``units``: whom it touches, for who sees all."""

    notice: Notice
    read: bool
    sums: Mapping[str, int]
    lines: tuple[Line, ...]
    rest: int
    group: bool
    transfer: bool
    units: tuple[str, ...]
    compare: str  # query of the comparison of both texts, "" where there are not two


def may_read(viewer: Viewer) -> bool:
    """Say whether notices are for this reader at all: staff, not the public."""
    return viewer.is_staff_reader


def readable(viewer: Viewer) -> QuerySet[Notice]:
    """Notices of documents that the reader may see, and of units."""
    return Notice.objects.filter(Q(opinion__isnull=True) | (visible_q(viewer, "opinion__") & Q(opinion__live=True)))


def bound(unit: Unit, viewer: Viewer, *, unread_by: User | None = None) -> Bound:
    """Return the notices that touch a unit. ``unread_by`` leaves out what that person has read. One query, one more for functions that moved here."""
    kinds = {*unit.kinds, *unit.groups, *unit.transfers}
    found = NoticeTouch.objects.filter(kind__in=kinds, code__in=[*unit.seat.above, unit.seat.code], notice__in=readable(viewer))
    if unread_by is not None:
        found = found.filter(_unread_q(unread_by, "notice_id"), notice__at__gte=unread_by.date_joined)
    result: Bound = defaultdict(dict)
    moved: dict[int, tuple[int, str]] = {}
    for pk, notice, code, kind, reach, levels, place in found.values_list("pk", "notice_id", "code", "kind", "reach", "levels", "place"):
        section = section_of(unit, Laid(code, reach, levels, place), kind=kind, role=Role.RESPONSIBLE)
        if section is Section.TRANSFER:
            moved[pk] = notice, kind
        elif section in _TOLD and section is not None:
            result[notice][pk] = section
    for pk, details in NoticeTouch.objects.filter(pk__in=moved).values_list("pk", "details"):
        notice, kind = moved[pk]
        if any(speaks_of(item["old"] + item["new"], unit.transfers.get(kind, ()), unit.names) for item in details):
            result[notice][pk] = Section.TRANSFER
    return dict(result)


def _unread_q(user: User, key: str) -> Q:
    return ~Q(Exists(NoticeRead.objects.filter(notice=OuterRef(key), user=user)))


def unread(user: User, *, on: datetime.date) -> int:
    """Return how many notices wait for a person: those of the person's unit since the account was made."""
    viewer = viewer_of(user)
    unit = own_unit(viewer, on=on) if may_read(viewer) and viewer.unit_kind else None
    return len(bound(unit, viewer, unread_by=user)) if unit is not None else 0


def read_by(user: User, notices: Iterable[Notice]) -> set[int]:
    """Return the notices that a person has read; what is older than the account counts as read."""
    shown = list(notices)
    known = NoticeRead.objects.filter(user=user, notice__in=[notice.pk for notice in shown]).values_list("notice_id", flat=True)
    return {*known, *(notice.pk for notice in shown if notice.at < user.date_joined)}


def items(notices: Sequence[Notice], *, user: User, unit: Unit | None, touching: Bound) -> list[Item]:
    """Return notices with what they say; where there is no unit, all that they say, and to whom. Two queries."""
    seen = read_by(user, notices)
    touches: dict[int, list[NoticeTouch]] = defaultdict(list)
    for touch in NoticeTouch.objects.filter(notice__in=[notice.pk for notice in notices]):
        if unit is None or touch.pk in touching.get(touch.notice_id, {}):
            touches[touch.notice_id].append(touch)
    names = {kind.key: kind.name for kind in (unit.vocabulary if unit else current_vocabulary()).kinds}
    return [_item(notice, touches[notice.pk], touching.get(notice.pk, {}), names, read=notice.pk in seen, whole=unit is None) for notice in notices]


def _item(
    notice: Notice, touches: Sequence[NoticeTouch], sections: Mapping[int, Section], names: Mapping[str, str], *, read: bool, whole: bool
) -> Item:  # fmt: skip
    sums = {turn.value: sum(getattr(touch, turn.value) for touch in touches) for turn in Turn}
    lines = tuple(_line(told, sections.get(touch.pk), names) for touch in touches for told in touch.details)
    units = tuple(dict.fromkeys(names.get(touch.kind, touch.kind) for touch in touches)) if whole else ()
    rest = 0 if notice.deed == Notice.Deed.ADDED else sum(sums.values()) - len(lines)
    found = set(sections.values())
    compare = f"from={notice.old}&to={notice.new}" if notice.old is not None and notice.new is not None else ""
    return Item(notice, read, sums, lines, rest, found == {Section.GROUP}, found == {Section.TRANSFER}, units, compare)


def _line(values: dict[str, Any], section: Section | None, names: Mapping[str, str]) -> Line:
    laid = values["laid"]
    told = Told(**{**values, "turn": Turn(values["turn"]), "laid": (laid[0], laid[1], laid[2], laid[3])})
    before, after = marked(told.old, told.new) if told.old and told.new else ((Piece(told.old),), (Piece(told.new),))
    return Line(told, before, after, section, names.get(told.laid[0], told.laid[0]), _role(told.role), _role(told.was_role))


def _role(role: str) -> str:
    return str(RoleChoices(role).label) if role in RoleChoices.values else ""
