"""Every screen as a picture, at both widths, for each kind of reader, empty and full: `make gallery`.

The addresses are those of the permission matrix, so a new screen is in the gallery as soon as it exists. Each is checked for what nobody may meet:
an answer of 500, an error of a script, something the security policy refused, a line wider than the screen, a serious barrier by axe-core.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from html import escape
from pathlib import Path
from zlib import crc32

from django.urls import reverse
from playwright.sync_api import Browser, Page, Response, sync_playwright
from playwright.sync_api import TimeoutError as Timeout

from cms.home.samples import PASSWORD
from tests.cms.test_matrix import FORMS, MATRIX

from .barriers import violations
from .conftest import CHROMIUM, DESK, FLAGS, PHONE, ROOT, running
from .states import ADMINISTRATION, STATES
from .ways import WAYS, Way

READERS = {"public": "", "liaison": "trial-gongan", "leader": "trial-lingdao", "office": "trial-xietiao", "system": "trial-xitong", "second": "trial-fuhe"}
FILES = ("_xlsx", "_csv", "_export", "_template", "_gold", "_original", "suggest", "saved_home", "_try")  # addresses that give a file or a part of a page
SETTLED = 400  # milliseconds: messages of the administration fade in
Opening = Callable[[Page], object]
EDITORS = ("office", "system")
WIDE = {DESK[0]: DESK, PHONE[0]: PHONE}
TALLEST = 8000  # pixels of a picture of the administration
FINGER = 44  # pixels: what is tapped on a phone is no lower
SAID_SO = "pdf excel xls xlsx csv word wps zip doc docx md txt html enter esc tab shift ctrl gaj"  # officials say them too, and the initials 公安局

# long pages lay out what is near the screen alone: a picture of the whole shows the rest as blank
LAID_OUT = """() => document.querySelectorAll('main *').forEach(one => {
  if (getComputedStyle(one).contentVisibility === 'auto') one.style.contentVisibility = 'visible'; })"""
# the administration scrolls inside its frame
TALL = """() => Math.max(0, ...[...document.querySelectorAll('.wrapper, .content-wrapper, .content, main')].map(one => one.scrollHeight))"""
LOW = """least => [...document.querySelectorAll('main :is(button, .btn, select, summary, input:not([type=checkbox], [type=radio])):not([aria-hidden=true])')].filter(one => {
  const box = one.getBoundingClientRect();
  return box.width > 1 && box.height > 1 && box.height < least - .5 && one.checkVisibility({visibilityProperty: true}); }).map(one => one.outerHTML.slice(0, 120))"""
WORDS = """() => [...document.body.innerText.matchAll(/(?<![\\w.@/-])[A-Za-z]{3,}(?![\\w.@/-])/g)].map(found => found[0])"""


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
    """Every address of the matrix that shows a page of its own, with the keys of this store put in."""
    for name, (arguments, expected) in MATRIX.items():
        if expected is not FORMS and not name.endswith(FILES) and name not in ("health", "logout"):
            yield reverse(name, args=[keys.get(argument, "0" if argument.isupper() else argument) for argument in arguments])


def _faults(page: Page, width: int) -> list[str]:
    found = []
    real = page.evaluate("document.documentElement.scrollWidth")
    if real > width:
        found.append(f"wider than the screen: {real}")
    if width == PHONE[0] and not page.url.partition("://")[2].partition("/")[2].startswith("admin/"):  # Wagtail's own has its own measure
        found += [f"too low for a finger: {html}" for html in page.evaluate(LOW, FINGER)[:3]]
    if words := {word.lower() for word in page.evaluate(WORDS)} - {*SAID_SO.split(), *re.findall(r"[a-z]+", page.url.lower())}:
        found.append(f"not Chinese: {' '.join(sorted(words)[:8])}")
    for item in violations(page):
        if item["impact"] in ("serious", "critical"):
            found.append(f"{item['id']}: {item['nodes'][0]['html'][:160]}")
    return found


def _slug(path: str) -> str:
    return re.sub(r"\W+", "-", path).strip("-")[:60] + f"-{crc32(path.encode()):08x}"


def _taken(page: Page, seen: Seen, folder: Path, said: list[str]) -> Seen:
    """Take the picture of what a page shows now, and look for faults."""
    across, down = WIDE[seen.width]
    page.evaluate(LAID_OUT)
    if "/admin/" in page.url:
        page.set_viewport_size({"width": across, "height": min(max(down, page.evaluate(TALL)), TALLEST)})
    page.screenshot(path=folder.parent / seen.picture, full_page=True)
    seen.faults = [*said, *_faults(page, seen.width)]
    if seen.status >= 500:
        seen.faults.append(f"answer {seen.status}")
    return seen


@contextmanager
def _reading(browser: Browser, site: str, reader: str) -> Iterator[tuple[Page, list[str]]]:
    """A page of a reader who has signed in, and what its scripts complain of."""
    context = browser.new_context(viewport={"width": DESK[0], "height": DESK[1]}, locale="zh-CN", accept_downloads=True)
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(f"script: {error}"))
    page.on("console", lambda line: said.append(f"console: {line.text}") if line.type == "error" and "status of 4" not in line.text else None)
    page.set_default_timeout(20_000)
    page.goto(f"{site}/login/")
    if READERS[reader]:
        page.fill("#id_username", READERS[reader])
        page.fill("#id_password", PASSWORD)
        page.click("main button[type=submit]")
    yield page, said
    context.close()


def look(browser: Browser, site: str, reader: str, shown: Mapping[str, Opening], folder: Path) -> Iterator[Seen]:
    """Open each screen as a reader, at both widths, and take its picture."""
    with _reading(browser, site, reader) as (page, said):
        for name, opens in shown.items():
            for width, (across, down) in WIDE.items():
                said.clear()
                page.set_viewport_size({"width": across, "height": down})  # before the page comes: what folds on a phone does so as it opens
                seen = Seen(reader, name, width, f"{folder.name}-{reader}-{_slug(name)}-{width}.png")
                try:
                    answer = opens(page)
                except Timeout as late:
                    seen.faults = [f"did not come: {late}"[:300]]
                    yield seen
                    continue
                seen.status = answer.status if isinstance(answer, Response) else 0
                page.wait_for_load_state("load")
                page.wait_for_timeout(SETTLED)
                yield _taken(page, seen, folder, said)


def _at(address: str) -> Opening:
    return lambda page: page.goto(address)


def _by(way: Way, keys: Mapping[str, str]) -> Opening:
    return lambda page: way(page, keys)


def _screens(site: str, reader: str, kind: str, keys: dict[str, str]) -> dict[str, Opening]:
    """What a reader is shown of a store: by address, and in the full one by what is done there."""
    paths = [path.format(**keys) for path in (*addresses(keys), *STATES, *(ADMINISTRATION if reader in EDITORS else ()))]
    if kind == "empty":  # of what is not there one address says enough
        paths = [path for path in paths if "/0/" not in path and "=0&" not in path]
    ways = {f"way:{name}": _by(way, keys) for name, (who, way) in WAYS.items() if who == reader and kind == "full"}
    return ways if reader == "second" else {path: _at(site + path) for path in paths} | ways


def _write(seen: list[Seen], out: Path) -> None:
    """The contact sheet (index.html) and what was seen as data (seen.json), together with what an earlier run for other readers or addresses saw."""
    kept = out / "seen.json"
    now = {one.picture for one in seen}
    earlier = [Seen(**one) for one in json.loads(kept.read_text(encoding="utf-8"))] if kept.exists() else []
    seen = sorted([*(one for one in earlier if one.picture not in now), *seen], key=lambda one: one.picture)
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
    parser.add_argument("--only", default="", help="addresses that begin so; way: for what is shown after a deed")
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
                    shown = {name: opens for name, opens in _screens(site, reader, kind, keys).items() if name.startswith(options.only)}
                    for one in look(browser, site, reader, shown, options.out / kind):
                        seen.append(one)
                        print(one.reader, one.width, one.status, one.address, *one.faults, flush=True)
                    _write(seen, options.out)
        browser.close()
    faults = [one for one in seen if one.faults]
    print(f"{len(seen)} pictures, {len(faults)} with a fault: {options.out / 'index.html'}")
    sys.exit(1 if faults else 0)
