"""The guide to editing, inside the administration."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def admin_help(request: HttpRequest) -> HttpResponse:
    """Show it."""
    return render(request, "policy_docs/admin/help.html")
