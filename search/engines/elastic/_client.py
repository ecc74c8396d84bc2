"""The one place where a client is made, and where its errors are told apart.

Certificates are always verified, and nothing is sent in the clear with a password. What is wrong with either is an ``EngineRefused`` in words: people are
answered without the server, and staff read what to mend; there is no way on with less care.
"""

import base64
import ipaddress
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _
from elastic_transport import ConnectionError as NoConnection
from elastic_transport import ConnectionTimeout, TlsError, TransportError
from elastic_transport.client_utils import DEFAULT
from elasticsearch import ApiError, Elasticsearch, NotFoundError, UnsupportedProductError

from search.engines.base import EngineDown, EngineError, EngineNotReady, EngineRefused

PEOPLE, BULK = 1.0, 60.0  # seconds to wait for an answer: somebody waits for the page; nobody does
REST = 5.0  # seconds in which a server that failed is not asked by people
_PORTS = {"http": 9200, "https": 9200}
_SIGN_IN = (401, 403)


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

        Raises ``EngineRefused`` where address, authority or password cannot be used so.
        """
        parts = urlsplit(self.url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise EngineRefused(_("SEARCH_URL 应写成 https://主机:9200/前缀，现为“%s”。") % f"{parts.scheme}://{parts.hostname or ''}")
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        chosen = replace(self, user=self.user or unquote(parts.username or ""), password=self.password or unquote(parts.password or ""))
        secure = parts.scheme == "https"
        if not secure and (chosen.user or self.api_key) and not _is_here(parts.hostname):
            raise EngineRefused(_("SEARCH_URL 不是 https 地址，不能在网络上明文传送密码或者密钥。请改用 https。"))
        if secure and self.authority:
            _check_authority(self.authority)
        return Elasticsearch(
            f"{parts.scheme}://{host}:{parts.port or _PORTS[parts.scheme]}",
            basic_auth=_basic(chosen.user, chosen.password) if chosen.user and not self.api_key else None,
            api_key=self.api_key or None,
            ca_certs=self.authority if secure and self.authority else DEFAULT,
            request_timeout=timeout,
            max_retries=0,
            retry_on_timeout=False,
            connections_per_node=16,
        )


def _check_authority(file: str) -> None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
    except FileNotFoundError as error:
        raise EngineRefused(_("没有 SEARCH_CA_FILE 指定的证书文件：%s") % file) from error
    except OSError as error:  # ssl.SSLError is one
        raise EngineRefused(_("SEARCH_CA_FILE 不是可用的证书文件（PEM）：%s") % file) from error


def _basic(user: str, password: str) -> str:
    """Return both as HTTP sends them; given apart, the client takes ASCII alone."""
    return base64.b64encode(f"{user}:{password}".encode()).decode("ascii")


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def told() -> Iterator[None]:
    """Turn the errors of the client into ours. A server that cannot be reached, does not answer in time, or is overloaded is down; an index that is
    not there is not ready."""
    try:
        yield
    except TlsError as error:
        raise EngineRefused(_certificate(str(error.errors[0]) if error.errors else error.message)) from error
    except (NoConnection, ConnectionTimeout) as error:
        raise EngineDown(f"{type(error).__name__}: {error.message}"[:300]) from error
    except NotFoundError as error:
        raise EngineNotReady("missing") from error
    except UnsupportedProductError as error:
        raise EngineRefused(_("SEARCH_URL 上的服务不是 Elasticsearch。")) from error
    except ApiError as error:
        raise refusal(error.status_code, str(error.error)) from error
    except TransportError as error:
        raise EngineDown(f"{type(error).__name__}: {error.message}"[:300]) from error


def refusal(status: int, said: str) -> EngineError:
    """Return the error for a request, or one search of it, that the server answered with an error."""
    if status == 404:
        return EngineNotReady("missing")
    if status in _SIGN_IN:
        return EngineRefused(_sign_in(status))
    kind = EngineDown if status in (429, 502, 503, 504) else EngineError
    return kind(f"{status} {said}"[:300])


def _sign_in(status: int) -> str:
    if status == 401:
        return _("Elasticsearch 拒绝登录：请核对 SEARCH_USER 和 SEARCH_PASSWORD，或者 SEARCH_API_KEY。")
    return _("Elasticsearch 的账号没有所需的权限：它要能建立、读写和删除本站前缀的索引。")


def _certificate(said: str) -> str:
    """Return in words what is wrong with a certificate, of what OpenSSL says."""
    if "has expired" in said or "not yet valid" in said:
        return _("Elasticsearch 的证书不在有效期内，没有连接。请更换证书。")
    if "mismatch" in said or "doesn't match" in said:
        return _("Elasticsearch 的证书不是发给 SEARCH_URL 所写主机的，没有连接。请核对主机名或者更换证书。")
    if "CERTIFICATE_VERIFY_FAILED" in said:
        return _("Elasticsearch 的证书不是由受信任的机构签发的，没有连接。请用 SEARCH_CA_FILE 指定签发机构的证书。")
    return _("没有与 Elasticsearch 建立加密连接：%s") % said[:200]


class Breaker:
    """After a failure nobody waits for the server for a while: the next ones are told at once what was wrong, and then one tries again while the
    others are still told."""

    def __init__(self, rest: float = REST) -> None:
        self._rest, self._until = rest, 0.0
        self._failure: EngineDown | None = None
        self._asking = threading.Lock()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Raise the last failure at once while the server rests; note a failure, and that it is over."""
        self._pass()
        try:
            yield
        except EngineDown as error:
            self._failure, self._until = error, time.monotonic() + self._rest
            raise
        except EngineError:
            self._failure = None  # it answered
            raise
        self._failure = None

    def _pass(self) -> None:
        with self._asking:
            failure = self._failure
            if failure is None:
                return
            if time.monotonic() < self._until:
                raise type(failure)(*failure.args)
            self._until = time.monotonic() + self._rest  # this one tries
