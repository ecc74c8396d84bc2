"""Badges of duties beside clauses."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from cms.accounts.viewer import Viewer
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.naming import name_at, unfamiliar
from policy_docs.units.offices import OFFICE
from policy_docs.units.types import Reach
from policy_docs.units.vocabulary import Vocabulary

from .binding import Laid
from .models import Duty, RoleChoices
from .selectors import Unit, binds_itself, kept_duties
from .types import Act, Role

_SPAN = ("spans__act", "spans__start", "spans__end", "spans__quote", "spans__name_written")
_FACTS = ("kind_id", "kind__is_group", "reach", "levels", "place", "role", "state")
_RANKS = {role: role.rank for role in Role}
CLASSES = {Role.LEAD.value: "lead", Role.RESPONSIBLE.value: "resp", Role.COOPERATE.value: "coop", Role.MENTION.value: "note"}


@dataclass(frozen=True, slots=True)
class Proof:
    """Words that prove a duty: where they stood in the text that was read, and what they were."""

    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One duty at its clause: role, its class and words, unit in words, its address below that of the document, what is to be said of it,
    the exception that a reader must know of ("" for a duty that has been checked), its proofs."""

    role: Role
    css: str
    words: str
    name: str
    href: str
    note: str
    tag: str
    mine: bool
    is_group: bool
    proofs: tuple[Proof, ...]


def badges(page: OpinionPage, *, viewer: Viewer, unit: Unit | None, vocabulary: Vocabulary, on: datetime.date) -> dict[int, list[Mark]]:
    """Return the duties of an opinion on a day by clause id, strongest first, as the viewer may see them; mentions are left out. ``unit`` is the one
    whose duties are ``mine``. One query (and one for private sections)."""
    found = kept_duties(viewer, on=on).filter(opinion=page).exclude(role=Role.MENTION.value).order_by("clause_id", "pk", "spans__start")
    duties: dict[int, tuple[int, _Facts]] = {}
    proofs: dict[int, list[Proof]] = defaultdict(list)
    names: dict[int, list[str]] = defaultdict(list)
    for pk, clause, act, start, end, quote, written, *facts in found.values_list("pk", "clause_id", *_SPAN, *_FACTS):
        duties[pk] = clause, _Facts._make(facts)
        if act == Act.DUTY.value:
            proofs[pk].append(Proof(start, end, quote))
            names[pk].append(written)
    made = _Maker(page.jurisdiction_id or "", unit, vocabulary)
    table: dict[int, list[Mark]] = defaultdict(list)
    for pk, (clause, told) in duties.items():
        table[clause].append(made.mark(pk, told, tuple(proofs[pk]), names[pk]))
    for marks in table.values():
        marks.sort(key=lambda mark: (_RANKS[mark.role], mark.proofs[0].start if mark.proofs else 0))
    return table


class _Facts(NamedTuple):
    kind: str
    is_group: bool
    reach: str
    levels: str
    place: str
    role: str
    state: str


class _Maker:
    """Puts the duties of one document into words; what repeats is translated and named once."""

    def __init__(self, code: str, unit: Unit | None, vocabulary: Vocabulary) -> None:
        self._code, self._unit, self._vocabulary = code, unit, vocabulary
        self._roles = {str(value): str(words) for value, words in RoleChoices.choices}
        self._tags = {Duty.State.SUGGESTED.value: _("待核对"), Duty.State.TO_CHECK.value: _("原文有变，待核对")}
        self._group, self._lower, self._written = _("未点名，各单位按名单推定"), _("下级单位"), _("原文写作：%s")
        self._office = _("以办公室名义，由办公室所在单位承担")
        self._names: dict[tuple[str, str], tuple[str, str]] = {}

    def mark(self, pk: int, facts: _Facts, proofs: tuple[Proof, ...], written: list[str]) -> Mark:
        at = (facts.place if facts.reach == Reach.NAMED else "") or self._code
        of_kind, of_unit = self._named(facts.kind, at)
        # 州发改委 is the unit of one place; 公安机关 are those of all levels and bear the name of the kind
        name = of_unit if facts.reach in (Reach.OWN, Reach.NAMED) else of_kind
        mine = self._unit is not None and binds_itself(self._unit, Laid(self._code, facts.reach, facts.levels, facts.place), kind=facts.kind)
        if facts.kind == OFFICE:  # by the name of its group, since every office is of one kind
            name = next(iter(written), "") or of_kind
        note = (
            self._office
            if facts.kind == OFFICE
            else self._group
            if facts.is_group
            else self._note(facts.reach, written, of_kind, of_unit, self._vocabulary.kinds_by_key[facts.kind].short)
        )
        return Mark(
            Role(facts.role), CLASSES[facts.role], self._roles[facts.role], name, f"d/{pk}/", note,
            self._tags.get(facts.state, ""), mine, facts.is_group, proofs,
        )  # fmt: skip

    def _named(self, kind: str, at: str) -> tuple[str, str]:
        """Return the name of the kind, that of its unit at a place."""
        found = self._names.get((kind, at))
        if found is None:
            of_kind = self._vocabulary.kinds_by_key[kind].name
            known = self._vocabulary.kinds_by_key[kind]
            is_one = at in self._vocabulary.places_by_code and not known.is_group and not known.is_open
            found = of_kind, name_at(self._vocabulary, kind, at) if is_one else of_kind
            self._names[kind, at] = found
        return found

    def _note(self, reach: str, written: list[str], *names: str) -> str:
        odd = unfamiliar(written, *names)
        notes = [self._lower] if reach == Reach.LOWER else []
        if odd:
            notes.append(self._written % odd)
        return "；".join(notes)
