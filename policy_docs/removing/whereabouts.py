"""Where a document is that its own addresses do not find."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from cms.accounts.viewer import viewer_of
from policy_docs.opinions.trashed import Trashed

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]


def or_trash(view: View[P]) -> Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]:
    """Lead who may see the trash there, where the address of a document finds nothing because it lies in it: links that are kept or printed are
    how an officer comes. Everybody else gets the same «没有找到» as for a document that never was."""

    @wraps(view)
    def found(request: HttpRequest, key: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, key, *args, **kwargs)
        except Http404:
            way = _way(request, key) if request.method in ("GET", "HEAD") else None
            if way is None:
                raise
            return way

    return found


def _way(request: HttpRequest, key: str) -> HttpResponse | None:
    """The place of the document in the trash, of an alias that of its original, with which it went."""
    entries = Trashed.objects.visible_to(viewer_of(request.user))
    entry = (entries.filter(opinion__public_key=key) | entries.filter(aliases__opinion__public_key=key)).first()
    return redirect("policy_docs:trashed", entry.opinion.public_key) if entry is not None else None
