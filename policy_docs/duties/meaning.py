"""Which units and places people mean by what they type, with the way to their pages."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from cms.accounts.viewer import Viewer
from policy_docs.units import successions
from policy_docs.units.aliases import current_vocabulary, guess_units
from policy_docs.units.models import Jurisdiction, UnitKind
from policy_docs.units.naming import name_at


@dataclass(frozen=True, slots=True)
class Match:
    """A unit that what was typed may mean; ``why``: the way of writing that matched."""

    kind: UnitKind
    place: Jurisdiction
    name: str
    why: str

    @property
    def hint(self) -> str:
        """The way of writing that matched, where the name itself does not show it."""
        return "" if self.why in self.name else self.why

    @property
    def address(self) -> str:
        """Address of the page of the unit."""
        return reverse("policy_docs:unit", args=[self.kind.pk, self.place.pk])


def where(words: str, viewer: Viewer) -> tuple[list[Jurisdiction], Jurisdiction | None]:
    """Return the places that the words may mean, and the one that holds where the unit names none."""
    places = _places(words) if words else []
    return places, places[0] if places else Jurisdiction.objects.filter(pk=viewer.place or "100000").first()


def units_meant(query: str, default: Jurisdiction | None) -> list[Match]:
    """Return the units that a query may mean, best first; the name of one that a reform has ended leads to the unit that has taken it over.
    Two queries."""
    guesses = guess_units(query, at=default.pk if default else "") if query else []
    vocabulary, today = current_vocabulary(), timezone.localdate().isoformat()
    places = Jurisdiction.objects.in_bulk([guess.place for guess in guesses if guess.place])
    meant = [(guess, place) for guess in guesses if (place := places.get(guess.place) if guess.place else default) is not None]
    heirs = [(successions.heir_at(vocabulary, guess.kind, place.pk, today), place, guess.why) for guess, place in meant]
    kinds = UnitKind.objects.in_bulk([key for key, _place, _why in heirs])
    found: dict[tuple[str, str], Match] = {}
    for key, place, why in heirs:
        if key in kinds:
            found.setdefault((key, place.pk), Match(kinds[key], place, name_at(vocabulary, key, place.pk), why))
    return list(found.values())


def _places(words: str) -> list[Jurisdiction]:
    """Return the places that words may mean: by name, short name or code, else by the beginning of a name."""
    known = current_vocabulary().places
    codes = [place.code for place in known if words in (place.name, place.code, *place.short_names)]
    codes = codes or [place.code for place in known if place.name.startswith(words) or any(name.startswith(words) for name in place.short_names)][:20]
    return list(Jurisdiction.objects.filter(pk__in=codes).order_by("lineage"))
