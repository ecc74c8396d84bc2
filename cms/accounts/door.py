"""Who comes to the administration without a right to: somebody who is not signed in any more, or whose work lies elsewhere."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

_OPEN = ("wagtailadmin_login", "wagtailadmin_password_reset")  # forms for who cannot sign in
_READS = ("GET", "HEAD", "OPTIONS")


class AdminDoor:
    """Refuses both, so that the answer says what to do (``cms.home.errors``). Wagtail leads to the sign-in: there what was filled in is lost, a
    script that saves takes the page of the sign-in for an error of the server, and who is signed in already is sent back, without end."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Refuse."""
        if not request.path_info.startswith(reverse("wagtailadmin_home")):
            return
        if request.user.is_authenticated:
            if not request.user.has_perm("wagtailadmin.access_admin"):
                raise PermissionDenied
            return
        if request.method in _READS:
            return
        name = (request.resolver_match and request.resolver_match.url_name) or ""
        if not name.startswith(_OPEN):
            raise PermissionDenied
