"""What documents lay on the office of a body, for its page."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from cms.accounts.viewer import Viewer
from policy_docs.duties.binding import Laid, Seat, binds
from policy_docs.duties.marks import CLASSES
from policy_docs.duties.models import Duty, DutySpan
from policy_docs.duties.offices import Named, Offices, at_q, bodies_at, bodies_for, with_names
from policy_docs.duties.selectors import kept_duties, versions_on
from policy_docs.duties.types import Act, Role
from policy_docs.opinions.citing import path_words
from policy_docs.opinions.models import ClauseText
from policy_docs.opinions.querysets import in_force_q
from policy_docs.units.aliases import current_vocabulary
from policy_docs.units.models import Body
from policy_docs.units.offices import OFFICE


@dataclass(frozen=True, slots=True)
class Line:
    """A duty of an office with its words and its place in the document."""

    duty: Duty
    css: str
    place: str
    quote: str


def office_duties(body: Body, viewer: Viewer, on: datetime.date) -> list[int]:
    """Return the ids of the duties in force on a day that the viewer may read and that lie on the office of a body. One query where none may, four else."""
    vocabulary = current_vocabulary()
    lineage = vocabulary.lineage(body.area)
    if not lineage:
        return []
    seat = Seat(body.area, vocabulary.places_by_code[body.area].level, lineage[:-1])
    laid = kept_duties(viewer, on=on).filter(in_force_q(on, "opinion__"), opinion__live=True, kind=OFFICE, opinion__jurisdiction__in=lineage)
    facts = laid.exclude(role=Role.MENTION.value).order_by("-opinion__issue_date", "opinion", "pk")
    named = {
        pk: Named(opinion, code, reach, place)
        for pk, opinion, code, reach, levels, place in facts.values_list("pk", "opinion_id", "opinion__jurisdiction_id", "reach", "levels", "place")
        if binds(Laid(code, reach, levels, place), seat)
    }
    if not named:
        return []
    opinions = {item.opinion for item in named.values()}
    known = Offices(bodies_at(bodies_for(viewer), on).filter(at_q([body.area]) | Q(opinion__in=opinions)), vocabulary)
    standing = set(Duty.of_all_days.filter(pk__in=named, clause__texts__version__in=versions_on(on, opinions)).values_list("pk", flat=True))
    found = {duty: known.of(item, asked=body.area) for duty, item in with_names(named).items() if duty in standing}
    return [duty for duty, of in found.items() if of is not None and of.pk == body.pk]


def office_lines(ids: Sequence[int], on: datetime.date) -> list[Line]:
    """Return duties of one page with their words. Four queries."""
    duties = Duty.of_all_days.select_related("opinion", "clause").defer("opinion__body").in_bulk(ids)
    versions = versions_on(on, {duty.opinion_id for duty in duties.values()})
    texts = {row.clause_id: row for row in ClauseText.objects.filter(version__in=versions, clause__in={duty.clause_id for duty in duties.values()})}
    quotes: dict[int, str] = {}
    for pk, quote in DutySpan.objects.filter(duty__in=duties, act=Act.DUTY.value).order_by("start").values_list("duty_id", "quote"):
        quotes.setdefault(pk, quote)
    found = []
    for pk in ids:
        duty = duties[pk]
        text = texts.get(duty.clause_id)
        place = (path_words(text.path, text.para) if text else "") or _("正文")
        found.append(Line(duty, CLASSES[duty.role], place, quotes.get(pk, "")))
    return found
