"""Every screen as a picture, at both widths, for each kind of reader, empty and full: `make gallery`.

The addresses are those of the permission matrix, so a new screen is in the gallery as soon as it exists. Each is checked for what nobody may meet:
an answer of 500, an error of a script, something the security policy refused, a line wider than the screen, a serious barrier by axe-core.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from html import escape
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, Page, sync_playwright

from cms.home.samples import PASSWORD
from tests.cms.test_matrix import MATRIX

from .conftest import CHROMIUM, DESK, FLAGS, PHONE, ROOT, running
from .states import ADMINISTRATION, STATES

READERS = {"public": "", "liaison": "trial-gongan", "leader": "trial-lingdao", "office": "trial-xietiao", "system": "trial-xitong"}
FILES = ("_xlsx", "_csv", "_export", "_template", "_gold", "_original", "suggest", "saved_home", "_try")  # addresses that give a file or a part of a page
SETTLED = 400  # milliseconds: messages of the administration fade in
EDITORS = ("office", "system")
WIDE = {DESK[0]: DESK, PHONE[0]: PHONE}


@dataclass(slots=True)
class Seen:
    """One screen as one reader saw it at one width."""

    reader: str
    address: str
    width: int
    picture: str
    status: int = 0
    faults: list[str] = field(default_factory=list)


def addresses(keys: dict[str, str]) -> Iterator[str]:
    """Every address of the matrix that shows a page, with the keys of this store put in."""
    for name, (arguments, _expected) in MATRIX.items():
        if not name.endswith(FILES) and name not in ("health", "logout"):
            yield reverse(name, args=[keys.get(argument, "0" if argument.isupper() else argument) for argument in arguments])


def _faults(page: Page, width: int) -> list[str]:
    found = []
    real = page.evaluate("document.documentElement.scrollWidth")
    if real > width:
        found.append(f"wider than the screen: {real}")
    for item in Axe().run(page).response["violations"]:
        if item["impact"] in ("serious", "critical"):
            found.append(f"{item['id']}: {item['nodes'][0]['html'][:160]}")
    return found


def look(browser: Browser, site: str, reader: str, paths: list[str], folder: Path) -> Iterator[Seen]:
    """Open each address as a reader, at both widths, and take its picture."""
    context = browser.new_context(viewport={"width": DESK[0], "height": DESK[1]}, locale="zh-CN")
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(f"script: {error}"))
    page.on("console", lambda line: said.append(f"console: {line.text}") if line.type == "error" and "status of 4" not in line.text else None)
    if READERS[reader]:
        page.goto(f"{site}/login/")
        page.fill("#id_username", READERS[reader])
        page.fill("#id_password", PASSWORD)
        page.click("main button[type=submit]")
    for number, path in enumerate(paths):
        said.clear()
        answer = page.goto(site + path)
        page.wait_for_load_state("load")
        for width, (across, down) in WIDE.items():
            page.set_viewport_size({"width": across, "height": down})
            page.wait_for_timeout(SETTLED)
            seen = Seen(reader, path, width, f"{folder.name}-{reader}-{number:03}-{width}.png", answer.status if answer else 0)
            page.screenshot(path=folder.parent / seen.picture, full_page=True)
            seen.faults = [*said, *_faults(page, width)]
            if seen.status >= 500:
                seen.faults.append(f"answer {seen.status}")
            yield seen
    context.close()


def _write(seen: list[Seen], out: Path) -> None:
    """The contact sheet (index.html) and what was seen as data (seen.json)."""
    (out / "seen.json").write_text(json.dumps([asdict(one) for one in seen], ensure_ascii=False, indent=1), encoding="utf-8")
    cells = "".join(
        f'<figure><a href="{one.picture}"><img loading="lazy" src="{one.picture}" alt=""></a>'
        f"<figcaption>{escape(one.reader)} {one.width} {one.status}<br>{escape(one.address)}<br><b>{escape('; '.join(one.faults))}</b></figcaption></figure>"
        for one in seen
    )
    style = "figure{display:inline-block;width:240px;margin:6px;vertical-align:top;font:12px sans-serif;word-break:break-all}"
    style += "img{width:100%;height:240px;object-fit:cover;object-position:top;border:1px solid #999}b{color:#b00}"
    (out / "index.html").write_text(f'<!doctype html><meta charset="utf-8"><title>gallery</title><style>{style}</style>{cells}', encoding="utf-8")


def _store(folder: Path, what: str) -> dict[str, str]:
    """Let a process of its own make the states of a store, once, and return its keys."""
    kept = folder / f"{what}.json"
    if not kept.exists():
        environment = {**os.environ, "VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "cms.settings.dev"}
        command = [sys.executable, "-m", "tests.browser.states", what]
        kept.write_text(subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1])
    keys: dict[str, str] = json.loads(kept.read_text())
    return keys


def main() -> None:
    """Take the pictures of a full and of an empty store; end with 1 where a screen has a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", default="", help="addresses that begin so")
    parser.add_argument("--reader", choices=READERS, action="append")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    seen: list[Seen] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for kind in ("full", "empty"):
            store = options.out / f"var-{kind}"
            store.mkdir(exist_ok=True)
            if kind == "empty":
                _store(store, "accounts")
            with running(store) as site:
                keys = _store(store, kind)
                for reader in options.reader or READERS:
                    paths = list(dict.fromkeys((*addresses(keys), *STATES, *(ADMINISTRATION if reader in EDITORS else ()))))
                    paths = [path.format(**keys) for path in paths if path.startswith(options.only)]
                    for one in look(browser, site, reader, paths, options.out / kind):
                        seen.append(one)
                        print(one.reader, one.width, one.status, one.address, *one.faults, flush=True)
        browser.close()
    _write(seen, options.out)
    faults = [one for one in seen if one.faults]
    print(f"{len(seen)} pictures, {len(faults)} with a fault: {options.out / 'index.html'}")
    sys.exit(1 if faults else 0)
