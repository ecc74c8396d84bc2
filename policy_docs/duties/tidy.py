"""Addresses of lists without what says nothing: empty fields, and what holds anyway."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

#: name of a list's address → what it shows where nothing is chosen
DEFAULTS: Mapping[str, Mapping[str, Sequence[str]]] = {"policy_docs:unit": {"valid": ("in_force",)}, "policy_docs:topic": {"valid": ("in_force",)}}
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
_FLAGS = frozenset({"all", "aside", "below", "only", "phones", "print"})  # say something by being there


def tidied(params: QueryDict, defaults: Mapping[str, Sequence[str]]) -> QueryDict:
    """Return an address with less that means the same, in its own order."""
    kept = QueryDict(mutable=True)
    for name in params:
        values = [value for value in dict.fromkeys(params.getlist(name)) if value or name in _FLAGS]
        if values and values != list(defaults.get(name, ())):
            kept.setlist(name, values)
    return kept


def meaning(query: str, page: str) -> frozenset[tuple[str, str]]:
    """Return what an address of a list asks for, whatever its order and spelling."""
    params = tidied(QueryDict(query), DEFAULTS.get(page, {}))
    return frozenset((name, value) for name in params for value in params.getlist(name))


def tidy_address(page: str) -> Callable[["View[P]"], "View[P]"]:
    """Let a list lead from an address with idle fields, as a form sends it without script, to the one that says the same without them."""

    def decorate(view: "View[P]") -> "View[P]":
        @wraps(view)
        def tidy(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            clean = tidied(request.GET, DEFAULTS.get(page, {}))
            if request.method == "GET" and "HX-Request" not in request.headers and list(clean.lists()) != list(request.GET.lists()):
                return redirect(f"{request.path}?{clean.urlencode()}" if clean else request.path)
            return view(request, *args, **kwargs)

        return tidy

    return decorate
