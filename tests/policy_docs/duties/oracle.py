"""What a unit's page must say, worked out from design decision 5 by plain loops over every row of the store. Shares no code with the product."""

import datetime
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from wagtail.models import PageViewRestriction

from policy_docs.duties.models import Duty
from policy_docs.opinions.models import ClauseText, OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.models import Jurisdiction, Membership, Reform, UnitKind

ORDER = ["country", "province", "prefecture", "county"]


@dataclass
class Asked:
    """A question: unit, day, reader (public, staff, coordination), choices as in the address."""

    kind: str
    code: str
    on: datetime.date
    reader: str
    choices: dict[str, list[str]] = field(default_factory=dict)
    words: str = ""

    @property
    def query(self) -> dict[str, Any]:
        """The parameters of the address."""
        return {"on": self.on.isoformat(), **self.choices, **({"q": self.words} if self.words else {})}


@dataclass
class Answer:
    """Numbers: the total, the documents, each facet's values, what stands beside the count."""

    total: int
    documents: int
    facets: dict[str, Counter[str]]
    beside: Counter[str]
    keys: list[tuple[str, str]]  # document and text of each counted duty


class Facts:
    """Every row of the store, read once."""

    def __init__(self) -> None:
        self.places = {place.code: place for place in Jurisdiction.objects.all()}
        self.groups = {kind.key for kind in UnitKind.objects.all() if kind.is_group}
        self.reforms = list(Reform.objects.all())
        self.members = list(Membership.objects.select_related("body__opinion"))
        hidden = {restriction.page_id for restriction in PageViewRestriction.objects.all()}
        self.pages = {page.pk: page for page in OpinionPage.objects.all()}
        self.private = {pk for pk in self.pages if pk in hidden}
        self.duties = list(Duty.objects.select_related("clause").prefetch_related("spans"))
        self.texts: dict[int, list[ClauseText]] = {}
        for text in ClauseText.objects.select_related("version"):
            self.texts.setdefault(text.clause_id, []).append(text)
        self.versions: dict[int, list[OpinionVersion]] = {}
        for version in OpinionVersion.objects.all():
            self.versions.setdefault(version.opinion_id, []).append(version)

    def chain(self, code: str) -> list[str]:
        """The place and all above it, upwards."""
        found = []
        while code:
            found.append(code)
            code = self.places[code].parent_id or ""
        return found

    def taken_over(self, kind: str, code: str, on: datetime.date) -> set[str]:
        """The kind and all whose duties have come to it whole on the level of the place."""
        found = {kind}
        for _round in range(len(self.reforms) + 1):
            for reform in self.reforms:
                day = getattr(reform, f"{self.places[code].level}_on")
                if reform.scope == "whole" and reform.successor_id in found and day is not None and day <= on:
                    found.add(reform.predecessor_id)
        return found

    def covers(self, duty_reach: str, levels: str, place: str, document: str, code: str) -> bool:
        """Does an addressee of a document of one place cover the unit at another?"""
        if document not in self.chain(code):
            return False
        match duty_reach:
            case "generic":
                return True
            case "own":
                return document == code
            case "named":
                return place == code
            case "lower":
                return document != code and (not levels or self.places[code].level in levels.strip(",").split(","))
        raise AssertionError(duty_reach)

    def standing(self, duty: Duty, on: datetime.date) -> ClauseText | None:
        """The clause's text in the version of its document that stands on the day."""
        fit = [
            version.number
            for version in self.versions[duty.clause.opinion_id]
            if version.state == "published" and (version.number == 1 or version.in_force_from is None or version.in_force_from <= on)
        ]
        here = [text for text in self.texts.get(duty.clause_id, []) if text.version.state == "published"]
        return next((text for text in here if fit and text.version.number == max(fit)), None)

    def readable(self, duty: Duty, reader: str) -> bool:
        """Decision 12 for one duty."""
        page = self.pages[duty.clause.opinion_id]
        if not page.live or duty.state == "rejected":
            return False
        if reader == "coordination":
            return True
        if page.pk in self.private:
            return False
        return reader == "staff" or (page.disclosure == "open" and duty.state == "confirmed")


def in_force(page: OpinionPage, on: datetime.date) -> bool:
    begun = all(day is None or day <= on for day in (page.issue_date, page.effective_from))
    ended = (page.effective_until is not None and page.effective_until < on) or (page.repealed_on is not None and page.repealed_on <= on)
    return begun and not ended


def shown_beside(page: OpinionPage, asked: Asked) -> bool:
    """What is not counted is shown where its document is in force and, where documents were chosen, among them."""
    chosen = asked.choices.get("doc")
    return in_force(page, asked.on) and (not chosen or page.public_key in chosen)


def answer(facts: Facts, asked: Asked) -> Answer:
    """Work out one answer."""
    kinds = facts.taken_over(asked.kind, asked.code, asked.on)
    parent = facts.places[asked.code].parent_id
    kinds_above = facts.taken_over(asked.kind, parent, asked.on) if parent else set()
    level = facts.places[asked.code].level
    direct: list[tuple[Duty, ClauseText]] = []  # mentions too: they count only where they are asked for
    beside: Counter[str] = Counter()
    named: set[int] = set()
    groups: list[Duty] = []
    for duty in facts.duties:
        page = facts.pages[duty.clause.opinion_id]
        text = facts.standing(duty, asked.on)
        if text is None or page.jurisdiction_id is None or not facts.readable(duty, asked.reader):
            continue
        bound = facts.covers(duty.reach, duty.levels, duty.place, page.jurisdiction_id, asked.code)
        if duty.kind_id in kinds and bound:
            named.add(page.pk)
            direct.append((duty, text))
            continue
        if duty.role == "mention":
            continue
        if bound and duty.kind_id in facts.groups:
            groups.append(duty)
        elif bound and (words := moved_words(facts, duty.kind_id, kinds, level, asked.on)):
            beside["move"] += shown_beside(page, asked) and any(word in span.quote for word in words for span in duty.spans.all())
        elif parent and duty.kind_id in kinds_above and not bound and facts.covers(duty.reach, duty.levels, duty.place, page.jurisdiction_id, parent):
            beside["above"] += shown_beside(page, asked)
    for duty in groups:
        beside[f"group{tier(facts, duty, kinds, named, asked)}"] += shown_beside(facts.pages[duty.clause.opinion_id], asked)
    return _counted(facts, asked, direct, +beside)


def moved_words(facts: Facts, kind: str, kinds: set[str], level: str, on: datetime.date) -> list[str]:
    """The words of the functions that have come from a kind."""
    found: list[str] = []
    for reform in facts.reforms:
        day = getattr(reform, f"{level}_on")
        if reform.scope == "function" and reform.predecessor_id == kind and reform.successor_id in kinds and day is not None and day <= on:
            found += reform.function_words
    return found


def tier(facts: Facts, duty: Duty, kinds: set[str], named: set[int], asked: Asked) -> int:
    """1 on the list of members, 2 named elsewhere in the document, 3 a demand on all."""
    opinion = duty.clause.opinion_id
    for member in facts.members:
        if member.body.opinion_id == opinion and member.kind_id in kinds and (member.since is None or member.since <= asked.on):
            code = facts.pages[opinion].jurisdiction_id or ""
            if (member.until is None or member.until >= asked.on) and facts.covers(member.reach, member.levels, member.place, code, asked.code):
                return 1
    return 2 if opinion in named else 3


def _counted(facts: Facts, asked: Asked, direct: list[tuple[Duty, ClauseText]], beside: Counter[str]) -> Answer:
    rows = []
    for duty, text in direct:
        page = facts.pages[duty.clause.opinion_id]
        valid = "in_force" if in_force(page, asked.on) else "past"
        level = facts.places[page.jurisdiction_id or ""].level
        rows.append(({"role": duty.role, "level": level, "to": duty.reach, "state": duty.state, "valid": valid, "doc": page.public_key}, page, text))
    if asked.words:
        rows = [row for row in rows if asked.words in row[2].text]
    plain = [row for row in rows if row[0]["role"] != "mention"]
    choices = {"valid": ["in_force"], **{key: values for key, values in asked.choices.items() if values}}
    facets: dict[str, Counter[str]] = {}
    for facet in ("role", "level", "to", "state", "valid"):
        others = {key: values for key, values in choices.items() if key != facet}
        counted = rows if facet == "role" or "mention" in choices.get("role", []) else plain
        facets[facet] = Counter(facts_of[facet] for facts_of, _page, _text in counted if all(facts_of[key] in values for key, values in others.items()))
    counted = rows if "mention" in choices.get("role", []) else plain
    kept = [(page, text) for facts_of, page, text in counted if all(facts_of[key] in values for key, values in choices.items())]
    return Answer(len(kept), len({page.pk for page, _text in kept}), facets, beside, sorted((page.source_name, text.text) for page, text in kept))
