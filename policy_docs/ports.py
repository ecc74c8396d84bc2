"""What lower packages need of upper ones, joined when the app starts (``receivers.connect``)."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from cms.accounts.viewer import Viewer


class DutyKeeper(Protocol):
    """Keeps what is read from the text of an opinion: duties, unknown names, standing groups, citations. In the caller's transaction."""

    def standing(self, page: Any) -> object:
        """Return what units have to go by before the text changes, for ``read`` to tell them what changed."""

    def read(self, page: Any, before: Any = None, said: Any = None) -> object:
        """Read the text anew as its rows now hold it, and store what follows; where ``before`` is given, units are told what changes for them.
        ``said`` is the ``Publication`` that says what becomes of duties."""

    def tell_ahead(self, page: Any, version: Any) -> object:
        """Tell units what a text that is stored ahead of its day will change for them."""

    def called_back(self, page: Any, number: int) -> object:
        """Take back what units were told of a text to come that was called back."""

    def tell_repealed(self, page: Any, day: datetime.date | None) -> object:
        """Tell units that a document no longer holds from a day on; None takes that back."""

    def tell_gone(self, page: Any, *, deleted: bool) -> object:
        """Tell units that a document is withdrawn or deleted."""

    def tell_back(self, page: Any, before: Any, *, restored: bool) -> object:
        """Tell units that a document is public again, or back from the trash; ``before`` is what ``standing`` gave until then."""

    def renumbered(self, page: Any, since: int, by: int) -> object:
        """Follow the numbers of the texts of a document: those from ``since`` on are moved by some."""

    def unsettled(self, page: Any, choices: Mapping[int, str]) -> int:
        """Return how many duties still wait for a choice before the text of a page object may be published."""

    def may_forget(self, page: Any) -> bool:
        """Say whether nobody has decided on any duty of the opinion."""

    def forget(self, page: Any) -> object:
        """Remove what was read."""


_keepers: list[DutyKeeper] = []


def join_duty_keeper(keeper: DutyKeeper) -> None:
    """Name the keeper; a second call replaces the first."""
    _keepers[:] = [keeper]


def standing_duties(page: Any) -> object:
    """Return what units have to go by now; None where no keeper is joined."""
    return next((keeper.standing(page) for keeper in _keepers), None)


def read_duties(page: Any, before: object = None, said: object = None) -> None:
    """Have the duties follow a published text; does nothing where no keeper is joined. ``before`` is what ``standing_duties`` gave."""
    for keeper in _keepers:
        keeper.read(page, before, said)


def tell_ahead(page: Any, version: Any) -> None:
    """Tell units of a text to come."""
    for keeper in _keepers:
        keeper.tell_ahead(page, version)


def called_back(page: Any, number: int) -> None:
    """Take back what units were told of a text to come."""
    for keeper in _keepers:
        keeper.called_back(page, number)


def tell_repealed(page: Any, day: datetime.date | None) -> None:
    """Tell units that a document is repealed, or that it is so no more."""
    for keeper in _keepers:
        keeper.tell_repealed(page, day)


def tell_gone(page: Any, *, deleted: bool = False) -> None:
    """Tell units that a document is withdrawn or deleted; in the transaction of that, before it is moved into the trash."""
    for keeper in _keepers:
        keeper.tell_gone(page, deleted=deleted)


def tell_back(page: Any, before: object, *, restored: bool = False) -> None:
    """Tell units that a document is public again, or back from the trash."""
    for keeper in _keepers:
        keeper.tell_back(page, before, restored=restored)


def renumbered(page: Any, since: int, by: int) -> None:
    """Let what points to a text by its number follow."""
    for keeper in _keepers:
        keeper.renumbered(page, since, by)


def unsettled_duties(page: Any, choices: Mapping[int, str]) -> int:
    """Return how many duties wait for a choice."""
    return sum(keeper.unsettled(page, choices) for keeper in _keepers)


def may_forget(page: Any) -> bool:
    """Say whether the duties of an opinion may go with it."""
    return all(keeper.may_forget(page) for keeper in _keepers)


def forget_duties(page: Any) -> None:
    """Remove what was read from an opinion."""
    for keeper in _keepers:
        keeper.forget(page)


@dataclass(frozen=True, slots=True)
class Apart:
    """A document whose entries in the index are not those of the database: entries that are missing, left over, or hold an older text."""

    key: str  # public key of the document; that of the entry where no document is behind it
    missing: int
    left_over: int
    outdated: int


@dataclass(frozen=True, slots=True)
class IndexState:
    """What is known of index and database. ``done`` and ``total`` count the documents of a comparison that is ``under_way`` (0 before it begins);
    ``failed`` says why the last one ended early; ``apart`` is what the last whole one found, ``mended`` what it had written again by itself. ``down`` says
    why the engine cannot be used, "" where it can."""

    ready: bool
    waiting: int
    under_way: bool = False
    done: int = 0
    total: int = 0
    failed: str = ""
    checked_at: datetime.datetime | None = None
    entries: int = 0
    apart: tuple[Apart, ...] = ()
    mended: tuple[Apart, ...] = ()
    down: str = ""
    oldest: datetime.datetime | None = None  # of the changes that wait


class IndexKeeper(Protocol):
    """Compares the index of finding with the database, and has documents written to it again."""

    def state(self) -> IndexState:
        """Say what is known; cheap."""

    def compare(self, *, actor: Any) -> bool:
        """Ask for a comparison by the worker; False where one is under way."""

    def rewrite(self, keys: Sequence[str], *, actor: Any) -> int:
        """Have documents that the last comparison found apart written again; return how many."""


_index_keepers: list[IndexKeeper] = []


def join_index_keeper(keeper: IndexKeeper | None) -> None:
    """Name the keeper; a second call replaces the first, None takes it away."""
    _index_keepers[:] = [keeper] if keeper else []


def index_keeper() -> IndexKeeper | None:
    """Return the keeper, None where nothing is joined (a site without finding)."""
    return _index_keepers[0] if _index_keepers else None


@dataclass(frozen=True, slots=True)
class Changes:
    """What is different on the page of a unit since a moment. ``turns``: duty → "added" or "changed"; ``gone``: how many it counts no more; ``told``:
    what units were told since; ``days``: documents that have begun or ceased to hold since by their own dates."""

    turns: Mapping[int, str]
    gone: int = 0
    told: Sequence[Any] = ()
    days: Sequence[Any] = ()


class ChangeTeller(Protocol):
    """Tells what is different for a unit since a moment."""

    def __call__(self, unit: Any, rows: Sequence[Any], *, user: Any, at: datetime.datetime) -> Changes:
        """``rows`` are those of the unit's page as they are now, ``user`` who looks."""


_change_tellers: list[ChangeTeller] = []


def join_change_teller(teller: ChangeTeller) -> None:
    """Name who tells; a second call replaces the first."""
    _change_tellers[:] = [teller]


def changes_since(unit: Any, rows: Sequence[Any], *, user: Any, at: datetime.datetime) -> Changes:
    """Return what is different for a unit since a moment; nothing where nobody is joined."""
    return _change_tellers[0](unit, rows, user=user, at=at) if _change_tellers else Changes({})


_hit_counters: list[Callable[[str, Viewer], int | None]] = []


def join_hit_counter(counter: Callable[[str, Viewer], int | None]) -> None:
    """Name what counts the hits of an address of the result page; a second call replaces the first."""
    _hit_counters[:] = [counter]


def hits(query: str, viewer: Viewer) -> int | None:
    """Return how much an address of the result page finds; None where nothing is joined or it cannot be told."""
    return _hit_counters[0](query, viewer) if _hit_counters else None


_hit_finders: list[Callable[[str, Viewer, int], list[str] | None]] = []


def join_hit_finder(finder: Callable[[str, Viewer, int], list[str] | None]) -> None:
    """Name what finds the entries of an address of the result page; a second call replaces the first."""
    _hit_finders[:] = [finder]


def found(query: str, viewer: Viewer, limit: int) -> list[str] | None:
    """Return the entries ("c:" or "o:" and a public key) that meet all that an address of the result page asks for, at most ``limit``; None where nothing is
    joined or it cannot be told."""
    return _hit_finders[0](query, viewer, limit) if _hit_finders else None
