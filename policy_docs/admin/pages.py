"""What Wagtail's page views have to respect: which opinions may be deleted, and what they say where one may not."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Page

from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.releasing import Unsettled
from policy_docs.opinions.removal import OpinionKept, check_removable, clear

from .publishing import refuse_bulk


def before_delete(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Delete an opinion by its own method (Wagtail's action passes it by), or say why it stays."""
    page = page.specific
    parent = page.get_parent()
    try:
        _check(page)
        if request.method == "POST" and isinstance(page, OpinionPage):
            page.delete(user=request.user)
            messages.success(request, _("已删除《%s》。") % page.title)
            return redirect("wagtailadmin_explore", parent.pk)
    except OpinionKept as kept:
        messages.error(request, str(kept))
        return redirect("wagtailadmin_explore", parent.pk if parent else page.pk)
    return None


def before_bulk(request: HttpRequest, action_type: str, objects: Iterable[object], view: object) -> HttpResponse | None:
    """Clear the rows of opinions that are deleted with others, in Wagtail's transaction; where one page has to stay, none is deleted."""
    if action_type == "publish":
        return _before_bulk_publish(request, objects, view)
    if action_type != "delete":
        return None
    pages = [page.specific for page in objects if isinstance(page, Page)]
    try:
        for page in pages:
            _check(page)
        for page in pages:
            if isinstance(page, OpinionPage):
                clear(page)
    except OpinionKept as kept:
        messages.error(request, str(kept))
        return redirect(getattr(view, "next_url", "wagtailadmin_explore_root"))
    return None


def _before_bulk_publish(request: HttpRequest, objects: Iterable[object], view: object) -> HttpResponse | None:
    """A text about which something has to be said is published by itself."""
    chosen = [page for page in objects if isinstance(page, Page)]
    below = [page for one in chosen for page in one.get_descendants().not_live().specific()] if "include_descendants" in request.POST else []
    try:
        refuse_bulk([*(page.specific for page in chosen), *below])
    except Unsettled as refused:
        messages.error(request, str(refused))
        return redirect("opinion_publish", refused.page.pk)
    return None


def _check(page: Page) -> None:
    """Raise ``OpinionKept`` where the page or one below it has to stay."""
    if isinstance(page, OpinionPage):
        check_removable(page)
        return
    below = OpinionPage.objects.descendant_of(page).count()
    if below:
        raise OpinionKept(_("“%(title)s”下面有 %(count)d 份政策文件，不能一并删除。") % {"title": page.title, "count": below})
