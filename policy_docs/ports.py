"""What lower packages need of upper ones, joined when the app starts (``receivers.connect``)."""

from typing import Any, Protocol


class DutyKeeper(Protocol):
    """Keeps what is read from the text of an opinion: duties, unknown names, standing groups, citations. In the caller's transaction."""

    def read(self, page: Any) -> object:
        """Read the text anew as its rows now hold it, and store what follows."""

    def may_forget(self, page: Any) -> bool:
        """Say whether nobody has decided on any duty of the opinion."""

    def forget(self, page: Any) -> object:
        """Remove what was read."""


_keepers: list[DutyKeeper] = []


def join_duty_keeper(keeper: DutyKeeper) -> None:
    """Name the keeper; a second call replaces the first."""
    _keepers[:] = [keeper]


def read_duties(page: Any) -> None:
    """Have the duties follow a published text; does nothing where no keeper is joined."""
    for keeper in _keepers:
        keeper.read(page)


def may_forget(page: Any) -> bool:
    """Say whether the duties of an opinion may go with it."""
    return all(keeper.may_forget(page) for keeper in _keepers)


def forget_duties(page: Any) -> None:
    """Remove what was read from an opinion."""
    for keeper in _keepers:
        keeper.forget(page)
