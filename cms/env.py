"""Typed reading of environment variables; the only place that does it."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


def text(name: str, default: str | None = None) -> str:
    """Return a variable; raise ``ImproperlyConfigured`` where it is missing and has no default."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"环境变量 {name} 没有设置，请参照 README.md 的设置表设置后再启动。")
    return value


def flag(name: str, *, default: bool = False) -> bool:
    """Return a variable as yes or no (1, true, yes, on)."""
    return text(name, "1" if default else "").strip().lower() in {"1", "true", "yes", "on"}


def words(name: str, default: str = "") -> list[str]:
    """Return a comma separated variable."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def folder(name: str, default: Path) -> Path:
    """Return a folder, made where it is missing."""
    path = Path(os.environ.get(name) or default).resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


def own_store() -> None:
    """Give a run of tests a ``VAR_DIR`` of its own, gone when the run ends; processes it starts share it, and one that is set stays."""
    if not os.environ.get("VAR_DIR"):
        os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="liandong-test-")
        atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)


def database(url: str, *, var: Path) -> dict[str, Any]:
    """Return Django's settings for ``postgresql://user:password@host:port/name`` or, for "", SQLite in ``var``.

    SQLite: WAL and IMMEDIATE transactions, since several processes write.
    """
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": var / "liandong.sqlite3",
            "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"},
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured("DATABASE_URL 应写成 postgresql://用户:密码@主机:端口/库名。")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


class Mail(NamedTuple):
    """A mail server."""

    host: str
    port: int
    user: str
    password: str
    tls_at_once: bool
    starttls: bool


def mail(url: str) -> Mail:
    """Read ``smtp://user:password@host:port``, or ``smtps://`` (TLS from the start) or ``smtp+tls://`` (STARTTLS)."""
    parts = urlsplit(url)
    ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    if parts.scheme not in ports or not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL 应写成 smtps://用户:密码@主机:端口（或者 smtp://、smtp+tls://）。")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Mail(parts.hostname, parts.port or ports[parts.scheme], user, password, parts.scheme == "smtps", parts.scheme == "smtp+tls")


def secret_key(var: Path) -> str:
    """Return the secret key of a trial installation: made once, kept in ``var``."""
    path = var / "secret_key"
    if not path.exists():
        from django.core.management.utils import get_random_secret_key

        path.write_text(get_random_secret_key(), encoding="utf-8")
        path.chmod(0o600)
    return path.read_text(encoding="utf-8").strip()
