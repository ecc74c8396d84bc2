"""The one place where a client is made, and where its errors are told apart."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from elastic_transport import ConnectionError as NoConnection
from elastic_transport import ConnectionTimeout, TransportError
from elastic_transport.client_utils import DEFAULT
from elasticsearch import ApiError, Elasticsearch, NotFoundError

from search.engines.base import EngineDown, EngineError, EngineNotReady

PEOPLE, BULK = 1.0, 60.0  # seconds to wait for an answer: somebody waits for the page; nobody does
REST = 5.0  # seconds in which a server that failed is not asked by people
_PORTS = {"http": 9200, "https": 9200}


@dataclass(frozen=True, slots=True)
class Access:
    """Where the server is and how to sign in. ``url`` is ``https://host:9200/prefix``: the prefix begins the name of each index, so that sites
    can share a server; «liandong» where there is none. Certificates are always verified, against ``authority`` (a file) where one is given."""

    url: str
    user: str = ""
    password: str = ""
    api_key: str = ""
    authority: str = ""

    @property
    def prefix(self) -> str:
        """The beginning of the names of indices."""
        return urlsplit(self.url).path.strip("/").replace("/", "-").lower() or "liandong"

    def client(self, *, timeout: float) -> Elasticsearch:
        """Return a client that waits ``timeout`` seconds and never tries again by itself: writes wait in the outbox, readers get another answer.

        Raises ``ValueError`` where the address is none.
        """
        parts = urlsplit(self.url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError(f"SEARCH_URL must be http(s)://host:port, not {parts.scheme}://{parts.hostname or ''}")
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        chosen = replace(self, user=self.user or unquote(parts.username or ""), password=self.password or unquote(parts.password or ""))
        return Elasticsearch(
            f"{parts.scheme}://{host}:{parts.port or _PORTS[parts.scheme]}",
            basic_auth=(chosen.user, chosen.password) if chosen.user and not self.api_key else None,
            api_key=self.api_key or None,
            ca_certs=self.authority or DEFAULT,
            request_timeout=timeout,
            max_retries=0,
            retry_on_timeout=False,
            connections_per_node=16,
        )


@contextmanager
def told() -> Iterator[None]:
    """Turn the errors of the client into ours. A server that cannot be reached, does not answer in time, or is overloaded is down; an index that is
    not there is not ready."""
    try:
        yield
    except (NoConnection, ConnectionTimeout) as error:
        raise EngineDown(f"{type(error).__name__}: {error.message}"[:300]) from error
    except NotFoundError as error:
        raise EngineNotReady("missing") from error
    except ApiError as error:
        kind = EngineDown if error.status_code in (429, 502, 503, 504) else EngineError
        raise kind(f"{error.status_code} {error.error}"[:300]) from error
    except TransportError as error:
        raise EngineDown(f"{type(error).__name__}: {error.message}"[:300]) from error


class Breaker:
    """After a failure nobody waits for the server for a while: the next ones are told at once, and then one tries again."""

    def __init__(self, rest: float = REST) -> None:
        self._rest, self._until = rest, 0.0

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Raise ``EngineDown`` at once while the server rests; note a failure, and that it is over."""
        if time.monotonic() < self._until:
            raise EngineDown("resting")
        try:
            yield
        except EngineDown:
            self._until = time.monotonic() + self._rest
            raise
        self._until = 0.0
