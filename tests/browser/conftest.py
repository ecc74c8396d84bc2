"""A real browser on the site as `make run` starts it, with the sample set. Left out where no Chromium is installed."""

import os
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from cms.home.samples import PASSWORD

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
# Chromium draws the list below its address bar in a process of its own, anew for each context: half of what opening one costs. No test looks at it.
UNSEEN = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup"]
# what Playwright turns off: a second list of features takes the place of its own
LEFT_OUT = """AimEnabled AvoidCorsURLLoaderRestartOnRedirect AvoidUnnecessaryBeforeUnloadCheckSync DestroyProfileOnBrowserClose HttpsFirstBalancedModeAutoEnable
    HttpsUpgrades LensOverlay MediaRouter NetworkTimeServiceQuerying OptimizationHints PaintHolding PreconnectToSearch ThirdPartyStoragePartitioning"""
FLAGS += [f"--disable-features={','.join([*UNSEEN, *LEFT_OUT.split()])}"]
DESK, PHONE, NARROW = (1280, 900), (390, 844), (320, 640)
PATIENCE = 30_000  # milliseconds: other tests keep the machine busy
START_SECONDS = 120


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Once more where a busy machine was slower than a test waits for; the summary names each test that needed it."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no chromium")
    expect.set_options(timeout=PATIENCE / 2)
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Address of a site on the store of a folder, started and stopped as its users do."""
    port = _free_port()
    environment = {**os.environ, "VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "cms.settings.dev"}
    environment.pop("DATABASE_URL", None)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "manage.py", "serve", "--port", str(port)], cwd=ROOT, env=environment, stdout=log, stderr=log)
        url = f"http://127.0.0.1:{port}"
        try:
            _wait(url, process, folder / "log")
            yield url
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site's store."""
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="session")
def site(browser: Browser, store: Path) -> Iterator[str]:
    """Address of a site of its own, with the sample set."""
    with running(store) as url:
        yield url


def _wait(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _try in range(START_SECONDS * 2):
        assert process.poll() is None, log.read_text(errors="replace")
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=2).read()
            return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(log.read_text(errors="replace"))


@pytest.fixture(scope="session")
def signed_in(browser: Browser, site: str, store: Path) -> Callable[[str], str]:
    """A session of its own for somebody, each time: the form is filled in once for each account, and what the site then stores is copied."""
    first: dict[str, str] = {}

    def session(user: str) -> str:
        if user not in first:
            page = browser.new_page(locale="zh-CN")
            page.goto(f"{site}/login/")
            page.fill("#id_username", user)
            page.fill("#id_password", PASSWORD)
            page.click("main button[type=submit]")
            page.wait_for_url(f"{site}/")
            first[user] = next(one["value"] for one in page.context.cookies() if one["name"] == "sessionid")
            page.close()
        key = secrets.token_hex(16)
        with closing(sqlite3.connect(store / "liandong.sqlite3", timeout=PATIENCE / 1000)) as database, database:
            copied = "INSERT INTO django_session (session_key, session_data, expire_date) SELECT ?, session_data, expire_date FROM django_session WHERE session_key = ?"
            assert database.execute(copied, (key, first[user])).rowcount == 1
        return key

    return session


@pytest.fixture
def visit(browser: Browser, site: str, signed_in: Callable[[str], str]) -> Iterator[Callable[..., Page]]:
    """Open a page at a width, signed in as somebody; an error in a script fails the test."""
    opened = []

    def open_page(path: str, *, user: str = "", size: tuple[int, int] = DESK, scripts: bool = True) -> Page:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN", accept_downloads=True, java_script_enabled=scripts)
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        opened.append((context, errors))
        if user:
            context.add_cookies([{"name": "sessionid", "value": signed_in(user), "url": site}])
        page.goto(site + path)
        return page

    yield open_page
    for context, errors in opened:
        context.close()
        assert not errors
