"""What taking a reform back takes with it, what stays and why, and which reforms rest on it."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cms.accounts.models import User
from policy_docs.duties.models import Duty
from policy_docs.units.events import ReformEvent
from policy_docs.units.models import Body, Membership, Reform, UnitAlias, UnitKind
from policy_docs.units.successions import WHOLE
from policy_docs.units.vocabulary import Vocabulary

_FOUND_BY_READING = (Duty, Membership, Body, UnitAlias, Reform)  # looked at one by one, or read anew without the unit


@dataclass(frozen=True, slots=True)
class Going:
    """A unit that the reform brought. ``because`` tells what people have done with it: it stays then, with its ways of writing. Duties that were found
    by its names and that nobody has decided on go with it; the texts are read anew."""

    ref: str
    kind: UnitKind
    aliases: tuple[UnitAlias, ...]
    untouched: int
    because: tuple[str, ...]


def going(event: ReformEvent) -> list[Going]:
    """Return the units that a reform brought and that are there still."""
    keys = event.made.get("kinds", {})
    kinds = UnitKind.objects.in_bulk(list(keys.values()))
    made = set(event.made.get("aliases", ()))
    found = []
    for ref, key in keys.items():
        if key in kinds:
            aliases = tuple(alias for alias in UnitAlias.objects.filter(kind=key).order_by("pk") if alias.pk in made)
            found.append(Going(ref, kinds[key], aliases, untouched(key).count(), tuple(_uses(kinds[key], event, made))))
    return found


def mark(units: list[Going]) -> str:
    """Return a mark of what goes and what stays, and why: whoever confirms names the one that was shown."""
    told = sorted((unit.ref, unit.kind.pk, *unit.because) for unit in units)
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:20]


def documents(event: ReformEvent) -> set[int]:
    """Return the documents that hold duties or members of the units that a reform brought, in the trash too."""
    keys = list(event.made.get("kinds", {}).values())
    duties = Duty.with_trash.filter(kind__in=keys).values_list("opinion_id", flat=True)
    members = Membership.with_trash.filter(kind__in=keys, body__opinion__isnull=False)
    return {*duties, *members.values_list("body__opinion_id", flat=True)}


def untouched(key: str) -> QuerySet[Duty]:
    """Duties of a kind that were found and that nobody has decided on, in the trash too: their rows hold the unit as well."""
    return Duty.with_trash.filter(kind=key, state=Duty.State.SUGGESTED, by_hand=False, decided_by__isnull=True)


def read_only(key: str) -> QuerySet[Membership]:
    """Lines of lists of members that were read and that no person has changed, in the trash too."""
    return Membership.with_trash.filter(kind=key, origin=Membership.Origin.READ, changed_at__isnull=True)


def _uses(kind: UnitKind, event: ReformEvent, made: set[int]) -> Iterator[str]:
    """Yield what uses a unit by a person's deed, whatever model it is of."""
    counts = [
        (_("%d 条核对过的职责"), Duty.with_trash.filter(kind=kind).exclude(pk__in=untouched(kind.pk)).count()),
        (_("%d 处人工登记或改过的成员"), Membership.with_trash.filter(kind=kind).exclude(pk__in=read_only(kind.pk)).count()),
        (_("%d 个账号"), User.objects.filter(unit_kind=kind.pk).count()),
        (_("另外登记的 %d 种写法"), UnitAlias.objects.filter(kind=kind).exclude(pk__in=made).count()),
        (_("另外 %d 项机构改革"), Reform.objects.exclude(event=event).filter(predecessor=kind).count() + kind.reforms_in.exclude(event=event).count()),
    ]
    for words, number in counts:
        if number:
            yield words % number
    for relation in UnitKind._meta.related_objects:
        model = relation.related_model
        if not isinstance(model, str) and model not in _FOUND_BY_READING:
            number = model._base_manager.filter(**{relation.field.name: kind}).count()
            if number:
                yield _("%(number)d 处%(what)s") % {"number": number, "what": model._meta.verbose_name}


def built_on(event: ReformEvent) -> list[ReformEvent]:
    """Return the reforms that rest on one: they name a unit that it brought, or pass on whole what it moved."""
    brought = set(event.made.get("kinds", {}).values())
    own = list(event.successions.all())
    found: dict[int, ReformEvent] = {}
    others = Reform.objects.exclude(event=event).select_related("event").order_by("event_id")
    for other in others:
        named = other.predecessor_id in brought or other.successor_id in brought
        passed_on = other.scope == WHOLE and any(row.scope == WHOLE and row.successor_id == other.predecessor_id and _after(other, row) for row in own)
        if named or passed_on:
            found.setdefault(other.event_id, other.event)
    return list(found.values())


def _after(later: Reform, earlier: Reform) -> bool:
    """Whether one comes after the other on a level that both change."""
    days = [(getattr(later, f"{level}_on"), getattr(earlier, f"{level}_on")) for level in ("country", "province", "prefecture", "county")]
    return any(one and other and one > other for one, other in days)


def without(vocabulary: Vocabulary, event: ReformEvent, units: list[Going]) -> Vocabulary:
    """Return the vocabulary as it is once the reform has been taken back."""
    gone = {item.kind.pk for item in units if not item.because}
    return replace(
        vocabulary,
        kinds=tuple(kind for kind in vocabulary.kinds if kind.key not in gone),
        former=tuple(kind for kind in vocabulary.former if kind.key not in gone),
        aliases=tuple(alias for alias in vocabulary.aliases if alias.kind not in gone),
        reforms=tuple(item for item in vocabulary.reforms if item.event != event.public_key),
    )
