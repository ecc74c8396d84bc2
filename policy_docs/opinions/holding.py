"""Locks on documents: taken before those on what hangs on them, as publishing does, or two writers wait for each other."""

from collections.abc import Iterable

from django.db.models import Q
from wagtail.models import Page

from .pages import OpinionIndexPage, OpinionPage


def hold_documents(opinions: Iterable[int]) -> None:
    """Lock documents for the transaction, those in the trash too: what hangs on them is there still."""
    list(OpinionPage.with_trash.select_for_update(of=("self",), no_key=True).filter(pk__in=opinions).order_by("pk").values_list("pk"))


def hold_list(*, roots: bool = False) -> list[Page]:
    """Lock the list of documents for the transaction, and with ``roots`` the roots of the page trees: they count their children, so whoever adds a
    document or moves one in or out takes them right after the documents and before anything that writes into the audit trail."""
    wanted = Q(pk__in=OpinionIndexPage.objects.values("pk"))
    return list(Page.objects.select_for_update(no_key=True).filter(wanted | Q(depth=1) if roots else wanted).order_by("path"))
