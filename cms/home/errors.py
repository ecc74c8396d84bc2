"""Error pages. They use no context processor and, but for asking who is signed in, no database, so that they appear whatever is broken."""

from urllib.parse import urlencode

from django.db import Error as DatabaseTrouble
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


def _page(name: str, status: int) -> HttpResponse:
    return HttpResponse(render_to_string(f"errors/{name}.html"), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return _page("400", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: says whom to ask, never what lies behind. Who is not signed in, or no longer, is led to the sign-in first."""
    try:
        signed_out = not request.user.is_authenticated
    except (AttributeError, DatabaseTrouble):  # nobody was looked up yet, or nobody can be: the page has to appear
        signed_out = False
    if not signed_out:
        return _page("403", 403)
    back = request.get_full_path() if request.method in ("GET", "HEAD") else ""
    words = {"to": f"/login/?{urlencode({'next': back})}" if back else "/login/", "sent": request.method == "POST"}
    return HttpResponse(render_to_string("errors/signed_out.html", words), status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _page("404", 404)


def failed(request: HttpRequest) -> HttpResponse:
    """500: the traceback is in the log."""
    return _page("500", 500)
