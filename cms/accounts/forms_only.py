"""Addresses that take forms: what they answer to who only looks, and to who is not signed in any more."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def takes_forms(back: str) -> Callable[[View[P]], View[P]]:
    """Let a view take POST alone, and lead who opens its address to the page ``back`` that the form stands on, with the arguments of the address:
    it may have been sent on, kept, or be where somebody comes from signing in."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def taken(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            if request.method in ("GET", "HEAD"):
                return redirect(reverse(back, kwargs=dict(kwargs)))
            return HttpResponseNotAllowed(["POST"])

        return taken

    return decorate


def signed_in(view: View[P]) -> View[P]:
    """Ask who looks to sign in first. A form is answered by the page that says how to send it again (``cms.home.errors.forbidden``): led to the
    sign-in, what was filled in would be lost."""

    @wraps(view)
    def asked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method == "POST":
            raise PermissionDenied
        return redirect_to_login(request.get_full_path())

    return asked
