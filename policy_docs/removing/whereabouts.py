"""Where a document is that its own addresses do not find."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from cms.accounts.handed_back import hand_back
from cms.accounts.viewer import viewer_of
from policy_docs.opinions.trashed import Trashed

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]


def or_trash(view: View[P], **typed: "StrOrPromise") -> Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]:
    """Lead who may see the trash there, where the address of a document finds nothing because it lies in it: links that are kept or printed are
    how an officer comes, and so does a form of a document that a colleague has put there meanwhile; what was written into it (``typed``: name of the
    field → label) is handed back. Everybody else gets the same «没有找到» as for a document that never was."""

    @wraps(view)
    def found(request: HttpRequest, key: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, key, *args, **kwargs)
        except Http404:
            entry = _entry(request, key)
            if entry is None:
                raise
            if request.method == "POST":
                words = {"title": entry.title, "who": entry.trashed_by or _("他人")}
                messages.error(request, _("没有办理：《%(title)s》刚被%(who)s移入回收站。") % words)
                hand_back(request, {str(label): request.POST.get(name, "") for name, label in typed.items()})
            return redirect("policy_docs:trashed", entry.opinion.public_key)

    return found


def _entry(request: HttpRequest, key: str) -> Trashed | None:
    """The document in the trash, of an alias its original, with which it went."""
    entries = Trashed.objects.visible_to(viewer_of(request.user)).select_related("opinion", "trashed_by").defer("opinion__body")
    return (entries.filter(opinion__public_key=key) | entries.filter(aliases__opinion__public_key=key)).first()
