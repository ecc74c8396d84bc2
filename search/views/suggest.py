"""The list below the box while somebody types."""

from dataclasses import asdict

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from cms.accounts.viewer import viewer_of
from policy_docs.duties.choices import typed
from search.query.suggest import suggestions


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """What the words typed so far may mean, as rows of name, why and href."""
    return JsonResponse({"rows": [asdict(row) for row in suggestions(typed(request.GET, "q"), viewer=viewer_of(request.user))]})
