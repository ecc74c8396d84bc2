"""Error pages. They use no database and no context processor, so that they appear whatever is broken."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


def _page(name: str, status: int) -> HttpResponse:
    return HttpResponse(render_to_string(f"errors/{name}.html"), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return _page("400", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: says whom to ask, never what lies behind."""
    return _page("403", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _page("404", 404)


def failed(request: HttpRequest) -> HttpResponse:
    """500: the traceback is in the log."""
    return _page("500", 500)
