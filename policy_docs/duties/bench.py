"""One clause on the workbench: its words with every quote numbered, and what was found in it, as people decide on it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from policy_docs.opinions.citing import outline_words
from policy_docs.opinions.context import context_of
from policy_docs.opinions.models import ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.aliases import current_matcher
from policy_docs.units.models import LevelChoices
from policy_docs.units.naming import name_at, unfamiliar
from policy_docs.units.types import Addressee, Context, Level, Name, Reach
from policy_docs.units.vocabulary import Vocabulary

from .actions import duty_key, stamp_of
from .agenda import OPEN
from .extract import RULES, STRUCTURAL
from .marks import CLASSES
from .models import Duty, DutySpan, ReachChoices, RoleChoices, UnknownUnitName
from .quotes import Run, benched
from .types import Act, Role

PATTERNS = {rule.id: rule.pattern for rule in (*RULES, *STRUCTURAL)}
COUNTERPART = Act.COUNTERPART.value
CHOICES = (*RoleChoices.choices, (COUNTERPART, _("对象")))  # keys 1 to 5
_PIECE = re.compile(r"[^。；;！？\n]+|[。；;！？\n]")
_LEVELS = {Level.PROVINCE: _("省级"), Level.PREFECTURE: _("市州级"), Level.COUNTY: _("县区级"), Level.TOWNSHIP: _("乡镇级")}


def sent_of(duty: Duty, stamp: str) -> str:
    """Return id, stamp and key of a duty as a form sends them."""
    return f"{duty.pk}:{stamp}:{'|'.join(duty_key(duty))}"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A duty, counterpart or mention of the clause. ``choice`` is its value among ``CHOICES``; ``stamp`` what the person sees of it; ``lost`` the
    quote that the text no longer holds."""

    duty: Duty
    number: int
    choice: str
    words: str
    css: str
    unit: str
    written: str
    to: str
    to_value: str
    rules: tuple[tuple[str, str], ...]  # id, words with version
    quotes: tuple[str, ...]
    times: str
    stamp: str
    lost: str

    @property
    def sent(self) -> str:
        """What a form sends of it: where it is gone, the same find of another reading is known by its key."""
        return sent_of(self.duty, self.stamp)

    @property
    def waits(self) -> bool:
        """A decision is asked for: duties only, since nothing follows from being named."""
        return self.duty.state in OPEN and self.duty.role != Role.MENTION

    @property
    def is_aside(self) -> bool:
        """Counterparts and mentions."""
        return self.duty.role == Role.MENTION


@dataclass(frozen=True, slots=True)
class Missed:
    """A name that no candidate stands for, with the words around it that would prove one."""

    written: str
    quote: str
    near: int

    @property
    def ask(self) -> str:
        """The part of an address that opens the pane for it."""
        return urlencode({"add": 1, "quote": self.quote, "near": self.near})


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name that no alias covers."""

    pk: int
    written: str
    start: int
    end: int

    @property
    def ask(self) -> str:
        """The part of an address that opens the pane for it."""
        return urlencode({"unknown": self.pk})


@dataclass(frozen=True, slots=True)
class Bench:
    """A clause with its candidates. ``missed`` are names that no candidate stands for; ``times_named`` counts every occurrence."""

    text: ClauseText
    place: str
    html: SafeString
    candidates: tuple[Candidate, ...]
    current: Candidate | None
    unknown: tuple[Unknown, ...]
    missed: tuple[Missed, ...]
    times_named: int

    @property
    def left(self) -> int:
        """How many decisions are asked for."""
        return sum(candidate.waits for candidate in self.candidates)

    @property
    def is_done(self) -> bool:
        """Nothing is left: every name ends as a duty, a counterpart or a mention, and each duty is decided on."""
        return not (self.left or self.unknown or self.missed)

    def count(self, *choices: str) -> int:
        """How many candidates that were not rejected are one of ``choices``."""
        return sum(candidate.choice in choices and candidate.duty.state != Duty.State.REJECTED for candidate in self.candidates)

    @property
    def tally(self) -> tuple[int, int, int]:
        """Duties, counterparts, mentions."""
        return self.count(Role.LEAD, Role.RESPONSIBLE, Role.COOPERATE), self.count(COUNTERPART), self.count(Role.MENTION)


def bench(page: OpinionPage, text: ClauseText, vocabulary: Vocabulary, *, at: int | None = None, after: int | None = None) -> Bench:
    """Return a clause as it is checked. ``at`` is the candidate to look at, ``after`` the one behind which to look for the next that waits. Three
    queries."""
    duties = list(Duty.objects.filter(clause=text.clause_id).select_related("kind", "decided_by").prefetch_related("spans"))
    names = Names(page.jurisdiction_id or "", vocabulary)
    found = [_candidate(duty, text.text, names) for duty in duties]
    found.sort(key=lambda candidate: (candidate.is_aside, _first(candidate.duty, text.text), candidate.duty.pk))
    candidates = tuple(replace(candidate, number=number) for number, candidate in enumerate(found, start=1))
    current = _looked_at(candidates, at, after)
    rows = UnknownUnitName.objects.filter(clause=text.clause_id, ignored=False).order_by("start")
    unknown = tuple(Unknown(*row) for row in rows.values_list("pk", "written", "start", "end"))
    written = {(span.name_start, span.name_end) for duty in duties for span in duty.spans.all() if span.name_written}
    missed = _missed(text.text, written, [(row.start, row.end) for row in unknown], context_of(page, vocabulary))
    html = benched(text.text, _runs(candidates, current, text.text), [(row.start, row.end) for row in unknown])
    place = outline_words(text.kind, text.path, text.para, text.text) or str(_("正文"))
    return Bench(text, place, html, candidates, current, unknown, missed, len(written) + len(missed) + len(unknown))


def _looked_at(candidates: Sequence[Candidate], at: int | None, after: int | None) -> Candidate | None:
    """The candidate asked for, else the next that waits, else the one decided on last."""
    by_key = {item.duty.pk: item for item in candidates}
    if at in by_key:
        return by_key[at]
    last = by_key.get(after or 0)
    ahead = (*candidates[last.number :], *candidates[: last.number]) if last else candidates
    return next((item for item in ahead if item.waits), None) or last or next(iter(candidates), None)


def _missed(text: str, written: set[tuple[int, int]], unknown: Sequence[tuple[int, int]], context: Context) -> tuple[Missed, ...]:
    """Names that the vocabulary of today finds here and nothing stands for: the vocabulary has changed, or a duty was removed."""
    covered = [*written, *unknown]
    names = [name for name in current_matcher().match(text, context).names if not any(low < name.end and name.start < high for low, high in covered)]
    return tuple(_around(text, name) for name in names)


def _around(text: str, name: Name) -> Missed:
    start, quote = next((start, quote) for start, quote in sentences(text) if start <= name.start < start + len(quote))
    return Missed(name.written, quote, start)


def sentences(text: str) -> list[tuple[int, str]]:
    """Return the pieces of a text that could prove a duty, each with where it stands."""
    found = []
    for piece in _PIECE.finditer(text):
        quote = piece.group().strip()
        if len(quote) > 1:
            found.append((piece.start() + piece.group().index(quote), quote))
    return found


def _first(duty: Duty, text: str) -> int:
    """Where the first of a duty's quotes stands; at the end where none does."""
    return min((span.start for span in _standing(duty, text)), default=len(text))


def _standing(duty: Duty, text: str) -> list[DutySpan]:
    return [span for span in _own(duty) if text[span.start : span.end] == span.quote]


def _own(duty: Duty) -> list[DutySpan]:
    """The spans that prove what the duty is: those that act, for somebody who is only named those that name."""
    spans = sorted(duty.spans.all(), key=lambda span: span.start)
    acting = [span for span in spans if span.act == Act.DUTY]
    return acting if acting and duty.role != Role.MENTION else spans


def _runs(candidates: Sequence[Candidate], current: Candidate | None, text: str) -> list[Run]:
    runs = []
    for item in candidates:
        if item.duty.state == Duty.State.REJECTED and item is not current:
            continue  # its number would point at words that prove nothing
        for span in _standing(item.duty, text):
            low, high = (span.name_start, span.name_end) if item.is_aside and span.name_written else (span.start, span.end)
            runs.append(Run(low, high, item.number, done=not item.waits, on=item is current))
    return runs


def _candidate(duty: Duty, text: str, names: "Names") -> Candidate:
    spans, standing = _own(duty), _standing(duty, text)
    choice = choice_of(duty)
    unit = names.unit(duty)
    rules = {span.rule: rule_words(span) for span in spans if span.rule in PATTERNS}
    return Candidate(
        duty, 0, choice, str(dict(CHOICES)[choice]), CLASSES[duty.role], unit,
        unfamiliar((span.name_written for span in spans), duty.kind.name, duty.kind.short, unit), names.addressee(duty), to_value(duty),
        tuple(rules.items()), tuple(dict.fromkeys(span.quote for span in standing)), "；".join(dict.fromkeys(span.time_words for span in spans if span.time_words)),
        stamp_of(duty), "" if standing or not spans else spans[0].quote,
    )  # fmt: skip


def rule_words(span: DutySpan) -> str:
    """Return the rule that found a span, in words; quotes within its words become those of the second rank."""
    pattern = PATTERNS.get(span.rule, span.rule).replace("“", "‘").replace("”", "’")
    return _("“%(pattern)s”，第 %(version)d 版") % {"pattern": pattern, "version": span.rule_version}


def choice_of(duty: Duty) -> str:
    """Return what a duty is among ``CHOICES``."""
    is_counterpart = duty.role == Role.MENTION and any(span.act == Act.COUNTERPART for span in duty.spans.all())
    return COUNTERPART if is_counterpart else duty.role


class Names:
    """Puts units and addressees of the documents of one place into words."""

    def __init__(self, code: str, vocabulary: Vocabulary) -> None:
        self._code, self._vocabulary = code, vocabulary

    def unit(self, duty: Duty) -> str:
        """The unit that a duty lies on, by the name that it bears at its place."""
        at = (duty.place if duty.reach == Reach.NAMED else "") or self._code
        is_one = duty.reach in (Reach.OWN, Reach.NAMED) and at in self._vocabulary.places_by_code and not duty.kind.is_group and not duty.kind.is_open
        return name_at(self._vocabulary, duty.kind_id, at) if is_one else duty.kind.name

    def addressee(self, duty: Duty) -> str:
        """The addressee in words."""
        return addressee_words(Addressee(Reach(duty.reach), levels_of(duty.levels), duty.place), self._code, self._vocabulary)


def levels_of(key: str) -> tuple[Level, ...]:
    """Return the levels that a row holds as ",county,prefecture,"."""
    return tuple(Level(level) for level in key.strip(",").split(",") if level)


def addressee_words(to: Addressee, code: str, vocabulary: Vocabulary) -> str:
    """Return on whom a duty lies: 本级（澜江市）, 下级（县区级）, 点名（青溪县）."""
    said = str(ReachChoices(to.reach.value).label)
    if to.reach is Reach.OWN:
        place = vocabulary.places_by_code.get(code)
    else:
        place = vocabulary.places_by_code.get(to.place)
    more = place.name if place else "、".join(str(_LEVELS.get(level, LevelChoices(level.value).label)) for level in to.levels)
    return f"{said}（{more}）" if more else said


def to_value(duty: Duty) -> str:
    """Return a duty's addressee as the form's value: own, lower:county, named:530000."""
    more = duty.place if duty.reach == Reach.NAMED else duty.levels.strip(",")
    return f"{duty.reach}:{more}" if more else duty.reach


def to_of(value: str, vocabulary: Vocabulary) -> Addressee | None:
    """Return the addressee of a form's value; None where it is none."""
    reach, _colon, more = value.partition(":")
    if reach not in ReachChoices.values:
        return None
    if reach == Reach.NAMED:
        return Addressee(Reach.NAMED, place=more) if more in vocabulary.places_by_code else None
    levels = [level for level in more.split(",") if level]
    if any(level not in LevelChoices.values for level in levels) or (levels and reach != Reach.LOWER):
        return None
    return Addressee(Reach(reach), tuple(Level(level) for level in levels))


def addressees(page: OpinionPage, vocabulary: Vocabulary, *held: str) -> list[tuple[str, str]]:
    """Return the addressees to choose from: the levels at and below the document's, places above and right below it; those ``held`` always."""
    code = page.jurisdiction_id or ""
    place = vocabulary.places_by_code.get(code)
    below = [level for level in _LEVELS if place is None or level.depth > place.level.depth]
    found = [Addressee(), Addressee(Reach.OWN), Addressee(Reach.LOWER), *(Addressee(Reach.LOWER, (level,)) for level in below)]
    codes = [*vocabulary.lineage(code)[:-1], *(item.code for item in vocabulary.places if item.parent == code)] if place else []
    found += [Addressee(Reach.NAMED, place=item) for item in codes]
    values = {value_of(to): addressee_words(to, code, vocabulary) for to in found}
    for value in held:
        to = to_of(value, vocabulary)
        if to is not None:
            values.setdefault(value, addressee_words(to, code, vocabulary))
    return list(values.items())


def value_of(to: Addressee) -> str:
    """Return an addressee as the form's value."""
    more = to.place or to.levels_key.strip(",")
    return f"{to.reach.value}:{more}" if more else to.reach.value


def by_choice(choice: str) -> Mapping[str, Role | Act]:
    """Return what a choice of 1 to 5 asks of ``actions.change``."""
    if choice == COUNTERPART:
        return {"role": Role.MENTION, "act": Act.COUNTERPART}
    return {"role": Role(choice)}
