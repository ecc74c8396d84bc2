"""Locks on documents: taken before those on what hangs on them, as publishing does, or two writers wait for each other."""

from collections.abc import Iterable

from .pages import OpinionPage


def hold_documents(opinions: Iterable[int]) -> None:
    """Lock documents for the transaction, those in the trash too: what hangs on them is there still."""
    list(OpinionPage.with_trash.select_for_update(of=("self",), no_key=True).filter(pk__in=opinions).order_by("pk").values_list("pk"))
