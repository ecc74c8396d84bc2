"""What a deployment forgets is told by `manage.py check --deploy`, which is silent where nothing was."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as configured
from pytest_django import Settings

from cms.home import checks

WELL = {
    "DJANGO_SETTINGS_MODULE": "cms.settings.production", "SECRET_KEY": "k7" * 30 + "qzmwx", "ALLOWED_HOSTS": "liandong.example.gov.cn", "HSTS_SECONDS": "31536000",
    "SITE_URL": "https://liandong.example.gov.cn", "DATABASE_URL": "postgresql://u:p@db.example/liandong", "CELERY_BROKER_URL": "redis://redis.example:6379/0",
    "SEARCH_URL": "https://search.example:9200", "SEARCH_API_KEY": "key",
}  # fmt: skip


def asked(tmp_path: Path, **changed: str) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **WELL, **changed}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=configured.BASE_DIR, env=environment, capture_output=True, text=True, check=False)


def test_a_well_kept_deployment_is_told_nothing(tmp_path: Path) -> None:
    answer = asked(tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert "no issues" in answer.stdout


def test_one_that_forgot_is_told_all_at_once(tmp_path: Path) -> None:
    answer = asked(
        tmp_path, SECRET_KEY="short", ALLOWED_HOSTS="*", HSTS_SECONDS="0", COOKIES_SECURE="0", SEARCH_URL="http://search.example:9200", DATABASE_URL=""
    )
    assert answer.returncode != 0
    for told in ("security.W009", "security.W004", "security.W012", "security.W016", "liandong.E001", "liandong.E004", "liandong.W009"):
        assert told in answer.stderr, told


def ids(found: list[checks.CheckMessage]) -> list[str | None]:
    return [message.id for message in found]


def test_hosts(settings: Settings) -> None:
    settings.ALLOWED_HOSTS, settings.WAGTAILADMIN_BASE_URL = [".example.gov.cn"], "https://liandong.example.gov.cn"
    assert ids(checks.hosts(None)) == []
    settings.WAGTAILADMIN_BASE_URL = "https://other.gov.cn"
    assert ids(checks.hosts(None)) == ["liandong.W003"]
    settings.WAGTAILADMIN_BASE_URL = "http://127.0.0.1:8000"
    assert ids(checks.hosts(None)) == ["liandong.W002"]


@pytest.mark.parametrize(
    ("url", "key", "told"),
    [("", "", []), ("http://127.0.0.1:9200", "", []), ("https://s.example:9200", "k", []), ("https://s.example:9200", "", ["liandong.W006"]),
     ("http://s.example:9200", "k", ["liandong.E004"]), ("https://u:p@s.example:9200", "", ["liandong.E005"])],
)  # fmt: skip
def test_the_search_server(settings: Settings, url: str, key: str, told: list[str]) -> None:
    settings.SEARCH_URL, settings.SEARCH_API_KEY, settings.SEARCH_PASSWORD = url, key, ""
    assert ids(checks.search_server(None)) == told


def test_private_files(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT, settings.MEDIA_ROOT = tmp_path / "static", tmp_path / "media"
    settings.PRIVATE_ROOT = tmp_path / "media" / "private"
    assert ids(checks.private_files(None)) == []
    settings.PRIVATE_ROOT.mkdir(parents=True, mode=0o755)
    settings.PRIVATE_ROOT.chmod(0o755)
    assert ids(checks.private_files(None)) == ["liandong.W008"]
    settings.PRIVATE_ROOT.chmod(0o700)
    settings.MEDIA_ROOT = settings.STATIC_ROOT / "media"
    assert ids(checks.private_files(None)) == ["liandong.E007"]
