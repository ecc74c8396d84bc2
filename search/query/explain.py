"""What a query was taken for and what the index was asked, in words."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from policy_docs.units.vocabulary import Vocabulary
from search.types import Group, Leaf, Phrase, Prefix, SearchPlan, Term, Together, UnitTerm

from .parse import Parsed


def understood(parsed: Parsed, vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """Return (what, words) of what the query was taken for."""
    units = [f"{idea.word}（{vocabulary.kinds_by_key[idea.unit].name}）" for idea in parsed.ideas if idea.unit in vocabulary.kinds_by_key]
    places = [idea.word for idea in parsed.ideas if idea.places and not idea.unit]
    years = [idea.word for idea in parsed.ideas if idea.years]
    words = [f"“{idea.word}”" for idea in parsed.ideas if not idea.unit and not idea.places and not idea.years]
    rows = [
        (_("单位"), "、".join(units)), (_("地方"), "、".join(places)), (_("日期"), "、".join(years)), (_("词"), "".join(words)), (_("精确词"), "".join(f"“{phrase}”" for phrase in parsed.phrases)),
        (_("题名"), "".join(f"《{title}》" for title in parsed.titles)), (_("文号"), "、".join(parsed.numbers)), (_("不含"), "".join(f"“{word}”" for word in parsed.excluded)),
    ]  # fmt: skip
    return [row for row in rows if row[1]]


def led_to(parsed: Parsed) -> list[tuple[str, str]]:
    """Return (word as typed, what is sought besides) of everyday words and names of units."""
    return [(idea.word, "、".join([*idea.synonyms, *idea.names])) for idea in parsed.ideas if idea.synonyms or (idea.unit and idea.names)]


def plan_lines(plan: SearchPlan) -> Iterator[str]:
    """Yield the plan line by line: conditions, then each idea with the ways in which it may be met and their shares."""
    item, chosen = plan.filters.item, "；".join(f"{facet.value}={'、'.join(values)}" for facet, values in plan.filters.chosen)
    yield _("在%(what)s中，%(n)d 项至少符合 %(least)d 项") % {"what": item.value if item else "*", "n": len(plan.groups), "least": plan.minimum}
    if chosen:
        yield _("条件：%s") % chosen
    for sign, groups in (("", plan.groups), ("+", plan.required), ("-", plan.excluded), ("~", plan.extra)):
        yield from (f"{sign or ' '} {_group(group)}" for group in groups)


def _group(group: Group) -> str:
    ways = " | ".join(_leaf(leaf) for leaf in group.leaves)
    return f"{group.label or '…'}: {ways}"


def _leaf(leaf: Leaf) -> str:
    match leaf:
        case Term(field, value, boost) | Prefix(field, value, boost):
            return f"{field.value}={value}{'*' if isinstance(leaf, Prefix) else ''}^{boost:g}"
        case Phrase(field, values, boost):
            return f"{field.value}=“{''.join(value[:1] for value in values[:-1])}{''.join(values[-1:])}”^{boost:g}"
        case UnitTerm(unit, boost):
            return f"duty={unit}^{boost:g}"
        case Together(leaves, boost):
            return f"({' & '.join(_leaf(inner) for inner in leaves)})^{boost:g}"
