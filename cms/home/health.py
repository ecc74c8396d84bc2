"""Whether this process can serve: asked by load balancers and by the starter."""

import structlog
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from search.engines.base import EngineError
from search.engines.registry import engine

log = structlog.get_logger(__name__)


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Answer "ok", or 503 where the database does not answer. A search engine that does not is told in a second line and is no failure: the site goes
    on answering from the database, so that a load balancer must not take it away. Says nothing else: the page is open to everybody."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        log.exception("health_database_failed")
        return HttpResponse("database unavailable\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n" if _can_search() else "ok\nsearch: unavailable, the database answers\n", content_type="text/plain")


def _can_search() -> bool:
    try:
        return engine().state().ready
    except EngineError:
        return False
