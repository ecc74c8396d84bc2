"""What a text that is stored ahead of its day will change, as far as can be known before."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from policy_docs.duties import settling
from policy_docs.duties.models import Duty
from policy_docs.duties.plan import Choice, Fate, Found, Touch
from policy_docs.duties.plan import Standing as Row
from policy_docs.duties.readings import read
from policy_docs.duties.types import Role
from policy_docs.opinions.context import context_of
from policy_docs.opinions.models import Clause, ClauseText, OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.types import Block, BlockKind
from policy_docs.units.aliases import current_matcher, current_vocabulary

from .difference import Fact, Laid, Told, differences
from .facts import GONE, Standing


def differences_ahead(page: OpinionPage, before: Standing, version: OpinionVersion, choices: Mapping[int, str]) -> list[Told]:
    """Return what changes on the day of a text to come: duties as chosen, and what a reading finds in it beside them."""
    texts = list(ClauseText.objects.filter(version=version).order_by("order"))
    blocks = [Block(BlockKind(row.kind), row.label, row.text, row.level, tuple(row.path), row.para) for row in texts]
    found = read(blocks, current_matcher(), context_of(page, current_vocabulary()))
    duties = settling.decided(page)
    plan = settling.plan_of(duties, before.text, settling.Reading(settling.stored_rows(page, texts), found))
    keys = dict(Clause.objects.filter(opinion=page).values_list("pk", "public_key"))
    by_pk = {duty.pk: duty for duty in duties}
    after = _as_one([fact for touch in plan.touches if (fact := _kept(touch, by_pk[touch.held.duty], keys, choices)) is not None])
    rows = {row.clause: row for row in settling.stored_rows(page, texts)}
    given = {(heir.clause, heir.key) for touch in plan.touches if (heir := _heir(touch, choices)) is not None}
    for item in plan.fresh:
        if (item.clause, item.key) in given:
            continue
        row = rows[item.clause]
        quotes = _quotes(row, item)
        after.append(Fact(row.clause, keys.get(row.clause, ""), row.place, item.key, item.role, quotes, row.text, open=True))
    heirs = {clause: heir for heir, gone in ((row.clause, row.heir_of) for row in rows.values()) for clause in gone}
    return differences(before.facts, after, heirs=heirs)


def _heir(touch: Touch, choices: Mapping[int, str]) -> Found | None:
    """Return what the duty will be, where it was given to the unit that its words name now."""
    return touch.heir if choices.get(touch.held.duty) == Choice.GIVE else None


def _quotes(row: Row, item: Found) -> tuple[str, ...]:
    return tuple(row.text[start:end] for start, end in item.quotes)


def _as_one(facts: Iterable[Fact]) -> list[Fact]:
    """What follows its words into a clause that has a duty of the unit becomes one with that."""
    found: dict[tuple[int, Laid], Fact] = {}
    for fact in facts:
        other = found.get((fact.clause, fact.laid))
        if other is not None:
            quotes = sorted(dict.fromkeys((*other.quotes, *fact.quotes)), key=fact.text.find)
            role = min(other.role, fact.role, key=lambda value: Role(value).rank)
            fact = replace(other, quotes=tuple(quotes), role=role)
        found[fact.clause, fact.laid] = fact
    return list(found.values())


def _kept(touch: Touch, duty: Duty, keys: Mapping[int, str], choices: Mapping[int, str]) -> Fact | None:
    choice = choices.get(duty.pk, "")
    row: Row | None = touch.target
    laid = (duty.kind_id, duty.reach, duty.levels, duty.place)
    if choice == Choice.END:
        return None
    if row is None:  # its clause is gone, and nobody has said that it ends
        quotes = tuple(proof.quote for proof in touch.held.proofs)
        place = touch.old.place if touch.old else ""
        return Fact(duty.clause_id, keys.get(duty.clause_id, ""), place, laid, duty.role, quotes, str(GONE), lost=True, open=True)
    heir = _heir(touch, choices)
    if heir is not None:
        return Fact(row.clause, keys.get(row.clause, ""), row.place, heir.key, heir.role, _quotes(row, heir), row.text)
    kept = touch.fate in (Fate.SAME, Fate.MOVED, Fate.AROUND) and choice != Choice.CHECK
    stands = kept or choice in (Choice.ADOPT, Choice.FOLLOW)
    quotes = touch.new_quotes if stands and touch.new_quotes else tuple(proof.quote for proof in touch.held.proofs)
    role = touch.role if choice == Choice.ADOPT and touch.role else duty.role
    return Fact(row.clause, keys.get(row.clause, ""), row.place, laid, role, quotes, row.text, lost=not stands, open=duty.state != Duty.State.CONFIRMED)
