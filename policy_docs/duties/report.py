"""The page of a unit: what binds it, how complete that is. One report serves page, table and print."""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cms.accounts.viewer import Viewer
from policy_docs.opinions.citing import cite, path_words
from policy_docs.opinions.models import ClauseText, OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.querysets import in_force_q
from policy_docs.opinions.texts import coming_by
from policy_docs.opinions.validity import written
from policy_docs.units import successions
from policy_docs.units.models import LevelChoices
from policy_docs.units.naming import name_at, unfamiliar
from policy_docs.units.types import Level, Reach
from policy_docs.units.vocabulary import Succession

from . import gaps
from .binding import Section, speaks_of
from .marks import CLASSES
from .models import Duty, DutySpan, RoleChoices
from .narrowing import Filters, apply
from .offices import bodies_at, bodies_for
from .quotes import highlighted
from .seatless import seatless
from .selectors import Row, Unit, hydrate, on_gone_clauses
from .types import Act, Role

COUNTED_ROLES = [(CLASSES[role], label, role) for role, label in RoleChoices.choices if role != Role.MENTION]
_NAMED = 20  # names in a sentence
TIERS = {1: _("列入成员单位名单"), 2: _("同一文件另处点名本单位"), 3: _("对各部门的普遍要求")}


@dataclass(frozen=True, slots=True)
class Entry:
    """One duty ready to be shown."""

    duty: Duty
    row: Row
    opinion: OpinionPage
    css: str
    path: str
    citation: str
    text: str
    html: SafeString
    written: str
    others: str
    times: str
    reason: str = ""  # for what is not counted: why it stands here

    @property
    def waiting(self) -> bool:
        """Whether nobody has checked it yet, or its text has changed."""
        return self.duty.state != Duty.State.CONFIRMED


@dataclass(frozen=True, slots=True)
class Group:
    """The duties of one document."""

    opinion: OpinionPage
    level: str
    entries: list[Entry]
    total: int
    roles: list[tuple[str, str, int]]


@dataclass(frozen=True, slots=True)
class Completeness:
    """What a list rests on and what it may miss (design decision 9). Numbers are of documents or duties the viewer may read."""

    as_of: datetime.date
    documents: list[tuple[str, int]]
    confirmed: int
    waiting: int
    inferred: int
    transferred: int
    missing: list[str]  # cited and not in the store, what some text rests on first
    upper: int  # how many of those a text rests on
    decided: list[str]  # cited, and by decision not collected
    unknown: list[str]
    unreviewed: int
    placeless: int
    coming: list[OpinionVersion]  # texts that will have begun by the day asked, and whose duties are not listed yet
    own: bool  # whether the store holds a document of the unit's own place, whatever the day
    gone: int = 0  # of duties that wait on clauses that the text has no more
    as_office: int = 0  # in the name of offices that are set in the unit
    seatless: tuple[str, ...] = ()  # offices of its places of which nobody knows in which unit they are set
    sees_all: bool = False  # whether the reader sees what is not open too

    @property
    def gaps(self) -> bool:
        """Whether something may be missing."""
        return bool(self.missing or self.unknown or self.unreviewed or self.placeless or self.gone or self.seatless)


def countable(rows: Sequence[Row], filters: Filters, *, mentions: bool | None = None) -> list[Row]:
    """Return the rows that the filters choose from: direct duties, and mentions only where they are asked for."""
    wanted = {Section.DIRECT, Section.MENTION} if (Role.MENTION.value in filters.roles if mentions is None else mentions) else {Section.DIRECT}
    return [row for row in rows if row.section in wanted]


def counted(rows: Sequence[Row], filters: Filters) -> list[Row]:
    """Return the rows that are counted and meet the filters."""
    return apply(countable(rows, filters), filters)


def ordered(rows: Sequence[Row], by: str) -> list[Row]:
    """Return rows by document, newest first (as they come), or by level from the country down."""
    if by != "level":
        return list(rows)
    return sorted(rows, key=lambda row: Level(row.level).depth)


def entries(rows: Sequence[Row], unit: Unit, *, viewer: Viewer) -> list[Entry]:
    """Return rows as entries, in their order. Four queries."""
    duties, texts, others = hydrate(rows, unit, viewer=viewer)
    return [_entry(duties[row.duty], row, texts[row.clause], others, unit) for row in rows if row.duty in duties]


def _entry(duty: Duty, row: Row, shown: ClauseText, others: dict[int, list[Duty]], unit: Unit) -> Entry:
    moved = unit.transfers.get(row.kind, ())
    clause = duty.clause
    opinion = clause.opinion
    spans = [span for span in duty.spans.all() if span.act != Act.MENTION or row.section is Section.MENTION]
    if row.section in (Section.DIRECT, Section.MENTION):  # not those by which the clause names a former unit that stands apart
        spans = [span for span in spans if not span.name_written or unit.kinds & unit.means(duty.kind_id, [span.name_written])]
    written = [span.name_written for span in spans if span.name_written]
    if row.section is Section.TRANSFER:  # only the sentences on the function that has moved
        spans = [span for span in spans if speaks_of(span.quote, moved, unit.names)]
    beside: dict[str, list[str]] = {}
    for other in others.get(clause.pk, []):
        if other.pk != duty.pk:
            names = beside.setdefault(other.get_role_display(), [])
            if other.kind.name not in names:
                names.append(other.kind.name)
    return Entry(
        duty=duty,
        row=row,
        opinion=opinion,
        css=CLASSES[duty.role],
        path=path_words(shown.path, shown.para, shown.row) or _("正文"),
        citation=cite(opinion.title, opinion.document_number, shown.path, shown.para, shown.row),
        text=shown.text,
        html=highlighted(shown.text, [(span.start, span.end, span.name_start, span.name_end) for span in spans]),
        written=unfamiliar(written, unit.kind.name, name_at(unit.vocabulary, unit.kind.key, unit.place.code)),
        others="；".join(f"{role} {'、'.join(names)}" for role, names in beside.items()),
        times="、".join(dict.fromkeys(span.time_words for span in spans if span.time_words)),
        reason=_reason(row, unit),
    )


def _reason(row: Row, unit: Unit) -> str:
    if row.section is Section.GROUP:
        return str(TIERS[row.tier])
    if row.section is Section.OFFICE:
        return f"{row.body}办公室"
    if row.section is Section.TRANSFER:
        return "；".join(dict.fromkeys(item.basis for item in unit.held if _gives(unit, item, row.kind)))
    return ""


def _gives(unit: Unit, item: Succession, kind: str) -> bool:
    """Whether a function came to the unit by a succession, from a kind or from what had taken that kind over."""
    return item.scope == successions.FUNCTION and item.successor in unit.kinds and kind in successions.taken_over(item.predecessor, unit.held)


def sources(rows: Sequence[Row], unit: Unit) -> tuple[dict[str, str], list[str]]:
    """Return the documents (public key → title, newest first) that name the unit, and the ways they write it. One query."""
    naming = [row for row in rows if row.section in (Section.DIRECT, Section.MENTION)]
    found = DutySpan.objects.filter(duty__in=[row.duty for row in naming]).order_by().values_list("duty__kind_id", "name_written").distinct()
    names = {name for kind, name in found if unit.kinds & unit.means(kind, [name])}
    return {row.key: row.title for row in naming}, sorted(names - {""}, key=lambda name: (len(name), name))


def page_of(rows: Sequence[Row], number: str | None, *, per_page: int) -> tuple[list[Row], Page[int]]:
    """Return the rows of one page of documents (rows come ordered by document), and the page: as everywhere the last one for a number beyond it."""
    page: Page[int] = Paginator(list(dict.fromkeys(row.opinion for row in rows)), per_page).get_page(number)
    wanted = set(page)
    return [row for row in rows if row.opinion in wanted], page


def grouped(found: Iterable[Entry]) -> list[Group]:
    """Return entries by document, in their order."""
    table: dict[int, list[Entry]] = {}
    for entry in found:
        table.setdefault(entry.opinion.pk, []).append(entry)
    return [_group(members) for members in table.values()]


def _group(found: list[Entry]) -> Group:
    opinion = found[0].opinion
    counts = Counter((entry.css, entry.duty.get_role_display()) for entry in found)
    level = opinion.jurisdiction.get_level_display() if opinion.jurisdiction else _("不详")
    return Group(
        opinion,
        level,
        found,
        len(found),
        [(css, name, number) for (css, name), number in sorted(counts.items(), key=lambda item: list(CLASSES.values()).index(item[0][0]))],
    )


def completeness(rows: Sequence[Row], unit: Unit, *, viewer: Viewer) -> Completeness:
    """Return what the list of a unit rests on and what it may miss."""
    places = [*unit.seat.above, unit.seat.code]
    base = OpinionPage.objects.visible_to(viewer).filter(live=True)
    facts = list(
        base.filter(in_force_q(unit.on)).filter(Q(jurisdiction__in=places) | Q(jurisdiction__isnull=True)).values_list("jurisdiction__level", "reviewed_at")
    )
    levels = Counter(level for level, _reviewed in facts)
    direct = [row for row in rows if row.section is Section.DIRECT and row.in_force]
    lacking = gaps.named(base.filter(jurisdiction__in=places), readable=None if viewer.sees_all else base)
    return Completeness(
        as_of=unit.on,
        documents=[(str(label), levels[value]) for value, label in LevelChoices.choices if levels[value]],
        confirmed=sum(row.state == Duty.State.CONFIRMED for row in direct),
        waiting=sum(row.state != Duty.State.CONFIRMED for row in direct),
        inferred=sum(row.section is Section.GROUP and row.in_force for row in rows),
        transferred=sum(row.section is Section.TRANSFER and row.in_force for row in rows),
        missing=lacking.cited,
        upper=lacking.upper,
        decided=lacking.decided,
        unknown=lacking.unknown if viewer.sees_suggestions else [],
        unreviewed=sum(level is not None and reviewed is None for level, reviewed in facts) if viewer.sees_suggestions else 0,
        placeless=levels[None],
        own=bool(levels[unit.seat.level.value]) or base.filter(jurisdiction=unit.place.code).exists(),
        coming=coming_by(unit.on, base.filter(jurisdiction__in=places), viewer) if unit.on > timezone.localdate() else [],
        gone=on_gone_clauses(unit, viewer=viewer),
        as_office=sum(row.section is Section.OFFICE and row.in_force for row in rows),
        seatless=_seatless(unit, viewer, base) if viewer.sees_suggestions else (),
        sees_all=viewer.sees_all,
    )


def _seatless(unit: Unit, viewer: Viewer, base: QuerySet[OpinionPage]) -> tuple[str, ...]:
    """Offices at the place of the unit that may be set in it: nobody knows. One query, three where something is laid on an office there."""
    here = Q(opinion__jurisdiction=unit.seat.code) & ~Q(reach=Reach.NAMED.value) | Q(reach=Reach.NAMED.value, place=unit.seat.code)
    laid = Duty.objects.filter(here, in_force_q(unit.on, "opinion__"), opinion__in=base)
    return tuple(dict.fromkeys(line.name for line in seatless(laid, bodies_at(bodies_for(viewer), unit.on))))


def heading(unit: Unit, number: int) -> str:
    """Return the title of a list of duties."""
    return _("%(name)s的职责，共 %(number)d 条") % {"name": name_at(unit.vocabulary, unit.kind.key, unit.place.code), "number": number}


def lines(report: Completeness) -> list[str]:
    """Return the completeness as sentences, for tables and print."""
    documents = "、".join(_("%(level)s %(number)d 份") % {"level": level, "number": number} for level, number in report.documents) or _("没有适用的文件")
    said = [
        _("截至%(day)s，依据本库收录的适用文件：%(documents)s。")
        % {"day": f"{report.as_of.year}年{report.as_of.month}月{report.as_of.day}日", "documents": documents},
        _("已核对 %(confirmed)d 条，待核对 %(waiting)d 条；另有推定 %(inferred)d 条、可能承接 %(transferred)d 条，不计入总数。")
        % {"confirmed": report.confirmed, "waiting": report.waiting, "inferred": report.inferred, "transferred": report.transferred},
    ]
    if report.gone:
        said.append(_("另有 %d 条职责的条款在现行文本中已删去，是否仍要承担待核对，不计入总数。") % report.gone)
    if report.missing:
        facts = {"number": len(report.missing), "upper": report.upper, "names": _named(report.missing, "；")}
        said.append(
            (
                _("被引用的文件有 %(number)d 份%(absent)s，其中上级依据 %(upper)d 份：%(names)s。")
                if report.upper
                else _("被引用的文件有 %(number)d 份%(absent)s：%(names)s。")
            )
            % {**facts, "absent": _("本库未收录") if report.sees_all else _("本库未收录或者未向您开放")}
        )
    if report.decided:
        said.append(_("被引用的文件另有 %(number)d 份已决定不收录：%(names)s。") % {"number": len(report.decided), "names": _named(report.decided, "；")})
    if report.unknown:
        said.append(_("%(number)d 个机构名称还没有识别：%(names)s。") % {"number": len(report.unknown), "names": _named(report.unknown, "、")})
    if report.as_office:
        said.append(_("另有 %d 条由设在本单位的办公室承担，以办公室名义办理，不计入总数。") % report.as_office)
    if report.seatless:
        said.append(
            _("%(number)d 个办公室承担的职责没有列入任何单位，因为没有查到办公室设在哪里：%(names)s。")
            % {"number": len(report.seatless), "names": _named(report.seatless, "、")}
        )
    if report.unreviewed:
        said.append(_("%d 份文件的职责还没有核对完。") % report.unreviewed)
    if report.placeless:
        said.append(_("%d 份文件的行政区划不详，没有计入。") % report.placeless)
    if report.coming:
        names = _named([f"《{text.opinion.title}》{_since(text)}" for text in report.coming], "；")
        said.append(_("到这一日，已有新文本待生效：%s。上面的职责仍按现在的文字列出。") % names)
    return said


def _since(text: OpinionVersion) -> str:
    return _("已定于%s施行") % written(text.in_force_from) if text.in_force_from else ""


def _named(names: Sequence[str], separator: str) -> str:
    return separator.join(names[:_NAMED]) + (_("等") if len(names) > _NAMED else "")


__all__ = [
    "COUNTED_ROLES",
    "TIERS",
    "Completeness",
    "Entry",
    "Group",
    "completeness",
    "countable",
    "counted",
    "entries",
    "grouped",
    "heading",
    "lines",
    "ordered",
    "page_of",
    "sources",
]
