"""Which notices a reader gets, and what each says to the reader's unit. The rule that says whom a duty binds says whom a notice touches."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.accounts.viewer import Viewer, viewer_of
from policy_docs.duties.binding import Laid, Section, speaks_of
from policy_docs.duties.models import RoleChoices
from policy_docs.duties.offices import Named, bodies_at, bodies_for, in_the_name_of
from policy_docs.duties.selectors import Unit, own_unit, section_of
from policy_docs.duties.types import Role
from policy_docs.opinions.comparison import Piece, marked
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.querysets import unrestricted_q, visible_q
from policy_docs.opinions.validity import Standing as Validity
from policy_docs.opinions.validity import standing as validity_on
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.offices import OFFICE, offices_in

from .difference import Told, Turn
from .models import BACK, GONE, Notice, NoticeRead, NoticeTouch

_CSS = {Turn.ADDED: " tag--new", Turn.CHANGED: " tag--warn", Turn.GONE: " tag--gone", Turn.MOVED: ""}
_TOLD = (Section.DIRECT, Section.GROUP, Section.TRANSFER)

Bound = dict[int, dict[int, Section]]  # notice → touch → where its duties stand on the page of the unit


@dataclass(frozen=True, slots=True)
class Line:
    """A difference as the page shows it: words before and after with what differs marked."""

    told: Told
    words: str  # what became of the duty
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]
    section: Section | None
    unit: str
    role: str
    was_role: str


class Sum(NamedTuple):
    """How many duties fared alike; ``css`` of its tag."""

    words: str
    number: int
    css: str


class Part(NamedTuple):
    """The sums of one part of the unit's page: the duties that it counts (``heading`` ""), those inferred, those that may have come over."""

    heading: str
    sums: tuple[Sum, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A notice as a reader gets it; ``rest``: how many differences it counts and does not word; ``units``: whom it touches, for who sees all."""

    notice: Notice
    page: OpinionPage | None  # where the reader can open it now
    hidden: bool  # the document is withdrawn or in the trash
    read: bool
    parts: tuple[Part, ...]
    lines: tuple[Line, ...]
    rest: int
    units: tuple[str, ...]
    compare: str  # query of the comparison of both texts, "" where there are not two
    duties: str  # query of the unit's page for the duties that this counts, "" where that shows none of them

    @property
    def is_record(self) -> bool:
        """Whether it is only kept, since its document is gone: there is nothing to be read or marked any more."""
        return self.hidden and self.notice.deed not in GONE

    @property
    def waits(self) -> bool:
        """Whether it waits to be read."""
        return not self.read and not self.is_record

    @property
    def number(self) -> str:
        """The document number as it was told; notices that are older than this field have that of the document, as long as it can be opened."""
        return self.notice.number or (self.page.document_number if self.page else "")


def may_read(viewer: Viewer) -> bool:
    """Say whether notices are for this reader at all: staff, not the public."""
    return viewer.is_staff_reader


def readable(viewer: Viewer) -> QuerySet[Notice]:
    """Notices of documents that the reader may see, of those that units could read until they were taken away, and of units. Who sees all
    documents has the whole record."""
    found = Notice.with_trash.all()
    if viewer.sees_all:
        return found
    shown = visible_q(viewer, "opinion__") & Q(opinion__live=True)
    lasting = Q(opinion__live=False, outlasts=True) & unrestricted_q("opinion__")
    return found.filter(Q(opinion__isnull=True) | shown | lasting)


def _matters_q(prefix: str) -> Q:
    """Notices that wait to be read: of what was told before its document was taken away only the record is left, the last word is that it is gone."""
    return Q(**{f"{prefix}opinion__isnull": True}) | Q(**{f"{prefix}opinion__live": True}) | Q(**{f"{prefix}deed__in": GONE})


def bound(unit: Unit, viewer: Viewer, *, unread_by: User | None = None, since: datetime.datetime | None = None) -> Bound:
    """Return the notices that touch a unit. ``unread_by`` leaves out what that person has read, ``since`` what was told before. One query, one more for
    functions that moved here, three for offices that are set in the unit."""
    kinds = {*unit.kinds, *unit.groups, *unit.transfers, OFFICE}
    found = NoticeTouch.with_trash.filter(kind__in=kinds, code__in=[*unit.seat.above, unit.seat.code], notice__in=readable(viewer))
    if unread_by is not None:
        found = found.filter(_unread_q(unread_by, "notice_id"), _matters_q("notice__"), notice__at__gte=unread_by.date_joined)
    if since is not None:
        found = found.filter(notice__at__gt=since)
    result: Bound = defaultdict(dict)
    moved: dict[int, tuple[int, str]] = {}
    offices: dict[int, tuple[int, Named]] = {}
    facts = found.values_list("pk", "notice_id", "notice__opinion_id", "code", "kind", "reach", "levels", "place")
    for pk, notice, opinion, code, kind, reach, levels, place in facts:
        section = section_of(unit, Laid(code, reach, levels, place), kind=kind, role=Role.RESPONSIBLE)
        if section is Section.TRANSFER:
            moved[pk] = notice, kind
        elif section is Section.OFFICE:
            offices[pk] = notice, Named(opinion or 0, code, reach, place)
        elif section in _TOLD and section is not None:
            result[notice][pk] = section
    for pk, details in NoticeTouch.with_trash.filter(pk__in=moved).values_list("pk", "details"):
        notice, kind = moved[pk]
        if any(speaks_of(item["old"] + item["new"], unit.transfers.get(kind, ()), unit.names) for item in details):
            result[notice][pk] = Section.TRANSFER
    for pk in _hosted(unit, viewer, {pk: named for pk, (_notice, named) in offices.items()}):
        result[offices[pk][0]][pk] = Section.OFFICE
    return dict(result)


def _hosted(unit: Unit, viewer: Viewer, named: Mapping[int, Named]) -> Iterable[int]:
    """Return those touches that are of an office which is set in the unit, by the words that were told. Three queries, none where no office is touched."""
    if not named:
        return ()
    told: dict[int, Named] = {}
    for pk, details in NoticeTouch.with_trash.filter(pk__in=named).values_list("pk", "details"):
        names = dict.fromkeys(name for item in details for name in offices_in(item["new"] or item["old"]))
        told[pk] = replace(named[pk], written=tuple(names))
    return in_the_name_of(told, code=unit.seat.code, kinds=unit.kinds, bodies=bodies_at(bodies_for(viewer), unit.on), vocabulary=unit.vocabulary)


def _unread_q(user: User, key: str) -> Q:
    return ~Q(Exists(NoticeRead.with_trash.filter(notice=OuterRef(key), user=user)))


def gets_notices(user: User | AnonymousUser) -> bool:
    """Say whether a person has notices to read: who sees all, and who reads for a unit."""
    viewer = viewer_of(user)
    return may_read(viewer) and (viewer.sees_all or bool(viewer.unit_kind and viewer.place))


def unread(user: User, *, on: datetime.date) -> int:
    """Return how many notices wait for a person: those of the person's unit since the account was made."""
    viewer = viewer_of(user)
    unit = own_unit(viewer, on=on) if may_read(viewer) and viewer.unit_kind else None
    return len(bound(unit, viewer, unread_by=user)) if unit is not None else 0


def read_by(user: User, notices: Iterable[Notice]) -> set[int]:
    """Return the notices that a person has read; what is older than the account counts as read."""
    shown = list(notices)
    known = NoticeRead.with_trash.filter(user=user, notice__in=[notice.pk for notice in shown]).values_list("notice_id", flat=True)
    return {*known, *(notice.pk for notice in shown if notice.at < user.date_joined)}


def items(notices: Sequence[Notice], *, user: User, unit: Unit | None, touching: Bound) -> list[Item]:
    """Return notices with what they say; where there is no unit, all that they say, and to whom. Two queries."""
    seen = read_by(user, notices)
    touches: dict[int, list[NoticeTouch]] = defaultdict(list)
    for touch in NoticeTouch.with_trash.filter(notice__in=[notice.pk for notice in notices]):
        if unit is None or touch.pk in touching.get(touch.notice_id, {}):
            touches[touch.notice_id].append(touch)
    reader = _Reader(viewer_of(user), unit, {kind.key: kind.name for kind in (unit.vocabulary if unit else current_vocabulary()).kinds})
    return [reader.item(notice, touches[notice.pk], touching.get(notice.pk, {}), read=notice.pk in seen) for notice in notices]


@dataclass(frozen=True, slots=True)
class _Reader:
    viewer: Viewer
    unit: Unit | None
    names: Mapping[str, str]  # of kinds

    def item(self, notice: Notice, touches: Sequence[NoticeTouch], sections: Mapping[int, Section], *, read: bool) -> Item:
        """Return one notice."""
        lines = tuple(self._line(told, sections.get(touch.pk), notice.deed) for touch in touches for told in touch.details)
        units = tuple(dict.fromkeys(self.names.get(touch.kind, touch.kind) for touch in touches)) if self.unit is None else ()
        counted = sum(getattr(touch, turn.value) for touch in touches for turn in Turn)
        rest = 0 if notice.deed == Notice.Deed.ADDED else counted - len(lines)
        hidden = notice.opinion is not None and not notice.opinion.live
        page = None if hidden and not self.viewer.sees_all else notice.opinion
        compare = f"from={notice.old}&to={notice.new}" if page is not None and notice.old is not None and notice.new is not None else ""
        duties = self._duties(notice, notice.opinion) if notice.opinion is not None and self.unit is not None and not hidden else ""
        return Item(notice, page, hidden, read, tuple(_parts(touches, sections, notice.deed)), lines, rest, units, compare, duties)

    def _line(self, values: dict[str, Any], section: Section | None, deed: str) -> Line:
        laid = values["laid"]
        told = Told(**{**values, "turn": Turn(values["turn"]), "laid": (laid[0], laid[1], laid[2], laid[3])})
        before, after = marked(told.old, told.new) if told.old and told.new else ((Piece(told.old),), (Piece(told.new),))
        name = self.names.get(told.laid[0], told.laid[0])
        return Line(told, turn_words(told.turn, deed), before, after, section, name, _role(told.role), _role(told.was_role))

    def _duties(self, notice: Notice, page: OpinionPage) -> str:
        """The page of the unit shows what holds today; what a notice counts of a document that has ended, or is to begin, is behind its filter."""
        on = notice.day if notice.deed == Notice.Deed.COMING else None
        query = {"doc": page.public_key, **({"on": on.isoformat()} if on else {})}
        if validity_on(page, on or timezone.localdate()) is not Validity.IN_FORCE:
            query["valid"] = "past"
        return urlencode(query)


def _parts(touches: Sequence[NoticeTouch], sections: Mapping[int, Section], deed: str) -> Iterator[Part]:
    """Count each part of the unit's page apart, as the page does; for who has no unit all together."""
    headings = {
        None: "",
        Section.DIRECT: "",
        Section.OFFICE: _("以办公室名义"),
        Section.GROUP: _("推定，对各成员单位的要求"),
        Section.TRANSFER: _("可能承接，职能划转"),
    }
    for section, heading in headings.items():
        here = [touch for touch in touches if sections.get(touch.pk) is section]
        numbers = [(turn, sum(getattr(touch, turn.value) for touch in here)) for turn in (Turn.ADDED, Turn.CHANGED, Turn.GONE, Turn.MOVED)]
        sums = tuple(Sum(turn_words(turn, deed), number, _CSS[turn]) for turn, number in numbers if number)
        if sums:
            yield Part(heading, sums)


def turn_words(turn: Turn, deed: str) -> str:
    """Return what became of a duty. One of a document that was withdrawn is not ended by that: it is listed no more."""
    if turn is Turn.ADDED and deed in BACK:
        return _("重新列入")
    if turn is Turn.ADDED and deed == Notice.Deed.REVIVED:
        return _("继续承担")
    if turn is Turn.GONE and deed in GONE:
        return _("不再列入")
    return {Turn.ADDED: _("新增"), Turn.CHANGED: _("有改动"), Turn.GONE: _("不再承担"), Turn.MOVED: _("位置调整")}[turn]


def _role(role: str) -> str:
    return str(RoleChoices(role).label) if role in RoleChoices.values else ""
