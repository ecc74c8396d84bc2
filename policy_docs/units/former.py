"""Former units whose names are read as those of the unit that has taken them over: 工商局 is 市场监督管理部门 to every text. Pure.

Once a reform is entered by such a name, the former unit stands apart until its day at each level. Nothing stored moves: a duty stays with the kind that its
text is read as, and whose it was on a day is told by the words in which the text names it.
"""

from collections.abc import Collection, Iterable, Sequence

from .naming import recognisable
from .successions import WHOLE, dated
from .types import Level
from .vocabulary import Kind, Listed, Vocabulary, former_units


def written_as(vocabulary: Vocabulary, kind: str, names: Iterable[str], apart: Collection[str]) -> set[str]:
    """Return whom the names of a duty of ``kind`` mean, as a text writes them: former units of ``apart``, the kind itself for every other name and
    for a duty without one."""
    ways = _ways(vocabulary, kind)
    found = {next((key for text, key in ways if text in name), kind) for name in names if name}
    return {key if key in apart else kind for key in found or {kind}}


def _ways(vocabulary: Vocabulary, kind: str) -> tuple[tuple[str, str], ...]:
    """Return the ways of writing a kind, longest first, each with the former unit that it is the name of, or the kind."""
    known = vocabulary.ways_by_kind.get(kind)
    if known is None:
        texts = {alias.text: kind for alias in vocabulary.aliases if alias.kind == kind}
        texts |= {text: unit.key for unit in vocabulary.former if unit.read_as == kind for text in unit.written}
        known = vocabulary.ways_by_kind[kind] = tuple(sorted(texts.items(), key=lambda way: (-len(way[0]), way)))
    return known


def standing_apart(vocabulary: Vocabulary, *, level: Level, codes: Collection[str]) -> frozenset[str]:
    """Return the former units that have a day on a level at a place (``codes``: the place and all above it): where none is known they are what
    their names are read as."""
    at = dated(level)
    whole = {item.predecessor for item in vocabulary.reforms if item.scope == WHOLE and at in item.dates and (not item.place or item.place in codes)}
    return frozenset(unit.key for unit in vocabulary.former if unit.key in whole)


def merged(vocabulary: Vocabulary, kinds: Collection[str], told: Collection[str]) -> set[str]:
    """Return the former units that are simply a part of ``kinds``: no day tells them apart."""
    return {unit.key for unit in vocabulary.former if unit.read_as in kinds and unit.key not in told}


def known_former(vocabulary: Vocabulary, kind: str, typed: str) -> str:
    """Return the key of the former unit that a reform has set apart already and that is typed, "" where there is none."""
    found = _meant(typed, [unit for unit in vocabulary.former if unit.read_as == kind], _texts(vocabulary, kind))
    return found.key if found else ""


def former_unit(vocabulary: Vocabulary, kind: str, typed: str) -> Kind | None:
    """Return the former unit that is typed, yet without a key: one that the data files list, or one made of the typed name; None where
    the name is one that the kind bears today."""
    host, texts = vocabulary.kinds_by_key[kind], _texts(vocabulary, kind)
    units: list[Kind] = []
    taken: set[str] = set()
    for unit in former_units(kind):
        ways = tuple(text for text in texts if text not in taken and _own(text, unit) and not _of_today(text, host))
        taken |= set(ways)
        whole = Kind("", unit.name, unit.short, is_group=False, is_open=False, is_vertical=host.is_vertical, names=unit.names, read_as=kind, written=ways)
        units += [whole] if ways else []
    found = _meant(typed, units, texts)
    if found is not None:
        return found
    base = _base(typed, texts)
    if not base or recognisable(base, host.name, *_bare(host)):
        return None
    return Kind("", base, "", is_group=False, is_open=False, is_vertical=host.is_vertical, names={}, read_as=kind, written=(base,))


def _meant(typed: str, units: Sequence[Kind], texts: Sequence[str]) -> Kind | None:
    """Return the former unit that is typed: by its name, else by a way of writing that the words hold."""
    named = next((unit for unit in units if typed == unit.name or typed in _bare(unit)), None)
    return named or next((unit for unit in units if _base(typed, texts) in unit.written), None)


def _texts(vocabulary: Vocabulary, kind: str) -> list[str]:
    return list(dict.fromkeys(alias.text for alias in vocabulary.aliases if alias.kind == kind))


def _bare(kind: Kind) -> list[str]:
    """The names by level without the place."""
    return [pattern.replace("{p}", "") for pattern in kind.names.values()]


def _base(typed: str, texts: Iterable[str]) -> str:
    """Return the longest way of writing within what was typed: 省工商行政管理局 holds 工商行政管理局."""
    return max((text for text in texts if text in typed), key=len, default="")


def _own(text: str, unit: Listed) -> bool:
    return any(word in text for word in unit.words) and not any(word in text for word in unit.others)


def _of_today(text: str, host: Kind) -> bool:
    return text == host.name or text in _bare(host)
