"""Error pages. They use no context processor and, but for asking who is signed in, no database, so that they appear whatever is broken."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import SuspiciousOperation
from django.db import Error as DatabaseTrouble
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string

from cms.accounts.viewer import mark_of

_LEFT_OUT = frozenset({"csrfmiddlewaretoken", "password"})
_KEPT = 500_000  # signs of a form that are carried over the sign-in
REFUSED = "X-Refused"  # tells the scripts of the pages why; what a person reads stands in the page


def _page(request: HttpRequest, name: str, status: int, words: Mapping[str, object] | None = None, *, asks: bool = True) -> HttpResponse:
    return HttpResponse(render_to_string(f"errors/{name}.html", {**_head(request, asks=asks), **(words or {})}), status=status)


def _head(request: HttpRequest, *, asks: bool) -> dict[str, object]:
    """Return what the head of a page says of the reader: who is signed in, and whether in large type. Without ``asks`` only what is known already:
    a page that failed may have failed because the database did."""
    user = _user(request) if asks else getattr(request, "_cached_user", None)  # where Django's AuthenticationMiddleware keeps whom it looked up
    reader = user if user is not None and user.is_authenticated else None
    back = request.get_full_path() if request.method in ("GET", "HEAD") else ""
    return {
        "reader": reader, "who": mark_of(reader) if reader else "", "nobody": user is not None and reader is None, "is_large": request.COOKIES.get("size") == "large",
        "head_token": get_token(request) if reader else "", "sign_in": f"/login/?{urlencode({'next': back})}" if back else "/login/",
    }  # fmt: skip


def _user(request: HttpRequest) -> Any:
    """Return who is signed in, or nobody; None where that cannot be told: nobody was looked up yet, or nobody can be."""
    try:
        bool(request.user.is_authenticated)  # looks the person up
        return request.user
    except (AttributeError, DatabaseTrouble):
        return None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return _page(request, "400", 400)


def _refused(request: HttpRequest, page: str, why: str, **words: object) -> HttpResponse:
    if request.headers.get("Accept", "").startswith("application/json"):  # Wagtail's editor, which saves by itself and reads no header
        answer: HttpResponse = JsonResponse({"success": False, "error_code": why}, status=403)
    else:
        answer = _page(request, page, 403, words)
    answer[REFUSED] = why
    return answer


def _is_signed_out(request: HttpRequest) -> bool:
    user = _user(request)
    return user is not None and not user.is_authenticated


def _signed_out(request: HttpRequest) -> HttpResponse:
    back = request.get_full_path() if request.method in ("GET", "HEAD") else ""
    to = f"/login/?{urlencode({'next': back})}" if back else "/login/"
    again = _entered(request)
    token = get_token(request) if again else ""
    return _refused(request, "signed_out", "signed-out", to=to, sent=request.method == "POST", again=again, address=request.get_full_path(), token=token)


def _entered(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what a form of this site held, to be sent once more after signing in; nothing of what another site sent, no file and no password."""
    try:
        if request.method != "POST" or request.headers.get("Origin", "") != f"{request.scheme}://{request.get_host()}" or request.FILES:
            return []
    except (SuspiciousOperation, OSError):  # too large or cut short: there is nothing to carry over
        return []
    kept = [(name, value) for name, values in request.POST.lists() if name not in _LEFT_OUT for value in values]
    return kept if sum(len(name) + len(value) for name, value in kept) < _KEPT else []


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: says whom to ask, never what lies behind. Who is not signed in, or no longer, is led to the sign-in first."""
    return _signed_out(request) if _is_signed_out(request) else _refused(request, "403", "no-right")


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form whose token is not that of the sign-in: mostly one that was opened before signing in again in another window.

    The answer brings the token along, so that the form can be sent once more after Back.
    """
    get_token(request)
    return _signed_out(request) if _is_signed_out(request) else _refused(request, "stale_form", "stale-form")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404. A form of somebody who is signed in no longer asks for what the public may not see: then nothing was sent to a wrong address."""
    return _signed_out(request) if request.method == "POST" and _is_signed_out(request) else _page(request, "404", 404)


def failed(request: HttpRequest) -> HttpResponse:
    """500: the traceback is in the log."""
    return _page(request, "500", 500, asks=False)
