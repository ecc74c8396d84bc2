"""Calling tantivy."""

from typing import Any

import tantivy

from search.engines.base import EngineError


def guarded(call: Any, *args: Any, **kwargs: Any) -> Any:
    """Call tantivy; turn its errors, and panics, which are no ``Exception``, into ``EngineError``."""
    try:
        return call(*args, **kwargs)
    except (ValueError, OSError) as error:
        raise EngineError(str(error)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise EngineError(f"panic: {error}") from None


def both(first: tantivy.Query, second: tantivy.Query) -> tantivy.Query:
    """Return what meets both."""
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, first), (tantivy.Occur.Must, second)])
