"""TLS and password: what is wrong with either is told in words, and nothing is ever sent with less care.

The certificates are made here; a small server of the standard library stands before the engine. Where ``SEARCH_TEST_URL`` names a node with https, the same
is asked of it too.
"""

import base64
import datetime
import http.server
import ipaddress
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from pytest_django import Settings

from policy_docs.opinions.models import Change
from search.engines import registry
from search.engines.base import EngineDown, EngineRefused
from search.engines.elastic import Access, ElasticEngine
from search.engines.locks import FolderLock
from tests.factories import node
from tests.search.engines.contract import STAFF, plan

USER, PASSWORD = "liandong", "geheim-密码"


class Issued(NamedTuple):
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def issued(name: str, *, by: Issued | None = None, days: int = 1, host: str = "127.0.0.1") -> Issued:
    """Make a certificate: an authority, or that of a host for so many days from yesterday on."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    yesterday = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=2)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(yesterday)
        .not_valid_after(yesterday + datetime.timedelta(days=2 + days))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if by is None:
        uses = dict.fromkeys(
            ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
        )
        made = made.add_extension(x509.KeyUsage(key_cert_sign=True, crl_sign=True, **uses), critical=True)
    else:
        made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False)
        made = made.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key()), critical=False)
    return Issued(made.sign(by.key if by else key, hashes.SHA256()), key)


def stored(folder: Path, name: str, found: Issued) -> Path:
    """Write certificate and key into one file."""
    plain = found.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / f"{name}.pem"
    path.write_bytes(found.certificate.public_bytes(serialization.Encoding.PEM) + plain)
    return path


class Door(http.server.BaseHTTPRequestHandler):
    """Answers as the engine's server does: to whoever signs in, a count."""

    seen: list[str]

    def do_POST(self) -> None:
        self.seen.append(self.headers.get("Authorization", ""))
        wanted = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        known = self.headers.get("Authorization") == wanted
        body = json.dumps({"count": 7} if known else {"error": {"type": "security_exception"}, "status": 401}).encode()
        self.send_response(200 if known else 401)
        for header in (
            ("Content-Type", "application/vnd.elasticsearch+json;compatible-with=9"),
            ("X-Elastic-Product", "Elasticsearch"),
            ("Content-Length", str(len(body))),
        ):
            self.send_header(*header)
        self.end_headers()
        self.wfile.write(body)

    do_PUT = do_POST

    def log_message(self, *args: object) -> None:
        """Say nothing."""


class Quiet(http.server.ThreadingHTTPServer):
    """A handshake that the other side breaks off is what these tests are about."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def authority() -> Issued:
    return issued("authority")


@pytest.fixture
def serve(tmp_path: Path, authority: Issued) -> Iterator[Callable[..., str]]:
    """Start a server with a certificate of the authority; ``seen`` of ``Door`` holds what was sent to it."""
    Door.seen = []
    running = []

    def start(**facts: object) -> str:
        path = stored(tmp_path, "host", issued("host", by=authority, **facts))  # type: ignore[arg-type]
        server = Quiet(("127.0.0.1", 0), Door)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return f"https://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def engine(folder: Path, url: str, **access: str) -> ElasticEngine:
    lock = FolderLock(folder / "lock")
    return ElasticEngine(Access(url, **{"user": USER, "password": PASSWORD, **access}), writing=lock, building=lock)


def refused(found: ElasticEngine) -> str:
    """Return the words of the refusal; reading and writing have the same."""
    with pytest.raises(EngineRefused) as first:
        found.state()
    with pytest.raises(EngineRefused) as second:
        found.write([], keys=["c:1"], version=1)
    found.reset()
    assert str(first.value) == str(second.value)
    assert isinstance(first.value, EngineDown), "people are answered without the server, and writes wait"
    return str(first.value)


def test_the_right_authority_and_password_are_answered(serve: Callable[..., str], tmp_path: Path, authority: Issued) -> None:
    found = engine(tmp_path, serve(), authority=str(stored(tmp_path, "ca", authority)))
    assert found.state().documents == 7
    found.reset()


def test_an_unknown_authority_gets_no_password(serve: Callable[..., str], tmp_path: Path) -> None:
    url, other = serve(), stored(tmp_path, "other", issued("somebody else"))
    for access in ({}, {"authority": str(other)}):
        assert "SEARCH_CA_FILE" in refused(engine(tmp_path, url, **access))
    assert Door.seen == []


def test_a_certificate_that_has_run_out_or_is_another_hosts_gets_no_password(serve: Callable[..., str], tmp_path: Path, authority: Issued) -> None:
    known = {"authority": str(stored(tmp_path, "ca", authority))}
    assert "有效期" in refused(engine(tmp_path, serve(days=-1), **known))
    assert "不是发给" in refused(engine(tmp_path, serve(host="192.0.2.7"), **known))
    assert Door.seen == []


def test_a_wrong_password_is_told(serve: Callable[..., str], tmp_path: Path, authority: Issued) -> None:
    words = refused(engine(tmp_path, serve(), authority=str(stored(tmp_path, "ca", authority)), password="falsch"))
    assert "SEARCH_PASSWORD" in words
    assert "falsch" not in words


def test_after_a_refusal_nobody_asks_again_at_once_and_all_read_the_same(serve: Callable[..., str], tmp_path: Path) -> None:
    found = engine(tmp_path, serve())
    words = set()
    for _turn in range(3):
        with pytest.raises(EngineRefused) as error:
            found.count(plan(), STAFF)
        words.add(str(error.value))
    assert len(words) == 1
    found.reset()


@pytest.mark.parametrize(
    ("url", "access", "words"),
    [
        ("http://search.example:9200", {}, "明文"),
        ("http://search.example:9200", {"user": "", "password": "", "api_key": "k"}, "明文"),
        ("http://u:p@10.0.0.7:9200", {"user": "", "password": ""}, "明文"),
        ("https://127.0.0.1:9", {"authority": "/nowhere/ca.crt"}, "/nowhere/ca.crt"),
        ("https://127.0.0.1:9", {"authority": __file__}, "PEM"),
    ],
)
def test_what_cannot_be_used_with_care_is_not_used(tmp_path: Path, url: str, access: dict[str, str], words: str) -> None:
    assert words in refused(engine(tmp_path, url, **access))


def test_the_start_is_refused_where_the_settings_cannot_hold(settings: Settings) -> None:
    settings.SEARCH_ENGINE, settings.SEARCH_URL = "", "http://search.example:9200"
    assert [found.id for found in run_checks()] == []
    settings.SEARCH_API_KEY = "k"
    assert [found.id for found in run_checks()] == ["search.E001"]


@pytest.mark.django_db
def test_a_command_says_what_is_wrong(settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], serve: Callable[..., str]) -> None:
    settings.SEARCH_ENGINE, settings.SEARCH_DIR, settings.SEARCH_URL = "", tmp_path, serve()
    registry.reset()
    Change.objects.create(item=Change.Item.OPINION, key="x")
    for command in ("rebuild_index", "drain_outbox"):
        with pytest.raises(CommandError, match="SEARCH_CA_FILE"):
            call_command(command)
    assert Change.objects.exists()
    call_command("rebuild_index", if_needed=True)
    assert "SEARCH_CA_FILE" in capsys.readouterr().err
    registry.reset()


@pytest.mark.skipif(not node.NODE.startswith("https:"), reason="SEARCH_TEST_URL names no Elasticsearch node with https")
def test_a_real_node_with_password_and_certificate(tmp_path: Path) -> None:
    right = {"user": node.USER, "password": node.PASSWORD, "authority": node.AUTHORITY}
    found = engine(tmp_path, node.own_url(), **right)
    assert found.state().reason == "missing"
    found.reset()
    assert "SEARCH_PASSWORD" in refused(engine(tmp_path, node.NODE, **{**right, "password": "falsch"}))
    unknown = str(stored(tmp_path, "other", issued("somebody else")))
    for authority in ("", unknown):
        assert "SEARCH_CA_FILE" in refused(engine(tmp_path, node.NODE, **{**right, "authority": authority}))
