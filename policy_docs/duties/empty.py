"""What an empty list says: the conditions as they were understood, and what each would give if it were left out. One answer for all lists."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _


class Asked(NamedTuple):
    """A condition that was asked: in words, the query of the address without it, how to find out how much there would be then."""

    words: str
    address: str
    counted: Callable[[], int]


class Way(NamedTuple):
    """A way out of an empty list; there is something at its end."""

    words: str
    address: str
    number: int


@dataclass(frozen=True, slots=True)
class Empty:
    """An empty list for ``templates/policy_docs/empty.html``. ``whole`` leads to the list without any condition, where it holds something."""

    asked: list[str]
    ways: list[Way]
    whole: Way | None
    measure: str


def empty(conditions: Iterable[Asked], *, clear: str, whole: Callable[[], int], measure: str = "") -> Empty:
    """Return what a list says that has found nothing under some conditions; ``clear``: the query without any of them, ``whole``: how much that finds.

    Each count is asked once, and only here, so that a list that is not empty pays nothing. What would be empty too is not offered, nor the
    whole list where leaving out one condition leads there.
    """
    chosen = list(conditions)
    ways = [Way(one.words.strip("“”"), one.address, number) for one in chosen if (number := one.counted())]
    number = whole() if all(one.address != clear for one in chosen) else 0
    return Empty([one.words for one in chosen], ways, Way("", clear, number) if number else None, measure or _("条"))
