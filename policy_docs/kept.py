"""What lies in the trash is nowhere: the one rule, asked by the default manager of every model that hangs on a document.

Lists, pages, counts, exports, the index and the import read through ``objects``; the trash itself, and what must know of every row that the
database holds (whether a unit may be deleted, say), read through ``with_trash``.
"""

import threading
from typing import Any, TypeVar

from django.apps import apps
from django.db.models import Manager, Model, Q, QuerySet

_M = TypeVar("_M", bound=Model)


def kept_q(model: type[Model], path: str) -> Q:
    """Rows whose document is not in the trash; ``path`` leads from the row to the document.

    Without a join: the trash is small, and updates, locks and deletions go through these managers too.
    """
    gone = apps.get_model("policy_docs", "Trashed").objects.values("opinion")
    first, _two, rest = path.partition("__")
    if rest:
        between: Any = model._meta.get_field(first).related_model
        gone = between.with_trash.filter(**{f"{rest}__in": gone}).values("pk")
    return ~Q(**{f"{first}__in": gone})


_made = threading.local()  # by thread: compiling a query writes into it


def narrow(found: QuerySet[_M], path: str) -> QuerySet[_M]:
    """Leave out what is in the trash, of all rows of a model.

    The condition is put together once for each model: rows read along with others (``prefetch_related``) ask for it once a row.
    """
    queries: dict[type[Model], Any] = _made.__dict__.setdefault("queries", {})
    if found.model not in queries:
        queries[found.model] = found.filter(kept_q(found.model, path)).query
    found.query = queries[found.model].clone()
    return found


class KeptManager(Manager[_M]):
    """Rows of documents that are not in the trash."""

    path = "opinion"  # a class attribute: Django's managers of related rows are made from the class

    def get_queryset(self) -> QuerySet[_M]:
        """Leave out what is in the trash."""
        return narrow(super().get_queryset(), self.path)


class KeptByClause(KeptManager[_M]):
    """Rows that hang on a clause."""

    path = "clause__opinion"


class KeptByVersion(KeptManager[_M]):
    """Rows that hang on a version."""

    path = "version__opinion"


class KeptByDuty(KeptManager[_M]):
    """Rows that hang on a duty."""

    path = "duty__opinion"


class KeptByBody(KeptManager[_M]):
    """Rows that hang on a standing group."""

    path = "body__opinion"


class KeptByNotice(KeptManager[_M]):
    """Rows that hang on a notice."""

    path = "notice__opinion"
