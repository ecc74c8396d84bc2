"""What is sent to the administration by somebody who is not signed in any more."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

_OPEN = ("wagtailadmin_login", "wagtailadmin_password_reset")  # forms for who cannot sign in
_READS = ("GET", "HEAD", "OPTIONS")


class AdminDoor:
    """Refuses it, so that the answer says how to send it again (``cms.home.errors``): Wagtail leads to the sign-in, where what was filled in is
    lost, and a script that saves takes the page of the sign-in for an error of the server."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Refuse."""
        if request.method in _READS or not request.path_info.startswith(reverse("wagtailadmin_home")) or request.user.is_authenticated:
            return
        name = (request.resolver_match and request.resolver_match.url_name) or ""
        if not name.startswith(_OPEN):
            raise PermissionDenied
